"""What officers answered to the question whether two names mean one person: remembered until it is taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from index.database import Database


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a name means: the scientist of a record (`name` is None), or whom a record or a declaration names so."""

    record_id: str | None = None
    declaration: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """That `one` and `other` are the same person, or are not. `id` 0: not stored yet."""

    one: Bearer
    other: Bearer
    is_same: bool
    answered_by: str = ""
    answered_at: str = ""
    id: int = 0


class Identities:
    """The table of answers in the database. Those on a declaration go with it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Answer]:
        """Every answer, in the order in which they were given: the later one holds."""
        return [
            Answer(Bearer(*one), Bearer(*other), bool(is_same), by, at, id)
            for id, at, by, is_same, *names in self._database.rows(
                """SELECT id, answered_at, answered_by, is_same, one_id, one_declaration, one_name,
                          other_id, other_declaration, other_name FROM identities ORDER BY id"""
            )
            for one, other in [(names[:3], names[3:])]
        ]

    def remember(self, answer: Answer, at: datetime) -> None:
        """Keep it in place of what was said of these two before."""
        one, other = ((it.record_id, it.declaration, it.name) for it in (answer.one, answer.other))
        said = [known.id for known in self.all() if {known.one, known.other} == {answer.one, answer.other}]
        with self._database.preparing():
            self._database.change_many("DELETE FROM identities WHERE id = ?", [(id,) for id in said])
            self._database.change(
                """INSERT INTO identities (answered_at, answered_by, is_same, one_id, one_declaration, one_name,
                   other_id, other_declaration, other_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (at.isoformat(timespec="seconds"), answer.answered_by, int(answer.is_same), *one, *other),
            )

    def forget(self, id: int) -> bool:
        """Whether there was one to forget."""
        with self._database.preparing():
            return self._database.change("DELETE FROM identities WHERE id = ?", (id,)) > 0

    def forget_records(self, ids: Sequence[str]) -> None:
        """Erase what was answered of these records or of names in them. Inside a transaction."""
        self._database.change(
            """DELETE FROM identities WHERE one_id IN (SELECT value FROM json_each(?1))
               OR other_id IN (SELECT value FROM json_each(?1))""",
            (json.dumps(list(ids)),),
        )
