"""Assign many candidates to many needs at once: nobody overloaded, the worst-off need first, then the sum."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher.shortlisted_program import SUM_GAP, Aim, Floats, Market, Whole, shortlist, solve_relaxed, solve_whole

# The search for the best worst-off need stops within this share of what is proved possible: strengths mean
# nothing at a finer grain.
WORST_GAP = 1e-4


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who serves which need, by their places in the matrix of strengths.

    `chosen`: the candidates of each need, strongest first; `sums`: the strengths of each need added up.
    `unserved`: needs with fewer candidates than their least number; `hopeless`: those among them that could not
    have it even if no other need existed. `room`: how many more candidates each need could take; `spare`: how
    many more needs each candidate could serve.
    `worst`: the smallest sum of a served need that asked for someone (None where there is none) and
    `worst_bound` what no assignment that leaves as little unserved exceeds; `total` and `total_bound`: the sum
    of all strengths, and what none exceeds whose worst-off need is as well off."""

    chosen: tuple[tuple[int, ...], ...]
    sums: tuple[float, ...]
    unserved: tuple[int, ...]
    hopeless: tuple[int, ...]
    room: tuple[int, ...]
    spare: tuple[int, ...]
    worst: float | None
    worst_bound: float | None
    total: float
    total_bound: float
    seconds: float

    @property
    def worst_gap(self) -> float:
        """How far the worst-off need may be below what is possible, as a share of it."""
        if self.worst is None or self.worst_bound is None:
            return 0.0
        return (self.worst_bound - self.worst) / max(self.worst_bound, 1e-9)

    @property
    def total_gap(self) -> float:
        """How far the sum may be below what is possible, as a share of it."""
        return (self.total_bound - self.total) / max(self.total_bound, 1e-9)


def assign(
    strength: ArrayLike,
    least: ArrayLike = 1,
    most: ArrayLike = 1,
    capacity: ArrayLike = 1,
    is_fair: bool = True,
    seconds: float | None = None,
) -> Assignment:
    """Assign candidates (m) to needs (n), each need from `least` to `most`, each candidate up to `capacity`.

    `strength`: n × m, at least 0; NaN or −inf where the two may not meet. The other three: one whole number,
    or one for each need (each candidate). Aims, each only among what the aims before it leave open:
    1. as few as possible lacking to the least numbers;
    2. with `is_fair`, the greatest sum of strengths for the worst-off of the served needs that ask for at least one;
    3. the greatest sum of all strengths.
    Where needs take one candidate each, all three are exact: thresholds and maximum flows (bottleneck assignment),
    then a linear program of network form. Where they take several, aim 2 is hard (machine covering); then which
    needs go unserved is decided by aim 3, and aims 2 and 3 are solved as a mixed-integer program with the gap to
    the relaxation reported. `seconds` limits that program; the assignment of aim 3 alone always stands.
    Raises ValueError, naming what and where, for numbers out of range."""
    start = time.monotonic()
    market = _read_market(strength, least, most, capacity)
    if not market.strength.size:
        return _describe(market, np.zeros(market.strength.shape, dtype=bool), None, 0.0, 0.0)
    count = len(market.least)
    asks = market.least > 0
    penalty = _outweighing(market.strength, count)
    plain = Aim(np.full(count, -np.inf), asks, penalty)
    worst_bound: float | None = None
    open_market = market
    if is_fair and bool((market.most[asks] <= 1).all()):
        worst_bound = _highest_threshold(market)
        if worst_bound is not None:
            weak = asks[:, None] & (market.strength < worst_bound)
            open_market = replace(market, strength=np.where(weak, -np.inf, market.strength))
        assigned, total_bound = _greatest_sum(open_market, plain)
    else:
        assigned, total_bound = _greatest_sum(market, plain)
        if is_fair:
            end = None if seconds is None else start + seconds
            assigned, total_bound, worst_bound = _lift_worst(market, assigned, total_bound, end)
    return _describe(market, assigned, worst_bound, total_bound, time.monotonic() - start)


def _read_market(strength: ArrayLike, least: ArrayLike, most: ArrayLike, capacity: ArrayLike) -> Market:
    strengths = np.array(strength, dtype=float)
    if strengths.ndim != 2:
        raise ValueError(f"strength has {strengths.ndim} dimensions instead of 2")
    strengths[np.isnan(strengths)] = -np.inf
    wrong = np.argwhere((strengths == np.inf) | ((strengths < 0) & np.isfinite(strengths)))
    if len(wrong):
        need, candidate = wrong[0]
        raise ValueError(f"the strength of need {need} and candidate {candidate} is not a number of at least 0")
    count, others = strengths.shape

    def spread(name: str, numbers: ArrayLike, size: int) -> Whole:
        given = np.asarray(numbers)
        whole = np.broadcast_to(given, (size,)).astype(np.int64) if given.shape in ((), (size,)) else None
        if whole is None:
            raise ValueError(f"{name} has {given.size} numbers instead of {size}")
        if (whole != given).any() or (whole < 0).any():
            raise ValueError(f"{name} is not a whole number of at least 0 everywhere")
        return whole

    market = Market(
        strengths, spread("least", least, count), spread("most", most, count), spread("capacity", capacity, others)
    )
    for need in np.flatnonzero(market.least > market.most):
        raise ValueError(f"need {need} takes at least {market.least[need]} and at most {market.most[need]}")
    return market


def _outweighing(strength: Floats, count: int) -> float:
    """More than a chain of exchanges, one through every need, can gain in strength."""
    allowed = strength[np.isfinite(strength)]
    return 1.0 + float(allowed.max(initial=0)) * (count + 1)


