"""Values as Vietnamese forms write them: money, durations, years, options, readiness levels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from ingest.vietnamese import fold

BILLION, MILLION, THOUSAND, DONG = 1_000_000_000, 1_000_000, 1_000, 1
_UNITS = {"ty": BILLION, "ti": BILLION, "trieu": MILLION, "tr": MILLION, "trd": MILLION, "nghin": THOUSAND}
_UNITS |= {"ngan": THOUSAND, "dong": DONG, "vnd": DONG, "d": DONG, "billion": BILLION, "million": MILLION}
_NUMBER = r"\d[\d.,]*\d|\d"
_UNIT = r"(?:ty|ti|trieu|trd|tr|nghin|ngan|dong|vnd|billion|million|d)\b"
_AMOUNT = re.compile(rf"(?<![\w.,/])({_NUMBER})\s*((?:{_UNIT}\.?\s*)*)(?:\(?vnd\)?)?(?![\w/])")
_HEADER_UNIT = re.compile(r"\b(ty|ti|trieu|trd|tr|nghin|ngan|dong|vnd|million|billion)\b")
_UNITLESS_IS_MILLIONS_BELOW = 1_000_000
# More than the yearly product of the country is a misread number.
_MOST_MONEY = 10**16

_MONTH_YEAR = r"(?:thang\s*)?(0?[1-9]|1[0-2])\s*[/.-]\s*((?:19|20)\d\d)"
_DAY = r"(?:ngay\s*)?(?:(?:0?[1-9]|[12]\d|3[01])\s*[/.-]\s*)?"
_PERIOD = re.compile(rf"{_DAY}{_MONTH_YEAR}\s*(?:den|toi|[-–—])\s*(?:het\s*)?{_DAY}{_MONTH_YEAR}")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_MONTHS = re.compile(r"(?<!\d)(\d{1,3})(?:\s*\([a-z ]+\))?\s*(?:thang|months?)\b(?!\s*\d)")
_YEARS_LONG = re.compile(r"(?<!\d)(\d{1,2}(?:[.,]\d)?)\s*(?:nam|years?)\b(?!\s*(?:19|20)\d\d)")
_DURATION_ONLY = re.compile(
    rf"\s*(?:\d{{1,3}}\s*(?:thang|nam)\s*[,;:(]*\s*)?(?:tu\s*)?(?:{_PERIOD.pattern}|(?:19|20)\d\d\s*[-–—]\s*(?:19|20)\d\d"
    r"|(?:nam\s*)?(?:19|20)\d\d)?\s*\)?\s*\.?\s*"
)

_EMPTY_BOXES = "☐□▢⬜❏❑◻○◯"
_TICKED_BOXES = "☒☑✓✔✅■◼▣⊠●◉⬛"
_BOX = re.compile(rf"([{_EMPTY_BOXES}]|\[\s?\]|\(\s\))|([{_TICKED_BOXES}]|\[[xX✓✔]\]|\([xX✓✔]\))")
# An ellipsis at the end of a word is punctuation.
_LEADER = re.compile(r"[.…_]{4,}|(?<!\w)…+|…{2,}|_{3,}")

_STATUS = re.compile(
    r"\b(?:xuat sac|kha|dat|khong dat|gioi|tot|trung binh|dang thuc hien|dang trien khai|dang tien hanh|"
    r"(?:da |chua )?nghiem thu.*|(?:da )?hoan thanh|(?:da )?ket thuc|dung thuc hien|de xuat|"
    r"(?:cho |da )?phe duyet)\b"
)


@dataclass(frozen=True, slots=True)
class Money:
    """`dong` is in đồng. `is_sure` is false when no unit was written and the size suggested it;
    `is_whole` is true when the amount was all the text said."""

    dong: int
    is_sure: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Period:
    """`months` is the duration; `is_whole` is true when nothing else was said."""

    months: int | None
    year_from: int | None
    year_to: int | None
    is_whole: bool


def parse_number(text: str, unit: int = DONG) -> Decimal | None:
    """A number in Vietnamese or English writing: ``2.850`` = 2850, ``1,5`` = 1.5, ``1.234.567,8``, ``29.6`` = 29.6.

    A single separator before exactly three digits groups thousands – except where `unit` is a billion, because
    ``1,125 tỷ`` is a decimal.
    """
    text = text.strip().replace("\xa0", "").replace(" ", "")
    if not re.fullmatch(r"\d+(?:[.,]\d+)*", text):
        return None
    separators = re.findall(r"[.,]", text)
    if not separators:
        return Decimal(text)
    last = separators[-1]
    tail = text.rsplit(last, 1)[1]
    if len(set(separators)) == 2:
        other = "," if last == "." else "."
        return Decimal(text.replace(other, "").replace(last, "."))
    groups = len(separators) > 1 or (len(tail) == 3 and unit != BILLION and not text.startswith("0"))
    return Decimal(text.replace(last, "") if groups else text.replace(last, "."))


def money_unit(header: str) -> int | None:
    """How many đồng one unit of a column is, from its header: ``Kinh phí (triệu đồng)`` → 1 000 000; None if unsaid."""
    plain = fold(header)
    inside = re.search(r"(?:\(|dvt:?|don vi(?: tinh)?:?|,)\s*([^()]*)\)?\s*$", plain)
    found = _HEADER_UNIT.search(inside.group(1)) if inside else None
    found = found or re.search(r"\b(trieu|ty|nghin|ngan)(?= (?:dong|vnd))", plain)
    return _UNITS[found.group(1)] if found else None


def find_amounts(text: str, unit: int | None = None) -> list[tuple[int, int, Money]]:
    """Every amount of money in the text as (start, end, Money). A bare number counts only when it is all the text
    or a `unit` is given."""
    plain = fold(text)
    found: list[tuple[int, int, Money]] = []
    for match in _AMOUNT.finditer(plain):
        written = [_UNITS[word] for word in re.findall(r"[a-z]+", match.group(2))]
        factor = written[0] if written else unit
        if len(written) > 1 and written[0] in (THOUSAND, MILLION) and written[1] == BILLION:
            factor = written[0] * BILLION
        alone = not plain[: match.start()].strip() and not plain[match.end() :].strip(" .;")
        number = parse_number(match.group(1).strip(".,"), factor or DONG)
        if number is None or (factor is None and not alone):
            continue
        is_sure = factor is not None
        if factor is None:
            factor = MILLION if number < _UNITLESS_IS_MILLIONS_BELOW else DONG
        dong = int(number * factor)
        if dong > _MOST_MONEY:
            continue
        if found and is_sure and dong < found[-1][2].dong and not plain[found[-1][1] : match.start()].strip():
            # "2 tỷ 500 triệu đồng" is one amount.
            start, _, first = found.pop()
            is_whole = not plain[:start].strip() and not plain[match.end() :].strip(" .;")
            found.append((start, match.end(), Money(first.dong + dong, first.is_sure, is_whole)))
        else:
            found.append((match.start(), match.end(), Money(dong, is_sure, alone)))
    return found


def parse_money(text: str, unit: int | None = None) -> Money | None:
    """The total that a budget field states, in đồng, None when it states none.

    ``2.850 triệu đồng, trong đó …`` is the first amount; a line that says *tổng* wins over the others; a list of
    parts only (``- Ngân sách nhà nước: … - Nguồn khác: …``) is summed. `unit` comes from the label or header. A
    bare number without any unit below one million is taken as millions of đồng and marked unsure.
    """
    amounts = find_amounts(text, unit)
    if not amounts:
        return None
    plain = fold(text)
    for start, _, money in amounts:
        if re.search(r"\btong\b[^\d]{0,40}$", plain[:start]):
            return money
    first = amounts[0][2]
    parts = [
        money
        for start, _, money in amounts
        if re.search(r"(?:ngan sach|nguon|doi ung|tu co|khac)[^\d;\n]{0,60}$", plain[:start])
    ]
    if len(parts) == len(amounts) and len(parts) > 1:
        return Money(sum(money.dong for money in parts), all(money.is_sure for money in parts), False)
    return first


def parse_period(text: str) -> Period:
    """Duration in months and calendar years of ``24 tháng (từ tháng 01/2026 đến tháng 12/2027)``,
    ``2019–2021``, ``18 tháng``, ``2 năm``, ``Quý III năm 2026``. A duration not written is counted from its months."""
    plain = fold(text)
    months = int(found.group(1)) if (found := _MONTHS.search(plain)) else None
    if months is None and (found := _YEARS_LONG.search(plain)):
        months = int(Decimal(found.group(1).replace(",", ".")) * 12)
    years = [int(year) for year in _YEAR.findall(plain)]
    if found := _PERIOD.search(plain):
        first, start, last, end = (int(group) for group in found.groups())
        months = months or max((end - start) * 12 + last - first + 1, 0) or None
        years = [start, end]
    year_from, year_to = (min(years), max(years)) if years else (None, None)
    said_something = months is not None or bool(years)
    return Period(months, year_from, year_to, said_something and _DURATION_ONLY.fullmatch(plain) is not None)


def parse_year(text: str) -> int | None:
    """The last calendar year in the text (publications name it last)."""
    years = _YEAR.findall(text)
    return int(years[-1]) if years else None


def parse_trl(text: str) -> int | None:
    """Technology readiness level, 1–9, of ``TRL 6``, ``TRL: 4-5`` (the lower) or a bare digit."""
    found = re.search(r"trl\D{0,12}([1-9])(?!\d)", fold(text)) or re.fullmatch(
        r"\s*(?:muc|cap)?\s*([1-9])\s*", fold(text)
    )
    return int(found.group(1)) if found else None


def parse_orcid(text: str) -> str | None:
    """An ORCID as ``0000-0002-1825-0097`` when its ISO 7064 check digit is right, else None."""
    found = re.search(r"(?<!\d)(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])(?![\dXx])", text)
    if not found:
        return None
    digits = found.group(1).upper().replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return found.group(1).upper() if digits[-1] == ("X" if check == 10 else str(check)) else None


def is_status(text: str) -> bool:
    """Whether the text is nothing but the state or the grade of a task (``Đang thực hiện``, ``Khá``, ``Không đạt``)."""
    return len(text) <= 40 and _STATUS.match(fold(text.strip())) is not None


def has_boxes(text: str) -> bool:
    """Whether the text offers options with check-boxes."""
    return _BOX.search(text) is not None


def ticked_options(text: str) -> tuple[str, ...]:
    """The options whose boxes are ticked, in order. Boxes stand before their options, or after them when the text
    begins with an option."""
    boxes = list(_BOX.finditer(text))
    if not boxes:
        return ()
    before = not text[: boxes[0].start()].strip() or text[: boxes[0].start()].rstrip().endswith(":")
    chosen = []
    for place, box in enumerate(boxes):
        if before:
            end = boxes[place + 1].start() if place + 1 < len(boxes) else len(text)
            option = text[box.end() : end]
        else:
            option = text[boxes[place - 1].end() if place else 0 : box.start()]
        if box.group(2) and (option := " ".join(option.split()).strip(" ;,.")):
            chosen.append(option)
    return tuple(chosen)


def strip_leaders(text: str) -> str:
    """The text without the dotted or underscored leaders of an empty form (``Họ và tên: ........ Lan .....``)."""
    return re.sub(r"[ \t]{2,}", " ", _LEADER.sub(" ", text)).strip() if _LEADER.search(text) else text.strip()
