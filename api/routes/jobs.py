"""Jobs: asking for long work, seeing how it goes, and fetching what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse

from api.accounts.signing_in import recognise
from api.jobs import schemas as shapes
from api.jobs.asking import ask_for, asker_of, cancel_job, forget_job, jobs_of, see_job, sees_result
from api.jobs.events import tell_events
from api.jobs.parameters import AskedJob
from api.jobs.shaping import describe_asked, see_files, show_job
from api.routes.parameters import AtServer, Limit
from index.database import note_shown

router = APIRouter(prefix="/jobs", tags=["jobs"])


@router.get("")
def list_jobs(server: AtServer, limit: Limit = 50) -> shapes.JobList:
    """Those that the viewer asked for; for officers those of everybody."""
    found = jobs_of(server).latest(asker_of(server), limit)
    return shapes.JobList(jobs=tuple(show_job(server, job) for job in found))


@router.post("", status_code=202)
def post_job(server: AtServer, asked: AskedJob, response: Response) -> shapes.AskedJob:
    """Long work, done in the background: the candidates of all records, an assignment, a list as a file, new vectors.

    Files to read are sent to `/api/v1/files?wait=false`."""
    described = describe_asked(ask_for(server, asked))
    response.headers["Location"] = described.address
    return described


@router.get("/{id}")
def get_job(server: AtServer, id: str) -> shapes.Job:
    return see_files(server, see_job(server, id))


@router.get(
    "/{id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, 204: {"description": "It is over, and all was told."}},
)
def get_events(
    request: Request,
    server: AtServer,
    id: str,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Server-sent events `job`: the job with the files that changed since the last one. Ends with the job."""
    after = int(last_event_id) if last_event_id and last_event_id.isdecimal() and len(last_event_id) < 19 else 0
    job = see_job(server, id)
    if job.is_over and after >= job.change:
        return Response(status_code=204)  # tells a browser to ask no more
    anybody = replace(server, account=None, is_program=False)
    events = tell_events(lambda: recognise(request, anybody), id, after, request.state.ending)
    return EventSourceResponse(events, headers={"X-Accel-Buffering": "no"})


@router.get("/{id}/result", response_class=Response)
def get_result(server: AtServer, id: str) -> Response:
    """The file that came of a job; 404 before it is done, when a record in it was removed since, and for who may no
    longer see all that is in it."""
    job = see_job(server, id)
    result = jobs_of(server).result(job.id) if sees_result(server, job) else None
    if result is None:
        raise HTTPException(404)
    note_shown(*result.record_ids)
    headers = {"Content-Disposition": f'attachment; filename="{result.name}"'}
    return Response(result.content, media_type=result.media_type, headers=headers)


@router.post("/{id}/cancel")
def post_cancel(server: AtServer, id: str) -> shapes.Job:
    """The job is left off after the unit (a file, a batch of records) that it is at."""
    cancel_job(server, id)
    return show_job(server, see_job(server, id))


@router.delete("/{id}", status_code=204)
def delete_job(server: AtServer, id: str) -> Response:
    """Forget a job that is over, with what came of it. One that is not over stays: cancel it first."""
    forget_job(server, id)
    return Response(status_code=204)
