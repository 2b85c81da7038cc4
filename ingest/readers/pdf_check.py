"""What a PDF may cost: protected, damaged and bloated files are refused before anything of them is interpreted."""

from __future__ import annotations

import io
import re
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ingest.errors import N_
from ingest.readers.opened import OpenedFile, in_megabytes

if TYPE_CHECKING:
    from pdfminer.pdfpage import PDFPage
    from pypdfium2 import PdfDocument

MAX_PAGES = 300
MAX_PAGE_OBJECTS = 30_000
MAX_PAGE_CHARACTERS = 40_000
MAX_PAGE_CONTENT = 4_000_000  # bytes of drawing commands of one page, forms counted as often as they are drawn

DAMAGED = N_("The PDF is damaged or incomplete. Export it again from the program that made it.")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_ASCII85 = re.compile(rb"/Filter\s*\[?\s*/(?:ASCII85Decode|A85)\b")
_PICTURE_OR_FONT = re.compile(rb"/Subtype\s*/Image\b|/Length1\b")
_LONGEST_DICTIONARY = 4_000
_MOST_FILTERS = 4
_PART = 1_000_000  # bytes unpacked at a time
_DRAWN_FORM = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")
_DEEPEST_FORM = 20
# PDFium keeps state of its own for the whole process.
_PDFIUM = threading.Lock()


@contextmanager
def open_checked(opened: OpenedFile) -> Iterator[tuple[PdfDocument, bytes]]:
    """The file as PDFium opens it, and its bytes with restrictions lifted and filled-in form fields drawn into the
    pages. Scripts and attachments are never touched.

    Raises FileRefused for what needs a password, is damaged, has more than `MAX_PAGES` pages or unpacks to more than
    the limits allow.
    """
    _check_streams(opened, opened.raw)
    with _PDFIUM:
        document = _open(opened, opened.raw)
        try:
            if len(document) > MAX_PAGES:
                raise opened.refused(
                    N_("The PDF has {pages} pages; at most {limit} are read. Split it into smaller files."),
                    pages=len(document),
                    limit=MAX_PAGES,
                )
            raw = _settle(opened, document)
            if raw is not opened.raw:
                _check_streams(opened, raw)
                document.close()
                document = _open(opened, raw)
            yield document, raw
        finally:
            document.close()


def is_too_long(page: PDFPage) -> bool:
    """Whether a page draws more than `MAX_PAGE_CONTENT` bytes of commands: its content and the forms in it, each as
    often as it is drawn."""
    from pdfminer.pdftypes import PDFStream, dict_value, resolve1

    known: dict[int, int] = {}

    def cost(data: bytes, resources: Any, depth: int) -> int:
        total = len(data)
        found = resolve1(resources)
        forms = resolve1(found.get("XObject")) if isinstance(found, Mapping) else None
        if not isinstance(forms, Mapping) or total > MAX_PAGE_CONTENT:
            return total
        for match in _DRAWN_FORM.finditer(data):
            form = resolve1(forms.get(match[1].decode("latin-1")))
            if not isinstance(form, PDFStream) or str(form.get("Subtype")) != "/'Form'":
                continue
            if depth >= _DEEPEST_FORM:
                return MAX_PAGE_CONTENT + 1
            if id(form) not in known:
                known[id(form)] = cost(form.get_data(), form.get("Resources") or resources, depth + 1)
            total += known[id(form)]
            if total > MAX_PAGE_CONTENT:
                break
        return total

    content = b"\n".join(stream.get_data() for stream in map(resolve1, page.contents) if isinstance(stream, PDFStream))
    return cost(content, dict_value(page.resources), 0) > MAX_PAGE_CONTENT


def is_too_complex(document: PdfDocument, number: int) -> bool:
    """Whether the page with this number (from 1) has more letters or drawings than can be laid out in seconds."""
    from pypdfium2 import raw

    page = document[number - 1]
    try:
        if raw.FPDFPage_CountObjects(page) > MAX_PAGE_OBJECTS:
            return True
        text = page.get_textpage()
        count: int = text.count_chars()
        text.close()
    finally:
        page.close()
    return count > MAX_PAGE_CHARACTERS


