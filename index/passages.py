"""Passages in the database: what is indexed of each record, with its vector, and the numbers of what was removed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from index.database import Database
from ingest import KINDS, Kind

Audience = Literal["everyone", "insiders", "outsiders"]

_AUDIENCES = frozenset(get_args(Audience))


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as the indexes hold it. `text` is what is indexed: the slice ``[start, end)`` of the section
    (None = title) as its audience reads it: for `outsiders` what tells whose it is is hidden, so that offsets differ.
    `vector` is little-endian float32, L2-normalised, or None without a model; `read_hash` is that of the text as it was
    read to be encoded, which is another where it was written without accents."""

    section: int | None
    start: int
    end: int
    audience: Audience
    text: str
    vector: bytes | None = None
    read_hash: bytes | None = None

    @property
    def text_hash(self) -> bytes:
        return hash_text(self.text)


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


class Passages:
    """All living passages. What changes them runs inside a transaction of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Changing

    def insert(self, record_id: str, kind: Kind, passages: Sequence[IndexedPassage], seq: int) -> None:
        """Add the passages of a record; they follow one another and get the highest numbers."""
        self._database.change_many(
            """INSERT INTO passages (record_id, kind, section, start, "end", audience, text, text_hash, vector, seq)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                (
                    record_id,
                    kind,
                    p.section,
                    p.start,
                    p.end,
                    p.audience,
                    p.text,
                    p.read_hash or p.text_hash,
                    p.vector,
                    seq,
                )
                for p in passages
            ],
        )

    def bury(self, record_id: str, seq: int) -> None:
        """Remove the passages of a record, each leaves a tombstone, and the vectors with which it asked."""
        self._database.change(
            "INSERT INTO tombstones SELECT id, kind, ? FROM passages WHERE record_id = ?", (seq, record_id)
        )
        self._database.change("DELETE FROM passages WHERE record_id = ?", (record_id,))
        self._database.change("DELETE FROM question_vectors WHERE record_id = ?", (record_id,))

    # What is newer than a derived index

    def since(self, seq: int) -> list[PassageRow]:
        """Living passages newer than `seq`, by number. Passages of one record follow one another."""
        rows = self._database.rows(
            """SELECT id, record_id, kind, section, start, "end", audience, seq FROM passages
               WHERE seq > ? ORDER BY id""",
            (seq,),
        )
        return [self._check(PassageRow(*row)) for row in rows]

    def _check(self, row: PassageRow) -> PassageRow:
        """What overwritten bytes have made of a row is not always something that SQLite notices."""
        numbers = (row.id, row.section or 0, row.start, row.end, row.seq)
        if row.kind in KINDS and row.audience in _AUDIENCES and all(isinstance(number, int) for number in numbers):
            return row
        raise self._database.damaged()

    def texts_since(self, seq: int, hidden: Audience) -> Iterator[tuple[int, Kind, str]]:
        """(passage number, kind, indexed text) of living passages newer than `seq`, by number, without those for the
        audience `hidden`."""
        yield from self._database.rows(
            "SELECT id, kind, text FROM passages WHERE seq > ? AND audience <> ? ORDER BY id", (seq, hidden)
        )

    def words_since(self, kind: Kind, seq: int) -> Iterator[tuple[int, Audience, str]]:
        """(passage number, audience, indexed text) of the kind's living passages newer than `seq`, by number."""
        yield from self._database.rows(
            "SELECT id, audience, text FROM passages WHERE kind = ? AND seq > ? ORDER BY id", (kind, seq)
        )

    def vectors_since(self, kind: Kind, seq: int) -> list[tuple[int, bytes]]:
        """(passage number, vector) of the kind's living passages newer than `seq` that have one, by number."""
        return list(
            self._database.rows(
                "SELECT id, vector FROM passages WHERE kind = ? AND seq > ? AND vector IS NOT NULL ORDER BY id",
                (kind, seq),
            )
        )

    def removed_since(self, seq: int) -> list[tuple[int, Kind]]:
        """(passage number, kind) of passages removed after `seq`; none for 0, where nothing was held."""
        if seq == 0:
            return []
        return list(self._database.rows("SELECT passage_id, kind FROM tombstones WHERE seq > ?", (seq,)))

    # One by one

    def of_record(self, record_id: str) -> list[IndexedPassage]:
        """The passages of one record with their texts and vectors, in order."""
        rows = self._database.rows(
            """SELECT section, start, "end", audience, text, vector FROM passages WHERE record_id = ? ORDER BY id""",
            (record_id,),
        )
        return [IndexedPassage(*row) for row in rows]

    def known_vectors(self, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """Vectors already stored for these hashes of texts as they are read: an unchanged passage is never encoded
        twice."""
        found: dict[bytes, bytes] = {}
        for hash in hashes:
            row = self._database.row(
                "SELECT vector FROM passages WHERE text_hash = ? AND vector IS NOT NULL LIMIT 1", (hash,)
            )
            if row:
                found[hash] = row[0]
        return found

    def encoded(self) -> Iterator[tuple[str, str, bytes]]:
        """(record id, text, hash of how it was read) of all passages that have a vector."""
        yield from self._database.rows("SELECT record_id, text, text_hash FROM passages WHERE vector IS NOT NULL")

    def count(self) -> int:
        """How many living passages there are."""
        return int(self._database.row("SELECT COUNT(*) FROM passages")[0])

    # Those without a vector

    def find_records_without_vector(self, limit: int) -> dict[str, int]:
        """Records (id → `seq`) that hold a passage without a vector, at most `limit`."""
        rows = self._database.rows(
            """SELECT id, seq FROM records WHERE id IN (
                   SELECT DISTINCT record_id FROM passages WHERE vector IS NULL ORDER BY record_id LIMIT ?)""",
            (limit,),
        )
        return dict(rows)

    def count_records_without_vector(self) -> int:
        """How many records hold a passage without a vector."""
        return int(self._database.row("SELECT COUNT(DISTINCT record_id) FROM passages WHERE vector IS NULL")[0])

    def count_without_vector(self) -> int:
        """How many living passages have no vector."""
        return int(self._database.row("SELECT COUNT(*) FROM passages WHERE vector IS NULL")[0])
