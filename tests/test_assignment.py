"""Assignment of many to many: never overloaded, fair, and as good as trying everything says."""

from __future__ import annotations

import random
from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from matcher.exact_solver import LinearAnswer
from matcher.teams import served_program
from matcher.teams.assignment import Assignment, assign

Numbers = NDArray[np.float64]


def a_market(seed: int, takes_several: bool = False) -> tuple[Numbers, list[int], list[int], list[int]]:
    """Small enough to try everything: strengths (some not allowed), least, most, capacity."""
    chance = random.Random(seed)
    needs, candidates = chance.randint(1, 4), chance.randint(1, 4 if takes_several else 5)
    strength = np.array([[round(chance.random(), 2) for _ in range(candidates)] for _ in range(needs)])
    for need in range(needs):
        for candidate in range(candidates):
            if chance.random() < 0.25:
                strength[need, candidate] = chance.choice([np.nan, -np.inf])
    most = [chance.randint(1, 3) if takes_several else 1 for _ in range(needs)]
    least = [chance.randint(0, number) for number in most]
    return strength, least, most, [chance.randint(0, 2) for _ in range(candidates)]


def every_assignment(strength: Numbers, most: list[int], capacity: list[int]) -> list[tuple[tuple[int, ...], ...]]:
    allowed = [[place for place, value in enumerate(row) if np.isfinite(value)] for row in strength]
    choices = [
        [chosen for size in range(limit + 1) for chosen in combinations(row, size)]
        for row, limit in zip(allowed, most, strict=True)
    ]
    return [
        chosen
        for chosen in product(*choices)
        if all(sum(place in part for part in chosen) <= limit for place, limit in enumerate(capacity))
    ]


def lacking(chosen: tuple[tuple[int, ...], ...], least: list[int]) -> int:
    return sum(max(0, number - len(part)) for part, number in zip(chosen, least, strict=True))


def served(chosen: tuple[tuple[int, ...], ...], least: list[int]) -> int:
    return sum(len(part) >= number for part, number in zip(chosen, least, strict=True))


def sums_of(chosen: tuple[tuple[int, ...], ...], strength: Numbers) -> list[float]:
    return [float(sum(row[place] for place in part)) for part, row in zip(chosen, strength, strict=True)]


def worst_of(chosen: tuple[tuple[int, ...], ...], strength: Numbers, least: list[int]) -> float:
    """The weakest of those that needs ask for at least; −1 where nobody is given."""
    needed = []
    for part, row, number in zip(chosen, strength, least, strict=True):
        needed += sorted((float(row[place]) for place in part), reverse=True)[:number]
    return min(needed, default=-1.0)


def check_limits(found: Assignment, strength: Numbers, least: list[int], most: list[int], capacity: list[int]) -> None:
    for need, part in enumerate(found.chosen):
        assert len(part) == len(set(part)) <= most[need]
        assert all(np.isfinite(strength[need, candidate]) for candidate in part)
        assert list(part) == sorted(part, key=lambda candidate: (-strength[need, candidate], candidate))
        assert found.room[need] == most[need] - len(part)
        assert (need in found.unserved) == (len(part) < least[need])
    for candidate, limit in enumerate(capacity):
        assert found.spare[candidate] == limit - sum(candidate in part for part in found.chosen) >= 0
    assert found.sums == pytest.approx(sums_of(found.chosen, strength))
    assert found.total == pytest.approx(sum(found.sums))


@pytest.mark.parametrize("takes_several", [False, True])
@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(60, 1_060), marks=pytest.mark.soak)])
def test_an_assignment_is_lexicographically_the_best_of_all(seeds: range, takes_several: bool) -> None:
    for seed in seeds:
        strength, least, most, capacity = a_market(seed, takes_several)
        found = assign(strength, least, most, capacity)
        check_limits(found, strength, least, most, capacity)
        best = max(
            (
                served(chosen, least),
                -lacking(chosen, least),
                worst_of(chosen, strength, least),
                sum(sums_of(chosen, strength)),
            )
            for chosen in every_assignment(strength, most, capacity)
        )
        worst = -1.0 if found.worst is None else found.worst
        reached = (served(found.chosen, least), -lacking(found.chosen, least), worst, found.total)
        assert reached == pytest.approx(best), seed
        assert found.gap == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("seed", range(40))
def test_without_fairness_the_sum_is_the_greatest_of_all(seed: int) -> None:
    strength, least, most, capacity = a_market(seed, takes_several=True)
    found = assign(strength, least, most, capacity, is_fair=False)
    check_limits(found, strength, least, most, capacity)
    best = max(
        (served(chosen, least), -lacking(chosen, least), sum(sums_of(chosen, strength)))
        for chosen in every_assignment(strength, most, capacity)
    )
    assert (served(found.chosen, least), -lacking(found.chosen, least), found.total) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(5))
def test_the_sum_equals_that_of_the_hungarian_method(seed: int) -> None:
    chance = np.random.default_rng(seed)
    strength = chance.random((60, 90)) ** chance.choice([0.3, 1, 3])
    capacity = chance.integers(1, 4, 90)
    # Taken in turns by one candidate as often as it has room.
    columns = np.repeat(strength, capacity, axis=1)
    rows, places = linear_sum_assignment(-columns)
    found = assign(strength, capacity=capacity, is_fair=False)
    assert found.total == pytest.approx(columns[rows, places].sum())
    # What few pairs prove about all pairs also holds where everybody wants the same few.
    crowded = strength.copy()
    crowded[:, :30] += 1
    columns = np.repeat(crowded, capacity, axis=1)
    rows, places = linear_sum_assignment(-columns)
    assert assign(crowded, capacity=capacity, is_fair=False).total == pytest.approx(columns[rows, places].sum())


