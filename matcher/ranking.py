"""Ranking: every visible candidate of a question with its signals and its score, whatever the limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index import Candidates, Floats, Index, Traits, standardise
from ingest import KINDS, Facts, Kind, Record, Viewer
from matcher.comparing import Compared, compare_each
from matcher.crowd import Crowd, crowd_of, how_free, stated_fields
from matcher.fusion import DEFAULT_WEIGHTS, TEXT_SIGNALS, Weights, fuse
from matcher.question import Question
from matcher.signals import (
    amount,
    budget_fit,
    field_nearness,
    industry_fit,
    mean_of_best,
    place_nearness,
    trl_fit,
)

# Words are asked for all at once and answered by the best passage. Meaning is asked for part by part, since the mean of
# a person's works means none of them, and answered by the best three passages, weighted 1, 1/2, 1/3. Chosen on the CMU
# gold standard of expertise and the bundled samples, which agree (docs/decisions/0009).
_BEST_PASSAGES = 3


@dataclass(frozen=True, slots=True)
class Texts:
    """What the scores of texts are made of, for whoever explains them: weighed scores of every passage by words
    (passages,) and by meaning (parts of the question, passages) or None without vectors; the weight of each passage as
    a work (passages,); and the standard deviation of each signal over all candidates, before it was standardised."""

    words: Floats
    meaning: Floats | None
    of_works: Floats
    spreads: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates of a question: positions best first, and each signal over all candidates (NaN: not known)."""

    candidates: Candidates
    order: list[int]
    scores: Floats
    signals: dict[str, Floats]
    weights: Weights
    texts: Texts

    def scores_without(self, signal: str) -> Floats:
        """The scores as they are with one signal switched off: (records,)."""
        return fuse(self.signals, self.weights.without(signal))

    def signals_of(self, position: int) -> dict[str, float]:
        """What is known of the record at this position."""
        return {
            name: float(values[position]) for name, values in self.signals.items() if not np.isnan(values[position])
        }


def rank_candidates(
    index: Index, question: Question, to: Kind | None, viewer: Viewer, weights: Weights = DEFAULT_WEIGHTS
) -> Ranking:
    """Score every visible candidate of the kind (None: of all), whatever the limit; legs are fused by z-scores."""
    return next(rank_each(index, [question], to, viewer, weights))


def rank_each(
    index: Index, questions: Iterable[Question], to: Kind | None, viewer: Viewer, weights: Weights = DEFAULT_WEIGHTS
) -> Iterator[Ranking]:
    """As `rank_candidates` for each question; several are compared at once."""
    candidates = index.candidates([to] if to else KINDS, viewer)
    traits = index.traits()
    crowd = crowd_of(candidates, traits, viewer)
    for question, compared in compare_each(questions, candidates, crowd, weights.uses("late")):
        # The record itself is no candidate: it would stand out of every crowd.
        others = np.ones(len(candidates), dtype=bool)
        own = candidates.position_of(question.record.id)
        others[slice(0, 0) if own is None else own] = False
        raw, texts = _text_signals(question, compared, candidates, crowd, weights)
        signals = {
            name: _standardise_among(values, others) if name in TEXT_SIGNALS else values for name, values in raw.items()
        }
        spreads = {name: float(values[others].std()) for name, values in raw.items() if others.any()}
        signals |= _fits(question.record, crowd, candidates, traits, viewer, weights)
        scores = fuse(signals, weights)
        order = candidates.rank(scores, but_for=own)
        yield Ranking(candidates, order, scores, signals, weights, replace(texts, spreads=spreads))


def _text_signals(
    question: Question, compared: Compared, candidates: Candidates, crowd: Crowd, weights: Weights
) -> tuple[dict[str, Floats], Texts]:
    """Signal → what the texts of each record say: (records,) each, none without candidates; and what it is made of."""
    texts = Texts(compared.words, compared.parts, crowd.of_works, {})
    if not len(candidates):
        return {}, texts
    signals = {"lexical": candidates.best(compared.words)}
    if compared.parts is not None and compared.best is not None:
        of_parts = [candidates.discounted_best(rows, _BEST_PASSAGES) for rows in compared.parts]
        signals["dense"] = _best_parts(of_parts)
        if weights.uses("late"):
            bounds = np.cumsum([0 if part.vectors is None else len(part.vectors) for part in question.parts])[:-1]
            late = [mean_of_best(of_part) for of_part in np.split(compared.best, bounds) if len(of_part)]
            signals["late"] = _best_parts(late)
    if weights.uses("amount"):
        # By meaning where there is a model, else by words.
        speaking = compared.words[np.newaxis] if compared.parts is None else compared.parts
        signals["amount"] = amount(np.max(speaking, axis=0), candidates.first_rows)
    return signals, texts


def _best_parts(of_parts: Sequence[Floats]) -> Floats:
    """Of each record the best parts of the question, discounted as its passages are: three works that fit say more
    than one."""
    best = -np.sort(-np.stack(of_parts), axis=0)[:_BEST_PASSAGES]
    return np.asarray(np.average(best, axis=0, weights=1.0 / np.arange(1, len(best) + 1)), dtype=np.float32)


def _standardise_among(values: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """z-scores of the chosen values among themselves; 0 elsewhere."""
    standardised = np.zeros_like(values)
    standardised[chosen] = standardise(values[chosen])
    return standardised


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
