"""Ranking: every visible candidate of a question with its signals and its score, whatever the limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index import Candidates, Floats, Index, Traits, standardise, weigh_document
from ingest import KINDS, Facts, Kind, Record, Viewer
from matcher.crowd import Crowd, crowd_of, how_free
from matcher.fusion import DEFAULT_WEIGHTS, TEXT_SIGNALS, Weights, fuse
from matcher.question import Question
from matcher.signals import (
    amount,
    budget_fit,
    field_nearness,
    mean_of_best,
    normalise_lengths,
    place_nearness,
    trl_fit,
    weigh_passages,
)

# Words are asked for all at once and answered by the best passage. Meaning is asked for part by part, since the mean of
# a person's works means none of them, and answered by the best three passages, weighted 1, 1/2, 1/3. Chosen on the CMU
# gold standard of expertise and the bundled samples, which agree (docs/decisions/0009).
_BEST_PASSAGES = 3
_MOST_AT_ONCE = 50  # passages asked for, each of which is compared with every passage


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
    candidates = index.candidates([to] if to else KINDS, viewer)
    traits = index.traits()
    # The record itself is no candidate: it would stand out of every crowd.
    others = np.ones(len(candidates), dtype=bool)
    own = candidates.position_of(question.record.id)
    others[slice(0, 0) if own is None else own] = False
    crowd = crowd_of(candidates, traits, viewer)
    raw, texts = _text_signals(question, candidates, crowd, weights)
    signals = {
        name: _standardise_among(values, others) if name in TEXT_SIGNALS else values for name, values in raw.items()
    }
    spreads = {name: float(values[others].std()) for name, values in raw.items() if others.any()}
    signals |= _fits(question.record, crowd, candidates, traits, viewer, weights)
    scores = fuse(signals, weights)
    order = [position for position in candidates.rank(scores) if position != own]
    return Ranking(candidates, order, scores, signals, weights, replace(texts, spreads=spreads))


def _text_signals(
    question: Question, candidates: Candidates, crowd: Crowd, weights: Weights
) -> tuple[dict[str, Floats], Texts]:
    """Signal → what the texts of each record say: (records,) each, none without candidates; and what it is made of."""
    if not len(candidates):
        none = np.zeros(0, dtype=np.float32)
        return {}, Texts(none, None, none, {})

    def weighed(rows: Floats) -> Floats:
        """(…, passages): without what names say, and by the weights of works."""
        rows[..., crowd.names] = rows.min(axis=-1, keepdims=True)
        return weigh_passages(rows, crowd.of_works) if crowd.weighs_works else rows

    def best_of_each(vectors: Floats) -> Floats:
        """(passages asked, d) → (passages asked, records), some at a time."""
        firsts = range(0, len(vectors), _MOST_AT_ONCE)
        some = (weighed(candidates.dense(vectors[first : first + _MOST_AT_ONCE])) for first in firsts)
        return np.concatenate([candidates.best(rows) for rows in some])

    asked = sum(map(len, question.texts))
    words = candidates.lexical(weigh_document(question.texts))
    speaking = weighed(normalise_lengths(words, candidates.lengths, asked))[np.newaxis]
    texts = Texts(speaking[0], None, crowd.of_works, {})
    signals = {"lexical": candidates.best(speaking[0])}
    wholes = [part.vector for part in question.parts if part.vector is not None]
    if candidates.have_vectors and len(wholes) == len(question.parts):
        speaking = weighed(candidates.dense(np.stack(wholes)))
        texts = replace(texts, meaning=speaking)
        signals["dense"] = _best_parts([candidates.discounted_best(rows, _BEST_PASSAGES) for rows in speaking])
        if weights.uses("late"):
            asked_parts = [part.vectors for part in question.parts if part.vectors is not None]
            signals["late"] = _best_parts([mean_of_best(best_of_each(vectors)) for vectors in asked_parts])
    if weights.uses("amount"):
        # By meaning where there is a model, else by words.
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

    def sides(is_need: bool, mine: int | None, theirs: int | None) -> tuple[int | None, int | None]:
        """Asked, offered: a need says what is asked, whichever side it stands on."""
        return (theirs, mine) if is_need and record.kind != "need" else (mine, theirs)

    def find_free() -> Floats:
        # The task that asks must not speak against those who would carry it out.
        is_task = record.kind == "proposal" and record.id in traits
        return how_free(candidates, traits, viewer, but_for=record.id) if is_task else crowd.free

    fits: Mapping[str, Callable[[], Floats]] = {
        "field": lambda: crowd.field_codes.score(lambda codes: field_nearness(asked.field_codes, codes)),
        "place": lambda: crowd.places.score(
            lambda place: place_nearness(asked, Facts(place_written=place[0], place_today=place[1]))
        ),
        "trl": lambda: crowd.trls.score(lambda said: trl_fit(*sides(said[0], asked.trl, said[1]))),
        "budget": lambda: crowd.budgets.score(lambda said: budget_fit(*sides(said[0], asked.budget_vnd, said[1]))),
        "availability": find_free,
    }
    signals = {name: fit() for name, fit in fits.items() if weights.uses(name)}
    return {name: values for name, values in signals.items() if not np.isnan(values).all()}
