"""Merged cells are spread out, up to what a file may cost."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest import FileRefused, extract_records, read_document
from ingest.document import Cell, Document, Table
from ingest.table_grids import Grid


def test_a_merged_cell_stands_at_every_place_it_covers() -> None:
    grid = Grid(Table(((Cell("a", 0, 0, 2, 2), Cell("b", 0, 2)), (Cell("c", 1, 2),))))
    assert [[grid.text(row, column) for column in range(3)] for row in range(2)] == [["a", "a", "b"], ["a", "a", "c"]]


def wide_workbook(path: Path) -> Path:
    """A sheet of 3 kB in which 240 rows are merged over all columns."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["XFD1"] = "x"
    for row in range(2, 242):
        sheet.cell(row, 1, "a")
    plain = path.with_suffix(".plain")
    workbook.save(plain)
    merged = "".join(f'<mergeCell ref="A{row}:XFD{row}"/>' for row in range(2, 242))
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/"):
                part = part.replace(b"</sheetData>", f"</sheetData><mergeCells>{merged}</mergeCells>".encode())
            target.writestr(name, part)
    return path


def wide_page(path: Path) -> Path:
    cell = "<td rowspan=100 colspan=100>a</td>"
    rows = "".join(f"<tr>{cell * 3}</tr>" + "<tr></tr>" * 99 for _ in range(100))
    path.write_text(f"<html><body><table>{rows}</table></body></html>", encoding="utf-8")
    return path


def test_merged_cells_that_cover_millions_of_places_are_refused_at_once(tmp_path: Path) -> None:
    for path in (wide_workbook(tmp_path / "a.xlsx"), wide_page(tmp_path / "b.html")):
        document = read_document(path)
        started = time.monotonic()
        with pytest.raises(FileRefused) as refused:
            extract_records(document)
        assert time.monotonic() - started < 2
        assert "600000" in str(refused.value)
        assert refused.value.problem.file == path.name


def test_many_small_wide_tables_are_refused_too() -> None:
    rows = ((Cell("a", 0, 0, 1, 5000), Cell("b", 0, 5000)), *(((Cell("a", row, 0, 1, 5000)),) for row in range(1, 9)))
    with pytest.raises(FileRefused):
        extract_records(Document("a.html", "0" * 64, "html", (Table(rows),) * 20))


def test_an_ordinary_sheet_with_merged_headings_is_read(tmp_path: Path) -> None:
    head = (Cell("Danh sách nhu cầu", 0, 0, 1, 8), Cell("", 0, 7))
    names = tuple(Cell(name, 1, at) for at, name in enumerate(("Tên nhu cầu", "Doanh nghiệp", "Yêu cầu")))
    rows = tuple((Cell(f"Nhu cầu {n}", n, 0), Cell("HTX Suối Mơ", n, 1)) for n in range(2, 400))
    assert len(extract_records(Document("a.xlsx", "0" * 64, "xlsx", (Table((head, names, *rows)),))).records) == 398


@pytest.mark.timeout(30)
@pytest.mark.parametrize("count", [5_000, pytest.param(20_000, marks=pytest.mark.soak)])
def test_a_row_of_many_columns_costs_no_more_than_seconds(tmp_path: Path, count: int) -> None:
    path = tmp_path / "wide.csv"
    names = ",".join(f"Cột {at}" for at in range(count))
    path.write_text(f"{names}\n", "utf-8")
    assert [record.kind for record in extract_records(read_document(path)).records] == ["document"]
    path.write_text(f"Tên nhiệm vụ,Chủ nhiệm,{names}\nSấy gỗ,Trần An,{names}\n", "utf-8")
    assert [record.title for record in extract_records(read_document(path)).records] == ["Sấy gỗ"]
