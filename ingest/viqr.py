"""VIQR (RFC 1456): Vietnamese in ASCII, with the accents as signs behind the letters (``Vie^.t Nam``)."""

from __future__ import annotations

import re
import unicodedata

from ingest.charset_tables import VIQR_MODIFIERS, VIQR_TONES
from ingest.commonness import commonness
from ingest.spelling import is_syllable, place_tone

_LETTER = re.compile(
    r"\\(?P<plain>.)|(?P<d>[dD][dD])"
    r"|(?P<vowel>[aA](?P<a>[(^]?)|[eE](?P<e>\^?)|[oO](?P<o>[\^+*]?)|[uU](?P<u>[+*]?)|[iIyY])(?P<tone>[`'?~.]?)"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z(^+*`'?~.]*")
_MARKED = re.compile(r"[aeoAEO]\^|[ouOU][+*]|[aA]\(|[aeiouyAEIOUY]`|\b[dD][dD]|[aeiouyAEIOUY]['~?.](?=[a-z])")
_CLUSTER = re.compile(r"[aeiouyAEIOUY](?:[(^+*][`'?~.]?|[`'?~.](?=[a-z])|[`'](?=\s|$))|\b[dD][dD]")
# A word that ends in a full stop or question mark: a tone, or a sign whose escape was left out.
_STOPPED = re.compile(r"(?<![A-Za-z(^+*`'?~])([A-Za-z][A-Za-z(^+*`'?~]*)([.?])(?![A-Za-z(^+*`'?~.])")
_AT_END = re.compile(r"\s*(?:$|\n)|\s+[A-Z0-9]")
_SENTENCE = re.compile(r"[.?!]\s+(?=[A-Z])|\n")
_QUESTION = re.compile(
    r"\b(?:ai|gi`|na`o|sao|dda\^u|ma\^'y|bao (?:nhie\^u|gio\+`|la\^u)|pha\?i kho\^ng|hay chu\+a)(?![a-z(^+*`'?~.])",
    re.IGNORECASE,
)
_LONGEST_SENTENCE = 300
_LIST_MARKS = frozenset("aeiouyAEIOUY")  # a. b. c.
_TONE_ON_EITHER = ("oa", "oe", "uy")  # hoạ and họa
_LEAST_COMMON = -12.2  # of a syllable with a tone before a question mark: one that is listed
_LEAST_CLUSTERS = 3  # different letters with signs, where only one is beyond the five tones
_LEAST_MARKED = 0.3  # of the words; Vietnamese prose has accents on two in three


def decode_viqr(text: str) -> str:
    """Letters as RFC 1456 reads them; a backslash keeps the next character."""
    return unicodedata.normalize("NFC", _LETTER.sub(_letter, text))


def _letter(match: re.Match[str]) -> str:
    if match["plain"] is not None:
        return match["plain"]
    if match["d"]:
        return "Đ" if match["d"][0] == "D" else "đ"
    vowel = match["vowel"]
    return vowel[0] + "".join(map(VIQR_MODIFIERS.__getitem__, vowel[1:])) + VIQR_TONES.get(match["tone"], "")


def escape_sentence_ends(text: str) -> str:
    """Backslashes before the stops and question marks that end sentences, in a text whose writer knew no backslashes.

    ``nhie^.m vu.`` and ``thu+?`` end in a tone, because the syllable with it is the commoner one; ``tra.`` and, after
    words that ask, ``Ai vie^'t thu+?`` do not. A capitalised word keeps its dot (``Ha. Long``) unless no syllable
    has it (``suo^'i Giu+~a.``, which has its tone already).
    """
    return text if "\\" in text else _STOPPED.sub(_escape_unless_tone, text)


def _escape_unless_tone(match: re.Match[str]) -> str:
    word, sign = match.groups()
    return match[0] if _ends_in_tone(word, sign, match) else f"{word}\\{sign}"


def _ends_in_tone(word: str, sign: str, match: re.Match[str]) -> bool:
    toned, plain = decode_viqr(word + sign), decode_viqr(word)
    if word[0].isupper() and len(word) > 1:
        return is_syllable(toned)
    if (
        plain in _LIST_MARKS
        or not toned.isalpha()
        or not (place_tone(toned) == toned or plain.endswith(_TONE_ON_EITHER))
    ):
        return False
    common, other = commonness(toned), commonness(plain)
    if common is None or not _AT_END.match(match.string, match.end()):
        return common is not None
    if sign == ".":
        return other is None or common > other
    before = match.string[max(0, match.start() - _LONGEST_SENTENCE) : match.start()]
    return common > _LEAST_COMMON and not _QUESTION.search(_SENTENCE.split(before)[-1])


def viqr_share(text: str) -> float:
    """The share (0–1) of words with VIQR's signs that are then Vietnamese syllables; 0 for what is no VIQR."""
    words = _WORD.findall(text)
    marked = [word for word in words if _MARKED.search(word)]
    clusters = {match[0].lower() for word in marked for match in _CLUSTER.finditer(word)}
    letters = {cluster[:2] for cluster in clusters if cluster[1] in "^(+*d"}
    if len(letters) < 2 and not (letters and len(clusters) >= _LEAST_CLUSTERS):
        return 0.0
    if len(marked) < _LEAST_MARKED * len(words):
        return 0.0
    decoded = [decode_viqr(word.rstrip(".?'`~") if not is_syllable(decode_viqr(word)) else word) for word in marked]
    return sum(is_syllable(word) or word in "đĐ" for word in decoded) / len(decoded)
