"""Whether the server is well, and what it answers from."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from api.library import count_kinds
from api.routes.parameters import AtServer
from api.schemas import Versions
from ingest import Kind

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """`status` is `preparing` while the model loads (answers go by words), `failed` when nothing can be stored."""

    status: Literal["ready", "preparing", "failed"]
    reason: str | None
    mode: str
    records: int
    kinds: dict[Kind, int]
    versions: Versions


@router.get("/health")
def read_health(server: AtServer) -> Health:
    workspace = server.live.current
    kinds = count_kinds(workspace.index, server.viewer)
    return Health(
        status=server.live.status,
        reason=server.live.explain_limits(server.translate, server.viewer),
        mode=workspace.index.mode,
        records=sum(kinds.values()),
        kinds=dict(kinds),
        versions=workspace.versions,
    )
