"""Glyphs that stand beside each other as pieces of a line, with spaces and letters as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter, itemgetter

from ingest.charsets import UNICODE, Decision, Run, recover
from ingest.document import EXACT, Recovery
from ingest.readers.pdf_bands import APART, SAME_LINE, find_bands
from ingest.readers.pdf_page import UNREADABLE, Glyph
from ingest.vietnamese import repair

SPACE = 0.18  # of the font size: a wider gap between letters is a space
_BLANKS = re.compile(r"[ \u00a0]+")
_SAME_PLACE = 0.12  # of the font size: the same letter again this near is the shadow that makes it bold


@dataclass(frozen=True, slots=True)
class Piece:
    """Text on one baseline without a wide gap. `runs` is how it stood in the file, `head` the width of its first word,
    `x1` where its last ink ends."""

    text: str
    runs: tuple[Run, ...]
    x0: float
    x1: float
    baseline: float
    size: float
    is_bold: bool
    head: float
    recovery: Recovery = EXACT

    @property
    def top(self) -> float:
        return self.baseline - 0.8 * self.size

    @property
    def bottom(self) -> float:
        return self.baseline + 0.25 * self.size


@dataclass(frozen=True, slots=True)
class Row:
    """The pieces of one line of text from left to right; wide gaps are tabs in `text`."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        parts = [self.pieces[0].text]
        for before, piece in zip(self.pieces, self.pieces[1:], strict=False):
            parts += ["\t" if piece.x0 - before.x1 > 2.5 * piece.size else " ", piece.text]
        return "".join(parts)

    @property
    def x0(self) -> float:
        return self.pieces[0].x0

    @property
    def x1(self) -> float:
        return max(piece.x1 for piece in self.pieces)

    @property
    def baseline(self) -> float:
        return self._longest.baseline

    @property
    def size(self) -> float:
        return self._longest.size

    @property
    def is_bold(self) -> bool:
        return all(piece.is_bold for piece in self.pieces)

    @property
    def head(self) -> float:
        return self.pieces[0].head

    @property
    def _longest(self) -> Piece:
        return max(self.pieces, key=lambda piece: len(piece.text))


def find_pieces(glyphs: Iterable[Glyph]) -> list[Piece]:
    """The pieces of all lines, from the top down and from left to right. Blank ones are left out."""
    pieces = [piece for line in find_bands(glyphs) for part in _parts(line) if (piece := _piece(part)) is not None]
    return sorted(pieces, key=lambda piece: (piece.baseline, piece.x0))


def plain_piece(line: str) -> Piece:
    """A line of which nothing but its text is known."""
    text, recovery = _recover(((line, None),), UNICODE)
    return Piece(text, ((line, None),), 0.0, 0.0, 0.0, 0.0, False, 0.0, recovery)


def recover_piece(piece: Piece, decision: Decision) -> Piece:
    """The piece with its letters decoded as was decided for the whole document."""
    text, recovery = _recover(piece.runs, decision)
    return replace(piece, text=text, recovery=recovery) if text else piece


def find_rows(pieces: Iterable[Piece]) -> list[Row]:
    """Pieces of one baseline together, from the top down."""
    rows: list[list[Piece]] = []
    largest: Piece | None = None
    for piece in sorted(pieces, key=lambda piece: (piece.baseline, piece.x0)):
        if largest is None or piece.baseline - largest.baseline > SAME_LINE * max(piece.size, largest.size):
            rows.append([piece])
            largest = piece
        else:
            rows[-1].append(piece)
            largest = piece if piece.size > largest.size else largest
    return [Row(tuple(sorted(row, key=attrgetter("x0")))) for row in rows]


def _parts(band: list[Glyph]) -> list[list[Glyph]]:
    """A band from left to right, cut at wide gaps."""
    ordered = [glyph for fragment in _fragments(band) for glyph in fragment]
    parts: list[list[Glyph]] = []
    end: float | None = None
    for glyph in ordered:
        is_blank = not glyph.text.strip()
        if end is None or (not is_blank and glyph.x0 - end > APART * glyph.size):
            parts.append([])
        parts[-1].append(glyph)
        if not is_blank or end is None:
            end = max(end or glyph.x1, glyph.x1)
    return parts


