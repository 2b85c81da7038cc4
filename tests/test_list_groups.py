"""Group rows of lists: what they announce is said of the rows beneath."""

from __future__ import annotations

from pathlib import Path

from form_files import make_docx, read_docx, read_text, section_of, unknown
from test_record_lists import as_table, read_tables

from ingest.records import Record

HEADER = ("TT", "Tên nhiệm vụ", "Chủ nhiệm", "Kinh phí (triệu đồng)")


def others(record: Record) -> list[str]:
    return [line for section in record.sections if section.name == "other" for line in section.text.splitlines()]


def test_a_field_above_rows_is_the_field_of_each_of_them() -> None:
    reading = read_tables(
        as_table(
            HEADER,
            ("I", "Lĩnh vực nông nghiệp", "", ""),
            ("1", "Nhân giống lan gấm", "ThS. Đỗ Hoài Ân", "500"),
            ("2", "Nuôi lươn không bùn", "TS. Mạc Thị Thu", "600"),
            ("II", "Lĩnh vực kỹ thuật", "", ""),
            ("3", "Chiếu sáng thông minh", "KS. Trịnh Bá Lộc", "700"),
        )
    )
    assert not reading.problems
    assert not reading.unrecognised
    assert [record.facts.field_codes for record in reading.records] == [("4",), ("4",), ("2",)]
    assert [others(record) for record in reading.records] == [
        ["Lĩnh vực nông nghiệp"],
        ["Lĩnh vực nông nghiệp"],
        ["Lĩnh vực kỹ thuật"],
    ]
    (source,) = [source for source in reading.records[1].sources if source.value == "facts/field_codes"]
    assert (source.place.cell, source.confidence) == ("B2", 1.0)


def test_groups_inside_groups_end_with_the_next_of_their_numbering() -> None:
    reading = read_tables(
        as_table(
            HEADER,
            ("A", "Đề tài cấp tỉnh", "", ""),
            ("I", "Lĩnh vực nông nghiệp", "", ""),
            ("1", "Nhân giống lan gấm", "Đỗ Hoài Ân", "500"),
            ("II", "Lĩnh vực y tế", "", ""),
            ("2", "Tầm soát đái tháo đường", "Mạc Thị Thu", "600"),
            ("B", "Đề tài cấp cơ sở", "", ""),
            ("3", "Chiếu sáng thông minh", "Trịnh Bá Lộc", "700"),
        )
    )
    assert [others(record) for record in reading.records] == [
        ["Đề tài cấp tỉnh", "Lĩnh vực nông nghiệp"],
        ["Đề tài cấp tỉnh", "Lĩnh vực y tế"],
        ["Đề tài cấp cơ sở"],
    ]
    assert [record.facts.field_codes for record in reading.records[:2]] == [("4",), ("3",)]
    assert not reading.unrecognised


def test_a_group_says_the_status_and_the_year_of_rows_that_say_none() -> None:
    reading = read_tables(
        as_table(
            ("TT", "Tên đề tài", "Chủ nhiệm", "Tình trạng"),
            ("I", "Các nhiệm vụ chuyển tiếp", "", ""),
            ("1", "Nhân giống lan gấm", "Đỗ Hoài Ân", ""),
            ("2", "Nuôi lươn không bùn", "Mạc Thị Thu", "Đã nghiệm thu"),
            ("II", "Nhiệm vụ mở mới", "", ""),
            ("", "Năm 2024", "", ""),
            ("3", "Chiếu sáng thông minh", "Trịnh Bá Lộc", ""),
        )
    )
    assert [record.facts.status for record in reading.records] == ["chuyển tiếp", "Đã nghiệm thu", "mở mới"]
    assert others(reading.records[1]) == ["Các nhiệm vụ chuyển tiếp"]
    last = reading.records[2].facts
    assert (last.year_from, last.year_to) == (2024, 2024)


def test_what_a_group_means_is_asked_for_where_nobody_knows_and_kept_as_text() -> None:
    reading = read_tables(
        as_table(
            HEADER,
            ("I", "Cụm Bàu Bàng", "", ""),
            ("1", "Nhân giống lan gấm", "Đỗ Hoài Ân", "500"),
            ("2", "Nuôi lươn không bùn", "Mạc Thị Thu", "600"),
        )
    )
    assert unknown(reading) == [("Cụm Bàu Bàng", "Nhân giống lan gấm")]
    assert [others(record) for record in reading.records] == [["Cụm Bàu Bàng"], ["Cụm Bàu Bàng"]]


