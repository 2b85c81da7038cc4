"""Promotion: what judgements teach comes into force when it has proved itself, and can be rolled back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from index import Event, Index
from matcher.learning.weights import Lesson, learn
from matcher.scoring import DEFAULT_SCORING, Scoring, read_scoring, scoring_in_force, write_calibration, write_weights


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to the scoring, which is in force from then on. `lesson` is what was learnt from the
    judgements up to the event `upto`; None for a step back."""

    happened_at: str
    event: Event
    scoring: Scoring
    upto: int
    lesson: Lesson | None


@dataclass(frozen=True, slots=True)
class _Report:
    upto: int
    lesson: Lesson | None


_REPORT = TypeAdapter(_Report)


def teach(index: Index, at: datetime) -> Step | None:
    """Learn from all judgements and put in force what is proved: weights that win on later judgements, and the
    calibration of the weights in force. None when nothing was judged since the last time: asked again and again of the
    same judgements, chance would win some day."""
    store = index.store
    upto = store.judgements.last
    if upto == max((step.upto for step in history(index)), default=0):
        return None
    lesson = learn(store.judgements.current(), store.exposures.judged_depths(), scoring_in_force(index).weights)
    event: Event = "promoted" if lesson.trial and lesson.trial.wins else "refused"
    step = Step(at.isoformat(timespec="seconds"), event, Scoring(lesson.weights, lesson.calibration), upto, lesson)
    _append(index, step, at)
    return step


def roll_back(index: Index, at: datetime) -> Step | None:
    """Put in force what was before the last promotion that still holds; None when there is none."""
    before: list[Scoring] = []
    current = DEFAULT_SCORING
    for step in history(index):
        if step.event == "promoted":
            before.append(current)
        elif step.event == "rolled back" and before:
            before.pop()
        current = step.scoring
    if not before:
        return None
    step = Step(at.isoformat(timespec="seconds"), "rolled back", before[-1], 0, None)
    _append(index, step, at)
    return step


def history(index: Index) -> list[Step]:
    """All steps in order of time. Raises UnusableFolder for what cannot be understood."""
    try:
        return [
            Step(one.happened_at, one.event, read_scoring(one.weights, one.calibration), report.upto, report.lesson)
            for one in index.store.fusion_events.all()
            for report in (_REPORT.validate_json(one.report),)
        ]
    except ValidationError as error:
        raise index.store.database.damaged() from error


def _append(index: Index, step: Step, at: datetime) -> None:
    index.store.fusion_events.append(
        step.event,
        write_weights(step.scoring.weights),
        write_calibration(step.scoring.calibration),
        _REPORT.dump_json(_Report(step.upto, step.lesson)).decode(),
        at,
    )
