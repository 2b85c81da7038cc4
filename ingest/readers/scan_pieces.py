"""Turns the words read from a region of a scanned page into pieces of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from statistics import median

from ingest.document import Recovery
from ingest.readers.pdf_bands import APART
from ingest.readers.pdf_lines import Piece
from ingest.readers.scan_grid import POINT
from ingest.readers.scan_repair import is_wordlike, repair_line, repair_word
from ingest.readers.scan_strokes import Strokes
from ingest.readers.tesseract import Word

_BEARINGS = 0.08  # of the size: the white around the ink of a word
_LARGE = 1.35  # times the usual size: a heading
_BOLD = 1.22  # times the usual thickness of strokes
_GLUED = 0.25  # of the size: dots this near a word stand behind it without a space
_TEXT = 3  # letters in a line of a cell that are text, however unsure
_UNLIKELY = 0.8  # of the certainty of a word that is no Vietnamese syllable, number or name in capitals
_NOISE, _NOISE_EXPECTED = 0.45, 0.2  # mean certainty of a line that may be no text
_MARGIN, _PITCH, _ALIKE = 0.25, 1.8, 0.75  # of the size: how far off, below and how large the next line is


def pieces_of(words: Sequence[Word], usual: float, strokes: Strokes, in_cell: bool) -> Iterator[Piece]:
    """The pieces of a cell or a block, line by line, cut at wide gaps; `usual` is the size of most letters of the page
    in points. Lines that are no text are left out."""
    above: list[Word] = []
    for _, group in groupby(words, key=attrgetter("line")):
        line = sorted(group, key=attrgetter("x0"))
        if _is_noise(line, in_cell, _goes_on(above, line)):
            continue
        above = line
        # The size of a single line is told with an error of a third.
        size = line[0].size / POINT
        size = usual if in_cell or size < _LARGE * usual else round(size * 2) / 2
        is_bold = strokes.thickness(line) > _BOLD
        part: list[Word] = []
        for word in line:
            if part and word.x0 - part[-1].x1 > APART * size * POINT:
                yield _piece(part, size, is_bold)
                part = []
            part.append(word)
        yield _piece(part, size, is_bold)


def add_mark(pieces: Sequence[Piece], mark: Piece) -> list[Piece]:
    """The pieces with a check-box or a dotted leader among them; dots right behind a word belong to it."""
    for at, piece in enumerate(pieces):
        is_behind = abs(mark.x0 - piece.x1) <= _GLUED * piece.size
        if mark.text.startswith(".") and is_behind and abs(mark.baseline - piece.baseline) <= _GLUED * piece.size:
            head = piece.head if " " in piece.text else mark.x1 - piece.x0
            longer = replace(piece, text=piece.text + mark.text, x1=mark.x1, head=head)
            return [*pieces[:at], longer, *pieces[at + 1 :]]
    return [*pieces, mark]


def _is_noise(line: Sequence[Word], in_cell: bool, goes_on: bool) -> bool:
    """Whether what was read as a line is the paper, a stamp or a signature. In a cell, and where a line goes on, text
    is expected."""
    letters = sum(char.isalnum() for word in line for char in word.text)
    if not letters:
        return True
    if in_cell and letters >= _TEXT:
        return False
    sure = sum(word.confidence for word in line) / len(line)
    wordlike = sum(is_wordlike(word.text) for word in line)
    return sure < (_NOISE_EXPECTED if in_cell or goes_on else _NOISE) and 2 * wordlike < len(line)


def _goes_on(above: Sequence[Word], line: Sequence[Word]) -> bool:
    """Whether a line stands at the margin right below another of its size."""
    if not above:
        return False
    first, size = above[0], max(above[0].size, line[0].size)
    return (
        abs(line[0].x0 - first.x0) <= _MARGIN * size
        and 0 < line[0].baseline - first.baseline <= _PITCH * size
        and min(first.size, line[0].size) >= _ALIKE * size
    )


def _piece(words: Sequence[Word], size: float, is_bold: bool) -> Piece:
    before = " ".join(word.text for word in words)
    text = repair_line(" ".join(repair_word(word.text) for word in words))
    # As sure as its least sure word: the mean hides the one that is wrong.
    confidence = min(word.confidence * (1.0 if is_wordlike(word.text) else _UNLIKELY) for word in words)
    first = words[0]
    return Piece(
        text,
        (),
        first.x0 / POINT,
        words[-1].x1 / POINT + _BEARINGS * size,
        median(word.baseline for word in words) / POINT,
        size,
        is_bold,
        (first.x1 - first.x0) / POINT + _BEARINGS * size,
        Recovery(unrepaired=before if before != text else None, by_ocr=True, confidence=round(confidence, 2)),
    )
