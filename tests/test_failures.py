"""A file or row at which the program itself fails is refused by name, and the others are stored."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hostile_worker import HOSTILE_WORKER

import index.pipeline
import ingest.extraction
import ingest.readers
import ingest.record_lists
from index import Index, ingest_paths
from ingest import Document, FileRefused, Sandbox, extract_records, read_document
from ingest.document import Cell, Entry, Paragraph, Table
from ingest.record_building import assemble_record
from ingest.records import Place


def stumble(*_: object, **__: object) -> Any:
    raise RecursionError


def test_a_reader_that_fails_refuses_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.readers, "_read", stumble)
    path = tmp_path / "a.txt"
    path.write_text("Gỗ")
    with pytest.raises(FileRefused) as refusal:
        read_document(path)
    assert refusal.value.problem.file == "a.txt"


def test_an_extraction_that_fails_refuses_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.extraction, "read_prose", stumble)
    with pytest.raises(FileRefused):
        extract_records(Document("a.txt", "0" * 64, "txt", (Paragraph("Gỗ"),)))


@pytest.mark.parametrize("failure", ["crash", "leave", "allocate", "lie"])
def test_the_other_files_of_the_folder_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    folder = tmp_path / "ho-so"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_text(f"{failure if name == 'b.txt' else 'file'} {name}\nGỗ cao su bị nứt.")
    monkeypatch.setattr(index.pipeline, "Sandbox", partial(Sandbox, command=HOSTILE_WORKER))
    report = ingest_paths(Index(tmp_path / "data", None), [folder])
    assert [stored.title for stored in report.stored] == ["file a.txt", "file c.txt"]
    assert [problem.file for problem in report.refused] == ["b.txt"]


def tasks(*months: str) -> Table:
    texts = [("Tên nhiệm vụ", "Chủ nhiệm", "Thời gian (tháng)")]
    texts += [(f"Nghiên cứu gỗ {at}", "Lưu Gia Khôi", text) for at, text in enumerate(months)]
    return Table(
        tuple(
            tuple(Cell(text, row, column, place=Place(row=row + 1)) for column, text in enumerate(line))
            for row, line in enumerate(texts)
        )
    )


@pytest.mark.parametrize("months", ["²", "①", "9" * 5000, "١٢", "24"])
def test_signs_that_look_like_numbers_cost_no_row(months: str) -> None:
    reading = extract_records(Document("a.xlsx", "0" * 64, "xlsx", (tasks("12", months),)))
    assert [record.title for record in reading.records] == ["Nghiên cứu gỗ 0", "Nghiên cứu gỗ 1"]
    assert reading.problems == ()
    assert reading.records[0].facts.months == 12


def test_a_row_or_object_at_which_the_program_fails_is_named_and_the_others_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stumble_at_one(items: Any, *args: Any, **more: Any) -> Any:
        return stumble() if "gỗ 1" in items[0].text else assemble_record(items, *args, **more)

    monkeypatch.setattr(ingest.record_lists, "assemble_record", stumble_at_one)
    flat = tuple(Entry({"Tên nhiệm vụ": f"Nghiên cứu gỗ {n}", "Chủ nhiệm": "Sương"}, Place(row=n)) for n in (1, 2))
    for blocks, row in (((tasks("1", "2", "3"),), 3), (flat, 1)):
        reading = extract_records(Document("a.xlsx", "0" * 64, "xlsx", blocks))
        assert "Nghiên cứu gỗ 2" in [record.title for record in reading.records]
        assert [problem.place.row for problem in reading.problems] == [row]
        assert str(row) in str(reading.problems[0])
