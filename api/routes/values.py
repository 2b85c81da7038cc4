"""Correcting single values of stored records."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.routes.parameters import AtWritingServer
from api.schemas import Record
from api.shaping import show_record
from api.value_editing import LONGEST_VALUE, correct_value, take_back

router = APIRouter(prefix="/records", tags=["records"])
_Path = Annotated[str, Field(max_length=100)]


class CorrectedValue(BaseModel):
    """`value` (``title``, ``sections/0``, ``facts/budget_vnd``) shall be `text`, as a person would type it; of a fact
    an empty text says that there is none."""

    model_config = ConfigDict(extra="forbid")

    value: _Path
    text: Annotated[str, Field(max_length=LONGEST_VALUE)]


@router.put("/{id:path}/values")
def put_value(server: AtWritingServer, id: str, said: CorrectedValue) -> Record:
    """Correct a value, whatever the files say, as long as they say it. The record as it is then."""
    index = server.live.for_writing().index
    record = index.store.get(id)
    return show_record(correct_value(index, record, said.value, said.text, server.settings.keep_contacts))


@router.delete("/{id:path}/values")
def delete_value(server: AtWritingServer, id: str, value: Annotated[str, Query(max_length=100)]) -> Record:
    """Let a value be again what the files say. The record as it is then."""
    index = server.live.for_writing().index
    return show_record(take_back(index, index.store.get(id), value))
