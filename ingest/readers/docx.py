"""DOCX files as blocks: every paragraph and table of the page in reading order, nothing lost and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from ingest.charset_choice import decide_by_fonts
from ingest.charsets import Decision, recover
from ingest.document import Block, Cell, Document, Paragraph, Recovery, Table, join_recoveries, recovered_lines
from ingest.errors import N_, Problem
from ingest.readers.docx_styles import Styles, W, child, outline_level, read_styles
from ingest.readers.docx_text import MC, choose_alternative, is_bold, paragraph_style, read_paragraph, runs_of_part
from ingest.readers.opened import OpenedFile
from ingest.readers.package import Package
from ingest.records import Place
from ingest.vietnamese import repair

_PASSED_THROUGH = frozenset(W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_STORIES = ("header", "footnotes", "endnotes", "footer")
_MAX_SPAN = 63  # Word's own limit of columns


def read_docx(package: Package) -> Document:
    """Headers come first and footers last, each distinct one once, as paragraphs; notes stand after the body.

    Text in old fonts is decoded run by run; text that no font explains, as all of it together suggests. Raises
    FileRefused for damaged or too large files.
    """
    styles_parts = package.related(package.main, "styles")
    styles = read_styles(package.root(styles_parts[0]) if styles_parts else None)
    parts = {kind: [package.root(part) for part in package.related(package.main, kind)] for kind in _STORIES}
    parts["body"] = [package.root(package.main)]
    runs = (run for roots in parts.values() for root in roots for run in runs_of_part(root, styles))
    walk = _Walk(package.opened, styles, decide_by_fonts(runs))
    body = parts["body"][0].find(W + "body")
    content = [] if body is None else list(walk.blocks(body))
    blocks: list[Block] = [
        *_margins(parts["header"], walk, "header"),
        *content,
        *_notes(parts["footnotes"], walk, "footnote"),
        *_notes(parts["endnotes"], walk, "endnote"),
        *_margins(parts["footer"], walk, "footer"),
    ]
    return package.opened.document("docx", blocks, walk.problems, walk.decision.whole)


def _margins(parts: list[etree._Element], walk: _Walk, kind: str) -> Iterator[Paragraph]:
    seen: set[str] = set()
    for part in parts:
        lines = list(_lines(walk.blocks(part, story=kind)))
        text = "\n".join(line for line, _ in lines)
        if text not in seen:
            seen.add(text)
            yield from (Paragraph(line, Place(cell=kind), recovery=recovery) for line, recovery in lines)


def _notes(parts: list[etree._Element], walk: _Walk, kind: str) -> Iterator[Paragraph]:
    for part in parts:
        notes = [note for note in part.iterchildren(W + kind) if note.get(W + "type") in {None, "normal"}]
        for number, note in enumerate(notes, start=1):
            place = f"{kind} {number}"
            lines = _lines(walk.blocks(note, story=place))
            yield from (Paragraph(line, Place(cell=place), recovery=recovery) for line, recovery in lines)


def _lines(blocks: Iterator[Block]) -> Iterator[tuple[str, Recovery]]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text, block.recovery
        elif isinstance(block, Table):
            for cell in (cell for row in block.rows for cell in row):
                yield from recovered_lines(cell.text, cell.recovery)
                yield from _lines(iter(cell.tables))


@dataclass(slots=True)
class _Walk:
    """Counts what was found so far, for limits and for places."""

    opened: OpenedFile
    styles: Styles
    decision: Decision
    problems: list[Problem] = field(default_factory=list)
    has_struck: bool = False
    paragraphs: int = 0
    cells: int = 0
    tables: int = 0

    def blocks(self, parent: etree._Element, story: str = "", depth: int = 0) -> Iterator[Block]:
        """`story` names a place outside the body (header, footnote 2); body paragraphs are numbered."""
        self.opened.check_counts(depth=depth)
        for element in _children(parent, "p", "tbl"):
            if element.tag == W + "tbl":
                self.tables += 1
                yield self._table(element, f"{story}, table {self.tables}".lstrip(", "), depth)
            elif element.tag == W + "p":
                yield from self._paragraph(element, story, depth)
            else:
                self.problems.append(
                    self.opened.problem(
                        N_("An embedded document inside was not read. Paste its text into the file."),
                        Place(row=self.paragraphs),
                    )
                )

    def _paragraph(self, element: etree._Element, story: str, depth: int) -> Iterator[Block]:
        self.paragraphs += 1
        self.opened.check_counts(paragraphs=self.paragraphs)
        place = Place(cell=story) if story else Place(row=self.paragraphs)
        found = read_paragraph(element, self.styles)
        if found.has_struck and not self.has_struck:
            self.has_struck = True
            self.problems.append(
                self.opened.problem(
                    N_("Struck-out text was left out, here and below. Undo the strike where it still holds."), place
                )
            )
        decoded, recovery = recover(found.runs, self.decision)
        if text := repair(decoded).strip():
            level = outline_level(child(element, "pPr"))
            level = self.styles.level_of(paragraph_style(element)) if level is None else level
            yield Paragraph(text, place, level, recovery, is_bold(element))
        for box in found.boxes:
            yield from self.blocks(box, story, depth + 1)

    def _table(self, table: etree._Element, name: str, depth: int) -> Table:
        rows: list[list[Cell]] = []
        # Column → where the vertically merged cell that is still open there stands in `rows`.
        merged: dict[int, tuple[int, int]] = {}
        for element in _children(table, "tr"):
            properties = child(element, "trPr")
            if child(properties, "del") is not None:
                continue
            row: list[Cell] = []
            column = _number(properties, "gridBefore", 0)
            rows.append(row)
            for cell in _children(element, "tc"):
                column = self._cell(cell, rows, column, merged, name, depth)
        return Table(tuple(map(tuple, rows)), Place(cell=name))

    def _cell(
        self,
        element: etree._Element,
        rows: list[list[Cell]],
        column: int,
        merged: dict[int, tuple[int, int]],
        name: str,
        depth: int,
    ) -> int:
        """Add a cell to the last row, or widen the merged cell it continues; gives the next free column."""
        self.cells += 1
        self.opened.check_counts(cells=self.cells)
        properties = child(element, "tcPr")
        if child(properties, "cellDel") is not None:
            return column
        span = _number(properties, "gridSpan", 1)
        row = len(rows) - 1
        down, across = _merge(properties, "vMerge"), _merge(properties, "hMerge")
        if across == "continue" and rows[row]:
            last = rows[row][-1]
            rows[row][-1] = replace(last, column_span=last.column_span + span)
            return column + span
        if down == "continue" and column in merged:
            top, position = merged[column]
            rows[top][position] = replace(rows[top][position], row_span=row - top + 1)
            return column + span
        for passed in range(column, column + span):
            merged.pop(passed, None)
        if down == "restart":
            merged[column] = (row, len(rows[row]))
        place = f"{name}, row {row + 1}, column {column + 1}"
        texts: list[tuple[str, Recovery]] = []
        tables: list[Table] = []
        counted = self.tables
        self.tables = 0
        for block in self.blocks(element, place, depth + 1):
            if isinstance(block, Paragraph):
                texts.append((block.text, block.recovery))
            elif isinstance(block, Table):
                tables.append(block)
        self.tables = counted
        text = "\n".join(text for text, _ in texts)
        recovery = join_recoveries(texts)
        rows[row].append(Cell(text, row, column, 1, span, Place(cell=place), tuple(tables), recovery))
        return column + span


def _children(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Paragraphs, tables, rows or cells below `parent`, through content controls and tracked insertions."""
    tags = {W + name for name in names}
    for element in parent:
        if element.tag in tags or (element.tag == W + "altChunk" and "p" in names):
            yield element
        elif element.tag in _PASSED_THROUGH:
            yield from _children(element, *names)
        elif element.tag == MC + "AlternateContent" and (chosen := choose_alternative(element)) is not None:
            yield from _children(chosen, *names)


def _number(properties: etree._Element | None, name: str, default: int) -> int:
    found = child(properties, name)
    value = "" if found is None else found.get(W + "val", "")
    return min(int(value), _MAX_SPAN) if value.isdecimal() and len(value) < 9 else default


def _merge(properties: etree._Element | None, name: str) -> str | None:
    found = child(properties, name)
    return None if found is None else found.get(W + "val", "continue")
