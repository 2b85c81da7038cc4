"""Whole texts in one coding from before Unicode, read as that coding means them."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache

from ingest.capitals import restore_capitals
from ingest.charset_tables import BK_HCM_1_SIGNS, TABLES
from ingest.commonness import commonness
from ingest.viqr import decode_viqr, escape_sentence_ends

UNIT = "(?:m|g|l|L|M|s|S|Sv|F|A|V|W|mol|C|H|Pa)(?![^\\W_])"
_SHORT_LINE = 60
# Signs that are letters in TCVN3, as some readers hand them over (a soft hyphen as a hyphen or minus, B7 as bullets).
_TCVN3_TWINS = re.compile(r"(?<=[^\W\d_])[\u2212\u2011\u2219](?=[^\W\d_]|\b|$)|\u2212(?=[^\W\d_])")
# In BK HCM-1 six capitals lie on ASCII signs, beside other letters only; one byte is both Ụ and Ặ.
_BK_SIGNS = re.compile(r"[}~](?=[^\W\d_])|(?<=[^\W\d_])[{}^`|~](?![a-z])")
_BK_DOUBTFUL = re.compile(r"(?<![^\W\d_])[^\W\d_]*Ụ[^\W\d_]*")
# Between numbers these TCVN3 letters are the signs in whose place they stand.
_SIGNS_AT_NUMBERS = {"ì": "×", "ẳ": "¼", "ẵ": "½", "ắ": "¾", "ữ": "÷", "à": "µ"}
_AT_NUMBERS = re.compile(rf"(?<=\d)(\s?)(?:([ìữ])(?=\s?\d)|([ẳẵắ])(?![^\W_])|(à)(?={UNIT}))")


def decode(text: str, charset: str) -> str:
    """`text`, in which every character is what Windows-1252 shows for its byte, as the coding reads it; NFC.

    `charset` is one of `TABLES` or ``viqr``.
    """
    if charset == "viqr":
        return decode_viqr(text)
    if charset == "tcvn3":
        text = _TCVN3_TWINS.sub(lambda match: "·" if match[0] == "\u2219" else "\xad", text)
    table = TABLES[charset]
    decoded = unicodedata.normalize("NFC", _sequences(charset).sub(lambda match: table[match[0]], text))
    if charset == "bk-hcm-1":
        decoded = _BK_SIGNS.sub(lambda match: _bk_capital(match, decoded), decoded)
        return _BK_DOUBTFUL.sub(lambda match: max(match[0], match[0].replace("Ụ", "Ặ"), key=_commonness), decoded)
    return decoded


def _bk_capital(match: re.Match[str], text: str) -> str:
    is_initial = match[0] in "}~" and not text[max(0, match.start() - 1) : match.start()].isalpha()
    return BK_HCM_1_SIGNS[match[0]] if is_initial or text[match.start() - 1].isupper() else match[0]


def _commonness(word: str) -> float:
    common = commonness(word)
    return -math.inf if common is None else common


def decode_lines(text: str, charset: str) -> str:
    """As `decode`, for a text that is in the coding throughout; what the coding cannot write is restored by context:
    capitals in TCVN3, and in VIQR the sentence ends whose escape was left out. The lines stay the same."""
    if charset == "viqr":
        return decode_viqr(escape_sentence_ends(text))
    decoded = decode(text, charset)
    if charset != "tcvn3":
        return decoded
    lines = decoded.splitlines(keepends=True)
    before = ["", *lines]
    return "".join(
        restore_signs(restore_capitals(line, [(0, len(line))], begins_paragraph=_ends_paragraph(previous)))
        for line, previous in zip(lines, before, strict=False)
    )


def restore_signs(line: str) -> str:
    """The signs × ÷ ¼ ½ ¾ µ beside numbers, whose places TCVN3 has given to letters."""

    def sign(match: re.Match[str]) -> str:
        return match[1] + _SIGNS_AT_NUMBERS[match[2] or match[3] or match[4]]

    return _AT_NUMBERS.sub(sign, line)


def _ends_paragraph(line: str) -> bool:
    """Whether the next line begins something new, and was not broken off this one for its length."""
    return len(line) < _SHORT_LINE or line.rstrip().endswith((".", ";", ":", "!", "?"))


@cache
def _sequences(charset: str) -> re.Pattern[str]:
    longest_first = sorted(TABLES[charset], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))
