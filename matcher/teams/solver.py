"""Find the best teams under hard rules, or the fewest rules that make a team impossible."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matcher.exact_solver import solve_exactly
from matcher.teams.conflicts import smallest_conflict
from matcher.teams.model import Row, TeamModel
from matcher.teams.problem import (
    Budget,
    CoverWeightAtLeast,
    House,
    Rule,
    TeamProblem,
    find_missing_houses,
    rule_key,
)
from matcher.teams.reduction import reduce_to_representatives

# For a team that differs in several people, of what the best is worth that differs in one. Below that, of the invented
# province's first 20 needs, mostly one person alone stood where two to four were.
_LEAST_WORTH = 0.75


@dataclass(frozen=True, slots=True)
class Member:
    """A candidate in a role, with how well it fits it."""

    candidate: str
    role: str
    quality: float


@dataclass(frozen=True, slots=True)
class CompetenceCover:
    """How strongly a competence is covered, and by whom; strength 0 by nobody."""

    competence: str
    strength: float
    candidate: str | None


@dataclass(frozen=True, slots=True)
class Team:
    """A team and how it was valued; `objective` = `quality` + `cover` − `members_cost`.

    `differs_by`: so many of its people, or all, are not in an earlier team, and the other way round (the first: 0).
    `bound`: no team that differs by as many from those before it is worth more, as the solver has proved;
    `gap` = (bound − objective) / |objective|. `is_optimal`: the gap is nothing but the solver's tolerance.
    `loss`: how much less than the first team it is worth. `uncovered`: competences below `covered_from`.
    `unpriced`: members whose cost is unknown, which the budget counts as 0."""

    members: tuple[Member, ...]
    differs_by: int
    objective: float
    quality: float
    cover: float
    members_cost: float
    covers: tuple[CompetenceCover, ...]
    uncovered: tuple[str, ...]
    unpriced: tuple[str, ...]
    cost: float
    bound: float
    gap: float
    is_optimal: bool
    loss: float
    seconds: float


@dataclass(frozen=True, slots=True)
class RuleConflict:
    """Rules that no team can keep together. `is_verified`: infeasible, and feasible without any one of them,
    each decided by the solver. `is_smallest`: proved that no fewer rules conflict."""

    rules: tuple[Rule, ...]
    is_verified: bool
    is_smallest: bool


@dataclass(frozen=True, slots=True)
class TeamAnswer:
    """The best team and those that differ; with none, the houses of which nobody is there, or the rules in conflict.

    `ended`: `count` as many as asked; `exhausted` no other team has other people; `time` the time was up;
    `missing_house`; `conflict`."""

    teams: tuple[Team, ...]
    missing_houses: tuple[House, ...]
    conflict: RuleConflict | None
    ended: Literal["count", "exhausted", "time", "missing_house", "conflict"]


def propose_teams(
    problem: TeamProblem, count: int = 1, differences: int = 2, seconds: float | None = None
) -> TeamAnswer:
    """The best team, then the best that differs in people from all before it, up to `count`.

    Counted are those who can hold key roles. Of two teams at least `differences` people are not in the other, on both
    sides, all of a side that has fewer. Where no such team is worth three quarters of the best with one such person, it
    is one. The same people in other roles, some of them, or all with one more are no other team: fewer are proposed
    then. So each team is exactly the best under its own condition; that the list as a whole is the best set of teams
    is not claimed.

    `seconds` are shared out among the teams still to come. When they are up, the best team found stands with
    its gap; where none was found, the search for any team at all goes on without a limit, and so does that for a
    conflict, of which only the proof that none is smaller is given up then. The same problem in
    any order gives the same teams, unless the time was up."""
    missing = find_missing_houses(problem)
    if missing:
        return TeamAnswer((), missing, None, "missing_house")
    model = TeamModel.of(problem)
    rules = sorted(problem.all_rules, key=rule_key)
    teams: list[Team] = []
    end = None if seconds is None else time.monotonic() + seconds
    while len(teams) < count:
        left = None if end is None else (end - time.monotonic()) / (count - len(teams))
        if teams and left is not None and left <= 0:
            return TeamAnswer(tuple(teams), (), None, "time")
        team = _another_team(model, rules, teams, differences, left)
        if team is None and not teams:
            return TeamAnswer((), (), _explain_conflict(problem, rules, end), "conflict")
        if team is None:
            return TeamAnswer(tuple(teams), (), None, "exhausted")
        differences = team.differs_by or differences
        teams.append(team)
    return TeamAnswer(tuple(teams), (), None, "count")


def _another_team(
    model: TeamModel, rules: Sequence[Rule], teams: Sequence[Team], differences: int, seconds: float | None
) -> Team | None:
    """The best that differs from `teams` in so many people, or in one where that is too dear."""
    if not teams:
        return _best_team(model, rules, (), seconds, None)
    found = []
    levels = sorted({differences, 1}, reverse=True)
    for level in levels:
        cuts = [row for team in teams for row in _unlike(model, team, level)]
        left = None if seconds is None else seconds / len(levels)
        team = _best_team(model, rules, cuts, left, teams[0])
        found += [replace(team, differs_by=level)] if team else []
    if not found:
        return None
    return found[0] if found[0].objective >= _LEAST_WORTH * found[-1].objective else found[-1]


def _best_team(
    model: TeamModel, rules: Sequence[Rule], cuts: Sequence[Row], seconds: float | None, first: Team | None
) -> Team | None:
    start = time.monotonic()
    excluded: list[Row] = []
    while True:
        left = None if seconds is None else seconds - (time.monotonic() - start)
        program = model.program(rules, [*cuts, *excluded])
        answer = solve_exactly(program, left)
        # Stopped early, the solver may know less than that no team has more than everything worth having.
        bound = min(-answer.bound, -float(np.minimum(program.cost, 0).sum()))
        values = answer.values
        if answer.status == "stopped" and values is None:
            # Any team at all is much easier to find than the best, and nothing is worse than no answer.
            values = solve_exactly(model.program(rules, [*cuts, *excluded], has_objective=False)).values
        if values is None:
            return None
        if _keeps_sums(model, rules, values):
            is_optimal = answer.status == "optimal"
            return _describe(model, values, bound, is_optimal, first, time.monotonic() - start)
        excluded.append(_other_than(model, values))


def _explain_conflict(problem: TeamProblem, rules: Sequence[Rule], end: float | None) -> RuleConflict:
    model = TeamModel.of(reduce_to_representatives(problem, rules))

    def feasible(chosen: Sequence[Rule]) -> bool:
        excluded: list[Row] = []
        while True:
            values = solve_exactly(model.program(chosen, excluded, has_objective=False)).values
            if values is None:
                return False
            if _keeps_sums(model, chosen, values):
                return True
            excluded.append(_other_than(model, values))

    found = smallest_conflict(rules, feasible, end=end)
    is_verified = not feasible(found.constraints) and all(
        feasible([other for other in found.constraints if other != rule]) for rule in found.constraints
    )
    return RuleConflict(found.constraints, is_verified, found.is_smallest)


def _unlike(model: TeamModel, team: Team, differences: int) -> Iterator[Row]:
    """The rows that a team keeps if so many of this one are not in it, and so many of its own not in this one."""
    key = {role.name for role in model.problem.roles if role.is_key}
    able = {candidate.id for candidate in model.problem.candidates if key & candidate.qualities.keys()}
    members = {member.candidate for member in team.members}
    if not members & able:
        able = set(model.joins)
    old = [model.joins[id] for id in sorted(members & able)]
    new = dict.fromkeys((model.joins[id] for id in sorted(able - members)), 1.0)
    yield Row(dict.fromkeys(old, 1), upper=len(old) - min(differences, len(old)))
    yield Row(new, lower=1)
    # One who is new is enough where nobody stays: such a team may have one member only.
    for stays in old if differences > 1 else ():
        yield Row(new | {stays: 1 - differences}, lower=1)


def _other_than(model: TeamModel, values: NDArray[np.float64]) -> Row:
    """The row that every team keeps but the one of these members."""
    signs = {place: 1 if values[place] > 0.5 else -1 for place in model.joins.values()}
    return Row(signs, upper=sum(sign for sign in signs.values() if sign > 0) - 1)


def _keeps_sums(model: TeamModel, rules: Sequence[Rule], values: NDArray[np.float64]) -> bool:
    """Whether sums of amounts are kept exactly; the solver lets them pass by a millionth."""
    joined = [candidate for candidate in model.problem.candidates if values[model.joins[candidate.id]] > 0.5]
    for rule in rules:
        if isinstance(rule, Budget):
            cost = math.fsum(candidate.cost or 0 for candidate in joined)
            if cost > rule.total * (1 + 1e-12):
                return False
        if isinstance(rule, CoverWeightAtLeast):
            cover = math.fsum(
                weight * max((candidate.competences.get(name, 0) for candidate in joined), default=0)
                for name, weight in model.problem.competences.items()
            )
            if cover < rule.total * (1 - 1e-12):
                return False
    return True


def _describe(
    model: TeamModel, values: NDArray[np.float64], bound: float, is_optimal: bool, first: Team | None, seconds: float
) -> Team:
    """The team that the variables say, valued anew from the problem's own figures."""
    problem = model.problem
    candidates = {candidate.id: candidate for candidate in problem.candidates}
    order = {role.name: place for place, role in enumerate(problem.roles)}
    members = tuple(
        Member(id, role, candidates[id].qualities[role])
        for (id, role), place in sorted(model.holds.items(), key=lambda held: (order[held[0][1]], held[0][0]))
        if values[place] > 0.5
    )
    joined = [candidates[id] for id in sorted({member.candidate for member in members})]
    covers = []
    for name in problem.competences:
        strongest = max(joined, key=lambda candidate: candidate.competences.get(name, 0), default=None)
        strength = strongest.competences.get(name, 0) if strongest else 0
        covers.append(CompetenceCover(name, strength, strongest.id if strongest and strength > 0 else None))
    quality = math.fsum(member.quality for member in members)
    cover = problem.cover_weight * math.fsum(
        problem.competences[covered.competence] * covered.strength for covered in covers
    )
    members_cost = problem.member_cost * len(joined)
    objective = quality + cover - members_cost
    bound = max(bound, objective)
    return Team(
        members=members,
        differs_by=0,
        objective=objective,
        quality=quality,
        cover=cover,
        members_cost=members_cost,
        covers=tuple(covers),
        uncovered=tuple(covered.competence for covered in covers if covered.strength < problem.covered_from),
        unpriced=tuple(candidate.id for candidate in joined if candidate.cost is None),
        cost=math.fsum(candidate.cost or 0 for candidate in joined),
        bound=bound,
        gap=(bound - objective) / max(abs(objective), 1e-9),
        is_optimal=is_optimal,
        loss=first.objective - objective if first else 0.0,
        seconds=seconds,
    )
