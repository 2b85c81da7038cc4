"""A job in the hands of this server: it goes on holding it, tells how far it is, and notices when to leave off."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from api.jobs.lines import write_stage
from index import Index, Job, JobResult, LostJob, UnusableFolder
from index.jobs import LEASE_SECONDS, JobState, PartState

_BEAT_SECONDS = LEASE_SECONDS / 6
_LEAST_SECONDS = 0.3  # between two notes of how far it is: nobody reads faster, and each is written to the disk


class Cancelled(Exception):
    """Somebody does not want the job any more."""


class Stopping(Exception):
    """This server is ending: another, or the next, goes on."""


class HeldJob:
    """`check` raises Cancelled, Stopping or LostJob when the work is to be left off; so do `check_lately` and
    `progress`."""

    def __init__(self, index: Index, job: Job, holder: str, stopping: threading.Event) -> None:
        self.job = job
        self._store = index.store
        self._jobs = index.store.jobs
        self._holder = holder
        self._stopping = stopping
        self._is_cancelled = job.is_cancelling
        self._is_lost = False
        self._told = 0.0

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Hold the job while the body runs, however long a unit of it takes."""
        ended = threading.Event()
        thread = threading.Thread(target=self._beat, args=[ended], name="hold-job", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _beat(self, ended: threading.Event) -> None:
        while not ended.wait(_BEAT_SECONDS):
            # Whoever writes for long keeps others from taking the job too: the next beat may find it free.
            with suppress(UnusableFolder):
                self._renew()
        self._store.close()

    def _renew(self) -> None:
        try:
            self._is_cancelled = self._jobs.renew(self.job.id, self._holder, _now()) or self._is_cancelled
        except LostJob:
            self._is_lost = True

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def check(self) -> None:
        """Between two units of work."""
        if not self.is_stopping:
            self._renew()
        self.check_lately()

    def check_lately(self) -> None:
        """As `check`, by what this server has learnt last: quick, and it writes nothing."""
        if self.is_stopping:
            raise Stopping
        if self._is_lost:
            raise LostJob
        if self._is_cancelled:
            raise Cancelled

    def progress(self, stage: str, done: int, total: int) -> None:
        if self._is_due(done == total):
            self.check()
            self._jobs.tell(self.job.id, self._holder, done, total, write_stage(stage))

    def tell_part(self, number: int, done: int, total: int) -> None:
        """How far a part is. Raises nothing: it is told from within the reading of a file."""
        if self._is_due(done == 0):
            try:
                self._jobs.tell_part(self.job.id, self._holder, number, done, total)
            except LostJob:
                self._is_lost = True

    def finish_part(self, number: int, state: PartState, outcome: str) -> None:
        """Raises LostJob."""
        self._jobs.finish_part(self.job.id, self._holder, number, state, outcome)

    def finish(self, state: JobState, line: str | None, result: JobResult | None) -> None:
        """Raises LostJob."""
        self._jobs.finish(self.job.id, self._holder, state, line, _now(), result)

    def _is_due(self, is_edge: bool) -> bool:
        now = time.monotonic()
        if not is_edge and now - self._told < _LEAST_SECONDS:
            return False
        self._told = now
        return True


def _now() -> datetime:
    return datetime.now(UTC)
