"""Cut a text into passages that fit an encoder, at sentence ends where possible."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.vietnamese import Span, sentences

CountTokens = Callable[[Sequence[str]], Sequence[int]]

_CLAUSE_END = re.compile(r"[;,:](?=\s)|(?<=\s)[–—-](?=\s)")
_SPACE = re.compile(r"\s+")
# Units smaller than this share of a passage are joined before balancing, which bounds its work.
_GRAIN = 32


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is not cut further; `size` is its tokens without the special ones."""

    start: int
    end: int
    size: int


def segment(text: str, count_tokens: CountTokens, max_tokens: int) -> list[Span]:
    """Passages ``[start, end)`` of at most `max_tokens`: ordered, trimmed, together all that is not white space.

    As few passages as the sentences allow, of sizes as equal as they allow (least sum of squares). A sentence
    that is too long is cut at clause signs, then between words, then between characters; only one character
    that is more than `max_tokens` by itself stays over. `count_tokens` tells how many tokens each of a batch
    of texts becomes, special ones included.
    """
    spans = sentences(text)
    if not spans:
        return []
    # At once: each call of a tokenizer costs far more than a text.
    special, *sizes = count_tokens(["", *(text[start:end] for start, end in spans)])
    counter = _Counter(text, count_tokens, special, max_tokens)
    units = _fit_units([_Unit(*span, size - special) for span, size in zip(spans, sizes, strict=True)], counter)
    passages: list[Span] = []
    groups = _pack(units, counter.room)
    while groups:
        passages += [_span(group) for group in groups if len(group) == 1]
        groups = [group for group in groups if len(group) > 1]
        counts = counter.count([_span(group) for group in groups])
        over: list[list[_Unit]] = []
        for group, count in zip(groups, counts, strict=True):
            if count <= counter.room:
                passages.append(_span(group))
            else:
                over += _halve(group)
        groups = over
    return sorted(passages)


class _Counter:
    """Counts spans of one text in batches; sizes leave out the special tokens that every text gets."""

    def __init__(self, text: str, count_tokens: CountTokens, special: int, max_tokens: int) -> None:
        self.text = text
        self._count_tokens = count_tokens
        self._special = special
        self.room = max(max_tokens - self._special, 1)

    def count(self, spans: Sequence[Span]) -> list[int]:
        if not spans:
            return []
        return [count - self._special for count in self._count_tokens([self.text[a:b] for a, b in spans])]


def _fit_units(units: list[_Unit], counter: _Counter) -> list[_Unit]:
    for cut in (_cut_clauses, _cut_words, _cut_characters):
        if all(unit.size <= counter.room for unit in units):
            break
        pieces = [
            piece for unit in units if unit.size > counter.room for piece in cut(counter.text, unit, counter.room)
        ]
        units = sorted(
            [unit for unit in units if unit.size <= counter.room] + _measure(pieces, counter), key=lambda u: u.start
        )
    while any(_is_divisible(unit, counter.room) for unit in units):
        halves = [half for unit in units if _is_divisible(unit, counter.room) for half in _halve_characters(unit)]
        units = sorted(
            [unit for unit in units if not _is_divisible(unit, counter.room)] + _measure(halves, counter),
            key=lambda u: u.start,
        )
    return units


def _measure(spans: Sequence[Span], counter: _Counter) -> list[_Unit]:
    return [_Unit(start, end, size) for (start, end), size in zip(spans, counter.count(spans), strict=True)]


def _cut_clauses(text: str, unit: _Unit, _room: int) -> Iterable[Span]:
    return _between(text, unit, [match.end() for match in _CLAUSE_END.finditer(text, unit.start, unit.end)])


def _cut_words(text: str, unit: _Unit, _room: int) -> Iterable[Span]:
    return _between(text, unit, [match.end() for match in _SPACE.finditer(text, unit.start, unit.end)])


def _cut_characters(_text: str, unit: _Unit, room: int) -> Iterable[Span]:
    step = max((unit.end - unit.start) * room * 9 // (unit.size * 10), 1)
    return [(start, min(start + step, unit.end)) for start in range(unit.start, unit.end, step)]


def _is_divisible(unit: _Unit, room: int) -> bool:
    return unit.size > room and unit.end - unit.start > 1


def _halve_characters(unit: _Unit) -> list[Span]:
    middle = (unit.start + unit.end) // 2
    return [(unit.start, middle), (middle, unit.end)]


def _between(text: str, unit: _Unit, cuts: Sequence[int]) -> Iterable[Span]:
    for start, end in pairwise((unit.start, *cuts, unit.end)):
        piece = text[start:end]
        kept = piece.strip()
        if kept:
            first = start + len(piece) - len(piece.lstrip())
            yield first, first + len(kept)


def _pack(units: Sequence[_Unit], room: int) -> list[list[_Unit]]:
    """Consecutive groups of at most `room`: the fewest, and of these the ones with the least sum of squares."""
    blocks = _join_small(units, max(room // _GRAIN, 1))
    sizes = [sum(unit.size for unit in block) for block in blocks]
    best: list[tuple[int, int]] = [(0, 0)]
    begins: list[int] = []
    for end in range(1, len(blocks) + 1):
        size = sizes[end - 1]
        groups, squares = best[end - 1]
        choice, begin = (groups + 1, squares + size * size), end - 1
        for start in range(end - 2, -1, -1):
            size += sizes[start]
            if size > room:
                break
            groups, squares = best[start]
            candidate = (groups + 1, squares + size * size)
            if candidate < choice:
                choice, begin = candidate, start
        best.append(choice)
        begins.append(begin)
    packed: list[list[_Unit]] = []
    end = len(blocks)
    while end:
        begin = begins[end - 1]
        packed.append([unit for block in blocks[begin:end] for unit in block])
        end = begin
    return packed[::-1]


def _join_small(units: Sequence[_Unit], grain: int) -> list[list[_Unit]]:
    blocks: list[list[_Unit]] = []
    filled = 0
    for unit in units:
        if blocks and filled + unit.size <= grain:
            blocks[-1].append(unit)
            filled += unit.size
        else:
            blocks.append([unit])
            filled = unit.size
    return blocks


def _halve(group: Sequence[_Unit]) -> list[list[_Unit]]:
    half = sum(unit.size for unit in group) / 2
    filled = 0
    cut = 0
    while cut < len(group) - 1 and (cut == 0 or filled + group[cut].size <= half):
        filled += group[cut].size
        cut += 1
    return [list(group[:cut]), list(group[cut:])]


def _span(group: Sequence[_Unit]) -> Span:
    return group[0].start, group[-1].end
