"""Comparing: the words and the meaning of questions with every passage, several questions at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index import Candidates, Floats, weigh_document
from index.wanted import check_wanted
from matcher.crowd import Crowd
from matcher.question import MOST_PARTS, Question
from matcher.signals import normalise_lengths, weigh_passages

# Vectors compared with every passage in one product, which reads all passages once; no question has more parts.
_MOST_AT_ONCE = MOST_PARTS


@dataclass(frozen=True, slots=True)
class Compared:
    """How near a question is to every passage, by words: (passages,), and each of its parts by meaning: (parts,
    passages); and of each of its passages the best that each record has: (passages asked, records). Without what names
    say, weighed as works. None without vectors on both sides."""

    words: Floats
    parts: Floats | None = None
    best: Floats | None = None


def compare_each(
    questions: Iterable[Question], candidates: Candidates, crowd: Crowd, uses_passages: bool
) -> Iterator[tuple[Question, Compared]]:
    """Each question with what it is compared to; `uses_passages` says whether its passages are asked for as well as
    its parts."""
    waiting: list[tuple[Question, Floats | None]] = []
    for question in questions:
        vectors = _vectors(question, uses_passages) if candidates.have_vectors else None
        count = sum(1 if held is None else len(held) for _, held in waiting)
        if waiting and count + (1 if vectors is None else len(vectors)) > _MOST_AT_ONCE:
            yield from _compare(waiting, candidates, crowd)
            waiting = []
        waiting.append((question, vectors))
    if waiting:
        yield from _compare(waiting, candidates, crowd)


def _vectors(question: Question, uses_passages: bool) -> Floats | None:
    """Those of the parts, then those of the passages: (asked, d)."""
    wholes = [part.vector for part in question.parts if part.vector is not None]
    if len(wholes) < len(question.parts):
        return None
    passages = [part.vectors for part in question.parts if part.vectors is not None and uses_passages]
    return np.concatenate([np.stack(wholes), *passages])


def _languages(question: Question, count: int) -> Sequence[int]:
    """Of the first `count` vectors of `_vectors`."""
    of_passages = [part.language for part in question.parts for _ in (() if part.vectors is None else part.vectors)]
    return [*(part.language for part in question.parts), *of_passages][:count]


def _compare(
    asked: Sequence[tuple[Question, Floats | None]], candidates: Candidates, crowd: Crowd
) -> Iterator[tuple[Question, Compared]]:
    all_words = candidates.lexical_each([weigh_document(question.texts, question.forms) for question, _ in asked])
    vectors = [held for _, held in asked if held is not None]
    languages = [
        language for question, held in asked if held is not None for language in _languages(question, len(held))
    ]
    parts, best = _compare_vectors(np.concatenate(vectors), languages, candidates, crowd) if vectors else (None, None)
    at = 0
    for (question, held), row in zip(asked, all_words, strict=True):
        check_wanted()
        length = sum(map(len, question.texts))
        words = _weigh(normalise_lengths(row, candidates.lengths, length)[np.newaxis], crowd)[0]
        if held is None or parts is None or best is None:
            yield question, Compared(words)
            continue
        end = at + len(question.parts)
        yield question, Compared(words, parts[at:end], best[end : at + len(held)])
        at += len(held)


def _compare_vectors(
    vectors: Floats, languages: Sequence[int], candidates: Candidates, crowd: Crowd
) -> tuple[Floats, Floats]:
    """With every passage, the first of them only: (at most _MOST_AT_ONCE, passages), and the best of each record:
    (vectors, records)."""
    kept = np.zeros((0, 0), dtype=np.float32)
    best: list[Floats] = []
    for first in range(0, len(vectors), _MOST_AT_ONCE):
        check_wanted()
        some = slice(first, first + _MOST_AT_ONCE)
        rows = _weigh(candidates.dense(vectors[some], languages[some]), crowd)
        best.append(candidates.best(rows))
        # Only a question that is alone has more vectors than are compared at once, and those of its parts come first.
        kept = kept if first else rows
    return kept, np.concatenate(best)


def _weigh(rows: Floats, crowd: Crowd) -> Floats:
    """(…, passages): without what names say, and by the weights of works."""
    if rows.shape[-1]:
        rows[..., crowd.names] = rows.min(axis=-1, keepdims=True)
    return weigh_passages(rows, crowd.of_works) if crowd.weighs_works else rows
