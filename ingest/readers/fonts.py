"""What fonts say about characters: check-boxes in Wingdings, and where style sheets name old Vietnamese fonts."""

from __future__ import annotations

import re

from ingest.charsets import coding_of_font

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_FONT_FAMILY = re.compile(r"font-family\s*:\s*[\"']?([^\"',;]+)", re.IGNORECASE)

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


def legacy_fonts_of(css: str) -> dict[str, str]:
    """The fonts in old codings that a style sheet names, by tag (``p``), class (``.x``) or both (``p.msonormal``)."""
    fonts: dict[str, str] = {}
    for selectors, declarations in _RULE.findall(css):
        family = _FONT_FAMILY.search(declarations)
        if family and coding_of_font(family[1].strip()):
            for selector in selectors.split(","):
                last = selector.split()[-1:]
                fonts |= dict.fromkeys((name.lower() for name in last), family[1].strip())
    return fonts


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
