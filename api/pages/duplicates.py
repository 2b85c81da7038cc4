"""The page of probable duplicates: side by side with the reasons, merged by a person, undone as easily."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.addresses import record_href
from api.labels import KIND, NOT_TO_MERGE
from api.library import list_duplicates, list_told_apart, stop_telling_apart, tell_apart
from api.merging import may_merge, merge_duplicates
from api.pages.rendering import render
from api.routes.duplicates import AtDuplicatesServer
from api.routes.parameters import AtWritingServer
from api.wording import Wording
from index import Index, part_record
from ingest import N_, Kind, Record
from matcher import Duplicate

router = APIRouter()
_PATH = "/ho-so-trung"
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Side:
    """`about` and `files` (those that tell of it) are what two of one name are told apart by."""

    id: str
    href: str
    title: str
    about: str
    files: list[str]


@dataclass(frozen=True, slots=True)
class Pair:
    kind: Kind
    kind_label: str
    sides: tuple[Side, Side]
    reasons: list[str]
    why_not: str | None
    """Why they must not be merged; None where they may be."""
    order: str | None
    """Where both are drafted as one order, of needs that must not be merged."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was just done; `undo` is the id to part again, None where there is nothing to undo here."""

    text: str
    href: str | None = None
    undo: str | None = None


@router.get(_PATH)
def show_duplicates(
    request: Request, server: AtDuplicatesServer, da_ghep: str = "", da_tach: str = "", da_noi: bool = False
) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    index = server.live.current.index
    found, records = list_duplicates(index)
    done = None
    if id := da_ghep or da_tach:
        text = N_("Merged into {id}.") if da_ghep else N_("{id} is as before the merge.")
        done = Done(wording.say(text, id=id), record_href(id), da_ghep or None)
    elif da_noi:
        done = Done(wording.say(N_("These records are different. They are not proposed again.")))
    told = [_sides(wording, first, second) for first, second in list_told_apart(index)]
    pairs = [_show(index, one, records, wording) for one in found[:_SHOWN]]
    content = {"pairs": pairs, "total": len(found), "told": told, "done": done}
    return render(request, "duplicates.html", 200, content, "/api/v1/duplicates")


def _sides(wording: Wording, *records: Record) -> list[Side]:
    return [
        Side(
            record.id,
            record_href(record.id),
            record.title,
            wording.tell_apart(record),
            sorted({source.file for source in record.sources if source.file}),
        )
        for record in records
    ]


def _show(index: Index, found: Duplicate, records: Mapping[str, Record], wording: Wording) -> Pair:
    sides = records[found.first], records[found.second]
    first, second = _sides(wording, *sides)
    reasons = [wording.say(reason.message, **reason.params) for reason in found.reasons]
    why_not = None if may_merge(index, *sides) else wording.say(NOT_TO_MERGE)
    # The page of an order drafts nothing that is confidential.
    can_order = why_not and found.kind == "need" and all(one.visibility != "confidential" for one in sides)
    order = f"{first.href}/dat-hang?{urlencode({'cung': second.id})}" if can_order else None
    return Pair(found.kind, wording.say(KIND[found.kind]), (first, second), reasons, why_not, order)


@router.post(_PATH)
def merge(server: AtWritingServer, into: Annotated[str, Form()], other: Annotated[str, Form()]) -> Response:
    record = merge_duplicates(server.live.for_writing().index, into, other)
    return RedirectResponse(f"{_PATH}?da_ghep={record.id}", 303)


@router.post(f"{_PATH}/tach")
def part(server: AtWritingServer, id: Annotated[str, Form()]) -> Response:
    part_record(server.live.for_writing().index, id)
    return RedirectResponse(f"{_PATH}?da_tach={id}", 303)


@router.post(f"{_PATH}/khac")
def distinguish(server: AtWritingServer, first: Annotated[str, Form()], second: Annotated[str, Form()]) -> Response:
    tell_apart(server.live.current.index, first, second)
    return RedirectResponse(f"{_PATH}?da_noi=1", 303)


@router.post(f"{_PATH}/khac/bo")
def stop_distinguishing(
    server: AtWritingServer, first: Annotated[str, Form()], second: Annotated[str, Form()]
) -> Response:
    stop_telling_apart(server.live.current.index, first, second)
    return RedirectResponse(_PATH, 303)
