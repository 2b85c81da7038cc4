"""The Index: everything stored, searchable by meaning and by words, for a viewer."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.candidates import Candidates, Floats, PassageTable
from index.encoder import Encoder
from index.lexical import DamagedIndex, LexicalIndex
from index.nearest import NearestIndex
from index.query import QueryReading, read_query
from index.restoration import Restorer
from index.store import ModelMismatch, Store
from ingest import KINDS, NOBODY, Kind, Record, Viewer, as_seen_by, seen_position

Mode = Literal["hybrid", "lexical"]
_LEXICAL_WAIT_S = 60.0
_VIEWS_KEPT = 32  # of candidates, by kinds and viewer, between two changes of the store
# What was removed is unlearnt once it is this share of what is there; syllable pairs tell no more than that.
_FORGET_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found, with its best passage (`section` None = the title) and its standardised leg scores."""

    id: str
    kind: Kind
    title: str
    score: float
    section: int | None
    start: int
    end: int
    text: str
    lexical: float
    dense: float | None


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: str
    mode: Mode
    suggestion: str | None
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """All visible records with their standardised scores; `rows` are the fused scores of their passages."""

    candidates: Candidates
    scores: Floats
    lexical: Floats
    dense: Floats | None
    rows: Floats
    holds_words: NDArray[np.bool_]


