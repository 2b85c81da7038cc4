"""Pairs of records of which a person said that they are two things: remembered, and not proposed again."""

from __future__ import annotations

from index.database import Database

Pair = tuple[str, str]
"""The ids of two records, in order."""


class Distinctions:
    """The table of such pairs in the database. They outlive their records: what is read again has the same id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Pair]:
        """Every pair, by ids."""
        return [(first, second) for first, second in self._database.rows("SELECT * FROM distinctions ORDER BY 1, 2")]

    def remember(self, one: str, other: str) -> None:
        """Keep that these are two things."""
        with self._database.preparing():
            self._database.change("INSERT OR IGNORE INTO distinctions VALUES (?, ?)", _pair(one, other))

    def forget(self, one: str, other: str) -> bool:
        """Whether there was something to forget."""
        with self._database.preparing():
            return (
                self._database.change('DELETE FROM distinctions WHERE first = ? AND "second" = ?', _pair(one, other))
                > 0
            )


def _pair(*ids: str) -> Pair:
    first, second = sorted(ids)
    return first, second
