"""PDF files as blocks: tables with their cells, and the text around them as paragraphs in reading order."""

from __future__ import annotations

import io
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.charset_choice import decide_by_fonts
from ingest.charsets import UNICODE, Decision, Run, coding_of_font
from ingest.document import Document, Recovery
from ingest.errors import N_, Problem
from ingest.readers.opened import OpenedFile
from ingest.readers.page_sheets import MOST_SHEETS, draw_page, show_pages
from ingest.readers.pdf_check import DAMAGED, is_too_complex, is_too_long, open_checked, plain_lines
from ingest.readers.pdf_flow import find_blocks
from ingest.readers.pdf_lines import plain_piece, recover_piece
from ingest.readers.pdf_page import PageContent, read_page
from ingest.readers.pdf_text import PageText, place_glyphs
from ingest.readers.scans import Scans, render_page, settle
from ingest.records import Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pdfplumber.page import Page
    from pypdfium2 import PdfDocument

    Gray = NDArray[np.uint8]

Progress = Callable[[int, int], None]

_FEWEST_GLYPHS = 16  # of a page that has text; a scan may carry a stamp or a page number
_SCAN = 0.5  # of a page that a picture covers, when it is one
_MOST_DRAWINGS = 200  # strokes and fills on a page without letters: they may be the letters
_UNREADABLE = 0.2  # of the letters of a page
_DRAWING_SECONDS = 20.0  # of a file: what its pages look like is worth no more
_HIDDEN_CONFIDENCE = 0.6  # of text that a scanner put invisibly behind its picture

_TOO_MUCH = N_("Page {page} holds too many letters or drawings and was not read.")
_PLAIN = N_("Page {page} could be read only as plain text, without its tables. Compare it with the original.")
_UNREAD_PAGE = N_("Page {page} is damaged and was not read.")
_UNREAD_LETTERS = N_("Page {page}: {count} letters are drawn in a font that does not say which they are.")


def say_nothing(_done: int, _total: int) -> None:
    return None


def read_pdf(opened: OpenedFile, progress: Progress = say_nothing) -> Document:
    """`progress` is told after each page how many of how many are read.

    Headers, footers and page numbers that run along are left out. A page that cannot be read is a problem of the
    document, the others are kept. Raises FileRefused for files that are protected, damaged or too large.
    """
    with open_checked(opened) as (pdfium, raw):
        problems: list[Problem] = []
        reading = _Reading(opened, pdfium, problems, Scans(opened, problems))
        pages = list(reading.read_pages(raw, progress))
    settle(pages)
    decision = decide_by_fonts(_runs(pages))
    if decision != UNICODE:
        for page in pages:
            page.change(lambda piece: piece if piece.recovery.by_ocr else recover_piece(piece, decision))
    sheets = show_pages(pages)
    return opened.document("pdf", find_blocks(opened, pages), reading.problems, _charset(pages, decision), sheets)


