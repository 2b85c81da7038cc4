"""VIQR (RFC 1456): Vietnamese in ASCII, with the accents as signs behind the letters (``Vie^.t Nam``)."""

from __future__ import annotations

import re
import unicodedata

from ingest.charset_tables import VIQR_MODIFIERS, VIQR_TONES
from ingest.spelling import is_syllable

_LETTER = re.compile(
    r"\\(?P<plain>.)|(?P<d>[dD][dD])"
    r"|(?P<vowel>[aA](?P<a>[(^]?)|[eE](?P<e>\^?)|[oO](?P<o>[\^+*]?)|[uU](?P<u>[+*]?)|[iIyY])(?P<tone>[`'?~.]?)"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z(^+*`'?~.]*")
_MARKED = re.compile(r"[aeoAEO]\^|[ouOU][+*]|[aA]\(|[aeiouyAEIOUY]`|\b[dD][dD]|[aeiouyAEIOUY]['~?.](?=[a-z])")
# A full stop or question mark at the end of a sentence, where writers left the escape out.
_SENTENCE_END = re.compile(r"(?<![A-Za-z(^+*`'?~])([a-z][A-Za-z(^+*`'~]*)([.?])(?=\s*$|\s+[A-Z])", re.MULTILINE)
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
    """Backslashes before the stops that end sentences, in a text whose writer knew no backslashes. A capitalised
    word keeps its dot (``Ha. Long``)."""
    return text if "\\" in text else _SENTENCE_END.sub(r"\1\\\2", text)


def viqr_share(text: str) -> float:
    """The share (0–1) of words with VIQR's signs that are then Vietnamese syllables; 0 for what is no VIQR."""
    words = _WORD.findall(text)
    marked = [word for word in words if _MARKED.search(word)]
    kinds = {match[0].lower() for word in marked for match in _MARKED.finditer(word) if match[0][-1] in "^(+*`dD"}
    if len(kinds) < 2 or len(marked) < _LEAST_MARKED * len(words):
        return 0.0
    decoded = [decode_viqr(word.rstrip(".?'`~") if not is_syllable(decode_viqr(word)) else word) for word in marked]
    return sum(map(is_syllable, decoded)) / len(decoded)
