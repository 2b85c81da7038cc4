"""Sessions: who is signed in with which browser, by the digest of a secret that only the browser knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from index.accounts import Account, account_columns, read_account
from index.database import Database, UnusableFolder

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
# More often than this a session does not write down that it was seen.
_NOTED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session as its owner sees it; `number` names it without opening anything."""

    number: str
    opened_at: str
    seen_at: str
    browser: str


class Sessions:
    """The table of sessions in the database. Moments are in UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, digest: bytes, account_id: str, browser: str, at: datetime) -> None:
        """A new session; those that are over are forgotten."""
        now = _written(at)
        with self._database.preparing():
            self._database.change(
                "DELETE FROM sessions WHERE seen_at <= ? OR opened_at <= ?",
                (_written(at - IDLE), _written(at - LONGEST)),
            )
            self._database.change(
                "INSERT INTO sessions (digest, account_id, opened_at, seen_at, browser) VALUES (?, ?, ?, ?, ?)",
                (digest, account_id, now, now, browser),
            )

    def find(self, digest: bytes, at: datetime) -> Account | None:
        """Whose session it is, unless it is over or the account is disabled. Notes now and then that it was seen."""
        statement = f"""SELECT s.seen_at, {account_columns("a")} FROM sessions s JOIN accounts a ON a.id = s.account_id
            WHERE s.digest = ? AND s.seen_at > ? AND s.opened_at > ? AND NOT a.is_disabled"""  # noqa: S608 (constants)
        row = self._database.row(statement, (digest, _written(at - IDLE), _written(at - LONGEST)))
        if row is None:
            return None
        if row[0] <= _written(at - _NOTED):
            self._note(digest, at)
        return read_account(*row[1:])

    def _note(self, digest: bytes, at: datetime) -> None:
        try:
            with self._database.preparing(is_patient=False):
                self._database.change("UPDATE sessions SET seen_at = ? WHERE digest = ?", (_written(at), digest))
        except UnusableFolder:
            return  # another program writes just now; the next request notes it

    def of(self, account_id: str, at: datetime) -> list[SignedIn]:
        """Those that are not over, the last seen first."""
        return [
            SignedIn(*row)
            for row in self._database.rows(
                """SELECT lower(hex(digest)), opened_at, seen_at, browser FROM sessions
                   WHERE account_id = ? AND seen_at > ? AND opened_at > ? ORDER BY seen_at DESC, digest""",
                (account_id, _written(at - IDLE), _written(at - LONGEST)),
            )
        ]

    def close(self, digest: bytes) -> None:
        with self._database.preparing():
            self._database.change("DELETE FROM sessions WHERE digest = ?", (digest,))

    def close_others(self, account_id: str, but_for: bytes | None = None) -> None:
        """All sessions of an account, but for one."""
        with self._database.preparing():
            self._database.change(
                "DELETE FROM sessions WHERE account_id = ? AND (?2 IS NULL OR digest <> ?2)", (account_id, but_for)
            )

    def close_one(self, account_id: str, number: str) -> bool:
        """Whether the account had this session."""
        with self._database.preparing():
            changed = self._database.change(
                "DELETE FROM sessions WHERE account_id = ? AND lower(hex(digest)) = ?", (account_id, number)
            )
        return changed > 0


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
