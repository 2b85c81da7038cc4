"""Amounts of money as Vietnamese and English offices write them, in đồng, with how sure their reading is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.money_units import BILLION, DONG, MILLION, PER, UNIT, written_unit
from ingest.number_signs import AMOUNT, UNTOLD, Number, Signs, parse_number
from ingest.spoken_amounts import find_spoken
from ingest.vietnamese import fold

_NOT_DONG_AFTER = re.compile(r"\s*(?:%|phan tram|usd|eur|us\$|\$|€|do la|euro)")
_NOT_DONG_BEFORE = re.compile(r"(?:usd|eur|\$|€)\s*$")
_COUNTED_BEFORE = re.compile(r"\b(?:nam|thang|quy|dot|giai doan|lan|phan|muc|so|ngay)\s*(?:thu\s*)?$")
_WORD_BEFORE = re.compile(r"\w\s*$")
_RANGE_BEFORE = re.compile(rf"\d\s*{UNIT}?\s*(?:[-–—]|den|toi)\s*$")
# Between the ends of a range; the lower one may leave its unit to the upper one.
_TO = r"\s*(?:[-–—]|den|toi)\s*(?:(?:duoi|khong qua|khong vuot qua|toi da|khoang)\s+)?"
_RANGE = re.compile(_TO)
_RANGE_AFTER = re.compile(rf"{_TO}\d")
_RATE_AFTER = re.compile(rf"\s*{PER}")
_RATE_BEFORE = re.compile(r"\b(?:moi|hang)\s+(?:nam|thang|quy)\b\D{0,20}$")
_TOTAL_LINE = re.compile(r"\W*(?:tong cong|cong|tong so|tong|total)\b")
# Not where the row goes on with the name of another column.
_TOTAL_SAID = re.compile(r"\btong\b(?:(?! – [^\d:]*:)\D){0,40}$")
_TOTAL_COLUMN = re.compile(r"[-–]\s*tong(?: so| cong| kinh phi)?\s*(?:\([^()]*\))?\s*:\s*$")
_HALF_AFTER = re.compile(r"\s*ruoi\b(?:\s*(?:dong|vnd|d)\b)?")
# "1 tỷ 2" is said for 1,2 tỷ, "1 tỷ 50" for 1,05 tỷ.
_TAIL_AFTER = re.compile(r"\s+(?P<tail>\d{1,3})(?=\s*(?:[.,;)]\s|[;)]|\.?$))")
_YEAR_AFTER = re.compile(r"\s*\)?\s*:")
_SOURCE_BEFORE = re.compile(
    r"(?:ngan sach|nsnn|nstw|nsdp|nguon|von|doi ung|tu co|khac|doanh nghiep|huy dong|tai tro|trung uong|dia phuong)"
    r"[^\d;\n]{0,60}$"
)
# What is asked for is a part beside what is told of another source only.
_ASKED_BEFORE = re.compile(r"\b(?:de nghi|de xuat|xin|can|duoc)?\s*(?:ho tro|cap|vay)\b[^\d;\n]{0,40}$")
_PARTS_FOLLOW = re.compile(r"\b(?:trong do|bao gom|gom)\b")
_YEAR_BEFORE = re.compile(
    r"\b(?:nam(?: thu)? (?:\d{1,4}|nhat|hai|ba|tu|nam|i{1,3}|iv)|(?:19|20)\d\d|dot \d+)\s*\)?\s*(?:[:=–-]|la)?\s*$"
)
# A band of amounts that a form prints as an option, on folded text.
_FIGURE = rf"\d(?:[\d.,]{{0,20}}\d)?\s*(?:{UNIT}\s*){{0,2}}"
_LIMIT = r"(?:\b(?:tu|tren|duoi|hon|den|toi(?: da| thieu)?|khong qua)\b|[<>≤≥]=?)\s*"
_BAND = re.compile(rf"(?:{_LIMIT})?{_FIGURE}(?:[-–—]|\b(?:den|toi)\b)\s*(?:{_LIMIT})?{_FIGURE}|{_LIMIT}{_FIGURE}")
# How many characters around an amount can say something about it.
_NEAR = 120
# A field that tells a total does so before this many characters.
_LONGEST_BUDGET = 20_000
_UNITLESS_IS_MILLIONS_BELOW = 1_000_000
# More than the yearly product of the country is a misread number.
_MOST_MONEY = 10**16
# No task costs less, hardly a programme more; beyond ten thousand billions the header does not count.
_LEAST_COST, _MOST_COST, _IMPOSSIBLE_COST = 100_000, 10**12, 10**13
_GUESSED_UNIT, _SPOKEN = 0.6, 0.8


@dataclass(frozen=True, slots=True)
class Money:
    """`dong` is in đồng. `confidence` (0–1) is below 1 where the unit or a sign was guessed, or the amount is none
    that a task costs; `is_whole` is true when the amount was all the text said."""

    dong: int
    confidence: float
    is_whole: bool


def find_amounts(text: str, unit: int | None = None, signs: Signs = UNTOLD) -> list[tuple[int, int, Money]]:
    """Every amount of money in the text as (start, end, Money). A bare number counts only when it is all the text
    or a `unit` is given. Percentages and other currencies are no amounts."""
    plain = fold(text)
    begin, end = len(plain) - len(plain.lstrip()), len(plain.rstrip(" .;"))
    found: list[tuple[int, int, Money]] = []
    factor_before = DONG
    for match in AMOUNT.finditer(plain):
        before, after = plain[max(0, match.start() - _NEAR) : match.start()], plain[match.end() : match.end() + _NEAR]
        if _NOT_DONG_AFTER.match(after) or _NOT_DONG_BEFORE.search(before):
            continue
        factor = written_unit(match["unit"]) or (DONG if match["before"] else None)
        is_written = factor is not None
        if not is_written and _RANGE_AFTER.match(after):
            continue
        is_first = match.start() <= begin
        alone = is_first and match.end() >= end
        number = parse_number(match["number"], factor or unit or DONG, signs)
        is_year = not is_written and re.fullmatch(r"(?:19|20)\d\d", match["number"]) and _YEAR_AFTER.match(after)
        is_taken = bool(found) and match.start() < found[-1][1]
        if (
            number is None
            or is_year
            or is_taken
            or (not is_written and not alone and (unit is None or _COUNTED_BEFORE.search(before)))
        ):
            continue
        money = _amount(number, factor, unit)
        if money is None:
            continue
        if is_written and match["number"].count(".") == 1 and "," not in match["number"] and factor == MILLION:
            # "2.850 triệu đồng" is how it is written.
            money = replace(money, confidence=1.0)
        end_of_amount = match.end()
        if is_written and factor is not None and (half := _HALF_AFTER.match(after)):
            end_of_amount += half.end()
            money = Money(money.dong + factor // 2, money.confidence, is_first and end_of_amount >= end)
        elif factor == BILLION and "," not in match["number"] and (tail := _TAIL_AFTER.match(after)):
            end_of_amount += tail.end()
            more = int(tail["tail"]) * MILLION * (100 if len(tail["tail"]) == 1 else 1)
            money = Money(money.dong + more, _GUESSED_UNIT, is_first and end_of_amount >= end)
        is_said_otherwise = (
            _RANGE_BEFORE.search(before) or after.startswith("/") or (match["space"] and _WORD_BEFORE.search(before))
        )
        if is_said_otherwise or (not is_written and not is_first and not before.rstrip().endswith(":")):
            money = replace(money, confidence=_GUESSED_UNIT)
        money = replace(money, is_whole=alone)
        is_beside = bool(found) and is_written and not plain[found[-1][1] : match.start()].strip()
        if is_beside and money.dong < found[-1][2].dong and (factor or DONG) < factor_before:
            # "2 tỷ 500 triệu đồng" is one amount.
            start, _, first = found.pop()
            is_whole = start <= begin and end_of_amount >= end
            sure = min(first.confidence, money.confidence)
            found.append((start, end_of_amount, Money(first.dong + money.dong, sure, is_whole)))
        else:
            if is_beside:
                # Two amounts side by side, of which one may be struck out.
                found[-1] = (*found[-1][:2], replace(found[-1][2], confidence=_GUESSED_UNIT))
            found.append((match.start(), end_of_amount, money))
        factor_before = factor or DONG
    return found


def _without_lower_ends(plain: str, amounts: Sequence[tuple[int, int, Money]]) -> list[tuple[int, int, Money]]:
    """The amounts, of each range (``từ 1,5 tỷ đến 2 tỷ``) only what it goes up to: a task may cost no more."""
    kept: list[tuple[int, int, Money]] = []
    for start, end, money in amounts:
        is_upper = kept and money.dong >= kept[-1][2].dong and _RANGE.fullmatch(plain, kept[-1][1], start)
        if is_upper:
            kept[-1] = start, end, replace(money, confidence=min(money.confidence, _GUESSED_UNIT))
        else:
            kept.append((start, end, money))
    return kept


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
    parts only (``- Ngân sách nhà nước: … - Nguồn khác: …``, ``Năm 2026: … năm 2027: …``) is summed. `unit` comes from
    the label or header, `signs` from the column. A bare number without any unit below one million is taken as millions
    of đồng, unsurely. What each year or each ton costs (``300 triệu đồng/năm``) is no total; a range counts as what it
    goes up to, unsurely.
    """
    text = text[:_LONGEST_BUDGET]
    plain = fold(text)
    amounts = [
        (start, end, money)
        for start, end, money in find_amounts(text, unit, signs)
        if not _RATE_AFTER.match(plain, end) and not _RATE_BEFORE.search(plain, max(0, start - _NEAR), start)
    ]
    amounts = _without_lower_ends(plain, amounts)
    if not amounts and (spoken := find_spoken(plain)):
        start, end, dong = spoken
        if not _RATE_AFTER.match(plain, end) and dong:
            return Money(dong, _SPOKEN, plain.strip(" .;") == plain[start:end].strip())
    if not amounts:
        return None
    if plain[: amounts[0][0]].strip() and (total := _total_line(plain, amounts)):
        return total
    for start, _, money in amounts:
        before = plain[max(0, start - _NEAR) : start]
        if _TOTAL_SAID.search(before) and not _TOTAL_COLUMN.search(before):
            return money
    return _sum_of_parts(plain, amounts) or amounts[0][2]


