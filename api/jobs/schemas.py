"""The public JSON of jobs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from api.schemas import Problem, TellsOfRecord, Unrecognised
from index.jobs import JobKind, JobState, PartState
from ingest import Kind


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class JobStored(TellsOfRecord, _Schema):
    """A record that a file tells of; `disagrees`: the file says something else of it than others do."""

    id: str
    kind: Kind
    title: str
    change: str
    disagrees: bool


class JobFile(_Schema):
    """A file of an upload. `done` of `total` pages, where the reader counts them; `page` is where it is shown."""

    number: int
    name: str
    bytes: int
    state: PartState
    words: str
    done: int
    total: int
    page: str
    stored: tuple[JobStored, ...] = ()
    refused: tuple[Problem, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()


class Job(_Schema):
    """`state` in `words`; `line` says what is being done, or why it failed. `result` is where a file is to be had.
    `change` grows with all that is said of the job and is the id of its events."""

    id: str
    kind: JobKind
    name: str
    state: JobState
    words: str
    done: int
    total: int
    line: str | None
    change: int
    asked_at: str
    started_at: str | None
    finished_at: str | None
    result: str | None
    files: tuple[JobFile, ...] = ()


class JobList(_Schema):
    """The newest first, without their files."""

    jobs: tuple[Job, ...]


class AskedJob(_Schema):
    """A job that waits for its turn now, and where it is shown to programs and to people."""

    id: str
    address: str
    page: str
