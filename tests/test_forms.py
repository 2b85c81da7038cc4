"""Official forms become records: fields written by hand from the sample forms hold in every format."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from form_files import OF_THE_UNIVERSITY, only, read_text, section_of, texts_of
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import stated

from ingest.document import Cell, Document, Paragraph, Table
from ingest.extraction import extract_records
from ingest.forms import load_forms, recognise_form
from ingest.labels import normalise_label
from ingest.readers import read_document
from ingest.records import KINDS, Facts, Kind, Person, Place, Record
from ingest.records_json import record_from_json, record_to_json
from ingest.vietnamese import fold

PROPOSALS = [
    "proposal.docx",
    "proposal_nfd.docx",
    "proposal.html",
    "proposal_utf8.txt",
    "proposal_nfd.txt",
    "proposal_utf16.txt",
]


def as_document(text: str, name: str = "phieu.txt") -> Document:
    lines = enumerate(text.strip().splitlines(), start=1)
    return Document(name, "0" * 64, "txt", tuple(Paragraph(line, Place(row=row)) for row, line in lines))


def as_table(*rows: tuple[str, ...]) -> Table:
    return Table(
        tuple(
            tuple(
                Cell(text, row, column, place=Place(cell=f"table 1, row {row + 1}"))
                for column, text in enumerate(texts)
            )
            for row, texts in enumerate(rows)
        )
    )


def nested(texts: tuple[str, ...], beside: str = "") -> Table:
    """A table in a table in a table …, one text each, in a cell of its own unless it stands `beside`."""
    inner = (nested(texts[1:], beside),) if len(texts) > 1 else ()
    cells = (Cell(texts[0], 0, 0, tables=() if beside else inner),)
    return Table((cells if not beside else (*cells, Cell(beside, 0, 1, tables=inner)),))


@pytest.mark.parametrize("name", PROPOSALS)
def test_the_proposal_form(shared: Path, name: str) -> None:
    record = only(extract_records(read_document(shared / "samples" / name)))
    assert (record.kind, record.house) == ("proposal", "state")
    assert record.title == (
        "Nghiên cứu xây dựng hệ thống giám sát chất lượng nước thải khu công nghiệp bằng mạng cảm biến không dây và "
        "trí tuệ nhân tạo trên địa bàn tỉnh Bình Dương"
    )
    assert record.facts == replace(
        OF_THE_UNIVERSITY,
        code="ĐT.2025-017",
        place_written="tỉnh Bình Dương",
        budget_vnd=2_850_000_000,
        months=24,
        people=(
            Person("Nguyễn Thị Thu Hà", "lead"),
            Person("Lê Văn Đức", "member"),
            Person("Trần Quốc Bảo", "member"),
        ),
    )
    assert section_of(record, "objectives") == (
        "Mục tiêu chung: Xây dựng được hệ thống giám sát trực tuyến chất lượng nước thải tại các khu công nghiệp, cảnh "
        "báo sớm các sự cố xả thải vượt quy chuẩn QCVN 40:2011/BTNMT.\n"
        "Mục tiêu cụ thể: (i) Thiết kế, chế tạo được 20 nút cảm biến đo pH, COD, TSS, amoni; (ii) Phát triển mô hình "
        "học sâu dự báo nồng độ COD trước 06 giờ với sai số dưới 10%; (iii) Triển khai thử nghiệm tại 03 khu công "
        "nghiệp."
    )
    assert section_of(record, "background").startswith("Ở ngoài nước, các hệ thống quan trắc")
    assert section_of(record, "background").endswith("chưa tích hợp thuật toán học máy để dự báo.")
    assert section_of(record, "urgency") == (
        "Toàn tỉnh hiện có 29 khu công nghiệp với lưu lượng nước thải khoảng 180.000 m³/ngày đêm; việc giám sát thủ "
        "công không đáp ứng được yêu cầu quản lý nhà nước về bảo vệ môi trường."
    )
    assert section_of(record, "content").splitlines() == [
        "Khảo sát hiện trạng nước thải tại 03 khu công nghiệp – Kết quả: Báo cáo khảo sát, bộ dữ liệu 12 tháng – "
        "01/2026–06/2026 – ThS. Lê Văn Đức, Trường ĐH Thủ Dầu Một",
        "Thiết kế, chế tạo nút cảm biến không dây LoRaWAN – Kết quả: 20 nút cảm biến; hồ sơ thiết kế – "
        "04/2026–12/2026 – TS. Trần Quốc Bảo, Viện Kỹ thuật Công nghệ",
        "Phát triển mô hình học sâu dự báo COD – Kết quả: Phần mềm dự báo, sai số dưới 10% – 10/2026–06/2027 – "
        "PGS.TS. Nguyễn Thị Thu Hà",
        "Thử nghiệm, đánh giá và chuyển giao công nghệ – Kết quả: Biên bản nghiệm thu, quy trình vận hành – "
        "07/2027–12/2027 – Công ty TNHH Môi trường Xanh Bình Dương",
    ]
    assert section_of(record, "products").startswith("Dạng I: hệ thống phần cứng gồm 20 nút cảm biến")
    other = section_of(record, "other")
    assert "nguồn khác: 950 triệu đồng" in other
    assert "Nguyên vật liệu, năng lượng" in other
    assert "CỘNG HÒA" not in other


def test_lost_ticks_are_no_ticks(shared: Path) -> None:
    """The coding of this file has no check-boxes: no field is taken for ticked, and the line is kept."""
    record = only(extract_records(read_document(shared / "samples" / "proposal_cp1258.txt")))
    assert stated(record).facts.field_codes == ()
    assert "Nông nghiệp" in section_of(record, "other")


@pytest.mark.parametrize("name", ["cv.docx", "cv.html"])
def test_the_scientists_form(shared: Path, name: str) -> None:
    record = only(extract_records(read_document(shared / "samples" / name)))
    assert_is_the_scientist(record)
    assert section_of(record, "education").splitlines()[2:] == [
        "Đại học – Trường ĐH Bách khoa – ĐHQG TP.HCM – Điện tử – Viễn thông – 2006",
        "Thạc sĩ – Trường ĐH Bách khoa Hà Nội – Kỹ thuật điện tử – 2009",
        "Tiến sĩ – Đại học Quốc gia Pusan, Hàn Quốc – Mạng cảm biến không dây – 2014",
    ]


def test_the_scientists_form_with_its_tables_unrolled_into_lines(shared: Path) -> None:
    gold = json.loads((shared / "samples" / "gold.json").read_text(encoding="utf-8"))
    assert_is_the_scientist(only(extract_records(as_document("\n".join(gold["cv"]["lines"])))))


def assert_is_the_scientist(record: Record) -> None:
    assert (record.kind, record.house, record.title) == ("scientist", "science", "Trần Quốc Bảo")
    assert stated(record).facts == Facts(organisation="Viện Kỹ thuật Công nghệ, Trường Đại học Thủ Dầu Một")
    works = [section for section in record.sections if section.name == "work"]
    assert [(work.year, work.role) for work in works] == [(year, "lead") for year in (2021, 2022, 2023, 2019, 2024)]
    assert works[1].text == (
        "Low-power LoRaWAN sensor nodes for aquaculture monitoring – T. Q. Bao, N. T. T. Ha – IEEE Access, 2022"
    )
    projects = [section for section in record.sections if section.name == "project"]
    assert [(project.year, project.role) for project in projects] == [
        (2021, "lead"),
        (2022, "member"),
        (2025, "member"),
    ]
    assert projects[0].text.startswith("Nghiên cứu chế tạo thiết bị sấy măng cụt bằng năng lượng mặt trời")
    assert section_of(record, "research") == (
        "Internet vạn vật trong nông nghiệp thông minh; mạng cảm biến không dây năng lượng thấp; xử lý tín hiệu; học "
        "máy biên trên vi điều khiển."
    )


@pytest.mark.parametrize("name", ["need.docx", "need.html"])
def test_the_need_form(shared: Path, name: str) -> None:
    assert_is_the_need(only(extract_records(read_document(shared / "samples" / name))))


def test_the_need_form_with_its_cells_as_lines(shared: Path) -> None:
    gold = json.loads((shared / "samples" / "gold.json").read_text(encoding="utf-8"))
    assert_is_the_need(only(extract_records(as_document("\n".join(gold["need"]["lines"])))))


def assert_is_the_need(record: Record) -> None:
    assert (record.kind, record.house) == ("need", "enterprise")
    assert record.title == "Giảm tỷ lệ cong vênh, nứt nẻ của gỗ cao su trong quá trình sấy"
    assert stated(record).facts == Facts(
        organisation="Công ty Cổ phần Chế biến Gỗ Trường Thành Phát",
        place_written="tỉnh Bình Dương",
        place_today="Thành phố Hồ Chí Minh",
        year_from=2026,
        year_to=2026,
        budget_vnd=1_500_000_000,
    )
    assert section_of(record, "situation").startswith("Lò sấy hơi nước hiện tại được điều khiển thủ công")
    assert section_of(record, "requirements").endswith("tiết kiệm tối thiểu 15% năng lượng.")
    assert section_of(record, "cooperation") == "Đặt hàng nghiên cứu; Chuyển giao công nghệ"
    other = section_of(record, "other").splitlines()
    for line in ("Mã số thuế: 3701234567", "Năm thành lập: 2008", "Quy mô lao động: 50 – 200"):
        assert line in other
    assert "Thời gian mong muốn: Quý III năm 2026" in other


@pytest.mark.parametrize("name", [*PROPOSALS, "cv.docx", "cv.html", "need.docx", "need.html"])
def test_no_personal_data_in_any_record(shared: Path, name: str) -> None:
    reading = extract_records(read_document(shared / "samples" / name))
    text = json.dumps([record_to_json(record) for record in reading.records], ensure_ascii=False)
    assert not re.search(r"[\w.]+@[\w.]+|0912|0987|0274|15/08/1983|Quảng Ngãi|Mỹ Duyên|Giới tính", text)


@pytest.mark.parametrize("name", ["proposal.docx", "cv.docx", "need.html"])
def test_contacts_are_kept_apart_when_asked_for(shared: Path, name: str) -> None:
    document = read_document(shared / "samples" / name)
    plain, kept = only(extract_records(document)), only(extract_records(document, keep_contacts=True))
    assert kept.sections[:-1] == plain.sections
    contact = kept.sections[-1]
    assert (contact.name, contact.visibility) == ("contact", "confidential")
    assert re.search(r"0912 345 678|0987 654 321|0274 3652 111", contact.text)
    assert "1983" not in contact.text


@pytest.mark.parametrize("name", ["proposal.docx", "need.html", "cv.docx"])
def test_every_value_has_its_source(shared: Path, name: str) -> None:
    document = read_document(shared / "samples" / name)
    record = only(extract_records(document))
    values = {source.value for source in record.sources}
    facts = record_to_json(record)["facts"]
    assert values == {
        "title",
        *(f"sections/{at}" for at in range(len(record.sections))),
        *(f"facts/{key}" for key in facts),
    }
    assert all(source.sha256 == document.sha256 and 0 < source.confidence <= 1 for source in record.sources)
    title = next(source for source in record.sources if source.value == "title")
    assert title.place.cell
    assert title.method == "table"


ORDER = """
Mẫu I.01-ĐHNV
PHIẾU ĐẶT HÀNG NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ NĂM 2026
Kính gửi: Sở KH&CN
1. Tên nhiệm vụ: Nghiên cứu mô hình tuần hoàn nước trong nuôi tôm tại tỉnh Hưng Yên
2. Lĩnh vực: Khoa học nông nghiệp
3. Loại hình: Nghiên cứu ứng dụng
4. Căn cứ đề xuất
- Nghị quyết số 57-NQ/TW;
5. Tính cấp thiết
Theo số liệu năm 2024:
1. Diện tích 500 ha.
2. Sản lượng 300 tấn.
6. Mục tiêu
6.1. Mục tiêu chung
Xây dựng mô hình.
6.2. Mục tiêu cụ thể
a) Giảm 50% nước thải.
7. Nội dung chính
Nội dung 1: Khảo sát.
Mẫu nước được lấy tại 12 ao nuôi.
8. Kết quả và chỉ tiêu
01 mô hình 2 ha.
9. Hiệu quả, tác động: Giảm chi phí.
10. Kinh phí: 3.200 triệu đồng
- Ngân sách nhà nước: 2.000 triệu đồng
11. Thời gian thực hiện: 30 tháng (từ 06/2026 đến 11/2028)
12. Điều gì đó lạ
Một điều biểu mẫu không có.
13. Tiếp nhận, phương án quản lý sử dụng kết quả: Chi cục Thủy sản
14. Tài liệu tham khảo
[1] Trần A (2020). Nuôi tôm.
15. Thông tin liên hệ
Tổ chức: Chi cục Thủy sản
Đại diện: Ông Lê Văn Bình
Mã định danh điện tử: 001085012345
Điện thoại: 0912.345.678
Hưng Yên, ngày 01 tháng 02 năm 2026
ĐẠI DIỆN TỔ CHỨC
(Ký, ghi rõ họ tên)
"""


def test_numbered_headings_of_an_order() -> None:
    record = only(extract_records(as_document(ORDER)))
    assert record.title == "Nghiên cứu mô hình tuần hoàn nước trong nuôi tôm tại tỉnh Hưng Yên"
    assert record.facts == Facts(
        field_codes=("4",),
        place_written="tỉnh Hưng Yên",
        place_today="Tỉnh Hưng Yên",
        year_from=2026,
        year_to=2028,
        budget_vnd=3_200_000_000,
        months=30,
    )
    assert section_of(record, "urgency").splitlines()[1:] == ["1. Diện tích 500 ha.", "2. Sản lượng 300 tấn."]
    assert section_of(record, "objectives").splitlines()[2] == "6.2. Mục tiêu cụ thể"
    assert section_of(record, "content").endswith("Mẫu nước được lấy tại 12 ao nuôi.")
    assert section_of(record, "basis") == "- Nghị quyết số 57-NQ/TW;"
    assert section_of(record, "references") == "[1] Trần A (2020). Nuôi tôm."
    assert section_of(record, "impact") == "Giảm chi phí."
    assert section_of(record, "application") == "Chi cục Thủy sản"
    other = section_of(record, "other")
    assert "12. Điều gì đó lạ\nMột điều biểu mẫu không có." in other
    assert "3. Loại hình: Nghiên cứu ứng dụng" in other
    assert "Lê Văn Bình" not in other
    assert "001085012345" not in other


def test_the_same_form_typed_without_accents() -> None:
    record = only(extract_records(as_document(fold(ORDER))))
    assert record.kind == "proposal"
    assert {section.name for section in record.sections} >= {"urgency", "objectives", "content", "results", "basis"}
    assert record.facts.budget_vnd == 3_200_000_000
    assert record.facts.place_today == "Tỉnh Hưng Yên"


def test_labels_above_values_and_values_below_labels() -> None:
    blocks = (
        Paragraph("PHIẾU ĐỀ XUẤT NHIỆM VỤ KH&CN"),
        as_table(("Tên nhiệm vụ", "Mã số"), ("Gạch không nung", "ĐT-01")),
        as_table(
            ("Tính cấp thiết:\nGạch nung gây ô nhiễm.\nCần thay thế.", ""),
            ("Dự kiến sản phẩm", ""),
            ("1000 viên gạch", ""),
            ("Thời gian", "18 tháng"),
            ("Chuyện lạ", "Điều gì đó"),
        ),
    )
    record = only(extract_records(Document("a.docx", "0", "docx", blocks)))
    assert (record.title, record.facts.code, record.facts.months) == ("Gạch không nung", "ĐT-01", 18)
    assert section_of(record, "urgency") == "Gạch nung gây ô nhiễm.\nCần thay thế."
    assert section_of(record, "products") == "1000 viên gạch"
    assert section_of(record, "other") == "Chuyện lạ: Điều gì đó"


def test_a_table_that_a_page_break_cuts_goes_on() -> None:
    head = ("TT", "Tên công trình", "Tác giả", "Năm")
    blocks = (
        Paragraph("LÝ LỊCH KHOA HỌC"),
        Paragraph("Họ và tên: Lê Văn Đức"),
        Paragraph("Đơn vị công tác: Viện A"),
        Paragraph("Công trình công bố"),
        as_table(head, ("1", "Một", "Lê Văn Đức", "2020")),
        as_table(("2", "Hai", "Trần Lan, Lê Văn Đức", "2021")),
    )
    record = only(extract_records(Document("a.docx", "0", "docx", blocks), kind="scientist"))
    assert [(s.text.split(" – ")[0], s.role, s.year) for s in record.sections] == [
        ("Một", "lead", 2020),
        ("Hai", "member", 2021),
    ]


def test_publications_as_a_list_and_personal_items() -> None:
    text = """
