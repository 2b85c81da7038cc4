"""The thread of a server that does the jobs of its data folder, one at a time."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from datetime import UTC, datetime, timedelta

from api.audit.recording import witness_job
from api.jobs.held import Cancelled, HeldJob, Stopping
from api.jobs.kinds import Surroundings, do_job, read_viewer
from api.jobs.lines import FAILED, write_error, write_line
from api.jobs.spool import Spool
from api.live_workspace import LiveWorkspace
from api.outcomes import outcome_of
from index import Job, JobResult, LostJob
from index.database import witnessed_by
from index.jobs import JobState
from ingest import BanhaError, Sandbox

KEPT_DAYS = 7
"""So long a job that is over, and what can be downloaded of it, are kept."""
_LOOK_SECONDS = 0.5  # after which jobs that another process added are seen
_TIDY_SECONDS = 600.0
_ENDING_SECONDS = 10.0
_log = logging.getLogger(__name__)


class JobRunner:
    """Begins with the first call of `start`; `stop` asks it to end after the unit it is at, `join` waits for that.

    A job that is not over then waits in the table for the next server.
    """

    def __init__(self, live: LiveWorkspace, spool: Spool) -> None:
        self._live = live
        self._spool = spool
        self._holder = secrets.token_hex(8)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, sandbox: Sandbox) -> None:
        self._thread = threading.Thread(target=self._run, args=[sandbox], name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def join(self) -> None:
        if self._thread:
            self._thread.join(_ENDING_SECONDS)

    def _run(self, sandbox: Sandbox) -> None:
        tidied = float("-inf")
        while not self._stopping.is_set():
            try:
                if time.monotonic() - tidied > _TIDY_SECONDS:
                    self._tidy()
                    tidied = time.monotonic()
                # Jobs need vectors: until the model is there, or known to be unusable, they wait.
                if self._live.status != "preparing" and self._do_next(sandbox):
                    continue
            except BanhaError as error:
                _log.warning("%s", error)
            except Exception:  # noqa: BLE001 (a thread has nobody to raise to; the next look may find all well)
                _log.exception("looking for jobs failed")
            self._stopping.wait(_LOOK_SECONDS)
        self._live.current.index.store.close()

    def _tidy(self) -> None:
        jobs = self._live.current.index.store.jobs
        jobs.forget_before(datetime.now(UTC) - timedelta(days=KEPT_DAYS))
        self._spool.clear(jobs.unfinished())

    def _do_next(self, sandbox: Sandbox) -> bool:
        """Whether there was something to do."""
        index = self._live.current.index
        job = index.store.jobs.take(self._holder, datetime.now(UTC))
        if job is None:
            return False
        held = HeldJob(index, job, self._holder, self._stopping)
        try:
            with held.beating():
                self._do(held, sandbox)
        except Stopping:
            index.store.jobs.give_back(job.id, self._holder)
        except LostJob:
            _log.info("another server goes on with a job, or it is gone")
            if job.id not in index.store.jobs.unfinished():
                self._spool.forget(job.id)
        return True

    def _do(self, held: HeldJob, sandbox: Sandbox) -> None:
        """Raises Stopping and LostJob; every other end of a job is written down."""
        state: JobState = "done"
        line: str | None = None
        result: JobResult | None = None
        witness = witness_job(held.job.id, held.job.kind, held.job.asked_by, read_viewer(held.job).role)
        try:
            held.check()
            with witnessed_by(witness):
                result = do_job(Surroundings(self._live.for_writing(), sandbox, self._spool), held)
        except (Stopping, LostJob):
            raise
        except Cancelled:
            state = "cancelled"
        except BanhaError as error:
            state, line = "failed", _explain(error, held.job)
        except Exception:  # noqa: BLE001 (a thread has nobody to raise to; the failure is logged and shown)
            _log.exception("a job failed")
            state, line = "failed", write_line(FAILED)
        held.finish(state, line, result)
        self._spool.forget(held.job.id)


def _explain(error: BanhaError, job: Job) -> str:
    # What is wrong with the server names its folders and models; that is for those who run it.
    is_told = outcome_of(error).status < 500 or read_viewer(job).sees_all
    return write_error(error) if is_told else write_line(FAILED)
