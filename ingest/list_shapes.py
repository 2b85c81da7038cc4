"""Tables that are shaped like lists although no row of theirs is the header of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.columns import guess_columns, is_header_name, numbers_rows, read_columns
from ingest.corrections import Correction, Unrecognised, tell_unrecognised
from ingest.document import Cell, Table
from ingest.errors import N_, Problem
from ingest.records import Kind
from ingest.table_grids import Grid, Header
from ingest.vietnamese import fold

_HEADER_ROWS = 25
_FEWEST_ROWS, _FEWEST_COLUMNS = 3, 3
_FEWEST_LABELS, _MOST_LABELS = 3, 60
_LONGEST_HEADER, _LONGEST_CELL = 120, 1_000
_MOST_SHOWN = 8
_NUMBER = re.compile(r"\(?\d{1,4}\)?\.?")
# On folded text: what things cost is no list of records.
_OF_COSTS = re.compile(r".*\b(?:don gia|thanh tien|so luong|don vi tinh|dvt)\b.*")


def turn_list(table: Table, kind: Kind | None, corrections: Sequence[Correction]) -> Table | None:
    """The list that is written in columns – labels on the left, a record in each column beside them – with its columns
    as rows; None for any other table. Most labels must be known, each column have a title of its own, no value be a
    label, and nothing be merged."""
    grid = Grid(table)
    rows = [row for row in range(grid.height) if len([cell for cell in grid.cells(row) if cell.text.strip()]) > 1]
    if not _FEWEST_LABELS <= len(rows) <= _MOST_LABELS or any(
        cell.row_span > 1 or cell.column_span > 1 for row in table.rows for cell in row
    ):
        return None
    left = int(all(_NUMBER.fullmatch(grid.text(row, 0)) for row in rows))
    labels = [grid.text(row, left) for row in rows]
    values = range(left + 1, grid.width)
    columns = read_columns(tuple(Header((label,)) for label in labels), kind, corrections)
    if columns is None or len(values) < 2 or len(columns.fields) < _FEWEST_LABELS or not all(labels):
        return None
    if len(columns.unknown) * 4 > len(labels):
        return None
    titles = {grid.text(rows[columns.title], column) for column in values}
    if len(titles) < len(values) or "" in titles:
        return None
    for column in values:
        texts = [text for row in rows if (text := grid.text(row, column))]
        if len(texts) * 2 < len(rows) or any(is_header_name(text, columns.kind) for text in texts):
            return None
    return Table(
        tuple(
            tuple(_turned(cell, at, column - left) for at, row in enumerate(rows) if (cell := grid.at(row, column)))
            for column in (left, *values)
        ),
        table.place,
    )


def _turned(cell: Cell, column: int, row: int) -> Cell:
    return replace(cell, row=row, column=column)


def name_unknown_list(
    file: str, table: Table, kind: Kind | None, corrections: Sequence[Correction]
) -> list[Problem | Unrecognised]:
    """What to say of a table that numbers its rows below a header, in which no column is known to say what a row is:
    the header, and each column that nobody knows. Nothing of any other table."""
    grid = Grid(table)
    header = next((row for row in range(min(grid.height, _HEADER_ROWS)) if _heads_list(grid, row)), None)
    if header is None:
        return []
    headers = grid.headers(header)
    shown = [header.text for header in headers if header.text and not numbers_rows(header.leaf)]
    if any(_OF_COSTS.fullmatch(fold(text)) for text in shown):
        return []
    columns = guess_columns(headers, kind, corrections)
    place = replace(grid.cells(header + grid.header_depth(header) - 1)[0].place, cell=None)
    message = N_(
        "This looks like a list, but no column is known to say what a row is: {columns}. It was kept as one text. "
        "Say which column names the rows – on the upload page, or with: banha correct “LABEL” title --kind {kind} – "
        "and read the file again."
    )
    columns_shown = "; ".join(shown[:_MOST_SHOWN]) + (" …" if len(shown) > _MOST_SHOWN else "")
    found: list[Problem | Unrecognised] = [
        Problem(file, message, {"columns": columns_shown, "kind": columns.kind}, place)
    ]
    for column in sorted(columns.unknown):
        cells = (grid.at(row, column) for row in range(header + grid.header_depth(header), grid.height))
        first = next((cell for cell in cells if cell is not None and cell.text.strip()), None)
        if first is not None:
            found.append(tell_unrecognised(file, columns.kind, headers[column].text, first.text, first.place))
    return found


def _heads_list(grid: Grid, row: int) -> bool:
    """Whether short headers stand in a row, one of them that of row numbers, above rows that are numbered."""
    headers = grid.headers(row)
    numbers = next((column for column in range(grid.width) if numbers_rows(grid.text(row, column))), None)
    filled = [header.text for header in headers if header.text]
    if numbers is None or len(filled) < _FEWEST_COLUMNS or max(map(len, filled)) > _LONGEST_HEADER:
        return False
    below = range(row + grid.header_depth(row), grid.height)
    numbered = [at for at in below if _NUMBER.fullmatch(grid.text(at, numbers)) and _is_row(grid, at)]
    return len(numbered) >= _FEWEST_ROWS


def _is_row(grid: Grid, row: int) -> bool:
    texts = [cell.text for cell in grid.cells(row) if cell.text.strip()]
    return len(texts) >= 2 and max(map(len, texts)) <= _LONGEST_CELL
