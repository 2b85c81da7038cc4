"""Which syllables Vietnamese texts hold, and which stand beside which: counted, kept in a file, asked about.

The bigram model has Dirichlet smoothing (C. Zhai, J. Lafferty, A study of smoothing methods for language models, 2004,
equation 6, over bigrams). What the texts do not teach comes from terms of the fields (``vocabulary.txt``) and from the
table of Vietnamese syllables.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ingest.commonness import common_syllables
from ingest.vietnamese import accented_view, fold, is_syllable, syllables

_SMOOTHING = 10.0  # pseudo-counts that the single syllables' frequencies are worth
_TOKENS_AT_ONCE = 2_000_000
_MOST_PAIRS = 3_000_000  # 48 MB

Integers = NDArray[np.int64]
Floats64 = NDArray[np.float64]


class SyllableCounts:
    """Syllable and bigram counts of accented texts. It may be asked in many threads, but not beside `add`.

    Syllables go by numbers; 0 stands for whatever is no syllable, and for the edge of a text.
    """

    def __init__(self) -> None:
        self._forms = [""]
        self._numbers = {"": 0}
        self._choices: dict[str, list[int]] = {}
        self._counts: Integers = np.zeros(1, np.int64)
        self._total = 1
        self._pairs: Integers = np.empty(0, np.int64)
        self._pair_counts: Integers = np.empty(0, np.int64)

    @classmethod
    def of_vocabulary(cls) -> Self:
        """Knows the terms of the fields, and of other syllables that there are such."""
        return cls()._take_over(_vocabulary())

    @classmethod
    def train(cls, texts: Iterable[str]) -> Self:
        """Learn from accented NFC texts; texts without accents among them do no harm while they are few."""
        known = cls()
        known.add(texts)
        return known

    def add(self, texts: Iterable[str]) -> None:
        """Learn from more texts. Memory stays bounded: when too many pairs are known, those seen once are dropped."""
        sequence = [0]
        for text in texts:
            view = accented_view(text)
            sequence += [self._number(view[start:end]) for start, end in syllables(view)]
            sequence.append(0)
            if len(sequence) > _TOKENS_AT_ONCE:
                self._count(sequence)
                sequence = [0]
        self._count(sequence)

    def save(self, path: Path) -> None:
        """Write an npz file of plain arrays, whole or not at all."""
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        with partial.open("wb") as out:
            np.savez_compressed(
                out,
                forms=np.frombuffer("\n".join(self._forms).encode(), np.uint8),
                counts=self._counts,
                pairs=self._pairs,
                pair_counts=self._pair_counts,
            )
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. Raises OSError when it cannot be read, ValueError when it is something else."""
        known = cls()
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
                forms = arrays["forms"].tobytes().decode().split("\n")
                known._counts = arrays["counts"]
                known._pairs, known._pair_counts = arrays["pairs"], arrays["pair_counts"]
        except (EOFError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(f"{path.name} holds no syllable counts") from error
        if len(known._counts) != len(forms) or len(known._pairs) != len(known._pair_counts):
            raise ValueError(f"{path.name} holds no syllable counts")
        known._total = int(known._counts.sum())
        for form in forms[1:]:
            known._learn(form)
        known._order_choices()
        return known

    @property
    def is_empty(self) -> bool:
        """Whether no two syllables were ever read side by side."""
        return not len(self._pairs)

    def number(self, form: str) -> int:
        """The number of an accented form in lower case; 0 when it is not known."""
        return self._numbers.get(form, 0)

    def form(self, number: int) -> str:
        """The accented form of a number."""
        return self._forms[number]

    def choices(self, folded: str) -> Sequence[int]:
        """All that may stand behind a syllable without accents, the most frequent first."""
        return self._choices.get(folded, ())

    def count(self, number: int) -> int:
        """How often a syllable was read."""
        return int(self._counts[number]) if number else 0

    def count_beside(self, number: int, before: int, after: int) -> int:
        """How often a syllable was read after the first or before the second of the others."""
        if not number:
            return 0
        first, second = np.array([before, number], np.int64), np.array([number, after], np.int64)
        return int(self._find(_pair(first, second))[(first > 0) & (second > 0)].sum())

    def log_likelihoods(self, previous: Integers, current: Integers) -> Floats64:
        """(previous, current): the logarithm of how likely each current syllable is after each previous one."""
        frequency = (self._counts[current] + 0.5) / self._total
        smoothed = self._find(_pair(previous[:, None], current[None, :])) + _SMOOTHING * frequency
        seen_before = np.where(previous > 0, self._counts[previous], 0)
        return np.asarray(np.log(smoothed / (seen_before[:, None] + _SMOOTHING)))

    def _take_over(self, other: SyllableCounts) -> Self:
        """Know what another knows; arrays are shared, since nobody writes into them."""
        self._forms, self._numbers = list(other._forms), dict(other._numbers)
        self._choices = {folded: list(numbers) for folded, numbers in other._choices.items()}
        self._counts, self._total = other._counts, other._total
        self._pairs, self._pair_counts = other._pairs, other._pair_counts
        return self

    def _number(self, token: str) -> int:
        number = self._numbers.get(token)
        if number is None:
            number = self._learn(token) if _is_learnable(token) else 0
        return number

    def _learn(self, form: str) -> int:
        number = self._numbers[form] = len(self._forms)
        self._forms.append(form)
        self._choices.setdefault(fold(form), []).append(number)
        return number

    def _count(self, sequence: list[int]) -> None:
        numbers = np.array(sequence, np.int64)
        counts = np.bincount(numbers, minlength=len(self._forms))
        counts[: len(self._counts)] += self._counts
        self._counts, self._total = counts, int(counts.sum())
        pairs = _pair(numbers[:-1], numbers[1:])
        pairs, pair_counts = np.unique(pairs[(numbers[:-1] > 0) & (numbers[1:] > 0)], return_counts=True)
        merged, places = np.unique(np.concatenate([self._pairs, pairs]), return_inverse=True)
        sums = np.zeros(len(merged), np.int64)
        np.add.at(sums, places, np.concatenate([self._pair_counts, pair_counts]))
        if len(merged) > _MOST_PAIRS:
            merged, sums = merged[sums > 1], sums[sums > 1]
        self._pairs, self._pair_counts = merged, sums
        self._order_choices()

    def _order_choices(self) -> None:
        """The most frequent first, so that ties are settled by frequency."""
        for numbers in self._choices.values():
            numbers.sort(key=lambda number: (-int(self._counts[number]), self._forms[number]))

    def _find(self, pairs: Integers) -> Integers:
        """How often each pair was seen; same shape."""
        places = np.searchsorted(self._pairs, pairs).clip(max=len(self._pairs) - 1)
        return np.where(self._pairs[places] == pairs, self._pair_counts[places], 0)


@cache
def _vocabulary() -> SyllableCounts:
    """What every new store begins with; nobody adds to this one."""
    known = SyllableCounts()
    for syllable in common_syllables():
        known._number(syllable)
        known._number(fold(syllable))
    lines = files("index").joinpath("vocabulary.txt").read_text(encoding="utf-8").splitlines()
    known.add(term.strip() for line in lines if not line.startswith("#") for term in line.split(","))
    return known


def _pair(first: Integers, second: Integers) -> Integers:
    return (first << 32) | second


@lru_cache(maxsize=65_536)
def _is_learnable(token: str) -> bool:
    return is_syllable(token) and len(fold(token)) == len(token) and fold(token).isascii()
