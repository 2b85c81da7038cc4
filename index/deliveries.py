"""Deliveries: alerts that are remembered before they are sent, until they have arrived or are given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from index.database import Database

Way = Literal["mail", "webhook"]
DeliveryState = Literal["waiting", "done", "given up"]
LEASE_SECONDS = 300.0
"""So long who has taken a delivery may be at it, before another takes it for dead and sends again."""
_DUE_REMINDERS = """SELECT v.actor, v.id FROM engagement_events v JOIN accounts a ON a.id = v.actor
    WHERE v.act = 'remind' AND v.day <= ? AND a.wants_reminders AND NOT a.is_disabled
    AND NOT EXISTS (SELECT 1 FROM engagement_events s WHERE s.undoes = v.id AND s.act = 'settle')
    AND NOT EXISTS (SELECT 1 FROM told_reminders t WHERE t.event_id = v.id) ORDER BY v.actor, v.id"""
_COLUMNS = "id, account_id, way, state, attempts, next_at, problem, created_at, settled_at"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail to an account (None: to the office) or one call of a webhook. Its `id` is the same at every attempt, so
    that who gets it twice can tell. `next_at` is in seconds since 1970, other moments are ISO 8601 in UTC; `problem` is
    why the last attempt failed, a message as JSON."""

    id: str
    account_id: str | None
    way: Way
    state: DeliveryState
    attempts: int
    next_at: float
    problem: str | None
    created_at: str
    settled_at: str | None


def add_delivery(
    database: Database, id: str, account_id: str | None, way: Way, search_id: str, records: Sequence[str], at: datetime
) -> None:
    """Let a delivery wait, or have the one with this id tell of further records. Inside a transaction."""
    _insert(database, id, account_id, way, at)
    database.change_many(
        "INSERT INTO delivered_records VALUES (?, ?, ?)", [(id, search_id, record_id) for record_id in records]
    )


def forget_empty(database: Database) -> None:
    """Those that have nothing to tell. Inside a transaction."""
    database.change(
        """DELETE FROM deliveries WHERE id NOT IN (SELECT delivery_id FROM delivered_records)
           AND id NOT IN (SELECT delivery_id FROM told_reminders)"""
    )


def _insert(database: Database, id: str, account_id: str | None, way: Way, at: datetime) -> None:
    database.change(
        """INSERT INTO deliveries (id, account_id, way, state, attempts, next_at, created_at)
           VALUES (?, ?, ?, 'waiting', 0, ?, ?) ON CONFLICT (id) DO NOTHING""",
        (id, account_id, way, at.timestamp(), at.isoformat(timespec="seconds")),
    )


class Deliveries:
    """The table of deliveries. Moments are in UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, at: datetime) -> Delivery | None:
        """The next that is due, for whoever asks first; its attempt counts from now on."""
        due = f"""SELECT {_COLUMNS} FROM deliveries WHERE state = 'waiting' AND next_at <= ?
                  ORDER BY next_at, id LIMIT 1"""  # noqa: S608 (columns)
        if self._database.row(due, (at.timestamp(),)) is None:
            return None
        with self._database.preparing():
            row = self._database.row(due, (at.timestamp(),))
            if row is None:
                return None
            taken = Delivery(*row)
            self._database.change(
                "UPDATE deliveries SET attempts = attempts + 1, next_at = ? WHERE id = ?",
                (at.timestamp() + LEASE_SECONDS, taken.id),
            )
        return Delivery(taken.id, taken.account_id, taken.way, taken.state, taken.attempts + 1, *row[5:])

    def records(self, id: str) -> list[tuple[str, str]]:
        """(id of the saved search, id of the record) of all that a delivery tells of."""
        return list(
            self._database.rows(
                "SELECT search_id, record_id FROM delivered_records WHERE delivery_id = ? ORDER BY 1, 2", (id,)
            )
        )

    def remind(self, today: date, mint_id: Callable[[], str], at: datetime) -> None:
        """Let a mail wait for each account that has set reminders of engagements which are due, not settled, and not
        told of yet."""
        if self._database.row(_DUE_REMINDERS, (today.isoformat(),)) is None:
            return
        with self._database.preparing():
            ids: dict[str, str] = {}
            for account_id, number in list(self._database.rows(_DUE_REMINDERS, (today.isoformat(),))):
                if account_id not in ids:
                    ids[account_id] = mint_id()
                    _insert(self._database, ids[account_id], account_id, "mail", at)
                self._database.change("INSERT INTO told_reminders VALUES (?, ?)", (number, ids[account_id]))

    def reminders(self, id: str) -> frozenset[int]:
        """The numbers of the reminders that a delivery tells of."""
        return frozenset(
            number
            for (number,) in self._database.rows("SELECT event_id FROM told_reminders WHERE delivery_id = ?", (id,))
        )

    def finish(self, id: str, state: DeliveryState, problem: str | None, at: datetime) -> None:
        """It has arrived, or is given up."""
        with self._database.preparing():
            self._database.change(
                "UPDATE deliveries SET state = ?, problem = ?, settled_at = ? WHERE id = ?",
                (state, problem, at.isoformat(timespec="seconds"), id),
            )

    def postpone(self, id: str, problem: str, next_at: float) -> None:
        """The attempt failed; the next one is due then."""
        with self._database.preparing():
            self._database.change(
                "UPDATE deliveries SET problem = ?, next_at = ? WHERE id = ? AND state = 'waiting'",
                (problem, next_at, id),
            )

    def forget(self, id: str) -> None:
        """There is nothing (any more) that it might tell."""
        with self._database.preparing():
            self._database.change("DELETE FROM deliveries WHERE id = ?", (id,))

    def forget_before(self, moment: datetime) -> None:
        """Those that were over before this moment."""
        with self._database.preparing():
            self._database.change(
                "DELETE FROM deliveries WHERE settled_at < ?", (moment.isoformat(timespec="seconds"),)
            )

    def of(self, search_id: str, limit: int) -> list[Delivery]:
        """Those that tell of what a search has found, the latest first."""
        rows = self._database.rows(
            f"""SELECT {_COLUMNS} FROM deliveries
                WHERE id IN (SELECT delivery_id FROM delivered_records WHERE search_id = ?)
                ORDER BY created_at DESC, id LIMIT ?""",  # noqa: S608 (columns)
            (search_id, limit),
        )
        return [Delivery(*row) for row in rows]
