"""Labels that no form knows stay labels: kept with their values, named, and no part of the item before them."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import pytest
from form_files import entries, make_docx, only, read_docx, read_text, section_of, texts_of, unknown

from ingest.corrections import correct
from ingest.extraction import Reading, extract_records
from ingest.forms import Form, Label
from ingest.readers import read_document

Write = Callable[[str, Path], Reading]


def as_text(text: str, folder: Path) -> Reading:
    return read_text(text, folder)


def as_docx(text: str, folder: Path) -> Reading:
    return read_docx(make_docx(*text.strip().splitlines()), folder)


def as_html(text: str, folder: Path) -> Reading:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.strip().splitlines())
    return read_text(f"<!DOCTYPE html><html><body>{lines}</body></html>", folder, "phieu.html")


formats = pytest.mark.parametrize("write", [as_text, as_docx, as_html])

NUMBERED = """
PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ
1. Tên doanh nghiệp: Công ty Gốm Sáng
2. Tên vấn đề cần giải quyết: Giảm nứt men gốm
3. Màu sắc chủ đạo: xanh
4. Mô tả hiện trạng: Lò nung thủ công.
5. Số ca làm việc trong ngày
3 ca
6. Yêu cầu kỹ thuật
- Nhiệt độ 1.200 độ
- Sai số 5 độ
7. Mức độ khẩn thiết của vùng: Rất cao
8. Kinh phí dự kiến: 500 triệu đồng
9. Điều kiện kho bãi
Kho 200 m2, gần cảng.
10. Hình thức hợp tác: Mua
"""


@formats
def test_numbered_labels_that_nobody_knows(write: Write, tmp_path: Path) -> None:
    reading = write(NUMBERED, tmp_path)
    assert unknown(reading) == [
        ("Màu sắc chủ đạo", "xanh"),
        ("Số ca làm việc trong ngày", "3 ca"),
        ("Mức độ khẩn thiết của vùng", "Rất cao"),
        ("Điều kiện kho bãi", "Kho 200 m2, gần cảng."),
    ]
    record = only(reading)
    assert section_of(record, "situation") == "Lò nung thủ công."
    assert section_of(record, "requirements") == "- Nhiệt độ 1.200 độ\n- Sai số 5 độ"
    assert section_of(record, "cooperation") == "Mua"
    assert record.facts.budget_vnd == 500_000_000
    assert "3. Màu sắc chủ đạo: xanh" in section_of(record, "other").splitlines()


POINTS = """
PHIẾU ĐẶT HÀNG NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ
1. Tên nhiệm vụ: Sấy gỗ
2. Mục tiêu
1. Mục tiêu chung: Giảm nứt
2. Mục tiêu cụ thể: 5%
3. Nội dung
1. Mục tiêu: 20 lò sấy
2. Thử nghiệm: 3 mẻ
3. Kết quả: báo cáo
a) Sản phẩm: mẫu gỗ
b) Độ ẩm: 12%
4. Chuyển giao: 2 doanh nghiệp
5. Kinh phí: doanh nghiệp chịu
4. Sản phẩm: 01 quy trình
5. Mức độ khẩn thiết của vùng: Rất cao
6. Kinh phí: 500 triệu đồng
"""


@formats
def test_numbered_points_stay_in_the_value_they_are_of(write: Write, tmp_path: Path) -> None:
    reading = write(POINTS, tmp_path)
    record = only(reading)
    assert section_of(record, "objectives").splitlines() == ["1. Mục tiêu chung: Giảm nứt", "2. Mục tiêu cụ thể: 5%"]
    assert section_of(record, "content").splitlines() == POINTS.strip().splitlines()[6:13]
    assert section_of(record, "products") == "01 quy trình"
    assert record.facts.budget_vnd == 500_000_000
    assert unknown(reading) == [("Mức độ khẩn thiết của vùng", "Rất cao")]


GROUPS = """
PHIẾU ĐẶT HÀNG NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ
I. THÔNG TIN CHUNG
1. Tên nhiệm vụ
Sấy gỗ cao su
2. Loại dự án ưu tiên
Nhóm A
II. NỘI DUNG KHOA HỌC VÀ CÔNG NGHỆ
3. Khu vực hưởng lợi
Các xã phía Bắc
4. Nội dung chính
- Khảo sát;
- Thử nghiệm.
5. Mức độ khẩn thiết của vùng: Rất cao
6. Sản phẩm
a) Dạng I: máy sấy
b) Dạng II: quy trình
III. NỘI DUNG
1. Hiệu quả: Giảm chi phí
2. Người hưởng lợi: Các hộ dân
"""


@formats
def test_numbers_go_on_through_groups_of_items_and_begin_anew(write: Write, tmp_path: Path) -> None:
    reading = write(GROUPS, tmp_path)
    record = only(reading)
    assert section_of(record, "content") == "- Khảo sát;\n- Thử nghiệm."
    assert section_of(record, "products") == "a) Dạng I: máy sấy\nb) Dạng II: quy trình"
    assert section_of(record, "impact") == "Giảm chi phí"
    assert unknown(reading) == [
        ("Loại dự án ưu tiên", "Nhóm A"),
        ("Khu vực hưởng lợi", "Các xã phía Bắc"),
        ("Mức độ khẩn thiết của vùng", "Rất cao"),
        ("Người hưởng lợi", "Các hộ dân"),
    ]


UNNUMBERED = """
PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ
Tên doanh nghiệp
Công ty Gốm Sáng
Màu sắc chủ đạo
xanh
Tên vấn đề cần giải quyết
Giảm nứt men gốm
Mô tả hiện trạng
Lò nung thủ công. Theo số liệu năm 2024:
1. Yêu cầu: 12% hỏng.
2. Hao gas: 30%.
Số lò đang dùng
4 lò
Yêu cầu kỹ thuật
- Nhiệt độ 1.200 độ
Mức độ khẩn thiết của vùng: Rất cao
Kinh phí dự kiến
500 triệu đồng
Thời điểm nghiệm thu nội bộ
Cuối năm
Lợi ích
Cách sử dụng nhiệt thừa
Nhiệt thừa sấy phôi, giảm 10% gas.
Cách giảm khói
Khói qua nước vôi.
"""


@formats
def test_labels_on_a_line_of_their_own(write: Write, tmp_path: Path) -> None:
    reading = write(UNNUMBERED, tmp_path)
    record = only(reading)
    assert (record.title, record.facts.organisation) == ("Giảm nứt men gốm", "Công ty Gốm Sáng")
    assert record.facts.budget_vnd == 500_000_000
    assert section_of(record, "situation").splitlines()[1:] == ["1. Yêu cầu: 12% hỏng.", "2. Hao gas: 30%."]
    assert section_of(record, "requirements") == "- Nhiệt độ 1.200 độ"
    assert len(section_of(record, "impact").splitlines()) == 4
    assert unknown(reading) == [
        ("Màu sắc chủ đạo", "xanh"),
        ("Số lò đang dùng", "4 lò"),
        ("Mức độ khẩn thiết của vùng", "Rất cao"),
        ("Thời điểm nghiệm thu nội bộ", "Cuối năm"),
    ]


@formats
def test_a_long_list_of_works_goes_on_beyond_the_number_of_the_next_item(write: Write, tmp_path: Path) -> None:
    works = "\n".join(f"{at}. Bài số {at}: Sấy gỗ, {2000 + at}" for at in range(1, 8))
    text = f"LÝ LỊCH KHOA HỌC\n1. Họ và tên: Trần An\n2. Nơi làm việc: Viện A\n3. Công trình công bố\n{works}"
    reading = write(f"{text}\n4. Phần mềm đã viết: SayGo\n5. Hướng nghiên cứu: Sấy", tmp_path)
    record = only(reading)
    assert len([section for section in record.sections if section.name == "work"]) == 7
    assert unknown(reading) == [("Phần mềm đã viết", "SayGo")]
    assert section_of(record, "research") == "Sấy"


WORKS = [
    ["TT", "Tên công trình", "Tác giả", "Năm", "Điểm IF", "Ghi chú", "Cột trống", "CCCD"],
    ["1", "Bài một", "Lê Văn Đức", "2020", "", "x", "", "001085012345"],
    ["2", "Bài hai", "Lê Văn Đức", "2021", "4,2", "", "", ""],
]


def test_unknown_columns_of_a_table_in_a_form_are_named(tmp_path: Path) -> None:
    head = ("LÝ LỊCH KHOA HỌC", "1. Họ và tên: Lê Văn Đức", "2. Đơn vị công tác: Viện A", "3. Công trình công bố")
    reading = read_docx(make_docx(*head, WORKS), tmp_path)
    assert unknown(reading) == [("Điểm IF", "4,2")]
    assert [section.text for section in only(reading).sections] == [
        "Bài một – Lê Văn Đức – 2020 – Ghi chú: x",
        "Bài hai – Lê Văn Đức – 2021 – Điểm IF: 4,2",
    ]
    path = tmp_path / "phieu.docx"
    said = extract_records(read_document(path), corrections=(correct("Điểm IF", "award", "scientist"),))
    assert unknown(said) == []
    assert section_of(only(said), "award") == "4,2"
    assert "4,2" not in "".join(texts_of(only(said), "work"))


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "lines", ["1. Mục tiêu: a\n", "1. Mục tiêu: a\n2. Sản phẩm: b\n", "- a\nMàu sắc: b\n", "5\nMàu sắc\n"]
)
@pytest.mark.parametrize("head", ["3. Nội dung", "Nội dung"])
def test_many_lines_cost_no_more_than_seconds(tmp_path: Path, head: str, lines: str) -> None:
    text = f"PHIẾU ĐỀ XUẤT NHIỆM VỤ KH&CN\n1. Tên nhiệm vụ: A\n2. Mục tiêu: B\n{head}\n{lines * 5_000}"
    assert read_text(text, tmp_path).records


def test_numbers_with_leading_zeros_count_on(tmp_path: Path) -> None:
    text = "PHIẾU ĐỀ XUẤT NHIỆM VỤ KH&CN\n01. Tên nhiệm vụ: A\n02. Mục tiêu: B\n03. Màu sắc: xanh\n04. Sản phẩm: C"
    assert unknown(read_text(text, tmp_path)) == [("Màu sắc", "xanh")]


def test_following_numbers_looks_for_the_label_of_each_line_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sought: list[str] = []
    find = Form.find

    def counted(form: Form, text: str) -> Label | None:
        sought.append(text)
        return find(form, text)

    monkeypatch.setattr(Form, "find", counted)
    lines = [f"{3 + number % 2}. Ghi {number:04d}" for number in range(600)]
    head = "PHIẾU ĐỀ XUẤT NHIỆM VỤ KH&CN\n1. Tên nhiệm vụ: A\n2. Mục tiêu: B\n3. Nội dung\n"
    assert read_text(head + "\n".join(lines), tmp_path).records
    assert len(sought) < 20 * len(lines)


def test_the_long_labels_of_official_proposals_are_known(tmp_path: Path) -> None:
    lines = (
        "PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ CẤP TỈNH",
        "1. Tên nhiệm vụ KH&CN: Giám sát bùn thải ven sông",
        "2. Tính cấp thiết; tầm quan trọng phải thực hiện ở tầm cấp tỉnh: Nước sông đang suy giảm.",
        "3. Mục tiêu: Một hệ thống.",
        "4. Yêu cầu đối với kết quả (công nghệ, thông số kỹ thuật) và các chỉ tiêu cần đạt: Đúng trên 85 %.",
        "5. Dự kiến tổ chức, cơ quan hoặc địa chỉ ứng dụng kết quả được tạo ra: Chi cục Thủy lợi",
        "6. Yêu cầu đối với thời gian thực hiện: 2,5 năm",
        "7. Năng lực của đơn vị, cơ quan dự kiến ứng dụng kết quả: có 15 kỹ sư",
        "8. Phương án huy động nguồn lực của cơ quan, tổ chức, cá nhân: đối ứng 300 triệu đồng",
        "9. Dự kiến hiệu quả của nhiệm vụ KH&CN:",
        "9.1 Hiệu quả về khoa học và công nghệ: đào tạo 01 thạc sĩ",
    )
    reading = read_docx(make_docx(*lines), tmp_path)
    record = only(reading)
    assert record.facts.months == 30
    assert {section.name: section.text for section in record.sections} == {
        "urgency": "Nước sông đang suy giảm.",
        "objectives": "Một hệ thống.",
        "results": "Đúng trên 85 %.",
        "application": "Chi cục Thủy lợi\ncó 15 kỹ sư",
        "impact": "đào tạo 01 thạc sĩ",
        "other": "8. Phương án huy động nguồn lực của cơ quan, tổ chức, cá nhân: đối ứng 300 triệu đồng",
    }
    assert unknown(reading) == []


def test_a_numbered_label_as_long_as_official_ones_is_named_when_nobody_knows_it(tmp_path: Path) -> None:
    strange = "Dự kiến các tổ chức, doanh nghiệp; hội và hợp tác xã cùng bỏ vốn đầu tư để nhân rộng mô hình về sau"
    lines = (
        "PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ",
        "1. Tên nhiệm vụ: Nuôi ong dú",
        f"2. {strange} (nếu có, ghi rõ): Hội Nông dân",
        "3. Mục tiêu: Mười mô hình.",
    )
    reading = read_docx(make_docx(*lines), tmp_path)
    assert unknown(reading) == [(f"{strange} (nếu có, ghi rõ)", "Hội Nông dân")]
    assert section_of(only(reading), "other") == f"2. {strange} (nếu có, ghi rõ): Hội Nông dân"


def test_items_numbered_with_a_letter(tmp_path: Path) -> None:
    rows = [
        ["1  Tên đề tài: Nghiên cứu nuôi ong dú", "1a Mã số của đề tài: ĐTCN.05/25-203.01"],
        ["2 Thời gian thực hiện: 18 tháng", "3 Cấp quản lý: Tỉnh ☒ Cơ sở ☐"],
    ]
    reading = read_docx(make_docx("THUYẾT MINH ĐỀ TÀI", rows, "4 Mục tiêu: Mười mô hình."), tmp_path)
    assert only(reading).facts.code == "ĐTCN.05/25-203.01"
    assert unknown(reading) == []


def test_the_items_of_the_official_curriculum_vitae(tmp_path: Path) -> None:
    blocks: list[str | list[list[str]]] = [
        "LÝ LỊCH KHOA HỌC",
        "1. Họ và tên: TS. Đỗ Văn Ước",
        "2. Các công trình công bố chủ yếu",
        "(liệt kê tối đa 05 công trình tiêu biểu đã công bố liên quan đến nhiệm vụ trong 5 năm gần nhất)",
        [
            ["TT", "Tên công trình", "Là tác giả hoặc là đồng tác giả công trình", "Nơi công bố", "Năm công bố"],
            ["1", "Xử lý nước thải bằng bèo tấm", "Tác giả", "Tạp chí Sinh học", "2022"],
        ],
        "3. Số lượng văn bằng bảo hộ quyền sở hữu công nghiệp, thiết kế bố trí mạch tích hợp bán dẫn, giống cây trồng "
        "đã được cấp",
        [["TT", "Tên và nội dung văn bằng", "Năm cấp văn bằng"], ["1", "Thiết bị tách tổ ong dú", "2021"]],
        "4. Các đề tài, dự án, nhiệm vụ khác đã chủ trì hoặc tham gia",
        [
            ["Tên đề tài, dự án đã chủ trì", "Thời gian", "Tình trạng"],
            ["Nuôi ong dú", "2019-2021", "Đã nghiệm thu"],
            ["Tên đề tài, dự án đã tham gia", "Thời gian", "Tình trạng"],
            ["Trồng nấm linh chi", "2022", "Đang thực hiện"],
        ],
        "5. Giải thưởng (về KH&CN, về chất lượng sản phẩm,...)",
        "Giải Nhì Hội thi sáng tạo kỹ thuật, 2021",
        "6. Kinh nghiệm về quản lý, đánh giá KH&CN (số lượng các Hội đồng tư vấn, xét duyệt, nghiệm thu, đánh giá các "
        "chương trình, đề tài, dự án KH&CN cấp quốc gia và tương đương trong và ngoài nước)",
        "05 hội đồng cấp tỉnh",
    ]
    reading = read_docx(make_docx(*blocks), tmp_path)
    record = only(reading)
    assert entries(record, "work") == [
        ("Xử lý nước thải bằng bèo tấm – Tác giả – Tạp chí Sinh học – 2022", "lead", 2022)
    ]
    assert entries(record, "patent") == [("Thiết bị tách tổ ong dú – 2021", None, 2021)]
    assert entries(record, "project") == [
        ("Nuôi ong dú – 2019-2021 – Kết quả: Đã nghiệm thu", "lead", 2021),
        ("Trồng nấm linh chi – 2022 – Kết quả: Đang thực hiện", "member", 2022),
    ]
    assert section_of(record, "award") == "Giải Nhì Hội thi sáng tạo kỹ thuật, 2021"
    assert section_of(record, "other").endswith(": 05 hội đồng cấp tỉnh")
    assert unknown(reading) == []


@pytest.mark.parametrize("total", ["Tổng vốn", "Tổng vốn đầu tư", "Tổng dự toán"])
def test_a_project_calls_its_budget_and_aim_its_own(total: str, tmp_path: Path) -> None:
    lines = ("1. Tên dự án: Nuôi cá lăng", "2. Mục tiêu dự án: Sống 90%", f"3. {total}: 2 tỷ 150 triệu đồng")
    record = only(read_text("\n".join(("PHIẾU ĐỀ XUẤT NHIỆM VỤ", *lines)), tmp_path))
    assert record.facts.budget_vnd == 2_150_000_000
    assert texts_of(record, "objectives") == ["Sống 90%"]
