"""Files of other office programs: what LibreOffice and our readers recover together, and what comes when it fails."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import signal
import struct
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import olefile
import pytest
from test_readers import as_shown, is_in_order, plain, rows_of

from api.doctor import examine
from api.settings import Settings
from ingest.confinement import descendants
from ingest.document import Cell, Document, Paragraph, Table
from ingest.errors import FileRefused
from ingest.extraction import extract_records
from ingest.readers import READABLE_SUFFIXES, libreoffice, office, read_document, xls
from ingest.readers.libreoffice import KEPT, PACKAGES, find_office
from ingest.records import Place
from ingest.sandbox import Sandbox

needs_office = pytest.mark.skipif(find_office() is None, reason=f"no soffice on this computer: {PACKAGES}")
FORMS = ["cv.doc", "need.doc", "need.rtf", "proposal.doc", "proposal_tcvn3.doc"]
SLIDES = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:body><office:presentation><draw:page draw:name="p1">
<draw:frame svg:width="20cm" svg:height="8cm"><draw:text-box>
<text:p>Sấy gỗ cao su bằng năng lượng mặt trời</text:p></draw:text-box></draw:frame>
</draw:page><draw:page draw:name="p2">
<draw:frame svg:width="20cm" svg:height="4cm" svg:y="5cm"><table:table><table:table-column/><table:table-column/>
<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>Dự toán (triệu đồng)</text:p>
</table:table-cell><table:covered-table-cell/></table:table-row>
<table:table-row><table:table-cell><text:p>Thiết bị</text:p></table:table-cell>
<table:table-cell><text:p>850</text:p></table:table-cell></table:table-row></table:table></draw:frame>
</draw:page></office:presentation></office:body></office:document>"""


@pytest.fixture(scope="module")
def kept() -> Iterator[None]:
    """Files are read with a LibreOffice that stays, as in a batch."""
    KEPT.make_ready(Path("first.doc"))
    yield
    KEPT.close()


def make(source: Path, suffix: str, filter: str, folder: Path) -> Path:
    target = folder / f"{source.stem}.{suffix}"
    if source.parent != folder:
        source = Path(shutil.copy(source, folder))  # it sees no other folder
    assert KEPT.convert(["--convert-to", f"{suffix}:{filter}", "--outdir", str(folder), str(source)], target)
    return target


