"""Forms in the layouts offices use: real DOCX files, made here, come out as fields."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document as NewDocx
from form_files import OF_THE_UNIVERSITY, Block, Read, entries, make_docx, only, read_docx, section_of
from stated import stated

from ingest.records import Facts, Kind, Person, Record
from ingest.values import is_blank


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes lines and tables to a file and reads the one record in it."""

    def read_blocks(*blocks: Block, kind: Kind | None = None) -> Record:
        return only(read_docx(make_docx(*blocks), tmp_path, kind))

    return read_blocks


@pytest.fixture
def read_person(read: Read) -> Read:
    """The same for the form of a scientist, of whom name and employer are told."""

    def read_blocks(name: str, *blocks: Block) -> Record:
        return read("LÝ LỊCH KHOA HỌC", f"1. Họ và tên: {name}", "2. Đơn vị công tác: Viện A", *blocks)

    return read_blocks


def test_what_is_written_on_dotted_lines(read: Read) -> None:
    record = read(
        "PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ",
        "Tên doanh nghiệp: Công ty TNHH Gỗ Minh Long ...........................................",
        "Mã số thuế: 3701234567 ............. Điện thoại: 0274 3 123 456 ..........",
        "Họ và tên: Trần Văn A ........................ Chức vụ: Giám đốc ...............",
        "Địa chỉ: ……………………………………………………",
        "Tên vấn đề cần giải quyết: Giảm tỷ lệ nứt gỗ ……………",
        "khi sấy ở nhiệt độ cao ……………",
        "Mô tả hiện trạng: ……………………………………………",
        "………………………………………………………………………",
        "Lò sấy thủ công, tỷ lệ hỏng 12% ..........................",
        "Yêu cầu kỹ thuật: _______________________________",
        "Kinh phí dự kiến: ....1,2 tỷ....... đồng",
        "Thời gian mong muốn: ……/……/……",
        "Hình thức hợp tác: ☐ Mua thiết bị   ☒ Đặt hàng nghiên cứu   ☑ Chuyển giao công nghệ",
        "Đề nghị khác: ..............",
    )
    assert record.title == "Giảm tỷ lệ nứt gỗ khi sấy ở nhiệt độ cao"
    assert stated(record).facts == Facts(organisation="Công ty TNHH Gỗ Minh Long", budget_vnd=1_200_000_000)
    assert [(section.name, section.text) for section in record.sections] == [
        ("situation", "Lò sấy thủ công, tỷ lệ hỏng 12%"),
        ("cooperation", "Đặt hàng nghiên cứu; Chuyển giao công nghệ"),
        ("other", "Mã số thuế: 3701234567"),
    ]


def test_dotted_lines_without_colons_and_several_labels_on_a_line(read: Read) -> None:
    record = read(
        "LÝ LỊCH KHOA HỌC",
        "Họ và tên ............ Trần Văn Anh ............ Giới tính ...... Nam ......",
        "Ngày sinh: 01/02/1980 Nơi sinh: Quảng Ngãi",
        "Học vị cao nhất: Tiến sĩ .......... Năm, nước nhận học vị: 2012, Pháp",
        "Chức danh khoa học cao nhất: ................ Năm bổ nhiệm: ............",
        "Đơn vị công tác: Trường Đại học Thủ Dầu Một Điện thoại: 0912 345 678",
        "Lĩnh vực nghiên cứu: Mạng cảm biến",
    )
    assert (record.title, record.facts) == ("Trần Văn Anh", Facts(organisation="Trường Đại học Thủ Dầu Một"))
    assert section_of(record, "education") == "Học vị cao nhất: Tiến sĩ\nNăm, nước nhận học vị: 2012, Pháp"
    assert {section.name for section in record.sections} == {"education", "research"}


@pytest.mark.parametrize(
    ("value", "is_empty"),
    [
        ("……/……/……", True),
        ("từ tháng ..../20... đến tháng ..../20....", True),
        ("........ triệu đồng", True),
        ("....1,2 tỷ....... đồng", False),
        (".... 24 .... tháng", False),
        ("Lan…", False),
        ("", True),
    ],
)
def test_the_print_of_a_form_is_no_value(value: str, is_empty: bool) -> None:
    assert is_blank(value) == is_empty


