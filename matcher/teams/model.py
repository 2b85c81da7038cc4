"""Write the problem of a team as a linear program, each rule as rows of its own that can be left out."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from matcher.exact_solver import LinearProgram
from matcher.teams.problem import (
    Apart,
    Budget,
    Candidate,
    CoverAtLeast,
    CoverWeightAtLeast,
    Forbidden,
    Forced,
    OneRoleEach,
    OrganisationAtMost,
    PlacedIn,
    RoleAtLeast,
    RoleAtMost,
    Rule,
    TeamAtLeast,
    TeamAtMost,
    TeamProblem,
    WithinCapacity,
)

Holding = tuple[str, str]  # candidate, role


@dataclass(frozen=True, slots=True)
class Row:
    """`lower` ≤ the sum of variables times `values` ≤ `upper`; an absent variable is left out of the sum."""

    values: Mapping[int, float]
    lower: float = -np.inf
    upper: float = np.inf


@dataclass(frozen=True, slots=True)
class TeamModel:
    """Variables of a team's linear program, all from 0 to 1, and what they cost.

    `holds`: this candidate holds this role (whole). `joins`: the candidate is a member (whole). `shows`: the
    candidate is the one by whom this competence is covered. `covered`: some member covers the competence.
    The last two come out right without being whole: their rows leave a best value at a corner."""

    problem: TeamProblem
    holds: dict[Holding, int]
    joins: dict[str, int]
    shows: dict[tuple[str, str], int]
    covered: dict[str, int]

    @classmethod
    def of(cls, problem: TeamProblem) -> TeamModel:
        """The variables in an order that depends on names only, so that the same problem, in whatever order
        it is handed in, is the same program and has the same answer, ties included."""
        candidates = tuple(sorted(problem.candidates, key=lambda candidate: candidate.id))
        holdings = [(candidate.id, role) for candidate in candidates for role in sorted(candidate.qualities)]
        showings = [
            (candidate.id, name)
            for candidate in candidates
            for name in sorted(problem.competences)
            if candidate.competences.get(name, 0) > 0
        ]
        starts = np.cumsum([0, len(holdings), len(candidates), len(showings)])
        return cls(
            replace(problem, candidates=candidates),
            {holding: int(starts[0]) + place for place, holding in enumerate(holdings)},
            {candidate.id: int(starts[1]) + place for place, candidate in enumerate(candidates)},
            {showing: int(starts[2]) + place for place, showing in enumerate(showings)},
            {name: int(starts[3]) + place for place, name in enumerate(sorted(problem.competences))},
        )

    def program(self, rules: Sequence[Rule], cuts: Iterable[Row] = (), has_objective: bool = True) -> LinearProgram:
        """The linear program under these rules and cuts; without the objective any team will do."""
        from scipy.sparse import csr_array

        rows = [*self._meanings(), *(row for rule in rules for row in self.rows(rule)), *cuts]
        pointers = np.cumsum([0, *(len(row.values) for row in rows)])
        places = np.fromiter((place for row in rows for place in row.values), dtype=np.int32, count=pointers[-1])
        values = np.fromiter((value for row in rows for value in row.values.values()), dtype=float, count=pointers[-1])
        size = len(self.holds) + len(self.joins) + len(self.shows) + len(self.covered)
        is_whole = np.zeros(size, dtype=bool)
        is_whole[: len(self.holds) + len(self.joins)] = True
        return LinearProgram(
            -self._worth(size) if has_objective else np.zeros(size),
            csr_array((values, places, pointers), shape=(len(rows), size)),
            np.array([row.lower for row in rows]),
            np.array([row.upper for row in rows]),
            np.ones(size),
            is_whole,
        )

    def rows(self, rule: Rule) -> Iterator[Row]:
        """What the rule asks of the variables."""
        candidates = self.problem.candidates
        match rule:
            case RoleAtLeast(role, count):
                yield Row(dict.fromkeys(self._holders(role), 1), lower=count)
            case RoleAtMost(role, count):
                yield Row(dict.fromkeys(self._holders(role), 1), upper=count)
            case OneRoleEach(compatible):
                yield from (row for candidate in candidates for row in self._single_roles(candidate, compatible))
            case WithinCapacity():
                full = [candidate.id for candidate in candidates if candidate.load >= candidate.capacity]
                yield Row({self.joins[id]: 1 for id in full}, upper=0)
            case Apart(first, second):
                yield Row({self.joins[first]: 1, self.joins[second]: 1}, upper=1)
            case Forced(id, None):
                yield Row({self.joins[id]: 1}, lower=1)
            case Forced(id, str(role)):
                # A role that the candidate cannot take leaves an empty sum, which nothing lifts to 1.
                yield Row({self.holds[id, role]: 1} if (id, role) in self.holds else {}, lower=1)
            case Forbidden(id):
                yield Row({self.joins[id]: 1}, upper=0)
            case OrganisationAtMost(count):
                staff: defaultdict[str, list[int]] = defaultdict(list)
                for candidate in candidates:
                    if candidate.organisation is not None:
                        staff[candidate.organisation].append(self.joins[candidate.id])
                yield from (Row(dict.fromkeys(people, 1), upper=count) for people in staff.values())
            case PlacedIn(places, quantity, role):
                inside = {candidate.id for candidate in candidates if candidate.place in places}
                concerned = dict(self._concerned(role))
                if quantity == "some":
                    yield Row({place: 1 for id, place in concerned.items() if id in inside}, lower=1)
                else:
                    yield Row({place: 1 for id, place in concerned.items() if id not in inside}, upper=0)
            case Budget(total):
                costs = {self.joins[candidate.id]: candidate.cost for candidate in candidates if candidate.cost}
                # In parts of the greatest cost, so that the solver's tolerance is a millionth of that.
                unit = max(costs.values(), default=1)
                yield Row({place: cost / unit for place, cost in costs.items()}, upper=total / unit)
            case CoverAtLeast(count):
                yield Row(dict.fromkeys(self.covered.values(), 1), lower=count)
            case CoverWeightAtLeast(total):
                yield Row(self._cover(), lower=total)
            case TeamAtLeast(count):
                yield Row(dict.fromkeys(self.joins.values(), 1), lower=count)
            case TeamAtMost(count):
                yield Row(dict.fromkeys(self.joins.values(), 1), upper=count)

    def _meanings(self) -> Iterator[Row]:
        """What ties the variables together, under any rules."""
        by_candidate: defaultdict[str, list[int]] = defaultdict(list)
        for (id, _), place in self.holds.items():
            by_candidate[id].append(place)
            yield Row({place: 1, self.joins[id]: -1}, upper=0)
        for id, joins in self.joins.items():
            yield Row({joins: 1} | dict.fromkeys(by_candidate[id], -1), upper=0)
        shown_by: defaultdict[str, list[int]] = defaultdict(list)
        for (id, competence), place in self.shows.items():
            shown_by[competence].append(place)
            yield Row({place: 1, self.joins[id]: -1}, upper=0)
        for competence, covered in self.covered.items():
            yield Row(dict.fromkeys(shown_by[competence], 1), upper=1)
            able = (
                candidate.id
                for candidate in self.problem.candidates
                if candidate.competences.get(competence, 0) >= self.problem.covered_from
            )
            yield Row({covered: 1} | {self.joins[id]: -1 for id in able}, upper=0)

    def _worth(self, size: int) -> np.ndarray:
        worth = np.zeros(size)
        qualities = {candidate.id: candidate.qualities for candidate in self.problem.candidates}
        for (id, role), place in self.holds.items():
            worth[place] = qualities[id][role]
        for place in self.joins.values():
            worth[place] = -self.problem.member_cost
        for place, value in self._cover().items():
            worth[place] = self.problem.cover_weight * value
        return worth

    def _cover(self) -> dict[int, float]:
        strengths = {candidate.id: candidate.competences for candidate in self.problem.candidates}
        return {
            place: self.problem.competences[competence] * strengths[id][competence]
            for (id, competence), place in self.shows.items()
        }

    def _holders(self, role: str) -> list[int]:
        return [place for (_, held), place in self.holds.items() if held == role]

    def _concerned(self, role: str | None) -> list[tuple[str, int]]:
        if role is None:
            return list(self.joins.items())
        return [(id, place) for (id, held), place in self.holds.items() if held == role]

    def _single_roles(self, candidate: Candidate, compatible: frozenset[frozenset[str]]) -> Iterator[Row]:
        roles = sorted(candidate.qualities)
        clashing: list[tuple[str, ...]] = [pair for pair in combinations(roles, 2) if frozenset(pair) not in compatible]
        if len(roles) > 2 and len(clashing) == math.comb(len(roles), 2):
            clashing = [tuple(roles)]  # says the same as all the pairs, and more tightly
        for together in clashing:
            yield Row({self.holds[candidate.id, role]: 1 for role in together}, upper=1)
