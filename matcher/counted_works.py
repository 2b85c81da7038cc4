"""Counted works: those of a candidate that count for less than whole, and what they would add if they did not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index import Index, UnknownRecord
from ingest import Record, Viewer, as_seen_by
from ingest.records import PersonRole
from matcher.crowd import crowd_of, with_whole_works
from matcher.evidence import Quote, cut_clauses, quote
from matcher.fusion import contribution
from matcher.pairing import read_passages
from matcher.question import Question
from matcher.ranking import Ranking
from matcher.text_signals import score_texts

ROUNDING = 1e-5  # of float32 sums of scores
_MOST = 5  # works that are named


@dataclass(frozen=True, slots=True)
class CountedWork:
    """A work by its first clause, with the person's role and its year, as far as they are known; it `counts` from 1/3
    to less than 1."""

    quote: Quote
    role: PersonRole | None
    year: int | None
    counts: float


def find_counted_works(
    index: Index, question: Question, ranking: Ranking, record: Record, viewer: Viewer
) -> tuple[tuple[CountedWork, ...], int]:
    """The works of a candidate (as stored) that count less for the person's part in them or their age, those nearest to
    the question first; and its rank if they counted whole, the other candidates' as they do. Raises UnknownRecord."""
    candidates, seen = ranking.candidates, as_seen_by(record, viewer)
    position = candidates.position_of(record.id)
    if seen is None or position is None:
        raise UnknownRecord(record.id)
    rank = ranking.order.index(position) + 1
    rows = candidates.rows_of(position)
    counts = ranking.texts.of_works[rows]
    if not (counts < 1.0).any():
        return (), rank
    crowd = with_whole_works(crowd_of(candidates, index.traits(), viewer, ranking.weights), rows)
    _, signals, texts = next(score_texts([question], candidates, crowd, ranking.weights))
    scores = ranking.scores.copy()
    for name, values in signals.items():
        # Those of others change a little too: all are compared with the mean of the crowd.
        scores += contribution(name, values, ranking.weights) - contribution(
            name, ranking.signals[name], ranking.weights
        )
    own = float(scores[position]) + ROUNDING
    rank_whole = 1 + sum(1 for other in ranking.order if other != position and float(scores[other]) > own)
    near = texts.words[rows] if texts.meaning is None else texts.meaning[:, rows].max(axis=0)
    passages = read_passages(record, candidates, rows, viewer)
    found: dict[int, CountedWork] = {}
    for at in np.argsort(-near, kind="stable"):
        section = passages[at].section
        if section is not None and counts[at] < 1.0 and section not in found:
            work = seen.sections[section]
            found[section] = CountedWork(_first_clause(seen, section), work.role, work.year, float(counts[at]))
    return tuple(found.values())[:_MOST], min(rank, rank_whole)


def _first_clause(record: Record, section: int) -> Quote:
    length = len(record.sections[section].text)
    return next(iter(cut_clauses(record, section, 0, length)), quote(record, section, 0, length))
