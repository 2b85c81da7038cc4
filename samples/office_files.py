"""Writes papers, sheets and texts as office files, the same bytes every time."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from paper import Grid, Line, Look, Paper

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import _Cell
    from openpyxl.worksheet.worksheet import Worksheet

_WRITTEN = datetime(2025, 1, 2, 8, 0, 0)
_AUTHOR = "Sở Khoa học và Công nghệ tỉnh Sông Trà"
_KEPT_STYLES = frozenset(
    {"Normal", "Title", "Heading 1", "Heading 2", "Default Paragraph Font", "Normal Table", "Table Grid", "No List"}
)
_DROPPED_PARTS = re.compile(r"thumbnail|stylesWithEffects|customXml|numbering|webSettings")
_CENTRED = frozenset({"name", "title", "centred", "note"})
_BOLD = frozenset({"name", "title", "heading", "subheading"})
_WORD_STYLES: dict[Look, str] = {"name": "Title", "heading": "Heading 1", "subheading": "Heading 2"}
_HTML_TAGS: dict[Look, str] = {"name": "h1", "title": "h1", "heading": "h2", "subheading": "h3"}


def write_docx(paper: Paper, path: Path) -> None:
    """The paper as a Word file on A4."""
    document = _blank_document(paper.title)
    for block in paper.blocks:
        if isinstance(block, Line):
            _add_line(document, block)
        else:
            _add_grid(document, block)
    _save_package(document.save, path)


def _blank_document(title: str) -> WordDocument:
    document = Document()
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, relation in relations.items() if _DROPPED_PARTS.search(relation.target_ref)]:
            del relations[key]
    styles = document.styles
    for style in [style for style in styles if style.name not in _KEPT_STYLES]:
        styles.element.remove(style.element)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        font = styles[name].font
        font.name, font.size, font.color.rgb = "Times New Roman", Pt(13), RGBColor(0, 0, 0)
        fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[theme]
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), "Times New Roman")
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(2.5), Cm(2), Cm(2), Cm(2)
    about = document.core_properties
    about.title, about.author, about.last_modified_by, about.comments = title, _AUTHOR, _AUTHOR, ""
    about.created = about.modified = _WRITTEN
    return document


def _add_line(document: WordDocument, line: Line) -> None:
    style = _WORD_STYLES.get(line.look, "Normal")
    paragraph = document.add_paragraph(style=style)
    run = paragraph.add_run(line.text)
    run.bold = line.look in _BOLD or None
    run.italic = True if line.look == "note" else None
    if line.look in ("name", "title"):
        run.font.size = Pt(14)
    if line.look in _CENTRED:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif line.look == "right":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif line.look == "body":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.space_after = Pt(4)


def _add_grid(document: WordDocument, grid: Grid) -> None:
    table = document.add_table(rows=len(grid.rows), cols=len(grid.widths))
    if grid.has_borders:
        table.style = document.styles["Table Grid"]
    table.autofit = False
    cells = [row.cells for row in table.rows]  # before any are merged: python-docx counts through the table each time
    taken: set[tuple[int, int]] = set()
    for row, boxes in enumerate(grid.rows):
        column = 0
        for box in boxes:
            while (row, column) in taken:
                column += 1
            cell = cells[row][column]
            if box.across > 1 or box.down > 1:
                cell = cell.merge(cells[row + box.down - 1][column + box.across - 1])
            taken |= {(row + r, column + c) for r in range(box.down) for c in range(box.across)}
            cell.width = Cm(sum(grid.widths[column : column + box.across]))
            _fill(cell, box.text, box.is_bold, centred=not grid.has_borders)
            column += box.across
    for column, width in enumerate(grid.widths):
        table.columns[column].width = Cm(width)
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _fill(cell: _Cell, text: str, is_bold: bool, *, centred: bool) -> None:
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        run = paragraph.add_run(line)
        run.bold = is_bold or None
        run.font.size = Pt(12)
        paragraph.paragraph_format.space_after = Pt(0)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def write_html(paper: Paper, path: Path) -> None:
    """The paper as a page of an office's web site."""
    parts = [_html_line(block) if isinstance(block, Line) else _html_grid(block) for block in paper.blocks]
    style = "body{font-family:'Times New Roman',serif;max-width:50em;margin:2em auto}table.k{border-collapse:collapse}"
    style += ".k td{border:1px solid #333;padding:4px 8px;vertical-align:top}.c{text-align:center}.r{text-align:right}"
    head = f'<meta charset="utf-8">\n<title>{escape(paper.title)}</title>\n<style>{style}</style>'
    body = "\n".join(parts)
    _write(
        path, f'<!DOCTYPE html>\n<html lang="vi">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'.encode()
    )


