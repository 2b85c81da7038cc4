"""From files to searchable records: bad files do no harm, nothing is done twice, a kill loses nothing."""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from toy_encoder import ToyEncoder

from index import Encoder, Index, cut, ingest_paths, store_records
from index.folders import find_files
from ingest import OFFICER, Reading, Record, Sandbox, Section, read_document


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def need(title: str, **more: object) -> dict[str, object]:
    return {"kind": "need", "title": title, "sections": [{"name": "situation", "text": f"{title} ở xưởng."}], **more}


def test_a_bad_file_among_good_ones_is_named_and_the_others_are_stored(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    write(folder / "good.jsonl", need("Sấy gỗ"), "{broken", need("Sấy xoài"))
    (folder / "bad.docx").write_bytes(b"%PDF-1.7 not a document")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "~$lock.docx").write_bytes(b"x")
    (folder / ".hidden.txt").write_text("x")
    index = Index(tmp_path / "data", ToyEncoder())
    report = ingest_paths(index, [folder, tmp_path / "vanished.docx"])
    assert {stored.title for stored in report.stored} == {"Sấy gỗ", "Sấy xoài"}
    assert [(p.file, p.place.row) for p in report.refused] == [
        ("bad.docx", None),
        ("empty.csv", None),
        ("good.jsonl", 2),
        ("vanished.docx", None),
    ]


def test_the_same_folder_again_changes_nothing_and_encodes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", need("Sấy gỗ"), need("Sấy gỗ"), need("Sấy xoài", facts={"code": "X1"}))
    encoder = ToyEncoder()
    index = Index(tmp_path / "data", encoder)
    first = ingest_paths(index, [path])
    encoded, seq = len(encoder.encoded), index.store.passages.since(0)[-1].id
    second = ingest_paths(index, [path])
    assert {stored.change for stored in second.stored} == {"unchanged"}
    assert [s.id for s in first.stored] == [s.id for s in second.stored]
    assert (len(encoder.encoded), index.store.passages.since(0)[-1].id) == (encoded, seq)


def test_two_rows_of_one_file_with_the_same_title_stay_two_records(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        need("Xử lý nước thải", facts={"organisation": "Công ty A"}),
        need("Xử lý nước thải", facts={"organisation": "Công ty B"}),
    )
    index = Index(tmp_path / "data", None)
    ingest_paths(index, [path])
    assert {record.facts.organisation for record in index.store.records()} == {"Công ty A", "Công ty B"}


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    files, refused = find_files([tmp_path])
    assert files == {}
    assert [problem.file for problem in refused] == [tmp_path.name]


def test_two_files_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    for name in ("2024", "2025"):
        (tmp_path / "đơn" / name).mkdir(parents=True)
        (tmp_path / "đơn" / name / "don.csv").write_bytes(b"")
    index = Index(tmp_path / "data", None)
    refused = ingest_paths(index, [tmp_path / "đơn"]).refused
    assert [problem.file for problem in refused] == [str(Path("2024", "don.csv")), str(Path("2025", "don.csv"))]
    files = [tmp_path / "đơn" / name / "don.csv" for name in ("2024", "2025")]
    assert [problem.file for problem in ingest_paths(index, files).refused] == [str(path) for path in files]


