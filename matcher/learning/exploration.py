"""Exploration: the last place of a list, given by chance to one of those who would hardly ever be seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

_NEXT = 10
_FEWEST_PLACES = 3  # on a shorter list one place is too much


@dataclass(frozen=True, slots=True)
class Listed:
    """Positions in the order of a list. `tried` is the one that chance has put last, None where there is none; it was
    put there with this `propensity`."""

    positions: tuple[int, ...]
    tried: int | None = None
    propensity: float = 1.0


def list_best(order: Sequence[int], limit: int) -> Listed:
    """The best `limit` positions, without chance."""
    return Listed(tuple(order[:limit]))


def list_with_trial(order: Sequence[int], limit: int, seed: str) -> Listed:
    """The best, but in the last place one of the ten below the end of the list, each as probable as the others and
    always the same for the same seed.

    A. Swaminathan, T. Joachims, Counterfactual risk minimization, 2015: what is logged with its propensity can be
    learnt from.
    """
    below = order[limit : limit + _NEXT]
    if limit < _FEWEST_PLACES or not below:
        return list_best(order, limit)
    drawn = below[int(hashlib.sha256(seed.encode()).hexdigest()[:12], 16) % len(below)]
    return Listed((*order[: limit - 1], drawn), drawn, 1 / len(below))