def _greatest_sum(market: Market, aim: Aim) -> tuple[NDArray[np.bool_], float]:
    """The assignment with the fewest lacking, then the greatest sum, and that sum as proved."""
    relaxed = solve_relaxed(market, aim, shortlist(market))
    if relaxed is None:  # what needs lack makes every choice feasible
        raise ArithmeticError("the solver found no assignment at all")
    assigned = np.zeros(market.strength.shape, dtype=bool)
    taken = relaxed.shares > 0.5
    assigned[relaxed.needs[taken], relaxed.candidates[taken]] = True
    return assigned, float(market.strength[assigned].sum())


def _highest_threshold(market: Market) -> float | None:
    """The greatest strength below which no need that asks for somebody has to be served, when as many as
    possible are: by bisection over the strengths that occur (Garfinkel 1971). None where nobody is served."""
    asking = np.flatnonzero(market.least > 0)
    strength = market.strength[asking]
    levels = np.unique(strength[np.isfinite(strength)])
    served = _count_served(strength, levels[0] if len(levels) else np.inf, market.capacity)
    if not served:
        return None
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if _count_served(strength, levels[middle], market.capacity) == served:
            low = middle
        else:
            high = middle - 1
    return float(levels[low])


def _count_served(strength: Floats, threshold: float, capacity: Whole) -> int:
    """How many needs can have one candidate of at least this strength each: a maximum flow."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    needs, candidates = np.nonzero(strength >= threshold)
    count, others = strength.shape
    source, sink = count + others, count + others + 1
    tails = np.concatenate([needs, np.full(count, source), count + np.arange(others)])
    heads = np.concatenate([count + candidates, np.arange(count), np.full(others, sink)])
    limits = np.concatenate([np.ones(len(needs) + count, dtype=np.int64), capacity]).astype(np.int32)
    graph = csr_array((limits, (tails, heads)), shape=(sink + 1, sink + 1))
    return int(maximum_flow(graph, source, sink).flow_value)


def _lift_worst(
    market: Market, assigned: NDArray[np.bool_], total_bound: float, end: float | None
) -> tuple[NDArray[np.bool_], float, float | None]:
    """A better lot for the worst-off need, with the bounds of sum and worst: the best floor that a whole
    assignment can keep, sought between what is had and what the relaxation allows."""
    given = assigned.sum(axis=1)
    counted = (market.least > 0) & (given >= market.least)
    if not counted.any():
        return assigned, total_bound, None
    fixed = replace(market, least=np.minimum(market.least, given))

    def worst_of(choice: NDArray[np.bool_]) -> float:
        return float(np.where(choice, market.strength, 0).sum(axis=1)[counted].min())

    chosen = shortlist(fixed) | assigned
    ideal = solve_relaxed(fixed, Aim(np.full(len(given), -np.inf), counted, lifts_worst=True), chosen)
    if ideal is None:
        raise ArithmeticError("the solver lost an assignment that it had")
    worst_bound, low = ideal.value, worst_of(assigned)
    high = ideal.value
    tried = high
    while high - low > WORST_GAP * high and (end is None or time.monotonic() < end):
        # A hair below, since floors are sums of rounded numbers.
        aim = Aim(np.where(counted, tried * (1 - 1e-9), -np.inf), counted)
        relaxed = solve_relaxed(fixed, aim, chosen)
        better = None
        if relaxed is not None:
            better = solve_whole(fixed, aim, relaxed.promising, _time_left(end))
            if better is None or market.strength[better].sum() < relaxed.value * (1 - 2 * SUM_GAP):
                wider = solve_whole(fixed, aim, chosen, _time_left(end))
                better = better if wider is None else wider
        if relaxed is not None and better is not None:
            assigned, total_bound, low = better, relaxed.value, worst_of(better)
        else:
            high = tried
            if end is None and (chosen == np.isfinite(fixed.strength)).all():
                worst_bound = min(worst_bound, tried)  # every pair was looked at
        tried = (low + high) / 2
    return assigned, total_bound, max(worst_bound, low)


def _time_left(end: float | None) -> float | None:
    return None if end is None else max(end - time.monotonic(), 0.0)


def _describe(
    market: Market, assigned: NDArray[np.bool_], worst_bound: float | None, total_bound: float, seconds: float
) -> Assignment:
    strength = np.where(assigned, market.strength, 0)
    sums = strength.sum(axis=1)
    given = assigned.sum(axis=1)
    is_unserved = given < market.least
    counted = (market.least > 0) & ~is_unserved
    usable = (np.isfinite(market.strength) & (market.capacity > 0)[None, :]).sum(axis=1)
    order = np.argsort(-market.strength, axis=1, kind="stable")
    total = float(sums.sum())
    return Assignment(
        chosen=tuple(
            tuple(int(candidate) for candidate in order[need] if assigned[need, candidate])
            for need in range(len(given))
        ),
        sums=tuple(float(number) for number in sums),
        unserved=tuple(int(need) for need in np.flatnonzero(is_unserved)),
        hopeless=tuple(int(need) for need in np.flatnonzero(usable < market.least)),
        room=tuple(int(number) for number in market.most - given),
        spare=tuple(int(number) for number in market.capacity - assigned.sum(axis=0)),
        worst=float(sums[counted].min()) if counted.any() else None,
        worst_bound=worst_bound,
        total=total,
        total_bound=max(total_bound, total),
        seconds=seconds,
    )
