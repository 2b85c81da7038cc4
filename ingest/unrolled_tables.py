"""Tables that plain text has unrolled, one cell a line, put back into rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.labels import normalise_label
from ingest.table_grids import Header

LONGEST_LISTING = 5000
_WIDEST = 12


@dataclass(frozen=True, slots=True)
class Listing:
    """The header and rows, the row number first; `length` is how many lines they took."""

    headers: tuple[Header, ...]
    rows: tuple[tuple[str, ...], ...]
    length: int


def begins_listing(line: str) -> bool:
    return line.strip(" .").upper() in ("TT", "STT")


def read_listing(lines: Sequence[str], groups: frozenset[str] = frozenset()) -> Listing | None:
    """The table that begins with a line ``TT`` (or ``STT``) and whose rows begin with 1, 2, 3 …, else None.

    At least two rows are needed, because only the distance between their numbers tells how many cells a row has.
    When the header has one text more than a row has cells, the one among `groups` (normalised) is a merged cell over
    the last two, and gives way to them.
    """
    if not lines or not begins_listing(lines[0]):
        return None
    first = next((at for at in range(1, min(len(lines), 2 * _WIDEST)) if lines[at].strip() == "1"), None)
    if first is None:
        return None
    second = next(
        (at for at in range(first + 1, min(len(lines), first + _WIDEST + 1)) if lines[at].strip() == "2"), None
    )
    if second is None:
        return None
    width = second - first
    rows: list[tuple[str, ...]] = []
    at = first
    while at + width <= len(lines) and lines[at].strip() == str(len(rows) + 1):
        rows.append(tuple(line.strip() for line in lines[at : at + width]))
        at += width
    names = [line.strip() for line in lines[:first]]
    if len(names) == width + 1:
        merged = next((place for place, name in enumerate(names) if normalise_label(name) in groups), None)
        if merged is not None:
            names = [*names[:merged], *names[-2:], *names[merged + 1 : -2]]
    headers = tuple(Header((name,)) for name in names) if len(names) == width else (Header((names[0],)),)
    return Listing(headers, tuple(rows), at)
