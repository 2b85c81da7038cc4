"""Hostile files, made as they are needed: small on disk, and a trap for whoever reads them without care."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TEXT = "<w:p><w:r><w:t>Đề tài nghiên cứu sấy gỗ</w:t></w:r></w:p>"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def docx(body: str = _TEXT, before: str = "", parts: Mapping[str, str | bytes] | None = None) -> bytes:
    content = f"{before}<w:document {_W}><w:body>{body}</w:body></w:document>"
    return package({"[Content_Types].xml": "<Types/>", "word/document.xml": content, **(parts or {})})


def package(parts: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def paragraphs(count: int) -> bytes:
    """So many paragraphs, uneven enough that the file does not look like a bomb to a check of ratios."""
    noise = random.Random(1)
    uneven = ["".join(noise.choices(("<w:p/>", "<w:p />", "<w:p  />"), (8, 1, 1), k=600)) for _ in range(40)]
    blocks = [*uneven, *["<w:p/>" * 600] * 50]
    return docx("".join(noise.choices(blocks, k=count // 600)))


def encrypted() -> bytes:
    raw = bytearray(docx())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def overlapping() -> bytes:
    """Every member is the same compressed block, as in the bombs that grow with the square of their size."""
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = b"<a>" + random.Random(1).randbytes(30_000).hex().encode() + b"</a>"
    packed = block.compress(content) + block.flush()
    sizes = struct.pack("<III", zlib.crc32(content), len(packed), len(content))
    local = (
        b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", 5, 0) + b"a.xml" + packed
    )
    first = docx()
    at = first.index(b"PK\x01\x02")
    directory, count = first[at : first.index(b"PK\x05\x06")], 2
    for number in range(500):
        name = f"word/{number}.xml".encode()
        directory += b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
        directory += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, at) + name
        count += 1
    start = at + len(local)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0)
    return first[:at] + local + directory + end


def lying_about_its_size() -> bytes:
    """A member that says it holds 1,000 bytes and unpacks to 19 million."""
    raw = bytearray(docx("<w:p/>" * 3_000_000))
    at = raw.index(b"word/document.xml", raw.index(b"PK\x01\x02")) - 46
    raw[at + 24 : at + 28] = struct.pack("<I", 1_000)
    return bytes(raw)


def pdf(objects: Mapping[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (max(objects) + 1)
    for number in range(1, max(objects) + 1):
        out += b"%010d 00000 n \n" % places.get(number, 0)
    return bytes(out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, start))


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (more, len(content), content)


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"


def page_loop() -> bytes:
    return pdf(
        {1: _CATALOG, 2: b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>", 3: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"}
    )


def page_bush() -> bytes:
    """Ten levels of ten times the same child: ten thousand million pages."""
    tree = {
        2 + n: b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"%d 0 R " % (3 + n) * 10, 10 ** (10 - n)) for n in range(10)
    }
    return pdf({1: _CATALOG, **tree, 12: b"<</Type/Page/Parent 11 0 R/MediaBox[0 0 595 842]>>"})


def flate_bomb() -> bytes:
    bomb = zlib.compress(zlib.compress(b"0 0 m " * 10_000_000, 9), 9)
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return pdf({1: _CATALOG, 2: pages, 3: _PAGE, 4: stream(bomb, b"/Filter[/FlateDecode/FlateDecode]")})


def nested_objects() -> bytes:
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1/X %s%s>>" % (b"[" * 100_000, b"]" * 100_000)
    return pdf({1: _CATALOG, 2: pages, 3: _PAGE, 4: stream(b"BT ET")})


def drawn_in_itself() -> bytes:
    """A page whose form draws itself."""
    form = stream(b"/F Do " * 20, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>"
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return pdf({1: _CATALOG, 2: pages, 3: page, 4: stream(b"/F Do"), 5: form})


def traversal(name: str) -> bytes:
    return docx(parts={name: "<a/>"})


def renamed_macros() -> bytes:
    types = (
        '<Types><Override PartName="/word/picture.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        '<Override PartName="/word/document.xml" ContentType="application/xml"/></Types>'
    )
    return docx(parts={"[Content_Types].xml": types, "word/picture.bin": b"x"})


_DTD = f'<!DOCTYPE w [<!ENTITY l0 "ha">{_LAUGHS}]>'

REFUSED: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "paragraphs.docx": (lambda: paragraphs(3_000_000), "Split"),
    "ratio.docx": (lambda: docx("<w:p/>" * 3_000_000), "100 times"),
    "deep.docx": (lambda: docx("<w:p>" * 5_000 + "</w:p>" * 5_000), "nested too deeply"),
    "laughs.docx": (lambda: docx("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", _DTD), "document type"),
    "outside.docx": (
        lambda: docx("<w:t>&x;</w:t>", '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "document type",
    ),
    "up.docx": (lambda: traversal("../../evil.xml"), "unsafe names"),
    "up-windows.docx": (lambda: traversal("word\\..\\..\\evil.xml"), "unsafe names"),
    "root.docx": (lambda: traversal("/etc/evil.xml"), "unsafe names"),
    "drive.docx": (lambda: traversal("C:/evil.xml"), "unsafe names"),
    "encrypted.docx": (encrypted, "password"),
    "overlapping.docx": (overlapping, "over one another"),
    "lying.docx": (lying_about_its_size, "damaged"),
    "members.docx": (lambda: docx(parts={f"{n}": b"" for n in range(2_100)}), "2102 parts"),
    "macros.docm": (lambda: docx(parts={"word/vbaProject.bin": b"x"}), "macros"),
    "macros.xlsm": (lambda: package({"xl/workbook.xml": "<workbook/>", "xl/vbaProject.bin": b"x"}), "macros"),
    "macros.docx": (renamed_macros, "macros"),
    "macros.xlsx": (lambda: package({"xl/workbook.xml": "<workbook/>", "xl/macrosheets/sheet1.xml": "<a/>"}), "macros"),
    "loop.pdf": (page_loop, ""),
    "bush.pdf": (page_bush, ""),
    "flate.pdf": (flate_bomb, ""),
    "objects.pdf": (nested_objects, ""),
    "itself.pdf": (drawn_in_itself, ""),
    "brackets.json": (lambda: b"[" * 300_000, ""),
    "tables.html": (lambda: b"<html>" + b"<table><tr><td>x" * 20_000, "nested"),
}
"""Name → what makes the file, and words of the refusal."""

TEDIOUS: Mapping[str, Callable[[], bytes]] = {
    "dots.txt": lambda: "Họ và tên: ".encode() + b"." * 100_000,
    "numbers.txt": lambda: b"1." * 50_000,
    "brackets.txt": lambda: b"(" * 100_000,
    "spaces.txt": lambda: b"a" + b" " * 100_000 + b"b",
    "word.txt": lambda: b"a" * 100_000,
    "lines.txt": lambda: b"a\n" * 20_000,
    "labels.txt": lambda: "Họ và tên:\n".encode() * 10_000,
    "titles.txt": lambda: b"PGS.TS. " * 12_000,
    "digits.txt": lambda: b"0" * 100_000,
    "money.txt": lambda: "1.000 triệu đồng ".encode() * 5_000,
    "at.txt": lambda: b"a@" * 50_000,
    "mail.txt": lambda: b"a." * 50_000 + b"@",
    "marks.txt": lambda: "e\u0301\u0302".encode() * 20_000,
    "quotes.csv": lambda: b'"a;' * 10_000,
    "columns.csv": lambda: b"a;" * 10_000,
    "angles.html": lambda: b"<html>" + b"<" * 100_000,
}
"""Text without an end to any pattern in it."""