LÝ LỊCH KHOA HỌC
1. Họ và tên: LÊ THỊ HỒNG NHUNG        Giới tính: Nữ
2. Ngày sinh: 01/02/1980
3. Số CCCD: 079180001234
7. Địa chỉ: 12 Lê Lợi, Quận 1
8. Nơi làm việc:
Tên tổ chức: Trường Đại học Bách khoa
Địa chỉ: 268 Lý Thường Kiệt, TP. Hồ Chí Minh
ORCID: 0000-0002-1825-0097
13. Công trình công bố
1. Lê Thị Hồng Nhung, Trần An (2021). Màng bao chitosan cho xoài.
2. Tran An, Le Thi Hong Nhung (2019). Drying kinetics of mango.
14. Văn bằng sở hữu trí tuệ
- Giải pháp hữu ích số 2-0002345, Máy tách vỏ hạt điều, 2020
"""
    record = only(extract_records(as_document(text)))
    assert record.title == "Lê Thị Hồng Nhung"
    assert record.facts == Facts(
        code="0000-0002-1825-0097",
        organisation="Trường Đại học Bách khoa",
        place_written="TP. Hồ Chí Minh",
        place_today="Thành phố Hồ Chí Minh",
    )
    entries = [(s.name, s.role, s.year) for s in record.sections if s.name != "other"]
    assert entries == [("work", "lead", 2021), ("work", "member", 2019), ("patent", None, 2020)]
    assert "12 Lê Lợi" not in json.dumps(record_to_json(record), ensure_ascii=False)


def test_an_empty_form_is_named_and_left_out() -> None:
    text = "PHIẾU ĐỀ XUẤT NHIỆM VỤ KH&CN\n1. Tên nhiệm vụ: ......\n2. Tính cấp thiết\n........\n3. Mục tiêu: ...."
    reading = extract_records(as_document(text))
    assert not reading.records
    assert "nothing is filled in" in str(reading.problems[0])


def test_a_form_without_its_title_takes_the_file_name_and_says_so() -> None:
    text = "PHIẾU ĐỀ XUẤT NHIỆM VỤ KH&CN\n1. Tên nhiệm vụ: ......\n2. Tính cấp thiết\nRất cần.\n3. Mục tiêu: Tốt"
    reading = extract_records(as_document(text, "say-go.txt"))
    assert reading.records[0].title == "say-go"
    assert len(reading.problems) == 1


ARTICLE = """Thuyết minh về chiếc nón lá
Nón lá là biểu tượng. Mục tiêu: giới thiệu.
Liên hệ tác giả qua a.b@c.vn hoặc 0912 345 678."""


def test_what_is_not_surely_a_form_is_a_document() -> None:
    record = only(extract_records(as_document(ARTICLE)))
    assert (record.kind, record.title) == ("document", "Thuyết minh về chiếc nón lá")
    assert section_of(record, "text").startswith("Nón lá là biểu tượng. Mục tiêu: giới thiệu.")
    assert "@" not in section_of(record, "text")
    assert "0912" not in section_of(record, "text")


def test_a_forced_kind_holds() -> None:
    assert only(extract_records(as_document(ARTICLE), kind="need")).kind == "need"
    document: Kind = "document"
    assert only(extract_records(as_document(ORDER), kind=document)).kind == "document"


def test_documents_keep_every_line_under_their_headings() -> None:
    blocks = (
        Paragraph("Cẩm nang", level=1),
        Paragraph("Lời đầu."),
        Paragraph("Chương 1", level=2),
        Paragraph("Nội dung một."),
        as_table(("a", "b")),
        Paragraph("Chương 2", level=2),
    )
    record = only(extract_records(Document("x.docx", "0", "docx", blocks)))
    assert record.title == "Cẩm nang"
    assert texts_of(record, "text") == ["Lời đầu.", "Chương 1\nNội dung một.\na – b", "Chương 2"]


@pytest.mark.parametrize(
    ("file", "lines", "title"),
    [
        ("000_9d8a340794.txt", ("Liên kết website :[ Đăng ngày: 28/12/2022 ]", "Đổi mới sáng tạo"), "Đổi mới sáng tạo"),
        ("Thứ Ba, 5/3/2024.txt", ("Thứ Ba, 5/3/2024 10:30", "Ba nhà cùng làm", "Lời."), "Ba nhà cùng làm"),
        ("0049.txt", ("28/12/2022", "Thời gian qua " * 30), "Thời gian qua " * 8 + "Thời …"),
        ("Bài báo\nnăm 2022.txt", ("28/12/2022", "Thời gian qua " * 30), "Bài báo năm 2022"),
        ("x.txt", ("28/12/2022", "2024"), "28/12/2022"),
    ],
)
def test_a_document_is_not_called_by_a_date(file: str, lines: tuple[str, ...], title: str) -> None:
    record = only(extract_records(Document(file, "0", "txt", tuple(Paragraph(line) for line in lines))))
    assert record.title == title
    kept = "\n".join([record.title, *texts_of(record, "text")])
    assert all(line.strip() in kept for line in lines)


_LINES = st.one_of(
    st.sampled_from([line for line in ORDER.splitlines() if line]),
    st.sampled_from(
        ["TT", "1", "2", "Tên nhiệm vụ", "Họ và tên:", "LÝ LỊCH KHOA HỌC", "Kinh phí (triệu đồng)", "Tổng cộng"]
    ),
    st.text(max_size=30),
)
_TABLES = st.lists(st.lists(_LINES, min_size=1, max_size=4).map(tuple), min_size=1, max_size=5).map(
    lambda rows: as_table(*rows)
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(_LINES.map(Paragraph), _TABLES), max_size=12),
    st.sampled_from(["txt", "docx", "xlsx", "csv"]),
    st.sampled_from([None, *KINDS]),
)
def test_any_document_gives_records_of_the_contract(
    blocks: list[Paragraph | Table], format: str, kind: Kind | None
) -> None:
    reading = extract_records(Document("a.txt", "0" * 64, format, tuple(blocks)), kind)
    for record in reading.records:
        assert kind is None or record.kind == kind
        assert record_from_json(record_to_json(record)) == replace(record, sources=())
        assert all(section.text.strip() for section in record.sections)
    for problem in reading.problems:
        assert str(problem)


def test_every_form_is_cited_and_found_by_its_own_labels() -> None:
    forms = load_forms()
    assert {form.kind for form in forms} == {"proposal", "scientist", "need", "organisation"}
    for form in forms:
        assert form.citation
        assert form.titles
        assert any(label.field == "title" for label in form.labels)
        for label in form.labels:
            assert all(name == normalise_label(name) for name in label.names)


def test_recognition_needs_more_than_a_title() -> None:
    assert recognise_form(as_document("LÝ LỊCH KHOA HỌC\nMột đoạn văn về lý lịch khoa học.")) is None
    assert recognise_form(as_document(ORDER)) is not None


NESTED = [("ngoài cùng", "ở giữa", "trong cùng"), ("", "ở giữa", "trong cùng"), ("", "", "trong cùng", "sâu nữa")]


@pytest.mark.parametrize("texts", NESTED)
@pytest.mark.parametrize("beside", ["", "bên cạnh"])
@pytest.mark.parametrize("before", ["", "Mục tiêu:"])
def test_no_text_in_nested_tables_is_lost(texts: tuple[str, ...], beside: str, before: str) -> None:
    lead = (Paragraph("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ"), Paragraph("Tên nhiệm vụ: Giống lúa chịu mặn"))
    table = nested(texts, beside)
    row = (Cell(before or "x", 0, 0), Cell("", 0, 1, tables=(table,)))
    listed = Table(
        (
            (Cell("Hạng mục", 0, 0), Cell("Mô tả", 0, 1)),
            (Cell("A", 1, 0), Cell("b", 1, 1, tables=(table,))),
        )
    )
    for blocks in ((*lead, table), (*lead, Table((row,))), (*lead, listed), (Paragraph("Báo cáo"), Table((row,)))):
        (record,) = extract_records(Document("a.docx", "0" * 64, "docx", blocks)).records
        text = "\n".join((record.title, *(section.text for section in record.sections)))
        assert all(part in text for part in texts), blocks


def test_a_table_in_a_cell_of_a_list_stays_with_its_row() -> None:
    table = as_table(("Tên nhiệm vụ", "Chủ nhiệm", "Nội dung"), ("Giống lúa", "Trần An", "Hai phần"))
    cell = replace(table.rows[1][2], tables=(nested(("Phần một", "Phần hai")),))
    blocks = (Table((table.rows[0], (*table.rows[1][:2], cell))),)
    record = only(extract_records(Document("a.docx", "0" * 64, "docx", blocks)))
    assert section_of(record, "content") == "Hai phần\nPhần một\nPhần hai"


@pytest.mark.parametrize(
    "body",
    [
        (Paragraph("Báo cáo tổng kết"), Paragraph("Kết quả tốt")),
        (
            Paragraph("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ"),
            Paragraph("1. Tên nhiệm vụ: Giống lúa"),
            Paragraph("2. Mục tiêu: Chịu mặn"),
        ),
    ],
)
def test_what_stands_on_every_page_is_in_no_section(body: tuple[Paragraph, ...]) -> None:
    above, below = (
        Paragraph("Sở Khoa học", Place(cell="header")),
        Paragraph("Trang 1 / In từ máy", Place(cell="footer")),
    )
    document = Document("a.docx", "0" * 64, "docx", (above, *body, below))
    (record,) = extract_records(document).records
    text = "\n".join((record.title, *(section.text for section in record.sections)))
    assert body[-1].text.partition(": ")[2] or body[-1].text in text
    assert "Trang 1" not in text
    assert "Sở Khoa học" not in text
    assert "Trang 1 / In từ máy" in list(document.lines())


def test_a_document_that_is_all_margin_is_read() -> None:
    document = Document("a.docx", "0" * 64, "docx", (Paragraph("Giấy mời họp", Place(cell="header")),))
    assert [section.text for section in only(extract_records(document)).sections] == ["Giấy mời họp"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "line",
    [
        "Họ và tên: " + "TS. " * 300_000,
        "Tên nhiệm vụ: " + "a" * 4_000_000,
        "Họ: " + ". " * 400_000,
        "Công trình công bố: " + "Trần V. A.; Bài báo, 2020. " * 100_000,
    ],
)
def test_a_line_of_megabytes_costs_no_more_than_seconds(tmp_path: Path, line: str) -> None:
    path = tmp_path / "long.txt"
    path.write_text(f"LÝ LỊCH KHOA HỌC\n{line}\nHọ và tên: Trần Quốc Bảo\n", "utf-8")
    (record,) = extract_records(read_document(path)).records
    assert record.sections or record.title


@pytest.mark.timeout(30)
def test_a_budget_of_megabytes_costs_no_more_than_seconds(tmp_path: Path) -> None:
    lines = ("PHIẾU ĐỀ XUẤT NHIỆM VỤ KH&CN", "1. Tên nhiệm vụ: A", "2. Kinh phí: " + "500 triệu đồng; 3 năm " * 200_000)
    assert only(read_text("\n".join(lines), tmp_path)).facts.budget_vnd == 500_000_000
