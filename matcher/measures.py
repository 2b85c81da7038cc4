"""Measures of a ranking against judgements, with bootstrap intervals over queries."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Sums = NDArray[np.float64]
PerQuery = Mapping[str, Sequence[tuple[float, float]]]
"""measure → for each query what it adds to the numerator and to the denominator of the measure."""
_CUTS = (1, 5, 10, 100)
_RESAMPLES = 2_000
_SEED = 20_261
_NUMBERS_AT_ONCE = 1_000_000
# The bounds between which the makers of the CMU gold standard of expertise (grades 1 to 5) call a pair easy, and above
# which hard (Stelmakh, Wieting, Neubig, Shah 2023).
_EXPERT, _STRANGER = 4.0, 2.0


@dataclass(frozen=True, slots=True)
class Measure:
    """The mean over queries with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


def ndcg(grades: Sequence[float], ideal: Sequence[float], k: int) -> float:
    """Normalised discounted cumulative gain of the first k (Järvelin & Kekäläinen 2002, linear gain as trec_eval)."""
    best = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(sorted(ideal, reverse=True)[:k]))
    found = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(grades[:k]))
    return found / best if best > 0 else 0.0


def recall(grades: Sequence[float], ideal: Sequence[float], k: int) -> float:
    """The share of all relevant records that stand among the first k."""
    relevant = sum(1 for grade in ideal if grade > 0)
    return sum(1 for grade in grades[:k] if grade > 0) / relevant if relevant else 0.0


def reciprocal_rank(grades: Sequence[float], k: int) -> float:
    """1 / rank of the first relevant record among the first k, else 0."""
    return next((1.0 / (rank + 1) for rank, grade in enumerate(grades[:k]) if grade > 0), 0.0)


def pair_losses(scores: Mapping[str, float], grades: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """What is lost on pairs of judged records whose grades differ: ``pair loss`` weighs each pair by the difference,
    a tie costs half; ``easy pairs`` and ``hard pairs`` are the shares ordered rightly of expert against stranger and
    of expert against better expert. As (sum, weight); kinds of pairs that do not occur are left out.

    Records without a score stand last together. Stelmakh, Wieting, Neubig, Shah: A gold standard dataset for the
    reviewer assignment problem, 2023, section 4.
    """
    sums = {"pair loss": (0.0, 0.0), "easy pairs": (0.0, 0.0), "hard pairs": (0.0, 0.0)}
    judged = sorted(grades.items(), key=lambda pair: (-pair[1], pair[0]))
    for number, (better, high) in enumerate(judged):
        for worse, low in judged[number + 1 :]:
            if high == low:
                continue
            first, second = scores.get(better, -math.inf), scores.get(worse, -math.inf)
            right = 0.5 if first == second else float(first > second)
            counted = {"pair loss": ((high - low) * (1 - right), high - low)}
            if high >= _EXPERT and low <= _STRANGER:
                counted["easy pairs"] = (right, 1.0)
            if low >= _EXPERT:
                counted["hard pairs"] = (right, 1.0)
            for name, (value, weight) in counted.items():
                sums[name] = (sums[name][0] + value, sums[name][1] + weight)
    return {name: pair for name, pair in sums.items() if pair[1]}


def measure_query(
    ranking: Sequence[tuple[str, float]], grade_of: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Every measure of one query's ranking (record id, score), best first, against its grades by record id."""
    grades = [max(0.0, grade_of.get(id, 0.0)) for id, _ in ranking]
    ideal = [max(0.0, grade) for grade in grade_of.values()]
    measured = {"nDCG@10": ndcg(grades, ideal, 10), "MRR@10": reciprocal_rank(grades, 10)}
    measured |= {f"recall@{k}": recall(grades, ideal, k) for k in _CUTS}
    return {name: (value, 1.0) for name, value in measured.items()} | pair_losses(dict(ranking), grade_of)


def interval(values: Sequence[tuple[float, float]]) -> Measure:
    """The ratio of sums with its 95 % percentile bootstrap interval over queries."""
    sums = np.asarray(values, dtype=np.float64)
    return _summarise(sums.sum(axis=0), _resampled(sums))


def gain(own: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> Measure:
    """The difference of two systems over the same queries, resampled together (paired bootstrap)."""
    both = np.concatenate([np.asarray(own, dtype=np.float64), np.asarray(other, dtype=np.float64)], axis=1)
    return _summarise(both.sum(axis=0), _resampled(both))


def _resampled(sums: Sums) -> Sums:
    """(resamples, columns): the sums over queries drawn with replacement, always the same for as many queries."""
    generator = np.random.default_rng(_SEED)
    count = len(sums)
    at_once = max(1, _NUMBERS_AT_ONCE // count)
    shapes = [(min(at_once, _RESAMPLES - first), count) for first in range(0, _RESAMPLES, at_once)]
    return np.concatenate([sums[generator.integers(0, count, shape)].sum(axis=1) for shape in shapes])


def _summarise(sums: Sums, resampled: Sums) -> Measure:
    """Of two columns their ratio, of four the first ratio less the second; what has no denominator is left out."""
    low, high = np.nanpercentile(_ratio(resampled), [2.5, 97.5])
    return Measure(float(_ratio(sums[np.newaxis])[0]), float(low), float(high))


def _ratio(columns: Sums) -> Sums:
    ratios = np.divide(
        columns[:, ::2],
        columns[:, 1::2],
        out=np.full((len(columns), columns.shape[1] // 2), np.nan),
        where=columns[:, 1::2] > 0,
    )
    return np.asarray(ratios[:, 0] if ratios.shape[1] == 1 else ratios[:, 0] - ratios[:, 1])
