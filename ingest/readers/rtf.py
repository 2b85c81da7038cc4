"""RTF files before LibreOffice sees them: whole, within limits, and without what is no text."""

from __future__ import annotations

import re

from ingest.errors import N_
from ingest.readers.ole import CUT_OFF
from ingest.readers.opened import OpenedFile

_DEEPEST = 500  # groups in groups; real files have some ten
_BRACES = re.compile(rb"\\[{}\\]|([{}])")
_PARAGRAPHS, _CELLS = re.compile(rb"\\par(?![a-z])"), re.compile(rb"\\(?:nest)?cell(?![a-z])")
# Pictures, embedded objects and fonts are written as hexadecimal digits, by the line or in one piece.
_DATA = re.compile(rb"[0-9a-fA-F\r\n]{2000,}")
# LibreOffice takes time with the square of the length of a paragraph, and nobody writes one of ten pages.
_LONGEST_PARAGRAPH, _SHORTEST_PART, _LONGEST_PART = 60_000, 2_000, 8_000
_STRETCH = re.compile(rb"(?<![^{}])[^{}]{%d,}" % _LONGEST_PARAGRAPH)
# It also takes ten times as long for escaped letters as for the same ones in UTF-8, of which it knows by this number.
_LARGE = 1_000_000
_ESCAPED = re.compile(rb"\\u(-?[0-9]{1,6}) ?(?:\?|\\'[0-9a-fA-F]{2})")
_LEFT = re.compile(rb"\\'|\\u-?[0-9]|\\uc(?!1(?![0-9]))|\\bin(?![a-z])|[\x80-\xff]")
_CODE_PAGE = re.compile(rb"\\ansicpg[0-9]+|\\fcharset(?!2(?![0-9]))[0-9]+|\\cpg[0-9]+")
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_START = re.compile(rb"\{\\rtf1?(?![0-9])")
_END = re.compile(rb"(\\(?:par|sect|page|row|(?:nest)?cell)(?![a-z]))")


def strip_rtf(opened: OpenedFile) -> bytes:
    """The file without pictures and embedded objects, which hold no text and are what readers of RTF were most often
    broken into with. What LibreOffice takes long for is written otherwise: paragraphs of many pages are cut at the
    ends of sentences. Raises FileRefused for a file that was cut off, or that holds too much."""
    raw = _DATA.sub(b"", opened.raw)
    if not raw.rstrip(b"\0\r\n\t\x1a ").endswith(b"}"):
        raise opened.refused(CUT_OFF)  # what is there could be read, and nobody would miss the rest
    opened.check_counts(
        paragraphs=sum(1 for _ in _PARAGRAPHS.finditer(raw)), cells=sum(1 for _ in _CELLS.finditer(raw))
    )
    depth = 0
    for match in _BRACES.finditer(raw):
        if match[1]:
            depth += 1 if match[1] == b"{" else -1
            if depth > _DEEPEST:
                raise opened.refused(
                    N_("Tables or values nested more than {limit} deep. Save the file with a simpler layout."),
                    limit=_DEEPEST,
                )
    raw = _STRETCH.sub(_cut_paragraphs, raw)
    return _write_letters(raw) if len(raw) > _LARGE else raw


def _write_letters(raw: bytes) -> bytes:
    """Escaped letters in UTF-8, where the file holds no bytes in any other coding."""
    if _LEFT.search(_ESCAPED.sub(b"", raw)):
        return raw
    written = _ESCAPED.sub(_letter, raw)
    # Letters beyond FFFF were escaped as two halves.
    written = _HALVES.sub(
        lambda pair: (
            pair[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()
        ),
        written,
    )
    return _START.sub(rb"{\\rtf1\\ansi\\ansicpg65001", _CODE_PAGE.sub(b"", written), count=1)


def _letter(match: re.Match[bytes]) -> bytes:
    letter = chr(int(match[1]) % 0x10000)
    return b"\\" + letter.encode() if letter in "\\{}" else letter.encode("utf-8", "surrogatepass")


def _cut_paragraphs(stretch: re.Match[bytes]) -> bytes:
    text = stretch[0]
    if text.startswith(b"\\*") or b"\\bin" in text:
        return text
    return b"".join(_cut(part) if len(part) > _LONGEST_PARAGRAPH else part for part in _END.split(text))


def _cut(paragraph: bytes) -> bytes:
    """A break after a space is never inside a control word or a letter."""
    parts: list[bytes] = []
    start = 0
    while len(paragraph) - start > _LONGEST_PART:
        least, most = start + _SHORTEST_PART, start + _LONGEST_PART
        end = paragraph.find(b". ", least, most) + 2
        if end < 2:
            end = paragraph.find(b" ", least, most) + 1
        if not end:
            end = paragraph.find(b" ", most) + 1 or len(paragraph)
        parts.append(paragraph[start:end])
        start = end
    return b"\\par ".join((*parts, paragraph[start:]))