def _fragments(band: list[Glyph]) -> list[list[Glyph]]:
    """Runs that the file draws one letter after the other, left to right; marks of no width keep their place."""
    fragments: list[list[Glyph]] = []
    for glyph in band:
        last = fragments[-1][-1] if fragments else None
        is_next = (
            last is not None
            and -0.05 * glyph.size <= glyph.x0 - last.x0
            and glyph.x0 - last.x1 <= SPACE * glyph.size
            and glyph.x0 - last.x1 >= -0.35 * glyph.size
        )
        if is_next:
            fragments[-1].append(glyph)
        else:
            fragments.append([glyph])
    return sorted(fragments, key=lambda fragment: fragment[0].x0)


def _piece(glyphs: list[Glyph]) -> Piece | None:
    kept: list[Glyph] = []
    for glyph in glyphs:
        if not any(_is_shadow(glyph, other) for other in kept[-4:]):
            kept.append(glyph)
    inked = [glyph for glyph in kept if glyph.text.strip()]
    if not inked:
        return None
    spaced: list[Glyph | None] = []
    for at, glyph in enumerate(kept):
        before = kept[at - 1] if at else None
        if before is not None and _is_gap(before, glyph):
            spaced.append(None)
        spaced.append(glyph)
    runs = _runs(spaced)
    text, recovery = _recover(runs, UNICODE)
    if not text:
        return None
    sizes = sorted(glyph.size for glyph in inked)
    size = sizes[len(sizes) // 2]
    full_size = [glyph for glyph in inked if glyph.size >= 0.8 * size] or inked
    return Piece(
        text,
        runs,
        min(glyph.x0 for glyph in inked),
        max(glyph.x1 for glyph in inked),
        sorted(glyph.baseline for glyph in full_size)[len(full_size) // 2],
        size,
        sum(glyph.is_bold for glyph in inked) > 0.6 * len(inked),
        _head(kept),
        recovery,
    )


def _runs(glyphs: list[Glyph | None]) -> tuple[Run, ...]:
    """Neighbours of one font together; spaces go with what stands before them."""
    font = ""
    named: list[tuple[str, str]] = []
    for glyph in glyphs:
        if glyph is not None and glyph.text.strip():
            font = glyph.font
        named.append((font, " " if glyph is None else glyph.text))
    grouped = ((font, "".join(text for _, text in group)) for font, group in groupby(named, key=itemgetter(0)))
    return tuple((_BLANKS.sub(" ", text), font) for font, text in grouped)


def _recover(runs: tuple[Run, ...], decision: Decision) -> tuple[str, Recovery]:
    text, recovery = recover(runs, decision)
    if recovery.unrepaired is not None:
        recovery = replace(recovery, unrepaired=recovery.unrepaired.strip())
    # A soft hyphen that shows stands where a word was divided.
    divided = text.rstrip().endswith("\xad")
    return _BLANKS.sub(" ", repair(text)).strip() + ("\u2010" if divided else ""), recovery


def _is_gap(before: Glyph, glyph: Glyph) -> bool:
    if before.text.isspace() or glyph.text.isspace():
        return False
    return glyph.x0 - before.x1 > SPACE * min(before.size, glyph.size)


def _is_shadow(glyph: Glyph, other: Glyph) -> bool:
    return (
        glyph.text == other.text
        and glyph.text != UNREADABLE
        and abs(glyph.x0 - other.x0) <= _SAME_PLACE * glyph.size
        and abs(glyph.baseline - other.baseline) <= _SAME_PLACE * glyph.size
        and glyph.x1 - glyph.x0 > 1.5 * _SAME_PLACE * glyph.size
    )


def _head(glyphs: list[Glyph]) -> float:
    """The width of the first word."""
    start = next(at for at, glyph in enumerate(glyphs) if glyph.text.strip())
    end = start
    while end + 1 < len(glyphs):
        following = glyphs[end + 1]
        if not following.text.strip() or _is_gap(glyphs[end], following):
            break
        end += 1
    return glyphs[end].x1 - glyphs[start].x0
