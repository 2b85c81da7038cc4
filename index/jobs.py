"""The table of jobs: long work that waits, is taken by one server at a time, and tells how far it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from index.database import Database
from ingest import N_, BanhaError

JobKind = Literal["upload", "pairs", "assignment", "unmet", "records", "reembed"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
PartState = Literal["waiting", "running", "done", "failed", "cancelled"]
JOB_KINDS: tuple[JobKind, ...] = get_args(JobKind)
LEASE_SECONDS = 9.0
"""So long a server that says nothing is taken to be at work on its job still."""
_JOB = """id, kind, asked_by, viewer, parameters, state, done, total, line, change, attempts, is_cancelling, created_at,
          started_at, finished_at, (SELECT name FROM job_results WHERE job_id = id)"""
_IS_CANCELLING = 11
_PART = "number, name, bytes, state, done, total, outcome, change"


class UnknownJob(BanhaError):
    """No job has this id (or who asks may not know that one has)."""

    def __init__(self, id: str) -> None:
        super().__init__(N_("There is no job {id}. Jobs and what came of them are kept for some days only."), id=id)


class LostJob(Exception):
    """Another server has taken the job over, or it is gone: this one must leave it alone."""


@dataclass(frozen=True, slots=True)
class Job:
    """`viewer` and `parameters` are JSON, `line` that of a message and its parameters. `change` grows with all that is
    said of the job; `attempts` counts how often it was begun since a part of it was finished last; `result` is the name
    of the file that can be downloaded. Moments are ISO 8601."""

    id: str
    kind: JobKind
    asked_by: str
    viewer: str
    parameters: str
    state: JobState
    done: int
    total: int
    line: str | None
    change: int
    attempts: int
    is_cancelling: bool
    created_at: str
    started_at: str | None
    finished_at: str | None
    result: str | None

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an upload. `outcome` is JSON; `change` that of the job when the part changed last."""

    number: int
    name: str
    bytes: int
    state: PartState
    done: int
    total: int
    outcome: str | None
    change: int

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class JobResult:
    """A file to download; `record_ids` are those of the records that it tells of."""

    name: str
    media_type: str
    content: bytes
    record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks about jobs: the id of an account (empty: none); an officer sees those of everybody."""

    id: str
    sees_all: bool


class Jobs:
    """The tables of jobs, of their parts and of their results. Who holds a job says of it; others raise LostJob."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Asking

    def add(
        self,
        id: str,
        kind: JobKind,
        asked_by: str,
        viewer: str,
        parameters: str,
        parts: Sequence[tuple[str, int]],
        at: datetime,
    ) -> None:
        """Let a job wait for its turn. `parts`: name and bytes of each file, numbered from 0."""
        with self._database.preparing():
            self._database.change(
                """INSERT INTO jobs (id, kind, asked_by, viewer, parameters, state, done, total, change, attempts,
                   is_cancelling, lease_until, created_at) VALUES (?, ?, ?, ?, ?, 'queued', 0, ?, 1, 0, 0, 0, ?)""",
                (id, kind, asked_by, viewer, parameters, len(parts), _written(at)),
            )
            self._database.change_many(
                """INSERT INTO job_parts (job_id, number, name, bytes, state, done, total, change)
                   VALUES (?, ?, ?, ?, 'waiting', 0, 0, 1)""",
                [(id, number, name, size) for number, (name, size) in enumerate(parts)],
            )

    def get(self, id: str, asker: Asker) -> Job:
        """Raises UnknownJob, also for a job that is not the asker's."""
        row = self._database.row(
            f"SELECT {_JOB} FROM jobs WHERE id = ? AND (? OR (asked_by = ? AND asked_by <> ''))",  # noqa: S608 (columns)
            (id, asker.sees_all, asker.id),
        )
        if row is None:
            raise UnknownJob(id)
        return _job(row)

    def latest(self, asker: Asker, limit: int, kind: JobKind | None = None) -> list[Job]:
        """The asker's, of one kind or of all, the newest first."""
        rows = self._database.rows(
            f"""SELECT {_JOB} FROM jobs WHERE (? OR (asked_by = ? AND asked_by <> '')) AND kind = COALESCE(?, kind)
                ORDER BY created_at DESC, id LIMIT ?""",  # noqa: S608 (columns)
            (asker.sees_all, asker.id, kind, limit),
        )
        return [_job(row) for row in rows]

    def parts(self, id: str, after: int = 0) -> list[Part]:
        """By number; with `after` those that changed later than this change of the job."""
        rows = self._database.rows(
            f"SELECT {_PART} FROM job_parts WHERE job_id = ? AND change > ? ORDER BY number",  # noqa: S608 (columns)
            (id, after),
        )
        return [Part(*row) for row in rows]

    def result(self, id: str) -> JobResult | None:
        row = self._database.row(
            "SELECT name, media_type, content, record_ids FROM job_results WHERE job_id = ?", (id,)
        )
        return row and JobResult(row[0], row[1], row[2], tuple(json.loads(row[3])))

    def count_unfinished(self, asked_by: str) -> int:
        """How many jobs of an account are not over."""
        (count,) = self._database.row(
            "SELECT COUNT(*) FROM jobs WHERE asked_by = ? AND state IN ('queued', 'running')", (asked_by,)
        )
        return int(count)

    def count_before(self, job: Job) -> int:
        """How many jobs stand before a waiting one."""
        (count,) = self._database.row(
            """SELECT COUNT(*) FROM jobs WHERE state = 'running'
               OR (state = 'queued' AND (created_at, id) < (?, ?))""",
            (job.created_at, job.id),
        )
        return int(count)

    def cancel(self, id: str, at: datetime) -> None:
        """A waiting job is over at once, a running one after the unit that it is at."""
        with self._database.preparing():
            waiting = self._database.change(
                """UPDATE jobs SET state = 'cancelled', finished_at = ?, change = change + 1
                   WHERE id = ? AND state = 'queued'""",
                (_written(at), id),
            )
            if waiting:
                self._cancel_parts(id)
            else:
                self._database.change(
                    "UPDATE jobs SET is_cancelling = 1, change = change + 1 WHERE id = ? AND state = 'running'", (id,)
                )

    # Doing

    def take(self, holder: str, at: datetime) -> Job | None:
        """The next job: one that waits, or one whose server has said nothing for too long. None when there is none."""
        due = """SELECT id FROM jobs WHERE state = 'queued' OR (state = 'running' AND lease_until < ?)
                 ORDER BY created_at, id LIMIT 1"""
        if self._database.row(due, (at.timestamp(),)) is None:
            return None
        with self._database.preparing():
            found = self._database.row(due, (at.timestamp(),))
            if found is None:
                return None
            self._database.change(
                """UPDATE jobs SET state = 'running', holder = ?, lease_until = ?, attempts = attempts + 1,
                   started_at = COALESCE(started_at, ?), change = change + 1 WHERE id = ?""",
                (holder, at.timestamp() + LEASE_SECONDS, _written(at), found[0]),
            )
            return _job(self._database.row(f"SELECT {_JOB} FROM jobs WHERE id = ?", found))  # noqa: S608 (columns)

    def renew(self, id: str, holder: str, at: datetime) -> bool:
        """Go on holding a job; whether it is to be cancelled. Raises LostJob."""
        with self._database.preparing():
            self._say(id, holder, "lease_until = ?", (at.timestamp() + LEASE_SECONDS,))
            (is_cancelling,) = self._database.row("SELECT is_cancelling FROM jobs WHERE id = ?", (id,))
        return bool(is_cancelling)

    def tell(self, id: str, holder: str, done: int, total: int, line: str | None) -> None:
        with self._changing(id, holder):
            self._database.change("UPDATE jobs SET done = ?, total = ?, line = ? WHERE id = ?", (done, total, line, id))

    def tell_part(self, id: str, holder: str, number: int, done: int, total: int) -> None:
        """A part is being worked on."""
        with self._changing(id, holder) as change:
            self._database.change(
                """UPDATE job_parts SET state = 'running', done = ?, total = ?, change = ?
                   WHERE job_id = ? AND number = ?""",
                (done, total, change, id, number),
            )

    def finish_part(self, id: str, holder: str, number: int, state: PartState, outcome: str) -> None:
        with self._changing(id, holder) as change:
            self._database.change(
                "UPDATE job_parts SET state = ?, outcome = ?, change = ? WHERE job_id = ? AND number = ?",
                (state, outcome, change, id, number),
            )
            self._database.change(
                """UPDATE jobs SET attempts = 1, done =
                   (SELECT COUNT(*) FROM job_parts WHERE job_id = id AND state IN ('done', 'failed')) WHERE id = ?""",
                (id,),
            )

    def finish(
        self,
        id: str,
        holder: str,
        state: JobState,
        line: str | None,
        at: datetime,
        result: JobResult | None = None,
    ) -> None:
        with self._changing(id, holder):
            self._database.change(
                "UPDATE jobs SET state = ?, line = ?, finished_at = ?, holder = NULL WHERE id = ?",
                (state, line, _written(at), id),
            )
            self._cancel_parts(id)
            if result:
                self._database.change(
                    "INSERT OR REPLACE INTO job_results VALUES (?, ?, ?, ?, ?)",
                    (id, result.name, result.media_type, result.content, json.dumps(result.record_ids)),
                )

    def give_back(self, id: str, holder: str) -> None:
        """Let the job wait again, as if this server had not begun it."""
        with self._changing(id, holder):
            self._database.change(
                "UPDATE jobs SET state = 'queued', holder = NULL, attempts = attempts - 1 WHERE id = ?", (id,)
            )

    @contextmanager
    def _changing(self, id: str, holder: str) -> Iterator[int]:
        with self._database.preparing():
            self._say(id, holder, "change = change + 1")
            (change,) = self._database.row("SELECT change FROM jobs WHERE id = ?", (id,))
            yield int(change)

    def _say(self, id: str, holder: str, what: str, values: Sequence[object] = ()) -> None:
        held = self._database.change(
            f"UPDATE jobs SET {what} WHERE id = ? AND holder = ? AND state = 'running'",  # noqa: S608 (our own words)
            (*values, id, holder),
        )
        if not held:
            raise LostJob

    def _cancel_parts(self, id: str) -> None:
        self._database.change(
            """UPDATE job_parts SET state = 'cancelled', change = (SELECT change FROM jobs WHERE id = job_id)
               WHERE job_id = ? AND state IN ('waiting', 'running')""",
            (id,),
        )

    # Forgetting

    def forget(self, id: str) -> None:
        """A job that is over, with all that came of it."""
        with self._database.preparing():
            self._database.change("DELETE FROM jobs WHERE id = ? AND finished_at IS NOT NULL", (id,))

    def forget_before(self, moment: datetime) -> int:
        """How many jobs that were over before this moment are forgotten now."""
        with self._database.preparing():
            return self._database.change("DELETE FROM jobs WHERE finished_at < ?", (_written(moment),))

    def forget_asker(self, asked_by: str) -> None:
        """The jobs of an account that goes. Inside a transaction."""
        self._database.change("DELETE FROM jobs WHERE asked_by = ?", (asked_by,))

    def forget_records(self, ids: Sequence[str]) -> None:
        """Erase results that tell of these records, and what came of the files they were in. Inside a transaction."""
        named = "EXISTS (SELECT 1 FROM json_each({}) WHERE value IN (SELECT value FROM json_each(?)))"
        values = (json.dumps(list(ids)),)
        self._database.change(f"DELETE FROM job_results WHERE {named.format('record_ids')}", values)  # noqa: S608 (ours)
        self._database.change(
            f"""UPDATE job_parts SET outcome = NULL, name = ''
                WHERE outcome IS NOT NULL AND {named.format("outcome, '$.ids'")}""",  # noqa: S608 (our own words)
            values,
        )

    def unfinished(self) -> set[str]:
        """The ids of the jobs whose files are still needed."""
        return {id for (id,) in self._database.rows("SELECT id FROM jobs WHERE state IN ('queued', 'running')")}


def _job(row: Any) -> Job:
    values = list(row)
    values[_IS_CANCELLING] = bool(values[_IS_CANCELLING])
    return Job(*values)


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
