"""How common a written word is in Vietnamese, by which two readings of the same characters are compared."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from importlib.resources import files

from ingest.spelling import is_syllable, place_tone

_VOWELS = frozenset("aăâeêioôơuưyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ")
_DAMPING = 20
_LEARNED = 1_500  # the rank at which a word that is no accented syllable is put
_RARE = 6_000  # and a syllable that the list lacks


@cache
def _ranks() -> dict[str, int]:
    # The accented syllables of Vietnamese administrative prose and of a dictionary, the most frequent first.
    text = files("ingest").joinpath("syllables.txt").read_text(encoding="utf-8")
    return {syllable: rank for rank, syllable in enumerate(text.split())}


@lru_cache(maxsize=65536)
def commonness(word: str) -> float | None:
    """Minus the binary logarithm of the word's damped rank, −4 to −12; None for what is no Vietnamese word.

    `word` is NFC, of letters only. Words of ASCII and abbreviations without vowels (HĐND) count as middling: they
    say nothing.
    """
    if word.isascii() or (word.isupper() and not _VOWELS & set(word.lower())) or word == "đ":
        return -math.log2(_LEARNED + _DAMPING)
    if not is_syllable(word):
        return None
    return -math.log2(_ranks().get(place_tone(word.lower()), _RARE) + _DAMPING)
