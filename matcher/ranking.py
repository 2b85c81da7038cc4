"""Ranking: every visible candidate of a question with its signals and its score, whatever the limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from index import Candidates, Floats, Index, Traits
from ingest import KINDS, Facts, Kind, Record, Viewer
from matcher.cohort import cohort_of
from matcher.crowd import Crowd, crowd_of, how_free, stated_fields
from matcher.fusion import DEFAULT_WEIGHTS, Weights, fuse
from matcher.question import NAMED_KINDS, Question
from matcher.signals import budget_fit, field_nearness, industry_fit, place_nearness, trl_fit
from matcher.text_signals import Texts, score_texts


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates of a question: positions best first, and each signal over all candidates (NaN: not known). `asked`
    is the kind of the record that asks, `to` that of the candidates (None: of all kinds)."""

    candidates: Candidates
    order: list[int]
    scores: Floats
    signals: dict[str, Floats]
    weights: Weights
    texts: Texts
    asked: Kind
    to: Kind | None

    @property
    def bar(self) -> float:
        """The score above which a candidate stands out of the crowd, a standard deviation above the mean of all: two
        of three judged not to fit stay below it, and one in ten of those judged to fit well (benchmarks/README.md)."""
        scores = self.scores[self.order]
        return float(scores.mean() + scores.std()) if len(scores) else 0.0

    def scores_without(self, signal: str) -> Floats:
        """The scores as they are with one signal switched off: (records,)."""
        return fuse(self.signals, self.weights.without(signal))

    def signals_of(self, position: int) -> dict[str, float]:
        """What is known of the record at this position."""
        return {
            name: float(values[position]) for name, values in self.signals.items() if not np.isnan(values[position])
        }


def rank_candidates(
    index: Index,
    question: Question,
    to: Kind | None,
    viewer: Viewer,
    weights: Weights = DEFAULT_WEIGHTS,
    beside: tuple[Record, ...] = (),
) -> Ranking:
    """Score every visible candidate of the kind (None: of all), whatever the limit; legs are fused by z-scores.
    `beside` are records that are not stored and ask as well."""
    return next(rank_each(index, [question], to, viewer, weights, beside))


def rank_each(
    index: Index,
    questions: Iterable[Question],
    to: Kind | None,
    viewer: Viewer,
    weights: Weights = DEFAULT_WEIGHTS,
    beside: tuple[Record, ...] = (),
) -> Iterator[Ranking]:
    """As `rank_candidates` for each question; several are compared at once."""
    candidates = index.candidates([to] if to else KINDS, viewer)
    traits = index.traits()
    crowd = crowd_of(candidates, traits, viewer, weights)
    for question, of_texts, texts in score_texts(questions, candidates, crowd, weights):
        kind = question.record.kind
        signals = dict(of_texts)
        if weights.uses("specificity") and kind not in NAMED_KINDS:
            cohort = cohort_of(index, question, candidates, traits, crowd, viewer, weights, beside)
            specificity = cohort.specificity(question.record.id, len(candidates))
            if specificity is not None:
                signals["specificity"] = specificity
        signals |= _fits(question.record, crowd, candidates, traits, viewer, weights)
        scores = fuse(signals, weights)
        order = candidates.rank(scores, but_for=candidates.position_of(question.record.id))
        yield Ranking(candidates, order, scores, signals, weights, texts, kind, to)


def _fits(
    record: Record, crowd: Crowd, candidates: Candidates, traits: Mapping[str, Traits], viewer: Viewer, weights: Weights
) -> dict[str, Floats]:
    """What the facts of the record and of each candidate say: (records,) each, NaN where that is nothing. Signals that
    know nothing of anybody are left out."""
    asked = record.facts
    known = traits.get(record.id)
    is_suggested = known.suggests_fields if known else record.suggests_fields
    by_industry = replace(asked, field_codes=stated_fields(asked, is_suggested))

    def sides(is_need: bool, mine: int | None, theirs: int | None) -> tuple[int | None, int | None]:
        """Asked, offered: a need says what is asked, whichever side it stands on."""
        return (theirs, mine) if is_need and record.kind != "need" else (mine, theirs)

    def find_free() -> Floats:
        # The task that asks must not speak against those who would carry it out.
        is_task = record.kind == "proposal" and record.id in traits
        return how_free(candidates, traits, viewer, but_for=record.id) if is_task else crowd.free

    fits: Mapping[str, Callable[[], Floats]] = {
        "field": lambda: crowd.field_codes.score(lambda codes: field_nearness(asked.field_codes, codes)),
        "industry": lambda: crowd.industries.score(
            lambda said: industry_fit(by_industry, Facts(field_codes=said[0], industry_codes=said[1]))
        ),
        "place": lambda: crowd.places.score(
            lambda place: place_nearness(asked, Facts(place_written=place[0], place_today=place[1]))
        ),
        "trl": lambda: crowd.trls.score(lambda said: trl_fit(*sides(said[0], asked.trl, said[1]))),
        "budget": lambda: crowd.budgets.score(lambda said: budget_fit(*sides(said[0], asked.budget_vnd, said[1]))),
        "availability": find_free,
    }
    signals = {name: fit() for name, fit in fits.items() if weights.uses(name)}
    return {name: values for name, values in signals.items() if not np.isnan(values).all()}
