"""The pages on which administrators keep accounts and officers answer claims."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.accounts import keeping
from api.accounts.claims import Sharing, see_asked, settle_claim
from api.accounts.labels import ROLE
from api.addresses import invitation_href, record_href
from api.catalogue import explain
from api.councils.printing import show_day
from api.errors import BadInput
from api.live_workspace import Server
from api.outcomes import outcome_of
from api.pages.accounts import title_of
from api.pages.rendering import render
from api.routes.parameters import AtAdministeringServer, AtOfficerServer, AtWritingServer
from index import ACCOUNT_ROLES, AccountRole
from index.database import note_shown
from ingest import BanhaError

router = APIRouter()
_PATH = "/quan-tri/tai-khoan"
_CLAIMS = "/quan-tri/nhan-ho-so"


@router.get(_PATH)
def show_accounts(request: Request, server: AtAdministeringServer) -> Response:
    return _show_all(request, server)


@router.post(_PATH)
def invite(
    request: Request,
    server: AtAdministeringServer,
    email: Annotated[str, Form()],
    role: Annotated[AccountRole, Form()],
    name: Annotated[str, Form()] = "",
    organisation: Annotated[str, Form()] = "",
) -> Response:
    """The page with the link of the invitation, which is shown this once."""
    index, at = server.live.current.index, datetime.now(UTC)
    filled = {"email": email, "name": name, "role": role, "organisation": organisation}
    try:
        invitation, secret = keeping.invite(index, email, name, role, organisation, at)
    except BanhaError as error:
        return _show_all(request, server, error, filled=filled)
    return _show_all(request, server, link=(invitation.email, _link(request, secret)))


@router.post(f"{_PATH}/thu-hoi")
def withdraw_invitation(server: AtAdministeringServer, email: Annotated[str, Form()]) -> Response:
    server.live.current.index.store.invitations.withdraw(email)
    return RedirectResponse(_PATH, 303)


@router.post(f"{_PATH}/vai-tro")
def change_role(
    request: Request,
    server: AtAdministeringServer,
    id: Annotated[str, Form()],
    role: Annotated[AccountRole, Form()],
    organisation: Annotated[str, Form()] = "",
) -> Response:
    index = server.live.current.index
    try:
        keeping.change_role(index, keeping.find_account(index, id), role, organisation, server.account)
    except BanhaError as error:
        return _show_all(request, server, error)
    return RedirectResponse(_PATH, 303)


@router.post(f"{_PATH}/khoa")
def disable(
    request: Request,
    server: AtAdministeringServer,
    id: Annotated[str, Form()],
    is_disabled: Annotated[bool, Form()],
) -> Response:
    index = server.live.current.index
    try:
        keeping.disable(index, keeping.find_account(index, id), is_disabled, server.account)
    except BanhaError as error:
        return _show_all(request, server, error)
    return RedirectResponse(_PATH, 303)


@router.post(f"{_PATH}/mat-khau")
def offer_password(request: Request, server: AtAdministeringServer, id: Annotated[str, Form()]) -> Response:
    """The page with the link by which the owner chooses a new password, which is shown this once."""
    index = server.live.current.index
    try:
        invitation, secret = keeping.offer_password(index, keeping.find_account(index, id), datetime.now(UTC))
    except BanhaError as error:
        return _show_all(request, server, error)
    return _show_all(request, server, link=(invitation.email, _link(request, secret)))


@router.post(f"{_PATH}/xoa")
def erase(request: Request, server: AtAdministeringServer, id: Annotated[str, Form()]) -> Response:
    index = server.live.current.index
    try:
        keeping.erase(index, keeping.find_account(index, id), server.account)
    except BanhaError as error:
        return _show_all(request, server, error)
    return RedirectResponse(_PATH, 303)


def _link(request: Request, secret: str) -> str:
    return str(request.base_url).rstrip("/") + invitation_href(secret)


def _show_all(
    request: Request,
    server: Server,
    error: BanhaError | None = None,
    link: tuple[str, str] | None = None,
    filled: dict[str, str] | None = None,
) -> Response:
    store, say = server.live.current.index.store, server.translate
    accounts = store.accounts.all()
    note_shown(*(one.id for one in accounts))
    values: dict[str, Any] = {
        "accounts": accounts,
        "invitations": store.invitations.open_ones(datetime.now(UTC)),
        "roles": {role: say(ROLE[role]) for role in ACCOUNT_ROLES},
        "filled": {"email": "", "name": "", "role": "scientist", "organisation": "", **(filled or {})},
        "title_of": lambda id: title_of(server, id),
        "link": link,
        "problem": explain(error, say) if error else None,
        "day_of": partial(show_day, translate=server.translate),
    }
    return render(request, "accounts.html", outcome_of(error).status if error else 200, values, "/api/v1/accounts")


@router.get(_CLAIMS)
def show_claims(request: Request, server: AtOfficerServer) -> Response:
    return _show_claims(request, server)


@router.post(_CLAIMS)
def settle(
    request: Request,
    server: AtWritingServer,
    account: Annotated[str, Form()],
    record: Annotated[str, Form()],
    is_confirmed: Annotated[bool, Form()],
    sharing: Annotated[Sharing | None, Form()] = None,
) -> Response:
    index, at = server.live.current.index, datetime.now(UTC)
    try:
        settle_claim(index, account, record, is_confirmed, server.account, at, sharing)
    except BadInput as error:
        return _show_claims(request, server, error)
    return RedirectResponse(_CLAIMS, 303)


def _show_claims(request: Request, server: Server, error: BadInput | None = None) -> Response:
    asked = see_asked(server.live.current.index)
    note_shown(*(id for one in asked for id in (one.account.id, one.claim.record_id, *(own.id for own in one.owners))))
    values = {
        "asked": asked,
        "roles": {role: server.translate(ROLE[role]) for role in ACCOUNT_ROLES},
        "href": record_href,
        "day_of": partial(show_day, translate=server.translate),
        "problem": explain(error, server.translate) if error else None,
    }
    return render(request, "claims.html", outcome_of(error).status if error else 200, values, "/api/v1/claims")
