"""Ruled tables of a PDF with the text of their cells, put together where they go on over a page break."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.document import Cell, Spot, Table, join_recoveries
from ingest.readers.pdf_grid import Area, RuledGrid
from ingest.readers.pdf_lines import Piece, find_rows
from ingest.readers.pdf_paragraphs import begins_anew, find_paragraphs, join_text
from ingest.records import Place

_SAME_LINE = 4.0  # points: column borders this near are the same on both pages
_WIDEST_PADDING = 9.0  # points
_BORDER = 3.0  # points
_DEEPEST_HEADER = 4
_ROWS_AROUND = 6
_ENDED = re.compile(r"[.;:!?]$")


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table whose columns are parted by the lines at `xs`; cells have no place but their page yet.

    `open_columns` are those whose last cell ends with a full line.
    """

    xs: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    open_columns: frozenset[int] = frozenset()


def build_table(
    grid: RuledGrid,
    pieces: Mapping[int, Sequence[Piece]],
    turned: Mapping[int, Sequence[Piece]],
    inner: Mapping[int, Sequence[PageTable]],
    page: int,
    is_compound: Callable[[str], bool],
) -> PageTable:
    """`pieces` are those of each area of the grid, `turned` those that run in another direction, `inner` the tables
    that stand in it."""
    rows: list[list[Cell]] = [[] for _ in range(len(grid.ys) - 1)]
    open_columns: set[int] = set()
    for number, area in enumerate(grid.areas):
        parts = []
        for chosen, left, right in (
            (pieces.get(number, ()), area.x0, area.x1),
            (turned.get(number, ()), None, None),
        ):
            lines = find_rows(chosen)
            if not lines:
                continue
            start = min(row.x0 for row in lines)
            if left is None or right is None:
                edges = start, max(row.x1 for row in lines)
            else:
                padding = max(0.0, min(start - left, _WIDEST_PADDING))
                edges = left + padding, right - padding
            paragraphs = find_paragraphs(lines, *edges)
            parts += [join_text(found.rows, is_compound) for found in paragraphs]
            if paragraphs[-1].is_open and area.row + area.row_span == len(rows):
                open_columns.add(area.column)
        rows[area.row].append(
            Cell(
                "\n".join(text for text, _ in parts),
                area.row,
                area.column,
                area.row_span,
                area.column_span,
                Place(page=page),
                tuple(place_table(table, "", 0) for table in inner.get(number, ())),
                replace(join_recoveries(parts), spots=(_inside(area, page),)),
            )
        )
    return _without_empty_edges(PageTable(grid.xs, tuple(map(tuple, rows)), frozenset(open_columns)))


def _inside(area: Area, page: int) -> Spot:
    """A cell without its borders: what touches them from outside belongs to others."""
    x0, x1 = sorted((area.x0 + _BORDER, area.x1 - _BORDER))
    top, bottom = sorted((area.top + _BORDER, area.bottom - _BORDER))
    return Spot(page, x0, top, x1, bottom)


def join_tables(before: PageTable, after: PageTable) -> PageTable | None:
    """One table of two on pages that follow one another, when their columns are the same; a header that is repeated
    and a row that the break divided are there once. None when they are two tables."""
    xs = before.xs if len(before.xs) >= len(after.xs) else after.xs
    first, second = _with_columns(before, xs), _with_columns(after, xs)
    if first is None or second is None:
        return None
    rows = list(first.rows)
    added = list(second.rows[_repeated_header(first, second) :])
    if added and rows and _is_rest_of_row(rows, added):
        rows[-1] = _with_rest(rows[-1], added[0], first.open_columns)
        del added[0]
    shift = len(rows) - (len(second.rows) - len(added))
    rows += [tuple(replace(cell, row=cell.row + shift) for cell in row) for row in added]
    return PageTable(xs, tuple(rows), second.open_columns)


