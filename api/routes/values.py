"""The values of stored records one by one, and correcting them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

import ingest
from api.addresses import picture_href
from api.routes.parameters import AtOfficerServer, AtWritingServer
from api.schemas import Record, Source
from api.shaping import show_record, show_source
from api.value_editing import LONGEST_VALUE, correct_value, list_values, sources_of, take_back
from api.wording import Wording

router = APIRouter(prefix="/records", tags=["records"])
_Path = Annotated[str, Field(max_length=100)]
_Mark = Annotated[str, Field(max_length=64)]


class CorrectedValue(BaseModel):
    """`value` (``title``, ``sections/0``, ``facts/budget_vnd``) shall be `text`, as a person would type it; of a fact
    an empty text says that there is none. `seen` is the `mark` of the value that it shall replace."""

    model_config = ConfigDict(extra="forbid")

    value: _Path
    text: Annotated[str, Field(max_length=LONGEST_VALUE)]
    seen: _Mark = ""


class PicturedSource(Source):
    """`picture` is the address of a picture (WebP) of where the value is printed, where there is one."""

    picture: str | None = None


class Value(BaseModel):
    """A value as it is typed, empty where nobody told it. `said` is what the files say where a person corrected it;
    `mark` is another one whenever the value is."""

    value: str
    label: str
    text: str
    said: str | None
    mark: str
    sources: tuple[PicturedSource, ...]


@router.get("/{id:path}/values")
def get_values(server: AtOfficerServer, id: str) -> tuple[Value, ...]:
    """Each value beside where it was read."""
    index = server.live.current.index
    record = index.store.get(id)
    return tuple(
        Value(
            value=line.path,
            label=line.label,
            text=line.written,
            said=line.said,
            mark=line.mark,
            sources=tuple(_show_pictured(source, id) for source in sources_of(record, line.path)),
        )
        for line in list_values(index, record, Wording(server.translate, server.settings.lang))
    )


def _show_pictured(source: ingest.Source, id: str) -> PicturedSource:
    return PicturedSource(**dict(show_source(source)), picture=source.picture and picture_href(id, source.picture))


@router.put("/{id:path}/values")
def put_value(server: AtWritingServer, id: str, said: CorrectedValue) -> Record:
    """Correct a value, whatever the files say, as long as they say it. The record as it is then; 409 where the value is
    not the one that was `seen`."""
    index = server.live.for_writing().index
    record = index.store.get(id)
    return show_record(correct_value(index, record, said.value, said.text, server.settings.keep_contacts, said.seen))


@router.delete("/{id:path}/values")
def delete_value(
    server: AtWritingServer,
    id: str,
    value: Annotated[str, Query(max_length=100)],
    seen: Annotated[str, Query(max_length=64)] = "",
) -> Record:
    """Let a value be again what the files say. The record as it is then; 409 where the value is not the one that was
    `seen`."""
    index = server.live.for_writing().index
    return show_record(take_back(index, index.store.get(id), value, seen))
