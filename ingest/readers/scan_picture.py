"""The picture of a page made upright, even and clean, so that its lines run along the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.readers.page_sheets import shrink_page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

DPI = 300
MOST_PIXELS = 20_000_000  # an A3 page at 300 dpi has 17 million
_STEEPEST = 5.0  # degrees by which paper lies askew in a scanner
_SMALL = 1000  # pixels of the longer side, at which angles are sought
_SMALL_DOT = 5  # pixels of the small picture: less is no letter that can be read
_EDGE = 0.017  # of the shorter side: the shadow around the paper
_LOWEST = 8  # pixels: on lower strips there is no room for a letter
_LONG = 25  # pixels of the small picture: longer runs are no letters
_DUST, _DOT = 9, 40  # pixels of ink: less is dust, less may be a dot
_REACH = 21  # pixels around which a dot belongs to something
_GRAINY = 3.5  # levels: more is smoothed, which costs fine paper its accents (measured on both)
_HALO = 11  # pixels in which the edges of writing fade
_LIGHT = 110  # of red in a stamp on paper
_NEARLY_RED = 40  # by how much red must exceed the other colours to be a stamp


@dataclass(frozen=True, slots=True)
class Picture:
    """`gray` is 255 where there is paper, `ink` 1 where there is writing; both (height, width) at `DPI`. `seen` is the
    page as a person sees it, faint print included."""

    gray: Gray
    ink: Gray
    seen: Gray

    @property
    def height(self) -> int:
        return int(self.gray.shape[0])

    @property
    def width(self) -> int:
        return int(self.gray.shape[1])


def is_blank(gray: Gray) -> bool:
    """Whether there is nothing on the paper but dust, and what lies along its edges. Told in a hundredth of the time
    that reading takes."""
    import cv2

    if min(gray.shape) < max(_LOWEST, max(gray.shape) / _SMALL):
        return True
    ink = _small_ink(gray)
    edge = round(_EDGE * min(ink.shape)) if max(gray.shape) > _SMALL else 0
    inside = ink[edge : ink.shape[0] - edge, edge : ink.shape[1] - edge]
    _, _, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    return not (stats[1:, cv2.CC_STAT_AREA] >= _SMALL_DOT).any()


def straighten(gray: Gray) -> Picture:
    """The page with its lines level: turned by a quarter where they run upwards, and by the degrees it lay askew. It
    may still stand on its head, which only reading tells."""
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    grain = _grain(gray)
    ink = _small_ink(gray)
    letters = _without_lines(ink)
    if _best_levelness(letters.T.copy()) > 1.5 * _best_levelness(letters):
        gray = np.rot90(gray, -1).copy()
        ink = _small_ink(gray)
    angle = _skew(ink)
    gray = _whiten(gray)
    if abs(angle) >= 0.03:
        gray = _turn(gray, angle)
    ink = find_ink(gray)
    seen = shrink_page(gray, DPI / 72)
    if grain > _GRAINY:
        gray = np.asarray(cv2.GaussianBlur(gray, (0, 0), 0.8), dtype=np.uint8)
    # The grain of the paper is no writing.
    gray[cv2.dilate(ink, np.ones((_HALO, _HALO), np.uint8)) == 0] = 255
    return Picture(gray, ink, seen)


def find_ink(gray: Gray) -> Gray:
    """1 where a pixel is darker than the paper around it, specks left out."""
    import cv2
    import numpy as np

    smooth = cv2.GaussianBlur(gray, (0, 0), 1.2)
    dark = cv2.adaptiveThreshold(smooth, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 51, 15) > 0
    # Inside of what is larger than the neighbourhood, everything is as dark as its surroundings.
    ink = (dark | (smooth < 60)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    areas[0] = 0
    writing = (areas >= _DOT)[labels].astype(np.uint8)
    # Dots belong to letters beside them; others are dust.
    beside = cv2.dilate(writing, np.ones((_REACH, _REACH), np.uint8))
    dots = ((areas >= _DUST) & (areas < _DOT))[labels].astype(np.uint8)
    return np.asarray(writing | (dots & beside), dtype=np.uint8)


def without_stamps(colour: NDArray[Any]) -> Gray:
    """A picture of red, green and blue (height, width, 3) in gray, in which red is as light as paper: stamps lie over
    the signatures and names that matter."""
    import cv2
    import numpy as np

    gray = cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY)
    red = colour[:, :, 0]
    others = np.maximum(colour[:, :, 1], colour[:, :, 2])
    stamped = (red > others) & (red - np.minimum(red, others) > _NEARLY_RED)
    if stamped.any():
        around = cv2.dilate(stamped.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        # Black under the stamp is dark in red light, too.
        gray[around & (red > _LIGHT)] = 255
    return np.asarray(gray, dtype=np.uint8)


def _grain(gray: Gray) -> float:
    """By how many levels pixels differ from their neighbours, where they differ more than most and are no writing."""
    import cv2
    import numpy as np

    part = gray[: gray.shape[0] // 3 * 3 : 3]
    differences = np.abs(part.astype(np.int16) - cv2.GaussianBlur(gray, (0, 0), 1.0)[: len(part) * 3 : 3])
    return float(np.percentile(differences[:, ::3], 75))


def _small_ink(gray: Gray) -> Gray:
    import cv2
    import numpy as np

    scale = min(1.0, _SMALL / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = cv2.adaptiveThreshold(small, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    return np.asarray(ink, dtype=np.uint8)


def _levelness(ink: Gray, angle: float) -> float:
    """How sharply rows of ink and of paper part when the picture is turned by `angle`."""
    import cv2
    import numpy as np

    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    rows = cv2.warpAffine(ink, turn, (width, height), flags=cv2.INTER_NEAREST).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())


def _best_levelness(ink: Gray) -> float:
    return max(_levelness(ink, float(angle)) for angle in range(-4, 5))


def _without_lines(ink: Gray) -> Gray:
    """Letters alone: a table has as many lines upwards as across."""
    import cv2
    import numpy as np

    across, upright = (
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8)) > 0 for shape in ((1, _LONG), (_LONG, 1))
    )
    return np.asarray(np.where(across | upright, 0, ink), dtype=np.uint8)


def _skew(ink: Gray) -> float:
    """Degrees by which to turn so that lines are level."""
    best, width = 0.0, _STEEPEST
    for step in (0.5, 0.1, 0.02):
        count = round(width / step)
        best = max((best + step * number for number in range(-count, count + 1)), key=lambda at: _levelness(ink, at))
        width = step
    return best


def _turn(gray: Gray, angle: float) -> Gray:
    import cv2
    import numpy as np

    height, width = gray.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    turned = cv2.warpAffine(gray, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(turned, dtype=np.uint8)


def _whiten(gray: Gray) -> Gray:
    """Paper that is grey, yellow or in shadow as white."""
    import cv2
    import numpy as np

    small = cv2.resize(gray, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    # Writing covers less than half of any neighbourhood of this size.
    paper = np.maximum(cv2.medianBlur(small, 31), 32)
    even = cv2.resize(paper, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(gray, even, scale=255), dtype=np.uint8)
