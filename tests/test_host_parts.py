"""Labels that ask for several things at once, each found in the value."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_files import make_docx, only, read_docx, section_of

from ingest.records import Person

FORM = ("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", "1. Tên nhiệm vụ: Cảnh báo cháy rừng", "2. Mục tiêu: Báo sớm")


@pytest.mark.parametrize(
    ("line", "organisation", "people"),
    [
        (
            "3. Tổ chức, cá nhân dự kiến chủ trì: Viện Nông Lâm Miền Thượng; TS. Y Blơm Niê – Trưởng phòng",
            "Viện Nông Lâm Miền Thượng",
            (Person("Y Blơm Niê", "lead"),),
        ),
        (
            "3. Tổ chức chủ trì (tên, địa chỉ, điện thoại): Chi cục Kiểm lâm; 20 Trần Phú; 0260 3862 222",
            "Chi cục Kiểm lâm",
            (),
        ),
        ("3. Tổ chức chủ trì: Viện Cây; Viện Rừng", "Viện Cây; Viện Rừng", ()),
        ("3. Tổ chức, cá nhân dự kiến chủ trì: TS. Quách Thị Hà", None, (Person("Quách Thị Hà", "lead"),)),
    ],
)
def test_a_host_is_told_from_what_stands_beside_it(
    tmp_path: Path, line: str, organisation: str | None, people: tuple[Person, ...]
) -> None:
    record = only(read_docx(make_docx(*FORM, line), tmp_path))
    assert (record.facts.organisation, record.facts.people) == (organisation, people)
    assert not any("0260" in section.text for section in record.sections)


def test_address_and_post_beside_a_host_are_kept(tmp_path: Path) -> None:
    line = "3. Tổ chức, cá nhân chủ trì: Viện Cây; 20 Trần Phú; TS. Quách Thị Hà – Trưởng phòng"
    text = section_of(only(read_docx(make_docx(*FORM, line), tmp_path)), "other")
    assert "20 Trần Phú" in text
    assert "Trưởng phòng" in text


def test_labels_of_applying_and_of_all_who_take_part(tmp_path: Path) -> None:
    lines = [
        ["Đơn vị dự kiến ứng dụng kết quả", "Hợp tác xã Chè; UBND xã"],
        ["Chủ nhiệm và các thành viên", "TS. Phan Thị Lụa (chủ nhiệm)\nThS. Y Sol (thư ký)\nKS. Hồ Bá (thành viên)"],
        ["Thông tin khác", "Không"],
    ]
    found = read_docx(make_docx(*FORM, lines), tmp_path)
    record = only(found)
    assert section_of(record, "application") == "Hợp tác xã Chè; UBND xã"
    names = [(person.name, person.role) for person in record.facts.people]
    assert names == [("Phan Thị Lụa", "lead"), ("Y Sol", "member"), ("Hồ Bá", "member")]
    assert found.unrecognised == ()


def test_what_a_firm_looks_for_is_the_title_of_its_need(tmp_path: Path) -> None:
    lines = (
        "PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ",
        "1. Tên công nghệ/thiết bị cần tìm: ....Lò sấy mủ....",
        "2. Mô tả: Khói",
    )
    record = only(read_docx(make_docx(*lines), tmp_path))
    assert (record.kind, record.title) == ("need", "Lò sấy mủ")
