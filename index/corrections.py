"""What people said labels mean: remembered for the next file with the same label."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from index.database import DATABASE, Database
from ingest import Correction, Kind
from ingest.labels import normalise_label


class Corrections:
    """The table of corrections in the database, one a label and kind."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Correction, ...]:
        """Every correction, by kind and label."""
        rows = self._database.rows("SELECT kind, label, field, written FROM corrections ORDER BY kind, label")
        return tuple(Correction(*row) for row in rows)

    def remember(self, corrections: Sequence[Correction]) -> None:
        """Keep them for the next files; what was said of the same label before is replaced."""
        with self._database.preparing():
            self._database.change_many(
                "INSERT OR REPLACE INTO corrections (kind, label, field, written) VALUES (?, ?, ?, ?)",
                [(one.kind, one.label, one.field, one.written) for one in corrections],
            )

    def forget(self, label: str, kind: Kind) -> bool:
        """Whether there was one to forget. `label` may be written in any way that means the same label."""
        with self._database.preparing():
            values = (kind, normalise_label(label))
            return self._database.change("DELETE FROM corrections WHERE kind = ? AND label = ?", values) > 0


def stored_corrections(folder: Path) -> tuple[Correction, ...]:
    """Those of a data folder, which need not be there yet. Raises UnusableFolder."""
    if not (folder / DATABASE).is_file():
        return ()
    with closing(Database(folder / DATABASE)) as database:
        return Corrections(database).all()


def name_corrections(corrections: Sequence[Correction]) -> str:
    """Short, and equal for what reads files alike; empty for none."""
    said = sorted((one.kind, one.label, one.field) for one in corrections)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12] if said else ""
