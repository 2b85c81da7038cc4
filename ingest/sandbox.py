"""Reading untrusted files in processes that may fail, hang or be taken over without harm to the program."""

from __future__ import annotations

import json
import logging
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.answers import (
    DATA,
    ENDED,
    HEADER,
    OUT_OF_MEMORY,
    STARTED,
    Answer,
    Request,
    Step,
    Text,
    read_answer,
    write_request,
)
from ingest.confinement import DEFAULT_COST, Cost, inherited, kill_group
from ingest.corrections import Correction
from ingest.errors import N_, FileRefused, Problem
from ingest.extraction import Reading
from ingest.orcid import OrcidPerson
from ingest.readers.opened import MEGABYTE, Progress, no_progress
from ingest.records import Kind
from ingest.scratch import remove_abandoned

_ENDED_BY: Mapping[str, str] = {
    "answer": N_("More than {limit} MB of text came out of this file. Split it into smaller files."),
    "cpu": N_("Reading this file took more than {limit} seconds of computing. Split it into smaller files."),
    "memory": OUT_OF_MEMORY,
    "processes": N_("Reading this file started more than {limit} programs: the file is not safe to read."),
    "seconds": N_("Reading this file took more than {limit} seconds. Split it into smaller files."),
    "silence": N_("Reading this file made no progress for {limit} seconds. Save its content in a new file."),
}
_BROKE_DOWN = N_(
    "The reader broke down at this file: it is damaged or not safe to read. "
    "Save its content in a new file and try again."
)
_NO_READER = N_("No process could be started to read this file. Close other programs and try again.")
_CLOSED = N_("Reading was interrupted before this file was done.")
# What helpers need to run; neither proxies nor secrets.
_KEPT_VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TESSDATA_PREFIX")
_WORKERS = 2
_BLOCK = 1 << 16
_START_SECONDS = 180.0  # of a worker, which may first start LibreOffice
_CLOSING_SECONDS = 5.0
# The worker keeps the time; this much later it must be stuck itself.
_PATIENCE_SECONDS = 10.0


_USUAL = (sys.executable, "-P", "-m", "ingest.worker")


class Sandbox:
    """Reads files in processes of their own within a Cost, two at a time, for any number of threads.

    The first reading starts a worker; `close`, or leaving the ``with`` block, ends all, also what is being read.
    `command` starts another worker than the usual one.
    """

    def __init__(self, cost: Cost = DEFAULT_COST, command: Sequence[str] = _USUAL) -> None:
        self._cost = cost
        self._command = command
        self._free = threading.BoundedSemaphore(_WORKERS)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers and what they read; the readings under way raise FileRefused."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = list(self._busy)
        for worker in busy:
            worker.stop()
        for worker in idle:
            worker.dispose()

    def read_records(
        self,
        path: Path,
        kind: Kind | None = None,
        keep_contacts: bool = False,
        progress: Progress = no_progress,
        corrections: Sequence[Correction] = (),
    ) -> Reading:
        """What `extract_records` finds in what `read_document` reads.

        Raises FileRefused, and nothing else, for a file of which nothing can be read or that breaks a limit.
        """
        answer = self._read(Request(path.absolute(), "records", kind, keep_contacts, tuple(corrections)), progress)
        if isinstance(answer, Reading):
            return answer
        raise _refusal(answer, path.name)

    def read_text(self, path: Path, progress: Progress = no_progress) -> Text:
        """The text that `read_document` recovers. Raises FileRefused like `read_records`."""
        answer = self._read(Request(path.absolute(), "text"), progress)
        if isinstance(answer, Text):
            return answer
        raise _refusal(answer, path.name)

    def read_orcid(self, path: Path) -> OrcidPerson:
        """The person of an ORCID record. Raises FileRefused like `read_records`."""
        answer = self._read(Request(path.absolute(), "orcid"), no_progress)
        if isinstance(answer, OrcidPerson):
            return answer
        raise _refusal(answer, path.name)

    def _read(self, request: Request, progress: Progress) -> Answer | None:
        with self._free:
            worker = self._take(request.path.name)
            try:
                answer = worker.read(request, progress)
            except _Lost:
                self._give_back(worker, is_well=False)
                if self._closed:
                    raise FileRefused(request.path.name, _CLOSED) from None
                return None
            except BaseException:
                self._give_back(worker, is_well=False)
                raise
            self._give_back(worker, is_well=True)
            return answer

    def _take(self, name: str) -> _Worker:
        with self._lock:
            if self._closed:
                raise FileRefused(name, _CLOSED)
            while self._idle:
                worker = self._idle.pop()
                if worker.is_running:
                    break
                worker.dispose()
            else:
                try:
                    worker = _Worker(self._cost, self._command)
                except OSError:
                    raise FileRefused(name, _NO_READER) from None
            self._busy.append(worker)
            return worker

    def _give_back(self, worker: _Worker, is_well: bool) -> None:
        with self._lock:
            self._busy.remove(worker)
            if is_well and not self._closed:
                self._idle.append(worker)
                return
        worker.dispose()


