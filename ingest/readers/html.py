"""HTML pages as blocks: what a browser shows, paragraph by paragraph and cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.charset_choice import decide_by_fonts
from ingest.charsets import UNICODE, Decision, Run, recover
from ingest.document import Block, Cell, Document, Paragraph, Recovery, Table, join_recoveries
from ingest.readers.decoding import decode_characters
from ingest.readers.fonts import CHECKED_BOX, EMPTY_BOX, legacy_fonts_of
from ingest.readers.html_depth import refuse_depth
from ingest.readers.opened import OpenedFile
from ingest.records import Place
from ingest.vietnamese import repair

_DROPPED = frozenset(
    (
        *("head", "script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "svg", "canvas"),
        *("audio", "video", "select", "datalist"),
    )
)
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl"),
        *("dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "ul"),
        *("caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    )
)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FONT_FAMILY = re.compile(r"font-family\s*:\s*[\"']?([^\"',;]+)", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f\u00a0]+")
_SPACES = re.compile(" {2,}")
_AROUND_BREAK = re.compile(r" *\n *")
_HEADING = re.compile("h[1-6]")
_MAX_SPAN = 100  # wider or taller spans mean "all of it" in real pages


def read_html(opened: OpenedFile) -> Document:
    """Nothing outside the file is fetched. Text in old fonts is decoded where their names stand; text that no font
    explains, as all of it together suggests. Raises FileRefused for too large pages."""
    declared = _CHARSET.search(opened.raw[:4096])
    decoded = decode_characters(opened, declared[1].decode("ascii") if declared else None)
    # Elements and entities may stand inside words, so the page is taken apart before it is decoded.
    html = decoded.text if decoded.surface is None else decoded.surface
    refuse_depth(opened, html)
    decision = UNICODE if decoded.surface is None else Decision(decoded.charset, decoded.confidence)
    page = _read_page(opened, html, decision)
    found = decide_by_fonts(page.all_runs)
    if decision != UNICODE:
        found = replace(decision, fonts=found.fonts)
    if found != decision:
        page = _read_page(opened, html, found)
    return opened.document("html", page.blocks, charset=page.decision.whole or decoded.charset)


def _read_page(opened: OpenedFile, html: str, decision: Decision) -> _Page:
    parser = LexborHTMLParser(html)
    css = "".join(node.text() for node in parser.css("style"))
    page = _Page(opened, decision, legacy_fonts_of(css))
    if parser.root is not None:
        for node, is_entered in _walk(parser.root):
            page.enter(node) if is_entered else page.leave(node)
    page.end_paragraph()
    return page


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Each shown node when it begins and when it ends; no recursion, as pages may nest thousands deep."""
    stack = [(root, True)]
    while stack:
        node, is_entered = stack.pop()
        yield node, is_entered
        if not is_entered:
            continue
        stack.append((node, False))
        children = []
        child = node.child
        while child is not None:
            if child.is_text_node or (child.is_element_node and not _is_hidden(child)):
                children.append((child, True))
            child = child.next
        stack.extend(reversed(children))


def _is_hidden(node: LexborNode) -> bool:
    if node.tag in _DROPPED:
        return True
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDING.search(attributes.get("style") or ""))


