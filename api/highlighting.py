"""Highlighting: which words of a text stand in another text too, whatever their case or accents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest import COMMON_SYLLABLES, fold, syllables

Pieces = list[tuple[str, bool]]
"""The text in parts, in order; each with whether it is highlighted."""


def mark_shared(text: str, other: str, is_query: bool = False, forms: Sequence[str] = ()) -> Pieces:
    """Highlight pairs of neighbouring syllables that `other` or one of its `forms` has too; of a query, where there is
    no such pair, single syllables. A form of one syllable (HTX) is highlighted wherever it stands."""
    view = fold(text)
    spans = syllables(view)
    words = [view[start:end] for start, end in spans]
    wanted, *others = [_read_syllables(one) for one in (other, *forms)]
    pairs = {pair for one in (wanted, *others) for pair in pairwise(one) if not COMMON_SYLLABLES.issuperset(pair)}
    singles = set(wanted) - COMMON_SYLLABLES if is_query or len(wanted) == 1 else set()
    short = {one[0] for one in others if len(one) == 1}
    shared = [word in short for word in words]
    for number, pair in enumerate(pairwise(words)):
        if pair in pairs:
            shared[number] = shared[number + 1] = True
    if not any(shared):
        shared = [word in singles for word in words]
    return _split(text, _join([span for span, is_shared in zip(spans, shared, strict=True) if is_shared], text))


def is_common(query: str) -> bool:
    """Whether a query has only words that stand in every text."""
    return set(_read_syllables(query)) <= COMMON_SYLLABLES


def _read_syllables(text: str) -> list[str]:
    view = fold(text)
    return [view[start:end] for start, end in syllables(view)]


def mark_span(text: str, start: int, end: int) -> Pieces:
    """Highlight ``[start, end)``."""
    return _split(text, [(start, end)] if 0 <= start < end <= len(text) else [])


def _join(spans: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and text[joined[-1][1] : start].strip(" ") == "":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _split(text: str, spans: Sequence[tuple[int, int]]) -> Pieces:
    pieces: Pieces = []
    done = 0
    for start, end in spans:
        pieces += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [piece for piece in [*pieces, (text[done:], False)] if piece[0]]
