"""The pages of saved searches: what is followed, how it is told, what came of it; and the one that stops e-mails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.addresses import saved_searches_href
from api.alerts import saved_searches as following
from api.alerts.schemas import NewSavedSearch
from api.alerts.unsubscribing import check_link, unsubscribe
from api.catalogue import explain, say_day
from api.live_workspace import Server
from api.outcomes import outcome_of
from api.pages.rendering import render
from api.routes.parameters import AtServer, FieldCode, PlaceName, Trl, Year
from api.routes.saved_searches import public_url_of
from index import DeliveryState, Often, UnknownSavedSearch, Way
from ingest import N_, BanhaError, Kind

router = APIRouter()
_PATH = saved_searches_href()
OFTEN: Mapping[Often, str] = {
    "at once": N_("at once"),
    "daily": N_("once a day"),
    "weekly": N_("once a week"),
}
WAY: Mapping[Way, str] = {"mail": N_("E-mail"), "webhook": N_("Webhook")}
STATE: Mapping[DeliveryState, str] = {
    "waiting": N_("waiting"),
    "done": N_("delivered"),
    "given up": N_("given up"),
}
Deed = Literal["change", "feed", "no-feed", "webhook", "no-webhook", "remove"]


@router.get(_PATH)
def show_saved_searches(request: Request, server: AtServer) -> Response:
    return _show(request, server)


@router.post(_PATH)
def save_search(
    request: Request,
    server: AtServer,
    q: Annotated[str | None, Form()] = None,
    ho_so: Annotated[str | None, Form()] = None,
    loai: Annotated[Kind | None, Form()] = None,
    linh_vuc: Annotated[FieldCode, Form()] = None,
    noi: Annotated[PlaceName, Form()] = None,
    nam: Annotated[Year, Form()] = None,
    trl: Annotated[Trl, Form()] = None,
) -> Response:
    """Told once a day by e-mail where that can be; whoever follows it changes the rest on the page."""
    try:
        owner = following.owner_at(server)
        asked = NewSavedSearch(
            query=q,
            record=ho_so,
            kind=loai,
            field=linh_vuc,
            place=noi,
            year=nam,
            trl=trl,
            often="daily",
            mail=following.can_be_mailed(server, owner),
        )
        search, _ = following.follow(server, asked)
    except BanhaError as error:
        if not following.may_follow(server):
            raise
        return _show(request, server, error)
    return RedirectResponse(f"{_PATH}#{search.id}", 303)


@router.post(f"{_PATH}/{{id}}")
def change_search(
    request: Request,
    server: AtServer,
    id: str,
    viec: Annotated[Deed, Form()],
    often: Annotated[Often | None, Form()] = None,
    mail: Annotated[bool, Form()] = False,
    url: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """A new secret is on the page that answers, and on no other."""
    feed_secret = hook_secret = None
    try:
        if viec == "change":
            following.change(server, id, often, mail)
        elif viec == "feed":
            feed_secret = following.renew_feed(server, id)
        elif viec == "no-feed":
            following.revoke_feed(server, id)
        elif viec == "remove":
            following.give_up(server, id)
        else:
            hook_secret = following.set_hook(server, id, url if viec == "webhook" else None)
    except UnknownSavedSearch:
        raise
    except BanhaError as error:
        if not following.may_follow(server):
            raise
        return _show(request, server, error)
    if feed_secret or hook_secret:
        return _show(request, server, None, id, feed_secret, hook_secret)
    return RedirectResponse(_PATH if viec == "remove" else f"{_PATH}#{id}", 303)


@router.get("/ngung-thu/{token}")
def show_stop(request: Request, server: AtServer, token: str) -> Response:
    """Nothing is stopped by looking: programs follow the links of e-mails too."""
    values = {"subject": check_link(server.live.current.index, token), "is_stopped": False, "path": request.url.path}
    return render(request, "unsubscribe.html", 200, values)


@router.post("/ngung-thu/{token}")
def stop(request: Request, server: AtServer, token: str) -> Response:
    """Also what mail programs send by themselves (RFC 8058)."""
    index = server.live.current.index
    unsubscribe(index, token)
    values = {"subject": check_link(index, token), "is_stopped": True, "path": request.url.path}
    return render(request, "unsubscribe.html", 200, values)


def _show(
    request: Request,
    server: Server,
    error: BanhaError | None = None,
    made: str | None = None,
    feed_secret: str | None = None,
    hook_secret: str | None = None,
) -> Response:
    owner, base_url = following.owner_at(server), public_url_of(request, server)
    searches = [
        following.show_saved_search(
            server,
            owner,
            one,
            feed_secret if one.id == made else None,
            hook_secret if one.id == made else None,
            base_url,
        )
        for one in following.table_of(server).of(owner.id)
    ]
    translate = server.translate

    def say_moment(written: str) -> str:
        moment = datetime.fromisoformat(written).astimezone()
        return f"{moment:%H:%M} {say_day(moment.date(), translate=translate)}"

    values = {
        "searches": searches,
        "path": _PATH,
        "can_mail": following.can_be_mailed(server, owner),
        "email": owner.email,
        "often": {name: translate(words) for name, words in OFTEN.items()},
        "ways": {name: translate(words) for name, words in WAY.items()},
        "states": {name: translate(words) for name, words in STATE.items()},
        "moment_of": say_moment,
        "problem": explain(error, translate) if error else None,
    }
    status = outcome_of(error).status if error else 200
    return render(request, "saved_searches.html", status, values, twin="/api/v1/saved-searches")
