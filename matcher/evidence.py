"""Evidence: exact quotes from both records that belong together, and what of the query has no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index import Floats, terms
from ingest import Passage, Record, fold, sentences

_LONGEST_QUOTE = 320  # code points: what can be read at a glance
_CLAUSE = re.compile(r"[^;]+")
_SHORTEST_CLAUSE = 12  # code points: shorter ones are labels and numbers
_MOST_CLAUSES = 24


@dataclass(frozen=True, slots=True)
class Quote:
    """``[start, end)`` code points of a record's section (None = the title); `text` is exactly that slice."""

    section: int | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    query: Quote
    candidate: Quote


def quote(record: Record, section: int | None, start: int, end: int) -> Quote:
    return Quote(section, start, end, record.text_of(section)[start:end])


def best_pairs(
    query: Record,
    query_passages: Sequence[Passage],
    candidate: Record,
    candidate_passages: Sequence[Passage],
    likeness: Floats,
    count: int,
) -> list[Evidence]:
    """The `count` most alike pairs of passages, best first, each passage of the candidate used once.

    `likeness`: (query passages, candidate passages). Long passages are narrowed to the sentences that share
    most words with the other side.
    """
    pairs: list[Evidence] = []
    remaining = np.array(likeness, dtype=np.float64)
    while len(pairs) < min(count, len(candidate_passages)) and np.isfinite(remaining).any():
        row, column = np.unravel_index(int(np.argmax(remaining)), remaining.shape)
        mine, theirs = query_passages[int(row)], candidate_passages[int(column)]
        mine_text = query.text_of(mine.section)[mine.start : mine.end]
        theirs_quote = _narrow(candidate, theirs, mine_text)
        pairs.append(Evidence(_narrow(query, mine, theirs_quote.text), theirs_quote))
        remaining[:, column] = -np.inf
    return pairs


def _narrow(record: Record, passage: Passage, other: str) -> Quote:
    """The run of whole sentences, no longer than a glance, that shares most words with the other text."""
    text = record.text_of(passage.section)[passage.start : passage.end]
    if len(text) <= _LONGEST_QUOTE:
        return quote(record, passage.section, passage.start, passage.end)
    wanted = set(terms(fold(other)))
    spans = sentences(text)
    best = spans[0]
    best_score = -1.0
    for first in range(len(spans)):
        for last in range(first, len(spans)):
            start, end = spans[first][0], spans[last][1]
            if end - start > _LONGEST_QUOTE and last > first:
                break
            found = set(terms(fold(text[start:end])))
            score = len(found & wanted) / (1 + len(found)) ** 0.5
            if score > best_score:
                best, best_score = (start, end), score
    return quote(record, passage.section, passage.start + best[0], passage.start + best[1])


def requirements(record: Record, names: frozenset[str]) -> list[Quote]:
    """What the record asks for, clause by clause, from the sections with these names (else from all)."""
    chosen = [number for number, section in enumerate(record.sections) if section.name in names]
    quotes: list[Quote] = []
    for number in chosen or range(len(record.sections)):
        text = record.sections[number].text
        quotes += [quote(record, number, start, end) for start, end in _clauses(text)]
    return quotes[:_MOST_CLAUSES]


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    for start, end in sentences(text):
        for match in _CLAUSE.finditer(text, start, end):
            stripped = match.group().strip(" .,;:-–•\n\t")
            if len(stripped) >= _SHORTEST_CLAUSE:
                offset = match.start() + match.group().index(stripped)
                yield offset, offset + len(stripped)
