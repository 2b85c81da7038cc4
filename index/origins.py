"""Who says what: the versions of records that files and other origins tell, under the natural keys they come by."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    own_id: str
    """The id of the record that it tells of when nothing is merged: titles and visibility change, this never."""


OWNER = "owner"


def is_own(version: Version) -> bool:
    """Whether a version is what the owner of the record says."""
    return version.origin == OWNER


class Origins:
    """The table of versions in the database. What changes them runs inside a transaction of the store.

    Raises UnusableFolder for what cannot be understood.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # Changing

    def put(self, record_id: str, version: Version, replaces_all: bool) -> None:
        """Put a version in the place of what its origin (or, where it replaces all, anybody) said under its natural
        key; else after those that the record has."""
        key = version.natural_key
        (place,) = self._database.row(
            """SELECT IFNULL(
                   (SELECT MIN(position) FROM versions
                    WHERE record_id = ?1 AND natural_key = ?2 AND (?3 OR origin = ?4)),
                   (SELECT IFNULL(MAX(position), -1) + 1 FROM versions WHERE record_id = ?1))""",
            (record_id, key, replaces_all, version.origin),
        )
        if replaces_all:
            self._database.change("DELETE FROM versions WHERE record_id = ? AND natural_key = ?", (record_id, key))
        self._write(record_id, version, place)

    def replace_all(self, record_id: str, versions: Sequence[Version]) -> None:
        """Let a record have just these versions, in this order."""
        self.forget(record_id)
        for place, version in enumerate(versions):
            self._write(record_id, version, place)

    def _write(self, record_id: str, version: Version, place: int) -> None:
        self._database.change(
            """INSERT INTO versions (origin, natural_key, record_id, position, body, own_id) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (origin, natural_key) DO UPDATE SET body = excluded.body""",
            (version.origin, version.natural_key, record_id, place, dump(version.record), version.own_id),
        )
        key = version.origin, version.natural_key
        self._database.change("DELETE FROM picture_uses WHERE origin = ? AND natural_key = ?", key)
        names = {source.picture for source in version.record.sources if source.picture}
        self._database.change_many(
            "INSERT INTO picture_uses VALUES (?, ?, ?)", [(*key, name) for name in sorted(names)]
        )

    def forget(self, record_id: str) -> None:
        """Delete the versions of a record."""
        self._database.change("DELETE FROM versions WHERE record_id = ?", (record_id,))

    def rename_key(self, old: str, new: str) -> None:
        """Give all versions of a natural key another one."""
        self._database.change("UPDATE versions SET natural_key = ? WHERE natural_key = ?", (new, old))

    # Reading

    def versions_of(self, id: str) -> list[Version]:
        """What each origin says of a record, the base first."""
        rows = self._database.rows(
            """SELECT origin, natural_key, body, own_id FROM versions WHERE record_id = ?
               ORDER BY position, origin, natural_key""",
            (id,),
        )
        return [Version(origin, key, self.parse(body), own_id) for origin, key, body, own_id in rows]

    def own_ids_of(self, id: str) -> set[str]:
        """The ids that the parts of a record have when nothing is merged."""
        return {own_id for (own_id,) in self._database.rows("SELECT own_id FROM versions WHERE record_id = ?", (id,))}

    def keys_of(self, own_id: str) -> list[str]:
        """The natural keys by which the record of this id goes, also where it was merged into another."""
        rows = self._database.rows(
            "SELECT natural_key FROM versions WHERE own_id = ?1 UNION SELECT natural_key FROM records WHERE id = ?1",
            (own_id,),
        )
        return [key for (key,) in rows]

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

    def told_from(self, sha256: str) -> list[Version]:
        """What was read from a file of this content, whatever its name, in the order it was stored."""
        rows = self._database.rows(
            "SELECT origin, natural_key, body, own_id FROM versions WHERE instr(body, ?) ORDER BY rowid", (sha256,)
        )
        return [Version(origin, key, self.parse(body), own_id) for origin, key, body, own_id in rows]

    def under(self, path: str) -> list[str]:
        """Origins that are this path or lie in it, sorted; the numbers after ``#`` left out."""
        rows = self._database.rows(
            """SELECT DISTINCT origin FROM versions
               WHERE origin = ?1 OR substr(origin, 1, length(?1) + 1) IN (?1 || '/', ?1 || '#')""",
            (path.rstrip("/"),),
        )
        return sorted({re.sub(r"#\d+$", "", origin) for (origin,) in rows})

    def has_version(self, natural_key: str) -> bool:
        """Whether somebody says something under this natural key."""
        return self._database.row("SELECT 1 FROM versions WHERE natural_key = ?", (natural_key,)) is not None

    def parse(self, body: str) -> Record:
        """A record as it was written."""
        try:
            return _RECORD.validate_json(body)
        except ValidationError as error:
            raise self._database.damaged() from error


def dump(record: Record) -> str:
    """A record as it is written."""
    return _RECORD.dump_json(record, exclude={"owner_names"}).decode()


def content_hash_of(record: Record) -> str:
    """Of everything but the sources: the same words from a moved file are no change."""
    return hashlib.sha256(dump(replace(record, sources=())).encode()).hexdigest()
