"""Asking for jobs, and seeing how they go: what pages and the HTTP API share."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from pydantic import BaseModel

from api.errors import Forbidden
from api.jobs.kinds import read_viewer, write_viewer
from api.jobs.parameters import Asked, AskedJob, UploadParameters
from api.jobs.spool import Spool
from api.live_workspace import Server
from api.uploads import clean_name
from index import Asker, Job, JobKind
from index.database import note_changed
from index.jobs import Jobs
from ingest import N_, Kind

_MOST_AT_ONCE = 3  # of those who are no officers: one server does all jobs one after the other


def jobs_of(server: Server) -> Jobs:
    return server.live.current.index.store.jobs


def asker_of(server: Server) -> Asker:
    return Asker(server.account.id if server.account else "", server.viewer.sees_all)


def ask_for_upload(server: Server, files: Sequence[tuple[str | None, BinaryIO]], kind: Kind | None) -> str:
    """The id of the job that stores these (name, content) pairs; all of it is on the disk when this returns."""
    id, spool = _mint_id(), Spool(server.settings.data)
    try:
        sizes = spool.keep(id, [content for _, content in files], server.settings.max_upload_mb * 1_000_000)
        names = [clean_name(name) for name, _ in files]
        _add(server, id, "upload", UploadParameters(kind=kind), list(zip(names, sizes, strict=True)))
    except BaseException:
        spool.forget(id)
        raise
    return id


def ask_for(server: Server, asked: AskedJob) -> str:
    """The id of the job. Raises Forbidden for strangers, who would have nowhere to find it again, and for who
    has too many under way."""
    if asked.kind == "reembed" and not server.may_write:
        raise Forbidden(N_("Only an officer may have all vectors computed again on this server."))
    if not asker_of(server).id and not server.may_write:
        raise Forbidden(N_("Sign in to have long work done; what comes of it is shown to you alone."))
    if not server.may_write and jobs_of(server).count_unfinished(asker_of(server).id) >= _MOST_AT_ONCE:
        raise Forbidden(
            N_("You have {count} jobs that are not over yet. Wait for one of them, or cancel it."), count=_MOST_AT_ONCE
        )
    id = _mint_id()
    _add(server, id, asked.kind, asked.parameters, [])
    return id


def _add(server: Server, id: str, kind: JobKind, parameters: BaseModel, parts: Sequence[tuple[str, int]]) -> None:
    asked = Asked(lang=server.settings.lang, parameters=parameters.model_dump_json())
    viewer = write_viewer(server.viewer)
    note_changed(id)
    jobs_of(server).add(id, kind, asker_of(server).id, viewer, asked.model_dump_json(), parts, datetime.now(UTC))


def _mint_id() -> str:
    """Nobody can guess it."""
    return secrets.token_hex(12)


def cancel_job(server: Server, id: str) -> None:
    """Raises UnknownJob."""
    job = jobs_of(server).get(id, asker_of(server))
    jobs_of(server).cancel(job.id, datetime.now(UTC))
    if jobs_of(server).get(id, asker_of(server)).is_over:
        Spool(server.settings.data).forget(id)


def forget_job(server: Server, id: str) -> None:
    """Only what is over can be forgotten; anything else stays. Raises UnknownJob."""
    job = jobs_of(server).get(id, asker_of(server))
    jobs_of(server).forget(job.id)


def sees_result(server: Server, job: Job) -> bool:
    """Whether whoever asked for the job still sees all that they saw then: a role or a record may have been lost since,
    or the other side's consent."""
    then, now = read_viewer(job), server.viewer
    return now.sees_all or not (then.sees_all or then.owns - now.owns or then.met - now.met)


def see_job(server: Server, id: str) -> Job:
    """Raises UnknownJob."""
    return jobs_of(server).get(id, asker_of(server))
