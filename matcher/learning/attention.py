"""Attention: how what is shown spreads over institutions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index import Index
from ingest import Kind, fold

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Attention:
    """How much the institutions of one kind of candidates were shown. `gini` is 0 when all were shown alike and near 1
    when one had everything; `most` are the ones shown most, with their share. `unseen` of the `institutions` were never
    shown; candidates of no known institution are left out."""

    kind: Kind
    institutions: int
    unseen: int
    gini: float
    most: tuple[tuple[str, float], ...]


def gini(values: Sequence[float]) -> float:
    """The mean difference of all pairs over twice the mean: 0 for equal values, below 1. Values are not negative.

    C. Gini, Variabilità e mutabilità, 1912; by ranks as in P. M. Dixon et al., Bootstrapping the Gini coefficient of
    inequality, 1987.
    """
    total, count = sum(values), len(values)
    if not total > 0:
        return 0.0
    ranked = sum((2 * rank - count - 1) * value for rank, value in enumerate(sorted(values), 1))
    return min(max(ranked / (count * total), 0.0), 1.0 - 1.0 / count)


def attention_at(rank: int) -> float:
    """What a place on a list is worth: 1 at the first, less the further down.

    A. Singh, T. Joachims, Fairness of exposure in rankings, 2018, with the discount of DCG.
    """
    return 1.0 / math.log2(rank + 1)


def attention_of_institutions(
    places: Iterable[tuple[str, int, int]], institution_of: Mapping[str, str]
) -> dict[str, float]:
    """Institution → attention, those that had none too. `places` are (candidate, rank, times)."""
    attention = dict.fromkeys(institution_of.values(), 0.0)
    for candidate, rank, times in places:
        if candidate in institution_of:
            attention[institution_of[candidate]] += times * attention_at(rank)
    return attention


def measure_attention(index: Index) -> list[Attention]:
    """By kinds of candidates that people were ever shown, from the lists that the store remembers."""
    found = []
    traits = index.traits()
    for kind in index.store.exposures.kinds():
        names: dict[str, str] = {}
        institution_of: dict[str, str] = {}
        for id, known in sorted(traits.items()):
            name = known.title if kind == "organisation" else known.facts.organisation
            if known.kind == kind and name:
                institution_of[id] = names.setdefault(fold(" ".join(name.split())), name)
        attention = attention_of_institutions(index.store.exposures.places(kind), institution_of)
        total = sum(attention.values())
        most = sorted(attention.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_NAMED]
        found.append(
            Attention(
                kind,
                len(attention),
                sum(value == 0 for value in attention.values()),
                gini(list(attention.values())),
                tuple((name, value / total) for name, value in most if value > 0),
            )
        )
    return found
