"""The text of one PDF page, in the cells of its tables and beside them, before the pages are compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.readers.pdf_grid import RuledGrid, find_grids
from ingest.readers.pdf_layout import Box, Item
from ingest.readers.pdf_lines import Piece, find_pieces
from ingest.readers.pdf_page import Glyph, PageContent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]


@dataclass(slots=True)
class PageText:
    """`areas` and `turned` hold for each grid the pieces of each of its areas, upright ones and others; `parents` the
    grid and area in which a grid stands. `beside` are pieces outside of tables that run in another direction, `plain`
    lines of which no more is known. `seen` is what
    the page looks like, where that can be shown."""

    number: int
    width: float
    height: float
    items: list[Item] = field(default_factory=list)
    grids: list[RuledGrid] = field(default_factory=list)
    parents: dict[int, tuple[int, int]] = field(default_factory=dict)
    areas: list[dict[int, list[Piece]]] = field(default_factory=list)
    turned: list[dict[int, list[Piece]]] = field(default_factory=list)
    beside: list[Piece] = field(default_factory=list)
    plain: list[Piece] = field(default_factory=list)
    seen: Gray | None = None

    def pieces(self) -> Iterator[Piece]:
        yield from (item for item in self.items if isinstance(item, Piece))
        for found in (*self.areas, *self.turned):
            for pieces in found.values():
                yield from pieces
        yield from self.beside
        yield from self.plain

    def change(self, edit: Callable[[Piece], Piece]) -> None:
        self.items = [edit(item) if isinstance(item, Piece) else item for item in self.items]
        for found in (*self.areas, *self.turned):
            for number, pieces in found.items():
                found[number] = [edit(piece) for piece in pieces]
        self.beside = [edit(piece) for piece in self.beside]
        self.plain = [edit(piece) for piece in self.plain]


def place_glyphs(content: PageContent) -> PageText:
    """Each glyph in the smallest cell around it, or in the text outside of tables."""
    page = PageText(content.number, content.width, content.height)
    page.grids = find_grids(content.rulings)
    inside: list[dict[int, list[Glyph]]] = [defaultdict(list) for _ in page.grids]
    sideways: list[dict[int, list[Glyph]]] = [defaultdict(list) for _ in page.grids]
    outside: list[Glyph] = []
    beside: list[Glyph] = []
    for glyphs, cells, rest in ((content.glyphs, inside, outside), (content.turned, sideways, beside)):
        for glyph in glyphs:
            for number, grid in enumerate(page.grids):
                area = grid.area_at(*glyph.middle)
                if area is not None:
                    cells[number][area].append(glyph)
                    break
            else:
                rest.append(glyph)
    page.areas = [{area: find_pieces(glyphs) for area, glyphs in cells.items()} for cells in inside]
    page.turned = [{area: _turned_pieces(glyphs) for area, glyphs in cells.items()} for cells in sideways]
    page.beside = _turned_pieces(beside)
    page.items = list(find_pieces(outside))
    place_grids(page)
    return page


def place_grids(page: PageText) -> None:
    """Put the filled grids of a page, of which each holds its text, among its items, or into the cell around them."""
    filled = {number for number in range(len(page.grids)) if any(page.areas[number].values()) or page.turned[number]}
    for number in sorted(filled):
        grid = page.grids[number]
        middle = (grid.xs[0] + grid.xs[-1]) / 2, (grid.ys[0] + grid.ys[-1]) / 2
        for outer in range(number + 1, len(page.grids)):
            area = page.grids[outer].area_at(*middle)
            if area is not None:
                page.parents[number] = (outer, area)
                break
        else:
            page.items.append(Box(grid, number))


def _turned_pieces(glyphs: Sequence[Glyph]) -> list[Piece]:
    return [
        piece
        for turn in sorted({glyph.turn for glyph in glyphs})
        for piece in find_pieces(glyph for glyph in glyphs if glyph.turn == turn)
    ]
