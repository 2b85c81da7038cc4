"""The reader of queries: what it learns from the indexed texts and from a person's list, kept up with the store."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from index.abbreviations import Definitions
from index.languages import lacks_accents
from index.query import QueryReading, read_query
from index.restoration import Restorer
from index.store import Store
from ingest import Problem, expansions
from ingest.aliases import Group, read_aliases

ALIASES = "aliases.txt"
"""The list of equal terms that a person may keep in the data folder."""

_DEFINITIONS = "abbreviations.json"
# What was removed is unlearnt once it is this share of what is there; syllable pairs tell no more than that.
_FORGET_SHARE = 0.1
_log = logging.getLogger(__name__)


class QueryReader:
    """Reads queries by what everybody may see of the store. Safe in several threads.

    Snapshots lie in `folder`. Lines of the list `aliases` that cannot be understood are passed over.
    """

    def __init__(self, store: Store, folder: Path, aliases: Path) -> None:
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()
        self._restorer: tuple[int, Restorer] | None = None
        self._definitions: tuple[int, Definitions] | None = None
        self._aliases = aliases
        self._stamp, self._listed = _stamp(aliases), read_aliases(aliases, [])

    def read(self, text: str, passages: int) -> QueryReading:
        """The query as it was meant; `passages` is how many are stored."""
        with self._lock:
            restorer = self._current_restorer(passages)[1]
            aliases = (*self._current_list(), *self._current_definitions()[1].groups())
            return read_query(text, restorer, aliases)

    def read_unaccented(self, text: str, passages: int) -> str:
        """The text as it was meant, where all of it was written without accents; any other as it is."""
        if not lacks_accents(text):
            return text
        with self._lock:
            return self._current_restorer(passages)[1].restore(text) or text

    def other_forms(self, text: str) -> tuple[str, ...]:
        """The other forms of the abbreviations in a text."""
        with self._lock:
            return tuple(expansions(text, (*self._current_list(), *self._current_definitions()[1].groups())))

    def save(self, passages: int) -> None:
        """Write snapshots of what has changed. Raises OSError when they cannot be written."""
        with self._lock:
            seq, restorer = self._current_restorer(passages)
            path = self._folder / f"accents-{seq}.npz"
            if not path.exists():
                restorer.save(path)
            defined_at, definitions = self._current_definitions()
            definitions.save(self._folder / _DEFINITIONS, defined_at)
        for other in self._folder.glob("accents-*.npz"):
            if other != path:
                other.unlink(missing_ok=True)

    def forget_snapshot(self) -> None:
        """Delete the definitions on disk, which may be of what was removed."""
        (self._folder / _DEFINITIONS).unlink(missing_ok=True)

    def _current_restorer(self, passages: int) -> tuple[int, Restorer]:
        if self._restorer is None:
            self._restorer = self._load_restorer()
        known, restorer = self._restorer
        with self._store.reading():
            seq = self._store.seq
            if known != seq:
                removed = len(self._store.passages.removed_since(known))
                if known > seq or removed > _FORGET_SHARE * passages:
                    known, restorer = 0, Restorer.of_vocabulary()
                restorer.add(text for _, _, text in self._store.passages.texts_since(known, "insiders"))
                self._restorer = seq, restorer
        return self._restorer

    def _load_restorer(self) -> tuple[int, Restorer]:
        for path in self._folder.glob("accents-*.npz"):
            seq = path.stem.removeprefix("accents-")
            if seq.isdecimal() and int(seq) <= self._store.seq:
                try:
                    return int(seq), Restorer.load(path)
                except (OSError, ValueError):
                    continue
        return 0, Restorer.of_vocabulary()

    def _current_definitions(self) -> tuple[int, Definitions]:
        if self._definitions is None:
            try:
                self._definitions = Definitions.load(self._folder / _DEFINITIONS)
            except (OSError, ValueError):
                self._definitions = 0, Definitions()
        known, definitions = self._definitions
        with self._store.reading():
            seq = self._store.seq
            if known != seq:
                if known > seq:
                    known, definitions = 0, Definitions()
                definitions.forget(id for id, _ in self._store.passages.removed_since(known))
                texts = self._store.passages.texts_since(known, "insiders")
                definitions.add((id, text) for id, _, text in texts)
                self._definitions = seq, definitions
        return self._definitions

    def _current_list(self) -> tuple[Group, ...]:
        """The person's list as it stands now."""
        stamp = _stamp(self._aliases)
        if stamp != self._stamp:
            self._stamp = stamp
            refused: list[Problem] = []
            self._listed = read_aliases(self._aliases, refused)
            for problem in refused:
                _log.warning("row %s: %s", problem.place.row, problem)
        return self._listed


def _stamp(path: Path) -> tuple[int, int]:
    """Changes with the file; zeros when there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
