"""Vietnamese text in codings from before Unicode, decided run by run: by font, else as the document was decided.

What is plausible Vietnamese as it stands is left alone: so a form printed in an old font and filled in with Unicode
keeps both right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from ingest.charset_decoding import decode_lines
from ingest.charset_mixture import EVEN, Odds, decode_mixture
from ingest.charset_words import PRIOR, STATED, count_certain, decode_words
from ingest.commonness import commonness
from ingest.document import EXACT, Recovery

Run = tuple[str, str | None]  # text and the name of its font, None where the file names none

_FONT_CONFIDENCE = 0.98
# In a document where its words are old and hardly one is Unicode, a font's coding holds for every word.
_LEAST_OLD, _OLD_TO_UNICODE = 2, 20
_TCVN3_FONT = re.compile(r"(?i:\.\s*vn)|_?Vn(?=[A-Z3])")
_VNI_FONT = re.compile(r"vni(?![a-z])|vni[- _]", re.IGNORECASE)
_VPS_FONT = re.compile(r"vps(?:win)?[- _]", re.IGNORECASE)
_SUBSET = re.compile(r"^[A-Z]{6}\+")


@dataclass(frozen=True, slots=True)
class Decision:
    """The coding of a document's text that no font explains; None for Unicode. `confidence` is 0–1.

    `is_whole` tells a document in that coding from one that holds Unicode as well; `odds` are those of its parts.
    `fonts` are the codings whose fonts hold nothing else in this document (`find_stated`).
    """

    charset: str | None = None
    confidence: float = 1.0
    is_whole: bool = True
    odds: Odds = EVEN
    fonts: frozenset[str] = frozenset()

    @property
    def whole(self) -> str | None:
        """The coding of a document that is in one throughout."""
        return self.charset if self.is_whole else None


UNICODE = Decision()


@dataclass(frozen=True, slots=True)
class FontCoding:
    """`is_capitals`: the font shows every letter as a capital (``.VnTimeH``)."""

    charset: str
    is_capitals: bool = False


@lru_cache(maxsize=512)
def coding_of_font(font: str | None) -> FontCoding | None:
    """What a font's name says about the coding of its text: ``.Vn…`` is TCVN3, ``VNI-…`` VNI, ``VPS …`` VPS; None
    for the others.

    Subset tags of PDF (``ABCDEF+``) and styles behind a comma or hyphen (``.VnTimeH,Bold``) do not matter.
    """
    name = _SUBSET.sub("", (font or "").strip().strip("'\"").replace("#2E", "."))
    if _VNI_FONT.match(name):
        return FontCoding("vni")
    if _VPS_FONT.match(name):
        return FontCoding("vps", name.endswith((" H", " Hoa")))
    if not _TCVN3_FONT.match(name):
        return None
    family = re.split(r"[,-](?=(?:Bold|Italic|Regular|Oblique)\b)", name)[0].strip()
    return FontCoding("tcvn3", family.endswith("H") or (family.islower() and family.endswith("h")))


def decode_run(text: str, font: str | None = None, document: Decision = UNICODE) -> tuple[str, str | None]:
    """The text of one run, and the coding it was decoded from (None when it stays as it is).

    The font decides where it is an old one, else the decision for the document (`decide_charset`). Words that are
    plausible Vietnamese as they stand stay. Give whole paragraphs to `recover` where they have several runs: neighbours
    help, and VNI's letters may be split between runs.
    """
    recovered, recovery = recover([(text, font)], document)
    return recovered, recovery.charset


def recover(runs: Sequence[Run], document: Decision = UNICODE) -> tuple[str, Recovery]:
    """The text of a paragraph or cell from its runs, and how it was recovered; `unrepaired` is all that stood there."""
    parts: list[str] = []
    charset = None
    confidence = 1.0
    for coding, group in groupby(runs, key=lambda run: coding_of_font(run[1])):
        text = "".join(run[0] for run in group)
        if coding is not None:
            decoded = decode_words(text, coding.charset, STATED if coding.charset in document.fonts else PRIOR)
            if coding.is_capitals and (decoded != text or text.isascii()):
                decoded = decoded.upper()
            found, sure = coding.charset, _FONT_CONFIDENCE
        elif document.charset is not None:
            decoded = _follow(text, document)
            found, sure = document.charset, document.confidence
        else:
            decoded, found, sure = text, None, 1.0
        if found and decoded != text:
            charset = charset or found
            confidence = min(confidence, round(sure * _share_of_words(decoded), 2))
        parts.append(decoded)
    text = "".join(parts)
    if charset is None:
        return text, EXACT
    return text, Recovery(charset, "".join(run[0] for run in runs).strip(), confidence=confidence)


def find_stated(runs: Iterable[Run]) -> frozenset[str]:
    """The codings that fonts name and that the text in these fonts is in throughout, taking a document's runs together:
    no form was filled in there with Unicode."""
    old: Counter[str] = Counter()
    unicode: Counter[str] = Counter()
    for coding, group in groupby(runs, key=lambda run: coding_of_font(run[1])):
        if coding is not None:
            found = count_certain("".join(run[0] for run in group), coding.charset)
            old[coding.charset] += found[0]
            unicode[coding.charset] += found[1]
    return frozenset(
        charset for charset, count in old.items() if count >= max(_LEAST_OLD, _OLD_TO_UNICODE * unicode[charset])
    )


def _follow(text: str, document: Decision) -> str:
    charset = document.charset or ""
    if charset == "viqr":
        return decode_lines(text, charset)
    if not document.is_whole:
        return decode_mixture(text, charset, document.odds)
    return decode_words(text, charset)


def _share_of_words(text: str) -> float:
    """How many of the words with accents are Vietnamese, between 0.5 and 1."""
    found = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    good = sum(commonness(word) is not None for word in found)
    return 0.5 + 0.5 * good / len(found) if found else 1.0
