"""Damaged, hostile, protected and mistaken files: refused with what to do, within seconds, and never a crash."""

from __future__ import annotations

import hashlib
import io
import os
import random
import re
import time
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.document import Document
from ingest.errors import FileRefused
from ingest.readers import READABLE_SUFFIXES, Limits, read_document

OTHER_SUFFIXES = (".pdf", ".doc", ".xls", "")
HOSTILE = ("bomb.docx", "deep.docx", "flatebomb.pdf", "laughs.docx", "laughs.xlsx", "xxe.docx", "xxe.xlsx")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(FileRefused) as caught:
        read_document(path, **({} if limits is None else {"limits": limits}))
    assert caught.value.problem.file == path.name
    message = str(caught.value)
    assert message.endswith((".", ")"))
    return message


def read_or_refuse(path: Path, raw: bytes) -> Document | str:
    """The document of these bytes, or what its refusal says."""
    path.write_bytes(raw)
    try:
        return read_document(path)
    except FileRefused:
        return refusal(path)


def is_sound(outcome: Document | str, path: Path) -> bool:
    """Whether it says something to a person: the lines of the file as stored text, or why there are none."""
    if isinstance(outcome, str):
        return len(outcome.split()) >= 3
    lines = list(outcome.lines())
    return (
        outcome.file == path.name
        and outcome.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        and (any(line.strip() for line in lines) or outcome.problems != ())
        and all(unicodedata.is_normalized("NFC", line) and "\0" not in line for line in lines)
    )


def write_package(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def write_docx(path: Path, body: str, **parts: str | bytes) -> Path:
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return write_package(path, {"word/document.xml": document, **parts})


def write_xlsx(path: Path, sheet: str, strings: str = "") -> Path:
    relationships = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>'
        for kind in ("worksheet", "sharedStrings")
    )
    return write_package(
        path,
        {
            "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="A" r:id="worksheet"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relationships}</Relationships>',
            "xl/worksheet.xml": f'<worksheet xmlns="{S}">{sheet}</worksheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{S}">{strings}</sst>',
        },
    )


# ------------------------------------------------------------------------------------------- real samples


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_samples_are_refused_within_seconds(shared: Path, name: str) -> None:
    started = time.process_time()
    refusal(shared / "samples/hostile" / name)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".md", ".html", ".json", ".jsonl"])
def test_bytes_that_make_sense_in_no_coding_are_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"page{suffix}"
    text = "Państwowy instytut badawczy w Polsce, który nie jest, na świętość i miłość, do późna."
    path.write_bytes(text.encode("cp1250"))
    assert "Save it as UTF-8" in refusal(path)


def test_a_wrong_name_is_told_from_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "renamed.docx"
    path.write_bytes(b"GIF89a" + bytes(100))
    assert "This is a GIF file named .docx" in refusal(path)


def test_a_renamed_document_is_read_by_its_bytes(shared: Path, tmp_path: Path) -> None:
    for name, suffix, format in [
        ("need.docx", ".txt", "docx"),
        ("tasks.xlsx", ".docx", "xlsx"),
        ("tasks.xls", ".csv", "xls"),
        ("cv.html", ".doc", "html"),
        ("cv.pdf", ".docx", "pdf"),
    ]:
        path = tmp_path / f"renamed{suffix}"
        path.write_bytes((shared / "samples" / name).read_bytes())
        assert read_document(path).format == format


