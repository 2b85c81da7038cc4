"""Fusion events: which weights were promoted, refused or rolled back, when and why; the last one is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from index.database import Database

Event = Literal["promoted", "refused", "rolled back"]


@dataclass(frozen=True, slots=True)
class FusionEvent:
    """`weights` and `calibration` (one or more; None: not calibrated) are in force from then on; all three texts are
    JSON."""

    id: int
    happened_at: str
    event: Event
    weights: str
    calibration: str | None
    report: str


class FusionEvents:
    """The table of these events in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[FusionEvent]:
        """In order of time."""
        return [FusionEvent(*row) for row in self._database.rows("SELECT * FROM fusion_events ORDER BY id")]

    def last(self) -> FusionEvent | None:
        """The one in force."""
        row = self._database.row("SELECT * FROM fusion_events ORDER BY id DESC")
        return None if row is None else FusionEvent(*row)

    def append(self, event: Event, weights: str, calibration: str | None, report: str, at: datetime) -> None:
        """Put weights and calibration in force."""
        with self._database.preparing():
            self._database.change(
                """INSERT INTO fusion_events (happened_at, event, weights, calibration, report)
                   VALUES (?, ?, ?, ?, ?)""",
                (at.isoformat(timespec="seconds"), event, weights, calibration, report),
            )
