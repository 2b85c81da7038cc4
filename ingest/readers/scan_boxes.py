"""Check-boxes on a scanned page, found by their four sides and told empty or ticked by the ink in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.readers.scan_picture import Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

_SIDES = (28, 64)  # pixels: 2.4 to 5.4 mm
_STROKE = 18  # pixels: the shortest run of ink taken for part of a side
_CLOSED = 0.93  # of each side must be drawn without a break: letters reach 0.9, boxes 0.97
_SKEWED = 0.15  # of the longer side, by which the other may be shorter
_TICKED = 0.07  # of the inside inked
_SURE = 0.03  # so far from `_TICKED` there is no doubt
_STEM = 0.1  # of the side, by which a wall goes on: stems of letters do by 0.15 and more, walls of boxes by 0.03
_ROUND = 0.13  # of the side, cut off a corner: bowls of letters reach 0.14 and more, blurred boxes 0.13
_MARGIN = 5  # pixels around a box, in which its outline is looked for
_MOST = 400  # on a page


@dataclass(frozen=True, slots=True)
class CheckBox:
    """Pixels of the page; `confidence` is 0–1."""

    x0: int
    top: int
    x1: int
    bottom: int
    is_ticked: bool
    confidence: float


def find_boxes(picture: Picture) -> list[CheckBox]:
    """From the top down. Squares in a row that touch are places for the letters of a number, and no check-boxes."""
    import cv2
    import numpy as np

    ink = picture.ink
    across, upright = (
        np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(stroke, np.uint8)), dtype=np.uint8)
        for stroke in ((1, _STROKE), (_STROKE, 1))
    )
    sides = cv2.dilate(across | upright, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(sides, connectivity=8)
    low, high = _SIDES
    found: list[CheckBox] = []
    for x, y, width, height, _ in stats[1:].tolist():
        # A tick may stand out, but not by more than the box is wide.
        if low <= width <= 2 * high and low <= height <= 2 * high and len(found) < _MOST:
            place = slice(y, y + height), slice(x, x + width)
            box = _box(ink[place], across[place], upright[place], x, y)
            if box is not None and not _is_bowl(box, ink):
                found.append(box)
    return [box for box in found if not _has_neighbour(box, found)]


def without_boxes(picture: Picture, boxes: Iterable[CheckBox]) -> Picture:
    """The page with the boxes and what ticks them taken away."""
    gray, ink = picture.gray.copy(), picture.ink.copy()
    for box in boxes:
        margin = 3 + (box.x1 - box.x0) // 12
        place = slice(max(0, box.top - margin), box.bottom + margin), slice(max(0, box.x0 - margin), box.x1 + margin)
        gray[place] = 255
        ink[place] = 0
    return Picture(gray, ink, picture.seen)


def _box(ink: Gray, across: Gray, upright: Gray, left: int, top: int) -> CheckBox | None:
    """The square whose sides are drawn in a part of the page that begins at `left` and `top`."""
    low, high = _SIDES
    # The sides are where the most ink runs along; ticks go across.
    ys = _sides(across.sum(axis=1).tolist(), low)
    xs = _sides(upright.sum(axis=0).tolist(), low)
    if ys is None or xs is None:
        return None
    (y0, y1), (x0, x1) = ys, xs
    width, height = x1 - x0 + 1, y1 - y0 + 1
    if not (max(width, height) <= high and abs(width - height) <= _SKEWED * max(width, height)):
        return None
    place = slice(y0, y1 + 1), slice(x0, x1 + 1)
    band = max(3, width // 9)
    lines, walls = across[place], upright[place]
    drawn = (
        _longest(lines[:band]) / width,
        _longest(lines[-band:]) / width,
        _longest(walls[:, :band].T) / height,
        _longest(walls[:, -band:].T) / height,
    )
    if min(drawn) < _CLOSED:
        return None
    rim = max(6, width // 5)
    core = ink[place][rim:-rim, rim:-rim]
    filled = float(core.mean()) if core.size else 0.0
    confidence = min(0.98, 0.5 + 0.48 * abs(filled - _TICKED) / _SURE)
    return CheckBox(left + x0, top + y0, left + x1 + 1, top + y1 + 1, filled > _TICKED, confidence)


def _is_bowl(box: CheckBox, ink: Gray) -> bool:
    """Whether this is the round part of a p, b, d or q: one of its walls goes on as a stem, and a corner is round. A
    tick that stands out may look like a stem, but leaves the corners."""
    side = box.x1 - box.x0
    outline = ink[max(0, box.top - _MARGIN) : box.bottom + _MARGIN, max(0, box.x0 - _MARGIN) : box.x1 + _MARGIN]
    corners = (outline, outline[:, ::-1], outline[::-1], outline[::-1, ::-1])
    return max(map(_cut_off, corners)) > _ROUND * side and _stem(box, ink) > _STEM * side


def _cut_off(outline: Gray) -> int:
    """Pixels from where the upper and the left side would meet to the nearest ink, along both."""
    import numpy as np

    height, width = outline.shape
    middle_rows = slice(height * 3 // 8, height * 5 // 8)
    middle_columns = slice(width * 3 // 8, width * 5 // 8)
    left = np.flatnonzero(outline[middle_rows].any(axis=0))
    upper = np.flatnonzero(outline[:, middle_columns].any(axis=1))
    rows, columns = np.nonzero(outline[: height // 2, : width // 2])
    if not len(left) or not len(upper) or not len(rows):
        return 0
    return int((rows + columns).min()) - int(left[0]) - int(upper[0])


def _stem(box: CheckBox, ink: Gray) -> int:
    """By how many pixels the longest wall goes on above or below."""
    import numpy as np

    side = box.x1 - box.x0
    band = max(3, side // 9)
    longest = 0
    for columns in (slice(max(0, box.x0 - 2), box.x0 + band), slice(box.x1 - band, box.x1 + 2)):
        above, below = ink[max(0, box.top - side) : box.top, columns], ink[box.bottom : box.bottom + side, columns]
        for rows in (above[::-1], below):
            longest = max(longest, int(np.argmin(np.append(rows.max(axis=1), 0))))
    return longest


def _longest(rows: Gray) -> int:
    """The longest run of ink along one row or two beside each other."""
    import numpy as np

    longest = 0
    for row, below in zip(rows, (*rows[1:], rows[-1]), strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row | below, [0])).astype(np.int8)))
        longest = max(longest, *(edges[1::2] - edges[::2]).tolist(), 0)
    return longest


def _sides(amounts: list[int], shortest: int) -> tuple[int, int] | None:
    """The first and the last place where enough ink runs along."""
    enough = max(0.6 * max(amounts), 0.6 * shortest)
    places = [at for at, amount in enumerate(amounts) if amount >= enough]
    return (places[0], places[-1]) if places and places[-1] - places[0] >= shortest else None


def _has_neighbour(box: CheckBox, others: Iterable[CheckBox]) -> bool:
    side = box.x1 - box.x0
    return any(
        other is not box
        and abs(other.top - box.top) < side / 4
        and min(abs(other.x0 - box.x1), abs(box.x0 - other.x1)) < side / 4
        for other in others
    )
