"""Ruled lines as grids of cells: where a border between two places is missing, they are one merged cell."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.readers.pdf_nested import Block, find_nested
from ingest.readers.pdf_page import Ruling

_NEAR = 3.0  # points: lines nearer than this are one, ends nearer than this touch
_MOST_RULINGS = 3_000  # more is a drawing, not tables
_MOST_PLACES = 50_000
_OPEN_SIDE = 10.0  # points: borders that reach this far beyond the outermost crossing line leave the side open


@dataclass(frozen=True, slots=True)
class Area:
    """One cell of a grid: what it covers in rows, columns and points."""

    row: int
    column: int
    row_span: int
    column_span: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class RuledGrid:
    """`xs` and `ys` are the lines between columns and rows; `cell_of` gives for each place the number of its area."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    areas: tuple[Area, ...]
    cell_of: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> float:
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    def area_at(self, x: float, y: float) -> int | None:
        """The number of the area in which a point lies."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        column = min(bisect_right(self.xs, x) - 1, len(self.xs) - 2)
        row = min(bisect_right(self.ys, y) - 1, len(self.ys) - 2)
        return self.cell_of[row][column]


def find_grids(rulings: Iterable[Ruling]) -> list[RuledGrid]:
    """The grids of at least two cells, from the smallest to the largest, so that an inner table comes before the one
    around it. A single box around text is no table."""
    lines = _merge(rulings)
    if len(lines) > _MOST_RULINGS:
        return []
    found = [grid for group in _connected(lines) for grid in _grids(group)]
    return sorted(found, key=lambda grid: (grid.size, grid.ys[0], grid.xs[0]))


def _merge(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Lines on one another or one after the other as one."""
    merged: list[Ruling] = []
    for is_horizontal in (True, False):
        chosen = sorted((r for r in rulings if r.is_horizontal is is_horizontal), key=lambda r: r.at)
        group: list[Ruling] = []
        for ruling in chosen:
            if group and ruling.at - group[-1].at > 1.0:
                merged += _merge_spans(group)
                group = []
            group.append(ruling)
        merged += _merge_spans(group)
    return merged


def _merge_spans(group: Sequence[Ruling]) -> list[Ruling]:
    found: list[Ruling] = []
    at = sum(ruling.at for ruling in group) / len(group) if group else 0.0
    for ruling in sorted(group, key=lambda r: r.start):
        if found and ruling.start <= found[-1].end + _NEAR:
            last = found[-1]
            found[-1] = Ruling(last.is_horizontal, at, last.start, max(last.end, ruling.end))
        else:
            found.append(Ruling(ruling.is_horizontal, at, ruling.start, ruling.end))
    return found


