"""The last net under reading: a file that makes a reader stumble is refused by name, and the others go on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.errors import N_, BanhaError, FileRefused

_log = logging.getLogger(__name__)


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
