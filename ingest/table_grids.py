"""Tables as grids: merged cells spread out, and headers of one or two rows flattened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.document import EXACT, Block, Cell, Recovery, Table
from ingest.errors import N_, FileRefused
from ingest.labels import normalise_label
from ingest.vietnamese import fold

_DEEPEST_HEADER = 3
# A file holds at most 500,000 cells; with merged ones spread out not many more.
_MOST_PLACES = 600_000
_COUNT = re.compile(r"[\d.,\s]*\d|[-–]")


@dataclass(frozen=True, slots=True)
class Header:
    """The header over one column: the texts from the top cell to the bottom one, each once."""

    path: tuple[str, ...]

    @property
    def leaf(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def text(self) -> str:
        return " ".join(self.path)


class Grid:
    """A table addressed by row and column, in which a merged cell stands at every place it covers."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._at: dict[tuple[int, int], Cell] = {}
        width = _width(table)
        for row in table.rows:
            for cell in row:
                rows, columns = _places(cell, len(table.rows), width)
                for r in rows:
                    for c in columns:
                        self._at.setdefault((r, c), cell)
        self.height = max((r for r, _ in self._at), default=-1) + 1
        self.width = max((c for _, c in self._at), default=-1) + 1

    def at(self, row: int, column: int) -> Cell | None:
        return self._at.get((row, column))

    def text(self, row: int, column: int) -> str:
        """What the cell says in one line, the tables inside it too."""
        cell = self._at.get((row, column))
        return " ".join(" ".join(cell.lines()).split()) if cell else ""

    def recovery(self, row: int, column: int) -> Recovery:
        cell = self._at.get((row, column))
        return cell.recovery if cell else EXACT

    def cells(self, row: int) -> list[Cell]:
        """The cells that cover a row, left to right, each once."""
        seen: dict[int, Cell] = {}
        for column in range(self.width):
            if cell := self._at.get((row, column)):
                seen.setdefault(id(cell), cell)
        return list(seen.values())

    def header_depth(self, row: int) -> int:
        """How many rows the header that begins at `row` takes: as many as its merged cells cover, two when a cell
        spans columns and the row below only fills its children in."""
        cells = self.cells(row)
        depth = max((cell.row + cell.row_span - row for cell in cells if cell.text.strip()), default=1)
        groups = [cell for cell in cells if cell.column_span > 1 and cell.text.strip()]
        blanks = {c for c in range(self.width) if not self.text(row, c)}
        below = {c for c in range(self.width) if self.text(row + 1, c)}
        if depth == 1 and row + 1 < self.height:
            covered = {c for cell in groups for c in range(cell.column, cell.column + cell.column_span)}
            if (groups and below and below <= covered) or (blanks and below and below <= self._with_left(blanks)):
                depth = 2
        return min(depth, _DEEPEST_HEADER)

    def _with_left(self, columns: set[int]) -> set[int]:
        """Blank header cells and the filled cell left of each run: what a merge that was lost used to cover."""
        return columns | {column - 1 for column in columns if column - 1 not in columns}

    def headers(self, row: int) -> tuple[Header, ...]:
        """The flattened headers of the header that begins at `row`, one a column."""
        depth = self.header_depth(row)
        flat = []
        for column in range(self.width):
            path: list[str] = []
            for r in range(row, min(row + depth, self.height)):
                text = self.text(r, column)
                if not text and r == row and depth > 1 and self.text(row + 1, column):
                    text = next((self.text(row, left) for left in range(column, -1, -1) if self.text(row, left)), "")
                if text and text not in path:
                    path.append(text)
            flat.append(Header(tuple(path)))
        return tuple(flat)


def alternates(grid: Grid, first: int, is_label: Callable[[str], bool]) -> bool:
    """Whether from this row on rows of labels stand above rows of values: one record, not a list. Half of the labels
    must be known (of each row, where it has several), and no value be one. Half of the rows hold several labels."""
    lone = 0
    rows = [row for row in range(first, grid.height) if any(cell.text.strip() for cell in grid.cells(row))]
    if len(rows) < 4 or len(rows) % 2:
        return False
    if grid.width == 1:
        is_known = [is_label(grid.text(row, 0)) for row in rows]
        return sum(is_known[::2]) * 4 >= len(rows) and not any(is_known[1::2])
    for at, row in enumerate(rows):
        cells = [cell for cell in grid.cells(row) if cell.text.strip()]
        known = sum(is_label(cell.text) for cell in cells)
        if known * 2 < len(cells) if at % 2 == 0 else known:
            return False
        if at % 2 == 0 and len({cell.row for cell in cells}) > 1:
            return False
        lone += at % 2 == 0 and len(cells) < 2
    return lone * 4 <= len(rows)


