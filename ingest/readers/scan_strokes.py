"""How thick the strokes of scanned lines are, which tells bold ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.readers.tesseract import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]


class Strokes:
    """Measures words against all `words` of the page, whose writing is `ink`."""

    def __init__(self, ink: Gray, words: Sequence[Word]) -> None:
        import cv2
        import numpy as np

        self._ink = ink
        self._core = cv2.erode(ink, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
        measured = [value for word in words for value in [self._measure([word])] * len(word.text)]
        self._usual = float(np.median(measured)) if measured else 1.0

    def thickness(self, words: Sequence[Word]) -> float:
        """Of the strokes in these words, as a multiple of what is usual on the page."""
        return self._measure(words) / max(self._usual, 0.1)

    def _measure(self, words: Sequence[Word]) -> float:
        """Ink by length of outline."""
        area = outline = 0
        for word in words:
            place = slice(max(0, int(word.top)), int(word.bottom)), slice(max(0, int(word.x0)), int(word.x1))
            ink = int(self._ink[place].sum())
            area += ink
            outline += ink - int(self._core[place].sum())
        return area / max(1, outline)