def test_values_across_merged_cells(tmp_path: Path) -> None:
    docx = NewDocx()
    docx.add_paragraph("PHIẾU ĐẶT HÀNG NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ")
    table = docx.add_table(11, 4)
    rows: list[tuple[str, ...]] = [
        ("1", "Tên nhiệm vụ", "Nghiên cứu sấy gỗ cao su tại Bình Dương"),
        ("2", "Tổng kinh phí", "2.850 triệu đồng", ""),
        ("", "Ngân sách nhà nước", "1.900 triệu đồng", ""),
        ("", "Nguồn khác", "950 triệu đồng", ""),
        ("3", "Thời gian thực hiện", "24 tháng (từ 01/2026)", "Mã số: ĐT.01"),
        ("4. Chủ nhiệm nhiệm vụ",),
        ("", "Họ và tên", "PGS.TS. Nguyễn Văn An", "Học vị: Tiến sĩ"),
        ("", "Đơn vị công tác", "Trường Đại học Thủ Dầu Một", ""),
        ("5. Mục tiêu\na) Mục tiêu chung\n- Giảm nứt\nb) Mục tiêu cụ thể\n- Giảm 5%",),
        ("6. Loại hình: ☐ Nghiên cứu cơ bản ☒ Nghiên cứu ứng dụng",),
        ("7", "Lĩnh vực", "☐ Tự nhiên\n☒ Kỹ thuật và công nghệ\n☐ Nông nghiệp", ""),
    ]
    for at, row in enumerate(rows):
        if len(row) < 4:
            table.cell(at, len(row) - 1).merge(table.cell(at, 3))
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    record = only(read_docx(docx, tmp_path))
    assert record.title == "Nghiên cứu sấy gỗ cao su tại Bình Dương"
    assert record.facts == Facts(
        code="ĐT.01",
        field_codes=("2",),
        place_written="Bình Dương",
        place_today="Thành phố Hồ Chí Minh",
        year_from=2026,
        year_to=2027,
        budget_vnd=2_850_000_000,
        months=24,
        people=(Person("Nguyễn Văn An", "lead"),),
    )
    assert section_of(record, "objectives") == "a) Mục tiêu chung\n- Giảm nứt\nb) Mục tiêu cụ thể\n- Giảm 5%"
    other = section_of(record, "other").splitlines()
    for line in ("Đơn vị công tác: Trường Đại học Thủ Dầu Một", "6. Loại hình: Nghiên cứu ứng dụng"):
        assert line in other
    assert "Nguồn khác: 950 triệu đồng" in other


def test_values_in_the_next_paragraph(read: Read) -> None:
    record = read(
        "THUYẾT MINH NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ",
        "I. THÔNG TIN CHUNG",
        "1. Tên đề tài",
        "Chế tạo máy sấy tầng sôi",
        "2. Mã số (được cấp khi hồ sơ trúng tuyển)",
        "3. Thời gian thực hiện",
        "18 tháng",
        "(Từ tháng 3 năm 2026 đến tháng 8 năm 2027)",
        "4. Kinh phí",
        "- Từ ngân sách nhà nước: 800 triệu đồng",
        "- Từ nguồn khác: 0,4 tỷ đồng",
        "5. Lĩnh vực",
        "☐ Tự nhiên",
        "☒ Kỹ thuật và công nghệ",
        "6. Chủ nhiệm đề tài",
        "Họ và tên: TS. Lê Thị Hoa",
        "Ngày, tháng, năm sinh: 1/1/1980",
        "Học hàm, học vị: Tiến sĩ",
        "Mã số cán bộ: 1.234",
        "7. Thư ký khoa học",
        "Họ và tên: ThS. Trần Văn Bình",
        "8. Tổ chức chủ trì đề tài",
        "Tên tổ chức chủ trì đề tài: Trường Đại học Thủ Dầu Một",
        "Địa chỉ: 06 Trần Văn Ơn, Bình Dương",
        "II. NỘI DUNG KHOA HỌC",
        "9. Mục tiêu của đề tài",
        "9.1. Mục tiêu tổng quát",
        "Chế tạo được máy.",
        "9.2. Mục tiêu cụ thể",
        "- Máy 100 kg/mẻ;",
        "- Giảm 10%.",
        "10. Nội dung nghiên cứu",
        "Nội dung 1: Khảo sát",
        "Công việc 1.1: Thu mẫu",
        "11. Sản phẩm",
        "a) Máy",
        "b) Quy trình",
    )
    assert record.title == "Chế tạo máy sấy tầng sôi"
    assert record.facts == replace(
        OF_THE_UNIVERSITY,
        place_written="Bình Dương",
        budget_vnd=1_200_000_000,
        months=18,
        people=(Person("Lê Thị Hoa", "lead"), Person("Trần Văn Bình", "member")),
    )
    assert section_of(record, "objectives").splitlines() == [
        "9.1. Mục tiêu tổng quát",
        "Chế tạo được máy.",
        "9.2. Mục tiêu cụ thể",
        "- Máy 100 kg/mẻ;",
        "- Giảm 10%.",
    ]
    assert section_of(record, "content") == "Nội dung 1: Khảo sát\nCông việc 1.1: Thu mẫu"
    assert section_of(record, "products") == "a) Máy\nb) Quy trình"
    assert "Mã số cán bộ: 1.234" in section_of(record, "other").splitlines()


