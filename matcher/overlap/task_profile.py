"""A task made ready to be compared with others: its clauses by what they tell, their meanings and their words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from index import Encoder, Floats, Progress, no_progress
from index.languages import read_reference
from ingest import COMMON_SYLLABLES, EMPTY_WORDS, Record, fold, syllables
from ingest.languages import vietnamese_share
from ingest.vietnamese import lower_view
from matcher.evidence import Quote, cut_clauses, quote
from matcher.lately_encoded import encode_clauses
from matcher.overlap.shingles import Shingles, cut_shingles, text_of
from matcher.overlap.whereabouts import Whereabouts, find_whereabouts

Aspect = Literal["title", "objectives", "content", "products"]
ASPECTS: tuple[Aspect, ...] = ("title", "objectives", "content", "products")

# Sections by the names that ``ingest/forms/task.yaml`` gives to what the official forms ask for.
_ASPECT_OF: Mapping[str, Aspect] = {
    "objectives": "objectives",
    "content": "content",
    "products": "products",
    "results": "products",
}
# What stands for the content where a record is not divided as the forms are.
_UNDIVIDED = frozenset({"text", "summary", "introduction", "requirements", "situation", "urgency"})
_MOST_CLAUSES = 60  # of one task: each costs a vector, and what comes later seldom says what the task is about
_LEAST_VIETNAMESE = 0.75  # of the words; English texts have about a third
_QUANTITY = re.compile(r"\b(\d+(?:[.,]\d+)*)(?:\s*([^\W\d_]+\d?|%|‰))?")
_NO_UNIT = EMPTY_WORDS | {"lên", "xuống"}  # “từ 5 lên 3”


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a task, its pairs of neighbouring syllables, folded, and its quantities: (folded, as written)."""

    aspect: Aspect
    quote: Quote
    words: frozenset[str]
    quantities: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TaskProfile:
    """`vectors` are those of the clauses, of length 1: (clauses, d); `background` tells how near each is on average to
    what tasks of every field say in Vietnamese and in English: (2, clauses). Both None without a model."""

    record: Record
    clauses: tuple[Clause, ...]
    vectors: Floats | None
    background: Floats | None
    shingles: Shingles
    whereabouts: Whereabouts
    is_vietnamese: bool

    def rows_of(self, aspect: Aspect) -> list[int]:
        """The positions of the clauses that tell it."""
        return [row for row, clause in enumerate(self.clauses) if clause.aspect == aspect]

    def background_to(self, other: TaskProfile) -> Floats | None:
        """How near each clause is to any task in the other's language: (clauses,)."""
        return None if self.background is None else self.background[int(not other.is_vietnamese)]

    def words_of(self, *aspects: Aspect) -> frozenset[str]:
        """The pairs of syllables of all clauses that tell these; of the whole task for none."""
        wanted = aspects or ASPECTS
        return frozenset().union(*(clause.words for clause in self.clauses if clause.aspect in wanted))


def profile_tasks(
    records: Sequence[Record], encoder: Encoder | None, progress: Progress = no_progress
) -> list[TaskProfile]:
    """Each record cut into clauses and, with an encoder, their vectors; all are encoded at once."""
    cut = [_cut(record) for record in records]
    vectors: Floats | None = None
    nearness: Floats | None = None
    if encoder is not None:
        anything = read_reference()
        said = [clause.quote.text for clauses in cut for clause in clauses]
        texts = list(dict.fromkeys([*said, *(text for group in anything for text in group)]))
        row_of = {text: row for row, text in enumerate(texts)}
        every = encode_clauses(encoder, texts, progress)
        vectors = every[[row_of[text] for text in said]]
        middles = np.stack([every[[row_of[text] for text in group]].mean(axis=0) for group in anything])
        nearness = np.asarray(middles @ vectors.T, dtype=np.float32)
    found: list[TaskProfile] = []
    start = 0
    for record, clauses in zip(records, cut, strict=True):
        end = start + len(clauses)
        text = text_of(record)
        found.append(
            TaskProfile(
                record,
                clauses,
                None if vectors is None else vectors[start:end],
                None if nearness is None else nearness[:, start:end],
                cut_shingles(text),
                find_whereabouts(record),
                _is_vietnamese(text),
            )
        )
        start = end
    return found


def _cut(record: Record) -> tuple[Clause, ...]:
    is_divided = any(section.name in _ASPECT_OF for section in record.sections)
    clauses = [_clause("title", quote(record, None, 0, len(record.title)))]
    for position, section in enumerate(record.sections):
        aspect = _ASPECT_OF.get(section.name)
        if aspect is None and not is_divided and section.name in _UNDIVIDED:
            aspect = "content"
        if aspect:
            clauses += [_clause(aspect, one) for one in cut_clauses(record, position, 0, len(section.text))]
    return tuple(clauses[:_MOST_CLAUSES])


def _clause(aspect: Aspect, said: Quote) -> Clause:
    view = fold(said.text)
    words = [view[start:end] for start, end in syllables(view)]
    pairs = {f"{one} {other}" for one, other in pairwise(words) if not COMMON_SYLLABLES.issuperset((one, other))}
    return Clause(aspect, said, frozenset(pairs), find_quantities(said.text))


def find_quantities(text: str) -> tuple[tuple[str, str], ...]:
    """Numbers with the word after them, folded and as written, each once: ``("12 tram", "12 trạm")``."""
    found: dict[str, str] = {}
    for match in _QUANTITY.finditer(text):
        has_unit = match[2] is not None and lower_view(match[2]) not in _NO_UNIT
        said = " ".join(match[0].split()) if has_unit else match[1]
        found.setdefault(f"{match[1]} {fold(match[2])}" if has_unit else match[1], said)
    return tuple(found.items())


def _is_vietnamese(text: str) -> bool:
    share = vietnamese_share(text)
    return share is None or share >= _LEAST_VIETNAMESE
