"""The reading order of a page: what stands in columns is read column by column, the rest from the top down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ingest.readers.pdf_grid import RuledGrid
from ingest.readers.pdf_lines import Piece, find_rows
from ingest.vietnamese import fold

_FEWEST_LINES = 4  # of a column of text
_SHORTEST_LINE = 18  # characters of the usual line of a column; shorter ones are labels, names or cells
_FULL = 0.55  # of the width of its column, that the usual line of a text fills
_NARROWEST_GUTTER = 6.0  # points
_NEAR = 2.0  # points: what begins this near begins at the same place
_DEEPEST_HEAD = 7  # lines from the motto down
_MOTTO = "cong hoa xa hoi chu nghia"


@dataclass(frozen=True, slots=True)
class Box:
    """A table in the flow of a page; `number` is its place in the list of the page's grids."""

    grid: RuledGrid
    number: int

    @property
    def x0(self) -> float:
        return self.grid.xs[0]

    @property
    def x1(self) -> float:
        return self.grid.xs[-1]

    @property
    def top(self) -> float:
        return self.grid.ys[0]

    @property
    def bottom(self) -> float:
        return self.grid.ys[-1]


Item = Piece | Box


@dataclass(frozen=True, slots=True)
class Column:
    """Items that are read from the top down, between `x0` and `x1`."""

    items: tuple[Item, ...]
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Gutter:
    """Two columns of a page: where the lines of the left one begin and end, and those of the right one begin."""

    left: float
    left_end: float
    right: float

    @property
    def at(self) -> float:
        return self.right - _NARROWEST_GUTTER / 2

    def holds_left(self, items: Sequence[Item]) -> bool:
        """Whether the items stand in the left column, and the right one is empty."""
        begins = min((item.x0 for item in items), default=0.0)
        return abs(begins - self.left) <= _NEAR and all(item.x1 <= self.left_end + _NEAR for item in items)


def find_gutter(items: Sequence[Item]) -> Gutter | None:
    """The gutter between two columns of running text, None on a page that shows none."""
    ordered = sorted(items, key=lambda item: (item.top, item.x0))
    split = _text_split(ordered) if ordered else None
    if split is None:
        return None
    left, right = _parted(ordered[split[0] : split[1]], split[2])
    return Gutter(min(item.x0 for item in left), max(item.x1 for item in left), min(item.x0 for item in right))


def find_columns(items: Sequence[Item], gutters: Sequence[Gutter] = ()) -> list[Column]:
    """All items, each once, in the columns in which they are read. `gutters` are those of other pages, whose columns
    may hold too little here to be told by themselves."""
    if not items:
        return []
    x0, x1 = min(item.x0 for item in items), max(item.x1 for item in items)
    ordered = sorted(items, key=lambda item: (item.top, item.x0))
    if head := _motto_split(ordered):
        start, end, at = head
        sides = _parted(ordered[start:end], at)
        middle = [Column(tuple(sides[0]), x0, at), Column(tuple(sides[1]), at, x1)]
    elif split := _text_split(ordered) or _known_split(ordered, gutters):
        start, end, at = split
        sides = _parted(ordered[start:end], at)
        middle = [column for side in sides for column in find_columns(side)]
    else:
        return [Column(tuple(ordered), x0, x1)]
    return [*find_columns(ordered[:start]), *middle, *find_columns(ordered[end:])]


def _parted(items: Sequence[Item], at: float) -> tuple[list[Item], list[Item]]:
    """What stands left and right of the gutter."""
    return [item for item in items if item.x1 <= at], [item for item in items if item.x1 > at]


