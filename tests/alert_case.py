"""What tests of alerts share: records, accounts, saved searches, and real servers of this computer that take alerts."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from api.alerts.sending import Sent, send_alerts
from api.alerts.webhooks import make_hook_secret
from api.settings import Settings
from index import Account, AccountRole, Index, Narrowing, Often, SavedSearch, store_records
from ingest.records_json import record_from_json

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PUBLIC_URL = "https://banha.example"


def settings_for(folder: Path, **more: Any) -> Settings:
    return Settings(data=folder, lang="vi", public_url=PUBLIC_URL, **more)


def need(id: str, text: str = "Gỗ cao su bị nứt khi sấy.", visibility: str = "public", **facts: Any) -> dict[str, Any]:
    sections = [{"name": "situation", "text": text, "visibility": visibility}]
    title = "Nhu cầu mật" if visibility == "confidential" else f"Nhu cầu {id}"
    return {"id": id, "kind": "need", "title": title, "sections": sections, "facts": facts}


def put(index: Index, *records: dict[str, Any]) -> None:
    store_records(index, [(record_from_json(one), "test") for one in records])


def add_account(index: Index, id: str = "an", role: AccountRole = "enterprise") -> Account:
    account = Account(id, f"{id}@so.vn", id.title(), role)
    index.store.accounts.add(account, None, NOW)
    return account


def follow(
    index: Index,
    account: Account | None,
    query: str | None = "sấy gỗ cao su",
    often: Often = "at once",
    known: Sequence[str] = (),
    feed_digest: bytes | None = None,
    **more: Any,
) -> SavedSearch:
    """A saved search as it was saved an hour before NOW."""
    owner = account.id if account else None
    count = len(index.store.saved_searches.of(owner))
    at = NOW.replace(hour=7).isoformat(timespec="seconds")
    search = SavedSearch(
        id=f"{owner or 'office'}-{count}",
        account_id=owner,
        query=query,
        record_id=more.pop("record_id", None),
        kind=more.pop("kind", None),
        narrowing=more.pop("narrowing", Narrowing()),
        often=often,
        seq=index.store.seq,
        looked_at=at,
        created_at=at,
        **more,
    )
    index.store.saved_searches.add(search, feed_digest, known)
    return search


def hooked(url: str) -> dict[str, str]:
    return {"hook_url": url, "hook_secret": make_hook_secret()}


def send(index: Index, settings: Settings, at: datetime = NOW) -> Sent:
    return send_alerts(index, settings, at, Random(1))


def found_by(index: Index, search: SavedSearch) -> list[str]:
    return sorted(one.id for one in index.store.saved_searches.found(search.id, 100))


@dataclass
class Hook:
    """A web server on a free port that notes what is posted, and answers with the statuses it was told, then 204."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.posted]


@contextmanager
def hook_server(*statuses: int, location: str = "") -> Iterator[Hook]:
    hook = Hook(statuses=list(statuses))

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            hook.posted.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(hook.statuses.pop(0) if hook.statuses else 204)
            if location:
                self.send_header("Location", location)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    hook.url = f"http://127.0.0.1:{server.server_port}/banha?a=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class MailBox:
    """What a mail server on a free port has taken; it answers mails with the statuses it was told, then 250."""

    url: str = ""
    answers: list[str] = field(default_factory=list)
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802 (theirs)
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            content = envelope.content or b""
            assert isinstance(content, bytes)
            mail = message_from_bytes(content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.taken.append((list(envelope.rcpt_tos), mail))
            self.raw.append(content)
        return answer


class _Controller(Controller):
    """On whatever port was free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        if self.ssl_context is None:
            super()._trigger_server()
            return
        # Theirs would knock with the server's own context, which cannot be a client's.
        any_server = ssl.create_default_context()
        any_server.check_hostname, any_server.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection((self.hostname, self.port)) as plain, any_server.wrap_socket(plain) as knocking:
            knocking.recv(1_024)


@contextmanager
def mail_server(*answers: str, scheme: str = "smtp+plain", tls: ssl.SSLContext | None = None) -> Iterator[MailBox]:
    """Of `smtp` it takes mails after STARTTLS only, of `smtps` it is encrypted from the beginning; both by `tls`."""
    box = MailBox(answers=list(answers))
    secured: dict[str, Any] = {}
    if tls:
        secured = {"ssl_context": tls} if scheme == "smtps" else {"tls_context": tls, "require_starttls": True}
    controller = _Controller(box, hostname="127.0.0.1", port=0, **secured)
    controller.start()
    try:
        box.url = f"{scheme}://127.0.0.1:{controller.port}"
        yield box
    finally:
        controller.stop()


def mailing(folder: Path, box: MailBox, **more: Any) -> Settings:
    return settings_for(folder, smtp_url=box.url, mail_from="Ba Nhà <bao-tin@so.vn>", **more)
