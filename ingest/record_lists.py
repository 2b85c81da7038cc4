"""Lists – sheets, tables and flat JSON objects with a header over many records – become one record a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ingest.column_names import part_person, part_value
from ingest.columns import MONEY, Columns, is_header_name, read_columns
from ingest.corrections import Correction, Unrecognised, tell_unrecognised
from ingest.document import EXACT, Entry, Recovery
from ingest.errors import N_, Problem
from ingest.failures import read_or_name
from ingest.forms import Label
from ingest.labelled_values import Item, Piece
from ingest.list_groups import GroupRows, OpenGroups, tell_note
from ingest.money_units import unit_said
from ingest.number_signs import FROM_PROGRAM, UNTOLD, Signs, learn_signs
from ingest.record_building import Origin, assemble_record
from ingest.records import Kind, Place, ReadingMethod, Record
from ingest.table_grids import Grid, Header, alternates, is_column_number_row, is_total_row
from ingest.values import has_boxes, is_status, ticked_options

_HEADER_ROWS = 25
_LONGEST_HEADING = 400  # characters above a header that only say whose list it is


@dataclass(frozen=True, slots=True)
class ListHeader:
    """Where a header stands in a grid and what it means; the first record's row is `first`. `unit` is how many đồng
    the numbers of its money columns count, where a line above it says so."""

    columns: Columns
    first: int
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class _Value:
    """What stands in one column of a row."""

    column: int
    text: str
    place: Place
    recovery: Recovery = EXACT
    signs: Signs = UNTOLD


def find_list_header(grid: Grid, kind: Kind | None = None, corrections: Sequence[Correction] = ()) -> ListHeader | None:
    """The header among the first rows of a grid: the row (with those merged below it) that explains most columns
    and has at least one row under it. Rows of labels above rows of values are a form."""
    best: ListHeader | None = None
    for row in range(min(grid.height, _HEADER_ROWS)):
        if sum(1 for cell in grid.cells(row) if cell.text.strip()) < 2:
            continue
        first = row + grid.header_depth(row)
        columns = read_columns(grid.headers(row), kind, corrections) if first < grid.height else None
        if columns and (
            alternates(grid, row, partial(is_header_name, kind=columns.kind)) or _holds_labels(grid, columns, first)
        ):
            continue
        if columns and (best is None or len(columns.fields) > len(best.columns.fields)):
            best = ListHeader(columns, first, _unit_above(grid, row))
    return best


def _holds_labels(grid: Grid, columns: Columns, first: int) -> bool:
    """Whether nothing but labels stands where the titles should: labels and values side by side are a form."""
    texts = [text for row in range(first, grid.height) if (text := grid.text(row, columns.title))]
    return bool(texts) and all(is_header_name(text, columns.kind) for text in texts)


def _unit_above(grid: Grid, row: int) -> int | None:
    return unit_said("\n".join(cell.text for above in range(row) for cell in grid.cells(above)))


def find_empty_list(grid: Grid, kind: Kind | None = None, corrections: Sequence[Correction] = ()) -> Place | None:
    """Where the header of a list stands that has no row below it; None when the grid is anything else, or when so
    much text stands above the header that it is worth reading."""
    last = grid.height - 1
    cells = [cell for cell in grid.cells(last) if cell.text.strip()] if 0 <= last < _HEADER_ROWS else []
    above = sum(len(cell.text) for row in range(last) for cell in grid.cells(row))
    if len(cells) < 2 or above > _LONGEST_HEADING or read_columns(grid.headers(last), kind, corrections) is None:
        return None
    return replace(cells[0].place, cell=None)


def read_list(
    grid: Grid, header: ListHeader, origin: Origin, groups: OpenGroups, *, keep_contacts: bool = False
) -> Iterator[Record | Problem | Unrecognised]:
    """A record or a Problem for each row below the header; totals, numbers of columns, repeated headers, signatures and
    uneven rows are passed over. What headings of `groups` say is said of the rows beneath; they stay open at the end of
    the grid. Notes are named where they stand, at the end the columns that no synonym knows."""
    columns = header.columns
    rows = GroupRows(grid, columns, header.first, has_rows=groups.has_rows)
    last = _last_row(grid, header)
    signs = {
        column: _learn_signs(grid, column, header.first) for column, name in columns.fields.items() if name in MONEY
    }
    titles = [h.leaf for h in columns.headers]
    for row in range(header.first, grid.height):
        texts = [grid.text(row, column) for column in range(grid.width)]
        if row in grid.table.uneven or not any(texts) or texts == titles:
            continue
        if is_total_row(texts) or is_column_number_row(texts) or rows.is_signature(row) or rows.is_empty(row):
            continue
        first = grid.cells(row)[0].place
        place = replace(first, cell=None) if first.row else replace(first, row=row + 1, cell=None)
        if note := rows.note(row) or (_join(texts) if row > last and not rows.heading(row) else None):
            yield from tell_note(note, origin.file, columns.kind, place)
            continue
        if heading := rows.heading(row):
            filled = next(cell for cell in grid.cells(row) if heading[0] in " ".join(cell.text.split()))
            groups.begin(*heading, columns.kind, filled.place, filled.recovery)
            continue
        values = []
        for column in range(grid.width):
            cell = grid.at(row, column)
            if cell is not None and (text := "\n".join(line.strip() for line in cell.lines() if line.strip())):
                told = FROM_PROGRAM if cell.is_decimal else signs.get(column, UNTOLD)
                values.append(_Value(column, text, cell.place, cell.recovery, told))
        read = partial(_record_of_row, columns, values, place, origin, keep_contacts, unit=header.unit, groups=groups)
        record = read_or_name(origin.file, place, read)
        if isinstance(record, Record):
            yield from groups.use(origin.file, columns.kind, record.title)
        yield record
    yield from _unknown_columns(grid, header, origin.file)


def _unknown_columns(grid: Grid, header: ListHeader, file: str) -> Iterator[Unrecognised]:
    for column in sorted(header.columns.unknown):
        cells = (grid.at(row, column) for row in range(header.first, grid.height))
        first = next((cell for cell in cells if cell is not None and cell.text.strip()), None)
        if first is not None:
            yield tell_unrecognised(
                file, header.columns.kind, header.columns.headers[column].text, first.text, first.place
            )


def find_unknown_keys(
    entry: Entry, file: str, kind: Kind | None, corrections: Sequence[Correction]
) -> Iterator[Unrecognised]:
    """The keys of a flat JSON object that no synonym knows."""
    columns = read_columns(_headers_of(entry), kind, corrections)
    texts = [_text_of(value) for value in entry.value.values()]
    for column in sorted(columns.unknown) if columns else ():
        if columns and texts[column]:
            yield tell_unrecognised(file, columns.kind, columns.headers[column].text, texts[column], entry.place)


def _headers_of(entry: Entry) -> tuple[Header, ...]:
    return tuple(Header((str(key),)) for key in entry.value)


def read_flat_entry(
    entry: Entry, origin: Origin, *, kind: Kind | None, keep_contacts: bool, corrections: Sequence[Correction] = ()
) -> Record | Problem:
    """A JSON object whose keys are headers, read like a row."""
    columns = read_columns(_headers_of(entry), kind, corrections)
    if columns is None:
        names = ", ".join(list(map(str, entry.value))[:6])
        return Problem(
            origin.file, N_("No column with a title was found among: {columns}."), {"columns": names}, entry.place
        )
    before = list((entry.unrepaired or entry.value).values())
    values = [
        _Value(
            column,
            text,
            entry.place,
            entry.recovery_of(text, _text_of(before[column]) if column < len(before) else ""),
            signs=FROM_PROGRAM if isinstance(value, float) else UNTOLD,
        )
        for column, value in enumerate(entry.value.values())
        if (text := _text_of(value))
    ]
    return _record_of_row(columns, values, entry.place, origin, keep_contacts, is_json=True)


def _record_of_row(
    columns: Columns,
    values: Sequence[_Value],
    place: Place,
    origin: Origin,
    keep_contacts: bool,
    *,
    is_json: bool = False,
    unit: int | None = None,
    groups: OpenGroups | None = None,
) -> Record | Problem:
    states = {columns.fields.get(value.column) for value in values if is_status(value.text)}
    items = [
        item
        for value in values
        for field, heading, part in _parts_of(columns, value)
        if (item := _item_of(columns, part, field, heading, is_json=is_json, has_status="status" in states))
    ]
    if groups is not None:
        items += groups.items_for({item.field for item in items})
    for item in items:
        item.unit = unit
    record = assemble_record(items, columns.kind, origin, keep_contacts=keep_contacts)
    if record is None:
        header = columns.headers[columns.title].text
        return Problem(
            origin.file,
            N_("Row {row} has no title (column “{column}”); it was left out."),
            {"row": place.row or "?", "column": header},
            place,
        )
    return record


def _parts_of(columns: Columns, value: _Value) -> Iterator[tuple[str, str, _Value]]:
    """What a cell says by field, with the name of each; several where the header joins several names."""
    column = value.column
    header = columns.headers[column].text if column < len(columns.headers) else ""
    field = columns.fields.get(column, "other")
    parts = columns.joined.get(column, ())
    if len({part.field for part in parts}) < 2 or field == "duration":
        yield field, header, value
        return
    found = part_person(value.text, parts) if (columns.kind, field) == ("scientist", "title") else None
    found = found or part_value(value.text, parts) or [(field if field == "title" else "other", header, value.text)]
    for name, heading, text in found:
        yield name, heading, replace(value, text=text)


def _item_of(
    columns: Columns, value: _Value, name: str, heading: str, *, is_json: bool, has_status: bool
) -> Item | None:
    column, text = value.column, value.text
    if column in columns.private or column in columns.numbers or name == "private":
        return None
    is_contact = column in columns.contacts or name == "contact"
    if name == "outcome" and not has_status:
        name = "status"
    if name == "status" and not is_status(text):
        # A column "Kết quả" holds a grade in one list and an account of the results in the next.
        name = "results" if columns.kind == "proposal" else "other"
    is_outcome = name == "outcome"
    if is_outcome:
        name = "results" if columns.kind == "proposal" else "other"
    is_ticked = has_boxes(text) and name != "fields"
    if is_ticked:
        text = "; ".join(ticked_options(text))
    keeps_label = name == "education" or (is_outcome and name == "results")
    label = Label("contact" if is_contact else name, is_contact=is_contact)
    shown = f"{heading}: {text}" if keeps_label else text
    written = heading if column in columns.corrected else None
    method: ReadingMethod = "json" if is_json else "table"
    piece = Piece(shown, value.place, method, value.recovery, (), value.signs, written, is_ticked)
    return Item(label, heading, is_inline=True, pieces=[piece])


def _last_row(grid: Grid, header: ListHeader) -> int:
    """The last row that has a title; what stands below is no row of the list."""
    rows = range(grid.height - 1, header.first - 1, -1)
    return next((row for row in rows if grid.text(row, header.columns.title)), -1)


def _join(texts: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(filter(None, texts)))


def _learn_signs(grid: Grid, column: int, first: int) -> Signs:
    """What people mean by the signs in the numbers they typed; a number that the file holds shows the program's."""
    cells = (grid.at(row, column) for row in range(first, grid.height))
    return learn_signs(cell.text for cell in cells if cell is not None and not cell.is_decimal)


def _text_of(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else ("có" if value else "không")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, (list, tuple)):
        return "\n".join(filter(None, map(_text_of, value)))
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {text}" for key, item in value.items() if (text := _text_of(item)))
    return str(value).strip()
