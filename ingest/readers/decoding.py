"""Bytes of a text file to characters: a charset is accepted only when the result is plausible."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from ingest.errors import N_
from ingest.readers.opened import OpenedFile
from ingest.vietnamese import fold, is_syllable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BETWEEN_WORDS = re.compile(r"[\s\x00-\x40\x5b-\x60\x7b-\x7f–—…]+")
_PUNCTUATION = "–—…“”‘’•·«»°²³±×÷½¼\u00a0™®©§€₫"
_DECLARABLE = ("cp125", "iso8859", "gb", "big5", "shift_jis", "euc", "koi8")
# A page that declares these may hold any 8-bit coding: browsers treat them as the default.
_WESTERN = frozenset({"cp1258", "cp1252", "iso8859-1"})
_BINARY = N_("The content is not text: the file is damaged or was renamed. Send the original file.")
_LEGACY = N_(
    "The text is neither Unicode nor Windows-1258 but probably an old Vietnamese coding (TCVN3/ABC, VNI or VISCII), "
    "which cannot be decoded yet. Convert it to Unicode (UniKey can) and save it as UTF-8."
)


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    charset: str


def decode_text(opened: OpenedFile, declared: str | None = None) -> Decoded:
    """Byte order mark, UTF-16 without one, strict UTF-8, what the file declares, then Windows-1258.

    Raises FileRefused for binary content and for codings that cannot be told for sure.
    """
    raw = opened.raw
    for mark, charset in _MARKS:
        if raw.startswith(mark):
            text = _decode(raw[len(mark) :], charset)
            if text is None:
                raise opened.refused(_BINARY)
            return _refuse_binary(opened, Decoded(text, charset))
    utf16 = _utf16_without_mark(raw)
    for charset in [utf16] if utf16 else ["utf-8"]:
        text = _decode(raw, charset)
        if text is not None:
            return _refuse_binary(opened, Decoded(text, charset))
    if b"\0" in raw:
        raise opened.refused(_BINARY)
    for charset in dict.fromkeys([_canonical(declared) or "cp1258", "cp1258"]):
        text = _decode(raw, charset)
        if text is not None and (charset not in _WESTERN or looks_vietnamese(text)):
            return _refuse_binary(opened, Decoded(unicodedata.normalize("NFC", text), charset))
    raise opened.refused(_LEGACY)


def looks_vietnamese(text: str) -> bool:
    """Whether at least four in five words with letters beyond ASCII are Vietnamese syllables or abbreviations."""
    found = good = 0
    for word in _BETWEEN_WORDS.split(unicodedata.normalize("NFC", text)):
        core = word.strip(_PUNCTUATION)
        if not core.isascii():
            found += 1
            is_abbreviation = core.isalpha() and core.isupper() and not set(fold(core)) & set("aeiouy")
            good += is_syllable(core) or is_abbreviation
    return good >= 0.8 * found


def _decode(raw: bytes, charset: str) -> str | None:
    try:
        return raw.decode(charset)
    except UnicodeError:
        return None


def _canonical(charset: str | None) -> str | None:
    try:
        name = codecs.lookup(charset.strip()).name if charset else ""
    except (LookupError, ValueError):
        return None
    return name if name.startswith(_DECLARABLE) else None


def _utf16_without_mark(raw: bytes) -> str | None:
    """Latin letters in UTF-16 have a zero in every second byte."""
    half = len(raw) // 2
    even, odd = raw[0::2].count(0), raw[1::2].count(0)
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * half and odd < 0.05 * half else None


def _refuse_binary(opened: OpenedFile, decoded: Decoded) -> Decoded:
    controls = len(re.findall(r"[\x00-\x08\x0e-\x19\x1c-\x1f]", decoded.text))
    if controls > 0.02 * len(decoded.text):
        raise opened.refused(_BINARY)
    return decoded
