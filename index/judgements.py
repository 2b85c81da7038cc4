"""Judgements: what people said of candidates they were shown, as events; nothing is overwritten."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from index.database import Database
from index.exposures import Shown, read_signals
from ingest import Kind

Verdict = Literal["fits", "unfit"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """That a candidate fits a record or does not, with the list on which it was last shown before: its `kind` and what
    it showed (None: it was on none). `asked` is the kind of the record. Ids grow with time."""

    id: int
    judged_at: str
    record_id: str
    candidate_id: str
    verdict: Verdict
    reason: str | None
    kind: Kind | None
    shown: Shown | None
    asked: Kind | None = None


class Judgements:
    """The table of judgements in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, record_id: str | None = None) -> list[Judgement]:
        """What holds now (of one record), in order of time: of each pair what was said last and not taken back."""
        rows = self._database.rows(
            """SELECT j.id, j.judged_at, j.record_id, j.candidate_id, j.verdict, j.reason,
                      COALESCE(r.kind, (SELECT m.kind FROM versions v JOIN records m ON m.id = v.record_id
                                        WHERE v.own_id = j.record_id)),
                      x.kind, e.rank, e.score, e.propensity, e.signals
               FROM judgements j
               LEFT JOIN records r ON r.id = j.record_id
               LEFT JOIN exposures x ON x.id = j.exposure_id
               LEFT JOIN exposed e ON e.exposure_id = j.exposure_id AND e.candidate_id = j.candidate_id
               WHERE ?1 IS NULL OR j.record_id = ?1 ORDER BY j.id""",
            (record_id,),
        )
        standing: dict[tuple[str, str], list[Judgement]] = {}
        for row in rows:
            history = standing.setdefault((row[2], row[3]), [])
            if row[4] != "undo":
                history.append(self._read(*row))
            elif history:
                history.pop()
        return sorted((history[-1] for history in standing.values() if history), key=lambda one: one.id)

    def _read(
        self,
        id: int,
        judged_at: str,
        record_id: str,
        candidate_id: str,
        verdict: Verdict,
        reason: str | None,
        asked: Kind | None,
        kind: Kind | None,
        *place: Any,
    ) -> Judgement:
        shown = None
        if kind is not None and place[0] is not None:
            rank, score, propensity, signals = place
            try:
                shown = Shown(candidate_id, rank, score, propensity, read_signals(signals))
            except (TypeError, ValueError) as error:
                raise self._database.damaged() from error
        return Judgement(id, judged_at, record_id, candidate_id, verdict, reason, kind if shown else None, shown, asked)

    def pairs_until(self, id: int) -> set[tuple[str, str]]:
        """(record, candidate) of which something was said up to this event, be it taken back or not."""
        rows = self._database.rows("SELECT DISTINCT record_id, candidate_id FROM judgements WHERE id <= ?", (id,))
        return {(record, candidate) for record, candidate in rows}

    @property
    def last(self) -> int:
        """The id of the latest event, be it taken back or not; 0 when there is none."""
        return int(self._database.row("SELECT COALESCE(MAX(id), 0) FROM judgements")[0])

    def remember(self, record_id: str, candidate_id: str, verdict: Verdict, reason: str | None, at: datetime) -> None:
        """Keep a judgement; what was said of the pair before stays as it was said."""
        with self._database.preparing():
            self.append(record_id, candidate_id, verdict, reason, at)

    def undo(self, record_id: str, candidate_id: str, at: datetime) -> bool:
        """Take back what holds of a pair: what was said before it holds again. Whether there was anything."""
        with self._database.preparing():
            if all(one.candidate_id != candidate_id for one in self.current(record_id)):
                return False
            self.append(record_id, candidate_id, "undo", None, at)
            return True

    def append(
        self, record_id: str, candidate_id: str, verdict: Verdict | Literal["undo"], reason: str | None, at: datetime
    ) -> None:
        """An event as it is, where something else is written with it. Inside a transaction."""
        self._database.change(
            """INSERT INTO judgements (judged_at, record_id, candidate_id, verdict, reason, exposure_id)
               VALUES (?1, ?2, ?3, ?4, ?5,
                       (SELECT MAX(exposure_id) FROM exposed JOIN exposures ON exposures.id = exposure_id
                        WHERE record_id = ?2 AND candidate_id = ?3))""",
            (at.isoformat(timespec="seconds"), record_id, candidate_id, verdict, reason),
        )

    def forget(self, ids: Sequence[str]) -> None:
        """Erase what was said of these records, on either side. Inside a transaction."""
        self._database.change(
            """DELETE FROM judgements WHERE record_id IN (SELECT value FROM json_each(?1))
               OR candidate_id IN (SELECT value FROM json_each(?1))""",
            (json.dumps(list(ids)),),
        )
