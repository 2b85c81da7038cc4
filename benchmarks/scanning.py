"""What printing a form, laying it askew on a scanner and saving it as JPEG makes of it, and how much is read again."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pypdfium2 import PdfDocument

from ingest.document import Cell, Document, Paragraph, Table

Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Scanner:
    """`angle` in degrees, `blur` in pixels at 300 dpi, `grain` in levels of grey, `quality` that of JPEG."""

    dpi: int = 300
    angle: float = 0.7
    blur: float = 0.8
    grain: float = 10.0
    quality: int = 50

    def __str__(self) -> str:
        return f"{self.dpi} dpi, {self.angle}°, blur {self.blur}, JPEG {self.quality}"

    def scan(self, path: Path, pages: Sequence[int] | None = None) -> list[Gray]:
        """The pages (from 0) of a PDF file as pictures."""
        with PdfDocument(path) as document:
            chosen = range(len(document)) if pages is None else pages
            return [self._scan(document, number) for number in chosen]

    def _scan(self, document: PdfDocument, number: int) -> Gray:
        page: Gray = document[number].render(scale=300 / 72, grayscale=True).to_numpy()
        page = page.reshape(page.shape[:2])
        height, width = page.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), self.angle, 1)
        turned = cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
        scale = self.dpi / 300
        small = cv2.resize(cv2.GaussianBlur(turned, (0, 0), self.blur), None, fx=scale, fy=scale, interpolation=3)
        noise = np.random.default_rng(number).normal(0, self.grain, small.shape)
        grey = np.clip(0.85 * small.astype(np.float64) + 15 + noise, 0, 255).astype(np.uint8)
        _, encoded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
        return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def as_pdf(pictures: Sequence[Gray], dpi: int, quality: int = 90) -> bytes:
    """A PDF file of pictures, as scanners write it."""
    first, *others = (Image.fromarray(picture) for picture in pictures)
    target = io.BytesIO()
    first.save(target, "PDF", resolution=dpi, save_all=True, append_images=others, quality=quality)
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares (0–1) of the true lines and rows that come out exactly; `errors` is the share of wrong characters of the
    true lines; `values` are all blocks and cells with text: whether exactly right, and their confidence."""

    lines: float
    rows: float
    errors: float
    values: tuple[tuple[bool, float], ...]

    @property
    def auc(self) -> float:
        """The chance that a right value is surer than a wrong one; ties count half."""
        right = [sure for is_right, sure in self.values if is_right]
        wrong = [sure for is_right, sure in self.values if not is_right]
        pairs = [(a > b) + 0.5 * (a == b) for a in right for b in wrong]
        return sum(pairs) / len(pairs) if pairs else float("nan")

    @property
    def means(self) -> tuple[float, float]:
        """Mean confidence of right and of wrong values."""
        return tuple(
            float(np.mean([sure for is_right, sure in self.values if is_right is wanted] or [np.nan]))
            for wanted in (True, False)
        )  # type: ignore[return-value]


def compare(document: Document, gold: Mapping[str, Any]) -> Figures:
    """What was read against the lines and rows of a form (`gold`: lines, and rows of cells)."""
    lines = [plain(line) for line in gold["lines"]]
    rows = [[plain(cell) for cell in row] for row in gold["rows"]]
    found = [plain(line) for line in document.lines()]
    read_rows = [[plain(cell.text) for cell in row] for table in _tables(document) for row in table.rows]
    true = {*lines, *(cell for row in rows for cell in row)}
    values = [
        (plain(value.text) in true, value.recovery.confidence) for value in _values(document) if plain(value.text)
    ]
    rest = [line for line in found if line not in set(lines)]
    wrong = sum(_distance_to(line, rest) for line in lines if line not in set(found))
    return Figures(
        sum(line in set(found) for line in lines) / len(lines),
        sum(any(_is_in_order(row, other) for other in read_rows) for row in rows) / len(rows),
        wrong / sum(map(len, lines)),
        tuple(values),
    )


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _tables(document: Document) -> Iterator[Table]:
    yield from (block for block in document.blocks if isinstance(block, Table))


def _values(document: Document) -> Iterator[Paragraph | Cell]:
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row)


def _is_in_order(wanted: Sequence[str], row: Sequence[str]) -> bool:
    left = iter(row)
    return all(cell in left for cell in wanted)


def _distance_to(line: str, others: Sequence[str]) -> int:
    """Characters to change to make the nearest of `others`, or a part of it, into `line`; at most all."""
    return min((_distance(line, other) for other in others), default=len(line))


def _distance(line: str, other: str) -> int:
    # What stands before and behind the line in the other costs nothing: a line may have been joined to the next.
    before = np.zeros(len(other) + 1, dtype=np.int64)
    codes = np.frombuffer(other.encode("utf-32-le"), dtype=np.uint32)
    steps = np.arange(len(other) + 1)
    for number, char in enumerate(line, start=1):
        changed = before[:-1] + (codes != ord(char))
        current = np.minimum(before + 1, np.concatenate(([number], changed)))
        before = np.minimum.accumulate(current - steps) + steps
    return int(before.min())
