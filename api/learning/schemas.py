"""The shapes of the public JSON of judgements and of what is learnt from them."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

import index
import matcher
from api.schemas import Twin
from index import Verdict
from ingest import Kind


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Judgement(_Schema):
    """That `candidate` fits `record` or does not. `kind`, `rank`, `score` and `propensity` are those of the list that
    showed it last before, null where none did."""

    record: Twin
    candidate: Twin
    verdict: Verdict
    reason: str | None
    judged_at: str
    kind: Kind | None
    rank: int | None
    score: float | None
    propensity: float | None


class Judgements(_Schema):
    judgements: tuple[Judgement, ...]


class Gain(_Schema):
    """The mean with its 95 % interval, paired over lists."""

    mean: float
    low: float
    high: float


class Trial(_Schema):
    """Weights learnt from `training_lists`, replayed on `later_lists`: the share of pairs ordered rightly there by the
    weights in force (`before`) and by these (`after`)."""

    weights: dict[str, float]
    training_lists: int
    later_lists: int
    before: float
    after: float
    gain: Gain


class ReliabilityBin(_Schema):
    low: float
    high: float
    count: int
    predicted: float
    fitting: float


class Reliability(_Schema):
    """Measured on records that were kept apart; `split` names the division."""

    ece: float
    count: int
    bins: tuple[ReliabilityBin, ...]
    split: str


class Calibration(_Schema):
    """Holds for lists of candidates of the kind `to` for records of the kind `asked`; for nothing where these are null
    (made before kinds were told apart)."""

    asked: Kind | None
    to: Kind | None
    method: str
    mode: str
    count: int
    fitting: int
    scores: tuple[float, ...]
    likelihoods: tuple[float, ...]
    reliability: Reliability | None


class Lacking(_Schema):
    """What is to be judged before weights are tried again: so many more `lists` with both verdicts, and since the last
    trial or roll-back so many more `later_lists` with both verdicts and so many more `judgements`."""

    lists: int
    later_lists: int
    judgements: int


class Lesson(_Schema):
    """`judged` judgements hold, `shown` of them of something on a list; `lists` have both verdicts. `bias` is the
    exponent by which lower places are looked at less. `trial` is null where too little was judged since the last one:
    then `lacking` says how much. `reliability` is that of the first calibration."""

    judged: int
    shown: int
    lists: int
    bias: float
    trial: Trial | None
    lacking: Lacking | None
    reliability: Reliability | None


class Step(_Schema):
    """`event` is promoted, refused or rolled back; `version`, `weights` and `calibrations` are in force from then on.
    `calibration` is the first of these, that of most judgements, or null."""

    happened_at: str
    event: str
    version: str
    weights: dict[str, float]
    calibration: Calibration | None
    calibrations: tuple[Calibration, ...]
    lesson: Lesson | None


class Steps(_Schema):
    steps: tuple[Step, ...]


class Institution(_Schema):
    name: str
    share: float


class Attention(_Schema):
    """How what people were shown of a kind of candidates, on the web page and the terminal, spreads over institutions;
    `gini` is 0 when they were all shown alike. `unseen` of them were never shown."""

    kind: Kind
    institutions: int
    unseen: int
    gini: float
    most: tuple[Institution, ...]


class Attentions(_Schema):
    exposure: tuple[Attention, ...]


def show_judgements(held: Iterable[tuple[index.Judgement, str, str]]) -> Judgements:
    """Each with the titles of its records."""
    return Judgements(judgements=tuple(_show_judgement(*one) for one in held))


def _show_judgement(one: index.Judgement, record_title: str, candidate_title: str) -> Judgement:
    shown = one.shown
    return Judgement(
        record=Twin(id=one.record_id, title=record_title),
        candidate=Twin(id=one.candidate_id, title=candidate_title),
        verdict=one.verdict,
        reason=one.reason,
        judged_at=one.judged_at,
        kind=one.kind,
        rank=shown.rank if shown else None,
        score=shown.score if shown else None,
        propensity=shown.propensity if shown else None,
    )


def show_step(step: matcher.Step) -> Step:
    weights = step.scoring.weights
    calibrations = tuple(map(Calibration.model_validate, step.scoring.calibrations))
    first = calibrations[0] if calibrations else None
    return Step(
        happened_at=step.happened_at,
        event=step.event,
        version=weights.version,
        weights=dict(weights.of),
        calibration=first,
        calibrations=calibrations,
        lesson=_show_lesson(step.lesson, first.reliability if first else None) if step.lesson else None,
    )


def _show_lesson(lesson: matcher.Lesson, reliability: Reliability | None) -> Lesson:
    return Lesson(
        judged=lesson.judged,
        shown=lesson.shown,
        lists=lesson.lists,
        bias=lesson.bias,
        trial=_show_trial(lesson.trial) if lesson.trial else None,
        lacking=Lacking.model_validate(lesson.lacking) if lesson.lacking else None,
        reliability=reliability,
    )


def _show_trial(trial: matcher.Trial) -> Trial:
    return Trial(
        weights=dict(trial.weights.of),
        training_lists=trial.training_lists,
        later_lists=trial.later_lists,
        before=trial.before,
        after=trial.after,
        gain=Gain.model_validate(trial.gain),
    )


def show_attention(found: Iterable[matcher.Attention]) -> Attentions:
    return Attentions(
        exposure=tuple(
            Attention(
                kind=one.kind,
                institutions=one.institutions,
                unseen=one.unseen,
                gini=one.gini,
                most=tuple(Institution(name=name, share=share) for name, share in one.most),
            )
            for one in found
        )
    )
