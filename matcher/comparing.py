"""Comparing: the words and the meaning of questions with every passage, several questions at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

import numpy as np

from index import Candidates, Floats, weigh_documents
from index.wanted import check_wanted
from matcher.crowd import Crowd
from matcher.question import MOST_PARTS, Question
from matcher.signals import normalise_lengths, weigh_passages

BEST_PASSAGES = 3
# Asked at once: sixteen scores of a passage fill a line of the processor's cache, and cost least each.
_MOST_QUESTIONS = 16
# Compared with every passage in one product, which reads all passages once. No question has more parts, and what more
# would gain there is lost where their scores no longer lie in the cache.
_MOST_VECTORS = max(96, MOST_PARTS)
_beside = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="compare")


@dataclass(frozen=True, slots=True)
class Compared:
    """How near a question is to every passage, by words: (passages,), and each of its parts by meaning: (parts,
    passages) or None without vectors on both sides. Without what names say, weighed as works. What is said of each
    record beside it: the best of its passages by words: (records,), its best three by meaning, discounted, for each
    part: (parts, records), and the best for each passage that is asked for: (passages asked, records)."""

    words: Floats
    of_words: Floats
    parts: Floats | None = None
    of_parts: Floats | None = None
    of_passages: Floats | None = None


def compare_each(
    questions: Iterable[Question], candidates: Candidates, crowd: Crowd, uses_passages: bool
) -> Iterator[tuple[Question, Compared]]:
    """Each question with what it is compared to; `uses_passages` says whether its passages are asked for as well as
    its parts."""
    waiting: list[tuple[Question, Floats | None]] = []
    for question in questions:
        vectors = _vectors(question, uses_passages) if candidates.have_vectors else None
        count = sum(len(held) for _, held in (*waiting, (question, vectors)) if held is not None)
        if waiting and (count > _MOST_VECTORS or len(waiting) == _MOST_QUESTIONS):
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
    with_vectors = [(question, held) for question, held in asked if held is not None]
    # Vectors are multiplied without Python's lock, words are added up with it: neither waits for the other.
    meaning = _beside.submit(copy_context().run, _compare_vectors, with_vectors, candidates, crowd)
    bm25 = candidates.lexical_each(weigh_documents([(question.texts, question.forms) for question, _ in asked]))
    lengths = np.array([[sum(map(len, question.texts))] for question, _ in asked])
    words = _weigh(normalise_lengths(bm25, candidates.lengths, lengths), crowd)
    of_words = candidates.best(words)
    of_meaning = iter(meaning.result())
    for (question, held), row, best in zip(asked, words, of_words, strict=True):
        check_wanted()
        yield question, Compared(row, best, *(() if held is None else next(of_meaning)))


def _compare_vectors(
    asked: Sequence[tuple[Question, Floats]], candidates: Candidates, crowd: Crowd
) -> list[tuple[Floats, Floats, Floats]]:
    """For each question: (parts, passages), (parts, records), (passages asked, records)."""
    if not asked:
        return []
    vectors = np.concatenate([held for _, held in asked])
    languages = [language for question, held in asked for language in _languages(question, len(held))]
    kept = np.zeros((0, 0), dtype=np.float32)
    best: list[Floats] = []
    for first in range(0, len(vectors), _MOST_VECTORS):
        check_wanted()
        some = slice(first, first + _MOST_VECTORS)
        rows = _weigh(candidates.dense(vectors[some], languages[some]), crowd)
        best.append(candidates.best(rows))
        # Only a question that is alone has more vectors than are compared at once, and those of its parts come first.
        kept = kept if first else rows
    of_vectors = np.concatenate(best)
    starts = np.cumsum([0, *(len(held) for _, held in asked)])
    parts = [slice(start, start + len(question.parts)) for start, (question, _) in zip(starts, asked, strict=False)]
    of_parts = candidates.discounted_best(kept[np.r_[tuple(parts)]], BEST_PASSAGES)
    done, found = 0, []
    for rows_of, end in zip(parts, starts[1:], strict=True):
        count = rows_of.stop - rows_of.start
        found.append((kept[rows_of], of_parts[done : done + count], of_vectors[rows_of.stop : end]))
        done += count
    return found


def _weigh(rows: Floats, crowd: Crowd) -> Floats:
    """(…, passages): without what names say, and by the weights of works."""
    if rows.shape[-1]:
        rows[..., crowd.names] = rows.min(axis=-1, keepdims=True)
    return weigh_passages(rows, crowd.of_works) if crowd.weighs_works else rows
