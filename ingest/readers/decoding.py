"""Bytes of a text file to characters: marks and strict Unicode first, then whatever makes the most Vietnamese."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from ingest.charset_choice import decide_charset, decode_bytes
from ingest.charsets import recover
from ingest.document import EXACT, Recovery
from ingest.errors import N_
from ingest.readers.opened import OpenedFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARABLE = ("cp125", "iso8859", "gb", "big5", "shift_jis", "euc", "koi8")
# A page that declares these may hold any 8-bit coding: browsers treat them as the default.
_WESTERN = frozenset({"cp1258", "cp1252", "iso8859-1"})
_BINARY = N_("The content is not text: the file is damaged or was renamed. Send the original file.")
_UNDECIDED = N_(
    "The text is neither Unicode nor in a Vietnamese coding that can be told for sure (Windows-1258, TCVN3/ABC, VNI, "
    "VISCII, VPS, BK HCM, Vietware). Save it as UTF-8 and send it again."
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """`surface` is the text as it stood in the file, line for line, where old codings were decoded in it; `remnants` is
    the coding of those parts where the rest is in `charset`."""

    text: str
    charset: str
    confidence: float = 1.0
    surface: str | None = None
    remnants: str | None = None

    def recovery(self, text: str, surface: str | None) -> Recovery:
        """How a part of the text was recovered, from the same part of `surface`."""
        if surface is None or surface == text:
            is_exact = self.remnants is not None or self.confidence == 1.0 or text.isascii()
            return EXACT if is_exact else Recovery(self.charset, confidence=self.confidence)
        return Recovery(self.remnants or self.charset, surface, confidence=self.confidence)


def decode_text(opened: OpenedFile, declared: str | None = None) -> Decoded:
    """The characters of the whole file, decoded also where Unicode holds text of an old font, pasted in.

    Raises FileRefused for binary content and for codings that cannot be told for sure.
    """
    decoded = decode_characters(opened, declared)
    if decoded.surface is not None:
        return decoded
    decision = decide_charset(decoded.text)
    if decision.charset is None:
        return decoded
    text = "".join(recover([(line, None)], decision)[0] for line in decoded.text.splitlines(keepends=True))
    if decision.is_whole:
        return Decoded(text, decision.charset, decision.confidence, decoded.text)
    return Decoded(text, decoded.charset, decision.confidence, decoded.text, decision.charset)


def decode_characters(opened: OpenedFile, declared: str | None = None) -> Decoded:
    """Byte order mark, UTF-16 without one, strict UTF-8, what the file declares, then whichever old coding makes sense.

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
    charset = _canonical(declared) or ""
    if charset and charset not in _WESTERN and (text := _decode(raw, charset)) is not None:
        return _refuse_binary(opened, Decoded(unicodedata.normalize("NFC", text), charset))
    found = decode_bytes(raw)
    if found is None:
        raise opened.refused(_UNDECIDED)
    return _refuse_binary(opened, Decoded(found.text, found.charset, found.confidence, found.surface))


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
