"""Assign all records of a kind to all of another at once by the scores of the ranking, beside a greedy choice."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index import Floats, Index, Mode, Progress, no_progress
from ingest import N_, BanhaError, Kind, Record, Viewer, as_seen_by, is_same_organisation
from matcher.all_pairs import find_grounds, rank_all
from matcher.councils.findings import Finding
from matcher.pairing import mode_of
from matcher.question import Question
from matcher.ranking import Ranking
from matcher.scoring import DEFAULT_SCORING, Scoring
from matcher.task_states import State, find_state
from matcher.teams.assignment import Assignment, assign
from matcher.teams.barring import Bar, find_bars

_OPEN_STATES: tuple[State, ...] = ("asked", "unknown")
# The weakest score of a small list can be 0 or less, although words in common speak for the pair.
_LEAST_STRENGTH = 1e-3

Whole = NDArray[np.int64]
WhyNot = Literal["nobody_fits", "too_few_fit", "barred", "all_taken"]


class BadAssignment(BanhaError):
    """An assignment that cannot be asked for like this."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Each need takes `least` to `most`, each candidate serves at most `load` needs."""

    least: int = 1
    most: int = 1
    load: int = 2
    is_fair: bool = True


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who serves a need: `rank` in its own list, counted from 1. `questions`: declared conflicts and sanctions that may
    be of somebody else, to be asked about first."""

    id: str
    title: str
    score: float
    rank: int
    questions: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Barred:
    """Who serves none of the `records` (id, title) for which there is enough evidence, and what is declared."""

    id: str
    title: str
    records: tuple[tuple[str, str], ...]
    finding: Finding


@dataclass(frozen=True, slots=True)
class Served:
    """A need with those assigned to it. `fitting`: how many candidates have enough evidence and are not barred. Where
    it lacks some, `why` says so and `taken` are the best of those who fit and are taken by others."""

    id: str
    title: str
    chosen: tuple[Chosen, ...]
    fitting: int
    why: WhyNot | None = None
    taken: tuple[Chosen, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one way to assign: all scores added up, the weakest score with which a need must make do, how many needs have
    fewer than asked for."""

    total: float
    worst: float | None
    unserved: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """`loads`: (id, title, needs served) of everybody who serves, most first. `barred` is empty for who may not know
    what is declared: nobody is barred then. `left_out`: how many tasks are under way or over. `bound`: no assignment
    that serves as many, and the worst-off as well, has a greater total. Scores are those of each need's own list, in
    its standard deviations."""

    kind: Kind
    to: Kind
    mode: Mode
    weights: str
    terms: Terms
    needs: tuple[Served, ...]
    loads: tuple[tuple[str, str, int], ...]
    barred: tuple[Barred, ...]
    left_out: int
    candidates: int
    outcome: Outcome
    greedy: Outcome
    bound: float
    gap: float
    ranking_seconds: float
    solving_seconds: float


