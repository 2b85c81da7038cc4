"""The shapes of the public JSON of gaps: every figure is the length of a list of ids that stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict

from api.schemas import TellsOfRecord
from index import Mode
from ingest import Kind
from matcher.gaps.counting import PARTS, Cell, Dimension, Part, Subject, Table
from matcher.gaps.growth import Beginnings, Growth, Uses
from matcher.gaps.priorities import Member, Priority
from matcher.gaps.shortages import Lack, Unasked, Unmet


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Standing(_Schema):
    """Demand and supply at one combination of values (`at`: dimension → value, null = not known) with the ids of the
    records: `demand` counts `need` and `order`, `supply` counts `scientist`, `task` and `offer`; `gap` is demand minus
    supply. `suggested` are those whose fields are only suggested by their text."""

    at: dict[str, str | int | None]
    demand: int
    supply: int
    gap: int
    need: tuple[str, ...]
    order: tuple[str, ...]
    scientist: tuple[str, ...]
    task: tuple[str, ...]
    offer: tuple[str, ...]
    suggested: tuple[str, ...]


class GapTable(_Schema):
    """All combinations that some record has; `total` has each record once, `repeated` says by part how many standings
    the cells have more than that. `undated` are left out for a year that nobody knows; `apart` are neither demand nor
    supply, by state (failed, dropped, unknown)."""

    by: tuple[Dimension, ...]
    cells: tuple[Standing, ...]
    total: Standing
    repeated: dict[Part, int]
    undated: tuple[str, ...]
    apart: dict[str, tuple[str, ...]]


class BestCandidate(TellsOfRecord, _Schema):
    kind: Kind
    id: str
    title: str
    score: float
    likelihood: float | None
    basis: str


class UnmetNeed(TellsOfRecord, _Schema):
    """A need that nobody stored can serve, and why: `no_candidate`, the best are `weak`, `no_supply` in its fields."""

    id: str
    title: str
    lacks: tuple[Lack, ...]
    best: tuple[BestCandidate, ...]


class UnmetNeeds(_Schema):
    """`needs` is how many were looked at. It holds for the records as the asker saw them: `seen` changes with these
    alone (to whoever does not see all, a count of changes would tell of those that are hidden). They were compared in
    this `mode` and with these `weights`."""

    seen: str
    mode: Mode
    weights: str
    needs: int
    unmet: tuple[UnmetNeed, ...]


class Supplied(_Schema):
    """A field of the second level or a term, with the records that supply what nobody asks for."""

    name: str
    ids: tuple[str, ...]


class PerhapsAsked(Supplied):
    """A field of the second level that no need or order bears, with those that may ask for it all the same."""

    perhaps: tuple[str, ...]


class PriorityRecord(TellsOfRecord, _Schema):
    """`keyword` is what of the priority it names, as written; else `field` is the code by which it belongs."""

    id: str
    title: str
    part: Part
    keyword: str | None
    field: str | None


class PriorityGap(_Schema):
    """A priority of the province with its demand, supply and tasks (running or done; a part of the supply)."""

    name: str
    description: str
    source: str
    fields: tuple[str, ...]
    keywords: tuple[str, ...]
    since: date | None
    until: date | None
    demand: int
    supply: int
    tasks: int
    records: tuple[PriorityRecord, ...]


class GrowthRate(_Schema):
    """Tasks begun from `first` to `last`, against `years_before` years before. `percent` compares the yearly means; it
    is null where there was no task, or no year, to compare with."""

    first: int
    last: int
    tasks: int
    ids: tuple[str, ...]
    years_before: int
    tasks_before: int
    ids_before: tuple[str, ...]
    mean: float
    mean_before: float | None
    percent: float | None


class TaskGrowth(_Schema):
    """`years` each against those before it, `period` the years asked for as one; `undated` began nobody knows when."""

    years: tuple[GrowthRate, ...]
    period: GrowthRate | None
    undated: tuple[str, ...]


class UseProof(TellsOfRecord, _Schema):
    """Where a finished task says whether its result is used: an exact slice of a section, or its status (null)."""

    id: str
    section: int | None
    start: int | None
    end: int | None
    text: str | None


class TaskUses(_Schema):
    """Finished tasks by whether their results are used; the share lies between `least` and `most` (0–1, null where
    nothing is finished)."""

    done: int
    applied: tuple[UseProof, ...]
    not_yet: tuple[UseProof, ...]
    unknown: tuple[str, ...]
    least: float | None
    most: float | None


class GapReport(_Schema):
    """Everything about gaps but the needs that nobody can serve, which take longer. `unstated` are needs and orders of
    which nobody stated a group of fields; `perhaps_asked_fields` are those that only they may ask for, by their words
    or their meaning."""

    field: str | None
    place: str | None
    year_from: int | None
    year_to: int | None
    table: GapTable
    unstated: tuple[str, ...]
    unasked_fields: tuple[Supplied, ...]
    perhaps_asked_fields: tuple[PerhapsAsked, ...]
    unasked_terms: tuple[Supplied, ...]
    priorities: tuple[PriorityGap, ...]
    growth: TaskGrowth
    uses: TaskUses


class FullGapReport(GapReport):
    """With the needs that nobody can serve."""

    unmet: UnmetNeeds


def ids_in(report: GapReport) -> Iterator[str]:
    """The records whose ids stand behind the figures; of the others the shapes say themselves that they are told."""
    table, growth = report.table, report.growth
    yield from ids_in_table(table)
    yield from (*table.undated, *(id for ids in table.apart.values() for id in ids), *report.unstated)
    for supplied in (*report.unasked_fields, *report.unasked_terms, *report.perhaps_asked_fields):
        yield from supplied.ids
    for perhaps in report.perhaps_asked_fields:
        yield from perhaps.perhaps
    for rate in (*growth.years, *([growth.period] if growth.period else [])):
        yield from (*rate.ids, *rate.ids_before)
    yield from (*growth.undated, *report.uses.unknown)


def ids_in_table(table: GapTable) -> Iterator[str]:
    """The records that are counted in its cells, each once."""
    for part in PARTS:
        yield from getattr(table.total, part)


def show_table(table: Table, undated: Iterable[Subject], apart: Iterable[Subject]) -> GapTable:
    states: dict[str, tuple[str, ...]] = {"failed": (), "dropped": (), "unknown": ()}
    for subject in apart:
        states[str(subject.state)] += (subject.id,)
    return GapTable(
        by=table.by,
        cells=tuple(_show_cell(cell, table.by) for cell in table.cells),
        total=_show_cell(table.total, ()),
        repeated=dict(table.repeated),
        undated=tuple(subject.id for subject in undated),
        apart=states,
    )


def _show_cell(cell: Cell, by: tuple[Dimension, ...]) -> Standing:
    return Standing(
        at=dict(zip(by, cell.key, strict=True)),
        demand=cell.demand,
        supply=cell.supply,
        gap=cell.gap,
        suggested=cell.suggested,
        **{part: cell.ids[part] for part in PARTS},
    )


def show_unmet(found: Iterable[Unmet]) -> tuple[UnmetNeed, ...]:
    shown = []
    for one in found:
        best = tuple(
            BestCandidate(
                kind=candidate.kind,
                id=candidate.pair.id,
                title=candidate.pair.title,
                score=candidate.pair.score,
                likelihood=candidate.pair.likelihood,
                basis=candidate.pair.basis,
            )
            for candidate in one.best
        )
        shown.append(UnmetNeed(id=one.id, title=one.title, lacks=one.lacks, best=best))
    return tuple(shown)


def show_unasked(found: Iterable[Unasked]) -> tuple[Supplied, ...]:
    return tuple(Supplied(name=one.name, ids=one.ids) for one in found if not one.perhaps)


def show_perhaps_asked(found: Iterable[Unasked]) -> tuple[PerhapsAsked, ...]:
    return tuple(PerhapsAsked(name=one.name, ids=one.ids, perhaps=one.perhaps) for one in found if one.perhaps)


def show_priority(priority: Priority, members: Iterable[Member]) -> PriorityGap:
    records = tuple(
        PriorityRecord(
            id=member.subject.id,
            title=member.subject.record.title,
            part=member.subject.part,
            keyword=member.keyword,
            field=member.field,
        )
        for member in members
        if member.subject.part
    )
    demand = sum(record.part in ("need", "order") for record in records)
    return PriorityGap(
        name=priority.name,
        description=priority.description,
        source=priority.source,
        fields=priority.fields,
        keywords=priority.keywords,
        since=priority.since,
        until=priority.until,
        demand=demand,
        supply=len(records) - demand,
        tasks=sum(record.part == "task" for record in records),
        records=records,
    )


def show_growth(beginnings: Beginnings, period: Growth | None, baseline: int) -> TaskGrowth:
    return TaskGrowth(
        years=tuple(map(_show_rate, beginnings.measure_each(baseline))),
        period=None if period is None else _show_rate(period),
        undated=beginnings.undated,
    )


def _show_rate(growth: Growth) -> GrowthRate:
    return GrowthRate(
        first=growth.first,
        last=growth.last,
        tasks=len(growth.ids),
        ids=growth.ids,
        years_before=growth.years_before,
        tasks_before=len(growth.ids_before),
        ids_before=growth.ids_before,
        mean=growth.mean,
        mean_before=growth.mean_before,
        percent=growth.percent,
    )


def show_uses(uses: Uses) -> TaskUses:
    proofs: dict[str, list[UseProof]] = {"applied": [], "not_yet": []}
    for task in uses.tasks:
        said = task.use.quote
        if task.use.application != "unknown":
            proofs[task.use.application].append(
                UseProof(
                    id=task.id,
                    section=said.section if said else None,
                    start=said.start if said else None,
                    end=said.end if said else None,
                    text=said.text if said else None,
                )
            )
    return TaskUses(
        done=len(uses.tasks),
        applied=tuple(proofs["applied"]),
        not_yet=tuple(proofs["not_yet"]),
        unknown=uses.ids("unknown"),
        least=uses.least,
        most=uses.most,
    )
