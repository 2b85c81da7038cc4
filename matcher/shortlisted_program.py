"""Solve the linear program of an assignment over few of its pairs, with a proof that covers all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matcher.exact_solver import LinearProgram, run_interruptibly, solve_exactly

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

# How many candidates of a need are looked at first, and how many of those left out join in a round. They decide
# about time only: what is left out is priced by the dual values and joins where it could add anything.
FIRST_PAIRS = 24
ADDED_PAIRS = 12
TOLERANCE = 1e-9

# Pairs that lose less than this share of the greatest strength are tried first for a whole assignment.
PROMISING = 0.03

# A whole assignment with floors may stop within this share of the best sum: the last part takes longest.
SUM_GAP = 5e-4


@dataclass(frozen=True, slots=True)
class Market:
    """Needs (n) and candidates (m): `strength` n × m, −inf where the two may not meet, else at least 0; each
    need takes `least` to `most` candidates, each candidate serves at most `capacity` needs."""

    strength: Floats
    least: Whole
    most: Whole
    capacity: Whole


@dataclass(frozen=True, slots=True)
class Aim:
    """What is maximised.

    The sum of strengths, less `penalty` for each candidate that a need lacks to its least number; or, with
    `lifts_worst`, the smallest sum of a need. `floor`: what the strengths of each need must add up to, −inf for
    nothing. `is_counted`: the needs among which the smallest is sought."""

    floor: Floats
    is_counted: NDArray[np.bool_]
    penalty: float | None = None
    lifts_worst: bool = False


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The best when candidates could be divided: the `shares` of candidates in needs, and their `value`, which no
    assignment whatever exceeds. `promising` (n × m): the pairs each of which loses little of it, if anything."""

    needs: Whole
    candidates: Whole
    shares: Floats
    value: float
    promising: NDArray[np.bool_]


def shortlist(market: Market, count: int = FIRST_PAIRS) -> NDArray[np.bool_]:
    """n × m: the `count` strongest allowed candidates of each need."""
    strength = market.strength
    count = min(count, strength.shape[1])
    chosen = np.zeros(strength.shape, dtype=bool)
    if count:
        strongest = np.argpartition(-strength, count - 1, axis=1)[:, :count]
        np.put_along_axis(chosen, strongest, True, axis=1)
    return chosen & np.isfinite(strength)


def solve_relaxed(market: Market, aim: Aim, chosen: NDArray[np.bool_]) -> Relaxed | None:
    """The relaxation over all pairs, by column generation (Ford and Fulkerson 1958; Gilmore and Gomory 1961).

    `chosen` (n × m) is where it starts; pairs that could add something, by the dual values, are added to it in
    place until none could. Without floors and worst-off the matrix is a network's, so that the shares at the
    corner found are whole. None where the chosen pairs cannot reach the floors."""
    allowed = np.isfinite(market.strength)
    while True:
        needs, candidates = np.nonzero(chosen)
        solved = _solve_chosen(market, aim, needs, candidates)
        if solved is None:
            return None
        shares, value, need_price, candidate_price, floor_price = solved
        weight = floor_price if aim.lifts_worst else 1 + floor_price
        gain = np.where(allowed, market.strength, 0) * weight[:, None]
        gain -= need_price[:, None] + candidate_price[None, :]
        promising = chosen & (gain >= -PROMISING * market.strength.max())
        gain[chosen | ~allowed] = -np.inf
        missed = gain > TOLERANCE
        if not missed.any():
            return Relaxed(needs, candidates, shares, value, promising)
        best = np.partition(gain, -min(ADDED_PAIRS, gain.shape[1]), axis=1)[:, -min(ADDED_PAIRS, gain.shape[1])]
        chosen |= missed & (gain >= best[:, None])


def solve_whole(market: Market, aim: Aim, pairs: NDArray[np.bool_], seconds: float | None) -> NDArray[np.bool_] | None:
    """An assignment (n × m) out of these pairs with the greatest sum, within `SUM_GAP`, that keeps the floors;
    None where the solver finds none."""
    needs, candidates = np.nonzero(pairs)
    cost, matrix, upper, most = _program(market, aim, needs, candidates)
    program = LinearProgram(cost, matrix, np.full(len(upper), -np.inf), upper, most, np.ones(len(cost), dtype=bool))
    answer = solve_exactly(program, seconds, SUM_GAP)
    if answer.values is None:
        return None
    assigned = np.zeros(pairs.shape, dtype=bool)
    taken = answer.values[: len(needs)] > 0.5
    assigned[needs[taken], candidates[taken]] = True
    return assigned


def _program(market: Market, aim: Aim, needs: Whole, candidates: Whole) -> tuple[Floats, csr_array, Floats, Floats]:
    """Minimise cost · v for matrix v ≤ upper, 0 ≤ v ≤ most. Variables: the pairs, then with a penalty what
    each need lacks, then with `lifts_worst` the smallest sum. Rows: most and least of the needs, capacities,
    floors."""
    from scipy.sparse import csr_array

    count, others = market.strength.shape
    pairs = np.arange(len(needs))
    strength = market.strength[needs, candidates]
    every = np.arange(count)
    ones = np.ones(len(pairs))
    rows = [needs, count + needs, 2 * count + candidates, 2 * count + others + needs]
    places = [pairs, pairs, pairs, pairs]
    values = [ones, -ones, ones, -strength]
    cost, most = -strength, ones
    if aim.penalty is not None:
        rows.append(count + every)
        places.append(len(cost) + every)
        values.append(-np.ones(count))
        cost, most = np.r_[cost, np.full(count, aim.penalty)], np.r_[most, market.least.astype(float)]
    if aim.lifts_worst:
        counted = np.flatnonzero(aim.is_counted)
        rows.append(2 * count + others + counted)
        places.append(np.full(len(counted), len(cost)))
        values.append(np.ones(len(counted)))
        cost, most = np.r_[np.zeros(len(cost)), -1.0], np.r_[most, np.inf]
    floor = np.where(np.isfinite(aim.floor), -aim.floor, np.inf)
    if aim.lifts_worst:
        floor = np.where(aim.is_counted, 0.0, np.inf)
    matrix = csr_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(places))),
        shape=(3 * count + others, len(cost)),
    )
    upper = np.concatenate([market.most, -market.least, market.capacity, floor]).astype(float)
    return cost, matrix, upper, most


def _solve_chosen(
    market: Market, aim: Aim, needs: Whole, candidates: Whole
) -> tuple[Floats, float, Floats, Floats, Floats] | None:
    """Shares and value over these pairs, then the prices of a place at a need, of a place at a candidate, and
    of one unit of a need's floor."""
    from scipy.optimize import linprog

    count, others = market.strength.shape
    cost, matrix, upper, most = _program(market, aim, needs, candidates)
    bounds = np.column_stack([np.zeros(len(cost)), most])
    limited = np.isfinite(upper)
    # The simplex method ends at a corner, as whole shares require.
    answer = run_interruptibly(
        lambda: linprog(cost, A_ub=matrix[limited], b_ub=upper[limited], bounds=bounds, method="highs-ds")
    )
    if answer.status == 2:
        return None
    if answer.status != 0:
        raise ArithmeticError(f"the solver gave up: {answer.message}")
    prices = np.zeros(len(upper))
    prices[limited] = -answer.ineqlin.marginals
    need_price = prices[:count] - prices[count : 2 * count]
    return (
        answer.x[: len(needs)],
        -answer.fun,
        need_price,
        prices[2 * count : 2 * count + others],
        prices[2 * count + others :],
    )
