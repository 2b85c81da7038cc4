"""Evidence: exact quotes from both records, each sentence of a candidate beside the clause that it answers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index import Floats, standardise
from ingest import Passage, Record, sentences
from matcher.asked_words import AskedWords
from matcher.attribution import TextScores, choose_units
from matcher.bonds import Term
from matcher.question import NAMED_KINDS, Question

_MOST_PAIRS = 3
_CLAUSE = re.compile(r"[^;]+")
# Who says what is not asked for asks nothing. Only what begins a clause, or follows a comma: “men không chì” and “không
# phải dừng lò” are wishes, and “chúng tôi không đo được” is the trouble itself.
_NOT_ASKED = (
    r"(?:(?:chúng tôi|bên tôi|tôi|công ty|cơ sở|hợp tác xã|đơn vị) )?(?:chứ )?(?:không|chưa)(?: có)? "
    r"(?:cần|yêu cầu|nhằm|đòi hỏi|nhu cầu|đặt vấn đề)\b"
    r"|(?:chúng tôi|bên tôi|tôi|công ty|cơ sở|hợp tác xã|đơn vị) không "
    r"(?:nuôi|trồng|làm|dùng|bán|sản xuất|chế tạo|kinh doanh|tìm|mua|thuê|muốn)\b(?!.*\bđược\b)"
    r"|chứ không\b|không phải (?:là )?(?:tìm|nuôi|trồng|mua|bán|nghiên cứu|kỹ thuật)\b"
    r"|we (?:do not|don't) (?:need|want|require|ask|raise|grow|make|produce|sell)\b"
    r"|(?:there is )?no need (?:for|of|to)\b|not (?:needed|required|asked for|looking for)\b"
)
_EXCLUSION = re.compile(_NOT_ASKED, re.IGNORECASE)
_BEFORE_EXCLUSION = re.compile(rf",\s+(?={_NOT_ASKED})", re.IGNORECASE)
_TURN = re.compile(rf",\s+(?={_NOT_ASKED}|(?:mà|nhưng|chỉ|cần|muốn|but|only|we need)\b)", re.IGNORECASE)
# What tells who a person is, and nothing of what was done.
_PERSONAL_SECTIONS = frozenset({"education", "employment", "contact", "organisation", "address", "place", "other"})
_SHORTEST_CLAUSE = 12  # code points: shorter ones are labels and numbers
# Words in common, from 0 to 1, against nearness in meaning in standard deviations: the clauses that share words are
# those without which the score falls (benchmarks/bench_evidence.py).
_WORDS_WEIGHT = 15.0
_ANSWERED = 1.0


@dataclass(frozen=True, slots=True)
class Quote:
    """``[start, end)`` code points of a record's section (None = the title); `text` is exactly that slice."""

    section: int | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A clause of the question beside the sentence of a candidate that comes nearest to it; `answers` tells whether
    that sentence is an answer, or only the nearest that there is."""

    query: Quote
    candidate: Quote
    answers: bool = True


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the question, with the number of its passage, its words and how much these weigh."""

    quote: Quote
    passage: int
    words: frozenset[Term]
    weight: float


def quote(record: Record, section: int | None, start: int, end: int) -> Quote:
    """The exact slice of the record's text."""
    return Quote(section, start, end, record.text_of(section)[start:end])


def is_quotable(record: Record, section: int | None) -> bool:
    """Whether the section can show that a candidate answers something: degrees, posts and addresses cannot."""
    return section is None or record.kind not in NAMED_KINDS or record.sections[section].name not in _PERSONAL_SECTIONS


def is_exclusion(clause: str) -> bool:
    """Whether the clause says what is not asked for."""
    return _EXCLUSION.match(clause) is not None


def cut_clauses(record: Record, section: int | None, start: int, end: int) -> list[Quote]:
    """The sentences of ``[start, end)``, cut at semicolons, without those too short to say anything."""
    text = record.text_of(section)[start:end]
    found: list[Quote] = []
    for first, last in sentences(text):
        for match in _CLAUSE.finditer(text, first, last):
            stripped = match.group().strip(" .,;:-–•\n\t")
            if len(stripped) >= _SHORTEST_CLAUSE:
                offset = start + match.start() + match.group().index(stripped)
                found.append(quote(record, section, offset, offset + len(stripped)))
    return found


