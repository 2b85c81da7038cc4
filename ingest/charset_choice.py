"""Which coding a whole document is in, where neither fonts nor byte order marks tell."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from ingest.charset_decoding import decode, decode_lines
from ingest.charset_mixture import find_odds
from ingest.charset_tables import TABLES
from ingest.charset_western import is_western
from ingest.charset_words import CERTAIN, EUROPEAN_WORDS, LEAST_COMMON, is_telling, weigh, words_of
from ingest.charsets import UNICODE, Decision, Run, coding_of_font, find_stated
from ingest.commonness import commonness, commonness_as_decoded
from ingest.viqr import viqr_share

_LEAST_SHARE = 0.25  # of the words with accents that only the coding explains: then the document is in that coding
_LEAST_EXPLAINED = _LEAST_REMNANTS = 2
_LEAST_KINDS = 2
_MOST_CONTRADICTED = 10
_LIKELIER = 3.0  # in binary orders of magnitude, of a word with signs in it that the coding has as letters
_LEAST_VALID = 0.7
_SAMPLE = 400_000
_WORTH, _NONSENSE = 14.0, -4.0
_FEW_ACCENTS = 0.03
_WESTERN_CONFIDENCE = 0.6
_BETWEEN_WORDS = re.compile(r"[\s\x00-\x40\x5b-\x60\x7b-\x7f–—…]+")
_PUNCTUATION = "–—…“”‘’•·«»°²³±×÷½¼\u00a0™®©§€₫"
_C1 = {code: shown for code in range(0x80, 0xA0) if (shown := bytes((code,)).decode("cp1252", "ignore"))}


def decide_charset(text: str) -> Decision:
    """The coding of the text of one document, taken together, that no font explains.

    A coding is chosen when it alone makes sense of many words, or, inside Unicode text, of a few that no European
    language writes. Text that is plausible as it stands is Unicode.
    """
    text = text[:_SAMPLE]
    if text.isascii():
        share = viqr_share(text)
        return Decision("viqr", round(min(share, 0.95), 2)) if share >= _LEAST_VALID + 0.1 else UNICODE
    if not _has_suspects(text):
        return UNICODE
    ranked = sorted((_judge(text, charset) for charset in TABLES), key=lambda judged: -judged.gain)
    best = next(filter(_explains_the_whole, ranked), None)
    if best is not None:
        return Decision(best.charset, _confidence(best, next(other for other in ranked if other is not best)))
    mixed = next(filter(_explains_a_part, ranked), None)
    if mixed is None:
        return UNICODE
    return Decision(mixed.charset, 0.9, is_whole=False, odds=find_odds(text, mixed.charset))


def decide_by_fonts(runs: Iterable[Run]) -> Decision:
    """As `decide_charset`, for a document whose runs have fonts, given all together, with line breaks between
    paragraphs and cells: what fonts explain says only whether they are to be believed."""
    listed = list(runs)
    decision = decide_charset("".join(text for text, font in listed if coding_of_font(font) is None))
    return replace(decision, fonts=find_stated(listed))


def _has_suspects(text: str) -> bool:
    """Whether any word with accents is no Vietnamese as it stands; nearly always none is, and no more is asked."""
    words = {word.strip(_PUNCTUATION) for word in set(_BETWEEN_WORDS.split(text))}
    return any(not word.isascii() and commonness(unicodedata.normalize("NFC", word)) is None for word in words)


@dataclass(frozen=True, slots=True)
class _Judged:
    """`gain` sums what the coding makes likelier, `accented` counts the words beyond ASCII, `explained` those that only
    the coding makes Vietnamese and that are no European word, `contradicted` those that only Unicode makes Vietnamese.
    Of the different common ones among the explained there are `kinds`, and `remnants` that no European
    language writes."""

    charset: str
    gain: float
    accented: int
    explained: int
    contradicted: int
    valid: int
    kinds: int
    remnants: int


def _explains_the_whole(judged: _Judged) -> bool:
    needed = max(_LEAST_EXPLAINED, _LEAST_SHARE * judged.accented, 4 * judged.contradicted)
    is_common = judged.kinds >= _LEAST_EXPLAINED or judged.remnants > 0
    return is_common and judged.explained >= needed and judged.valid >= _LEAST_VALID * judged.accented


def _explains_a_part(judged: _Judged) -> bool:
    if judged.remnants >= _LEAST_REMNANTS:
        return True
    is_much = judged.contradicted <= _MOST_CONTRADICTED * judged.explained
    return is_much and judged.remnants > 0 and judged.kinds >= _LEAST_KINDS


def _judge(text: str, charset: str) -> _Judged:
    gain = 0.0
    accented = explained = contradicted = valid = 0
    kinds: set[str] = set()
    remnants: set[str] = set()
    counts = Counter(word for word in words_of(charset).findall(text) if not word.isascii())
    for word, count in counts.items():
        decoded, own = weigh(word, charset)
        if decoded == unicodedata.normalize("NFC", word) and own > -CERTAIN:
            continue  # the coding has the same letters here
        accented += count
        gain += max(own, 0.0) * count
        is_european = word.lower() in EUROPEAN_WORDS
        explained += count * (not is_european and own >= (CERTAIN if word.isalpha() else _LIKELIER))
        contradicted += count * (own <= -CERTAIN)
        valid += count * (own <= -CERTAIN or commonness(decoded) is not None)
        if own >= CERTAIN and not is_european and (commonness(decoded) or -99) > LEAST_COMMON:
            # Folded as decoded: in one byte, capitals and small letters stand for different letters.
            kinds.add(decoded.lower())
            if is_telling(word, charset):
                remnants.add(decoded.lower())
    return _Judged(charset, gain, accented, explained, contradicted, valid, len(kinds), len(remnants))


def _confidence(best: _Judged, second: _Judged) -> float:
    """How much of the text makes sense, less where another coding makes nearly as much."""
    lead = max(0.0, best.gain - second.gain) / CERTAIN
    return round(min(0.99, best.valid / best.accented) * (1 - 0.5 * math.exp2(-lead)), 2)


# ------------------------------------------------------------------------------------------------- bytes


@dataclass(frozen=True, slots=True)
class DecodedBytes:
    """`surface` is the text as Windows-1252 shows it, line for line; None where the decoding is an exact one."""

    text: str
    charset: str
    confidence: float
    surface: str | None = None


def decode_bytes(raw: bytes) -> DecodedBytes | None:
    """The text of bytes that are no Unicode: in Windows-1258 or an old coding, whichever makes the most Vietnamese of
    them, or in Windows-1252 where accents are rare or the words are of a Western European language; None when nothing
    makes enough sense."""
    sample = raw[:_SAMPLE]
    shown = _as_windows_1252(sample)
    senses = {charset: _sense(decode(shown, charset)) for charset in TABLES}
    with suppress(UnicodeError):
        raw.decode("cp1258")
        senses = {"cp1258": _sense(unicodedata.normalize("NFC", sample.decode("cp1258")))} | senses
    best, second = sorted(senses, key=lambda charset: -senses[charset].sum)[:2]
    sense = senses[best]
    if sense.share >= _LEAST_VALID:
        lead = (sense.sum - senses[second].sum) / _WORTH
        sure = min(0.99, sense.share) * (1 - 0.5 * math.exp2(-lead)) if sense.accented else 1.0
        if best == "cp1258":
            return DecodedBytes(unicodedata.normalize("NFC", raw.decode("cp1258")), best, round(sure, 2))
        surface = _as_windows_1252(raw)
        return DecodedBytes(decode_lines(surface, best), best, round(sure, 2), surface)
    foreign = _sense(shown)
    if foreign.accented <= _FEW_ACCENTS * foreign.words or is_western(shown):
        return DecodedBytes(_as_windows_1252(raw), "cp1252", _WESTERN_CONFIDENCE)
    return None


def _as_windows_1252(raw: bytes) -> str:
    """Every byte as Windows-1252 shows it; the five that it leaves open as C1 controls."""
    return raw.decode("latin-1").translate(_C1)


@dataclass(frozen=True, slots=True)
class _Sense:
    """`sum` is what the different accented words are worth as Vietnamese, `share` how many of them are; of `words`."""

    sum: float
    share: float
    accented: int
    words: int


def _sense(text: str) -> _Sense:
    total = 0.0
    words = accented = valid = 0
    # A word that comes again is no new evidence.
    for chunk in dict.fromkeys(_BETWEEN_WORDS.split(text)):
        core = chunk.strip(_PUNCTUATION)
        words += bool(core)
        if not core.isascii():
            accented += 1
            common = commonness_as_decoded(core) if core.isalpha() else None
            valid += common is not None
            total += _NONSENSE if common is None else _WORTH + common
    return _Sense(total, valid / accented if accented else 1.0, accented, words)
