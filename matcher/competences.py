"""Competences: what a record asks of those who would do it, and the words of a scientist that answer each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index import Index, terms
from index.languages import UNKNOWN, language_of
from ingest import Record, Viewer, as_seen_by, fold, parent_fields
from matcher.asked_words import AskedWords
from matcher.attribution import LONGEST
from matcher.evidence import Quote, cut_clauses, quote
from matcher.key_terms import KeyTerms
from matcher.pairing import SMALLEST_CROWD, Pairing, read_passages
from matcher.question import Question, says_something
from matcher.ranking import Ranking
from matcher.requirements import find_requirements, is_answer, measure_standing

# Standard deviations above the mean of all passages that count as much as all words in common: as far as twice the
# least by which a requirement counts as answered.
_FULL_STANDING = 4.0
# Of the greatest score of a list. Of the requirements that telling words answered in the invented province, 42 of 50
# were answered by somebody judged to fit the need where the score was at least this, and 3 of 67 where it was less.
_AHEAD = 0.9
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


def _subject_of(text: str) -> str:
    return _cut(text, _OF_NO_SUBJECT.finditer(fold(text)))


def _cut(text: str, found: Iterable[re.Match[str]]) -> str:
    """The text with a comma for what was found in a view of it, so that nothing runs on across it."""
    parts, end = [], 0
    for match in found:
        parts.append(text[end : match.start()])
        end = match.end()
    return ",".join([*parts, text[end:]])


def find_answers(
    index: Index,
    question: Question,
    ranking: Ranking,
    competences: Sequence[Competence],
    pairings: Sequence[Pairing],
    viewer: Viewer,
) -> dict[str, dict[str, Proof]]:
    """By id, the requirements that a candidate answers, by key, with the words that answer each best.

    A person may be shown something near that is none of it, whoever stands in a team or council answers for it. So
    they answer what `match` does not call missing, where telling words agree (those of the question's language); and
    of those who fit clearly less well than the best, only by what answers as a quote of `match` does: a word in common
    says nothing there."""
    wanted = [one for one in competences if one.quote]
    quotes = [one.quote for one in wanted if one.quote]
    candidates = ranking.candidates
    standing = measure_standing(index, question, ranking, quotes)
    subjects = [_subject_of(one.text) for one in quotes]
    telling = [KeyTerms.of(AskedWords.of([one], candidates), [one], candidates) for one in subjects]
    records = index.store.get_many([one.id for one in pairings])
    found: dict[str, dict[str, Proof]] = {}
    for pairing in pairings:
        found[pairing.id] = {}
        record, position = records.get(pairing.id), candidates.position_of(pairing.id)
        seen = record and as_seen_by(record, viewer)
        if record is None or seen is None or position is None:
            continue
        rows = candidates.rows_of(position)
        passages = read_passages(record, candidates, rows, viewer)
        speaking = {
            number: text
            for number, one in enumerate(passages)
            if says_something(seen, one.section) and (text := _work_of(seen.text_of(one.section)[one.start : one.end]))
        }
        spoken = language_of("\n".join(speaking.values()))
        is_foreign = UNKNOWN not in (spoken, question.language) and spoken != question.language
        is_ahead = _fits_as_the_best(ranking, position)
        for number, competence in enumerate(wanted):
            asked, key_terms = quotes[number], telling[number]
            if asked in pairing.missing:
                continue
            best: tuple[float, int] | None = None
            for at, text in speaking.items():
                near = None if standing is None else float(standing[number, rows.start + at])
                if not (is_foreign or key_terms.occur_in(_subject_of(text))):
                    continue
                if not (is_ahead or is_answer(asked.text, text, key_terms.words, near, has_evidence=True)):
                    continue
                worth = max(_share(asked.text, text), 0.0 if near is None else near / _FULL_STANDING)
                if best is None or worth > best[0]:
                    best = worth, at
            if best is not None:
                passage = passages[best[1]]
                said = _say(seen, passage.section, passage.start, passage.end, key_terms.words)
                found[pairing.id][competence.key] = Proof(pairing.id, said, asked)
    return found


def find_fields(competences: Sequence[Competence], candidate: Record) -> frozenset[str]:
    """The keys of the fields of science that are the candidate's own."""
    codes = candidate.facts.field_codes
    return frozenset(one.key for one in competences if one.field and any(_is_of(code, one.field) for code in codes))


def _fits_as_the_best(ranking: Ranking, position: int) -> bool:
    """In a small crowd scores say little."""
    best = float(ranking.scores[ranking.order[0]])
    return len(ranking.order) < SMALLEST_CROWD or float(ranking.scores[position]) >= _AHEAD * best


def _work_of(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if _says_of_work(line))


def _says_of_work(line: str) -> bool:
    return _DEGREE.match(fold(line)) is None


def _is_of(code: str, field: str) -> bool:
    return code == field or field in parent_fields(code)


def _share(asked: str, text: str) -> float:
    words = set(terms(fold(asked)))
    return len(words & set(terms(fold(text)))) / max(1, len(words))


def _say(record: Record, section: int | None, start: int, end: int, words: AskedWords) -> Quote:
    """All that ticks the requirement where it can be read at a glance: what was found says little without of what. Else
    the clause with most of the telling words asked for; the first among equals."""
    said = record.text_of(section)[start:end]
    whole = said.strip().rstrip(".")
    if len(whole) <= LONGEST and _work_of(said) == said:
        first = start + said.index(whole)
        return quote(record, section, first, first + len(whole))
    clauses = cut_clauses(record, section, start, end) or [quote(record, section, start, end)]
    weights = [words.weigh(words.count(clause.text)) if _says_of_work(clause.text) else -1.0 for clause in clauses]
    return clauses[int(np.argmax(weights))]
