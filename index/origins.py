"""Who says what: the versions of records that files and other origins tell, under the natural keys they come by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from index.database import Database
from ingest import Record

_RECORD = TypeAdapter(Record)


@dataclass(frozen=True, slots=True)
class Version:
    """What one origin (a file, the API) says of a record, and the natural key under which it came."""

    origin: str
    natural_key: str
    record: Record


class Origins:
    """The table of versions in the database. Raises UnusableFolder for what cannot be understood."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions_of(self, id: str) -> list[Version]:
        """What each origin says of a record, the base first."""
        rows = self._database.rows(
            "SELECT origin, natural_key, body FROM versions WHERE record_id = ? ORDER BY position, origin, natural_key",
            (id,),
        )
        return [Version(origin, key, self.parse(body)) for origin, key, body in rows]

    def told_by(self, origin: str) -> dict[str, str]:
        """natural key → record id of everything that an origin says, in the order it was stored; a thing it says
        twice has an origin with a number after ``#``."""
        return dict(
            self._database.rows(
                """SELECT natural_key, record_id FROM versions
                   WHERE origin = ?1 OR substr(origin, 1, length(?1) + 1) = ?1 || '#' ORDER BY rowid""",
                (origin,),
            )
        )

    def under(self, path: str) -> list[str]:
        """Origins that are this path or lie in it, sorted; the numbers after ``#`` left out."""
        rows = self._database.rows(
            """SELECT DISTINCT origin FROM versions
               WHERE origin = ?1 OR substr(origin, 1, length(?1) + 1) IN (?1 || '/', ?1 || '#')""",
            (path.rstrip("/"),),
        )
        return sorted({re.sub(r"#\d+$", "", origin) for (origin,) in rows})

    def has_key(self, natural_key: str) -> bool:
        """Whether something is known under this natural key."""
        found = self._database.row(
            "SELECT 1 FROM records WHERE natural_key = ?1 UNION SELECT 1 FROM versions WHERE natural_key = ?1",
            (natural_key,),
        )
        return found is not None

    def parse(self, body: str) -> Record:
        """A record as it was written."""
        try:
            return _RECORD.validate_json(body)
        except ValidationError as error:
            raise self._database.damaged() from error


def dump(record: Record) -> str:
    """A record as it is written."""
    return _RECORD.dump_json(record).decode()
