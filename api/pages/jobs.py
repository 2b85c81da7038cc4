"""The pages of jobs: those that were asked for, and how one goes, file by file; they work without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.catalogue import say_day
from api.gaps.views import UNMET
from api.jobs import schemas as shapes
from api.jobs.asking import ask_for, asker_of, cancel_job, forget_job, jobs_of, see_job
from api.jobs.parameters import (
    AssignmentJob,
    AssignmentParameters,
    PairsJob,
    PairsParameters,
    RecordsJob,
    RecordsParameters,
    ReembedJob,
    UnmetJob,
)
from api.jobs.shaping import CHANGES, job_href, see_files, show_job
from api.labels import KINDS
from api.live_workspace import Server
from api.pages.rendering import render
from api.routes.parameters import AtServer
from api.teams.asking import read_range
from api.wording import Wording
from ingest import KINDS as ALL_KINDS
from ingest import Kind

router = APIRouter(prefix="/viec")
_MOST = 100
_NAMED = 3  # records of a file on the page of the job; all of them on that of the file


@dataclass(frozen=True, slots=True)
class JobLine:
    """`share` is 0–1; None where nothing is known of how much there is to do. `shown_at` is the page that shows
    what comes of it, or where it is asked for again."""

    href: str
    name: str
    state: str
    words: str
    line: str | None
    share: float | None
    progress: str
    asked: str
    result: str | None
    shown_at: str | None
    is_over: bool


@router.get("")
def show_jobs(request: Request, server: AtServer) -> Response:
    found = jobs_of(server).latest(asker_of(server), _MOST)
    wording = Wording(server.translate, server.settings.lang)
    values = {
        "jobs": [show_line(show_job(server, job), server) for job in found],
        "is_moving": any(not job.is_over for job in found),
        "may_ask": server.may_write or bool(asker_of(server).id),
        "kinds": [(kind, wording.say(KINDS[kind])) for kind in ALL_KINDS],
    }
    return render(request, "jobs.html", 200, values, twin="/api/v1/jobs")


@router.post("")
def ask_for_job(
    server: AtServer,
    viec: Annotated[Literal["pairs", "assignment", "unmet", "records", "reembed"], Form()],
    tu: Annotated[Kind, Form()] = "need",
    sang: Annotated[Kind, Form()] = "scientist",
    dang: Annotated[Literal["xlsx", "docx"], Form()] = "xlsx",
    moi: Annotated[str, Form(max_length=20)] = "1",
    tai: Annotated[int, Form(ge=1, le=1000)] = 2,
) -> Response:
    """`moi`: how many each record is assigned, `tai`: how many records each of them serves at most."""
    if viec == "pairs":
        id = ask_for(server, PairsJob(kind=viec, parameters=PairsParameters(kind=tu, to=sang, format=dang)))
    elif viec == "assignment":
        served: Literal["need", "proposal"] = "proposal" if tu == "proposal" else "need"
        read_range(moi)  # what cannot be read is told now, not by a job that fails
        asked = AssignmentParameters(kind=served, to=sang, format=dang, per=moi, load=tai)
        id = ask_for(server, AssignmentJob(kind=viec, parameters=asked))
    elif viec == "unmet":
        ask_for(server, UnmetJob(kind=viec))
        return RedirectResponse(UNMET, 303)  # where it is shown, and what comes of it
    elif viec == "records":
        id = ask_for(server, RecordsJob(kind=viec, parameters=RecordsParameters(format=dang)))
    else:
        id = ask_for(server, ReembedJob(kind=viec))
    return RedirectResponse(job_href(id), 303)


@router.get("/{id}")
def show_one(request: Request, server: AtServer, id: str) -> Response:
    stored = see_job(server, id)
    job = see_files(server, stored)
    values = {
        "job": show_line(job, server),
        "id": id,
        "before": jobs_of(server).count_before(stored) if job.state == "queued" else 0,
        "files": job.files,
        "counts": count_files(job.files),
        "named": _NAMED,
        "changes": {name: server.translate(words) for name, words in CHANGES.items()},
    }
    return render(request, "job.html", 200, values, twin=f"/api/v1/jobs/{id}")


@router.post("/{id}/huy")
def cancel(server: AtServer, id: str) -> Response:
    cancel_job(server, id)
    return RedirectResponse(job_href(id), 303)


@router.post("/{id}/xoa")
def forget(server: AtServer, id: str) -> Response:
    forget_job(server, id)
    return RedirectResponse("/viec", 303)


@dataclass(frozen=True, slots=True)
class FileCounts:
    """Of an upload: files over and in all, records told of, and files of which something was not read."""

    over: int
    total: int
    records: int
    refused: int


def count_files(files: Sequence[shapes.JobFile]) -> FileCounts:
    return FileCounts(
        sum(file.state in ("done", "failed") for file in files),
        len(files),
        len({one.id for file in files for one in file.stored}),
        sum(bool(file.refused) for file in files),
    )


def show_line(job: shapes.Job, server: Server) -> JobLine:
    asked = datetime.fromisoformat(job.asked_at).astimezone()
    is_over = job.state in ("done", "failed", "cancelled")
    return JobLine(
        job_href(job.id),
        job.name,
        job.state,
        job.words,
        job.line,
        job.done / job.total if job.total else None,
        f"{job.done}/{job.total}" if job.total else "",
        f"{asked:%H:%M} {say_day(asked.date(), translate=server.translate)}",
        job.result,
        UNMET if job.kind == "unmet" else None,
        is_over,
    )
