"""Glyphs on one line of text, with the figures raised and lowered in it, apart from other lines beside it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from operator import attrgetter

from ingest.readers.pdf_page import Glyph

SAME_LINE = 0.45  # of the larger font size: baselines this near are one line (raised and lowered figures)
APART = 0.9  # of the font size: a wider gap parts two pieces


def find_bands(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Lines of glyphs. Fonts that stand in for one another are drawn one after the other, but on one baseline. Beside
    a large letter several lines of small ones may stand, in another column."""
    for band in _near_bands(glyphs):
        lines = _lines_in(band)
        if len(lines) > 1:
            yield from _parted(lines)
        else:
            yield band


def _near_bands(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    bands: list[list[Glyph]] = []
    largest: Glyph | None = None
    # Equal baselines keep the order in which the file draws them.
    for glyph in sorted(glyphs, key=attrgetter("baseline")):
        if largest is None or glyph.baseline - largest.baseline > SAME_LINE * max(glyph.size, largest.size):
            bands.append([glyph])
            largest = glyph
        else:
            bands[-1].append(glyph)
            largest = glyph if glyph.size > largest.size else largest
    return bands


def _lines_in(band: list[Glyph]) -> list[list[Glyph]]:
    """A band by its baselines, as near as small letters need them."""
    lines: list[list[Glyph]] = []
    for glyph in band:
        first = lines[-1][0] if lines else None
        if first is None or glyph.baseline - first.baseline > SAME_LINE * min(glyph.size, first.size):
            lines.append([glyph])
        else:
            lines[-1].append(glyph)
    return lines


def _parted(lines: list[list[Glyph]]) -> Iterator[list[Glyph]]:
    """The line of the largest letters with what touches it, and each other line by itself."""
    main = max(lines, key=lambda line: max(glyph.size for glyph in line))
    reach = APART * max(glyph.size for glyph in main)
    starts, ends = _spans(main, reach)
    whole: list[Glyph] = []
    others: list[list[Glyph]] = []
    for line in lines:
        if line is main:
            whole += line
            continue
        touching: set[int] = set()
        for part in _parts(line):
            x0, x1 = min(glyph.x0 for glyph in part), max(glyph.x1 for glyph in part)
            at = bisect_left(ends, x0)
            if at < len(starts) and starts[at] <= x1:
                touching.update(map(id, part))
        whole += (glyph for glyph in line if id(glyph) in touching)
        if other := [glyph for glyph in line if id(glyph) not in touching]:
            others.append(other)
    yield from sorted([whole, *others], key=lambda band: band[0].baseline)


def _spans(line: list[Glyph], reach: float) -> tuple[list[float], list[float]]:
    """Where the stretches of a line begin and end, each with the reach of what belongs to it."""
    starts: list[float] = []
    ends: list[float] = []
    for glyph in sorted((glyph for glyph in line if glyph.text.strip()), key=attrgetter("x0")):
        if ends and glyph.x0 - reach <= ends[-1]:
            ends[-1] = max(ends[-1], glyph.x1 + reach)
        else:
            starts.append(glyph.x0 - reach)
            ends.append(glyph.x1 + reach)
    return starts, ends


def _parts(line: list[Glyph]) -> Iterator[list[Glyph]]:
    """A line cut at wide gaps, from left to right."""
    part: list[Glyph] = []
    for glyph in sorted(line, key=attrgetter("x0")):
        if part and glyph.x0 - max(part[-1].x1, part[0].x1) > APART * glyph.size:
            yield part
            part = []
        part.append(glyph)
    if part:
        yield part
