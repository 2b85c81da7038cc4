"""The store: records, and what each origin says of them, written together with their passages: the truth."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from index.database import Database
from index.passages import IndexedPassage, Passages
from index.versions import merge_versions
from ingest import N_, BanhaError, Kind, Record

Change = Literal["new", "changed", "unchanged"]

_RECORD = TypeAdapter(Record)


class UnknownRecord(BanhaError):
    """No record has this id (or the viewer may not know that one has)."""

    def __init__(self, id: str) -> None:
        super().__init__(N_("There is no record {id}."), id=id)


class ModelMismatch(BanhaError):
    """The stored vectors were made by another model than the one in use; they cannot be compared."""

    def __init__(self, stored: str | None, model: str) -> None:
        super().__init__(
            N_("The data folder holds vectors of the model {stored}, but {model} is in use. Run: banha reembed"),
            stored=stored,
            model=model,
        )


class ConcurrentChange(Exception):
    """The record was changed by somebody else between `prepare` and `commit`; prepare it again."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What storing a version would do: the merged record under its id, and whether that is a change."""

    record: Record
    natural_key: str
    origin: str
    version: Record
    replaces_all: bool
    change: Change
    base_seq: int | None
    is_known: bool = False
    """Whether just this version is stored already, so that there is nothing to write."""


