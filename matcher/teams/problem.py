"""State the problem of a team of three houses: who may do what, what is needed, and which rules must hold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

House = Literal["state", "science", "enterprise"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone, or a body, that may join.

    `qualities`: for each role it may take, how well it fits it, at least 0. `competences`: how strongly it
    covers each competence, 0 to 1 (those that nobody asks for are ignored). `cost`: in the unit of the
    budget, None where unknown. `load`: what it carries already, of at most `capacity`; a team adds 1, whatever
    the number of roles."""

    id: str
    house: House
    qualities: Mapping[str, float]
    competences: Mapping[str, float] = field(default_factory=dict)
    organisation: str | None = None
    place: str | None = None
    cost: float | None = None
    load: int = 0
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class Role:
    """A part that `minimum` to `maximum` candidates of one house play (None: any number).

    `is_key`: who can hold it is one of the people in whom teams must differ, where several are asked for."""

    name: str
    house: House
    minimum: int = 0
    maximum: int | None = None
    is_key: bool = True


@dataclass(frozen=True, slots=True)
class RoleAtLeast:
    """At least `count` candidates hold the role."""

    role: str
    count: int


@dataclass(frozen=True, slots=True)
class RoleAtMost:
    """At most `count` candidates hold the role."""

    role: str
    count: int


@dataclass(frozen=True, slots=True)
class OneRoleEach:
    """Nobody holds two roles, unless the two are named as a pair that goes together; three must do so by pairs."""

    compatible: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class WithinCapacity:
    """Nobody joins whose load is already as high as the capacity."""


@dataclass(frozen=True, slots=True)
class Apart:
    """The two may not sit in one team."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Forced:
    """The candidate joins; in the role, where one is named."""

    candidate: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The candidate does not join."""

    candidate: str


@dataclass(frozen=True, slots=True)
class OrganisationAtMost:
    """At most `count` members come from any one organisation; who has none named is not counted."""

    count: int


@dataclass(frozen=True, slots=True)
class PlacedIn:
    """All who hold the role (None: all members), or at least one of them, are in one of the places."""

    places: frozenset[str]
    quantity: Literal["all", "some"]
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """The known costs of the members add up to at most `total`."""

    total: float


@dataclass(frozen=True, slots=True)
class CoverAtLeast:
    """At least `count` of the competences are covered (some member's strength reaches `covered_from`)."""

    count: int


@dataclass(frozen=True, slots=True)
class CoverWeightAtLeast:
    """The best strengths, each times the weight of its competence, add up to at least `total`."""

    total: float


@dataclass(frozen=True, slots=True)
class TeamAtLeast:
    """The team has at least `count` members."""

    count: int


@dataclass(frozen=True, slots=True)
class TeamAtMost:
    """The team has at most `count` members."""

    count: int


Rule = (
    RoleAtLeast
    | RoleAtMost
    | OneRoleEach
    | WithinCapacity
    | Apart
    | Forced
    | Forbidden
    | OrganisationAtMost
    | PlacedIn
    | Budget
    | CoverAtLeast
    | CoverWeightAtLeast
    | TeamAtLeast
    | TeamAtMost
)


def rule_key(rule: Rule) -> str:
    """A stable name of a rule, from its kind and parameters: `Forced(candidate=s1,role=lead)`."""
    values = ((name, getattr(rule, name)) for name in rule.__slots__)
    return f"{type(rule).__name__}({','.join(f'{name}={_written(value)}' for name, value in values)})"


def _written(value: object) -> str:
    if isinstance(value, frozenset):
        return "|".join(sorted(_written(part).replace("|", "+") for part in value))
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


