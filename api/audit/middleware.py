"""ASGI middleware that writes every request of the list into the audit log, when it has been answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.audit.audited import SUBJECTS, deed_of
from api.audit.recording import Doer, anchor_of, record
from api.live_workspace import Server
from index.audit import Deed

_API = "/api/v1"
_LARGEST_BODY = 1 << 20  # bytes; what is larger is a file, and names nobody


class Auditing:
    """What was refused is not noted, nor what strangers read: there is nobody to name, and what they see is public."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._missed = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = bytearray()
        status = 500

        async def receive_noting() -> Message:
            message = await receive()
            if len(body) <= _LARGEST_BODY:
                body.extend(message.get("body", b"")[: _LARGEST_BODY + 1])
            return message

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self._app(scope, receive_noting, send_noting)
        route, server = scope.get("route"), scope.get("state", {}).get("server")
        if status < 400 and route is not None and isinstance(server, Server):
            prefix = _API if scope["path"].startswith(_API) else ""
            template = prefix + route.path.removeprefix(prefix)
            deed = deed_of(scope["method"], template)
            if deed and (deed != "saw" or server.viewer.role != "nobody"):
                await run_in_threadpool(self._note, scope, bytes(body), server, deed, template)

    def _note(self, scope: Scope, body: bytes, server: Server, deed: Deed, template: str) -> None:
        doer = Doer(
            server.account.id if server.account else scope["state"].get("signed_in", ""),
            server.viewer.role,
            "http" if template.startswith(_API) else "web",
        )
        store = server.live.current.index.store
        what, missed = f"{scope['method']} {template}", self._missed
        is_kept = record(store, anchor_of(server.settings), doer, deed, what, find_subjects(scope, body), missed)
        self._missed = self._missed - missed if is_kept else self._missed + 1


def find_subjects(scope: Scope, body: bytes) -> Iterator[str]:
    """The ids that a request names in its address, query and body."""
    for name, value in scope.get("path_params", {}).items():
        if name in SUBJECTS:
            yield str(value)
    fields: list[tuple[str, Any]] = list(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    kind = dict(scope["headers"]).get(b"content-type", b"").partition(b";")[0].strip().lower()
    if body and len(body) <= _LARGEST_BODY and kind == b"application/x-www-form-urlencoded":
        fields += parse_qsl(body.decode("utf-8", errors="replace"))
    elif body and len(body) <= _LARGEST_BODY and kind.endswith(b"json"):
        fields += _read_json(body)
    for name, value in fields:
        for one in value if isinstance(value, list) else [value]:
            if name in SUBJECTS and isinstance(one, str | int) and one:
                yield str(one)


def _read_json(body: bytes) -> list[tuple[str, Any]]:
    try:
        read = json.loads(body)
    except ValueError:
        return []
    return list(read.items()) if isinstance(read, dict) else []
