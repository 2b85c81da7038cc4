"""Uploaded files that wait for their job, in a folder that only this user can open."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

SPOOL = "spool"  # in the data folder
_BLOCK = 1 << 20
# An upload lies here a little before its job is in the table.
_ABANDONED_SECONDS = 3_600


class Spool:
    """Files by the id of their job and their number in it: no name that was sent becomes a path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / SPOOL

    def keep(self, job_id: str, contents: Sequence[BinaryIO], most_bytes: int) -> list[int]:
        """Write the contents so that they outlive the computer's next breath; how large each is. Of one that is larger
        than `most_bytes` only enough is kept to tell so."""
        folder = self._folder / job_id
        self._folder.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700)
        sizes = [_write(content, folder / str(number), most_bytes + 1) for number, content in enumerate(contents)]
        for one in (folder, self._folder):
            _sync(one)
        return sizes

    def path(self, job_id: str, number: int) -> Path:
        return self._folder / job_id / str(number)

    def forget(self, job_id: str) -> None:
        """Delete the files of a job; nothing where there are none."""
        shutil.rmtree(self._folder / job_id, ignore_errors=True)

    def clear(self, needed: Collection[str]) -> None:
        """Delete what jobs have left that nobody needs any more."""
        with suppress(OSError):
            for folder in self._folder.iterdir():
                if folder.name not in needed and time.time() - folder.stat().st_mtime > _ABANDONED_SECONDS:
                    self.forget(folder.name)


def _write(content: BinaryIO, path: Path, most: int) -> int:
    left = most
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while left and (block := content.read(min(_BLOCK, left))):
            target.write(block)
            left -= len(block)
        target.flush()
        os.fsync(target.fileno())
    return most - left


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