def without_bands(text: str) -> str:
    """The text of ticked options, folded, without those that say how much at least or at most (``1–5 tỷ``, ``Dưới 1
    tỷ``): they are no amounts."""
    return _BAND.sub(" ", fold(text[:_LONGEST_BUDGET]))


def _sum_of_parts(plain: str, amounts: Sequence[tuple[int, int, Money]]) -> Money | None:
    """What the parts of a budget sum up to, unsurely where they are not all sources or all years; None where the first
    amount is no part, or is the sum of the others."""
    if len(amounts) < 2:
        return None
    ends = [0, *(end for _, end, _ in amounts)]
    labels = [plain[max(end, start - _NEAR) : start] for end, (start, _, _) in zip(ends, amounts, strict=False)]
    sources, years = ([bool(said.search(label)) for label in labels] for said in (_SOURCE_BEFORE, _YEAR_BEFORE))
    if any(sources) and not any(_PARTS_FOLLOW.search(label) for label in labels[1:]):
        sources = [
            is_source or bool(_ASKED_BEFORE.search(label)) for is_source, label in zip(sources, labels, strict=True)
        ]
    first, *others = (money for _, _, money in amounts)
    if not (sources[0] or years[0]) or first.dong == sum(money.dong for money in others):
        return None
    sure = min(money.confidence for money in (first, *others))
    if any(plain[start:end].strip()[-1:].isdecimal() for start, end, _ in amounts):
        sure = min(sure, _GUESSED_UNIT)  # "Năm thứ nhất: 500; năm thứ hai: 700" under the unit of a header
    if all(sources) or all(years):
        return Money(first.dong + sum(money.dong for money in others), sure, False)
    return replace(first, confidence=min(sure, _GUESSED_UNIT))
