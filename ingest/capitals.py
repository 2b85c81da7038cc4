"""Capitals that TCVN3 cannot write: its headings hold small letters with tones among the capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.spelling import TONED, is_syllable

_WORD = re.compile(r"[^\W\d_]+")
_EDGE = re.compile(r"[:|\t]")
_AFTER_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?]\s+\Z")
_ROMAN = re.compile(r"[IVXLC]+")
_SEVERAL_WORDS = re.compile(r"\s*\S+(?:\s+\S+){3}")
_LONGEST_NAME = 5
_OPEN = frozenset(TONED)
_WRITTEN = "A-ZĂÂĐÊÔƠƯ"
# A word without a letter that is small for sure, or one that begins with a small letter with a tone.
_IN_DOUBT = re.compile(
    rf"(?<![^\W\d_])(?:[{_WRITTEN}]*[{''.join(TONED)}][{_WRITTEN}{''.join(TONED)}]*(?![^\W\d_])|[{''.join(TONED)}])"
)


def restore_capitals(line: str, decoded: Sequence[tuple[int, int]], *, begins_paragraph: bool = True) -> str:
    """`line` with capitals where TCVN3 could not write them, in the words within `decoded` (in order) only.

    A small letter with a tone is a capital among capitals (``NHIệM`` → ``NHIỆM``); a word that may be either
    (``Vụ``) is what its neighbours are, up to a colon. Such a letter also begins sentences, and paragraphs of several
    words (``ở ngoài nước, các …``).
    """
    if not decoded or not _IN_DOUBT.search(line):
        return line
    words = [match.span() for match in _WORD.finditer(line)]
    kinds = [_kind(line[start:end]) for start, end in words]
    before = _nearest(line, words, kinds)
    after = _nearest(line, words[::-1], kinds[::-1])[::-1]
    letters = list(line)
    is_name = _is_name(line, words)
    spans = iter(decoded)
    first, last = next(spans)
    for at, (start, end) in enumerate(words):
        while last < end:
            first, last = next(spans, (len(line), len(line) + 1))
        if start < first:
            continue
        is_among_capitals = {before[at], after[at]} - {""} == {"capitals"}
        if kinds[at] == "capitals" or (kinds[at] == "open" and is_among_capitals):
            letters[start:end] = line[start:end].upper()
        elif line[start] in _OPEN and (is_name or _begins_sentence(line, start, is_first=at == 0 and begins_paragraph)):
            letters[start] = line[start].upper()
    return "".join(letters)


def _nearest(line: str, words: Sequence[tuple[int, int]], kinds: Sequence[str]) -> list[str]:
    """For each word the nearest kind before it that tells the case, in the order of `words`; empty where a colon
    stands between."""
    found: list[str] = []
    known = ""
    for at, (start, end) in enumerate(words):
        if at:
            before = words[at - 1]
            if _EDGE.search(line, min(before[1], end), max(before[0], start)):
                known = ""
        found.append(known)
        if kinds[at] in ("small", "capitals"):
            known = kinds[at]
    return found


def _kind(word: str) -> str:
    """``small`` and ``capitals`` by the letters whose case TCVN3 can write, ``open`` where they leave it open, and
    ``neutral`` for abbreviations and numbers."""
    written = [letter for letter in word if letter not in _OPEN]
    if any(letter.islower() for letter in written):
        return "small"
    if len(written) > 1:
        is_word = is_syllable(word) and not _ROMAN.fullmatch(word)
        return "capitals" if is_word or len(written) < len(word) else "neutral"
    return "open" if len(written) < len(word) else "neutral"


def _is_name(line: str, words: Sequence[tuple[int, int]]) -> bool:
    """Whether a short line is all capitalised words, apart from those that TCVN3 could not capitalise."""
    if not 2 <= len(words) <= _LONGEST_NAME:
        return False
    starts = [line[start] for start, _ in words]
    return sum(map(str.isupper, starts)) >= 2 and all(letter.isupper() or letter in _OPEN for letter in starts)


def _begins_sentence(line: str, start: int, *, is_first: bool) -> bool:
    if is_first and not line[:start].strip():
        return _SEVERAL_WORDS.match(line) is not None
    return _AFTER_SENTENCE.search(line, max(0, start - 6), start) is not None
