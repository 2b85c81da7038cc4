"""A file at which the program itself fails is refused by name, and the others are stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ingest.extraction
import ingest.readers
from index import Index, ingest_paths
from ingest import Document, FileRefused, extract_records, read_document
from ingest.document import Paragraph
from ingest.forms import recognise_form


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


def test_the_other_files_of_the_folder_are_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "ho-so"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_text(f"Báo cáo {name}\nGỗ cao su bị nứt.")
    whole = recognise_form

    def stumble_at_b(document: Document, *args: Any) -> Any:
        return stumble() if document.file == "b.txt" else whole(document, *args)

    monkeypatch.setattr(ingest.extraction, "recognise_form", stumble_at_b)
    report = ingest_paths(Index(tmp_path / "data", None), [folder])
    assert [stored.title for stored in report.stored] == ["Báo cáo a.txt", "Báo cáo c.txt"]
    assert [problem.file for problem in report.refused] == ["b.txt"]
