"""Forms that bear no title are told by their labels, and what has none of a form stays a document."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_files import Block, make_docx, only, read_docx, read_text, section_of, unknown

from ingest.records import Kind, Person

ALTERNATING = [
    ["Tên nhiệm vụ", "Tổ chức chủ trì", "Điểm mới lạ"],
    ["Sấy gỗ cao su", "Viện A", "Ít điện"],
    ["Chủ nhiệm", "Thời gian", "Kinh phí"],
    ["TS. Lê Thị Hoa", "24 tháng", "500 triệu đồng"],
    ["Mục tiêu", "Sản phẩm", ""],
    ["Giảm nứt", "Quy trình", ""],
]


@pytest.mark.parametrize("kind", [None, "proposal"])
def test_rows_of_labels_above_rows_of_values_are_one_record(tmp_path: Path, kind: Kind | None) -> None:
    reading = read_docx(make_docx(ALTERNATING), tmp_path, kind)
    record = only(reading)
    assert (record.title, record.facts.organisation, record.facts.months) == ("Sấy gỗ cao su", "Viện A", 24)
    assert (record.facts.people, record.facts.budget_vnd) == ((Person("Lê Thị Hoa", "lead"),), 500_000_000)
    assert (section_of(record, "objectives"), section_of(record, "products")) == ("Giảm nứt", "Quy trình")
    assert unknown(reading) == [("Điểm mới lạ", "Ít điện")]


def test_a_list_of_tasks_stays_a_list(tmp_path: Path) -> None:
    rows = [["Tên nhiệm vụ", "Kết quả"], ["Sấy gỗ", "Khá"], ["Nuôi tôm", "Đạt"], ["Trồng nấm", "Khá"]]
    assert [one.title for one in read_docx(make_docx(rows), tmp_path).records] == ["Sấy gỗ", "Nuôi tôm", "Trồng nấm"]


@pytest.mark.parametrize(
    ("blocks", "kind", "title"),
    [
        (
            ["Tên doanh nghiệp: Công ty A", "Tên nhu cầu: Sấy gỗ", "Yêu cầu kỹ thuật: nứt dưới 5%", "Mã phiếu: 7"],
            "need",
            "Sấy gỗ",
        ),
        (["Họ và tên: TS. Trần An", "Đơn vị công tác: Viện A", "Hướng nghiên cứu: Sấy gỗ"], "scientist", "Trần An"),
        ([[["Tên đề tài", "Sấy gỗ"], ["Mục tiêu", "Giảm nứt"], ["Kinh phí", "1 tỷ đồng"]]], "proposal", "Sấy gỗ"),
    ],
)
def test_a_few_labels_make_a_record_of_their_kind(tmp_path: Path, blocks: list[Block], kind: Kind, title: str) -> None:
    record = only(read_docx(make_docx(*blocks), tmp_path))
    assert (record.kind, record.title) == (kind, title)
    # Told by its labels alone, so each value is less sure.
    read = [source for source in record.sources if source.method != "suggested"]
    assert {(source.confidence, source.by_labels) for source in read} == {(0.6, True)}


@pytest.mark.parametrize(
    "blocks",
    [
        [
            "Hội thảo về nông nghiệp",
            "Mục tiêu: giới thiệu mô hình. Các đại biểu thảo luận.",
            "Nội dung: ba chuyên đề.",
            "Kết quả: ký năm hợp đồng.",
            "Thời gian: ngày 5/3/2024",
            "Địa điểm: Thủ Dầu Một",
        ],
        ["Báo cáo năm", "Danh sách nhiệm vụ:", [["TT", "Tên nhiệm vụ", "Chủ nhiệm", "Kinh phí", "Mục tiêu"]], "Hết."],
        ["Giấy mời họp", "Kính gửi: Ông Trần An", "Thời gian: 8 giờ", "Địa điểm: Sở", "Nội dung: Ba nhà"],
        ["Họ và tên: Trần An", "Chức vụ: Giám đốc", "Điện thoại: 0912 345 678", "Địa chỉ: Bình Dương"],
    ],
)
def test_articles_and_letters_stay_documents(tmp_path: Path, blocks: list[Block]) -> None:
    assert only(read_docx(make_docx(*blocks), tmp_path)).kind == "document"


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (
            [
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "Độc lập – Tự do – Hạnh phúc",
                "BIÊN BẢN HỌP HỘI ĐỒNG",
                "Có mặt: 7.",
            ],
            "BIÊN BẢN HỌP HỘI ĐỒNG",
        ),
        (
            ["ỦY BAN NHÂN DÂN", "Số: 123/QĐ-UBND", "QUYẾT ĐỊNH", "Về việc phê duyệt danh mục", "Điều 1."],
            "Về việc phê duyệt danh mục",
        ),
        (
            ["BỘ X", "BÁO CÁO TỔNG KẾT ĐỀ TÀI KHOA HỌC VÀ CÔNG NGHỆ CẤP TỈNH", "ĐIỆN MẶT TRỜI MÁI NHÀ", "Mở đầu."],
            "ĐIỆN MẶT TRỜI MÁI NHÀ",
        ),
        (["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Về làng nghề gốm", "Làng có 40 lò."], "Về làng nghề gốm"),
        (["Báo cáo viên trẻ và nghề gốm", "Làng có 40 lò."], "Báo cáo viên trẻ và nghề gốm"),
    ],
)
def test_an_official_document_is_titled_by_what_it_is_about(lines: list[str], title: str, tmp_path: Path) -> None:
    record = only(read_text("\n".join(lines), tmp_path, kind="document"))
    assert record.title == title
    assert all(line in f"{title}\n{section_of(record, 'text')}" for line in lines)


def test_an_english_heading_of_one_word_is_a_label(tmp_path: Path) -> None:
    head = ("LÝ LỊCH KHOA HỌC", "Full name: Le Thi Hanh", "Research interests", "machine vision")
    record = only(read_text("\n".join([*head, "Publications", "[1] Pruning robots, 2022."]), tmp_path))
    assert [section.name for section in record.sections] == ["research", "work"]
