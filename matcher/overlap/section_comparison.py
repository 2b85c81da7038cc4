"""Two tasks section by section: how far each agrees, by meaning and by words, with sentences of both side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index import Floats
from matcher.evidence import Quote
from matcher.overlap.task_profile import ASPECTS, Aspect, Clause, TaskProfile

_MOST_QUOTES = 3
# A pair of syllables in common counts for as much as so much nearness in meaning: it orders pairs of quotes only.
_WORDS_WEIGHT = 0.1
# A second and third pair of quotes is shown where it agrees at least half as well as the first.
_NEARLY = 0.5


@dataclass(frozen=True, slots=True)
class QuotePair:
    """Sentences of both tasks that answer each other, and the quantities that only one of them has."""

    query: Quote
    candidate: Quote
    only_query: tuple[str, ...]
    only_candidate: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionComparison:
    """How far a section agrees. `meaning` is how much nearer its clauses are than those of any two tasks (about 0 for
    two tasks at random, 0.1 for one said twice), `words` the share of pairs of syllables in common, 0–1, of the one
    that has fewer. None where one task does not tell it, where there is no model, where the languages differ."""

    aspect: Aspect
    meaning: float | None
    words: float | None


def compare_sections(new: TaskProfile, old: TaskProfile) -> tuple[SectionComparison, ...]:
    """The aspects that both tasks tell."""
    found = []
    for aspect in ASPECTS:
        rows, columns = new.rows_of(aspect), old.rows_of(aspect)
        if rows and columns:
            nearness = _nearness(new, old, rows, columns)
            meaning = None if nearness is None else float((nearness.max(1).mean() + nearness.max(0).mean()) / 2)
            words = share_words(new, old, new.words_of(aspect), old.words_of(aspect))
            found.append(SectionComparison(aspect, meaning, words))
    return tuple(found)


def quote_section(new: TaskProfile, old: TaskProfile, aspect: Aspect) -> tuple[QuotePair, ...]:
    """At most three pairs of clauses that agree best, each clause once, best first; always one where both tell it."""
    rows, columns = new.rows_of(aspect), old.rows_of(aspect)
    if not rows or not columns:
        return ()
    nearness = _nearness(new, old, rows, columns)
    return _align([new.clauses[row] for row in rows], [old.clauses[row] for row in columns], nearness)


def _nearness(new: TaskProfile, old: TaskProfile, rows: Sequence[int], columns: Sequence[int]) -> Floats | None:
    """Cosines of clauses, less how near each is to any task in the other's language: (rows, columns).

    Some clauses are near to everything, those in another language to nothing; what is left is theirs alone (the idea of
    A. Conneau et al., Word translation without parallel data, 2018, section 2.3).
    """
    mine, theirs = new.background_to(old), old.background_to(new)
    if new.vectors is None or old.vectors is None or mine is None or theirs is None:
        return None
    cosines = new.vectors[rows] @ old.vectors[columns].T
    return np.asarray(cosines - (mine[rows][:, None] + theirs[columns][None]) / 2, dtype=np.float32)


def share_words(new: TaskProfile, old: TaskProfile, mine: frozenset[str], theirs: frozenset[str]) -> float | None:
    """Of the fewer pairs of syllables the share that both have; None across languages, which share none."""
    if new.is_vietnamese != old.is_vietnamese or not mine or not theirs:
        return None
    return len(mine & theirs) / min(len(mine), len(theirs))


def _align(new: Sequence[Clause], old: Sequence[Clause], nearness: Floats | None) -> tuple[QuotePair, ...]:
    scores = np.array([[_share(one, other) for other in old] for one in new], dtype=np.float32)
    if nearness is not None:
        scores = nearness + _WORDS_WEIGHT * scores
    pairs: list[QuotePair] = []
    least = -np.inf
    for _ in range(min(_MOST_QUOTES, *scores.shape)):
        row, column = np.unravel_index(int(np.argmax(scores)), scores.shape)
        best = float(scores[row, column])
        if best < least or (pairs and best <= 0):
            break
        least = max(least, _NEARLY * best)
        one, other = new[int(row)], old[int(column)]
        pairs.append(QuotePair(one.quote, other.quote, *_tell_apart(one, other)))
        scores[row, :] = -np.inf
        scores[:, column] = -np.inf
    return tuple(pairs)


def _share(one: Clause, other: Clause) -> float:
    fewer = min(len(one.words), len(other.words))
    return len(one.words & other.words) / fewer if fewer else 0.0


def _tell_apart(one: Clause, other: Clause) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The quantities that only one side has, as written there."""
    mine, theirs = dict(one.quantities), dict(other.quantities)
    return (
        tuple(written for key, written in mine.items() if key not in theirs),
        tuple(written for key, written in theirs.items() if key not in mine),
    )
