"""ASGI middleware that writes every request of the list into the audit log: with its first change, or when answered."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import anyio
from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.audit.audited import deed_of
from api.audit.recording import Doer, anchor_of, only_seen, record, secure, testify
from api.audit.subjects import subjects_of
from api.live_workspace import Server
from index.audit import Deed
from index.database import Database, Witness, witnessed_by

_API = "/api/v1"


class Auditing:
    """What was refused is not noted, nor what strangers read: there is nobody to name, and what they see is public."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._missed = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        def write(database: Database) -> bool:
            asked = _asked(scope)
            if asked is None:
                return False
            server, deed, what = asked
            return testify(database, witness, _doer(scope, server), deed, what, subjects_of(scope))

        witness = Witness(write)
        try:
            with witnessed_by(witness):
                await self._app(scope, receive, send_noting)
        finally:
            asked = _asked(scope, witness.shown)
            # 304 tells nobody anything.
            if asked and (witness.has_testified or (status < 400 and status != HTTPStatus.NOT_MODIFIED)):
                # Also when whoever asked has gone away meanwhile, having seen it.
                with anyio.CancelScope(shield=True):
                    await run_sync(self._note, scope, *asked, witness)

    def _note(self, scope: Scope, server: Server, deed: Deed, what: str, witness: Witness) -> None:
        store, anchor = server.live.current.index.store, anchor_of(server.settings)
        doer = _doer(scope, server)
        named = [*subjects_of(scope)]
        if witness.has_testified:
            secure(store, anchor)
            if server.viewer.role != "nobody" and (seen := only_seen(witness, named)):
                record(store, anchor, doer, "saw", what, seen)
            # Nobody in particular has opened the account that is signed in now.
            if server.account is None and doer.id:
                record(store, anchor, doer, "signed", what)
        elif deed != "saw" or server.viewer.role != "nobody":
            missed = self._missed
            is_kept = record(store, anchor, doer, deed, what, [*named, *witness.changed, *witness.shown], missed)
            self._missed = self._missed - missed if is_kept else self._missed + 1


def _asked(scope: Scope, shown: Mapping[str, None] | None = None) -> tuple[Server, Deed, str] | None:
    """Of whom what is asked; None where it is nothing to be noted. An address that the list has forgotten is noted
    where its answer has `shown` somebody else."""
    route, server = scope.get("route"), scope.get("state", {}).get("server")
    if route is None or not isinstance(server, Server):
        return None
    prefix = _API if scope["path"].startswith(_API) else ""
    template = prefix + route.path.removeprefix(prefix)
    deed = deed_of(scope["method"], template)
    if deed is None and shown and shown.keys() - {_doer(scope, server).id}:
        deed = "saw"
    return (server, deed, f"{scope['method']} {template}") if deed else None


def _doer(scope: Scope, server: Server) -> Doer:
    return Doer(
        server.account.id if server.account else scope["state"].get("signed_in", ""),
        server.viewer.role,
        "http" if scope["path"].startswith(_API) else "web",
    )
