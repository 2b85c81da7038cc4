"""Headers of lists in other words: in another order, with words that add nothing, several names in one."""

from __future__ import annotations

import pytest
from test_record_lists import as_table, read_tables

from ingest.columns import Columns, read_columns
from ingest.records import Person
from ingest.table_grids import Header


def columns_of(*headers: str) -> Columns:
    columns = read_columns(tuple(Header((text,)) for text in headers))
    assert columns is not None
    return columns


TOTALS = (
    "Tổng KP (trđ)",
    "Tổng KP (triệu đồng)",
    "Tổng kinh phí",
    "Tổng dự toán (triệu đồng)",
    "KP thực hiện (triệu đồng)",
    "Tổng vốn đầu tư (trđ)",
)


@pytest.mark.parametrize("total", TOTALS)
@pytest.mark.parametrize("state", ["NSNN (trđ)", "Ngân sách tỉnh (triệu đồng)", None])
def test_a_column_of_totals_is_the_budget_beside_that_of_the_state_and_without_it(
    total: str, state: str | None
) -> None:
    unit = "" if "đ" in total.partition("(")[2] else " (trđ)"
    rows = [
        ("STT", "Tên dự án", total + unit, state),
        ("1", "Sấy hồi", "5200,5", "1800"),
        ("2", "Sấy quế", "980", "400"),
    ]
    reading = read_tables(as_table(*(tuple(text for text in row[: 4 if state else 3] if text) for row in rows)))
    assert [record.facts.budget_vnd for record in reading.records] == [5_200_500_000, 980_000_000]
    assert not reading.unrecognised


@pytest.mark.parametrize(
    ("result", "aim"),
    [
        ("Yêu cầu đối với kết quả/sản phẩm", "Định hướng mục tiêu"),
        ("Yêu cầu đối với sản phẩm", "Định hướng mục tiêu"),
        ("Yêu cầu đối với kết quả", "Mục tiêu dự án"),
    ],
)
def test_the_annex_of_ordered_tasks_is_a_list_also_without_costs(result: str, aim: str) -> None:
    reading = read_tables(
        as_table(
            ("TT", "Tên nhiệm vụ", aim, result, "Phương thức tổ chức thực hiện"),
            ("1", "Sấy hồi", "Khô đều", "Quy trình", "Tuyển chọn"),
            ("2", "Sấy quế", "Khô nhanh", "Máy sấy", "Giao trực tiếp"),
        )
    )
    assert [(record.kind, record.title) for record in reading.records] == [
        ("proposal", "Sấy hồi"),
        ("proposal", "Sấy quế"),
    ]
    texts = {section.name: section.text for section in reading.records[1].sections}
    assert (texts["objectives"], texts["products"]) == ("Khô nhanh", "Máy sấy")
    assert texts["other"] == "Phương thức tổ chức thực hiện: Giao trực tiếp"
    assert not reading.unrecognised


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Dự kiến kinh phí", "budget"),
        ("Kinh phí đề nghị", "budget"),
        ("Dự kiến thời gian", "duration"),
        ("Mục tiêu chính", "objectives"),
        ("Các mục tiêu chủ yếu", "objectives"),
        ("Tóm tắt nội dung chính", "content"),
        ("Dự kiến sản phẩm", "products"),
        ("Lĩnh vực đề xuất", "fields"),
    ],
)
def test_words_that_add_nothing_change_no_column_of_a_list_of_tasks(header: str, field: str) -> None:
    assert columns_of("STT", "Tên đề tài", header).fields == {1: "title", 2: field}


@pytest.mark.parametrize(
    "title",
    [
        "Tên nhiệm vụ đề xuất",
        "Tên đề tài, dự án, nhiệm vụ",
        "Tên các đề tài/dự án cấp tỉnh",
        "Tên nhiệm vụ KH&CN cấp cơ sở",
        "Đề tài dự kiến",
    ],
)
def test_a_task_is_named_in_many_ways(title: str) -> None:
    columns = columns_of("STT", title, "Mục tiêu")
    assert (columns.kind, columns.fields[1]) == ("proposal", "title")


@pytest.mark.parametrize(
    "title",
    [
        "Họ và tên, học hàm, học vị",
        "Họ và tên, học hàm học vị",
        "Họ tên chuyên gia",
        "Học vị, họ và tên",
        "Chuyên gia (họ tên)",
        "Họ tên/ Năm sinh",
    ],
)
def test_a_person_is_named_in_many_ways(title: str) -> None:
    columns = columns_of("STT", title, "Cơ quan công tác")
    assert (columns.kind, columns.fields[1]) == ("scientist", "title")


@pytest.mark.parametrize(
    "header", ["Thời gian đề xuất", "Năm đăng ký", "Tổ chức đề xuất", "Sở phê duyệt, ngày tháng", "Mục tiêu và lịch sử"]
)
def test_who_proposed_a_task_when_and_what_is_half_known_fills_no_field(header: str) -> None:
    assert columns_of("STT", "Tên đề tài", "Chủ nhiệm", header).fields == {1: "title", 2: "lead"}


def test_who_proposed_a_task_stays_text_under_a_known_name() -> None:
    cell = "BSCKII. Nông Thị Hồi – Bệnh viện Mường Lay"
    rows = (("STT", "Tên nhiệm vụ", "Mục tiêu", "Tổ chức/cá nhân đề xuất"), ("1", "Chữa ho bằng hồi", "Hết ho", cell))
    reading = read_tables(as_table(*rows))
    assert (reading.records[0].facts.people, reading.unrecognised) == ((), ())
    assert reading.records[0].sections[-1].text == f"Tổ chức/cá nhân đề xuất: {cell}"


