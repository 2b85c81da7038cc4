"""Highlighting: which words of a text stand in another text too, whatever their case or accents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise

from ingest import COMMON_SYLLABLES, COMMON_WORDS, EMPTY_WORDS, accented_view, fold, split_syllables, syllables
from ingest.vietnamese import lower_view, words

Pieces = list[tuple[str, bool]]
"""The text in parts, in order; each with whether it is highlighted."""


class _Text:
    """A text as its syllables, read in one view, with where they stand."""

    def __init__(self, text: str, view: Callable[[str], str]) -> None:
        seen = view(text)
        self.text = text
        self.spans = syllables(seen)
        self.syllables = [seen[start:end] for start, end in self.spans]

    @cached_property
    def bounds(self) -> frozenset[int]:
        """Where words begin and end. Found when first asked for: loading the words takes a second."""
        return frozenset(place for span in words(self.text) for place in span)

    def begins_word(self, number: int) -> bool:
        return number == 0 or self.spans[number][0] in self.bounds

    def ends_word(self, number: int) -> bool:
        return number == len(self.spans) - 1 or self.spans[number][1] in self.bounds

    def is_word(self, number: int) -> bool:
        return self.begins_word(number) and self.ends_word(number)


def mark_query(text: str, query: str, forms: Sequence[str] = ()) -> Pieces:
    """Highlight pairs of neighbouring syllables that the query or one of its `forms` has too, whatever their accents;
    where there is no such pair, single words. A form of one syllable (HTX) is highlighted wherever it stands."""
    here, asked, *others = [_Text(one, fold) for one in (text, query, *forms)]
    shared = _find_runs(here, [asked, *others])
    short = {one.syllables[0] for one in others if len(one.syllables) == 1}
    shared |= {number for number, one in enumerate(here.syllables) if one in short}
    if not shared:
        singles = set(asked.syllables) - COMMON_SYLLABLES
        alone = {one for number, one in enumerate(asked.syllables) if one in singles and asked.is_word(number)}
        found = (number for number, one in enumerate(here.syllables) if one in singles)
        shared = {number for number in found if here.syllables[number] in alone or here.is_word(number)}
    return _split(text, _join([here.spans[number] for number in sorted(shared)], text))


def mark_shared(text: str, other: str, terms: Sequence[str] = ()) -> Pieces:
    """Highlight pairs of neighbouring syllables that another text has too, without words that stand in every text, and
    each of the `terms` wherever it stands. Accents count where both sides are written with them."""
    is_accented = all(fold(one) != lower_view(one) for one in (text, " ".join((other, *terms))))
    here, there, *named = [_Text(one, accented_view if is_accented else fold) for one in (text, other, *terms)]
    shared = _find_runs(here, [there], _drop_empty)
    for term in named:
        count = len(term.syllables)
        for start in range(len(here.syllables)):
            if here.syllables[start : start + count] == term.syllables:
                shared.update(range(start, start + count))
    return _split(text, _join([here.spans[number] for number in sorted(shared)], text))


def _find_runs(
    here: _Text, others: Sequence[_Text], trim: Callable[[Sequence[str]], tuple[int, int]] = lambda run: (0, len(run))
) -> set[int]:
    """The numbers of neighbouring syllables of which each two are neighbours in another text; `trim` says which part of
    a run stays. Where a run ends inside a word here and inside another word there, it is cut back: “lý nước” in
    “quản lý nước” is not what “xử lý nước” asks for."""
    places: dict[tuple[str, str], list[tuple[_Text, int]]] = {}
    for other in others:
        for number, pair in enumerate(pairwise(other.syllables)):
            if not COMMON_SYLLABLES.issuperset(map(fold, pair)):
                places.setdefault(pair, []).append((other, number))
    pairs = list(pairwise(here.syllables))
    found: set[int] = set()
    number = 0
    while number < len(pairs):
        first = number
        while number < len(pairs) and pairs[number] in places:
            number += 1
        start, end = trim(here.syllables[first : number + 1])
        first, last = first + start, first + end - 1
        while first < last and not (
            here.begins_word(first) or any(there.begins_word(place) for there, place in places[pairs[first]])
        ):
            first += 1
        while first < last and not (
            here.ends_word(last) or any(there.ends_word(place + 1) for there, place in places[pairs[last - 1]])
        ):
            last -= 1
        if first < last:
            found.update(range(first, last + 1))
        number += 1
    return found


def _drop_empty(run: Sequence[str]) -> tuple[int, int]:
    """Which part of a run is left without the words at its ends that tell nothing."""
    start, end = 0, len(run)
    while start < end:
        if fold(" ".join(run[start : start + 2])) in COMMON_WORDS:
            start += 2
        elif fold(" ".join(run[max(start, end - 2) : end])) in COMMON_WORDS:
            end -= 2
        elif run[start] in EMPTY_WORDS:
            start += 1
        elif run[end - 1] in EMPTY_WORDS:
            end -= 1
        else:
            break
    return start, end


def is_common(query: str) -> bool:
    """Whether a query has only words that stand in every text."""
    return set(split_syllables(fold(query))) <= COMMON_SYLLABLES


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