def assign_records(
    index: Index,
    kind: Kind,
    to: Kind,
    viewer: Viewer,
    terms: Terms,
    scoring: Scoring = DEFAULT_SCORING,
    progress: Progress = no_progress,
    on: date | None = None,
) -> Allocation:
    """Every record of the kind with candidates of the other; pairs without enough evidence are not made. Tasks that are
    under way or over need nobody any more, and who has a need does not serve it. Declared conflicts and sanctions bar
    pairs for officers; who may not see them gets an assignment without, as of teams. Raises BadAssignment."""
    check_terms(kind, to, terms)
    started = time.monotonic()
    stored = [seen for record in index.store.records(kind) if (seen := as_seen_by(record, viewer))]
    records = [one for one in stored if kind != "proposal" or find_state(one) in _OPEN_STATES]
    ids = index.candidates([to], viewer).record_ids
    if not ids:
        raise BadAssignment(N_("There is nothing of the kind “{kind}” that could be assigned."), kind=to)
    if stored and not records:
        raise BadAssignment(
            N_("All {count} tasks are under way or over: nobody has to be assigned to them."), count=len(stored)
        )
    if not records:
        raise BadAssignment(N_("There is nothing of the kind “{kind}” to assign anybody to."), kind=kind)
    strength = np.full((len(records), len(ids)), np.nan, dtype=np.float32)
    mode: Mode = index.mode
    for row, (question, ranking) in enumerate(rank_all(index, records, to, viewer, scoring.weights, progress)):
        mode = mode_of(ranking)
        _fill(strength[row], index, question, ranking, viewer, ids)
    ranked = time.monotonic()
    progress("assign", 0, 1)
    candidates = [one for record in _read(index, ids) if (one := as_seen_by(record, viewer))]
    if to == "organisation":
        _leave_out_own(strength, records, ids, candidates)
    bars = find_bars(index, records, candidates, on or date.today()) if viewer.sees_all else []
    market = _Market(records, ids, {one.id: one.title for one in candidates}, strength, bars)
    allowed = market.allow()
    found = assign(allowed, terms.least, terms.most, terms.load, terms.is_fair)
    greedy = _assign_greedily(allowed, terms)
    progress("assign", 1, 1)
    needs, loads = market.describe(terms, allowed, found)
    return Allocation(
        kind,
        to,
        mode,
        scoring.weights.version,
        terms,
        needs,
        loads,
        market.list_barred(),
        len(stored) - len(records),
        len(ids),
        Outcome(found.total, found.worst, len(found.unserved)),
        greedy,
        found.total_bound,
        found.gap,
        ranked - started,
        found.seconds,
    )


def check_terms(kind: Kind, to: Kind, terms: Terms) -> None:
    """Raises BadAssignment."""
    if kind == to:
        raise BadAssignment(N_("A kind cannot be assigned to itself: {kind}."), kind=kind)
    if not 0 <= terms.least <= terms.most or terms.most < 1:
        raise BadAssignment(N_("{least} to {most} for each is no possible number."), least=terms.least, most=terms.most)
    if terms.load < 1:
        raise BadAssignment(N_("A load of {load} lets nobody do anything; it must be at least 1."), load=terms.load)


def _fill(row: Floats, index: Index, question: Question, ranking: Ranking, viewer: Viewer, ids: Sequence[str]) -> None:
    """The scores of those with enough evidence, as a match has it: who stands out of the list and of every field."""
    # What was stored or removed meanwhile waits for the next time.
    if list(ranking.candidates.record_ids) != list(ids):
        places = {id: place for place, id in enumerate(ids)}
        kept = [(at, places[id]) for at, id in enumerate(ranking.candidates.record_ids) if id in places]
    else:
        kept = [(at, at) for at in range(len(ids))]
    inside = set(ranking.order)
    grounds = find_grounds(index, question, ranking, viewer, ranking.order)
    for at, place in kept:
        if at in inside and grounds.get(ids[place], "insufficient") != "insufficient":
            row[place] = max(float(ranking.scores[at]), _LEAST_STRENGTH)


def _leave_out_own(
    strength: Floats, records: Sequence[Record], ids: Sequence[str], candidates: Sequence[Record]
) -> None:
    """Who has a need does not serve it."""
    places = {id: place for place, id in enumerate(ids)}
    for need, record in enumerate(records):
        own = record.facts.organisation if record.kind == "need" else None
        for one in candidates if own else ():
            if is_same_organisation(one.title, own or ""):
                strength[need, places[one.id]] = np.nan


def _assign_greedily(strength: Floats, terms: Terms) -> Outcome:
    """The strongest pair that still fits, again and again, as one would by hand from the lists."""
    flat = np.where(np.isnan(strength), -np.inf, strength)
    order = np.argsort(-flat, axis=None, kind="stable")[: int(np.isfinite(flat).sum())]
    needs, candidates = np.unravel_index(order, flat.shape)
    given: list[list[float]] = [[] for _ in range(len(strength))]
    taken = np.zeros(strength.shape[1], dtype=np.int64)
    for need, candidate in zip(needs.tolist(), candidates.tolist(), strict=True):
        if len(given[need]) < terms.most and taken[candidate] < terms.load:
            given[need].append(float(strength[need, candidate]))
            taken[candidate] += 1
    worst = [scores[min(len(scores), terms.least) - 1] for scores in given if scores and terms.least]
    lacking = sum(len(scores) < terms.least for scores in given)
    return Outcome(sum(map(sum, given)), min(worst, default=None), lacking)


