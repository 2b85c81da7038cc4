"""Sheets of any workbook as tables: what a cell shows in one coding, and merged cells once with their spans."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.charset_choice import decide_by_fonts
from ingest.charsets import Decision, Run, coding_of_font, recover
from ingest.document import EXACT, Cell, Recovery, Table
from ingest.errors import N_, Problem
from ingest.readers.fonts import replace_symbols
from ingest.readers.opened import OpenedFile
from ingest.records import Place
from ingest.vietnamese import repair

Range = tuple[int, int, int, int]
"""The top, left, bottom and right of merged cells, all from 1 and within."""

Value = str | tuple[Run, ...]
"""Text, or runs that wait until the coding of the workbook is known."""


@dataclass(slots=True)
class Sheet:
    """Values by row and column, both from 1, in the order of the file. `decimals` are the places of numbers that
    are shown with a decimal point, `uncomputed` the (row, column) of formulas that hold no value."""

    name: str
    values: dict[int, dict[int, Value]] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    decimals: set[tuple[int, int]] = field(default_factory=set)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)


def as_value(runs: Iterable[Run]) -> Value:
    """What the runs of a cell show; empty for nothing."""
    shown = [(replace_symbols(text, font), font) for text, font in runs]
    text = "".join(text for text, _ in shown)
    if text.isascii() and not any(coding_of_font(font) for _, font in shown):
        return repair(text).strip()
    return tuple(shown) if repair(text).strip() else ""


def build_tables(sheets: Sequence[Sheet], opened: OpenedFile) -> tuple[list[Table], str | None]:
    """A table for each sheet that is not empty, and the old coding of the whole workbook, if it is in one."""
    decision = decide_by_fonts(run for sheet in sheets for run in _runs(sheet))
    tables = [table for sheet in sheets if (table := _build_table(sheet, opened, decision))]
    return tables, decision.whole


def name_hidden(sheet: Sheet, opened: OpenedFile) -> list[Problem]:
    """What to say of a hidden sheet, which whoever sends the file does not see; nothing of an empty one."""
    message = N_(
        "This sheet is hidden, so it was left out. Unhide it in Excel and read the file again if it "
        "belongs to the list."
    )
    return [opened.problem(message, Place(sheet=sheet.name))] if sheet.values else []


def address(row: int, column: int) -> str:
    """``B2`` for the second column of the second row."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def _runs(sheet: Sheet) -> Iterator[Run]:
    for row in sheet.values.values():
        for value in row.values():
            if not isinstance(value, str):
                yield from value
                yield "\n", None


def _build_table(sheet: Sheet, opened: OpenedFile, decision: Decision) -> Table | None:
    """Empty rows, and empty columns on the left, are left out; every place keeps its true address."""
    numbers = sorted(sheet.values)
    if not numbers:
        return None
    first_column = min(column for values in sheet.values.values() for column in values)
    last_column = max(column for values in sheet.values.values() for column in values)
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    looked_at = 0
    for top, left, bottom, merged_to in sheet.merges:
        if left not in sheet.values.get(top, {}):
            continue  # values beside an empty corner are not hidden by it
        right = min(merged_to, last_column)
        rows = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
        for row in rows:
            values = sheet.values[row]
            columns = range(left, right + 1) if right - left < len(values) else list(values)
            looked_at += len(columns)
            covered.update((row, column) for column in columns if column in values and left <= column <= right)
        looked_at += len(rows)
        # Merged ranges may not overlap, so an honest sheet is looked at about once.
        opened.check_counts(cells=looked_at // 4)
        spans[top, left] = (len(rows), right - left + 1)
    covered -= spans.keys()
    table = []
    for position, row in enumerate(numbers):
        cells = []
        for column, value in sorted(sheet.values[row].items()):
            if (row, column) not in covered:
                down, across = spans.get((row, column), (1, 1))
                place = Place(sheet=sheet.name, row=row, cell=address(row, column))
                text, recovery = _recover(value, decision)
                is_decimal = (row, column) in sheet.decimals
                cells.append(Cell(text, position, column - first_column, down, across, place, (), recovery, is_decimal))
        table.append(tuple(cells))
    return Table(tuple(table), Place(sheet=sheet.name))


def _recover(value: Value, decision: Decision) -> tuple[str, Recovery]:
    if isinstance(value, str):
        return value, EXACT
    text, recovery = recover(value, decision)
    return repair(text).strip(), recovery
