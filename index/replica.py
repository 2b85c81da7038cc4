"""The replica: one process's tables, vectors, lexical index and query reader, kept up with the store by its `seq`."""

from __future__ import annotations

import fcntl
import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from index.candidates import Candidates, PassageTable
from index.database import UnusableFolder
from index.encoder import Encoder
from index.languages import LanguageGap, ReferenceVectors
from index.lexical import LexicalIndex, LexicalView
from index.nearest import NearestIndex
from index.passages import Audience
from index.query import QueryReading
from index.query_reader import ALIASES, QueryReader
from index.store import Store
from index.traits import Traits, TraitsTable
from ingest import KINDS, N_, Kind, Viewer
from ingest.remembering import forget_remembered

_UNWRITABLE = N_("The search index in {folder} cannot be written: {reason}.")
_SEEN_BY_OFFICERS: frozenset[Audience] = frozenset({"everyone", "insiders"})
_SEEN_BY_OTHERS: frozenset[Audience] = frozenset({"everyone", "outsiders"})
# By processes killed while they wrote, and by earlier versions: accents had other names, words were tantivy's.
_LEFT_BEHIND = (
    *("*.tmp", ".syllables-*", ".abbreviations.json.*"),
    *("restorer-*.npz", "accents-*.npz", ".accents-*", "lexical", "lexical-open", "languages.gap"),
)
# Of candidates, by kinds and viewer, between two changes of the store; 62 bytes a passage each. A team asks for each of
# the five kinds: with room for fewer all would be made anew each time.
_VIEWS_KEPT = 12


