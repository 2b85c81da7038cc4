"""Seats of a council chosen exactly among experts under requirements, or the fewest of these that contradict."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.councils.rulesets import KEY_ROLES, ROLES, Role
from matcher.teams.conflicts import Conflict, smallest_conflict

RequirementKind = Literal[
    "size",
    "role",
    "barred",
    "barred_from_key",
    "with",
    "without",
    "per_organisation",
    "host_max",
    "outside_host_min",
    "fields_min",
    "previous_min",
    "doctorate",
    "evidence",
]
_LEADING: tuple[Role, ...] = ("chair", "vice_chair")
Seating = dict[str, Role]
"""Who sits, by id, and as what."""


@dataclass(frozen=True, slots=True)
class Expert:
    """One who could sit. `house` is equal for members of one organisation, None where it is not known; `barred` and
    `barred_from_key` are the kinds of exclusions that keep the person from any seat, or from key roles;
    `knows_subject`: something shows that the person knows the subject of the task."""

    id: str
    values: Mapping[Role, float]
    house: str | None = None
    fields: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    barred_from_key: frozenset[str] = frozenset()
    is_host: bool = False
    was_before: bool = False
    is_doctor: bool = False
    is_below_doctor: bool = False
    knows_subject: bool = True


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a council must keep. `of` is a role, a kind of exclusion or the id of an expert; `role` the one asked for an
    expert. A doctorate is asked of its role `of`, “chair” standing for the vice chair too. What is only advised gives
    way."""

    kind: RequirementKind
    least: int = 0
    most: int = 0
    of: str | None = None
    role: Role | None = None
    is_advice: bool = False


@dataclass(frozen=True, slots=True)
class Seated:
    """The best seating, its value, and the advice that could not be kept; or the conflict that leaves none."""

    seating: Seating | None
    value: float
    given_up: tuple[Requirement, ...]
    conflict: Conflict[Requirement] | None


def seat(experts: Sequence[Expert], requirements: Sequence[Requirement]) -> Seated:
    """The seating of the greatest value that keeps every requirement, proved best by HiGHS (Huangfu and Hall 2018).

    As little advice as possible is given up, the later first, where with all of it nothing is possible; a conflict is
    only told of what is no advice.
    """
    advice = [one for one in requirements if one.is_advice]
    binding = [one for one in requirements if not one.is_advice]
    is_possible = solve(experts, binding, is_any_enough=True) is not None
    for count in range(len(advice), -1, -1) if is_possible else ():
        for kept in itertools.combinations(advice, count):
            if found := solve(experts, [*binding, *kept]):
                return Seated(*found, tuple(one for one in advice if one not in kept), None)
    conflict = smallest_conflict(binding, lambda chosen: solve(experts, chosen, is_any_enough=True) is not None)
    return Seated(None, 0.0, tuple(advice), conflict)


