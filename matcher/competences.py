"""Competences: what a record asks of those who would do it, and the words of a scientist that answer each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index import Candidates, Index, terms
from index.languages import UNKNOWN, language_of
from ingest import Record, Viewer, as_seen_by, fold, parent_fields
from matcher.asked_words import AskedWords
from matcher.evidence import Quote, cut_clauses, quote
from matcher.pairing import Pairing, read_passages
from matcher.question import Question, says_something
from matcher.ranking import Ranking
from matcher.requirements import find_requirements, measure_standing

# Standard deviations above the mean of all passages that count as much as all words in common: as far as twice the
# least by which a requirement counts as answered.
_FULL_STANDING = 4.0
# What requirements of every subject ask for, and no subject by itself: gas that meets a standard was answered by
# ammonia beyond one. Folded.
_OF_NO_SUBJECT = re.compile(
    r"\b(?:quy chuan|tieu chuan|tieu chi|quy trinh|quy dinh|ban do|so lieu|du lieu|bao cao|bai toan|ket qua|xu ly|"
    r"moi truong|ky thuat|cong nghe|thiet bi|san pham|giai phap|huu ich|bac si|tien si|thac si|khuyen nghi)\b"
)
# A degree answers nothing: “Học vị: Bác sĩ” stood for a vet who opens ducks.
_DEGREE = re.compile(r"\W*(?:\d+\W+)?(?:hoc ham|hoc vi|trinh do|chuc danh|chuc vu)\b")


@dataclass(frozen=True, slots=True)
class Competence:
    """A requirement by its words, or a field of science that the record states."""

    key: str
    quote: Quote | None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """Words of a record; `query` are those of the record that asks, which they answer."""

    record_id: str
    quote: Quote
    query: Quote | None = None


def find_competences(record: Record) -> tuple[Competence, ...]:
    """The requirements of a record as `match` counts them, then the fields of science that it states itself."""
    asked = (Competence(f"{one.section}:{one.start}-{one.end}", one) for one in find_requirements(record))
    fields = () if record.suggests_fields else record.facts.field_codes
    # A field above another that is stated says nothing more.
    stated = [code for code in fields if not any(code in parent_fields(other) for other in fields)]
    return (*asked, *(Competence(f"field:{code}", None, code) for code in stated))


def find_telling_words(competences: Sequence[Competence], candidates: Candidates) -> dict[str, AskedWords]:
    """By key, the words of each requirement among what these candidates say, without those that are of no subject."""
    return {one.key: AskedWords.of([_subject_of(one.quote.text)], candidates) for one in competences if one.quote}


def _subject_of(text: str) -> str:
    return _cut(text, _OF_NO_SUBJECT.finditer(fold(text)))


def _cut(text: str, found: Iterable[re.Match[str]]) -> str:
    """The text with a comma for what was found in a view of it, so that nothing runs on across it."""
    parts, end = [], 0
    for match in found:
        parts.append(text[end : match.start()])
        end = match.end()
    return ",".join([*parts, text[end:]])


def find_covered(
    competences: Sequence[Competence],
    words: Mapping[str, AskedWords],
    language: int,
    candidate: Record,
    pairing: Pairing,
) -> frozenset[str]:
    """The keys of those that a candidate answers: its own fields, and what `match` does not call missing, where telling
    words agree: a person may be shown something near that is none of it, whoever stands in a team answers for it. In
    another than the `language` of the question no words can agree."""
    codes = candidate.facts.field_codes
    texts = [section.text for number, section in enumerate(candidate.sections) if says_something(candidate, number)]
    texts = [line for text in texts for line in text.split("\n") if _says_of_work(line)]
    spoken = language_of("\n".join(texts))
    is_foreign = UNKNOWN not in (spoken, language) and spoken != language
    return frozenset(
        one.key
        for one in competences
        if (
            one.quote not in pairing.missing and (is_foreign or _agrees(words[one.key], texts))
            if one.quote
            else any(_is_of(code, one.field or "") for code in codes)
        )
    )


def _agrees(words: AskedWords, texts: Sequence[str]) -> bool:
    return bool(words.key_terms([_subject_of(text) for text in texts], 1))


def _says_of_work(line: str) -> bool:
    return _DEGREE.match(fold(line)) is None


def _is_of(code: str, field: str) -> bool:
    return code == field or field in parent_fields(code)


def find_answers(
    index: Index,
    question: Question,
    ranking: Ranking,
    competences: Sequence[Competence],
    ids: Iterable[str],
    viewer: Viewer,
) -> dict[tuple[str, str], Proof]:
    """(scientist, competence) → the words of the scientist that answer a requirement best, whether well or badly."""
    wanted = [one for one in competences if one.quote]
    quotes = [one.quote for one in wanted if one.quote]
    candidates = ranking.candidates
    places = {id: candidates.position_of(id) for id in ids}
    standing = measure_standing(index, question, ranking, quotes)
    telling = find_telling_words(wanted, candidates)
    found: dict[tuple[str, str], Proof] = {}
    records = index.store.get_many([id for id, position in places.items() if position is not None])
    for id, position in places.items():
        record = records.get(id)
        seen = record and as_seen_by(record, viewer)
        if record is None or seen is None or position is None:
            continue
        rows = candidates.rows_of(position)
        passages = read_passages(record, candidates, rows, viewer)
        speaking = [number for number, one in enumerate(passages) if says_something(seen, one.section)]
        for number, competence in enumerate(wanted):
            asked = set(terms(fold(quotes[number].text)))
            words = telling[competence.key]
            best: tuple[bool, float, int] | None = None
            for at in speaking:
                text = seen.text_of(passages[at].section)[passages[at].start : passages[at].end]
                worth = _share(asked, text)
                if standing is not None:
                    worth = max(worth, float(standing[number, rows.start + at]) / _FULL_STANDING)
                agrees = _says_of_work(text) and _agrees(words, [text])
                if best is None or (agrees, worth) > best[:2]:
                    best = agrees, worth, at
            if best is not None:
                passage = passages[best[2]]
                said = _say(seen, passage.section, passage.start, passage.end, words)
                found[id, competence.key] = Proof(id, said, quotes[number])
    return found


def _share(asked: set[str], text: str) -> float:
    return len(asked & set(terms(fold(text)))) / max(1, len(asked))


def _say(record: Record, section: int | None, start: int, end: int, words: AskedWords) -> Quote:
    """The clause with most of the telling words asked for; the first among equals."""
    clauses = cut_clauses(record, section, start, end) or [quote(record, section, start, end)]
    weights = [words.weigh(words.count(clause.text)) if _says_of_work(clause.text) else -1.0 for clause in clauses]
    return clauses[int(np.argmax(weights))]
