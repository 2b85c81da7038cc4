"""Assign many candidates to many needs at once: nobody overloaded, the worst-off need first, then the sum."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from matcher.teams.served_needs import Supply, push
from matcher.teams.served_program import choose_needs
from matcher.teams.shortlisted_program import GreatestSum, Market, Mask, Whole, find_greatest_sum


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who serves which need, by their places in the matrix of strengths.

    `chosen`: the candidates of each need, strongest first; `sums`: the strengths of each need added up.
    `unserved`: needs with fewer candidates than their least number; `hopeless`: those among them that could not
    have it even if no other need existed. `room`: how many more candidates each need could take; `spare`: how
    many more needs each candidate could serve.
    `worst`: the weakest strength with which any need has to make do (see `assign`), None where nothing is asked
    for or given; no assignment that leaves as little unserved has a higher one. `total`: the sum of all strengths;
    `total_bound`: what none exceeds, by the dual values, whose worst is as high."""

    chosen: tuple[tuple[int, ...], ...]
    sums: tuple[float, ...]
    unserved: tuple[int, ...]
    hopeless: tuple[int, ...]
    room: tuple[int, ...]
    spare: tuple[int, ...]
    worst: float | None
    total: float
    total_bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """How far the sum is below its bound, as a share of it: rounding, or something is wrong."""
        return (self.total_bound - self.total) / max(self.total_bound, 1e-9)


def assign(
    strength: ArrayLike, least: ArrayLike = 1, most: ArrayLike = 1, capacity: ArrayLike = 1, is_fair: bool = True
) -> Assignment:
    """Assign candidates (m) to needs (n), each need from `least` to `most`, each candidate up to `capacity`.

    `strength`: n × m, at least 0; NaN or −inf where the two may not meet. The other three: one whole number,
    or one for each need (each candidate). Aims, each only among what the aims before it leave open:
    1. as many needs as possible with their least number in full;
    2. as few candidates as possible lacking to the least numbers of the others (which never costs a need of aim 1:
       a flow that fills some needs grows to a greatest one that fills them still);
    3. with `is_fair`, the worst-off need as well served as possible: the weakest of those candidates that needs
       ask for at least is as strong as can be (who joins beyond a least number, up to the most, may be weaker);
    4. the greatest sum of all strengths.
    All are exact: aim 3 by bisection over thresholds with maximum flows (bottleneck assignment), aim 4 by a linear
    program of network form. Where some needs of several candidates must stay short, which of them is a choice of its
    own, made by integer programs; only of its last part, that of aim 4, the proof may be given up when its time is
    over, and `total_bound` then says what is open. To raise the smallest *sum* of several strengths instead would be
    machine covering, which stays far from proved at some hundred needs.
    Raises ValueError, naming what and where, for numbers out of range."""
    start = time.monotonic()
    market = _read_market(strength, least, most, capacity)
    if not market.strength.size:
        nobody = np.zeros(market.strength.shape, dtype=bool)
        return _describe(market, GreatestSum(nobody, 0.0, nobody), start)
    usable = np.isfinite(market.strength)
    given = push(market, usable, market.least).given
    # Where all can have what they ask for, or nobody asks for several, the fewest lacking are the most served.
    supply = Supply(market) if given < market.least.sum() and market.least.max() > 1 else None
    served = supply.choose(usable) if supply else np.zeros(len(usable), dtype=bool)
    assert served is not None
    if is_fair:
        usable, served = _raise_worst(market, given, supply, served)
    found = find_greatest_sum(market, usable, served, given, _give(market, usable, served))
    # Else nobody else could be served, and there is no choice.
    if supply and served.sum() < (np.isfinite(market.strength).sum(axis=1) >= market.least).sum():
        chosen = choose_needs(market, usable, served, found.assigned, given)
        known = found.looked_at | _give(market, usable, chosen.served)
        others = find_greatest_sum(market, usable, chosen.served, given, known)
        best = max(found, others, key=lambda one: market.strength[one.assigned].sum())
        found = replace(best, bound=chosen.bound)
    return _describe(market, found, start)


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


def _give(market: Market, usable: Mask, served: Mask) -> Mask:
    """Pairs (n × m) that give these needs their least number, and others what they can have."""
    first = push(market, usable, np.where(served, market.least, 0)).pairs
    return first | push(market, usable, market.least).pairs


def _raise_worst(market: Market, given: int, supply: Supply | None, served: Mask) -> tuple[Mask, Mask]:
    """The pairs (n × m) of at least the greatest strength below which no candidate has to be taken for a least number,
    where as many needs are served and as many candidates given as can be: by bisection over the strengths that occur
    (Garfinkel 1971). With needs that can then be served."""
    usable = np.isfinite(market.strength)
    levels = np.unique(market.strength[usable])
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        strong = market.strength >= levels[middle]
        found: Mask | None = served
        if push(market, strong, market.least).given < given:
            found = None
        elif supply:
            found = supply.choose(strong, int(served.sum()))
        if found is None:
            high = middle - 1
        else:
            low, served, usable = middle, found, strong
    return usable, served


def _describe(market: Market, found: GreatestSum, start: float) -> Assignment:
    assigned = found.assigned
    sums = np.where(assigned, market.strength, 0).sum(axis=1)
    given = assigned.sum(axis=1)
    usable = (np.isfinite(market.strength) & (market.capacity > 0)[None, :]).sum(axis=1)
    order = np.argsort(-market.strength, axis=1, kind="stable")
    chosen = tuple(
        tuple(int(candidate) for candidate in order[need] if assigned[need, candidate]) for need in range(len(given))
    )
    needed = [
        float(market.strength[need, part[min(len(part), least) - 1]])
        for need, (part, least) in enumerate(zip(chosen, market.least, strict=True))
        if part and least
    ]
    total = float(sums.sum())
    return Assignment(
        chosen=chosen,
        sums=tuple(float(number) for number in sums),
        unserved=tuple(int(need) for need in np.flatnonzero(given < market.least)),
        hopeless=tuple(int(need) for need in np.flatnonzero(usable < market.least)),
        room=tuple(int(number) for number in market.most - given),
        spare=tuple(int(number) for number in market.capacity - assigned.sum(axis=0)),
        worst=min(needed, default=None),
        total=total,
        total_bound=max(found.bound, total),
        seconds=time.monotonic() - start,
    )
