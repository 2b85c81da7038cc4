"""Teams: no rule broken, the best there is, and conflicts minimal, all recounted by trying every team."""

from __future__ import annotations

import math
import random
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from itertools import chain, combinations, product

import pytest

from matcher.exact_solver import solve_exactly
from matcher.teams.model import TeamModel
from matcher.teams.problem import (
    Apart,
    Budget,
    Candidate,
    CoverAtLeast,
    CoverWeightAtLeast,
    Forbidden,
    Forced,
    House,
    OneRoleEach,
    OrganisationAtMost,
    PlacedIn,
    Role,
    RoleAtLeast,
    RoleAtMost,
    Rule,
    TeamAtLeast,
    TeamAtMost,
    TeamProblem,
    WithinCapacity,
    find_missing_houses,
    leave_houses_out,
    rule_key,
)
from matcher.teams.reduction import reduce_to_representatives
from matcher.teams.solver import Team, TeamAnswer, propose_teams

Holdings = dict[str, frozenset[str]]  # member → roles held

ROLES: dict[str, House] = {
    "orderer": "state",
    "cofunder": "state",
    "lead": "science",
    "member": "science",
    "need_owner": "enterprise",
    "user": "enterprise",
}


# ------------------------------------------------------------------- every team, judged without any linear program


def every_team(problem: TeamProblem) -> list[Holdings]:
    """All choices of roles by all candidates; nobody is kept from holding several."""
    choices = []
    for candidate in problem.candidates:
        roles = sorted(candidate.qualities)
        choices.append(list(chain.from_iterable(combinations(roles, size) for size in range(len(roles) + 1))))
    ids = [candidate.id for candidate in problem.candidates]
    return [{id: frozenset(held) for id, held in zip(ids, chosen, strict=True) if held} for chosen in product(*choices)]


def is_broken(rule: Rule, team: Holdings, problem: TeamProblem) -> bool:
    present = [candidate for candidate in problem.candidates if candidate.id in team]

    def holders(role: str) -> list[Candidate]:
        return [candidate for candidate in present if role in team[candidate.id]]

    if isinstance(rule, RoleAtLeast):
        return len(holders(rule.role)) < rule.count
    if isinstance(rule, RoleAtMost):
        return len(holders(rule.role)) > rule.count
    if isinstance(rule, OneRoleEach):
        return any(
            frozenset((one, two)) not in rule.compatible
            for held in team.values()
            for one in held
            for two in held
            if one != two
        )
    if isinstance(rule, WithinCapacity):
        return any(person.load + 1 > person.capacity for person in present)
    if isinstance(rule, Apart):
        return {rule.first, rule.second} <= set(team)
    if isinstance(rule, Forced):
        return rule.candidate not in team or (rule.role is not None and rule.role not in team[rule.candidate])
    if isinstance(rule, Forbidden):
        return rule.candidate in team
    if isinstance(rule, OrganisationAtMost):
        employers = [person.organisation for person in present if person.organisation]
        return any(employers.count(employer) > rule.count for employer in employers)
    if isinstance(rule, PlacedIn):
        concerned = present if rule.role is None else holders(rule.role)
        inside = [person.place in rule.places for person in concerned]
        return not (any(inside) if rule.quantity == "some" else all(inside))
    if isinstance(rule, Budget):
        return sum(person.cost or 0 for person in present) > rule.total + 1e-9
    if isinstance(rule, CoverAtLeast):
        covered = [
            any(person.competences.get(name, 0) >= problem.covered_from for person in present)
            for name in problem.competences
        ]
        return sum(covered) < rule.count
    if isinstance(rule, CoverWeightAtLeast):
        return weighted_cover(team, problem) < rule.total - 1e-9
    if isinstance(rule, TeamAtLeast):
        return len(team) < rule.count
    assert isinstance(rule, TeamAtMost)
    return len(team) > rule.count


def weighted_cover(team: Holdings, problem: TeamProblem) -> float:
    total = 0.0
    for name, weight in problem.competences.items():
        strengths = [0.0]
        for candidate in problem.candidates:
            if candidate.id in team:
                strengths.append(candidate.competences.get(name, 0.0))
        total += weight * max(strengths)
    return total


def worth(team: Holdings, problem: TeamProblem) -> float:
    people = {candidate.id: candidate for candidate in problem.candidates}
    quality = sum(people[id].qualities[role] for id, held in team.items() for role in held)
    return quality + problem.cover_weight * weighted_cover(team, problem) - problem.member_cost * len(team)