def solve(
    experts: Sequence[Expert], requirements: Sequence[Requirement], is_any_enough: bool = False
) -> tuple[Seating, float] | None:
    """The best seating and its value, or any when that is enough; None when there is none."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    if not experts:
        return ({}, 0.0) if all(keeps(one, [], {}) for one in requirements) else None
    fields = sorted({field for expert in experts for field in expert.fields})
    count = len(experts) * len(ROLES)
    rows: list[tuple[dict[int, float], float, float]] = []
    for at in range(len(experts)):
        rows.append(({at * len(ROLES) + role: 1.0 for role in range(len(ROLES))}, 0, 1))
    for requirement in requirements:
        rows += _rows(requirement, experts, fields, count)
    for number, field in enumerate(fields):
        row = {at * len(ROLES) + r: -1.0 for at, one in enumerate(experts) if field in one.fields for r in range(5)}
        rows.append(({**row, count + number: 1.0}, -np.inf, 0))
    values = [0.0 if is_any_enough else expert.values[role] for expert in experts for role in ROLES]
    at_row, at_column = (
        [row for row, (found, _, _) in enumerate(rows) for _ in found],
        [column for found, _, _ in rows for column in found],
    )
    weights = [weight for found, _, _ in rows for weight in found.values()]
    shape = (len(rows), count + len(fields))
    answer = milp(
        -np.array(values + [0.0] * len(fields)),
        constraints=LinearConstraint(
            csr_array((weights, (at_row, at_column)), shape=shape), [one[1] for one in rows], [one[2] for one in rows]
        ),
        integrality=np.ones(shape[1]),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    if answer.x is None:
        return None
    chosen = [int(at) for at in np.flatnonzero(answer.x[:count] > 0.5)]
    seating = {experts[at // len(ROLES)].id: ROLES[at % len(ROLES)] for at in chosen}
    return seating, sum(expert.values[seating[expert.id]] for expert in experts if expert.id in seating)


def _rows(
    requirement: Requirement, experts: Sequence[Expert], fields: Sequence[str], count: int
) -> list[tuple[dict[int, float], float, float]]:
    """The requirement as bounds on sums of the variables: expert by role, then fields that are represented."""
    of, least, most = requirement.of, requirement.least, requirement.most

    def those(chosen: Sequence[bool], roles: Sequence[Role] = ROLES) -> dict[int, float]:
        places = [ROLES.index(role) for role in roles]
        return {at * len(ROLES) + role: 1.0 for at, one in enumerate(chosen) if one for role in places}

    everybody = [True] * len(experts)
    match requirement.kind:
        case "size":
            return [(those(everybody), least, most)]
        case "role":
            return [(those(everybody, [role for role in ROLES if role == of]), least, most)]
        case "barred":
            return [(those([of in one.barred for one in experts]), 0, 0)]
        case "barred_from_key":
            return [(those([of in one.barred_from_key for one in experts], sorted(KEY_ROLES)), 0, 0)]
        case "with":
            roles = [requirement.role] if requirement.role else ROLES
            return [(those([one.id == of for one in experts], roles), 1, 1)]
        case "without":
            return [(those([one.id == of for one in experts]), 0, 0)]
        case "per_organisation":
            houses = Counter(one.house for one in experts if one.house)
            crowded = sorted(house for house, number in houses.items() if number > most)
            return [(those([one.house == house for one in experts]), 0, most) for house in crowded]
        case "host_max":
            return [(those([one.is_host for one in experts]), 0, most)]
        case "outside_host_min":
            return [(those([not one.is_host for one in experts]), least, np.inf)]
        case "fields_min":
            return [({count + number: 1.0 for number in range(len(fields))}, least, np.inf)]
        case "doctorate":
            return [(those([_lacks_doctorate(one, of) for one in experts], _of_doctorate(of)), 0, 0)]
        case "evidence":
            return [(those([not one.knows_subject for one in experts], ["reviewer"]), 0, most)]
        case "previous_min":
            return [(those([one.was_before for one in experts]), least, np.inf)]


def _of_doctorate(of: str | None) -> tuple[Role, ...]:
    return ("reviewer",) if of == "reviewer" else _LEADING


def _lacks_doctorate(one: Expert, of: str | None) -> bool:
    """Who reviews may have a doctorate that is not said; who leads is known to have one."""
    return one.is_below_doctor if of == "reviewer" else not one.is_doctor


def keeps(requirement: Requirement, experts: Sequence[Expert], seating: Mapping[str, Role]) -> bool:
    """Whether a seating keeps the requirement, told without the solver."""
    seated = [one for one in experts if one.id in seating]
    of, least, most = requirement.of, requirement.least, requirement.most
    match requirement.kind:
        case "size":
            return least <= len(seated) <= most
        case "role":
            return least <= sum(role == of for role in seating.values()) <= most
        case "barred":
            return all(of not in one.barred for one in seated)
        case "barred_from_key":
            return all(of not in one.barred_from_key or seating[one.id] not in KEY_ROLES for one in seated)
        case "with":
            return any(id == of and requirement.role in (None, role) for id, role in seating.items())
        case "without":
            return of not in seating
        case "per_organisation":
            return max(Counter(one.house for one in seated if one.house).values(), default=0) <= most
        case "host_max":
            return sum(one.is_host for one in seated) <= most
        case "outside_host_min":
            return sum(not one.is_host for one in seated) >= least
        case "fields_min":
            return len({field for one in seated for field in one.fields}) >= least
        case "doctorate":
            return all(not _lacks_doctorate(one, of) or seating[one.id] not in _of_doctorate(of) for one in seated)
        case "evidence":
            return sum(not one.knows_subject and seating[one.id] == "reviewer" for one in seated) <= most
        case "previous_min":
            return sum(one.was_before for one in seated) >= least


def find_alternates(
    experts: Sequence[Expert], requirements: Sequence[Requirement], seating: Seating, limit: int
) -> dict[Role, list[tuple[str, tuple[str, ...]]]]:
    """For each role the best experts without a seat who could step in, with whom each could stand in for; every
    requirement is still kept then. Nobody is named for a second role while others are left for it, and nobody as a
    reviewer who is not known to know the subject."""
    found: dict[Role, list[tuple[str, tuple[str, ...]]]] = {}
    named: Counter[str] = Counter()
    # Reviewers first: who understands the task best is not spent on another role.
    for role in sorted(set(seating.values()), key=lambda one: (one != "reviewer", ROLES.index(one))):
        holders = [id for id, held in seating.items() if held == role]
        found[role] = []
        for expert in sorted(experts, key=lambda one: (named[one.id], -one.values[role], one.id)):
            if len(found[role]) == limit:
                break
            if expert.id in seating or (role == "reviewer" and not expert.knows_subject):
                continue
            replaced = tuple(
                holder
                for holder in holders
                if all(
                    keeps(one, experts, {id: held for id, held in seating.items() if id != holder} | {expert.id: role})
                    for one in requirements
                )
            )
            if replaced:
                found[role].append((expert.id, replaced))
        named.update(id for id, _ in found[role])
    return found
