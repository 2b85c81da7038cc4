"""Hostile files end in a clear refusal within the limits, wherever they stand, and the good ones are stored."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zoo

from index import Index, ingest_paths
from ingest import FileRefused, Problem, Sandbox
from ingest.confinement import DEFAULT_COST, descendants

HOSTILE = ("bomb.docx", "deep.docx", "flatebomb.pdf", "laughs.docx", "laughs.xlsx", "xxe.docx", "xxe.xlsx")
GOOD = "Báo cáo {name}\nGỗ cao su bị nứt khi sấy."
# Whatever the program does not understand, it must not fail at it: that is for bugs.
FAILED = ("The program failed", "The reader broke down")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(replace(DEFAULT_COST, memory=1_000_000_000, silent_seconds=30, seconds=60)) as small:
        yield small


def refusal(sandbox: Sandbox, path: Path) -> Problem:
    with pytest.raises(FileRefused) as caught:
        sandbox.read_records(path)
    return caught.value.problem


@pytest.mark.parametrize("name", zoo.REFUSED)
def test_each_trap_is_refused_in_plain_words(tmp_path: Path, sandbox: Sandbox, name: str) -> None:
    make, words = zoo.REFUSED[name]
    path = tmp_path / name
    path.write_bytes(make())
    assert path.stat().st_size < 400_000
    started = time.monotonic()
    problem = refusal(sandbox, path)
    assert time.monotonic() - started < 30
    assert problem.file == name
    assert words in str(problem)
    assert not str(problem.message).startswith(FAILED)


@pytest.mark.parametrize("name", zoo.TEDIOUS)
def test_text_without_an_end_is_read_in_time(tmp_path: Path, sandbox: Sandbox, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(zoo.TEDIOUS[name]())
    try:
        found = [str(problem) for problem in sandbox.read_records(path).problems]
    except FileRefused as refused:
        found = [refused.message]
    assert not [text for text in found if "program" in text or "reader" in text or "progress" in text]


def test_the_samples_of_hostile_files_are_refused(shared: Path, sandbox: Sandbox) -> None:
    for name in HOSTILE:
        assert not refusal(sandbox, shared / "samples/hostile" / name).message.startswith(FAILED)


def test_old_files_with_macros_are_refused(shared: Path, tmp_path: Path, sandbox: Sandbox) -> None:
    raw = (shared / "samples/need.doc").read_bytes()
    for name in ("Macros", "macros", "_VBA_PROJECT_CUR"):
        path = tmp_path / "macros.doc"
        path.write_bytes(rename_entry(raw, "\x01CompObj", name))
        assert "macros" in str(refusal(sandbox, path))


def rename_entry(raw: bytes, old: str, new: str) -> bytes:
    """The OLE file with another name for one entry of its directory."""
    at = raw.index(old.encode("utf-16-le"))
    name = new.encode("utf-16-le")
    return raw[:at] + name.ljust(64, b"\0") + bytes([len(name) + 2, 0]) + raw[at + 66 :]


def test_cells_that_look_like_formulas_stay_text(tmp_path: Path, sandbox: Sandbox) -> None:
    path = tmp_path / "tasks.csv"
    title = '=HYPERLINK("http://x.example";"Nghiên cứu gỗ")'
    path.write_text(f'Tên nhiệm vụ,Chủ nhiệm\n"{title.replace(chr(34), chr(34) * 2)}",@SUM(A1)\n', "utf-8")
    assert [record.title for record in sandbox.read_records(path).records] == [title]


def workers() -> set[int]:
    """What this process itself has started; LibreOffice, which belongs to a worker, comes and goes."""
    started = set(descendants(os.getpid()))
    return started.difference(*map(descendants, started))


def test_a_folder_of_traps_costs_none_of_the_good_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, own = tmp_path / "ho-so", tmp_path / "own"
    folder.mkdir()
    own.mkdir()
    for name, (make, _) in zoo.REFUSED.items():
        (folder / name).write_bytes(make())
        (folder / f"{name}.good.txt").write_text(GOOD.format(name=name))
    monkeypatch.setenv("TMPDIR", str(own))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr("index.pipeline.Sandbox", Sandbox)  # one of its own, whose end is looked at
    before = workers()
    steps: list[Any] = []
    report = ingest_paths(Index(tmp_path / "data", None), [folder], progress=lambda *step: steps.append(step))
    assert sorted(stored.title for stored in report.stored) == sorted(f"Báo cáo {name}" for name in zoo.REFUSED)
    assert sorted(problem.file for problem in report.refused) == sorted(zoo.REFUSED)
    assert workers() == before
    assert not list(own.iterdir())
    assert ("read", 2 * len(zoo.REFUSED), 2 * len(zoo.REFUSED)) in steps


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_folder_of_oddities_ends_and_each_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "ho-so"
    deep = folder.joinpath(*(f"sâu {level}" for level in range(40)))
    deep.mkdir(parents=True)
    long = f"{'ạ' * 80}.txt"
    good = [deep / "day.txt", folder / long, folder / "tên\nxuống dòng\x1b[31m.txt"]
    for number, path in enumerate(good):
        path.write_text(GOOD.format(name=number))
    (folder / "vong").mkdir()
    (folder / "vong/lai").symlink_to(folder / "vong")
    (folder / "a.txt").symlink_to(folder / "b.txt")
    (folder / "b.txt").symlink_to(folder / "a.txt")
    (folder / "mat.docx").symlink_to(folder / "khong-co.docx")
    (folder / "rong.pdf").touch()
    os.mkfifo(folder / "ong.txt")
    signal.alarm(120)  # a pipe that somebody reads never ends
    report = ingest_paths(Index(tmp_path / "data", None), [folder])
    signal.alarm(0)
    assert sorted(stored.title for stored in report.stored) == [f"Báo cáo {number}" for number in range(3)]
    assert {problem.file: str(problem.message).split(".")[0] for problem in report.refused} == {
        "a.txt": "The file cannot be opened",
        "b.txt": "The file cannot be opened",
        "mat.docx": "The file is not there any more",
        "ong.txt": "This is not an ordinary file",
        "rong.pdf": "The file is empty (0 bytes)",
    }
