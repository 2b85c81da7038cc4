"""Files are read in processes that may fail in any way: the file is refused, everything it started is gone, and the
others are read."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hostile_worker import HOSTILE_WORKER

from ingest import Document, FileRefused, Reading, extract_records, read_document
from ingest.answers import Text, text_of
from ingest.confinement import DEFAULT_COST, descendants
from ingest.sandbox import Sandbox
from ingest.worker import _pass_on

SMALL = replace(DEFAULT_COST, memory=400_000_000, cpu_seconds=20, silent_seconds=20, seconds=40, answer=1_000_000)
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="this limit needs Linux")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as usual:
        yield usual


@pytest.fixture(scope="module")
def hostile() -> Iterator[Sandbox]:
    """Readers that follow the orders in the file, within small limits; shared, so each also starts where another
    ended badly."""
    with Sandbox(SMALL, HOSTILE_WORKER) as sandbox:
        yield sandbox
        assert not is_reading(sandbox)


def is_reading(_: Sandbox) -> bool:
    """Whether a worker has a reader left, or what one has started; LibreOffice is kept between files."""
    return any(not is_office(started) for worker in descendants(os.getpid()) for started in descendants(worker))


def is_office(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().startswith(("soffice", "oosplash"))
    except OSError:
        return False


def order(folder: Path, text: str) -> Path:
    path = folder / "order.txt"
    path.write_text(text)
    return path


def refusal(sandbox: Sandbox, path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        sandbox.read_text(path)
    assert caught.value.problem.file == path.name
    return str(caught.value)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def left_running(pids: Iterable[int]) -> list[int]:
    """Which of these processes have not ended after ten seconds."""
    deadline = time.monotonic() + 10
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def noted(ids: Path) -> list[int]:
    """The processes that the hostile worker wrote down."""
    return [int(line) for line in ids.read_text().split()]


# ------------------------------------------------------------------------------------- what comes back


def outcome(read: Callable[[Path], object], path: Path) -> object:
    try:
        return read(path)
    except FileRefused as refused:
        return refused.problem


def read_here(path: Path) -> Reading:
    return extract_records(read_document(path))


def test_every_sample_reads_as_it_does_without_a_sandbox(shared: Path, sandbox: Sandbox) -> None:
    files = sorted(path for path in (shared / "samples").rglob("*") if path.is_file() and is_quick(path))
    assert len(files) > 30
    as_text = set({path.suffix: path for path in files}.values())
    for path in files:
        found = outcome(read_document, path)
        records, text = found, found
        if isinstance(found, Document):
            records, text = extract_records(found), text_of(found)
        assert outcome(sandbox.read_records, path) == records
        # One of each format: the text is what the records were found in.
        if path in as_text:
            assert outcome(sandbox.read_text, path) == text


def is_quick(path: Path) -> bool:
    """Of those that need LibreOffice one, and no scan: they take seconds each and are tested elsewhere."""
    return "scan" not in path.name and (path.suffix not in (".doc", ".rtf") or path.name == "need.doc")


def test_what_the_caller_asks_for_reaches_the_reader(shared: Path, sandbox: Sandbox) -> None:
    path = shared / "samples/need.docx"
    assert sandbox.read_records(path, "document").records[0].kind == "document"
    document = read_document(path)
    assert sandbox.read_records(path, keep_contacts=True) == extract_records(document, keep_contacts=True)


def test_names_of_any_bytes_and_relative_ones_are_found(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (b"b\xe1o c\xe1o.txt", "Báo cáo 1.txt".encode(), b"new\nline.txt"):
        path = Path(os.fsdecode(name))
        path.write_text("Gỗ cao su")
        assert sandbox.read_text(path).lines == ("Gỗ cao su",)


def test_steps_reach_the_caller_in_order(tmp_path: Path, hostile: Sandbox) -> None:
    steps: list[tuple[str, int, int]] = []
    hostile.read_text(order(tmp_path, "pages"), lambda *step: steps.append(step))
    assert steps == [("page", 0, 3), ("page", 1, 3), ("page", 2, 3)]


def test_threads_share_a_sandbox(shared: Path, sandbox: Sandbox) -> None:
    files = [shared / "samples" / name for name in ("need.docx", "cv.docx", "tasks.xlsx", "proposal_utf8.txt")] * 3
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(sandbox.read_records, files))
    assert found == [read_here(path) for path in files]


# --------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("text", "cost", "words"),
    [
        ("hang", {"silent_seconds": 3}, "no progress"),
        ("tick", {"seconds": 1.0}, "more than 1 seconds"),
        ("spin", {"cpu_seconds": 1}, "computing"),
        ("allocate", {}, "400 MB of memory"),
        pytest.param("children-allocate", {"memory": 300_000_000}, "300 MB of memory", marks=LINUX),
        pytest.param("bomb", {"processes": 20, "memory": 2_000_000_000}, "20 programs", marks=LINUX),
        ("chatter", {}, "1 MB of text"),
        ("crash", {}, "broke down"),
        ("abort", {}, "broke down"),
        ("leave", {}, "broke down"),
        ("write", {"written": 1_000_000}, "broke down"),
    ],
)
def test_a_reader_that_breaks_a_limit_is_ended_and_the_next_file_is_read(
    tmp_path: Path, text: str, cost: dict[str, Any], words: str
) -> None:
    good = tmp_path / "good.txt"
    good.write_text("Gỗ cao su")
    with Sandbox(replace(SMALL, **cost), HOSTILE_WORKER) as sandbox:
        sandbox.read_text(good)
        started = time.monotonic()
        assert words in refusal(sandbox, order(tmp_path, text))
        assert time.monotonic() - started < 15
        assert not is_reading(sandbox)
        assert sandbox.read_text(good) == Text("txt", ("Gỗ",), ())


@LINUX
@pytest.mark.parametrize("text", ["children", "children-hidden", "children-left"])
def test_programs_that_a_reader_started_end_with_it(tmp_path: Path, text: str) -> None:
    ids = tmp_path / "ids"
    with Sandbox(replace(SMALL, silent_seconds=2), HOSTILE_WORKER) as sandbox:
        outcome(sandbox.read_text, order(tmp_path, f"{text} {ids}"))
        assert left_running(noted(ids)) == []


@LINUX
def test_a_worker_that_is_stopped_or_killed_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sandbox._PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr("ingest.sandbox._CLOSING_SECONDS", 0.5)
    ids = tmp_path / "ids"
    with Sandbox(replace(SMALL, seconds=1), HOSTILE_WORKER) as sandbox:
        for text in ("stop-worker", f"kill-worker {ids}"):
            assert "broke down" in refusal(sandbox, order(tmp_path, text))
            assert sandbox.read_text(order(tmp_path, "fine")).lines == ("fine",)
        assert left_running(noted(ids)) == []


def test_a_worker_that_died_between_two_files_is_no_fault_of_the_next(tmp_path: Path) -> None:
    others = descendants(os.getpid())
    with Sandbox(SMALL, HOSTILE_WORKER) as sandbox:
        sandbox.read_text(order(tmp_path, "fine"))
        [worker] = set(descendants(os.getpid())).difference(others)
        os.kill(worker, signal.SIGKILL)
        assert left_running([worker]) == []
        assert sandbox.read_text(order(tmp_path, "fine")).lines == ("fine",)


def test_where_no_process_can_be_started_files_are_refused(tmp_path: Path) -> None:
    with Sandbox(command=(str(tmp_path / "nothing"),)) as sandbox:
        assert "could be started" in refusal(sandbox, order(tmp_path, "fine"))


def test_what_every_reader_needs_is_loaded_before_the_first() -> None:
    """Tables of forms, columns and fields: each of them would cost every file a tenth of a second."""
    code = """
