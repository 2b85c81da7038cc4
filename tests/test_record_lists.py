"""Lists in spreadsheets, tables and flat JSON: one record a row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from form_files import entries, make_docx, only, read_docx, read_text
from stated import stated

from ingest.document import Cell, Document, Entry, Paragraph, Table
from ingest.extraction import Reading, extract_records
from ingest.readers import read_document
from ingest.records import Facts, Person, Place, Record
from ingest.records_json import record_to_json
from ingest.table_grids import Grid


def as_table(*rows: tuple[str, ...], sheet: str = "S") -> Table:
    return Table(
        tuple(
            tuple(
                Cell(text, row, column, place=Place(sheet=sheet, row=row + 1, cell=f"{chr(65 + column)}{row + 1}"))
                for column, text in enumerate(texts)
            )
            for row, texts in enumerate(rows)
        ),
        Place(sheet=sheet),
    )


def read_tables(*tables: Table, format: str = "xlsx", **options: Any) -> Reading:
    return extract_records(Document(f"a.{format}", "0" * 64, format, tables), **options)


def expected_tasks(shared: Path) -> list[Record]:
    rows = json.loads((shared / "samples" / "tasks_gold.json").read_text(encoding="utf-8"))
    return [
        Record(
            kind="proposal",
            house="state",
            title=title,
            facts=Facts(
                code=code,
                organisation=host,
                year_from=start,
                year_to=end,
                budget_vnd=round((state + other) * 1_000_000),
                status=grade,
                people=(Person(lead.rpartition(". ")[2].rpartition(".")[2].strip(), "lead"),),
            ),
        )
        for _, code, title, lead, host, start, end, state, other, grade in rows
    ]


TASKS = ["tasks.xlsx", "tasks_utf8bom.csv", "tasks_utf16.csv", "tasks_cp1258.csv", "tasks.json"]


@pytest.mark.parametrize("name", TASKS)
def test_a_list_of_tasks_gives_the_same_records_in_every_format(shared: Path, name: str) -> None:
    reading = extract_records(read_document(shared / "samples" / name))
    found = [record_to_json(stated(record)) for record in reading.records]
    assert found == [record_to_json(record) for record in expected_tasks(shared)]


def test_each_value_knows_its_cell(shared: Path) -> None:
    record = extract_records(read_document(shared / "samples" / "tasks.xlsx")).records[1]
    cells = {source.value: (source.place.sheet, source.place.row, source.place.cell) for source in record.sources}
    assert cells["title"] == ("Danh mục", 7, "C7")
    assert cells["facts/code"] == ("Danh mục", 7, "B7")
    assert cells["facts/budget_vnd"] == ("Danh mục", 7, "H7")


def test_a_unit_that_nobody_wrote_is_marked_unsure(shared: Path) -> None:
    by_format = {
        name: {
            source.value: source.confidence
            for source in extract_records(read_document(shared / "samples" / name)).records[0].sources
        }
        for name in ("tasks.xlsx", "tasks.json")
    }
    assert by_format["tasks.xlsx"]["facts/budget_vnd"] == 1.0
    assert by_format["tasks.json"]["facts/budget_vnd"] < 1.0


def test_scientists_without_their_personal_columns() -> None:
    table = as_table(
        ("DANH SÁCH CHUYÊN GIA", "", "", "", "", "", ""),
        ("STT", "Họ và tên", "Học vị", "Đơn vị công tác", "Hướng nghiên cứu", "Email", "Ngày sinh"),
        ("1", "PGS.TS. Nguyễn Văn An", "TS", "Trường ĐH Nông Lâm TP.HCM", "Sau thu hoạch", "an@x.vn", "1/1/1970"),
        ("2", "", "TS", "Viện Y", "", "", ""),
        ("3", "TRẦN THỊ BÍCH", "ThS", "Sở Y tế", "Dịch tễ\nThống kê", "", ""),
    )
    reading = read_tables(table)
    assert [record.title for record in reading.records] == ["Nguyễn Văn An", "Trần Thị Bích"]
    assert [record.facts.organisation for record in reading.records] == ["Trường ĐH Nông Lâm TP.HCM", "Sở Y tế"]
    assert [(section.name, section.text) for section in reading.records[1].sections] == [
        ("education", "Học vị: ThS"),
        ("research", "Dịch tễ\nThống kê"),
    ]
    (problem,) = reading.problems
    assert (problem.place.row, problem.params["row"]) == (4, 4)
    assert "an@x.vn" not in str(reading.records)
    assert "1970" not in str(reading.records)
    kept = read_tables(table, keep_contacts=True).records[0].sections[-1]
    assert (kept.name, kept.visibility, kept.text) == ("contact", "confidential", "Email: an@x.vn")


def test_headers_of_two_rows_groups_numbers_and_totals() -> None:
    table = as_table(
        ("PHỤ LỤC", "", "", "", "", ""),
        ("TT", "Tên đề tài", "Thời gian thực hiện", "Kinh phí", "", "Đơn vị chủ trì"),
        ("", "", "", "NSNN", "Nguồn khác", ""),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
        ("I", "Lĩnh vực nông nghiệp", "", "", "", ""),
        (
            "1",
            "Nhân giống lan",
            "24 tháng (2020-2022)",
            "1.200 triệu đồng",
            "300 triệu đồng",
            "Sở NN&PTNT tỉnh Đồng Nai",
        ),
        ("", "Tổng cộng", "", "1.200", "300", ""),
    )
    reading = read_tables(table)
    assert not reading.problems
    (record,) = reading.records
    assert record.title == "Nhân giống lan"
    assert record.facts.months == 24
    assert (record.facts.year_from, record.facts.year_to) == (2020, 2022)
    assert record.facts.budget_vnd == 1_500_000_000
    assert record.facts.organisation == "Sở NN&PTNT tỉnh Đồng Nai"


def test_needs_and_organisations_and_sheets_on_their_own() -> None:
    needs = as_table(
        ("STT", "Doanh nghiệp", "Nhu cầu công nghệ", "Mô tả", "Kinh phí (triệu đồng)", "Điện thoại", "Ghi chú"),
        ("1", "Công ty TNHH Gốm Minh", "Lò nung tiết kiệm gas", "Lò cũ tốn gas", "500", "0908 111 222", "Gấp"),
        sheet="Nhu cầu",
    )
    bodies = as_table(
        ("Tên tổ chức", "Địa chỉ", "Lĩnh vực hoạt động", "Mã số thuế"),
        ("Công ty CP Cơ khí A", "KCN Sóng Thần, tỉnh Bình Dương", "Chế tạo máy", "0301234567"),
        ("Viện Lúa", "tỉnh Long An", "Giống lúa", ""),
        sheet="Tổ chức",
    )
    notes = as_table(("Ghi chú của Sở", ""), ("Số liệu đến tháng 6", ""), sheet="Ghi chú")
    reading = read_tables(needs, bodies, notes)
    assert [(record.kind, record.house) for record in reading.records] == [
        ("need", "enterprise"),
        ("organisation", "enterprise"),
        ("organisation", "science"),
        ("document", "state"),
    ]
    need, firm, institute, _ = reading.records
    assert need.facts.budget_vnd == 500_000_000
    assert [(section.name, section.text) for section in need.sections] == [
        ("situation", "Lò cũ tốn gas"),
        ("other", "Ghi chú: Gấp"),
    ]
    assert firm.facts.code == "0301234567"
    assert firm.facts.place_today == "Thành phố Hồ Chí Minh"
    assert institute.facts.place_today == "Tỉnh Tây Ninh"


def test_english_headers() -> None:
    table = as_table(
        ("Code", "Title", "Lead", "Host", "Start year", "Budget (million VND)"),
        ("A1", "Smart kiln", "Dr. Tran An", "VLU", "2024", "1,200"),
    )
    (record,) = read_tables(table, format="csv").records
    assert record.facts == Facts(
        code="A1", organisation="VLU", year_from=2024, budget_vnd=1_200_000_000, people=(Person("Tran An", "lead"),)
    )


def test_decimal_points_do_not_become_thousands() -> None:
    table = as_table(("Tên nhiệm vụ", "Kinh phí (triệu đồng)"), ("A", "29.6"), ("B", "29.125"), ("C", "1200"))
    assert [record.facts.budget_vnd for record in read_tables(table).records] == [29_600_000, 29_125_000, 1_200_000_000]


def test_merged_cells_count_for_all_their_rows() -> None:
    rows = as_table(("TT", "Tên nhiệm vụ", "Tổ chức chủ trì"), ("1", "A", "Viện X"), ("2", "B", "")).rows
    merged = Cell("Viện X", 1, 2, row_span=2, place=Place(row=2, cell="C2"))
    table = Table((rows[0], (*rows[1][:2], merged), rows[2][:2]))
    assert [record.facts.organisation for record in read_tables(table).records] == ["Viện X", "Viện X"]


def test_rows_with_missing_cells_keep_what_is_there() -> None:
    rows = as_table(("Mã số", "Tên nhiệm vụ", "Chủ nhiệm"), ("1", "A", "Trần An"), ("2", "B", "x")).rows
    reading = read_tables(Table((rows[0], rows[1], rows[2][:2])))
    assert [record.title for record in reading.records] == ["A", "B"]


def test_a_list_in_a_document_goes_on_after_a_page_break_and_keeps_long_text_around_it() -> None:
    first = as_table(("TT", "Tên nhiệm vụ", "Chủ nhiệm"), ("1", "A", "Trần An"))
    second = as_table(("2", "B", "Lê Lan"), ("3", "C", "Vũ Hà"))
    around = "Báo cáo kết quả hoạt động khoa học. " * 20
    blocks = (Paragraph("BÁO CÁO NĂM 2025"), Paragraph(around), first, second)
    reading = extract_records(Document("a.docx", "0", "docx", blocks))
    assert [record.title for record in reading.records] == ["A", "B", "C", "BÁO CÁO NĂM 2025"]
    assert reading.records[3].kind == "document"


def test_a_flat_object_without_a_title_is_named() -> None:
    entries = (
        Entry({"Tên nhiệm vụ": "A", "Mã số": "1"}, Place(row=1)),
        Entry({"x": 1}, Place(row=2)),
        Entry({"Tên nhiệm vụ": None, "Mã số": "2"}, Place(row=3)),
    )
    reading = extract_records(Document("a.json", "0" * 64, "json", entries))
    assert [record.title for record in reading.records] == ["A"]
    assert [problem.place.row for problem in reading.problems] == [2, 3]


def test_a_list_with_a_header_only_is_named_and_makes_no_document() -> None:
    reading = read_tables(as_table(("DANH SÁCH NĂM 2026",), ("Mã số", "Tên nhiệm vụ", "Chủ nhiệm")))
    assert not reading.records
    (problem,) = reading.problems
    assert "no row" in str(problem)
    assert (problem.place.sheet, problem.place.row) == ("S", 2)


def test_text_above_a_header_without_rows_is_not_lost() -> None:
    account = "Kết quả thực hiện nhiệm vụ của tỉnh trong năm. " * 20
    reading = read_tables(as_table((account,), ("Mã số", "Tên nhiệm vụ")))
    assert account.strip() in reading.records[0].title + reading.records[0].sections[0].text


def test_a_form_filled_in_a_spreadsheet_is_a_form() -> None:
    table = as_table(
        ("PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ", ""),
        ("Tên doanh nghiệp", "Công ty A"),
        ("Tên vấn đề cần giải quyết", "Tiết kiệm điện"),
        ("Mô tả hiện trạng", "Tốn điện"),
        ("Kinh phí dự kiến (triệu đồng)", "300"),
    )
    (record,) = read_tables(table).records
    assert (record.kind, record.title, record.facts.budget_vnd) == ("need", "Tiết kiệm điện", 300_000_000)


def test_a_grid_spreads_merged_cells() -> None:
    grid = Grid(Table(((Cell("a", 0, 0, 2, 2),), (Cell("b", 1, 2),))))
    assert [[grid.text(row, column) for column in range(grid.width)] for row in range(grid.height)] == [
        ["a", "a", ""],
        ["a", "a", "b"],
    ]
    assert grid.headers(0)[0].path == ("a",)


def test_a_number_of_the_file_shows_the_programs_point_and_a_text_what_the_column_tells() -> None:
    header = as_table(("Tên nhiệm vụ", "Kinh phí (triệu đồng)")).rows[0]
    texts = ("1200.5", "1.000", "29.125", "1 500", "2,5", "1.200.000.000 đồng")
    rows = [
        (Cell(f"Nhiệm vụ {text}", row, 0), Cell(text, row, 1, is_decimal=row in (1, 3)))
        for row, text in enumerate(texts, 1)
    ]
    records = read_tables(Table((header, *rows))).records
    assert [record.facts.budget_vnd for record in records] == [
        1_200_500_000,
        1_000_000_000,
        29_125_000,
        1_500_000_000,
        2_500_000,
        1_200_000_000,
    ]


@pytest.mark.parametrize(
    ("texts", "dong", "confidence"),
    [
        (("1.000", "1.250", "800"), 1_000_000_000, 1.0),
        (("1.000", "2,5"), 1_000_000_000, 1.0),
        (("1.000",), 1_000_000_000, 0.8),
        (("1.000", "1200.5"), 1_000_000_000, 0.8),
        (("1,000", "1,200.5"), 1_000_000_000, 1.0),
        (("29.125", "29.6"), 29_125_000, 1.0),
    ],
)
def test_how_sure_a_budget_is_depends_on_its_column(texts: tuple[str, ...], dong: int, confidence: float) -> None:
    rows = [(f"Nhiệm vụ {at}", text) for at, text in enumerate(texts)]
    record = read_tables(as_table(("Tên nhiệm vụ", "Kinh phí (triệu đồng)"), *rows), format="csv").records[0]
    sure = {source.value: source.confidence for source in record.sources}["facts/budget_vnd"]
    assert (record.facts.budget_vnd, sure) == (dong, confidence)


def test_a_workbook_tells_numbers_from_texts(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Tên nhiệm vụ", "Kinh phí (triệu đồng)"), ("A", 1200.5), ("B", "1.000"), ("C", 29.125), ("D", 800)):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    records = extract_records(read_document(tmp_path / "a.xlsx")).records
    assert [record.facts.budget_vnd for record in records] == [1_200_500_000, 1_000_000_000, 29_125_000, 800_000_000]


def test_a_header_of_two_rows_is_read_from_both() -> None:
    table = as_table(
        ("TT", "Tên nhiệm vụ", "Tổ chức chủ trì, chủ nhiệm", "", "Kinh phí (triệu đồng)"),
        ("", "", "Tổ chức", "Họ tên", ""),
        ("1", "Giống lúa", "Viện Lúa", "TS. Trần An", "500"),
    )
    (record,) = read_tables(table).records
    assert stated(record).facts == Facts(
        organisation="Viện Lúa", budget_vnd=500_000_000, people=(Person("Trần An", "lead"),)
    )


UNIT_LINES = ["Đơn vị tính: triệu đồng", "Bảng 1. Danh mục nhiệm vụ (ĐVT: triệu đồng)"]


@pytest.mark.parametrize("line", UNIT_LINES)
def test_a_line_above_a_list_tells_the_unit_of_its_money(tmp_path: Path, line: str) -> None:
    rows = [["Tên nhiệm vụ", "Chủ nhiệm", "Kinh phí"], ["Sấy gỗ", "Lê Hoa", "1.200.000"], ["Nuôi tôm", "Lê An", "0,5"]]
    budgets = [1_200_000_000_000, 500_000]
    docx = read_docx(make_docx("Phụ lục", line, "", rows), tmp_path)
    assert [record.facts.budget_vnd for record in docx.records] == budgets
    csv = "\n".join([line, *(";".join(row) for row in rows)])
    assert [record.facts.budget_vnd for record in read_text(csv, tmp_path, "ds.csv").records] == budgets
    sheet = as_table((line, "", ""), *map(tuple, rows))
    assert [record.facts.budget_vnd for record in read_tables(sheet).records] == budgets


def test_each_column_of_tasks_of_a_scientist_gives_sections(tmp_path: Path) -> None:
    text = "Họ và tên,Nhiệm vụ đã chủ trì,Nhiệm vụ đã tham gia\nTrần An,Sấy gỗ (2020),Nuôi tôm (2021)"
    assert entries(only(read_text(text, tmp_path, "ds.csv")), "project") == [
        ("Sấy gỗ (2020)", "lead", 2020),
        ("Nuôi tôm (2021)", "member", 2021),
    ]


def test_a_list_whose_only_row_is_refused_makes_no_document(tmp_path: Path) -> None:
    reading = read_text('Tên nhiệm vụ,Kinh phí\n"Sấy gỗ cao su,500', tmp_path, "a.csv")
    assert reading.records == ()
    assert [problem.place.row for problem in reading.problems] == [2]


def test_formulas_that_were_never_computed_are_named_and_their_rows_kept(tmp_path: Path) -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["TT", "Tên nhiệm vụ", "Tổng kinh phí (triệu đồng)", "NSNN", "Nguồn khác", "Mã số"])
    sheet.append([1, "Nuôi lươn không bùn", "=D2+E2", 620, 180, "NV-01"])
    for row in range(3, 15):
        sheet.append([row - 1, f"Nhiệm vụ thứ {row}", f"=D{row}+E{row}", None, None, f"NV-{row:02}"])
    # Nothing of a record is lost with a sum.
    sheet.append([None, "Tổng cộng", "=SUM(C2:C14)", "=SUM(D2:D14)", None, None])
    path = tmp_path / "danh_muc.xlsx"
    workbook.save(path)
    reading = extract_records(read_document(path))
    assert [record.facts.code for record in reading.records][:3] == ["NV-01", "NV-03", "NV-04"]
    assert reading.records[0].facts.budget_vnd == 800_000_000
    (problem,) = reading.problems
    assert problem.place.cell == "C2"
    assert problem.params["count"] == 13
    assert problem.params["cells"] == "C2, C3, C4, C5, C6, C7, C8, C9, C10, C11 …"
    assert "Excel" in problem.message
    assert "LibreOffice" in problem.message


def test_a_result_beside_a_status_and_what_people_have_studied_have_sections() -> None:
    tasks = as_table(
        ("TT", "Tên đề tài", "Chủ nhiệm", "Chuyên ngành", "Tình trạng", "Kết quả nghiệm thu"),
        ("1", "Nhân giống lan gấm", "Đỗ Hoài Ân", "Nông nghiệp", "Đã nghiệm thu", "Loại khá"),
        ("2", "Nuôi lươn không bùn", "Mạc Thị Thu", "Công nghệ sinh học", "", "Xuất sắc"),
    )
    first, second = read_tables(tasks).records
    assert (first.facts.status, first.facts.field_codes) == ("Đã nghiệm thu", ("4",))
    assert [(section.name, section.text) for section in first.sections] == [("results", "Kết quả nghiệm thu: Loại khá")]
    assert second.facts.status == "Xuất sắc"
    assert [(section.name, section.text) for section in second.sections] == [
        ("other", "Chuyên ngành: Công nghệ sinh học"),
    ]
    graded = as_table(("TT", "Tên đề tài", "Chủ nhiệm", "Kết quả nghiệm thu"), ("1", "Nhân giống", "", "Loại khá"))
    assert read_tables(graded).records[0].facts.status == "Loại khá"


def test_degrees_and_subjects_of_scientists_are_kept_apart() -> None:
    header = ("TT", "Họ và tên", "Học hàm", "Học vị", "Chuyên ngành")
    row = ("1", "Đỗ Hoài Ân", "PGS.", "Tiến sĩ", "Công nghệ thực phẩm")
    alone, beside = (
        read_tables(table).records[0]
        for table in (as_table(header, row), as_table((*header, "Hướng nghiên cứu"), (*row, "Sấy lạnh")))
    )
    assert [(section.name, section.text) for section in alone.sections] == [
        ("education", "Học hàm: PGS.\nHọc vị: Tiến sĩ"),
        ("research", "Công nghệ thực phẩm"),
    ]
    assert [(section.name, section.text) for section in beside.sections] == [
        ("education", "Học hàm: PGS.\nHọc vị: Tiến sĩ\nChuyên ngành: Công nghệ thực phẩm"),
        ("research", "Sấy lạnh"),
    ]


PEOPLE = [["TT", "Họ và tên", "Đơn vị công tác"], ["1", "Quách Thị Hà", "Sở Tài chính"], ["2", "Tạ Lộc", "UBND xã"]]


@pytest.mark.parametrize("title", ["BIÊN BẢN HỌP HỘI ĐỒNG", "TÌNH HÌNH THỰC HIỆN"])
def test_people_named_in_minutes_or_a_numbered_text_stay_in_it(tmp_path: Path, title: str) -> None:
    around = ("1. Thời gian: ngày 10/4/2026", "2. Khách mời tham dự", PEOPLE, "3. Kết luận", "Hội đồng thống nhất.")
    record = only(read_docx(make_docx(title, *around), tmp_path))
    assert (record.kind, record.title) == ("document", title)
    assert "Quách Thị Hà" in record.sections[0].text
    listed = read_docx(make_docx("DANH SÁCH NHÀ KHOA HỌC", *around), tmp_path)
    assert [record.title for record in listed.records] == ["Quách Thị Hà", "Tạ Lộc"]


def test_sums_of_groups_are_no_records() -> None:
    table = as_table(
        ("STT", "Tên đề tài", "Kinh phí"),
        ("I", "Nhiệm vụ chuyển tiếp", ""),
        ("1", "Nuôi ong", "300 triệu"),
        ("", "Cộng I", "300 triệu"),
        ("2", "Cộng hưởng từ trong y học", "400 triệu"),
        ("", "Tổng (I+II)", "700 triệu"),
    )
    assert [record.title for record in read_tables(table).records] == ["Nuôi ong", "Cộng hưởng từ trong y học"]
