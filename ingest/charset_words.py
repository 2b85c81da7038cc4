"""Words that may be in an old coding or in Unicode, weighed by their meaning in both and by their neighbours."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache

from ingest.capitals import restore_capitals
from ingest.charset_decoding import UNIT, decode, restore_signs
from ingest.charset_tables import TABLES
from ingest.commonness import commonness, commonness_as_decoded

CERTAIN = 9.0  # a word that only one of the two readings makes Vietnamese
LEAST_COMMON = -12.2  # of a word repaired inside Unicode text: one that is listed
# How far a font, or a whole document, speaks for its coding where the words say nothing.
PRIOR = 1.0
# How far a font does where all else in it is in its coding: more than any word that both readings make Vietnamese.
STATED = 20.0
# What a certain word says about its neighbours: more where it is Unicode, because what stands right stays right.
_OLD_NEIGHBOUR, _UNICODE_NEIGHBOUR = 2.0, -3.0
_MOST_NEIGHBOURS = 3
_FARTHEST_NEIGHBOUR = 8
_LETTER = re.compile(r"(?![ªºµ])[^\W\d_]")
_SIGNS_AT_WORDS = "«»©®§·“”‘’"
SEGMENT_END = re.compile(r"[:\t|]|[,;](?=\S)")
_UNITS = re.compile(rf"[µμ]{UNIT}|[cdkm]?m[²³]|[nN][º°]")
# European words that VNI reads as syllables, and the letters that European words have and VNI uses singly.
EUROPEAN_WORDS = frozenset({"où", "aún", "loïc", "aï"})
_EUROPEAN_LETTERS = re.compile("[öôñòóîæ]", re.IGNORECASE)
# Of those, what no language has side by side (öông, ñòa; but cañón).
_NOWHERE_TOGETHER = re.compile("[öñ][öôòîæñ]|[ôòîæ][öñ]", re.IGNORECASE)
# Letters in one byte stand for signs, and capitals for small letters: nhiÖm, h÷c.
_SINGLE_BYTE = frozenset({"tcvn3", "viscii", "vps", "bk-hcm-1"})
_CASE_JUMP = re.compile("[a-zà-öø-ÿ][À-ÖØ-ÞŒŠŽŸ](?![A-Z])")
_TWO_ACCENTS = re.compile("[À-ÖØ-öø-ÿ]{2}")
_EDGE_SIGNS = "«»©®§·°±²³¹ªºµ–—…“”‘’„‚‹›•†‡‰™"


@cache
def _alphabet(charset: str) -> frozenset[str]:
    more = {"tcvn3": "\u2212\u2011\u2219", "bk-hcm-1": "}~{^`"}.get(charset, "íìÍÌ")
    return frozenset("".join(TABLES[charset])) | frozenset(more)


@cache
def words_of(charset: str) -> re.Pattern[str]:
    """Words as runs of what the coding, or Unicode, has letters for."""
    signs = "".join(re.escape(sign) for sign in sorted(_alphabet(charset)) if not sign.isalpha() and sign != "-")
    return re.compile(rf"(?:[^\W\d_]|[{signs}\u0300-\u036f])+")


@lru_cache(maxsize=65536)
def weigh(word: str, charset: str) -> tuple[str, float]:
    """The word as the coding reads it, and how much likelier that makes it as Vietnamese: CERTAIN when only the coding
    makes sense of it, −CERTAIN when only the word as it stands does, binary orders of magnitude between."""
    if charset == "bk-hcm-1" and word.isascii():
        return decode(word, charset), 0.0
    if word.isascii() or not any(char.isalpha() or char < "\u0100" for char in word):
        return word, 0.0
    plain = unicodedata.normalize("NFC", word)
    if _UNITS.fullmatch(word):
        return word, -CERTAIN
    core = plain.strip(_SIGNS_AT_WORDS) if _LETTER.search(plain) else ""
    before = commonness(core) if core.isalpha() or not core else None
    decoded = decode(word, charset)
    if any(not char.isascii() and char not in _alphabet(charset) for char in plain):
        return word, -CERTAIN
    if decoded == plain:
        return plain, 0.0
    after = commonness_as_decoded(decoded) if decoded.isalpha() else None
    if before is None and after is None:
        return decoded, 0.0
    if before is None or after is None:
        return decoded, CERTAIN if before is None else -CERTAIN
    return decoded, max(-CERTAIN + 1, min(CERTAIN - 1, after - before))


def decode_words(text: str, charset: str, prior: float = PRIOR) -> str:
    """Text whose font or document is in the coding, without the words that are plausible Unicode as they stand."""
    return "".join(_decode_line(line, charset, prior) for line in text.splitlines(keepends=True)) if text else text


def count_certain(text: str, charset: str) -> tuple[int, int]:
    """How many words only the coding makes Vietnamese, and how many only Unicode does; units count as neither."""
    old = unicode = 0
    for word in words_of(charset).findall(text):
        if not word.isascii() and not _UNITS.fullmatch(word):
            _, gain = weigh(word, charset)
            old += gain >= CERTAIN
            unicode += gain <= -CERTAIN
    return old, unicode


def _decode_line(line: str, charset: str, prior: float) -> str:
    if line.isascii():
        return line
    spans = [match.span() for match in words_of(charset).finditer(line)]
    weighed = [weigh(line[start:end], charset) for start, end in spans]
    certain = [_told_by(gain) for _, gain in weighed]
    ends = [0, *(match.start() for match in SEGMENT_END.finditer(line))]
    segments = [bisect_right(ends, start) for start, _ in spans]
    chosen: list[tuple[int, int, str, bool]] = []
    for at, ((start, end), (decoded, gain)) in enumerate(zip(spans, weighed, strict=True)):
        total = gain if certain[at] else gain + prior + _neighbours(certain, segments, at)
        chosen.append((start, end, decoded if total > 0 else line[start:end], total > 0))
    return join_words(line, chosen, charset)


def _told_by(gain: float) -> float:
    if abs(gain) < CERTAIN:
        return 0.0
    return _OLD_NEIGHBOUR if gain > 0 else _UNICODE_NEIGHBOUR


def _neighbours(certain: Sequence[float], segments: Sequence[int], at: int) -> float:
    """What the nearest words that are certain say together: those on the same side of a colon, else half as much the
    others, because labels and values may be in different codings."""
    inside: list[float] = []
    outside: list[float] = []
    for distance in range(1, _FARTHEST_NEIGHBOUR + 1):
        for other in (at - distance, at + distance):
            if 0 <= other < len(certain) and certain[other]:
                (inside if segments[other] == segments[at] else outside).append(certain[other])
    return sum(inside[:_MOST_NEIGHBOURS]) if inside else sum(outside[:_MOST_NEIGHBOURS]) / 2


def join_words(line: str, chosen: Sequence[tuple[int, int, str, bool]], charset: str) -> str:
    """`line` with the words at the given places instead of its own, and capitals restored in those that are decoded."""
    pieces: list[str] = []
    open_to_capitals: list[tuple[int, int]] = []
    done = length = 0
    for start, end, word, is_decoded in chosen:
        pieces += (line[done:start], word)
        length += start - done + len(word)
        if is_decoded:
            open_to_capitals.append((length - len(word), length))
        done = end
    joined = "".join((*pieces, line[done:]))
    if charset != "tcvn3" or not open_to_capitals:
        return joined
    return restore_signs(restore_capitals(joined, open_to_capitals))


def is_telling(word: str, charset: str) -> bool:
    """Whether no European language writes the word's letters like that."""
    if charset == "vni":
        if _NOWHERE_TOGETHER.search(word):
            return True
        return word.lower() not in EUROPEAN_WORDS and not _EUROPEAN_LETTERS.sub("", word).isascii()
    if charset in _SINGLE_BYTE:
        core = word.strip(_EDGE_SIGNS)
        has_signs = len(core) > 1 and any(not char.isalpha() or char in "ªºµ" for char in core)
        return has_signs or _CASE_JUMP.search(word) is not None
    return _TWO_ACCENTS.search(word) is not None
