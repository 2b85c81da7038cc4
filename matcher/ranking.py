"""Ranking: every visible candidate of a question with its signals and its score, whatever the limit."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index import Candidates, Floats, Index, Integers, Traits, standardise, weigh_document
from ingest import KINDS, Kind, Record, Viewer
from matcher.fusion import DEFAULT_WEIGHTS, TEXT_SIGNALS, Weights, fuse
from matcher.question import NAMED_KINDS, Question
from matcher.signals import (
    amount,
    availability,
    budget_fit,
    count_running,
    field_nearness,
    mean_of_best,
    normalise_lengths,
    place_nearness,
    running_tasks,
    trl_fit,
    weigh_passages,
    work_weights,
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
    others = np.array([id != question.record.id for id in candidates.record_ids], dtype=bool)
    raw, texts = _text_signals(question, candidates, traits, weights)
    signals = {
        name: _standardise_among(values, others) if name in TEXT_SIGNALS else values for name, values in raw.items()
    }
    spreads = {name: float(values[others].std()) for name, values in raw.items() if others.any()}
    signals |= _fits(question.record, candidates, traits, viewer, weights)
    scores = fuse(signals, weights)
    order = [position for position in candidates.rank(scores) if others[position]]
    return Ranking(candidates, order, scores, signals, weights, replace(texts, spreads=spreads))


def _text_signals(
    question: Question, candidates: Candidates, traits: Mapping[str, Traits], weights: Weights
) -> tuple[dict[str, Floats], Texts]:
    """Signal → what the texts of each record say: (records,) each, none without candidates; and what it is made of."""
    if not len(candidates):
        none = np.zeros(0, dtype=np.float32)
        return {}, Texts(none, None, none, {})
    names, of_works = name_rows(candidates), _work_weights(candidates, traits)

    def weighed(rows: Floats) -> Floats:
        """(…, passages): without what names say, and by the weights of works."""
        rows[..., names] = rows.min(axis=-1, keepdims=True)
        return weigh_passages(rows, of_works)

    def best_of_each(vectors: Floats) -> Floats:
        """(passages asked, d) → (passages asked, records), some at a time."""
        firsts = range(0, len(vectors), _MOST_AT_ONCE)
        some = (weighed(candidates.dense(vectors[first : first + _MOST_AT_ONCE])) for first in firsts)
        return np.concatenate([candidates.best(rows) for rows in some])

    asked = sum(map(len, question.texts))
    words = candidates.lexical(weigh_document(question.texts))
    speaking = weighed(normalise_lengths(words, candidates.lengths, asked))[np.newaxis]
    texts = Texts(speaking[0], None, of_works, {})
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


def name_rows(candidates: Candidates) -> Integers:
    """The title passages of persons and bodies that have other passages."""
    is_name = np.array([kind in NAMED_KINDS for kind in candidates.kinds], dtype=bool) & (candidates.sizes > 1)
    return np.flatnonzero((candidates.sections < 0) & np.repeat(is_name, candidates.sizes))


def _work_weights(candidates: Candidates, traits: Mapping[str, Traits]) -> Floats:
    """(passages,)"""
    weights = np.ones(len(candidates.ids), dtype=np.float32)
    known = [
        (at, found)
        for at, id in enumerate(candidates.record_ids)
        if (found := traits.get(id)) and (any(found.roles) or any(found.years))
    ]
    # What the viewer may not see must not tell how old the rest is, and no work is of a year to come.
    today = datetime.date.today().year
    seen = [set(candidates.sections[candidates.rows_of(at)].tolist()) for at, _ in known]
    years = (
        year
        for (_, found), sections in zip(known, seen, strict=True)
        for number, year in enumerate(found.years)
        if year and number in sections
    )
    newest = max((min(year, today) for year in years), default=None)
    for at, found in known:
        of_sections = np.array([*work_weights(found.roles, found.years, newest), 1.0], dtype=np.float32)
        rows = candidates.rows_of(at)
        weights[rows] = of_sections[np.minimum(candidates.sections[rows], len(of_sections) - 1)]
    return weights


def _fits(
    record: Record, candidates: Candidates, traits: Mapping[str, Traits], viewer: Viewer, weights: Weights
) -> dict[str, Floats]:
    """What the facts of the record and of each candidate say: (records,) each, NaN where that is nothing. Signals that
    know nothing of anybody are left out."""
    asked = record.facts
    nearness = cache(lambda codes: field_nearness(asked.field_codes, codes))
    # The task that asks must not speak against those who would carry it out.
    leads = _running_leads(traits, viewer, record.id) if weights.uses("availability") else {}
    count_running_of = cache(lambda name, organisation: running_tasks(name, organisation, leads))

    def fits(id: str, kind: Kind) -> tuple[float | None, ...]:
        found = traits.get(id)
        if found is None:
            return (None,) * 5
        offered = found.facts
        # A need says what is asked, whichever side it stands on.
        asks, offers = (offered, asked) if kind == "need" and record.kind != "need" else (asked, offered)
        is_person = kind == "scientist" and (found.is_public or viewer.sees_all_of(id))
        return (
            nearness(offered.field_codes),
            place_nearness(asked, offered),
            trl_fit(asks.trl, offers.trl),
            budget_fit(asks.budget_vnd, offers.budget_vnd),
            availability(count_running_of(found.title, offered.organisation)) if is_person and leads else None,
        )

    names = ("field", "place", "trl", "budget", "availability")
    rows = [fits(id, kind) for id, kind in zip(candidates.record_ids, candidates.kinds, strict=True)]
    values = np.array(rows, dtype=np.float32).reshape(len(rows), len(names))
    used = [name for name in names if weights.uses(name)]
    signals = {name: values[:, names.index(name)] for name in used}
    return {name: column for name, column in signals.items() if not np.isnan(column).all()}


def _running_leads(traits: Mapping[str, Traits], viewer: Viewer, own_id: str) -> Mapping[str, Sequence[str | None]]:
    """Whoever leads a running task that the viewer may see whole, other than the record itself."""
    tasks = (
        found.facts
        for id, found in traits.items()
        if found.kind == "proposal" and id != own_id and (found.is_public or viewer.sees_all_of(id))
    )
    return count_running(tasks, datetime.date.today().year)
