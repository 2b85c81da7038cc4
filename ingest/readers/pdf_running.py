"""Running headers, footers and page numbers: what stands at the edge of several pages in the same place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.pdf_layout import Box, Item
from ingest.readers.pdf_lines import Piece

_EDGE = 0.13  # of the height of the page
_SAME_HEIGHT = 4.0  # points
_PAGE_NUMBER = re.compile(
    r"(?:(?:trang|page|tr|p)\b\.?:?\s*)?[-–—(|]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*[-–—)|]?(?:\s*(?:/|of|trên)\s*\d{1,4})?",
    re.IGNORECASE,
)
_LARGE = 1.15  # times the size of the body: a title, not a running line


@dataclass(frozen=True, slots=True)
class Edge:
    """One page for the comparison: what stands on it and how high it is."""

    items: Sequence[Item]
    height: float


def find_running(pages: Sequence[Edge], body_size: float) -> set[int]:
    """The `id` of every piece that runs along several pages. A document of one page has none."""
    candidates: dict[tuple[bool, str], list[tuple[int, float, list[Piece]]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for is_top in (True, False):
            for line in _edge_lines(page, is_top):
                key = _key(line)
                candidates[is_top, key].append((number, line[0].baseline, line))
    found: set[int] = set()
    for (_, _), places in candidates.items():
        for number, baseline, line in places:
            others = {n for n, height, _ in places if n != number and abs(height - baseline) <= _SAME_HEIGHT}
            if others and line[0].size <= _LARGE * body_size:
                found.update(id(piece) for piece in line)
    return {id for page in pages for id in _outermost(page, found)}


def _edge_lines(page: Edge, is_top: bool) -> list[list[Piece]]:
    """The lines at one edge, from the outermost inwards."""
    limit = _EDGE * page.height
    pieces = [
        item
        for item in page.items
        if isinstance(item, Piece) and (item.bottom <= limit if is_top else item.top >= page.height - limit)
    ]
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.baseline if is_top else -piece.baseline):
        if lines and abs(lines[-1][0].baseline - piece.baseline) <= _SAME_HEIGHT:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return lines


def _key(line: Sequence[Piece]) -> str:
    text = " ".join(piece.text for piece in sorted(line, key=lambda piece: piece.x0))
    if _PAGE_NUMBER.fullmatch(text):
        return "#"
    # A number at either end of a running line is that of the page.
    return re.sub(r"^\d{1,4}\b|\b\d{1,4}(?:\s*/\s*\d{1,4})?$", "#", text)


def _outermost(page: Edge, running: set[int]) -> set[int]:
    """Of the running lines of a page those that only other running lines part from its edge, and that stand clear of
    the text: a line of the body may by chance be repeated in the same place."""
    kept: set[int] = set()
    for is_top in (True, False):
        ordered = sorted(page.items, key=lambda item: item.top if is_top else -item.bottom)
        taken: list[Piece] = []
        for item in ordered:
            if isinstance(item, Box) or id(item) not in running:
                beyond = item
                break
            taken.append(item)
        else:
            continue
        while taken and not _is_clear(taken[-1], beyond, is_top):
            taken.pop()
        kept.update(id(piece) for piece in taken)
    return kept


def _is_clear(piece: Piece, body: Item, is_top: bool) -> bool:
    if _PAGE_NUMBER.fullmatch(piece.text):
        return True
    gap = body.top - piece.bottom if is_top else piece.top - body.bottom
    return gap >= 0.45 * piece.size
