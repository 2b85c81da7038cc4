"""What Tesseract is known to confuse, put right where nothing else can have been meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.readers.pdf_lines import Piece
from ingest.spelling import is_syllable

_LETTERS = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"[(\[]?[\d.,/:%-]*\d[\d.,/:%-]*[)\].,;:]?")
_REPAIRS: Sequence[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = (
    (re.compile(r"[—―]"), "–"),
    (re.compile(r"(?<=\d)[Oo](?=[\d.,/])"), "0"),
    (re.compile(r"(?<=\d)[lI|](?=\d)"), "1"),
    (re.compile(r"(?<=\w)(?:\(@|@\))(?=\w)"), "@"),
    (re.compile(r"^\([iïìí¡]{1,3}\)"), lambda found: f"({'i' * (len(found[0]) - 2)})"),
    (re.compile(r"^(P?)G[S5]\.[TIilt1][S5]\.?$"), r"\1GS.TS."),
    (re.compile(r"^(P?)G[S5]\.$"), r"\1GS."),
)
_UNITS = frozenset(("kg", "mg", "ml", "km", "cm", "mm", "kW", "kWh", "MW", "kV", "Hz", "Pa", "kPa", "MPa", "pH"))
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_LOOKS_ROMAN = re.compile(r"(?P<number>[IVXHLTl1|]{1,5})\.\s*(?=(?P<title>[^\W\d_]{2}))")
_COUNTED = re.compile(r"(?P<before>\b(?:[Qq]uý|Dạng)\s)(?P<number>[IHTl1|]{1,5})(?![\w])")
_ONE = re.compile(r"[Il|]\.\s+(?=[^\W\d_])")
_SMEARED = re.compile(r"(\d{1,2})_(?=\s+[^\W\d_])")
_STROKES = str.maketrans({"H": "II", "L": "I", "T": "I", "l": "I", "1": "I", "|": "I"})
_ITEM = re.compile(r"(?P<number>\d{1,2})(?P<mark>[.,])(?=\s+[^\W\d_])")


def repair_word(word: str) -> str:
    """``2O26`` → 2026, ``a(@b.vn`` → a@b.vn, ``PGS.i5.`` → PGS.TS., ``øỗ`` → gỗ; everything else is left."""
    for pattern, meant in _REPAIRS:
        word = pattern.sub(meant, word)
    if "ø" in word:
        meant = word.replace("ø", "g")
        if all(is_syllable(part.lower()) for part in _LETTERS.findall(meant)):
            return meant
    return word


def repair_line(line: str) -> str:
    """``Quý HI`` → Quý III: there are three at most before IV; ``9_ Thư ký`` → 9 Thư ký: the border of its cell."""
    if found := _SMEARED.match(line):
        line = found[1] + line[found.end() :]
    return _COUNTED.sub(lambda found: found["before"] + _ROMAN[min(3, len(_strokes(found["number"])))], line)


def is_wordlike(word: str) -> bool:
    """Whether letters are Vietnamese syllables, units, an address or capitals, or the word is a number."""
    if _NUMBER.fullmatch(word) or "@" in word:
        return True
    found = _LETTERS.findall(word)
    return bool(found) and all(
        part in _UNITS or is_syllable(part.lower()) or (part.isupper() and len(part) > 1) for part in found
    )


def repair_numbering(lines: Sequence[Piece]) -> dict[int, Piece]:
    """The lines, by the `id` of what they were, whose number at the beginning was misread: that before and that
    behind it say what it must be. `lines` are those of all pages from the first to the last."""
    repaired: dict[int, Piece] = {}
    # In capitals: before anything else a 1 is a 1.
    romans = [(piece, seen) for piece in lines if (seen := _LOOKS_ROMAN.match(piece.text)) and seen["title"].isupper()]
    last = 0
    for at, (piece, found) in enumerate(romans):
        written = found["number"]
        wanted = _ROMAN[last + 1] if last + 1 < len(_ROMAN) else ""
        following = romans[at + 1][1]["number"] if at + 1 < len(romans) else ""
        is_next = last + 2 < len(_ROMAN) and _strokes(following) == _ROMAN[last + 2]
        if written != wanted and wanted and (_strokes(written) == wanted or (is_next and _is_like(written, wanted))):
            repaired[id(piece)] = _renamed(piece, f"{wanted}. {piece.text[found.end() :]}")
            last += 1
        elif written in _ROMAN:
            last = _ROMAN.index(written)
    items = [(piece, seen) for piece in lines if (seen := _ITEM.match(piece.text))]
    for at, (piece, found) in enumerate(items):
        number = int(found["number"])
        beside = {int(other["number"]) - number for _, other in items[max(0, at - 1) : at + 2]}
        if found["mark"] == "," and beside & {-1, 1}:
            repaired[id(piece)] = _renamed(piece, f"{number}.{piece.text[found.end('mark') :]}")
    if not any(_strokes(found["number"]) == "II" for _, found in romans):
        repaired |= _ones(lines)
    return repaired


def _ones(lines: Sequence[Piece]) -> dict[int, Piece]:
    """``I.`` right before ``2.``, where there is no ``II.``: a one."""
    repaired: dict[int, Piece] = {}
    first: tuple[Piece, re.Match[str]] | None = None
    for piece in lines:
        if found := _ONE.match(piece.text):
            first = piece, found
        elif item := _ITEM.match(piece.text):
            if first and int(item["number"]) == 2:
                repaired[id(first[0])] = _renamed(first[0], f"1. {first[0].text[first[1].end() :]}")
            first = None
    return repaired


def _strokes(number: str) -> str:
    """``HI`` → III: how many strokes stand beside one another."""
    return number.translate(_STROKES)


def _is_like(number: str, wanted: str) -> bool:
    return set(_strokes(number)) == set(wanted) and abs(len(_strokes(number)) - len(wanted)) <= 1


def _renamed(piece: Piece, text: str) -> Piece:
    before = piece.recovery.unrepaired or piece.text
    return replace(piece, text=text, recovery=replace(piece.recovery, unrepaired=before))
