"""Jobs and the files in them, in the shapes of the public JSON and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from api.jobs.asking import jobs_of, sees_result
from api.jobs.file_outcomes import FileOutcome, read_outcome
from api.jobs.lines import read_line
from api.jobs.schemas import AskedJob, Job, JobFile, JobStored
from api.live_workspace import Server
from api.shaping import show_problem, show_unrecognised
from index import Job as StoredJob
from index import JobKind, Part
from index.jobs import JobState, PartState
from ingest import N_, Record, as_seen_by

JOB_NAMES: Mapping[JobKind, str] = {
    "upload": N_("Upload of files"),
    "pairs": N_("Best candidates of all records"),
    "assignment": N_("Assignment of all at once"),
    "unmet": N_("Needs that nobody can serve"),
    "records": N_("List of records as a file"),
    "reembed": N_("All vectors computed again"),
}
JOB_STATES: Mapping[JobState, str] = {
    "queued": N_("waits for its turn"),
    "running": N_("under way"),
    "done": N_("done"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
}
PART_STATES: Mapping[PartState, str] = {
    "waiting": N_("Waiting …"),
    "running": N_("Reading …"),
    "done": N_("Read"),
    "failed": N_("Not read"),
    "cancelled": N_("Left out"),
}
CHANGES: Mapping[str, str] = {
    "new": N_("stored"),
    "changed": N_("updated"),
    "sourced": N_("one more source"),
    "unchanged": N_("known already"),
}
_CANCELLING = N_("is being cancelled")


def job_href(id: str) -> str:
    return f"/viec/{id}"


def file_href(id: str, number: int) -> str:
    return f"{job_href(id)}/tep/{number}"


def describe_asked(id: str) -> AskedJob:
    return AskedJob(id=id, address=f"/api/v1/jobs/{id}", page=job_href(id))


def show_job(server: Server, job: StoredJob, parts: Sequence[Part] = ()) -> Job:
    """The job with these of its files, as the viewer sees what is in them."""
    say = server.translate
    outcomes = [read_outcome(part.outcome) for part in parts]
    records = server.live.current.index.store.get_many(sorted({id for outcome in outcomes for id in outcome.ids}))
    is_cancelling = job.is_cancelling and not job.is_over
    return Job(
        id=job.id,
        kind=job.kind,
        name=say(JOB_NAMES[job.kind]),
        state=job.state,
        words=say(_CANCELLING if is_cancelling else JOB_STATES[job.state]),
        done=job.done,
        total=job.total,
        line=read_line(job.line, say),
        change=job.change,
        asked_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        result=f"/api/v1/jobs/{job.id}/result" if job.result and sees_result(server, job) else None,
        files=tuple(
            show_file(server, job.id, part, outcome, records) for part, outcome in zip(parts, outcomes, strict=True)
        ),
    )


def show_file(server: Server, id: str, part: Part, outcome: FileOutcome, records: Mapping[str, Record]) -> JobFile:
    """`records`: those of the outcome that are still there, by id."""
    say = server.translate
    seen = {one.id: as_seen_by(records[one.id], server.viewer) for one in outcome.stored if one.id in records}
    return JobFile(
        number=part.number,
        name=part.name or say(N_("(deleted with its record)")),
        bytes=part.bytes,
        state=part.state,
        words=say(PART_STATES[part.state]),
        done=part.done,
        total=part.total,
        page=file_href(id, part.number),
        stored=tuple(
            JobStored(id=record.id, kind=record.kind, title=record.title, change=one.change, disagrees=one.disagrees)
            for one in outcome.stored
            if (record := seen.get(one.id))
        ),
        refused=tuple(show_problem(problem, say) for problem in outcome.problems),
        unrecognised=tuple(map(show_unrecognised, outcome.unrecognised)),
    )


def see_files(server: Server, job: StoredJob, after: int = 0) -> Job:
    """The job with its files; those that changed after this change of the job."""
    return show_job(server, job, jobs_of(server).parts(job.id, after))