def _text_split(ordered: Sequence[Item]) -> tuple[int, int, float] | None:
    """Where the longest two columns of running text begin and end, and where the gutter between them is."""
    starts = sorted({round(item.x0) for item in ordered})
    left = min(item.x0 for item in ordered)
    candidates: list[float] = []
    for start in starts:
        near = [item.x0 for item in ordered if abs(item.x0 - start) <= 2]
        if start > left + 40 and len(near) >= _FEWEST_LINES:
            candidates.append(min(near) - _NARROWEST_GUTTER / 2)
    best: tuple[int, tuple[int, int, float]] | None = None
    for at in candidates:
        for start, end in _runs(ordered, at):
            run = ordered[start:end]
            if (best is None or end - start > best[0]) and _are_columns(run, at):
                best = (end - start, (start, end, at))
    return best[1] if best else None


def _known_split(ordered: Sequence[Item], gutters: Sequence[Gutter]) -> tuple[int, int, float] | None:
    """Where columns as on other pages begin and end: lines of the left one, and beside the first of them such as begin
    where the right one does."""
    for gutter in gutters:
        for start, end in _runs(ordered, gutter.at, _FEWEST_LINES + 1):
            left, right = _parted(ordered[start:end], gutter.at)
            rows = find_rows(item for item in left if isinstance(item, Piece))
            if len(rows) < _FEWEST_LINES or not right or abs(min(item.x0 for item in right) - gutter.right) > _NEAR:
                continue
            width = median(row.x1 - row.x0 for row in rows)
            is_text = width >= _FULL * (gutter.left_end - gutter.left) and abs(rows[0].x0 - gutter.left) <= _NEAR * 6
            is_beside = abs(right[0].top - left[0].top) <= 2 * rows[0].size
            if is_text and is_beside and median(len(row.text) for row in rows) >= _SHORTEST_LINE:
                return start, end, gutter.at
    return None


def _runs(ordered: Sequence[Item], at: float, fewest: int = 2 * _FEWEST_LINES) -> list[tuple[int, int]]:
    """The stretches of at least `fewest` items in which nothing crosses the gutter at `at`."""
    found: list[tuple[int, int]] = []
    start = 0
    for number, item in enumerate(ordered):
        if item.x0 < at and item.x1 > at - _NARROWEST_GUTTER / 2:
            found.append((start, number))
            start = number + 1
    found.append((start, len(ordered)))
    return [(start, end) for start, end in found if end - start >= fewest]


def _are_columns(run: Sequence[Item], at: float) -> bool:
    spans = []
    for side in _parted(run, at):
        rows = find_rows(item for item in side if isinstance(item, Piece))
        if len(rows) < _FEWEST_LINES:
            return False
        width = max(row.x1 for row in rows) - min(row.x0 for row in rows)
        if median(row.x1 - row.x0 for row in rows) < _FULL * width:
            return False
        if median(len(row.text) for row in rows) < _SHORTEST_LINE:
            return False
        spans.append((rows[0].baseline, rows[-1].baseline))
    (top, bottom), (other_top, other_bottom) = spans
    shared = min(bottom, other_bottom) - max(top, other_top)
    return shared > 0.3 * min(bottom - top, other_bottom - other_top)


def _motto_split(ordered: Sequence[Item]) -> tuple[int, int, float] | None:
    """The head of an official paper: who issues it on the left, the national motto on the right."""
    for number, motto in enumerate(ordered):
        if not isinstance(motto, Piece) or not fold(motto.text).startswith(_MOTTO):
            continue
        beside = [
            item
            for item in ordered
            if isinstance(item, Piece) and item.x1 < motto.x0 and abs(item.baseline - motto.baseline) < motto.size
        ]
        if not beside:
            return None
        at = (max(item.x1 for item in beside) + motto.x0) / 2
        start = min(number, *(ordered.index(item) for item in beside))
        end = start
        while end < len(ordered) and ordered[end].top - motto.baseline < _DEEPEST_HEAD * motto.size:
            if isinstance(ordered[end], Box) or ordered[end].x0 < at < ordered[end].x1:
                break
            end += 1
        # Below the last line on the right, what stands on the left is the text of the paper.
        bottom = max(item.bottom for item in ordered[start:end] if item.x0 > at)
        while ordered[end - 1].top > bottom:
            end -= 1
        return start, end, at
    return None
