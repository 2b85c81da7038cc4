"""Dotted leaders on a scanned page, which Tesseract reads as letters or takes a whole line away for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from ingest.readers.scan_picture import Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

_LARGEST_DOT = 0.45  # of letters' heights, across and upright
_SKEWED = 0.4  # of the larger side of a dot, by which the other may be smaller
_FEWEST = 5  # dots: three are an ellipsis
_NEXT = 1.0  # letters' heights from one dot to the next
_EVEN = 0.35  # of the usual step, by which a step may differ from it
_LEVEL = 0.12  # letters' heights by which neighbours may lie higher or lower
_BELOW = 0.3  # letters' heights of white below
_MARGIN = 3  # pixels: the edges of dots fade


@dataclass(frozen=True, slots=True)
class Leader:
    """Pixels of the page; `count` is how many dots there are."""

    x0: int
    top: int
    x1: int
    bottom: int
    count: int


@dataclass(frozen=True, slots=True)
class _Dot:
    x0: int
    top: int
    x1: int
    bottom: int


def find_leaders(ink: Gray, letter: float) -> list[Leader]:
    """Rows of dots at even distances; `letter` is the height of most letters in pixels."""
    import cv2

    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    dots = [
        _Dot(x, y, x + width, y + height)
        for x, y, width, height, _ in stats[1:].tolist()
        if max(width, height) <= _LARGEST_DOT * letter
        and abs(width - height) <= _SKEWED * max(width, height)
        # Below that of an i there is its stroke.
        and not ink[y + height : y + height + round(_BELOW * letter), x : x + width].any()
    ]
    return [_leader(row) for chain in _chains(dots, letter) for row in _even(chain) if len(row) >= _FEWEST]


def without_leaders(picture: Picture, leaders: Iterable[Leader]) -> Picture:
    """The page with the leaders taken away."""
    gray, ink = picture.gray.copy(), picture.ink.copy()
    for leader in leaders:
        rows = slice(max(0, leader.top - _MARGIN), leader.bottom + _MARGIN)
        columns = slice(max(0, leader.x0 - _MARGIN), leader.x1 + _MARGIN)
        gray[rows, columns] = 255
        ink[rows, columns] = 0
    return Picture(gray, ink, picture.seen)


def _chains(dots: Iterable[_Dot], letter: float) -> list[list[_Dot]]:
    """Each dot behind the nearest one before it on its level."""
    chains: list[list[_Dot]] = []
    still_open: list[list[_Dot]] = []
    for dot in sorted(dots, key=attrgetter("x0")):
        still_open = [chain for chain in still_open if dot.x0 - chain[-1].x0 <= _NEXT * letter]
        near = [chain for chain in still_open if abs(chain[-1].bottom - dot.bottom) <= max(2.0, _LEVEL * letter)]
        if near:
            max(near, key=lambda chain: chain[-1].x0).append(dot)
        else:
            chains.append([dot])
            still_open.append(chains[-1])
    return chains


def _even(chain: list[_Dot]) -> Iterator[list[_Dot]]:
    """The parts of a chain in which one step is as long as the next: a full stop or the dot of an i is further off."""
    steps = sorted(after.x0 - before.x0 for before, after in pairwise(chain))
    usual = steps[len(steps) // 2] if steps else 0
    part = chain[:1]
    for before, after in pairwise(chain):
        if abs(after.x0 - before.x0 - usual) > _EVEN * usual:
            yield part
            part = []
        part.append(after)
    yield part


def _leader(dots: list[_Dot]) -> Leader:
    return Leader(dots[0].x0, min(dot.top for dot in dots), dots[-1].x1, max(dot.bottom for dot in dots), len(dots))
