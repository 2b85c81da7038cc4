"""What the tables of a form add to its items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.columns import is_unknown_name
from ingest.forms import Form, Label
from ingest.labelled_values import SINGLE_VALUES, Item, Line, Row, read_rows
from ingest.records import ReadingMethod
from ingest.table_grids import Header, match_columns, name_headers
from ingest.unrolled_tables import Listing


def label_with_columns(opened: Iterable[Item | None]) -> Label | None:
    """The label of the first of these items that may hold a table."""
    return next((item.label for item in opened if item is not None and item.label.columns), None)


def item_for_rows(opened: Iterable[Item | None], label: Label | None) -> Item | None:
    """The first of these items that a table belongs to; `label` is that of its columns, where a form knows them."""
    for item in opened:
        if item is not None and (item.label is label if label else item.field not in SINGLE_VALUES):
            return item
    return None


def add_rows(
    item: Item, form: Form, headers: Sequence[Header], rows: Sequence[Row], method: ReadingMethod
) -> list[Item]:
    """Adds the rows of a table to its item, without columns of personal data, and names the unknown columns. Returns
    items of their own for the columns that are personal, or that a person said are of another field."""
    roles = match_columns(name_headers(headers), item.label.columns)
    hidden: set[int] = set()
    own: list[Item] = []
    for column, header in enumerate(headers):
        label = None if column in roles else form.find(header.leaf) or form.find(header.text)
        if label is not None and (label.is_private or (label.is_corrected and label.field != "other")):
            hidden.add(column)
            if pieces := [row.piece(column, method) for row in rows if row.texts[column]]:
                own.append(Item(label, header.text, is_inline=True, pieces=pieces))
        elif label is None and column not in roles and roles and is_unknown_name(header.leaf):
            piece = next((row.piece(column, method) for row in rows if row.texts[column]), None)
            item.unknown += [replace(piece, label=header.text)] if piece else []
    if hidden:
        rows = [replace(row, texts=["" if at in hidden else text for at, text in enumerate(row.texts)]) for row in rows]
    item.pieces += read_rows(headers, item.label.columns, rows, method)
    return own


def rows_of_listing(listing: Listing, lines: Sequence[Line]) -> list[Row]:
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
