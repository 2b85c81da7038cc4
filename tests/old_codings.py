"""Writes Unicode text in the codings from before Unicode, for the tests of reading them."""

from __future__ import annotations

import unicodedata

from ingest.charset_tables import BK_HCM_1_SIGNS, TABLES, VIQR_MODIFIERS, VIQR_TONES

LETTERS = (
    "".join(
        dict.fromkeys(
            unicodedata.normalize("NFC", base + tone)
            for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
            for tone in ("", *VIQR_TONES.values())
        )
    )
    + "đĐ"
)
ACCENTED = "".join(letter for letter in LETTERS if not letter.isascii())
FAMILIES = (*TABLES, "viqr")
# Capitals that share their place with a sign or another capital.
_BK_HCM_1_MORE = {letter: sign for sign, letter in BK_HCM_1_SIGNS.items()} | {"Ặ": "\u02dc", "Ỵ": "\u017d"}


def encode(text: str, charset: str) -> str:
    """`text` as Windows-1252 shows its bytes. TCVN3 writes capitals with tones as small letters."""
    if charset == "viqr":
        return _encode_viqr(text)
    return "".join(_encode_letter(letter, charset) for letter in text)


def _encode_letter(letter: str, charset: str) -> str:
    if charset == "bk-hcm-1" and letter in _BK_HCM_1_MORE:
        return _BK_HCM_1_MORE[letter]
    if letter.isascii() or (charset == "vni" and letter in "ìíÌÍ"):
        return letter
    shown = [key for key, value in TABLES[charset].items() if value == letter]
    shown = [key for key in shown if not "\x7f" < key < "\xa0"] or shown
    if not shown and letter != letter.lower():
        return _encode_letter(letter.lower(), charset)
    case = str.upper if letter.isupper() else str.lower
    same_case = [key for key in shown if key == case(key)]
    return min(same_case or shown or [letter], key=len)


def _encode_viqr(text: str) -> str:
    parts = []
    for letter in text:
        base, *marks = list(unicodedata.normalize("NFD", letter))
        if letter in "đĐ":
            parts.append("dd" if letter == "đ" else "DD")
        elif letter in "\\^(+*`'?~." or (letter in "dD" and parts[-1:] == [letter]):
            parts.append("\\" + letter)
        else:
            modifier = next((sign for sign, mark in VIQR_MODIFIERS.items() if mark in marks), "")
            tone = next((sign for sign, mark in VIQR_TONES.items() if mark in marks), "")
            parts.append(base + modifier + tone)
    return "".join(parts)


def to_bytes(surface: str, charset: str) -> bytes:
    """The bytes that Windows-1252 shows as `surface`."""
    return b"".join(bytes((ord(char),)) if ord(char) < 0x100 else char.encode("cp1252") for char in surface)
