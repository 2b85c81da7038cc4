"""The crowd: what of all candidates is the same for every question, worked out once between two changes."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from index import Candidates, Floats, Integers, Traits
from ingest import Facts, Kind, Viewer
from matcher.fusion import DEFAULT_WEIGHTS, Weights
from matcher.question import NAMED_KINDS
from matcher.signals import availability, count_running, running_tasks, work_weights

Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Distinct(Generic[Value]):
    """What each candidate says of one fact, each value once: `places` are those of the candidates among them."""

    values: tuple[Value, ...]
    places: Integers

    @classmethod
    def of(cls, said: Sequence[Value]) -> Distinct[Value]:
        numbers: dict[Value, int] = {}
        places = np.array([numbers.setdefault(value, len(numbers)) for value in said], dtype=np.int64)
        return cls(tuple(numbers), places)

    def score(self, fit: Callable[[Value], float | None]) -> Floats:
        """The fit of each candidate: (records,), NaN where it is None."""
        fits = np.array([fit(value) for value in self.values], dtype=np.float32)
        return fits[self.places] if len(self.values) else np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Crowd:
    """All candidates by what is known of them. `of_works` weighs each passage as a work: (passages,); `names` are the
    passages that only name a person or body. Facts stand beside whether a need says them, industries behind the fields
    of science that are stated. `free` is how free each is: (records,), NaN where that is not known."""

    of_works: Floats
    weighs_works: bool
    names: Integers
    field_codes: Distinct[tuple[str, ...]]
    industries: Distinct[tuple[tuple[str, ...], tuple[str, ...]]]
    places: Distinct[tuple[str | None, str | None]]
    trls: Distinct[tuple[bool, int | None]]
    budgets: Distinct[tuple[bool, int | None]]
    free: Floats


@dataclass(frozen=True, slots=True)
class _Kept:
    traits: Mapping[str, Traits]
    day: datetime.date
    by_switches: dict[tuple[bool, bool], Crowd] = field(default_factory=dict)


_kept: WeakKeyDictionary[Candidates, _Kept] = WeakKeyDictionary()
_keeping = threading.Lock()


def crowd_of(
    candidates: Candidates, traits: Mapping[str, Traits], viewer: Viewer, weights: Weights = DEFAULT_WEIGHTS
) -> Crowd:
    """The crowd of these candidates of this viewer, as of today, its works weighed by role and age where these are
    switched on; kept for the next question."""
    today, switches = datetime.date.today(), (weights.uses("role"), weights.uses("age"))
    with _keeping:
        held = _kept.get(candidates)
        if held is None or held.traits is not traits or held.day != today:
            held = _kept[candidates] = _Kept(traits, today)
        found = held.by_switches.get(switches)
    if found is None:
        found = held.by_switches[switches] = _describe(candidates, traits, viewer, today, *switches)
    return found


def _describe(
    candidates: Candidates,
    traits: Mapping[str, Traits],
    viewer: Viewer,
    today: datetime.date,
    by_role: bool,
    by_age: bool,
) -> Crowd:
    known = [traits.get(id) for id in candidates.record_ids]
    facts = [found.facts if found else Facts() for found in known]
    is_need = [kind == "need" for kind in candidates.kinds]
    of_works = _weigh_works(candidates, known, today.year, by_role, by_age)
    return Crowd(
        of_works,
        bool((of_works != 1.0).any()),
        name_rows(candidates),
        Distinct.of([one.field_codes for one in facts]),
        Distinct.of(
            [
                (stated_fields(one, bool(found and found.suggests_fields)), one.industry_codes)
                for found, one in zip(known, facts, strict=True)
            ]
        ),
        Distinct.of([(one.place_written, one.place_today) for one in facts]),
        Distinct.of([(need, one.trl) for need, one in zip(is_need, facts, strict=True)]),
        Distinct.of([(need, one.budget_vnd) for need, one in zip(is_need, facts, strict=True)]),
        how_free(candidates, traits, viewer),
    )


def with_whole_works(crowd: Crowd, rows: slice) -> Crowd:
    """The crowd as it would be if the works of one candidate counted whole."""
    of_works = crowd.of_works.copy()
    of_works[rows] = 1.0
    return replace(crowd, of_works=of_works, weighs_works=bool((of_works != 1.0).any()))


def name_rows(candidates: Candidates) -> Integers:
    """The title passages of persons and bodies that have other passages."""
    is_name = np.array([kind in NAMED_KINDS for kind in candidates.kinds], dtype=bool) & (candidates.sizes > 1)
    return np.flatnonzero((candidates.sections < 0) & np.repeat(is_name, candidates.sizes))


def stated_fields(facts: Facts, is_suggested: bool) -> tuple[str, ...]:
    """The fields of science of a record, for its industry to be compared with: a firm's text may suggest any, what it
    lives from is stated."""
    return () if is_suggested and facts.industry_codes else facts.field_codes


def _weigh_works(
    candidates: Candidates, known: Sequence[Traits | None], today: int, by_role: bool, by_age: bool
) -> Floats:
    """(passages,)"""
    weights = np.ones(len(candidates.ids), dtype=np.float32)
    told = [(at, found) for at, found in enumerate(known) if found and (any(found.roles) or any(found.years))]
    # What the viewer may not see must not tell how old the rest is, and no work is of a year to come.
    seen = [set(candidates.sections[candidates.rows_of(at)].tolist()) for at, _ in told]
    years = (
        year
        for (_, found), sections in zip(told, seen, strict=True)
        for number, year in enumerate(found.years)
        if year and number in sections
    )
    newest = max((min(year, today) for year in years), default=None)
    for at, found in told:
        roles = found.roles if by_role else (None,) * len(found.roles)
        weighed = work_weights(roles, found.years, newest if by_age else None)
        of_sections = np.array([*weighed, 1.0], dtype=np.float32)
        rows = candidates.rows_of(at)
        weights[rows] = of_sections[np.minimum(candidates.sections[rows], len(of_sections) - 1)]
    return weights


def how_free(
    candidates: Candidates, traits: Mapping[str, Traits], viewer: Viewer, but_for: str | None = None
) -> Floats:
    """How free each candidate is, by the running tasks that the viewer may see whole, but for the task `but_for`:
    (records,), NaN for who is no person or not wholly seen, and for all where no task runs."""
    tasks: list[Facts] = [
        found.facts
        for id, found in traits.items()
        if found.kind == "proposal" and id != but_for and (found.is_public or viewer.sees_all_of(id))
    ]
    leads = count_running(tasks, datetime.date.today().year)

    def free(id: str, kind: Kind) -> float | None:
        found = traits.get(id) if kind == "scientist" and leads else None
        if found is None or not (found.is_public or viewer.sees_all_of(id)):
            return None
        return availability(running_tasks(found.title, found.facts.organisation, leads))

    rows: list[float | None] = [
        free(id, kind) for id, kind in zip(candidates.record_ids, candidates.kinds, strict=True)
    ]
    return np.array(rows, dtype=np.float32)