def plain_lines(document: PdfDocument, number: int) -> list[str]:
    """The lines of a page as PDFium finds them, none when they are too many or the page is damaged."""
    from pypdfium2 import PdfiumError

    try:
        page = document[number - 1]
        text = page.get_textpage()
        lines = text.get_text_bounded().splitlines() if text.count_chars() <= MAX_PAGE_CHARACTERS else []
        text.close()
        page.close()
    except PdfiumError:
        return []
    return [line.strip() for line in lines if line.strip()]


def _open(opened: OpenedFile, raw: bytes) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    try:
        return PdfDocument(raw)
    except PdfiumError as error:
        if getattr(error, "err_code", None) == FPDF_ERR_PASSWORD:
            raise opened.refused(
                N_("The file is protected by a password. Open it, take the password off, and save it again.")
            ) from None
        raise opened.refused(DAMAGED) from None


def _settle(opened: OpenedFile, document: PdfDocument) -> bytes:
    """The bytes to read the text from: those of the file, or a copy without encryption and with its fields drawn."""
    from pypdfium2 import PdfiumError, raw

    form = document.get_formtype()
    if form == raw.FORMTYPE_XFA_FULL:
        raise opened.refused(
            N_("This is a dynamic XFA form, which only Adobe Reader shows. Print it to PDF there and send that.")
        )
    is_encrypted = raw.FPDF_GetSecurityHandlerRevision(document) >= 0
    if form == raw.FORMTYPE_NONE and not is_encrypted:
        return opened.raw
    copy = io.BytesIO()
    try:
        if form != raw.FORMTYPE_NONE:
            document.init_forms()
            for page in document:
                page.flatten()
                page.close()
        document.save(copy, flags=raw.FPDF_REMOVE_SECURITY)
    except PdfiumError:
        return opened.raw
    return copy.getvalue()


def _check_streams(opened: OpenedFile, raw: bytes) -> None:
    """Unpack every stream piece by piece, keeping none, and refuse the file as soon as it is more than it may be.

    A filter is told from the data, not from the dictionary, which may name it indirectly or wrongly.
    """
    limits = opened.limits
    unpacked = 0
    for match in _STREAM.finditer(raw):
        dictionary = raw[max(0, match.start() - _LONGEST_DICTIONARY) : match.start()]
        dictionary = dictionary[dictionary.rfind(b" obj") + 1 :]
        end = raw.find(b"endstream", match.end())
        data = raw[match.end() : len(raw) if end < 0 else end]
        if _ASCII85.search(dictionary):
            from pdfminer.ascii85 import ascii85decode

            data = ascii85decode(data)
        limit = limits.max_unpacked if _PICTURE_OR_FONT.search(dictionary) else limits.max_part
        unpacked += _unpacked_size(opened, data, limit)
        if unpacked > limits.max_unpacked:
            raise _too_large(opened, limits.max_unpacked)


def _unpacked_size(opened: OpenedFile, data: bytes, limit: int) -> int:
    for _ in range(_MOST_FILTERS):
        if not _is_deflated(data):
            return len(data)
        unpacker = zlib.decompressobj()
        size = 0
        kept = b""
        try:
            while data and not unpacker.eof and size <= limit:
                part = unpacker.decompress(data, _PART)
                data = unpacker.unconsumed_tail
                size += len(part)
                if size <= opened.limits.max_part:
                    kept += part
        except zlib.error:
            return size
        if size > limit or (size > len(kept) and _is_deflated(kept)):
            raise _too_large(opened, limit)
        if not _is_deflated(kept):
            return size
        data = kept
    raise _too_large(opened, limit)


def _is_deflated(data: bytes) -> bool:
    """By the two bytes with which zlib begins."""
    return len(data) > 2 and data[0] & 0x0F == 8 and data[0] >> 4 <= 7 and int.from_bytes(data[:2]) % 31 == 0


def _too_large(opened: OpenedFile, limit: int) -> Exception:
    return opened.refused(
        N_("Unpacked, a part of the PDF is larger than {limit} MB. Save it again as an ordinary document."),
        limit=in_megabytes(limit),
    )
