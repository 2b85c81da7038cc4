"""Reports of tasks: what their cover says of the task."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_files import make_docx, only, read_docx, read_text, section_of

from ingest.records import Person

BODY = ("MỞ ĐẦU", "Khu công nghiệp có 120 nhà máy.", "CHƯƠNG 1. TỔNG QUAN", "Bức xạ trung bình 5,1 kWh/m2/ngày.")
HEAD = ("BỘ CÔNG THƯƠNG", "TRƯỜNG ĐẠI HỌC SÔNG BÉ", "BÁO CÁO TỔNG KẾT ĐỀ TÀI KHOA HỌC VÀ CÔNG NGHỆ CẤP TỈNH")
LABELS = ("Mã số: ĐT.02/22-202.05", "Chủ nhiệm đề tài: TS. Quách Thị Hà", "Thời gian thực hiện: 03/2022 – 12/2023")


def test_the_cover_of_a_report_tells_of_its_task(tmp_path: Path) -> None:
    docx = make_docx(
        *HEAD,
        "TIỀM NĂNG ĐIỆN MẶT TRỜI MÁI NHÀ",
        *LABELS,
        "Cơ quan chủ trì: Viện Năng lượng Sông Bé",
        "Thư ký khoa học: ThS. Tạ Văn Lộc",
        "Sông Bé, 12/2023",
        *BODY,
    )
    record = only(read_docx(docx, tmp_path))
    assert (record.kind, record.title) == ("document", "TIỀM NĂNG ĐIỆN MẶT TRỜI MÁI NHÀ")
    assert record.facts.code == "ĐT.02/22-202.05"
    assert record.facts.people == (Person("Quách Thị Hà", "lead"), Person("Tạ Văn Lộc", "member"))
    assert record.facts.organisation == "Viện Năng lượng Sông Bé"
    assert (record.facts.year_from, record.facts.year_to) == (2022, 2023)
    (source,) = [source for source in record.sources if source.value == "facts/code"]
    assert source.place.row == 5
    text = section_of(record, "text")
    assert all(line in text for line in (*HEAD, *LABELS, *BODY))


def test_a_report_may_name_its_title_and_say_labels_in_a_table(tmp_path: Path) -> None:
    docx = make_docx(
        "BÁO CÁO TỔNG HỢP KẾT QUẢ NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ",
        [
            ["Tên nhiệm vụ", "Giảm ùn tắc nút giao Bình Hòa"],
            ["Mã số", "ĐT.05/21-201.03"],
            ["Chủ nhiệm nhiệm vụ", "TS. Nghiêm Xuân Lãm"],
            ["Kết quả nghiệm thu", "Đạt"],
        ],
        *BODY,
    )
    record = only(read_docx(docx, tmp_path))
    assert (record.kind, record.title) == ("document", "Giảm ùn tắc nút giao Bình Hòa")
    assert (record.facts.code, record.facts.status) == ("ĐT.05/21-201.03", "Đạt")
    assert [person.name for person in record.facts.people] == ["Nghiêm Xuân Lãm"]
    assert "Giảm ùn tắc nút giao Bình Hòa" in f"{record.title}\n{section_of(record, 'text')}"


def test_a_title_goes_on_in_capitals_and_a_letterhead_names_the_host_less_surely(tmp_path: Path) -> None:
    lines = (*HEAD, "TIỀM NĂNG ĐIỆN MẶT TRỜI", "MÁI NHÀ KHU CÔNG NGHIỆP", "CHỦ NHIỆM ĐỀ TÀI", "TS. Quách Thị Hà")
    record = only(read_text("\n\n".join([*lines, "SÔNG BÉ – NĂM 2023", *BODY]), tmp_path))
    assert record.title == "TIỀM NĂNG ĐIỆN MẶT TRỜI MÁI NHÀ KHU CÔNG NGHIỆP"
    assert record.facts.people == (Person("Quách Thị Hà", "lead"),)
    assert record.facts.organisation == "TRƯỜNG ĐẠI HỌC SÔNG BÉ"
    assert (record.facts.year_from, record.facts.year_to) == (None, 2023)
    sure = {source.value: source.confidence for source in record.sources}
    assert sure["facts/organisation"] < 1
    assert sure["facts/year_to"] < 1
    assert sure["facts/people"] == 1


def test_what_a_report_says_behind_its_cover_is_none_of_its_facts(tmp_path: Path) -> None:
    lines = (*HEAD, "TIỀM NĂNG ĐIỆN MẶT TRỜI", *LABELS, *BODY, "Mã số: KX-99", "Chủ nhiệm đề tài: TS. Mai Công Chính")
    record = only(read_text("\n".join(lines), tmp_path))
    assert record.facts.code == "ĐT.02/22-202.05"
    assert [person.name for person in record.facts.people] == ["Quách Thị Hà"]


@pytest.mark.parametrize(
    "lines",
    [
        ("BÁO CÁO", "Hoạt động khoa học quý I", "Sở đã tiếp nhận 34 phiếu.", "Kinh phí: 500 triệu đồng"),
        ("Bài giảng điện mặt trời", "Mã số: X1", "Tấm pin đặt trên mái."),
    ],
)
def test_other_texts_tell_of_no_task(lines: tuple[str, ...], tmp_path: Path) -> None:
    facts = only(read_text("\n".join(lines), tmp_path)).facts
    assert (facts.code, facts.people, facts.budget_vnd, facts.organisation) == (None, (), None, None)


def test_what_stands_between_the_kind_of_a_report_and_its_title_is_none(tmp_path: Path) -> None:
    lines = ("BÁO CÁO TỔNG KẾT", "ĐỀ TÀI KHOA HỌC VÀ CÔNG NGHỆ CẤP TỈNH", "Mã số: ĐT.07", "TIỀM NĂNG ĐIỆN MẶT TRỜI")
    record = only(read_text("\n".join([*lines, *BODY]), tmp_path))
    assert (record.title, record.facts.code) == ("TIỀM NĂNG ĐIỆN MẶT TRỜI", "ĐT.07")


def test_a_title_in_quotes_and_a_list_of_those_who_took_part_are_read(tmp_path: Path) -> None:
    lines = (
        *("BÁO CÁO TỔNG HỢP", "KẾT QUẢ KHOA HỌC CÔNG NGHỆ ĐỀ TÀI", "“GIỐNG ĐẲNG SÂM NĂNG SUẤT CAO”"),
        *("Chủ nhiệm đề tài: TS. Hoàng Thị Sáu", "Những người tham gia chính:"),
        *("1. ThS. Lê Thị Hạnh", "2. KS. A Hmưnh", "3. CN. Trần Đình Vượng", "Kon Tum - 2025", "MỤC LỤC", *BODY),
    )
    record = only(read_docx(make_docx(*lines), tmp_path))
    assert record.title == "GIỐNG ĐẲNG SÂM NĂNG SUẤT CAO"
    names = ["Hoàng Thị Sáu", "Lê Thị Hạnh", "A Hmưnh", "Trần Đình Vượng"]
    assert [person.name for person in record.facts.people] == names