def _connected(lines: Sequence[Ruling]) -> list[list[Ruling]]:
    """Lines that cross or touch each other, group by group."""
    parents = list(range(len(lines)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    upright = sorted((line.at, at) for at, line in enumerate(lines) if not line.is_horizontal)
    places = [place for place, _ in upright]
    for at, line in enumerate(lines):
        if not line.is_horizontal:
            continue
        for place in range(bisect_left(places, line.start - _NEAR), bisect_right(places, line.end + _NEAR)):
            other = upright[place][1]
            if lines[other].start - _NEAR <= line.at <= lines[other].end + _NEAR:
                parents[root(at)] = root(other)
    groups: dict[int, list[Ruling]] = {}
    for at, line in enumerate(lines):
        groups.setdefault(root(at), []).append(line)
    return list(groups.values())


def _grids(lines: Sequence[Ruling]) -> Iterator[RuledGrid]:
    across = [line for line in lines if line.is_horizontal]
    upright = [line for line in lines if not line.is_horizontal]
    xs = _positions(upright, across)
    ys = _positions(across, upright)
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > _MOST_PLACES:
        return
    yield from _split(_Lines(xs, ys, [_covered(upright, x, ys) for x in xs], [_covered(across, y, xs) for y in ys]))


@dataclass(frozen=True, slots=True)
class _Lines:
    """`walls` tells for each of `xs` beside which rows it is drawn, `floors` for each of `ys` over which columns."""

    xs: list[float]
    ys: list[float]
    walls: list[list[bool]]
    floors: list[list[bool]]

    def within(self, block: Block) -> _Lines:
        rows, columns = slice(block.top, block.bottom), slice(block.left, block.right)
        return _Lines(
            self.xs[block.left : block.right + 1],
            self.ys[block.top : block.bottom + 1],
            [wall[rows] for wall in self.walls[block.left : block.right + 1]],
            [floor[columns] for floor in self.floors[block.top : block.bottom + 1]],
        )

    def without(self, block: Block) -> _Lines:
        """The lines without those inside of the block."""
        walls, floors = [wall[:] for wall in self.walls], [floor[:] for floor in self.floors]
        for wall in walls[block.left + 1 : block.right]:
            wall[block.top : block.bottom] = [False] * (block.bottom - block.top)
        for floor in floors[block.top + 1 : block.bottom]:
            floor[block.left : block.right] = [False] * (block.right - block.left)
        return _Lines(self.xs, self.ys, walls, floors)

    def drawn(self) -> _Lines:
        """Without lines of which nothing is left."""
        columns = [at for at, wall in enumerate(self.walls) if any(wall) or at in {0, len(self.xs) - 1}]
        rows = [at for at, floor in enumerate(self.floors) if any(floor) or at in {0, len(self.ys) - 1}]
        return _Lines(
            [self.xs[at] for at in columns],
            [self.ys[at] for at in rows],
            [[self.walls[at][row] for row in rows[:-1]] for at in columns],
            [[self.floors[at][column] for column in columns[:-1]] for at in rows],
        )


def _split(lines: _Lines) -> Iterator[RuledGrid]:
    """The grid that the lines make, and those that stand in its cells."""
    rest = lines
    for around, inner in find_nested(lines.xs, lines.walls, lines.floors):
        for block in inner:
            yield from _split(lines.within(block))
        rest = rest.without(around)
    grid = _grid(rest if rest is lines else rest.drawn())
    if grid is not None:
        yield grid


def _grid(lines: _Lines) -> RuledGrid | None:
    xs, ys, walls, floors = lines.xs, lines.ys, lines.walls, lines.floors
    columns, rows = len(xs) - 1, len(ys) - 1
    number = [[-1] * columns for _ in range(rows)]
    areas: list[Area] = []
    for row in range(rows):
        for column in range(columns):
            if number[row][column] >= 0:
                continue
            right, below = column + 1, row + 1
            while right < columns and number[row][right] < 0 and not walls[right][row]:
                right += 1
            while below < rows and not any(floors[below][c] for c in range(column, right)):
                if any(number[below][c] >= 0 for c in range(column, right)):
                    break
                below += 1
            for r in range(row, below):
                for c in range(column, right):
                    number[r][c] = len(areas)
            areas.append(Area(row, column, below - row, right - column, xs[column], ys[row], xs[right], ys[below]))
    if len(areas) < 2:
        return None
    return RuledGrid(tuple(xs), tuple(ys), tuple(areas), tuple(map(tuple, number)))


def _positions(lines: Sequence[Ruling], crossing: Sequence[Ruling]) -> list[float]:
    """Where lines stand, each once, and the open sides to which the lines that cross them reach."""
    positions: list[float] = []
    for at in sorted(line.at for line in lines):
        if not positions or at - positions[-1] > _NEAR:
            positions.append(at)
    if not positions:
        return []
    before = [line.start for line in crossing if line.start < positions[0] - _OPEN_SIDE]
    behind = [line.end for line in crossing if line.end > positions[-1] + _OPEN_SIDE]
    if len(before) >= 2:
        positions.insert(0, min(before))
    if len(behind) >= 2:
        positions.append(max(behind))
    return positions


def _covered(lines: Sequence[Ruling], at: float, marks: Sequence[float]) -> list[bool]:
    """For each stretch between two marks, whether a line at `at` covers most of it."""
    near = [line for line in lines if abs(line.at - at) <= _NEAR]
    found = []
    for start, end in itertools.pairwise(marks):
        length = sum(max(0.0, min(end, line.end) - max(start, line.start)) for line in near)
        found.append(length >= 0.6 * (end - start))
    return found