import sys
from pathlib import Path
import yaml
from ingest import extract_records, read_document, worker
worker._warm_up()
yaml.safe_load = lambda _: sys.exit("a table was not loaded")
for path in {(path.parent, path.suffix): path for path in sorted(Path(sys.argv[1]).rglob("*.*"))}.values():
    extract_records(read_document(path))
"""
    folder = Path(__file__).resolve().parents[1] / "samples" / "province"
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_answer_that_comes_just_after_the_worker_looked_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader writes its answer and ends while a slow computer counts its programs."""
    asked, program = os.pipe()
    source, target = os.pipe()
    with (
        open(asked) as requests,
        subprocess.Popen(["sh", "-c", "read word; printf answer"], stdin=subprocess.PIPE, stdout=target) as reader,
    ):
        os.close(target)

        def count(_: object) -> str:
            assert reader.stdin
            reader.stdin.close()
            os.waitid(os.P_PID, reader.pid, os.WEXITED | os.WNOWAIT)
            return ""

        sent: list[bytes] = []
        monkeypatch.setattr("sys.stdin", requests)
        monkeypatch.setattr("ingest.worker._count", count)
        monkeypatch.setattr("ingest.worker._send", lambda _, content: sent.append(content))
        assert _pass_on(source, SMALL, reader.pid) == ""
    os.close(source)
    os.close(program)
    assert sent == [b"answer"]


