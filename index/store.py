"""The store: records, what each origin says of them, passages and vectors in one SQLite database, the truth."""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter
from sqlite_utils import Database

from index.migrations import MIGRATIONS
from index.versions import merge_versions
from ingest import N_, BanhaError, Kind, Record

Audience = Literal["everyone", "insiders", "outsiders"]
Change = Literal["new", "changed", "unchanged"]

_RECORD = TypeAdapter(Record)
_BUSY_TIMEOUT_S = 30.0


class UnusableFolder(BanhaError):
    """The data folder cannot be opened, written or understood."""


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
class IndexedPassage:
    """A passage as the indexes hold it. `text` is what is indexed: the slice ``[start, end)`` of the section
    (None = title), with identities masked at equal length for the audience `outsiders`.
    `vector` is little-endian float32, L2-normalised, or None without a model."""

    section: int | None
    start: int
    end: int
    audience: Audience
    text: str
    vector: bytes | None = None

    @property
    def text_hash(self) -> bytes:
        return hash_text(self.text)


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


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A stored passage with its number, as replayed by the derived indexes."""

    id: int
    record_id: str
    kind: Kind
    section: int | None
    start: int
    end: int
    audience: Audience
    seq: int


def hash_text(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class Store:
    """One SQLite file, WAL, `synchronous=FULL`; a connection for each thread.

    Raises UnusableFolder when the file is no database of ours or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Two first starts at once would both create the tables.
            with path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                MIGRATIONS.apply(self._db)
            self.id = self._setting("id") or ""
        except (sqlite3.Error, OSError) as error:
            raise UnusableFolder(
                N_("The data folder {folder} cannot be used: {reason}. Choose another with --data or BANHA_DATA."),
                folder=str(path.parent),
                reason=str(error),
            ) from error

    @property
    def _db(self) -> Database:
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            connection = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_S)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # What is removed is overwritten, not only unlinked: it may be personal.
            connection.execute("PRAGMA secure_delete = ON")
            db = self._local.db = Database(connection)
        return db

    def close(self) -> None:
        """Close this thread's connection."""
        db: Database | None = getattr(self._local, "db", None)
        if db is not None:
            db.close()
            self._local.db = None

    @contextmanager
    def _writing(self) -> Iterator[int]:
        """One write transaction with its own new `seq`; nothing is kept when the body raises.

        Raises UnusableFolder when the database stays locked, the disk is full, or it cannot be written.
        """
        connection = self._db.conn
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute("UPDATE settings SET value = CAST(value AS INTEGER) + 1 WHERE name = 'seq'")
                yield self.seq
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
        except sqlite3.OperationalError as error:
            raise UnusableFolder(
                N_("The data folder {folder} cannot be written: {reason}. Nothing of this step was stored."),
                folder=str(self._path.parent),
                reason=str(error),
            ) from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent state for all reads inside, whatever other processes commit meanwhile."""
        self._db.conn.execute("BEGIN")
        try:
            yield
        finally:
            self._db.conn.rollback()

    # Records

    @property
    def seq(self) -> int:
        """The number of the latest committed change; 0 for an empty store."""
        return int(self._setting("seq") or 0)

    def _setting(self, name: str) -> str | None:
        row = self._db.conn.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def prepare(self, record: Record, natural_key: str, origin: str) -> Draft:
        """Say what storing `record`, as told by `origin`, would make of the store; writes nothing.

        A record that brings its own id replaces what that id held; otherwise the versions of all origins
        with the same natural key are merged: the earliest is the base, later ones fill its gaps.
        """
        row = self._db.conn.execute(
            """SELECT id, natural_key, content_hash, seq FROM records WHERE id = ? OR natural_key = ?
               ORDER BY id = ? DESC""",
            (record.id, natural_key, record.id),
        ).fetchone()
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
        with self._writing() as seq:
            self._check_model(model)
            for draft, passages in changes:
                self._write(draft, passages, seq)

    def _write(self, draft: Draft, passages: Sequence[IndexedPassage], seq: int) -> None:
        execute, record = self._db.conn.execute, draft.record
        row = execute("SELECT seq FROM records WHERE id = ?", (record.id,)).fetchone()
        if (row[0] if row else None) != draft.base_seq:
            raise ConcurrentChange
        if draft.change != "unchanged":
            self._bury_passages(record.id, seq)
            execute(
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
            self._insert_passages(record.id, record.kind, passages, seq)
        if draft.replaces_all:
            execute("DELETE FROM versions WHERE record_id = ?", (record.id,))
        execute(
            """INSERT INTO versions VALUES (?, ?, (SELECT COUNT(*) FROM versions WHERE record_id = ?), ?)
               ON CONFLICT (record_id, origin) DO UPDATE SET body = excluded.body""",
            (record.id, draft.origin, record.id, _RECORD.dump_json(draft.version).decode()),
        )

    def remove(self, id: str) -> None:
        """Remove a record with all its versions, passages and vectors. Raises UnknownRecord."""
        with self._writing() as seq:
            self._bury_passages(id, seq)
            if self._db.conn.execute("DELETE FROM records WHERE id = ?", (id,)).rowcount == 0:
                raise UnknownRecord(id)
        # The write-ahead log would keep the removed text until it is next used up.
        self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def get(self, id: str) -> Record:
        """The merged record. Raises UnknownRecord."""
        row = self._db.conn.execute("SELECT body FROM records WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise UnknownRecord(id)
        return _RECORD.validate_json(row[0])

    def get_many(self, ids: Sequence[str]) -> dict[str, Record]:
        """The records of those ids that exist."""
        rows = self._db.conn.execute(
            "SELECT id, body FROM records WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        )
        return {id: _RECORD.validate_json(body) for id, body in rows}

    def get_as_of(self, seqs: Mapping[str, int]) -> dict[str, Record]:
        """The records (id → `seq` of its passages) that have not changed since: others' offsets no longer hold."""
        rows = self._db.conn.execute(
            "SELECT id, body, seq FROM records WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(seqs)),)
        )
        return {id: _RECORD.validate_json(body) for id, body, seq in rows if seq == seqs[id]}

    def records(self, kind: Kind | None = None) -> Iterator[Record]:
        """All records (of a kind), by kind and id."""
        for (body,) in self._db.conn.execute(
            "SELECT body FROM records WHERE ?1 IS NULL OR kind = ?1 ORDER BY kind, id", (kind,)
        ):
            yield _RECORD.validate_json(body)

    def counts(self) -> dict[str, int]:
        """How many records there are of each kind that has any."""
        return dict(self._db.conn.execute("SELECT kind, COUNT(*) FROM records GROUP BY kind ORDER BY kind").fetchall())

    def _versions(self, id: str) -> list[tuple[str, Record]]:
        rows = self._db.conn.execute(
            "SELECT origin, body FROM versions WHERE record_id = ? ORDER BY position, origin", (id,)
        )
        return [(origin, _RECORD.validate_json(body)) for origin, body in rows]

    def _position(self, id: str, origin: str) -> int:
        origins = [name for name, _ in self._versions(id)]
        return origins.index(origin) if origin in origins else len(origins)

    # Passages and vectors

    def _bury_passages(self, record_id: str, seq: int) -> None:
        execute = self._db.conn.execute
        execute("INSERT INTO tombstones SELECT id, kind, ? FROM passages WHERE record_id = ?", (seq, record_id))
        execute("DELETE FROM passages WHERE record_id = ?", (record_id,))

    def _insert_passages(self, record_id: str, kind: Kind, passages: Sequence[IndexedPassage], seq: int) -> None:
        self._db.conn.executemany(
            """INSERT INTO passages (record_id, kind, section, start, "end", audience, text, text_hash, vector, seq)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                (record_id, kind, p.section, p.start, p.end, p.audience, p.text, p.text_hash, p.vector, seq)
                for p in passages
            ],
        )

    def passages_since(self, seq: int) -> list[PassageRow]:
        """Living passages newer than `seq`, by number. Passages of one record follow one another."""
        rows = self._db.conn.execute(
            """SELECT id, record_id, kind, section, start, "end", audience, seq FROM passages
               WHERE seq > ? ORDER BY id""",
            (seq,),
        )
        return [PassageRow(*row) for row in rows]

    def texts_since(self, seq: int, hidden: Audience) -> Iterator[tuple[int, Kind, str]]:
        """(passage number, kind, indexed text) of living passages newer than `seq`, by number, without those for the
        audience `hidden`."""
        yield from self._db.conn.execute(
            "SELECT id, kind, text FROM passages WHERE seq > ? AND audience <> ? ORDER BY id", (seq, hidden)
        )

    def vectors_since(self, kind: Kind, seq: int) -> list[tuple[int, bytes]]:
        """(passage number, vector) of the kind's living passages newer than `seq` that have one, by number."""
        return self._db.conn.execute(
            "SELECT id, vector FROM passages WHERE kind = ? AND seq > ? AND vector IS NOT NULL ORDER BY id", (kind, seq)
        ).fetchall()

    def removed_since(self, seq: int) -> list[tuple[int, Kind]]:
        """(passage number, kind) of passages removed after `seq`; none for 0, where nothing was held."""
        if seq == 0:
            return []
        return self._db.conn.execute("SELECT passage_id, kind FROM tombstones WHERE seq > ?", (seq,)).fetchall()

    def record_passages(self, record_id: str) -> list[IndexedPassage]:
        """The passages of one record with their texts and vectors, in order."""
        rows = self._db.conn.execute(
            """SELECT section, start, "end", audience, text, vector FROM passages WHERE record_id = ? ORDER BY id""",
            (record_id,),
        )
        return [IndexedPassage(*row) for row in rows]

    def known_vectors(self, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """Vectors already stored for these text hashes: an unchanged passage is never encoded twice."""
        found: dict[bytes, bytes] = {}
        for hash in hashes:
            row = self._db.conn.execute(
                "SELECT vector FROM passages WHERE text_hash = ? AND vector IS NOT NULL LIMIT 1", (hash,)
            ).fetchone()
            if row:
                found[hash] = row[0]
        return found

    def missing_vectors(self) -> int:
        """How many living passages have no vector."""
        return int(self._db.conn.execute("SELECT COUNT(*) FROM passages WHERE vector IS NULL").fetchone()[0])

    def replace_all_passages(
        self, passages: Sequence[tuple[Record, Sequence[IndexedPassage]]], model: str, base_seq: int
    ) -> None:
        """Give every record new passages with the vectors of `model`, in one transaction.

        Raises ConcurrentChange when anything changed after `base_seq`.
        """
        with self._writing() as seq:
            if seq != base_seq + 1:
                raise ConcurrentChange
            for record, its_passages in passages:
                self._bury_passages(record.id, seq)
                self._insert_passages(record.id, record.kind, its_passages, seq)
            self._db.conn.execute("UPDATE records SET seq = ?", (seq,))
            self._db.conn.execute("INSERT OR REPLACE INTO settings VALUES ('model', ?)", (model,))

    # Settings

    @property
    def model(self) -> str | None:
        """The name of the model whose vectors are stored."""
        return self._setting("model")

    def _check_model(self, model: str | None) -> None:
        stored = self.model
        if model is not None and stored is None:
            self._db.conn.execute("INSERT INTO settings VALUES ('model', ?)", (model,))
        elif model is not None and stored != model:
            raise ModelMismatch(stored, model)


def _mint_id(kind: Kind, natural_key: str) -> str:
    return f"{kind}-{hashlib.sha256(natural_key.encode()).hexdigest()[:12]}"


def _content_hash(record: Record) -> str:
    """Of everything but the sources: the same words from a moved file are no change."""
    return hashlib.sha256(_RECORD.dump_json(replace(record, sources=()))).hexdigest()
