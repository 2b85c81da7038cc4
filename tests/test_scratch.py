"""Whatever is killed, nothing of it is left once the next has started: no folder, no profile, no socket, no program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest
from test_readers_office import needs_office, offices
from test_sandbox import LINUX, is_alive

from ingest.answers import Request, write_request
from ingest.confinement import DEFAULT_COST, descendants
from ingest.readers.libreoffice import _socket_of
from ingest.sandbox import Sandbox
from ingest.scratch import remove_abandoned, take_scratch

HOLD = "import time; from ingest.scratch import take_scratch; print(take_scratch().folder, flush=True); time.sleep(60)"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files of this test and all that it starts."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def wait_for(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def works_in(folder: Path) -> bool:
    """Whether a program was started for the folder, also one that was just being started when its parent was killed."""
    for asked in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if os.fsencode(folder) in asked.read_bytes():
                return True
    return False


def test_a_held_folder_is_left_alone_and_one_of_the_killed_is_removed(own: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        (folder / "deep" / "er").mkdir(parents=True)
        remove_abandoned()
        assert list(own.iterdir()) == [folder]
        process.kill()
    remove_abandoned()
    assert list(own.iterdir()) == []


def test_what_only_looks_like_a_folder_of_ours_stays(own: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (own / "banha-work-link").symlink_to(kept)
    (own / "banha-work-file").touch()
    scratch = take_scratch()
    scratch.release()
    assert kept.is_dir()
    assert {path.name for path in own.iterdir()} == {"banha-work-link", "banha-work-file"}


@LINUX
@needs_office
def test_a_killed_worker_leaves_neither_folders_nor_libreoffice(own: Path, shared: Path) -> None:
    path = shared / "samples/need.doc"
    with Sandbox() as sandbox:
        text = sandbox.read_text(path)
        (office,) = offices()
        (worker,) = (pid for pid in descendants(os.getpid()) if office in descendants(pid))
        (profile,) = own.glob("banha-work-*/banha-office-*")
        assert _socket_of(profile).exists()
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: not is_alive(worker) and not is_alive(office))
        assert sandbox.read_text(path) == text
        assert len(list(own.glob("banha-work-*"))) == 1
        assert not _socket_of(profile).exists()
    assert list(own.iterdir()) == []


@LINUX
@needs_office
def test_what_a_worker_left_that_was_killed_with_its_program_goes_at_the_next_start(own: Path, shared: Path) -> None:
    path = shared / "samples/need.rtf"
    command = [sys.executable, "-P", "-m", "ingest.worker", json.dumps(asdict(DEFAULT_COST))]
    source = str(Path(__file__).resolve().parents[1])
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": source},
        start_new_session=True,
    ) as worker:
        assert worker.stdin is not None
        worker.stdin.write(write_request(Request(path, "text")))
        worker.stdin.flush()
        wait_for(lambda: list(own.glob("banha-work-*/banha-read-*/banha-office-*")))
        started = descendants(worker.pid)
        worker.kill()
    assert any(own.glob("banha-work-*/banha-read-*"))
    wait_for(lambda: not any(map(is_alive, started)) and not works_in(own))
    with Sandbox() as sandbox:
        assert sandbox.read_text(path).lines
    assert list(own.iterdir()) == []
