"""The files that were read without a problem, and how: the same file read the same way says nothing new."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from index.database import Database
from ingest.readers import DEFAULT_LIMITS


class Files:
    """The table of files in the database, by resolved path, which is the origin of what they say."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_known(self, path: str, sha256: str, reading: str) -> bool:
        """Whether just this content was read in just this way (`reading`: options and version of the readers)."""
        row = self._database.row("SELECT sha256, reading FROM files WHERE path = ?", (path,))
        return row is not None and tuple(row) == (sha256, reading)

    def has(self, path: str) -> bool:
        """Whether something is remembered of a file."""
        return self._database.row("SELECT 1 FROM files WHERE path = ?", (path,)) is not None

    def note(self, hashes: Mapping[str, str], reading: str) -> None:
        """Remember files (path → sha256) of which everything is stored now."""
        with self._database.preparing():
            self._database.change_many(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?)",
                [(path, hash, reading) for path, hash in hashes.items()],
            )

    def by_content(self) -> dict[str, list[str]]:
        """sha256 → the paths under which this content was read, in the order of the paths."""
        found: dict[str, list[str]] = {}
        for path, sha256 in self._database.rows("SELECT path, sha256 FROM files ORDER BY path"):
            found.setdefault(sha256, []).append(path)
        return found

    def forget(self, paths: list[str]) -> None:
        with self._database.preparing():
            self._database.change_many("DELETE FROM files WHERE path = ?", [(path,) for path in paths])

    def under(self, folder: str) -> list[str]:
        """Remembered files that are this path or lie in it, sorted."""
        rows = self._database.rows(
            """SELECT path FROM files WHERE path = ?1 OR substr(path, 1, length(?1) + 1) = ?1 || '/' ORDER BY path""",
            (folder.rstrip("/"),),
        )
        return [path for (path,) in rows]


def hash_file(path: Path) -> str | None:
    """SHA-256 of the content; None for what cannot be read, or is no ordinary file (a pipe would never end), or larger
    than what is read."""
    try:
        if not path.is_file() or path.stat().st_size > DEFAULT_LIMITS.max_bytes:
            return None
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
