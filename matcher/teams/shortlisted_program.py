"""Find the assignment with the greatest sum by looking at few of its pairs, with a proof that covers all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matcher.exact_solver import run_interruptibly

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

# How many candidates of a need are looked at first, and how many of those left out join in a round. They decide
# about time only: what is left out is priced by the dual values and joins where it could add anything.
FIRST_PAIRS = 24
ADDED_PAIRS = 12
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Market:
    """Needs (n) and candidates (m): `strength` n × m, −inf where the two may not meet, else at least 0; each
    need takes `least` to `most` candidates, each candidate serves at most `capacity` needs."""

    strength: Floats
    least: Whole
    most: Whole
    capacity: Whole


@dataclass(frozen=True, slots=True)
class GreatestSum:
    """`assigned` (n × m), and a `bound` that the sum of no assignment with as few lacking exceeds."""

    assigned: Mask
    bound: float


def find_greatest_sum(market: Market, good_enough: Mask) -> GreatestSum:
    """The assignment with the fewest lacking to the least numbers, then the greatest sum of strengths.

    `good_enough` (n × m): the pairs that count towards a need's least number. The linear program has the
    form of a network (the sets of a need lie within each other, the candidates' apart), so the corner that the
    simplex method finds is whole. Solved over a shortlist of pairs; any other joins when, by the dual values, it
    could add something (column generation: Ford and Fulkerson 1958); when none could, the proof covers all."""
    allowed = np.isfinite(market.strength)
    strength = np.where(allowed, market.strength, 0.0)
    penalty = _outweighing(strength)
    chosen = _shortlist(market.strength)
    added = min(ADDED_PAIRS, strength.shape[1])
    while True:
        needs, candidates = np.nonzero(chosen)
        cost, matrix, upper = _write(market, good_enough, needs, candidates, penalty)
        values, prices, objective = _solve(cost, matrix, upper, market.least)
        most_price, least_price, candidate_price = np.split(prices, np.cumsum([len(strength), len(strength)]))
        gain = strength + np.where(good_enough, least_price[:, None], 0)
        gain -= most_price[:, None] + candidate_price[None, :]
        gain[chosen | ~allowed] = -np.inf
        missed = gain > TOLERANCE
        if not missed.any():
            break
        chosen |= missed & (gain >= np.partition(gain, -added, axis=1)[:, [-added]])
    assigned = np.zeros(strength.shape, dtype=bool)
    taken = values[: len(needs)] > 0.5
    assigned[needs[taken], candidates[taken]] = True
    lacking = round(float(values[len(needs) :].sum()))
    return GreatestSum(assigned, objective + penalty * lacking)


def _shortlist(strength: Floats) -> Mask:
    """The strongest allowed candidates of each need."""
    count = min(FIRST_PAIRS, strength.shape[1])
    chosen = np.zeros(strength.shape, dtype=bool)
    strongest = np.argpartition(-strength, count - 1, axis=1)[:, :count]
    np.put_along_axis(chosen, strongest, True, axis=1)
    return chosen & np.isfinite(strength)


def _outweighing(strength: Floats) -> float:
    """More than a chain of exchanges, one through every need, can gain in strength."""
    return 1.0 + float(strength.max(initial=0)) * (len(strength) + 1)


def _write(
    market: Market, good_enough: Mask, needs: Whole, candidates: Whole, penalty: float
) -> tuple[Floats, csr_array, Floats]:
    """Minimise cost · v for matrix v ≤ upper. Variables: the pairs, then what each need lacks. Rows: the most of
    each need, the least of each (negated), the capacities."""
    from scipy.sparse import csr_array

    count, others = market.strength.shape
    pairs, every = np.arange(len(needs)), np.arange(count)
    counts = good_enough[needs, candidates]
    rows = np.concatenate([needs, count + needs[counts], 2 * count + candidates, count + every])
    places = np.concatenate([pairs, pairs[counts], pairs, len(pairs) + every])
    values = np.concatenate([np.ones(len(pairs)), -np.ones(counts.sum()), np.ones(len(pairs)), -np.ones(count)])
    matrix = csr_array((values, (rows, places)), shape=(2 * count + others, len(pairs) + count))
    cost = np.concatenate([-market.strength[needs, candidates], np.full(count, penalty)])
    return cost, matrix, np.concatenate([market.most, -market.least, market.capacity]).astype(float)


def _solve(cost: Floats, matrix: csr_array, upper: Floats, least: Whole) -> tuple[Floats, Floats, float]:
    """Values, the price of one more in each row, and what is won."""
    from scipy.optimize import linprog

    limits = np.ones(len(cost))
    limits[len(cost) - len(least) :] = least
    bounds = np.column_stack([np.zeros(len(cost)), limits])
    answer = run_interruptibly(lambda: linprog(cost, A_ub=matrix, b_ub=upper, bounds=bounds, method="highs-ds"))
    if answer.status != 0:
        raise ArithmeticError(f"the solver gave up: {answer.message}")
    return answer.x, -answer.ineqlin.marginals, -float(answer.fun)
