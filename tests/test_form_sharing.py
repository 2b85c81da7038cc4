"""A form that asks for several things at once: a record of each, with what the form says of all of them."""

from __future__ import annotations

from pathlib import Path

from form_files import make_docx, read_docx, section_of, texts_of

_FIRM = [["Tên doanh nghiệp", "Công ty Cá Xanh", "MST", "1700987654"]]
_TITLE = "PHIẾU KHẢO SÁT NHU CẦU CÔNG NGHỆ CỦA DOANH NGHIỆP NĂM 2026"


def test_a_table_of_needs_in_a_form(tmp_path: Path) -> None:
    needs = [
        ["TT", "Tên công nghệ cần tìm", "Yêu cầu kỹ thuật", "Kinh phí dự kiến"],
        ["1", "Cấp đông mực", "hao hụt dưới 3%", "4,5 tỷ đồng"],
        ["2", "Khử mùi nước thải", "H2S dưới 5 ppm", "800 triệu"],
    ]
    docx = make_docx(_TITLE, _FIRM, "II. HIỆN TRẠNG CÔNG NGHỆ", "Dây chuyền cũ.", "III. NHU CẦU CÔNG NGHỆ", needs)
    reading = read_docx(docx, tmp_path)
    assert not reading.problems
    first, second = reading.records
    assert (first.title, first.facts.budget_vnd) == ("Cấp đông mực", 4_500_000_000)
    assert (second.title, second.facts.budget_vnd) == ("Khử mùi nước thải", 800_000_000)
    for record in (first, second):
        assert record.facts.organisation == "Công ty Cá Xanh"
        assert section_of(record, "situation") == "Dây chuyền cũ."
        sources = [source.value for source in record.sources]
        assert len(sources) == len(set(sources))
        assert {f"sections/{at}" for at in range(len(record.sections))} <= set(sources)
        assert "facts/organisation" in sources


def test_a_numbered_list_of_needs(tmp_path: Path) -> None:
    lines = (
        "Tên doanh nghiệp: Công ty Gốm Xanh",
        "A. Hiện trạng công nghệ: lò gas",
        "B. Nhu cầu đổi mới công nghệ:",
        "1. Lò nung điện",
        "2. Men không chì",
        "C. Kinh phí dự kiến: 1 tỷ đồng",
    )
    reading = read_docx(make_docx(_TITLE, *lines), tmp_path)
    assert not reading.problems
    assert [record.title for record in reading.records] == ["Lò nung điện", "Men không chì"]
    for record in reading.records:
        assert (record.facts.organisation, record.facts.budget_vnd) == ("Công ty Gốm Xanh", None)
        assert texts_of(record, "other") == ["C. Kinh phí dự kiến: 1 tỷ đồng"]