def test_labels_above_their_values(read: Read) -> None:
    record = read(
        "PHIẾU GIỚI THIỆU NĂNG LỰC TỔ CHỨC",
        [["Tên tổ chức", "Mã số thuế", "Địa chỉ"], ["Viện Gỗ", "3700123456", "Thủ Dầu Một, Bình Dương"]],
        [["Phòng thí nghiệm:"], ["- Máy đo COD\n- Buồng sấy"], ["Công nghệ sẵn sàng chuyển giao"], ["Sấy chân không"]],
    )
    assert (record.kind, record.title, record.facts.code) == ("organisation", "Viện Gỗ", "3700123456")
    assert section_of(record, "laboratory") == "- Máy đo COD\n- Buồng sấy"
    assert section_of(record, "technology_offer") == "Sấy chân không"


def test_several_works_in_one_cell_are_sections_of_their_own(read: Read) -> None:
    record = read(
        "LÝ LỊCH KHOA HỌC",
        [
            ["Họ và tên", "GS.TS. NGUYỄN THỊ THU HÀ"],
            ["Cơ quan công tác", "Viện A"],
            ["Các công trình đã công bố", "1. Một. Tạp chí A, 2020.\n2. Hai, dài\nhơn một dòng, 2021."],
            ["Các đề tài đã chủ trì", "- Đề tài X (2019-2020)\n- Đề tài Y (2021), thành viên chính"],
            ["Bằng sáng chế", "1-0012345, Máy sấy, 2018; 2-0009, Quy trình, 2019"],
        ],
    )
    assert record.title == "Nguyễn Thị Thu Hà"
    assert entries(record, "work") == [
        ("Một. Tạp chí A, 2020.", None, 2020),
        ("Hai, dài hơn một dòng, 2021.", None, 2021),
    ]
    assert entries(record, "project") == [
        ("Đề tài X (2019-2020)", "lead", 2020),
        ("Đề tài Y (2021), thành viên chính", "member", 2021),
    ]
    assert [text for text, _, _ in entries(record, "patent")] == ["1-0012345, Máy sấy, 2018", "2-0009, Quy trình, 2019"]


def test_works_line_beside_line_in_one_row(read_person: Read) -> None:
    record = read_person(
        "Lê Văn Đức",
        [
            ["TT", "Tên công trình", "Vai trò", "Năm"],
            ["1", "Bài một\nBài hai", "Tác giả chính\nĐồng tác giả", "2020\n2021"],
            ["2", "Mạng cảm biến\ntrong nông nghiệp", "Tác giả", "2022"],
            ["3", "1. Bài ba\n2. Bài bốn", "Tác giả", "2023"],
        ],
    )
    assert entries(record, "work") == [
        ("Bài một – Tác giả chính – 2020", "lead", 2020),
        ("Bài hai – Đồng tác giả – 2021", "member", 2021),
        ("Mạng cảm biến trong nông nghiệp – Tác giả – 2022", "lead", 2022),
        ("Bài ba – Tác giả – 2023", "lead", 2023),
        ("Bài bốn – Tác giả – 2023", "lead", 2023),
    ]


def test_lines_that_divide_a_list_of_works_are_no_works(read_person: Read) -> None:
    record = read_person(
        "Trần Văn Anh",
        "3. Công trình đã công bố",
        "Bài báo quốc tế:",
        "1. Trần Văn Anh, Lê B. Low-power sensors",
        "for aquaculture. IEEE Access, 2022.",
        "2. Lê B; Trần Văn Anh (2020). Sấy gỗ.",
        "4. Các đề tài nghiên cứu khoa học đã tham gia",
        "1.1. Máy sấy măng cụt, 2020-2021, cấp tỉnh, Chủ nhiệm",
        "1.2. Tưới thông minh, 2022",
    )
    assert entries(record, "work") == [
        ("Trần Văn Anh, Lê B. Low-power sensors for aquaculture. IEEE Access, 2022.", "lead", 2022),
        ("Lê B; Trần Văn Anh (2020). Sấy gỗ.", "member", 2020),
    ]
    assert entries(record, "project") == [
        ("Máy sấy măng cụt, 2020-2021, cấp tỉnh, Chủ nhiệm", "lead", 2021),
        ("Tưới thông minh, 2022", "member", 2022),
    ]
    assert section_of(record, "other") == "Bài báo quốc tế:"