def differs(team: Holdings, earlier: Holdings, problem: TeamProblem, differences: int) -> bool:
    key = {role.name for role in problem.roles if role.is_key}
    counted = {one.id for one in problem.candidates if key & set(one.qualities)}
    if not counted & set(earlier):
        counted = {one.id for one in problem.candidates}
    before, now = counted & set(earlier), counted & set(team)
    gone, come = before - now, now - before
    return bool(come) and len(gone) >= min(differences, len(before)) and len(come) >= min(differences, len(now))


# ------------------------------------------------------------------------------------------------ random problems


def a_problem(seed: int, most: int = 7) -> TeamProblem:
    """A small problem with rules of every kind; about half are impossible, some of these for want of a house."""
    chance = random.Random(seed)
    houses: list[House] = ["state", "science", "science", "enterprise"]
    count = chance.randint(4, most)
    competences = {f"c{number}": chance.choice([0.5, 1.0, 2.0]) for number in range(chance.randint(0, 4))}
    candidates = []
    for number in range(count):
        house = chance.choice(houses) if chance.random() < 0.3 else houses[number % 4]
        able = [role for role, owner in ROLES.items() if owner == house and chance.random() < 0.85]
        candidates.append(
            Candidate(
                id=f"p{number}",
                house=house,
                qualities={role: round(chance.random(), 2) for role in able},
                competences={name: round(chance.random(), 1) for name in competences if chance.random() < 0.6},
                organisation=chance.choice([None, "u1", "u2", "u3"]),
                place=chance.choice([None, "a", "b", "c"]),
                cost=chance.choice([None, 0, *range(10, 60, 5)]),
                load=chance.randint(0, 2),
                capacity=chance.randint(1, 3),
            )
        )
    roles = []
    for name, house in ROLES.items():
        least = chance.choice([0, 1, 1, 2]) if house == "science" else chance.choice([0, 0, 0, 1])
        most = chance.choice([None, max(1, least), max(1, least), least + 1])
        roles.append(Role(name, house, least, most, is_key=name != "member"))
    ids = [candidate.id for candidate in candidates]
    names = list(ROLES)
    some = [
        OneRoleEach(frozenset({frozenset({"need_owner", "user"})})),
        OneRoleEach(),
        WithinCapacity(),
        Apart(*chance.sample(ids, 2)),
        Apart(*chance.sample(ids, 2)),
        Forced(chance.choice(ids)),
        Forced(
            *chance.choice([(one.id, role) for one in candidates for role in one.qualities] or [(ids[0], names[0])])
        ),
        Forbidden(chance.choice(ids)),
        OrganisationAtMost(chance.randint(1, 2)),
        PlacedIn(frozenset(chance.sample("abc", 2)), "all", chance.choice([None, *names])),
        PlacedIn(frozenset(chance.sample("abc", 1)), "some", chance.choice([None, None, *names])),
        Budget(chance.randint(10, 40) * 5),
        CoverAtLeast(chance.randint(0, len(competences))),
        CoverWeightAtLeast(round(sum(competences.values()) * chance.random() * 0.8, 2)),
        TeamAtLeast(chance.randint(1, 4)),
        TeamAtMost(chance.randint(2, 6)),
    ]
    share = chance.choice([0.1, 0.2, 0.3, 0.5])
    return TeamProblem(
        tuple(candidates),
        tuple(roles),
        competences,
        tuple(rule for rule in some if chance.random() < share),
        cover_weight=chance.choice([0.0, 0.5, 1.0, 2.0]),
        member_cost=chance.choice([0.0, 0.05, 0.3]),
    )


def holdings_of(team: Team) -> Holdings:
    ids = {member.candidate for member in team.members}
    return {id: frozenset(member.role for member in team.members if member.candidate == id) for id in ids}


