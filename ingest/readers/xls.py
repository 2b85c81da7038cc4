"""XLS files (Excel 5 to 2003) as one table a sheet, like those of .xlsx."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.charsets import Run
from ingest.document import Document
from ingest.errors import Problem
from ingest.readers.opened import OpenedFile
from ingest.readers.sheets import Sheet, Value, as_value, build_tables, name_hidden
from ingest.readers.xlsx_values import show_number
from ingest.vietnamese import repair

if TYPE_CHECKING:
    from xlrd.book import Book

_log = logging.getLogger(__name__)


class Unreadable(Exception):
    """xlrd does not understand the file; LibreOffice may."""


def read_xls(opened: OpenedFile) -> Document:
    """Hidden sheets are left out and named. Raises FileRefused for too large files, and Unreadable."""
    import xlrd

    book = _open(opened)
    sheets = []
    problems: list[Problem] = []
    cells = characters = 0
    for number in range(book.nsheets):
        source = book.sheet_by_index(number)
        sheet = Sheet(repair(source.name))
        for row in range(source.nrows):
            values = dict(_read_row(book, source, row))
            kinds = source.row_types(row)
            sheet.decimals |= {
                (row + 1, column)
                for column, value in values.items()
                if kinds[column - 1] == xlrd.XL_CELL_NUMBER and "." in value
            }
            cells += len(values)
            characters += sum(map(_length, values.values()))
            opened.check_counts(cells=cells, characters=characters)
            if values:
                sheet.values[row + 1] = values
        # xlrd gives the first row and column from 0 and those after the last.
        sheet.merges = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in source.merged_cells]
        if source.visibility:
            problems += name_hidden(sheet, opened)
            continue
        sheets.append(sheet)
    tables, charset = build_tables(sheets, opened)
    return opened.document("xls", tables, problems, charset)


def _open(opened: OpenedFile) -> Book:
    import xlrd

    try:
        # Ragged, or one cell in the last corner of a sheet would take a gigabyte.
        book: Book = xlrd.open_workbook(
            file_contents=opened.raw, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    except MemoryError:
        raise
    except Exception as error:
        # xlrd stumbles over damage in as many ways as there are.
        _log.debug("xlrd cannot read %s", opened.name, exc_info=True)
        raise Unreadable from error
    return book


def _read_row(book: Book, sheet: Any, row: int) -> Iterator[tuple[int, Value]]:
    import xlrd

    for column, kind in enumerate(sheet.row_types(row)):
        if kind in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
            continue
        value = sheet.cell_value(row, column)
        style = book.xf_list[sheet.cell_xf_index(row, column)]
        font = _font(book, style.font_index)
        if kind == xlrd.XL_CELL_TEXT:
            runs = _split(value, font, sheet.rich_text_runlist_map.get((row, column), ()), book)
        elif kind == xlrd.XL_CELL_BOOLEAN:
            runs = [("TRUE" if value else "FALSE", font)]
        elif kind == xlrd.XL_CELL_ERROR:
            runs = [(xlrd.error_text_from_code.get(value, "#N/A"), font)]
        else:
            format = book.format_map.get(style.format_key)
            code = format.format_str if format else "General"
            runs = [(show_number(repr(value), code, is_1904=book.datemode == 1), font)]
        if shown := as_value(runs):
            yield column + 1, shown


def _split(text: str, font: str | None, changes: list[tuple[int, int]] | tuple[()], book: Book) -> list[Run]:
    """A cell's text where its font changes; each change is where it begins and the font's number."""
    runs: list[Run] = []
    start = 0
    for at, number in sorted(changes):
        runs.append((text[start:at], font))
        start, font = at, _font(book, number)
    return [run for run in (*runs, (text[start:], font)) if run[0]]


def _font(book: Book, number: int) -> str | None:
    return book.font_list[number].name if 0 <= number < len(book.font_list) else None


def _length(value: Value) -> int:
    return len(value) if isinstance(value, str) else sum(len(text) for text, _ in value)
