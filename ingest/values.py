"""Values as Vietnamese forms write them: durations, years, options, readiness levels."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ingest.vietnamese import fold

_MONTH_YEAR = r"(?:thang\s*|t\.?\s*)?(0?[1-9]|1[0-2])\s*(?:[/.-]|nam)\s*((?:19|20)\d\d)"
_DAY = r"(?:ngay\s*)?(?:(0?[1-9]|[12]\d|3[01])\s*(?:[/.-]\s*|,?\s(?=thang)))?"
_PERIOD = re.compile(rf"{_DAY}{_MONTH_YEAR}\s*(?:den|toi|[-–—])\s*(?:het\s*)?{_DAY}{_MONTH_YEAR}")
_QUARTER = r"quy\s*(i{1,3}|iv|[1-4])\s*(?:[/.-]|nam)?\s*((?:19|20)\d\d)"
_QUARTERS = re.compile(rf"{_QUARTER}\s*(?:den|toi|[-–—])\s*(?:het\s*)?{_QUARTER}")
_QUARTER_BEGUN = re.compile(rf"\b(?:tu|bat dau)\s*:?\s*(?:dau\s*)?{_QUARTER}")
_ROMAN_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_LAST_YEAR = 2099
_BEGINNING = re.compile(rf"\b(?:tu|bat dau)\s*:?\s*(?:{_DAY}{_MONTH_YEAR}|(?:nam\s*)?((?:19|20)\d\d))")
_MONTH_FIRST = re.compile(rf"\W*{_DAY}{_MONTH_YEAR}")
# With no beginning said before it.
_END_ALONE = re.compile(
    rf"(?:\D|\d{{1,3}}(?=\s*(?:thang|nam)\b))*?\b(?:den|toi|truoc)\s*(?:het\s*)?(?:{_DAY}{_MONTH_YEAR}|(?:nam\s*)?(?:19|20)\d\d)"
)
_UNTIL = re.compile(r"\b(?:den|toi)\b(?!\s*(?:nay|khi|hien)\b)|(?<=\d)\s*[-–—]")
_UNTIL_NOW = re.compile(r"(?:\b(?:den|toi)|[-–—])\s*(?:nay|khi|hien)\b")
_OUTLOOK = re.compile(r"(?<=\d)\W+(?:va\s+)?(?:dinh huong|tam nhin)\b.*")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_MONTHS = re.compile(r"(?<!\d)(\d{1,3})(?:\s*\([a-z ]+\))?\s*(?:thang|months?)\b(?!\s*\d)")
_YEARS_LONG = re.compile(r"(?<!\d)(\d{1,2}(?:[.,]\d)?)\s*(?:nam|years?)\b(?!\s*(?:19|20)\d\d)")
_YEARS_AND_MONTHS = re.compile(
    r"(?<!\d)(?P<years>\d{1,2})\s*(?:nam|years?)\s*(?:(?P<half>ruoi\b)|"
    r"(?:va |and )?\s*0?(?P<months>\d|1[01])\s*(?:thang|months?)\b(?!\s*\d))"
)
# "18 th" is short for months where nothing else is said.
_MONTHS_SHORT = re.compile(r"\W*(\d{1,3})\s*th\b\W*")
_DAYS = re.compile(r"(?<![\d.,])(\d{1,3})\s*(ngay|tuan|days?|weeks?)\b(?!\s*[\d/])")
_MONTHS_TO_MONTHS = re.compile(r"(?<!\d)\d{1,3}\s*thang\s*(?:den|toi|[-–—])\s*(\d{1,3})\s*thang\b(?!\s*\d)")
# Before a unit; ``năm`` is five as well as years.
_NUMBER_WORDS = {"nua": "0,5", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "sau": "6", "chin": "9"}
_NUMBER_WORD = re.compile(rf"(?<!muoi )\b({'|'.join(_NUMBER_WORDS)})(?=\s+(?:nam|thang)\b(?!\s*\d))")
_DURATION_ONLY = re.compile(
    rf"\s*(?:\d{{1,3}}(?:[.,]\d)?\s*(?:thang|nam(?:\s*ruoi|\s*(?:va\s*)?\d\d?\s*thang)?)\s*[,;:(]*\s*)?(?:tu\s*)?(?:{_PERIOD.pattern}|(?:19|20)\d\d\s*[-–—]\s*(?:19|20)\d\d"
    r"|(?:nam\s*)?(?:19|20)\d\d)?\s*\)?\s*\.?\s*"
)

_EMPTY_BOXES = "☐□▢⬜❏❑◻○◯"
_TICKED_BOXES = "☒☑✓✔✅■◼▣⊠●◉⬛"
_BOX = re.compile(rf"([{_EMPTY_BOXES}]|\[\s?\]|\(\s\))|([{_TICKED_BOXES}]|\[[xX✓✔]\]|\([xX✓✔]\))")
# An ellipsis at the end of a word is punctuation.
LEADER = r"[.…_]{4,}|(?<!\w)…+|…{2,}|_{3,}"
_LEADER = re.compile(LEADER)
# The ends of a dotted line around a number that was filled in (``...18... tháng``).
_DOTS_AT_NUMBER = re.compile(r"(?<![\w.)])\.{2,}[ \t]*(\d(?:[\d/.,]*\d)?)[ \t]*\.{2,}(?![\d.])")
_LEADER_SIGNS = ("…", "....", "__", "._", "_.")

# What a form prints around the places to fill in: ``từ tháng …/20… đến …``, ``… triệu đồng``. On folded text.
_PRINTED = frozenset(
    re.findall(r"\S+", "tu den het ngay thang nam quy khoang trieu nghin ngan ty dong vnd ha m2 m² nguoi lao cq dd 20")
)

_STATUS = re.compile(
    r"\b(?:xuat sac|kha|dat|khong dat|gioi|tot|trung binh|dang thuc hien|dang trien khai|dang tien hanh|"
    r"(?:da |chua )?nghiem thu.*|(?:da )?hoan thanh|(?:da )?ket thuc|dung thuc hien|de xuat|"
    r"(?:cho |da )?phe duyet|chuyen tiep|mo moi|"
    r"(?:xep )?loai (?:xuat sac|kha|dat|khong dat|gioi|tot|trung binh|[a-d]))\b"
)


@dataclass(frozen=True, slots=True)
class Period:
    """`months` is the duration; `is_whole` is true when nothing else was said."""

    months: int | None
    year_from: int | None
    year_to: int | None
    is_whole: bool


def parse_period(text: str) -> Period:
    """Duration in months and calendar years of ``24 tháng (từ tháng 01/2026 đến tháng 12/2027)``, ``2019–2021``,
    ``18 tháng``, ``2 năm``, ``Quý III năm 2026``.

    A duration not written is counted from its months or quarters; a last year not written (``24 tháng (từ 01/2026)``)
    from the first month and the duration. An end that is not told (``từ 2026``, ``01/2026 đến nay``) is None, and so is
    a beginning (``đến 2028``); an outlook (``2021-2025, định hướng 2030``) does not count.
    """
    plain = _OUTLOOK.sub("", fold(text))
    months = _duration(_NUMBER_WORD.sub(lambda match: _NUMBER_WORDS[match[1]], plain))
    years = [int(year) for year in _YEAR.findall(plain)]
    if found := _PERIOD.search(plain):
        first_day, first, start, last_day, last, end = (int(group or 0) for group in found.groups())
        is_begun = not (first_day and last_day) or last_day > first_day
        months = months or max((end - start) * 12 + last - first + is_begun, 0) or None
        years = [start, end]
    elif found := _QUARTERS.search(plain):
        first_quarter, first_year, last_quarter, end_year = found.groups()
        quarters = (int(end_year) - int(first_year)) * 4 + _quarter(last_quarter) - _quarter(first_quarter) + 1
        months = months or max(3 * quarters, 0) or None
    elif len(set(years)) == 1:
        year_from, year_to = _around(plain, years[0], months)
        return Period(months, year_from, year_to, _DURATION_ONLY.fullmatch(plain) is not None)
    year_from, year_to = (min(years), max(years)) if years else (None, None)
    said_something = months is not None or bool(years)
    return Period(months, year_from, year_to, said_something and _DURATION_ONLY.fullmatch(plain) is not None)


def _around(plain: str, only: int, months: int | None) -> tuple[int | None, int | None]:
    """The first and the last year of a period of which one year is written."""
    # A quarter begins with its first month.
    plain = _QUARTER_BEGUN.sub(lambda found: f"tu thang {3 * _quarter(found[1]) - 2}/{found[2]}", plain)
    begun = _BEGINNING.search(plain)
    if months and (found := begun or _MONTH_FIRST.match(plain)):
        last_year = only + max(int(found[2] or 1) + months - 2, 0) // 12
        return only, last_year if last_year <= _LAST_YEAR else only
    if _UNTIL_NOW.search(plain) or (begun and not _UNTIL.search(plain, begun.end())):
        return only, None
    return None if not begun and _END_ALONE.match(plain) else only, only


def _duration(plain: str) -> int | None:
    """Months of ``24 tháng``, ``2 năm``, ``1 năm 6 tháng``, ``2 năm rưỡi``; of ``18–24 tháng`` the longest. Days and
    weeks count where they are whole months (``90 ngày``, ``8 tuần``)."""
    if found := _YEARS_AND_MONTHS.search(plain):
        return int(found["years"]) * 12 + (6 if found["half"] else int(found["months"]))
    if found := _MONTHS_TO_MONTHS.search(plain) or _MONTHS.search(plain):
        return int(found.group(1))
    if found := _YEARS_LONG.search(plain):
        return int(Decimal(found.group(1).replace(",", ".")) * 12)
    if found := _MONTHS_SHORT.fullmatch(plain):
        return int(found.group(1))
    if found := _DAYS.search(plain):
        months, rest = divmod(int(found.group(1)), 4 if found.group(2)[0] in "tw" else 30)
        return months or None if not rest else None
    return None


def _quarter(text: str) -> int:
    return _ROMAN_QUARTERS[text] if text in _ROMAN_QUARTERS else int(text)


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
    begins with an option (``Nam ☐ Nữ ☒``, ``Nam: ☐ Nữ: ☒``)."""
    boxes = list(_BOX.finditer(text))
    if not boxes:
        return ()
    in_front = text[: boxes[0].start()].strip()
    is_labelled = has_labelled_boxes(text)
    before = not in_front or (in_front.endswith(":") and not is_labelled)
    chosen = []
    for place, box in enumerate(boxes):
        if before:
            end = boxes[place + 1].start() if place + 1 < len(boxes) else len(text)
            option = text[box.end() : end]
        else:
            option = text[boxes[place - 1].end() if place else 0 : box.start()]
        if box.group(2) and (option := " ".join(option.split()).strip(" ;,.")):
            chosen.append(option.removesuffix(":").rstrip() if is_labelled else option)
    return tuple(chosen)


