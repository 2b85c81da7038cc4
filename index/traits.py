"""Traits: what is known of records and their works beside the text, for ranking, kept up with the store."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from index.database import Database
from ingest import Facts, Kind, PersonRole, Viewer, Visibility
from ingest.places import largest_place, place_left_over

_FACTS = TypeAdapter(Facts)
_ROLES = frozenset((*get_args(PersonRole), None))


@dataclass(frozen=True, slots=True)
class Traits:
    """The title and facts of a record, and of each of its sections the person's role and the year, where they are
    known. `is_public` tells that everybody may see all of it, `suggests_fields` that its fields of science are only
    concluded from its text (asked of records with an industry). `place` is the largest that is written where no
    province of today is known."""

    title: str
    kind: Kind
    is_public: bool
    facts: Facts
    roles: tuple[PersonRole | None, ...] = ()
    years: tuple[int | None, ...] = ()
    suggests_fields: bool = False
    place: str | None = None

    def is_whole_for(self, id: str, viewer: Viewer) -> bool:
        """Whether the viewer may see all of the record, of which this is the id."""
        return self.is_public or viewer.sees_all_of(id)


class TraitsTable:
    """The traits of all stored records, read again only where the store has changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._traits: Mapping[str, Traits] = {}
        self._seq = 0

    def current(self) -> Mapping[str, Traits]:
        """Record id → traits, as of now. Raises UnusableFolder for what cannot be understood."""
        with self._database.reading():
            seq = self._database.seq
            if seq != self._seq:
                since = self._seq if self._seq <= seq else 0
                living = {id for (id,) in self._database.rows("SELECT id FROM records")}
                kept = {id: traits for id, traits in self._traits.items() if id in living} if since else {}
                rows = self._database.rows(
                    """SELECT id, title, kind, body ->> '$.facts',
                              (SELECT json_group_array(json_array(value ->> 'role', value ->> 'year',
                                                                  value ->> 'visibility'))
                               FROM json_each(body, '$.sections')),
                              json_array_length(body, '$.facts.industry_codes') > 0 AND EXISTS (
                                  SELECT 1 FROM json_each(body, '$.sources')
                                  WHERE value ->> 'value' = 'facts/field_codes' AND value ->> 'method' = 'suggested'),
                              CASE WHEN body ->> '$.facts.place_today' IS NULL
                                    AND body ->> '$.facts.place_written' IS NULL
                                   THEN (SELECT group_concat(value ->> 'text', char(10))
                                         FROM json_each(body, '$.sections') WHERE value ->> 'name' = 'other') END
                       FROM records WHERE seq > ?""",
                    (since,),
                )
                self._traits = kept | {id: self._read(*row) for id, *row in rows}
                self._seq = seq
        return self._traits

    def _read(
        self, title: str, kind: Kind, facts: str, sections: str, suggests_fields: int | None, others: str | None
    ) -> Traits:
        try:
            read: Sequence[tuple[PersonRole | None, int | None, Visibility]] = json.loads(sections)
            if any(role not in _ROLES or not isinstance(year, int | None) for role, year, _ in read):
                raise ValueError(sections)
            known = _FACTS.validate_json(facts)
            written = known.place_written or (place_left_over(others) if others else None)
            return Traits(
                title,
                kind,
                all(visibility == "public" for _, _, visibility in read),
                known,
                tuple(role for role, _, _ in read),
                tuple(year for _, year, _ in read),
                bool(suggests_fields),
                largest_place(written) if written and not known.place_today else None,
            )
        except (TypeError, ValueError, ValidationError) as error:
            raise self._database.damaged() from error
