"""Pairs the labels of a form with the values written beside, below or after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.document import (
    EXACT,
    Block,
    Cell,
    Paragraph,
    Recovery,
    Table,
    join_recoveries,
    recovered_lines,
    value_after,
)
from ingest.forms import OTHER, Form, Label
from ingest.grids import Grid, Header, match_columns
from ingest.items import SINGLE_VALUES, Item, Line, Piece, Row, keep_ticked, read_rows, split_entries
from ingest.labels import Numbering, bare_label, is_number_alone, looks_like_label, read_numbering
from ingest.line_cuts import cut_line
from ingest.listings import LONGEST_LISTING, Listing, begins_listing, read_listing
from ingest.money import FROM_PROGRAM, UNTOLD
from ingest.records import Place, ReadingMethod
from ingest.values import has_leaders, is_blank, part_leaders, strip_leaders

_LONGEST_INLINE_LABEL = 90
_LONGEST_HEADING = 120
# Behind these a line with a label that nobody knows is an item of its own; in longer values it is a sub-heading.
_ENDED_BY_LABELS = SINGLE_VALUES | {"lead"}


def fill_form(form: Form, blocks: Sequence[Block]) -> list[Item]:
    """Every item of the form that the blocks hold, with what no label claimed under the field ``other``."""
    walk = _Walk(form)
    lines: list[Line] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines += [
                Line(text, block.place, block.level, recovery)
                for text, recovery in recovered_lines(block.text, block.recovery)
            ]
        elif isinstance(block, Table):
            walk.lines(lines)
            lines = []
            walk.table(block)
    walk.lines(lines)
    items = [item for item in walk.items if item.pieces or (item.heading and not item.is_inline)]
    for item in items:
        if item.label.is_corrected:
            item.pieces = [replace(piece, label=bare_label(item.heading)) for piece in item.pieces]
    return items


class _Walk:
    """Goes through the blocks; `current` is the item that unlabelled text belongs to, `context` the item whose
    part `current` may be."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.items: list[Item] = []
        self.current: Item | None = None
        self.context: Item | None = None
        self._columns_before: tuple[Label | None, tuple[Header, ...], int] | None = None

    # -- lines

    def lines(self, lines: Sequence[Line]) -> None:
        at = 0
        while at < len(lines):
            line = lines[at]
            text = line.text
            following = lines[at + 1].text if at + 1 < len(lines) else ""
            if text.strip():
                self._columns_before = None
            texts = [line.text for line in lines[at : at + LONGEST_LISTING]] if begins_listing(text) else []
            listing = read_listing(texts, self._listing_columns())
            if listing is not None:
                item = self._item_for_rows(self._open_with_columns())
                item.pieces += read_rows(listing.headers, item.label.columns, _listed(listing, lines[at:]), "text")
                at += listing.length
                continue
            if not (is_number_alone(text) and self.form.find(following)):
                self.line(line)
            at += 1

    def line(self, line: Line, method: ReadingMethod = "text") -> None:
        parts = cut_line(line.text, line.recovery, self._find)
        if len(parts) > 1:
            for text, recovery in parts:
                self.line(replace(line, text=text, recovery=recovery), method)
            return
        level = line.level
        text = part_leaders(line.text, lambda head: self._find(head) is not None)
        clean = strip_leaders(text)
        if not clean or is_blank(text) or self.form.is_frame(clean, at_head=not self.items):
            return
        number = read_numbering(clean)
        head, colon, value = clean.partition(":")
        if colon and is_blank(text.partition(":")[2]):
            clean, value = f"{head}:", ""
        label = self._find(clean if not value.strip() else head) if len(head) <= _LONGEST_INLINE_LABEL else None
        is_alone = label is not None and (len(clean.split()) > 1 or label.is_private or label.is_contact)
        if label is not None and (colon or number or level or is_alone):
            self._open(label, head, number, level, is_inline=bool(value.strip()))
            if value.strip():
                self._value(value.strip(), clean, line.place, method, line.recovery)
            return
        heading = self.form.find_heading(head if colon else clean) if (number or level) else None
        if heading is not None and not (self.current and heading is self.current.label):
            self._open(heading, clean if not value.strip() else head, number, level, is_inline=bool(value.strip()))
            if value.strip():
                self._value(value.strip(), clean, line.place, method, line.recovery)
            return
        if self._is_new_heading(clean, number, level):
            self._open(OTHER, clean, number, level, is_inline=False)
            return
        if colon and self._is_new_label(head, has_leaders(line.text)):
            self._open_beside(head)
            if value.strip():
                self._value(value.strip(), clean, line.place, method, line.recovery)
            return
        self._value(clean, clean, line.place, method, line.recovery)

    def _find(self, text: str) -> Label | None:
        label = self.form.find(text)
        if label is not None and label.is_corrected:
            return label
        if self.context is not None and (part := self.context.label.find_part(text)):
            return part
        return label

    def _open(self, label: Label, heading: str, number: Numbering | None, level: int, *, is_inline: bool) -> None:
        if label.is_group:
            self.current = self.context = None
            return
        item = Item(label, heading.strip(" :"), is_inline, number, level)
        self.items.append(item)
        self.current = item
        if self.context is None or label not in self.context.label.parts:
            # A phone or a birth date among other items does not end the item around it.
            is_aside = (label.is_private or label.is_contact) and number is None and not label.parts
            if not (is_aside and self.context is not None):
                self.context = item

    def _is_new_heading(self, text: str, number: Numbering | None, level: int) -> bool:
        """Whether a line without a known label begins something new, instead of being a sub-heading or a list line
        of the value that is being read."""
        if len(text) > _LONGEST_HEADING or text.endswith((".", ";", ",")):
            return False
        opened = self.context
        if level:
            return opened is None or opened.level == 0 or level <= opened.level
        if number is None:
            return False
        if number.style == "roman":
            return text.isupper() or opened is None or opened.number is None or opened.number.is_followed_by(number)
        return opened is not None and opened.number is not None and opened.number.is_followed_by(number)

    def _is_new_label(self, head: str, is_print: bool) -> bool:
        """Whether a label that no form knows begins something new; `is_print` tells that leaders follow it."""
        if not looks_like_label(head):
            return False
        item = self.current
        if item is None:
            return is_print or bool(self.items)
        return (
            is_print
            or item.label.is_aside
            or item.field in _ENDED_BY_LABELS
            or (item.label is OTHER and item.is_inline)
        )

    def _open_beside(self, heading: str) -> None:
        """An item of a label that no form knows, which does not end the item around it."""
        item = Item(OTHER, heading.strip(" :"), is_inline=True)
        self.items.append(item)
        self.current = item

    def _value(self, text: str, line: str, place: Place, method: ReadingMethod, recovery: Recovery = EXACT) -> None:
        """One line of a value for the current item; `line` is the whole line, kept where the label must stay."""
        if text != line:
            recovery = value_after(recovery)
        item = self.current
        if item is not None and item.field in SINGLE_VALUES and item.pieces:
            last = item.pieces[-1]
            if item.field == "title" and text[:1].islower():
                joined = join_recoveries([(last.text, last.recovery), (text, recovery)], " ")
                item.pieces[-1] = Piece(f"{last.text} {text}", last.place, last.method, joined)
                return
            item = self._after_single(item)
        if item is None:
            item = Item(OTHER)
            self.items.append(item)
        self.current = item
        if item.label.keeps_label and text != line and not item.pieces:
            item.heading = ""
            text = line
        item.pieces.append(Piece(keep_ticked(text), place, method, recovery))

    def _after_single(self, item: Item) -> Item | None:
        """What unlabelled text belongs to after a short value: the item around it, unless that is short too."""
        outer = self.context
        if outer is None or outer is item or outer.field in SINGLE_VALUES:
            return None
        return outer

    # -- tables

    def table(self, table: Table) -> None:
        grid = Grid(table)
        if not grid.height:
            return
        headers = grid.headers(0)
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
        elif self._holds_labels(table) and not (self._is_listing(grid, headers) and self._is_header_alone(table)):
            self._pairs(grid)
        elif self._is_listing(grid, headers):
            self._grid_rows(grid, None, headers, grid.header_depth(0))
        else:
            self._plain_rows(grid)

    def _label_for(self, headers: tuple[Header, ...]) -> Label | None:
        """The label whose columns the headers are: the open one when it fits, else the best of the form."""
        opened = self._open_with_columns()
        labels = [opened] if opened else []
        labels += [label for label in self.form.labels if label.columns]
        best: Label | None = None
        most = 1
        for label in labels:
            roles = set(match_columns(headers, label.columns).values())
            if "title" in roles and len(roles) > most:
                best, most = label, len(roles)
        return best

    def _open_with_columns(self) -> Label | None:
        for item in (self.current, self.context):
            if item is not None and item.label.columns:
                return item.label
        return None

    def _listing_columns(self) -> frozenset[str]:
        label = self._open_with_columns()
        return label.columns.get("time", frozenset()) if label else frozenset()

    def _holds_label(self, cell: Cell) -> bool:
        lines = cell.text.splitlines()
        return any(self._find(line) or (":" in line and self._find(line.partition(":")[0])) for line in lines)

    def _holds_labels(self, table: Table) -> bool:
        return any(self._holds_label(cell) for row in table.rows for cell in row)

    def _is_header_alone(self, table: Table) -> bool:
        """Whether only some cells of the first row are labels: headers that a form knows by another meaning."""
        first, *others = table.rows
        is_label = [self._find(cell.text) is not None for cell in first if cell.text.strip()]
        return (
            len(others) > 1 and not all(is_label) and not any(self._holds_label(cell) for row in others for cell in row)
        )

    def _is_listing(self, grid: Grid, headers: tuple[Header, ...]) -> bool:
        filled = [header.leaf for header in headers if header.leaf]
        return grid.height > 1 and len(filled) >= 2 and len(filled) >= grid.width - 1 and max(map(len, filled)) <= 80

    def _grid_rows(self, grid: Grid, label: Label | None, headers: tuple[Header, ...], first: int) -> None:
        self._columns_before = (label, headers, grid.width)
        item = self._item_for_rows(label)
        roles = match_columns(headers, item.label.columns)
        rows = [
            row for at in range(first, grid.height) if grid.cells(at) for row in split_entries(grid, at, roles, item)
        ]
        item.pieces += read_rows(headers, item.label.columns, rows, "table")

    def _item_for_rows(self, label: Label | None) -> Item:
        for item in (self.current, self.context):
            if item is not None and (item.label is label if label else item.field not in SINGLE_VALUES):
                return item
        item = Item(label or OTHER)
        self.items.append(item)
        self.current = self.context = item
        return item

    def _pairs(self, grid: Grid) -> None:
        row = 0
        while row < grid.height:
            cells = [cell for cell in grid.cells(row) if cell.row == row]
            labels = [self._find(cell.text) for cell in cells]
            if len(cells) > 1 and all(labels) and row + 1 < grid.height:
                for cell, label in zip(cells, labels, strict=True):
                    below = grid.at(row + 1, cell.column)
                    if below is not None and label is not None:
                        self._pair(label, cell.text, below)
                row += 2
            else:
                self._pair_row(cells)
                row += 1

    def _pair_row(self, cells: list[Cell]) -> None:
        cells = [cell for cell in cells if cell.text.strip() or cell.tables]
        if len(cells) > 1 and is_number_alone(cells[0].text):
            cells = cells[1:]
        at = 0
        while at < len(cells):
            cell = cells[at]
            beside = cells[at + 1] if at + 1 < len(cells) else None
            label = self._find(cell.text)
            if label is not None and beside is not None and not self._find(beside.text):
                self._pair(label, cell.text, beside)
                at += 2
                continue
            is_name = beside is not None and at == 0 and 0 < len(cell.text) <= 80 and "\n" not in cell.text
            if (
                label is None
                and beside is not None
                and is_name
                and not self._holds_label(cell)
                and not self._holds_label(beside)
            ):
                self._pair(OTHER, cell.text, beside)
                at += 2
                continue
            if len(cells) > 1 and not self._holds_label(cell):
                # A cell beside labelled ones that says nothing known must not run into their values.
                self.current = self.context = None
            self._cell_lines(cell)
            at += 1

    def _cell_lines(self, cell: Cell) -> None:
        for text, recovery in recovered_lines(cell.text, cell.recovery):
            self.line(Line(text, cell.place, 0, recovery), "table")
        for inner in cell.tables:
            self.table(inner)

    def _pair(self, label: Label, heading: str, cell: Cell) -> None:
        heading = " ".join(strip_leaders(heading).split()).strip(" :")
        number = read_numbering(heading)
        outer = self.context if self.context is not None and label in self.context.label.parts else None
        self.context = outer
        self._open(label, heading, number, 0, is_inline=True)
        item = self.current
        for whole, whole_recovery in recovered_lines(cell.text, cell.recovery):
            for line, recovery in cut_line(whole, whole_recovery, self._find):
                self._pair_line(label, heading, item, Line(line, cell.place, 0, recovery), is_decimal=cell.is_decimal)
                self.current = item
        for inner in cell.tables:
            self.table(inner)
        # Rows below may say more of it (*Địa chỉ* below *Tổ chức chủ trì*).
        self.current, self.context = None, outer or (item if label.parts else None)

    def _pair_line(self, label: Label, heading: str, item: Item | None, line: Line, *, is_decimal: bool) -> None:
        head, colon, value = line.text.partition(":")
        known = label.find_part(head) or self.form.find(head) if colon else None
        if known is not None and (known in label.parts or known.is_aside):
            self._open(known, head, None, 0, is_inline=True)
            if not is_blank(value):
                self._value(strip_leaders(value), strip_leaders(line.text), line.place, "table", line.recovery)
        elif not is_blank(line.text) and item is not None:
            text = strip_leaders(line.text)
            keeps = label.keeps_label and not item.pieces
            if keeps:
                item.heading = ""
            if text := keep_ticked(text):
                shown, signs = f"{heading}: {text}" if keeps else text, FROM_PROGRAM if is_decimal else UNTOLD
                item.pieces.append(Piece(shown, line.place, "table", line.recovery, (), signs))

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


def _listed(listing: Listing, lines: Sequence[Line]) -> list[Row]:
    """The rows of an unrolled table with the place of its first line, each cell recovered as its line was."""
    width = len(listing.rows[0])
    first = listing.length - width * len(listing.rows)
    return [
        Row(
            texts,
            lines[0].place,
            [line.recovery for line in lines[first + at * width : first + (at + 1) * width]],
        )
        for at, texts in enumerate(listing.rows)
    ]
