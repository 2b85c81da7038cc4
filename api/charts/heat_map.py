"""The heat map: what each house asks for and has, field by field."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.charts.canvas import HOUSE_COLOUR, INK, SOFT, WARN, Canvas
from api.charts.lettering import height_of, wrap
from api.charts.pictures import TOTAL, Cell, Column, Link, Picture, Row, count_cell
from api.gaps.labels import DIMENSION, name_value
from api.gaps.views import OTHERS, UNKNOWN, Rows, in_address
from api.labels import HOUSE
from api.wording import Wording
from ingest import N_
from ingest.records import HOUSES, House
from matcher.gaps.counting import DEMAND, SUPPLY, Subject, Value, count_gaps, order_of_key

_MOST_ROWS = 20
_LABELS, _CELL, _GAP, _HEAD = 118, 60, 44, 48
_SIZE = 12.5
_HEAD_SIZE = 11.5
_LEAST_ROW = 36
_FAINT, STRONG = 0.08, 0.42  # how much of the ground a colour covers

_SIDES = ("demand", "supply")
_Ids = Mapping[str, tuple[str, ...]]
"""By house and side (``state-demand``)."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One house at one field. `lines` say what is there in few words, `label` in full; `share` (0–1) is of the
    largest."""

    house: House
    lines: tuple[str, ...]
    share: float
    is_unserved: bool
    href: str | None
    label: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    lines: tuple[str, ...]
    cells: tuple[HeatCell | None, ...]
    gap: str
    is_short: bool

    @property
    def height(self) -> float:
        return max(_LEAST_ROW, height_of(len(self.lines), _SIZE) + 8)


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`heads` are the houses, `gap` is what the last column is called."""

    heads: tuple[tuple[House, tuple[str, ...]], ...]
    gap: tuple[str, ...]
    rows: tuple[HeatRow, ...]

    @property
    def size(self) -> tuple[float, float]:
        return _LABELS + 3 * _CELL + _GAP, _HEAD + sum(row.height for row in self.rows) + 2

    def paint(self, canvas: Canvas) -> None:
        for column, (house, lines) in enumerate(self.heads):
            middle = _LABELS + (column + 0.5) * _CELL
            canvas.text(middle, _HEAD / 2 - 5, lines, _HEAD_SIZE, HOUSE_COLOUR[house], "center", bold=True)
            canvas.box(_LABELS + column * _CELL + 1.5, _HEAD - 7, _CELL - 3, 3, HOUSE_COLOUR[house])
        end = _LABELS + 3 * _CELL + _GAP
        canvas.text(end - 2, _HEAD / 2 - 5, self.gap, _HEAD_SIZE, SOFT, "right")
        top = float(_HEAD)
        for row in self.rows:
            middle = top + row.height / 2
            canvas.text(0, middle, row.lines, _SIZE)
            for column, cell in enumerate(row.cells):
                if cell:
                    _paint_cell(canvas, cell, _LABELS + column * _CELL, top, row.height)
                else:
                    canvas.text(_LABELS + (column + 0.5) * _CELL, middle, "·", _SIZE, SOFT, "center")
            canvas.text(end - 2, middle, row.gap, _SIZE + 1, WARN if row.is_short else INK, "right", bold=True)
            top += row.height


def _paint_cell(canvas: Canvas, cell: HeatCell, x: float, y: float, height: float) -> None:
    colour = HOUSE_COLOUR[cell.house]
    strength = _FAINT + (STRONG - _FAINT) * math.sqrt(cell.share)
    with canvas.mark(cell.href, cell.label):
        box = (x + 1.5, y + 1.5, _CELL - 3, height - 3)
        canvas.box(*box, colour, strength)
        if cell.is_unserved:
            # The hatch leaves the middle free for the words.
            canvas.box(box[0], box[1], 7, box[3], colour, 0.0, hatch="////", edge=colour)
        canvas.text(x + _CELL / 2 + (3 if cell.is_unserved else 0), y + height / 2, cell.lines, _SIZE, INK, "center")


