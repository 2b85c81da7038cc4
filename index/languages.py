"""Languages of passages, and how much nearer a model puts texts of one language to each other than to another's.

A multilingual model puts a text beside those of its own language first: of what says the same in two languages, the
half that is in the other one is not found. What a language has with any question is taken from sentences that say the
same in both (J. Libovický, R. Rosa, A. Fraser, On the language neutrality of pre-trained multilingual representations,
2020, who subtract the mean of each language), so that it does not depend on what happens to be stored.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from index.encoder import Encoder
from index.snapshots import read_snapshot, write_snapshot
from ingest import accented_view, split_syllables
from ingest.languages import could_be_syllable, share_of_syllables

VIETNAMESE, UNKNOWN, OTHER = 1, 0, -1
"""Languages as numbers; opposite ones are each other's negatives."""
# Of the words: Vietnamese prose with foreign terms has three quarters at least, English a third.
_LEAST_VIETNAMESE, MOST_OTHER = 0.75, 0.5
_LEAST_NAMES = 0.4  # of the foreign words, with a capital: of the two words of a species one has it
_ACCENTED_LETTER = re.compile("[À-ÖØ-öø-ɏḀ-ỿ]")
_MOST_ACCENTED = 0.02  # of all characters; of Vietnamese prose a fifth
_FEWEST_BARE, _MANY_BARE, _LEAST_OF_FEW = 4, 12, 0.9  # words: of fewer than many more must be Vietnamese
_MOST_NAMES = 0.5  # of the words, with a capital

_MAGIC = b"BNHREF01"


def language_of(text: str) -> int:
    """VIETNAMESE, OTHER, or UNKNOWN where words are missing or mixed."""
    return language_of_words(split_syllables(accented_view(text)), text)


def lacks_accents(text: str) -> bool:
    """Whether a text (NFC) is Vietnamese typed without accents, but for a letter in fifty; not so a list of names, and
    what is so short that it may be another language."""
    if len(_ACCENTED_LETTER.findall(text)) > _MOST_ACCENTED * len(text):
        return False
    words = [word for word in split_syllables(text) if word.isalpha() and len(word) > 1]  # no units
    if len(words) < _FEWEST_BARE:
        return False
    names = sum(word.istitle() for word in words)
    share = share_of_syllables(map(str.lower, words)) or 0.0
    least = _LEAST_VIETNAMESE if len(words) >= _MANY_BARE else _LEAST_OF_FEW
    return names <= _MOST_NAMES * len(words) and share >= least


def language_of_words(words: Sequence[str], text: str) -> int:
    """As `language_of`, where the words of the text, in lower case, are there already."""
    share = share_of_syllables(words)
    if share is None or MOST_OTHER < share < _LEAST_VIETNAMESE:
        return UNKNOWN
    if share >= _LEAST_VIETNAMESE:
        return VIETNAMESE
    return UNKNOWN if _lists_names(text) else OTHER


def _lists_names(text: str) -> bool:
    """Whether a text with few Vietnamese words has them between foreign names or species, and not behind English
    prose."""
    words = [word for word in split_syllables(text) if word.isalpha()]
    foreign = [word for word in words if not could_be_syllable(word.lower())]
    is_ours = any(not word.isascii() and could_be_syllable(word.lower()) for word in words)
    return is_ours and sum(word[0].isupper() for word in foreign) >= _LEAST_NAMES * len(foreign)


@cache
def read_reference() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences of tasks of every field, in Vietnamese and in English, one the translation of the other."""
    held = yaml.safe_load(files("index").joinpath("reference.yaml").read_text(encoding="utf-8"))
    return tuple(held["vi"]), tuple(held["en"])


class ReferenceVectors:
    """Vectors of the reference by one encoder, kept in the file `snapshot` so that the model need not be loaded for
    them again. Safe in several threads."""

    def __init__(self, encoder: Encoder, snapshot: Path) -> None:
        self._encoder = encoder
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._found: NDArray[np.float32] | None = None

    def read(self) -> NDArray[np.float32]:
        """(languages, sentences, d), Vietnamese first. The first call of a model on a store encodes some sixty
        sentences."""
        with self._lock:
            if self._found is None:
                held = self._load()
                self._found = self._encode() if held is None else held
            return self._found

    def _encode(self) -> NDArray[np.float32]:
        texts = read_reference()
        rows = self._encoder.encode_passages(list(chain(*texts)))
        found = np.ascontiguousarray(rows, dtype="<f4").reshape(len(texts), len(texts[0]), -1)
        # Where it cannot be written, it is encoded again.
        with suppress(OSError):
            write_snapshot(self._snapshot, _MAGIC, 0, self._key() + found.tobytes())
        return found

    def _load(self) -> NDArray[np.float32] | None:
        held, key, texts = read_snapshot(self._snapshot, _MAGIC), self._key(), read_reference()
        if held is None or held[1][: len(key)] != key:
            return None
        return np.frombuffer(held[1][len(key) :], dtype="<f4").reshape(len(texts), len(texts[0]), -1)

    def _key(self) -> bytes:
        """Of which model and of which sentences they are."""
        told = [self._encoder.description.identity, *chain(*read_reference())]
        return hashlib.blake2b("\n".join(told).encode(), digest_size=16).digest()


class LanguageGap:
    """By how much cosines across languages are too low, by one encoder. Safe in several threads."""

    def __init__(self, reference: ReferenceVectors) -> None:
        self._reference = reference

    def between(self, queries: NDArray[np.float32], language: int) -> NDArray[np.float32]:
        """What each query (queries, d) in a language has more with any text in it than with the same text in the
        other: (queries,)."""
        vietnamese, other = self._reference.read().mean(axis=1)
        return np.asarray(queries @ (language * (vietnamese - other)), dtype=np.float32)
