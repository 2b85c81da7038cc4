"""The page of probable duplicates: side by side with the reasons, merged by a person, undone as easily."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.addresses import record_href
from api.library import list_duplicates
from api.pages.rendering import render
from api.routes.parameters import AtServer, AtWritingServer
from api.wording import KIND, Wording
from index import merge_records, part_record
from ingest import N_, Kind
from matcher import Duplicate

router = APIRouter()
_PATH = "/ho-so-trung"
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Side:
    id: str
    href: str
    title: str


@dataclass(frozen=True, slots=True)
class Pair:
    kind: Kind
    kind_label: str
    sides: tuple[Side, Side]
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Done:
    """What was just done; `undo` is the id to part again, None where there is nothing to undo."""

    text: str
    href: str
    undo: str | None


@router.get(_PATH)
def show_duplicates(request: Request, server: AtServer, da_ghep: str = "", da_tach: str = "") -> Response:
    wording = Wording(server.translate, server.settings.lang)
    if not server.may_write:
        return render(request, "duplicates.html", 403, {"pairs": [], "total": 0, "done": None})
    index = server.live.current.index
    found, titles = list_duplicates(index)
    done = None
    if id := da_ghep or da_tach:
        text = N_("Merged into {id}.") if da_ghep else N_("{id} is as before the merge.")
        done = Done(wording.say(text, id=id), record_href(id), da_ghep or None)
    pairs = [_show(one, titles, wording) for one in found[:_SHOWN]]
    return render(
        request, "duplicates.html", 200, {"pairs": pairs, "total": len(found), "done": done}, "/api/v1/duplicates"
    )


def _show(found: Duplicate, titles: Mapping[str, str], wording: Wording) -> Pair:
    first, second = (Side(id, record_href(id), titles[id]) for id in (found.first, found.second))
    reasons = [wording.say(reason.message, **reason.params) for reason in found.reasons]
    return Pair(found.kind, wording.say(KIND[found.kind]), (first, second), reasons)


@router.post(_PATH)
def merge(server: AtWritingServer, into: Annotated[str, Form()], other: Annotated[str, Form()]) -> Response:
    record = merge_records(server.live.for_writing().index, into, other)
    return RedirectResponse(f"{_PATH}?da_ghep={record.id}", 303)


@router.post(f"{_PATH}/tach")
def part(server: AtWritingServer, id: Annotated[str, Form()]) -> Response:
    part_record(server.live.for_writing().index, id)
    return RedirectResponse(f"{_PATH}?da_tach={id}", 303)