def _read(index: Index, ids: Sequence[str]) -> list[Record]:
    found = index.store.get_many(list(ids))
    return [found[id] for id in ids if id in found]


@dataclass(frozen=True, slots=True)
class _Market:
    """Needs (n) and candidates (m) with the strengths (n × m) of the lists, NaN without enough evidence, and what is
    declared."""

    records: Sequence[Record]
    ids: Sequence[str]
    titles: Mapping[str, str]
    strength: Floats
    bars: Sequence[Bar]

    def allow(self) -> Floats:
        """The strengths without the pairs that are barred."""
        allowed = self.strength.copy()
        for bar in self.bars:
            if bar.is_sure:
                allowed[self._needs_of(bar), self.ids.index(bar.candidate)] = np.nan
        return allowed

    def list_barred(self) -> tuple[Barred, ...]:
        return tuple(
            Barred(bar.candidate, self._title(bar.candidate), tuple((one.id, one.title) for one in kept), bar.finding)
            for bar in self.bars
            if bar.is_sure and (kept := [self.records[need] for need in self._needs_of(bar)])
        )

    def describe(
        self, terms: Terms, allowed: Floats, found: Assignment
    ) -> tuple[tuple[Served, ...], tuple[tuple[str, str, int], ...]]:
        """Each need with its candidates, and who serves how many."""
        unserved = set(found.unserved)
        needs = []
        for need, record in enumerate(self.records):
            known = np.where(np.isnan(allowed[need]), -np.inf, allowed[need])
            fitting = int(np.isfinite(known).sum())
            one = Served(record.id, record.title, self._choose(need, found.chosen[need]), fitting)
            if need in unserved:
                best = [place for place in np.argsort(-known, kind="stable").tolist() if known[place] > -np.inf]
                others = [place for place in best if place not in found.chosen[need]][:3]
                one = replace(one, why=self._why(need, fitting, terms), taken=self._choose(need, others))
            needs.append(one)
        served = terms.load - np.array(found.spare, dtype=np.int64)
        busy = sorted(np.flatnonzero(served).tolist(), key=lambda place: (-served[place], self.ids[place]))
        return tuple(needs), tuple(
            (self.ids[place], self._title(self.ids[place]), int(served[place])) for place in busy
        )

    def _why(self, need: int, fitting: int, terms: Terms) -> WhyNot:
        if fitting >= terms.least:
            return "all_taken"
        if np.isfinite(self.strength[need]).sum() >= terms.least:
            return "barred"
        return "too_few_fit" if fitting else "nobody_fits"

    def _choose(self, need: int, places: Sequence[int]) -> tuple[Chosen, ...]:
        # The rank is that of the list, where those who are barred stand too.
        known = np.where(np.isnan(self.strength[need]), -np.inf, self.strength[need])
        return tuple(
            Chosen(
                self.ids[place],
                self._title(self.ids[place]),
                float(known[place]),
                1 + int((known > known[place]).sum()),
                tuple(
                    bar.finding
                    for bar in self.bars
                    if not bar.is_sure and bar.candidate == self.ids[place] and self.records[need].id in bar.records
                ),
            )
            for place in places
        )

    def _needs_of(self, bar: Bar) -> list[int]:
        """Those that it concerns and for which there is enough evidence."""
        column, concerned = self.ids.index(bar.candidate), set(bar.records)
        return [
            need
            for need, record in enumerate(self.records)
            if record.id in concerned and np.isfinite(self.strength[need, column])
        ]

    def _title(self, id: str) -> str:
        return self.titles.get(id, id)
