"""Explanation: why one candidate stands where it does, signal by signal, and what would have to change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index import Index, Mode, UnknownRecord
from ingest import Facts, Kind, Record, Viewer, as_seen_by
from matcher.counted_works import ROUNDING, CountedWork, find_counted_works
from matcher.fusion import FIT_SIGNALS, SIGNALS, TEXT_SIGNALS, contribution
from matcher.matching import say_likelihood
from matcher.pairing import Pairing, describe_pairings, mode_of
from matcher.question import NAMED_KINDS, ask
from matcher.ranking import Ranking, rank_candidates
from matcher.scoring import DEFAULT_SCORING, Scoring

_FULL_FIT = 1.0
_FACTS: Mapping[str, tuple[str, ...]] = {
    "field": ("field_codes",),
    "industry": ("industry_codes", "field_codes"),
    "place": ("place_written", "place_today"),
    "trl": ("trl",),
    "budget": ("budget_vnd",),
}
"""Signal → the facts of which each side needs one."""
_OF_TASKS = ("trl", "budget")  # persons and bodies state none

Side = Literal["record", "candidate"]


@dataclass(frozen=True, slots=True)
class Term:
    """What one signal adds to the score: its weight times its value (of fits, what exceeds one half). `value` is None
    where nothing is known, and adds nothing."""

    signal: str
    value: float | None
    weight: float
    adds: float


@dataclass(frozen=True, slots=True)
class Change:
    """A value that a signal would need, everything else as it is, and the rank that the candidate would have then."""

    signal: str
    value: float | None
    needed: float
    rank: int


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A signal of which nothing is known, and who does not say it: the record that asks, the candidate, or both."""

    signal: str
    by: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rank` counts from 1 among `candidates`; `weights` names those of the signals. `gap` is what the score lacks to
    the last of the first `limit`, 0 for those themselves; `changes` are the single ones that would bring it nearer (of
    fits, which can be stated) or there (of texts). `works` of the candidate count for less than whole; if all its
    works counted whole, it would stand at `rank_whole`."""

    record_id: str
    record_title: str
    to: Kind
    mode: Mode
    weights: str
    pairing: Pairing
    rank: int
    candidates: int
    limit: int
    gap: float
    terms: tuple[Term, ...]
    changes: tuple[Change, ...]
    unsaid: tuple[Unsaid, ...]
    works: tuple[CountedWork, ...]
    rank_whole: int


def explain(
    index: Index,
    record: Record,
    candidate_id: str,
    viewer: Viewer,
    limit: int = 10,
    scoring: Scoring = DEFAULT_SCORING,
) -> Explanation:
    """The candidate among all of its kind. Raises UnknownRecord when one of the two does not exist for the viewer, or
    both are one."""
    stored = index.store.get(candidate_id)
    candidate = as_seen_by(stored, viewer)
    if candidate is None:
        raise UnknownRecord(candidate_id)
    question = ask(index, record, viewer)
    ranking = rank_candidates(index, question, candidate.kind, viewer, scoring.weights)
    ids = ranking.candidates.record_ids
    position = ids.index(candidate_id) if candidate_id in ids else -1
    if position not in ranking.order:
        raise UnknownRecord(candidate_id)
    pairing = next(iter(describe_pairings(index, question, ranking, viewer, [position])), None)
    if pairing is None:
        raise UnknownRecord(candidate_id)
    last = ranking.order[min(limit, len(ranking.order)) - 1]
    gap = max(0.0, float(ranking.scores[last] - ranking.scores[position]))
    works, rank_whole = find_counted_works(index, question, ranking, stored, viewer)
    return Explanation(
        record.id,
        question.record.title,
        candidate.kind,
        mode_of(ranking),
        scoring.weights.version,
        say_likelihood(pairing, ranking, scoring),
        ranking.order.index(position) + 1,
        len(ranking.order),
        limit,
        gap,
        tuple(_term(ranking, signal, position) for signal in SIGNALS if _is_asked(ranking, signal, position)),
        tuple(_changes(ranking, position, gap)),
        tuple(_find_unsaid(ranking, position, question.record, candidate)),
        works,
        rank_whole,
    )


def _find_unsaid(ranking: Ranking, position: int, record: Record, candidate: Record) -> Iterator[Unsaid]:
    known = ranking.signals_of(position)
    sides: tuple[tuple[Side, Record], ...] = ("record", record), ("candidate", candidate)
    for signal in _FACTS:
        if signal in known or not ranking.weights.uses(signal):
            continue
        by = tuple(side for side, one in sides if not _says(one.facts, signal) and _can_say(one.kind, signal))
        if by:
            yield Unsaid(signal, by)


def _says(facts: Facts, signal: str) -> bool:
    return any(getattr(facts, name) for name in _FACTS[signal])


def _can_say(kind: Kind, signal: str) -> bool:
    return kind not in NAMED_KINDS or signal not in _OF_TASKS


def _is_asked(ranking: Ranking, signal: str, position: int) -> bool:
    """Nobody misses a cohort that there is not."""
    is_there = signal != "specificity" or signal in ranking.signals_of(position)
    return is_there and ranking.weights.uses(signal)


def _term(ranking: Ranking, signal: str, position: int) -> Term:
    value = ranking.signals_of(position).get(signal)
    known = np.array([np.nan if value is None else value], dtype=np.float32)
    weight = ranking.weights.of[signal]
    return Term(signal, value, weight, 0.0 if value is None else float(contribution(signal, known, ranking.weights)[0]))


def _changes(ranking: Ranking, position: int, gap: float) -> list[Change]:
    """Those of fits, the most useful first, since a fact can be stated; then those of texts, each being enough."""
    values, of_texts = ranking.signals_of(position), []
    for signal in TEXT_SIGNALS:
        if gap and signal in values and ranking.weights.uses(signal):
            needed = values[signal] + gap / ranking.weights.of[signal]
            of_texts.append(Change(signal, values[signal], needed, _rank_with(ranking, position, gap)))
    fits: list[tuple[float, Change]] = []
    own = _rank_with(ranking, position, 0.0)
    for signal in FIT_SIGNALS:
        value = values.get(signal)
        if signal in ranking.signals and value != _FULL_FIT and ranking.weights.uses(signal):
            full = np.array([_FULL_FIT], dtype=np.float32)
            gain = float(contribution(signal, full, ranking.weights)[0]) - _term(ranking, signal, position).adds
            if (rank := _rank_with(ranking, position, gain)) < own:
                fits.append((gain, Change(signal, value, _FULL_FIT, rank)))
    return [change for _, change in sorted(fits, key=lambda pair: (-pair[0], pair[1].signal))] + of_texts


def _rank_with(ranking: Ranking, position: int, gain: float) -> int:
    """The rank of the candidate were its score higher, before those of equal score."""
    score = float(ranking.scores[position]) + gain + ROUNDING
    return 1 + sum(1 for other in ranking.order if other != position and float(ranking.scores[other]) > score)