def see_heat_map(kept: Sequence[Subject], dimension: Rows, wording: Wording, link: Link) -> Picture:
    """Of the records looked at; each figure is that of `count_gaps` for the records of one house."""
    ids = _count(kept, dimension)
    whole = _merge(_count(kept, None).values())
    sizes = {key: _size(ids[key]) for key in ids}
    largest = sorted(sizes, key=lambda key: (key is None, -sizes[key], order_of_key((key,))))
    shown = largest if len(sizes) <= _MOST_ROWS else [*largest[: _MOST_ROWS - 1], *([None] if None in sizes else [])]
    keys = sorted(set(shown), key=lambda key: order_of_key((key,)))
    lines: list[tuple[str, str, _Ids]] = [
        (in_address(key), name_value(wording, dimension, key), ids[key]) for key in keys if key is not None
    ]
    if rest := [key for key in sizes if key not in shown]:
        name = wording.say(N_("{count} other fields"), count=len(rest))
        lines.append((OTHERS, name, _merge(ids[key] for key in rest)))
    if None in shown:
        lines.append((in_address(None), name_value(wording, dimension, None), ids[None]))
    say = wording.say
    columns = (
        Column("", say(DIMENSION[dimension])),
        *(
            Column(f"{house}-{side}", say(N_("{house}: {side}"), house=say(HOUSE[house]), side=_side(side, wording)))
            for house in HOUSES
            for side in _SIDES
        ),
        *(Column(side, _side(side, wording)) for side in _SIDES),
    )
    total = (TOTAL, say(N_("Total, each record once")), whole)
    rows = tuple(_row(key, label, found, columns, wording, link) for key, label, found in (*lines, total))
    most = max((_size_of(found, house) for _, _, found in lines for house in HOUSES), default=1) or 1
    drawing = HeatMap(
        tuple((house, wrap(say(HOUSE[house]), _CELL + 12, _HEAD_SIZE, 3, bold=True)) for house in HOUSES),
        wrap(say(N_("demand − supply")), _GAP + 14, _HEAD_SIZE),
        tuple(_heat_row(key, label, found, most, wording, link) for key, label, found in lines),
    )
    return Picture(
        "fields", say(N_("Demand and supply of the three houses")), _tell(lines, wording), columns, rows, drawing
    )


def _count(kept: Sequence[Subject], dimension: Rows | None) -> dict[Value, _Ids]:
    found: dict[Value, dict[str, tuple[str, ...]]] = {}
    for house in HOUSES:
        own = [subject for subject in kept if subject.record.house == house]
        for cell in count_gaps(own, (dimension,) if dimension else ()).cells:
            at = found.setdefault(cell.key[0] if dimension else None, {})
            at[f"{house}-demand"] = tuple(id for part in DEMAND for id in cell.ids[part])
            at[f"{house}-supply"] = tuple(id for part in SUPPLY for id in cell.ids[part])
    return {key: _with_sums(of) for key, of in found.items()}


def _with_sums(of: _Ids) -> _Ids:
    sums = {side: tuple(id for house in HOUSES for id in of.get(f"{house}-{side}", ())) for side in _SIDES}
    return {**{f"{house}-{side}": of.get(f"{house}-{side}", ()) for house in HOUSES for side in _SIDES}, **sums}


def _merge(found: Iterable[_Ids]) -> _Ids:
    """Each record once."""
    merged: dict[str, dict[str, None]] = {f"{house}-{side}": {} for house in HOUSES for side in _SIDES}
    for of in found:
        for key in merged:
            merged[key] |= dict.fromkeys(of[key])
    return _with_sums({key: tuple(ids) for key, ids in merged.items()})


def _size(of: _Ids) -> int:
    return len(of["demand"]) + len(of["supply"])


def _size_of(of: _Ids, house: House) -> int:
    return len(of[f"{house}-demand"]) + len(of[f"{house}-supply"])


def _side(side: str, wording: Wording) -> str:
    return wording.say(N_("Demand") if side == "demand" else N_("Supply"))


def _row(key: str, label: str, of: _Ids, columns: Sequence[Column], wording: Wording, link: Link) -> Row:
    cells: list[Cell] = []
    for column in columns[1:]:
        ids = of[column.key]
        cells.append(count_cell(ids, wording.number(len(ids)), link(key, column.key)))
    return Row(key, label, tuple(cells))


def _heat_row(key: str, label: str, of: _Ids, most: int, wording: Wording, link: Link) -> HeatRow:
    gap = len(of["demand"]) - len(of["supply"])
    is_bare = bool(of["demand"]) and not of["supply"]
    cells: list[HeatCell | None] = []
    for house in HOUSES:
        demand, supply = len(of[f"{house}-demand"]), len(of[f"{house}-supply"])
        if not demand and not supply:
            cells.append(None)
            continue
        lines = [wording.say(N_("{count} asked"), count=demand)] if demand else []
        lines += [wording.say(N_("{count} there"), count=supply)] if supply else []
        said = wording.say(N_("{demand} asked, {supply} there"), demand=demand, supply=supply)
        says = f"{label}; {wording.say(HOUSE[house])}: {said}"
        if is_bare and demand:
            says += f"; {wording.say(N_('asked for, and nothing there'))}"
        share = (demand + supply) / most
        cells.append(HeatCell(house, tuple(lines), share, is_bare and demand > 0, link(key, house), says))
    signed = wording.signed(gap, 0) if gap else "0"
    return HeatRow(wrap(label, _LABELS - 4, _SIZE, 4), tuple(cells), ("! " if is_bare else "") + signed, gap > 0)


def _tell(lines: Sequence[tuple[str, str, _Ids]], wording: Wording) -> str:
    """The fields in which most is missing."""
    short = sorted(
        ((len(of["demand"]) - len(of["supply"]), label) for key, label, of in lines if key not in (UNKNOWN, OTHERS)),
        key=lambda found: (-found[0], found[1]),
    )
    worst = [f"{label} ({wording.signed(gap, 0)})" for gap, label in short[:3] if gap > 0]
    if not worst:
        return wording.say(N_("In no field shown is more asked for than is there."))
    return wording.say(N_("Most is missing in: {fields}."), fields="; ".join(worst))
