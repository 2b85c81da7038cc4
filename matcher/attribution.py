"""Attribution: which sentences of a candidate carry what its texts add to the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index import Floats, Integers
from ingest import sentences
from matcher.asked_words import AskedWords
from matcher.question import Question
from matcher.ranking import Ranking

_BEST = 3  # passages and parts, weighted 1, 1/2, 1/3, as in the ranking
LONGEST = 320  # code points: what can be read at a glance
_LEAST_SPREAD = 1e-6
# What a passage loses in nearness when a part of it goes cannot be told without encoding the rest: about half of the
# share of words that goes with it and a quarter of the share of its length (benchmarks/bench_evidence.py).
_BY_WORDS, _BY_LENGTH = 0.5, 0.25


@dataclass(frozen=True, slots=True)
class Unit:
    """``[start, end)`` of the text of a candidate's passage, by its number: what may be quoted. Without it the passage
    loses the share `words` of its score in words; `length` is its share of the code points, 1 for all of them."""

    passage: int
    start: int
    end: int
    words: float
    length: float


@dataclass(frozen=True, slots=True)
class TextScores:
    """What a candidate's texts add to its score, in the weights and standard deviations of the ranking: by `words`
    (passages,), `meaning` (parts asked, passages) and `late` (passages asked, passages), these of the parts `part_of`.
    In the last two 0 is the mean of all passages."""

    words: Floats
    meaning: Floats
    late: Floats
    part_of: Integers

    @classmethod
    def of(cls, question: Question, ranking: Ranking, columns: Integers) -> TextScores:
        """Those of one candidate, by the columns of its passages."""
        texts = ranking.texts

        def scale(signal: str) -> float:
            spread = texts.spreads.get(signal, 0.0)
            return ranking.weights.of.get(signal, 0.0) / spread if spread > _LEAST_SPREAD else 0.0

        words = texts.words[columns] * scale("lexical")
        of_parts = [part.vectors for part in question.parts if part.vectors is not None]
        if texts.meaning is None or not of_parts:
            none = np.zeros((0, len(columns)), dtype=np.float32)
            return cls(words, none, none, np.zeros(0, dtype=np.int64))
        means = texts.meaning.mean(axis=1, keepdims=True)
        part_of = np.repeat(np.arange(len(of_parts)), [len(vectors) for vectors in of_parts])
        near = np.concatenate(of_parts) @ ranking.candidates.vectors(columns).T - means[part_of]
        late = np.where(near > 0, near * texts.of_works[columns], near)
        return cls(words, (texts.meaning[:, columns] - means) * scale("dense"), late * scale("late"), part_of)

    def total(self) -> float:
        """The sum of the three signals; 0 when no passage is left."""
        left = int(np.isfinite(self.words).sum())
        if not left:
            return 0.0
        total = float(self.words.max())
        if self.meaning.size:
            best = -np.sort(-self.meaning, axis=1)[:, : min(left, _BEST)]
            total += _average_best(best @ _shares(best.shape[1]))
        if self.late.size:
            sums = np.bincount(self.part_of, weights=self.late.max(axis=1))
            total += _average_best(sums / np.maximum(np.bincount(self.part_of), 1))
        return total

    def decisive(self) -> set[int]:
        """The passages without which the sum would be another."""
        found = {int(np.argmax(self.words))}
        if self.meaning.size:
            found |= set(np.argsort(-self.meaning, axis=1, kind="stable")[:, :_BEST].ravel().tolist())
        if self.late.size:
            found |= set(self.late.argmax(axis=1).tolist())
        return found

    def without(self, unit: Unit) -> TextScores:
        """What is left when the unit is gone."""
        words, meaning, late = self.words.copy(), self.meaning.copy(), self.late.copy()
        if unit.length >= 1:
            for values in (words, meaning, late):
                values[..., unit.passage] = -np.inf
        else:
            words[unit.passage] *= 1 - unit.words
            for near in (meaning, late):
                lost = _BY_WORDS * unit.words + _BY_LENGTH * unit.length
                near[:, unit.passage] -= lost * np.maximum(near[:, unit.passage], 0)
        return TextScores(words, meaning, late, self.part_of)


def _average_best(values: NDArray[np.floating]) -> float:
    best = -np.sort(-values)[:_BEST]
    return float(best @ _shares(len(best)))


def _shares(count: int) -> NDArray[np.float64]:
    shares = 1.0 / np.arange(1, count + 1)
    return np.asarray(shares / shares.sum())


def find_units(number: int, text: str, words: AskedWords) -> list[Unit]:
    """The sentences of a passage's text, and their runs that can be read at a glance; none of an empty text."""
    units: list[Unit] = []
    spans = sentences(text)
    written = len(text.strip())
    counts = [words.count(text[start:end]) for start, end in spans] if len(spans) > 1 else []
    whole = words.count(text) if counts else Counter()
    full = words.score(whole, len(text))
    for first in range(len(spans)):
        for last in range(first, len(spans)):
            start, end = spans[first][0], spans[last][1]
            if last > first and end - start > LONGEST:
                break
            lost = 1.0 if full else 0.0
            if full and end - start < written:
                rest = whole - sum(counts[first : last + 1], Counter())
                lost -= words.score(rest, len(text) - end + start) / full
            units.append(Unit(number, start, end, lost, (end - start) / written))
    return units


def choose_units(scores: TextScores, texts: Sequence[str], words: AskedWords, count: int) -> list[Unit]:
    """The `count` units without which the score falls most, at most one of each passage, one after the other: each is
    judged by what is left when those before it are gone. Empty texts are not to be quoted.

    Greedy deletion, as erasure in J. Li, W. Monroe, D. Jurafsky, Understanding neural networks through representation
    erasure, 2016.
    """
    units_of = cache(lambda passage: find_units(passage, texts[passage], words))
    chosen: list[Unit] = []
    left = scores
    free = {number for number, text in enumerate(texts) if text.strip()}
    while free and len(chosen) < count:
        # Where nothing more is decisive, any passage may speak.
        open_to = [unit for passage in (left.decisive() & free or free) for unit in units_of(passage)]
        best = min(open_to, key=lambda unit: (round(left.without(unit).total(), 6), unit.passage, unit.start, unit.end))
        chosen.append(best)
        left = left.without(best)
        free.discard(best.passage)
    return chosen
