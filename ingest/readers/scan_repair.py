"""What Tesseract is known to confuse, put right where nothing else can have been meant."""

from __future__ import annotations

import re

from ingest.spelling import is_syllable

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"[(\[]?[\d.,/:%-]*\d[\d.,/:%-]*[)\].,;:]?")
_ROUND = re.compile(r"(?<=\d)[Oo](?=[\d.,/])")
_UPRIGHT = re.compile(r"(?<=\d)[lI|](?=\d)")
_AT = re.compile(r"(?<=\w)\(@|(?<=\w)@\)(?=\w)")


def repair_word(word: str) -> str:
    """``2O26`` → 2026, ``a(@b.vn`` → a@b.vn, a dash alone → –; everything else is left."""
    if word in {"—", "―"}:
        return "–"
    return _AT.sub("@", _UPRIGHT.sub("1", _ROUND.sub("0", word)))


def is_wordlike(word: str) -> bool:
    """Whether letters are Vietnamese syllables, an address or capitals, or the word is a number."""
    if _NUMBER.fullmatch(word) or "@" in word:
        return True
    found = _WORD.findall(word)
    return bool(found) and all(is_syllable(part.lower()) or (part.isupper() and len(part) > 1) for part in found)
