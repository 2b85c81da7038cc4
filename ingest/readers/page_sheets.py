"""What pages look like, for those who check what was read of them: small, grey, personal data covered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.document import Sheet, Spot
from ingest.masking import mask_personal
from ingest.readers.pdf_lines import Piece, Row, find_rows
from ingest.readers.pdf_text import PageText

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfDocument

    Gray = NDArray[np.uint8]

MOST_SHEETS = 60
"""Pages of a file from the first on: those after them are read, but not shown."""
_DPI = 110  # at which 12-point print is read with ease
_MOST_PIXELS = 2_000_000  # of a page: more is shown coarser
_COVER = 170  # the grey over personal data


def shrink_page(gray: Gray, scale: float) -> Gray:
    """A page of which a point is `scale` pixels, as it is shown."""
    import cv2
    import numpy as np

    factor = min(1.0, _DPI / 72 / scale, (_MOST_PIXELS / max(1, gray.size)) ** 0.5)
    small = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def draw_page(document: PdfDocument, number: int, width: float, height: float) -> Gray | None:
    """The page with this number (from 1) as it is shown; None when it cannot be drawn, or is not `width` × `height`
    points, so that nothing would be found on it."""
    from pypdfium2 import PdfiumError

    try:
        page = document[number - 1]
        wide, high = page.get_size()
        if abs(wide - width) > 1 or abs(high - height) > 1:
            return None
        scale = min(_DPI / 72, (_MOST_PIXELS / max(1.0, wide * high)) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True)
        picture: Gray = bitmap.to_numpy().reshape(bitmap.height, bitmap.width).copy()
        bitmap.close()
        page.close()
    except (PdfiumError, ValueError):
        return None
    return picture


def show_pages(pages: Iterable[PageText]) -> Iterator[Sheet]:
    """The pages that can be shown, without what of their text is personal."""
    for page in pages:
        if page.seen is None or not page.width or _has_personal([piece.text for piece in page.beside]):
            continue  # text askew is covered by no upright box
        height, width = page.seen.shape
        scale = width / page.width
        for spot in _personal_spots(page):
            left, top, right, bottom = (
                max(0, round(edge * scale)) for edge in (spot.x0 - 1, spot.top - 1, spot.x1 + 1, spot.bottom + 1)
            )
            page.seen[top:bottom, left:right] = _COVER
        yield Sheet(page.number, width, height, scale, page.seen.tobytes())


def find_spots(rows: Sequence[Row], page: int) -> list[Spot]:
    """Where rows of text on one page stand: one box around those that follow one another from the top down."""
    found: list[list[Row]] = []
    for row in rows:
        if found and row.baseline > found[-1][-1].baseline:
            found[-1].append(row)
        else:
            found.append([row])
    return [_spot_of([piece for row in group for piece in row.pieces], page) for group in found]


def _spot_of(pieces: Sequence[Piece], page: int) -> Spot:
    return Spot(
        page,
        round(min(piece.x0 for piece in pieces), 1),
        round(min(piece.top for piece in pieces), 1),
        round(max(piece.x1 for piece in pieces), 1),
        round(max(piece.bottom for piece in pieces), 1),
    )


def _personal_spots(page: PageText) -> Iterator[Spot]:
    upright = [[item for item in page.items if isinstance(item, Piece)]]
    for number, found in enumerate(page.areas):
        upright += found.values()
        for at, pieces in page.turned[number].items():
            if _has_personal([piece.text for piece in pieces]):
                area = page.grids[number].areas[at]
                yield Spot(page.number, area.x0, area.top, area.x1, area.bottom)
    for pieces in upright:
        for piece in _personal_pieces(find_rows(pieces)):
            yield _spot_of([piece], page.number)


def _personal_pieces(rows: Sequence[Row]) -> Iterator[Piece]:
    """What is personal by itself, with what stands beside it, or with what goes on in the next line."""
    alone = [[piece for piece in row.pieces if _has_personal([piece.text])] for row in rows]
    for row, found in zip(rows, alone, strict=True):
        yield from found or (row.pieces if _has_personal([row.text]) else ())
    for (above, one), (below, other) in pairwise(zip(rows, alone, strict=True)):
        if not one and not other and _has_personal([f"{above.text} {below.text}", above.text + below.text]):
            yield from (*above.pieces, *below.pieces)


def _has_personal(texts: Iterable[str]) -> bool:
    return any(mask_personal(text) != text for text in texts)
