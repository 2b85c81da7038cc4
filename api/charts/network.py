"""The network of a record: who and what of the three houses fits it, and who of them is of one organisation."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.addresses import explanation_href, record_href
from api.charts.canvas import HOUSE_COLOUR, INK, LINE, PAPER, SOFT, Canvas, Shape
from api.charts.lettering import height_of, measure, place_lines, wrap
from api.charts.pictures import Cell, Column, Picture, Row
from api.labels import HOUSE, KIND
from api.library import see_record
from api.proposing import propose
from api.wording import Wording
from index import Index
from ingest import N_, Kind, Record, Viewer, as_seen_by, organisation_key
from ingest.records import HOUSES, House
from ingest.remembering import remember
from matcher import scoring_in_force

_KINDS: tuple[Kind, ...] = ("proposal", "scientist", "need", "organisation")
_LEFT_OUT = N_("Left out of the picture and its table: {count} of these nearest, for whom the evidence is not enough.")
_SHAPE: Mapping[Kind, Shape] = {"proposal": "s", "scientist": "o", "need": "^", "organisation": "D", "document": "s"}
_MOST = 3  # of a kind
_WIDTH, _SIDE, _SPACE, _FOOT = 640, 205, 64, 52
_SIZE = 11.5
_CENTRE = 150  # width of the words in the middle


@dataclass(frozen=True, slots=True)
class Node:
    """A record of the network; `lines` are its title as far as there is room."""

    id: str
    kind: Kind
    house: House
    lines: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Web:
    """A record in the middle, and the others on both sides of it, house by house. `ties` are places of two that are of
    one organisation (-1: the middle)."""

    centre: tuple[str, ...]
    house: House
    nodes: tuple[Node, ...]
    ties: tuple[tuple[int, int], ...]
    kinds: tuple[tuple[Kind, str], ...]
    houses: tuple[tuple[House, str], ...]
    near: str
    tie: str

    @property
    def size(self) -> tuple[float, float]:
        return _WIDTH, max(2, math.ceil(len(self.nodes) / 2)) * _SPACE + 16 + _FOOT

    def paint(self, canvas: Canvas) -> None:
        middle = (_WIDTH / 2, (self.size[1] - _FOOT) / 2)
        places = [*self._place(middle), middle]
        for x, y in places[:-1]:
            canvas.path([middle, (x, y)], LINE, 1.6, order=0)
        for one, other in self.ties:
            canvas.path([places[one], places[other]], SOFT, 1.4, ":", order=1)
        tall = height_of(len(self.centre), _SIZE) + 12
        canvas.box(
            middle[0] - _CENTRE / 2 - 6, middle[1] - tall / 2, _CENTRE + 12, tall, PAPER, edge=HOUSE_COLOUR[self.house]
        )
        canvas.text(*middle, self.centre, _SIZE, INK, "center", bold=True)
        for node, (x, y) in zip(self.nodes, places, strict=False):
            with canvas.mark(record_href(node.id), node.label):
                canvas.dot(x, y, _SHAPE[node.kind], HOUSE_COLOUR[node.house], 15)
                is_right = x > middle[0]
                canvas.text(x + (13 if is_right else -13), y, node.lines, _SIZE, INK, "left" if is_right else "right")
        self._paint_key(canvas)

    def _place(self, middle: tuple[float, float]) -> list[tuple[float, float]]:
        """The nodes from the top clockwise, on both sides at even distances."""
        count = len(self.nodes)
        right = math.ceil(count / 2)
        places = []
        for number in range(count):
            at, many = (number, right) if number < right else (count - 1 - number, count - right)
            y = place_lines(many, middle[1], _SPACE / 1.25)[at]
            bend = ((y - middle[1]) / (middle[1] * 1.25)) ** 2
            reach = (_WIDTH / 2 - _SIDE) * math.sqrt(max(0.0, 1 - bend))
            places.append((middle[0] + (reach if number < right else -reach), y))
        return places

    def _paint_key(self, canvas: Canvas) -> None:
        y = self.size[1] - _FOOT + 14
        x = 8.0
        for house, name in self.houses:
            canvas.box(x, y - 5, 10, 10, HOUSE_COLOUR[house])
            canvas.text(x + 16, y, name, _SIZE - 0.5, HOUSE_COLOUR[house])
            x += 34 + measure(name, _SIZE)
        if self.nodes:
            canvas.path([(x, y), (x + 22, y)], LINE, 1.6)
            canvas.text(x + 28, y, self.near, _SIZE - 0.5, SOFT)
        x, y = 8.0, y + 22
        for kind, name in self.kinds:
            canvas.dot(x + 5, y, _SHAPE[kind], SOFT, 10)
            canvas.text(x + 16, y, name, _SIZE - 0.5, SOFT)
            x += 34 + measure(name, _SIZE)
        if self.ties:
            canvas.path([(x, y), (x + 22, y)], SOFT, 1.4, ":")
            canvas.text(x + 28, y, self.tie, _SIZE - 0.5, SOFT)


@dataclass(frozen=True, slots=True)
class _Fit:
    record: Record
    rank: int


def see_network(index: Index, id: str, viewer: Viewer, wording: Wording) -> Picture:
    """Of each kind the nearest that stand out, as `match` lists them for the viewer. Raises UnknownRecord also for a
    record that does not exist for them."""
    record = see_record(index, id, viewer)
    version = scoring_in_force(index).weights.version
    found, weak = _find_fits(index, index.store.seq, index.mode, version, id, viewer)
    fits = _order(found)
    records = [fit.record for fit in fits]
    ties = _find_ties([*records, record])
    say = wording.say
    rows = tuple(_row(number, fit, id, fits, record, ties, wording) for number, fit in enumerate(fits))
    nodes = tuple(
        Node(
            one.id,
            one.kind,
            one.house,
            wrap(one.title, _SIDE - 22, _SIZE),
            f"{say(KIND[one.kind])}, {say(HOUSE[one.house])}: {one.title}",
        )
        for one in records
    )
    drawing = Web(
        wrap(record.title, _CENTRE, _SIZE, 5, bold=True),
        record.house,
        nodes,
        tuple((one if one < len(fits) else -1, other if other < len(fits) else -1) for one, other in ties),
        tuple((kind, say(KIND[kind])) for kind in _KINDS),
        tuple((house, say(HOUSE[house])) for house in HOUSES),
        say(N_("among the nearest by score")),
        say(N_("of one organisation")),
    )
    columns = (
        Column("", say(N_("Record"))),
        Column("house", say(N_("House"))),
        Column("kind", say(N_("Kind"))),
        Column("rank", say(N_("Place in its list"))),
        Column("tie", say(N_("Of one organisation with"))),
    )
    title = say(N_("The three houses around “{title}”"), title=record.title)
    return Picture("network", title, _tell(fits, weak, wording), columns, rows, drawing)


@remember(32)
def _find_fits(
    index: Index, _seq: int, _mode: str, _version: str, id: str, viewer: Viewer
) -> tuple[tuple[_Fit, ...], int]:
    """Of each kind the nearest, and how many of the nearest are left out because the evidence is not enough."""
    record = index.store.get(id)
    found, weak = [], 0
    for kind in _KINDS:
        pairings = propose(index, record, kind, viewer, _MOST, None).pairings
        stored = index.store.get_many([one.id for one in pairings])
        for rank, one in enumerate(pairings, 1):
            seen = as_seen_by(stored[one.id], viewer) if one.id in stored else None
            if seen and one.basis == "insufficient":
                weak += 1
            elif seen:
                found.append(_Fit(seen, rank))
    return tuple(found), weak


def _order(fits: Sequence[_Fit]) -> list[_Fit]:
    """Clockwise from the top: half of the state, science, enterprises, the other half of the state."""
    of = {house: [fit for fit in fits if fit.record.house == house] for house in HOUSES}
    half = len(of["state"]) // 2
    return [*of["state"][half:], *of["science"], *of["enterprise"], *of["state"][:half]]


def _find_ties(records: Sequence[Record]) -> list[tuple[int, int]]:
    keys = [
        organisation_key((one.title if one.kind == "organisation" else one.facts.organisation) or "") for one in records
    ]
    return [
        (one, other)
        for one, other in itertools.combinations(range(len(keys)), 2)
        if keys[one] and keys[one] == keys[other]
    ]


def _row(
    number: int,
    fit: _Fit,
    id: str,
    fits: Sequence[_Fit],
    record: Record,
    ties: Sequence[tuple[int, int]],
    wording: Wording,
) -> Row:
    one = fit.record
    others = [(set(tie) - {number}).pop() for tie in ties if number in tie]
    titles = [fits[other].record.title if other < len(fits) else record.title for other in others]
    return Row(
        one.id,
        one.title,
        (
            Cell(wording.say(HOUSE[one.house])),
            Cell(wording.say(KIND[one.kind])),
            Cell(wording.number(fit.rank), href=explanation_href(id, one.id)),
            Cell("; ".join(titles)),
        ),
        record_href(one.id),
    )


def _tell(fits: Sequence[_Fit], weak: int, wording: Wording) -> str:
    left_out = f" {wording.say(_LEFT_OUT, count=weak)}" if weak else ""
    if not fits:
        return wording.say(N_("Nothing that is stored stands out as near to it.")) + left_out
    of = [(house, sum(fit.record.house == house for fit in fits)) for house in HOUSES]
    counts = ", ".join(f"{wording.say(HOUSE[house])}: {count}" for house, count in of)
    told = wording.say(
        N_(
            "Of each kind at most {most}, the nearest by their score with evidence; near is not fitting yet: look at "
            "the quotes. {counts}."
        ),
        most=_MOST,
        counts=counts,
    )
    return told + left_out
