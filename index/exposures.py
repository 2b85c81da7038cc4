"""Exposures: the lists of candidates that were shown to a person, by ids and numbers only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from index.database import Database, UnusableFolder
from ingest import Kind

Surface = Literal["cli", "web", "http"]
_ROUNDING = 4  # decimals by which a list that is shown again is known
_SIGNAL_DIGITS = 5
_MOST_PLACES = 100  # further down nobody looks, and programs ask for a thousand


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate on a list: its place (from 1), score and signals, and how probable it was to be put there."""

    candidate_id: str
    rank: int
    score: float
    propensity: float
    signals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Exposure:
    """A list as it was shown. `weights` is the version of those it was made with, `seed` that of a place given to
    chance, None where there was none."""

    record_id: str
    kind: Kind
    surface: Surface
    weights: str
    seed: str | None
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class ExposureCounts:
    """`times` lists were shown, `lists` of them different; `missed` could not be remembered."""

    lists: int
    times: int
    missed: int


class Exposures:
    """The tables of exposures in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._missed = 0

    def remember(self, exposure: Exposure, at: datetime) -> bool:
        """Keep that the list was shown. The same list shown again is counted, not kept twice.

        Never waits long and never fails: where the database cannot be written just now, the list is counted as missed
        when the next one is kept. Whether it was kept.
        """
        digest = _digest(exposure)
        try:
            with self._database.preparing(is_patient=False):
                self._keep(exposure, digest, at)
        except UnusableFolder:
            self._missed += 1
            return False
        self._missed = 0
        return True

    def _keep(self, exposure: Exposure, digest: str, at: datetime) -> None:
        known = self._database.row(
            "SELECT id, digest FROM exposures WHERE record_id = ? AND kind = ? ORDER BY id DESC",
            (exposure.record_id, exposure.kind),
        )
        if known and known[1] == digest:
            self._database.change(
                "UPDATE exposures SET times = times + 1, missed = missed + ? WHERE id = ?", (self._missed, known[0])
            )
            return
        values = (exposure.record_id, exposure.kind, exposure.surface, exposure.weights, exposure.seed, digest)
        self._database.change(
            """INSERT INTO exposures (shown_at, record_id, kind, surface, weights, seed, digest, times, missed)
               VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)""",
            (at.isoformat(timespec="seconds"), *values, self._missed),
        )
        (id,) = self._database.row("SELECT last_insert_rowid()")
        self._database.change_many(
            "INSERT INTO exposed VALUES (?, ?, ?, ?, ?, ?)",
            [
                (id, one.candidate_id, one.rank, one.score, one.propensity, _write_signals(one.signals))
                for one in exposure.shown[:_MOST_PLACES]
            ],
        )

    def counts(self) -> ExposureCounts:
        row = self._database.row("SELECT COUNT(*), COALESCE(SUM(times), 0), COALESCE(SUM(missed), 0) FROM exposures")
        return ExposureCounts(row[0], row[1], row[2] + self._missed)

    def can_be_kept(self) -> bool:
        """Whether the database can be written just now."""
        try:
            with self._database.preparing(is_patient=False):
                return True
        except UnusableFolder:
            return False

    def places(self, kind: Kind) -> list[tuple[str, int, int]]:
        """(candidate, rank, how often people were shown it there) of all lists of this kind, on the web page and the
        terminal: what programs fetch nobody need have seen."""
        rows = self._database.rows(
            """SELECT candidate_id, rank, SUM(times) FROM exposed JOIN exposures ON exposures.id = exposure_id
               WHERE kind = ? AND surface <> 'http' GROUP BY candidate_id, rank ORDER BY candidate_id, rank""",
            (kind,),
        )
        return [(id, rank, times) for id, rank, times in rows]

    def kinds(self) -> list[Kind]:
        """The kinds of which people were shown lists."""
        rows = self._database.rows("SELECT DISTINCT kind FROM exposures WHERE surface <> 'http' ORDER BY kind")
        return [kind for (kind,) in rows]

    def judged_depths(self) -> dict[int, int]:
        """Rank → how many of the lists of which something was judged reach so far."""
        rows = self._database.rows(
            """SELECT rank, COUNT(*) FROM exposed WHERE exposure_id IN (SELECT exposure_id FROM judgements)
               GROUP BY rank ORDER BY rank"""
        )
        return dict(rows)

    def forget(self, ids: Sequence[str]) -> None:
        """Erase what was shown for these records, and that they were shown. Inside a transaction."""
        wanted = (json.dumps(list(ids)),)
        for table, column in (("exposures", "record_id"), ("exposed", "candidate_id")):
            self._database.change(
                f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))",  # noqa: S608 (constants)
                wanted,
            )


def _write_signals(signals: Mapping[str, float]) -> str:
    return json.dumps({name: round(value, _SIGNAL_DIGITS) for name, value in signals.items()}, separators=(",", ":"))


def read_signals(written: str) -> dict[str, float]:
    """Raises ValueError for what is not signals."""
    signals = json.loads(written)
    if not isinstance(signals, dict):
        raise ValueError(written)
    return {str(name): float(value) for name, value in signals.items()}


def _digest(exposure: Exposure) -> str:
    places = [
        (one.candidate_id, one.rank, round(one.score, _ROUNDING), round(one.propensity, _ROUNDING))
        for one in exposure.shown
    ]
    known_by = (exposure.surface, exposure.weights, exposure.seed, places)
    return hashlib.sha256(repr(known_by).encode()).hexdigest()[:16]
