"""Gaps (cung – cầu): what is asked for against what is there, by field of science, place and year.

What counts (a figure is always a number of records, and keeps their ids):

- **Demand**: `need`, every need; `order`, proposals whose status says that they are not yet a task, or that have
  neither status nor code nor leader (``task_states.yaml``).
- **Supply**: `scientist`, every scientist; `task`, tasks running or done; `offer`, organisations with a technology on
  offer, a laboratory or a Fablab. Tasks that failed or were stopped, proposals that were turned down, and those of
  which nothing says whether they are tasks are neither.
- **Field**: the codes of the classification a record bears, without those above another of its own (``2`` beside
  ``203``); `field` is the first digit, `group` the first three. Codes that are only suggested by the text count, and
  are counted again as `suggested`.
- **Place**: `place`, the provinces of today, or one that is in no list as written (*tỉnh Sông Trà* is invented);
  `locality`, districts and towns as written. A scientist without a place is where the stored organisation of the same
  name is.
- **Year**: the first year of a need, proposal or task. A scientist counts in the years in which a work, project or
  patent is dated, and in the four after each (Vietnamese CV forms ask for the last five years), up to the last year
  that anything stored is dated. Offers have no year.
- What is not known is a value of its own (None): the cells of a table hold every record. One in two fields or places
  stands in two cells; `Table.repeated` is how many such standings there are more than records.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from index.wanted import check_wanted
from ingest import Record, Viewer, as_seen_by, organisation_key
from matcher.gaps.localities import localities_of, place_written, provinces_of, provinces_written
from matcher.task_states import BEGUN, State, find_state

Part = Literal["need", "order", "scientist", "task", "offer"]
Dimension = Literal["field", "group", "place", "locality", "year"]
Value = str | int | None
Key = tuple[Value, ...]

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
DEMAND: tuple[Part, ...] = ("need", "order")
SUPPLY: tuple[Part, ...] = ("scientist", "task", "offer")
PARTS: tuple[Part, ...] = (*DEMAND, *SUPPLY)
OFFERS = frozenset({"technology_offer", "laboratory", "fablab"})
DATED = frozenset({"work", "project", "patent"})
ACTIVE_YEARS = 5
_GROUP = 3  # digits of the second level


@dataclass(frozen=True, slots=True)
class Subject:
    """A record as the viewer sees it, and where it counts. `part` is None for what is neither demand nor supply,
    `state` that of a proposal. `codes` are fields of the first or second level; `started` is the first year of a
    proposal that is or was a task."""

    record: Record
    part: Part | None
    state: State | None
    codes: tuple[str, ...]
    is_suggested: bool
    provinces: tuple[str, ...]
    localities: tuple[str, ...]
    years: tuple[int, ...]
    started: int | None = None

    @property
    def id(self) -> str:
        return self.record.id

    def values(self, dimension: Dimension) -> Sequence[Value]:
        """Where it stands in a dimension; ``(None,)`` where that is not known."""
        found: dict[Dimension, Sequence[Value]] = {
            "field": tuple(dict.fromkeys(code[0] for code in self.codes)),
            "group": self.codes,
            "place": self.provinces,
            "locality": self.localities,
            "year": self.years,
        }
        return found[dimension] or (None,)


@dataclass(frozen=True, slots=True)
class Cell:
    """The records that stand at a key, by part, ids in order; `suggested` those of them whose fields are only
    suggested."""

    key: Key
    ids: Mapping[Part, tuple[str, ...]]
    suggested: tuple[str, ...]

    def count(self, *parts: Part) -> int:
        return sum(len(self.ids[part]) for part in parts)

    @property
    def demand(self) -> int:
        return self.count(*DEMAND)

    @property
    def supply(self) -> int:
        return self.count(*SUPPLY)

    @property
    def gap(self) -> int:
        """Positive where more is asked for than is there."""
        return self.demand - self.supply


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by key, what is not known last; `total` has every record once."""

    by: tuple[Dimension, ...]
    cells: tuple[Cell, ...]
    total: Cell

    @property
    def repeated(self) -> Mapping[Part, int]:
        """How many more standings than records the cells have."""
        return {part: sum(cell.count(part) for cell in self.cells) - self.total.count(part) for part in PARTS}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which records are looked at: a field with all below it, a place (a province or locality), years. None is all."""

    field: str | None = None
    place: str | None = None
    year_from: int | None = None
    year_to: int | None = None

    @property
    def is_dated(self) -> bool:
        return self.year_from is not None or self.year_to is not None

    def holds(self, year: int) -> bool:
        return (self.year_from is None or year >= self.year_from) and (self.year_to is None or year <= self.year_to)


def find_subjects(records: Iterable[Record], viewer: Viewer) -> tuple[Subject, ...]:
    """All records that can count, as the viewer sees them, by kind and id."""
    seen = [(record, shown) for record in records if (shown := as_seen_by(record, viewer))]
    homes: dict[str, Record] = {}
    for _, record in seen:
        if record.kind == "organisation" and (name := organisation_key(record.title)):
            homes.setdefault(name, record)
    latest = max((year for _, record in seen for year in _dates(record)), default=0)
    subjects = [_subject(stored, record, homes, latest, viewer) for stored, record in seen if record.kind != "document"]
    return tuple(sorted(subjects, key=lambda subject: (subject.record.kind, subject.id)))


def _subject(stored: Record, record: Record, homes: Mapping[str, Record], latest: int, viewer: Viewer) -> Subject:
    check_wanted()
    is_masked = stored.visibility == "anonymous" and not viewer.sees_all_of(stored.id)
    state = find_state(record, is_masked) if record.kind == "proposal" else None
    home = record
    if record.kind == "scientist" and not record.facts.place_today and not place_written(record):
        home = homes.get(organisation_key(record.facts.organisation or ""), record)
    return Subject(
        record,
        _part_of(record, state),
        state,
        fields_of(record),
        # Of the stored record: what a viewer sees does not always have its sources.
        stored.suggests_fields,
        provinces_of(home) or provinces_written(place_written(home)),
        localities_of(place_written(home)),
        _years_of(record, latest),
        record.facts.year_from if state in BEGUN else None,
    )


def _part_of(record: Record, state: State | None) -> Part | None:
    if record.kind == "proposal":
        return "order" if state == "asked" else "task" if state in ("running", "done") else None
    if record.kind == "organisation":
        return "offer" if any(section.name in OFFERS for section in record.sections) else None
    return "need" if record.kind == "need" else "scientist" if record.kind == "scientist" else None


def fields_of(record: Record) -> tuple[str, ...]:
    """Codes of one or three digits, sorted, without those above another of them."""
    codes = {code[:_GROUP] for code in record.facts.field_codes}
    return tuple(sorted(code for code in codes if not any(other != code and other.startswith(code) for other in codes)))


def _dates(record: Record) -> Iterable[int]:
    if record.kind == "scientist":
        return {section.year for section in record.sections if section.name in DATED and section.year}
    year = record.facts.year_from if record.kind in ("need", "proposal") else None
    return {year} if year else ()


def _years_of(record: Record, latest: int) -> tuple[int, ...]:
    length = ACTIVE_YEARS if record.kind == "scientist" else 1
    years = {year for first in _dates(record) for year in range(first, min(first + length, latest + 1))}
    return tuple(sorted(years))


def narrow(subjects: Sequence[Subject], wanted: Narrowing) -> tuple[tuple[Subject, ...], tuple[Subject, ...]]:
    """Those wanted, with only the fields, places and years wanted; and those that would be but for a year that nobody
    knows."""
    kept, undated = [], []
    for subject in filter(None, (_within(subject, wanted) for subject in subjects)):
        if not wanted.is_dated:
            kept.append(subject)
        elif not subject.years:
            undated.append(subject)
        elif years := tuple(year for year in subject.years if wanted.holds(year)):
            kept.append(replace(subject, years=years))
    return tuple(kept), tuple(undated)


def _within(subject: Subject, wanted: Narrowing) -> Subject | None:
    """With only the field and place wanted; None where it has no such."""
    if wanted.field:
        codes = tuple(code for code in subject.codes if code.startswith(wanted.field))
        if not codes:
            return None
        subject = replace(subject, codes=codes)
    if not wanted.place:
        return subject
    if wanted.place in subject.provinces:
        return replace(subject, provinces=(wanted.place,))
    return replace(subject, localities=(wanted.place,)) if wanted.place in subject.localities else None


def count_gaps(subjects: Sequence[Subject], by: Sequence[Dimension]) -> Table:
    """Demand and supply at every combination of values that some record has."""
    found: dict[Key, list[Subject]] = defaultdict(list)
    counted = [subject for subject in subjects if subject.part]
    for subject in counted:
        for key in itertools.product(*(subject.values(dimension) for dimension in by)):
            found[key].append(subject)
    cells = tuple(_cell(key, found[key]) for key in sorted(found, key=order_of_key))
    return Table(tuple(by), cells, _cell((), counted))


def order_of_key(key: Key) -> tuple[tuple[bool, int, str], ...]:
    """Sorts keys by their values, what is not known last."""
    return tuple((value is None, value if isinstance(value, int) else 0, str(value)) for value in key)


def _cell(key: Key, subjects: Sequence[Subject]) -> Cell:
    ids = {part: tuple(sorted(subject.id for subject in subjects if subject.part == part)) for part in PARTS}
    return Cell(key, ids, tuple(sorted(subject.id for subject in subjects if subject.is_suggested)))
