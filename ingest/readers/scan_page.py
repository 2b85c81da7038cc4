"""A scanned page as text in its cells and beside them, as pages with letters are."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from ingest.document import Recovery
from ingest.readers.fonts import CHECKED_BOX, EMPTY_BOX
from ingest.readers.pdf_grid import RuledGrid, find_grids
from ingest.readers.pdf_lines import Piece
from ingest.readers.pdf_text import PageText, place_grids
from ingest.readers.scan_blocks import Region, find_blocks, letter_height, shrink
from ingest.readers.scan_boxes import CheckBox, find_boxes, without_boxes
from ingest.readers.scan_grid import POINT, take_rulings
from ingest.readers.scan_leaders import Leader, find_leaders, without_leaders
from ingest.readers.scan_picture import DPI, Picture, is_blank, straighten
from ingest.readers.scan_pieces import add_mark, pieces_of
from ingest.readers.scan_repair import is_wordlike
from ingest.readers.scan_strokes import Strokes
from ingest.readers.tesseract import Word, read_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

_MARGIN = 20  # pixels of paper around what is read
_GAP = 60  # pixels between cells that are read as one line
_LONGEST_LINE = 2_400  # pixels
_NARROW = 3.0  # letters' heights: cells of a figure or two are read best beside one another
_LOW = 1.9  # letters' heights: one line
_LEADER = 0.95  # certainty of a row of dots
_DOUBTFUL = 0.6  # mean certainty of a page that may stand on its head


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """`unread` counts the cells in which there is something that could not be read."""

    text: PageText
    unread: int


@dataclass(slots=True)
class _Reading:
    words: dict[int, list[Word]] = field(default_factory=lambda: defaultdict(list))

    @property
    def quality(self) -> float:
        """How much of what was read looks like words (0–1)."""
        words = [word for found in self.words.values() for word in found]
        total = sum(len(word.text) for word in words)
        return sum(word.confidence * len(word.text) for word in words if is_wordlike(word.text)) / max(1, total)


def read_scan(gray: Gray, number: int, seconds: float) -> ScannedPage:
    """The page with this number, of which `gray` is the picture at `DPI`, black on white.

    Raises TesseractFailed when that takes longer than `seconds`.
    """
    deadline = time.monotonic() + seconds
    if is_blank(gray):
        height, width = gray.shape
        return ScannedPage(PageText(number, width / POINT, height / POINT), 0)
    picture = straighten(gray)
    sheet = _Sheet(picture)
    reading = sheet.read(deadline)
    if reading.quality < _DOUBTFUL and reading.words:
        turned = _Sheet(Picture(*(side[::-1, ::-1].copy() for side in (picture.gray, picture.ink, picture.seen))))
        other = turned.read(deadline)
        if other.quality > reading.quality:
            sheet, reading = turned, other
    return sheet.page(reading, number)


class _Sheet:
    """The regions of one page: the cells of its tables first, then blocks of text."""

    def __init__(self, picture: Picture) -> None:
        rulings, bare = take_rulings(picture)
        self._boxes = find_boxes(bare)
        bare = without_boxes(bare, self._boxes)
        self._picture = picture
        self._grids = find_grids(rulings)
        self._letter = letter_height(bare.ink)
        self._leaders = find_leaders(bare.ink, self._letter)
        self._bare = without_leaders(bare, self._leaders)
        self._regions: list[Region] = []
        self._owner: list[tuple[int, int] | None] = []
        self._find_regions(bare.ink)

    def _find_regions(self, dotted: Gray) -> None:
        """`dotted` is the ink with the leaders, which hold together the lines they stand in."""
        rest = self._bare.ink.copy()
        for number, grid in enumerate(self._grids):
            for at, area in enumerate(grid.areas):
                bounds = Region(*(round(edge * POINT) for edge in (area.x0, area.top, area.x1, area.bottom)))
                region = shrink(rest, bounds, self._letter)
                if region is not None:
                    self._regions.append(region)
                    self._owner.append((number, at))
            left, top, right, bottom = (round(e * POINT) for e in (grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1]))
            # What is in an inner table is not in the cell around it.
            rest[max(0, top - 2) : bottom + 3, max(0, left - 2) : right + 3] = 0
            dotted[max(0, top - 2) : bottom + 3, max(0, left - 2) : right + 3] = 0
        for block in find_blocks(dotted, self._letter):
            self._regions.append(block)
            self._owner.append(None)

    def read(self, deadline: float) -> _Reading:
        """The words of each region, in pixels of the page."""
        reading = _Reading()
        small = [n for n, region in enumerate(self._regions) if self._owner[n] is not None and self._is_small(region)]
        if len(small) < 2:
            small = []
        rows = list(self._in_rows(small))
        large = [number for number in range(len(self._regions)) if number not in set(small)]
        pictures = [self._crop(self._regions[number]) for number in large] + [row.picture for row in rows]
        found = read_words(pictures, DPI, deadline - time.monotonic())
        for number, words in zip(large, found, strict=False):
            region = self._regions[number]
            reading.words[number] = [_moved(word, region.x0 - _MARGIN, region.top - _MARGIN) for word in words]
        for row, words in zip(rows, found[len(large) :], strict=True):
            for word in words:
                for number, start, end, drop in row.slots:
                    if start - _GAP / 2 < word.x0 and word.x1 < end + _GAP / 2:
                        region = self._regions[number]
                        reading.words[number].append(_moved(word, region.x0 - start, region.top - drop))
        alone = [number for number in small if not reading.words[number]]
        found = read_words([self._crop(self._regions[n]) for n in alone], DPI, deadline - time.monotonic())
        for number, words in zip(alone, found, strict=True):
            region = self._regions[number]
            reading.words[number] = [_moved(word, region.x0 - _MARGIN, region.top - _MARGIN) for word in words]
        return reading

    def _is_small(self, region: Region) -> bool:
        return region.width <= _NARROW * self._letter and region.height <= _LOW * self._letter

    def _crop(self, region: Region) -> Gray:
        import cv2
        import numpy as np

        gray = self._bare.gray[region.top : region.bottom, region.x0 : region.x1]
        edges = (_MARGIN,) * 4
        return np.asarray(cv2.copyMakeBorder(gray, *edges, cv2.BORDER_CONSTANT, value=255), dtype=np.uint8)

    def _in_rows(self, numbers: Sequence[int]) -> Iterator[_Row]:
        """Small cells side by side: of one figure alone Tesseract cannot tell how large letters are."""
        import numpy as np

        waiting: list[int] = []
        length = 0
        for number in (*numbers, None):
            added = self._regions[number].width + _GAP if number is not None else 0
            if waiting and (number is None or length + added > _LONGEST_LINE):
                height = max(self._regions[n].height for n in waiting) + 2 * _MARGIN
                picture = np.full((height, length + _GAP), 255, dtype=np.uint8)
                slots = []
                start = _GAP
                for n in waiting:
                    region = self._regions[n]
                    drop = height - _MARGIN - region.height
                    gray = self._bare.gray[region.top : region.bottom, region.x0 : region.x1]
                    picture[drop : drop + region.height, start : start + region.width] = gray
                    slots.append((n, start, start + region.width, drop))
                    start += region.width + _GAP
                yield _Row(picture, tuple(slots))
                waiting, length = [], 0
            if number is not None:
                waiting.append(number)
                length += added

    def page(self, reading: _Reading, number: int) -> ScannedPage:
        page = PageText(number, self._picture.width / POINT, self._picture.height / POINT)
        page.seen = self._picture.seen
        page.grids = self._grids
        page.areas = [{} for _ in self._grids]
        page.turned = [{} for _ in self._grids]
        usual = _usual_size(reading)
        strokes = Strokes(self._bare.ink, [word for words in reading.words.values() for word in words])
        unread = 0
        for at, owner in enumerate(self._owner):
            pieces = list(pieces_of(reading.words.get(at, ()), usual, strokes, owner is not None))
            if owner is None:
                page.items += pieces
            elif pieces:
                page.areas[owner[0]].setdefault(owner[1], []).extend(pieces)
            else:
                unread += 1
        for box in self._boxes:
            sign = CHECKED_BOX if box.is_ticked else EMPTY_BOX
            baseline = _level(page, box, self._grids) or box.bottom / POINT - 0.1 * usual
            self._put_back(page, _mark(sign, box, baseline, usual, box.confidence))
        for leader in self._leaders:
            self._put_back(page, _mark("." * leader.count, leader, leader.bottom / POINT, usual, _LEADER))
        place_grids(page)
        return ScannedPage(page, unread)

    def _put_back(self, page: PageText, mark: Piece) -> None:
        """Put among the text what was taken away before reading."""
        for number, grid in enumerate(self._grids):
            area = grid.area_at((mark.x0 + mark.x1) / 2, mark.baseline - 0.3 * mark.size)
            if area is not None:
                page.areas[number][area] = add_mark(page.areas[number].get(area, ()), mark)
                return
        page.items = [*add_mark([item for item in page.items if isinstance(item, Piece)], mark)]


def _mark(sign: str, at: CheckBox | Leader, baseline: float, size: float, confidence: float) -> Piece:
    x0, x1 = at.x0 / POINT, at.x1 / POINT
    return Piece(
        sign, (), x0, x1, baseline, size, False, x1 - x0, Recovery(by_ocr=True, confidence=round(confidence, 2))
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """`slots`: the number of a region, where it starts and ends in the picture, and how far down it begins."""

    picture: Gray
    slots: tuple[tuple[int, int, int, int], ...]


def _moved(word: Word, x: float, y: float) -> Word:
    return Word(
        word.text,
        word.x0 + x,
        word.x1 + x,
        word.top + y,
        word.bottom + y,
        word.baseline + y,
        word.size,
        word.confidence,
        word.line,
    )


def _usual_size(reading: _Reading) -> float:
    """The size of most letters, in points."""
    sizes = [word.size for words in reading.words.values() for word in words for _ in word.text]
    return round(median(sizes) / POINT * 2) / 2 if sizes else 12.0


def _level(page: PageText, box: CheckBox, grids: Sequence[RuledGrid]) -> float | None:
    """The baseline of the text beside a box, in points."""
    middle = (box.top + box.bottom) / 2 / POINT
    x = (box.x0 + box.x1) / 2 / POINT
    for number, grid in enumerate(grids):
        area = grid.area_at(x, middle)
        if area is not None:
            beside = page.areas[number].get(area, [])
            break
    else:
        beside = [item for item in page.items if isinstance(item, Piece)]
    near = [piece for piece in beside if piece.top <= middle <= piece.bottom]
    return min(near, key=lambda piece: abs(piece.x0 - x)).baseline if near else None
