"""Choose which needs to serve where not all can be: those with whom the sum of strengths is greatest."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from matcher.exact_solver import LinearProgram, run_interruptibly, solve_exactly
from matcher.teams.served_needs import push
from matcher.teams.shortlisted_program import (
    ADDED_PAIRS,
    TOLERANCE,
    Floats,
    Market,
    Mask,
    Whole,
    find_greatest_sum,
    price_missing,
    shortlist,
)

# How far the sum may stay below what is proved possible, as a share: the last of it takes ten times as long.
MOST_OPEN = 1e-4
# For the last choice, among as many served and as good for the worst-off. What is found by then stands with its proved
# distance from the best.
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class ServedChoice:
    """The needs to serve (n), and what no sum of strengths exceeds."""

    served: Mask
    bound: float


def choose_needs(market: Market, good_enough: Mask, served: Mask, known: Mask, given: int) -> ServedChoice:
    """As many needs as are `served`, with `given` candidates towards least numbers in all (as many as can be); beside
    that the greatest sum. Among the pairs `known` there is one such assignment.

    A mixed-integer program in which each need is in one of two states with pairs of its own, served or short: the
    strongest form there is for one need by itself. Its relaxation is solved over a shortlist of pairs with prices for
    the others; an assignment found among them shows which pairs a better one could still have, and the program over
    these proves the best (reduced cost fixing: Crowder, Johnson and Padberg 1983). Where its time ends before it finds
    any, those stand whom the relaxation serves most, if they can be served together."""
    allowed = np.isfinite(market.strength)
    strength = np.where(allowed, market.strength, 0.0)
    can_be_short = allowed & good_enough & (market.least > 1)[:, None]
    count = int(served.sum())
    # Whoever is served in full, the sum is no greater than where nobody has to be: proved fast, and often nearly tight.
    loose = find_greatest_sum(market, good_enough, np.zeros_like(served), given, known)
    first = known | loose.assigned | shortlist(market.strength)
    pairs = _Pairs(first, can_be_short & first)
    added = min(ADDED_PAIRS, strength.shape[1])
    end = time.monotonic() + SECONDS
    proved = loose.bound
    while True:
        written = _write(market, good_enough, pairs, count, given)
        bound, gain_served, gain_short, shares = _relax(written, good_enough, strength)
        gain_served[pairs.served | ~allowed] = -np.inf
        gain_short[pairs.short | ~can_be_short] = -np.inf
        missed = gain_served > TOLERANCE, gain_short > TOLERANCE
        missing = price_missing(market, np.maximum(gain_served, gain_short))
        proved = min(proved, bound + missing)
        if missing <= MOST_OPEN / 10 * bound or time.monotonic() > end - SECONDS / 2:
            bound = proved
            break
        pairs = _Pairs(
            pairs.served | (missed[0] & _greatest(gain_served, added)),
            pairs.short | (missed[1] & _greatest(gain_short, added)),
        )
    found = solve_exactly(written.program, end - time.monotonic(), MOST_OPEN)
    reached = -np.inf if found.values is None else -float(written.program.cost @ found.values)
    if bound - reached > MOST_OPEN * bound and time.monotonic() < end:
        open_to = bound - reached + TOLERANCE
        pairs = _Pairs(pairs.served | (gain_served >= -open_to), pairs.short | (gain_short >= -open_to))
        written = _write(market, good_enough, pairs, count, given)
        found = solve_exactly(written.program, end - time.monotonic(), MOST_OPEN)
        bound = min(bound, -found.bound)
    if found.values is None:
        most_served = np.zeros(len(served), dtype=bool)
        most_served[np.argsort(-shares, kind="stable")[:count]] = True
        asked = np.where(most_served, market.least, 0)
        is_possible = push(market, allowed & good_enough, asked).given == asked.sum()
        return ServedChoice(most_served if is_possible else served, bound)
    return ServedChoice(found.values[-len(served) :] > 0.5, bound)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which pairs (n × m) the program has for each need where it is served, and where it stays short."""

    served: Mask
    short: Mask


