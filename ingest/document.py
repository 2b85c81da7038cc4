"""A Document: what a reader recovered from one file, as blocks in reading order, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.errors import Problem
from ingest.records import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class Spot:
    """Where on a page (from 1) something is printed, in points from its upper left corner."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page looks like, upright: `gray` holds a byte a pixel, row by row. A point is `scale` pixels."""

    page: int
    width: int
    height: int
    scale: float
    gray: bytes


@dataclass(frozen=True, slots=True)
class Recovery:
    """How the text of a block was got out of the file, where it was not simply there as Unicode.

    `charset` is the old coding it was decoded from, `unrepaired` the text as it stood in the file when decoding or
    repair changed it, `confidence` (0–1) how sure the recovery is. `spots` are where it is printed, where the file has
    pages.
    """

    charset: str | None = None
    unrepaired: str | None = None
    by_ocr: bool = False
    confidence: float = 1.0
    spots: tuple[Spot, ...] = ()


EXACT = Recovery()


def join_recoveries(parts: Sequence[tuple[str, Recovery]], separator: str = "\n") -> Recovery:
    """How texts were recovered that are joined by `separator`: as sure as the least sure of them."""
    found = [recovery for _, recovery in parts if recovery != EXACT]
    if not found:
        return EXACT
    is_changed = any(recovery.unrepaired is not None for recovery in found)
    return Recovery(
        charset=next((recovery.charset for recovery in found if recovery.charset), None),
        unrepaired=separator.join(text if r.unrepaired is None else r.unrepaired for text, r in parts)
        if is_changed
        else None,
        by_ocr=any(recovery.by_ocr for recovery in found),
        confidence=min(recovery.confidence for recovery in found),
        spots=tuple(dict.fromkeys(spot for recovery in found for spot in recovery.spots)),
    )


def value_after(recovery: Recovery, separator: str = ":") -> Recovery:
    """How the text behind a label was recovered; ASCII separators are the same in every coding."""
    if recovery.unrepaired is None or separator not in recovery.unrepaired:
        return recovery
    return replace(recovery, unrepaired=recovery.unrepaired.partition(separator)[2].strip())


def recovered_lines(text: str, recovery: Recovery) -> list[tuple[str, Recovery]]:
    """The lines of `text`, each with its own unrepaired form where these are as many."""
    lines = text.splitlines()
    if recovery.unrepaired is None or len(lines) == 1:
        return [(line, recovery) for line in lines]
    before = recovery.unrepaired.split("\n")
    if len(before) != len(lines):
        return [(line, recovery) for line in lines]
    return [
        (line, replace(recovery, unrepaired=was if was != line else None))
        for line, was in zip(lines, before, strict=True)
    ]


_MARGINS = frozenset({"header", "footer"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or list item. `level` is 0 for body text, 1… for a heading of that depth; `is_bold` tells
    that all of it is printed bold, where the file says so of its runs."""

    text: str
    place: Place = NOWHERE
    level: int = 0
    recovery: Recovery = EXACT
    is_bold: bool = False

    @property
    def is_margin(self) -> bool:
        """Whether it stands above or below every page instead of in the text."""
        return self.place.cell in _MARGINS


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; a merged cell appears once, at its first row and column, with its spans.

    `text` holds the cell's own paragraphs joined by newlines; tables inside the cell stand in `tables`. `is_decimal`
    says that the file holds a number, whose point in `text` is a decimal point.
    """

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    place: Place = NOWHERE
    tables: tuple[Table, ...] = ()
    recovery: Recovery = EXACT
    is_decimal: bool = False

    def lines(self) -> Iterator[str]:
        """The lines of the cell, then those of the tables inside it."""
        yield from self.text.splitlines()
        for inner in self.tables:
            yield from _table_lines(inner)


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` hold the cells that begin in each row, left to right. Rows and columns count from 0. The cells of `uneven`
    rows may stand under the wrong headers: a problem names each such row."""

    rows: tuple[tuple[Cell, ...], ...]
    place: Place = NOWHERE
    uneven: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One JSON object, as found in a JSON or JSONL file. `unrepaired` is all of it as it stood there where `recovery`
    names an old coding."""

    value: Mapping[str, Any]
    place: Place = NOWHERE
    recovery: Recovery = EXACT
    unrepaired: Mapping[str, Any] | None = None

    def recovery_of(self, shown: str, before: str) -> Recovery:
        """How one text of the object was recovered that stood there as `before`."""
        return EXACT if self.unrepaired is None or shown == before else replace(self.recovery, unrepaired=before)


Block = Paragraph | Table | Entry


@dataclass(frozen=True, slots=True)
class Document:
    """`format` is the detected one (docx, xlsx, csv, html, txt, md, json, jsonl, pdf, doc …), whatever the name says.
    `problems` are places that could not be read while the rest was; `sheets` show the pages that can be shown."""

    file: str
    sha256: str
    format: str
    blocks: tuple[Block, ...]
    charset: str | None = None
    problems: tuple[Problem, ...] = ()
    sheets: tuple[Sheet, ...] = field(default=(), repr=False, compare=False)

    def lines(self) -> Iterator[str]:
        """The recovered text, a paragraph, a cell line or a JSON string a line, in reading order."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield from block.text.splitlines()
            elif isinstance(block, Table):
                yield from _table_lines(block)
            else:
                yield from _json_lines(block.value)


def _table_lines(table: Table) -> Iterator[str]:
    for row in table.rows:
        for cell in row:
            yield from cell.lines()


def _json_lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, (Mapping, list)):
                yield f"{key}:"
                yield from _json_lines(item)
            elif item is not None:
                yield f"{key}: {item}"
    elif isinstance(value, list):
        for item in value:
            yield from _json_lines(item)
    elif value is not None:
        yield str(value)
