"""Restores the accents of Vietnamese that was typed without them, by what stands beside what in accented texts.

The likeliest sequence of syllables under a bigram model with Dirichlet smoothing is found by Viterbi's algorithm
(C. Zhai, J. Lafferty, A study of smoothing methods for language models, 2004, equation 6, over bigrams). What the texts
do not teach comes from terms of the fields (``vocabulary.txt``) and from the table of Vietnamese syllables.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.commonness import common_syllables
from ingest.vietnamese import accented_view, fold, is_syllable, lower_view, syllables

_SMOOTHING = 10.0  # pseudo-counts that the single syllables' frequencies are worth
_VIETNAMESE_SHARE = 0.5  # of the words that must be syllables: 999 of 1,000 English titles are below 0.41
_SLIP = 0.001  # how likely an accent is left out by one who types accents
_TOKENS_AT_ONCE = 2_000_000
_MOST_PAIRS = 3_000_000  # 48 MB

Integers = NDArray[np.int64]


class Restorer:
    """Syllable and bigram counts of accented texts. `restore` may run in many threads, but not beside `add`."""

    def __init__(self) -> None:
        # Number 0 stands for whatever is no syllable, and for the edge of a text.
        self._forms = [""]
        self._numbers = {"": 0}
        self._choices: dict[str, list[int]] = {}
        self._counts: Integers = np.zeros(1, np.int64)
        self._pairs: Integers = np.empty(0, np.int64)
        self._pair_counts: Integers = np.empty(0, np.int64)

    @classmethod
    def of_vocabulary(cls) -> Restorer:
        """Knows the terms of the fields, and of other syllables that there are such."""
        restorer = cls()
        for syllable in common_syllables():
            restorer._number(syllable)
            restorer._number(fold(syllable))
        lines = files("index").joinpath("vocabulary.txt").read_text(encoding="utf-8").splitlines()
        restorer.add(term.strip() for line in lines if not line.startswith("#") for term in line.split(","))
        return restorer

    @classmethod
    def train(cls, texts: Iterable[str]) -> Restorer:
        """Learn from accented NFC texts; texts without accents among them do no harm while they are few."""
        restorer = cls()
        restorer.add(texts)
        return restorer

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

    def restore(self, text: str) -> str | None:
        """`text` (NFC) with accents, equally long and in the same case; None when nothing is to be restored.

        Accents that were typed stay. None also for what does not look like Vietnamese, and for words never seen.
        """
        spans = syllables(text)
        tokens = [lower_view(text[start:end]) for start, end in spans]
        bare = [token.isascii() for token in tokens]
        if not len(self._pairs) or not any(bare) or not self._looks_vietnamese(tokens):
            return None
        # Capitals among small letters are an abbreviation (AI, CO), not a word.
        shouted = text.isupper() and len(tokens) > 1
        candidates = [
            self._choices.get(token, [0])
            if plain and (shouted or end - start == 1 or not text[start:end].isupper())
            else [self._numbers.get(accented_view(token), 0)]
            for token, plain, (start, end) in zip(tokens, bare, spans, strict=True)
        ]
        accents_typed = not all(bare)
        chosen = self._choose(tokens, candidates, _SLIP if accents_typed else 1.0)
        if not self._counts[chosen].any():
            return None  # nothing of it was ever read
        restored = list(text)
        for (start, end), plain, number in zip(spans, bare, chosen, strict=True):
            if plain and number:
                restored[start:end] = map(_as_cased, self._forms[number], text[start:end])
        result = "".join(restored)
        return result if result != text else None

    def lacks_accents(self, text: str) -> bool:
        """Whether `text` (NFC) looks like Vietnamese typed without accents and holds a syllable not known with any."""
        tokens = [lower_view(text[start:end]) for start, end in syllables(text)]
        unknown = any(is_syllable(token) and token not in self._choices for token in tokens)
        return unknown and text.isascii() and self._looks_vietnamese(tokens)

    def _looks_vietnamese(self, tokens: Sequence[str]) -> bool:
        words = [token for token in tokens if not token.isdecimal()]
        known = sum(token in self._choices or is_syllable(token) for token in words)
        return known >= _VIETNAMESE_SHARE * len(words)

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
    def load(cls, path: Path) -> Restorer:
        """Read what `save` wrote. Raises OSError when it cannot be read, ValueError when it is something else."""
        restorer = cls()
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
                forms = arrays["forms"].tobytes().decode().split("\n")
                restorer._counts = arrays["counts"]
                restorer._pairs, restorer._pair_counts = arrays["pairs"], arrays["pair_counts"]
        except (EOFError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(f"{path.name} holds no syllable counts") from error
        if len(restorer._counts) != len(forms) or len(restorer._pairs) != len(restorer._pair_counts):
            raise ValueError(f"{path.name} holds no syllable counts")
        for form in forms[1:]:
            restorer._learn(form)
        restorer._order_choices()
        return restorer

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
        self._counts = counts
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

    def _choose(self, tokens: list[str], candidates: list[list[int]], change: float) -> list[int]:
        """Viterbi: one of each token's candidates; `change` is the prior of a candidate that is not as typed."""
        frequency = (self._counts + 0.5) / self._counts.sum()
        best = np.zeros(1)
        previous = np.zeros(1, np.int64)
        steps: list[tuple[Integers, Integers]] = []
        for token, numbers in zip(tokens, candidates, strict=True):
            current = np.array(numbers, np.int64)
            prior = np.array([1.0 if number == 0 or self._forms[number] == token else change for number in numbers])
            smoothed = self._find(_pair(previous[:, None], current[None, :])) + _SMOOTHING * frequency[current]
            seen_before = np.where(previous > 0, self._counts[previous], 0)
            scores = best[:, None] + np.log(smoothed / (seen_before[:, None] + _SMOOTHING) * prior)
            origin = scores.argmax(axis=0)
            best = scores[origin, np.arange(len(current))]
            steps.append((current, origin))
            previous = current
        place, chosen = int(best.argmax()), list[int]()
        for current, origin in reversed(steps):
            chosen.append(int(current[place]))
            place = int(origin[place])
        return chosen[::-1]

    def _find(self, pairs: Integers) -> Integers:
        """How often each pair was seen; same shape."""
        places = np.searchsorted(self._pairs, pairs).clip(max=len(self._pairs) - 1)
        return np.where(self._pairs[places] == pairs, self._pair_counts[places], 0)


def _pair(first: Integers, second: Integers) -> Integers:
    return (first << 32) | second


@lru_cache(maxsize=65_536)
def _is_learnable(token: str) -> bool:
    return is_syllable(token) and len(fold(token)) == len(token) and fold(token).isascii()


def _as_cased(letter: str, pattern: str) -> str:
    return letter.upper() if pattern.isupper() else letter
