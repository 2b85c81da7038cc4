"""Forms as offices send them: in two languages, with cover letters, numbers in cells of their own, boxes to tick."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_files import entries, make_docx, only, read_docx, read_text, section_of, unknown

from ingest.records import Person


def test_labels_in_two_languages(tmp_path: Path) -> None:
    lines = (
        "PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ",
        "Tên đề tài / Project title: Sấy gỗ cao su",
        "Principal Investigator/Chủ nhiệm đề tài: TS. Lê Thị Hoa",
        "Thời gian thực hiện (Duration): 24 tháng",
        "Mục tiêu/Objectives:",
        "Giảm nứt.",
        "Sản phẩm dự kiến – Expected outputs: quy trình",
        "Tổ chức chủ trì | Host organisation: Viện A",
    )
    reading = read_docx(make_docx(*lines), tmp_path)
    record = only(reading)
    assert (record.title, record.facts.months, record.facts.organisation) == ("Sấy gỗ cao su", 24, "Viện A")
    assert record.facts.people == (Person("Lê Thị Hoa", "lead"),)
    assert (section_of(record, "objectives"), section_of(record, "products")) == ("Giảm nứt.", "quy trình")
    assert unknown(reading) == []


def test_a_scientist_in_english(tmp_path: Path) -> None:
    text = """
