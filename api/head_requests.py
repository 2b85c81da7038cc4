"""HEAD requests, answered as GET without the body: programs that watch a server or follow a feed ask so."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """ASGI middleware, around all others: what a GET does by being asked is done, and noted, so too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                # At once: a stream of events would not end by itself.
                await send({"type": "http.response.body"})

        await self._app({**scope, "method": "GET"}, receive, send_head)
