"""All pairs: every record of one kind with its best candidates of another, as one piece of work, without quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import Index, Mode, Progress, no_progress
from ingest import Kind, Record, Viewer, as_seen_by
from matcher.fusion import Weights
from matcher.matching import find_likelihood
from matcher.pairing import Basis, describe_pairings, find_standing_out, mode_of
from matcher.question import Question, ask_all
from matcher.ranking import Ranking, rank_each
from matcher.scoring import DEFAULT_SCORING, Scoring

_RANKED_AT_ONCE = 16
# Read and encoded together: a second where nothing is encoded yet.
_ASKED_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """A candidate of a record at its place. `score` orders the candidates of one record only."""

    id: str
    title: str
    rank: int
    score: float
    likelihood: float | None
    basis: Basis
    signals: dict[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A record with its best candidates."""

    id: str
    title: str
    mode: Mode
    pairs: tuple[Pair, ...]


def match_all(
    index: Index,
    kind: Kind,
    to: Kind,
    viewer: Viewer,
    limit: int = 10,
    scoring: Scoring = DEFAULT_SCORING,
    progress: Progress = no_progress,
) -> Iterator[Row]:
    """Every record of the kind that the viewer may see, by id, with its best `limit` candidates, as `match` ranks
    them."""
    records = [record for record in index.store.records(kind) if as_seen_by(record, viewer)]
    titles: dict[str, str] = {}
    for question, ranking in rank_all(index, records, to, viewer, scoring.weights, progress):
        yield _row(index, question, ranking, viewer, limit, scoring, titles)


def rank_all(
    index: Index, records: Sequence[Record], to: Kind, viewer: Viewer, weights: Weights, progress: Progress
) -> Iterator[tuple[Question, Ranking]]:
    """Each record as a question with its ranking. They are asked a few at a time, so that who waits sees it move, and
    ranked many at a time, which takes less time; for no longer than that are candidates taken to stay as they are."""
    for first in range(0, len(records), _RANKED_AT_ONCE):
        asked: list[Question] = []
        for start in range(first, min(first + _RANKED_AT_ONCE, len(records)), _ASKED_AT_ONCE):
            progress("rank", start, len(records))
            asked += ask_all(index, records[start : start + _ASKED_AT_ONCE], viewer)
        yield from zip(asked, rank_each(index, asked, to, viewer, weights), strict=True)
    progress("rank", len(records), len(records))


def _row(
    index: Index,
    question: Question,
    ranking: Ranking,
    viewer: Viewer,
    limit: int,
    scoring: Scoring,
    titles: dict[str, str],
) -> Row:
    chosen = ranking.order[:limit]
    ids = {position: ranking.candidates.record_ids[position] for position in chosen}
    titles |= _titles(index, [id for id in ids.values() if id not in titles], viewer)
    grounds = find_grounds(index, question, ranking, viewer, chosen)
    # What was removed meanwhile has no title, and what was changed no evidence.
    left = [position for position in chosen if ids[position] in titles and ids[position] in grounds]
    pairs = []
    for rank, position in enumerate(left, 1):
        id, score = ids[position], float(ranking.scores[position])
        likelihood, basis = find_likelihood(score, grounds[id], ranking, scoring)
        pairs.append(Pair(id, titles[id], rank, score, likelihood, basis, ranking.signals_of(position)))
    return Row(question.record.id, question.record.title, mode_of(ranking), tuple(pairs))


def find_grounds(
    index: Index, question: Question, ranking: Ranking, viewer: Viewer, positions: Sequence[int]
) -> dict[str, Basis]:
    """Whether there is enough evidence for each candidate, as `describe_pairings` has it."""
    outstanding = find_standing_out(index, question, ranking, viewer, positions)
    if outstanding is None:
        return {one.id: one.basis for one in describe_pairings(index, question, ranking, viewer, positions)}
    ids = ranking.candidates.record_ids
    return {ids[position]: "uncalibrated" if position in outstanding else "insufficient" for position in positions}


def _titles(index: Index, ids: Sequence[str], viewer: Viewer) -> dict[str, str]:
    found: dict[str, Record] = index.store.get_many(ids)
    seen = {id: as_seen_by(record, viewer) for id, record in found.items()}
    return {id: record.title for id, record in seen.items() if record}
