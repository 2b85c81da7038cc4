"""Signing in: who asks, by a session of a browser or the token of a program, and what guessing costs."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from fastapi import Request, Response

from api.access import is_safe, session_cookie, session_of
from api.accounts.ownership import viewer_of
from api.accounts.passwords import hash_password, is_outdated, is_password
from api.errors import Forbidden, NotSignedIn, TooManyAttempts
from api.live_workspace import Server
from index import Account, Guessed, Index, Scope
from index.sessions import LONGEST
from ingest import N_, NOBODY

_FREE_BY_BOTH, _FREE_BY_ADDRESS = 5, 50
# Of an account from anywhere. The pause is short, or whoever knows an address of e-mail could keep its owner out.
_FREE_BY_ACCOUNT, _LONGEST_BY_ACCOUNT = 100, timedelta(minutes=1)
_BEARER = "bearer "
_LONGEST_BROWSER = 200
# These take a body only to say what is asked, and change nothing.
ASKING = frozenset({"/api/v1/search", "/api/v1/orders", "/api/v1/needs/guidance"})


def digest_of(secret: str) -> bytes:
    """What is kept of a secret of 256 random bits; such a one needs no salt."""
    return hashlib.sha256(secret.encode()).digest()


def make_secret() -> str:
    return secrets.token_urlsafe(32)


def recognise(request: Request, server: Server) -> Server:
    """The server as it answers whoever asks: until there is an account as its settings say; then nobody in
    particular, who is signed in, or whose token it is. Raises NotSignedIn for a token that is not valid (any more)
    and Forbidden for a change with one that may only read."""
    index = server.live.current.index
    if not index.store.accounts.were_there():
        return server
    at = datetime.now(UTC)
    nobody = replace(server, viewer=NOBODY, has_accounts=True, scopes=frozenset())
    said = request.headers.get("authorization", "")
    # The pages take sessions only: a program has no use for them.
    if said.lower().startswith(_BEARER) and request.url.path.startswith("/api/"):
        found = index.store.api_tokens.find(digest_of(said[len(_BEARER) :].strip()), at)
        if found is None:
            raise NotSignedIn(N_("This token is not valid, or no longer."))
        token, account = found
        if not is_safe(request.method) and "write" not in token.scopes and request.url.path not in ASKING:
            raise Forbidden(N_("This token may only read."))
        return replace(_as(nobody, index, account, frozenset(token.scopes)), is_program=True)
    secret = session_of(request)
    owner = index.store.sessions.find(digest_of(secret), at) if secret else None
    return _as(nobody, index, owner, frozenset({"read", "write", "administer"})) if owner else nobody


def _as(server: Server, index: Index, account: Account, scopes: frozenset[Scope]) -> Server:
    return replace(server, viewer=viewer_of(index, account), account=account, scopes=scopes)


def address_of(request: Request) -> str:
    """From where a request comes: of IPv6 the network, in which one computer has addresses without number."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else host


def check_password(index: Index, email: str, password: str, address: str, at: datetime) -> Account:
    """The account whose password it is. Raises NotSignedIn without a word on which of both is wrong, and
    TooManyAttempts after many failures from the same address or for the same account."""
    store = index.store
    by_both = Guessed(digest_of(f"both {address} {email}"), _FREE_BY_BOTH)
    by_account = Guessed(digest_of(f"account {email}"), _FREE_BY_ACCOUNT, _LONGEST_BY_ACCOUNT)
    by_address = Guessed(digest_of(f"address {address}"), _FREE_BY_ADDRESS)
    wait = store.attempts.begin([by_both, by_account, by_address], at)
    if wait:
        raise TooManyAttempts(wait)
    account = store.accounts.find(email)
    kept = store.accounts.password_hash(account.id) if account else None
    if not is_password(kept, password) or account is None or kept is None or account.is_disabled:
        raise NotSignedIn(N_("The e-mail address or the password is wrong."))
    store.attempts.succeed([by_both, by_account], by_address)
    if is_outdated(kept):
        store.accounts.rehash(account.id, kept, hash_password(password))
    return account


def open_session(index: Index, account: Account, request: Request, response: Response, at: datetime) -> None:
    """A new session of this browser, in place of the one it had."""
    is_secure = request.url.scheme == "https"
    if old := session_of(request):
        index.store.sessions.close(digest_of(old))
    secret = make_secret()
    browser = request.headers.get("user-agent", "")[:_LONGEST_BROWSER]
    index.store.sessions.open(digest_of(secret), account.id, browser, at)
    # Whoever signs in was nobody when the request came; the audit log names the account.
    request.state.signed_in = account.id
    response.set_cookie(
        session_cookie(is_secure),
        secret,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=is_secure,
        httponly=True,
        samesite="lax",
    )


def close_session(index: Index, request: Request, response: Response) -> None:
    """Sign out."""
    if secret := session_of(request):
        index.store.sessions.close(digest_of(secret))
    for is_secure in (False, True):
        response.delete_cookie(session_cookie(is_secure), path="/", secure=is_secure, httponly=True, samesite="lax")