def cut_asked(record: Record, section: int | None, start: int, end: int) -> list[Quote]:
    """As `cut_clauses`, without what says what is not asked for: all of a clause, or what stands behind a comma."""
    found: list[Quote] = []
    for clause in cut_clauses(record, section, start, end):
        if not _BEFORE_EXCLUSION.search(clause.text) and not is_exclusion(clause.text):
            found.append(clause)
            continue
        cuts = [cut.end() for cut in _TURN.finditer(clause.text)]
        for first, last in pairwise([0, *cuts, len(clause.text)]):
            part = clause.text[first:last].rstrip(" ,.")
            if len(part) >= _SHORTEST_CLAUSE and not is_exclusion(part):
                found.append(quote(record, section, clause.start + first, clause.start + first + len(part)))
    return found


def find_clauses(question: Question, words: AskedWords, full_forms: Callable[[str], Iterable[str]]) -> list[Clause]:
    """All that the question says; a passage without a clause is one. What the abbreviations in a clause stand for by
    `full_forms` counts as said in it."""
    found: list[Clause] = []
    for number, passage in enumerate(question.passages):
        whole = quote(question.record, passage.section, passage.start, passage.end)
        for one in cut_asked(question.record, passage.section, passage.start, passage.end) or [whole]:
            if one.text.strip() and not is_exclusion(one.text):
                said = "\n".join((one.text, *(full_forms(one.text) if question.forms else ())))
                asked = frozenset(words.count(said))
                found.append(Clause(one, number, asked, words.weigh(asked)))
    return found


def find_evidence(
    clauses: Sequence[Clause],
    words: AskedWords,
    scores: TextScores,
    candidate: Record,
    passages: Sequence[Passage],
    texts: Sequence[str],
) -> list[Evidence]:
    """The sentences that carry a candidate's score, the weightiest first, each beside the clause that it answers.

    `texts` are those of its passages, empty where they are not to be quoted.
    """
    units = choose_units(scores, texts, words, _MOST_PAIRS) if clauses else []
    if not units:
        return []
    said = [frozenset(words.count(texts[unit.passage][unit.start : unit.end])) for unit in units]
    answers = np.stack([_share_words(clauses, found, words) for found in said], axis=1)
    if scores.late.size:
        late = standardise(scores.late.reshape(1, -1)).reshape(scores.late.shape)
        near = late[[clause.passage for clause in clauses]][:, [unit.passage for unit in units]]
        answers = _WORDS_WEIGHT * answers + near - _ANSWERED
    return [
        Evidence(clauses[row].quote, _quote_passage(candidate, passages[unit.passage], unit.start, unit.end))
        for unit, row in zip(units, align(answers), strict=True)
    ]


def _share_words(clauses: Sequence[Clause], said: frozenset[Term], words: AskedWords) -> Floats:
    """How much each clause has in common with what is said, 0 to 1: a cosine in which rare words count for more."""
    weight = words.weigh(said)
    shared = np.array([words.weigh(clause.words & said) for clause in clauses], dtype=np.float32)
    norms = np.sqrt(np.array([clause.weight for clause in clauses], dtype=np.float32) * weight)
    return np.asarray(np.divide(shared, norms, out=np.zeros_like(shared), where=norms > 0))


def _quote_passage(record: Record, passage: Passage, start: int, end: int) -> Quote:
    return quote(record, passage.section, passage.start + start, passage.start + end)


def align(answers: Floats) -> list[int]:
    """For each quote of a candidate the clause that it answers, so that together they answer most; one clause twice
    only where no other is answered.

    `answers`: (clauses, quotes), how well the one answers the other; 0 and below is not at all.
    """
    quotes = answers.shape[1]
    best = np.argsort(-answers, axis=0, kind="stable")[:quotes]

    def value(rows: Sequence[int]) -> float:
        found = [(row, float(answers[row, column])) for column, row in enumerate(rows)]
        # What is answered again adds nothing, which is more than a clause that is not answered.
        return sum(max((one for row, one in found if row == clause), default=0.0) for clause in dict.fromkeys(rows))

    return max((list(rows) for rows in itertools.product(*best.T.tolist())), key=value)