class _Lost(Exception):
    """A worker ended, is stuck, or passed on what is no answer."""


class _Worker:
    """A running `ingest.worker`, used by one thread at a time; `stop` may come from another."""

    def __init__(self, cost: Cost, command: Sequence[str]) -> None:
        self._cost = cost
        self._reader = 0
        logs = logging.getLogger("ingest").isEnabledFor(logging.DEBUG)
        self._process = subprocess.Popen(
            [*command, json.dumps(asdict(cost)), *([str(logging.DEBUG)] if logs else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if logs else subprocess.DEVNULL,
            bufsize=0,
            env=_environment(),
            # Out of reach of the terminal's Ctrl-C: it is this program that ends its readers.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._frames = self._process.stdin, self._process.stdout

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def read(self, request: Request, progress: Progress) -> Answer | None:
        """The reader's answer, the Problem for which it was ended, or None when it ended without an answer.

        Raises _Lost when the worker cannot be used any more.
        """
        line = bytearray()
        answer: Answer | None = None
        deadline = time.monotonic() + _START_SECONDS
        self._ask(request)
        while True:
            kind, content = self._next_frame(deadline)
            if kind == STARTED:
                self._reader = int(content)
                deadline = time.monotonic() + self._cost.seconds + _PATIENCE_SECONDS
            elif kind == ENDED:
                self._reader = 0
                return self._breach(request.path.name, content.decode()) or answer
            elif kind == DATA:
                first, *others = content.split(b"\n")
                line += first
                for start in others:
                    answer = _understand(bytes(line))
                    if isinstance(answer, Step):
                        progress(answer.stage, answer.done, answer.total)
                    line[:] = start

    def _ask(self, request: Request) -> None:
        try:
            self._requests.write(write_request(request))
        except (OSError, ValueError) as error:
            raise _Lost from error

    def _next_frame(self, deadline: float) -> tuple[bytes, bytes]:
        kind, size = HEADER.unpack(self._take_bytes(HEADER.size, deadline))
        return kind, self._take_bytes(size, deadline)

    def _take_bytes(self, count: int, deadline: float) -> bytes:
        taken = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._frames, selectors.EVENT_READ)
            while len(taken) < count:
                ready = selector.select(max(0.0, deadline - time.monotonic()))
                block = os.read(self._frames.fileno(), count - len(taken)) if ready else b""
                if not block:
                    raise _Lost
                taken += block
        return bytes(taken)

    def _breach(self, name: str, limit: str) -> Problem | None:
        cost = self._cost
        limits = {
            "answer": cost.answer // MEGABYTE,
            "cpu": cost.cpu_seconds,
            "memory": cost.memory // MEGABYTE,
            "processes": cost.processes,
            "seconds": round(cost.seconds),
            "silence": round(cost.silent_seconds),
        }
        return Problem(name, _ENDED_BY[limit], {"limit": limits[limit]}) if limit else None

    def stop(self) -> None:
        """End the worker, its reader and what that started; afterwards `read` in another thread raises _Lost."""
        with suppress(OSError):
            self._requests.close()  # at which it ends them and clears up
        try:
            self._process.wait(_CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            kill_group(self._process.pid)
            self._process.wait()
        if self._process.returncode < 0:  # it was killed, and could not clear up
            if self._reader:
                kill_group(self._reader)
            remove_abandoned()

    def dispose(self) -> None:
        """Stop, and let go of what `read` reads from."""
        self.stop()
        self._frames.close()


def _understand(line: bytes) -> Answer:
    try:
        return read_answer(line)
    except ValueError as error:
        raise _Lost from error


def _refusal(answer: Answer | None, name: str) -> FileRefused:
    if isinstance(answer, Problem):
        return FileRefused(answer.file, answer.message, answer.place, **answer.params)
    return FileRefused(name, _BROKE_DOWN)


def _environment() -> dict[str, str]:
    kept = inherited(*_KEPT_VARIABLES)
    # A thread pool in a process that forks, or in each of a hundred small programs, costs more than it gives.
    alone = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS"), "1")
    return kept | alone | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}
