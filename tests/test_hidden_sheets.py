"""Sheets that a workbook hides."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from test_readers_office import kept, make, needs_office

from ingest.document import Document
from ingest.readers import read_document


def write_workbook(path: Path, state: str) -> Path:
    workbook = Workbook()
    shown = workbook.active
    assert shown is not None
    shown.title = "Danh mục"
    for sheet in (shown, workbook.create_sheet("Nháp"), workbook.create_sheet("Trống")):
        sheet.sheet_state = "visible" if sheet is shown else state
        if sheet.title != "Trống":
            sheet.append(["Tên nhiệm vụ", "Kinh phí"])
            sheet.append([f"Nhiệm vụ ở {sheet.title}", "500 triệu"])
    workbook.save(path)
    return path


def sheets_of(document: Document) -> tuple[list[str | None], list[str | None]]:
    """Those that are read, and those that are named as hidden."""
    named = [problem.place.sheet for problem in document.problems if "hidden" in problem.message]
    return [table.place.sheet for table in document.blocks], named


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_left_out_and_named_unless_empty(tmp_path: Path, state: str) -> None:
    assert sheets_of(read_document(write_workbook(tmp_path / "a.xlsx", state))) == (["Danh mục"], ["Nháp"])


__all__ = ["kept"]


@needs_office
@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("suffix", "filter"), [("xls", "MS Excel 97"), ("ods", "calc8")])
def test_those_of_other_workbooks_are_too(tmp_path: Path, suffix: str, filter: str) -> None:
    made = make(write_workbook(tmp_path / "a.xlsx", "hidden"), suffix, filter, tmp_path)
    assert sheets_of(read_document(made)) == (["Danh mục"], ["Nháp"])
