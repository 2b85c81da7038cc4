"""Pairs the labels of a form with the values written beside, below or after them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.document import Block, Paragraph, Table, join_recoveries, recovered_lines
from ingest.forms import OTHER, Form, Label
from ingest.host_parts import part_hosts
from ingest.label_pairs import PairWalk
from ingest.labelled_values import Item, Line, Row, is_row_number, split_entries
from ingest.labels import bare_label, is_number_alone
from ingest.table_grids import Grid, Header, alternates, counts_all, match_columns, name_headers
from ingest.vietnamese import fold
from ingest.works import names_one_role

# On folded text: what the members of a council that judges a task are there, the first never in the task itself.
_REVIEWS = re.compile(r"(?:.* )?phan bien(?: \d+)?")
_SITS_IN_COUNCIL = re.compile(r"(?:pho )?chu tich(?: hoi dong)?|uy vien\b.*")
_LEADS = re.compile(r"(?:dong |pho )?chu nhiem\b.*")
_NAMES = re.compile(r"ho (?:va )?ten\b.*")
_MEMBERS = re.compile(r"\b(?:thu ky|thanh vien)\b")
_OF_TASK = re.compile(r"\b(?:tham gia|thuc hien|nhiem vu|de tai|du an)\b")
_MINUTES_LINES = 10


def fill_form(form: Form, blocks: Sequence[Block]) -> list[Item]:
    """Every item of the form that the blocks hold, with what no label claimed under the field ``other``."""
    walk = _Walk(form)
    lines: list[Line] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines += [
                Line(text, block.place, block.level, recovery, block.is_bold)
                for text, recovery in recovered_lines(block.text, block.recovery)
            ]
        elif isinstance(block, Table):
            walk.lines(lines)
            lines = []
            walk.table(block)
    walk.lines(lines)
    filled = [item for item in walk.items if item.pieces or (item.heading and not item.is_inline)]
    items = list(part_hosts(filled))
    is_titled = any(item.field == "title" for item in items)
    if walk.title_beside and (form.is_titled_above or not is_titled):
        label = OTHER if is_titled else next((label for label in form.labels if label.field == "title"), OTHER)
        items.append(Item(label, is_inline=True, pieces=[walk.title_beside]))
    in_minutes = _are_minutes(blocks)
    for item in items:
        if in_minutes and item.field == "members" and not item.label.is_corrected and _names_council(item.heading):
            item.label = Label("other")
        if item.label.is_corrected:
            item.pieces = [replace(piece, label=bare_label(item.heading)) for piece in item.pieces]
    return items


class _Walk(PairWalk):
    """Goes through the tables of a form too."""

    def table(self, table: Table) -> None:
        grid = Grid(table)
        if not grid.height:
            return
        if alternates(grid, 0, self._may_find):
            self._pairs(grid, is_alternating=True)
            return
        headers = grid.headers(0)
        if _is_of_council(grid, headers):
            # Who judges a task is none of its people.
            if self.current is None or self.current.label is not OTHER:
                self.current = self.context = Item(OTHER)
                self.items.append(self.current)
            self._grid_rows(grid, OTHER, headers, grid.header_depth(0))
            return
        label = self._label_for(headers)
        if (
            label is None
            and (before := self._columns_before)
            and before[2] == grid.width
            and is_number_alone(grid.text(0, 0) or "x")
        ):
            label, headers, _ = before
            self._grid_rows(grid, label, headers, 0)
        elif label is not None:
            self._grid_rows(grid, label, headers, grid.header_depth(0))
        elif self._holds_labels(table) and not (
            self._is_listing(grid, headers) and (self._is_header_alone(table) or counts_all(grid))
        ):
            self._pairs(grid)
        elif self._is_listing(grid, headers):
            self._grid_rows(grid, None, headers, grid.header_depth(0))
        else:
            self._plain_rows(grid)

    def _may_find(self, text: str) -> bool:
        """Whether a text is a label of the form, or of a part of one."""
        return self._find(text) is not None or any(label.find_part(text) for label in self.form.labels)

    def _label_for(self, headers: tuple[Header, ...]) -> Label | None:
        """The label whose columns the headers are: the open one when it fits, else the best of the form."""
        opened = self._open_with_columns()
        labels = [opened] if opened else []
        labels += [label for label in self.form.labels if label.columns]
        names = name_headers(headers)
        best: Label | None = None
        most = 1
        for label in labels:
            roles = set(match_columns(names, label.columns).values())
            if "title" in roles and len(roles) > most:
                best, most = label, len(roles)
        return best

    def _holds_labels(self, table: Table) -> bool:
        return any(self._holds_label(cell) for row in table.rows for cell in row)

    def _is_header_alone(self, table: Table) -> bool:
        """Whether only some cells of the first row are labels: headers that a form knows by another meaning."""
        first, *others = table.rows
        is_label = [self._find(cell.text) is not None for cell in first if cell.text.strip()]
        is_long = len(others) > 1 or any(is_row_number(cell.text) for cell in first[:1])
        return is_long and not all(is_label) and not any(self._holds_label(cell) for row in others for cell in row)

    def _is_listing(self, grid: Grid, headers: tuple[Header, ...]) -> bool:
        filled = [header.leaf for header in headers if header.leaf]
        return grid.height > 1 and len(filled) >= 2 and len(filled) >= grid.width - 1 and max(map(len, filled)) <= 80

    def _grid_rows(self, grid: Grid, label: Label | None, headers: tuple[Header, ...], first: int) -> None:
        self._columns_before = (label, headers, grid.width)
        item = self._item_for_rows(label)
        at = first
        while at < grid.height:
            roles = match_columns(name_headers(headers), item.label.columns)
            rows: list[Row] = []
            again: tuple[Header, ...] | None = None
            while at < grid.height and again is None:
                again = _header_again(grid, at, roles, item.label)
                if again is None and grid.cells(at):
                    rows += split_entries(grid, at, roles, item)
                at += 1
            before = len(item.pieces)
            self.rows(item, headers, rows, "table")
            title = next((header.text for at, header in enumerate(headers) if roles.get(at) == "title"), "")
            if item.field == "project" and "role" not in roles.values() and names_one_role(title):
                added = item.pieces[before:]
                item.pieces[before:] = [replace(piece, row=(*piece.row, ("role", title))) for piece in added]
            headers = again or headers

    def _plain_rows(self, grid: Grid) -> None:
        for row in range(grid.height):
            cells = [cell for cell in grid.cells(row) if cell.row == row and (cell.text.strip() or cell.tables)]
            if len(cells) == 1 or any("\n" in cell.text or cell.tables for cell in cells) or not self.items:
                for cell in cells:
                    self._cell_lines(cell)
            elif cells:
                text = " – ".join(" ".join(cell.text.split()) for cell in cells)
                recovery = join_recoveries([(cell.text, cell.recovery) for cell in cells], " – ")
                self._value(text, text, cells[0].place, "table", recovery)


def _is_of_council(grid: Grid, headers: Sequence[Header]) -> bool:
    """Whether a table lists the members of a council: a header names it, or what some of them are there."""
    if not any(_NAMES.match(fold(header.leaf)) for header in headers):
        return False
    if any("hoi dong" in fold(header.text) for header in headers):
        return True
    cells = [fold(grid.text(row, column)) for row in range(1, grid.height) for column in range(grid.width)]
    if any(map(_REVIEWS.fullmatch, cells)):
        return True
    return any(map(_SITS_IN_COUNCIL.fullmatch, cells)) and not any(map(_LEADS.fullmatch, cells))


def _names_council(heading: str) -> bool:
    """Whether in minutes a heading is that of members of the council: it says of no task that they work at it."""
    plain = fold(heading)
    return _MEMBERS.search(plain) is not None and _OF_TASK.search(plain) is None


def _are_minutes(blocks: Sequence[Block]) -> bool:
    lines = [line for block in blocks if isinstance(block, Paragraph) for line in block.text.splitlines()]
    return any(fold(line[:80]).strip().startswith("bien ban") for line in lines[:_MINUTES_LINES])


def _header_again(grid: Grid, row: int, roles: Mapping[int, str], label: Label) -> tuple[Header, ...] | None:
    """The headers of a row that heads more rows of the same table: each of its cells names the column that it stands
    in (``Tên đề tài đã tham gia`` below those ``đã chủ trì``)."""
    headers = tuple(Header((text,) if (text := grid.text(row, column)) else ()) for column in range(grid.width))
    filled = {column for column, header in enumerate(headers) if header.leaf}
    named = match_columns(name_headers(headers), label.columns)
    are_alike = len(named) > 1 and all(roles.get(column) == role for column, role in named.items())
    is_all = all(column in named or is_row_number(headers[column].leaf) for column in filled)
    return headers if are_alike and is_all and "title" in named.values() else None
