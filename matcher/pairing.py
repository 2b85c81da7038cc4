"""Pairings: the candidates of one kind that fit a record best, each with signals, evidence and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index import Candidates, Floats, Index, Integers, Mode, standardise, terms
from ingest import Kind, Passage, Record, Viewer, as_seen_by, fold, seen_position
from matcher.attribution import Words, choose_units, find_units, text_scores
from matcher.crowd import name_rows
from matcher.evidence import Evidence, Quote, align, clauses, quote, requirements
from matcher.question import Question, ask, says_something
from matcher.ranking import Ranking, rank_candidates

Basis = Literal["calibrated", "uncalibrated", "insufficient"]

_EVIDENCE_PAIRS = 3
_REQUIRING_SECTIONS = frozenset({"requirements", "objectives", "content", "products", "results"})
# A requirement counts as answered when a passage of the candidate is among the very nearest of all passages to it
# (about one in forty), or uses its very words.
_ANSWERED_Z = 2.0
_ANSWERED_SHARE = 0.5
# Below this standardised score nothing sets the candidate apart from the crowd.
_WEAKEST_EVIDENCE = 0.5
# In a smaller crowd standardised scores say little (with one candidate they are 0): words in common decide then.
_SMALLEST_CROWD = 8
_FEWEST_COMMON_WORDS = 3


@dataclass(frozen=True, slots=True)
class Pairing:
    """A candidate for a record. `score` orders this list only; `signals` are what `fusion.SIGNALS` says, without those
    of which nothing is known."""

    id: str
    kind: Kind
    title: str
    score: float
    likelihood: float | None
    basis: Basis
    signals: dict[str, float]
    evidence: tuple[Evidence, ...]
    missing: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Match:
    record_id: str
    record_title: str
    to: Kind
    mode: Mode
    pairings: tuple[Pairing, ...]


def match(index: Index, record: Record, to: Kind, viewer: Viewer, limit: int = 10) -> Match:
    """The best `limit` candidates of kind `to`, ties by id; never the record itself.

    The record need not be stored. Raises UnknownRecord when it does not exist for the viewer.
    """
    question = ask(index, record, viewer)
    ranking = rank_candidates(index, question, to, viewer)
    pairings = describe_pairings(index, question, ranking, viewer, ranking.order[:limit])
    return Match(record.id, question.record.title, to, mode_of(ranking), pairings)


def mode_of(ranking: Ranking) -> Mode:
    """Whether meaning was compared, or words alone."""
    return "hybrid" if "dense" in ranking.signals else "lexical"


def describe_pairings(
    index: Index, question: Question, ranking: Ranking, viewer: Viewer, positions: Sequence[int]
) -> tuple[Pairing, ...]:
    """The candidates at these positions with evidence and what is missing, without those removed meanwhile."""
    candidates = ranking.candidates
    records = index.store.get_as_of(candidates.as_of(positions))
    wanted = requirements(question.record, _REQUIRING_SECTIONS)
    standing = _standing(index, question, ranking, wanted)
    words = Words.of(question, candidates)
    asked = [
        (number, clause, words.found(clause.text)) for number, clause in clauses(question.record, question.passages)
    ]
    pairings: list[Pairing] = []
    for position in positions:
        record = records.get(candidates.record_ids[position])
        seen = record and as_seen_by(record, viewer)
        if record is None or seen is None:
            continue
        rows = candidates.rows_of(position)
        passages = _passages(record, candidates, rows, viewer)
        chosen = [passage for passage in passages if says_something(seen, passage.section)]
        columns = np.arange(rows.start, rows.stop)
        near = None if standing is None else standing[:, columns]
        score = float(ranking.scores[position])
        evidence = _find_evidence(question, ranking, seen, passages, columns, asked, words)
        missing = _missing(wanted, seen, chosen, None if near is None else near.max(axis=1, initial=-np.inf))
        pairings.append(
            Pairing(
                record.id,
                record.kind,
                seen.title,
                score,
                None,
                "uncalibrated" if _has_evidence(question, seen, chosen, score, len(ranking.order)) else "insufficient",
                ranking.signals_of(position),
                tuple(evidence),
                tuple(_without_answered(missing, wanted, evidence)),
            )
        )
    return tuple(pairings)


def _find_evidence(
    question: Question,
    ranking: Ranking,
    seen: Record,
    passages: Sequence[Passage],
    columns: Integers,
    asked: Sequence[tuple[int, Quote, set[tuple[str, str]]]],
    words: Words,
) -> list[Evidence]:
    """The sentences that carry the score, each beside the clause that it answers."""
    if not asked:
        return []
    texts = [seen.text_of(p.section)[p.start : p.end] if says_something(seen, p.section) else "" for p in passages]
    scores = text_scores(question, ranking, columns)
    chosen = choose_units(scores, find_units(texts, words), _EVIDENCE_PAIRS)
    found = [words.found(texts[unit.passage][unit.start : unit.end]) for unit in chosen]
    answers = np.array([[words.likeness(mine, theirs) for theirs in found] for _, _, mine in asked])
    if scores.late.size:
        late = standardise(scores.late.reshape(1, -1)).reshape(scores.late.shape)
        answers = answers * WORDS + late[[number for number, _, _ in asked]][:, [unit.passage for unit in chosen]]
    evidence = []
    for unit, number in zip(chosen, align(answers), strict=True):
        passage = passages[unit.passage]
        evidence.append(
            Evidence(
                asked[number][1],
                quote(seen, passage.section, passage.start + unit.start, passage.start + unit.end),
            )
        )
    return evidence


WORDS = 6.0


def _has_evidence(question: Question, seen: Record, passages: Sequence[Passage], score: float, crowd: int) -> bool:
    """Whether the candidate stands out of the crowd or, where there is none, shares words of two syllables or more."""
    if crowd >= _SMALLEST_CROWD:
        return score > _WEAKEST_EVIDENCE
    mine = _words("\n".join(question.texts))
    return len(mine & _words("\n".join(seen.text_of(p.section)[p.start : p.end] for p in passages))) >= (
        _FEWEST_COMMON_WORDS
    )


def _words(text: str) -> set[str]:
    return {term for term in terms(fold(text)) if "_" in term}


def _passages(record: Record, candidates: Candidates, rows: slice, viewer: Viewer) -> list[Passage]:
    passages: list[Passage] = []
    for row in range(rows.start, rows.stop):
        stored = int(candidates.sections[row])
        section = seen_position(record, None if stored < 0 else stored, viewer)
        passages.append(Passage(section, int(candidates.starts[row]), int(candidates.ends[row])))
    return passages


def _standing(index: Index, question: Question, ranking: Ranking, wanted: Sequence[Quote]) -> Floats | None:
    """For each clause, how far each passage stands out of all: (clauses, passages)."""
    candidates = ranking.candidates
    if not wanted or index.encoder is None or "dense" not in ranking.signals:
        return None
    vectors = index.encoder.encode_queries([quote.text for quote in wanted])
    scores = candidates.dense(vectors)
    own = np.zeros(0, dtype=np.int64)
    if question.record.id in candidates.record_ids:
        rows = candidates.rows_of(candidates.record_ids.index(question.record.id))
        own = np.arange(rows.start, rows.stop)
    speaking = np.setdiff1d(np.arange(scores.shape[1]), np.concatenate([name_rows(candidates), own]))
    standing = np.full(scores.shape, -np.inf, dtype=np.float32)
    standing[:, speaking] = standardise(scores[:, speaking])
    return standing


def _missing(
    wanted: Sequence[Quote], seen: Record, passages: Sequence[Passage], standing: Floats | None
) -> list[Quote]:
    words = set(terms(fold("\n".join(seen.text_of(p.section)[p.start : p.end] for p in passages))))
    missing: list[Quote] = []
    for number, requirement in enumerate(wanted):
        asked = set(terms(fold(requirement.text)))
        share = len(asked & words) / max(1, len(asked))
        stands_out = standing is not None and standing[number] >= _ANSWERED_Z
        if share < _ANSWERED_SHARE and not stands_out:
            missing.append(requirement)
    return missing


def _without_answered(missing: list[Quote], wanted: Sequence[Quote], evidence: Sequence[Evidence]) -> list[Quote]:
    """What is missing, less the clause that each quote answers best: a quote that speaks for the candidate answers
    something."""
    left = list(missing)
    for pair in evidence:
        quoted = [clause for clause in wanted if _is_within(clause, pair.query)]
        if quoted and all(clause in left for clause in quoted):
            answer = set(terms(fold(pair.candidate.text)))
            left.remove(max(quoted, key=lambda clause: len(answer & set(terms(fold(clause.text))))))
    return left


def _is_within(clause: Quote, quoted: Quote) -> bool:
    """Whether most of the clause stands in the quote."""
    shared = min(clause.end, quoted.end) - max(clause.start, quoted.start)
    return clause.section == quoted.section and 2 * shared > clause.end - clause.start
