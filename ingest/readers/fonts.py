"""What characters mean in fonts that are not Unicode: check-boxes in Wingdings, Vietnamese in old fonts."""

from __future__ import annotations

import re

from ingest.errors import N_

UNDECODED_FONT = N_(
    "Text in the old font {font} cannot be decoded yet. Convert the file to Unicode (UniKey can) and send it again."
)
_LEGACY_FONT = re.compile(r"\s*(?:\.vn|vni)", re.IGNORECASE)
_ONLY_UNICODE = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u0300-\u036f\u1e00-\u1eff]")

EMPTY_BOX, CHECKED_BOX = "☐", "☒"
_SYMBOLS = {
    "wingdings": {
        **dict.fromkeys((0x6F, 0x70, 0x71, 0x72, 0xA8), EMPTY_BOX),
        **dict.fromkeys((0x78, 0xFD, 0xFE), CHECKED_BOX),
        0xFC: "✓",
        0xFB: "✗",
        0x2D: "-",
        0xE0: "→",
        0xDF: "←",
    },
    "wingdings 2": {
        **dict.fromkeys((0x2A, 0x30, 0x35, 0xA3), EMPTY_BOX),
        **dict.fromkeys((0x51, 0x52, 0x53, 0x54, 0x55, 0x56), CHECKED_BOX),
        0x50: "✓",
        0x4F: "✗",
    },
    "symbol": {
        0x61: "α",
        0x62: "β",
        0x67: "γ",
        0x44: "Δ",
        0x64: "δ",
        0x6C: "λ",
        0x6D: "μ",
        0x70: "π",
        0x73: "σ",
        0x53: "Σ",
        0x57: "Ω",
        0x77: "ω",
        0xA3: "≤",
        0xB3: "≥",
        0xB0: "°",
        0xB1: "±",
        0xB4: "×",
        0xB8: "÷",
        0xB9: "≠",
        0xBB: "≈",
        0xAE: "→",
        0xA5: "∞",
    },
}
_BULLET = "•"


def needs_decoding(text: str, font: str | None) -> bool:
    """Whether a font's own coding (TCVN3 for ``.Vn…``, VNI for ``VNI-…``) hides the letters: it holds letters
    beyond ASCII and none that only Unicode has."""
    if not font or text.isascii() or not _LEGACY_FONT.match(font):
        return False
    return not _ONLY_UNICODE.search(text)


def names_legacy_font(text: str) -> str | None:
    """The first legacy font named in a style sheet or attribute, or None."""
    found = re.search(r"(?<![\w.])(?:\.Vn|VNI-)[\w -]*", text)
    return found[0].strip() if found else None


def replace_symbols(text: str, font: str | None) -> str:
    """Text of a symbol font as the Unicode signs it shows; other fonts' text unchanged.

    Word stores symbol characters at their code or at U+F000 + code.
    """
    key = (font or "").strip().lower()
    if key == "symbol":
        # Ordinary letters in this font are nearly always typed text that shows in a substitute font.
        return "".join(_symbol(key, char) if ord(char) >= 0xF000 else char for char in text)
    if key.startswith("wingdings"):
        return "".join(char if char.isspace() else _symbol(key, char) for char in text)
    return text


def _symbol(font: str, char: str) -> str:
    code = ord(char) - 0xF000 if 0xF000 <= ord(char) <= 0xF0FF else ord(char)
    if code > 0xFF:
        return char
    return _SYMBOLS.get(font, {}).get(code, _BULLET)
