"""What officers declare of persons: relations, sanctions and other evidenced conflicts, with days and evidence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from index.database import Database
from ingest import compare_names, is_same_organisation

DeclarationKind = Literal["spouse", "parent", "child", "sibling", "adviser", "sanction", "conflict"]
DECLARATION_KINDS: tuple[DeclarationKind, ...] = get_args(DeclarationKind)


@dataclass(frozen=True, slots=True)
class Party:
    """Whom or what a declaration is about: a record by its id, else a name with the organisation, as far as known."""

    record_id: str | None = None
    name: str | None = None
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """That `of` is the spouse, parent, child, sibling or adviser of `to`, is under a sanction (`to` is None), or has a
    conflict with `to`. It counts from `since` to `until`, both included; None is open. `id` 0: not stored yet."""

    kind: DeclarationKind
    of: Party
    to: Party | None
    evidence: str
    since: date | None = None
    until: date | None = None
    declared_by: str = ""
    declared_at: str = ""
    id: int = 0

    def is_in_force(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class Declarations:
    """The table of declarations in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Declaration]:
        """Every declaration, in the order in which they were made."""
        return [
            Declaration(kind, _party(of), _party(to) if to else None, evidence, _day(since), _day(until), by, at, id)
            for id, at, by, kind, of, to, evidence, since, until in self._database.rows(
                """SELECT id, declared_at, declared_by, kind, json_array(of_id, of_name, of_organisation),
                          CASE WHEN COALESCE(to_id, to_name) IS NULL THEN NULL
                               ELSE json_array(to_id, to_name, to_organisation) END, evidence, since, until
                   FROM declarations ORDER BY id"""
            )
        ]

    def remember(self, declarations: Sequence[Declaration], at: datetime) -> None:
        """Keep them, all or none."""
        with self._database.preparing():
            self._database.change_many(
                """INSERT INTO declarations (declared_at, declared_by, kind, of_id, of_name, of_organisation, to_id,
                   to_name, to_organisation, evidence, since, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                [
                    (
                        *(at.isoformat(timespec="seconds"), one.declared_by, one.kind),
                        *(*_columns(one.of), *_columns(one.to)),
                        *(one.evidence, _written(one.since), _written(one.until)),
                    )
                    for one in declarations
                ],
            )

    def forget(self, id: int) -> bool:
        """Whether there was one to forget."""
        with self._database.preparing():
            return self._database.change("DELETE FROM declarations WHERE id = ?", (id,)) > 0

    def forget_records(self, ids: Sequence[str]) -> None:
        """Erase what was declared of these records, on either side. Inside a transaction."""
        self._database.change(
            """DELETE FROM declarations WHERE of_id IN (SELECT value FROM json_each(?1))
               OR to_id IN (SELECT value FROM json_each(?1))""",
            (json.dumps(list(ids)),),
        )

    def forget_person(self, name: str, organisation: str | None) -> None:
        """Erase what was declared of a person by this name and organisation, on either side. Inside a transaction."""
        told = [
            one.id
            for one in self.all()
            for party in (one.of, one.to)
            if party and party.name and compare_names(party.name, name) == "exact"
            if party.organisation and organisation and is_same_organisation(party.organisation, organisation)
        ]
        self._database.change_many("DELETE FROM declarations WHERE id = ?", [(id,) for id in told])


def _party(text: str) -> Party:
    return Party(*json.loads(text))


def _columns(party: Party | None) -> tuple[str | None, str | None, str | None]:
    return (party.record_id, party.name, party.organisation) if party else (None, None, None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None
