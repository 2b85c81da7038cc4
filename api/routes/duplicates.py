"""Probable duplicates, and merging them: for officers only, since both records are shown whole."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.library import list_duplicates, list_told_apart, stop_telling_apart, tell_apart
from api.live_workspace import Server
from api.merging import may_merge, merge_duplicates
from api.routes.parameters import AtWritingServer, for_officers
from api.schemas import Distinctions, Duplicates, Record
from api.shaping import show_disagreements, show_distinctions, show_duplicate, show_record
from api.wording import Wording
from index import find_disagreements, part_record
from ingest import N_

router = APIRouter(tags=["duplicates"])
AtDuplicatesServer = Annotated[Server, for_officers(N_("Only officers see and merge duplicates."))]


class Told(BaseModel):
    """Two records that are two things."""

    first: str
    second: str


class Merge(BaseModel):
    """`other` becomes part of the record `into`."""

    into: str
    other: str


@router.get("/duplicates")
def get_duplicates(server: AtDuplicatesServer) -> Duplicates:
    """Pairs of records that may be one, strongest first."""
    index = server.live.current.index
    found, records = list_duplicates(index)
    return Duplicates(
        duplicates=tuple(
            show_duplicate(one, records, may_merge(index, records[one.first], records[one.second]), server.translate)
            for one in found
        )
    )


@router.post("/merges", status_code=201)
def post_merge(server: AtWritingServer, merge: Merge) -> Record:
    """Make two records one; all versions and sources are kept. Answers with the merged record; 422 where one owner
    would read what another keeps to itself."""
    index = server.live.for_writing().index
    record = merge_duplicates(index, merge.into, merge.other)
    wording = Wording(server.translate, server.settings.lang)
    return show_record(record, show_disagreements(find_disagreements(index.store, record.id), wording))


@router.delete("/merges/{id:path}")
def delete_merge(server: AtWritingServer, id: str) -> tuple[Record, ...]:
    """Undo the merges of a record. Answers with the records it is parted into, the one that keeps the id first."""
    return tuple(show_record(record) for record in part_record(server.live.for_writing().index, id))


@router.get("/distinctions")
def get_distinctions(server: AtDuplicatesServer) -> Distinctions:
    """Pairs of which a person said that they are two things, by ids."""
    return show_distinctions(list_told_apart(server.live.current.index))


@router.post("/distinctions", status_code=201)
def post_distinction(server: AtWritingServer, told: Told) -> Distinctions:
    """Remember that two records are two things: they are not proposed again. Answers with all such pairs."""
    index = server.live.current.index
    tell_apart(index, told.first, told.second)
    return show_distinctions(list_told_apart(index))


@router.delete("/distinctions", status_code=204)
def delete_distinction(
    server: AtWritingServer, first: Annotated[str, Query()], second: Annotated[str, Query()]
) -> Response:
    """Forget that two records are two things. 422 when nobody said so."""
    stop_telling_apart(server.live.current.index, first, second)
    return Response(status_code=204)
