"""Tables that stand in a cell and share some of its borders: what is left of the cell is no rectangle, or stands above
and below a table of its width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FEWEST_ROWS = 2  # of a table that is as wide as its cell
_WIDEST_STRIP = 18.0  # points of the cell beside the table in it: its padding and an indent


@dataclass(frozen=True, slots=True)
class Block:
    """Rows and columns of a grid, from the first to behind the last."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def places(self) -> set[tuple[int, int]]:
        return {(row, column) for row in range(self.top, self.bottom) for column in range(self.left, self.right)}


def find_nested(
    xs: Sequence[float], walls: Sequence[Sequence[bool]], floors: Sequence[Sequence[bool]]
) -> Iterator[tuple[Block, tuple[Block, ...]]]:
    """Each cell around tables, with those tables. `walls` tells for each of the lines at `xs` in which rows it is
    drawn, `floors` for each line across in which columns."""
    cells = _cells(walls, floors)
    owner = {place: number for number, cell in enumerate(cells) for place in cell}
    for cell in cells:
        around = _around(cell)
        rest = around.places - cell
        others = {owner[place] for place in rest}
        if len(others) < 2 or any(not cells[other] <= rest for other in others):
            continue
        inner = tuple(_around(part) for part in _connected(rest))
        if all(_is_table(block, rest, owner) and _fills(block, around, xs) for block in inner):
            yield around, inner
    for cell in cells:
        label = _around(cell)
        if len(cell) == len(label.places) and (found := _beside(label, walls, floors)):
            yield found


def _beside(
    label: Block, walls: Sequence[Sequence[bool]], floors: Sequence[Sequence[bool]]
) -> tuple[Block, tuple[Block, ...]] | None:
    """The cell beside a label around a table that is as wide as it: text above the table or below it, with no line
    down, and columns that the rows of no other label have."""
    rows = range(label.top, label.bottom)
    columns = len(walls) - 1
    if len(rows) <= _FEWEST_ROWS or len(rows) == len(floors) - 1 or label.right >= columns:
        return None
    right = next((x for x in range(label.right + 1, columns + 1) if all(walls[x][row] for row in rows)), None)
    if right is None or not all(all(floors[y][label.right : right]) for y in (label.top, label.bottom)):
        return None
    inside = range(label.right + 1, right)
    parted = [row for row in rows if any(walls[x][row] for x in inside)]
    if len(parted) < _FEWEST_ROWS or len(parted) == len(rows):
        return None
    block = Block(parted[0], label.right, parted[-1] + 1, right)
    is_framed = all(all(floors[y][block.left : block.right]) for y in (block.top, block.bottom))
    is_table = len(parted) == block.bottom - block.top and any(all(walls[x][row] for row in parted) for x in inside)
    others = (row for row in range(len(floors) - 1) if row not in rows)
    if not is_framed or not is_table or any(walls[x][row] for row in others for x in inside):
        return None
    return Block(label.top, label.right, label.bottom, right), (block,)


def _cells(walls: Sequence[Sequence[bool]], floors: Sequence[Sequence[bool]]) -> list[set[tuple[int, int]]]:
    """The places between which no line is drawn."""
    rows, columns = len(floors) - 1, len(walls) - 1
    left = {(row, column) for row in range(rows) for column in range(columns)}
    cells = []
    for start in sorted(left):
        if start not in left:
            continue
        left.remove(start)
        cell, waiting = {start}, [start]
        while waiting:
            row, column = waiting.pop()
            for place, is_parted in (
                ((row, column + 1), walls[column + 1][row]),
                ((row, column - 1), walls[column][row]),
                ((row + 1, column), floors[row + 1][column]),
                ((row - 1, column), floors[row][column]),
            ):
                if place in left and not is_parted:
                    left.remove(place)
                    cell.add(place)
                    waiting.append(place)
        cells.append(cell)
    return cells


def _connected(places: set[tuple[int, int]]) -> Iterator[set[tuple[int, int]]]:
    left = set(places)
    while left:
        start = min(left)
        left.remove(start)
        part, waiting = {start}, [start]
        while waiting:
            row, column = waiting.pop()
            for place in ((row, column + 1), (row, column - 1), (row + 1, column), (row - 1, column)):
                if place in left:
                    left.remove(place)
                    part.add(place)
                    waiting.append(place)
        yield part


def _around(places: set[tuple[int, int]]) -> Block:
    rows, columns = [row for row, _ in places], [column for _, column in places]
    return Block(min(rows), min(columns), max(rows) + 1, max(columns) + 1)


def _is_table(block: Block, rest: set[tuple[int, int]], owner: dict[tuple[int, int], int]) -> bool:
    return block.places <= rest and len({owner[place] for place in block.places}) > 1


def _fills(block: Block, around: Block, xs: Sequence[float]) -> bool:
    """Whether a table is nearly as wide as the cell around it: where lines are but broken, more is left."""
    return max(xs[block.left] - xs[around.left], xs[around.right] - xs[block.right]) <= _WIDEST_STRIP
