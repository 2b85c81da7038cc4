"""A file taken from disk within its limits, ready for the reader of its format."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.document import Block, Document, Sheet
from ingest.errors import N_, FileRefused, Problem
from ingest.records import NOWHERE, Place

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Sizes in bytes; `max_tags` counts ``<`` in one XML part, which bounds the tree
    built from it; `max_depth` bounds tables inside tables and values inside values."""

    max_bytes: int = 50 * MEGABYTE
    max_members: int = 2_000
    max_unpacked: int = 200 * MEGABYTE
    max_part: int = 20 * MEGABYTE
    max_ratio: int = 100
    max_tags: int = 1_000_000
    max_paragraphs: int = 500_000
    max_cells: int = 500_000
    max_characters: int = 20_000_000
    max_depth: int = 20


DEFAULT_LIMITS = Limits()

Progress = Callable[[str, int, int], None]
"""Called with a stage of the reading (`page`), how much of it is done, and of how much. A reader that needs long calls
it again and again: one that is silent for minutes is taken for stuck."""


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers that show none."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """`name` is what people see in messages and sources; `suffix` is lower-case with its dot."""

    name: str
    suffix: str
    raw: bytes
    limits: Limits = DEFAULT_LIMITS
    progress: Progress = no_progress

    def refused(self, message: str, place: Place = NOWHERE, **params: Any) -> FileRefused:
        return FileRefused(self.name, message, place, **params)

    def problem(self, message: str, place: Place = NOWHERE, **params: Any) -> Problem:
        return Problem(self.name, message, params, place)

    def check_counts(self, *, paragraphs: int = 0, cells: int = 0, characters: int = 0, depth: int = 0) -> None:
        """Raise FileRefused when what was found so far is more than one file may hold."""
        if paragraphs > self.limits.max_paragraphs:
            raise self.refused(
                N_("More than {limit} paragraphs. Split the file into smaller ones."),
                limit=self.limits.max_paragraphs,
            )
        if cells > self.limits.max_cells:
            raise self.refused(
                N_("More than {limit} table cells. Split the file into smaller ones."), limit=self.limits.max_cells
            )
        if characters > self.limits.max_characters:
            raise self.refused(
                N_("More than {limit} characters of text. Split the file into smaller ones."),
                limit=self.limits.max_characters,
            )
        if depth > self.limits.max_depth:
            raise self.refused(
                N_("Tables or values nested more than {limit} deep. Save the file with a simpler layout."),
                limit=self.limits.max_depth,
            )

    def document(
        self,
        format: str,
        blocks: Iterable[Block],
        problems: Iterable[Problem] = (),
        charset: str | None = None,
        sheets: Iterable[Sheet] = (),
    ) -> Document:
        # Before the blocks take apart what the pages hold.
        shown = tuple(sheets)
        return Document(
            file=self.name,
            sha256=hashlib.sha256(self.raw).hexdigest(),
            format=format,
            blocks=tuple(blocks),
            charset=charset,
            problems=tuple(problems),
            sheets=shown,
        )


def in_megabytes(size: int) -> str:
    """Bytes as people read them: `20`, `314.6`."""
    return f"{size / MEGABYTE:.1f}".removesuffix(".0")


def open_file(path: Path, limits: Limits = DEFAULT_LIMITS, progress: Progress = no_progress) -> OpenedFile:
    """Raises FileRefused for what is no ordinary, readable, non-empty file of at most `limits.max_bytes`."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise FileRefused(path.name, N_("This is a folder. Give the files in it."))
        if not stat.S_ISREG(status.st_mode):
            raise FileRefused(path.name, N_("This is not an ordinary file. Copy its content into one."))
        _check_size(path.name, status.st_size, limits)
        with path.open("rb") as stream:
            raw = stream.read(limits.max_bytes + 1)
    except FileNotFoundError:
        raise FileRefused(path.name, N_("The file is not there any more. Check its name and place.")) from None
    except PermissionError:
        raise FileRefused(path.name, N_("No permission to read this file. Ask its owner for access.")) from None
    except (OSError, ValueError):
        raise FileRefused(
            path.name, N_("The file cannot be opened. Copy it to another place under a short name.")
        ) from None
    _check_size(path.name, len(raw), limits)
    return OpenedFile(path.name, path.suffix.lower(), raw, limits, progress)


def _check_size(name: str, size: int, limits: Limits) -> None:
    if size == 0:
        raise FileRefused(name, N_("The file is empty (0 bytes). Send it again."))
    if size > limits.max_bytes:
        raise FileRefused(
            name,
            N_("The file has {size} MB; at most {limit} MB are read. Split it or take out its pictures."),
            size=in_megabytes(size),
            limit=in_megabytes(limits.max_bytes),
        )
