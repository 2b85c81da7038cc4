"""Views of gaps: what the address of a page asks for, what answers it, and the records behind each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, cast
from urllib.parse import urlencode

from fastapi import Depends, Query

from api.errors import BadInput
from api.gaps.finding import GapQuestion, ask, default_place, load_priorities, see_gaps, see_subjects
from api.gaps.schemas import GapReport
from api.live_workspace import Server
from api.wording import Wording
from ingest import N_
from matcher.gaps.counting import DEMAND, PARTS, SUPPLY, Part, Subject, order_of_key
from matcher.gaps.growth import DEFAULT_BASELINE

PATH = "/cung-cau"
UNMET = f"{PATH}/chua-dap-ung"
UNKNOWN, OTHERS = "chua-ro", "khac"
"""How addresses name what is not known, and the columns that are too many to be shown."""

_MOST_COLUMNS = 18
SIDES: Mapping[str, tuple[Part, ...]] = {"demand": DEMAND, "supply": SUPPLY, **{part: (part,) for part in PARTS}}
Baseline = Annotated[int, Query(ge=1, le=50)]
Rows = Literal["field", "group"]
Columns = Literal["place", "locality", "year"]


@dataclass(frozen=True, slots=True)
class View:
    """What the address of a page asks for, as people wrote it."""

    muc: Rows = "field"
    cot: Columns | None = None
    linh_vuc: str | None = None
    noi: str | None = None
    tu: int | None = None
    den: int | None = None
    so_nam: int = DEFAULT_BASELINE

    def href(self, path: str = PATH, **more: object) -> str:
        own = {name: getattr(self, name) for name in ("muc", "cot", "linh_vuc", "noi", "tu", "den")} | more
        if self.so_nam != DEFAULT_BASELINE:
            own["so_nam"] = self.so_nam
        given = {name: value for name, value in own.items() if value not in (None, "")}
        return f"{path}?{urlencode(given)}" if given else path


def read_view(
    muc: Rows = "field",
    cot: Columns | None = None,
    linh_vuc: str | None = None,
    noi: str | None = None,
    tu: str | None = None,
    den: str | None = None,
    so_nam: Baseline = DEFAULT_BASELINE,
) -> View:
    """Fields of a form that were left empty ask for nothing."""
    return View(muc, cot, linh_vuc or None, (noi or "").strip() or None, _year(tu), _year(den), so_nam)


def _year(text: str | None) -> int | None:
    if not text or not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdecimal()):
        raise BadInput(N_("{year} is no year."), year=text.strip()[:20])
    return int(text)


AtView = Annotated[View, Depends(read_view)]


@dataclass(frozen=True, slots=True)
class Found:
    """A view with what answers it."""

    view: View
    columns: Columns
    subjects: tuple[Subject, ...]
    asked: GapQuestion
    report: GapReport
    wording: Wording

    def shown_columns(self) -> list[str | int | None]:
        """The columns with most records, by name and what is not known last; the others are one column together."""
        sizes: dict[str | int | None, int] = {}
        for cell in self.report.table.cells:
            value = cell.at[self.columns]
            sizes[value] = sizes.get(value, 0) + cell.demand + cell.supply
        largest = sorted(sizes, key=lambda value: (value is None, -sizes[value], str(value)))
        kept = largest if len(sizes) <= _MOST_COLUMNS else [*largest[: _MOST_COLUMNS - 1], None]
        return sorted({value for value in kept if value in sizes}, key=lambda value: order_of_key((value,)))

    def ids(self, row: str | None, column: str | None, parts: Sequence[Part]) -> list[str]:
        """Of the cells in a row and a column, as their addresses name them (None: all), each id once."""
        known = self.shown_columns()
        found: dict[str, None] = {}
        for cell in self.report.table.cells:
            value = cell.at[self.columns]
            here = in_address(value) if value in known else OTHERS
            if row in (None, in_address(cell.at[self.view.muc])) and column in (None, here):
                found |= dict.fromkeys(id for part in parts for id in getattr(cell, part))
        return list(found)


def in_address(value: str | int | None) -> str:
    return UNKNOWN if value is None else str(value)


def find_view(server: Server, view: View) -> Found:
    index = server.live.current.index
    subjects = see_subjects(index, server.viewer)
    columns = view.cot or default_place(subjects)
    by = f"{view.muc},{columns}"
    asked = ask(subjects, by, view.linh_vuc, view.noi, view.tu, view.den, view.so_nam)
    report = see_gaps(index, asked, load_priorities(server.settings.data), server.viewer)
    return Found(view, cast(Columns, columns), subjects, asked, report, Wording(server.translate, server.settings.lang))


def twin_of(found: Found) -> str:
    view = found.view
    names = {"field": view.linh_vuc, "place": view.noi, "year_from": view.tu, "year_to": view.den}
    query = {"by": ",".join(found.asked.by)} | {name: value for name, value in names.items() if value}
    return f"/api/v1/gaps?{urlencode(query)}"


def records_href(view: View, **more: object) -> str:
    """The records behind a figure."""
    return view.href(f"{PATH}/ho-so", **more)
