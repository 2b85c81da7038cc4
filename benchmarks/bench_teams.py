"""Teams: how long the exact search takes by the number of candidates, and what it gains on a greedy choice."""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import replace
from itertools import count

from benchmarks.conditions import SEED, print_conditions, print_table
from matcher.teams.problem import (
    Apart,
    Budget,
    Candidate,
    CoverAtLeast,
    House,
    OneRoleEach,
    OrganisationAtMost,
    PlacedIn,
    Role,
    TeamProblem,
    WithinCapacity,
)
from matcher.teams.solver import propose_teams

SIZES = (50, 200, 500)
TRIALS = 3
TEAMS = 3
COMPETENCES = 8
BUDGET = 250
ROLES: tuple[Role, ...] = (
    Role("orderer", "state", 1, 1),
    Role("cofunder", "state", 0, 1),
    Role("lead", "science", 1, 1),
    Role("member", "science", 1, 6, is_key=False),
    Role("need_owner", "enterprise", 1, 1),
    Role("user", "enterprise", 1, 2),
)


def main() -> None:
    print_conditions(f"Teams of three houses: the best and {TEAMS - 1} that differ")
    rows = []
    for size in SIZES:
        seconds, gaps, gains, losses, conflicts = [], [], [], [], []
        for seed in count(SEED):
            if len(conflicts) == TRIALS:
                break
            problem = invent_problem(size, seed)
            start = time.monotonic()
            answer = propose_teams(problem, count=TEAMS, seconds=60)
            lasted = time.monotonic() - start
            if not answer.teams:  # impossible as invented
                continue
            seconds.append(lasted)
            gaps += [team.gap for team in answer.teams]
            losses += [team.loss / team.objective for team in answer.teams[1:]]
            gains.append(answer.teams[0].objective / greedy_worth(problem) - 1)
            impossible = replace(problem, rules=(*problem.rules, Budget(30)))
            start = time.monotonic()
            conflict = propose_teams(impossible).conflict
            assert conflict is not None
            assert conflict.is_verified
            conflicts.append((time.monotonic() - start, len(conflict.rules), conflict.is_smallest))
        rows.append(
            [
                f"{size:,}",
                f"{statistics.median(seconds):.1f} ({max(seconds):.1f})",
                f"{max(gaps):.4%}",
                f"{statistics.mean(losses):.1%}",
                f"{statistics.mean(gains):+.1%}",
                f"{statistics.median(taken for taken, _, _ in conflicts):.1f}",
                "/".join(str(rules) for _, rules, _ in conflicts),
                str(sum(is_smallest for _, _, is_smallest in conflicts)),
            ]
        )
    print_table(
        [
            "candidates",
            f"seconds for {TEAMS} teams, median (most)",
            "greatest gap",
            "mean loss of the others",
            "gain on greedy",
            "seconds to explain a conflict",
            "rules in it",
            f"proved smallest, of {TRIALS}",
        ],
        rows,
    )


def invent_problem(size: int, seed: int) -> TeamProblem:
    """Candidates of the three houses, a fifth of them in state bodies, with rules of every common kind."""
    chance = random.Random(seed)
    competences = {f"competence {number}": chance.choice([1.0, 2.0]) for number in range(COMPETENCES)}
    candidates = []
    for number in range(size):
        house: House = chance.choice(["state", "science", "science", "science", "enterprise"])
        able = [role.name for role in ROLES if role.house == house]
        known = chance.sample(sorted(competences), 3) if house == "science" else []
        candidates.append(
            Candidate(
                f"candidate {number:04}",
                house,
                {role: chance.random() for role in able},
                {name: chance.betavariate(2, 2) for name in known},
                organisation=f"organisation {chance.randrange(max(size // 8, 4))}",
                place=chance.choice(["here", "near", "far"]),
                cost=chance.randint(10, 60),
                load=chance.randint(0, 3),
                capacity=3,
            )
        )
    ids = [candidate.id for candidate in candidates]
    rules = (
        OneRoleEach(frozenset({frozenset({"need_owner", "user"})})),
        WithinCapacity(),
        OrganisationAtMost(2),
        PlacedIn(frozenset({"here"}), "all", "user"),
        PlacedIn(frozenset({"here", "near"}), "some", "lead"),
        Budget(BUDGET),
        CoverAtLeast(4),
        *(Apart(*chance.sample(ids, 2)) for _ in range(10)),
    )
    return TeamProblem(tuple(candidates), ROLES, competences, rules, member_cost=0.3)


def greedy_worth(problem: TeamProblem) -> float:
    """What a choice role after role is worth: the best for each, then members while they add more than they
    cost. It keeps every rule but, perhaps, the least cover and numbers that it finds nobody for, which flatters it."""
    apart = {frozenset((rule.first, rule.second)) for rule in problem.rules if isinstance(rule, Apart)}
    joined: list[Candidate] = []
    quality = 0.0

    def cover(people: list[Candidate]) -> float:
        return sum(
            weight * max((person.competences.get(name, 0) for person in people), default=0)
            for name, weight in problem.competences.items()
        )

    for role in problem.roles:
        for place in range(role.maximum or 1):
            free = [
                person
                for person in problem.candidates
                if role.name in person.qualities
                and person not in joined
                and person.load < person.capacity
                and sum(other.organisation == person.organisation for other in joined) < 2
                and not any(frozenset((person.id, other.id)) in apart for other in joined)
                and sum(other.cost or 0 for other in joined) + (person.cost or 0) <= BUDGET
                and (role.name != "user" or person.place == "here")
                and (role.name != "lead" or person.place != "far")
            ]
            if not free:
                break

            def added(person: Candidate, role: Role = role) -> float:
                return person.qualities[role.name] + cover([*joined, person]) - cover(joined) - problem.member_cost

            best = max(free, key=added)
            if place >= role.minimum and added(best) <= 0:
                break
            quality += best.qualities[role.name]
            joined.append(best)
    return quality + problem.cover_weight * cover(joined) - problem.member_cost * len(joined)


if __name__ == "__main__":
    main()
