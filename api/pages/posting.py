"""The page on which a need is posted, changed and withdrawn, by plain questions with guidance; it works without
scripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.access import can_be_forgotten
from api.accounts.keeping import fold_email
from api.accounts.ownership import viewer_of
from api.accounts.signing_in import address_of, check_password, open_session
from api.addresses import pairings_href, record_href
from api.catalogue import explain
from api.errors import NotSignedIn, PostedAlready, PostedBefore, TooManyAttempts
from api.labels import KIND
from api.live_workspace import Server
from api.needs.guidance import Guidance, guide
from api.needs.posting import mark_of, may_post, mint_key, post_need, poster_of, see_posted, withdraw_need
from api.needs.questions import (
    HIDDEN,
    HIDDEN_LABEL,
    LONGEST_ANSWER,
    LONGEST_LINE,
    QUESTIONS,
    Answers,
    Hidden,
    differing,
    read_answers,
    take_stored,
)
from api.needs.strangers_view import StrangersView, preview_for_strangers, view_for_strangers
from api.outcomes import outcome_of
from api.pages.rendering import render
from api.routes.parameters import AtServer
from api.wording import Wording
from index import Scope, UnknownRecord
from index.changes import ChangedMeanwhile
from ingest import N_, BanhaError

router = APIRouter()
PATH = "/dang-nhu-cau"
_Line = Annotated[str, Form(max_length=4 * LONGEST_LINE)]
_Long = Annotated[str, Form(max_length=4 * LONGEST_ANSWER)]
_Key = Annotated[str, Form(max_length=200)]
_Mark = Annotated[str, Form(max_length=64)]


def read_form(
    title: _Line = "",
    problem: _Long = "",
    since: _Line = "",
    tried: _Long = "",
    result: _Long = "",
    subject: _Line = "",
    place: _Line = "",
    deadline: _Line = "",
    money: _Line = "",
    hides: Annotated[list[Hidden] | None, Form()] = None,
) -> Answers:
    """What was typed."""
    texts = (title, problem, since, tried, result, subject, place, deadline, money)
    return Answers(*texts, hides=frozenset(hides or ()))


Typed = Annotated[Answers, Depends(read_form)]


@router.get(PATH)
def show_questions(request: Request, server: AtServer, id: str = "") -> Response:
    """The questions; with `id` those of a posted need with its answers."""
    if id:
        need = see_posted(server.live.current.index, id, server.viewer)
        return _show(request, server, read_answers(need), id, seen=mark_of(need))
    page = _show(request, server, Answers(hides=frozenset({"name"})), "")
    if server.account is None or can_be_forgotten(request):
        # Who goes back finds the same form with its key, and not a new one with which the need would be posted again.
        # It bears the account's name, which nobody shall find after signing out.
        page.headers["Cache-Control"] = "private, no-cache"
    return page


@router.post(f"{PATH}/xem-truoc")
def preview(
    request: Request,
    server: AtServer,
    typed: Typed,
    id: Annotated[str, Form(max_length=200)] = "",
    key: _Key = "",
    da_xem: _Mark = "",
) -> Response:
    """The same page with guidance; nothing is stored."""
    return _show(request, server, typed, id, is_guided=True, key=key, seen=da_xem)


@router.post(PATH)
def post(
    request: Request,
    server: AtServer,
    typed: Typed,
    id: Annotated[str, Form(max_length=200)] = "",
    key: _Key = "",
    another: bool = False,
    email: Annotated[str, Form(max_length=300)] = "",
    password: Annotated[str, Form(max_length=300)] = "",
    da_xem: _Mark = "",
    lay: Annotated[list[str] | None, Form(max_length=20)] = None,
) -> Response:
    """Store the need, as `another` one whatever its `id`. Who is not signed in does so on the way, or comes back to
    what was typed; so does who changed a form that was posted, and chooses what becomes of it. `da_xem`: the mark of
    the need that was looked at, so that nobody undoes unknowingly what another changed meanwhile; `lay`: what is taken
    as it is stored."""
    index, at = server.live.current.index, datetime.now(UTC)
    account = None
    try:
        if server.has_accounts and server.account is None:
            if not email or not password:
                raise NotSignedIn(N_("Sign in below; what you typed is kept."))
            account = check_password(index, fold_email(email), password, address_of(request), at)
            may = frozenset[Scope]({"read", "write"})
            server = replace(server, viewer=viewer_of(index, account), account=account, scopes=may)
        if lay and id and not another:
            stored = see_posted(index, id, server.viewer)
            # Of what was looked at before somebody else's change nothing can be taken.
            typed = take_stored(typed, read_answers(stored), lay) if da_xem == mark_of(stored) else typed
        need = post_need(server, typed, "" if another else id, key, another, da_xem)
    except UnknownRecord:
        raise
    except BanhaError as error:
        if isinstance(error, PostedBefore):
            id, key = error.id, ""
        page = _show(request, server, typed, id, error, is_guided=True, email=email, key=key, seen=da_xem)
        if account:
            open_session(index, account, request, page, at)
        return page
    response = RedirectResponse(f"{PATH}/xong?{urlencode({'id': need.id})}", 303)
    if account:
        open_session(index, account, request, response, at)
    return response


@router.get(f"{PATH}/xong")
def show_posted(request: Request, server: AtServer, id: str) -> Response:
    """That it is stored, who can read what, and where to go from here."""
    index = server.live.current.index
    need = see_posted(index, id, server.viewer)
    answers = read_answers(need)
    values = {
        "others": _show_others(view_for_strangers(index, need), server),
        "title": answers.title,
        "hidden": [server.translate(HIDDEN_LABEL[one]) for one in HIDDEN if one in answers.hides],
        "record": record_href(id),
        "candidates": pairings_href(id, "scientist"),
        "change": f"{PATH}?{urlencode({'id': id})}",
    }
    return render(request, "posted.html", 200, values, twin=f"/api/v1/needs/{id}")


@router.post(f"{PATH}/rut")
def withdraw(server: AtServer, id: Annotated[str, Form(max_length=200)]) -> Response:
    withdraw_need(server, id)
    return RedirectResponse(PATH, 303)


def _show(
    request: Request,
    server: Server,
    answers: Answers,
    id: str,
    error: BanhaError | None = None,
    is_guided: bool = False,
    email: str = "",
    key: str = "",
    seen: str = "",
) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    index = server.live.current.index
    others = preview_for_strangers(index, answers, poster_of(server, id)) if is_guided else None
    guidance = guide(index, answers, server.viewer, id) if is_guided else None
    stored = see_posted(index, id, server.viewer) if isinstance(error, ChangedMeanwhile) else None
    values: dict[str, Any] = {
        "questions": QUESTIONS,
        "answers": answers.texts,
        "longest": {True: LONGEST_ANSWER, False: LONGEST_LINE},
        "hiding": [(one, server.translate(HIDDEN_LABEL[one]), one in answers.hides) for one in HIDDEN],
        "id": id,
        "key": key or mint_key(),
        "mark": mark_of(stored) if stored else seen,
        "stored": _show_stored(answers, read_answers(stored), server) if stored else {},
        "offers_another": isinstance(error, PostedAlready | PostedBefore),
        "same": record_href(error.id) if isinstance(error, PostedAlready) else None,
        "email": email,
        "asks_to_sign_in": server.has_accounts and server.account is None,
        "may_post": may_post(server),
        "problem": explain(error, server.translate) if error else None,
        "guidance": guidance and _show_guidance(guidance, wording),
        "others": others and _show_others(others, server),
        "kinds": {kind: server.translate(label) for kind, label in KIND.items()},
    }
    page = render(request, "posting.html", outcome_of(error).status if error else 200, values, twin=None)
    if isinstance(error, TooManyAttempts):
        page.headers["Retry-After"] = str(error.seconds)
    return page


def _show_stored(typed: Answers, stored: Answers, server: Server) -> dict[str, str]:
    """What is stored otherwise than typed."""
    hidden = "\n".join(server.translate(HIDDEN_LABEL[one]) for one in HIDDEN if one in stored.hides)
    return {name: hidden if name == "hides" else stored.of(name) for name in differing(typed, stored)}


def _show_others(others: StrangersView, server: Server) -> dict[str, Any]:
    return {"lines": [(server.translate(label), text) for label, text in others.lines], "doubtful": others.doubtful}


def _show_guidance(found: Guidance, wording: Wording) -> dict[str, Any]:
    return {
        "missing": [(wording.say(one.message), wording.say(one.because, form=one.form)) for one in found.missing],
        "similar": [(record_href(one.id), one.title) for one in found.similar],
        "candidates": [
            {
                "kind": one.kind,
                "kind_label": wording.say(KIND[one.kind]),
                "about": " · ".join([*map(wording.field, one.field_codes[:2]), *([one.place] if one.place else [])]),
                "quote": one.quote,
                "is_sure": one.is_sure,
            }
            for one in found.candidates
        ],
    }
