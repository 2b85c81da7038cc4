"""Seats against brute force: no requirement broken, the optimum equal, every conflict minimal and smallest."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.councils.rulesets import ROLES, Role
from matcher.councils.seating import Expert, Requirement, find_alternates, keeps, seat, solve

_KEYS = {"chair", "vice_chair", "reviewer", "secretary"}


def breaks(one: Requirement, experts: Sequence[Expert], seating: Mapping[str, Role]) -> bool:
    """Written apart from the code under test, from what the requirements say."""
    sitting = {expert.id: expert for expert in experts if expert.id in seating}
    houses = [expert.house for expert in sitting.values() if expert.house]
    fields = set().union(*(expert.fields for expert in sitting.values())) if sitting else set()
    return {
        "size": not one.least <= len(seating) <= one.most,
        "role": not one.least <= sum(role == one.of for role in seating.values()) <= one.most,
        "barred": any(one.of in expert.barred for expert in sitting.values()),
        "barred_from_key": any(
            one.of in expert.barred_from_key and seating[id] in _KEYS for id, expert in sitting.items()
        ),
        "with": one.of not in seating or (one.role is not None and seating[one.of] != one.role),
        "without": one.of in seating,
        "per_organisation": any(houses.count(house) > one.most for house in houses),
        "host_max": sum(expert.is_host for expert in sitting.values()) > one.most,
        "outside_host_min": sum(not expert.is_host for expert in sitting.values()) < one.least,
        "fields_min": len(fields) < one.least,
        "previous_min": sum(expert.was_before for expert in sitting.values()) < one.least,
    }[one.kind]


def all_seatings(experts: Sequence[Expert]) -> Iterator[dict[str, Role]]:
    for held in itertools.product([None, *ROLES], repeat=len(experts)):
        yield {expert.id: role for expert, role in zip(experts, held, strict=True) if role}


def best_of(experts: Sequence[Expert], requirements: Sequence[Requirement]) -> float | None:
    values = [
        sum(expert.values[seating[expert.id]] for expert in experts if expert.id in seating)
        for seating in all_seatings(experts)
        if not any(breaks(one, experts, seating) for one in requirements)
    ]
    return max(values, default=None)


def instance(seed: int, most_experts: int = 4) -> tuple[list[Expert], list[Requirement]]:
    chance = random.Random(seed)
    experts = [
        Expert(
            f"e{number}",
            {role: round(chance.random(), 3) for role in ROLES},
            chance.choice([None, "a", "a", "b"]),
            frozenset(chance.sample(["1", "2", "3"], chance.randint(0, 2))),
            frozenset(["participation"] if chance.random() < 0.25 else []),
            frozenset(["host"] if chance.random() < 0.3 else []),
            chance.random() < 0.3,
            chance.random() < 0.3,
        )
        for number in range(chance.randint(1, most_experts))
    ]
    size = chance.randint(1, 4)
    requirements = [
        Requirement("size", size, size + chance.randint(0, 1)),
        Requirement("role", 1, 1, "chair"),
        Requirement("role", 0, chance.randint(0, 1), "vice_chair"),
        Requirement("role", chance.randint(0, 2), 2, "reviewer"),
        Requirement("role", 0, chance.randint(0, 1), "secretary"),
        Requirement("barred", of="participation"),
        Requirement("barred_from_key", of="host"),
    ]
    extra = [
        Requirement("per_organisation", most=chance.randint(1, 2)),
        Requirement("host_max", most=chance.randint(0, 1)),
        Requirement("outside_host_min", least=chance.randint(0, 2)),
        Requirement("fields_min", least=chance.randint(0, 3)),
        Requirement("previous_min", least=chance.randint(0, 1)),
        Requirement("with", of="e0", role=chance.choice([None, "reviewer"])),
        Requirement("without", of="e1"),
    ]
    return experts, requirements + chance.sample(extra, chance.randint(0, 4))


@pytest.mark.parametrize("block", range(8))
def test_random_councils_equal_brute_force(block: int) -> None:
    for seed in range(25 * block, 25 * block + 25):
        experts, requirements = instance(seed, 5 if seed % 25 == 0 else 4)
        found, best = seat(experts, requirements), best_of(experts, requirements)
        assert (found.seating is None) == (best is None), seed
        if found.seating is None or best is None:
            assert found.conflict is not None
            conflict = found.conflict.constraints
            assert best_of(experts, conflict) is None, seed
            for one in conflict:
                assert best_of(experts, [other for other in conflict if other is not one]) is not None, seed
        else:
            assert not [one for one in requirements if breaks(one, experts, found.seating)], seed
            assert found.value == pytest.approx(best), seed


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 30))
def test_the_conflict_is_the_smallest(seed: int) -> None:
    experts, requirements = instance(seed, most_experts=3)
    found = seat(experts, requirements)
    if found.conflict and found.conflict.is_smallest:
        fewer = range(len(found.conflict.constraints))
        for chosen in itertools.chain.from_iterable(itertools.combinations(requirements, size) for size in fewer):
            assert best_of(experts, chosen) is not None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 1 << 30), st.integers(0, 1 << 30))
def test_what_is_kept_is_told_without_the_solver(seed: int, other: int) -> None:
    experts, requirements = instance(seed)
    chance = random.Random(other)
    seating = {one.id: chance.choice(ROLES) for one in experts if chance.random() < 0.7}
    for one in requirements:
        assert keeps(one, experts, seating) != breaks(one, experts, seating)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 30))
def test_an_alternate_who_steps_in_breaks_nothing(seed: int) -> None:
    experts, requirements = instance(seed)
    found = seat(experts, requirements)
    if found.seating:
        for role, named in find_alternates(experts, requirements, found.seating, 2).items():
            for id, holders in named:
                for holder in holders:
                    stepped = {one: held for one, held in found.seating.items() if one != holder} | {id: role}
                    assert not [one for one in requirements if breaks(one, experts, stepped)]


def test_advice_gives_way_before_anything_is_impossible() -> None:
    experts = [Expert(f"e{n}", dict.fromkeys(ROLES, 1.0), "a") for n in range(3)]
    advice = Requirement("per_organisation", most=2, is_advice=True)
    fields = Requirement("fields_min", least=0, is_advice=True)
    found = seat(experts, [Requirement("size", 3, 3), advice, fields])
    assert found.given_up == (advice,)
    assert found.seating is not None
    assert len(found.seating) == 3


def test_nobody_can_sit_where_there_is_nobody() -> None:
    assert solve([], [Requirement("size", 0, 3)]) == ({}, 0.0)
    found = seat([], [Requirement("size", 7, 9), Requirement("role", 1, 1, "chair")])
    assert found.conflict is not None
    assert len(found.conflict.constraints) == 1


def test_alternates_are_others_for_each_role_while_there_are_others() -> None:
    values: dict[Role, float] = dict.fromkeys(ROLES, 1.0)
    experts = [
        Expert(f"e{number}", {role: value - number / 10 for role, value in values.items()}) for number in range(6)
    ]
    requirements = [Requirement("size", 2, 2), *(Requirement("role", 1, 1, role) for role in ("chair", "member"))]
    found = find_alternates(experts, requirements, {"e0": "chair", "e1": "member"}, 2)
    assert [[id for id, _ in some] for some in found.values()] == [["e2", "e3"], ["e4", "e5"]]


def test_who_holds_no_doctorate_is_a_plain_member() -> None:
    values: dict[Role, float] = dict.fromkeys(ROLES, 1.0)
    experts = [Expert("master", {**values, "chair": 9.0}), Expert("doctor", values, is_doctor=True)]
    requirements = [
        Requirement("size", 2, 2),
        *(Requirement("role", 1, 1, role) for role in ("chair", "member")),
        *(Requirement("role", 0, 0, role) for role in ("vice_chair", "reviewer", "secretary")),
        Requirement("doctorate", of="chair", is_advice=True),
    ]
    seated = seat(experts, requirements)
    assert seated.seating == {"master": "member", "doctor": "chair"}
    assert not keeps(requirements[-1], experts, {"master": "chair"})


def test_who_shows_no_evidence_reviews_nothing_though_a_doctorate_has_to_give_way() -> None:
    values: dict[Role, float] = dict.fromkeys(ROLES, 1.0)
    experts = [
        Expert("knows", values, is_below_doctor=True),
        Expert("far off", {**values, "reviewer": 9.0}, is_doctor=True, knows_subject=False),
        Expert("degree unknown", {**values, "reviewer": 0.5}),
        Expert("chairs", values, is_doctor=True, knows_subject=False),
    ]
    requirements = [
        Requirement("size", 2, 2),
        *(Requirement("role", 1, 1, role) for role in ("chair", "reviewer")),
        *(Requirement("role", 0, 0, role) for role in ("vice_chair", "member", "secretary")),
        Requirement("evidence", is_advice=True),
        Requirement("doctorate", of="chair", is_advice=True),
        Requirement("doctorate", of="reviewer", is_advice=True),
    ]
    seated = seat(experts, requirements)
    assert seated.seating is not None
    assert seated.seating["degree unknown"] == "reviewer"
    assert seated.given_up == ()
    seated = seat([one for one in experts if one.id != "degree unknown"], requirements)
    assert seated.seating is not None
    assert seated.seating["knows"] == "reviewer"
    assert [one.of for one in seated.given_up] == ["reviewer"]
    assert not keeps(requirements[-1], experts, {"knows": "reviewer"})
    assert not keeps(requirements[-3], experts, {"far off": "reviewer"})


def test_one_reviewer_knows_the_subject_where_not_all_can() -> None:
    values: dict[Role, float] = dict.fromkeys(ROLES, 1.0)
    experts = [
        Expert("knows", values),
        *(Expert(id, {**values, "reviewer": 9.0}, knows_subject=False) for id in ("far off", "farther")),
    ]
    requirements = [
        Requirement("role", 2, 2, "reviewer"),
        Requirement("evidence", is_advice=True),
        Requirement("evidence", most=1, is_advice=True),
    ]
    seated = seat(experts, requirements)
    assert seated.seating is not None
    assert seated.seating.get("knows") == "reviewer"
    assert seated.given_up == (requirements[1],)
    assert (
        find_alternates(experts, [requirements[0]], {"knows": "reviewer", "far off": "reviewer"}, 2)["reviewer"] == []
    )
