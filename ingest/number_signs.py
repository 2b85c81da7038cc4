"""What points, commas and spaces in written numbers mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ingest.money_units import BILLION, DONG, MILLION, UNIT
from ingest.vietnamese import fold

# Between thousands stand spaces of any width too, and apostrophes.
_SPACES = " \u00a0\u2007\u2009\u202f'’"
_IN_SPACED_GROUPS = rf"\d{{1,3}}(?:(?P<space>[{_SPACES}])\d{{3}}(?:(?P=space)\d{{3}})*)(?!\d)(?:[.,]\d+)?"
_NUMBER = rf"{_IN_SPACED_GROUPS}|(?:\d[\d.,]*\d|\d)(?:e[+-]?\d{{1,2}}(?!\d))?"
# What was taken stays taken: "500 triệu/năm" is no bare 500.
AMOUNT = re.compile(
    rf"(?<![\w.,/])(?P<before>(?:vnd|₫)\s*)?(?P<number>(?>{_NUMBER}))(?P<unit>(?:\s*\(?{UNIT}\.?\)?)*+)(?:(?<=\d)(?![\w/])|(?<!\d)(?!\w))"
)
_GUESSED_SIGN = 0.8


@dataclass(frozen=True, slots=True)
class Signs:
    """What one writer of numbers puts before decimals and between thousands: ``.`` or ``,``; None where he did not
    tell."""

    decimal: str | None = None
    group: str | None = None


UNTOLD = Signs()
FROM_PROGRAM = Signs(decimal=".")
"""Of numbers that a program wrote out: what a spreadsheet or JSON holds as a number."""


@dataclass(frozen=True, slots=True)
class Number:
    """`confidence` (0–1) is below 1 where a sign may as well mean the other thing."""

    value: Decimal
    confidence: float = 1.0


def parse_number(text: str, unit: int = DONG, signs: Signs = UNTOLD) -> Number | None:
    """A number in Vietnamese or English writing: ``2.850`` = 2850, ``1,5`` = 1.5, ``1.234.567,8``, ``1 500``,
    ``2.85e9``; None for what is none (``1.2.3``).

    One sign before exactly three digits is what `signs` tells. Untold, it groups thousands – a task costs thousands
    of millions, and thousandths of a million are not written – except where `unit` is a billion: ``1,125 tỷ``.
    """
    text = re.sub(rf"[{_SPACES}]", "", text.strip()).lower()
    mantissa, has_exponent, exponent = text.partition("e")
    if not re.fullmatch(r"\d+(?:[.,]\d+)*", mantissa) or (has_exponent and not re.fullmatch(r"[+-]?\d{1,2}", exponent)):
        return None
    parts = re.split(r"[.,]", mantissa)
    found = re.findall(r"[.,]", mantissa)
    if has_exponent:
        return Number(Decimal(".".join(parts)).scaleb(int(exponent))) if len(found) < 2 else None
    if not found:
        return Number(Decimal(mantissa))
    whole, decimals = Decimal("".join(parts)), Decimal("".join(parts[:-1]) + "." + parts[-1])
    if len(set(found)) == 2:
        if found.count(found[-1]) > 1:
            return Number(whole, _GUESSED_SIGN) if _are_groups(parts) else None
        return Number(decimals) if _are_groups(parts[:-1]) else None
    if len(found) > 1:
        return Number(whole) if _are_groups(parts) else None
    if not _are_groups(parts) or parts[0].startswith("0"):
        return Number(decimals)
    return _read_single(parts, found[0], unit, signs, whole, decimals)


def _read_single(parts: list[str], sign: str, unit: int, signs: Signs, whole: Decimal, decimals: Decimal) -> Number:
    if signs.decimal == sign and signs.group != sign:
        # Who writes 29.6 does not write 1.200 for 1.2.
        return Number(whole, _GUESSED_SIGN) if parts[1].endswith("0") else Number(decimals)
    if signs.group == sign or signs.decimal is not None:
        return Number(whole)
    if signs.group is not None:
        return Number(decimals)
    if unit == BILLION:
        return Number(decimals, _GUESSED_SIGN if parts[1].endswith("0") else 1.0)
    return Number(whole, _GUESSED_SIGN if unit == MILLION else 1.0)


def _are_groups(parts: list[str]) -> bool:
    return len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])


def learn_signs(texts: Iterable[str]) -> Signs:
    """What the numbers of one column tell about its signs.

    ``29.6`` or ``1200.5`` show a decimal sign, ``1.200.000`` one between thousands. Where every number with a sign
    has three digits behind it (``1.200``, ``2.850``, ``800``), and none of four digits stands without, the sign groups.
    """
    decimals: set[str] = set()
    groups: set[str] = set()
    single: list[tuple[str, str]] = []
    plain: list[int] = []
    for text in texts:
        match = AMOUNT.fullmatch(fold(text.strip()))
        number = re.sub(rf"[{_SPACES}]", "", match["number"]) if match else ""
        parts, found = re.split(r"[.,]", number), re.findall(r"[.,]", number)
        if not found and number.isdecimal():
            plain.append(len(number))
        elif len(set(found)) == 2 and found.count(found[-1]) == 1 and _are_groups(parts[:-1]):
            decimals.add(found[-1])
            groups.add(found[0])
        elif len(found) > 1 and len(set(found)) == 1 and _are_groups(parts):
            groups.add(found[0])
        elif len(found) == 1 and (not _are_groups(parts) or parts[0].startswith("0")):
            decimals.add(found[0])
        elif len(found) == 1:
            single.append((parts[0], found[0]))
    decimals, groups = decimals - groups, groups - decimals
    signs = {sign for _, sign in single}
    is_alike = not decimals and not groups and len(signs) == 1 and len(single) > 1 and max(plain, default=0) < 4
    if is_alike and (plain or min(len(head) for head, _ in single) == 1):
        groups = signs
    return Signs(
        decimals.pop() if len(decimals) == 1 else None,
        groups.pop() if len(groups) == 1 else None,
    )
