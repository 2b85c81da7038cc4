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
_BREAK = 12  # pixels
_THICKEST = 16  # pixels
_EDGE = 0.008  # of the page: the shadow around the paper
_SLOPE = 4  # pixels by which the pieces of one line may lie apart


def take_rulings(picture: Picture) -> tuple[list[Ruling], Picture]:
    """The ruled lines, in points, and the page without them."""
    import cv2
    import numpy as np

    found: list[Ruling] = []
    mask = np.zeros_like(picture.ink)
    for is_horizontal in (True, False):
        # Lines are followed along the rows; upright ones on the page laid on its side.
        ink = picture.ink if is_horizontal else np.ascontiguousarray(picture.ink.T)
        kept = np.zeros_like(ink)
        found += _lines(ink, is_horizontal, kept)
        mask |= kept if is_horizontal else np.ascontiguousarray(kept.T)
    if not found:
        return [], picture
    wide = cv2.dilate(mask, np.ones((3, 3), np.uint8)) > 0
    gray = picture.gray.copy()
    gray[wide] = 255
    return found, replace(picture, gray=gray, ink=np.where(wide, 0, picture.ink).astype(np.uint8))


def _lines(ink: Gray, is_horizontal: bool, kept: Gray) -> Iterator[Ruling]:
    """Marks in `kept` what belongs to lines."""
    import cv2
    import numpy as np

    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    pieces = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, _PIECE), np.uint8))
    linked = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, np.ones((_SLOPE, 2 * _BREAK + 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(linked, connectivity=8)
    height = len(ink)
    chosen = np.zeros(count, dtype=bool)
    for number in range(1, count):
        x, y, length, depth, area = (int(value) for value in stats[number])
        is_edge = y < _EDGE * height or y + depth > (1 - _EDGE) * height
        if length < _SHORTEST or area > _THICKEST * length or depth > max(3 * _THICKEST, length // 20) or is_edge:
            continue
        chosen[number] = True
        yield from _rulings(labels[y : y + depth, x : x + length] == number, x, y, is_horizontal)
    kept |= (chosen[labels] & (thick > 0)).astype(np.uint8)


def _rulings(line: NDArray[np.bool_], x: int, y: int, is_horizontal: bool) -> Iterator[Ruling]:
    """A line in as many parts as it takes for each to be level."""
    import numpy as np

    depth, length = line.shape
    parts = max(1, round(depth / (2 * _THICKEST)))
    for start, end in pairwise(np.linspace(0, length, parts + 1).astype(int)):
        rows = np.flatnonzero(line[:, start:end].any(axis=1))
        if len(rows):
            middle = y + (rows[0] + rows[-1] + 1) / 2
            yield Ruling(is_horizontal, middle / POINT, (x + start) / POINT, (x + end) / POINT)
