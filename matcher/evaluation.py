"""Evaluation: rank every query over a throw-away index and measure the ranking against qrels."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import Encoder, Floats, Index, Mode, Progress, QueryReading, no_progress, rank, store_records, with_origins
from ingest import N_, OFFICER, BanhaError, Kind, Record
from matcher.pairing import ask, rank_candidates

Qrels = Mapping[str, Mapping[str, float]]
"""query id → record id → grade (0 = judged and not relevant)."""
Run = Mapping[str, Sequence[tuple[str, float]]]
"""query id → (record id, score), best first."""

SYSTEM, BASELINES = "banha", ("lexical", "dense")
_RESAMPLES = 2_000
_SEED = 20_261


class BadQrels(BanhaError):
    """The judgements cannot be used."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search (`text`) or a match (`record`)."""

    id: str
    text: str | None = None
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """The mean over queries with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`run` is the system's; `measures` (with qrels) hold, per system, its measures by name.
    `gains` are the differences of nDCG@10 against each baseline, with paired bootstrap intervals."""

    run: Run
    mode: Mode
    measures: Mapping[str, Mapping[str, Measure]]
    gains: Mapping[str, Measure]


def evaluate(
    records: Iterable[Record],
    queries: Sequence[Query],
    to: Kind | None,
    qrels: Qrels | None,
    encoder: Encoder | None,
    limit: int,
    folder: Path,
    progress: Progress = no_progress,
) -> Evaluation:
    """Index the records in `folder`, rank all queries to `limit`, and measure where there are qrels.

    Without `to` every query, be it a text or a record, ranks the records of all kinds in one list, itself excepted.
    The baselines come from the same passages: BM25 alone, vectors alone (none without an encoder), and chance.
    """
    index = Index(folder, encoder)
    store_records(index, with_origins(list(records), "evaluation"), progress)
    readings = {query.id: index.read_query(query.text) for query in queries if query.text is not None}
    vectors = index.encode_readings(list(readings.values()))
    vector_of = {} if vectors is None else dict(zip(readings, vectors, strict=True))
    legs: dict[str, dict[str, list[tuple[str, float]]]] = {}
    for number, query in enumerate(queries):
        progress("rank", number, len(queries))
        if query.record is not None:
            ids, scores = _score_record(index, query.record, to)
        else:
            ids, scores = _score_text(index, readings[query.id], vector_of.get(query.id), to)
        for name, ranking in _rank_all(query.id, ids, scores, limit).items():
            legs.setdefault(name, {})[query.id] = ranking
    progress("rank", len(queries), len(queries))
    if qrels is None:
        return Evaluation(legs.get(SYSTEM, {}), index.mode, {}, {})
    judged = [query.id for query in queries if any(grade > 0 for grade in qrels.get(query.id, {}).values())]
    if not judged:
        raise BadQrels(N_("No query has a relevant record in the judgements; check that the ids are the same."))
    per_query = {name: _measure_queries(run, qrels, judged) for name, run in legs.items()}
    measures = {
        name: {measure: _interval(values) for measure, values in by_measure.items()}
        for name, by_measure in per_query.items()
    }
    own = per_query[SYSTEM]["nDCG@10"]
    gains = {
        name: _interval([a - b for a, b in zip(own, by_measure["nDCG@10"], strict=True)])
        for name, by_measure in per_query.items()
        if name != SYSTEM
    }
    return Evaluation(legs[SYSTEM], index.mode, measures, gains)


def _score_record(index: Index, record: Record, to: Kind | None) -> tuple[list[str], dict[str, Floats]]:
    ranking = rank_candidates(index, ask(index, record, OFFICER), to, OFFICER)
    scores = {SYSTEM: ranking.scores, **ranking.signals}
    others = sorted(ranking.order)
    ids = [ranking.candidates.record_ids[position] for position in others]
    return ids, {name: scores[name][others] for name in (SYSTEM, *BASELINES) if name in scores}


def _score_text(
    index: Index, reading: QueryReading, vector: Floats | None, to: Kind | None
) -> tuple[list[str], dict[str, Floats]]:
    query_vector = None if vector is None else vector[np.newaxis]
    scored = index.score_reading(reading, query_vector, OFFICER, [to] if to else None)
    scores = {SYSTEM: scored.scores, "lexical": scored.lexical}
    if scored.dense is not None:
        scores["dense"] = scored.dense
    return scored.candidates.record_ids, scores


def _rank_all(
    query_id: str, ids: Sequence[str], scores: Mapping[str, Floats], limit: int
) -> dict[str, list[tuple[str, float]]]:
    """The ranking by each system, and by chance."""
    shuffled = list(range(len(ids)))
    random.Random(f"{_SEED}{query_id}").shuffle(shuffled)
    by_chance = {"random": np.asarray(shuffled, dtype=np.float32)}
    return {
        name: [(ids[position], float(values[position])) for position in rank(values, ids)[:limit]]
        for name, values in {**scores, **by_chance}.items()
    }


def ndcg(grades: Sequence[float], ideal: Sequence[float], k: int) -> float:
    """Normalised discounted cumulative gain of the first k (Järvelin & Kekäläinen 2002, linear gain as trec_eval)."""
    best = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(sorted(ideal, reverse=True)[:k]))
    found = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(grades[:k]))
    return found / best if best > 0 else 0.0


def recall(grades: Sequence[float], ideal: Sequence[float], k: int) -> float:
    """The share of all relevant records that stand among the first k."""
    relevant = sum(1 for grade in ideal if grade > 0)
    return sum(1 for grade in grades[:k] if grade > 0) / relevant if relevant else 0.0


def reciprocal_rank(grades: Sequence[float], k: int) -> float:
    """1 / rank of the first relevant record among the first k, else 0."""
    return next((1.0 / (rank + 1) for rank, grade in enumerate(grades[:k]) if grade > 0), 0.0)


def _measure_queries(run: Run, qrels: Qrels, judged: Sequence[str]) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {}
    for query in judged:
        grades = [max(0.0, qrels[query].get(id, 0.0)) for id, _ in run.get(query, ())]
        ideal = [max(0.0, grade) for grade in qrels[query].values()]
        measured = {"nDCG@10": ndcg(grades, ideal, 10), "MRR@10": reciprocal_rank(grades, 10)}
        measured |= {f"recall@{k}": recall(grades, ideal, k) for k in (1, 5, 10, 100)}
        for name, value in measured.items():
            values.setdefault(name, []).append(value)
    return values


def _interval(values: Sequence[float]) -> Measure:
    """Mean with a 95 % percentile bootstrap interval over queries, always the same for the same values."""
    sample = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(_SEED)
    means = sample[generator.integers(0, len(sample), (_RESAMPLES, len(sample)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Measure(float(sample.mean()), float(low), float(high))


def read_qrels(lines: Iterable[str], name: str) -> Qrels:
    """TREC qrels (`query 0 record grade`, grades may be decimals). Raises BadQrels naming file and line."""
    qrels: dict[str, dict[str, float]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        parts = line.split()
        try:
            query, _, record, grade = parts
            qrels.setdefault(query, {})[record] = float(grade)
        except ValueError as error:
            raise BadQrels(
                N_("{file}, line {row}: expected `query 0 record grade`, found: {line}"),
                file=name,
                row=number,
                line=line.strip()[:80],
            ) from error
    return qrels


def write_run(run: Run, tag: str) -> Iterable[str]:
    """Lines of a TREC run: `query Q0 record rank score tag`."""
    for query, ranking in run.items():
        for position, (record, score) in enumerate(ranking, start=1):
            yield f"{query} Q0 {record} {position} {score:.6f} {tag}\n"
