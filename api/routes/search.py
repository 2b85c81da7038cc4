"""Searching by a text."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

import index
from api.errors import MOST_RESULTS, check_query
from api.routes.parameters import AtServer, FieldCode, PlaceName, Spoken, Trl, Year
from api.schemas import SearchResult
from api.shaping import show_search
from index import Narrowing
from ingest import Kind

router = APIRouter(tags=["search"])


SearchOffset = Annotated[int, Field(ge=0, le=MOST_RESULTS)]


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
    offset: SearchOffset = 0


class SpokenRequest(SearchRequest, Spoken):
    """The same as an address has it."""


@router.post("/search")
def post_search(server: AtServer, asked: SearchRequest) -> SearchResult:
    """The records that fit the text best, one hit a record, from `offset` on; narrowed by what they state, where that
    is asked."""
    workspace = server.live.current
    result = workspace.index.search(
        check_query(asked.query),
        server.viewer,
        [asked.kind] if asked.kind else None,
        asked.limit,
        Narrowing(asked.field, asked.place, asked.year, asked.trl),
        asked.facets,
        asked.offset,
    )
    return show_search(result, workspace.versions, next_offset(result, asked.offset, asked.limit))


def next_offset(result: index.SearchResult, offset: int, limit: int) -> int | None:
    """Where the hits behind these begin; None where there are none, or none is shown so far down."""
    return offset + limit if result.goes_on and offset + limit <= MOST_RESULTS else None


@router.get("/search")
def get_search(server: AtServer, asked: Annotated[SpokenRequest, Query()]) -> SearchResult:
    """The same as an address, the twin of the page of results."""
    return post_search(server, asked)
