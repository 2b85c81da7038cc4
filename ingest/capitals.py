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
_OPEN = frozenset(TONED)


def restore_capitals(line: str, decoded: Sequence[tuple[int, int]], *, begins_paragraph: bool = True) -> str:
    """`line` with capitals where TCVN3 could not write them, in the words at `decoded` only.

    A small letter with a tone is a capital among capitals (``NHIệM`` → ``NHIỆM``); a word that may be either
    (``Vụ``) is what its neighbours are, up to a colon. Such a letter also begins sentences, and paragraphs of several
    words (``ở ngoài nước, các …``).
    """
    spans = set(decoded)
    if not spans:
        return line
    words = [match.span() for match in _WORD.finditer(line)]
    kinds = [_kind(line[start:end]) for start, end in words]
    letters = list(line)
    for at, (start, end) in enumerate(words):
        if not any(first <= start and end <= last for first, last in spans):
            continue
        if kinds[at] == "capitals" or (kinds[at] == "open" and _stands_among_capitals(line, words, kinds, at)):
            letters[start:end] = line[start:end].upper()
        elif line[start] in _OPEN and _begins_sentence(line, start, begins_paragraph):
            letters[start] = line[start].upper()
    return "".join(letters)


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


def _stands_among_capitals(line: str, words: Sequence[tuple[int, int]], kinds: Sequence[str], at: int) -> bool:
    found = set()
    for step in (-1, 1):
        other = at + step
        while 0 <= other < len(words):
            first, second = sorted((at, other))
            if _EDGE.search(line, words[first][1], words[second][0]):
                break
            if kinds[other] in ("small", "capitals"):
                found.add(kinds[other])
                break
            other += step
    return found == {"capitals"}


def _begins_sentence(line: str, start: int, begins_paragraph: bool) -> bool:
    if line[:start].strip():
        return _AFTER_SENTENCE.search(line, max(0, start - 6), start) is not None
    return begins_paragraph and _SEVERAL_WORDS.match(line) is not None
