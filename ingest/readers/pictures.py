"""Pictures as files (PNG, JPEG, TIFF, BMP), read like the pages of a scan."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ingest.document import Document
from ingest.errors import N_, Problem
from ingest.readers.opened import OpenedFile
from ingest.readers.page_sheets import MOST_SHEETS, show_pages
from ingest.readers.pdf_check import MAX_PAGES
from ingest.readers.pdf_flow import find_blocks
from ingest.readers.pdf_text import PageText
from ingest.readers.scan_picture import DPI, MOST_PIXELS, without_stamps
from ingest.readers.scans import Scans, settle
from ingest.records import Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Gray = NDArray[np.uint8]

_PAPER = (8.27, 11.69)  # inches: A4
_LIKELY_DPI = (90, 1_300)  # what scanners write; cameras and programs write 72 and mean nothing by it
_LARGEST_PAPER = 17.0  # inches
_NEARLY = 0.01  # by which sizes may differ from `DPI`: resolutions are rounded
_DAMAGED = N_("The picture is damaged or incomplete. Scan the paper again or send the original file.")
_TOO_LARGE = N_("The picture has more than {limit} million pixels. Scan the paper at 300 dpi.")
_TOO_MANY = N_("The file holds {pages} pictures; at most {limit} are read. Split it into smaller files.")
_UNREAD_PICTURE = N_("Page {page} is damaged and was not read.")


def read_picture(opened: OpenedFile, format: str, progress: Callable[[int, int], None]) -> Document:
    """`format` is png, jpeg, tiff or bmp; `progress` is told after each picture how many of how many are read.

    Raises FileRefused for what is damaged, too large, or has more than `MAX_PAGES` pictures.
    """
    problems: list[Problem] = []
    scans = Scans(opened, problems)
    pages: list[PageText] = []
    for number, (total, picture) in enumerate(_pictures(opened, format), start=1):
        if picture is None:
            problems.append(opened.problem(_UNREAD_PICTURE, Place(page=number), page=number))
        else:
            page = scans.read(_as_it_is(picture), number)
            if page is not None:
                page.seen = page.seen if number <= MOST_SHEETS else None
                pages.append(page)
        progress(number, total)
    settle(pages)
    return opened.document(format, find_blocks(opened, pages), problems, sheets=show_pages(pages))


def _as_it_is(picture: Gray) -> Callable[[], Gray]:
    return lambda: picture


def _pictures(opened: OpenedFile, format: str) -> Iterator[tuple[int, Gray | None]]:
    """How many there are, and each at `DPI`, or None for one that is damaged while others are not."""
    import PIL.Image

    limit = PIL.Image.MAX_IMAGE_PIXELS or 0
    with warnings.catch_warnings():
        # Pillow warns of what else it finds odd, and reads on.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", PIL.Image.DecompressionBombWarning)
        try:
            image = PIL.Image.open(io.BytesIO(opened.raw), formats=[format.upper()])
            total = getattr(image, "n_frames", 1)
        except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning):
            raise opened.refused(_TOO_LARGE, limit=limit // 1_000_000) from None
        except (OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
            raise opened.refused(_DAMAGED) from error
    if total > MAX_PAGES:
        raise opened.refused(_TOO_MANY, pages=total, limit=MAX_PAGES)
    with image:
        for number in range(total):
            try:
                image.seek(number)
                picture = None if image.width * image.height > limit else _sheet(image)
            except (OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
                if total == 1:
                    raise opened.refused(_DAMAGED) from error
                picture = None
            yield total, picture


def _sheet(image: Image) -> Gray:
    """The picture as it is meant to be looked at, at `DPI`, or as fine as `MOST_PIXELS` allow."""
    import numpy as np
    import PIL.Image
    import PIL.ImageOps

    scale = min(DPI / _dpi(image), (MOST_PIXELS / (image.width * image.height)) ** 0.5)
    if scale < 0.5:
        # Before anything else is done with all those pixels.
        image = image.reduce(int(1 / scale)) if image.mode not in {"1", "P", "I;16"} else image
        scale = min(DPI / _dpi(image), (MOST_PIXELS / (image.width * image.height)) ** 0.5)
    is_gray = image.mode in {"1", "L"} and "transparency" not in image.info
    paper = image.convert("L") if is_gray else _on_paper(image)
    if abs(scale - 1) > _NEARLY:
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        paper = paper.resize(size, PIL.Image.Resampling.BICUBIC)
    picture = np.asarray(PIL.ImageOps.exif_transpose(paper), dtype=np.uint8)
    return picture if is_gray else without_stamps(picture)


def _on_paper(image: Image) -> Image:
    """In red, green and blue, with white where it is transparent."""
    import PIL.Image

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = PIL.Image.new("RGBA", image.size, "white")
        return PIL.Image.alpha_composite(paper, image).convert("RGB")
    if image.mode.startswith("I"):
        # 16 bits a pixel.
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGB")


def _dpi(image: Image) -> float:
    """Pixels an inch: as the file says where that can be true, else as if it were a sheet of A4."""
    said = image.info.get("dpi")
    wide, high = min(image.size), max(image.size)
    if isinstance(said, tuple) and said and isinstance(said[0], (int, float)):
        dpi = float(said[0])
        if _LIKELY_DPI[0] <= dpi <= _LIKELY_DPI[1] and high / dpi <= _LARGEST_PAPER:
            return dpi
    return max(wide / _PAPER[0], high / _PAPER[1], 1.0)
