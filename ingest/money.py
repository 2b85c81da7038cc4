"""Amounts of money as Vietnamese and English offices write them, in đồng, with how sure their reading is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.vietnamese import fold

BILLION, MILLION, THOUSAND, DONG = 1_000_000_000, 1_000_000, 1_000, 1
_UNITS = {"ty": BILLION, "ti": BILLION, "trieu": MILLION, "tr": MILLION, "trd": MILLION, "nghin": THOUSAND}
_UNITS |= {"ngan": THOUSAND, "ngd": THOUSAND, "dong": DONG, "vnd": DONG, "d": DONG, "₫": DONG}
_UNITS |= {"billion": BILLION, "million": MILLION, "thousand": THOUSAND}
_UNIT = r"(?:(?:ty|ti|trieu|trd|tr|nghin|ngan|ngd|dong|vnd|billion|million|thousand|d)\b|₫)"
# Between thousands stand spaces of any width too, and apostrophes.
_SPACES = " \u00a0\u2007\u2009\u202f'’"
_IN_SPACED_GROUPS = rf"\d{{1,3}}(?:(?P<space>[{_SPACES}])\d{{3}}(?:(?P=space)\d{{3}})*)(?!\d)(?:[.,]\d+)?"
_NUMBER = rf"{_IN_SPACED_GROUPS}|(?:\d[\d.,]*\d|\d)(?:e[+-]?\d{{1,2}}(?!\d))?"
# What was taken stays taken: "500 triệu/năm" is no bare 500.
_AMOUNT = re.compile(
    rf"(?<![\w.,/])(?P<before>(?:vnd|₫)\s*)?(?P<number>(?>{_NUMBER}))(?P<unit>(?:\s*\(?{_UNIT}\.?\)?)*+)(?:(?<=\d)(?![\w/])|(?<!\d)(?!\w))"
)
_NOT_DONG_AFTER = re.compile(r"\s*(?:%|phan tram|usd|eur|us\$|\$|€|do la|euro)")
_NOT_DONG_BEFORE = re.compile(r"(?:usd|eur|\$|€)\s*$")
_COUNTED_BEFORE = re.compile(r"\b(?:nam|thang|quy|dot|giai doan|lan|phan|muc|so|ngay)\s*(?:thu\s*)?$")
_WORD_BEFORE = re.compile(r"\w\s*$")
_RANGE_BEFORE = re.compile(rf"\d\s*{_UNIT}?\s*(?:[-–—]|den|toi)\s*$")
_HEADER_UNIT = re.compile(
    r"\b(?P<many>1(?:[.,]?000){1,3})?\s*\b(?P<unit>ty|ti|trieu|trd|tr|nghin|ngan|ngd|dong|vnd|million|billion|d)\b"
)
_PER = (
    r"(?:/|\b(?:moi|mot|hang|per)\b)\s*(?:0?1\s+)?(?:nam|thang|quy|tuan|ngay|gio|vu|me|tan|ta|kg|lit|ha|hecta|m2|m3|m²|m³|cay"
    r"|con|san pham|nguoi|ho|luot|year|month|annum|week|day)\b"
)
_RATE_AFTER = re.compile(rf"\s*{_PER}")
_RATE_BEFORE = re.compile(r"\b(?:moi|hang)\s+(?:nam|thang|quy)\b\D{0,20}$")
_UNIT_SAID = re.compile(
    rf"\b(?:don vi(?: tinh)?\s*:|don vi tinh|dvt)\s*[:.]?\s*{_HEADER_UNIT.pattern}"
    r"(?:\s*(?:dong|vnd|d))?(?: viet nam)?\s*(?:[).;,]|$)"
)
_TOTAL_LINE = re.compile(r"\W*(?:tong cong|cong|tong so|tong|total)\b")
# Not where the row goes on with the name of another column.
_TOTAL_SAID = re.compile(r"\btong\b(?:(?! – [^\d:]*:)\D){0,40}$")
_TOTAL_COLUMN = re.compile(r"[-–]\s*tong(?: so| cong| kinh phi)?\s*(?:\([^()]*\))?\s*:\s*$")
# How many characters around an amount can say something about it.
_NEAR = 120
# A field that tells a total does so before this many characters.
_LONGEST_BUDGET = 20_000
_LONGEST_CAPTION = 250
_UNITLESS_IS_MILLIONS_BELOW = 1_000_000
# More than the yearly product of the country is a misread number.
_MOST_MONEY = 10**16
# No task costs less, hardly a programme more; beyond ten thousand billions the header does not count.
_LEAST_COST, _MOST_COST, _IMPOSSIBLE_COST = 100_000, 10**12, 10**13
_GUESSED_SIGN, _GUESSED_UNIT = 0.8, 0.6


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


@dataclass(frozen=True, slots=True)
class Money:
    """`dong` is in đồng. `confidence` (0–1) is below 1 where the unit or a sign was guessed, or the amount is none
    that a task costs; `is_whole` is true when the amount was all the text said."""

    dong: int
    confidence: float
    is_whole: bool


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
        match = _AMOUNT.fullmatch(fold(text.strip()))
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


def money_unit(header: str) -> int | None:
    """How many đồng one unit of a column is, from its header: ``Kinh phí (triệu đồng)`` → 1 000 000,
    ``ĐVT: 1.000 đồng`` → 1000; None if unsaid."""
    plain = fold(header)
    inside = re.search(r"(?:\(|dvt:?|don vi(?: tinh)?:?|,)\s*([^()]*)\)?\s*$", plain)
    found = _HEADER_UNIT.search(inside.group(1)) if inside else None
    found = found or re.search(r"(?P<many>)\b(?P<unit>trieu|ty|nghin|ngan)(?= (?:dong|vnd))", plain)
    if found is None:
        return None
    return _factor(found)


def _factor(found: re.Match[str]) -> int:
    many = int(re.sub(r"\D", "", found["many"])) if found["many"] else 1
    return many * _UNITS[found["unit"]]


def is_rate(header: str) -> bool:
    """Whether a header is of what each year or each ton costs (``Kinh phí (triệu đồng/năm)``)."""
    return re.search(_PER, fold(header)) is not None


def unit_said(text: str) -> int | None:
    """How many đồng one unit is where a line says so for the numbers below it (``Đơn vị tính: triệu đồng``,
    ``Bảng 1. Kinh phí (ĐVT: 1.000 đồng)``); None where none does."""
    for line in text[:_LONGEST_BUDGET].splitlines():
        plain = fold(line)
        if len(plain) <= _LONGEST_CAPTION and (found := _UNIT_SAID.search(plain)):
            return _factor(found)
    return None


def find_amounts(text: str, unit: int | None = None, signs: Signs = UNTOLD) -> list[tuple[int, int, Money]]:
    """Every amount of money in the text as (start, end, Money). A bare number counts only when it is all the text
    or a `unit` is given. Percentages and other currencies are no amounts."""
    plain = fold(text)
    begin, end = len(plain) - len(plain.lstrip()), len(plain.rstrip(" .;"))
    found: list[tuple[int, int, Money]] = []
    for match in _AMOUNT.finditer(plain):
        before, after = plain[max(0, match.start() - _NEAR) : match.start()], plain[match.end() : match.end() + _NEAR]
        if _NOT_DONG_AFTER.match(after) or _NOT_DONG_BEFORE.search(before):
            continue
        factor = _written_unit(match["unit"]) or (DONG if match["before"] else None)
        is_written = factor is not None
        is_first = match.start() <= begin
        alone = is_first and match.end() >= end
        number = parse_number(match["number"], factor or unit or DONG, signs)
        if number is None or (not is_written and not alone and (unit is None or _COUNTED_BEFORE.search(before))):
            continue
        money = _amount(number, factor, unit)
        if money is None:
            continue
        if is_written and match["number"].count(".") == 1 and "," not in match["number"] and factor == MILLION:
            # "2.850 triệu đồng" is how it is written.
            money = replace(money, confidence=1.0)
        is_said_otherwise = (
            _RANGE_BEFORE.search(before) or after.startswith("/") or (match["space"] and _WORD_BEFORE.search(before))
        )
        if is_said_otherwise or (not is_written and not is_first and not before.rstrip().endswith(":")):
            money = replace(money, confidence=_GUESSED_UNIT)
        money = replace(money, is_whole=alone)
        if found and is_written and money.dong < found[-1][2].dong and not plain[found[-1][1] : match.start()].strip():
            # "2 tỷ 500 triệu đồng" is one amount.
            start, _, first = found.pop()
            is_whole = start <= begin and match.end() >= end
            sure = min(first.confidence, money.confidence)
            found.append((start, match.end(), Money(first.dong + money.dong, sure, is_whole)))
        else:
            found.append((match.start(), match.end(), money))
    return found


def _total_line(plain: str, amounts: Sequence[tuple[int, int, Money]]) -> Money | None:
    """The total in the last row of a table of costs (``Tổng cộng – NSNN: 1.300 – Tổng: 1.500``)."""
    lines = [plain.rfind("\n", 0, start) + 1 for start, _, _ in amounts]
    totals = [
        (start, money)
        for line, (start, _, money) in zip(lines, amounts, strict=True)
        if line and _TOTAL_LINE.match(plain, line)
    ]
    named = (money for start, money in totals if _TOTAL_COLUMN.search(plain, max(0, start - _NEAR), start))
    return next(named, totals[0][1] if totals else None)


def _written_unit(text: str) -> int | None:
    """The unit in the words behind a number; None when there are none."""
    written = [_UNITS[word] for word in re.findall(r"[a-z]+|₫", text)]
    if len(written) > 1 and written[0] in (THOUSAND, MILLION) and written[1] == BILLION:
        return written[0] * BILLION
    return written[0] if written else None


def _amount(number: Number, factor: int | None, unit: int | None) -> Money | None:
    """`factor` is the unit written behind the number, `unit` that of its header."""
    confidence = number.confidence
    if factor is None and unit is None:
        factor, confidence = (MILLION if number.value < _UNITLESS_IS_MILLIONS_BELOW else DONG), _GUESSED_UNIT
    elif factor is None and unit is not None:
        factor = unit
        if unit > DONG and number.value >= MILLION and number.value * unit >= _IMPOSSIBLE_COST:
            factor = DONG
        if factor != unit or number.value * factor >= _MOST_COST:
            confidence = _GUESSED_UNIT
    dong = int(number.value * (factor or DONG))
    if dong > _MOST_MONEY:
        return None
    return Money(dong, _GUESSED_UNIT if 0 < dong < _LEAST_COST else confidence, True)


def parse_money(text: str, unit: int | None = None, signs: Signs = UNTOLD) -> Money | None:
    """The total that a budget field states, in đồng, None when it states none.

    ``2.850 triệu đồng, trong đó …`` is the first amount; a line that says *tổng* wins over the others; a list of
    parts only (``- Ngân sách nhà nước: … - Nguồn khác: …``) is summed. `unit` comes from the label or header, `signs`
    from the column. A bare number without any unit below one million is taken as millions of đồng, unsurely. What each
    year or each ton costs (``300 triệu đồng/năm``) is no total.
    """
    text = text[:_LONGEST_BUDGET]
    plain = fold(text)
    amounts = [
        (start, end, money)
        for start, end, money in find_amounts(text, unit, signs)
        if not _RATE_AFTER.match(plain, end) and not _RATE_BEFORE.search(plain, max(0, start - _NEAR), start)
    ]
    if not amounts:
        return None
    if plain[: amounts[0][0]].strip() and (total := _total_line(plain, amounts)):
        return total
    for start, _, money in amounts:
        before = plain[max(0, start - _NEAR) : start]
        if _TOTAL_SAID.search(before) and not _TOTAL_COLUMN.search(before):
            return money
    start, end, first = amounts[0]
    if len(amounts) > 1 and start and plain[start:end].strip()[-1:].isdecimal():
        # "Năm thứ nhất: 500; năm thứ hai: 700" under the unit of a header tells no total.
        first = replace(first, confidence=min(first.confidence, _GUESSED_UNIT))
    parts = [
        money
        for start, _, money in amounts
        if re.search(r"(?:ngan sach|nguon|doi ung|tu co|khac)[^\d;\n]{0,60}$", plain[max(0, start - _NEAR) : start])
    ]
    if len(parts) == len(amounts) and len(parts) > 1:
        return Money(sum(money.dong for money in parts), min(money.confidence for money in parts), False)
    return first
