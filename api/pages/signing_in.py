"""The pages on which one signs in, signs out and accepts an invitation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.account_labels import ROLE
from api.accounts import accept, find_invitation, fold_email
from api.catalogue import explain
from api.errors import BadInput, TooManyAttempts
from api.live_workspace import Server
from api.outcomes import outcome_of
from api.pages.rendering import render
from api.routes.parameters import AtServer
from api.signing_in import address_of, check_password, close_session, open_session
from ingest import N_, BanhaError

router = APIRouter()
_PATH = "/dang-nhap"
NOT_THE_SAME = N_("The two passwords are not the same.")


@router.get(_PATH)
def show_sign_in(request: Request, server: AtServer, tiep: str = "/") -> Response:
    if server.account:
        return RedirectResponse(_own_page(tiep), 303)
    return _show(request, server, tiep)


@router.post(_PATH)
def sign_in(
    request: Request,
    server: AtServer,
    email: Annotated[str, Form()],
    password: Annotated[str, Form()],
    tiep: Annotated[str, Form()] = "/",
) -> Response:
    index, at = server.live.current.index, datetime.now(UTC)
    try:
        account = check_password(index, fold_email(email), password, address_of(request), at)
    except BanhaError as error:
        return _show(request, server, tiep, email, error)
    response = RedirectResponse(_own_page(tiep), 303)
    open_session(index, account, request, response, at)
    return response


@router.post("/dang-xuat")
def sign_out(request: Request, server: AtServer) -> Response:
    response = RedirectResponse("/", 303)
    close_session(server.live.current.index, request, response)
    return response


@router.get("/loi-moi/{token}")
def show_invitation(request: Request, server: AtServer, token: str) -> Response:
    return _show_invitation(request, server, token, "")


@router.post("/loi-moi/{token}")
def accept_invitation(
    request: Request,
    server: AtServer,
    token: str,
    password: Annotated[str, Form()],
    again: Annotated[str, Form()],
    name: Annotated[str, Form()] = "",
) -> Response:
    index, at = server.live.current.index, datetime.now(UTC)
    try:
        check_repeated(password, again)
        account = accept(index, token, name, password, at)
    except BanhaError as error:
        return _show_invitation(request, server, token, name, error)
    response = RedirectResponse("/tai-khoan", 303)
    open_session(index, account, request, response, at)
    return response


def check_repeated(password: str, again: str) -> None:
    """Raises BadInput when a new password was not written twice the same."""
    if password != again:
        raise BadInput(NOT_THE_SAME)


def _show(request: Request, server: Server, then: str, email: str = "", error: BanhaError | None = None) -> Response:
    values = {
        "then": _own_page(then),
        "email": email,
        "problem": explain(error, server.translate) if error else None,
        "has_any": server.has_accounts,
    }
    page = render(request, "signing_in.html", outcome_of(error).status if error else 200, values)
    if isinstance(error, TooManyAttempts):
        page.headers["Retry-After"] = str(error.seconds)
    return page


def _show_invitation(
    request: Request, server: Server, token: str, name: str, error: BanhaError | None = None
) -> Response:
    index = server.live.current.index
    try:
        invitation = find_invitation(index, token, datetime.now(UTC))
    except BadInput as gone:
        return render(request, "invitation.html", 404, {"invitation": None, "problem": explain(gone, server.translate)})
    values = {
        "invitation": invitation,
        "is_known": index.store.accounts.find(invitation.email) is not None,
        "name": name or invitation.name,
        "role": server.translate(ROLE[invitation.role]),
        "problem": explain(error, server.translate) if error else None,
    }
    return render(request, "invitation.html", outcome_of(error).status if error else 200, values)


def _own_page(address: str) -> str:
    """The address when it is one of this server's pages: nobody is led elsewhere by a link to sign in."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    is_own = not parts.scheme and not parts.netloc and address.startswith("/") and address.isprintable()
    return address if is_own and not address.startswith("//") and "\\" not in address else "/"