def check(problem: TeamProblem) -> str:
    """Compare the answer with trying every team; returns how it ended."""
    rules = problem.all_rules
    answer = propose_teams(problem, count=3, differences=2)
    teams = every_team(problem)
    broken = [frozenset(place for place, rule in enumerate(rules) if is_broken(rule, team, problem)) for team in teams]
    if answer.ended == "missing_house":
        roles = {role.name: role.house for role in problem.roles}
        for house in answer.missing_houses:
            assert not any(roles[role] == house for person in problem.candidates for role in person.qualities)
            assert any(role.house == house and role.minimum for role in problem.roles)
        assert all(broken)
        return answer.ended
    allowed = [team for team, breaks in zip(teams, broken, strict=True) if not breaks]
    if answer.conflict is not None:
        assert not allowed
        ways_out = set(broken)
        conflict = {rules.index(rule) for rule in answer.conflict.rules}
        assert answer.conflict.is_verified
        assert all(breaks & conflict for breaks in ways_out)
        for rule in conflict:
            assert any(not breaks & (conflict - {rule}) for breaks in ways_out)
        if answer.conflict.is_smallest:
            for fewer in combinations(range(len(rules)), len(conflict) - 1):
                assert any(not breaks & set(fewer) for breaks in ways_out)
        return answer.ended
    earlier: list[Holdings] = []
    level = 2

    def others(differences: int) -> list[Holdings]:
        return [team for team in allowed if all(differs(team, one, problem, differences) for one in earlier)]

    for team in answer.teams:
        held = holdings_of(team)
        assert held in allowed
        best = max(worth(candidate, problem) for candidate in others(1))
        other = others(team.differs_by)
        if earlier and level > 1:
            most = max((worth(candidate, problem) for candidate in others(2)), default=-math.inf)
            assert most >= best * 0.75 - 1e-5 if team.differs_by == 2 else most < best * 0.75 + 1e-5
            level = team.differs_by
        assert team.differs_by == (level if earlier else 0)
        best = max(worth(candidate, problem) for candidate in other)
        assert held in other
        assert worth(held, problem) == pytest.approx(best, abs=2e-6)
        assert team.objective == pytest.approx(worth(held, problem), abs=1e-9)
        assert team.is_optimal
        assert team.gap <= 1e-4
        assert team.bound >= best - 2e-6
        earlier.append(held)
    if answer.ended == "exhausted":
        assert not others(1)
    return answer.ended


def test_thirty_random_problems_agree_with_trying_every_team() -> None:
    ended = [check(a_problem(seed, most=5)) for seed in range(30)]
    assert {"count", "exhausted", "conflict", "missing_house"} == set(ended)


@pytest.mark.soak
def test_a_thousand_random_problems_agree_with_trying_every_team() -> None:
    ended = [check(a_problem(seed)) for seed in range(100, 1_100)]
    assert ended.count("conflict") > 200
    assert ended.count("count") > 60
    assert ended.count("exhausted") > 100


