"""Where a task is carried out, and whether that is where another one is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from ingest import Record, fold
from ingest.places import find_provinces, load_provinces, place_or_town_of

Nearness = Literal["same", "within", "elsewhere", "unknown"]
"""The same place; one lies in the other or may do so; two places; one of them is not known."""

_LABELLED = re.compile(
    r"^(?:địa bàn|địa điểm|nơi thực hiện|phạm vi)[^:\n]{0,30}:\s*(.+)$", re.IGNORECASE | re.MULTILINE
)
_ENGLISH = re.compile(r"\b([A-Z]\w*(?: [A-Z]\w*){0,3})\s+(?:province|city)\b")
_WORDS = r"(\w+(?: +\w+){0,3})"
_LEVELS = {
    "province": re.compile(rf"\btỉnh\s+{_WORDS}", re.IGNORECASE),
    "district": re.compile(rf"\b(?:huyện|quận|thị xã|thành phố|tp\.?)\s*{_WORDS}", re.IGNORECASE),
    "commune": re.compile(rf"\b(?:xã|phường|thị trấn|đặc khu)\s+{_WORDS}", re.IGNORECASE),
}
# From this year on the name of a province may mean all that was merged into it: Nghị quyết 202/2025/QH15.
_MERGED = 2025


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`written` as the record says it; the names of `provinces` before the mergers of 2025 and of `today`, `districts`
    and `communes` without their titles, folded. Empty where nothing is known."""

    written: str | None
    provinces: frozenset[str] = frozenset()
    today: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    is_recent: bool = True

    @property
    def is_known(self) -> bool:
        return bool(self.provinces or self.districts or self.communes)


def find_whereabouts(record: Record) -> Whereabouts:
    """By its place, else what its sections label as one, else what its title names."""
    facts = record.facts
    is_recent = (facts.year_from or facts.year_to or _MERGED) >= _MERGED
    labelled = (found[1] for section in record.sections for found in _LABELLED.finditer(section.text))
    for text in (facts.place_written, *labelled, record.title):
        if text:
            found = _read(text, is_recent)
            if found.is_known:
                return found
    return Whereabouts(facts.place_written)


def _read(text: str, is_recent: bool) -> Whereabouts:
    plain = _ENGLISH.sub(r"tỉnh \1", text)
    provinces = {mention.former for mention in find_provinces(plain)}
    town = place_or_town_of(plain)
    if town and not provinces:
        provinces = {town.former}
    named = set(_names(plain, "province"))
    known = {fold(name) for name in provinces}
    today = {_bare(load_provinces()[name]) for name in provinces}
    if not provinces:
        known = today = named
    districts = set(_names(plain, "district")) - known - today
    return Whereabouts(
        text.strip(),
        frozenset(known),
        frozenset(today),
        frozenset(districts),
        frozenset(_names(plain, "commune")),
        is_recent,
    )


def _names(text: str, level: str) -> Iterator[str]:
    """Names after their titles, as far as their words are written with capitals or are numbers."""
    for found in _LEVELS[level].finditer(text):
        words = list(takewhile(lambda word: word[0].isupper() or word.isdecimal(), found[1].split()))
        if words:
            yield fold(" ".join(words))


def _bare(province: str) -> str:
    return fold(re.sub(r"^(?:Tỉnh|Thành phố)\s+", "", province))


def compare_places(one: Whereabouts, other: Whereabouts) -> Nearness:
    """Names of former times count: Bình Dương lies in the Thành phố Hồ Chí Minh of today, but is not the city that was
    called so before."""
    if not one.is_known or not other.is_known:
        return "unknown"
    if one.provinces and other.provinces and not one.provinces & other.provinces:
        holds = _holds(one, other) or _holds(other, one)
        return "within" if holds else "elsewhere"
    for mine, theirs in ((one.districts, other.districts), (one.communes, other.communes)):
        if mine and theirs:
            return "same" if mine & theirs else "elsewhere"
    if (one.districts, one.communes) == (other.districts, other.communes):
        return "same"
    return "within"


def _holds(one: Whereabouts, other: Whereabouts) -> bool:
    """Whether the name of `one` may mean a province of today in which `other` lies."""
    return one.is_recent and bool(one.provinces & one.today & other.today)
