"""The page of one's own account: name, password, sessions, tokens and claimed records."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.accounts import keeping
from api.accounts.claims import CLAIMING, claim, withdraw_claim
from api.accounts.labels import CLAIM, ROLE, SCOPE
from api.accounts.signing_in import address_of, open_session
from api.addresses import record_href
from api.catalogue import explain
from api.councils.printing import show_day
from api.errors import Forbidden, NotSignedIn
from api.library import see_record
from api.live_workspace import Server
from api.outcomes import outcome_of
from api.pages.rendering import render
from api.pages.signing_in import check_repeated
from api.routes.parameters import AtAccountServer
from index import SCOPES, Scope, UnknownRecord
from ingest import N_, BanhaError

router = APIRouter()
_PATH = "/tai-khoan"


@router.get(_PATH)
def show_account(request: Request, server: AtAccountServer) -> Response:
    return _show_own(request, server)


@router.post(f"{_PATH}/ten")
def rename(
    request: Request, server: AtAccountServer, name: Annotated[str, Form()], nhac: Annotated[bool, Form()] = False
) -> Response:
    accounts, id = server.live.current.index.store.accounts, server.signed_in.id
    try:
        accounts.rename(id, keeping.clean_name(name))
        accounts.want_reminders(id, nhac)
    except BanhaError as error:
        return _show_own(request, server, error)
    return RedirectResponse(_PATH, 303)


@router.post(f"{_PATH}/mat-khau")
def change_password(
    request: Request,
    server: AtAccountServer,
    old: Annotated[str, Form()],
    new: Annotated[str, Form()],
    again: Annotated[str, Form()],
) -> Response:
    index, account, at = server.live.current.index, server.signed_in, datetime.now(UTC)
    try:
        check_repeated(new, again)
        keeping.change_password(index, account, old, new, address_of(request), at)
    except NotSignedIn:
        return _show_own(request, server, Forbidden(N_("The old password is wrong.")))
    except BanhaError as error:
        return _show_own(request, server, error)
    response = RedirectResponse(_PATH, 303)
    open_session(index, account, request, response, at)
    return response


@router.post(f"{_PATH}/phien/ket-thuc")
def end_session(server: AtAccountServer, number: Annotated[str, Form()]) -> Response:
    server.live.current.index.store.sessions.close_one(server.signed_in.id, number)
    return RedirectResponse(_PATH, 303)


@router.post(f"{_PATH}/khoa")
def make_token(
    request: Request,
    server: AtAccountServer,
    name: Annotated[str, Form()],
    scopes: Annotated[list[Scope] | None, Form()] = None,
) -> Response:
    """The page of the account with the secret, which is shown this once."""
    index = server.live.current.index
    try:
        _, secret = keeping.make_token(index, server.signed_in, name, scopes or [], datetime.now(UTC))
    except BanhaError as error:
        return _show_own(request, server, error)
    return _show_own(request, server, secret=secret)


@router.post(f"{_PATH}/khoa/bo")
def revoke_token(server: AtAccountServer, id: Annotated[str, Form()]) -> Response:
    server.live.current.index.store.api_tokens.revoke(id, server.signed_in.id)
    return RedirectResponse(_PATH, 303)


@router.post(f"{_PATH}/ho-so")
def claim_record(
    request: Request,
    server: AtAccountServer,
    record: Annotated[str, Form()],
    tai_ho_so: Annotated[bool, Form()] = False,
) -> Response:
    """`tai_ho_so`: asked on the page of the record, which shows what comes of it."""
    index = server.live.current.index
    try:
        made = claim(index, server.signed_in, server.viewer, record.strip(), datetime.now(UTC))
    except BanhaError as error:
        return _show_own(request, server, error)
    return RedirectResponse(record_href(made.record_id) if tai_ho_so else _PATH, 303)


@router.post(f"{_PATH}/ho-so/bo")
def withdraw(
    server: AtAccountServer, record: Annotated[str, Form()], cua_toi: Annotated[bool, Form()] = False
) -> Response:
    """`cua_toi`: asked on the page of what concerns the account."""
    withdraw_claim(server.live.current.index, server.signed_in, record)
    return RedirectResponse("/cua-toi" if cua_toi else _PATH, 303)


def _show_own(request: Request, server: Server, error: BanhaError | None = None, secret: str | None = None) -> Response:
    store, say = server.live.current.index.store, server.translate
    account = keeping.find_account(server.live.current.index, server.signed_in.id)
    claims = [
        {"id": one.record_id, "title": title_of(server, one.record_id), "state": say(CLAIM[one.state])}
        for one in store.claims.of(account.id)
    ]
    values = {
        "own": account,
        "role": say(ROLE[account.role]),
        "organisation": title_of(server, account.organisation_id) if account.organisation_id else None,
        "sessions": store.sessions.of(account.id, datetime.now(UTC)),
        "tokens": store.api_tokens.of(account.id),
        "scopes": {scope: say(SCOPE[scope]) for scope in SCOPES},
        "offered": [scope for scope in SCOPES if scope != "administer" or account.role == "administrator"],
        "claims": claims,
        "may_claim": account.role in CLAIMING,
        "secret": secret,
        "problem": explain(error, say) if error else None,
        "href": record_href,
        "day_of": partial(show_day, translate=say),
    }
    return render(request, "account.html", outcome_of(error).status if error else 200, values, "/api/v1/session")


def title_of(server: Server, id: str) -> str:
    """As whoever asks sees the record; the id where there is none."""
    try:
        return see_record(server.live.current.index, id, server.viewer).title
    except UnknownRecord:
        return id