def refusal(path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        read_document(path)
    assert caught.value.problem.file == path.name
    return str(caught.value)


@pytest.fixture
def leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither profiles nor sockets nor processes; no LibreOffice is there at the start."""
    KEPT.close()
    sockets: list[Path] = []
    socket_of = libreoffice._socket_of
    folder = tmp_path / "temporary"
    folder.mkdir()

    def remember(profile: Path) -> Path:
        sockets.append(socket_of(profile))
        return sockets[-1]

    monkeypatch.setattr(libreoffice, "_socket_of", remember)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = set(descendants(os.getpid()))
    yield
    assert not any(path.exists() for path in sockets)
    assert list(folder.iterdir()) == []
    assert set(descendants(os.getpid())) <= before


# --------------------------------------------------------------------------------------- what is recovered


@needs_office
@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("name", FORMS)
def test_old_forms_say_the_same_as_those_of_today(shared: Path, gold: dict[str, Any], name: str) -> None:
    path = shared / "samples" / name
    document, today = read_document(path), read_document(path.with_name(name.split(".")[0].split("_")[0] + ".docx"))
    wanted = gold[today.file.removesuffix(".docx")]
    lines = [plain(line) for line in document.lines()]
    assert [line for line in map(plain, wanted["lines"]) if line not in lines] == []
    rows = rows_of(document)
    assert [row for row in wanted["rows"] if not any(is_in_order([plain(c) for c in row], r) for r in rows)] == []
    assert lines == [plain(line) for line in today.lines()]
    assert (document.file, document.format) == (name, path.suffix[1:])
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    found, expected = extract_records(document), extract_records(today)
    assert [(r.title, r.sections, r.facts) for r in found.records] == [
        (r.title, r.sections, r.facts) for r in expected.records
    ]


@needs_office
@pytest.mark.usefixtures("kept")
def test_text_in_old_fonts_keeps_how_it_stood_in_the_file(shared: Path) -> None:
    document = read_document(shared / "samples/proposal_tcvn3.doc")
    decoded = [block for block in document.blocks if isinstance(block, Paragraph) and block.recovery.charset]
    assert {block.recovery.charset for block in decoded} == {"tcvn3"}
    assert all(block.recovery.unrepaired for block in decoded)


@pytest.mark.parametrize("by_office", [False, pytest.param(True, marks=needs_office)])
def test_every_row_of_an_old_workbook_is_recovered(
    shared: Path, kept: None, monkeypatch: pytest.MonkeyPatch, by_office: bool
) -> None:
    def fail(opened: object) -> None:
        raise xls.Unreadable

    if by_office:
        monkeypatch.setattr(xls, "_open", fail)
    document = read_document(shared / "samples/tasks.xls")
    rows = [[text.removesuffix(".0") for text in row] for row in rows_of(document)]
    wanted = json.loads((shared / "samples/tasks_gold.json").read_text("utf-8"))
    assert [row for row in wanted if [as_shown(value) for value in row] not in rows] == []
    assert document.format == "xls"
    today = read_document(shared / "samples/tasks.xlsx")
    # The new one's totals were never computed.
    assert rows[:-2] == [[text.removesuffix(".0") for text in row] for row in rows_of(today)][:-2]


@needs_office
@pytest.mark.usefixtures("kept")
def test_an_old_workbook_in_an_old_font_is_decoded_like_a_new_one(shared: Path, tmp_path: Path) -> None:
    today = shared / "samples/tasks_tcvn3.xlsx"
    old = read_document(make(today, "xls", "MS Excel 97", tmp_path))
    lines = list(read_document(today).lines())
    assert list(old.lines())[: len(lines)] == lines
    assert cells_of(old)[0].recovery.charset == "tcvn3"


def cells_of(document: Document) -> list[Cell]:
    return [cell for table in document.blocks if isinstance(table, Table) for row in table.rows for cell in row]


@needs_office
@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("name", "suffix", "filter"), [("need.docx", "odt", "writer8"), ("cv.docx", "odt", "writer8")])
def test_open_document_texts_are_read(shared: Path, tmp_path: Path, name: str, suffix: str, filter: str) -> None:
    document = read_document(make(shared / "samples" / name, suffix, filter, tmp_path))
    assert document.format == suffix
    assert list(document.lines()) == list(read_document(shared / "samples" / name).lines())


@needs_office
@pytest.mark.usefixtures("kept")
def test_open_document_sheets_are_read(tmp_path: Path) -> None:
    source = tmp_path / "devices.csv"
    source.write_text("TT,Tên nhiệm vụ,Chủ nhiệm\n1,Máy sấy gỗ,Nguyễn An\n2,Cân điện tử,Trần Bình\n", "utf-8")
    target = tmp_path / "devices.ods"
    command = ["--infilter=CSV:44,34,76,1", "--convert-to", "ods:calc8", "--outdir", str(tmp_path), str(source)]
    assert KEPT.convert(command, target)
    document = read_document(target)
    assert document.format == "ods"
    assert [row[:2] for row in rows_of(document)] == [["TT", "Tên nhiệm vụ"], ["1", "Máy sấy gỗ"], ["2", "Cân điện tử"]]
    assert [record.title for record in extract_records(document).records] == ["Máy sấy gỗ", "Cân điện tử"]


@needs_office
@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("suffix", "filter"),
    [("pptx", "Impress MS PowerPoint 2007 XML"), ("ppt", "MS PowerPoint 97"), ("odp", "impress8")],
)
def test_slides_of_all_programs_are_read(tmp_path: Path, suffix: str, filter: str) -> None:
    source = tmp_path / "slides.fodp"
    source.write_text(SLIDES, "utf-8")
    document = read_document(make(source, suffix, filter, tmp_path))
    assert document.format == suffix
    text, table = document.blocks
    assert text == Paragraph("Sấy gỗ cao su bằng năng lượng mặt trời", Place(page=1))
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [["Dự toán (triệu đồng)"], ["Thiết bị", "850"]]
    assert (table.rows[0][0].column_span, table.place.page) == (2, 2)


# -------------------------------------------------------------------------------------------- our own slides

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def write_pptx(path: Path, slides: list[str], order: list[int] | None = None, notes: str = "") -> Path:
    """Slides given as the content of their ``p:spTree``, shown in `order`; `notes` belong to the first file."""
    names = f'xmlns:a="{A}" xmlns:p="{P}" xmlns:r="{OFFICE}"'

    def relations(*targets: tuple[str, str, str]) -> str:
        items = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{k}" Target="{t}"/>' for i, k, t in targets)
        return f'<Relationships xmlns="{PACKAGE}">{items}</Relationships>'

    def tree(kind: str, content: str) -> str:
        return f"<p:{kind} {names}><p:cSld><p:spTree>{content}</p:spTree></p:cSld></p:{kind}>"

    shown = "".join(f'<p:sldId id="{256 + at}" r:id="s{at}"/>' for at in order or range(len(slides)))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", relations(("m", "officeDocument", "ppt/presentation.xml")))
        archive.writestr(
            "ppt/presentation.xml", f"<p:presentation {names}><p:sldIdLst>{shown}</p:sldIdLst></p:presentation>"
        )
        archive.writestr(
            "ppt/_rels/presentation.xml.rels",
            relations(*((f"s{at}", "slide", f"slides/slide{at}.xml") for at in range(len(slides)))),
        )
        for at, slide in enumerate(slides):
            archive.writestr(f"ppt/slides/slide{at}.xml", tree("sld", slide))
        if notes:
            archive.writestr("ppt/slides/_rels/slide0.xml.rels", relations(("n", "notesSlide", "../notes.xml")))
            archive.writestr("ppt/notes.xml", tree("notes", notes))
    return path


def shape(*texts: str, kind: str = "", font: str = "") -> str:
    placeholder = f'<p:ph type="{kind}"/>' if kind else ""
    properties = f'<a:rPr><a:latin typeface="{font}"/></a:rPr>' if font else ""
    paragraphs = "".join(f"<a:p><a:r>{properties}<a:t>{text}</a:t></a:r></a:p>" for text in texts)
    return f"<p:sp><p:nvSpPr><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:txBody>{paragraphs}</p:txBody></p:sp>"


def test_titles_come_first_as_headings_and_notes_last(tmp_path: Path) -> None:
    slide = shape("Nội dung") + f"<p:grpSp>{shape('Trong nhóm')}</p:grpSp>" + shape("Tên", kind="title")
    path = write_pptx(
        tmp_path / "talk.pptx",
        [slide + shape("7", kind="sldNum"), shape("Mở đầu", kind="ctrTitle")],
        order=[1, 0],
        notes=shape("1", kind="sldNum") + shape("Nói chậm", kind="body"),
    )
    assert list(read_document(path).blocks) == [
        Paragraph("Mở đầu", Place(page=1), level=1),
        Paragraph("Tên", Place(page=2), level=1),
        Paragraph("Nội dung", Place(page=2)),
        Paragraph("Trong nhóm", Place(page=2)),
        Paragraph("Nói chậm", Place(page=2, cell="notes")),
    ]


def test_slides_in_old_fonts_are_decoded(tmp_path: Path) -> None:
    path = write_pptx(tmp_path / "talk.pptx", [shape("C«ng ty cæ phÇn", font=".VnTime") + shape("Công ty")])
    first, second = read_document(path).blocks
    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert (first.text, first.recovery.charset, second.text) == ("Công ty cổ phần", "tcvn3", "Công ty")


def test_merged_cells_of_slides_come_once(tmp_path: Path) -> None:
    def cell(text: str, attributes: str = "") -> str:
        return f"<a:tc {attributes}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"

    rows = (
        cell("Năm", 'rowSpan="2"') + cell("Kinh phí", 'gridSpan="2"') + cell("", 'hMerge="1"'),
        cell("", 'vMerge="1"') + cell("Tỉnh") + cell("Đối ứng"),
    )
    table = "".join(f"<a:tr>{row}</a:tr>" for row in rows)
    frame = (
        f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{table}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    document = read_document(write_pptx(tmp_path / "talk.pptx", [frame]))
    assert [(c.text, c.row, c.column, c.row_span, c.column_span) for c in cells_of(document)] == [
        ("Năm", 0, 0, 2, 1),
        ("Kinh phí", 0, 1, 1, 2),
        ("Tỉnh", 1, 1, 1, 1),
        ("Đối ứng", 1, 2, 1, 1),
    ]


# ----------------------------------------------------------------------------------- what is not to be opened


def change_stream(path: Path, raw: bytes, stream: str, at: int, content: bytes) -> Path:
    path.write_bytes(raw)
    with olefile.OleFileIO(str(path), write_mode=True) as ole:
        old = ole.openstream(stream).read()
        ole.write_stream(stream, old[:at] + content + old[at + len(content) :])
    return path


def test_passwords_are_said(shared: Path, tmp_path: Path) -> None:
    text = (shared / "samples/need.doc").read_bytes()
    assert "password" in refusal(change_stream(tmp_path / "a.doc", text, "WordDocument", 11, b"\1"))
    book = (shared / "samples/tasks.xls").read_bytes()
    with olefile.OleFileIO(io.BytesIO(book)) as ole:
        (first,) = struct.unpack_from("<H", ole.openstream("Workbook").read(4), 2)
    path = change_stream(tmp_path / "b.xls", book, "Workbook", 4 + first, struct.pack("<H", 0x2F))
    assert "password" in refusal(path)
    with zipfile.ZipFile(tmp_path / "c.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "x")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    assert "password" in refusal(tmp_path / "c.odt")


def test_macros_are_refused_in_old_files(shared: Path, tmp_path: Path) -> None:
    raw = (shared / "samples/need.doc").read_bytes()
    old, new = ("\1CompObj".encode("utf-16-le"), "Macros\0\0".encode("utf-16-le"))
    assert raw.count(old) == 1
    path = tmp_path / "a.doc"
    path.write_bytes(raw.replace(old, new))
    assert "macros" in refusal(path)


@needs_office
@pytest.mark.usefixtures("kept")
def test_what_other_files_say_is_not_taken_in(shared: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Bí mật")
    text = make(shared / "samples/need.docx", "odt", "writer8", tmp_path)
    with zipfile.ZipFile(text) as archive:
        members = {info: archive.read(info) for info in archive.infolist()}
    linked = tmp_path / "linked.odt"
    source = f'<text:section-source xlink:href="{secret.as_uri()}" text:filter-name="Text"/>'
    section = f'<text:section text:name="s">{source}<text:p>Công khai</text:p></text:section></office:text>'
    with zipfile.ZipFile(linked, "w") as archive:
        for info, content in members.items():
            archive.writestr(info, content.replace(b"</office:text>", section.encode()))
    included = tmp_path / "included.rtf"
    field = rf'{{\field{{\*\fldinst INCLUDETEXT "{secret}"}}{{\fldrslt Cong khai}}}}'
    object = r"{\object\objemb{\*\objdata 0105000002000000}{\result Ket qua}}"
    included.write_text(rf"{{\rtf1\ansi {field} {object}\par}}")
    for path, word in ((linked, "Công khai"), (included, "Cong khai Ket qua")):
        lines = "\n".join(read_document(path).lines())
        assert word in lines
        assert "mật" not in lines


# --------------------------------------------------------------------------------------- when it goes wrong


@pytest.mark.parametrize("name", ["proposal.doc", "tasks.xls", "need.rtf"])
@pytest.mark.parametrize("share", [0.05, 0.4, 0.9])
def test_a_file_that_was_cut_off_is_refused(shared: Path, tmp_path: Path, name: str, share: float) -> None:
    raw = (shared / "samples" / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(raw[: int(len(raw) * share)])
    assert "damaged or was cut off" in refusal(path)


@needs_office
@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize(("stream", "at"), [("WordDocument", 32), ("WordDocument", 700), ("1Table", 0)])
def test_a_damaged_text_is_refused_or_read_and_nothing_is_left(
    shared: Path, tmp_path: Path, stream: str, at: int
) -> None:
    raw = (shared / "samples/need.doc").read_bytes()
    path = change_stream(tmp_path / "damaged.doc", raw, stream, at, b"\xa5\x01\xff\x7f" * 200)
    with suppress(FileRefused):
        assert read_document(path).format == "doc"


@needs_office
@pytest.mark.usefixtures("leaves_nothing")
def test_a_file_that_comes_alone_is_read_and_nothing_is_left(shared: Path) -> None:
    assert "".join(read_document(shared / "samples/need.rtf").lines())


@needs_office
@pytest.mark.usefixtures("leaves_nothing")
def test_a_conversion_that_takes_too_long_is_given_up(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "SECONDS", 0.2)
    started = time.monotonic()
    assert "not done" in refusal(shared / "samples/need.doc")
    assert time.monotonic() - started < 10


@needs_office
@pytest.mark.usefixtures("leaves_nothing")
def test_killed_in_the_middle_it_costs_one_file(shared: Path) -> None:
    before = set(descendants(os.getpid()))
    found: list[str] = []
    reading = threading.Thread(target=lambda: found.append(refusal(shared / "samples/need.doc")))
    reading.start()
    while reading.is_alive() and not found:
        for pid in set(descendants(os.getpid())) - before:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    reading.join()
    assert "LibreOffice cannot open this Word 97–2003 file" in found[0]


@needs_office
@pytest.mark.usefixtures("leaves_nothing")
def test_a_kept_one_that_was_killed_costs_no_file(shared: Path) -> None:
    KEPT.make_ready(Path("a.doc"))
    assert KEPT.pid is not None
    os.kill(KEPT.pid, signal.SIGKILL)
    assert read_document(shared / "samples/need.doc").format == "doc"
    KEPT.settle(is_well=True)
    assert not KEPT.is_ready


def test_without_libreoffice_it_is_said_what_to_install(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "find_office", lambda: None)
    monkeypatch.setattr("api.doctor.find_office", lambda: None)
    said = refusal(shared / "samples/need.doc")
    assert "apt install libreoffice-writer-nogui" in said
    assert "save it as .docx" in said
    finding = next(f for f in examine(Settings(data=tmp_path)) if f.name == "Old Office files")
    assert (finding.state, finding.params) == ("off", {"packages": PACKAGES})


def test_too_much_in_an_rtf_is_refused_before_it_is_converted(tmp_path: Path) -> None:
    deep, long, wide = (tmp_path / name for name in ("deep.rtf", "long.rtf", "wide.rtf"))
    deep.write_bytes(b"{\\rtf1 " + b"{" * 1000 + b"x" + b"}" * 1001)
    long.write_bytes(b"{\\rtf1 " + b"x\\par " * 600_000 + b"}")
    wide.write_bytes(b"{\\rtf1 " + b"x\\cell " * 600_000 + b"\\row}")
    assert "nested" in refusal(deep)
    assert "paragraphs" in refusal(long)
    assert "cells" in refusal(wide)


def test_their_names_are_looked_for_in_folders() -> None:
    assert {".doc", ".rtf", ".odt", ".xls", ".ods", ".ppt", ".pptx", ".odp"} <= READABLE_SUFFIXES


# ------------------------------------------------------------------------------------------ in the sandbox


def offices() -> list[int]:
    """LibreOffices started by workers of this process."""

    def name(pid: int) -> str:
        with suppress(OSError):
            return Path(f"/proc/{pid}/comm").read_text()
        return ""

    return [pid for pid in descendants(os.getpid()) if name(pid).startswith("soffice")]


@needs_office
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are told by /proc")
@pytest.mark.usefixtures("leaves_nothing")
def test_a_new_one_comes_after_a_file_that_was_refused(shared: Path, tmp_path: Path) -> None:
    good = shared / "samples/need.doc"
    empty, cut = tmp_path / "empty.txt", tmp_path / "cut.doc"
    empty.write_bytes(b"")
    cut.write_bytes(good.read_bytes()[:700])
    with Sandbox() as sandbox:
        text = sandbox.read_text(good)
        for path in (empty, cut):
            before = offices()
            assert len(before) == 1
            with pytest.raises(FileRefused):
                sandbox.read_text(path)
            assert not set(before) & set(offices())
            assert sandbox.read_text(good) == text


@needs_office
@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize("failure", ["hangs", "dies while it writes"])
def test_a_file_is_not_refused_for_what_an_earlier_one_did_to_the_kept_one(
    shared: Path, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    earlier, path = shared / "samples/cv.doc", shared / "samples/need.doc"
    wanted = read_document(path)
    KEPT.make_ready(earlier)
    read_document(earlier)
    KEPT.settle(is_well=True)
    KEPT.make_ready(path)
    run = libreoffice._Profile.run

    def fail(profile: libreoffice._Profile, arguments: Sequence[str]) -> int:
        if profile.folder not in KEPT.folders:
            return run(profile, arguments)
        assert KEPT.pid is not None
        if failure == "hangs":
            os.kill(KEPT.pid, signal.SIGSTOP)
            with monkeypatch.context() as hurried:
                hurried.setattr(libreoffice, "SECONDS", 1.0)
                return run(profile, arguments)
        os.kill(KEPT.pid, signal.SIGKILL)
        folder = Path(arguments[arguments.index("--outdir") + 1])
        folder.mkdir(exist_ok=True)
        (folder / ".~lock.source.docx#").write_text(",somebody,elsewhere,01.01.2026 00:00,file:///nowhere;")
        (folder / "source.docx").write_bytes(b"PK")
        return 1  # as whoever passes a file on to one that dies

    monkeypatch.setattr(libreoffice._Profile, "run", fail)
    assert read_document(path) == wanted
    KEPT.settle(is_well=True)
    assert not KEPT.is_ready


@needs_office
@pytest.mark.usefixtures("leaves_nothing")
def test_one_that_has_grown_makes_room_for_a_new_one(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shared / "samples/need.doc"
    KEPT.make_ready(path)
    read_document(path)
    KEPT.settle(is_well=True)
    assert KEPT.is_ready
    monkeypatch.setattr(libreoffice, "_MOST_MEMORY", 1)
    KEPT.settle(is_well=True)
    assert not KEPT.is_ready


@needs_office
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are told by /proc")
@pytest.mark.usefixtures("leaves_nothing")
def test_one_serves_a_batch_is_replaced_when_killed_and_goes_with_the_sandbox(shared: Path) -> None:
    paths = [shared / "samples" / name for name in ("need.rtf", "need.doc")]
    with Sandbox() as sandbox:
        texts = [sandbox.read_text(paths[0])]
        first = offices()
        texts.append(sandbox.read_text(paths[1]))
        assert len(first) == 1
        assert offices() == first
        os.kill(first[0], signal.SIGKILL)
        texts += [sandbox.read_text(path) for path in paths]
        assert len(offices()) == 1
        assert offices() != first
    assert offices() == []
    assert [text.lines for text in texts] == [texts[0].lines] * 4
