"""Turns the words read from a region of a scanned page into pieces of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from statistics import median

from ingest.document import Recovery
from ingest.readers.pdf_lines import APART, Piece
from ingest.readers.scan_grid import POINT
from ingest.readers.scan_repair import is_wordlike, repair_line, repair_word
from ingest.readers.scan_strokes import Strokes
from ingest.readers.tesseract import Word

_BEARINGS = 0.08  # of the size: the white around the ink of a word
_LARGE = 1.35  # times the usual size: a heading
_BOLD = 1.22  # times the usual thickness of strokes
_TEXT = 3  # letters in a line of a cell that are text, however unsure
_UNLIKELY = 0.8  # of the certainty of a word that is no Vietnamese syllable, number or name in capitals
_NOISE, _NOISE_IN_CELL = 0.45, 0.2  # mean certainty of a line that may be no text


def pieces_of(words: Sequence[Word], usual: float, strokes: Strokes, in_cell: bool) -> Iterator[Piece]:
    """The pieces of a cell or a block, line by line, cut at wide gaps; `usual` is the size of most letters of the page
    in points. Lines that are no text are left out."""
    for _, group in groupby(words, key=attrgetter("line")):
        line = sorted(group, key=attrgetter("x0"))
        if _is_noise(line, in_cell):
            continue
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


def _is_noise(line: Sequence[Word], in_cell: bool) -> bool:
    """Whether what was read as a line is the paper, a stamp or a signature. In a cell text is expected."""
    letters = sum(char.isalnum() for word in line for char in word.text)
    if not letters:
        return True
    if in_cell and letters >= _TEXT:
        return False
    sure = sum(word.confidence for word in line) / len(line)
    wordlike = sum(is_wordlike(word.text) for word in line)
    return sure < (_NOISE_IN_CELL if in_cell else _NOISE) and 2 * wordlike < len(line)


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
