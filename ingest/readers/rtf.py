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


def strip_rtf(opened: OpenedFile) -> bytes:
    """The file without pictures and embedded objects, which hold no text and are what readers of RTF were most often
    broken into with. Raises FileRefused for a file that was cut off, or that holds too much."""
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
    return raw