# ------------------------------------------------------------------------------- what a reader can do


@pytest.mark.parametrize(
    "lie",
    [
        "",
        "null",
        '{"reading":{}}',
        '{"reading":{"records":[{"kind":"weapon"}],"problems":[]}}',
        '{"text":{"format":1,"lines":[],"problems":[]}}',
        '{"text":{"format":"txt","lines":[],"problems":[]}',
        '{"refused":{"file":"a","message":"{file.__class__}","params":{"file":"x"}}}',
        '{"refused":{"file":"a","message":"{file:>999999999}","params":{"file":"x"}}}',
        '{"refused":{"file":"a","message":"{secret}","params":{}}}',
        '{"refused":{"file":"a","message":"{","params":{}}}',
        '{"step":{"stage":"page","done":1,"total":2}}',
        '{"reading":{"records":[],"problems":[]}}',
        "[" * 50_000,
    ],
)
def test_an_answer_that_is_none_is_refused(tmp_path: Path, hostile: Sandbox, lie: str) -> None:
    assert "broke down" in refusal(hostile, order(tmp_path, f"lie {lie}"))


def test_a_reader_sees_neither_secrets_nor_other_folders(
    tmp_path: Path, hostile: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    monkeypatch.setenv("BANHA_SECRET", "x")
    with Sandbox(SMALL, HOSTILE_WORKER) as sandbox:
        folder, temporary, *seen = sandbox.read_text(order(tmp_path, "look")).lines
    assert os.path.realpath(folder) == os.path.realpath(temporary)
    assert not Path(folder).exists()
    assert not {"HTTPS_PROXY", "BANHA_SECRET", "torch", "pyvi", "faiss", "sqlite3", "pydantic", "numpy"} & set(seen)


@LINUX
def test_a_reader_reaches_no_network(tmp_path: Path, hostile: Sandbox) -> None:
    if subprocess.run(["unshare", "--net", *([] if os.getuid() == 0 else ["--user"]), "true"], check=False).returncode:
        pytest.skip("this system lets nobody leave the network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert "broke down" in refusal(hostile, order(tmp_path, f"connect 127.0.0.1:{server.getsockname()[1]}"))


# -------------------------------------------------------------------------------------------- the end


@LINUX
def test_closing_ends_what_is_being_read(tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    with Sandbox(SMALL, HOSTILE_WORKER) as sandbox, ThreadPoolExecutor(1) as threads:
        reading = threads.submit(refusal, sandbox, order(tmp_path, f"children-hidden {ids}"))
        while not ids.exists() or ids.read_text().count("\n") < 2:
            time.sleep(0.02)
        sandbox.close()
        assert "interrupted" in reading.result(10)
        assert "interrupted" in refusal(sandbox, order(tmp_path, "fine"))
    assert left_running(noted(ids)) == []


@LINUX
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_a_program_that_is_interrupted_or_killed_leaves_nothing(tmp_path: Path, signal_number: int) -> None:
    ids = tmp_path / "ids"
    program = (
        "import sys; from pathlib import Path; from ingest.sandbox import Sandbox\n"
        "with Sandbox(command=sys.argv[2:]) as sandbox: sandbox.read_text(Path(sys.argv[1]))"
    )
    path = order(tmp_path, f"children-hidden {ids}")
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path), *HOSTILE_WORKER],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:
        while not ids.exists() or ids.read_text().count("\n") < 2:
            time.sleep(0.02)
        all_of_it = descendants(process.pid)
        assert len(all_of_it) >= 4
        process.send_signal(signal_number)
    assert left_running(all_of_it) == []
    assert not list(tmp_path.glob("banha-read-*"))


def test_nothing_is_started_before_the_first_file() -> None:
    before = threading.active_count(), descendants(os.getpid())
    with Sandbox():
        assert (threading.active_count(), descendants(os.getpid())) == before
