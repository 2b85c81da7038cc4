"""Requests whose answer takes seconds: when whoever asked goes away, what is computed for them is left off."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

from fastapi import Depends, Request

from index.wanted import while_wanted


class NobodyWaits(Exception):
    """Whoever asked has closed the page, pressed stop, or hung up."""


async def _await_client(request: Request) -> AsyncIterator[None]:
    gone = threading.Event()

    async def watch() -> None:
        # The body was read before: nothing but the end of the connection can come.
        while not gone.is_set():
            if (await request.receive())["type"] == "http.disconnect":
                gone.set()

    def check() -> None:
        if gone.is_set():
            raise NobodyWaits

    watching = asyncio.create_task(watch())
    try:
        with while_wanted(check):
            yield
    finally:
        watching.cancel()


WhileAwaited = Depends(_await_client)
