"""Amounts of money written in words (``hai tỷ đồng``, ``một tỷ hai trăm triệu đồng``), in đồng."""

from __future__ import annotations

import re

from ingest.money_units import BILLION, MILLION

_ONES = ["khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin"]
_DIGITS = {word: digit for digit, word in enumerate(_ONES)} | {"lam": 5, "tu": 4}
_DIGIT = rf"(?:{'|'.join(sorted(_DIGITS))})"
_UNDER_HUNDRED = rf"(?:{_DIGIT}(?: muoi(?: {_DIGIT})?)?|muoi(?: {_DIGIT})?)"
_UNDER_THOUSAND = rf"(?:{_DIGIT} tram(?: (?:(?:linh|le) {_DIGIT}|{_UNDER_HUNDRED}))?|{_UNDER_HUNDRED})"
_AMOUNT = re.compile(
    rf"(?:^|[:(])\s*(?:(?:khoang|khong qua|khong vuot qua|toi da|duoi) )?(?P<all>"
    rf"(?:(?P<billions>{_UNDER_THOUSAND}) t[yi](?P<half> ruoi)?)?\b ?(?:(?P<millions>{_UNDER_THOUSAND}) trieu)?)"
    r"(?: dong| vnd| d)?(?: chan)?\s*(?=[.,;)(/\n]|trong do|$)"
)


def find_spoken(plain: str) -> tuple[int, int, int] | None:
    """The first amount in words that a folded text states at its beginning or behind a colon, as (start, end, đồng)."""
    for found in _AMOUNT.finditer(re.sub(r"\s", " ", plain)):
        if found["all"].strip():
            dong = _count(found["billions"]) * BILLION + _count(found["millions"]) * MILLION
            return found.start("all"), found.end(), dong + (BILLION // 2 if found["half"] else 0)
    return None


def _count(words: str | None) -> int:
    """The number below a thousand: tens and hundreds multiply what was said before them."""
    total = said = 0
    for word in (words or "").split():
        if word == "tram":
            total, said = said * 100, 0
        elif word == "muoi":
            total, said = total + (said or 1) * 10, 0
        else:
            said = _DIGITS.get(word, said)
    return total + said
