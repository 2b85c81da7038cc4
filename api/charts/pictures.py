"""Pictures: what is drawn, with the table that says the same in figures and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from api.charts.canvas import Canvas

Name = Literal["fields", "places", "years", "pipeline", "network"]
NAMES: tuple[Name, ...] = get_args(Name)
TOTAL = "tong"
"""How addresses name the row in which each record counts once."""

Link = Callable[[str, str], str]
"""(row, column) → the address of the records behind a figure."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Words, or a figure with the ids of the records that it counts (None: they are not told)."""

    text: str
    count: int | None = None
    ids: tuple[str, ...] | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; `cells` stand below the columns but for the first, which is the label."""

    key: str
    label: str
    cells: tuple[Cell, ...]
    href: str | None = None


class Drawing(Protocol):
    """What of a picture is painted. `size` is width and height in units of the canvas."""

    @property
    def size(self) -> tuple[float, float]: ...

    def paint(self, canvas: Canvas) -> None: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """`about` says in words what the picture shows. Equal pictures are drawn once: all that is drawn is in here."""

    name: Name
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    drawing: Drawing

    def find_ids(self, row: str, column: str) -> tuple[str, ...] | None:
        """The records behind a figure of the table, or of a column's parts (``state``: ``state-demand``,
        ``state-supply``); None where there is no such figure."""
        found = [
            cell.ids
            for one in self.rows
            for known, cell in zip(self.columns[1:], one.cells, strict=True)
            if one.key == row and cell.ids is not None and column in (known.key, known.key.partition("-")[0])
        ]
        return tuple(dict.fromkeys(id for ids in found for id in ids)) if found else None

    def name_figure(self, row: str, column: str) -> str:
        """What a figure is called, by its row and column."""
        labels = [one.label for one in self.rows if one.key == row]
        return " · ".join([*labels, *(known.label for known in self.columns[1:] if known.key == column)])


def count_cell(ids: tuple[str, ...], text: str, href: str) -> Cell:
    return Cell(text, len(ids), ids, href if ids else None)
