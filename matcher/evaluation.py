"""Evaluation: rank every query over a throw-away index and measure the ranking against qrels."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index import (
    Encoder,
    Floats,
    Index,
    Mode,
    Progress,
    QueryReading,
    no_progress,
    rank,
    read_again,
    store_records,
    weigh_document,
    with_origins,
)
from ingest import N_, OFFICER, BanhaError, Kind, Record
from matcher.baselines import TfidfMean
from matcher.fusion import DEFAULT_WEIGHTS, SIGNALS, WORK_SIGNALS
from matcher.measures import Measure, PerQuery, gain, interval, measure_query
from matcher.question import ask
from matcher.ranking import rank_candidates

Qrels = Mapping[str, Mapping[str, float]]
"""query id → record id → grade (0 = judged and not relevant)."""
Run = Mapping[str, Sequence[tuple[str, float]]]
"""query id → (record id, score), best first."""

SYSTEM, LEGS = "banha", ("lexical", "dense")
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
class Grade:
    """A line of TREC qrels: how well the record answers the query, as was judged in this row of the file."""

    query: str
    record: str
    value: float
    row: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`run` is the system's. With qrels: `measured` are the judged queries that each system ranks (words typed have no
    signals to switch off), `per_query` what each of them adds to its `measures` by name, and `gains` the differences
    of banha's over the same queries (paired bootstrap). `weights` names those in which signals were summed, None where
    no record asked."""

    run: Run
    mode: Mode
    measures: Mapping[str, Mapping[str, Measure]]
    gains: Mapping[str, Mapping[str, Measure]]
    measured: Mapping[str, Sequence[str]] = field(default_factory=dict)
    per_query: Mapping[str, PerQuery] = field(default_factory=dict)
    weights: str | None = None

    @property
    def judged(self) -> Sequence[str]:
        """The queries that count: Ba Nhà ranks them all."""
        return self.measured.get(SYSTEM, ())


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
    Queries that are records ask beside each other, as the needs of an office do (`matcher.cohort`).
    The baselines come from the same passages: BM25 alone, vectors alone (none without an encoder), the mean of the
    TF-IDF vectors of a record's passages, and chance.
    """
    index = Index(folder, encoder)
    records = list(records)
    store_records(index, with_origins(records, "evaluation"), progress)
    read_again(index, progress)
    readings = {query.id: index.read_query(query.text) for query in queries if query.text is not None}
    vectors = index.encode_readings(list(readings.values()))
    vector_of = {} if vectors is None else dict(zip(readings, vectors, strict=True))
    tfidf = TfidfMean({} if qrels is None else {record.id: _texts_of(index, record.id) for record in records})
    beside = tuple(query.record for query in queries if query.record is not None)
    legs: dict[str, dict[str, list[tuple[str, float]]]] = {}
    for number, query in enumerate(queries):
        progress("rank", number, len(queries))
        if query.record is not None:
            ids, scores = _score_record(index, query.record, to, tfidf, beside)
        else:
            ids, scores = _score_text(index, readings[query.id], vector_of.get(query.id), to, tfidf)
        for name, ranking in _rank_all(query.id, ids, scores, limit).items():
            legs.setdefault(name, {})[query.id] = ranking
    progress("rank", len(queries), len(queries))
    weights = DEFAULT_WEIGHTS.version if beside else None
    if qrels is None:
        return Evaluation(legs.get(SYSTEM, {}), index.mode, {}, {}, weights=weights)
    judged = [query.id for query in queries if any(grade > 0 for grade in qrels.get(query.id, {}).values())]
    if not judged:
        raise BadQrels(N_("No query has a relevant record in the judgements; check that the ids are the same."))
    measured = {name: [query for query in judged if query in run] for name, run in legs.items()}
    per_query = {name: _measure_queries(legs[name], qrels, ids) for name, ids in measured.items() if ids}
    return summarise(legs[SYSTEM], index.mode, measured, per_query, weights)


def summarise(
    run: Run,
    mode: Mode,
    measured: Mapping[str, Sequence[str]],
    per_query: Mapping[str, PerQuery],
    weights: str | None = None,
) -> Evaluation:
    """What the queries that each system ranks add to its measures, as means, gains and their intervals."""
    measures = {
        name: {measure: interval(values) for measure, values in by_measure.items()}
        for name, by_measure in per_query.items()
    }
    gains = {}
    for name, by_measure in per_query.items():
        if name == SYSTEM:
            continue
        own = [number for number, query in enumerate(measured[SYSTEM]) if query in set(measured[name])]
        gains[name] = {
            measure: gain([per_query[SYSTEM][measure][number] for number in own], values)
            for measure, values in by_measure.items()
        }
    return Evaluation(run, mode, measures, gains, {name: measured[name] for name in per_query}, per_query, weights)


def _measure_queries(run: Run, qrels: Qrels, ranked: Sequence[str]) -> PerQuery:
    measured = [measure_query(run[query], qrels[query]) for query in ranked]
    names = dict.fromkeys(name for of_query in measured for name in of_query)
    return {name: [of_query.get(name, (0.0, 0.0)) for of_query in measured] for name in names}


def _texts_of(index: Index, id: str) -> list[str]:
    """The passages that an officer sees."""
    return [passage.text for passage in index.store.passages.of_record(id) if passage.audience != "outsiders"]


def _score_record(
    index: Index, record: Record, to: Kind | None, tfidf: TfidfMean, beside: tuple[Record, ...]
) -> tuple[list[str], dict[str, Floats]]:
    question = ask(index, record, OFFICER)
    ranking = rank_candidates(index, question, to, OFFICER, beside=beside)
    scores = {SYSTEM: ranking.scores} | {leg: ranking.signals[leg] for leg in LEGS if leg in ranking.signals}
    candidates = ranking.candidates
    scores["bm25"] = candidates.best(candidates.lexical(weigh_document(question.texts)))
    scores |= {f"without {name}": ranking.scores_without(name) for name in SIGNALS if ranking.weights.uses(name)}
    weighs_works = bool((ranking.texts.of_works != 1.0).any())
    for name in WORK_SIGNALS:
        without = ranking.weights.without(name)
        # Where no work says its role or year there is nothing to rank anew.
        anew = rank_candidates(index, question, to, OFFICER, without, beside) if weighs_works else ranking
        scores[f"without {name}"] = anew.scores
    others = sorted(ranking.order)
    ids = [candidates.record_ids[position] for position in others]
    found = {name: values[others] for name, values in scores.items()}
    return ids, found | {"tfidf": tfidf.score(question.texts, ids)}


def _score_text(
    index: Index, reading: QueryReading, vector: Floats | None, to: Kind | None, tfidf: TfidfMean
) -> tuple[list[str], dict[str, Floats]]:
    query_vector = None if vector is None else vector[np.newaxis]
    scored = index.score_reading(reading, query_vector, OFFICER, [to] if to else None)
    scores = {SYSTEM: scored.scores, "lexical": scored.lexical}
    if scored.dense is not None:
        scores["dense"] = scored.dense
    ids = scored.candidates.record_ids
    return ids, scores | {"tfidf": tfidf.score([reading.restored or reading.text], ids)}


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


def read_qrels(lines: Iterable[str], name: str) -> Iterator[Grade]:
    """TREC qrels (`query 0 record grade`, grades may be decimals). Raises BadQrels naming file and line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        parts = line.split()
        try:
            query, _, record, grade = parts
            if not math.isfinite(float(grade)):
                raise ValueError(grade)
            yield Grade(query, record, float(grade), number)
        except ValueError as error:
            raise BadQrels(
                N_("{file}, line {row}: expected `query 0 record grade`, found: {line}"),
                file=name,
                row=number,
                line=line.strip()[:80],
            ) from error


def write_per_query(evaluation: Evaluation) -> Iterator[str]:
    """What every judged query that a system ranks adds to each of its measures, as tab-separated lines under a header:
    a measure is the sum of its `sum` over that of its `weight`, and with queries drawn anew its interval. Digits enough
    to compute the same figures."""
    yield "system\tmeasure\tquery\tsum\tweight\n"
    for system, by_measure in evaluation.per_query.items():
        for measure, values in by_measure.items():
            for query, (total, weight) in zip(evaluation.measured[system], values, strict=True):
                yield f"{system}\t{measure}\t{query}\t{total}\t{weight}\n"


def write_run(run: Run, tag: str) -> Iterable[str]:
    """Lines of a TREC run: `query Q0 record rank score tag`."""
    for query, ranking in run.items():
        for position, (record, score) in enumerate(ranking, start=1):
            yield f"{query} Q0 {record} {position} {score:.6f} {tag}\n"
