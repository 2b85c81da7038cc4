"""The last net under reading: a file, or a row, that makes a reader stumble is named, and the others go on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from ingest.errors import N_, BanhaError, FileRefused, Problem
from ingest.records import Place

_log = logging.getLogger(__name__)
Found = TypeVar("Found")


@contextmanager
def refusing_failures(file: str) -> Iterator[None]:
    """Turn any failure of the body into FileRefused for `file`; errors meant for people pass as they are."""
    try:
        yield
    except BanhaError:
        raise
    except Exception as error:
        # Whatever it was, one file must not stop the hundred others of a folder.
        _log.debug("reading %s failed", file, exc_info=True)
        message = N_("The program failed at this file. Save its content in a new file and try again.")
        raise FileRefused(file, message) from error


def read_or_name(file: str, place: Place, read: Callable[[], Found]) -> Found | Problem:
    """What `read` finds in one row or object; a Problem that names it where the program fails at it."""
    try:
        return read()
    except (BanhaError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 (one row must not cost the others of its file)
        _log.debug("reading %s failed at %s", file, place, exc_info=True)
        message = N_("The program failed at row {row}; the row was left out. Write it anew and try again.")
        return Problem(file, message, {"row": place.row or "?"}, place)
