"""The pipeline: how far engagements have come, state by state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from api.charts.canvas import ENTERPRISE, INK, SOFT, WARN, Canvas
from api.charts.lettering import wrap
from api.charts.pictures import Cell, Column, Picture, Row
from api.engagements.labels import STATE
from api.wording import Wording
from index import Index
from ingest import N_, Viewer
from matcher.engagement.moves import State
from matcher.engagement.stages import state_on

_WIDTH, _ROW, _LABELS, _BETWEEN = 340, 38, 128, 16
_NUMBER = 28  # left beside the longest bar for its number
_SIZE = 13
_APART: frozenset[State] = frozenset({"declined", "expired"})
BOARD = "/ket-noi"


@dataclass(frozen=True, slots=True)
class Stage:
    """`share` (0–1) is of the longest bar; those `apart` lead no further."""

    name: str
    text: str
    share: float
    is_apart: bool
    href: str | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Bars around a middle, one below the other."""

    stages: tuple[Stage, ...]

    @property
    def size(self) -> tuple[float, float]:
        return _WIDTH, _ROW * len(self.stages) + _BETWEEN + 4

    def paint(self, canvas: Canvas) -> None:
        longest = _WIDTH - _LABELS - _NUMBER
        middle = _LABELS + longest / 2
        top = 2.0
        was_apart = False
        for stage in self.stages:
            top += _BETWEEN if stage.is_apart and not was_apart else 0
            was_apart = stage.is_apart
            length = max(stage.share * longest, 2.0)
            with canvas.mark(stage.href, f"{stage.name}: {stage.text}"):
                canvas.text(
                    0, top + _ROW / 2, wrap(stage.name, _LABELS - 6, _SIZE, 2), _SIZE, SOFT if stage.is_apart else INK
                )
                box = (middle - length / 2, top + 3, length, _ROW - 6)
                if stage.is_apart:
                    canvas.box(*box, WARN, 0.2, hatch="////", edge=WARN)
                else:
                    canvas.box(*box, ENTERPRISE, 0.35)
                # Beside the bars that are too short for their number.
                is_inside = length > 60 and not stage.is_apart
                at = middle if is_inside else middle + length / 2 + 6
                canvas.text(at, top + _ROW / 2, stage.text, _SIZE, INK, "center" if is_inside else "left", bold=True)
            top += _ROW


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many engagements stand in a state; those `is_apart` lead no further."""

    key: str
    label: str
    count: int
    is_apart: bool = False
    href: str | None = None


def see_pipeline(index: Index, viewer: Viewer, today: date, wording: Wording) -> Picture | None:
    """Of the engagements that the viewer sees, by the state in which they are today; None where there is none."""
    found = Counter(state_on(one.stage, one.until, today) for one in index.store.engagements.all(viewer))
    counts = [
        StateCount(state, wording.say(STATE[state]), found[state], state in _APART, f"{BOARD}#l-{state}")
        for state in get_args(State)
    ]
    return show_pipeline(counts, wording) if found else None


def show_pipeline(states: Sequence[StateCount], wording: Wording) -> Picture:
    """In the order of the flow, those that ended otherwise last."""
    ordered = [*(one for one in states if not one.is_apart), *(one for one in states if one.is_apart)]
    most = max((one.count for one in ordered), default=1) or 1
    shares = _share_all(ordered, wording)
    rows = tuple(
        Row(one.key, one.label, (Cell(wording.number(one.count), one.count, None, one.href), Cell(shares[one.key])))
        for one in ordered
    )
    stages = tuple(
        Stage(one.label, wording.number(one.count), one.count / most, one.is_apart, one.href if one.count else None)
        for one in ordered
    )
    say = wording.say
    count = sum(one.count for one in ordered)
    return Picture(
        "pipeline",
        say(N_("How far engagements have come")),
        say(N_("{count} engagements, each counted where it stands now."), count=wording.number(count)),
        (
            Column("", say(N_("Stage"))),
            Column("count", say(N_("Engagements"))),
            Column("share", say(N_("Share of all"))),
        ),
        rows,
        Funnel(stages),
    )


def _share_all(states: Sequence[StateCount], wording: Wording) -> Mapping[str, str]:
    whole = sum(one.count for one in states)
    return {one.key: f"{wording.number(100 * one.count / whole, 0)} %" if whole else "–" for one in states}
