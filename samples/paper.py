"""What stands on a sheet of paper, whatever file it is written to: lines, and grids with merged cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Look = Literal["body", "name", "title", "centred", "heading", "subheading", "note", "right"]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; `look` says what it is: forms print their ``title``, other documents have a ``name``."""

    text: str
    look: Look = "body"


@dataclass(frozen=True, slots=True)
class Box:
    """A cell that takes `across` columns and `down` rows; newlines separate its paragraphs."""

    text: str
    across: int = 1
    down: int = 1
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows hold the boxes that begin in them, left to right. `widths` are in centimetres."""

    rows: tuple[tuple[Box, ...], ...]
    widths: tuple[float, ...]
    has_borders: bool = True


@dataclass(frozen=True, slots=True)
class Paper:
    """`title` is what the file says about itself in its properties."""

    title: str
    blocks: tuple[Line | Grid, ...]


def letterhead(office: str) -> Grid:
    """The national motto beside the issuing office."""
    motto = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – Hạnh phúc"
    return Grid(((Box(office, is_bold=True), Box(motto, is_bold=True)),), (7.0, 9.5), has_borders=False)


def listing(headers: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[float]) -> Grid:
    """A table with one bold header row."""
    body = tuple(tuple(Box(str(cell)) for cell in row) for row in rows)
    return Grid((tuple(Box(header, is_bold=True) for header in headers), *body), tuple(widths))


def signature(day: str, who: str) -> Grid:
    """Place and date, who signs, and how, in the right half of the sheet."""
    return Grid(((Box(""), Box(f"{day}\n{who}\n(Ký, ghi rõ họ tên)")),), (8.0, 8.5), has_borders=False)
