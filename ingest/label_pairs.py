"""Goes through the tables of a form in which labels stand beside or above their values."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.document import Cell, Table, recovered_lines
from ingest.forms import OTHER, Label
from ingest.labelled_values import Item, Line, Piece, is_row_number, keep_ticked
from ingest.labels import is_listed, is_number_alone, looks_like_label, part_label, read_numbering
from ingest.line_cuts import cut_line
from ingest.line_walk import LineWalk
from ingest.number_signs import FROM_PROGRAM, UNTOLD
from ingest.table_grids import Grid, is_column_number_row
from ingest.values import has_boxes, is_blank, strip_leaders


class PairWalk(LineWalk):
    """Goes through lines, and through tables of pairs."""

    @abstractmethod
    def table(self, table: Table) -> None:
        """Reads any table, as those inside of cells."""

    def _holds_label(self, cell: Cell) -> bool:
        lines = cell.text.splitlines()
        return any(self._find(line) or (":" in line and self._find(part_label(line)[0])) for line in lines)

    def _pairs(self, grid: Grid, *, is_alternating: bool = False) -> None:
        row = 0 if is_alternating else self._print_above(grid)
        while row < grid.height:
            cells = [cell for cell in grid.cells(row) if cell.row == row]
            if is_alternating:
                cells = [cell for cell in cells if cell.text.strip()]
            labels = [self._find(cell.text) for cell in cells]
            is_above = all(labels) or self._are_values_below(grid, row, labels)
            if is_alternating or (len(cells) > 1 and is_above and row + 1 < grid.height):
                for cell in cells:
                    below = grid.at(row + 1, cell.column)
                    if below is not None:
                        # A label before it in the row may say what it means.
                        self._pair(self._find(cell.text) or OTHER, cell.text, below)
                row += 2
            elif beside := self._beside_merged(grid, row, cells):
                self._pair(labels[0] or OTHER, cells[0].text, *beside)
                row += cells[0].row_span
            else:
                self._pair_row(cells)
                row += 1

    def _print_above(self, grid: Grid) -> int:
        """How many rows only name and number the columns of a form (``TT | Nội dung | Thông tin đề xuất`` above
        ``(1) | (2) | (3)``)."""
        first = [grid.text(0, column) for column in range(grid.width)]
        if (
            grid.height < 3
            or len(first) < 3
            or not is_row_number(first[0])
            or not all(map(looks_like_label, first[1:]))
        ):
            return 0
        numbered = [row for row in range(1, grid.height) if is_number_alone(grid.text(row, 0) or "x")]
        if len(numbered) * 2 < grid.height - 1:
            return 0
        second = [grid.text(1, column) for column in range(grid.width)]
        return 2 if is_column_number_row(second) else 1

    def _beside_merged(self, grid: Grid, row: int, cells: Sequence[Cell]) -> list[Cell]:
        """The values in the rows beside a label that is merged over them; [] where there is none, or where the cells
        beside it are labels themselves."""
        if not cells or cells[0].row_span < 2 or self._find(cells[0].text) is None:
            return []
        rows = range(row, min(row + cells[0].row_span, grid.height))
        beside = [cell for at in rows for cell in grid.cells(at) if cell.row == at and cell is not cells[0]]
        beside = [cell for cell in beside if cell.text.strip() or cell.tables]
        is_column = len({cell.column for cell in beside}) == 1 and len(beside) > 1
        return beside if is_column and not any(map(self._holds_label, beside)) else []

    def _are_values_below(self, grid: Grid, row: int, labels: Sequence[Label | None]) -> bool:
        """Whether a row is one of labels, though the form does not know them all: two known ones stand side by side,
        where a value would part them if it stood beside its label."""
        below = [cell for cell in grid.cells(row + 1) if cell.row == row + 1]
        if len(below) != len(labels) or any(map(self._holds_label, below)):
            return False
        return any(one and other for one, other in pairwise(labels))

    def _pair_row(self, cells: list[Cell]) -> None:
        cells = [cell for cell in cells if cell.text.strip() or cell.tables]
        if len(cells) > 1 and is_number_alone(cells[0].text):
            cells = cells[1:]
        at = 0
        while at < len(cells):
            cell = cells[at]
            beside = cells[at + 1] if at + 1 < len(cells) else None
            if beside is not None and self._stacked(cell, beside):
                at += 2
                continue
            label = self._find(cell.text)
            if label is not None and beside is not None and not self._find(beside.text):
                self._pair(label, cell.text, beside)
                at += 2
                continue
            is_first = at == 0 or cell.text.rstrip().endswith(":") or (at % 2 == 0 and looks_like_label(cell.text))
            is_name = beside is not None and is_first and 0 < len(cell.text) <= 80 and "\n" not in cell.text
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
            if self._begins_anew(cell):
                self.current = self.context = None
            self._cell_lines(cell)
            at += 1

    def _stacked(self, cell: Cell, beside: Cell) -> bool:
        """Pairs labels that stand below one another in a cell (``Chủ nhiệm:`` above ``Điện thoại:``) with the lines of
        the cell beside it, where these are as many; else all of them with all of it. False for any other cell."""
        headings = [line for line in cell.text.splitlines() if line.strip()]
        known = [heading for heading in headings if self._find(heading)]
        are_labels = all(heading.rstrip().endswith(":") and looks_like_label(heading) for heading in headings)
        if len(headings) < 2 or not known or not are_labels or self._holds_label(beside) or not beside.text.strip():
            return False
        values = [line for line in recovered_lines(beside.text, beside.recovery) if line[0].strip()]
        if len(values) != len(headings):
            self._pair(OTHER, "; ".join(heading.strip(" :") for heading in headings), beside)
            return True
        for heading, (text, recovery) in zip(headings, values, strict=True):
            value = replace(beside, text=text, recovery=recovery, tables=())
            self._pair(self._find(heading) or OTHER, heading, value)
        for inner in beside.tables:
            self.table(inner)
        return True

    def _begins_anew(self, cell: Cell) -> bool:
        """Whether a cell begins with a label that no form knows, behind a value."""
        head, colon, _ = part_label(cell.text.partition("\n")[0])
        has_value = self.current is not None and bool(self.current.pieces)
        return bool(colon) and has_value and looks_like_label(head) and not is_listed(cell.text)

    def _cell_lines(self, cell: Cell) -> None:
        lines = recovered_lines(cell.text, cell.recovery)
        self.cell_lines([Line(text, cell.place, 0, recovery) for text, recovery in lines])
        for inner in cell.tables:
            self.table(inner)

    def _pair(self, label: Label, heading: str, *cells: Cell) -> None:
        heading = " ".join(strip_leaders(heading).split()).strip(" :")
        number = read_numbering(heading)
        outer = self.context
        if outer and not (label in outer.label.parts or (label is OTHER and outer.label.parts and not outer.pieces)):
            outer = None
        self.context = outer
        self._open(label, heading, number, 0, is_inline=True)
        item = self.current
        for cell in cells:
            for whole, whole_recovery in recovered_lines(cell.text, cell.recovery):
                for line, recovery in cut_line(whole, whole_recovery, self._find):
                    piece = Line(line, cell.place, 0, recovery)
                    self._pair_line(label, heading, item, piece, is_decimal=cell.is_decimal)
                    self.current = item
            for inner in cell.tables:
                self.table(inner)
        # Rows below may say more of it (*Địa chỉ* below *Tổ chức chủ trì*).
        self.current, self.context = None, outer or (item if label.parts else None)

    def _pair_line(self, label: Label, heading: str, item: Item | None, line: Line, *, is_decimal: bool) -> None:
        head, colon, value = part_label(line.text)
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
            if ticked := keep_ticked(text):
                shown, signs = f"{heading}: {ticked}" if keeps else ticked, FROM_PROGRAM if is_decimal else UNTOLD
                is_ticked = has_boxes(text)
                item.pieces.append(Piece(shown, line.place, "table", line.recovery, (), signs, is_ticked=is_ticked))
