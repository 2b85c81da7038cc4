"""Signatures at the end of forms: told from what the form says, and left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_files import Block, make_docx, only, read_docx, section_of

from ingest.records import Person

CV = (
    "LÝ LỊCH KHOA HỌC",
    "1. Họ và tên: Quách Thị Hà",
    "2. Đơn vị công tác: Viện Năng lượng Sông Bé",
    "3. Hướng nghiên cứu: Sấy lạnh",
    "4. Các công trình đã công bố",
    "1. Máy sấy lúa, Tạp chí Cơ điện, 2020.",
)
DATED = "Sông Bé, ngày 5 tháng 6 năm 2024"


@pytest.mark.parametrize(
    "end",
    [
        (DATED, "NGƯỜI KHAI", "(Ký và ghi rõ họ tên)", "Quách Thị Hà"),
        ("Sông Bé, ngày … tháng … năm 2024", "NGƯỜI KHAI (Ký và ghi rõ họ tên)", "TS. Quách Thị Hà"),
        ("Sông Bé, 5/6/2024", "Xác nhận của đơn vị", "Người khai ký tên", "PGS.TS. Lưu Vĩnh Thọ", "Quách Thị Hà"),
        (
            [
                [
                    "XÁC NHẬN CỦA CƠ QUAN\n(Ký tên, đóng dấu)",
                    f"{DATED}\nNGƯỜI KHAI\n(Ký và ghi rõ họ tên)\n\nQuách Thị Hà",
                ]
            ],
        ),
        (
            [
                ["XÁC NHẬN CỦA CƠ QUAN CHỦ TRÌ", DATED],
                ["KT. VIỆN TRƯỞNG\nPHÓ VIỆN TRƯỞNG", "NGƯỜI KHAI LÝ LỊCH"],
                ["Lưu Vĩnh Thọ", "Quách Thị Hà"],
            ],
        ),
    ],
)
def test_the_signature_of_a_curriculum_is_none_of_its_sections(end: tuple[Block, ...], tmp_path: Path) -> None:
    record = only(read_docx(make_docx(*CV, *end), tmp_path))
    assert [(section.name, section.text) for section in record.sections] == [
        ("research", "Sấy lạnh"),
        ("work", "Máy sấy lúa, Tạp chí Cơ điện, 2020."),
    ]


def test_the_last_rows_of_a_form_that_name_people_are_no_signature(tmp_path: Path) -> None:
    rows = [
        ["Tên nhiệm vụ", "Sấy gỗ cao su"],
        ["Mục tiêu", "Sấy nhanh hơn"],
        ["Thư ký", "Lê Thị Hà"],
        ["Chủ nhiệm nhiệm vụ", "Mai Công Chính"],
    ]
    head = "PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ"
    for end in ((), (DATED, "NGƯỜI ĐỀ XUẤT", "Mai Công Chính")):
        record = only(read_docx(make_docx(head, rows, *end), tmp_path))
        assert record.facts.people == (Person("Mai Công Chính", "lead"), Person("Lê Thị Hà", "member"))
        assert section_of(record, "objectives") == "Sấy nhanh hơn"
        assert section_of(record, "other") == "Thư ký: Lê Thị Hà"


def test_who_signs_a_proposal_is_kept_where_it_is_said_nowhere_else(tmp_path: Path) -> None:
    head = ("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", "1. Tên nhiệm vụ: Sấy gỗ", "2. Mục tiêu: Sấy nhanh")
    end = (DATED, "TỔ CHỨC, CÁ NHÂN ĐỀ XUẤT", "(Họ, tên và chữ ký)", "Lưu Vĩnh Thọ")
    record = only(read_docx(make_docx(*head, *end), tmp_path))
    assert section_of(record, "other") == "Lưu Vĩnh Thọ"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((DATED,), ()),
        (([["SỞ NÔNG NGHIỆP", f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n{DATED}"]],), ()),
        ((), (DATED, "Người đề xuất", "Mai Công Chính")),
        (("Sông Bé, ngày 01/02/2024",), (DATED, "Người đề xuất")),
    ],
)
def test_a_form_bears_the_day_of_its_place_and_date_line(
    before: tuple[Block, ...], after: tuple[Block, ...], tmp_path: Path
) -> None:
    head = ("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", "1. Tên nhiệm vụ: Sấy gỗ", "2. Mục tiêu: Sấy nhanh")
    lead = "3. Chủ nhiệm: TS. Mai Công Chính"
    record = only(read_docx(make_docx(*before, *head, lead, *after), tmp_path))
    assert [source.signed for source in record.sources if source.value == "title"] == ["2024-06-05"]


def test_a_form_without_such_a_line_bears_no_day(tmp_path: Path) -> None:
    head = ("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", "1. Tên nhiệm vụ: Sấy gỗ", "2. Mục tiêu: Sấy nhanh")
    record = only(read_docx(make_docx(*head, "Sông Bé, ngày … tháng … năm 2024", "Người đề xuất"), tmp_path))
    assert {source.signed for source in record.sources} == {None}