def counts_all(grid: Grid) -> bool:
    """Whether under a header every row names something and counts it in several columns (``Nguồn kinh phí | Tổng số |
    Thiết bị``): the second column is text, each one behind it numbers."""
    if grid.height < 3 or grid.width < 4:
        return False
    rows = [[grid.text(row, column) for column in range(grid.width)] for row in range(1, grid.height)]
    counts = [text for row in rows for text in row[2:] if text]
    are_named = all(any(map(str.isalpha, row[1])) for row in rows)
    return are_named and len(counts) >= 2 * len(rows) and all(_COUNT.fullmatch(text) for text in counts)


def _width(table: Table) -> int:
    """How many columns have a cell that begins in them."""
    return max((cell.column for row in table.rows for cell in row), default=-1) + 1


def _places(cell: Cell, height: int, width: int) -> tuple[range, range]:
    """The rows and columns that a cell covers. Where no other cell begins there is nothing to cover, however far a
    file says that a cell spans."""
    rows = range(cell.row, max(cell.row + 1, min(cell.row + cell.row_span, height)))
    return rows, range(cell.column, max(cell.column + 1, min(cell.column + cell.column_span, width)))


def check_places(file: str, blocks: Iterable[Block]) -> None:
    """Raise FileRefused for tables whose merged cells cover so much that spreading them out would take too long:
    a few bytes of a file can ask for millions of places."""
    places = 0
    waiting = [block for block in blocks if isinstance(block, Table)]
    while waiting:
        table = waiting.pop()
        width = _width(table)
        for row in table.rows:
            for cell in row:
                rows, columns = _places(cell, len(table.rows), width)
                places += len(rows) * len(columns)
                waiting += cell.tables
        if places > _MOST_PLACES:
            message = N_(
                "The merged cells of the tables cover more than {limit} places. Undo the merging and try again."
            )
            raise FileRefused(file, message, table.place, limit=_MOST_PLACES)


@dataclass(frozen=True, slots=True)
class HeaderNames:
    """The texts of a header in the form in which labels are compared: the lowest, all of them, and those above the
    lowest from the nearest on."""

    leaf: str
    whole: str
    above: tuple[str, ...] = ()


def name_headers(headers: Iterable[Header]) -> list[HeaderNames]:
    return [_names_of(header) for header in headers]


def _names_of(header: Header) -> HeaderNames:
    leaf = normalise_label(header.leaf)
    if len(header.path) < 2:
        return HeaderNames(leaf, leaf)
    return HeaderNames(leaf, normalise_label(header.text), tuple(map(normalise_label, header.path[-2::-1])))


def match_columns(names: Sequence[HeaderNames], columns: Mapping[str, frozenset[str]]) -> dict[int, str]:
    """Column → role for every header that a synonym names: its lowest text, else the whole path, else what the lowest
    begins and the text above ends, else a text above. A role with several columns keeps them all."""
    roles = {name: role for role, names_of_role in reversed(list(columns.items())) for name in names_of_role}
    found: dict[int, str] = {}
    for column, name in enumerate(names):
        role = roles.get(name.leaf) or roles.get(name.whole)
        if role is None and name.above:
            role = _named_by_both(name.leaf, name.above, columns)
            role = role or next((roles[text] for text in name.above if text in roles), None)
        if role is not None:
            found[column] = role
    return found


def _named_by_both(leaf: str, above: Sequence[str], columns: Mapping[str, frozenset[str]]) -> str | None:
    """*Tổ chức* under *Tổ chức chủ trì, chủ nhiệm* is *Tổ chức chủ trì*; *Họ tên* there is *Họ tên chủ nhiệm*."""
    if not leaf or not above:
        return None
    for role, names in columns.items():
        rests = (name.removeprefix(leaf) for name in names if name.startswith(f"{leaf} "))
        if any(f"{rest} " in f" {above[0]} " for rest in rests):
            return role
    return None


def is_total_row(texts: list[str]) -> bool:
    """Whether a row sums up the others (``Tổng cộng``, ``Cộng:``)."""
    first = [fold(text).strip(" :.()") for text in texts if text][:2]
    return any(
        re.fullmatch(r"(?:tong cong|tong so|cong|tong|tong kinh phi|total|cong tong)(?:\s*\(.*|\s+[ivx]{1,4})?", text)
        for text in first
    )


def is_column_number_row(texts: list[str]) -> bool:
    """Whether a row only numbers the columns: ``(1) (2) (3)`` or ``1 2 3 4``."""
    filled = [text.strip("() ") for text in texts if text]
    return len(filled) >= 3 and filled in (
        [str(n) for n in range(1, len(filled) + 1)],
        [chr(ord("A") + n) for n in range(len(filled))],
        ["A", *[str(n) for n in range(1, len(filled))]],
    )