def test_scientists_of_a_list_by_departments_work_there() -> None:
    reading = read_tables(
        as_table(
            ("TT", "Họ và tên", "Hướng nghiên cứu"),
            ("I", "Trường Đại học Sông Bé", ""),
            ("1", "TS. Đỗ Hoài Ân", "Nuôi cấy mô"),
            ("2", "ThS. Mạc Thị Thu", "Thủy sản"),
        )
    )
    assert [record.facts.organisation for record in reading.records] == ["Trường Đại học Sông Bé"] * 2


def test_sums_beside_a_group_make_no_record_of_it() -> None:
    reading = read_tables(
        as_table(
            (*HEADER, "NSNN"),
            ("I", "Lĩnh vực nông nghiệp", "", "1.100", "900"),
            ("1", "Nhân giống lan gấm", "Đỗ Hoài Ân", "500", "400"),
            ("2", "Nuôi lươn không bùn", "Mạc Thị Thu", "600", "500"),
        )
    )
    assert [record.title for record in reading.records] == ["Nhân giống lan gấm", "Nuôi lươn không bùn"]
    assert reading.records[0].facts.field_codes == ("4",)


def test_a_list_may_number_its_rows_in_roman() -> None:
    rows = [("I", "Nhân giống lan gấm", "Đỗ Hoài Ân", "500"), ("II", "Nuôi lươn", "", "600")]
    assert [record.title for record in read_tables(as_table(HEADER, *rows)).records] == [
        "Nhân giống lan gấm",
        "Nuôi lươn",
    ]


def test_a_group_in_the_cell_of_the_title_or_over_all_cells(tmp_path: Path) -> None:
    reading = read_text(
        "Tên đề tài,Chủ nhiệm,Cơ quan chủ trì\n"
        "I. Đề tài cấp tỉnh,,\n"
        "Nhân giống lan gấm,Đỗ Hoài Ân,Trường Đại học Sông Bé\n"
        "II. Đề tài cấp bộ,,\n"
        "Nuôi lươn không bùn,Mạc Thị Thu,Trường Đại học Sông Bé\n",
        tmp_path,
        "danh_muc.csv",
    )
    assert [(record.title, others(record)) for record in reading.records] == [
        ("Nhân giống lan gấm", ["Đề tài cấp tỉnh"]),
        ("Nuôi lươn không bùn", ["Đề tài cấp bộ"]),
    ]
    docx = make_docx([list(HEADER), ["x"] * 4, ["1", "Nhân giống lan gấm", "Đỗ Hoài Ân", "500"]])
    row = docx.tables[0].rows[1]
    row.cells[0].merge(row.cells[3]).text = "Lĩnh vực nông nghiệp"
    (record,) = read_docx(docx, tmp_path).records
    assert section_of(record, "other") == "Lĩnh vực nông nghiệp"
    assert record.facts.field_codes == ("4",)


def test_a_group_goes_on_behind_a_page_break(tmp_path: Path) -> None:
    docx = make_docx(
        [
            ["TT", "Tên đề tài", "Chủ nhiệm"],
            ["I", "Lĩnh vực nông nghiệp", ""],
            ["1", "Nhân giống lan gấm", "Đỗ Hoài Ân"],
            ["II", "Lĩnh vực y tế", ""],
        ],
        "Trang 2",
        [["2", "Tầm soát đái tháo đường", "Mạc Thị Thu"], ["3", "Vắc xin cúm gia cầm", "Trịnh Bá Lộc"]],
    )
    reading = read_docx(docx, tmp_path)
    assert [record.facts.field_codes for record in reading.records] == [("4",), ("3",), ("3",)]
    assert not reading.unrecognised


def test_notes_below_a_list_are_named_and_its_signatures_dropped() -> None:
    reading = read_tables(
        as_table(
            HEADER,
            ("1", "Nhân giống lan gấm", "Đỗ Hoài Ân", "500"),
            ("", "Tổng cộng", "", "500"),
            ("Ghi chú: Kinh phí đã làm tròn.", "", "", ""),
            ("", "", "Sông Bé, ngày 15 tháng 01 năm 2024", ""),
            ("", "", "KT. GIÁM ĐỐC", ""),
            ("", "", "PHÓ GIÁM ĐỐC", ""),
            ("", "", "(Ký, ghi rõ họ tên)", ""),
            ("", "", "Lưu Vĩnh Thọ", ""),
        )
    )
    assert unknown(reading) == [("Ghi chú", "Kinh phí đã làm tròn.")]
    assert not reading.problems


def test_a_line_of_text_without_a_title_between_rows_is_named() -> None:
    reading = read_tables(
        as_table(
            HEADER,
            ("1", "Nhân giống lan gấm", "Đỗ Hoài Ân", "500"),
            ("", "", "Mạc Thị Thu", ""),
            ("2", "Nuôi lươn không bùn", "Trịnh Bá Lộc", "600"),
        )
    )
    assert [problem.params["row"] for problem in reading.problems] == [3]
