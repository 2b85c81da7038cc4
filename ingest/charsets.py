"""Words in codings from before Unicode, each weighed as it stands and as a coding reads it.

What is plausible Vietnamese as it stands is left alone: so a form printed in an old font and filled in with Unicode
keeps both right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

from ingest.capitals import restore_capitals
from ingest.charset_tables import TABLES
from ingest.commonness import commonness
from ingest.document import EXACT, Recovery
from ingest.viqr import decode_viqr, escape_sentence_ends

Run = tuple[str, str | None]  # text and the name of its font, None where the file names none

CERTAIN = 9.0  # a word that only one of the two readings makes Vietnamese
_FONT_CONFIDENCE = 0.98
# How far a font, or a whole document, speaks for its coding where the words say nothing.
_PRIOR = 1.0
# What a certain word says about its neighbours: more where it is Unicode, because what stands right stays right.
_OLD_NEIGHBOUR, _UNICODE_NEIGHBOUR = 2.0, -3.0
_MOST_NEIGHBOURS = 3
_FARTHEST_NEIGHBOUR = 8
_SHORT_LINE = 60
LEAST_COMMON = -12.2  # of a word repaired inside Unicode text: one that is listed

_TCVN3_FONT = re.compile(r"(?i:\.\s*vn)|_?Vn(?=[A-Z3])")
_VNI_FONT = re.compile(r"vni(?![a-z])|vni[- _]", re.IGNORECASE)
_SUBSET = re.compile(r"^[A-Z]{6}\+")
# Signs that are letters in TCVN3, as some readers hand them over (a soft hyphen as a hyphen or minus, B7 as bullets).
_TCVN3_TWINS = re.compile(r"(?<=[^\W\d_])[\u2212\u2011\u2219](?=[^\W\d_]|\b|$)|\u2212(?=[^\W\d_])")
_UNITS = re.compile(r"[µμ](?:m|g|l|L|M|s|S|F|A|V|W|mol|C|H|Pa)")
# European words that VNI reads as syllables, and the letters that European words have and VNI uses singly.
_EUROPEAN_WORDS = frozenset({"où", "aún", "loïc", "aï"})
_EUROPEAN_LETTERS = re.compile("[öôñòóîæ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decision:
    """The coding of a document's text that no font explains; None for Unicode. `confidence` is 0–1.

    `is_whole` tells a document in that coding from a Unicode one with remnants of it.
    """

    charset: str | None = None
    confidence: float = 1.0
    is_whole: bool = True

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
    """What a font's name says about the coding of its text: ``.Vn…`` is TCVN3, ``VNI-…`` VNI; None for the others.

    Subset tags of PDF (``ABCDEF+``) and styles behind a comma or hyphen (``.VnTimeH,Bold``) do not matter.
    """
    name = _SUBSET.sub("", (font or "").strip().strip("'\"").replace("#2E", "."))
    if _VNI_FONT.match(name):
        return FontCoding("vni")
    if not _TCVN3_FONT.match(name):
        return None
    family = re.split(r"[,-](?=(?:Bold|Italic|Regular|Oblique)\b)", name)[0].strip()
    return FontCoding("tcvn3", family.endswith("H") or (family.islower() and family.endswith("h")))


# -------------------------------------------------------------------------------------------- whole texts


def decode(text: str, charset: str) -> str:
    """`text`, in which every character is what Windows-1252 shows for its byte, as the coding reads it; NFC.

    `charset` is ``tcvn3``, ``vni``, ``viscii``, ``bk-hcm-2``, ``vietware-x`` or ``viqr``.
    """
    if charset == "viqr":
        return decode_viqr(text)
    if charset == "tcvn3":
        text = _TCVN3_TWINS.sub(lambda match: "·" if match[0] == "\u2219" else "\xad", text)
    table = TABLES[charset]
    return unicodedata.normalize("NFC", _sequences(charset).sub(lambda match: table[match[0]], text))


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
        restore_capitals(line, [(0, len(line))], begins_paragraph=_ends_paragraph(previous))
        for line, previous in zip(lines, before, strict=False)
    )


def _ends_paragraph(line: str) -> bool:
    """Whether the next line begins something new, and was not broken off this one for its length."""
    return len(line) < _SHORT_LINE or line.rstrip().endswith((".", ";", ":", "!", "?"))


@cache
def _sequences(charset: str) -> re.Pattern[str]:
    longest_first = sorted(TABLES[charset], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


@cache
def _alphabet(charset: str) -> frozenset[str]:
    return frozenset("".join(TABLES[charset])) | frozenset("\u2212\u2011\u2219" if charset == "tcvn3" else "íìÍÌ")


@cache
def words_of(charset: str) -> re.Pattern[str]:
    """Words as runs of what the coding, or Unicode, has letters for."""
    signs = "".join(re.escape(sign) for sign in sorted(_alphabet(charset)) if not sign.isalpha() and sign != "-")
    return re.compile(rf"(?:[^\W\d_]|[{signs}\u0300-\u036f])+")


@lru_cache(maxsize=65536)
def weigh(word: str, charset: str) -> tuple[str, float]:
    """The word as the coding reads it, and how much likelier that makes it as Vietnamese: CERTAIN when only the coding
    makes sense of it, −CERTAIN when only the word as it stands does, binary orders of magnitude between."""
    if word.isascii() or not any(char.isalpha() or char < "\u0100" for char in word):
        return word, 0.0
    plain = unicodedata.normalize("NFC", word)
    if _UNITS.fullmatch(word):
        return word, -CERTAIN
    core = plain.strip("".join(char for char in plain if not char.isalpha()) + "ªº")
    before = commonness(core) if core.isalpha() or not core else None
    decoded = decode(word, charset)
    if any(not char.isascii() and char not in _alphabet(charset) for char in plain):
        return word, -CERTAIN
    if decoded == plain:
        return plain, 0.0
    after = commonness(decoded) if decoded.isalpha() else None
    if before is None and after is None:
        return decoded, 0.0
    if before is None or after is None:
        return decoded, CERTAIN if before is None else -CERTAIN
    return decoded, max(-CERTAIN + 1, min(CERTAIN - 1, after - before))


# ------------------------------------------------------------------------------------------- single runs


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
            decoded = _decode_words(text, coding.charset, _PRIOR)
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


def _follow(text: str, document: Decision) -> str:
    charset = document.charset or ""
    if charset == "viqr":
        return decode_lines(text, charset)
    if not document.is_whole:
        return _repair_remnants(text, charset)
    return _decode_words(text, charset, _PRIOR)


def _share_of_words(text: str) -> float:
    """How many of the words with accents are Vietnamese, between 0.5 and 1."""
    found = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    good = sum(commonness(word) is not None for word in found)
    return 0.5 + 0.5 * good / len(found) if found else 1.0


# ------------------------------------------------------------------------------------- words in context


def _decode_words(text: str, charset: str, prior: float) -> str:
    return "".join(_decode_line(line, charset, prior) for line in text.splitlines(keepends=True)) if text else text


def _decode_line(line: str, charset: str, prior: float) -> str:
    if line.isascii():
        return line
    spans = [match.span() for match in words_of(charset).finditer(line)]
    weighed = [weigh(line[start:end], charset) for start, end in spans]
    certain = [_told_by(gain) for _, gain in weighed]
    chosen: list[tuple[int, int, str, bool]] = []
    for at, ((start, end), (decoded, gain)) in enumerate(zip(spans, weighed, strict=True)):
        total = gain if certain[at] else gain + prior + _neighbours(certain, at)
        chosen.append((start, end, decoded if total > 0 else line[start:end], total > 0))
    return _join(line, chosen, charset)


def _told_by(gain: float) -> float:
    if abs(gain) < CERTAIN:
        return 0.0
    return _OLD_NEIGHBOUR if gain > 0 else _UNICODE_NEIGHBOUR


def _neighbours(certain: Sequence[float], at: int) -> float:
    """What the nearest words that are certain say together."""
    found: list[float] = []
    for distance in range(1, _FARTHEST_NEIGHBOUR + 1):
        for other in (at - distance, at + distance):
            if 0 <= other < len(certain) and certain[other] and len(found) < _MOST_NEIGHBOURS:
                found.append(certain[other])
    return sum(found)


def _join(line: str, chosen: Sequence[tuple[int, int, str, bool]], charset: str) -> str:
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
    return restore_capitals(joined, open_to_capitals) if charset == "tcvn3" else joined


def _repair_remnants(text: str, charset: str) -> str:
    """Unicode text with the words repaired that only the coding makes sense of, where they are common ones."""
    if text.isascii():
        return text
    lines = []
    for line in text.splitlines(keepends=True):
        words = [(match.span(), *weigh(match[0], charset)) for match in words_of(charset).finditer(line)]
        good = [
            (start, end, decoded, True)
            for (start, end), decoded, gain in words
            if gain >= CERTAIN and (commonness(decoded) or 0) > LEAST_COMMON
        ]
        alien = sum(gain == 0 and decoded != line[start:end] for (start, end), decoded, gain in words)
        telling = [found for found in good if is_telling(line[found[0] : found[1]], charset)]
        is_pasted = len(good) > 1 and not any(gain <= -CERTAIN for _, _, gain in words)
        if telling and len(good) > alien:
            lines.append(_decode_line(line, charset, 0.0) if is_pasted else _join(line, telling, charset))
        else:
            lines.append(line)
    return "".join(lines)


def is_telling(word: str, charset: str) -> bool:
    """Whether no European language writes the word's letters like that."""
    if charset == "tcvn3":
        return any(not char.isalpha() or char in "ªµ" for char in word.strip("«»©®§·"))
    if charset == "vni":
        return word.lower() not in _EUROPEAN_WORDS and not _EUROPEAN_LETTERS.sub("", word).isascii()
    return len(word) > 2