@dataclass(frozen=True, slots=True)
class _Written:
    """The program; its rows of needs begin at `first_row`: enough, not too many, short by one; then candidates."""

    program: LinearProgram
    first_row: int


def _write(market: Market, good_enough: Mask, pairs: _Pairs, count: int, given: int) -> _Written:
    """Variables: pairs of the served, pairs of the short, whether each need is served (whole). Rows: a pair only in its
    state, then those of needs and candidates, how many are served, how many candidates are given in all."""
    from scipy.sparse import csr_array

    size, others = market.strength.shape
    needs, candidates = np.nonzero(pairs.served)
    short_needs, short_candidates = np.nonzero(pairs.short)
    first, second, every = len(needs), len(short_needs), np.arange(size)
    of_served, of_short, state = np.arange(first), first + np.arange(second), first + second + every
    counts = good_enough[needs, candidates]
    start = first + second
    last = start + 3 * size + others
    almost = np.maximum(market.least - 1, 0)
    parts: list[tuple[Whole, Whole, Floats | Whole]] = [
        (of_served, of_served, np.ones(first)),
        (of_served, state[needs], -np.ones(first)),
        (of_short, of_short, np.ones(second)),
        (of_short, state[short_needs], np.ones(second)),
        (start + needs[counts], of_served[counts], -np.ones(int(counts.sum()))),
        (start + every, state, market.least),
        (start + size + needs, of_served, np.ones(first)),
        (start + size + every, state, -market.most),
        (start + 2 * size + short_needs, of_short, np.ones(second)),
        (start + 2 * size + every, state, almost),
        (start + 3 * size + candidates, of_served, np.ones(first)),
        (start + 3 * size + short_candidates, of_short, np.ones(second)),
        (np.full(size, last), state, -np.ones(size)),
        (np.full(size, last + 1), state, -market.least),
        (np.full(second, last + 1), of_short, -np.ones(second)),
    ]
    rows, places, values = (np.concatenate([part[kind] for part in parts]) for kind in range(3))
    matrix = csr_array((values.astype(float), (rows, places)), shape=(last + 2, start + size))
    upper = np.concatenate(
        [np.zeros(first), np.ones(second), np.zeros(2 * size), almost, market.capacity, [-count, -given]]
    )
    strength = market.strength
    cost = np.concatenate([-strength[needs, candidates], -strength[short_needs, short_candidates], np.zeros(size)])
    is_whole = np.arange(start + size) >= start
    program = LinearProgram(cost, matrix, np.full(last + 2, -np.inf), upper, np.ones(start + size), is_whole)
    return _Written(program, start)


def _relax(written: _Written, good_enough: Mask, strength: Floats) -> tuple[float, Floats, Floats, Floats]:
    """What no assignment exceeds, what each pair could add, to a served and to a short need (n × m both), and by which
    share each need is served (n)."""
    from scipy.optimize import linprog

    program, size = written.program, len(strength)
    answer = run_interruptibly(
        lambda: linprog(program.cost, A_ub=program.matrix, b_ub=program.upper, bounds=(0, 1), method="highs")
    )
    if answer.status != 0:
        raise ArithmeticError(f"the solver gave up: {answer.message}")
    prices = -answer.ineqlin.marginals[written.first_row :]
    enough, most, short, candidate, (_, given) = np.split(prices, np.cumsum([size, size, size, strength.shape[1]]))
    for_served = strength + np.where(good_enough, enough[:, None], 0) - most[:, None] - candidate[None, :]
    for_short = strength + given - short[:, None] - candidate[None, :]
    return -float(answer.fun), for_served, for_short, answer.x[-size:]


def _greatest(gain: Floats, count: int) -> Mask:
    """The `count` greatest of each row."""
    return np.asarray(gain >= np.partition(gain, -count, axis=1)[:, [-count]])
