"""Labels that nobody knows are named, kept as text, and understood after a person said what they mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from stated import stated

from ingest.columns import read_columns
from ingest.corrections import FIELDS, BadCorrection, correct
from ingest.document import Cell, Document, Entry, Paragraph, Table
from ingest.extraction import Reading, extract_records
from ingest.forms import load_forms
from ingest.readers import read_document
from ingest.records import Kind, Place, Record
from ingest.records_json import record_to_json
from ingest.sandbox import Sandbox
from ingest.table_grids import Header

NEED = """
PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ
Tên doanh nghiệp: Công ty Gỗ Minh Long
Mã bưu chính: 75000
Tên vấn đề cần giải quyết: Giảm nứt gỗ khi sấy
Mô tả hiện trạng: Lò sấy thủ công.
Theo số liệu: 12% hỏng.
Mong đợi từ nhà khoa học: ......
Điều chúng tôi muốn có: quy trình sấy tự động, liên hệ 0912 345 678 .......
Điều kiện khác: ............
"""


def as_document(text: str) -> Document:
    lines = enumerate(text.strip().splitlines(), start=1)
    return Document("phieu.txt", "0" * 64, "txt", tuple(Paragraph(line, Place(row=row)) for row, line in lines))


def sheet(*rows: tuple[str, ...]) -> Document:
    cells = tuple(
        tuple(Cell(text, row, column, place=Place(sheet="S", row=row + 1)) for column, text in enumerate(texts))
        for row, texts in enumerate(rows)
    )
    return Document("a.xlsx", "0" * 64, "xlsx", (Table(cells, Place(sheet="S")),))


def unknown(reading: Reading) -> list[tuple[Kind, str, str, int | None]]:
    return [(one.kind, one.label, one.begins, one.place.row) for one in reading.unrecognised]


def sections(record: Record) -> dict[str, str]:
    return {section.name: section.text for section in record.sections}


def test_unknown_labels_of_a_form_are_named_and_their_values_kept() -> None:
    reading = extract_records(as_document(NEED))
    assert unknown(reading) == [
        ("need", "Mã bưu chính", "75000", 3),
        ("need", "Điều chúng tôi muốn có", "quy trình sấy tự động, liên hệ •••", 8),
    ]
    (record,) = reading.records
    assert sections(record) == {
        "situation": "Lò sấy thủ công.\nTheo số liệu: 12% hỏng.",
        "other": "Mã bưu chính: 75000\nĐiều chúng tôi muốn có: quy trình sấy tự động, liên hệ •••",
    }


def test_label_cells_and_headings_nobody_knows_are_named() -> None:
    rows = (("Tên doanh nghiệp", "Công ty A"), ("Nhu cầu", "Sấy gỗ"), ("Chuyện lạ", "Điều gì đó"), ("Cột trống", ""))
    table = Table(tuple(tuple(Cell(text, at, c) for c, text in enumerate(row)) for at, row in enumerate(rows)))
    blocks = (Paragraph("PHIẾU ĐỀ XUẤT NHU CẦU"), table, Paragraph("Yêu cầu: Nhanh"))
    assert [one[1:3] for one in unknown(extract_records(Document("a.docx", "0", "docx", blocks)))] == [
        ("Chuyện lạ", "Điều gì đó")
    ]
    text = "PHIẾU ĐẶT HÀNG NHIỆM VỤ KHCN\n1. Tên nhiệm vụ: Sấy gỗ\n2. Điều gì đó lạ\nHai dòng.\n3. Mục tiêu: Tốt"
    assert [one[1:3] for one in unknown(extract_records(as_document(text)))] == [("Điều gì đó lạ", "Hai dòng.")]


def test_unknown_headers_of_a_list_are_named_once() -> None:
    document = sheet(
        ("TT", "Tên nhiệm vụ", "Chủ nhiệm", "Ghi chú", "Ngày sinh", "Điểm mới", "Cột trống"),
        ("1", "Sấy gỗ", "Trần An", "x", "1/1/1980", "", ""),
        ("2", "Nuôi tôm", "Lê Ba", "x", "1/1/1980", "Ít điện", ""),
    )
    reading = extract_records(document)
    assert unknown(reading) == [("proposal", "Điểm mới", "Ít điện", 3)]
    assert "Điểm mới: Ít điện" in sections(reading.records[1])["other"]
    entries = tuple(Entry({"Tên nhiệm vụ": title, "Năm": 2020, "Điểm mới": "Ít điện"}) for title in ("Một", "Hai"))
    assert len(extract_records(Document("a.json", "0", "json", entries)).unrecognised) == 1


NAMES = ["proposal.docx", "cv.docx", "need.docx", "need.html", "tasks.xlsx", "proposal_utf8.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_ordinary_files_name_hardly_anything(shared: Path, name: str) -> None:
    assert len(extract_records(read_document(shared / "samples" / name)).unrecognised) <= 1


def test_a_corrected_label_fills_its_field_and_says_so() -> None:
    said = (
        correct("Điều chúng tôi muốn có:", "requirements", "need"),
        correct("Mã bưu chính", "private", "need"),
        correct("2. ĐIỀU KIỆN KHÁC", "other", "need"),
        correct("Theo số liệu", "budget", "proposal"),
    )
    reading = extract_records(as_document(NEED), corrections=said)
    (record,) = reading.records
    assert reading.unrecognised == ()
    assert sections(record) == {
        "situation": "Lò sấy thủ công.\nTheo số liệu: 12% hỏng.",
        "requirements": "quy trình sấy tự động, liên hệ •••",
    }
    labels = {source.value: source.label for source in record.sources}
    assert labels["sections/1"] == "Điều chúng tôi muốn có"
    assert set(labels.values()) == {"Điều chúng tôi muốn có", None}


def test_a_corrected_label_has_the_parts_and_columns_of_its_field() -> None:
    head = ("TT", "Tên công trình", "Tác giả", "Năm")
    rows = Table(
        tuple(
            tuple(Cell(text, at, column) for column, text in enumerate(texts))
            for at, texts in enumerate(
                (head, ("1", "Một", "Lê Văn Đức", "2020"), ("2", "Hai", "An, Lê Văn Đức", "2021"))
            )
        )
    )
    lines = (
        "LÝ LỊCH KHOA HỌC",
        "Họ và tên: Lê Văn Đức",
        "Đơn vị công tác: Viện A",
        "9. Những thứ đã in",
        "Đào tạo: TS",
    )
    blocks = [Paragraph(line) for line in lines]
    document = Document("a.docx", "0", "docx", (*blocks[:4], rows, blocks[4]))
    said = (correct("Những thứ đã in", "work", "scientist"),)
    (record,) = extract_records(document, corrections=said).records
    assert [(s.name, s.role, s.year) for s in record.sections][:2] == [("work", "lead", 2020), ("work", "member", 2021)]
    assert {source.label for source in record.sources if source.value == "sections/0"} == {"Những thứ đã in"}


def test_a_corrected_header_makes_a_list_known_and_goes_before_synonyms() -> None:
    document = sheet(("Việc cần làm", "Nội dung", "Tiền (triệu đồng)"), ("Sấy gỗ", "Lò mới", "500"))
    said = (
        correct("Việc cần làm", "title", "proposal"),
        correct("Tiền (triệu đồng)", "budget", "proposal"),
        correct("Nội dung", "products", "proposal"),
    )
    assert extract_records(document).records[0].kind == "document"
    (record,) = extract_records(document, corrections=said).records
    assert (record.kind, record.title, stated(record).facts.budget_vnd) == ("proposal", "Sấy gỗ", 500_000_000)
    assert sections(record) == {"products": "Lò mới"}
    assert {source.label for source in stated(record).sources} == {"Việc cần làm", "Nội dung", "Tiền (triệu đồng)"}


def test_corrections_reach_the_reading_process(tmp_path: Path) -> None:
    path = tmp_path / "phieu.txt"
    path.write_text(NEED, "utf-8")
    said = (correct("Điều chúng tôi muốn có", "requirements", "need"),)
    with Sandbox() as sandbox:
        reading = sandbox.read_records(path, corrections=said)
    assert reading == extract_records(read_document(path), corrections=said)
    assert [one.label for one in reading.unrecognised] == ["Mã bưu chính"]


@pytest.mark.parametrize(
    ("label", "field", "kind"),
    [("", "title", "need"), (" :: ", "title", "need"), ("x" * 200, "title", "need"), ("Tên", "work", "need")],
)
def test_what_cannot_be_remembered_is_told(label: str, field: str, kind: Kind) -> None:
    with pytest.raises(BadCorrection):
        correct(label, field, kind)
    with pytest.raises(BadCorrection):
        correct("Tên", "title", "document")


def test_every_field_that_is_read_can_be_said() -> None:
    for form in load_forms():
        assert {label.field for label in form.labels} <= set(FIELDS[form.kind])
    for kind, fields in FIELDS.items():
        assert len(set(fields)) == len(fields)
        for field in set(fields) - {"title", "contact", "private", "other"}:
            said = (correct("Lạ", field, kind), correct("Tên", "title", kind))
            columns = read_columns((Header(("Tên",)), Header(("Lạ",))), kind, said)
            assert columns is not None
            assert columns.fields == {0: "title", 1: field}


def test_suggested_fields_are_marked_and_documents_have_none() -> None:
    (record,) = extract_records(as_document(NEED)).records
    assert record.facts.field_codes == ("404",)
    (source,) = (one for one in record.sources if one.value == "facts/field_codes")
    assert (source.method, source.confidence) == ("suggested", 0.5)
    written = NEED + "Lĩnh vực: Khoa học nông nghiệp"
    assert [stated(one).facts.field_codes for one in extract_records(as_document(written)).records] == [("4",)]
    (document,) = extract_records(as_document(NEED), kind="document").records
    assert document.facts.field_codes == ()
    entry = Entry(record_to_json(replace(stated(record), sources=())))
    (posted,) = extract_records(Document("a.json", "0", "json", (entry,))).records
    assert posted.facts.field_codes == ()
