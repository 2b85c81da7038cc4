"""Blank forms as data: papers with ``{names}`` to be filled in, and places for tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from paper import Grid, Line, Paper, listing

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Entries:
    """The place of a table of the entries `name`, with (header, key of the entry, width in centimetres) a column.

    Without entries the table is left out, and its `heading` with it.
    """

    name: str
    columns: tuple[tuple[str, str, float], ...]
    heading: Line | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A paper whose texts hold ``{names}`` as `str.format` takes them."""

    title: str
    blocks: tuple[Line | Grid | Entries, ...]


def lines(*texts: str) -> tuple[Line, ...]:
    """Paragraphs of body text."""
    return tuple(Line(text) for text in texts)


def fill(form: Form, values: Values, tables: Mapping[str, Sequence[Values]]) -> Paper:
    """The form with `values` in place of their names; rows of grids into which nothing was filled are left out."""
    blocks: list[Line | Grid] = []
    for block in form.blocks:
        if isinstance(block, Line):
            blocks.append(replace(block, text=block.text.format_map(values)))
        elif isinstance(block, Grid):
            blocks.append(_fill_grid(block, values))
        elif entries := tables[block.name]:
            headers, keys, widths = zip(*block.columns, strict=True)
            blocks += [block.heading] if block.heading else []
            blocks.append(listing(headers, _numbered(entries, keys), widths))
    return Paper(form.title.format_map(values), tuple(blocks))


def _numbered(entries: Sequence[Values], keys: Sequence[str]) -> list[list[object]]:
    return [[{"number": number, **entry}[key] for key in keys] for number, entry in enumerate(entries, 1)]


def _fill_grid(grid: Grid, values: Values) -> Grid:
    rows = []
    for row in grid.rows:
        filled = tuple(replace(box, text=box.text.format_map(values)) for box in row)
        if filled == row or any(new.text for new, old in zip(filled, row, strict=True) if new != old):
            rows.append(filled)
    return replace(grid, rows=tuple(rows))