def test_people_with_titles_and_roles(read: Read) -> None:
    record = read(
        "THUYẾT MINH NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ",
        "1. Tên nhiệm vụ: Máy sấy tầng sôi",
        "2. Danh sách cá nhân tham gia",
        [
            ["TT", "Họ và tên, học hàm học vị", "Tổ chức công tác", "Vai trò"],
            ["1", "PGS.TS. Lê Thị Hoa", "Viện A", "Chủ nhiệm nhiệm vụ"],
            ["2", "ThS. Trần Văn Bình", "Viện A", "Thư ký khoa học"],
            ["3", "KS. Siu Hyên", "Công ty B", "Thành viên chính"],
        ],
        "3. Mục tiêu: Máy 100 kg/mẻ",
    )
    assert record.facts.people == (
        Person("Lê Thị Hoa", "lead"),
        Person("Trần Văn Bình", "member"),
        Person("Siu Hyên", "member"),
    )


def test_tasks_led_and_tasks_taken_part_in(read_person: Read) -> None:
    record = read_person(
        "Trần Văn Anh",
        "3. Nhiệm vụ đã chủ trì",
        "- Sấy gỗ, 2020",
        "- Sấy xoài, 2021",
        "4. Nhiệm vụ đã tham gia: Tưới thông minh, 2022",
    )
    assert entries(record, "project") == [
        ("Sấy gỗ, 2020", "lead", 2020),
        ("Sấy xoài, 2021", "lead", 2021),
        ("Tưới thông minh, 2022", "member", 2022),
    ]


def test_a_yearly_amount_is_kept_as_text(read: Read) -> None:
    record = read(
        "PHIẾU ĐỀ XUẤT NHIỆM VỤ KH&CN",
        "1. Tên nhiệm vụ: Máy sấy tầng sôi",
        "2. Thời gian thực hiện: 2 năm rưỡi",
        "3. Kinh phí: 300 triệu đồng/năm",
    )
    assert (record.facts.budget_vnd, record.facts.months) == (None, 30)
    assert section_of(record, "other") == "3. Kinh phí: 300 triệu đồng/năm"


COSTS = [
    ["TT", "Nội dung", "NSNN", "Tổng"],
    ["1", "Nguyên liệu", "300", "500"],
    ["2", "Thuê khoán", "1.000", "1.000"],
    ["", "Tổng cộng", "1.300", "1.500"],
]


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        (["3. Kinh phí", "Đơn vị tính: triệu đồng"], 1_500_000_000),
        (["3. Dự toán kinh phí (ĐVT: nghìn đồng)"], 1_500_000),
        (["3. Kinh phí (ĐVT: triệu đồng): 1.750"], 1_750_000_000),
    ],
)
def test_a_table_of_costs_under_a_line_with_its_unit(read: Read, lines: list[str], total: int) -> None:
    record = read("PHIẾU ĐỀ XUẤT NHIỆM VỤ KH&CN", "1. Tên nhiệm vụ: Máy sấy", "2. Mục tiêu: 100 kg/mẻ", *lines, COSTS)
    assert record.facts.budget_vnd == total
    assert "Nguyên liệu – NSNN: 300 – Tổng: 500" in section_of(record, "other")
    assert all(part in section_of(record, "other") for line in lines for part in line.split(": "))


def test_a_table_of_who_pays_under_a_line_with_its_unit(read: Read) -> None:
    rows = [["Nguồn", "Số tiền"], ["Ngân sách nhà nước", "1.900.000"], ["Nguồn khác", "950.000"]]
    head = ["PHIẾU ĐỀ XUẤT NHIỆM VỤ KH&CN", "1. Tên nhiệm vụ: Máy sấy", "2. Mục tiêu: 100 kg/mẻ", "3. Kinh phí"]
    assert read(*head, "Đơn vị tính: nghìn đồng", rows).facts.budget_vnd == 2_850_000_000


