"""PPTX files as blocks: the slides in their order, titles as headings, tables, and the notes after each slide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.charset_choice import decide_by_fonts
from ingest.charsets import UNICODE, Decision, Run, recover
from ingest.document import Block, Cell, Document, Paragraph, Recovery, Table, join_recoveries
from ingest.readers.docx_text import M, choose_alternative
from ingest.readers.fonts import replace_symbols
from ingest.readers.opened import OpenedFile
from ingest.readers.package import Package
from ingest.records import Place
from ingest.vietnamese import repair

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = frozenset({"title", "ctrTitle"})
_RUNNING = frozenset({"dt", "ftr", "hdr", "sldNum"})


def read_pptx(package: Package) -> Document:
    """Places have the number of the slide as page. Hidden slides are read too. Text in old fonts is decoded run by run;
    text that no font explains, as all of it together suggests. Raises FileRefused for damaged or too large files."""
    fonts = _theme_fonts(package)
    first = _Walk(package, fonts, UNICODE)
    for _ in first.blocks():
        pass
    walk = _Walk(package, fonts, decide_by_fonts(first.runs))
    return package.opened.document("pptx", list(walk.blocks()), charset=walk.decision.whole)


def _theme_fonts(package: Package) -> dict[str, str]:
    """The fonts that slides name by their part: ``+mj-lt`` for titles, ``+mn-lt`` for the rest."""
    fonts: dict[str, str] = {}
    for part in package.related(package.main, "theme")[:1]:
        for key, name in (("+mj-lt", "majorFont"), ("+mn-lt", "minorFont")):
            latin = package.root(part).find(f".//{A}{name}/{A}latin")
            if latin is not None:
                fonts[key] = latin.get("typeface", "")
    return fonts


@dataclass(slots=True)
class _Walk:
    """Counts what was found so far, for limits and for places; `runs` are all of them, with a line break
    after each paragraph."""

    package: Package
    theme_fonts: dict[str, str]
    decision: Decision
    runs: list[Run] = field(default_factory=list)
    paragraphs: int = 0
    cells: int = 0
    tables: int = 0

    @property
    def opened(self) -> OpenedFile:
        return self.package.opened

    def blocks(self) -> Iterator[Block]:
        package = self.package
        slides = {r.id: r.target for r in package.relationships(package.main) if r.kind == "slide"}
        for number, element in enumerate(package.root(package.main).iterfind(f"{P}sldIdLst/{P}sldId"), start=1):
            # Taken out, so that a slide that is listed again and again is read once.
            if (part := slides.pop(element.get(R + "id", ""), None)) is None:
                continue
            self.tables = 0
            place = Place(page=number)
            shapes = list(self._shapes(package.root(part), 0))
            shapes.sort(key=lambda shape: _placeholder(shape) not in _TITLES)
            for shape in shapes:
                yield from self._shape(shape, place)
            for diagram in package.related(part, "diagramData"):
                for text in package.root(diagram).iterfind(f".//{DGM}pt/{DGM}t"):
                    yield from self._paragraphs(text, place)
            for notes in package.related(part, "notesSlide"):
                for shape in self._shapes(package.root(notes), 0):
                    if _placeholder(shape) == "body":
                        yield from self._shape(shape, Place(page=number, cell="notes"))

    def _shapes(self, parent: etree._Element, depth: int) -> Iterator[etree._Element]:
        """Shapes and frames below `parent`, through groups; running lines left out."""
        self.opened.check_counts(depth=depth)
        for element in parent:
            if element.tag in {P + "cSld", P + "spTree"}:
                yield from self._shapes(element, depth)
            elif element.tag == P + "grpSp":
                yield from self._shapes(element, depth + 1)
            elif element.tag in {P + "sp", P + "graphicFrame"}:
                if _placeholder(element) not in _RUNNING:
                    yield element
            elif (chosen := choose_alternative(element)) is not None:
                yield from self._shapes(chosen, depth + 1)

    def _shape(self, shape: etree._Element, place: Place) -> Iterator[Block]:
        table = shape.find(f"{A}graphic/{A}graphicData/{A}tbl")
        body = shape.find(P + "txBody")
        if table is not None:
            self.tables += 1
            yield self._table(table, place)
        elif body is not None:
            yield from self._paragraphs(body, place, 1 if _placeholder(shape) in _TITLES else 0)

    def _paragraphs(self, body: etree._Element, place: Place, level: int = 0) -> Iterator[Paragraph]:
        default = body.find(f"{A}lstStyle/{A}lvl1pPr/{A}defRPr")
        font = self._font(default) or self.theme_fonts.get("+mj-lt" if level else "+mn-lt")
        for element in body.iterchildren(A + "p"):
            self.paragraphs += 1
            self.opened.check_counts(paragraphs=self.paragraphs)
            runs = list(self._runs(element, font))
            self.runs += (*runs, ("\n", None))
            decoded, recovery = recover(runs, self.decision)
            if text := repair(decoded).strip():
                yield Paragraph(text, place, level, recovery)

    def _runs(self, parent: etree._Element, font: str | None) -> Iterator[Run]:
        for element in parent:
            if element.tag in {A + "r", A + "fld"}:
                if not element.get("type", "").startswith("slidenum"):
                    own = self._font(element.find(A + "rPr")) or font
                    yield replace_symbols(element.findtext(A + "t") or "", own), own
            elif element.tag == A + "br":
                yield "\n", font
            elif element.tag == M + "t":
                yield element.text or "", None
            elif element.tag not in {A + "pPr", A + "endParaRPr"}:
                chosen = choose_alternative(element)
                yield from self._runs(element if chosen is None else chosen, font)

    def _font(self, properties: etree._Element | None) -> str | None:
        latin = None if properties is None else properties.find(A + "latin")
        name = None if latin is None else latin.get("typeface")
        return self.theme_fonts.get(name, name) if name else None

    def _table(self, table: etree._Element, place: Place) -> Table:
        rows: list[tuple[Cell, ...]] = []
        for row, element in enumerate(table.iterchildren(A + "tr")):
            cells: list[Cell] = []
            for column, cell in enumerate(element.iterchildren(A + "tc")):
                self.cells += 1
                self.opened.check_counts(cells=self.cells)
                if cell.get("hMerge") in {"1", "true"} or cell.get("vMerge") in {"1", "true"}:
                    continue
                name = f"table {self.tables}, row {row + 1}, column {column + 1}"
                cells.append(self._cell(cell, row, column, Place(page=place.page, cell=name)))
            rows.append(tuple(cells))
        return Table(tuple(rows), Place(page=place.page, cell=f"table {self.tables}"))

    def _cell(self, element: etree._Element, row: int, column: int, place: Place) -> Cell:
        body = element.find(A + "txBody")
        texts: list[tuple[str, Recovery]] = []
        if body is not None:
            texts = [(paragraph.text, paragraph.recovery) for paragraph in self._paragraphs(body, place)]
        text = "\n".join(text for text, _ in texts)
        down, across = _span(element, "rowSpan"), _span(element, "gridSpan")
        return Cell(text, row, column, down, across, place, recovery=join_recoveries(texts))


def _placeholder(shape: etree._Element) -> str | None:
    """What a shape is on its slide (title, body, dt); None for those that stand on their own."""
    found = shape.find(f"*/{P}nvPr/{P}ph")
    return None if found is None else found.get("type", "body")


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name, "1")
    return max(1, min(int(value), 1000)) if value.isdecimal() and len(value) < 9 else 1
