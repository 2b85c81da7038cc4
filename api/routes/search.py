"""Searching by a text."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.errors import MOST_RESULTS, check_query
from api.live_workspace import Server
from api.routes.parameters import AtServer, KindOrAll, Limit
from api.schemas import SearchResult
from api.shaping import show_search
from ingest import Kind

router = APIRouter(tags=["search"])


class SearchRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: str
    kind: Kind | None = None
    limit: int = Field(10, ge=1, le=MOST_RESULTS)


@router.post("/search")
def post_search(server: AtServer, asked: SearchRequest) -> SearchResult:
    """The records that fit the text best, one hit a record."""
    return _search(server, asked.query, asked.kind, asked.limit)


@router.get("/search")
def get_search(
    server: AtServer,
    query: str,
    kind: KindOrAll = None,
    limit: Limit = 10,
) -> SearchResult:
    """The same as an address, the twin of the page of results."""
    return _search(server, query, kind, limit)


def _search(server: Server, query: str, kind: Kind | None, limit: int) -> SearchResult:
    workspace = server.live.current
    result = workspace.index.search(check_query(query), server.viewer, [kind] if kind else None, limit)
    return show_search(result, workspace.versions)
