"""Bonds: which neighbouring syllables make one word, told by how often they stand beside each other.

Vietnamese writes a space between the syllables of a word, so that *trưởng* of *sinh trưởng* looks like a word of its
own. Two syllables are bound where passages hold them side by side far more often than by chance (normalised pointwise
mutual information; G. Bouma, Normalized (pointwise) mutual information in collocation extraction, 2009).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

Term = tuple[str, str]
"""Field, term."""
Pair = tuple[str, str]
"""Two neighbouring words, as they are indexed."""
ACCENTED = "accented"
_LEAST_BOND = 0.5
_LEAST_INFORMATION = 2.0  # seven times as often as by chance: in few passages everything is beside everything
_FEWEST = 2  # passages: what was seen together once tells nothing
_NOBODYS = " "  # as a word: none has a space


@dataclass(frozen=True, slots=True)
class Bonds:
    """`look_up` tells the rarity of terms (``Candidates.rarities``)."""

    look_up: Callable[[Iterable[Term]], Mapping[Term, float]]
    _known: dict[Pair, bool] = field(default_factory=dict)

    def find(self, pairs: Iterable[Pair]) -> frozenset[Pair]:
        """Those of the pairs that are bound."""
        asked = dict.fromkeys(pairs)
        new = [pair for pair in asked if pair not in self._known]
        if new:
            terms = {term for first, second in new for term in (first, second, f"{first}_{second}")}
            rarities = self.look_up((ACCENTED, term) for term in sorted({*terms, _NOBODYS}))
            for first, second in new:
                together = rarities[ACCENTED, f"{first}_{second}"]
                # By how much rarer what nobody has is tells in how many passages they stand.
                passages = (math.exp(rarities[ACCENTED, _NOBODYS] - together) - 1) / 2
                information = rarities[ACCENTED, first] + rarities[ACCENTED, second] - together
                self._known[first, second] = round(passages) >= _FEWEST and information >= max(
                    _LEAST_BOND * together, _LEAST_INFORMATION
                )
        return frozenset(pair for pair in asked if self._known[pair])
