"""Exports open in office programs, hold the quotes unchanged, and run no formula."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.shared import Mm
from openpyxl import load_workbook

from api.catalogue import translator
from api.errors import BadInput
from api.exports import check_format, disarm, export_match, export_records
from api.schemas import Evidence, Facts, Match, MatchedRecord, Pairing, Quote, Record, Versions

VI = translator("vi")
DAY = date(2026, 3, 4)
QUOTE = Quote(section=0, start=0, end=21, text="- thời gian sấy 7 ngày")
MATCH = Match(
    record=MatchedRecord(id=None, title="=1+1 Sấy gỗ cao su"),
    to="scientist",
    mode="lexical",
    versions=Versions(),
    pairings=(
        Pairing(
            id="scientist-1",
            title="@SUM(A1) Trần Quốc Bảo",
            score=1.23456,
            likelihood=None,
            basis="uncalibrated",
            signals={},
            evidence=(Evidence(query=QUOTE, candidate=Quote(section=1, start=0, end=7, text="Lò sấy\x07")),),
            missing=(QUOTE,),
        ),
    ),
)
RECORD = Record(
    id="need-1",
    kind="need",
    house="enterprise",
    title="=cmd|'/c calc'!A1",
    sections=(),
    facts=Facts(budget_vnd=2_850_000_000, organisation="Công ty A"),
    sources=(),
)


TURNED = MATCH.model_copy(
    update={"to": "need", "pairings": (MATCH.pairings[0].model_copy(update={"missing": (), "lacking": (QUOTE,)}),)}
)


def cells(content: bytes) -> list[list[object]]:
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def types(content: bytes) -> set[str]:
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    return {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}


def test_a_match_as_xlsx_has_a_header_row_and_a_row_a_candidate() -> None:
    rows = cells(export_match(MATCH, ".xlsx", VI, DAY))
    assert rows[0][0] == "Đối tác đề xuất cho: =1+1 Sấy gỗ cao su"
    assert rows[1][0] == "Ba Nhà lập ngày 04/03/2026."
    header = next(number for number, row in enumerate(rows) if row[0] == "Hạng")
    assert rows[header + 1] == [
        1,
        "'@SUM(A1) Trần Quốc Bảo",
        "scientist-1",
        1.235,
        "(1) - thời gian sấy 7 ngày",
        "(1) Lò sấy",
        "- thời gian sấy 7 ngày",
    ]


def test_what_a_candidate_asks_and_the_record_lacks_has_the_last_column() -> None:
    rows = cells(export_match(TURNED, ".xlsx", VI, DAY, is_turned=True))
    header = next(number for number, row in enumerate(rows) if row[0] == "Hạng")
    assert rows[header][-2:] == ["Điều hồ sơ này có", "Chưa thấy trong hồ sơ này"]
    assert rows[header + 1][-3:] == ["(1) Lò sấy", "(1) - thời gian sấy 7 ngày", "- thời gian sấy 7 ngày"]


def test_no_cell_is_a_formula() -> None:
    for content in (export_match(MATCH, ".xlsx", VI, DAY), export_records([RECORD], ".xlsx", VI, DAY)):
        assert types(content) <= {"s", "n"}
        texts = [str(value) for row in cells(content) for value in row if isinstance(value, str)]
        assert not [text for text in texts if text.startswith(("=", "@"))]


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "@SUM(A1)", "+1", "-1", "\t=1", "\r=1", "-cmd", " =1+1", "\n+1", "＝1+1", "－1"),
        *("- cmd|' /C calc'!A0", '+ HYPERLINK("http://x.example")', "-\t1"),
    ],
)
def test_what_a_spreadsheet_could_run_is_disarmed(text: str) -> None:
    assert disarm(text) == f"'{text}"


@pytest.mark.parametrize("text", ["- một gạch đầu dòng", "+ ý nhỏ", "- hai mô hình (02)", "Sấy gỗ", "1-1", " ", ""])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert disarm(text) == text


def test_a_list_as_xlsx_keeps_numbers_as_numbers() -> None:
    rows = cells(export_records([RECORD], ".xlsx", VI, DAY))
    assert rows[-1][0] == "need-1"
    assert rows[-1][-1] == 2_850_000_000


@pytest.mark.parametrize("format", [".xlsx", ".docx"])
def test_a_list_is_worded_for_people(format: str) -> None:
    content = export_records([RECORD], format, VI, DAY)
    if format == ".xlsx":
        book = load_workbook(BytesIO(content))
        assert book.active is not None
        kind, budget = book.active["B5"].value, book.active["I5"].number_format
        assert (kind, budget, book.properties.creator) == ("Nhu cầu", "#,##0", "Ba Nhà")
    else:
        document = Document(BytesIO(content))
        texts = [cell.text for cell in document.tables[0].rows[1].cells]
        assert (texts[1], texts[-1], document.core_properties.author) == ("Nhu cầu", "2.850.000.000", "Ba Nhà")


def test_long_text_is_cut_to_what_a_cell_can_hold() -> None:
    long = RECORD.model_copy(update={"title": "ạ" * 50_000})
    assert max(len(str(value)) for value in cells(export_records([long], ".xlsx", VI, DAY))[-1]) == 32_767


def test_a_match_as_docx_holds_the_quotes_side_by_side() -> None:
    document = Document(BytesIO(export_match(MATCH, ".docx", VI, DAY)))
    assert document.paragraphs[0].text == "Đối tác đề xuất cho: =1+1 Sấy gỗ cao su"
    (table,) = document.tables
    assert [cell.text for cell in table.rows[1].cells][4:] == [
        "(1) - thời gian sấy 7 ngày",
        "(1) Lò sấy",
        "- thời gian sấy 7 ngày",
    ]


def test_an_empty_list_is_a_file_with_its_header() -> None:
    (table,) = Document(BytesIO(export_records([], ".docx", VI, DAY))).tables
    assert [cell.text for cell in table.rows[0].cells][:3] == ["Mã", "Loại", "Tên"]


def test_other_formats_are_refused() -> None:
    assert check_format("Kết quả.XLSX") == ".xlsx"
    with pytest.raises(BadInput):
        check_format("ket_qua.pdf")


WORDS_ONLY = "Hiện kết quả chỉ dựa theo từ ngữ, chưa theo ý nghĩa."


def above_the_table(content: bytes, format: str) -> list[object]:
    if format == ".docx":
        return [paragraph.text for paragraph in Document(BytesIO(content)).paragraphs]
    return [row[0] for row in cells(content)[:4]]


@pytest.mark.parametrize("format", [".xlsx", ".docx"])
def test_a_ranking_by_words_only_says_so_above_the_table(format: str) -> None:
    assert above_the_table(export_match(MATCH, format, VI, DAY), format)[2] == WORDS_ONLY
    hybrid = MATCH.model_copy(update={"mode": "hybrid"})
    assert WORDS_ONLY not in above_the_table(export_match(hybrid, format, VI, DAY), format)


def test_rows_of_a_spreadsheet_are_as_high_as_their_quotes() -> None:
    quote = QUOTE.model_copy(update={"text": "Cần sấy gỗ cao su trong bảy ngày mà không cong. " * 10})
    evidence = Evidence(query=quote, candidate=QUOTE)
    pairings = [MATCH.pairings[0].model_copy(update={"evidence": (evidence,) * count}) for count in (1, 3, 200)]
    sheet = load_workbook(
        BytesIO(export_match(MATCH.model_copy(update={"pairings": pairings}), ".xlsx", VI, DAY))
    ).active
    assert sheet is not None
    header, one, three, endless = (sheet.row_dimensions[row].height for row in range(6, 10))
    assert (header, endless) == (15, 409)
    assert 8 * 15 <= one <= 11 * 15
    assert three == 3 * one
    quoted = sheet["E7"]
    assert (quoted.alignment.wrap_text, quoted.alignment.vertical) == (True, "top")
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A7", "$6:$6")


def test_capitals_are_given_more_lines() -> None:
    title = "hoàn thiện quy trình sấy gỗ cao su ở xã"
    records = [RECORD.model_copy(update={"title": text}) for text in (title, title.upper())]
    sheet = load_workbook(BytesIO(export_records(records, ".xlsx", VI, DAY))).active
    assert sheet is not None
    assert [sheet.row_dimensions[row].height for row in (5, 6)] == [15, 30]


def test_columns_of_a_document_hold_their_longest_word_and_fill_the_page() -> None:
    facts = Facts(budget_vnd=1_500_000_000, year_from=2024, organisation="x" * 500, code="ĐT.2020-60/KHCN")
    for content in (
        export_match(MATCH, ".docx", VI, DAY),
        export_records([RECORD.model_copy(update={"facts": facts})], ".docx", VI, DAY),
    ):
        (table,) = Document(BytesIO(content)).tables
        widths = [cell.width for cell in table.rows[1].cells]
        assert [column.width for column in table.columns] == widths
        assert sum(width or 0 for width in widths) == pytest.approx(Mm(267), rel=0.01)
        for row in table.rows:
            for cell in row.cells:
                longest = max((len(word) for text in cell.text.split() for word in text.split("-")), default=0)
                assert (cell.width or 0) >= Mm(4 + min(longest * 2, 40))


def test_a_page_too_narrow_for_its_longest_words_is_shared_out() -> None:
    long = "x" * 500
    facts = Facts(code=long, organisation=long, place_written=long, budget_vnd=10**60, year_from=10**60, year_to=10**60)
    record = RECORD.model_copy(update={"id": long, "title": long, "facts": facts})
    (table,) = Document(BytesIO(export_records([record], ".docx", VI, DAY))).tables
    assert sum(column.width or 0 for column in table.columns) == pytest.approx(Mm(267), rel=0.01)


def test_a_score_has_a_comma_where_thousands_have_dots() -> None:
    (table,) = Document(BytesIO(export_match(MATCH, ".docx", VI, DAY))).tables
    assert table.rows[1].cells[3].text == "1,235"


def test_a_long_list_as_docx_keeps_every_letter_and_repeats_its_header() -> None:
    title = 'Sấy <gỗ> & "ván"\n\thai dòng \x0b'
    rows = [RECORD.model_copy(update={"id": f"need-{number}", "title": title}) for number in range(300)]
    (table,) = Document(BytesIO(export_records(rows, ".docx", VI, DAY))).tables
    cells = [cell.text for cell in table._cells]  # asked row by row, the library looks through the table for each
    width = len(table.columns)
    assert cells[width::width] == [record.id for record in rows]
    assert set(cells[width + 2 :: width]) == {title.removesuffix("\x0b")}
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    assert all(run.font.bold for cell in table.rows[0].cells for run in cell.paragraphs[0].runs)
    assert not any(run.font.bold for run in table.rows[1].cells[0].paragraphs[0].runs)
