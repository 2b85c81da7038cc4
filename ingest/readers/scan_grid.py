"""The ruled lines of a scanned page, found and taken away so that they touch no letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.readers.pdf_page import Ruling
from ingest.readers.scan_picture import DPI, Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

POINT = DPI / 72  # pixels
_PIECE = 60  # pixels, of a line without a break
_SHORTEST = 110  # pixels, of a line with its breaks
_STUB = 44  # pixels, of a line that goes from one line to another
_TOUCH = 4  # pixels between lines that touch
_BREAK = 12  # pixels
_THICKEST = 16  # pixels
_EDGE = 0.008  # of the page: the shadow around the paper
_SLOPE = 4  # pixels by which the pieces of one line may lie apart


def take_rulings(picture: Picture) -> tuple[list[Ruling], Picture]:
    """The ruled lines, in points, and the page without them."""
    import cv2
    import numpy as np

    # Upright lines are followed on the page laid on its side.
    sides = (picture.ink, np.ascontiguousarray(picture.ink.T))
    lines = [_find_lines(ink) for ink in sides]
    for at, ink in enumerate(sides):
        lines[at] |= _find_stubs(ink, lines[at], np.ascontiguousarray(lines[1 - at].T))
    mask = lines[0] | lines[1].T
    if not mask.any():
        return [], picture
    wide = cv2.dilate(mask, np.ones((3, 3), np.uint8)) > 0
    gray = picture.gray.copy()
    gray[wide] = 255
    rulings = [*_rulings(lines[0], True), *_rulings(lines[1], False)]
    return rulings, replace(picture, gray=gray, ink=np.where(wide, 0, picture.ink).astype(np.uint8))


def _find_lines(ink: Gray) -> Gray:
    """1 where there are level lines of at least `_SHORTEST`."""
    import cv2
    import numpy as np

    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    pieces = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, _PIECE), np.uint8))
    linked = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, np.ones((_SLOPE, 2 * _BREAK + 1), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(linked, connectivity=8)
    top, length = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_WIDTH]
    depth, area = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    edge = _EDGE * len(ink)
    chosen = (length >= _SHORTEST) & (area <= _THICKEST * length)
    chosen &= depth <= np.maximum(3 * _THICKEST, length // 20)
    chosen &= (top >= edge) & (top + depth <= len(ink) - edge)
    chosen[0] = False
    return np.asarray(chosen[labels], dtype=np.uint8)


def _find_stubs(ink: Gray, lines: Gray, crossing: Gray) -> Gray:
    """1 where there are shorter level lines that go from one crossing line to another, as in a table of one row."""
    import cv2
    import numpy as np

    thick = cv2.dilate(ink & ~(lines * 255), np.ones((3, 1), np.uint8))
    pieces = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, _STUB), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pieces, connectivity=8)
    chosen = np.zeros(count, dtype=np.bool_)
    for number, (x, y, length, depth, area) in enumerate(stats[1:].tolist(), start=1):
        if length > 2 * _SHORTEST or depth > _THICKEST or area > _THICKEST * length:
            continue
        rows = slice(y, y + depth)
        ends = (crossing[rows, max(0, at - _TOUCH) : at + _TOUCH] for at in (x, x + length))
        chosen[number] = all(end.any() for end in ends)
    return np.asarray(chosen[labels], dtype=np.uint8)


def _rulings(lines: Gray, is_horizontal: bool) -> Iterator[Ruling]:
    """Each line in as many parts as it takes for each to be level."""
    import cv2
    import numpy as np

    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    for number, (x, y, length, depth, _) in enumerate(stats[1:].tolist(), start=1):
        line = labels[y : y + depth, x : x + length] == number
        parts = max(1, round(depth / (2 * _THICKEST)))
        for start, end in pairwise(np.linspace(0, length, parts + 1).astype(int).tolist()):
            rows = np.flatnonzero(line[:, start:end].any(axis=1))
            if len(rows):
                middle = y + (int(rows[0]) + int(rows[-1]) + 1) / 2
                yield Ruling(is_horizontal, middle / POINT, (x + start) / POINT, (x + end) / POINT)
