"""What the readers recover: every line and every row of real forms, nothing lost and nothing twice."""

from __future__ import annotations

import datetime
import json
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document, Entry, Paragraph, Table
from ingest.extraction import extract_records
from ingest.readers import READABLE_SUFFIXES, read_document
from ingest.readers.xlsx_values import show_number
from ingest.records import Place

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def tables_of(document: Document) -> Iterator[Table]:
    def inner(table: Table) -> Iterator[Table]:
        yield table
        for row in table.rows:
            for cell in row:
                for nested in cell.tables:
                    yield from inner(nested)

    for block in document.blocks:
        if isinstance(block, Table):
            yield from inner(block)


def rows_of(document: Document) -> list[list[str]]:
    """Each table row with its merged cells from above where they reach into it."""
    found = []
    for table in tables_of(document):
        for number in range(len(table.rows)):
            cells = [c for row in table.rows for c in row if c.row <= number < c.row + c.row_span]
            cells.sort(key=lambda cell: cell.column)
            found.append([plain(cell.text) for cell in cells])
    return found


def is_in_order(wanted: list[str], row: list[str]) -> bool:
    rest = iter(row)
    return all(any(cell == found for found in rest) for cell in wanted)


def write_docx(path: Path, body: str, parts: dict[str, str] | None = None) -> Path:
    """A minimal package around raw XML; `parts` maps kind (styles, header, footnotes) to its XML."""
    parts = parts or {}
    relationships = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind.rstrip("0123456789")}" Target="{kind}.xml"/>'
        for number, kind in enumerate(parts)
    )
    header = '<?xml version="1.0" encoding="UTF-8"?>'
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'{header}<Types xmlns="{package}/content-types"/>')
        archive.writestr(
            "_rels/.rels",
            f'{header}<Relationships xmlns="{package}/relationships"><Relationship Id="m" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'{header}<Relationships xmlns="{package}/relationships">{relationships}</Relationships>',
        )
        archive.writestr("word/document.xml", f"{header}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")
        for kind, xml in parts.items():
            archive.writestr(f"word/{kind}.xml", header + xml)
    return path


def p(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


# ------------------------------------------------------------------------------------------ gold samples

FORMS = [
    *(f"{form}.{suffix}" for form in ("proposal", "cv", "need") for suffix in ("docx", "html")),
    "proposal_nfd.docx",
    *(f"proposal_{charset}.txt" for charset in ("utf8", "utf16", "nfd", "cp1258")),
]


@pytest.mark.parametrize("name", FORMS)
def test_every_gold_line_is_recovered_and_no_table_cell_comes_twice(
    shared: Path, gold: dict[str, Any], name: str
) -> None:
    document = read_document(shared / "samples" / name)
    expected = gold[name.split(".")[0].split("_")[0]]
    lines = [plain(line) for line in document.lines()]
    wanted = [plain(line) for line in expected["lines"]]
    if name == "proposal_cp1258.txt":  # which has no check-boxes
        wanted = [line.replace("☐", "?").replace("☒", "?") for line in wanted]
    assert [line for line in wanted if line not in lines] == []
    if not name.endswith(".txt"):
        long_lines = [plain(line) for line in expected["lines"] if len(line) > 40]
        assert [line for line in long_lines if lines.count(line) > 1] == []


@pytest.mark.parametrize("name", [name for name in FORMS if not name.endswith(".txt")])
def test_every_gold_row_keeps_its_cells_in_order(shared: Path, gold: dict[str, Any], name: str) -> None:
    rows = rows_of(read_document(shared / "samples" / name))
    expected = gold[name.split(".")[0].split("_")[0]]["rows"]
    missing = [row for row in expected if not any(is_in_order([plain(c) for c in row], found) for found in rows)]
    assert missing == []


def as_shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize("name", ["tasks.xlsx", "tasks_utf8bom.csv", "tasks_utf16.csv", "tasks_cp1258.csv"])
def test_every_task_row_is_recovered(shared: Path, name: str) -> None:
    gold_rows = json.loads((shared / "samples/tasks_gold.json").read_text("utf-8"))
    document = read_document(shared / "samples" / name)
    found = [[text.removesuffix(".0") for text in row] for row in rows_of(document)]
    missing = [row for row in gold_rows if [as_shown(value) for value in row] not in found]
    assert missing == []
    assert document.charset == {"utf8bom": "utf-8", "utf16": "utf-16-le", "cp1258": "cp1258"}.get(
        name.removesuffix(".csv").partition("_")[2]
    )


def test_every_task_of_a_json_list_is_an_entry(shared: Path) -> None:
    gold_rows = json.loads((shared / "samples/tasks_gold.json").read_text("utf-8"))
    document = read_document(shared / "samples/tasks.json")
    entries = [block for block in document.blocks if isinstance(block, Entry)]
    assert [list(entry.value.values()) for entry in entries] == gold_rows
    assert entries[4].place == Place(row=5)


# -------------------------------------------------------------------------------------------------- DOCX


@pytest.fixture(scope="module")
def tricky(tmp_path_factory: pytest.TempPathFactory) -> Document:
    box = "<w:txbxContent>" + p("text box") + "</w:txbxContent>"
    drawing = (
        "<w:p><w:r><w:t>beside</w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    nested = "<w:tbl><w:tr>" + cell(p("nested")) + "</w:tr></w:tbl>"
    changes = (
        "<w:p><w:r><w:t>kept </w:t></w:r><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved away</w:t></w:r></w:moveFrom></w:p>"
    )
    inline = (
        '<w:p><w:hyperlink r:id="x"><w:r><w:t>link</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>after tab</w:t>'
        "<w:br/><w:t>second line</w:t></w:r>"
        '<w:fldSimple w:instr="DATE"><w:r><w:t> field</w:t></w:r></w:fldSimple>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t> 7</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r></w:p>'
    )

    def box_control(checked: int, shown: str) -> str:
        return (
            f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{checked}"/></w14:checkbox></w:sdtPr>'
            f"<w:sdtContent><w:r>{shown}</w:r></w:sdtContent></w:sdt>"
        )

    def old_box(state: str) -> str:
        return (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>'
            f'<w:default w:val="0"/>{state}</w:checkBox></w:ffData></w:fldChar></w:r>'
        )

    boxes = (
        "<w:p>"
        + box_control(1, "<w:t>☒</w:t>")
        + "<w:r><w:t> a </w:t></w:r>"
        + box_control(0, '<w:sym w:font="Wingdings" w:char="F0A8"/>')
        + "<w:r><w:t> b </w:t></w:r>"
        + old_box("<w:checked/>")
        + "<w:r><w:t> c </w:t></w:r>"
        + old_box("")
        + '<w:r><w:t> d </w:t></w:r><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t> e </w:t></w:r>'
        '<w:r><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr><w:t>o</w:t></w:r>'
        "<w:r><w:t> f</w:t></w:r></w:p>"
    )
    table = (
        "<w:tbl><w:tr>"
        + cell(p("wide"), '<w:gridSpan w:val="2"/>')
        + cell(p("tall"), '<w:vMerge w:val="restart"/>')
        + "</w:tr><w:sdt><w:sdtContent><w:tr>"
        + cell("<w:sdt><w:sdtContent>" + p("control in cell") + "</w:sdtContent></w:sdt>" + nested + p("below nested"))
        + "<w:sdt><w:sdtContent>"
        + cell(p("control around cell"))
        + "</w:sdtContent></w:sdt>"
        + cell(p(""), "<w:vMerge/>")
        + "</w:tr></w:sdtContent></w:sdt><w:tr><w:trPr><w:del/></w:trPr>"
        + cell(p("deleted row"))
        + "</w:tr></w:tbl>"
    )
    styles = (
        f'<w:styles {NAMESPACES}><w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Mục"/><w:basedOn w:val="Heading2"/></w:style>'
        "</w:styles>"
    )
    headings = p("heading by style", '<w:pPr><w:pStyle w:val="Own"/></w:pPr>') + p(
        "heading by outline", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    )
    control = "<w:sdt><w:sdtContent>" + p("control in body") + "</w:sdtContent></w:sdt>"
    body = headings + changes + control + table + drawing + inline + boxes
    notes = (
        f'<w:footnotes {NAMESPACES}><w:footnote w:type="separator" w:id="-1">{p("rule")}</w:footnote>'
        f'<w:footnote w:id="1">{p("footnote")}</w:footnote></w:footnotes>'
    )
    parts = {
        "styles": styles,
        "header1": f"<w:hdr {NAMESPACES}>{p('page header')}</w:hdr>",
        "header2": f"<w:hdr {NAMESPACES}>{p('page header')}</w:hdr>",
        "footer1": f"<w:ftr {NAMESPACES}>{p('page footer')}</w:ftr>",
        "footnotes": notes,
    }
    return read_document(write_docx(tmp_path_factory.mktemp("docx") / "tricky.docx", body, parts))


def test_a_tricky_docx_loses_nothing_and_doubles_nothing(tricky: Document) -> None:
    assert list(tricky.lines()) == [
        *("page header", "heading by style", "heading by outline", "kept inserted", "control in body"),
        *("wide", "tall", "control in cell", "below nested", "nested", "control around cell"),
        *("beside", "text box", "link\tafter tab", "second line field 7"),
        *("☒ a ☐ b ☒ c ☐ d ☒ e ☐ f", "footnote", "page footer"),
    ]
    assert tricky.problems == ()


def test_headings_get_their_level_from_styles_and_outline(tricky: Document) -> None:
    levels = {block.text: block.level for block in tricky.blocks if isinstance(block, Paragraph)}
    assert levels["heading by style"] == 2
    assert levels["heading by outline"] == 1
    assert levels["kept inserted"] == 0


def test_merged_cells_stand_once_with_their_spans(tricky: Document) -> None:
    table = next(tables_of(tricky))
    spans = {c.text: (c.row, c.column, c.row_span, c.column_span) for row in table.rows for c in row}
    assert spans["wide"] == (0, 0, 1, 2)
    assert spans["tall"] == (0, 2, 2, 1)
    assert spans["control around cell"] == (1, 1, 1, 1)


def test_every_block_and_cell_has_its_place(tricky: Document) -> None:
    assert all(block.place != Place() for block in tricky.blocks)
    outer, inner = list(tables_of(tricky))
    assert outer.rows[1][1].place.cell == "table 1, row 2, column 2"
    assert inner.rows[0][0].place.cell == "table 1, row 2, column 1, table 1, row 1, column 1"


def test_a_strict_docx_reads_like_any_other(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "strict.docx", p("Đề tài"))
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    strict = content["word/document.xml"].replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, strict if name == "word/document.xml" else data)
    assert list(read_document(path).lines()) == ["Đề tài"]


# -------------------------------------------------------------------------------------------------- XLSX


def test_a_workbook_shows_values_as_an_office_does(tmp_path: Path) -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Danh mục"
    sheet.append([])
    sheet.append([None, "Kinh phí", None, "Ngày"])
    sheet.merge_cells("B2:C2")
    sheet.append([None, 1900.0, 29.6, datetime.date(2025, 7, 1)])
    sheet.append([None, 0.155, 374567890, True])
    sheet["B4"].number_format = "0.0%"
    sheet["C4"].number_format = "0000000000"
    sheet["D9"] = "=1+1"
    sheet["E3"] = datetime.datetime(2025, 7, 1)
    sheet["E3"].number_format = "mm/yyyy"
    workbook.create_sheet("Hai")["C7"] = "giá trị"
    workbook.create_sheet("Trống")
    path = tmp_path / "workbook.xlsx"
    workbook.save(path)

    document = read_document(path)
    first, second = list(tables_of(document))
    assert [[c.text for c in row] for row in first.rows] == [
        ["Kinh phí", "Ngày"],
        ["1900", "29.6", "01/07/2025", "07/2025"],
        ["15.5%", "0374567890", "TRUE"],
    ]
    head = first.rows[0][0]
    assert (head.row, head.column, head.column_span) == (0, 0, 2)
    assert head.place == Place(sheet="Danh mục", row=2, cell="B2")
    assert first.rows[0][1].column == 2
    assert (first.place.sheet, second.place.sheet) == ("Danh mục", "Hai")
    assert second.rows[0][0].place == Place(sheet="Hai", row=7, cell="C7")
    assert [problem.place.cell for problem in document.problems] == ["D9"]


@pytest.mark.parametrize(
    ("raw", "number_format", "shown"),
    [
        ("45839", "dd/mm/yyyy", "01/07/2025"),
        ("45839.5", "dd/mm/yyyy hh:mm", "01/07/2025 12:00"),
        ("0.75", "h:mm", "18:00"),
        ("45839", "yyyy", "2025"),
        ("3701234567", "General", "3701234567"),
        ("0.30000000000000004", "General", "0.3"),
        ("1234567", "#,##0", "1234567"),
        ("0.15", "0%", "15%"),
        ("-1E+300", "dd/mm/yyyy", "-1e+300"),
        ("nan", "General", "nan"),
        ("5", '0 "đồng"', "5"),
    ],
)
def test_numbers_are_shown_as_in_the_office(raw: str, number_format: str, shown: str) -> None:
    assert show_number(raw, number_format) == shown


# --------------------------------------------------------------------------------------------------- CSV


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_is_read_in_every_charset_with_every_separator(tmp_path: Path, separator: str, charset: str) -> None:
    rows = [
        ["Mã số", "Tên nhiệm vụ", "Kinh phí"],
        ["ĐT.01", 'Nghiên cứu "A";\nB, C\t|', "29,5"],
        ["ĐT.02", "Chế tạo", "1,0"],
    ]
    quoted = "\r\n".join(separator.join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)
    path = tmp_path / "rows.csv"
    path.write_bytes(quoted.encode(charset))
    document = read_document(path)
    assert [[c.text for c in row] for table in tables_of(document) for row in table.rows] == rows
    assert [row[0].place.row for table in tables_of(document) for row in table.rows] == [1, 2, 4]
    assert document.problems == ()


def test_a_decimal_comma_is_no_separator(tmp_path: Path) -> None:
    path = tmp_path / "comma.csv"
    path.write_text("tên;kinh phí\nA;29,0\nB;30,5\nC;1,5\n", encoding="utf-8")
    assert rows_of(read_document(path))[1] == ["A", "29,0"]


def test_uneven_csv_rows_are_named_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "uneven.csv"
    path.write_text("Danh mục 2025\na;b;c\n1;2;3\n4;5\n6;7;8;9\n\n1;2;3\n", encoding="utf-8")
    document = read_document(path)
    assert ["4", "5"] in rows_of(document)
    assert ["6", "7", "8", "9"] in rows_of(document)
    assert [problem.place.row for problem in document.problems] == [4, 5]


def test_uneven_csv_rows_become_no_records(tmp_path: Path) -> None:
    path = tmp_path / "tasks.csv"
    header = "Mã số;Tên nhiệm vụ;Chủ nhiệm;Tổ chức chủ trì;Kinh phí"
    rows = ["A1;Nghiên cứu một;Trần A;Viện B;100", "A2;Nghiên cứu hai;Viện C;200", "A3;Nghiên cứu ba;Lê D;Viện E;300;x"]
    path.write_text("\n".join([header, *rows, "A4;Nghiên cứu bốn;;;"]), encoding="utf-8")
    reading = extract_records(read_document(path))
    assert [record.facts.code for record in reading.records] == ["A1", "A4"]
    assert [problem.place.row for problem in reading.problems if problem.place] == [3, 4]


def test_an_unclosed_quotation_mark_costs_only_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "quote.csv"
    path.write_text('a;b\n1;"hai\n3;4\n5;6\n', encoding="utf-8")
    document = read_document(path)
    assert rows_of(document) == [["a", "b"], ["1", '"hai'], ["3", "4"], ["5", "6"]]
    assert [problem.place.row for problem in document.problems] == [2]


# -------------------------------------------------------------------------------------------------- HTML


def test_html_is_read_as_a_browser_shows_it(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        """<!DOCTYPE html><html><head><meta charset="utf-8"><title>t</title><style>p{}</style></head><body>
        <script>var x = "script";</script><p style="display: none">hidden</p><p hidden>hidden</p>
        <h2>Nghiên  cứu
            mạng</h2>một <b>hai</b> ba<div>bốn<br>năm &amp; &#273;</div>
        <table><caption>bảng</caption><tr><th rowspan=2>cao</th><th colspan=2>rộng</th></tr>
        <tr><td>x<table><tr><td>trong</td></tr></table>y</td><td><input type=checkbox checked> có</td></tr></table>
        <img src="http://example.org/a.png"><pre>một
  hai</pre></body></html>""",
        encoding="utf-8",
    )
    document = read_document(path)
    assert list(document.lines()) == [
        *("Nghiên cứu mạng", "một hai ba", "bốn", "năm & đ", "bảng"),
        *("cao", "rộng", "x", "y", "trong", "☒ có", "một", "  hai"),
    ]
    table = next(tables_of(document))
    positions = {c.text: (c.row, c.column, c.row_span, c.column_span) for row in table.rows for c in row}
    assert positions == {"cao": (0, 0, 2, 1), "rộng": (0, 1, 1, 2), "x\ny": (1, 1, 1, 1), "☒ có": (1, 2, 1, 1)}
    assert isinstance(document.blocks[0], Paragraph)
    assert document.blocks[0].level == 2


def test_html_in_windows_1258_is_read_by_its_content(tmp_path: Path) -> None:
    text = "<html><body><p>Nghiên cứu xử lý nước thải</p></body></html>"
    parts = {"ứ": "ư\u0301", "ử": "ư\u0309", "ý": "y\u0301", "ớ": "ơ\u0301", "ả": "a\u0309"}
    path = tmp_path / "page.htm"
    path.write_bytes("".join(parts.get(c, c) for c in text).encode("cp1258"))
    assert list(read_document(path).lines()) == ["Nghiên cứu xử lý nước thải"]


# ------------------------------------------------------------------------------------- text and Markdown


def test_markdown_headings_lists_and_tables_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text(
        "# Đề tài #\n\n- **một**\n1. hai\n\n---\n| A | B |\n|---|:-:|\n| x \\| y | `z` |\n\n```\n# mã\n```\n",
        encoding="utf-8",
    )
    document = read_document(path)
    assert [(b.text, b.level) for b in document.blocks if isinstance(b, Paragraph)] == [
        ("Đề tài", 1),
        ("một", 0),
        ("1. hai", 0),
        ("# mã", 0),
    ]
    assert rows_of(document) == [["A", "B"], ["x | y", "z"]]
    assert next(tables_of(document)).rows[1][0].place == Place(row=9, cell="table 1, row 2, column 1")


def test_plain_text_keeps_its_lines_and_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes("# Một\r\n\r\n- hai\rba".encode())
    document = read_document(path)
    assert [(b.text, b.place.row) for b in document.blocks if isinstance(b, Paragraph)] == [
        ("# Một", 1),
        ("- hai", 3),
        ("ba", 4),
    ]


@given(st.lists(st.text(st.sampled_from("aăâđêôơưáàảãạ ấầẩẫậ Tiếng Việt,.;–"), min_size=1, max_size=30), max_size=8))
def test_the_same_text_comes_out_of_every_unicode_charset(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    text = "\n".join(["Tiếng Việt", *lines])
    read = []
    for charset in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        path = tmp_path_factory.getbasetemp() / f"same-{charset}.txt"
        path.write_bytes(unicodedata.normalize("NFD", text).encode(charset))
        read.append(list(read_document(path).lines()))
    assert all(found == read[0] for found in read)
    assert [plain(line) for line in read[0]] == [plain(line) for line in text.split("\n") if line.strip()]


# -------------------------------------------------------------------------------------------------- JSON


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{"a": 1}', 1),
        ('[{"a": 1}, {"a": 2}]', 2),
        ('{"records": [{"a": 1}, {"a": 2}]}', 2),
        ('{"a": 1}\n{"b": 2}\n', 2),
    ],
)
def test_json_objects_become_entries(tmp_path: Path, text: str, count: int) -> None:
    path = tmp_path / "records.json"
    path.write_text(text, encoding="utf-8")
    blocks = read_document(path).blocks
    assert [type(block) for block in blocks] == [Entry] * count
    assert [block.place.row for block in blocks] == list(range(1, count + 1))


def test_a_broken_jsonl_line_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"a": "một"}\n{"a": \n\n[1]\n{"a": NaN, "b": 1, "b": "x\\u0000y"}\n', encoding="utf-8")
    document = read_document(path)
    assert [(b.value, b.place.row) for b in document.blocks if isinstance(b, Entry)] == [
        ({"a": "một"}, 1),
        ({"a": None, "b": "xy"}, 5),
    ]
    assert [problem.place.row for problem in document.problems] == [2, 4, 5]


def test_json_keys_and_values_are_stored_in_nfc(tmp_path: Path) -> None:
    path = tmp_path / "nfd.json"
    path.write_text(json.dumps({unicodedata.normalize("NFD", "Mã số"): [unicodedata.normalize("NFD", "Đề tài")]}))
    [entry] = read_document(path).blocks
    assert isinstance(entry, Entry)
    assert entry.value == {"Mã số": ["Đề tài"]}


def test_the_readable_suffixes_are_known() -> None:
    assert {".docx", ".xlsx", ".csv", ".html", ".htm", ".txt", ".md", ".json", ".jsonl"} <= READABLE_SUFFIXES
