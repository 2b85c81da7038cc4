"""XLSX files as one table a sheet: shown values, addresses, and merged cells once with their spans.

The sheets are read as a stream of XML, not through openpyxl's workbook: that one builds a cell for every place of a
merged range or hyperlink, which a file of a few bytes can make billions of. openpyxl knows dates and formats.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from ingest.document import Cell, Document
from ingest.errors import N_, Problem
from ingest.readers.opened import OpenedFile
from ingest.readers.package import Package
from ingest.readers.sheets import Range, Sheet, Value, address, as_value, build_tables, name_hidden
from ingest.readers.xlsx_values import show_iso_date, show_number
from ingest.records import Place
from ingest.table_grids import is_total_row
from ingest.vietnamese import repair

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_MOST_NAMED = 10  # cells in one message
# Text with the font of each run; None where the cell's own font counts.
_Runs = tuple[tuple[str, str | None], ...]
T = TypeVar("T")


@dataclass(slots=True)
class _Workbook:
    """`characters` counts the shown text: one shared string may stand in every cell."""

    opened: OpenedFile
    strings: list[_Runs]
    # Font name and number format of each cell style.
    styles: list[tuple[str | None, str]]
    is_1904: bool
    cells: int = 0
    characters: int = 0


def read_xlsx(package: Package) -> Document:
    """Hidden sheets are left out and named. Text in old fonts is decoded run by run; text that no font explains, as all
    of it together suggests. Raises FileRefused for damaged or too large files."""
    root = package.root(package.main)
    properties = root.find(S + "workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    workbook = _Workbook(package.opened, _read_strings(package), _read_styles(package), is_1904)
    relationships = [r for r in package.relationships(package.main) if r.kind == "worksheet"]
    # Turned round twice, so that a part that several sheets claim is read once.
    targets = {id: target for target, id in {r.target: r.id for r in relationships}.items()}
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    for element in root.iterfind(f"{S}sheets/{S}sheet"):
        target = targets.pop(element.get(R + "id", ""), None)
        if target is None:
            continue
        sheet = Sheet(repair(element.get("name", "")))
        for sheet_row in package.elements(target, S + "row", S + "mergeCell"):
            if sheet_row.tag == S + "row":
                _read_row(sheet_row, sheet, workbook)
            elif merge := _read_range(sheet_row.get("ref", "")):
                sheet.merges.append(merge)
        if element.get("state") in ("hidden", "veryHidden"):
            problems += name_hidden(sheet, workbook.opened)
            continue
        sheets.append(sheet)
    tables, charset = build_tables(sheets, workbook.opened)
    # Sums of whole columns belong to no record: nothing is lost with them.
    sums = {(row[0].place.sheet, row[0].place.row) for table in tables for row in table.rows if row and _sums_up(row)}
    for sheet in sheets:
        if missed := [address(*at) for at in sheet.uncomputed if (sheet.name, at[0]) not in sums]:
            problems.append(_uncomputed(workbook.opened, sheet.name, missed))
    return package.opened.document("xlsx", tables, problems, charset)


def _read_strings(package: Package) -> list[_Runs]:
    strings: list[_Runs] = []
    for part in package.related(package.main, "sharedStrings"):
        strings.extend(map(_read_runs, package.elements(part, S + "si")))
    return strings


def _read_runs(holder: etree._Element) -> _Runs:
    """Of ``si`` or ``is``: plain text or rich runs; phonetic guides are left out."""
    runs: list[tuple[str, str | None]] = []
    for child in holder:
        if child.tag == S + "t":
            runs.append((child.text or "", None))
        elif child.tag == S + "r":
            font = child.find(f"{S}rPr/{S}rFont")
            runs.append((child.findtext(S + "t") or "", None if font is None else font.get("val")))
    return tuple(runs)


def _read_styles(package: Package) -> list[tuple[str | None, str]]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    parts = package.related(package.main, "styles")
    if not parts:
        return []
    root = package.root(parts[0])
    formats = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    formats |= {f.get("numFmtId", ""): f.get("formatCode", "") for f in root.iterfind(f"{S}numFmts/{S}numFmt")}
    fonts = [
        None if name is None else name.get("val")
        for name in (font.find(S + "name") for font in root.iterfind(f"{S}fonts/{S}font"))
    ]
    styles = []
    for style in root.iterfind(f"{S}cellXfs/{S}xf"):
        font = _pick(fonts, style.get("fontId"), None)
        styles.append((font, formats.get(style.get("numFmtId", "0"), "General")))
    return styles


def _read_row(element: etree._Element, sheet: Sheet, workbook: _Workbook) -> None:
    """Add the row's values to the sheet. Rows and cells without address follow the last."""
    given = element.get("r", "")
    row = int(given) if given.isdecimal() and len(given) < 8 else max(sheet.values, default=0) + 1
    values: dict[int, Value] = {}
    column = 0
    for cell in element.iterchildren(S + "c"):
        reference = cell.get("r", "")
        if reference and not len(cell):
            continue
        address = _ADDRESS.fullmatch(reference)
        column = _column_number(address[1]) if address else column + 1
        if shown := _show(cell, sheet, workbook, row, column):
            values[column] = shown
            workbook.cells += 1
            workbook.opened.check_counts(cells=workbook.cells)
    if values:
        sheet.values.setdefault(row, {}).update(values)


