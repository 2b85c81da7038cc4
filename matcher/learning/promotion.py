"""Promotion: what judgements teach comes into force when it has proved itself, and can be rolled back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from index import Event, Index
from matcher.fusion import Weights
from matcher.learning.weights import Lesson, calibrate_scores, learn
from matcher.scoring import DEFAULT_SCORING, Scoring, read_scoring, scoring_in_force, write_calibrations, write_weights


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to the scoring, which is in force from then on, after the judgements up to the event
    `upto`. `lesson` is what was learnt from them; None for a step back."""

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
    """Learn from all judgements and put in force what is proved: weights that win on what was judged since the last
    trial or roll-back, and the calibrations of the weights in force. None when nothing is to be learnt since the last
    time."""
    store, steps, in_force = index.store, history(index), scoring_in_force(index)
    upto = store.judgements.last
    used = store.judgements.pairs_until(_last_decision(steps))
    lesson = learn(store.judgements.current(), store.exposures.judged_depths(), in_force.weights, used)
    scoring = Scoring(lesson.weights, lesson.calibrations)
    is_known = upto == max((step.upto for step in steps), default=0)
    if is_known and lesson.trial is None and scoring == in_force:
        return None
    event: Event = "promoted" if lesson.trial and lesson.trial.wins else "refused"
    step = Step(at.isoformat(timespec="seconds"), event, scoring, upto, lesson)
    _append(index, step, at)
    return step


def _last_decision(steps: Sequence[Step]) -> int:
    """The judgement before the last trial or roll-back."""
    decided = (step.upto for step in steps if step.event == "rolled back" or (step.lesson and step.lesson.trial))
    return max(decided, default=0)


def roll_back(index: Index, at: datetime) -> Step | None:
    """Put in force the weights from before the last promotion that still holds, calibrated on what is judged by now;
    None when there is none."""
    before: list[Weights] = []
    current = DEFAULT_SCORING
    for step in history(index):
        if step.event == "promoted":
            before.append(current.weights)
        elif step.event == "rolled back" and before:
            before.pop()
        current = step.scoring
    if not before:
        return None
    judgements = index.store.judgements
    scoring = Scoring(before[-1], calibrate_scores(judgements.current(), before[-1]))
    step = Step(at.isoformat(timespec="seconds"), "rolled back", scoring, judgements.last, None)
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
        write_calibrations(step.scoring.calibrations),
        _REPORT.dump_json(_Report(step.upto, step.lesson)).decode(),
        at,
    )