@dataclass(slots=True)
class _OpenCell:
    row: int
    column: int
    row_span: int
    column_span: int
    place: Place
    lines: list[tuple[str, Recovery]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def close(self) -> Cell:
        text = "\n".join(line for line, _ in self.lines)
        recovery = join_recoveries(self.lines)
        return Cell(
            text, self.row, self.column, self.row_span, self.column_span, self.place, tuple(self.tables), recovery
        )


@dataclass(slots=True)
class _OpenTable:
    """`taken` maps a column to the first row that is free again below a cell spanning rows."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    open_cells: list[_OpenCell] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    """`fonts` are the old fonts that the style sheet gives to tags and classes; `all_runs` are those of all
    paragraphs, with a line break after each."""

    opened: OpenedFile
    decision: Decision
    fonts: Mapping[str, str]
    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    all_runs: list[Run] = field(default_factory=list)
    open_fonts: list[str | None] = field(default_factory=lambda: [None])
    tables: list[_OpenTable] = field(default_factory=list)
    level: int = 0
    preformatted: int = 0
    paragraph_count: int = 0
    cell_count: int = 0
    table_count: int = 0

    def enter(self, node: LexborNode) -> None:
        if node.is_text_node:
            text = node.text_content or ""
            self.runs.append((text if self.preformatted else _SPACE.sub(" ", text), self.open_fonts[-1]))
            return
        tag = node.tag or ""
        self.open_fonts.append(self._font(node, tag))
        if tag == "br":
            self.runs.append(("\n", self.open_fonts[-1]))
        elif tag == "input":
            self.runs.append((_shown_input(node), self.open_fonts[-1]))
        elif tag in _BLOCKS:
            self.end_paragraph()
            self.preformatted += tag == "pre"
            if _HEADING.fullmatch(tag):
                self.level = int(tag[1])
            elif tag == "table":
                self._open_table()
            elif tag == "tr" and self.tables:
                self.tables[-1].rows.append([])
            elif tag in {"td", "th"} and self.tables:
                self._open_cell(node)

    def _font(self, node: LexborNode, tag: str) -> str | None:
        attributes = node.attributes
        if face := attributes.get("face"):
            return face.split(",")[0].strip()
        if family := _FONT_FAMILY.search(attributes.get("style") or ""):
            return family[1].strip()
        for name in (attributes.get("class") or "").lower().split():
            if font := self.fonts.get(f"{tag}.{name}") or self.fonts.get(f".{name}"):
                return font
        return self.fonts.get(tag) or self.open_fonts[-1]

    def leave(self, node: LexborNode) -> None:
        if node.is_text_node:
            return
        tag = node.tag or ""
        self.open_fonts.pop()
        if tag not in _BLOCKS:
            return
        self.end_paragraph()
        self.preformatted -= tag == "pre"
        if _HEADING.fullmatch(tag):
            self.level = 0
        elif tag == "table":
            self._close_table()
        elif tag in {"td", "th"} and self.tables and self.tables[-1].open_cells:
            done = self.tables[-1].open_cells.pop()
            self.tables[-1].rows[done.row].append(done.close())

    def end_paragraph(self) -> None:
        """The text since the last block becomes a paragraph, or a line of the open cell."""
        if not self.runs:
            return
        decoded, recovery = recover(self.runs, self.decision)
        text = repair(self._collapse(decoded)).strip()
        if text:
            self.all_runs += (*self.runs, ("\n", None))
        self.runs.clear()
        if not text:
            return
        if recovery.unrepaired is not None:
            recovery = replace(recovery, unrepaired=self._collapse(recovery.unrepaired).strip())
        self.paragraph_count += 1
        self.opened.check_counts(paragraphs=self.paragraph_count)
        place = Place(row=self.paragraph_count)
        around = self._cell_around()
        if around is not None:
            around.lines.append((text, recovery))
        else:
            self.blocks.append(Paragraph(text, place, self.level, recovery))

    def _collapse(self, text: str) -> str:
        return text if self.preformatted else _AROUND_BREAK.sub("\n", _SPACES.sub(" ", text))

    def _cell_around(self) -> _OpenCell | None:
        """The innermost open cell; a caption stands outside the cells of its own table."""
        return next((table.open_cells[-1] for table in reversed(self.tables) if table.open_cells), None)

    def _open_table(self) -> None:
        self.opened.check_counts(depth=len(self.tables) + 1)
        around = self._cell_around()
        if around is not None:
            name = f"{around.place.cell}, table {len(around.tables) + 1}"
        else:
            self.table_count += 1
            name = f"table {self.table_count}"
        self.tables.append(_OpenTable(name))

    def _open_cell(self, node: LexborNode) -> None:
        self.cell_count += 1
        self.opened.check_counts(cells=self.cell_count)
        table = self.tables[-1]
        if not table.rows:
            table.rows.append([])
        row = len(table.rows) - 1
        last = table.rows[row][-1] if table.rows[row] else None
        column = last.column + last.column_span if last else 0
        while table.taken.get(column, 0) > row:
            column += 1
        down, across = _span(node, "rowspan"), _span(node, "colspan")
        if down > 1:
            table.taken.update(dict.fromkeys(range(column, column + across), row + down))
        place = Place(cell=f"{table.name}, row {row + 1}, column {column + 1}")
        table.open_cells.append(_OpenCell(row, column, down, across, place))

    def _close_table(self) -> None:
        done = self.tables.pop()
        height = len(done.rows)
        for row in done.rows:
            for position, cell in enumerate(row):
                if cell.row + cell.row_span > height:
                    row[position] = replace(cell, row_span=height - cell.row)
        rows = tuple(map(tuple, done.rows))
        table = Table(rows, Place(cell=done.name))
        around = self._cell_around()
        if around is not None:
            around.tables.append(table)
        elif any(rows):
            self.blocks.append(table)


def _span(node: LexborNode, name: str) -> int:
    value = (node.attributes.get(name) or "").strip()
    return max(1, min(int(value), _MAX_SPAN)) if value.isdecimal() and len(value) < 9 else 1


def _shown_input(node: LexborNode) -> str:
    attributes = node.attributes
    kind = (attributes.get("type") or "text").lower()
    if kind in {"checkbox", "radio"}:
        return CHECKED_BOX if "checked" in attributes else EMPTY_BOX
    return (attributes.get("value") or "") if kind in {"text", "number", "date", "email", "tel", "url"} else ""
