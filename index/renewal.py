"""The renewal: new passages of all records, set aside by another model until they replace the old ones at once."""

from __future__ import annotations

from collections.abc import Sequence

from index.passages import IndexedPassage
from index.store import ConcurrentChange, Store


class Renewal:
    """What `model` has made of the records so far. It outlives an interruption, and nobody searches in it.

    A record that changes or is removed meanwhile is pending again, or gone. Another model starts anew.
    """

    def __init__(self, store: Store, model: str) -> None:
        self._database = store.database
        self._model = model
        with self._database.preparing():
            self._database.change("DELETE FROM renewed_records WHERE model <> ?", (model,))

    def pending(self, limit: int) -> dict[str, int]:
        """Records (id → `seq`) that have no new passages yet, at most `limit`."""
        rows = self._database.rows(
            """SELECT id, seq FROM records WHERE NOT EXISTS (
                   SELECT 1 FROM renewed_records WHERE record_id = records.id AND base_seq = records.seq)
               ORDER BY id LIMIT ?""",
            (limit,),
        )
        return dict(rows)

    def count(self) -> tuple[int, int]:
        """How many records are done, and how many there are."""
        done, total = self._database.row(
            "SELECT (SELECT COUNT(*) FROM renewed_records), (SELECT COUNT(*) FROM records)"
        )
        return int(done), int(total)

    def set_aside(self, renewed: Sequence[tuple[str, int, Sequence[IndexedPassage]]]) -> None:
        """Keep new passages of records (id, `seq`, passages), in one transaction; none of those removed meanwhile."""
        with self._database.preparing():
            for id, seq, passages in renewed:
                self._database.change("DELETE FROM renewed_records WHERE record_id = ?", (id,))
                exists = self._database.change(
                    "INSERT INTO renewed_records SELECT id, ?, ? FROM records WHERE id = ?", (self._model, seq, id)
                )
                if exists:
                    self._database.change_many(
                        """INSERT INTO renewed_passages
                           (record_id, section, start, "end", audience, text, text_hash, vector)
                           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                        [
                            (id, p.section, p.start, p.end, p.audience, p.text, p.read_hash or p.text_hash, p.vector)
                            for p in passages
                        ],
                    )

    def finish(self) -> int:
        """Put the new passages in the place of all old ones, in one transaction; their number.

        Raises ConcurrentChange when a record is pending.
        """
        with self._database.writing() as seq:
            if self.pending(1):
                raise ConcurrentChange
            self._database.change("INSERT INTO tombstones SELECT id, kind, ? FROM passages", (seq,))
            self._database.change("DELETE FROM passages")
            self._database.change("DELETE FROM question_vectors")
            count = self._database.change(
                """INSERT INTO passages (record_id, kind, section, start, "end", audience, text, text_hash, vector, seq)
                   SELECT record_id, kind, section, start, "end", audience, text, text_hash, vector, ?
                   FROM renewed_passages JOIN records ON records.id = record_id ORDER BY renewed_passages.id""",
                (seq,),
            )
            self._database.change("UPDATE records SET seq = ?", (seq,))
            self._database.change("DELETE FROM renewed_records")
            self._database.set("model", self._model)
        self._database.shorten_log()
        return count
