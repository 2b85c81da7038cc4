"""Text of which some parts are in an old coding and the others in Unicode, each part read as it is meant."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from ingest.charset_words import (
    CERTAIN,
    EUROPEAN_WORDS,
    LEAST_COMMON,
    SEGMENT_END,
    is_telling,
    join_words,
    weigh,
    words_of,
)
from ingest.commonness import commonness

# What words say that only the coding explains (if other languages might write them, and if not), and what changes cost.
_TELLING, _FOREIGN = 12.0, 5.0
_CHANGE, _CHANGE_AT_EDGE = 5.0, 1.0


@dataclass(frozen=True, slots=True)
class Odds:
    """How much likelier than Unicode the coding is, in binary orders of magnitude: in `labels`, which end at a colon,
    and in `others`."""

    labels: float = 0.0
    others: float = 0.0


EVEN = Odds()


def decode_mixture(text: str, charset: str, odds: Odds) -> str:
    """Text of which some parts are in the coding and the others in Unicode, each part as it is meant.

    The likeliest course of each line is taken (Viterbi 1967): words are weighed by what they mean in either reading,
    changing between the two costs little at a colon, tab or bar, and much between words.
    """
    return "".join(_unmix(line, charset, odds) for line in text.splitlines(keepends=True)) if text else text


def _unmix(line: str, charset: str, odds: Odds) -> str:
    if line.isascii():
        return line
    found = [(match.span(), *_weigh(match[0], charset)) for match in words_of(charset).finditer(line)]
    ends = [match.start() for match in SEGMENT_END.finditer(line)]
    ways: list[tuple[bool, bool]] = []  # for each word, whether the one before is in the coding: if it is not, if it is
    unicode = old = 0.0
    segment = -1
    for (start, _), _, gain in found:
        here = bisect_right(ends, start)
        prior, change = 0.0, _CHANGE
        if here != segment:
            segment, change = here, _CHANGE_AT_EDGE
            prior = odds.labels if here < len(ends) and line[ends[here]] == ":" else odds.others
        ways.append((old - change > unicode, old >= unicode - change))
        unicode, old = max(unicode, old - change), max(old, unicode - change) + gain + prior
    is_old = old > unicode
    chosen = []
    for (span, decoded, _), way in zip(reversed(found), reversed(ways), strict=True):
        chosen.append((*span, decoded if is_old else line[slice(*span)], is_old and decoded != line[slice(*span)]))
        is_old = way[is_old]
    return join_words(line, chosen[::-1], charset)


def find_odds(text: str, charset: str) -> Odds:
    """How often the words that are certain are in the coding, in labels and elsewhere."""
    old, unicode = [0, 0], [0, 0]
    for line in text.splitlines():
        if line.isascii():
            continue
        ends = [match.start() for match in SEGMENT_END.finditer(line)]
        for match in words_of(charset).finditer(line):
            _, gain = _weigh(match[0], charset)
            if abs(gain) >= CERTAIN:
                here = bisect_right(ends, match.start())
                is_label = here < len(ends) and line[ends[here]] == ":"
                (old if gain > 0 else unicode)[is_label] += 1
    overall = (sum(old) + 1) / (sum(old) + sum(unicode) + 2)

    def odds(kind: int) -> float:
        return math.log2((old[kind] + 2 * overall) / (unicode[kind] + 2 * (1 - overall)))

    return Odds(round(odds(1), 2), round(odds(0), 2))


@lru_cache(maxsize=65536)
def _weigh(word: str, charset: str) -> tuple[str, float]:
    """As `weigh`; what other languages may write, or nobody, says less, and what nobody else writes says more."""
    decoded, gain = weigh(word, charset)
    if gain >= CERTAIN:
        if (commonness(decoded) or 0.0) <= LEAST_COMMON or word.lower() in EUROPEAN_WORDS:
            return decoded, 0.0
        return decoded, _TELLING if is_telling(word, charset) else _FOREIGN
    if gain == 0 and not word.isascii() and decoded != unicodedata.normalize("NFC", word):
        return decoded, 0.0 if is_telling(word, charset) else -_FOREIGN
    return decoded, gain
