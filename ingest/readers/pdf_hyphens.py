"""Hyphens at line ends: which divide a word, and which belong to a compound."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.readers.pdf_lines import Piece

_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_ALONE = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")
_FEWEST_LETTERS = (4, 3)
# First parts that stand with a hyphen, and second parts behind words of four letters and more.
_OPENING = frozenset({"well", "self"})
_CLOSING = frozenset(
    re.findall(
        r"\w+",
        "based known oriented driven friendly scale term quality effective efficient specific assisted powered sized "
        "shaped aware",
    )
)
# These too, but not behind a combining form (photosensitive, seronegative).
_QUALIFYING = frozenset(
    re.findall(
        r"\w+",
        "resistant limited dependent related sensitive responsive derived induced mediated tolerant positive negative "
        "associated acquired",
    )
)
_ENDINGS = frozenset({"ness", "ish", "less", "ed", "ing", "ington", "s"})
# Words that mostly are parts of words written as one (without, overhead; carefully, network).
_IN_FRONT = frozenset(
    re.findall(
        r"\w+",
        "over under with where there here some every inter super when what after fore back down out post anti poly "
        "hyper",
    )
)
_BEHIND = frozenset(
    re.findall(
        r"\w+",
        "fully able ably less ship hood ever thing where work works self selves ward wards body times one how what "
        "side line way day man men book like over off out up down in on ground land house room place time long",
    )
)


class Compounds:
    """Tells compounds by what a document writes within its lines. `words` stand alone there, `written` with their
    hyphens; all in small letters."""

    def __init__(self, words: frozenset[str], written: frozenset[str]) -> None:
        self._words = words
        self._written = written

    @classmethod
    def in_pieces(cls, pieces: Iterable[Piece]) -> Compounds:
        words: set[str] = set()
        written: set[str] = set()
        for piece in pieces:
            text = piece.text.lower()
            if "-" in text:
                written.update(_COMPOUND.findall(text))
            # The first word may be the rest of one that was divided.
            words.update(_ALONE.findall(text.partition(" ")[2]))
        return cls(frozenset(words), frozenset(written))

    def __call__(self, word: str) -> bool:
        """Whether a word that a line end divides behind a hyphen (``well-known``, ``state-of-the-art``) keeps it.

        It does where the document writes it so elsewhere, and does not where it writes it in one. Untold, it does where
        both parts are words of the document, in chains of more than two, and behind or before what mostly makes
        compounds.
        """
        word = word.lower()
        head, _, last = word.rpartition("-")
        before = head.rpartition("-")[2]
        if word in self._written:
            return True
        if before + last in self._words:
            return False
        if head.count("-") > 1:
            return True
        if before in _OPENING or (len(before) >= _FEWEST_LETTERS[0] and last in _CLOSING):
            return last not in _ENDINGS
        if len(before) >= _FEWEST_LETTERS[0] and last in _QUALIFYING:
            return not (before.endswith("o") or before in _IN_FRONT)
        are_long = len(before) >= _FEWEST_LETTERS[0] and len(last) >= _FEWEST_LETTERS[1]
        are_free = before not in _IN_FRONT and last not in _BEHIND
        return are_long and are_free and before in self._words and last in self._words