CURRICULUM VITAE
1. Full name: Dr. Tran Van Anh
2. Affiliation: Thu Dau Mot University
3. Research interests: IoT; sensors
4. Publications
[1] Tran Van Anh (2022). Low-power sensors. IEEE Access.
"""
    record = only(read_text(text, tmp_path))
    assert (record.title, record.facts.organisation) == ("Tran Van Anh", "Thu Dau Mot University")
    assert section_of(record, "research") == "IoT; sensors"
    assert [entry[1:] for entry in entries(record, "work")] == [("lead", 2022)]


def test_two_labels_in_one_row_of_cells(tmp_path: Path) -> None:
    rows = [
        ["Tên doanh nghiệp:", "Công ty Gỗ Minh Long", "Mã số thuế:", "3701234567"],
        ["Nhu cầu công nghệ:", "Máy sấy chân không", "Thời gian cần:", "Quý III/2026"],
        ["Mô tả hiện trạng (*):", "Tỷ lệ hỏng 12%", "", ""],
        ["Kinh phí (triệu đồng):", "1.500", "Nguồn vốn:", "Tự có"],
    ]
    reading = read_docx(make_docx("PHIẾU ĐĂNG KÝ NHU CẦU CÔNG NGHỆ NĂM 2026", rows), tmp_path)
    record = only(reading)
    assert (record.title, record.facts.budget_vnd) == ("Máy sấy chân không", 1_500_000_000)
    assert section_of(record, "situation") == "Tỷ lệ hỏng 12%"
    assert unknown(reading) == [("Thời gian cần", "Quý III/2026"), ("Nguồn vốn", "Tự có")]


LETTER = """
UBND TỈNH BÌNH DƯƠNG
SỞ NÔNG NGHIỆP VÀ PTNT
Số: 123/SNN-KHCN
V/v đề xuất đặt hàng nhiệm vụ KH&CN năm 2026
Kính gửi: Sở Khoa học và Công nghệ
PHIẾU ĐỀ XUẤT ĐẶT HÀNG NHIỆM VỤ
Tên nhiệm vụ: Mô hình tuần hoàn nước trong nuôi tôm
Mục tiêu: Giảm 50% nước thải
Yêu cầu đối với sản phẩm: 01 mô hình 2 ha
Thời gian dự kiến: 1 năm 6 tháng
Dự kiến kinh phí: 1,2 tỷ đồng
Sản phẩm: 01 quy trình
Bình Dương, ngày 5 tháng 3 năm 2026
Lê Văn Bình
Nơi nhận:
- Như trên;
"""


def test_a_form_in_a_letter_with_its_signature(tmp_path: Path) -> None:
    reading = read_text(LETTER, tmp_path)
    record = only(reading)
    assert (record.facts.months, record.facts.budget_vnd) == (18, 1_200_000_000)
    assert (section_of(record, "objectives"), section_of(record, "products")) == ("Giảm 50% nước thải", "01 quy trình")
    assert unknown(reading) == [("Yêu cầu đối với sản phẩm", "01 mô hình 2 ha")]
    assert "V/v" not in section_of(record, "other")


NUMBERS_APART = """
THUYẾT MINH
ĐỀ TÀI NGHIÊN CỨU ỨNG DỤNG CẤP TỈNH
1
Tên đề tài
Sấy gỗ cao su
1a
Mã số (được cấp khi hồ sơ trúng tuyển)
2
Thời gian thực hiện: 24 tháng
(Từ tháng 01/2026 đến tháng 12/2027)
3
Cấp quản lý
Quốc gia ☐ Tỉnh ☒
Bộ ☐ Cơ sở ☐
4
Phương thức khoán chi
☒ Khoán đến sản phẩm cuối cùng ☐ Khoán từng phần
5
Số đợt thử nghiệm
3
6
Mục tiêu của đề tài
Giảm nứt gỗ.
"""


def test_numbers_of_items_in_cells_of_their_own(tmp_path: Path) -> None:
    reading = read_text(NUMBERS_APART, tmp_path)
    record = only(reading)
    assert (record.title, record.facts.code, record.facts.months) == ("Sấy gỗ cao su", None, 24)
    assert section_of(record, "objectives") == "Giảm nứt gỗ."
    assert unknown(reading) == [
        ("Phương thức khoán chi", "Khoán đến sản phẩm cuối cùng"),
        ("Số đợt thử nghiệm", "3"),
    ]
    assert "\n\n" not in section_of(record, "other")


def test_lists_of_boxes_and_items_left_empty(tmp_path: Path) -> None:
    lines = (
        "PHIẾU KHẢO SÁT NHU CẦU ĐỔI MỚI CÔNG NGHỆ",
        "1. Tên doanh nghiệp: Công ty Cơ khí Sao Mai",
        "2. Tên công nghệ cần tìm: Robot hàn",
        "3. Hình thức hợp tác (đánh dấu X):",
        "[x] Mua công nghệ",
        "[ ] Liên doanh",
        "[x] Đặt hàng nghiên cứu",
        "4. Mức sẵn sàng đầu tư: ☐ < 1 tỷ  ☒ 1–5 tỷ  ☐ > 5 tỷ",
        "5. Ý kiến khác: .................",
    )
    reading = read_docx(make_docx(*lines), tmp_path)
    record = only(reading)
    assert section_of(record, "cooperation") == "Mua công nghệ\nĐặt hàng nghiên cứu"
    assert section_of(record, "other") == "4. Mức sẵn sàng đầu tư: 1–5 tỷ"
    assert unknown(reading) == [("Mức sẵn sàng đầu tư", "1–5 tỷ")]


@pytest.mark.parametrize(
    ("value", "dong"),
    [
        ("☐ Dưới 1 tỷ  ☒ 1–5 tỷ  ☐ Trên 5 tỷ", None),
        ("☐ Dưới 1 tỷ  ☐ 1–5 tỷ  ☒ Trên 5 tỷ", None),
        ("☒ Từ 500 triệu đồng đến 1 tỷ đồng  ☐ Trên 1 tỷ đồng", None),
        ("☐ Dưới 1 tỷ  ☒ 1–5 tỷ (dự kiến 3 tỷ đồng)", 3_000_000_000),
        ("☐ 300 triệu đồng  ☒ 500 triệu đồng", 500_000_000),
        ("1–5 tỷ", 5_000_000_000),
    ],
)
def test_a_ticked_range_is_no_amount(value: str, dong: int | None, tmp_path: Path) -> None:
    title, *lines = ("PHIẾU KHẢO SÁT NHU CẦU ĐỔI MỚI CÔNG NGHỆ", "1. Tên doanh nghiệp: Gốm Sao Mai")
    lines += ["2. Tên công nghệ cần tìm: Robot nung", f"3. Kinh phí dự kiến đầu tư: {value}"]
    table = [line.split(". ", 1)[1].split(": ", 1) for line in lines]
    for blocks in (lines, [table]):
        record = only(read_docx(make_docx(title, *blocks), tmp_path))
        assert record.facts.budget_vnd == dong
        if dong is None:
            assert "Kinh phí dự kiến đầu tư: " in section_of(record, "other")


def test_labels_in_a_row_above_their_values(tmp_path: Path) -> None:
    table = [
        ["Tên doanh nghiệp", "Mã số thuế", "Vùng nguyên liệu"],
        ["Công ty TNHH Hạt Điều Võ Gia", "3701234567", "Bù Đăng"],
    ]
    form = make_docx("PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ", table, "Tên nhu cầu: Tách vỏ lụa hạt điều")
    reading = read_docx(form, tmp_path)
    record = only(reading)
    assert record.facts.organisation == "Công ty TNHH Hạt Điều Võ Gia"
    assert unknown(reading) == [("Vùng nguyên liệu", "Bù Đăng")]


def test_labels_above_their_values_in_a_single_column(tmp_path: Path) -> None:
    rows = ("Tên doanh nghiệp", "Công ty Võ Gia", "Tên nhu cầu", "Tách vỏ lụa", "Mong đợi từ nhà khoa học", "Có máy")
    reading = read_docx(make_docx("PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ", [[row] for row in rows]), tmp_path)
    record = only(reading)
    assert (record.title, record.facts.organisation) == ("Tách vỏ lụa", "Công ty Võ Gia")
    assert unknown(reading) == [("Mong đợi từ nhà khoa học", "Có máy")]


@pytest.mark.parametrize("before", ["Mục tiêu: Giảm tỷ lệ vỡ", "Kinh phí: 950 triệu đồng"])
def test_unknown_labels_at_the_end_of_a_form(before: str, tmp_path: Path) -> None:
    lines = (
        "PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ",
        "Tên nhiệm vụ: Chế biến hạt điều",
        before,
        "Nguồn nước sử dụng: nước giếng",
        "Loại đất: đỏ",
    )
    reading = read_text("\n".join(lines), tmp_path)
    assert unknown(reading) == [("Nguồn nước sử dụng", "nước giếng"), ("Loại đất", "đỏ")]
    assert section_of(only(reading), "other").endswith("Nguồn nước sử dụng: nước giếng\nLoại đất: đỏ")


LABELS_ABOVE = {
    "Tên nhiệm vụ": "Chế biến hạt điều",
    "Mục tiêu": "Giảm tỷ lệ vỡ",
    "Hiệu ứng lan tỏa": "Ba huyện cùng làm",
    "Nội dung": "Khảo sát",
}


@pytest.mark.parametrize("print_of_labels", ["colon", "bold"])
def test_lines_printed_as_the_labels_are_named_and_kept_where_they_stand(print_of_labels: str, tmp_path: Path) -> None:
    form = make_docx("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ")
    for label, value in LABELS_ABOVE.items():
        run = form.add_paragraph().add_run(f"{label}:" if print_of_labels == "colon" else label)
        run.bold = print_of_labels == "bold"
        form.add_paragraph(value)
    reading = read_docx(form, tmp_path)
    assert unknown(reading) == [("Hiệu ứng lan tỏa", "Ba huyện cùng làm")]
    lines = section_of(only(reading), "objectives").splitlines()
    assert [line.strip(":") for line in lines] == ["Giảm tỷ lệ vỡ", "Hiệu ứng lan tỏa", "Ba huyện cùng làm"]


def test_sub_headings_that_are_not_printed_as_the_labels_are_not_named(tmp_path: Path) -> None:
    lines = [f"{label}\n{value}" for label, value in LABELS_ABOVE.items()]
    assert unknown(read_text("\n".join(["PHIẾU ĐỀ XUẤT NHIỆM VỤ", *lines]), tmp_path)) == []


def test_boxes_behind_options_with_colons(tmp_path: Path) -> None:
    lines = (
        "PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ",
        "Cấp tỉnh: ☐   Cấp cơ sở: ☒",
        "1. Tên nhiệm vụ: Nuôi ong dú",
        "2. Loại hình: Đề tài: ☐   Dự án: ☒",
        "3. Mới: ☒   Nối tiếp: ☐",
        "4. Mục tiêu: Mười mô hình.",
    )
    record = only(read_docx(make_docx(*lines), tmp_path))
    assert section_of(record, "other") == "Cấp cơ sở\n2. Loại hình: Dự án\n3. Mới"
    assert section_of(record, "objectives") == "Mười mô hình."


def test_boxes_behind_options_in_the_head_of_a_curriculum_vitae(tmp_path: Path) -> None:
    lines = (
        "LÝ LỊCH KHOA HỌC",
        "ĐĂNG KÝ CHỦ TRÌ: ☒   ĐĂNG KÝ THAM GIA: ☐",
        "1. Họ và tên: TS. Đỗ Văn Ước",
        "Giảng viên cơ hữu: ☐   Thỉnh giảng: ☒",
        "2. Hướng nghiên cứu: Nuôi ong dú",
    )
    record = only(read_docx(make_docx(*lines), tmp_path))
    assert section_of(record, "other") == "ĐĂNG KÝ CHỦ TRÌ\nThỉnh giảng"
    assert section_of(record, "research") == "Nuôi ong dú"


def test_what_stands_behind_the_title_of_a_form_is_its_title_where_no_item_is(tmp_path: Path) -> None:
    head = "THUYẾT MINH NHIỆM VỤ: Chế tạo robot cắt tỉa cành"
    rest = ("Chủ nhiệm: TS. Phùng Gia Bảo", "Mục tiêu: Giảm công cắt tỉa", "Thời gian thực hiện: 24 tháng")
    assert only(read_text("\n".join([head, *rest]), tmp_path)).title == "Chế tạo robot cắt tỉa cành"
    named = only(read_text("\n".join([head, "Tên nhiệm vụ: Robot cắt cành", *rest]), tmp_path))
    assert named.title == "Robot cắt cành"


def test_an_option_with_its_box_in_front_is_no_label(tmp_path: Path) -> None:
    lines = (
        *("THUYẾT MINH ĐỀ TÀI", "1. Tên đề tài: Sấy gỗ cao su", "2. Loại đề tài:"),
        *("☐ Thuộc Chương trình", "☒ Độc lập", "☐ Khác", "3. Mục tiêu", "Giảm nứt gỗ."),
    )
    for text in ("\n".join(lines), "\n\n".join(lines)):
        record = only(read_text(text, tmp_path))
        assert (record.title, section_of(record, "objectives")) == ("Sấy gỗ cao su", "Giảm nứt gỗ.")
        other = section_of(record, "other")
        assert "Độc lập" in other
        assert "Thuộc Chương trình" not in other


CV = """LÝ LỊCH KHOA HỌC
Họ và tên: Quách Thị Hà
12. Số công trình được áp dụng trong thực tiễn
Máy lọc nước cà phê, HTX Cà phê, 2021
13. Các đề tài, dự án, nhiệm vụ khác đã chủ trì hoặc tham gia
(trong 5 năm gần đây - nếu có)
Than sinh học từ vỏ cà phê, chủ nhiệm, 2021
14. Các công trình khoa học đã công bố:
[1] Quách Thị Hà (2022). Lọc nước, Tạp chí Nước, số 4, tr. 1-9.
[2] Quách Thị Hà (2019). Bơ trái vụ, Tạp chí Nông nghiệp, số 5, tr. 12-
18.
3. Hướng nghiên cứu chính: Bệnh cây"""


def test_what_was_applied_is_no_publication_and_a_hint_no_project(tmp_path: Path) -> None:
    record = only(read_text(CV, tmp_path))
    assert section_of(record, "application") == "Máy lọc nước cà phê, HTX Cà phê, 2021"
    projects = [section.text for section in record.sections if section.name == "project"]
    assert projects == ["Than sinh học từ vỏ cà phê, chủ nhiệm, 2021"]
    assert "(trong 5 năm gần đây - nếu có)" in section_of(record, "other")


def test_a_number_alone_that_ends_the_line_above_is_kept(tmp_path: Path) -> None:
    record = only(read_text(CV, tmp_path))
    works = [section.text for section in record.sections if section.name == "work"]
    assert [work.rpartition("tr. ")[2] for work in works] == ["1-9.", "12-18."]
    assert section_of(record, "research") == "Bệnh cây"


def test_struck_out_text_is_no_value(tmp_path: Path) -> None:
    docx = make_docx("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", "1. Tên nhiệm vụ: Sấy gỗ cao su")
    for label, gone, kept in (
        ("2. Chủ nhiệm: ", "TS. Trần Văn Bình", " ThS. Lê Thị Hoa"),
        ("3. Kinh phí: ", "1.500 triệu đồng", " 1.350 triệu đồng"),
    ):
        line = docx.add_paragraph(label)
        line.add_run(gone).font.strike = True
        line.add_run(kept)
    reading = read_docx(docx, tmp_path)
    (record,) = reading.records
    assert (record.facts.people, record.facts.budget_vnd) == ((Person("Lê Thị Hoa", "lead"),), 1_350_000_000)
    (problem,) = reading.problems
    assert problem.message.startswith("Struck-out text was left out")
    assert problem.place.row == 3


def test_several_labels_behind_semicolons(tmp_path: Path) -> None:
    lines = (
        "PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ",
        "Tên nhiệm vụ: Sấy gỗ cao su",
        "Chủ nhiệm: TS. Lê Thị Hoa; Đơn vị công tác: Viện A; Thời gian: 24 tháng; Kinh phí: 1.900 triệu đồng",
        "Đồng chủ nhiệm: TS. Trần Văn Bình, Thư ký: ThS. Phạm Thị Na",
        "Mục tiêu: giảm nứt; Nội dung: chưa rõ",
    )
    record = only(read_docx(make_docx(*lines), tmp_path))
    assert (record.facts.months, record.facts.budget_vnd) == (24, 1_900_000_000)
    assert record.facts.people == (
        Person("Lê Thị Hoa", "lead"),
        Person("Trần Văn Bình", "member"),
        Person("Phạm Thị Na", "member"),
    )
    assert section_of(record, "objectives") == "giảm nứt; Nội dung: chưa rõ"


def test_labels_stacked_in_a_cell(tmp_path: Path) -> None:
    rows = [
        ["Tên nhiệm vụ:", "Sấy gỗ cao su"],
        ["Chủ nhiệm:\nĐơn vị:\nĐiện thoại:", "TS. Lê Thị Hoa\nViện A\n0912 345 678"],
        ["Thời gian:\nKinh phí:", "24 tháng\n1.900 triệu đồng"],
        ["Sản phẩm:\nMã số:", "Quy trình\nMáy\nBD-01"],
    ]
    record = only(read_docx(make_docx("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", rows), tmp_path))
    assert (record.facts.months, record.facts.budget_vnd) == (24, 1_900_000_000)
    assert record.facts.people == (Person("Lê Thị Hoa", "lead"),)
    assert section_of(record, "other") == "Đơn vị: Viện A\nSản phẩm; Mã số: Quy trình\nMáy\nBD-01"


def test_what_a_member_is_called_is_kept(tmp_path: Path) -> None:
    lines = (
        "THUYẾT MINH ĐỀ TÀI",
        "1. Tên đề tài: Sấy gỗ cao su",
        "2. Thư ký khoa học của đề tài",
        "Họ và tên: ThS. Phạm Thị Na",
        "3. Mục tiêu: Giảm nứt",
    )
    record = only(read_docx(make_docx(*lines), tmp_path))
    assert record.facts.people == (Person("Phạm Thị Na", "member"),)
    assert section_of(record, "other") == "2. Thư ký khoa học của đề tài: ThS. Phạm Thị Na"


def test_no_patent_and_kinds_of_works_are_no_works(tmp_path: Path) -> None:
    lines = (
        "LÝ LỊCH KHOA HỌC",
        "1. Họ và tên: Lê Thị Hoa",
        "2. Công trình khoa học đã công bố",
        "2.1. Bài báo quốc tế",
        "1. Lê Thị Hoa (2021). Drying of rubberwood. Wood Journal.",
        "2.2. Sách chuyên khảo",
        "1. Lê Thị Hoa (2022). Sách sấy gỗ. NXB Nông nghiệp.",
        "3. Bằng sáng chế: không",
    )
    record = only(read_docx(make_docx(*lines), tmp_path))
    assert [year for _, _, year in entries(record, "work")] == [2021, 2022]
    assert entries(record, "patent") == []
    assert section_of(record, "other") == "2.1. Bài báo quốc tế\n2.2. Sách chuyên khảo\n3. Bằng sáng chế: không"