def _html_line(line: Line) -> str:
    tag = _HTML_TAGS.get(line.look, "p")
    place = ' class="c"' if line.look in _CENTRED else ' class="r"' if line.look == "right" else ""
    text = escape(line.text, quote=False)
    return f"<{tag}{place}>{f'<i>{text}</i>' if line.look == 'note' else text}</{tag}>"


def _html_grid(grid: Grid) -> str:
    rows = []
    for boxes in grid.rows:
        cells = []
        for box in boxes:
            spans = (f' colspan="{box.across}"' if box.across > 1 else "") + (
                f' rowspan="{box.down}"' if box.down > 1 else ""
            )
            text = escape(box.text, quote=False).replace("\n", "<br>")
            cells.append(f"<td{spans}>{f'<b>{text}</b>' if box.is_bold else text}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    kind = "k" if grid.has_borders else "c"
    return f'<table class="{kind}">\n' + "\n".join(rows) + "\n</table>"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list in a workbook: title rows, then headers, one row or two. A header is its text, or a pair of the text
    over several columns and theirs. `widths` are in characters."""

    name: str
    titles: tuple[str, ...]
    headers: tuple[str | tuple[str, tuple[str, ...]], ...]
    rows: tuple[tuple[object, ...], ...]
    widths: tuple[int, ...]


def write_xlsx(title: str, sheets: Sequence[Sheet], path: Path) -> None:
    """A workbook of lists."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator, book.properties.lastModifiedBy = title, _AUTHOR, _AUTHOR
    book.properties.created = _WRITTEN
    for sheet in sheets:
        _fill_sheet(book.create_sheet(sheet.name), sheet)
    _save_package(book.save, path)


def _fill_sheet(page: Worksheet, sheet: Sheet) -> None:
    thin = Side(style="thin")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    width = len(sheet.widths)
    for row, text in enumerate(sheet.titles, 1):
        page.cell(row, 1, text).font = Font(name="Times New Roman", size=13, bold=True)
        page.cell(row, 1).alignment = Alignment(horizontal="center")
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    first = len(sheet.titles) + 2
    depth = 2 if any(isinstance(header, tuple) for header in sheet.headers) else 1
    column = 1
    for header in sheet.headers:
        text, below = header if isinstance(header, tuple) else (header, ())
        page.cell(first, column, text)
        if below:
            page.merge_cells(start_row=first, end_row=first, start_column=column, end_column=column + len(below) - 1)
            for offset, lower in enumerate(below):
                page.cell(first + 1, column + offset, lower)
        elif depth == 2:
            page.merge_cells(start_row=first, end_row=first + 1, start_column=column, end_column=column)
        column += max(len(below), 1)
    for number, row_values in enumerate(sheet.rows):
        for offset, value in enumerate(row_values, 1):
            page.cell(first + depth + number, offset, value)
    for row in range(first, first + depth + len(sheet.rows)):
        for offset in range(1, width + 1):
            cell = page.cell(row, offset)
            is_header = row < first + depth
            cell.border = border
            cell.font = Font(name="Times New Roman", size=12, bold=is_header)
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="center" if is_header else None)
    for offset, characters in enumerate(sheet.widths, 1):
        page.column_dimensions[get_column_letter(offset)].width = characters
    page.freeze_panes = page.cell(first + depth, 1)


def write_csv(headers: Sequence[str], rows: Sequence[Sequence[object]], path: Path) -> None:
    """Semicolons, a byte order mark and CRLF, as Excel exports where the comma is the decimal sign."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows(rows)
    _write(path, b"\xef\xbb\xbf" + text.getvalue().encode())


def write_text(text: str, path: Path) -> None:
    _write(path, text.encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _save_package(save: Callable[[Any], None], path: Path) -> None:
    """Save an Office package with fixed times and without compression, whose bytes differ between zlib versions."""
    raw, packed = io.BytesIO(), io.BytesIO()
    save(raw)
    with zipfile.ZipFile(raw) as package, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name in package.namelist():
            data = package.read(name)
            if name == "docProps/core.xml":
                # openpyxl writes the time of saving.
                fixed = rb"\g<1>" + _WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\g<2>"
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)", fixed, data)
            entry = zipfile.ZipInfo(name, _WRITTEN.timetuple()[:6])
            entry.create_system, entry.external_attr = 0, 0
            target.writestr(entry, data)
    _write(path, packed.getvalue())
