"""Languages: how much of a text could be Vietnamese, typed with accents or without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from ingest.spelling import is_folded_syllable
from ingest.vietnamese import fold, split_syllables

_FEWEST_WORDS = 3


def vietnamese_share(text: str) -> float | None:
    """The share of the words of `text` that could be Vietnamese syllables; English texts have about a third. None
    where there are fewer than three words, which may be names or terms of any language."""
    return share_of_syllables(split_syllables(fold(text)))


def share_of_syllables(words: Iterable[str]) -> float | None:
    """As `vietnamese_share`, of words in lower case; numbers and codes count for nothing."""
    counts = {word: count for word, count in Counter(words).items() if word.isalpha()}
    could_be = sum(count for word, count in counts.items() if could_be_syllable(word))
    total = sum(counts.values())
    return could_be / total if total >= _FEWEST_WORDS else None


@lru_cache(maxsize=65_536)
def could_be_syllable(word: str) -> bool:
    """Whether a word in lower case could be a Vietnamese syllable, accents aside."""
    return is_folded_syllable(fold(word))
