"""Pairings and lists as XLSX and DOCX files, for those who go on working in an office program."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any
from xml.sax.saxutils import escape

from api.catalogue import Translate, fill, say_day
from api.errors import BadInput
from api.schemas import Match, Pairing, Quote, Record
from ingest import N_

FORMATS = (".xlsx", ".docx")
MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_LONGEST_CELL = 32_767  # what a spreadsheet cell can hold
_LONGEST_PROPERTY = 255  # what the title among a document's properties can hold
_FORMULA = re.compile(r"[ \n]*(?:[=@＝＠\t\r]|[+\-＋－](?! )|[+\-＋－].*(?:\w\(|\|))", re.DOTALL)
_Value = str | float | int | None
_Row = Sequence[_Value]
_QUOTE_WIDTH, _TITLE_WIDTH, _ID_WIDTH, _NUMBER_WIDTH = 60, 40, 28, 10  # characters
_LINE, _TITLE_LINE, _HIGHEST_ROW = 15, 19, 409  # points; a spreadsheet takes no higher row
_PAGE, _PADDING, _WIDEST_WORD = 267, 4, 45  # millimetres: between the margins, beside the text of a cell, kept whole


def check_format(name: str) -> str:
    """The suffix of a file to export to. Raises BadInput for one that cannot be written."""
    suffix = Path(name).suffix.lower()
    if suffix not in FORMATS:
        raise BadInput(N_("{file}: the name must end in .xlsx or .docx."), file=name)
    return suffix


def export_match(match: Match, format: str, translate: Translate, made_on: date, is_turned: bool = False) -> bytes:
    """The candidates of a match, each with its quotes side by side and what is missing. `format` is a suffix;
    `is_turned`: the candidates are who ask."""
    title = fill(translate(N_("Candidates for: {title}")), {"title": match.record.title})
    headers = [
        translate(header)
        for header in (
            N_("Rank"),
            N_("Candidate"),
            N_("Id"),
            N_("Score"),
            N_("What is asked"),
            N_("What the record shows") if is_turned else N_("What the candidate shows"),
            N_("Not found in the record") if is_turned else N_("Not found with the candidate"),
        )
    ]
    widths = (_NUMBER_WIDTH, _TITLE_WIDTH, _ID_WIDTH, _NUMBER_WIDTH, _QUOTE_WIDTH, _QUOTE_WIDTH, _QUOTE_WIDTH)
    rows = [_pairing_row(rank, pairing, is_turned, translate) for rank, pairing in enumerate(match.pairings, 1)]
    notes = [note_date(translate, made_on), translate(N_("The scores order this list only; a person decides."))]
    if match.mode == "lexical":
        notes.insert(1, translate(N_("For now answers go by words only, not by meaning.")))
    return _WRITERS[format](title, notes, headers, widths, rows)


def export_records(records: Iterable[Record], format: str, translate: Translate, made_on: date) -> bytes:
    """A list of records with their main facts. `format` is a suffix."""
    headers = [
        translate(header)
        for header in (
            N_("Id"),
            N_("Kind"),
            N_("Title"),
            N_("Code"),
            N_("Organisation"),
            N_("Place"),
            N_("From year"),
            N_("To year"),
            N_("Budget (đồng)"),
        )
    ]
    widths = (_ID_WIDTH, 18, _TITLE_WIDTH, 18, 40, 20, _NUMBER_WIDTH, _NUMBER_WIDTH, 18)
    from api.labels import KIND

    rows = [_record_row(record, translate(KIND[record.kind])) for record in records]
    return _WRITERS[format](translate(N_("List of records")), [note_date(translate, made_on)], headers, widths, rows)


def export_table(
    title: str,
    notes: Sequence[str],
    headers: Sequence[str],
    widths: Sequence[int],
    rows: Sequence[_Row],
    format: str,
) -> bytes:
    """Any table under a title and notes; `widths` are characters, `format` is a suffix."""
    return _WRITERS[format](title, notes, headers, widths, rows)


def note_date(translate: Translate, made_on: date) -> str:
    """When a file was made and by what."""
    return fill(translate(N_("Made by Ba Nhà on {date}.")), {"date": say_day(made_on, translate)})


def _pairing_row(rank: int, pairing: Pairing, is_turned: bool, translate: Translate) -> _Row:
    # Quotes stand in the same order on both sides; a number says which belong together.
    nearest = ", " + translate(N_("nearest, perhaps no answer"))
    asked, said = [pair.query for pair in pairing.evidence], [pair.candidate for pair in pairing.evidence]
    if is_turned:
        asked, said = said, asked
    notes = ["" if pair.answers else nearest for pair in pairing.evidence]
    missing = "\n".join(quote.text for quote in (*pairing.missing, *pairing.lacking))
    score = round(pairing.score, 3)
    return rank, pairing.title, pairing.id, score, _number(asked, [""] * len(asked)), _number(said, notes), missing


def _number(quotes: Sequence[Quote], notes: Sequence[str]) -> str:
    numbered = enumerate(zip(quotes, notes, strict=True), 1)
    return "\n".join(f"({number}{note}) {quote.text}" for number, (quote, note) in numbered)


def _record_row(record: Record, kind: str) -> _Row:
    facts = record.facts
    return (
        record.id,
        kind,
        record.title,
        facts.code,
        facts.organisation,
        facts.place_written,
        facts.year_from,
        facts.year_to,
        facts.budget_vnd,
    )


def _write_xlsx(
    title: str, notes: Sequence[str], headers: Sequence[str], widths: Sequence[int], rows: Sequence[_Row]
) -> bytes:
    """Title and notes above a header row; every text is typed as text."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.properties.title, book.properties.creator = _legal(title)[:_LONGEST_PROPERTY], "Ba Nhà"
    sheet = book.active
    sheet.title = "Ba Nhà"
    for row, text in enumerate((title, *notes), 1):
        _fill_cell(sheet.cell(row, 1), text)
    top, edge = Alignment(wrap_text=True, vertical="top"), Side(style="thin", color="BFBFBF")
    edges = Border(left=edge, right=edge, top=edge, bottom=edge)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(headers))
    sheet["A1"].font, sheet["A1"].alignment = Font(name="Calibri", bold=True, size=14), top
    # The larger letters of the title take three quarters as many to a line.
    sheet.row_dimensions[1].height = _count_lines(title, sum(widths) * 3 // 4) * _TITLE_LINE
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    first = len(notes) + 3
    for number, values in enumerate((headers, *rows), first):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(number, column)
            _fill_cell(cell, value)
            cell.alignment, cell.border = top, edges
            if number == first:
                cell.font = Font(name="Calibri", bold=True)
        # Office programs take a height that is missing for one line, whatever the cell holds.
        lines = max(_count_lines(_show(value), width) for value, width in zip(values, widths, strict=True))
        sheet.row_dimensions[number].height = min(lines * _LINE, _HIGHEST_ROW)
    sheet.freeze_panes = sheet.cell(first + 1, 1)
    sheet.print_title_rows = f"{first}:{first}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _count_lines(text: str, width: int) -> int:
    """At most how many lines the text takes in a column of so many digits; capitals are wider than those."""
    lines = text[:_LONGEST_CELL].split("\n")
    return sum(len(wrap(line, width * 3 // 4 if line.isupper() else width)) or 1 for line in lines)


def _fill_cell(cell: Any, value: _Value) -> None:
    if isinstance(value, str):
        cell.value = disarm(_legal(value))[:_LONGEST_CELL]
        cell.data_type = "s"
        cell.quotePrefix = True
    else:
        cell.value = value
        if _is_large(value):
            cell.number_format = "#,##0"


def _is_large(value: object) -> bool:
    """Whether a number is easier to read in groups of three; years are not."""
    return isinstance(value, int) and abs(value) >= 10_000


def disarm(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula, also after a detour over CSV.

    A dash or plus with a space after it begins a list item and stays as it is, unless what follows calls a function
    or another program.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def _legal(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(char for char in text if char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff"))


def _write_docx(
    title: str, notes: Sequence[str], headers: Sequence[str], widths: Sequence[int], rows: Sequence[_Row]
) -> bytes:
    """A landscape page with title, notes and one table whose header is repeated on every page."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml import parse_xml
    from docx.shared import Mm, Pt

    document = Document()
    document.core_properties.title = _legal(title)[:_LONGEST_PROPERTY]
    document.core_properties.author = "Ba Nhà"
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(10)
    document.add_heading(_legal(title), 1)
    for note in notes:
        document.add_paragraph(_legal(note))
    table = document.add_table(rows=1, cols=len(headers))
    table.style = "Table Grid"
    table.autofit = False
    across = [Mm(width) for width in _share_page(headers, widths, rows)]
    for column, width in zip(table.columns, across, strict=True):
        column.width = width
    # The library looks through the whole table for each cell that it fills; rows are written as it would write them.
    table._tbl.remove(table.rows[0]._tr)
    twips = [width.twips for width in across]
    for number, values in enumerate((headers, *rows)):
        table._tbl.append(parse_xml(_row_xml(values, twips, is_header=number == 0)))
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _share_page(headers: Sequence[str], widths: Sequence[int], rows: Sequence[_Row]) -> list[float]:
    """The width of each column in millimetres: its longest word whole, what is left shared out by `widths`."""
    least = [
        max((_measure(word) for value in column for word in re.findall(r"[^\s-]+-?", _show(value))), default=0.0)
        for column in zip(headers, *rows, strict=True)
    ]
    least = [_PADDING + min(width, _WIDEST_WORD) for width in least]
    scale = min(1.0, _PAGE / sum(least))
    across, free, left = [width * scale for width in least], set(range(len(widths))), float(_PAGE)
    # Columns whose longest word takes more than their share leave less to the others, until all others have enough.
    while free:
        share = left / sum(widths[column] for column in free)
        narrow = {column for column in free if across[column] >= widths[column] * share}
        if not narrow:
            return [widths[column] * share if column in free else width for column, width in enumerate(across)]
        free -= narrow
        left -= sum(across[column] for column in narrow)
    return across


def _measure(word: str) -> float:
    """At most how many millimetres a word takes in bold letters of 10 points."""
    return sum(2.7 if char.isupper() or char in "mw%@" else 2.0 for char in word)


def _row_xml(values: _Row, widths: Sequence[int], is_header: bool) -> str:
    """A row of a table as WordprocessingML; the widths are in twips."""
    from docx.oxml.ns import nsdecls

    bold = "<w:rPr><w:b/></w:rPr>" if is_header else ""
    cells = [
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>'
        f"<w:p><w:r>{bold}{_text_xml(_legal(_show(value)))}</w:r></w:p></w:tc>"
        for value, width in zip(values, widths, strict=True)
    ]
    first = "<w:trPr><w:tblHeader/></w:trPr>" if is_header else ""
    return f"<w:tr {nsdecls('w')}>{first}{''.join(cells)}</w:tr>"


def _text_xml(text: str) -> str:
    """The text of a run, with its line breaks and tabs."""
    marks = {"\n": "<w:br/>", "\r": "<w:br/>", "\t": "<w:tab/>"}
    parts = re.split(r"(\r\n|[\n\r\t])", text)
    return "".join(marks.get(part[:1]) or f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in parts if part)


def _show(value: _Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(value).replace(".", ",")
    return f"{value:,}".replace(",", ".") if _is_large(value) else str(value)


_Writer = Callable[[str, Sequence[str], Sequence[str], Sequence[int], Sequence[_Row]], bytes]
_WRITERS: dict[str, _Writer] = {".xlsx": _write_xlsx, ".docx": _write_docx}