@dataclass(frozen=True, slots=True)
class TeamProblem:
    """Which team is best: quality of its roles + `cover_weight` × weighted cover − `member_cost` × members.

    A competence is covered as well as the member strongest in it covers it: a second member who knows the
    same adds nothing (diminishing returns, and the exact linear form of "the best of"). `competences`: weight
    of each. The numbers in the roles are rules like those in `rules`. Raises ValueError, naming what and
    where, for anything that refers to something absent, stands twice, or is out of its range."""

    candidates: tuple[Candidate, ...]
    roles: tuple[Role, ...]
    competences: Mapping[str, float] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    cover_weight: float = 1.0
    member_cost: float = 0.0
    covered_from: float = 0.5

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """The numbers of the roles, then the rules, each once."""
        least = (RoleAtLeast(role.name, role.minimum) for role in self.roles if role.minimum > 0)
        most = (RoleAtMost(role.name, role.maximum) for role in self.roles if role.maximum is not None)
        return tuple(dict.fromkeys((*least, *most, *self.rules)))


def find_missing_houses(problem: TeamProblem) -> tuple[House, ...]:
    """The houses of which the roles need somebody and that nobody at hand could stand for."""
    needed = {role.house for role in problem.roles if role.minimum > 0}
    roles = {role.name: role.house for role in problem.roles}
    present = {roles[role] for candidate in problem.candidates for role in candidate.qualities}
    order: tuple[House, ...] = ("state", "science", "enterprise")
    return tuple(house for house in order if house in needed - present)


def leave_houses_out(problem: TeamProblem, houses: tuple[House, ...]) -> TeamProblem:
    """The problem without the roles of these houses, their candidates and the rules about either: what the
    other houses could do meanwhile."""
    roles = {role.name for role in problem.roles if role.house in houses}
    candidates = {candidate.id for candidate in problem.candidates if candidate.house in houses}

    def concerns(rule: Rule) -> bool:
        match rule:
            case Forced(candidate, role):
                return candidate in candidates or role in roles
            case Forbidden(candidate):
                return candidate in candidates
            case Apart(first, second):
                return first in candidates or second in candidates
            case RoleAtLeast(role) | RoleAtMost(role) | PlacedIn(role=role):
                return role in roles
            case _:
                return False

    return TeamProblem(
        tuple(candidate for candidate in problem.candidates if candidate.id not in candidates),
        tuple(role for role in problem.roles if role.name not in roles),
        problem.competences,
        tuple(rule for rule in problem.rules if not concerns(rule)),
        problem.cover_weight,
        problem.member_cost,
        problem.covered_from,
    )


def _faults(problem: TeamProblem) -> Iterator[str]:
    roles = {role.name: role.house for role in problem.roles}
    candidates = {candidate.id for candidate in problem.candidates}
    for what, names in (
        ("candidate", [candidate.id for candidate in problem.candidates]),
        ("role", [role.name for role in problem.roles]),
    ):
        yield from (f"{what} {name} stands twice" for name in sorted({name for name in names if names.count(name) > 1}))
    amounts = [("weight of cover", problem.cover_weight), ("cost of a member", problem.member_cost)]
    amounts += [(f"weight of competence {name}", weight) for name, weight in problem.competences.items()]
    for candidate in problem.candidates:
        for role, quality in candidate.qualities.items():
            if role not in roles:
                yield f"candidate {candidate.id}: unknown role {role}"
            elif roles[role] != candidate.house:
                yield f"candidate {candidate.id}: role {role} is not one of its house"
            amounts.append((f"candidate {candidate.id}: quality as {role}", quality))
        amounts.append((f"candidate {candidate.id}: cost", candidate.cost or 0))
        for competence, strength in candidate.competences.items():
            if not 0 <= strength <= 1:
                yield f"candidate {candidate.id}: strength in {competence} is not between 0 and 1"
    yield from (f"{what} is not a number of at least 0" for what, amount in amounts if not 0 <= amount < math.inf)
    for rule in problem.rules:
        named = [getattr(rule, name) for name in ("candidate", "first", "second") if hasattr(rule, name)]
        yield from (f"{rule_key(rule)}: unknown candidate {name}" for name in named if name not in candidates)
        if isinstance(rule, Apart) and rule.first == rule.second:
            yield f"{rule_key(rule)}: names one candidate twice"
        role_named = getattr(rule, "role", None)
        if role_named is not None and role_named not in roles:
            yield f"{rule_key(rule)}: unknown role {role_named}"
