"""Pictures of the places where single values are printed, cut out of the pages that a reader shows."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence

from ingest.document import Sheet, Spot

LARGEST = 120_000  # bytes of one picture
LARGEST_OF_FILE = 4_000_000  # bytes of all pictures of one file
_HIGHEST = 1_200  # pixels: of what is longer, the beginning is shown
_WIDEST = 2_000
_MARGIN = 3.0  # points of the page around what is shown
_GAP = 4  # pixels between parts
_MOST_SPOTS = 200
_LEVELS = 8  # of grey: print stays sharp at a third less than blurred by quality 40 (measured)
_Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels


class Album:
    """The pictures of one file so far, by the SHA-256 of their content."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.pictures: dict[str, bytes] = {}
        self._sheets = {sheet.page: sheet for sheet in sheets}
        self._known: dict[tuple[Spot, ...], str | None] = {}
        self._size = 0

    def cut(self, spots: Sequence[Spot]) -> str | None:
        """The name of the picture of these spots, and of nothing between them; None when there is none."""
        shown = tuple(spot for spot in spots[:_MOST_SPOTS] if spot.page in self._sheets)
        if not shown or self._size > LARGEST_OF_FILE - LARGEST:
            return None
        if shown not in self._known:
            self._known[shown] = self._keep(shown)
        return self._known[shown]

    def _keep(self, spots: Sequence[Spot]) -> str | None:
        content = self._draw(spots)
        if not content or len(content) > LARGEST:
            return None
        name = hashlib.sha256(content).hexdigest()
        if name not in self.pictures:
            self.pictures[name] = content
            self._size += len(content)
        return name

    def _draw(self, spots: Sequence[Spot]) -> bytes:
        """WebP of the spots as they stand on their pages, one band below the other."""
        import PIL.Image

        bands = [band for sheet in self._sheets.values() for band in _bands(spots, sheet)]
        if not bands:
            return b""
        left = min(box[0] for _, boxes in bands for box in boxes)
        right = max(box[2] for _, boxes in bands for box in boxes)
        height = sum(_bottom(boxes) - _top(boxes) + _GAP for _, boxes in bands) - _GAP
        picture = PIL.Image.new("L", (min(right - left, _WIDEST), min(height, _HIGHEST)), 255)
        down = 0
        for sheet, boxes in bands:
            page = PIL.Image.frombuffer("L", (sheet.width, sheet.height), sheet.gray, "raw", "L", 0, 1)
            for box in boxes:
                picture.paste(page.crop(box), (box[0] - left, down + box[1] - _top(boxes)))
            down += _bottom(boxes) - _top(boxes) + _GAP
            if down >= _HIGHEST:
                break
        stream = io.BytesIO()
        step = 255 / (_LEVELS - 1)
        even = picture.point([round(round(gray / step) * step) for gray in range(256)])
        # Packed as quickly as may be: a page in 30 ms instead of 120, at 47 kB instead of 32 (measured).
        even.save(stream, "WEBP", lossless=True, quality=0, method=0)
        return stream.getvalue()


def check_pictures(pictures: Mapping[str, bytes]) -> None:
    """Raises ValueError for what no Album makes: a file may have taken over the process that says so."""
    if sum(map(len, pictures.values())) > LARGEST_OF_FILE:
        raise ValueError("too many pictures")
    for name, content in pictures.items():
        is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
        if not is_webp or len(content) > LARGEST or hashlib.sha256(content).hexdigest() != name:
            raise ValueError("not a picture")


def _bands(spots: Sequence[Spot], sheet: Sheet) -> list[tuple[Sheet, list[_Box]]]:
    """The boxes of the spots on a page, those that stand beside one another together, from the top down."""
    boxes = [box for spot in spots if spot.page == sheet.page and (box := _box_of(spot, sheet))]
    found: list[list[_Box]] = []
    for box in sorted(set(boxes), key=lambda box: (box[1], box[0])):
        if found and box[1] < _bottom(found[-1]):
            found[-1].append(box)
        else:
            found.append([box])
    return [(sheet, band) for band in found]


def _box_of(spot: Spot, sheet: Sheet) -> _Box | None:
    left = max(0, int((spot.x0 - _MARGIN) * sheet.scale))
    top = max(0, int((spot.top - _MARGIN) * sheet.scale))
    right = min(sheet.width, int((spot.x1 + _MARGIN) * sheet.scale) + 1)
    bottom = min(sheet.height, int((spot.bottom + _MARGIN) * sheet.scale) + 1)
    return (left, top, right, bottom) if right > left and bottom > top else None


def _top(boxes: Sequence[_Box]) -> int:
    return min(box[1] for box in boxes)


def _bottom(boxes: Sequence[_Box]) -> int:
    return max(box[3] for box in boxes)
