"""Conflicts: infeasible, irreducible and, where said, the smallest there is; checked against all subsets."""

from collections.abc import Callable, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.teams.conflicts import minimal_conflict, smallest_conflict, smallest_hitting_set


def feasible_but_for(cores: Sequence[frozenset[int]]) -> Callable[[Sequence[int]], bool]:
    """Feasibility in which exactly the given sets, and what contains one of them, cannot hold."""
    return lambda chosen: not any(core <= set(chosen) for core in cores)


a_core = st.frozensets(st.integers(0, 7), min_size=1, max_size=5)


@given(st.lists(a_core, min_size=1, max_size=6))
def test_a_minimal_conflict_is_infeasible_and_feasible_without_any_one(cores: list[frozenset[int]]) -> None:
    feasible = feasible_but_for(cores)
    found = minimal_conflict(range(8), feasible)
    assert not feasible(found)
    assert all(feasible([other for other in found if other != left_out]) for left_out in found)
    assert list(found) == sorted(found)


@settings(deadline=None)  # the first example loads the solver
@given(st.lists(a_core, min_size=1, max_size=6))
def test_the_smallest_conflict_is_the_smallest_of_all_subsets(cores: list[frozenset[int]]) -> None:
    feasible = feasible_but_for(cores)
    found = smallest_conflict(range(8), feasible)
    assert found.is_smallest
    assert not feasible(found.constraints)
    infeasible = (size for size in range(9) for chosen in combinations(range(8), size) if not feasible(chosen))
    assert len(found.constraints) == next(infeasible)


@settings(deadline=None)  # the first example loads the solver
@given(st.lists(a_core, min_size=1, max_size=6), st.integers(0, 60))
def test_a_search_cut_short_still_gives_an_irreducible_conflict(cores: list[frozenset[int]], max_checks: int) -> None:
    feasible = feasible_but_for(cores)
    found = smallest_conflict(range(8), feasible, max_checks)
    assert not feasible(found.constraints)
    assert all(feasible([other for other in found.constraints if other != one]) for one in found.constraints)


def test_a_search_cut_short_says_so() -> None:
    cores = [frozenset({0, 1, 2}), frozenset({2, 3, 4, 5}), frozenset({6, 7})]
    assert not smallest_conflict(range(8), feasible_but_for(cores), max_checks=8).is_smallest
    assert smallest_conflict(range(8), feasible_but_for(cores)).constraints == (6, 7)


@settings(deadline=None)  # the first example loads the solver
@given(st.lists(st.frozensets(st.integers(0, 6), min_size=1), max_size=7))
def test_a_hitting_set_hits_all_and_is_smallest(sets: list[frozenset[int]]) -> None:
    found = smallest_hitting_set(7, [sorted(members) for members in sets])
    sizes = (
        size
        for size in range(8)
        for chosen in combinations(range(7), size)
        if all(members & set(chosen) for members in sets)
    )
    assert all(members & set(found) for members in sets)
    assert len(found) == next(sizes)


def test_without_a_conflict_none_is_invented() -> None:
    with pytest.raises(ValueError, match="no conflict"):
        minimal_conflict([1, 2], lambda chosen: True)


def test_where_nothing_can_hold_no_constraint_is_blamed() -> None:
    assert minimal_conflict([1, 2], lambda chosen: False) == ()
    assert smallest_conflict([1, 2], lambda chosen: False).constraints == ()


def test_few_questions_are_asked_for_a_small_conflict_among_many() -> None:
    asked = 0

    def feasible(chosen: Sequence[int]) -> bool:
        nonlocal asked
        asked += 1
        return not {17, 400} <= set(chosen)

    assert minimal_conflict(range(500), feasible) == (17, 400)
    assert asked < 50