class Replica:
    """Everything that can be rebuilt from the store, in a folder named after it. Safe in several threads.

    Only the vectors of `encoder` are held: none without one. Raises ModelMismatch when the stored vectors are of
    another model, unless `any_model`.
    """

    def __init__(self, store: Store, folder: Path, encoder: Encoder | None, any_model: bool = False) -> None:
        self._store = store
        self._encoder = encoder
        self._any_model = any_model
        # Another database in the same place has another id, and so never meets what was derived from this one.
        self._folder = folder / store.id
        self._folder.mkdir(parents=True, exist_ok=True)
        # One thread at a time replays; the others go on with what there is, all of it as of one moment.
        self._replaying = threading.Lock()
        self._lock = threading.Lock()
        self._seq = 0
        self._tables: dict[Kind, PassageTable] = {kind: PassageTable.empty(kind) for kind in KINDS}
        self._words: dict[Kind, LexicalIndex] = {kind: self._load_words(kind) for kind in KINDS}
        self._nearest: dict[Kind, NearestIndex] = {}
        self._unsaved: set[Path] = set()
        self._was_rebuilt = False
        self._candidates: dict[tuple[tuple[Kind, ...], bool, frozenset[str], frozenset[str]], Candidates] = {}
        self._traits = TraitsTable(store.database)
        self._reading_traits = threading.Lock()
        self.reference = ReferenceVectors(encoder, self._folder / "reference.vectors") if encoder else None
        self._gap = LanguageGap(self.reference) if self.reference else None
        self._reader = QueryReader(store, self._folder, folder.parent / ALIASES)
        if encoder and not any_model:
            self.load_vectors()

    @property
    def has_vectors(self) -> bool:
        """Whether there is a model and every passage has its vector."""
        with self._lock:
            return bool(self._nearest) and all(
                len(held.ids) == len(self._tables[kind].ids) for kind, held in self._nearest.items()
            )

    def load_vectors(self) -> None:
        """Start from the snapshots, as far as they are sound; `refresh` replays the rest."""
        if self._encoder is None:
            return
        with self._replaying:
            dimensions = self._encoder.description.dimensions
            loaded = {kind: self._load_vectors(kind, dimensions) for kind in KINDS}
            with self._lock:
                self._any_model = False
                self._seq = 0
                self._nearest = loaded

    def _load_vectors(self, kind: Kind, dimensions: int) -> NearestIndex:
        loaded = NearestIndex.load(self._snapshot(kind), dimensions)
        return NearestIndex(dimensions) if loaded is None or loaded.seq > self._store.seq else loaded

    def _load_words(self, kind: Kind) -> LexicalIndex:
        loaded = LexicalIndex.load(self._snapshot_of_words(kind))
        return LexicalIndex() if loaded is None or loaded.seq > self._store.seq else loaded

    def _snapshot(self, kind: Kind) -> Path:
        return self._folder / f"{kind}.faiss"

    def _snapshot_of_words(self, kind: Kind) -> Path:
        return self._folder / f"{kind}.words"

    def refresh(self, wait: bool = True) -> None:
        """Replay what was committed since the last look, by this or any other process.

        Without `wait`, what another thread is just replaying is left to it: a search goes on with what there is.
        Raises ModelMismatch when the stored vectors are now another model's.
        """
        if self._store.seq == self._seq:
            return
        # A replica that has never been complete would answer with nothing: whoever asks waits.
        if not self._replaying.acquire(blocking=wait or self._seq == 0):
            return
        try:
            with self._store.reading():
                self._check_model()
                seq = self._store.seq
                since = self._seq if self._seq <= seq else 0
                tables = self._replayed_tables(since)
                words = {kind: self._replayed_words(kind, held, seq) for kind, held in self._words.items()}
                nearest = {kind: self._replayed_nearest(kind, held, seq) for kind, held in self._nearest.items()}
            with self._lock:
                self._tables, self._words, self._nearest, self._seq = tables, words, nearest, seq
                self._candidates.clear()
        finally:
            self._replaying.release()

    def _check_model(self) -> None:
        if self._encoder and not self._any_model:
            self._store.check_model(self._encoder.description.identity)

    def _replayed_tables(self, since: int) -> dict[Kind, PassageTable]:
        removed, added = self._store.passages.removed_since(since), self._store.passages.since(since)
        if removed:
            forget_remembered()
        return {
            kind: (self._tables[kind] if since else PassageTable.empty(kind)).replay(
                [id for id, of_kind in removed if of_kind == kind], [row for row in added if row.kind == kind]
            )
            for kind in KINDS
        }

    def _replayed_nearest(self, kind: Kind, held: NearestIndex, seq: int) -> NearestIndex:
        if held.seq > seq:
            held = NearestIndex(held.dimensions)
        removed = [id for id, of_kind in self._store.passages.removed_since(held.seq) if of_kind == kind]
        added = self._store.passages.vectors_since(kind, held.seq)
        if not removed and not added:
            held.seq = seq
            return held
        # A search in another thread may be reading the old one: change a copy.
        fresh = held.copy()
        fresh.remove(removed)
        if added:
            matrix = np.frombuffer(b"".join(vector for _, vector in added), dtype="<f4")
            if matrix.size != len(added) * held.dimensions or not np.isfinite(matrix).all():
                raise self._store.database.damaged()
            fresh.add([id for id, _ in added], matrix.reshape(len(added), -1))
        fresh.seq = seq
        self._unsaved.add(self._snapshot(kind))
        return fresh

    def _replayed_words(self, kind: Kind, held: LexicalIndex, seq: int) -> LexicalIndex:
        if held.seq > seq:
            held = LexicalIndex()
        removed = [id for id, of_kind in self._store.passages.removed_since(held.seq) if of_kind == kind]
        had_none = not len(held.ids)
        added = (
            (number, audience, self.read_unaccented(text))
            for number, audience, text in self._store.passages.words_since(kind, held.seq)
        )
        fresh = held.replay(removed, added, seq)
        if removed or len(fresh.ids) != len(held.ids):
            self._unsaved.add(self._snapshot_of_words(kind))
            self._was_rebuilt |= had_none
        return fresh

    def candidates(self, kinds: Sequence[Kind], viewer: Viewer) -> Candidates:
        """Everything of these kinds that the viewer may see, as of now."""
        self.refresh(wait=False)
        with self._lock:
            key = (tuple(kinds), viewer.sees_all, viewer.owns, viewer.met)
            if key not in self._candidates:
                while len(self._candidates) >= _VIEWS_KEPT:
                    self._candidates.pop(next(iter(self._candidates)))
                tables = [self._tables[kind] for kind in kinds]
                sees_all = viewer.sees_all
                words = LexicalView(self._words, _SEEN_BY_OFFICERS if sees_all else _SEEN_BY_OTHERS)
                knows_some = bool(viewer.owns or viewer.met) and not sees_all
                own = LexicalView(self._words, _SEEN_BY_OFFICERS) if knows_some else None
                self._candidates[key] = Candidates(tables, dict(self._nearest), words, own, viewer, self._gap)
            return self._candidates[key]

    def traits(self) -> Mapping[str, Traits]:
        """Record id → what is known of it beside its text, as of now."""
        with self._reading_traits:
            return self._traits.current()

    def read_query(self, text: str) -> QueryReading:
        """The query as it was meant, by what everybody may see."""
        return self._reader.read(text)

    def read_unaccented(self, text: str) -> str:
        """The text of a record with its accents, where it was written without, by what everybody may see."""
        return self._reader.read_unaccented(text)

    def full_forms(self, text: str) -> tuple[str, ...]:
        """What the abbreviations in a text stand for."""
        return self._reader.full_forms(text)

    # Snapshots

    def save_rebuilt(self) -> None:
        """As `save`, where words had to be rebuilt from the beginning: at 100,000 passages 20 s at each start."""
        if self._was_rebuilt:
            self.save()

    def save(self) -> None:
        """Write snapshots of what has changed, unless another process is doing so.

        Raises UnusableFolder when they cannot be written, for example on a full disk; the store is as it was.
        """
        try:
            self._save()
        except OSError as error:
            raise UnusableFolder(_UNWRITABLE, folder=str(self._folder.parent), reason=error.strerror or "") from error

    def _save(self) -> None:
        with (self._folder / "snapshots.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return
            for pattern in _LEFT_BEHIND:
                for orphan in self._folder.glob(pattern):
                    shutil.rmtree(orphan) if orphan.is_dir() else orphan.unlink(missing_ok=True)
            with self._lock:
                held = {self._snapshot(kind): index for kind, index in self._nearest.items()}
                held_words = {self._snapshot_of_words(kind): index for kind, index in self._words.items()}
                unsaved, self._unsaved = sorted(self._unsaved), set()
                self._was_rebuilt = False
            for path in unsaved:
                (held_words[path] if path in held_words else held[path]).save(path)
            self._reader.save()
        for other in self._folder.parent.iterdir():
            if other.is_dir() and other != self._folder:
                shutil.rmtree(other, ignore_errors=True)

    def forget_snapshots(self, kind: Kind) -> None:
        """Delete a kind's snapshot where this process cannot write a new one: it holds what was removed."""
        self._reader.forget_snapshot()
        if kind not in self._nearest:
            self._snapshot(kind).unlink(missing_ok=True)