def test_labels_in_pairs_above_their_values(tmp_path: Path) -> None:
    rows = [
        ["Tên đề tài", "Mã số (do Sở ghi)"],
        ["Sấy gỗ cao su", "BD-01/2026"],
        ["Chủ nhiệm đề tài", "Tổ chức chủ trì"],
        ["TS. Lê Thị Hoa", "Viện A"],
        ["Mục tiêu", ""],
        ["Giảm nứt.", ""],
        ["Sản phẩm", "Địa chỉ ứng dụng"],
        ["01 quy trình", "HTX Gỗ"],
    ]
    record = only(read_docx(make_docx("PHIẾU ĐỀ XUẤT", "ĐỀ TÀI NGHIÊN CỨU CẤP TỈNH", rows), tmp_path))
    assert (record.title, record.facts.code, record.facts.organisation) == ("Sấy gỗ cao su", "BD-01/2026", "Viện A")
    assert record.facts.people == (Person("Lê Thị Hoa", "lead"),)
    assert (section_of(record, "objectives"), section_of(record, "application")) == ("Giảm nứt.", "HTX Gỗ")


def test_parts_of_the_leader_in_labels_above_values(tmp_path: Path) -> None:
    rows = [
        ["Họ và tên chủ nhiệm", "Đơn vị công tác", "Học vị"],
        ["Lê Thị Hoa", "Viện A", "TS."],
        ["Tên đề tài", "Lĩnh vực", "Kinh phí"],
        ["Sấy gỗ cao su", "Khoa học nông nghiệp", "950 triệu đồng"],
    ]
    record = only(read_docx(make_docx("PHIẾU ĐỀ XUẤT ĐỀ TÀI KH&CN", rows), tmp_path))
    assert record.facts.people == (Person("Lê Thị Hoa", "lead"),)
    assert section_of(record, "other") == "Đơn vị công tác: Viện A\nHọc vị: TS."


def test_a_label_merged_over_the_rows_of_its_value(tmp_path: Path) -> None:
    rows = [
        ["Tên nhiệm vụ", "Sấy gỗ cao su"],
        ["Mục tiêu", "a) Giảm nứt"],
        ["", "b) Giảm thời gian"],
        ["Kinh phí", "950 triệu đồng"],
    ]
    docx = make_docx("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", rows)
    table = docx.tables[0]
    table.cell(1, 0).merge(table.cell(2, 0))
    record = only(read_docx(docx, tmp_path))
    assert section_of(record, "objectives") == "a) Giảm nứt\nb) Giảm thời gian"
    assert record.facts.budget_vnd == 950_000_000


@pytest.mark.parametrize("numbers", [[], [["(1)", "(2)", "(3)"]]])
def test_the_printed_header_of_a_form_is_no_value(numbers: list[list[str]], tmp_path: Path) -> None:
    rows = [
        ["TT", "Nội dung", "Thông tin đề xuất"],
        *numbers,
        ["1", "Tên nhiệm vụ", "Sấy gỗ cao su"],
        ["2", "Mục tiêu", "Giảm nứt"],
        ["3", "Nội dung", "Khảo sát lò"],
    ]
    reading = read_docx(make_docx("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", rows), tmp_path)
    record = only(reading)
    assert (record.title, section_of(record, "content")) == ("Sấy gỗ cao su", "Khảo sát lò")
    assert [section.name for section in record.sections] == ["objectives", "content"]
    assert reading.unrecognised == ()


def test_a_table_that_counts_sources_of_money_keeps_its_headers(tmp_path: Path) -> None:
    rows = [
        ["TT", "Nguồn kinh phí", "Tổng số", "Thiết bị", "Chi khác"],
        ["", "Tổng kinh phí", "2.850", "1.200", "1.650"],
        ["1", "Ngân sách SNKH", "2.000", "800", "1.200"],
        ["2", "Ngoài ngân sách", "850", "400", "450"],
    ]
    lines = ["THUYẾT MINH NHIỆM VỤ", "1. Tên nhiệm vụ: Sấy gỗ cao su", "2. Kinh phí thực hiện và nguồn"]
    docx = make_docx(*lines, rows, "Đơn vị tính: triệu đồng", "3. Mục tiêu: Giảm nứt")
    record = only(read_docx(docx, tmp_path))
    assert record.facts.budget_vnd == 2_850_000_000
    assert "Ngân sách SNKH – Tổng số: 2.000 – Thiết bị: 800 – Chi khác: 1.200" in section_of(record, "other")
