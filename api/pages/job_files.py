"""The page of one uploaded file: what was stored of it, what could not be read, and which labels nobody knows."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request, Response

from api.addresses import record_href
from api.catalogue import describe_place
from api.jobs import schemas as shapes
from api.jobs.asking import see_job
from api.jobs.shaping import CHANGES, job_href, see_files
from api.labels import KIND
from api.live_workspace import Server
from api.pages.rendering import render
from api.pages.upload import meanings
from api.routes.parameters import AtServer
from api.schemas import Problem, Unrecognised
from api.wording import Wording
from ingest import Kind, Place

router = APIRouter()


@dataclass(frozen=True, slots=True)
class StoredLine:
    kind: Kind
    kind_label: str
    title: str
    change: str
    href: str
    disagrees: bool


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """Something at a place in the file: a problem in words, or a label with how its value begins."""

    place: str
    words: str
    label: str = ""
    kind: Kind | None = None
    kind_label: str = ""


@router.get("/viec/{id}/tep/{number}")
def show_file(request: Request, server: AtServer, id: str, number: int) -> Response:
    job = see_files(server, see_job(server, id))
    file = next((file for file in job.files if file.number == number), None)
    if file is None:
        raise HTTPException(404)
    wording = Wording(server.translate, server.settings.lang)
    values = {
        "file": file,
        "job_href": job_href(id),
        "previous": file.number - 1 if file.number else None,
        "next": file.number + 1 if file.number + 1 < len(job.files) else None,
        "is_over": file.state in ("done", "failed", "cancelled"),
        "size": wording.number(file.bytes / 1_000, 1),
        "stored": [_show_stored(one, wording) for one in file.stored],
        "refused": [PlacedLine(_place(one, server), one.reason) for one in file.refused],
        "unknown": [
            PlacedLine(_place(one, server), one.begins, one.label, one.kind, wording.say(KIND[one.kind]))
            for one in file.unrecognised
        ],
        "meanings": meanings(wording),
    }
    return render(request, "job_file.html", 200, values, twin=f"/api/v1/jobs/{id}")


def _show_stored(one: shapes.JobStored, wording: Wording) -> StoredLine:
    return StoredLine(
        one.kind,
        wording.say(KIND[one.kind]),
        one.title,
        wording.say(CHANGES[one.change]),
        record_href(one.id),
        one.disagrees,
    )


def _place(one: Problem | Unrecognised, server: Server) -> str:
    return describe_place(Place(one.page, one.sheet, one.row, one.cell), server.translate)
