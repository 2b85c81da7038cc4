"""The pages of a file that are pictures, read as far as Tesseract is there and time is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from ingest.errors import N_, Problem
from ingest.readers.opened import OpenedFile
from ingest.readers.pdf_lines import Piece
from ingest.readers.pdf_text import PageText
from ingest.readers.scan_page import read_scan
from ingest.readers.scan_picture import DPI, MOST_PIXELS, without_stamps
from ingest.readers.scan_repair import repair_numbering
from ingest.readers.tesseract import PACKAGES, TesseractFailed, reads_vietnamese
from ingest.records import Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfDocument

    Gray = NDArray[np.uint8]

PAGE_SECONDS = 90.0
"""For one page: less than the silence at which a reader is taken for stuck."""
FILE_SECONDS = 1_500.0
"""For all pages of a file: less than what reading it may take altogether."""

_NO_TESSERACT = N_(
    "Page {page} is a picture. Pictures are read with Tesseract and its Vietnamese language, which are not on this "
    "computer. Ask its administrator to install them (apt install {packages}), or send the original file."
)
_TOO_SLOW = N_(
    "Page {page} is a picture that could not be read within {limit} seconds. Scan it again at 300 dpi, or send the "
    "original file."
)
_TOO_MANY = N_(
    "Page {page} and the pictures after it were not read: those before it took {limit} seconds. Split the file."
)
_EMPTY = N_("Page {page} is a picture in which no text was found. Compare it with the original.")
_UNREAD = N_(
    "Page {page}: {count} cells hold something that could not be read (a signature, a drawing, faint print). "
    "Compare it with the original."
)


@dataclass(slots=True)
class Scans:
    """Reads the pages of one file that are pictures; notes in `problems` what it could not read."""

    opened: OpenedFile
    problems: list[Problem]
    _deadline: float = field(default=0.0, init=False)
    _has_given_up: bool = field(default=False, init=False)

    def read(self, draw: Callable[[], Gray], number: int) -> PageText | None:
        """The page with this number, of which `draw` gives the picture; None when nothing of it can be read."""
        if self._has_given_up:
            return None
        if not reads_vietnamese():
            self._note(number, _NO_TESSERACT, packages=PACKAGES)
            return None
        now = time.monotonic()
        self._deadline = self._deadline or now + FILE_SECONDS
        if now >= self._deadline:
            self._has_given_up = True
            self._note(number, _TOO_MANY, limit=round(FILE_SECONDS))
            return None
        try:
            scanned = read_scan(draw(), number, PAGE_SECONDS)
        except TesseractFailed:
            self._note(number, _TOO_SLOW, limit=round(PAGE_SECONDS))
            return None
        if scanned.unread:
            self._note(number, _UNREAD, count=scanned.unread)
        if not any(scanned.text.pieces()):
            self._note(number, _EMPTY)
        return scanned.text

    def _note(self, number: int, message: str, **params: int | str) -> None:
        self.problems.append(self.opened.problem(message, Place(page=number), page=number, **params))


def settle(pages: Sequence[PageText]) -> None:
    """Put right, in what was read from pictures, what only all pages together tell."""
    lines = [
        item
        for page in pages
        for item in sorted((item for item in page.items if isinstance(item, Piece)), key=attrgetter("baseline"))
    ]
    if any(line.recovery.by_ocr for line in lines):
        repaired = repair_numbering(lines)
        for page in pages:
            page.change(lambda piece: repaired.get(id(piece), piece) if piece.recovery.by_ocr else piece)


def render_page(document: PdfDocument, number: int) -> Gray:
    """The page with this number (from 1) at `DPI`, or as fine as `MOST_PIXELS` allow."""
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(DPI / 72, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    picture = bitmap.to_numpy()[:, :, :3].copy()
    bitmap.close()
    page.close()
    return without_stamps(picture)
