"""Attempts to sign in: counted by account, by address and by both, so that guessing takes longer and longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from index.database import Database

_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=1)
_REMEMBERED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Guessed:
    """What is guessed at or from where, as a digest; how many failures in a row are met without a pause, and the
    longest pause."""

    digest: bytes
    free: int
    longest: timedelta = _LONGEST_PAUSE


def pause_after(failures: int, free: int, longest: timedelta = _LONGEST_PAUSE) -> timedelta:
    """How long nobody may try after so many failures in a row: nothing for the first `free`, then 30 seconds, doubled
    by each further one up to the longest."""
    if failures < free:
        return timedelta()
    doublings = min(failures - free, 10)
    return min((1 << doublings) * _FIRST_PAUSE, longest)


class SignInAttempts:
    """The table of attempts in the database. Moments are in UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, guessed: Sequence[Guessed], at: datetime) -> timedelta:
        """How long to wait; zero: the attempt is counted as failed for all of them, until `succeed` says otherwise, so
        that many at once are not more than one after the other."""
        with self._database.preparing(is_witnessed=False):
            self._database.change("DELETE FROM sign_in_attempts WHERE last_at <= ?", (_written(at - _REMEMBERED),))
            left = max((self._wait(one, at) for one in guessed), default=timedelta())
            if left <= timedelta():
                self._database.change_many(
                    """INSERT INTO sign_in_attempts VALUES (?, 1, ?) ON CONFLICT (subject) DO UPDATE
                       SET count = count + 1, last_at = excluded.last_at""",
                    [(one.digest, _written(at)) for one in guessed],
                )
        return max(left, timedelta())

    def _wait(self, one: Guessed, at: datetime) -> timedelta:
        row = self._database.row("SELECT count, last_at FROM sign_in_attempts WHERE subject = ?", (one.digest,))
        pause = pause_after(row[0], one.free, one.longest) if row else timedelta()
        if not pause:
            return pause
        return datetime.fromisoformat(row[1]) + pause - at

    def succeed(self, account: Sequence[Guessed], address: Guessed) -> None:
        """The account was not guessed at; the address is given back this attempt and one more, so that an office in
        which people mistype now and then is not taken for somebody who guesses."""
        with self._database.preparing(is_witnessed=False):
            self._database.change_many(
                "DELETE FROM sign_in_attempts WHERE subject = ?", [(one.digest,) for one in account]
            )
            self._database.change(
                "UPDATE sign_in_attempts SET count = max(count - 2, 0) WHERE subject = ?", (address.digest,)
            )


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