@dataclass(slots=True)
class _Reading:
    """Collects what could not be read; `drawing` are the seconds spent on what pages look like."""

    opened: OpenedFile
    pdfium: PdfDocument
    problems: list[Problem]
    scans: Scans
    drawing: float = 0.0

    def read_pages(self, raw: bytes, progress: Progress) -> Iterator[PageText]:
        import pdfplumber
        from pdfplumber.utils.exceptions import PdfminerException

        # Its remarks on fonts and colours mean nothing to the person who gave the file.
        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
        try:
            document = pdfplumber.open(io.BytesIO(raw))
            pages = document.pages
        except (PdfminerException, RecursionError, ValueError, TypeError, KeyError) as error:
            raise self.opened.refused(DAMAGED) from error
        if not pages:
            raise self.opened.refused(DAMAGED)
        characters = 0
        with document:
            for number, page in enumerate(pages, start=1):
                found = self._read(page, number)
                page.close()
                characters += sum(len(piece.text) for piece in found.pieces())
                self.opened.check_counts(characters=characters)
                yield found
                progress(number, len(pages))

    def _read(self, page: Page, number: int) -> PageText:
        """pdfminer raises whatever it stumbles over in a damaged page; the others may be whole."""
        from pdfplumber.utils.exceptions import PdfminerException

        try:
            if is_too_long(page.page_obj):
                return self._unread(number, _TOO_MUCH)
            if is_too_complex(self.pdfium, number):
                return self._plain(number, _TOO_MUCH)
            content = read_page(page.layout, number)
        except (PdfminerException, RecursionError, ValueError, TypeError, KeyError, IndexError, AttributeError):
            return self._plain(number, _UNREAD_PAGE)
        return self._text(content)

    def _text(self, content: PageContent) -> PageText:
        glyphs = sum(bool(glyph.text.strip()) for glyph in (*content.glyphs, *content.turned))
        is_empty = glyphs < _FEWEST_GLYPHS and (content.pictures >= _SCAN or content.drawings > _MOST_DRAWINGS)
        if is_empty or content.unreadable > _UNREADABLE * glyphs:
            return self._scan(content)
        if content.unreadable:
            self._note(content.number, _UNREAD_LETTERS, count=content.unreadable)
        page = place_glyphs(content)
        page.seen = self._look(content)
        if content.pictures >= _SCAN and self._is_hidden(content.number):
            hidden = Recovery(by_ocr=True, confidence=_HIDDEN_CONFIDENCE)
            page.change(lambda piece: replace(piece, recovery=hidden))
        return page

    def _look(self, content: PageContent) -> Gray | None:
        """What the page looks like, as long as drawing pages takes seconds."""
        if content.turn or content.number > MOST_SHEETS or self.drawing > _DRAWING_SECONDS:
            return None
        start = time.monotonic()
        seen = draw_page(self.pdfium, content.number, content.width, content.height)
        self.drawing += time.monotonic() - start
        return seen

    def _scan(self, content: PageContent) -> PageText:
        """What stands on a page that is a picture."""
        scanned = self.scans.read(lambda: render_page(self.pdfium, content.number), content.number)
        if scanned is None:
            return PageText(content.number, content.width, content.height)
        if content.number > MOST_SHEETS:
            scanned.seen = None
        return scanned

    def _plain(self, number: int, otherwise: str) -> PageText:
        lines = plain_lines(self.pdfium, number)
        page = self._unread(number, _PLAIN if lines else otherwise)
        page.plain = [plain_piece(line) for line in lines]
        return page

    def _unread(self, number: int, message: str) -> PageText:
        self._note(number, message)
        return PageText(number, 0.0, 0.0)

    def _note(self, number: int, message: str, **params: int) -> None:
        self.problems.append(self.opened.problem(message, Place(page=number), page=number, **params))

    def _is_hidden(self, number: int) -> bool:
        """Whether all text of a page is invisible: a scanner's own reading of its picture."""
        from pypdfium2 import raw

        page = self.pdfium[number - 1]
        modes = {raw.FPDFTextObj_GetTextRenderMode(text) for text in page.get_objects([raw.FPDF_PAGEOBJ_TEXT])}
        page.close()
        return modes == {raw.FPDF_TEXTRENDERMODE_INVISIBLE}


def _runs(pages: Iterable[PageText]) -> Iterator[Run]:
    """Lines with an old font as they stand in the file, the others as they are read."""
    for page in pages:
        for piece in page.pieces():
            if not piece.recovery.by_ocr:
                has_old = any(coding_of_font(font) for _, font in piece.runs)
                yield from (run for run in piece.runs if coding_of_font(run[1])) if has_old else ((piece.text, None),)
                yield "\n", None


def _charset(pages: Iterable[PageText], decision: Decision) -> str | None:
    """The old coding of most of the text that was in one."""
    found = Counter(p.recovery.charset for page in pages for p in page.pieces() if p.recovery.charset)
    return found.most_common(1)[0][0] if found else decision.charset
