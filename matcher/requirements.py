"""Requirements: what a record asks for, clause by clause, and which of it a candidate does not answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index import Encoder, Floats, Index, standardise, terms
from ingest import Record, Viewer, fold
from matcher.asked_words import AskedWords, tells
from matcher.background import CLEARLY_STANDING
from matcher.crowd import name_rows
from matcher.evidence import Evidence, Quote, cut_asked
from matcher.lately_encoded import encode_questions
from matcher.question import NAMED_KINDS, Question, says_something
from matcher.ranking import Ranking

_REQUIRING_SECTIONS = frozenset({"requirements", "objectives", "content", "products", "results"})
_MOST_REQUIREMENTS = 24
# A requirement counts as answered when a candidate uses its very words, or has a passage among the very nearest of all
# to it: one in forty where the candidate as a whole stands out, one in some hundreds that has words in common with it
# where not. Among so many passages somebody's is always near (benchmarks/bench_missing.py).
_ANSWERED_SHARE = 0.5
_ANSWERED_Z, _ANSWERED_ALONE_Z = 2.0, 3.0
# What is quoted answers where it has words in common that are together as rare as so many that nobody has, or else
# where the candidate as a whole stands out of every field twice as clearly as it must (benchmarks/README.md).
_ANSWERING_WORDS = 2.25
_LEAST_SPREAD = 1e-6
_BETWEEN = "\0"  # texts that are kept as one: stands in none


def find_requirements(record: Record) -> list[Quote]:
    """What the record asks for, from the sections that ask, else from all that say what it is about, else from its
    title, where a short need may stand whole. What a person or body did asks for nothing."""
    if record.kind in NAMED_KINDS:
        return []
    asking = [number for number, section in enumerate(record.sections) if section.name in _REQUIRING_SECTIONS]
    telling = asking or [number for number in range(len(record.sections)) if says_something(record, number)]
    of_title: list[int | None] = [None]
    found: list[Quote] = []
    for number in telling or of_title:
        found += cut_asked(record, number, 0, len(record.text_of(number)))
    return found[:_MOST_REQUIREMENTS]


def measure_standing(
    index: Index, question: Question, ranking: Ranking, wanted: Sequence[Quote], clauses: Sequence[Quote] = ()
) -> Floats | None:
    """For each of the question's requirements, then for each of its clauses, how far each passage stands out of all:
    (requirements + clauses, passages); None without a model. Vectors of requirements are kept."""
    candidates = ranking.candidates
    if not (wanted or clauses) or index.encoder is None or "dense" not in ranking.signals:
        return None
    kept = [_encode_kept(index, index.encoder, question.record, [quote.text for quote in wanted])] if wanted else []
    more = [encode_questions(index.encoder, [quote.text for quote in clauses])] if clauses else []
    vectors = np.concatenate([*kept, *more])
    scores = candidates.dense(vectors, [question.language] * len(vectors))
    own = np.zeros(0, dtype=np.int64)
    if question.record.id in candidates.record_ids:
        rows = candidates.rows_of(candidates.record_ids.index(question.record.id))
        own = np.arange(rows.start, rows.stop)
    speaking = np.setdiff1d(np.arange(scores.shape[1]), np.concatenate([name_rows(candidates), own]))
    standing = np.full(scores.shape, -np.inf, dtype=np.float32)
    standing[:, speaking] = standardise(scores[:, speaking])
    return standing


def _encode_kept(index: Index, encoder: Encoder, record: Record, texts: Sequence[str]) -> Floats:
    """As `encode_questions`, kept with the record if it is stored, so that asking again loads no model."""
    model, kept, text = encoder.description.identity, index.store.question_vectors, _BETWEEN.join(texts)
    held = np.frombuffer(kept.known(model, [text]).get(text, b""), dtype="<f4").reshape(
        -1, encoder.description.dimensions
    )
    if len(held) == len(texts):
        return held
    vectors = encode_questions(encoder, texts)
    kept.keep(model, [(record, text, vectors.astype("<f4").tobytes())])
    return vectors


def measure_own_standing(
    index: Index,
    question: Question,
    ranking: Ranking,
    wanted: Sequence[Quote],
    languages: Sequence[int],
    viewer: Viewer,
) -> Floats | None:
    """For each requirement of candidates, written in these `languages` (``index.languages``), how far each passage of
    the question stands out of those of all records of its kind, as `measure_standing` would say were it the candidate
    who asks: (requirements, passages)."""
    if not wanted or index.encoder is None or question.vectors is None or "dense" not in ranking.signals:
        return None
    others = index.candidates([question.record.kind], viewer)
    vectors = encode_questions(index.encoder, [quote.text for quote in wanted])
    scores = others.dense(vectors, languages)
    usual = np.delete(scores, name_rows(others), axis=1)
    if not usual.shape[1]:
        return None
    at = others.position_of(question.record.id)
    own = vectors @ question.vectors.T if at is None else scores[:, others.rows_of(at)]
    spread = np.maximum(usual.std(axis=1, keepdims=True), _LEAST_SPREAD)
    return np.asarray((own - usual.mean(axis=1, keepdims=True)) / spread, dtype=np.float32)


def find_missing(
    wanted: Sequence[Quote],
    texts: Sequence[str],
    standing: Floats | None,
    evidence: Sequence[Evidence],
    has_evidence: bool,
) -> list[Quote]:
    """The requirements that nothing in the texts of who is asked answers. `standing`: (requirements, passages) of their
    own; `has_evidence`: whether the candidate as a whole stands out."""
    words = set(terms(fold("\n".join(texts))))
    missing: list[Quote] = []
    for number, requirement in enumerate(wanted):
        asked = set(terms(fold(requirement.text)))
        shared = asked & words
        share = len(shared) / max(1, len(asked))
        nearest = -np.inf if standing is None else float(standing[number].max(initial=-np.inf))
        least = _ANSWERED_Z if has_evidence else _ANSWERED_ALONE_Z
        is_near = nearest >= least and (has_evidence or any("_" in term for term in shared))
        if share < _ANSWERED_SHARE and not is_near:
            missing.append(requirement)
    return _without_answered(missing, wanted, evidence)


def mark_answers(
    evidence: Sequence[Evidence],
    missing: Sequence[Quote],
    words: AskedWords,
    nearness: Sequence[float | None],
    has_evidence: bool,
    stands: float | None,
    lacking: Sequence[Quote] = (),
) -> tuple[Evidence, ...]:
    """The evidence, with those pairs told apart that are no answer: the clause is among what is missing, what is quoted
    of the candidate among what it asks for and the question is `lacking`, or it has neither its words nor its meaning.
    `nearness`: how far each quoted passage stands out of all for its clause, None without a model; the others as for
    `is_answer`."""
    return tuple(
        replace(
            pair,
            answers=not any(_is_within(clause, pair.query) for clause in missing)
            and not any(_is_within(clause, pair.candidate) for clause in lacking)
            and is_answer(pair.query.text, pair.candidate.text, words, near, has_evidence, stands),
        )
        for pair, near in zip(evidence, nearness, strict=True)
    )


def is_answer(
    clause: str, quoted: str, words: AskedWords, near: float | None, has_evidence: bool, stands: float | None = None
) -> bool:
    """As a requirement is answered, but by this very quote: what is near in meaning must have words in common too, or
    be said by one of whom hardly anything else is asked. `words` are those of the question; `near`: how far the quoted
    passage stands out of all for the clause, None without a model; `has_evidence`: whether the candidate as a whole
    stands out, and `stands` by how much out of every field (`background.measure_standing_out`)."""
    asked, said = (set(terms(fold(text))) for text in (clause, quoted))
    common = words.weigh_common(clause, quoted)
    if len(asked & said) >= _ANSWERED_SHARE * len(asked):
        return any("_" in term and tells(term) for term in asked & said)
    if near is None or common >= _ANSWERING_WORDS:
        return common >= _ANSWERING_WORDS and (
            near is None or near >= (_ANSWERED_Z if has_evidence else _ANSWERED_ALONE_Z)
        )
    return stands is not None and stands >= CLEARLY_STANDING and near >= _ANSWERED_ALONE_Z


def _without_answered(missing: list[Quote], wanted: Sequence[Quote], evidence: Sequence[Evidence]) -> list[Quote]:
    """What is missing, less the clause that each quote answers best, if they have words in common: something is quoted
    of the weakest candidate too."""
    left = list(missing)
    for pair in evidence:
        quoted = [clause for clause in wanted if _is_within(clause, pair.query)]
        if quoted and all(clause in left for clause in quoted):
            answer = _word_pairs(pair.candidate.text)
            best = max(quoted, key=lambda clause: len(answer & _word_pairs(clause.text)))
            if answer & _word_pairs(best.text):
                left.remove(best)
    return left


def _word_pairs(text: str) -> set[str]:
    return {term for term in terms(fold(text)) if "_" in term}


def _is_within(clause: Quote, quoted: Quote) -> bool:
    """Whether most of the clause stands in the quote."""
    shared = min(clause.end, quoted.end) - max(clause.start, quoted.start)
    return clause.section == quoted.section and 2 * shared > clause.end - clause.start
