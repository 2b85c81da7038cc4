"""Trends: demand, supply and tasks begun, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.charts.canvas import INK, SCIENCE, WARN, Canvas, Shape
from api.charts.lettering import measure
from api.charts.pictures import TOTAL, Column, Link, Picture, Row, count_cell
from api.gaps.labels import DIMENSION, name_value
from api.gaps.views import in_address
from api.wording import Wording
from ingest import N_
from matcher.gaps.counting import DEMAND, SUPPLY, Subject, count_gaps
from matcher.gaps.growth import Beginnings

_MOST_YEARS = 20
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 340, 300, 30, 60, 32
_SIZE = 13
_LINES: tuple[tuple[str, Shape, str], ...] = ((WARN, "s", "--"), (SCIENCE, "o", "-"), (INK, "^", ":"))


@dataclass(frozen=True, slots=True)
class Point:
    """A year, with the words and the address of its figure."""

    year: int
    count: int
    href: str | None
    label: str


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Trends:
    """Lines of different dashes and shapes."""

    series: tuple[Series, ...]

    @property
    def size(self) -> tuple[float, float]:
        return _WIDTH, _HEIGHT if self.series[0].points else _TOP

    def paint(self, canvas: Canvas) -> None:
        years = [point.year for point in self.series[0].points]
        self._paint_key(canvas)
        if years:
            self._paint_lines(canvas, years)

    def _paint_lines(self, canvas: Canvas, years: list[int]) -> None:
        from matplotlib.ticker import MaxNLocator

        most = max((point.count for one in self.series for point in one.points), default=0) or 1
        axes = canvas.axes(_LEFT, _TOP, _WIDTH - _LEFT - 14, _HEIGHT - _TOP - _BOTTOM)
        axes.set_xlim(min(years) - 0.4, max(years) + 0.4)
        axes.set_ylim(0, most * 1.08)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))
        step = -(-len(years) // 6)
        axes.set_xticks(years[::-1][::step][::-1])
        for (colour, _, dashes), one in zip(_LINES, self.series, strict=True):
            axes.plot(
                [point.year for point in one.points],
                [point.count for point in one.points],
                color=colour,
                linestyle=dashes,
                linewidth=1.8,
                clip_on=False,
            )
        for (colour, shape, _), one in zip(_LINES, self.series, strict=True):
            for point in one.points:
                with canvas.mark(point.href, point.label):
                    canvas.dot(point.year, point.count, shape, colour, 8.5, axes)
            top = max(one.points, key=lambda point: (point.count, point.year))
            if top.count:
                axes.annotate(
                    str(top.count),
                    (top.year, top.count),
                    (0, 7),
                    textcoords="offset points",
                    ha="center",
                    color=colour,
                    fontsize=_SIZE,
                )

    def _paint_key(self, canvas: Canvas) -> None:
        x, y = 4.0, 12.0
        for (colour, shape, dashes), one in zip(_LINES, self.series, strict=True):
            width = 44 + measure(one.name, _SIZE)
            if x + width > _WIDTH:
                x, y = 4.0, y + 20
            canvas.path([(x, y), (x + 28, y)], colour, 1.8, dashes)
            canvas.dot(x + 14, y, shape, colour, 8.5)
            canvas.text(x + 34, y, one.name, _SIZE, INK)
            x += width + 8


def see_trends(kept: Sequence[Subject], begun: Beginnings, wording: Wording, link: Link) -> Picture:
    """Of the records looked at, as `count_gaps` and `find_beginnings` count them, from the first year in which anything
    was asked for or begun (at most the last twenty)."""
    table = count_gaps(kept, ("year",))
    cells = {cell.key[0]: cell for cell in table.cells}
    known = [year for year in cells if isinstance(year, int)]
    # The careers of scientists begin long before anything was asked for.
    early = [year for year in known if cells[year].demand or cells[year].count("task")] + [
        year for year, ids in begun.years.items() if ids
    ]
    last = max([*known, *begun.years], default=0)
    years = list(range(max(min(early), last - _MOST_YEARS + 1), last + 1)) if early else []
    rows: list[Row] = []
    for year in [*years, None]:
        cell = cells.get(year)
        of = (
            tuple(id for part in DEMAND for id in cell.ids[part]) if cell else (),
            tuple(id for part in SUPPLY for id in cell.ids[part]) if cell else (),
            begun.undated if year is None else begun.years.get(year, ()),
        )
        if year is not None or any(of):
            rows.append(_row(in_address(year), name_value(wording, "year", year), of, wording, link))
    everything = (
        tuple(id for part in DEMAND for id in table.total.ids[part]),
        tuple(id for part in SUPPLY for id in table.total.ids[part]),
        (*sorted(id for ids in begun.years.values() for id in ids), *begun.undated),
    )
    say = wording.say
    names = (say(N_("Demand")), say(N_("Supply")), say(N_("Tasks begun")))
    columns = (Column("", say(DIMENSION["year"])), *map(Column, ("demand", "supply", "begun"), names))
    series = tuple(
        Series(
            name,
            tuple(
                Point(year, row.cells[at].count or 0, row.cells[at].href, f"{year}; {name}: {row.cells[at].text}")
                for year, row in zip(years, rows, strict=False)
            ),
        )
        for at, name in enumerate(names)
    )
    total = _row(TOTAL, say(N_("Total, each record once")), everything, wording, link)
    drawing = Trends(series)
    about = _tell(series, wording)
    return Picture("years", say(N_("Demand, supply and tasks, year by year")), about, columns, (*rows, total), drawing)


def _row(key: str, label: str, of: Sequence[tuple[str, ...]], wording: Wording, link: Link) -> Row:
    named = zip(("demand", "supply", "begun"), of, strict=True)
    return Row(key, label, tuple(count_cell(ids, wording.number(len(ids)), link(key, name)) for name, ids in named))


def _tell(series: Sequence[Series], wording: Wording) -> str:
    if not series[0].points:
        return wording.say(N_("Nothing that is stored has a year."))
    said = []
    for one in series:
        top = max(one.points, key=lambda point: (point.count, point.year))
        words = N_("{name}: most in {year} ({count})")
        said.append(wording.say(words, name=one.name, year=top.year, count=wording.number(top.count)))
    return "; ".join(said) + "."
