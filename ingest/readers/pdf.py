"""PDF files as blocks: tables with their cells, and the text around them as paragraphs in reading order."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.charset_choice import decide_charset
from ingest.charsets import Decision, coding_of_font
from ingest.document import Block, Document, Paragraph, Recovery
from ingest.errors import N_, Problem
from ingest.readers.opened import OpenedFile
from ingest.readers.pdf_check import DAMAGED, MAX_PAGE_CONTENT, open_checked, page_cost
from ingest.readers.pdf_grid import RuledGrid, find_grids
from ingest.readers.pdf_layout import Box, Column, Item, find_columns
from ingest.readers.pdf_lines import Piece, find_pieces, find_rows, recover_piece
from ingest.readers.pdf_page import Glyph, PageContent, read_page
from ingest.readers.pdf_paragraphs import Lines, compounds_in, find_paragraphs, join_over_break, join_text
from ingest.readers.pdf_running import Edge, find_running
from ingest.readers.pdf_tables import PageTable, build_table, join_tables, place_table
from ingest.records import Place

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pypdfium2 import PdfDocument

Progress = Callable[[int, int], None]

_FEWEST_GLYPHS = 16  # of a page that has text; a scan may carry a stamp or a page number
_SCAN = 0.5  # of a page that a picture covers, when it is one
_MOST_DRAWINGS = 200  # strokes and fills on a page without letters: they may be the letters
_UNREADABLE = 0.2  # of the letters of a page
_HIDDEN_CONFIDENCE = 0.6  # of text that a scanner put invisibly behind its picture
_LONGEST_HEADING = 200
_LARGER = 1.08  # times the size of the body: a heading
_DEEPEST_HEADING = 6
_ROWS_ENOUGH = 8  # to see from a page itself where its text begins


@dataclass(slots=True)
class _PageText:
    """A page before the pages are compared. `areas` holds for each grid the pieces of each of its areas."""

    number: int
    width: float
    height: float
    items: list[Item] = field(default_factory=list)
    grids: list[RuledGrid] = field(default_factory=list)
    parents: dict[int, tuple[int, int]] = field(default_factory=dict)
    areas: list[dict[int, list[Piece]]] = field(default_factory=list)
    turned: list[dict[int, list[Piece]]] = field(default_factory=list)
    beside: list[Piece] = field(default_factory=list)
    scanned: list[Block] = field(default_factory=list)

    def pieces(self) -> Iterator[Piece]:
        yield from (item for item in self.items if isinstance(item, Piece))
        for found in (*self.areas, *self.turned):
            for pieces in found.values():
                yield from pieces
        yield from self.beside

    def change(self, edit: Callable[[Piece], Piece]) -> None:
        self.items = [edit(item) if isinstance(item, Piece) else item for item in self.items]
        for found in (*self.areas, *self.turned):
            for number, pieces in found.items():
                found[number] = [edit(piece) for piece in pieces]
        self.beside = [edit(piece) for piece in self.beside]


@dataclass(frozen=True, slots=True)
class _Flowing:
    """A paragraph, a table or what a scan held, on the page where it begins; `ends_on` is where it ends."""

    what: Lines | PageTable | Block
    page: int
    ends_on: int


def _say_nothing(_done: int, _total: int) -> None:
    return None


def read_pdf(opened: OpenedFile, progress: Progress = _say_nothing) -> Document:
    """`progress` is told after each page how many of how many are read.

    Headers, footers and page numbers that run along are left out. A page that cannot be read is a problem of the
    document, the others are kept. Raises FileRefused for files that are protected, damaged or too large.
    """
    problems: list[Problem] = []
    with open_checked(opened) as (pdfium, raw):
        pages = list(_read_pages(opened, pdfium, raw, problems, progress))
    decision = decide_charset("\n".join(_undecided(pages)))
    if decision.charset is not None:
        for page in pages:
            page.change(lambda piece: recover_piece(piece, decision))
    blocks = list(_blocks(opened, pages))
    return opened.document("pdf", blocks, problems, _charset(pages, decision))


# --------------------------------------------------------------------------------------------- one page


def _read_pages(
    opened: OpenedFile, pdfium: PdfDocument, raw: bytes, problems: list[Problem], progress: Progress
) -> Iterator[_PageText]:
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        document = pdfplumber.open(io.BytesIO(raw))
        pages = document.pages
    except (PdfminerException, RecursionError, ValueError, TypeError, KeyError) as error:
        raise opened.refused(DAMAGED) from error
    characters = 0
    with document:
        for number, page in enumerate(pages, start=1):
            try:
                content = _content(opened, page, number, problems)
            except (PdfminerException, RecursionError, ValueError, TypeError, KeyError, IndexError, AttributeError):
                # pdfminer raises whatever it stumbles over in a damaged page; the others may be whole.
                problems.append(
                    opened.problem(N_("Page {page} is damaged and was not read."), Place(page=number), page=number)
                )
                content = None
            page.close()
            if content is not None:
                characters += len(content.glyphs) + len(content.turned)
                opened.check_counts(characters=characters)
                yield _page_text(opened, pdfium, content, problems)
            progress(number, len(pages))


def _content(opened: OpenedFile, page: Page, number: int, problems: list[Problem]) -> PageContent | None:
    if page_cost(page.page_obj) > MAX_PAGE_CONTENT:
        problems.append(
            opened.problem(
                N_("Page {page} holds too complex a drawing and was not read."), Place(page=number), page=number
            )
        )
        return None
    return read_page(page.layout, number)


def _page_text(opened: OpenedFile, pdfium: PdfDocument, content: PageContent, problems: list[Problem]) -> _PageText:
    page = _PageText(content.number, content.width, content.height)
    glyphs = sum(bool(glyph.text.strip()) for glyph in (*content.glyphs, *content.turned))
    is_empty = glyphs < _FEWEST_GLYPHS and (content.pictures >= _SCAN or content.drawings > _MOST_DRAWINGS)
    if is_empty or content.unreadable > _UNREADABLE * glyphs:
        page.scanned = _read_scan(opened, content.number, problems)
        return page
    if content.unreadable:
        problems.append(
            opened.problem(
                N_("Page {page}: {count} letters are drawn in a font that does not say which they are."),
                Place(page=content.number),
                page=content.number,
                count=content.unreadable,
            )
        )
    page.grids = find_grids(content.rulings)
    _place_glyphs(page, content)
    if content.pictures >= _SCAN and _is_text_hidden(pdfium, content.number):
        hidden = Recovery(by_ocr=True, confidence=_HIDDEN_CONFIDENCE)
        page.change(lambda piece: replace(piece, recovery=hidden))
    return page


def _read_scan(opened: OpenedFile, number: int, problems: list[Problem]) -> list[Block]:
    problems.append(
        opened.problem(N_("Page {page} is a picture without text and was not read."), Place(page=number), page=number)
    )
    return []


def _is_text_hidden(pdfium: PdfDocument, number: int) -> bool:
    from pypdfium2 import raw

    page = pdfium[number - 1]
    modes = {raw.FPDFTextObj_GetTextRenderMode(text) for text in page.get_objects([raw.FPDF_PAGEOBJ_TEXT])}
    page.close()
    return modes == {raw.FPDF_TEXTRENDERMODE_INVISIBLE}


def _place_glyphs(page: _PageText, content: PageContent) -> None:
    """Each glyph to the smallest cell around it, or to the text outside of tables."""
    inside: list[dict[int, list[Glyph]]] = [defaultdict(list) for _ in page.grids]
    sideways: list[dict[int, list[Glyph]]] = [defaultdict(list) for _ in page.grids]
    outside: list[Glyph] = []
    beside: list[Glyph] = []
    for glyphs, cells, rest in ((content.glyphs, inside, outside), (content.turned, sideways, beside)):
        for glyph in glyphs:
            for number, grid in enumerate(page.grids):
                area = grid.area_at(*glyph.middle)
                if area is not None:
                    cells[number][area].append(glyph)
                    break
            else:
                rest.append(glyph)
    page.areas = [{area: find_pieces(glyphs) for area, glyphs in cells.items()} for cells in inside]
    page.turned = [{area: _turned_pieces(glyphs) for area, glyphs in cells.items()} for cells in sideways]
    page.beside = _turned_pieces(beside)
    page.items = list(find_pieces(outside))
    filled = {number for number in range(len(page.grids)) if any(page.areas[number].values()) or page.turned[number]}
    for number in sorted(filled):
        grid = page.grids[number]
        middle = (grid.xs[0] + grid.xs[-1]) / 2, (grid.ys[0] + grid.ys[-1]) / 2
        for outer in range(number + 1, len(page.grids)):
            area = page.grids[outer].area_at(*middle)
            if area is not None:
                page.parents[number] = (outer, area)
                break
        else:
            page.items.append(Box(grid, number))


def _turned_pieces(glyphs: Sequence[Glyph]) -> list[Piece]:
    return [
        piece
        for turn in sorted({glyph.turn for glyph in glyphs})
        for piece in find_pieces(glyph for glyph in glyphs if glyph.turn == turn)
    ]


# ------------------------------------------------------------------------------------------ all the pages


def _undecided(pages: Iterable[_PageText]) -> Iterator[str]:
    """The lines whose letters no old font explains."""
    for page in pages:
        for piece in page.pieces():
            if not any(coding_of_font(font) for _, font in piece.runs):
                yield piece.text


def _charset(pages: Iterable[_PageText], decision: Decision) -> str | None:
    """The old coding of most of the text that was in one."""
    found = Counter(p.recovery.charset for page in pages for p in page.pieces() if p.recovery.charset)
    return found.most_common(1)[0][0] if found else decision.charset


def _blocks(opened: OpenedFile, pages: Sequence[_PageText]) -> Iterator[Block]:
    body = _body_style(pages)
    running = find_running([Edge(page.items, page.height) for page in pages], body[0])
    marks = _watermarks(pages)
    compounds = compounds_in(row for page in pages for row in find_rows(page.pieces()))
    for page in pages:
        page.items = [item for item in page.items if id(item) not in running]
        page.beside = [piece for piece in page.beside if piece.text not in marks]
    columns = [find_columns(page.items) for page in pages]
    edges = _text_edges(pages, columns)
    flow: list[_Flowing] = []
    for page, parts in zip(pages, columns, strict=True):
        for number, part in enumerate(parts):
            _extend(
                flow,
                _flow(page, part, edges[page.number] if len(parts) == 1 else (part.x0, part.x1), compounds),
                number == 0,
            )
        _extend(flow, (_Flowing(block, page.number, page.number) for block in page.scanned), False)
        for lines in find_paragraphs(find_rows(page.beside), 0.0, page.height):
            flow.append(_Flowing(lines, page.number, page.number))
    levels = _heading_levels(flow, body)
    yield from _finished(opened, flow, levels, body, compounds)


def _body_style(pages: Iterable[_PageText]) -> tuple[float, bool]:
    """The size and boldness in which most of the text is set."""
    styles: Counter[tuple[float, bool]] = Counter()
    for page in pages:
        for piece in page.pieces():
            styles[round(piece.size * 2) / 2, piece.is_bold] += len(piece.text)
    return styles.most_common(1)[0][0] if styles else (12.0, False)


def _watermarks(pages: Sequence[_PageText]) -> set[str]:
    """What stands askew or along the edge on several pages."""
    found = Counter(text for page in pages for text in {piece.text for piece in page.beside})
    return {text for text, count in found.items() if count > 1}


def _text_edges(pages: Sequence[_PageText], columns: Sequence[Sequence[Column]]) -> dict[int, tuple[float, float]]:
    """For each page of one column, where its lines may begin and end: as on the other pages of its width."""
    groups: dict[int, list[tuple[int, Column]]] = defaultdict(list)
    for page, parts in zip(pages, columns, strict=True):
        if len(parts) == 1:
            groups[round(page.width)].append((page.number, parts[0]))
    edges: dict[int, tuple[float, float]] = {}
    for group in groups.values():
        ends = sorted((item.x1 for _, column in group for item in column.items), reverse=True)
        start = min(column.x0 for _, column in group)
        # One line in a hundred may stand out into the margin.
        end = ends[len(ends) // 100]
        for number, column in group:
            edges[number] = (column.x0 if len(column.items) >= _ROWS_ENOUGH else start, end)
    return edges


def _flow(page: _PageText, column: Column, edges: tuple[float, float], compounds: frozenset[str]) -> Iterator[_Flowing]:
    waiting: list[Piece] = []
    for item in (*column.items, None):
        if isinstance(item, Piece):
            waiting.append(item)
            continue
        for lines in find_paragraphs(find_rows(waiting), *edges):
            yield _Flowing(lines, page.number, page.number)
        waiting = []
        if isinstance(item, Box):
            yield _Flowing(_table(page, item.number, compounds), page.number, page.number)


def _table(page: _PageText, number: int, compounds: frozenset[str]) -> PageTable:
    inner: dict[int, list[PageTable]] = defaultdict(list)
    for other, (outer, area) in sorted(page.parents.items()):
        if outer == number:
            inner[area].append(_table(page, other, compounds))
    return build_table(
        page.grids[number], page.areas[number], page.turned[number], inner, page.number, compounds.__contains__
    )


def _extend(flow: list[_Flowing], added: Iterable[_Flowing], is_new_page: bool) -> None:
    """Append what a column holds; its first paragraph or table may go on with the last one before."""
    is_first = True
    for item in added:
        last = flow[-1] if flow and is_first else None
        joined: Lines | PageTable | None = None
        if last is not None and item.page - last.ends_on <= 1:
            if isinstance(last.what, Lines) and isinstance(item.what, Lines):
                joined = join_over_break(last.what, item.what)
            elif is_new_page and isinstance(last.what, PageTable) and isinstance(item.what, PageTable):
                joined = join_tables(last.what, item.what)
        if joined is None or last is None:
            flow.append(item)
        else:
            flow[-1] = _Flowing(joined, last.page, item.ends_on)
        is_first = False


# ---------------------------------------------------------------------------------------------- blocks


def _heading_levels(flow: Iterable[_Flowing], body: tuple[float, bool]) -> dict[tuple[float, bool], int]:
    """The level of each style of heading: larger before smaller, bold before plain."""
    styles = {_style(item.what) for item in flow if isinstance(item.what, Lines) and _may_be_heading(item.what, body)}
    ordered = sorted(styles, key=lambda style: (-style[0], not style[1]))
    return {style: min(level, _DEEPEST_HEADING) for level, style in enumerate(ordered, start=1)}


def _style(lines: Lines) -> tuple[float, bool]:
    return round(lines.size * 2) / 2, lines.is_bold


def _may_be_heading(lines: Lines, body: tuple[float, bool]) -> bool:
    size, is_bold = _style(lines)
    text = " ".join(row.text for row in lines.rows)
    stands_out = size >= _LARGER * body[0] or (is_bold and not body[1] and size >= 0.95 * body[0])
    is_title = len(text) <= _LONGEST_HEADING and not text.endswith((".", ",", ";", ":")) and ": " not in text
    return stands_out and is_title and any(char.isalpha() for char in text)


def _finished(
    opened: OpenedFile,
    flow: Iterable[_Flowing],
    levels: dict[tuple[float, bool], int],
    body: tuple[float, bool],
    compounds: frozenset[str],
) -> Iterator[Block]:
    tables = paragraphs = cells = 0
    for item in flow:
        if isinstance(item.what, Lines):
            paragraphs += 1
            opened.check_counts(paragraphs=paragraphs)
            text, recovery = join_text(item.what.rows, compounds.__contains__)
            level = levels[_style(item.what)] if _may_be_heading(item.what, body) else 0
            yield Paragraph(text, Place(page=item.page), level, recovery)
        elif isinstance(item.what, PageTable):
            tables += 1
            cells += sum(map(len, item.what.rows))
            opened.check_counts(cells=cells)
            yield place_table(item.what, "", tables)
        else:
            yield item.what
