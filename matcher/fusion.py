"""Fusion: the signals of all candidates become one score, by weights that can be switched off one by one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from index import Floats

TEXT_SIGNALS = ("lexical", "dense", "late")
"""Standardised over all candidates: 0 is the mean of the crowd, 1 a standard deviation above it."""
FIT_SIGNALS = ("amount", "field", "industry", "place", "trl", "budget", "availability")
"""Fits from 0 to 1, of which nothing is known where a record does not say: then they count for nothing."""
SIGNALS = (*TEXT_SIGNALS, "specificity", *FIT_SIGNALS)
"""Specificity is in the units of the texts' weighted sum, around 0."""
WORK_SIGNALS = ("role", "age")
"""How much each work counts in the signals of texts (``signals.work_weights``): on or off, for they add nothing."""
_NEUTRAL_FIT = 0.5
# What the text says decides: words and meaning alike. A fit that is full or lacking moves a candidate by half its
# weight in standard deviations of one text signal, enough to order those whose texts say the same.
_DEFAULT = {
    "lexical": 1.0,
    "dense": 1.0,
    "late": 0.5,
    # What a profile has with everybody says nothing of this one: it is taken away whole, as far as it is known.
    "specificity": 1.0,
    "amount": 0.05,
    "field": 0.4,
    # What a firm lives from tells which sciences serve it only in general.
    "industry": 0.3,
    "place": 0.4,
    "trl": 0.4,
    "budget": 0.3,
    "availability": 0.2,
}


@dataclass(frozen=True, slots=True)
class Weights:
    """Signal → weight; a signal of weight 0 is off. `off` are those of WORK_SIGNALS that are off."""

    of: Mapping[str, float] = field(default_factory=lambda: dict(_DEFAULT))
    off: frozenset[str] = frozenset()

    def without(self, signal: str) -> Weights:
        if signal in WORK_SIGNALS:
            return replace(self, off=self.off | {signal})
        return replace(self, of={**self.of, signal: 0.0})

    def uses(self, signal: str) -> bool:
        if signal in WORK_SIGNALS:
            return signal not in self.off
        return self.of.get(signal, 0.0) != 0.0

    @property
    def version(self) -> str:
        """A name that only equal weights share."""
        of = {name: round(weight, 6) for name, weight in sorted(self.of.items())}
        written = json.dumps([of, sorted(self.off)] if self.off else of)
        return f"fusion-{hashlib.sha256(written.encode()).hexdigest()[:8]}"


DEFAULT_WEIGHTS = Weights()


def contribution(signal: str, values: Floats, weights: Weights) -> Floats:
    """What a signal adds to each score. Unknown fits (NaN) add nothing."""
    return np.asarray(weights.of.get(signal, 0.0) * unweighted(signal, values), dtype=np.float32)


def unweighted(signal: str, values: Floats) -> Floats:
    """What a signal would add with a weight of 1."""
    if signal in TEXT_SIGNALS:
        return values
    if signal == "specificity":
        return np.nan_to_num(values)
    return np.asarray(np.nan_to_num(values - _NEUTRAL_FIT), dtype=np.float32)


def fuse(signals: Mapping[str, Floats], weights: Weights) -> Floats:
    """The weighted sum over all candidates: (records,) each → (records,).

    Sums of standardised scores (CombSUM after z-scores) as in M. Montague, J. Aslam, Relevance score normalization for
    metasearch, 2001.
    """
    contributions = [contribution(name, values, weights) for name, values in signals.items()]
    return np.asarray(np.sum(contributions, axis=0, dtype=np.float32) if contributions else [], dtype=np.float32)
