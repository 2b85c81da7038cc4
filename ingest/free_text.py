"""Documents that are no form and no list: one record, with a section for each heading and everything kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from textwrap import shorten

from ingest.document import Block, Cell, Paragraph, Table, join_recoveries
from ingest.labelled_values import Piece, render_row
from ingest.masking import find_contacts, mask_personal, names_personal
from ingest.names import strip_titles
from ingest.places import place_of
from ingest.record_building import Origin
from ingest.records import DEFAULT_HOUSE, Facts, Kind, Record, Section, Source
from ingest.report_covers import goes_on_in_title, read_cover
from ingest.table_grids import Grid
from ingest.vietnamese import fold

_LONGEST_TITLE = 250
_LONGEST_OPENING = 120
_NAME = re.compile(r"[^\W\d_]{3}")
# The kind of an official document, which stands in capitals below the names of offices; alone it is no title. On folded
# text.
_DOCUMENT = re.compile(
    r"(?:bao cao|quyet dinh|bien ban|to trinh|ke hoach|thong bao|cong van|giay moi|hop dong|huong dan|nghi quyet)\b"
)
_DOCUMENT_ALONE = re.compile(
    _DOCUMENT.pattern + r"(?: (?:tong ket|tong hop|tom tat|khoa hoc))*(?: thuc hien)?(?: (?:de tai|du an|nhiem vu))?"
    r"(?: (?:khoa hoc va cong nghe|kh&cn|khcn|nghien cuu khoa hoc))?(?: cap [a-z ]{2,12})?"
)
# What may stand between that and the title: the rest of the kind, the code.
_GOES_ON = re.compile(
    r"(?:(?:ket qua )?(?:(?:nghien cuu )?khoa hoc (?:va )?cong nghe )?(?:thuc hien )?(?:de tai|du an|nhiem vu)"
    r"(?: (?:khoa hoc va cong nghe|kh&cn|khcn|nghien cuu khoa hoc))?(?: cap [a-z ]{2,16})?|\(?ma so[^:]{0,20}:.*)"
)
_QUOTED = re.compile(r"^[“\"]([^“”\"]+)[”\"]$")
_MOTTO = re.compile(r"cong hoa xa hoi chu nghia viet nam.*|doc lap.{1,5}tu do.{1,5}hanh phuc.*", re.DOTALL)
_LETTERHEAD = 10  # lines
# What web pages put above a text: links, dates, counters. On folded text.
_FURNITURE = re.compile(
    r"lien ket website|trang chu|dang ngay|ngay dang|dang luc|cap nhat|luot xem|luot doc|in trang|"
    r"(?:thu (?:hai|ba|tu|nam|sau|bay)|chu nhat)\b|\d+"
)


def read_prose(
    blocks: Sequence[Block], origin: Origin, kind: Kind = "document", *, keep_contacts: bool = False
) -> Record | None:
    """The record of a free text, None when it holds no text.

    The title is the first heading, else what an official document is about (below its letterhead), else the first line
    that is more than a date, else (when that is a whole paragraph)
    the name of the file without its suffix, else (when that is no name) the opening words. Every heading begins a
    section named ``text`` and stays in its text.
    """
    pieces = [pair for block in blocks for pair in _pieces(block)]
    if not pieces:
        return None
    title_at = next((at for at, (_, level) in enumerate(pieces) if level), None)
    if title_at is None:
        title_at = _find_title([piece.text for piece, _ in pieces])
    cover = read_cover(blocks) if kind == "document" else None
    titled = _lines_of_title(pieces, title_at) if cover is not None else [title_at]
    title_piece, level = pieces[title_at]
    if len(titled) > 1:
        title_piece = _join_pieces([pieces[at][0] for at in titled])
    if cover is not None and cover.title is not None:
        title_piece, level, titled = cover.title, 1, []
    named = len(title_piece.text) <= _LONGEST_TITLE and (level > 0 or len(pieces) > 1)
    title = _QUOTED.sub(r"\1", title_piece.text) if named else _name(origin.file, title_piece.text)
    if kind == "scientist":
        title = strip_titles(title) or title
    parts: list[list[Piece]] = [[]]
    for at, (piece, level) in enumerate(pieces):
        if named and at in titled:
            continue
        if level and parts[-1]:
            parts.append([])
        parts[-1].append(piece)
    parts = [part for part in parts if part]
    sections = [Section("text", mask_personal("\n".join(piece.text for piece in part))) for part in parts]
    shown = mask_personal(title)
    sources: list[Source] = [origin.source("title", [title_piece] if named else [], shown, 1.0 if named else 0.3)]
    sources += [origin.source(f"sections/{at}", part, sections[at].text) for at, part in enumerate(parts)]
    if keep_contacts and (text := _contacts([piece for piece, _ in pieces])):
        sources.append(origin.source(f"sections/{len(sections)}", [], ""))
        sections.append(Section("contact", text, visibility="confidential"))
    facts = Facts()
    if kind != "scientist" and (mention := place_of(title)):
        facts = Facts(place_written=mention.written, place_today=mention.today)
        sources += [origin.source(f"facts/{name}", [title_piece], shown) for name in ("place_written", "place_today")]
    if cover is not None:
        facts = replace(
            cover.facts,
            place_written=cover.facts.place_written or facts.place_written,
            place_today=cover.facts.place_today or facts.place_today,
        )
        told = {source.value for source in sources}
        sources += [
            origin.source(f"facts/{name}", (one.piece,), mask_personal(one.piece.text), one.confidence)
            for name, one in cover.found.items()
            if one.piece is not None and f"facts/{name}" not in told
        ]
    return Record(kind, DEFAULT_HOUSE[kind], shown, tuple(sections), facts, tuple(sources))


def _lines_of_title(pieces: Sequence[tuple[Piece, int]], first: int) -> list[int]:
    """The lines of a title on a cover that goes on in capitals, as long as titles are."""
    titled = [first]
    length = len(pieces[first][0].text)
    for at in range(first + 1, len(pieces)):
        text = pieces[at][0].text
        length += len(text) + 1
        if not pieces[first][0].text.isupper() or length > _LONGEST_TITLE or not goes_on_in_title(text):
            break
        titled.append(at)
    return titled


def _join_pieces(pieces: Sequence[Piece]) -> Piece:
    recovery = join_recoveries([(piece.text, piece.recovery) for piece in pieces], " ")
    return replace(pieces[0], text=" ".join(piece.text for piece in pieces), recovery=recovery)


def _find_title(lines: Sequence[str]) -> int:
    for at, line in enumerate(lines[:_LETTERHEAD]):
        if line.isupper() and _DOCUMENT.match(fold(line)):
            if _DOCUMENT_ALONE.fullmatch(fold(line).strip(" .:")) is None:
                return at
            below = range(at + 1, min(at + _LETTERHEAD, len(lines)))
            return next((one for one in below if not _GOES_ON.fullmatch(fold(lines[one]).strip(" .:"))), at)
    return next((at for at, line in enumerate(lines) if not _is_furniture(line)), 0)


def _is_furniture(text: str) -> bool:
    if len(text) > _LONGEST_TITLE:
        return False
    if _MOTTO.fullmatch(fold(text)):
        return True
    return not any(character.isalnum() for character in _FURNITURE.sub("", fold(text)))


def _name(file: str, opening: str) -> str:
    stem = " ".join(PurePath(file).stem.split())
    has_name = _NAME.search(stem) or len(opening) <= _LONGEST_TITLE
    return stem if has_name else shorten(opening[: 2 * _LONGEST_TITLE], _LONGEST_OPENING, placeholder=" …")


def _pieces(block: Block) -> list[tuple[Piece, int]]:
    if isinstance(block, Paragraph):
        text = block.text.strip()
        return [(Piece(text, block.place, recovery=block.recovery), block.level)] if text else []
    return [(piece, 0) for piece in _table_pieces(block)] if isinstance(block, Table) else []


def _table_pieces(table: Table) -> list[Piece]:
    grid = Grid(table)
    pieces = []
    personal: dict[int, str] = {}
    for row in range(grid.height):
        cells = [cell for cell in grid.cells(row) if cell.row == row and (cell.text.strip() or cell.tables)]
        cells = [_hide_personal(cell, personal.get(cell.column)) for cell in cells]
        personal |= {cell.column: cell.text for cell in cells if names_personal(cell.text)}
        if any("\n" in cell.text or cell.tables for cell in cells):
            pieces += [
                Piece(cell.text.strip(), cell.place, "table", cell.recovery) for cell in cells if cell.text.strip()
            ]
        elif cells and (text := render_row((), {}, [" ".join(cell.text.split()) for cell in cells])):
            recovery = join_recoveries([(cell.text, cell.recovery) for cell in cells], " – ")
            pieces.append(Piece(text, cells[0].place, "table", recovery))
        for cell in cells:
            pieces += [piece for inner in cell.tables for piece in _table_pieces(inner)]
    return pieces


def _hide_personal(cell: Cell, header: str | None) -> Cell:
    """The cell as its header shows it: a date alone does not tell that it is one of birth."""
    if header is None:
        return cell
    label = f"{' '.join(header.split())}: "
    return replace(cell, text=mask_personal(label + cell.text.strip()).removeprefix(label))


def _contacts(pieces: Sequence[Piece]) -> str:
    found = find_contacts("\n".join(piece.text for piece in pieces))
    return "\n".join(dict.fromkeys(re.sub(r"\s+", " ", text) for text in (*found.phones, *found.emails)))