@pytest.mark.parametrize("seed", range(4))
def test_a_team_is_possible_among_representatives_exactly_when_among_all(seed: int) -> None:
    chance = random.Random(seed)
    problem = a_crowd(25, seed)
    ids = [one.id for one in problem.candidates]
    rules = [*problem.all_rules, Budget(chance.choice([60, 90, 120, 150])), Forced(chance.choice(ids))]
    rules += [OrganisationAtMost(2), TeamAtLeast(chance.randint(6, 9)), Forbidden(chance.choice(ids))]
    every = TeamModel.of(replace(problem, competences={}))
    few = TeamModel.of(reduce_to_representatives(problem, rules))
    for _ in range(6):
        chosen = chance.sample(rules, chance.randint(len(rules) // 2, len(rules)))
        answers = {solve_exactly(model.program(chosen, has_objective=False)).values is None for model in (every, few)}
        assert len(answers) == 1


# ------------------------------------------------------------------------------------------------- single behaviours


def a_village() -> TeamProblem:
    return TeamProblem(
        candidates=(
            Candidate("department", "state", {"orderer": 0.6}, place="binh-duong"),
            Candidate("an", "science", {"lead": 0.9, "member": 0.5}, {"lacquer": 0.9}, "university", cost=30),
            Candidate("binh", "science", {"lead": 0.7, "member": 0.6}, {"drying": 0.8}, "university", cost=20),
            Candidate("chi", "science", {"member": 0.4}, {"drying": 0.4, "law": 0.3}, "institute", cost=None),
            Candidate("workshop", "enterprise", {"need_owner": 0.8, "user": 0.7}, place="binh-duong"),
        ),
        roles=(
            Role("orderer", "state", 1, 1),
            Role("lead", "science", 1, 1),
            Role("member", "science", 0, 3, is_key=False),
            Role("need_owner", "enterprise", 1, 1),
            Role("user", "enterprise", 1, 1),
        ),
        competences={"lacquer": 1.0, "drying": 1.0, "law": 0.5},
        rules=(OneRoleEach(frozenset({frozenset({"need_owner", "user"})})),),
        member_cost=0.7,
    )


def best(problem: TeamProblem) -> Team:
    return propose_teams(problem).teams[0]


def rules_in_conflict(answer: TeamAnswer) -> set[str]:
    assert answer.conflict is not None
    return {rule_key(rule) for rule in answer.conflict.rules}


def test_a_team_says_who_covers_what_and_what_nobody_covers() -> None:
    team = best(a_village())
    assert [(member.candidate, member.role) for member in team.members] == [
        ("department", "orderer"),
        ("an", "lead"),
        ("binh", "member"),
        ("workshop", "need_owner"),
        ("workshop", "user"),
    ]
    assert {cover.competence: cover.candidate for cover in team.covers} == {
        "lacquer": "an",
        "drying": "binh",
        "law": None,
    }
    assert team.uncovered == ("law",)
    assert team.objective == pytest.approx(team.quality + team.cover - team.members_cost)


def test_nobody_joins_who_adds_less_than_a_member_costs() -> None:
    assert "chi" not in holdings_of(best(a_village()))
    assert "chi" in holdings_of(best(replace(a_village(), member_cost=0.0)))


def test_who_has_no_known_cost_is_named_where_costs_are_added() -> None:
    team = best(replace(a_village(), rules=(*a_village().rules, Forced("chi"), Budget(25))))
    assert team.cost <= 25
    assert "chi" in team.unpriced


def test_a_budget_in_dong_is_kept_to_the_dong() -> None:
    village = a_village()
    dear = tuple(replace(one, cost=1_000_000_001 if one.id in ("an", "binh") else None) for one in village.candidates)
    two = replace(village, candidates=dear, rules=(*village.rules, Forced("an"), Forced("binh")))
    answer = propose_teams(replace(two, rules=(*two.rules, Budget(2_000_000_001))))
    assert rules_in_conflict(answer) == {
        "Budget(total=2000000001)",
        "Forced(candidate=an,role=None)",
        "Forced(candidate=binh,role=None)",
    }
    assert propose_teams(replace(two, rules=(*two.rules, Budget(2_000_000_002)))).teams


def test_a_person_forced_into_two_roles_is_a_conflict_of_three_rules() -> None:
    village = a_village()
    answer = propose_teams(replace(village, rules=(*village.rules, Forced("an", "lead"), Forced("an", "member"))))
    assert rules_in_conflict(answer) == {
        "OneRoleEach(compatible=need_owner+user)",
        "Forced(candidate=an,role=lead)",
        "Forced(candidate=an,role=member)",
    }
    assert answer.conflict is not None
    assert answer.conflict.is_verified
    assert answer.conflict.is_smallest


def test_a_role_that_somebody_cannot_take_conflicts_by_itself() -> None:
    village = a_village()
    answer = propose_teams(replace(village, rules=(*village.rules, Forced("chi", "lead"))))
    assert rules_in_conflict(answer) == {"Forced(candidate=chi,role=lead)"}


def test_a_missing_house_is_named_and_the_others_can_be_teamed_meanwhile() -> None:
    village = a_village()
    alone = replace(
        village,
        candidates=tuple(one for one in village.candidates if one.house != "enterprise"),
        rules=(*village.rules, PlacedIn(frozenset({"binh-duong"}), "some", "user")),
    )
    answer = propose_teams(alone)
    assert answer.missing_houses == ("enterprise",)
    assert (answer.teams, answer.conflict) == ((), None)
    rest = leave_houses_out(alone, find_missing_houses(alone))
    assert {member.role for member in best(rest).members} == {"orderer", "lead", "member"}


def scientists_of(answer: TeamAnswer) -> list[set[str]]:
    return [{member.candidate for member in team.members if member.role in ("lead", "member")} for team in answer.teams]


def test_the_same_people_in_other_roles_are_no_other_team() -> None:
    village = a_village()
    both = tuple(one for one in village.candidates if one.id != "chi")
    answer = propose_teams(replace(village, candidates=both), count=5)
    assert scientists_of(answer) == [{"an", "binh"}]
    assert answer.ended == "exhausted"


def with_others(*names: str) -> TeamProblem:
    village = a_village()
    more = tuple(Candidate(name, "science", {"lead": 0.5, "member": 0.5}, {"lacquer": 0.9}) for name in names)
    key = tuple(replace(role, is_key=role.house == "science") for role in village.roles)
    return replace(village, candidates=village.candidates + more, roles=key, member_cost=0.0)


def test_teams_differ_in_two_people_where_there_are_as_many_and_say_what_that_costs() -> None:
    answer = propose_teams(with_others("dung", "em", "giang", "ha"), count=2)
    first, second = scientists_of(answer)
    assert len(first - second) >= 2
    assert len(second - first) >= 2
    assert answer.ended == "count"
    assert answer.teams[0].loss == 0
    assert answer.teams[1].loss == pytest.approx(answer.teams[0].objective - answer.teams[1].objective)
    assert answer.teams[1].loss > 0


def test_teams_differ_in_one_where_two_others_would_be_worth_much_less() -> None:
    answer = propose_teams(replace(with_others("dung"), member_cost=0.75), count=2)
    first, second = scientists_of(answer)
    assert [team.differs_by for team in answer.teams] == [0, 1]
    assert len(first - second) == len(second - first) == 1


@pytest.mark.parametrize("seed", [3, 8, 21, 34])
def test_the_order_of_candidates_and_rules_changes_nothing(seed: int) -> None:
    problem = a_problem(seed)
    # All alike, so that only ties decide.
    candidates = [
        replace(one, qualities=dict.fromkeys(one.qualities, 0.5), competences={}) for one in problem.candidates
    ]
    rules = list(problem.rules)
    answers = set()
    for turn in range(4):
        random.Random(turn).shuffle(candidates)
        random.Random(turn).shuffle(rules)
        answer = propose_teams(replace(problem, candidates=tuple(candidates), rules=tuple(rules)), count=3)
        answers.add((tuple(team.members for team in answer.teams), answer.ended, answer.conflict))
    assert len(answers) == 1


def a_crowd(count: int, seed: int = 1) -> TeamProblem:
    chance = random.Random(seed)
    competences = {f"c{number}": 1.0 for number in range(12)}
    candidates = []
    for number in range(count):
        house: House = chance.choice(["state", "science", "science", "science", "enterprise"])
        candidates.append(
            Candidate(
                f"p{number:04}",
                house,
                {role: chance.random() for role, owner in ROLES.items() if owner == house},
                {name: chance.random() for name in chance.sample(sorted(competences), 4)} if house == "science" else {},
                organisation=f"u{chance.randrange(count // 5)}",
                cost=chance.randint(10, 60),
            )
        )
    roles = tuple(Role(name, house, 1, 5 if name == "member" else 1) for name, house in ROLES.items())
    rules = (OneRoleEach(), WithinCapacity(), OrganisationAtMost(1), Budget(200))
    return TeamProblem(tuple(candidates), roles, competences, rules, member_cost=0.3)


def test_when_the_time_is_up_a_team_and_its_gap_still_come() -> None:
    problem = a_crowd(60)
    hurried = propose_teams(problem, seconds=0.0)
    assert len(hurried.teams) == 1
    team = hurried.teams[0]
    assert not team.is_optimal
    assert not [rule for rule in problem.all_rules if is_broken(rule, holdings_of(team), problem)]
    exact = best(problem)
    assert team.objective <= exact.objective <= team.bound
    assert team.gap == pytest.approx((team.bound - team.objective) / team.objective)


def test_when_the_time_is_up_no_further_teams_are_sought() -> None:
    assert propose_teams(a_crowd(60), count=3, seconds=0.0).ended == "time"


def test_ctrl_c_ends_a_long_search_at_once() -> None:
    program = textwrap.dedent("""
        import os, signal, threading, numpy
        from scipy.sparse import csr_array
        from matcher.exact_solver import LinearProgram, solve_exactly
        chance = numpy.random.default_rng(0)
        matrix = chance.random((60, 300))
        hard = LinearProgram(-chance.random(300), csr_array(matrix), numpy.full(60, -numpy.inf), matrix.sum(1) * 0.3,
                             numpy.ones(300), numpy.ones(300, dtype=bool))
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            solve_exactly(hard, seconds=60)
        except KeyboardInterrupt:
            raise SystemExit(130)
    """)
    start = time.monotonic()
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 130
    assert time.monotonic() - start < 30


def test_what_refers_to_nothing_is_refused_with_its_place() -> None:
    village = a_village()
    with pytest.raises(ValueError, match=r"Forced\(candidate=dung,role=None\): unknown candidate dung"):
        replace(village, rules=(Forced("dung"),))
    with pytest.raises(ValueError, match=r"unknown role chair"):
        replace(village, rules=(RoleAtLeast("chair", 1),))
    with pytest.raises(ValueError, match="candidate an stands twice"):
        replace(village, candidates=(*village.candidates, Candidate("an", "science", {})))
    with pytest.raises(ValueError, match="candidate x: role lead is not one of its house"):
        replace(village, candidates=(Candidate("x", "state", {"lead": 1.0}),))
    with pytest.raises(ValueError, match="candidate x: quality as lead is not a number of at least 0"):
        replace(village, candidates=(Candidate("x", "science", {"lead": float("nan")}),))
    with pytest.raises(ValueError, match="candidate x: strength in law is not between 0 and 1"):
        replace(village, candidates=(Candidate("x", "science", {}, {"law": 1.5}),))
    with pytest.raises(ValueError, match="names one candidate twice"):
        replace(village, rules=(Apart("an", "an"),))
