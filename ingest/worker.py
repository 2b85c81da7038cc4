"""The process beside the program that reads files: for each file a process of its own, watched until it is gone.

    program ── pipes ── worker (this module: trusted, starts once) ── pipe ── reader (one file) ── soffice, tesseract …

The worker has imported what readers need, so that a reader is there in milliseconds. It passes on what the reader
writes without looking into it, and ends reader, helpers and itself when the program is gone.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import NoReturn

from ingest.answers import (
    DATA,
    ENDED,
    HEADER,
    OUT_OF_MEMORY,
    STARTED,
    Answer,
    Breach,
    Request,
    Step,
    read_request,
    text_of,
    write_answer,
)
from ingest.confinement import (
    Cost,
    adopt_orphans,
    confine,
    descendants,
    kill_group,
    leave_network,
    resident_memory,
)
from ingest.errors import FileRefused, Problem
from ingest.extraction import extract_records
from ingest.landlock import close_folders, folders_of
from ingest.orcid import read_orcid
from ingest.readers import read_document
from ingest.readers.libreoffice import KEPT
from ingest.readers.opened import MEGABYTE, open_file
from ingest.scratch import remove_folder, take_scratch

Report = Callable[[Step], None]
ReadFile = Callable[[Request, Report], Answer]

_LOOK_SECONDS = 0.1
_IDLE_SECONDS = 60
_BLOCK = 1 << 16
_PROGRAMS = ("soffice", "libreoffice", "tesseract")  # that readers start
_ANSWERS = 3  # the descriptor to which a reader writes
_MOST_OPEN = 256  # descriptors that a worker may hold
_LOADED_FOR: Mapping[str, Sequence[str]] = {
    ".docx": ("ingest.readers.package", "ingest.readers.docx"),
    ".xlsx": ("ingest.readers.package", "ingest.readers.xlsx", "openpyxl.styles.numbers"),
    ".xls": ("ingest.readers.xls", "xlrd", "openpyxl.styles.numbers"),
    **dict.fromkeys(
        (".doc", ".rtf", ".odt"), ("ingest.readers.office", "ingest.readers.package", "ingest.readers.docx")
    ),
    ".html": ("ingest.readers.html",),
    ".htm": ("ingest.readers.html",),
    ".csv": ("ingest.readers.csv",),
    ".pdf": ("ingest.readers.pdf", "pdfplumber", "pypdfium2"),
}
_SMALL_FORM = """THUYẾT MINH NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ
1. Tên nhiệm vụ: Nghiên cứu sấy gỗ cao su
2. Mã số: ĐT.01/2026
3. Lĩnh vực: Khoa học kỹ thuật và công nghệ
4. Thời gian thực hiện: 24 tháng (từ 01/2026 đến 12/2027)
5. Kinh phí: 1.250 triệu đồng
6. Chủ nhiệm nhiệm vụ: PGS.TS. Nguyễn Văn A
7. Tổ chức chủ trì: Trường Đại học Thủ Dầu Một
8. Địa điểm thực hiện: Bình Dương
9. Mục tiêu: Giảm tỷ lệ nứt của gỗ.
"""
_SMALL_LIST = """TT,Tên nhiệm vụ,Tổ chức chủ trì,Chủ nhiệm,Kinh phí (triệu đồng),Mã số,Thời gian,Ghi chú thêm
1,Nghiên cứu sấy gỗ cao su,Trường Đại học Thủ Dầu Một,Nguyễn Văn A,1.250,ĐT.01/2026,2026-2027,
2,Xử lý nước thải dệt nhuộm,Viện Môi trường,Trần Thị B,900,ĐT.02/2026,24 tháng,
"""
_OLD_TEXT = "\xa7\xd2 t\xb5i nghi\xaan c\xf8u khoa h\xe4c v\xb5 c\xabng ngh\xd6"  # “Đề tài nghiên cứu …” in TCVN3


def serve(cost: Cost, read: ReadFile) -> None:
    """Read the files that standard input names, one after another, until it ends."""
    adopt_orphans()
    own_namespace = leave_network()
    gc.collect()
    gc.freeze()  # the readers share this memory as long as nobody writes to it
    try:
        while line := _await_line():
            request = read_request(line)
            _load_readers(request.path)
            KEPT.make_ready(request.path)
            folder = Path(tempfile.mkdtemp(prefix="banha-read-"))
            breach: Breach = "seconds"
            is_well = False
            try:
                breach, is_well = _watch(request, cost, read, folder, own_namespace)
            finally:
                end_all(spared=KEPT.pid)
                KEPT.settle(is_well)
                remove_folder(folder)
            _send(ENDED, breach.encode())
    finally:
        KEPT.close()


def read_file(request: Request, report: Report) -> Answer:
    """What is wanted of a file, or the Problem for which it was refused; no other file of the user is open to it."""
    close_folders([request.path, *folders_of(*_PROGRAMS)], [Path.cwd(), *KEPT.folders])
    try:
        if request.wanted == "orcid":
            return read_orcid(open_file(request.path).raw, request.path.name)
        document = read_document(request.path, progress=lambda *step: report(Step(*step)))
        if request.wanted == "text":
            return text_of(document)
        return extract_records(document, request.kind, request.keep_contacts, request.corrections)
    except FileRefused as refusal:
        if isinstance(refusal.__cause__, MemoryError):
            raise refusal.__cause__ from None
        return refusal.problem


def _watch(request: Request, cost: Cost, read: ReadFile, folder: Path, own_namespace: bool) -> tuple[Breach, bool]:
    """Start a reader and pass on what it writes, until it is done, breaks a limit, or the program is gone.

    What limit it broke, and whether all went well: a file that was refused may have harmed what is kept for the next.
    """
    source, target = os.pipe()
    reader = os.fork()
    if reader == 0:
        os.close(source)
        _be_reader(request, cost, read, folder, own_namespace, target)
    os.close(target)
    try:
        with suppress(OSError):
            os.setpgid(reader, reader)  # here too: whoever comes first
        _send(STARTED, str(reader).encode())
        breach = _pass_on(source, cost, reader)
    finally:
        os.close(source)
        kill_group(reader)
        os.kill(reader, signal.SIGKILL)  # it may have left its group
    _, status = os.waitpid(reader, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        breach = "cpu"
    return breach, status == 0 and not breach


def _pass_on(source: int, cost: Cost, reader: int) -> Breach:
    started = heard = time.monotonic()
    passed = 0
    has_ended = False
    while True:
        wait = 0 if has_ended else _LOOK_SECONDS
        ready, _, _ = select.select([source, sys.stdin.buffer.fileno()], [], [], wait)
        if sys.stdin.buffer.fileno() in ready:
            # Nothing is asked while a file is read: the program is gone.
            raise SystemExit
        now = time.monotonic()
        if source in ready:
            block = os.read(source, _BLOCK)
            if not block:
                return ""
            passed += len(block)
            heard = now
            if passed > cost.answer:
                return "answer"
            _send(DATA, block)
        elif now - heard > cost.silent_seconds:
            return "silence"
        if now - started > cost.seconds:
            return "seconds"
        if ready:
            continue
        if has_ended:
            return ""  # and something that it left behind holds the pipe
        if breach := _count(cost):
            return breach
        # Its last words may have come since this process looked.
        has_ended = os.waitid(os.P_PID, reader, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _count(cost: Cost) -> Breach:
    """Whether the reader and its helpers together are too many or too large."""
    running = descendants(os.getpid(), cost.processes + 1)
    if len(running) > cost.processes:
        return "processes"
    return "memory" if sum(map(resident_memory, running)) > cost.memory else ""


def end_all(spared: int | None = None) -> None:
    """Kill and bury whatever a file has started, in whichever group it hides, but for one process and its own."""

    def kept() -> set[int]:
        return set() if spared is None else {spared, *descendants(spared)}

    while left := set(descendants(os.getpid())) - kept():
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in left:
            with suppress(ChildProcessError):  # the children of others are adopted when these are gone
                os.waitpid(pid, 0)


def _be_reader(
    request: Request, cost: Cost, read: ReadFile, folder: Path, own_namespace: bool, target: int
) -> NoReturn:
    """The life of a reader: confined, in a folder of its own, it answers and ends."""
    status = 1
    try:
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        # Not the lock of the worker's folder, nor anything else that it holds.
        os.dup2(target, _ANSWERS, inheritable=False)
        os.closerange(_ANSWERS + 1, _MOST_OPEN)
        os.chdir(folder)
        os.environ |= dict.fromkeys(("TMPDIR", "HOME"), str(folder))
        tempfile.tempdir = None
        confine(cost, own_namespace)
        answer: Answer
        try:
            answer = read(request, lambda step: _write(_ANSWERS, write_answer(step)))
        except MemoryError:
            limit = cost.memory // MEGABYTE
            answer = FileRefused(request.path.name, OUT_OF_MEMORY, limit=limit).problem
        _write(_ANSWERS, write_answer(answer))
        status = int(isinstance(answer, Problem))
    except BaseException:
        logging.getLogger(__name__).debug("reading %s failed", request.path.name, exc_info=True)
    finally:
        # Neither the worker's exit handlers nor its buffers are the reader's.
        os._exit(status)


def _load_readers(path: PurePath) -> None:
    """Import what the name promises, so that not each reader does it again. The bytes decide who reads."""
    for name in _LOADED_FOR.get(path.suffix.lower(), ()):
        with suppress(ImportError):
            importlib.import_module(name)


def _warm_up() -> None:
    """Read a small form and a small list, which fill the tables of charsets, forms, columns, names and places that all
    readers then share."""
    small = (("a.txt", _SMALL_FORM.encode()), ("b.txt", _OLD_TEXT.encode("latin-1")), ("c.csv", _SMALL_LIST.encode()))
    with tempfile.TemporaryDirectory(prefix="banha-read-") as folder:
        for name, raw in small:
            path = Path(folder, name)
            path.write_bytes(raw)
            with suppress(FileRefused):
                extract_records(read_document(path))


def _await_line() -> bytes:
    """The next request; when none comes for long, LibreOffice is let go meanwhile."""
    if KEPT.is_ready and not select.select([sys.stdin.buffer.fileno()], [], [], _IDLE_SECONDS)[0]:
        KEPT.close()
    return _next_line()


def _next_line() -> bytes:
    """A request; empty at the end. Unbuffered, so that what select sees is what there is."""
    line = b""
    while not line.endswith(b"\n"):
        block = os.read(sys.stdin.buffer.fileno(), _BLOCK)
        if not block:
            return b""
        line += block
    return line


def _send(kind: bytes, payload: bytes) -> None:
    _write(sys.stdout.buffer.fileno(), HEADER.pack(kind, len(payload)) + payload)


def _write(target: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(target, view) :]


def main(read: ReadFile = read_file) -> None:
    """``python -m ingest.worker COST [LEVEL]``: COST as JSON, LEVEL of what is logged to standard error."""
    if len(sys.argv) > 2:
        logging.basicConfig(level=int(sys.argv[2]))
    scratch = take_scratch()
    tempfile.tempdir = str(scratch.folder)
    try:
        _warm_up()
        serve(Cost(**json.loads(sys.argv[1])), read)
    finally:
        scratch.release()


if __name__ == "__main__":
    main()