@pytest.mark.parametrize("name", ["need.docx", "tasks.xlsx"])
@pytest.mark.parametrize("share", [0.0005, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused(shared: Path, tmp_path: Path, name: str, share: float) -> None:
    raw = (shared / "samples" / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(raw[: int(len(raw) * share) + 4])
    assert "damaged or was cut off" in refusal(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    position=st.floats(0, 1),
    garbage=st.binary(min_size=1, max_size=40),
    name=st.sampled_from(["need.docx", "tasks.xlsx"]),
)
def test_a_file_with_overwritten_bytes_is_read_or_refused(
    shared: Path, tmp_path: Path, position: float, garbage: bytes, name: str
) -> None:
    raw = bytearray((shared / "samples" / name).read_bytes())
    start = int(position * (len(raw) - 1))
    raw[start : start + len(garbage)] = garbage
    outcome = read_or_refuse(tmp_path / name, bytes(raw))
    assert is_sound(outcome, tmp_path / name)


# ------------------------------------------------------------------------------------- the file as such


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(alphabet='{}[]":,;\n\t|"<>/&#-\0é 1eE.tablerd', max_size=200).map(str.encode),
        st.binary(max_size=100).map(lambda tail: b"PK\x03\x04" + tail),
    ),
    suffix=st.sampled_from(sorted(READABLE_SUFFIXES) + list(OTHER_SUFFIXES)),
)
def test_any_bytes_under_any_name_give_a_document_or_a_refusal(tmp_path: Path, raw: bytes, suffix: str) -> None:
    path = tmp_path / f"any{suffix}"
    assert is_sound(read_or_refuse(path, raw), path)


def test_a_longer_stretch_of_noise_is_refused_as_anything(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(50_000)
    for suffix in [*sorted(READABLE_SUFFIXES), *OTHER_SUFFIXES]:
        path = tmp_path / f"noise{suffix}"
        path.write_bytes(noise)
        assert "damaged or was renamed" in refusal(path)


def test_an_empty_file_and_one_without_text_are_refused(tmp_path: Path) -> None:
    for suffix in sorted(READABLE_SUFFIXES):
        path = tmp_path / f"empty{suffix}"
        path.write_bytes(b"")
        assert "empty" in refusal(path)
    path = tmp_path / "blank.txt"
    path.write_text(" \n\n\t\n")
    assert "no text" in refusal(path)


def test_a_huge_file_is_refused_by_its_size_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "huge.docx"
    with path.open("wb") as stream:
        stream.truncate(300_000_000)
    message = refusal(path)
    assert "300 MB" in message
    assert "50 MB" in message


def test_folders_missing_files_and_devices_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.docx").mkdir()
    assert "folder" in refusal(tmp_path / "folder.docx")
    assert "not there" in refusal(tmp_path / "gone.docx")
    assert "ordinary" in refusal(Path(os.devnull))


def test_a_name_that_no_disk_takes_is_refused(tmp_path: Path) -> None:
    assert "short name" in refusal(tmp_path / ("x" * 5000 + ".txt"))
    assert "short name" in refusal(Path("nul\0.txt"))


def test_a_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("x")

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)  # the tests may run as root, whom nothing is denied
    assert "permission" in refusal(path)


# ----------------------------------------------------------------------------------------------- packages


def test_a_password_protected_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "protected.docx"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    path.write_bytes(ole + bytes(2040) + "EncryptedPackage\0".encode("utf-16-le") + bytes(2000))
    assert "password" in refusal(path)


def test_an_encrypted_zip_member_says_so(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "protected.docx", "<w:p/>")
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(raw))
    assert "password" in refusal(path)


def test_macros_are_refused(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "macro.docx", "<w:p/>", **{"word/vbaProject.bin": b"x"})
    assert "macros" in refusal(path)


def test_unsafe_member_names_are_refused(tmp_path: Path) -> None:
    for name in ("../evil.xml", "/etc/evil.xml", "word/..\\..\\evil.xml"):
        assert "unsafe" in refusal(write_docx(tmp_path / "names.docx", "<w:p/>", **{name: "<a/>"}))