class Store:
    """The records of one database, and beside them its `passages`.

    Raises UnusableFolder when the database is damaged, not ours, or cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.database = Database(path)
        self.passages = Passages(self.database)
        id = self.database.setting("id")
        if not id:
            raise self.database.damaged()
        self.id = id

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.close()

    def reading(self) -> AbstractContextManager[None]:
        """One consistent state for all reads inside, whatever other processes commit meanwhile."""
        return self.database.reading()

    @property
    def seq(self) -> int:
        """The number of the latest committed change; 0 for an empty store."""
        return self.database.seq

    @property
    def model(self) -> str | None:
        """The name of the model whose vectors are stored; None while there are none."""
        row = self.database.row(
            """SELECT value FROM settings WHERE name = 'model'
               AND EXISTS (SELECT 1 FROM passages WHERE vector IS NOT NULL)"""
        )
        return None if row is None else str(row[0])

    # Writing

    def prepare(self, record: Record, natural_key: str, origin: str) -> Draft:
        """Say what storing `record`, as told by `origin`, would make of the store; writes nothing.

        A record that brings its own id replaces what that id held; otherwise the versions of all origins
        with the same natural key are merged: the earliest is the base, later ones fill its gaps.
        """
        row = self.database.row(
            """SELECT id, natural_key, content_hash, seq FROM records WHERE id = ? OR natural_key = ?
               ORDER BY id = ? DESC""",
            (record.id, natural_key, record.id),
        )
        replaces_all = bool(record.id)
        if row is None:
            id = record.id or _mint_id(record.kind, natural_key)
            return Draft(record.with_id(id), natural_key, origin, record, replaces_all, "new", None)
        id, natural_key, content_hash, seq = row
        versions = [] if replaces_all else [old for name, old in self._versions(id) if name != origin]
        position = 0 if replaces_all else self._position(id, origin)
        versions.insert(position, record)
        merged = merge_versions(versions).with_id(id)
        change: Change = "unchanged" if _content_hash(merged) == content_hash else "changed"
        is_known = change == "unchanged" and (origin, record) in self._versions(id)
        return Draft(merged, natural_key, origin, record, replaces_all, change, seq, is_known)

    def commit(self, changes: Sequence[tuple[Draft, Sequence[IndexedPassage]]], model: str | None) -> None:
        """Write all drafts with their passages in one transaction: all or nothing, durable on return.

        `model` made the vectors (None: there are none). Raises ConcurrentChange when a record changed since it
        was prepared, ModelMismatch when the stored vectors are another model's.
        """
        with self.database.writing() as seq:
            if model is not None:
                self._claim_for(model)
            for draft, passages in changes:
                self._write(draft, passages, seq)

    def check_model(self, model: str) -> None:
        """Raises ModelMismatch when the stored vectors are another model's."""
        stored = self.database.setting("model")
        if stored not in (None, model) and self.model is not None:
            raise ModelMismatch(stored, model)

    def _claim_for(self, model: str) -> None:
        self.check_model(model)
        if self.database.setting("model") != model:
            self.database.set("model", model)

    def _write(self, draft: Draft, passages: Sequence[IndexedPassage], seq: int) -> None:
        change, record = self.database.change, draft.record
        row = self.database.row("SELECT seq FROM records WHERE id = ?", (record.id,))
        if (row[0] if row else None) != draft.base_seq:
            raise ConcurrentChange
        if draft.change != "unchanged":
            self.passages.bury(record.id, seq)
            change(
                """INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
                   kind = excluded.kind, house = excluded.house, title = excluded.title, body = excluded.body,
                   content_hash = excluded.content_hash, seq = excluded.seq""",
                (
                    record.id,
                    draft.natural_key,
                    record.kind,
                    record.house,
                    record.title,
                    _RECORD.dump_json(record).decode(),
                    _content_hash(record),
                    seq,
                ),
            )
            self.passages.insert(record.id, record.kind, passages, seq)
        if draft.replaces_all:
            change("DELETE FROM versions WHERE record_id = ?", (record.id,))
        change(
            """INSERT INTO versions VALUES (?, ?, (SELECT COUNT(*) FROM versions WHERE record_id = ?), ?)
               ON CONFLICT (record_id, origin) DO UPDATE SET body = excluded.body""",
            (record.id, draft.origin, record.id, _RECORD.dump_json(draft.version).decode()),
        )

    def remove(self, id: str) -> None:
        """Remove a record with all its versions, passages and vectors. Raises UnknownRecord."""
        with self.database.writing() as seq:
            self.passages.bury(id, seq)
            if self.database.change("DELETE FROM records WHERE id = ?", (id,)) == 0:
                raise UnknownRecord(id)
        self.database.shorten_log()

    def replace_passages(self, replaced: Sequence[tuple[Record, int, Sequence[IndexedPassage]]], model: str) -> int:
        """Give records (with the `seq` at which they were read) new passages with vectors of `model`, in one
        transaction; those that have changed since are left as they are. The number of those replaced.

        Raises ModelMismatch when the stored vectors are another model's.
        """
        count = 0
        with self.database.writing() as seq:
            self._claim_for(model)
            for record, base_seq, passages in replaced:
                moved = self.database.change(
                    "UPDATE records SET seq = ? WHERE id = ? AND seq = ?", (seq, record.id, base_seq)
                )
                if moved:
                    self.passages.bury(record.id, seq)
                    self.passages.insert(record.id, record.kind, passages, seq)
                    count += 1
        return count

    # Reading

    def get(self, id: str) -> Record:
        """The merged record. Raises UnknownRecord."""
        row = self.database.row("SELECT body FROM records WHERE id = ?", (id,))
        if row is None:
            raise UnknownRecord(id)
        return self._parse(row[0])

    def get_many(self, ids: Sequence[str]) -> dict[str, Record]:
        """The records of those ids that exist."""
        rows = self.database.rows(
            "SELECT id, body FROM records WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        )
        return {id: self._parse(body) for id, body in rows}

    def get_as_of(self, seqs: Mapping[str, int]) -> dict[str, Record]:
        """The records (id → `seq` of its passages) that have not changed since: others' offsets no longer hold."""
        rows = self.database.rows(
            "SELECT id, body, seq FROM records WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(seqs)),)
        )
        return {id: self._parse(body) for id, body, seq in rows if seq == seqs[id]}

    def records(self, kind: Kind | None = None) -> Iterator[Record]:
        """All records (of a kind), by kind and id."""
        for (body,) in self.database.rows(
            "SELECT body FROM records WHERE ?1 IS NULL OR kind = ?1 ORDER BY kind, id", (kind,)
        ):
            yield self._parse(body)

    def counts(self) -> dict[str, int]:
        """How many records there are of each kind that has any."""
        return dict(self.database.rows("SELECT kind, COUNT(*) FROM records GROUP BY kind ORDER BY kind"))

    def find_without_vectors(self, limit: int) -> dict[str, int]:
        """Records (id → `seq`) that hold a passage without a vector, at most `limit`."""
        rows = self.database.rows(
            """SELECT id, seq FROM records WHERE id IN (
                   SELECT DISTINCT record_id FROM passages WHERE vector IS NULL ORDER BY record_id LIMIT ?)""",
            (limit,),
        )
        return dict(rows)

    def count_without_vectors(self) -> int:
        """How many records hold a passage without a vector."""
        return int(self.database.row("SELECT COUNT(DISTINCT record_id) FROM passages WHERE vector IS NULL")[0])

    def _versions(self, id: str) -> list[tuple[str, Record]]:
        rows = self.database.rows(
            "SELECT origin, body FROM versions WHERE record_id = ? ORDER BY position, origin", (id,)
        )
        return [(origin, self._parse(body)) for origin, body in rows]

    def _position(self, id: str, origin: str) -> int:
        origins = [name for name, _ in self._versions(id)]
        return origins.index(origin) if origin in origins else len(origins)

    def _parse(self, body: str) -> Record:
        try:
            return _RECORD.validate_json(body)
        except ValidationError as error:
            raise self.database.damaged() from error


def _mint_id(kind: Kind, natural_key: str) -> str:
    return f"{kind}-{hashlib.sha256(natural_key.encode()).hexdigest()[:12]}"


def _content_hash(record: Record) -> str:
    """Of everything but the sources: the same words from a moved file are no change."""
    return hashlib.sha256(_RECORD.dump_json(replace(record, sources=()))).hexdigest()
