"""The pages on which one signs in, signs out and accepts an invitation."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from secrets import compare_digest
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.accounts.keeping import accept, admit, find_invitation, fold_email
from api.accounts.labels import ROLE
from api.accounts.oidc import address_to_ask, begin_journey, find_provider, identify, read_journey, refuse_journey
from api.accounts.signing_in import address_of, check_password, close_session, open_session
from api.catalogue import explain
from api.errors import BadInput, ProviderFails, TooManyAttempts
from api.live_workspace import Server
from api.outcomes import outcome_of
from api.pages.rendering import render
from api.routes.parameters import AtServer
from ingest import N_, BanhaError

router = APIRouter()
_PATH = "/dang-nhap"
_AWAY, _BACK = f"{_PATH}/ben-ngoai", f"{_PATH}/ben-ngoai/xong"
_JOURNEY, _SECURE_JOURNEY = "banha_journey", "__Host-banha_journey"
_JOURNEY_S = 600
_LONGEST_THEN = 1_000
_log = logging.getLogger(__name__)
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


@router.get(_AWAY)
def leave_to_sign_in(request: Request, server: AtServer, tiep: str = "/") -> Response:
    """To the provider of the settings. By a link: a form may lead to pages of this server only."""
    provider = find_provider(server.settings)
    if provider is None or server.account:
        return RedirectResponse(_own_page(tiep) if server.account else _PATH, 303)
    journey = begin_journey(_own_page(tiep) if len(tiep) <= _LONGEST_THEN else "/")
    try:
        response = RedirectResponse(address_to_ask(provider, journey, _address_back(request)), 303)
    except ProviderFails as error:
        return _show(request, server, tiep, error=error)
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        _SECURE_JOURNEY if is_secure else _JOURNEY,
        journey.write(),
        max_age=_JOURNEY_S,
        path="/",
        secure=is_secure,
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(_BACK)
def come_back(
    request: Request, server: AtServer, state: str = "", code: str = "", error: str = "", iss: str = ""
) -> Response:
    """From the provider, with a code that tells it who this is."""
    provider = find_provider(server.settings)
    if provider is None:
        return RedirectResponse(_PATH, 303)
    is_secure = request.url.scheme == "https"
    cookie = _SECURE_JOURNEY if is_secure else _JOURNEY
    journey = read_journey(request.cookies.get(cookie, ""))
    index, at = server.live.current.index, datetime.now(UTC)
    response: Response
    try:
        is_theirs = journey is not None and compare_digest(journey.state.encode(), state.encode())
        if journey is None or not is_theirs or error or not code or (iss and iss != provider.issuer):
            raise refuse_journey(provider)
        account = admit(index, identify(provider, journey, code, _address_back(request)), provider.name, at)
        response = RedirectResponse(_own_page(journey.then), 303)
        open_session(index, account, request, response, at)
    except BanhaError as refused:
        response = _show(request, server, journey.then if journey else "/", error=refused)
    response.delete_cookie(cookie, path="/", secure=is_secure, httponly=True, samesite="lax")
    return response


@router.post("/dang-xuat")
def sign_out(request: Request, server: AtServer) -> Response:
    response = RedirectResponse("/", 303)
    response.headers["Clear-Site-Data"] = '"cache"'
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
    provider = find_provider(server.settings)
    shown = error
    if provider and isinstance(error, ProviderFails):
        # What is wrong with it is for those who run the server.
        _log.warning("%s", error)
        words = N_("Signing in with {name} does not work just now. Sign in with your password.")
        shown = ProviderFails(words, name=provider.name)
    values = {
        "then": _own_page(then),
        "email": email,
        "problem": explain(shown, server.translate) if shown else None,
        "has_any": server.has_accounts,
        "provider": provider.name if provider else None,
        "away": f"{_AWAY}?{urlencode({'tiep': _own_page(then)})}",
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


def _address_back(request: Request) -> str:
    """What the provider must know as an address of this server."""
    return str(request.url.replace(path=_BACK, query="", fragment=""))


def _own_page(address: str) -> str:
    """The address when it is one of this server's pages: nobody is led elsewhere by a link to sign in."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    is_own = not parts.scheme and not parts.netloc and address.startswith("/") and address.isprintable()
    return address if is_own and not address.startswith("//") and "\\" not in address else "/"
