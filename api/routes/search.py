"""Searching by a text."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.errors import MOST_RESULTS, check_query
from api.routes.parameters import AtServer, FieldCode, PlaceName, Trl, Year
from api.schemas import SearchResult
from api.shaping import show_search
from index import Narrowing
from ingest import Kind

router = APIRouter(tags=["search"])


class SearchRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: str
    kind: Kind | None = None
    limit: int = Field(10, ge=1, le=MOST_RESULTS)
    field: FieldCode = None
    place: PlaceName = None
    year: Year = None
    trl: Trl = None
    facets: bool = False


@router.post("/search")
def post_search(server: AtServer, asked: SearchRequest) -> SearchResult:
    """The records that fit the text best, one hit a record; narrowed by what they state, where that is asked."""
    workspace = server.live.current
    result = workspace.index.search(
        check_query(asked.query),
        server.viewer,
        [asked.kind] if asked.kind else None,
        asked.limit,
        Narrowing(asked.field, asked.place, asked.year, asked.trl),
        asked.facets,
    )
    return show_search(result, workspace.versions)


@router.get("/search")
def get_search(server: AtServer, asked: Annotated[SearchRequest, Query()]) -> SearchResult:
    """The same as an address, the twin of the page of results."""
    return post_search(server, asked)