def test_problems_inside_a_file_of_a_subfolder_name_it_with_its_subfolder(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    write(tmp_path / "a" / "b" / "list.jsonl", need("Sấy gỗ"), "{broken")
    (problem,) = ingest_paths(Index(tmp_path / "data", None), [tmp_path / "a"]).refused
    assert (problem.file, problem.place.row) == (str(Path("b", "list.jsonl")), 2)


def test_links_that_lead_in_circles_end_and_those_that_lead_elsewhere_are_named(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "files", tmp_path / "elsewhere"
    (folder / "sub").mkdir(parents=True)
    elsewhere.mkdir()
    write(folder / "sub" / "a.jsonl", need("Sấy gỗ"))
    write(elsewhere / "b.jsonl", need("Sấy xoài"))
    (folder / "sub" / "up").symlink_to(folder)
    (folder / "out").symlink_to(elsewhere)
    (folder / "far.jsonl").symlink_to(elsewhere / "b.jsonl")
    (folder / "self").symlink_to(folder / "self")
    (folder / "gone").symlink_to(folder / "nowhere")
    files, problems = find_files([folder])
    assert list(files.values()) == ["gone", "self", str(Path("sub", "a.jsonl"))]
    assert [problem.file for problem in problems] == ["far.jsonl", "out"]
    report = ingest_paths(Index(tmp_path / "data", None), [folder])
    assert [stored.title for stored in report.stored] == ["Sấy gỗ"]
    assert {problem.file for problem in report.refused} == {"far.jsonl", "out", "gone", "self"}


def test_folders_that_cannot_be_opened_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").mkdir()
    write(tmp_path / "open" / "a.jsonl", need("Sấy gỗ"))
    scan = os.scandir

    def refuse(path: str | os.PathLike[str]) -> object:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    # Root may open every folder.
    monkeypatch.setattr(os, "scandir", refuse)
    files, problems = find_files([tmp_path])
    assert list(files.values()) == [str(Path("open", "a.jsonl"))]
    assert [(problem.file, problem.params["reason"]) for problem in problems] == [("closed", "Permission denied")]
    assert [problem.file for problem in find_files([tmp_path / "closed"])[1]] == ["closed"]


def test_passages_cover_all_text_of_title_and_sections_for_the_real_encoder(encoder: Encoder, shared: Path) -> None:
    text = "\n".join(read_document(shared / "samples" / "proposal.docx").lines())
    record = Record("proposal", "state", "Tên nhiệm vụ", (Section("content", text * 3),))
    passages = cut(record, encoder)
    covered = [False] * len(record.sections[0].text)
    for passage in passages:
        assert passage.text == record.text_of(passage.section)[passage.start : passage.end]
        if passage.section == 0:
            covered[passage.start : passage.end] = [True] * (passage.end - passage.start)
    assert all(done or letter.isspace() for done, letter in zip(covered, record.sections[0].text, strict=True))
    assert max(encoder.count_tokens([passage.text for passage in passages])) <= encoder.capacity


def test_what_is_stored_without_a_model_is_searchable_and_says_so(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    store_records(index, [(Record("need", "enterprise", "Sấy gỗ"), "x")])
    result = index.search("say go", OFFICER)
    assert (result.mode, [hit.title for hit in result.hits]) == ("lexical", ["Sấy gỗ"])


KILLED = """
import sys, pathlib
sys.path[:0] = {path!r}
from toy_encoder import ToyEncoder
from index import Index, store_records
from ingest import Record, Section
index = Index(pathlib.Path({folder!r}), ToyEncoder())
run = index.store.seq
for number in range(100_000):
    record = Record("need", "enterprise", f"nhu cầu số {{run}} {{number}}", (Section("situation", f"chữ {{number}}"),))
    print(store_records(index, [(record, "x")])[0].id, flush=True)
    if number % 5 == 0:
        index.save()
"""


@pytest.mark.parametrize(
    "delays", [[0.3], [0.8], pytest.param([0.05 * number for number in range(40)], marks=pytest.mark.soak)]
)
def test_kills_at_any_moment_lose_nothing_that_was_acknowledged(tmp_path: Path, delays: list[float]) -> None:
    for delay in delays:
        acknowledged = kill_while_storing(tmp_path, delay)
        index = Index(tmp_path, ToyEncoder())
        stored = {record.id for record in index.store.records()}
        assert acknowledged <= stored
        assert {hit.id for hit in index.search("nhu cầu số", OFFICER, limit=len(stored)).hits} == stored
        assert not list((tmp_path / "derived").glob("*.tmp"))


_LONGEST_SILENCE_S = 120.0


INTERRUPTED = """
import sys
sys.path[:0] = {path}
from pathlib import Path
import index.pipeline
from index import Index, ingest_paths
index.pipeline._LONGEST_UNSTORED_S = 0.2
ingest_paths(Index(Path({data!r}), None), [Path({files!r})])
"""


@pytest.mark.parametrize("count", [40, pytest.param(1_000, marks=pytest.mark.soak)])
def test_an_interrupted_folder_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    folder, data = tmp_path / "files", tmp_path / "data"
    folder.mkdir()
    for number in range(count):
        write_one_of_many(folder, number)
    script = INTERRUPTED.format(path=sys.path, data=str(data), files=str(folder))
    process = subprocess.Popen([sys.executable, "-c", script], start_new_session=True)
    try:
        done = wait_for_files(data / "banha.sqlite", count // 5, process)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    read: list[str] = []
    original = Sandbox.read_records

    def count_reading(sandbox: Sandbox, path: Path, *more: object) -> Reading:
        read.append(path.name)
        return original(sandbox, path, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Sandbox, "read_records", count_reading)
    index = Index(data, None)
    report = ingest_paths(index, [folder])
    assert not {Path(path).name for path in done} & set(read)
    assert len(read) < count
    assert sum(index.store.counts().values()) == len(report.stored) == count
    read.clear()
    assert {stored.change for stored in ingest_paths(index, [folder]).stored} == {"unchanged"}
    assert read == []


def write_one_of_many(folder: Path, number: int) -> None:
    title = f"Nhu cầu số {number} về xử lý nước thải"
    match number % 4:
        case 0:
            write(folder / f"{number}.jsonl", need(title))
        case 1:
            write(
                folder / f"{number}.csv", "Tên nhu cầu;Doanh nghiệp;Hiện trạng", f"{title};Công ty Mẫu {number};Tốn kém"
            )
        case 2:
            body = f"<html><body><h1>{title}</h1><p>{'Nội dung của tài liệu. ' * 20}</p></body></html>"
            write(folder / f"{number}.html", body)
        case _:
            write(folder / f"{number}.txt", title, "", "Nội dung của tài liệu. " * 20)


def wait_for_files(database: Path, wanted: int, process: subprocess.Popen[bytes]) -> list[str]:
    """The files of which the running process has stored everything, as soon as there are so many.

    However busy the computer is, it is slow, not stuck, as long as one file after another comes.
    """
    done: list[str] = []
    heard = time.monotonic()
    while process.poll() is None:
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            before, done = len(done), [path for (path,) in db.execute("SELECT path FROM files")]
            if len(done) >= wanted:
                return done
            if len(done) > before:
                heard = time.monotonic()
        silence = time.monotonic() - heard
        assert silence < _LONGEST_SILENCE_S, f"{len(done)} files were read, and no more for {silence:.0f} s"
        time.sleep(0.02)
    raise AssertionError("the files were read all at once")


def kill_while_storing(folder: Path, delay: float) -> set[str]:
    """The ids of which the killed process said that they were stored."""
    script = KILLED.format(path=[*sys.path, str(Path(__file__).parent)], folder=str(folder))
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip()]
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    acknowledged += process.stdout.read().split()
    process.wait()
    process.stdout.close()
    return set(acknowledged)