def _show(cell: etree._Element, sheet: Sheet, workbook: _Workbook, row: int, column: int) -> Value:
    kind = cell.get("t", "n")
    font, number_format = _pick(workbook.styles, cell.get("s"), (None, "General"))
    raw, is_formula = "", False
    runs: _Runs = ()
    for child in cell:
        if child.tag == S + "v":
            raw = child.text or ""
        elif child.tag == S + "f":
            is_formula = True
        elif child.tag == S + "is" and kind == "inlineStr":
            runs = _read_runs(child)
    if kind == "s":
        runs, raw = _pick(workbook.strings, raw, ()), ""
    elif kind == "b":
        raw = {"1": "TRUE", "0": "FALSE"}.get(raw, raw)
    elif kind == "d":
        raw = show_iso_date(raw)
    elif kind == "n" and raw:
        raw = show_number(raw, number_format, is_1904=workbook.is_1904)
        if "." in raw:
            sheet.decimals.add((row, column))
    if is_formula and not raw and kind != "str":
        sheet.uncomputed.append((row, column))
    runs = runs or ((raw, None),)
    workbook.characters += sum(len(text) for text, _ in runs)
    workbook.opened.check_counts(characters=workbook.characters)
    return as_value((text, run_font or font) for text, run_font in runs)


def _sums_up(row: Sequence[Cell]) -> bool:
    return is_total_row([cell.text for cell in row])


def _uncomputed(opened: OpenedFile, sheet: str, cells: Sequence[str]) -> Problem:
    named = ", ".join(cells[:_MOST_NAMED])
    return opened.problem(
        N_(
            "{count} formulas hold no computed value: {cells}. Open the file in Excel or LibreOffice and save it "
            "again; what else stands in their rows was read."
        ),
        Place(sheet=sheet, cell=cells[0]),
        count=len(cells),
        cells=f"{named} …" if len(cells) > _MOST_NAMED else named,
    )


def _read_range(reference: str) -> Range | None:
    """``B2:C4`` as top, left, bottom, right."""
    start, _, end = reference.partition(":")
    first, last = _ADDRESS.fullmatch(start), _ADDRESS.fullmatch(end)
    if first is None or last is None:
        return None
    return int(first[2]), _column_number(first[1]), int(last[2]), _column_number(last[1])


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _pick(items: list[T], position: str | None, default: T) -> T:
    index = int(position) if position and position.isdecimal() and len(position) < 10 else 0
    return items[index] if index < len(items) else default
