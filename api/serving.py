"""Serving: the application behind an address, until it is stopped."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from types import FrameType

from api.errors import BadInput
from api.terminal import Session
from ingest import N_, BanhaError


def serve_forever(session: Session, host: str, port: int) -> None:
    """Serve until interrupted. Raises BadInput when the address cannot be used, UnusableFolder, BanhaError."""
    import uvicorn

    from api.app import create_app
    from api.workspace import open_workspace

    listener = _listen(host, port)
    # Opened here first, so that a folder that cannot be used ends the command in plain words.
    workspace = open_workspace(session.settings, with_model=False)
    session.tell_problems(workspace.alias_problems)
    shown = f"[{host}]" if ":" in host else host
    session.tell(
        N_("Ba Nhà is at http://{address}:{port} (stop with Ctrl+C)"), address=shown, port=listener.getsockname()[1]
    )
    app = create_app(session.settings, host)

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # Streams of events would keep the server from ending.
            app.state.ending.set()
            super().handle_exit(sig, frame)

    server = Server(uvicorn.Config(app, log_config=None, log_level=session.settings.log_level))
    # The server has answered what was under way before it hands the interrupt on.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if not server.started:
        raise BanhaError(N_("The server could not start. Set BANHA_LOG_LEVEL=debug to see why."))


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=128)
    except OSError as error:
        raise BadInput(
            N_("Cannot listen on {host}:{port}: {reason}. Choose another with --host and --port."),
            host=host,
            port=port,
            reason=_reason(error),
        ) from error


def _reason(error: OSError) -> str:
    """In the words of the system; the text of the error itself repeats the address as Python sees it."""
    if error.errno and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error)
