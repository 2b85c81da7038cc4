"""Claims: which records people say are their own, and what was answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from index.database import Database, note_changed

ClaimState = Literal["asked", "confirmed", "declined"]


@dataclass(frozen=True, slots=True)
class Claim:
    """`settled_by` is the id of the officer's account, or `email` or `orcid` where that tells it."""

    account_id: str
    record_id: str
    state: ClaimState
    settled_by: str | None
    changed_at: str


class Claims:
    """The table of claims in the database. Moments are in UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, claim: Claim) -> None:
        """In place of what stood there of this account and record."""
        with self._database.preparing():
            note_changed(claim.account_id, claim.record_id)
            self._database.change(
                """INSERT OR REPLACE INTO claims (account_id, record_id, state, settled_by, changed_at)
                   VALUES (?, ?, ?, ?, ?)""",
                (claim.account_id, claim.record_id, claim.state, claim.settled_by, claim.changed_at),
            )

    def settle(
        self, account_id: str, record_id: str, state: ClaimState, by: str, at: datetime, is_handed_over: bool = False
    ) -> bool:
        """Whether there was a claim to settle. What is handed over is nobody else's any more."""
        moment = at.isoformat(timespec="seconds")
        with self._database.preparing():
            note_changed(account_id, record_id)
            changed = self._settle(account_id, record_id, state, by, moment)
            for other in self.owners(record_id) if changed and is_handed_over else ():
                if other.account_id != account_id:
                    self._settle(other.account_id, other.record_id, "declined", by, moment)
        return changed > 0

    def _settle(self, account_id: str, record_id: str, state: ClaimState, by: str, moment: str) -> int:
        return self._database.change(
            """UPDATE claims SET state = ?, settled_by = ?, changed_at = ?
               WHERE account_id = ? AND record_id = ?""",
            (state, by, moment, account_id, record_id),
        )

    def withdraw(self, account_id: str, record_id: str) -> bool:
        """Whether there was one."""
        with self._database.preparing():
            note_changed(account_id, record_id)
            changed = self._database.change(
                "DELETE FROM claims WHERE account_id = ? AND record_id = ?", (account_id, record_id)
            )
        return changed > 0

    def of(self, account_id: str) -> list[Claim]:
        """What an account claims, by record."""
        return self._read("account_id = ?1", account_id)

    def asked(self) -> list[Claim]:
        """Those that wait for an officer, the oldest first."""
        return self._read("state = 'asked' AND ?1 IS NULL", None)

    def owners(self, record_id: str) -> list[Claim]:
        """The confirmed claims on a record, also by ids that it had before it was merged with others."""
        return self._read(
            """state = 'confirmed' AND (record_id = ?1 OR EXISTS (
                   SELECT 1 FROM versions one JOIN versions other ON other.record_id = one.record_id
                   WHERE ?1 IN (one.own_id, one.record_id) AND claims.record_id IN (other.own_id, other.record_id)))""",
            record_id,
        )

    def _read(self, condition: str, value: str | None) -> list[Claim]:
        statement = f"""SELECT account_id, record_id, state, settled_by, changed_at FROM claims
            WHERE {condition} ORDER BY changed_at, record_id"""  # noqa: S608 (constants)
        return [Claim(*row) for row in self._database.rows(statement, (value,))]

    def owned_by(self, account_id: str) -> frozenset[str]:
        """The ids of the records whose claims are confirmed; of one that was merged into another, the other's."""
        rows = self._database.rows(
            """SELECT r.id FROM claims c JOIN records r ON r.id = c.record_id
               WHERE c.account_id = ?1 AND c.state = 'confirmed'
               UNION SELECT v.record_id FROM claims c JOIN versions v ON v.own_id = c.record_id
               WHERE c.account_id = ?1 AND c.state = 'confirmed'""",
            (account_id,),
        )
        return frozenset(id for (id,) in rows)

    def owned_by_people(self) -> frozenset[str]:
        """The ids of the profiles that scientists who can sign in have claimed, and an officer confirmed."""
        rows = self._database.rows(
            """WITH claimed AS (
                   SELECT c.record_id AS id FROM claims c JOIN accounts a ON a.id = c.account_id
                   WHERE c.state = 'confirmed' AND a.role NOT IN ('university', 'enterprise') AND NOT a.is_disabled)
               SELECT r.id FROM records r JOIN claimed USING (id) WHERE r.kind = 'scientist'
               UNION SELECT v.record_id FROM versions v JOIN claimed ON v.own_id = claimed.id
               JOIN records r ON r.id = v.record_id WHERE r.kind = 'scientist'"""
        )
        return frozenset(id for (id,) in rows)

    def forget(self, ids: Sequence[str]) -> None:
        """Erase who claimed these records. Inside a transaction."""
        self._database.change(
            "DELETE FROM claims WHERE record_id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        )
