"""Reduce the problem of a team to few candidates among whom a team is possible exactly when one is among all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace

from matcher.teams.problem import (
    Apart,
    Budget,
    Candidate,
    CoverAtLeast,
    CoverWeightAtLeast,
    Forbidden,
    Forced,
    OrganisationAtMost,
    PlacedIn,
    RoleAtLeast,
    Rule,
    TeamAtLeast,
    TeamProblem,
)


def reduce_to_representatives(problem: TeamProblem, rules: Sequence[Rule]) -> TeamProblem:
    """The problem with as many of each sort of candidates as any team under any of these rules can need.

    Two candidates are of a sort when no rule tells them apart but by cost; the cheapest stand for all. Rules that
    ask for something are kept by at most one member for each thing asked for, whoever else leaves, and no rule
    that limits something is broken by leaving. Where organisations are counted, as many of these as there are things
    asked for are enough: one of them has no other member in the team. So a team is possible exactly when it is among
    these, under all of the rules and under any part of them. Qualities are of no account here."""
    named = {
        id
        for rule in rules
        for id in (
            (rule.candidate,)
            if isinstance(rule, Forced | Forbidden)
            else (rule.first, rule.second)
            if isinstance(rule, Apart)
            else ()
        )
    }
    needed = 0
    for rule in rules:
        if isinstance(rule, RoleAtLeast | TeamAtLeast):
            needed += rule.count
        elif isinstance(rule, Forced | PlacedIn):
            needed += 1
    counts_cover = any(isinstance(rule, CoverAtLeast | CoverWeightAtLeast) for rule in rules)
    if counts_cover:
        needed += len(problem.competences)
    counts_bodies = any(isinstance(rule, OrganisationAtMost) for rule in rules)
    places = [rule.places for rule in rules if isinstance(rule, PlacedIn)]

    def sort_of(one: Candidate) -> Hashable:
        return (
            one.house,
            frozenset(one.qualities),
            one.load >= one.capacity,
            tuple(one.place in some for some in places),
            frozenset((name, one.competences.get(name, 0)) for name in problem.competences) if counts_cover else None,
        )

    sorts: defaultdict[Hashable, list[Candidate]] = defaultdict(list)
    for one in problem.candidates:
        sorts[one.id if one.id in named else sort_of(one)].append(one)
    has_budget = any(isinstance(rule, Budget) for rule in rules)
    kept: list[Candidate] = []
    most = max(1, needed)
    for some in sorts.values():
        ordered = sorted(some, key=lambda one: ((one.cost or 0.0) if has_budget else 0.0, one.id))
        kept += _of_enough_bodies(ordered, most) if counts_bodies else ordered[:most]
    competences = problem.competences if counts_cover else {}
    return replace(problem, candidates=tuple(kept), competences=competences)


def _of_enough_bodies(ordered: Sequence[Candidate], most: int) -> list[Candidate]:
    """The first that come from `most` organisations, at most so many of each; who has none named is one by itself."""
    kept: list[Candidate] = []
    counts: Counter[str] = Counter()
    for one in ordered:
        body = f"of {one.organisation}" if one.organisation is not None else f"alone {one.id}"
        if counts[body] < most:
            kept.append(one)
            counts[body] += 1
        if len(counts) == most:
            break
    return kept
