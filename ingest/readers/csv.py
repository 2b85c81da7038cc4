"""CSV and TSV files as one table, whatever the separator; uneven rows are named and kept."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

from ingest.document import Cell, Document, Table
from ingest.errors import N_, Problem
from ingest.readers.decoding import decode_text
from ingest.readers.opened import OpenedFile
from ingest.records import Place
from ingest.vietnamese import repair

_SEPARATORS = (";", "\t", ",", "|")
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class _Row:
    """`line` counts from 1; `is_sound` is False where quotation marks did not match."""

    line: int
    fields: list[str]
    is_sound: bool = True


def read_csv(opened: OpenedFile) -> Document:
    """Raises FileRefused for codings that cannot be decoded and too many cells."""
    decoded = decode_text(opened)
    lines = _split_lines(decoded.text)
    separator = ""
    if lines and lines[0].lower().startswith("sep=") and lines[0].strip()[4:] in {"", *_SEPARATORS}:
        # Excel's own note of the separator; an empty line keeps the numbering.
        separator = lines[0].strip("\r\n")[4:]
        lines[0] = "\n"
    separator = separator or _find_separator(lines)
    rows = _read_rows(lines, separator)
    # Old codings leave separators and quotation marks alone, so the text as it stood has the same cells.
    surface = decoded.surface
    before = repeat(None) if surface is None else _read_rows(_split_lines(surface), separator)
    table: list[tuple[Cell, ...]] = []
    lines_of_rows: list[_Row] = []
    cells = 0
    for row, was in zip(rows, before, strict=False):
        fields = [repair(field).strip() for field in row.fields]
        if not any(fields):
            continue
        cells += len(fields)
        opened.check_counts(cells=cells)
        table.append(
            tuple(
                Cell(
                    text,
                    len(table),
                    column,
                    place=Place(row=row.line, cell=f"column {column + 1}"),
                    recovery=decoded.recovery(text, was.fields[column].strip() if was else None),
                )
                for column, text in enumerate(fields)
            )
        )
        lines_of_rows.append(row)
    uneven = dict(_uneven_rows(opened, lines_of_rows))
    blocks = [Table(tuple(table), uneven=frozenset(uneven))] if table else []
    return opened.document("csv", blocks, list(uneven.values()), decoded.charset)


def _split_lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


def _uneven_rows(opened: OpenedFile, rows: list[_Row]) -> Iterator[tuple[int, Problem]]:
    """Rows whose columns differ from what most rows have, by number; a title above the first full row is none."""
    usual = Counter(len(row.fields) for row in rows).most_common(1)[0][0] if rows else 0
    in_table = False
    for number, row in enumerate(rows):
        found = len(row.fields)
        in_table = in_table or found >= usual
        if not row.is_sound:
            message = N_("Quotation marks in row {row} do not match, so it made no record. Close them and try again.")
            yield number, opened.problem(message, Place(row=row.line), row=row.line)
        elif in_table and (found < usual or any(map(str.strip, row.fields[usual:]))):
            message = N_(
                "Row {row} has {found} columns where the others have {usual}, so it made no record. Compare it with "
                "the header."
            )
            yield number, opened.problem(message, Place(row=row.line), row=row.line, found=found, usual=usual)


def _find_separator(lines: list[str]) -> str:
    """The sign that gives the most columns to the most rows."""

    def score(separator: str) -> float:
        counts = Counter(len(row.fields) for row in _read_rows(lines[:_SAMPLE], separator) if row.fields)
        if not counts:
            return 0.0
        columns, rows = max(counts.items(), key=lambda item: (item[0] - 1) * item[1])
        return (rows / counts.total()) ** 2 * (columns - 1)

    return max(_SEPARATORS, key=score)


def _read_rows(lines: list[str], separator: str) -> Iterator[_Row]:
    """A quotation mark that is never closed costs its own line, not the rest of the file."""
    start = 0
    while start < len(lines):
        reader = csv.reader((lines[i] for i in range(start, len(lines))), delimiter=separator, strict=True)
        first = start
        try:
            for fields in reader:
                yield _Row(start + 1, fields)
                start = first + reader.line_num
        except csv.Error:
            yield _Row(start + 1, lines[start].rstrip("\r\n").split(separator), is_sound=False)
            start += 1
