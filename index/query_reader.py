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
from ingest import Problem, full_forms
from ingest.aliases import Group, read_aliases

ALIASES = "aliases.txt"
"""The list of equal terms that a person may keep in the data folder."""

_DEFINITIONS = "abbreviations.json"
_ACCENTS = "syllables"  # snapshots; when other texts are learnt from, it is another name
_ONE_MEANING = 2  # forms: the abbreviation, and what it stands for
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

    def read(self, text: str) -> QueryReading:
        """The query as it was meant."""
        with self._lock:
            restorer = self._current_restorer()[1]
            aliases = (*self._current_list(), *self._current_definitions()[1].groups())
            return read_query(text, restorer, aliases)

    def read_unaccented(self, text: str) -> str:
        """The text (NFC) of a record with its accents, where it or some of its lines were written without; what is
        Vietnamese in no language's way but ours is left as it is."""
        if lacks_accents(text):
            return self._give_accents(text)
        if "\n" not in text:
            return text
        lines = text.split("\n")
        return "\n".join(self._give_accents(line) if lacks_accents(line) else line for line in lines)

    def _give_accents(self, text: str) -> str:
        with self._lock:
            return self._current_restorer()[1].give_accents(text)

    def full_forms(self, text: str) -> tuple[str, ...]:
        """What the abbreviations in a text stand for; nothing where texts do not agree on it."""
        with self._lock:
            learnt = (group for group in self._current_definitions()[1].groups() if len(group) == _ONE_MEANING)
            return tuple(full_forms(text, (*self._current_list(), *learnt)))

    def save(self) -> None:
        """Write snapshots of what has changed. Raises OSError when they cannot be written."""
        with self._lock:
            seq, restorer = self._current_restorer()
            path = self._folder / f"{_ACCENTS}-{seq}.npz"
            if not path.exists():
                restorer.save(path)
            defined_at, definitions = self._current_definitions()
            definitions.save(self._folder / _DEFINITIONS, defined_at)
        for other in self._folder.glob(f"{_ACCENTS}-*.npz"):
            if other != path:
                other.unlink(missing_ok=True)

    def forget_snapshot(self) -> None:
        """Delete the definitions on disk, which may be of what was removed."""
        (self._folder / _DEFINITIONS).unlink(missing_ok=True)

    def _current_restorer(self) -> tuple[int, Restorer]:
        if self._restorer is None:
            self._restorer = self._load_restorer()
        known, restorer = self._restorer
        with self._store.reading():
            seq = self._store.seq
            if known != seq:
                removed = len(self._store.passages.removed_since(known))
                if known > seq or (removed and removed > _FORGET_SHARE * self._store.passages.count()):
                    known, restorer = 0, Restorer.of_vocabulary()
                texts = (text for _, _, text in self._store.passages.texts_since(known, "insiders"))
                # Those without accents teach that words have none.
                restorer.add(text for text in texts if not lacks_accents(text))
                self._restorer = seq, restorer
        return self._restorer

    def _load_restorer(self) -> tuple[int, Restorer]:
        for path in self._folder.glob(f"{_ACCENTS}-*.npz"):
            seq = path.stem.removeprefix(f"{_ACCENTS}-")
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