def place_table(table: PageTable, name: str, number: int) -> Table:
    """The table with the place of each cell in it."""
    title = f"{name}table {number}" if number else ""
    page = next((cell.place.page for row in table.rows for cell in row), None)
    rows = tuple(
        tuple(
            replace(
                cell,
                place=Place(
                    page=cell.place.page,
                    cell=f"{title}, row {cell.row + 1}, column {cell.column + 1}".removeprefix(", "),
                ),
            )
            for cell in row
        )
        for row in table.rows
    )
    return Table(rows, Place(page=page, cell=title or None))


def _without_empty_edges(table: PageTable) -> PageTable:
    """Rows of nothing at the end are the frame of a form."""
    rows = list(table.rows)
    while (
        len(rows) > 1
        and not any(cell.text or cell.tables for cell in rows[-1])
        and not any(cell.row + cell.row_span > len(rows) - 1 for row in rows[:-1] for cell in row)
    ):
        rows.pop()
    return replace(table, rows=tuple(rows))


def _with_columns(table: PageTable, xs: Sequence[float]) -> PageTable | None:
    """The table over the column borders `xs`, None when it has others or is narrower."""
    places = []
    for x in table.xs:
        nearest = min(range(len(xs)), key=lambda at: abs(xs[at] - x))
        if abs(xs[nearest] - x) > _SAME_LINE:
            return None
        places.append(nearest)
    if places[0] != 0 or places[-1] != len(xs) - 1 or len(set(places)) != len(places):
        return None
    rows = tuple(
        tuple(
            replace(
                cell,
                column=places[cell.column],
                column_span=places[cell.column + cell.column_span] - places[cell.column],
            )
            for cell in row
        )
        for row in table.rows
    )
    return PageTable(tuple(xs), rows, frozenset(places[column] for column in table.open_columns))


def _shape(row: Sequence[Cell]) -> list[tuple[str, int, int, int]]:
    return [(cell.text, cell.column, cell.column_span, cell.row_span) for cell in row]


def _repeated_header(before: PageTable, after: PageTable) -> int:
    """How many rows at the top of both are the same."""
    count = 0
    for above, below in zip(before.rows[:_DEEPEST_HEADER], after.rows, strict=False):
        if _shape(above) != _shape(below) or not any(cell.text for cell in below):
            break
        count += 1
    return count


def _is_rest_of_row(before: Sequence[Sequence[Cell]], after: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row of a page only goes on with the last one of the page before: alone of all rows around it
    lacks the number at its head, or its text goes on in the middle of a sentence."""
    row, rest = before[-1], after[0]
    if [(c.column, c.column_span) for c in row] != [(c.column, c.column_span) for c in rest] or len(row) < 2:
        return False
    if any(cell.row_span > 1 for cell in (*row, *rest)) or not row[0].text or rest[0].text:
        return False
    filled = [(above.text, below.text) for above, below in zip(row, rest, strict=True) if below.text]
    if not filled or not all(above for above, _ in filled):
        return False
    others = [*before[-_ROWS_AROUND:], *after[1:_ROWS_AROUND]]
    is_alone = len(others) > 2 and all(other and other[0].column == 0 and other[0].text for other in others)
    return is_alone or any(below[0].islower() and not _ENDED.search(above) for above, below in filled)


def _with_rest(row: Sequence[Cell], rest: Sequence[Cell], open_columns: frozenset[int]) -> tuple[Cell, ...]:
    joined = []
    for cell, more in zip(row, rest, strict=True):
        goes_on = cell.column in open_columns and more.text and not begins_anew(more.text)
        separator = " " if goes_on or more.text[:1].islower() else "\n"
        parts = [(part.text, part.recovery) for part in (cell, more) if part.text]
        joined.append(
            replace(
                cell,
                text=separator.join(text for text, _ in parts),
                tables=cell.tables + more.tables,
                recovery=join_recoveries(parts, separator),
            )
        )
    return tuple(joined)