def begins_with_box(text: str) -> bool:
    """Whether a check-box stands in front."""
    return _BOX.match(text.lstrip()) is not None


def has_labelled_boxes(text: str) -> bool:
    """Whether every box stands behind a label of its own, with nothing after the last (``Đề tài: ☐   Dự án: ☒``)."""
    *labels, rest = _BOX.sub("\0", text).split("\0")
    return bool(labels) and not rest.strip(" \t;,.") and all(label.rstrip().endswith(":") for label in labels)


def strip_leaders(text: str) -> str:
    """The text without the dotted or underscored leaders of an empty form (``Họ và tên: ........ Lan .....``)."""
    shown = _DOTS_AT_NUMBER.sub(r" \1 ", text) if ".." in text else text
    shown = _LEADER.sub(" ", shown) if has_leaders(shown) else shown
    return text.strip() if shown == text else re.sub(r"[ \t]{2,}", " ", shown).strip()


def has_leaders(text: str) -> bool:
    """Whether dots or underscores show where to write by hand."""
    return _find_leader(text) is not None


def _find_leader(text: str) -> re.Match[str] | None:
    # In lines of megabytes looking for a few signs first is a hundred times faster.
    return _LEADER.search(text) if any(sign in text for sign in _LEADER_SIGNS) else None


def part_leaders(text: str, is_label: Callable[[str], bool]) -> str:
    """The line with a colon behind a label that stands before leaders alone (``Họ và tên ........ Lan``)."""
    leader = _find_leader(text)
    if leader is None or ":" in text[: leader.start()] or not is_label(text[: leader.start()]):
        return text
    return f"{text[: leader.start()].rstrip()}: {text[leader.start() :]}"


def is_blank(value: str) -> bool:
    """Whether nothing was filled in: leaders with no more than the form's own words around them
    (``……/……/……``, ``........ triệu đồng``)."""
    if not has_leaders(value):
        return not value.strip()
    words = re.finditer(r"\w+", fold(strip_leaders(value)).replace("_", " "))
    return all(word.group() in _PRINTED for word in words)
