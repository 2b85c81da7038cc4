"""Who acts in a request or command, as engagements and the audit log remember it."""

from __future__ import annotations

import os

from api.live_workspace import Server
from index import Actor


def acting(server: Server) -> Actor:
    """The account that is signed in, or nobody in particular."""
    return Actor(server.account.id, server.account.name) if server.account else Actor()


def command_actor(name: str = "") -> Actor:
    """Whoever runs the command: known by the number of the system's user, and by a name if one is given."""
    return Actor(f"uid:{os.getuid()}", name.strip())
