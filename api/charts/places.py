"""Places: demand to the left, supply to the right, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.charts.canvas import INK, LINE, SCIENCE, SOFT, WARN, Canvas
from api.charts.lettering import wrap
from api.charts.pictures import TOTAL, Column, Link, Picture, Row, count_cell
from api.gaps.labels import DIMENSION, name_value
from api.gaps.views import OTHERS, in_address
from api.wording import Wording
from ingest import N_
from matcher.gaps.counting import DEMAND, PARTS, SUPPLY, Cell, Dimension, Subject, count_gaps, order_of_key

_MOST_ROWS = 16
_WIDTH, _HEAD, _ROW, _BAR = 340, 30, 44, 15
_NUMBER = 34  # left beside the longest bar for its number
_SIZE = 13


@dataclass(frozen=True, slots=True)
class Side:
    """`share` (0–1) is of the longest bar."""

    text: str
    share: float
    href: str | None
    label: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    name: str
    demand: Side
    supply: Side


@dataclass(frozen=True, slots=True)
class Balance:
    """Bars on both sides of a line."""

    demand: str
    supply: str
    rows: tuple[PlaceRow, ...]

    @property
    def size(self) -> tuple[float, float]:
        return _WIDTH, _HEAD + _ROW * len(self.rows) + 4

    def paint(self, canvas: Canvas) -> None:
        middle = _WIDTH / 2
        longest = middle - _NUMBER
        canvas.text(middle - 8, 12, self.demand, _SIZE, WARN, "right", bold=True)
        canvas.text(middle + 8, 12, self.supply, _SIZE, SCIENCE, "left", bold=True)
        canvas.path([(middle, 4), (middle, self.size[1] - 2)], LINE)
        for number, row in enumerate(self.rows):
            top = _HEAD + number * _ROW
            canvas.text(0, top + 8, row.name, _SIZE)
            y = top + 19
            for side, colour, sign in ((row.demand, WARN, -1), (row.supply, SCIENCE, 1)):
                length = side.share * longest
                if not length:
                    canvas.text(
                        middle + sign * 6, y + _BAR / 2, side.text, _SIZE, SOFT, "right" if sign < 0 else "left"
                    )
                    continue
                with canvas.mark(side.href, side.label):
                    x = middle - length if sign < 0 else middle
                    if sign < 0:
                        canvas.box(x, y, length, _BAR, colour, 0.3, hatch="////", edge=colour)
                    else:
                        canvas.box(x, y, length, _BAR, colour)
                    end, align = (x - 5, "right") if sign < 0 else (x + length + 5, "left")
                    canvas.text(end, y + _BAR / 2, side.text, _SIZE, INK, "right" if align == "right" else "left", True)


def see_places(kept: Sequence[Subject], dimension: Dimension, wording: Wording, link: Link) -> Picture:
    """Of the records looked at, as `count_gaps` counts them; the places with most records."""
    table = count_gaps(kept, (dimension,))
    largest = sorted(
        (cell for cell in table.cells if cell.key[0] is not None),
        key=lambda cell: (-(cell.demand + cell.supply), order_of_key(cell.key)),
    )
    shown = largest if len(largest) <= _MOST_ROWS else largest[: _MOST_ROWS - 1]
    rows = [
        _row(in_address(cell.key[0]), name_value(wording, dimension, cell.key[0]), [cell], wording, link)
        for cell in shown
    ]
    if rest := largest[len(shown) :]:
        rows.append(_row(OTHERS, wording.say(N_("{count} other places"), count=len(rest)), rest, wording, link))
    if unknown := [cell for cell in table.cells if cell.key[0] is None]:
        rows.append(_row(in_address(None), name_value(wording, dimension, None), unknown, wording, link))
    total = _row(TOTAL, wording.say(N_("Total, each record once")), [table.total], wording, link)
    say = wording.say
    demand, supply = say(N_("Demand")), say(N_("Supply"))
    most = max((cell.count or 0 for row in rows for cell in row.cells), default=1) or 1
    return Picture(
        "places",
        say(N_("Demand and supply by place")),
        _tell(rows, wording),
        (Column("", say(DIMENSION[dimension])), Column("demand", demand), Column("supply", supply)),
        (*rows, total),
        Balance(demand, supply, tuple(_place_row(row, (demand, supply), most) for row in rows)),
    )


def _row(key: str, label: str, cells: Sequence[Cell], wording: Wording, link: Link) -> Row:
    sides = (("demand", DEMAND), ("supply", SUPPLY))
    found = {
        side: tuple(dict.fromkeys(id for part in PARTS if part in parts for cell in cells for id in cell.ids[part]))
        for side, parts in sides
    }
    return Row(
        key, label, tuple(count_cell(ids, wording.number(len(ids)), link(key, side)) for side, ids in found.items())
    )


def _place_row(row: Row, sides: tuple[str, str], most: int) -> PlaceRow:
    demand, supply = (
        Side(cell.text, (cell.count or 0) / most, cell.href, f"{row.label}; {side}: {cell.text}")
        for side, cell in zip(sides, row.cells, strict=True)
    )
    (name,) = wrap(row.label, _WIDTH, _SIZE, 1) or ("",)
    return PlaceRow(name, demand, supply)


def _tell(rows: Sequence[Row], wording: Wording) -> str:
    asked = sorted((row for row in rows if row.cells[0].count), key=lambda row: (-(row.cells[0].count or 0), row.label))
    if not asked:
        return wording.say(N_("Nothing is asked for."))
    places = "; ".join(f"{row.label} ({row.cells[0].text})" for row in asked[:3])
    return wording.say(N_("Most is asked for at: {places}."), places=places)