@pytest.mark.parametrize("seed", range(3))
def test_the_threshold_is_the_highest_that_serves_everybody(seed: int) -> None:
    strength = np.random.default_rng(seed).random((50, 70))
    found = assign(strength)
    assert found.worst is not None

    def serves_all(threshold: float) -> bool:
        cost = np.where(strength >= threshold, 0, 1)
        rows, places = linear_sum_assignment(cost)
        return int(cost[rows, places].sum()) == 0

    assert serves_all(found.worst)
    assert not serves_all(float(np.nextafter(found.worst, 2)))
    # Among the pairs that may then be used, the sum is the greatest.
    allowed = np.where(strength >= found.worst, strength, -1e6)
    rows, places = linear_sum_assignment(-allowed)
    assert found.total == pytest.approx(allowed[rows, places].sum())


def test_fairness_gives_the_worst_off_more_and_the_sum_at_most_less() -> None:
    strength = [[0.9, 0.8], [0.85, 0.1]]
    plain, fair = assign(strength, is_fair=False), assign(strength)
    assert fair.worst == 0.8
    assert fair.chosen == ((1,), (0,))
    # Here the sum is greatest the same way; with a weaker second need it is not.
    strength = [[0.9, 0.3], [0.65, 0.1]]
    plain, fair = assign(strength, is_fair=False), assign(strength)
    assert (plain.chosen, plain.worst) == (((0,), (1,)), 0.1)
    assert (fair.chosen, fair.worst) == (((1,), (0,)), 0.3)
    assert plain.total > fair.total


def test_needs_that_cannot_be_served_are_named() -> None:
    nobody = [-np.inf, np.nan, -np.inf]
    found = assign([[0.5, 0.6, 0.1], nobody, [0.9, -np.inf, -np.inf], [0.8, -np.inf, -np.inf]])
    assert found.hopeless == (1,)
    assert found.unserved == (1, 3)
    assert found.chosen == ((1,), (), (0,), ())
    assert found.worst == 0.6


def test_as_many_as_can_be_are_served_in_full_where_each_takes_several() -> None:
    chance = np.random.default_rng(5)
    for is_fair in (True, False):
        found = assign(chance.random((45, 45)), least=2, most=4, is_fair=is_fair)
        assert len(found.unserved) == 45 - 22
        assert found.gap <= 1e-4
    # One of them must do without, and which is chosen for the sum.
    found = assign([[0.9, 0.1, 0.1], [0.8, 0.8, 0.8]], least=2, most=2)
    assert (found.unserved, found.chosen) == ((0,), ((0,), (1, 2)))


def test_where_time_is_over_before_a_choice_is_found_the_relaxation_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    strength = np.random.default_rng(6).random((40, 60)) ** 2
    exact = assign(strength, least=3, most=3)
    monkeypatch.setattr(served_program, "solve_exactly", lambda *_: LinearAnswer("stopped", None, -np.inf))
    stopped = assign(strength, least=3, most=3)
    assert len(stopped.unserved) == len(exact.unserved) == 20
    assert stopped.worst == exact.worst
    assert 0.99 * exact.total <= stopped.total <= exact.total + 1e-9
    assert exact.total <= stopped.total_bound + 1e-9
    assert stopped.gap <= 0.01


def test_who_may_serve_no_need_leaves_them_all_unserved() -> None:
    found = assign(np.full((2, 3), np.nan))
    assert found.unserved == found.hopeless == (0, 1)
    assert (found.worst, found.total) == (None, 0)
    assert assign(np.zeros((0, 3))).chosen == ()
    assert assign(np.zeros((2, 0))).unserved == (0, 1)


def test_more_needs_than_places_leave_the_same_number_short_as_a_maximum_flow() -> None:
    chance = np.random.default_rng(4)
    strength = np.where(chance.random((80, 20)) < 0.1, chance.random((80, 20)), -np.inf)
    found = assign(strength, capacity=2)
    allowed = np.where(np.isfinite(np.repeat(strength, 2, axis=1)), 0, 1)
    rows, places = linear_sum_assignment(allowed)
    assert len(found.unserved) == allowed[rows, places].sum() + (80 - len(rows))


def test_what_a_shortlist_leaves_out_is_priced_until_it_could_add_nothing() -> None:
    chance = np.random.default_rng(7)
    # Everybody is best for the same few, so that most needs must look far beyond their own strongest.
    strength = chance.random((120, 300)) * 0.01 + np.linspace(1, 0, 300)
    found = assign(strength)
    rows, places = linear_sum_assignment(-strength)
    assert assign(strength, is_fair=False).total == pytest.approx(strength[rows, places].sum())
    assert found.gap == pytest.approx(0, abs=1e-5)
    assert found.total <= strength[rows, places].sum() + 1e-9


def test_numbers_out_of_range_are_refused_with_their_place() -> None:
    with pytest.raises(ValueError, match="need 1 and candidate 0 is not a number of at least 0"):
        assign([[0.5, 0.5], [-0.1, 0.5]])
    with pytest.raises(ValueError, match="need 0 takes at least 2 and at most 1"):
        assign([[0.5, 0.5]], least=2)
    with pytest.raises(ValueError, match="capacity has 3 numbers instead of 2"):
        assign([[0.5, 0.5]], capacity=[1, 1, 1])
    with pytest.raises(ValueError, match="most is not a whole number"):
        assign([[0.5, 0.5]], most=1.5)
    with pytest.raises(ValueError, match="1 dimensions instead of 2"):
        assign([0.5, 0.5])
