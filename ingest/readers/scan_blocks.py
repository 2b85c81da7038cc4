"""Where on a scanned page text stands: blocks of lines, parted at the white columns and bands between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

_PADDING = 6  # pixels kept around ink
_GUTTER = 1.7  # letters' heights: a white column this wide parts blocks
_BAND = 2.4  # letters' heights: a white band this high parts blocks
_LINE_GAP = 3  # pixels of white that part lines
_LOWEST_COLUMN = 4.0  # letters' heights: three lines
_SMALLEST_INK = 40  # pixels: less is dust
_DEEPEST = 8
_USUAL_LETTER = 38.0  # pixels: of 12 points


@dataclass(frozen=True, slots=True)
class Region:
    """Pixels of the page."""

    x0: int
    top: int
    x1: int
    bottom: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.bottom - self.top


def letter_height(ink: Gray) -> float:
    """The height of most letters of a page, in pixels."""
    import cv2
    import numpy as np

    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    heights, widths = stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH]
    letters = heights[(heights >= 12) & (heights <= 90) & (widths >= 6) & (widths <= 120)]
    return float(np.median(letters)) if len(letters) >= 5 else _USUAL_LETTER


def shrink(ink: Gray, region: Region, letter: float) -> Region | None:
    """The part of a region in which there is ink, with a little paper around; None where there is but dust, or only
    the rest of a line at the edge."""
    import numpy as np

    # Ruled lines leave a rim.
    rim = 2
    inside = ink[region.top + rim : region.bottom - rim, region.x0 + rim : region.x1 - rim]
    if inside.size == 0 or int(inside.sum()) < _SMALLEST_INK:
        return None
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if rows[-1] - rows[0] < letter / 2 and columns[-1] - columns[0] < letter:
        return None
    return Region(
        max(region.x0 + rim, region.x0 + rim + int(columns[0]) - _PADDING),
        max(region.top + rim, region.top + rim + int(rows[0]) - _PADDING),
        min(region.x1 - rim, region.x0 + rim + int(columns[-1]) + 1 + _PADDING),
        min(region.bottom - rim, region.top + rim + int(rows[-1]) + 1 + _PADDING),
    )


def find_blocks(ink: Gray, letter: float) -> Iterator[Region]:
    """The blocks of a page, each of lines that are read from edge to edge."""
    height, width = ink.shape
    yield from _part(ink, Region(0, 0, int(width), int(height)), letter, 0)


def _part(ink: Gray, region: Region, letter: float, depth: int) -> Iterator[Region]:
    block = shrink(ink, region, letter)
    if block is None:
        return
    if depth < _DEEPEST:
        inside = ink[block.top : block.bottom, block.x0 : block.x1]
        for first, second in (_bands(inside, block, letter), _columns(inside, block, letter)):
            if first is not None and second is not None:
                yield from _part(ink, first, letter, depth + 1)
                yield from _part(ink, second, letter, depth + 1)
                return
        if (parts := _side_by_side(inside, block, letter)) is not None:
            for part in parts:
                yield from _part(ink, part, letter, depth + 1)
            return
    yield block


def _bands(inside: Gray, block: Region, letter: float) -> tuple[Region | None, Region | None]:
    gap = _widest_gap(_inked(inside.T))
    if gap is None or gap[1] - gap[0] < _BAND * letter:
        return None, None
    at = block.top + (gap[0] + gap[1]) // 2
    return Region(block.x0, block.top, block.x1, at), Region(block.x0, at, block.x1, block.bottom)


def _columns(inside: Gray, block: Region, letter: float) -> tuple[Region | None, Region | None]:
    gap = _widest_gap(_inked(inside))
    if gap is None or gap[1] - gap[0] < _GUTTER * letter:
        return None, None
    at = block.x0 + (gap[0] + gap[1]) // 2
    return Region(block.x0, block.top, at, block.bottom), Region(at, block.top, block.x1, block.bottom)


def _side_by_side(inside: Gray, block: Region, letter: float) -> list[Region] | None:
    """The longest run of lines in which a white column goes through, with what stands above and below it."""
    lines = _runs(_inked(inside.T), _LINE_GAP)
    best: tuple[int, int] | None = None
    start = 0
    blank: NDArray[np.bool_] | None = None
    for number, (top, bottom) in enumerate(lines):
        line = ~_inked(inside[top:bottom])
        joined = line if blank is None else blank & line
        if _has_gutter(joined, letter):
            blank = joined
        else:
            start, blank = (number, line) if _has_gutter(line, letter) else (number + 1, None)
        if blank is None:
            continue
        # Lines that do not stand level beside each other run into one.
        depth = bottom - lines[start][0]
        if depth >= _LOWEST_COLUMN * letter and (best is None or depth > lines[best[1] - 1][1] - lines[best[0]][0]):
            best = (start, number + 1)
    if best is None or best == (0, len(lines)):
        return None
    tops = [block.top]
    if best[0] > 0:
        tops.append(block.top + (lines[best[0] - 1][1] + lines[best[0]][0]) // 2)
    if best[1] < len(lines):
        tops.append(block.top + (lines[best[1] - 1][1] + lines[best[1]][0]) // 2)
    tops.append(block.bottom)
    return [Region(block.x0, top, block.x1, end) for top, end in pairwise(tops)]


def _inked(inside: Gray) -> NDArray[np.bool_]:
    """In which columns there is ink."""
    import numpy as np

    return np.asarray(inside.any(axis=0), dtype=np.bool_)


def _has_gutter(blank: NDArray[np.bool_], letter: float) -> bool:
    gap = _widest_gap(~blank)
    return gap is not None and gap[1] - gap[0] >= _GUTTER * letter


def _widest_gap(inked: NDArray[np.bool_]) -> tuple[int, int] | None:
    """Between two places with ink."""
    runs = _runs(inked, 1)
    gaps = [(before[1], after[0]) for before, after in pairwise(runs)]
    return max(gaps, key=lambda gap: gap[1] - gap[0]) if gaps else None


def _runs(inked: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Where ink begins and ends, over gaps smaller than `gap`."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([False], inked, [False])).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and start - runs[-1][1] < gap:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs
