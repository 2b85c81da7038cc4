"""Who sits in the council that judges a task is none of its people."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_files import make_docx, only, read_docx

from ingest.records import Person

TASK = ("1. Tên nhiệm vụ: Nuôi cá bống tượng", "2. Chủ nhiệm nhiệm vụ: TS. Lường Văn Bống")
MINUTES = ("BIÊN BẢN HỌP HỘI ĐỒNG TƯ VẤN", *TASK, "3. Tổ chức chủ trì: Trường Đại học Cửa Lò")
LEADER = (Person("Lường Văn Bống", "lead"),)


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("4. Danh sách thành viên Hội đồng", "Chức danh trong Hội đồng"),
        ("B. Thành phần Hội đồng", "Chức danh"),
        ("4. Thành viên", "Chức danh"),
    ],
)
def test_a_table_of_a_council_stays_text(heading: str, role: str, tmp_path: Path) -> None:
    rows = [
        ["TT", "Họ và tên", "Đơn vị công tác", role],
        ["1", "PGS.TS. Hoàng Văn Chủ", "Sở KH&CN", "Chủ tịch"],
        ["2", "TS. Đinh Thị Phản", "Đại học Cửa Lò", "Ủy viên phản biện 1"],
        ["3", "ThS. Mạc Thị Thư", "Chi cục Thủy sản", "Thư ký"],
    ]
    record = only(read_docx(make_docx(*MINUTES, heading, rows, "5. Kết quả đánh giá: Đạt"), tmp_path))
    assert record.facts.people == LEADER
    (other,) = [section.text for section in record.sections if section.name == "other"]
    assert all(name in other for name in ("Hoàng Văn Chủ", "Đinh Thị Phản", "Mạc Thị Thư"))


@pytest.mark.parametrize("label", ["Thư ký khoa học của Hội đồng", "Thư ký khoa học", "Thư ký", "Các thành viên"])
def test_secretaries_and_members_in_minutes_are_those_of_the_council(label: str, tmp_path: Path) -> None:
    record = only(read_docx(make_docx(*MINUTES, f"4. {label}: ThS. Mạc Thị Thư"), tmp_path))
    assert record.facts.people == LEADER
    assert "Mạc Thị Thư" in "".join(section.text for section in record.sections)


def test_minutes_may_name_who_takes_part_in_the_task(tmp_path: Path) -> None:
    record = only(read_docx(make_docx(*MINUTES, "4. Thành viên tham gia: ThS. Vi Thị Hợp"), tmp_path))
    assert record.facts.people == (*LEADER, Person("Vi Thị Hợp", "member"))


def test_who_carries_out_a_task_may_chair_something_else(tmp_path: Path) -> None:
    rows = [
        ["TT", "Họ và tên", "Đơn vị", "Chức vụ", "Chức danh thực hiện"],
        ["1", "TS. Lường Văn Bống", "Đại học Cửa Lò", "Giảng viên", "Chủ nhiệm"],
        ["2", "Vi Thị Hợp", "HTX Bống", "Chủ tịch", "Thành viên"],
    ]
    lines = ("THUYẾT MINH NHIỆM VỤ", *TASK, "3. Mục tiêu: nuôi được", "4. Thành viên thực hiện")
    record = only(read_docx(make_docx(*lines, rows), tmp_path))
    assert record.facts.people == (*LEADER, Person("Vi Thị Hợp", "member"))


def test_a_decision_that_founds_a_council_for_a_task_keeps_the_task(tmp_path: Path) -> None:
    rows = [
        ["STT", "Họ và tên", "Đơn vị công tác", "Chức danh"],
        ["1", "PGS.TS. Hoàng Văn Chủ", "Sở KH&CN", "Chủ tịch"],
        ["2", "TS. Đinh Thị Phản", "Đại học Cửa Lò", "Phản biện"],
    ]
    head = ("QUYẾT ĐỊNH", "Về việc thành lập Hội đồng tư vấn tuyển chọn", "Tên nhiệm vụ: Nuôi cá bống tượng")
    lines = (*head, "Chủ nhiệm: TS. Lường Văn Bống", "DANH SÁCH THÀNH VIÊN HỘI ĐỒNG")
    record = only(read_docx(make_docx(*lines, rows), tmp_path))
    assert record.kind != "scientist"
    text = "".join(section.text for section in record.sections)
    assert all(said in text for said in ("Nuôi cá bống tượng", "Lường Văn Bống", "Đinh Thị Phản"))


def test_the_members_of_a_standing_council_are_a_list_of_people(tmp_path: Path) -> None:
    rows = [
        ["STT", "Họ và tên", "Đơn vị công tác", "Chuyên môn"],
        ["1", "PGS.TS. Hoàng Văn Chủ", "Sở KH&CN", "Thủy sản"],
        ["2", "TS. Đinh Thị Phản", "Đại học Cửa Lò", "Thú y"],
    ]
    head = ("QUYẾT ĐỊNH", "Về việc thành lập Hội đồng tư vấn khoa học và công nghệ của tỉnh")
    reading = read_docx(make_docx(*head, "DANH SÁCH THÀNH VIÊN HỘI ĐỒNG", rows), tmp_path)
    assert [record.kind for record in reading.records] == ["scientist", "scientist"]