def test_a_document_type_in_any_part_is_refused(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'
    for content in (doctype, doctype.encode("utf-16"), doctype.replace("DOCTYPE", "doctype")):
        path = write_docx(tmp_path / "dtd.docx", "<w:p/>", **{"customXml/item1.xml": content})
        assert "document type" in refusal(path)


def test_too_many_members_and_too_large_ones_are_refused(tmp_path: Path) -> None:
    many = write_docx(tmp_path / "many.docx", "<w:p/>", **{f"word/media/{i}.png": b"" for i in range(2000)})
    assert "2000" in refusal(many)
    assert "Unpacked" in refusal(write_docx(tmp_path / "large.docx", "", **{"word/a.xml": bytes(21_000_000)}))
    assert "100 times" in refusal(write_docx(tmp_path / "ratio.docx", "", **{"word/a.bin": bytes(5_000_000)}))


def test_other_zip_files_are_named(tmp_path: Path) -> None:
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("letter.txt", "x")
    path = tmp_path / "archive.zip"
    path.write_bytes(plain.getvalue())
    assert "Unpack" in refusal(path)
    assert "xlsb" in refusal(write_package(tmp_path / "book.xlsb", {"xl/workbook.bin": b""}))


def test_tables_nested_without_end_are_refused(tmp_path: Path) -> None:
    body = "<w:tbl><w:tr><w:tc>" * 40 + "</w:tc></w:tr></w:tbl>" * 40
    assert "nested" in refusal(write_docx(tmp_path / "nested.docx", body))


def test_huge_spans_cost_nothing(tmp_path: Path) -> None:
    body = (
        '<w:tbl><w:tr><w:trPr><w:gridBefore w:val="999999999999"/></w:trPr><w:tc><w:tcPr>'
        '<w:gridSpan w:val="99999999"/></w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'
    )
    assert list(read_document(write_docx(tmp_path / "span.docx", body)).lines()) == ["x"]


def paragraphs_docx(path: Path, count: int) -> Path:
    noise = random.Random(1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as stream:
            stream.write(f"<w:document {W}><w:body>".encode())
            for _ in range(0, count, 100):
                # Noise, so that the file does not look like a bomb to the check of ratios.
                stream.write(b"".join(noise.choices((b"<w:p/>", b"<w:p />", b"<w:p  />"), k=100)))
            stream.write(b"</w:body></w:document>")
    return path


@pytest.mark.parametrize("count", [600_000, 2_400_000])
def test_a_small_file_with_millions_of_paragraphs_is_refused_quickly(tmp_path: Path, count: int) -> None:
    path = paragraphs_docx(tmp_path / "paragraphs.docx", count)
    assert path.stat().st_size < 1_000_000
    started = time.process_time()
    assert "Split the file" in refusal(path)
    assert time.process_time() - started < 10


def test_the_limits_of_a_caller_hold(tmp_path: Path) -> None:
    path = paragraphs_docx(tmp_path / "paragraphs.docx", 10_000)
    assert "9000 paragraphs" in refusal(path, Limits(max_paragraphs=9_000))


# --------------------------------------------------------------------------------------------- workbooks


def text_cell(address: str, text: str = "x") -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_wrong_dimensions_and_huge_merges_do_not_hang(tmp_path: Path) -> None:
    sheet = (
        '<dimension ref="A1:XFD1048576"/><sheetData>'
        f'<row r="1">{text_cell("A1")}</row><row r="1048576">{text_cell("XFD1048576", "y")}</row></sheetData>'
        '<mergeCells><mergeCell ref="B1:XFD1048575"/></mergeCells>'
        '<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>'
    )
    started = time.process_time()
    assert list(read_document(write_xlsx(tmp_path / "far.xlsx", sheet)).lines()) == ["x", "y"]
    assert time.process_time() - started < 2


def test_overlapping_merges_without_end_are_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}">{text_cell(f"A{row}")}</row>' for row in range(1, 2001))
    merges = "".join(f'<mergeCell ref="A{row}:Z2000"/>' for row in range(1, 2001))
    path = write_xlsx(tmp_path / "merges.xlsx", f"<sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells>")
    assert "Split the file" in refusal(path, Limits(max_cells=100_000))


def test_one_long_text_in_every_cell_is_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 3001))
    strings = f"<si><t>{'x' * 30_000}</t></si>"
    path = write_xlsx(tmp_path / "strings.xlsx", f"<sheetData>{rows}</sheetData>", strings)
    assert "characters" in refusal(path)


def test_odd_cells_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    cells = (
        '<c t="s"><v>99</v></c><c t="s"><v>x</v></c><c r="?" s="7"><v>1e999</v></c><c t="b"><v>1</v></c>'
        '<c t="e"><v>#N/A</v></c><c t="d"><v>2025-07-01</v></c><c t="n"><v>abc</v></c><c><v/></c>'
    )
    path = write_xlsx(tmp_path / "odd.xlsx", f'<sheetData><row r="99999999999">{cells}</row></sheetData>')
    assert list(read_document(path).lines()) == ["1e999", "TRUE", "#N/A", "01/07/2025", "abc"]


# -------------------------------------------------------------------------------------------- text formats


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "1" * 10_000,
        '{"a": 1' + "0" * 5000 + "}",
        "3",
        "[]",
        "{",
        '"x"',
        '["a"]',
        "NaN",
    ],
)
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_json_that_holds_no_object_is_refused(tmp_path: Path, text: str, suffix: str) -> None:
    path = tmp_path / f"odd{suffix}"
    path.write_text(text)
    assert re.search("not valid JSON|not an object|too long|nested|no text", refusal(path))


def test_json_nested_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text('{"a": ' + "[" * 100 + '"x"' + "]" * 100 + "}")
    assert "nested" in refusal(path)


def test_deep_and_wide_pages_end_quickly(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    started = time.process_time()
    path.write_text("<html>" + "<div>" * 100_000 + "x")
    assert "nested" in refusal(path)
    path.write_text("<html>" + "<div>" * 400 + "x")
    assert list(read_document(path).lines()) == ["x"]
    path.write_text("<html><table>" + "<tr><td><p><font><span><b>x" * 3_000)
    assert list(read_document(path).lines()) == ["x"] * 3_000
    path.write_text("<html>" + "<table><tr><td rowspan=65534 colspan=1000>x" * 15)
    assert list(read_document(path).lines()) == ["x"] * 15
    path.write_text("<html>" + "<table><tr><td>x" * 500)
    assert "nested" in refusal(path)
    assert time.process_time() - started < 10


def test_a_csv_of_quotation_marks_only_ends(tmp_path: Path) -> None:
    path = tmp_path / "quotes.csv"
    for text in ('"\n' * 5001, '"a\n' * 5001, '""x\n' * 5001, '"' * 5001, "a;" * 100_000):
        outcome = read_or_refuse(path, text.encode())
        assert is_sound(outcome, path)
