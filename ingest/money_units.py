"""The units in which money is counted, as headers and captions name them."""

from __future__ import annotations

import re

from ingest.vietnamese import fold

BILLION, MILLION, THOUSAND, DONG = 1_000_000_000, 1_000_000, 1_000, 1
_UNITS = {"ty": BILLION, "ti": BILLION, "trieu": MILLION, "tr": MILLION, "trd": MILLION, "nghin": THOUSAND}
_UNITS |= {"ngan": THOUSAND, "ngd": THOUSAND, "dong": DONG, "vnd": DONG, "d": DONG, "₫": DONG}
_UNITS |= {"billion": BILLION, "million": MILLION, "thousand": THOUSAND}
UNIT = r"(?:(?:ty|ti|trieu|trd|tr|nghin|ngan|ngd|dong|vnd|billion|million|thousand|d)\b|₫)"
_HEADER_UNIT = re.compile(
    r"\b(?P<many>1(?:[.,]?000){1,3})?\s*\b(?P<unit>ty|ti|trieu|trd|tr|nghin|ngan|ngd|dong|vnd|million|billion|d)\b"
)
PER = (
    r"(?:/|\b(?:moi|mot|hang|per)\b)\s*(?:0?1\s+)?(?:nam|thang|quy|tuan|ngay|gio|vu|me|tan|ta|kg|lit|ha|hecta|m2|m3|m²|m³|cay"
    r"|con|san pham|nguoi|ho|luot|year|month|annum|week|day)\b"
)
_UNIT_SAID = re.compile(
    rf"\b(?:don vi(?: tinh)?\s*:|don vi tinh|dvt)\s*[:.]?\s*{_HEADER_UNIT.pattern}"
    r"(?:\s*(?:dong|vnd|d))?(?: viet nam)?\s*(?:[).;,]|$)"
)
_LONGEST_CAPTION = 250
# A field that says a unit does so before this many characters.
_LONGEST_TEXT = 20_000


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


def is_rate(header: str) -> bool:
    """Whether a header is of what each year or each ton costs (``Kinh phí (triệu đồng/năm)``)."""
    return re.search(PER, fold(header)) is not None


def unit_said(text: str) -> int | None:
    """How many đồng one unit is where a line says so for the numbers below it (``Đơn vị tính: triệu đồng``,
    ``Bảng 1. Kinh phí (ĐVT: 1.000 đồng)``); None where none does."""
    for line in text[:_LONGEST_TEXT].splitlines():
        plain = fold(line)
        if len(plain) <= _LONGEST_CAPTION and (found := _UNIT_SAID.search(plain)):
            return _factor(found)
    return None


def written_unit(text: str) -> int | None:
    """The unit in the words behind a number; None when there are none."""
    written = [_UNITS[word] for word in re.findall(r"[a-z]+|₫", text)]
    if len(written) > 1 and written[0] in (THOUSAND, MILLION) and written[1] == BILLION:
        return written[0] * BILLION
    return written[0] if written else None


def _factor(found: re.Match[str]) -> int:
    many = int(re.sub(r"\D", "", found["many"])) if found["many"] else 1
    return many * _UNITS[found["unit"]]
