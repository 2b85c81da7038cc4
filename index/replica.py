"""The replica: one process's tables, vectors, lexical index and query reader, kept up with the store by its `seq`."""

from __future__ import annotations

import fcntl
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from index.candidates import Candidates, PassageTable
from index.database import UnusableFolder
from index.encoder import Encoder
from index.lexical import DamagedIndex, LexicalIndex
from index.nearest import NearestIndex
from index.passages import Audience
from index.query import QueryReading
from index.query_reader import ALIASES, QueryReader
from index.store import Store
from index.traits import Traits, TraitsTable
from ingest import KINDS, N_, Kind, Viewer

_UNWRITABLE = N_("The search index in {folder} cannot be written: {reason}.")
_QUICKLY_REWRITTEN = 5_000  # passages; about two seconds
_LEXICAL_WAIT_S = 60.0
# The lexical index of officers is always kept; the one for all others from the first time one of them searches.
_WORDS: dict[Audience, str] = {"outsiders": "lexical", "insiders": "lexical-open"}
# By processes that were killed while they wrote; the last were written before accents had their name of today.
_LEFT_BEHIND = ("*.tmp", ".accents-*", ".abbreviations.json.*", "restorer-*.npz")
_VIEWS_KEPT = 4  # of candidates, by kinds and viewer, between two changes of the store; 62 bytes a passage each


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
        # By the audience that is left out: officers and others must not share how rare a word is.
        self._words: dict[Audience, LexicalIndex] = {}
        self._words_seq: dict[Audience, int] = {}
        self._replaying_words = threading.Lock()
        self._lock = threading.Lock()
        self._seq = 0
        self._tables: dict[Kind, PassageTable] = {kind: PassageTable.empty(kind) for kind in KINDS}
        self._nearest: dict[Kind, NearestIndex] = {}
        self._unsaved: set[Kind] = set()
        self._candidates: dict[tuple[tuple[Kind, ...], Viewer], Candidates] = {}
        self._traits = TraitsTable(store.database)
        self._reading_traits = threading.Lock()
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
        with self._lock:
            self._any_model = False
            self._seq = 0
            for kind in KINDS:
                dimensions = self._encoder.description.dimensions
                loaded = NearestIndex.load(self._snapshot(kind), dimensions)
                if loaded is None or loaded.seq > self._store.seq:
                    loaded = NearestIndex(dimensions)
                self._nearest[kind] = loaded

    def _snapshot(self, kind: Kind) -> Path:
        return self._folder / f"{kind}.faiss"

    def refresh(self, wait: bool = True) -> None:
        """Replay what was committed since the last look, by this or any other process.

        Without `wait`, words that another thread or process is just adding are left to it: a search goes on with
        what there is. Raises ModelMismatch when the stored vectors are now another model's.
        """
        with self._lock:
            if self._store.seq != self._seq:
                with self._store.reading():
                    self._check_model()
                    seq = self._store.seq
                    since = self._seq if self._seq <= seq else 0
                    tables = self._replayed_tables(since)
                    nearest = {kind: self._replayed_nearest(kind, held, seq) for kind, held in self._nearest.items()}
                self._tables, self._nearest, self._seq = tables, nearest, seq
                self._candidates.clear()
        for hidden, name in _WORDS.items():
            if hidden == "outsiders" or (self._folder / name).is_dir():
                self._refresh_words(hidden, wait)

    def _check_model(self) -> None:
        if self._encoder and not self._any_model:
            self._store.check_model(self._encoder.description.identity)

    def _replayed_tables(self, since: int) -> dict[Kind, PassageTable]:
        removed, added = self._store.passages.removed_since(since), self._store.passages.since(since)
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
        self._unsaved.add(kind)
        return fresh

    def _refresh_words(self, hidden: Audience, wait: bool) -> LexicalIndex:
        words, seq = self._words.get(hidden), self._words_seq.get(hidden, 0)
        if words is not None and seq == self._store.seq:
            return words
        # One that has never been complete would answer with nothing: whoever asks waits until it is built.
        must_wait = wait or words is None or seq == 0
        if not self._replaying_words.acquire(blocking=must_wait):
            return self._words[hidden]
        try:
            if hidden not in self._words:
                self._words[hidden] = LexicalIndex(self._folder / _WORDS[hidden])
                self._words_seq[hidden] = 0
            deadline = time.monotonic() + (_LEXICAL_WAIT_S if must_wait else 0.0)
            while not self._replay_words(hidden) and time.monotonic() < deadline:
                time.sleep(0.05)
        except DamagedIndex:
            self._words[hidden].clear()
            try:
                self._replay_words(hidden)
            except DamagedIndex as error:
                raise UnusableFolder(_UNWRITABLE, folder=str(self._folder.parent), reason=str(error)) from error
        finally:
            self._replaying_words.release()
        return self._words[hidden]

    def forget_removed_words(self) -> None:
        """Write small lexical indexes anew: what was removed stands in the old ones until tantivy merges its files,
        and weighs on how rare a word is."""
        with self._replaying_words:
            if self._count_passages() <= _QUICKLY_REWRITTEN:
                for hidden in list(self._words):
                    self._replay_words(hidden, anew=True)

    def _replay_words(self, hidden: Audience, anew: bool = False) -> bool:
        """Whether the lexical index is up to date now; not while another process writes it."""
        words = self._words[hidden]
        words.reload()
        done = words.seq
        with self._store.reading():
            now = self._store.seq
            if done > now:
                words.clear()
                done = 0
            if anew:
                if not words.rewrite(self._store.passages.texts_since(0, hidden), now):
                    return False
            elif done != now:
                removed = [id for id, _ in self._store.passages.removed_since(done)]
                if not words.apply(self._store.passages.texts_since(done, hidden), removed, done, now):
                    return False
        self._words_seq[hidden] = now
        return True

    def candidates(self, kinds: Sequence[Kind], viewer: Viewer) -> Candidates:
        """Everything of these kinds that the viewer may see, as of now."""
        self.refresh(wait=False)
        hidden: Audience = "outsiders" if viewer.role == "officer" else "insiders"
        words = self._refresh_words(hidden, wait=False)
        own_words = self._refresh_words("outsiders", wait=False) if hidden == "insiders" and viewer.owns else None
        with self._lock:
            key = (tuple(kinds), viewer)
            if key not in self._candidates:
                if len(self._candidates) >= _VIEWS_KEPT:
                    self._candidates.clear()
                tables = [self._tables[kind] for kind in kinds]
                self._candidates[key] = Candidates(tables, dict(self._nearest), words, own_words, viewer)
            return self._candidates[key]

    def traits(self) -> Mapping[str, Traits]:
        """Record id → what is known of it beside its text, as of now."""
        with self._reading_traits:
            return self._traits.current()

    def read_query(self, text: str) -> QueryReading:
        """The query as it was meant, by what everybody may see."""
        return self._reader.read(text, self._count_passages())

    def _count_passages(self) -> int:
        return sum(len(table.ids) for table in self._tables.values())

    # Snapshots

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
                    orphan.unlink(missing_ok=True)
            with self._lock:
                unsaved = {kind: self._nearest[kind] for kind in sorted(self._unsaved)}
                self._unsaved.clear()
            for kind, held in unsaved.items():
                held.save(self._snapshot(kind))
            self._reader.save(self._count_passages())
        for other in self._folder.parent.iterdir():
            if other.is_dir() and other != self._folder:
                shutil.rmtree(other, ignore_errors=True)

    def forget_snapshots(self, kind: Kind) -> None:
        """Delete a kind's snapshot where this process cannot write a new one: it holds what was removed."""
        self._reader.forget_snapshot()
        if kind not in self._nearest:
            self._snapshot(kind).unlink(missing_ok=True)
