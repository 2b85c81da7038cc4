"""Tables shaped like lists: records in columns, and headers that nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_files import make_docx, read_docx
from test_record_lists import as_table, read_tables

from ingest.corrections import correct
from ingest.records import Person

TASKS_IN_COLUMNS = (
    ("Tên đề tài", "Nuôi dúi", "Trồng chanh leo", "Nuôi tằm"),
    ("Chủ nhiệm", "KS. Lò Văn Dúi", "ThS. Vàng Thị Leo", ""),
    ("Dự kiến kinh phí", "300 triệu", "450 triệu", "1 tỷ"),
    ("Đơn vị chủ trì", "HTX Dúi", "Công ty TNHH Leo", "HTX Tằm"),
    ("Ghi chú", "", "gia hạn", ""),
)
UNKNOWN = (
    ("STT", "Tiêu chí", "Ngưỡng", "Cách đo"),
    ("1", "Độ đục", "5", "máy đo"),
    ("2", "Độ mặn", "3", "khúc xạ kế"),
    ("3", "Độ pH", "7", "giấy quỳ"),
)


@pytest.mark.parametrize("is_numbered", [False, True])
def test_records_in_columns_are_read_one_a_column(is_numbered: bool) -> None:
    rows = [(str(at), *row) if is_numbered else row for at, row in enumerate(TASKS_IN_COLUMNS, 1)]
    reading = read_tables(as_table(*rows))
    assert [record.title for record in reading.records] == ["Nuôi dúi", "Trồng chanh leo", "Nuôi tằm"]
    assert [record.facts.budget_vnd for record in reading.records] == [300_000_000, 450_000_000, 1_000_000_000]
    assert [record.facts.organisation for record in reading.records] == ["HTX Dúi", "Công ty TNHH Leo", "HTX Tằm"]
    assert reading.records[1].facts.people == (Person("Vàng Thị Leo", "lead"),)
    (source,) = [source for source in reading.records[1].sources if source.value == "title"]
    assert source.place.cell == ("D1" if is_numbered else "C1")


@pytest.mark.parametrize(
    "rows",
    [
        (("Tên đề tài", "Nuôi dúi"), ("Chủ nhiệm", "KS. Lò Văn Dúi"), ("Kinh phí", "300 triệu")),
        (
            ("Tên đề tài", "Nuôi dúi", "Chủ nhiệm", "KS. Lò Văn Dúi"),
            ("Kinh phí", "300 triệu", "Đơn vị chủ trì", "HTX Dúi"),
            ("Mục tiêu", "100 con", "Sản phẩm", "quy trình"),
        ),
        (("Tên đề tài", "Nuôi dúi", "ghi rõ"), ("Chủ nhiệm", "KS. Lò Văn Dúi", ""), ("Kinh phí", "300 triệu", "")),
    ],
)
def test_a_form_beside_or_with_hints_is_one_record(rows: tuple[tuple[str, ...], ...]) -> None:
    assert len(read_tables(as_table(*rows)).records) == 1


def test_a_list_without_a_known_title_is_named_with_its_columns_and_what_to_do() -> None:
    reading = read_tables(as_table(("BẢNG ĐO", "", "", ""), *UNKNOWN, sheet="Đo"))
    assert [record.kind for record in reading.records] == ["document"]
    (problem,) = reading.problems
    assert (problem.place.sheet, problem.place.row) == ("Đo", 2)
    assert problem.params["columns"] == "Tiêu chí; Ngưỡng; Cách đo"
    assert "banha correct" in problem.message
    assert [one.label for one in reading.unrecognised] == ["Tiêu chí", "Ngưỡng", "Cách đo"]


def test_a_word_about_the_title_makes_it_a_list() -> None:
    said = correct("Tiêu chí", "title", "proposal")
    reading = read_tables(as_table(*UNKNOWN), corrections=[said])
    assert [record.title for record in reading.records] == ["Độ đục", "Độ mặn", "Độ pH"]
    assert not reading.problems


def test_a_short_document_that_is_a_list_is_named_and_a_long_one_is_text(tmp_path: Path) -> None:
    rows = [list(row) for row in UNKNOWN]
    assert len(read_docx(make_docx("BẢNG ĐO", rows), tmp_path).problems) == 1
    assert not read_docx(make_docx("BẢNG ĐO", "Nước được đo mỗi tuần. " * 40, rows), tmp_path).problems


@pytest.mark.parametrize(
    "rows",
    [
        UNKNOWN[:3],
        (("STT", "Nội dung", "Đơn giá", "Thành tiền"), *(("1", "Phân", "5", "10"),) * 4),
        (("Mục", "Nội", "Ngoại"), *(("a", "b", "c"),) * 4),
    ],
)
def test_two_rows_costs_and_unnumbered_tables_are_no_unknown_lists(rows: tuple[tuple[str, ...], ...]) -> None:
    assert not read_tables(as_table(*rows)).problems
