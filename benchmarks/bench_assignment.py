"""Assignment at scale: what the exact assignment gains on greedy ones, and what it costs in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from benchmarks.conditions import SEED, print_conditions, print_table
from matcher.teams.assignment import assign

NEEDS, CANDIDATES = 500, 2_000
FIELDS = 25
LIKELY = 0.70  # below this strength nobody would be asked, in the sparse market

Numbers = NDArray[np.float64]
Pairs = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to assign one market: strengths added up, the weakest candidate that a need must make do with, the
    smallest sum of a need, needs short of their least number."""

    total: float
    worst: float
    least_sum: float
    unserved: int
    seconds: float
    gap: str = "–"


def main() -> None:
    print_conditions(f"Assignment of {CANDIDATES:,} candidates to {NEEDS} needs")
    print("Capacity of a candidate 1 to 3, at random. Ratios are those of the sum to the fair assignment's.\n")
    rows = []
    for market, strength in markets():
        capacity = np.random.default_rng(SEED).integers(1, 4, strength.shape[1])
        for least, most in ((1, 1), (1, 3), (2, 3)):
            outcomes = compare(strength, least, most, capacity)
            fair = outcomes["**fair (worst-off, then sum)**"]
            for name, outcome in outcomes.items():
                rows.append(
                    [
                        market,
                        f"{least}–{most}" if least < most else str(least),
                        name,
                        f"{outcome.total:.1f}",
                        f"{outcome.total / fair.total:.4f}",
                        f"{outcome.worst:.3f}",
                        f"{outcome.least_sum:.3f}",
                        str(outcome.unserved),
                        f"{outcome.seconds:.1f}",
                        outcome.gap,
                    ]
                )
    head = [
        "strengths",
        "per need",
        "assignment",
        "sum",
        "ratio",
        "worst-off",
        "smallest sum",
        "unserved",
        "seconds",
        "gap",
    ]
    print_table(head, rows)


def markets() -> Iterator[tuple[str, Numbers]]:
    """Names and strengths (needs × candidates, −inf where the two do not meet)."""
    chance = np.random.default_rng(SEED)
    yield "random", chance.random((NEEDS, CANDIDATES))
    clustered = clustered_strengths(chance)
    yield "clustered", clustered
    yield f"clustered, only from {LIKELY:.2f}", np.where(clustered >= LIKELY, clustered, -np.inf)
    yield f"scarce: clustered, {CANDIDATES // 8} candidates", clustered[:, : CANDIDATES // 8]


def clustered_strengths(chance: np.random.Generator) -> Numbers:
    """Needs crowd in other fields than candidates do, and some candidates are strong for everybody."""
    fields = chance.normal(size=(FIELDS, 16))

    def directions(count: int) -> Numbers:
        crowding = chance.dirichlet(np.full(FIELDS, 0.5))
        points = fields[chance.choice(FIELDS, count, p=crowding)] + 0.8 * chance.normal(size=(count, 16))
        return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True))

    renown = 0.1 * chance.normal(size=CANDIDATES)
    return np.clip(0.5 + 0.5 * directions(NEEDS) @ directions(CANDIDATES).T + renown, 0, 1)


def compare(strength: Numbers, least: int, most: int, capacity: NDArray[np.int64]) -> dict[str, Outcome]:
    outcomes = {}
    for name, is_fair in (("**fair (worst-off, then sum)**", True), ("greatest sum alone", False)):
        found = assign(strength, least, most, capacity, is_fair=is_fair)
        outcomes[name] = Outcome(
            found.total, found.worst or 0, min(found.sums), len(found.unserved), found.seconds, f"{found.gap:.4%}"
        )
    greedy: dict[str, Callable[[], Pairs]] = {
        "greedy, strongest pair first": lambda: by_strongest_pair(strength, most, capacity),
        "greedy, need after need": lambda: by_need(strength, most, capacity),
        "greedy, in rounds": lambda: in_rounds(strength, most, capacity),
    }
    for name, choose in greedy.items():
        start = time.monotonic()
        pairs = choose()
        outcomes[name] = _outcome(strength, pairs, least, time.monotonic() - start)
    if most == 1:
        start = time.monotonic()
        columns = np.repeat(np.where(np.isfinite(strength), strength, -NEEDS), capacity, axis=1)
        owners = np.repeat(np.arange(len(capacity)), capacity)
        needs, places = linear_sum_assignment(-columns)
        pairs = [(need, int(owners[place])) for need, place in zip(needs, places, strict=True)]
        pairs = [pair for pair in pairs if np.isfinite(strength[pair])]
        outcomes["Hungarian method (oracle of the sum)"] = _outcome(strength, pairs, least, time.monotonic() - start)
    return outcomes


def by_strongest_pair(strength: Numbers, most: int, capacity: NDArray[np.int64]) -> Pairs:
    """The strongest pair that still fits, again and again."""
    needs, candidates = np.unravel_index(np.argsort(-strength, axis=None, kind="stable"), strength.shape)
    taken, given, pairs = capacity.copy(), np.zeros(len(strength), dtype=int), []
    for need, candidate in zip(needs.tolist(), candidates.tolist(), strict=True):
        if given[need] < most and taken[candidate] > 0 and np.isfinite(strength[need, candidate]):
            given[need] += 1
            taken[candidate] -= 1
            pairs.append((need, candidate))
    return pairs


def by_need(strength: Numbers, most: int, capacity: NDArray[np.int64]) -> Pairs:
    """Each need in turn takes its strongest candidates that are left, as many as it may."""
    taken, pairs = capacity.copy(), []
    for need, row in enumerate(strength):
        free = np.flatnonzero((taken > 0) & np.isfinite(row))
        for candidate in free[np.argsort(-row[free], kind="stable")][:most].tolist():
            taken[candidate] -= 1
            pairs.append((need, candidate))
    return pairs


def in_rounds(strength: Numbers, most: int, capacity: NDArray[np.int64]) -> Pairs:
    """Each need in turn takes one candidate, then each a second, and so on: the fairer greedy."""
    taken, pairs = capacity.copy(), []
    open_strength = strength.copy()
    for _ in range(most):
        for need in range(len(strength)):
            row = np.where(taken > 0, open_strength[need], -np.inf)
            candidate = int(row.argmax())
            if np.isfinite(row[candidate]):
                taken[candidate] -= 1
                open_strength[need, candidate] = -np.inf
                pairs.append((need, candidate))
    return pairs


def _outcome(strength: Numbers, pairs: Pairs, least: int, seconds: float) -> Outcome:
    given: list[list[float]] = [[] for _ in strength]
    for need, candidate in pairs:
        given[need].append(float(strength[need, candidate]))
    needed = [value for values in given for value in sorted(values, reverse=True)[:least]]
    unserved = sum(len(values) < least for values in given)
    sums = [sum(values) for values in given]
    return Outcome(sum(sums), min(needed, default=0.0), min(sums), unserved, seconds)


if __name__ == "__main__":
    main()
