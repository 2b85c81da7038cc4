"""The temporary folder of a process that may be killed: held by a lock, so that whoever comes next can tell it is not
needed any more and remove it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ingest.readers.libreoffice import remove_sockets

_PREFIX = "banha-work-"


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder of this process alone; `release` removes it."""

    folder: Path
    _lock: int

    def release(self) -> None:
        """Remove it with all that is in it."""
        remove_folder(self.folder)
        os.close(self._lock)


def take_scratch() -> Scratch:
    """A new folder, held until `release` or the end of this process; those that nobody holds any more are removed."""
    remove_abandoned()
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        if (lock := _open_locked(folder, fcntl.LOCK_EX)) is not None:
            return Scratch(folder, lock)


def remove_abandoned() -> None:
    """Remove the folders of processes that were killed, with the sockets that LibreOffice left for them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock = _open_locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if lock is not None:
            remove_folder(folder)
            os.close(lock)


def remove_folder(folder: Path) -> None:
    """A folder in which readers may have worked, whatever is in it and however much of that can be removed."""
    remove_sockets(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _open_locked(folder: Path, how: int) -> int | None:
    """The folder, locked; None when another holds it, it is not ours, or it went in between."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, how)
        held, there = os.fstat(descriptor), os.stat(folder, follow_symlinks=False)
        if held.st_uid == os.getuid() and held.st_ino == there.st_ino:
            return descriptor
    except OSError:  # held by another
        pass
    os.close(descriptor)
    return None