def test_a_header_of_several_names_parts_its_cells() -> None:
    reading = read_tables(
        as_table(
            ("STT", "Tên nhiệm vụ/ Mục tiêu", "Cơ quan chủ trì/ Chủ nhiệm", "Thời gian bắt đầu - kết thúc"),
            ("1", "Nuôi cá lăng\nMục tiêu: 02 lồng", "Công ty Cá Lăng/ ThS. Lò Văn Cá", "2024 - 2026"),
            ("2", "Nuôi cá chiên/cá tầm", "Sở Nông nghiệp\nKS. Vàng Thị Tầm", "2025-2026"),
            ("3", "Nuôi cá bỗng", "Trại giống số 2/3", "2025"),
        )
    )
    assert not reading.problems
    first, second, third = reading.records
    assert [record.title for record in reading.records] == ["Nuôi cá lăng", "Nuôi cá chiên/cá tầm", "Nuôi cá bỗng"]
    assert [(section.name, section.text) for section in first.sections] == [("objectives", "02 lồng")]
    assert first.facts.organisation == "Công ty Cá Lăng"
    assert first.facts.people == (Person("Lò Văn Cá", "lead"),)
    assert (first.facts.year_from, first.facts.year_to) == (2024, 2026)
    assert (second.facts.organisation, second.facts.people) == ("Sở Nông nghiệp", (Person("Vàng Thị Tầm", "lead"),))
    assert third.facts.organisation is None
    assert [section.text for section in third.sections] == ["Cơ quan chủ trì/ Chủ nhiệm: Trại giống số 2/3"]


def test_degrees_in_the_column_of_names_are_kept() -> None:
    (record,) = read_tables(
        as_table(("TT", "Họ và tên, học hàm, học vị", "Đơn vị"), ("1", "PGS.TS. Lò Văn Mẫu", "Viện Mẫu"))
    ).records
    assert record.title == "Lò Văn Mẫu"
    assert [(section.name, section.text) for section in record.sections] == [("education", "Học hàm, học vị: PGS.TS.")]


def test_a_birth_date_in_the_column_of_names_stays_out() -> None:
    table = as_table(("TT", "Họ tên/ Năm sinh", "Đơn vị"), ("1", "Lò Văn Mẫu\n1970", "Viện Mẫu"))
    (record,) = read_tables(table).records
    assert (record.title, record.sections) == ("Lò Văn Mẫu", ())
    assert "1970" not in str(record)
    contacts = as_table(("TT", "Họ tên", "Đơn vị", "Điện thoại, email"), ("1", "Lò Mẫu", "Viện", "0912, a@b.vn"))
    assert "0912" not in str(read_tables(contacts).records)


@pytest.mark.parametrize("header", ["NSNN (%)", "Tỷ lệ NSNN", "Kinh phí (% NSNN)"])
@pytest.mark.parametrize("share", ["0.7", "70%", "70"])
def test_shares_are_no_amounts(header: str, share: str) -> None:
    table = as_table(("STT", "Tên đề tài", "Chủ nhiệm", header), ("1", "Nuôi ong", "TS. Lò Văn Ong", share))
    (record,) = read_tables(table).records
    assert record.facts.budget_vnd is None
    assert [section.text for section in record.sections] == [f"{header}: {share}"]


LEAD_AND_HOST = ("TS. Lò Thị Mắc", "Trường Đại học Mường Lay")


@pytest.mark.parametrize(
    "header", ["Chủ nhiệm, tổ chức chủ trì", "Chủ nhiệm/Cơ quan chủ trì", "Đơn vị chủ trì, chủ nhiệm"]
)
@pytest.mark.parametrize("sign", ["; ", " - ", "\n", ", ", " – "])
@pytest.mark.parametrize("is_turned", [False, True])
def test_a_leader_and_a_host_in_one_cell_tell_themselves(header: str, sign: str, is_turned: bool) -> None:
    cell = sign.join(LEAD_AND_HOST[::-1] if is_turned else LEAD_AND_HOST)
    reading = read_tables(as_table(("STT", "Tên đề tài", header), ("1", "Sấy mắc khén", cell)))
    (record,) = reading.records
    assert record.facts.people == (Person("Lò Thị Mắc", "lead"),)
    assert record.facts.organisation == "Trường Đại học Mường Lay"


@pytest.mark.parametrize(
    ("cell", "lead", "host"),
    [
        ("ThS. H'Loan Niê; Trung tâm Khuyến nông", "H'Loan Niê", "Trung tâm Khuyến nông"),
        ("Cao Thị Hồi - Sở Y tế - Bệnh viện Phổi", "Cao Thị Hồi", "Sở Y tế - Bệnh viện Phổi"),
        ("KS. Vi Hồi, Công ty CP Hồi, Quế", "Vi Hồi", "Công ty CP Hồi, Quế"),
    ],
)
def test_the_host_is_all_that_stands_beside_the_leader(cell: str, lead: str, host: str) -> None:
    reading = read_tables(as_table(("STT", "Tên đề tài", "Chủ nhiệm, tổ chức chủ trì"), ("1", "Sấy hồi", cell)))
    assert reading.records[0].facts.people == (Person(lead, "lead"),)
    assert reading.records[0].facts.organisation == host


@pytest.mark.parametrize("cell", ["Trường Đại học Mường Lay", "Viện Hồi - Viện Quế", "Đang tuyển chọn"])
def test_a_cell_that_names_no_two_stays_text(cell: str) -> None:
    reading = read_tables(as_table(("STT", "Tên đề tài", "Chủ nhiệm, tổ chức chủ trì"), ("1", "Sấy hồi", cell)))
    (record,) = reading.records
    assert (record.facts.people, record.facts.organisation) == ((), None)
    assert [section.text for section in record.sections] == [f"Chủ nhiệm, tổ chức chủ trì: {cell}"]
