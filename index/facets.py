"""Facets: what a search is narrowed to by the facts of records, and how many of the best results each choice holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice

from index.traits import Traits
from ingest import Facts, Viewer, parent_fields
from ingest.places import PLACES_APART

COUNTED = 100
"""Results whose facts are counted: every record is ranked, and what stands further behind has little to do with it."""
_LONGEST_SPAN = 20  # years; a longer one says nothing of the time of a record


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a record must state to be found; None: whatever it states. A field of science holds all below it, a place is
    a province of today, else the largest place that is written, and a TRL means this level or a higher one."""

    field: str | None = None
    place: str | None = None
    year: int | None = None
    trl: int | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, aspect.name) is not None for aspect in fields(self))

    def admits(self, known: Traits, is_whole: bool) -> bool:
        """Whether a record of these traits is found by one to whom it `is_whole` or not: what is written of its place
        may tell whose it is."""
        facts = known.facts
        return (
            (self.field is None or self.field in _fields_of(facts))
            and (self.place is None or self.place in _places_of(known, is_whole))
            and (self.year is None or self.year in _years_of(facts))
            and (self.trl is None or (facts.trl is not None and facts.trl >= self.trl))
        )


EVERYTHING = Narrowing()


@dataclass(frozen=True, slots=True)
class Facets:
    """(choice, how many of the best results it holds) by field of science and place, the most frequent first, by year,
    the latest first, and by TRL with all above it; each counted as if the search were narrowed by the others only."""

    fields: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    years: tuple[tuple[int, int], ...]
    trls: tuple[tuple[int, int], ...]


def count_facets(ranked: Sequence[str], traits: Mapping[str, Traits], narrowing: Narrowing, viewer: Viewer) -> Facets:
    """The facets of the best results among `ranked` (ids, best first), all of which the viewer may see."""

    def admitted(aspect: str) -> Iterator[tuple[Traits, bool]]:
        others = replace(narrowing, **{aspect: None})
        found = ((traits[id], traits[id].is_whole_for(id, viewer)) for id in ranked if id in traits)
        return islice(((known, is_whole) for known, is_whole in found if others.admits(known, is_whole)), COUNTED)

    levels = sorted(known.facts.trl for known, _ in admitted("trl") if known.facts.trl is not None)
    years = Counter(year for known, _ in admitted("year") for year in _years_of(known.facts))
    return Facets(
        _by_count(code for known, _ in admitted("field") for code in _fields_of(known.facts)),
        _by_count(place for known, is_whole in admitted("place") for place in _places_of(known, is_whole)),
        tuple(sorted(years.items(), reverse=True)),
        tuple((level, len(levels) - levels.index(level)) for level in sorted(set(levels))),
    )


def _by_count(choices: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(choices).items(), key=lambda counted: (-counted[1], counted[0])))


def _fields_of(facts: Facts) -> set[str]:
    return {one for code in facts.field_codes for one in (code, *parent_fields(code))}


def _places_of(known: Traits, is_whole: bool) -> set[str]:
    if known.facts.place_today:
        return set(known.facts.place_today.split(PLACES_APART))
    return {known.place} if known.place and is_whole else set()


def _years_of(facts: Facts) -> range:
    first, last = facts.year_from or facts.year_to, facts.year_to or facts.year_from
    if first is None or last is None or not 0 <= last - first <= _LONGEST_SPAN:
        return range(0)
    return range(first, last + 1)
