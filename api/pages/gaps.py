"""The page of gaps: demand against supply at a glance, each figure with the way to its records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import get_args

from fastapi import APIRouter, Request, Response

from api.awaiting import WhileAwaited
from api.charts import PATH as CHARTS
from api.charts import see_pictures
from api.gaps.labels import DEFINITIONS, DIMENSION, PART, STATE, name_share, name_value
from api.gaps.printing import describe_rate
from api.gaps.schemas import PriorityGap
from api.gaps.views import (
    OTHERS,
    PATH,
    UNKNOWN,
    UNMET,
    AtView,
    Columns,
    Found,
    Rows,
    View,
    find_view,
    in_address,
    records_href,
    twin_of,
)
from api.labels import FIELD
from api.pages.charts import show_picture
from api.pages.rendering import render
from api.routes.parameters import AtServer
from api.wording import Link
from ingest import N_
from matcher.gaps.counting import DEMAND, PARTS, SUPPLY

router = APIRouter(dependencies=[WhileAwaited])
_LEVELS = (2, 5)  # a gap of so many records is slight, or middling
_MOST_TERMS = 40


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`level` is the class of its colour; `text` says the difference with its sign."""

    demand: int
    supply: int
    text: str
    level: str
    href: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    name: str
    cells: list[HeatCell | None]
    total: HeatCell


@dataclass(frozen=True, slots=True)
class Rate:
    years: str
    tasks: str
    before: str
    growth: str
    share: float
    href: str


@dataclass(frozen=True, slots=True)
class PriorityRow:
    name: str
    source: str
    time: str
    demand: int
    supply: int
    tasks: int
    hrefs: Mapping[str, str]
    is_unserved: bool


@dataclass(frozen=True, slots=True)
class Counted:
    label: str
    count: int
    href: str


@router.get(PATH)
def show_gaps(request: Request, server: AtServer, view: AtView) -> Response:
    found = find_view(server, view)
    report, wording, say = found.report, found.wording, found.wording.say
    table, link = report.table, partial(records_href, view)
    values = {
        "is_empty": not found.subjects,
        "view": view,
        "pictures": [
            show_picture(picture, view) for name, picture in see_pictures(server, view).items() if name != "places"
        ],
        "charts": view.href(CHARTS),
        "row_tabs": [Link(view.href(muc=name), say(DIMENSION[name]), view.muc == name) for name in get_args(Rows)],
        "column_tabs": [
            Link(view.href(cot=name), say(DIMENSION[name]), found.columns == name) for name in get_args(Columns)
        ],
        "fields": [(code, name_value(wording, "field", code)) for code in FIELD],
        "sums": [Counted(say(PART[part]), len(getattr(table.total, part)), link(phan=part)) for part in PARTS],
        "demand": Counted(say(N_("Demand")), table.total.demand, link(phan="demand")),
        "supply": Counted(say(N_("Supply")), table.total.supply, link(phan="supply")),
        "suggested": Counted("", len(table.total.suggested), link(chon="goi-y")),
        "repeated": sum(table.repeated.values()),
        "undated": Counted("", len(table.undated), link(chon="chua-ro-nam")),
        "apart": [
            Counted(say(STATE[state]), len(ids), link(chon="ngoai", hang=state))
            for state, ids in table.apart.items()
            if ids
        ],
        "row_name": say(DIMENSION[view.muc]),
        **_heat(found),
        "unmet_href": view.href(UNMET),
        "unasked_fields": [
            Counted(name_value(wording, "group", one.name), len(one.ids), link(chon="nganh", hang=one.name))
            for one in report.unasked_fields
        ],
        "perhaps_asked_fields": [
            (
                Counted(name_value(wording, "group", one.name), len(one.ids), link(chon="nganh", hang=one.name)),
                Counted("", len(one.perhaps), link(chon="nganh-co-the", hang=one.name)),
            )
            for one in report.perhaps_asked_fields
        ],
        "unstated": Counted("", len(report.unstated), link(chon="chua-ghi-nganh")),
        "unasked_terms": [
            Counted(one.name, len(one.ids), link(chon="tu", hang=one.name))
            for one in report.unasked_terms[:_MOST_TERMS]
        ],
        "more_terms": max(0, len(report.unasked_terms) - _MOST_TERMS),
        "priorities": [_show_priority(one, number, view, wording.day) for number, one in enumerate(report.priorities)],
        "rates": _rates(found),
        "begun_undated": Counted("", len(report.growth.undated), link(chon="khoi-cong", hang=UNKNOWN)),
        "uses": _uses(found),
        "definitions": [(say(name), say(meaning)) for name, meaning in DEFINITIONS],
    }
    return render(request, "gaps.html", 200, values, twin_of(found))


