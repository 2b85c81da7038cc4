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
ADDED_PAIRS = 24
TOLERANCE = 1e-7  # that of the solver's dual values, and of the sum as a share


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
    """`assigned` (n × m), and a `bound` that the sum of no assignment under the same conditions exceeds. `looked_at`:
    the pairs (n × m) that were needed to prove it."""

    assigned: Mask
    bound: float
    looked_at: Mask


def find_greatest_sum(market: Market, good_enough: Mask, served: Mask, given: int, known: Mask) -> GreatestSum:
    """The assignment with the greatest sum of strengths of those that give the needs to be `served` (n) their least
    numbers, and `given` candidates towards least numbers in all.

    `good_enough` (n × m): the pairs that count towards a need's least number; `known`: pairs among which there is such
    an assignment. The linear program has the form of a network (the sets of a need lie within each other, the
    candidates' apart), so the corner that the simplex method finds is whole. Solved over a shortlist of pairs; any
    other joins when, by the dual values, it could add something (column generation: Ford and Fulkerson 1958); when none
    could, the proof covers all."""
    allowed = np.isfinite(market.strength)
    strength = np.where(allowed, market.strength, 0.0)
    chosen = shortlist(market.strength) | known
    added = min(ADDED_PAIRS, strength.shape[1])
    while True:
        needs, candidates = np.nonzero(chosen)
        cost, matrix, upper = _write(market, good_enough, needs, candidates, given)
        values, prices, objective = _solve(cost, matrix, upper, np.where(served, 0, market.least))
        most_price, least_price, candidate_price = np.split(prices[:-1], np.cumsum([len(strength), len(strength)]))
        gain = strength + np.where(good_enough, least_price[:, None], 0)
        gain -= most_price[:, None] + candidate_price[None, :]
        gain[chosen | ~allowed] = -np.inf
        missed = gain > TOLERANCE
        missing = price_missing(market, gain)
        if missing <= TOLERANCE * objective:
            break
        chosen |= missed & (gain >= np.partition(gain, -added, axis=1)[:, [-added]])
    assigned = np.zeros(strength.shape, dtype=bool)
    taken = values[: len(needs)] > 0.5
    assigned[needs[taken], candidates[taken]] = True
    return GreatestSum(assigned, objective + missing, chosen)


def price_missing(market: Market, gain: Floats) -> float:
    """What pairs (n × m) that are left out can add at most: at a price so much higher no candidate adds anything to a
    need that does not have it yet, and each costs that once for every need that it may serve."""
    return float(market.capacity @ np.maximum(gain.max(axis=0, initial=0.0), 0.0))


def shortlist(strength: Floats) -> Mask:
    """The strongest allowed candidates of each need (n × m)."""
    count = min(FIRST_PAIRS, strength.shape[1])
    chosen = np.zeros(strength.shape, dtype=bool)
    strongest = np.argpartition(-strength, count - 1, axis=1)[:, :count]
    np.put_along_axis(chosen, strongest, True, axis=1)
    return chosen & np.isfinite(strength)


def _write(
    market: Market, good_enough: Mask, needs: Whole, candidates: Whole, given: int
) -> tuple[Floats, csr_array, Floats]:
    """Minimise cost · v for matrix v ≤ upper. Variables: the pairs, then what each need lacks. Rows: the most of
    each need, the least of each (negated), the capacities, what all needs lack together."""
    from scipy.sparse import csr_array

    count, others = market.strength.shape
    pairs, every = np.arange(len(needs)), np.arange(count)
    counts = good_enough[needs, candidates]
    last = np.full(count, 2 * count + others)
    rows = np.concatenate([needs, count + needs[counts], 2 * count + candidates, count + every, last])
    places = np.concatenate([pairs, pairs[counts], pairs, len(pairs) + every, len(pairs) + every])
    signs = (1, -1, 1, -1, 1)
    sizes = (len(pairs), int(counts.sum()), len(pairs), count, count)
    matrix = csr_array(
        (np.repeat(signs, sizes).astype(float), (rows, places)), shape=(2 * count + others + 1, len(pairs) + count)
    )
    cost = np.concatenate([-market.strength[needs, candidates], np.zeros(count)])
    lacking = market.least.sum() - given
    return cost, matrix, np.concatenate([market.most, -market.least, market.capacity, [lacking]]).astype(float)


def _solve(cost: Floats, matrix: csr_array, upper: Floats, lacking: Whole) -> tuple[Floats, Floats, float]:
    """Values, the price of one more in each row, and what is won, where each need may lack at most so many."""
    from scipy.optimize import linprog

    limits = np.ones(len(cost))
    limits[len(cost) - len(lacking) :] = lacking
    bounds = np.column_stack([np.zeros(len(cost)), limits])
    answer = run_interruptibly(lambda: linprog(cost, A_ub=matrix, b_ub=upper, bounds=bounds, method="highs-ds"))
    if answer.status != 0:
        raise ArithmeticError(f"the solver gave up: {answer.message}")
    return answer.x, -answer.ineqlin.marginals, -float(answer.fun)
