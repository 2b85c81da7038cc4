"""Pairings: candidates that fit a record, each with signals, evidence and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from index import Candidates, Floats, Index, Mode, terms
from index.languages import UNKNOWN, language_of
from ingest import Kind, Passage, Record, Viewer, as_seen_by, fold, seen_position
from matcher.asked_words import AskedWords
from matcher.asking import is_asked_by
from matcher.attribution import TextScores
from matcher.background import CLEARLY_STANDING, LEAST_STANDING, measure_standing_out
from matcher.evidence import Clause, Evidence, Quote, find_clauses, find_evidence, is_quotable
from matcher.key_terms import KeyTerms
from matcher.question import Question, says_something
from matcher.ranking import Ranking
from matcher.requirements import (
    find_missing,
    find_requirements,
    mark_answers,
    measure_own_standing,
    measure_standing,
)

Basis = Literal["calibrated", "uncalibrated", "insufficient"]

_MOST_KEY_TERMS = 6
_TELLING_PASSAGES = 3  # whose words are the key terms
# In a smaller crowd standardised scores say little (with one candidate they are 0): words in common decide then.
SMALLEST_CROWD = 8
_FEWEST_COMMON_WORDS = 3


@dataclass(frozen=True, slots=True)
class Pairing:
    """A candidate for a record. `score` orders one list only; `signals` are what `fusion.SIGNALS` says, without those
    of which nothing is known. `missing` is what the record asks for and the candidate does not show, `lacking` what the
    candidate asks for and the record does not show: only one of the two asks. `key_terms` stand in the candidate as
    written here, those that add most to the score in words first."""

    id: str
    kind: Kind
    title: str
    score: float
    likelihood: float | None
    basis: Basis
    signals: dict[str, float]
    evidence: tuple[Evidence, ...]
    missing: tuple[Quote, ...]
    key_terms: tuple[str, ...] = ()
    lacking: tuple[Quote, ...] = ()


def mode_of(ranking: Ranking) -> Mode:
    """Whether meaning was compared, or words alone."""
    return "hybrid" if "dense" in ranking.signals else "lexical"


def describe_pairings(
    index: Index, question: Question, ranking: Ranking, viewer: Viewer, positions: Sequence[int]
) -> tuple[Pairing, ...]:
    """The candidates at these positions with evidence and what is missing, without those removed meanwhile."""
    candidates = ranking.candidates
    words = AskedWords.of(question.texts, candidates, question.forms)
    key_terms = KeyTerms.of(words, (*question.texts, *question.forms), candidates)
    clauses = find_clauses(question, words, index.full_forms)
    quoted = _read_each(index, ranking, viewer, positions)
    evidence_of = {at: _quote(question, ranking, words, clauses, at, one) for at, one in quoted.items()}
    standings = _measure_all(index, question, ranking, positions)
    # Who stands out of the list answers in other words more often than by chance, also where the whole is in doubt.
    bar = ranking.bar
    ahead = {
        position: _shares_words(question, one.texts) if standings is None else bool(ranking.scores[position] > bar)
        for position, one in quoted.items()
    }
    lacking = _find_lacking(
        index,
        question,
        ranking,
        viewer,
        {at: (one.seen, evidence_of[at], ahead[at]) for at, one in quoted.items()},
    )
    wanted = find_requirements(question.record)
    asked = list(dict.fromkeys([*wanted, *(pair.query for evidence in evidence_of.values() for pair in evidence)]))
    standing = measure_standing(index, question, ranking, wanted, asked[len(wanted) :])
    of_wanted = None if standing is None else standing[: len(wanted)]
    missing = {
        at: [] if at in lacking else _find_missing(ranking, wanted, of_wanted, at, one, evidence_of[at], ahead[at])
        for at, one in quoted.items()
    }

    def supports(at: int) -> bool:
        return at in quoted and (
            _share_terms(index, key_terms, ranking, at, quoted[at])
            or (at not in lacking and _finds_half(wanted, missing[at]))
        )

    outstanding = None if standings is None else _choose_outstanding(question, ranking, standings, supports)
    pairings: list[Pairing] = []
    for position, one in quoted.items():
        rows, evidence = candidates.rows_of(position), evidence_of[position]
        has_evidence = ahead[position] if outstanding is None else position in outstanding
        near = None if standing is None else standing[:, rows]
        nearness = [
            None if near is None else _find_nearness(pair, near[asked.index(pair.query)], one.passages)
            for pair in evidence
        ]
        pairings.append(
            Pairing(
                one.seen.id,
                one.seen.kind,
                one.seen.title,
                float(ranking.scores[position]),
                None,
                "uncalibrated" if has_evidence else "insufficient",
                ranking.signals_of(position),
                mark_answers(
                    evidence,
                    missing[position],
                    words,
                    nearness,
                    has_evidence,
                    (standings or {}).get(position),
                    lacking.get(position, ()),
                ),
                tuple(missing[position]),
                key_terms.find(_choose_telling(ranking, position, one.texts), _MOST_KEY_TERMS),
                tuple(lacking.get(position, ())),
            )
        )
    return tuple(pairings)


@dataclass(frozen=True, slots=True)
class _Read:
    """A candidate as the viewer sees it: the texts of its passages (empty: not to be quoted) and these."""

    seen: Record
    texts: list[str]
    passages: list[Passage]


def _read_each(
    index: Index,
    ranking: Ranking,
    viewer: Viewer,
    positions: Sequence[int],
) -> dict[int, _Read]:
    """The candidates at these positions, without those removed or changed meanwhile."""
    candidates = ranking.candidates
    records = index.store.get_as_of(candidates.as_of(positions))
    found: dict[int, _Read] = {}
    for position in positions:
        record = records.get(candidates.record_ids[position])
        seen = record and as_seen_by(record, viewer)
        if record is None or seen is None:
            continue
        passages = read_passages(record, candidates, candidates.rows_of(position), viewer)
        found[position] = _Read(seen, _read_quotable(seen, passages), passages)
    return found


def _quote(
    question: Question, ranking: Ranking, words: AskedWords, clauses: Sequence[Clause], position: int, one: _Read
) -> list[Evidence]:
    rows = ranking.candidates.rows_of(position)
    scores = TextScores.of(question, ranking, np.arange(rows.start, rows.stop))
    return find_evidence(clauses, words, scores, one.seen, one.passages, one.texts)


def _find_missing(
    ranking: Ranking,
    wanted: Sequence[Quote],
    standing: Floats | None,
    position: int,
    one: _Read,
    evidence: Sequence[Evidence],
    is_ahead: bool,
) -> list[Quote]:
    near = None if standing is None else standing[:, ranking.candidates.rows_of(position)]
    return find_missing(wanted, one.texts, near, evidence, is_ahead)


def _finds_half(wanted: Sequence[Quote], missing: Sequence[Quote]) -> bool:
    """Whether at least half of what is asked for is found; one thing alone is often found by chance."""
    return len(wanted) > 1 and 2 * len(missing) <= len(wanted)


def _find_lacking(
    index: Index,
    question: Question,
    ranking: Ranking,
    viewer: Viewer,
    candidates: Mapping[int, tuple[Record, Sequence[Evidence], bool]],
) -> dict[int, list[Quote]]:
    """Of each candidate that asks something of the question's record what nothing in the record answers, by position.
    `candidates`: as the viewer sees them, with what is quoted of them and whether they stand out of the list."""
    record = question.record
    askers = {at: one for at, one in candidates.items() if is_asked_by(record.kind, one[0].kind)}
    wanted = {at: find_requirements(seen) for at, (seen, _, _) in askers.items()}
    languages = {at: language_of("\n".join(one.text for one in quotes)) for at, quotes in wanted.items()}
    standing = measure_own_standing(
        index,
        question,
        ranking,
        [one for quotes in wanted.values() for one in quotes],
        [languages[at] for at, quotes in wanted.items() for _ in quotes],
        viewer,
    )
    texts = [
        text
        for passage, text in zip(question.passages, question.texts, strict=True)
        if is_quotable(record, passage.section)
    ]
    found: dict[int, list[Quote]] = {}
    first = 0
    for at, quotes in wanted.items():
        _, evidence, is_ahead = askers[at]
        own = None if standing is None else standing[first : first + len(quotes)]
        turned = [Evidence(pair.candidate, pair.query) for pair in evidence]
        found[at] = find_missing(quotes, texts, own, turned, is_ahead)
        first += len(quotes)
    return found


def _find_nearness(pair: Evidence, near: Floats, passages: Sequence[Passage]) -> float:
    """How near the passage is in which the quote stands."""
    said = pair.candidate
    inside = [
        number
        for number, one in enumerate(passages)
        if one.section == said.section and one.start <= said.start and said.end <= one.end
    ]
    return float(near[inside].max(initial=-np.inf))


def find_standing_out(
    index: Index, question: Question, ranking: Ranking, viewer: Viewer, positions: Sequence[int]
) -> frozenset[int] | None:
    """Of the candidates at these positions those of whom there is enough evidence: who stand out both of the crowd and
    of what the question has with texts of every field, and share key terms with it or at least half of what it asks
    for, unless they stand out clearly or are written in another language. None where there is no crowd."""
    standings = _measure_all(index, question, ranking, positions)
    if standings is None:
        return None
    candidates = ranking.candidates
    words = AskedWords.of(question.texts, candidates, question.forms)
    key_terms = KeyTerms.of(words, (*question.texts, *question.forms), candidates)
    wanted = find_requirements(question.record)
    unsure = [at for at, stands in standings.items() if stands is not None and stands < CLEARLY_STANDING]
    read = _read_each(index, ranking, viewer, unsure)

    @cache  # for the few who share no term
    def measure_wanted() -> tuple[Floats | None, Sequence[Clause]]:
        return (
            measure_standing(index, question, ranking, wanted),
            find_clauses(question, words, index.full_forms),
        )

    def supports(at: int) -> bool:
        one = read.get(at)
        if one is None or _share_terms(index, key_terms, ranking, at, one):
            return one is not None
        if len(wanted) < 2 or is_asked_by(question.record.kind, one.seen.kind):
            return False
        standing, clauses = measure_wanted()
        evidence = _quote(question, ranking, words, clauses, at, one)
        return _finds_half(wanted, _find_missing(ranking, wanted, standing, at, one, evidence, True))

    return _choose_outstanding(question, ranking, standings, supports)


def _measure_all(
    index: Index, question: Question, ranking: Ranking, positions: Sequence[int]
) -> dict[int, float | None] | None:
    """By how much those who stand out of the crowd stand out of every field; None where there is no crowd."""
    if len(ranking.order) < SMALLEST_CROWD:
        return None
    bar = ranking.bar
    above = [position for position in positions if ranking.scores[position] > bar]
    known = measure_standing_out(index, question, ranking.candidates, above) or {}
    return {position: known.get(position) for position in above}


def _choose_outstanding(
    question: Question,
    ranking: Ranking,
    standings: Mapping[int, float | None],
    supports: Callable[[int], bool],
) -> frozenset[int]:
    """Nearness in meaning alone is often by chance: hardly any of those who fit has neither a word in common with the
    question that tells nor half of what it asks for, but a quarter of those who are first where nobody fits
    (benchmarks/bench_doubt.py). `supports`: whether the candidate at a position has either."""
    return frozenset(
        position
        for position, found in standings.items()
        if found is None
        or found >= CLEARLY_STANDING
        or (found >= LEAST_STANDING and (_is_foreign(question, ranking.candidates, position) or supports(position)))
    )


def _share_terms(index: Index, key_terms: KeyTerms, ranking: Ranking, position: int, one: _Read) -> bool:
    """Whether the candidate has any key term, as it is read where it is written without accents."""
    return bool(
        key_terms.find([index.read_unaccented(text) for text in _choose_telling(ranking, position, one.texts)], 1)
    )


def _is_foreign(question: Question, candidates: Candidates, position: int) -> bool:
    """Whether most of the candidate is in another language than the question."""
    told = np.sign(candidates.languages[candidates.rows_of(position)].sum(dtype=np.int64))
    return bool(question.language != UNKNOWN and told == -question.language)


def _choose_telling(ranking: Ranking, position: int, texts: Sequence[str]) -> list[str]:
    """Those of the candidate's passages that have most words in common with the question, the first first."""
    of_words = ranking.texts.words[ranking.candidates.rows_of(position)]
    return [texts[number] for number in np.argsort(-of_words, kind="stable")[:_TELLING_PASSAGES]]


def _shares_words(question: Question, texts: Sequence[str]) -> bool:
    """Whether they share words of two syllables or more."""
    return len(_words("\n".join(question.texts)) & _words("\n".join(texts))) >= _FEWEST_COMMON_WORDS


def _words(text: str) -> set[str]:
    return {term for term in terms(fold(text)) if "_" in term}


def _read_quotable(seen: Record, passages: Sequence[Passage]) -> list[str]:
    """Empty where a passage is not to be quoted: it counts in the score all the same."""
    return [
        seen.text_of(one.section)[one.start : one.end]
        if says_something(seen, one.section) and is_quotable(seen, one.section)
        else ""
        for one in passages
    ]


def read_passages(record: Record, candidates: Candidates, rows: slice, viewer: Viewer) -> list[Passage]:
    """The passages of a candidate in these columns, their sections as the viewer counts them."""
    passages: list[Passage] = []
    for row in range(rows.start, rows.stop):
        stored = int(candidates.sections[row])
        section = seen_position(record, None if stored < 0 else stored, viewer)
        passages.append(Passage(section, int(candidates.starts[row]), int(candidates.ends[row])))
    return passages
