"""The pages of a PDF as one flow of paragraphs and tables, put together over page and column breaks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.document import Block, Paragraph, Spot
from ingest.readers.opened import OpenedFile
from ingest.readers.page_sheets import find_spots
from ingest.readers.pdf_hyphens import Compounds
from ingest.readers.pdf_layout import Box, Column, find_columns, find_gutter
from ingest.readers.pdf_lines import Piece, Row, find_rows
from ingest.readers.pdf_paragraphs import Lines, find_paragraphs, join_over_break, join_text
from ingest.readers.pdf_running import Edge, find_running
from ingest.readers.pdf_tables import PageTable, build_table, join_tables, place_table
from ingest.readers.pdf_text import PageText
from ingest.records import Place

_LONGEST_HEADING = 200
_MOST_GUTTERS = 8
_LARGER = 1.08  # times the size of the body: a heading
_DEEPEST_HEADING = 6
_ROWS_ENOUGH = 8  # to see from a page itself where its text begins
_LINES_ENOUGH = 12  # to see where lines end; fewer may all be short, and margins are mostly alike


@dataclass(frozen=True, slots=True)
class _Flowing:
    """A paragraph or a table, on the page where it begins; `ends_on` is where it ends."""

    what: Lines | PageTable
    page: int
    ends_on: int


def find_blocks(opened: OpenedFile, pages: Sequence[PageText]) -> Iterator[Block]:
    """The blocks of all pages in reading order, without what runs along at their edges.

    Raises FileRefused when there are more than the limits of the file allow.
    """
    body = _body_style(pages)
    running = find_running([Edge(page.items, page.height) for page in pages], body[0])
    marks = _watermarks(pages)
    compounds = Compounds.in_pieces(piece for page in pages for piece in page.pieces())
    for page in pages:
        page.items = [item for item in page.items if id(item) not in running]
        page.beside = [piece for piece in page.beside if piece.text not in marks]
    gutters = list(dict.fromkeys(gutter for page in pages if (gutter := find_gutter(page.items))))[:_MOST_GUTTERS]
    columns = [find_columns(page.items, gutters) for page in pages]
    edges = _text_edges(pages, columns)
    for page in pages:
        if gutter := next((one for one in gutters if one.holds_left(page.items)), None):
            edges[page.number] = (gutter.left, gutter.left_end)
    flow: list[_Flowing] = []
    for page, parts in zip(pages, columns, strict=True):
        for number, part in enumerate(parts):
            _extend(
                flow,
                _flow(page, part, edges[page.number] if len(parts) == 1 else (part.x0, part.x1), compounds),
                number == 0,
            )
        flow += [_Flowing(Lines((Row((piece,)),)), page.number, page.number) for piece in page.plain]
        for lines in find_paragraphs(find_rows(page.beside), 0.0, page.height):
            flow.append(_Flowing(lines, page.number, page.number))
    levels = _heading_levels(flow, body)
    where = {id(item): page.number for page in pages if page.seen is not None for item in page.items}
    yield from _finished(opened, flow, levels, body, compounds, where)


def _body_style(pages: Iterable[PageText]) -> tuple[float, bool]:
    """The size and boldness in which most of the text is set."""
    styles: Counter[tuple[float, bool]] = Counter()
    for page in pages:
        for piece in page.pieces():
            styles[round(piece.size * 2) / 2, piece.is_bold] += len(piece.text)
    return styles.most_common(1)[0][0] if styles else (12.0, False)


def _watermarks(pages: Sequence[PageText]) -> set[str]:
    """What stands askew or along the edge on several pages."""
    found = Counter(text for page in pages for text in {piece.text for piece in page.beside})
    return {text for text, count in found.items() if count > 1}


def _text_edges(pages: Sequence[PageText], columns: Sequence[Sequence[Column]]) -> dict[int, tuple[float, float]]:
    """For each page of one column, where its lines may begin and end: as on the other pages of its width."""
    groups: dict[int, list[tuple[int, Column]]] = defaultdict(list)
    for page, parts in zip(pages, columns, strict=True):
        if len(parts) == 1:
            groups[round(page.width)].append((page.number, parts[0]))
    edges: dict[int, tuple[float, float]] = {}
    for width, group in groups.items():
        ends = sorted((item.x1 for _, column in group for item in column.items), reverse=True)
        start = min(column.x0 for _, column in group)
        # One line in a hundred may stand out into the margin.
        end = ends[len(ends) // 100]
        if len(ends) < _LINES_ENOUGH:
            end = max(end, width - start)
        for number, column in group:
            edges[number] = (column.x0 if len(column.items) >= _ROWS_ENOUGH else start, end)
    return edges


def _flow(page: PageText, column: Column, edges: tuple[float, float], compounds: Compounds) -> Iterator[_Flowing]:
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


def _table(page: PageText, number: int, compounds: Compounds) -> PageTable:
    inner: dict[int, list[PageTable]] = defaultdict(list)
    for other, (outer, area) in sorted(page.parents.items()):
        if outer == number:
            inner[area].append(_table(page, other, compounds))
    return build_table(page.grids[number], page.areas[number], page.turned[number], inner, page.number, compounds)


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


def _spots(rows: Iterable[Row], where: Mapping[int, int]) -> Iterator[Spot]:
    for number, found in groupby(rows, key=lambda row: where.get(id(row.pieces[0]))):
        if number is not None:
            yield from find_spots(list(found), number)


def _finished(
    opened: OpenedFile,
    flow: Iterable[_Flowing],
    levels: dict[tuple[float, bool], int],
    body: tuple[float, bool],
    compounds: Compounds,
    where: Mapping[int, int],
) -> Iterator[Block]:
    """`where` tells the page of each upright piece by its identity."""
    tables = paragraphs = cells = 0
    for item in flow:
        if isinstance(item.what, Lines):
            paragraphs += 1
            opened.check_counts(paragraphs=paragraphs)
            text, recovery = join_text(item.what.rows, compounds)
            recovery = replace(recovery, spots=tuple(_spots(item.what.rows, where)))
            level = levels[_style(item.what)] if _may_be_heading(item.what, body) else 0
            yield Paragraph(text, Place(page=item.page), level, recovery)
        else:
            tables += 1
            cells += sum(map(len, item.what.rows))
            opened.check_counts(cells=cells)
            yield place_table(item.what, "", tables)
