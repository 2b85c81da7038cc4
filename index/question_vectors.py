"""Vectors of records as they ask: kept with the record, so that what asks again is not encoded again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from index.database import Database, UnusableFolder
from index.origins import content_hash_of
from ingest import Record

# Of its whole and of what it asks for, as officers and as strangers see it; more where it is read another way by now.
_MOST_A_RECORD = 8


class QuestionVectors:
    """Of stored records, little-endian float32 each; they go with the passages of the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, model: str, texts: Sequence[str]) -> dict[str, bytes]:
        """What the model has made of these texts, as far as it is kept."""
        found: dict[str, bytes] = {}
        for text in texts:
            row = self._database.row(
                "SELECT vector FROM question_vectors WHERE text_hash = ? LIMIT 1", (_hash(model, text),)
            )
            if row:
                found[text] = row[0]
        return found

    def keep(self, model: str, asked: Iterable[tuple[Record, str, bytes]]) -> None:
        """Keep what the model has made of the text with which a record asks, if the record is still stored as it was
        read. Nothing is kept where others write just now, or nobody can: asking changes nothing that anybody reads."""
        rows = [(_hash(model, text), vector, record.id, content_hash_of(record)) for record, text, vector in asked]
        try:
            with self._database.preparing(is_patient=False):
                self._database.change_many(
                    """DELETE FROM question_vectors WHERE record_id = ?1
                       AND ?2 <= (SELECT COUNT(*) FROM question_vectors WHERE record_id = ?1)""",
                    [(id, _MOST_A_RECORD) for _, _, id, _ in rows],
                )
                self._database.change_many(
                    """INSERT OR IGNORE INTO question_vectors (record_id, text_hash, vector)
                       SELECT id, ?, ? FROM records WHERE id = ? AND content_hash = ?""",
                    rows,
                )
        except UnusableFolder:
            return


def _hash(model: str, text: str) -> bytes:
    return hashlib.blake2b(f"{model}\n{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