def _heat(found: Found) -> dict[str, object]:
    rows = list(dict.fromkeys(cell.at[found.view.muc] for cell in found.report.table.cells))
    columns = found.shown_columns()
    wording, dimension = found.wording, found.view.muc
    addresses = [in_address(column) for column in columns]
    names = [name_value(wording, found.columns, column) for column in columns]
    if found.ids(None, OTHERS, PARTS):
        addresses.append(OTHERS)
        names.append(wording.say(N_("Others")))
    return {
        "columns": names,
        "rows": [
            HeatRow(
                name_value(wording, dimension, row),
                [_heat_cell(found, in_address(row), column) for column in addresses],
                _heat_cell(found, in_address(row), None) or _NOTHING,
            )
            for row in rows
        ],
        "column_totals": [_heat_cell(found, None, column) or _NOTHING for column in addresses],
        "whole": _heat_cell(found, None, None) or _NOTHING,
    }


def _heat_cell(found: Found, row: str | None, column: str | None) -> HeatCell | None:
    demand, supply = (len(found.ids(row, column, parts)) for parts in (DEMAND, SUPPLY))
    if not demand and not supply:
        return None
    gap = demand - supply
    size = abs(gap)
    strength = 0 if not gap else 1 if size <= _LEVELS[0] else 2 if size <= _LEVELS[1] else 3
    level = f"{'short' if gap > 0 else 'over'}{strength}" if strength else "even"
    if demand and not supply:
        level += " bare"
    return HeatCell(
        demand,
        supply,
        found.wording.signed(gap, 0) if gap else "0",
        level,
        records_href(found.view, hang=row, o=column),
    )


_NOTHING = HeatCell(0, 0, "0", "even", "")


def _show_priority(one: PriorityGap, number: int, view: View, say: Callable[[date], str]) -> PriorityRow:
    days = [say(day) if day else "…" for day in (one.since, one.until)]
    hrefs = {phan: records_href(view, chon="uu-tien", hang=number, phan=phan) for phan in ("demand", "supply", "task")}
    time = " – ".join(days) if one.since or one.until else ""
    return PriorityRow(
        one.name, one.source, time, one.demand, one.supply, one.tasks, hrefs, one.demand > 0 and one.supply == 0
    )


def _rates(found: Found) -> list[Rate]:
    growth = found.report.growth
    longest = max((rate.tasks for rate in growth.years), default=0) or 1
    rates = [*growth.years, *([growth.period] if growth.period and growth.period.first != growth.period.last else [])]
    return [
        Rate(
            *describe_rate(rate, found.wording),
            min(1.0, rate.mean / longest),
            records_href(found.view, chon="khoi-cong", hang=f"{rate.first}-{rate.last}"),
        )
        for rate in rates
    ]


def _uses(found: Found) -> dict[str, object]:
    uses, say = found.report.uses, found.wording.say
    named = (
        ("applied", N_("Applied or handed over"), len(uses.applied)),
        ("not_yet", N_("Not yet"), len(uses.not_yet)),
        ("unknown", N_("Unknown"), len(uses.unknown)),
    )
    return {
        "done": uses.done,
        "share": name_share(found.wording, uses),
        "parts": [
            Counted(say(name), count, records_href(found.view, chon="ung-dung", hang=key)) for key, name, count in named
        ],
    }
