"""Probable duplicates, and merging them: for officers only, since both records are shown whole."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from api.library import list_duplicates
from api.routes.parameters import AtWritingServer
from api.schemas import Duplicates, Record
from api.shaping import show_duplicate, show_record
from index import merge_records, part_record

router = APIRouter(tags=["duplicates"])


class Merge(BaseModel):
    """`other` becomes part of the record `into`."""

    into: str
    other: str


@router.get("/duplicates")
def get_duplicates(server: AtWritingServer) -> Duplicates:
    """Pairs of records that may be one, strongest first."""
    found, titles = list_duplicates(server.live.current.index)
    return Duplicates(duplicates=tuple(show_duplicate(one, titles, server.translate) for one in found))


@router.post("/merges", status_code=201)
def post_merge(server: AtWritingServer, merge: Merge) -> Record:
    """Make two records one; all versions and sources are kept. Answers with the merged record."""
    return show_record(merge_records(server.live.for_writing().index, merge.into, merge.other))


@router.delete("/merges/{id:path}")
def delete_merge(server: AtWritingServer, id: str) -> tuple[Record, ...]:
    """Undo the merges of a record. Answers with the records it is parted into, the one that keeps the id first."""
    return tuple(show_record(record) for record in part_record(server.live.for_writing().index, id))
