"""Who may ask what: hosts that are answered, requests from other sites, sizes, and protective headers."""

from __future__ import annotations

import ipaddress
import logging
import re
import socket
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Forbidden, WrongHost
from ingest import N_, BanhaError

PROTECTION: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LONGEST_LENGTH = 18  # digits of a number of bytes
# Everything else is held in memory as a whole, also of strangers.
_TAKES_FILES = re.compile(
    r"/api/v1/(?:files|records|profiles/orcid|engagements/.+/attachments)|/tai-len|/cua-toi/orcid|/ket-noi/.+/tep"
)
_MOST_SAID = 8_000_000  # bytes; a form sends a Vietnamese letter as up to nine, and a profile has many sections
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Over HTTPS no other host or path of the domain can set this one.
_COOKIE, _SECURE_COOKIE = "banha_session", "__Host-banha_session"
_LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain"})
# Whoever knows the rest of these addresses may open an account, read a feed, stop e-mails, or come back signed in.
_SECRET = re.compile(r"((?:/loi-moi|/feeds|/ngung-thu)/+)[^/?\s]+|(/xong/*\?)\S+")


class Gate:
    """ASGI middleware: answers only to its own names, refuses other sites' changes and too large bodies.

    `names` are those of the server (in lower case), besides this computer's and every address in numbers. `most_bytes`
    is for requests that bring files.
    """

    def __init__(
        self,
        app: ASGIApp,
        names: Collection[str],
        most_bytes: int,
        refuse: Callable[[Request, Exception], Response],
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._names = _LOOPBACK_NAMES | {socket.gethostname().lower(), *names}
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in PROTECTION.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", _caching(scope["path"], scope["query_string"]))
            await send(message)

        most = self._most_bytes if takes_files(scope["path"]) else min(_MOST_SAID, self._most_bytes)
        refusal = self._find_refusal(scope["method"], Headers(scope=scope), most)
        app = self._refuse(Request(scope), refusal) if refusal else self._app
        await app(scope, _limit(receive, most), send_protected)

    def _find_refusal(self, method: str, headers: Headers, most: int) -> BanhaError | HTTPException | None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            return WrongHost(
                N_("This server does not answer to the name {host}. Add it to BANHA_ALLOWED_HOSTS of the server."),
                host=host[:100],
            )
        if not is_safe(method) and _comes_from_elsewhere(headers, host):
            return Forbidden(N_("Changes are taken only from the pages of this server, not from another site."))
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            return HTTPException(400)
        if len(length) > _LONGEST_LENGTH or int(length) > most:
            return HTTPException(413)
        return None

    def _is_ours(self, host: str) -> bool:
        """Whether the Host header names this server. An address in numbers cannot be pointed elsewhere by a
        foreign name server (DNS rebinding), so all of those are."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _limit(receive: Receive, most: int) -> Receive:
    left = most

    async def receive_limited() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return receive_limited


def hide_secrets(entry: logging.LogRecord) -> bool:
    """A filter of log entries: secrets that addresses hold are left out."""
    if isinstance(entry.args, tuple):
        entry.args = tuple(_SECRET.sub(r"\1\2…", one) if isinstance(one, str) else one for one in entry.args)
    return True


def takes_files(path: str) -> bool:
    """Whether requests to this path may bring files."""
    return _TAKES_FILES.fullmatch(path) is not None


def _caching(path: str, query: bytes) -> str:
    """Static files are asked for with a digest of their content; records may be removed or hidden any moment."""
    if not path.startswith("/static/"):
        return "no-store"
    return "max-age=31536000, immutable" if query.startswith(b"v=") else "no-cache"


def is_safe(method: str) -> bool:
    """Whether requests of this kind change nothing."""
    return method in _SAFE_METHODS


def session_cookie(is_secure: bool) -> str:
    """The name of the cookie that holds a session's secret."""
    return _SECURE_COOKIE if is_secure else _COOKIE


def session_of(request: Request) -> str | None:
    """The secret of the session that a request brings."""
    return cookie_parser(request.headers.get("cookie", "")).get(session_cookie(request.url.scheme == "https"))


def can_be_forgotten(request: Request) -> bool:
    """Whether a browser heeds Clear-Site-Data, by which signing out has it forget pages that it keeps: over HTTPS and
    from its own computer only."""
    host = request.url.hostname or ""
    if request.url.scheme == "https" or host in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _comes_from_elsewhere(headers: Headers, host: str) -> bool:
    """Whether another site may have sent the request. Browsers say where it comes from; programs that are no browsers
    say nothing, and bring no session."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return bool({_COOKIE, _SECURE_COOKIE} & cookie_parser(headers.get("cookie", "")).keys())
    try:
        return urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:
        return True