class Index:
    """The store with its derived indexes. Safe to use from several threads and processes at once.

    With `encoder` None everything works lexically. Raises ModelMismatch when the stored vectors are not the
    encoder's, unless `any_model` (for re-embedding).
    """

    def __init__(self, folder: Path, encoder: Encoder | None, any_model: bool = False) -> None:
        self.folder = folder
        self.encoder = encoder
        self.store = Store(folder / "banha.sqlite")
        self._any_model = any_model
        self._derived = folder / "derived"
        self._derived.mkdir(exist_ok=True)
        for orphan in self._derived.glob("*.tmp"):
            orphan.unlink(missing_ok=True)
        self._lexical = LexicalIndex(self._derived / "lexical")
        self._lock = threading.Lock()
        self._seq = 0
        self._tables: dict[Kind, PassageTable] = {kind: PassageTable.empty(kind) for kind in KINDS}
        self._nearest: dict[Kind, NearestIndex] = {}
        self._saved: dict[Kind, int] = {}
        self._candidates: dict[tuple[tuple[Kind, ...], Viewer], Candidates] = {}
        self._restoring = threading.Lock()
        self._restorer: tuple[int, Restorer] | None = None
        self._mode: Mode = "hybrid" if encoder else "lexical"
        if encoder and not any_model:
            self.load_vectors()
        self.refresh()

    @property
    def mode(self) -> Mode:
        """Hybrid when there is a model and every passage has its vector."""
        self.refresh()
        return self._mode

    # Keeping up with the store

    def load_vectors(self) -> None:
        """Start from the snapshots, as far as they are sound; `refresh` replays the rest."""
        if self.encoder is None:
            return
        self._any_model = False
        seq, dimensions = self.store.seq, self.encoder.description.dimensions
        for kind in KINDS:
            loaded = NearestIndex.load(self._snapshot(kind), dimensions)
            if loaded is None or loaded.seq > seq:
                loaded = NearestIndex(dimensions)
            self._nearest[kind] = loaded
            self._saved[kind] = loaded.seq

    def _snapshot(self, kind: Kind) -> Path:
        return self._derived / f"{kind}.faiss"

    def refresh(self) -> None:
        """Replay what was committed since the last look, by this or any other process.

        Raises ModelMismatch when the stored vectors are now another model's.
        """
        with self._lock:
            if self.store.seq == self._seq and all(index.seq == self._seq for index in self._nearest.values()):
                return
            if self.encoder and not self._any_model and self.store.model not in (None, self.encoder.description.name):
                raise ModelMismatch(self.store.model, self.encoder.description.name)
            with self.store.reading():
                seq = self.store.seq
                self._replay_tables(seq)
                self._replay_nearest(seq)
            complete = all(len(index.ids) == len(self._tables[kind].ids) for kind, index in self._nearest.items())
            self._mode = "hybrid" if self._nearest and complete else "lexical"
            self._candidates.clear()
            self._replay_lexical(seq)
            self._seq = seq

    def _replay_tables(self, seq: int) -> None:
        since = self._seq if self._seq <= seq else 0
        removed, added = self.store.removed_since(since), self.store.passages_since(since)
        for kind in KINDS:
            table = self._tables[kind] if since else PassageTable.empty(kind)
            self._tables[kind] = table.replay(
                [id for id, of_kind in removed if of_kind == kind], [row for row in added if row.kind == kind]
            )

    def _replay_nearest(self, seq: int) -> None:
        for kind, current in self._nearest.items():
            if current.seq == seq:
                continue
            removed = [id for id, of_kind in self.store.removed_since(current.seq) if of_kind == kind]
            added = self.store.vectors_since(kind, current.seq)
            if not removed and not added:
                current.seq = seq
                continue
            # A search in another thread may be reading the old one: change a copy, then swap.
            fresh = current.copy()
            fresh.remove(removed)
            if added:
                matrix = np.frombuffer(b"".join(vector for _, vector in added), dtype="<f4")
                fresh.add([id for id, _ in added], matrix.reshape(len(added), -1))
            fresh.seq = seq
            self._nearest[kind] = fresh

    def _replay_lexical(self, seq: int) -> None:
        deadline = time.monotonic() + _LEXICAL_WAIT_S
        while time.monotonic() < deadline:
            self._lexical.reload()
            done = self._lexical.seq
            if done == seq:
                return
            if done > self.store.seq:
                self._lexical.clear()
                done = 0
            try:
                with self.store.reading():
                    now = self.store.seq
                    removed = [id for id, _ in self.store.removed_since(done)] if done else []
                    if now == done or self._lexical.apply(self.store.texts_since(done), removed, now):
                        return
            except DamagedIndex:
                self._lexical.clear()
                continue
            time.sleep(0.05)

    def save(self) -> None:
        """Write snapshots of what has changed, unless another process is doing so."""
        with (self._derived / "snapshots.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return
            for kind, current in self._nearest.items():
                if current.seq > self._saved[kind]:
                    current.save(self._snapshot(kind))
                    self._saved[kind] = current.seq
            self._save_restorer()

    def remove(self, id: str) -> None:
        """Remove a record from the store and from every index and snapshot. Raises UnknownRecord."""
        self.store.remove(id)
        self.refresh()
        self.save()

    # Searching

    def candidates(self, kinds: Sequence[Kind], viewer: Viewer) -> Candidates:
        """Everything of these kinds that the viewer may see, as of now."""
        self.refresh()
        with self._lock:
            key = (tuple(kinds), viewer)
            if key not in self._candidates:
                if len(self._candidates) >= _VIEWS_KEPT:
                    self._candidates.clear()
                tables = [self._tables[kind] for kind in kinds]
                self._candidates[key] = Candidates(tables, dict(self._nearest), self._lexical, viewer)
            return self._candidates[key]

    def restore_accents(self, text: str) -> str | None:
        """The text with its accents, learnt from what everybody may see; None when nothing is to be restored."""
        with self._restoring:
            return self._current_restorer().restore(text)

    def _current_restorer(self) -> Restorer:
        seq = self.store.seq
        if self._restorer is None:
            self._restorer = self._load_restorer()
        known, restorer = self._restorer
        if known != seq:
            if len(self.store.removed_since(known)) > _FORGET_SHARE * sum(len(t.ids) for t in self._tables.values()):
                known, restorer = 0, Restorer()
            restorer.add(self.store.open_texts_since(known))
            self._restorer = seq, restorer
        return self._restorer[1]

    def _load_restorer(self) -> tuple[int, Restorer]:
        for path in self._derived.glob("restorer-*.npz"):
            seq = path.stem.removeprefix("restorer-")
            if seq.isdecimal() and int(seq) <= self.store.seq:
                try:
                    return int(seq), Restorer.load(path)
                except (OSError, ValueError):
                    continue
        return 0, Restorer()

    def _save_restorer(self) -> None:
        with self._restoring:
            self._current_restorer().save(self._derived / f"restorer-{self.store.seq}.npz")
        for path in self._derived.glob("restorer-*.npz"):
            if path.name != f"restorer-{self.store.seq}.npz":
                path.unlink(missing_ok=True)

    def read_query(self, text: str) -> QueryReading:
        """The query repaired, restored and expanded."""
        return read_query(text, self.restore_accents)

    def search(
        self, text: str, viewer: Viewer = NOBODY, kinds: Sequence[Kind] | None = None, limit: int = 10
    ) -> SearchResult:
        """The records that fit the text best, best first; ties by id. Scores do not depend on `limit`."""
        reading = self.read_query(text)
        vectors = self.encode_readings([reading]) if reading.text else None
        return self._search_reading(reading, vectors, viewer, kinds, limit)

    def encode_readings(self, readings: Sequence[QueryReading]) -> Floats | None:
        """(readings, d), or None when there is no dense leg."""
        if self.encoder is None or self.mode != "hybrid":
            return None
        return self.encoder.encode_queries([reading.dense_text for reading in readings])

    def score_reading(
        self, reading: QueryReading, query_vector: Floats | None, viewer: Viewer, kinds: Sequence[Kind] | None
    ) -> Scored:
        """Both legs and their fusion for every visible record, whatever the limit."""
        candidates = self.candidates(kinds or KINDS, viewer)
        lexical_rows = candidates.lexical(reading.weighted_terms())
        lexical, rows, dense = standardise(candidates.best(lexical_rows)), standardise(lexical_rows), None
        if query_vector is not None:
            dense_rows = candidates.dense(query_vector)[0]
            dense, rows = standardise(candidates.best(dense_rows)), rows + standardise(dense_rows)
        scores = lexical if dense is None else lexical + dense
        return Scored(candidates, scores, lexical, dense, rows, candidates.best(lexical_rows) > 0)

    def _search_reading(
        self,
        reading: QueryReading,
        query_vector: Floats | None,
        viewer: Viewer,
        kinds: Sequence[Kind] | None,
        limit: int,
    ) -> SearchResult:
        mode: Mode = "lexical" if query_vector is None else "hybrid"
        suggestion = reading.restored if reading.restored != reading.text else None
        if not reading.text:
            return SearchResult(reading.text, mode, suggestion, ())
        scored = self.score_reading(reading, query_vector, viewer, kinds)
        order = rank(scored.scores, scored.candidates.record_ids)
        if query_vector is None:
            # Words are all there is to go by: a record with none of them was not found.
            order = [position for position in order if scored.holds_words[position]]
        order = order[:limit]
        records = self.store.get_many([scored.candidates.record_ids[position] for position in order])
        hits = [self._hit(records, scored, position, viewer) for position in order]
        return SearchResult(reading.text, mode, suggestion, tuple(hit for hit in hits if hit))

    def _hit(self, records: Mapping[str, Record], scored: Scored, position: int, viewer: Viewer) -> Hit | None:
        candidates = scored.candidates
        record = records.get(candidates.record_ids[position])
        seen = record and as_seen_by(record, viewer)
        if record is None or seen is None:
            return None
        rows = candidates.rows_of(position)
        row = rows.start + int(np.argmax(scored.rows[rows]))
        stored = int(candidates.sections[row])
        section = seen_position(record, None if stored < 0 else stored, viewer)
        start, end = int(candidates.starts[row]), int(candidates.ends[row])
        return Hit(
            record.id,
            record.kind,
            seen.title,
            float(scored.scores[position]),
            section,
            start,
            end,
            seen.text_of(section)[start:end],
            float(scored.lexical[position]),
            None if scored.dense is None else float(scored.dense[position]),
        )


def standardise(scores: Floats) -> Floats:
    """z-scores over all candidates along the last axis; zero spread counts as 0."""
    if scores.shape[-1] == 0:
        return scores
    spread = scores.std(axis=-1, keepdims=True, dtype=np.float64)
    centred = scores - scores.mean(axis=-1, keepdims=True, dtype=np.float64)
    return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-9), dtype=np.float32)


def rank(scores: Floats, ids: Sequence[str]) -> list[int]:
    """Positions by (-score, id)."""
    return sorted(range(len(ids)), key=lambda position: (-float(scores[position]), ids[position]))
