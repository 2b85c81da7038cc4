"""Say which few constraints cannot hold together when all of them cannot."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

T = TypeVar("T")

# Asking whether a set can hold costs a solver's run. This many are made in search of the smallest conflict,
# after which an irreducible one is given and said not to be proved smallest.
MAX_CHECKS = 300


@dataclass(frozen=True, slots=True)
class Conflict(Generic[T]):
    """Constraints that cannot hold together, and can as soon as any one of them is left out.

    `is_smallest`: proved that no conflict has fewer constraints. `checks`: how often feasibility was asked."""

    constraints: tuple[T, ...]
    is_smallest: bool
    checks: int


def minimal_conflict(constraints: Sequence[T], feasible: Callable[[Sequence[T]], bool]) -> tuple[T, ...]:
    """An irreducible conflict among `constraints`, in their order, by QuickXplain (Junker, AAAI 2004).

    `feasible` says whether a set can hold; leaving constraints out must never make a set infeasible. For a
    conflict of k among n constraints it is asked about 2k(log2(n/k) + 1) times. Earlier constraints are
    preferred to later ones. Raises ValueError where all of them can hold together; () means that nothing at
    all can."""
    if feasible(constraints):
        raise ValueError("all constraints can hold together: there is no conflict")
    if not feasible([]):
        return ()
    found = set(_narrow(range(len(constraints)), lambda chosen: feasible([constraints[place] for place in chosen])))
    return tuple(constraint for place, constraint in enumerate(constraints) if place in found)


def smallest_conflict(
    constraints: Sequence[T],
    feasible: Callable[[Sequence[T]], bool],
    max_checks: int = MAX_CHECKS,
    end: float | None = None,
) -> Conflict[T]:
    """The conflict with the fewest constraints, or an irreducible one where the search would ask too often.

    Every conflict takes at least one constraint out of each set whose absence makes the others feasible (a
    correction set); the smallest conflict is the smallest set that hits all of these (implicit hitting sets:
    Ignatiev, Previti, Liffiton, Marques-Silva, "Smallest MUS extraction with minimal hitting set
    dualization", CP 2015). Correction sets are found one at a time until the smallest set that hits those
    found is itself infeasible. `end`: the reading of the monotonic clock after which the search for a smaller one is
    given up. Conditions and errors as in `minimal_conflict`."""
    checks = 0

    def can_hold(places: Sequence[int]) -> bool:
        nonlocal checks
        checks += 1
        return feasible([constraints[place] for place in places])

    def conflict(places: Sequence[int], is_smallest: bool) -> Conflict[T]:
        return Conflict(tuple(constraints[place] for place in sorted(places)), is_smallest, checks)

    count = len(constraints)
    known = minimal_conflict(range(count), can_hold)
    corrections: list[list[int]] = []
    while True:
        hitting = smallest_hitting_set(count, corrections)
        if len(hitting) == len(known):
            return conflict(known, True)
        if not can_hold(hitting):
            return conflict(hitting, True)
        if checks + 2 * count > max_checks or (end is not None and time.monotonic() > end):
            return conflict(known, False)
        outside = _left_out(hitting, [place for place in range(count) if place not in hitting], can_hold)
        corrections.append(outside)


def smallest_hitting_set(count: int, sets: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The fewest of the numbers 0 … count-1 that include one of each of `sets`; among equals, earlier ones."""
    if not sets:
        return ()
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows = np.zeros((len(sets), count))
    for row, members in enumerate(sets):
        rows[row, list(members)] = 1
    # All the preferences together stay below one half, so that they never outweigh one number fewer.
    cost = 1 + np.arange(count) / (count * (count + 1))
    answer = milp(
        cost,
        constraints=LinearConstraint(rows, lb=1),
        integrality=np.ones(count),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    return tuple(int(place) for place in np.flatnonzero(answer.x > 0.5))


def _left_out(inside: Sequence[int], candidates: Sequence[int], can_hold: Callable[[Sequence[int]], bool]) -> list[int]:
    """What stays out when `inside`, which can hold, grows until nothing more fits: by halves, as most fits."""
    grown, outside = list(inside), []
    blocks = [list(candidates)] if candidates else []
    while blocks:
        block = blocks.pop()
        if can_hold([*grown, *block]):
            grown += block
        elif len(block) == 1:
            outside += block
        else:
            middle = len(block) // 2
            blocks += [block[middle:], block[:middle]]
    return outside


def _narrow(places: Sequence[int], can_hold: Callable[[Sequence[int]], bool]) -> list[int]:
    """The part of `places`, infeasible as a whole, that is infeasible and irreducible."""

    def explain(background: list[int], candidates: list[int], is_changed: bool) -> list[int]:
        if is_changed and not can_hold(background):
            return []
        if len(candidates) == 1:
            return candidates
        middle = len(candidates) // 2
        first, second = candidates[:middle], candidates[middle:]
        from_second = explain(background + first, second, bool(first))
        from_first = explain(background + from_second, first, bool(from_second))
        return from_first + from_second

    return explain([], list(places), False)
