"""Where a task is carried out, and whether that is where another one is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from ingest import Record, fold
from ingest.places import BEFORE_LABEL, find_provinces, load_provinces, place_or_town_of

Nearness = Literal["same", "within", "elsewhere", "unknown"]
"""The same place; one lies in the other or may do so; two places; one of them is not known."""

_LABELLED = re.compile(
    rf"^{BEFORE_LABEL}(?:địa bàn|địa điểm|nơi thực hiện|phạm vi)[^:\n]{{0,30}}:\s*(.+)$", re.IGNORECASE | re.MULTILINE
)
# Vinh Thanh Trung district: the title as it is called here, and how English says it behind the name.
_ENGLISH = {
    title: re.compile(rf"\b(?!(?:The|In|At|Of|For|From|And)\b)([A-Z]\w*(?: [A-Z]\w*){{0,3}})\s+(?i:{said})\b")
    for title, said in (("tỉnh", "province|city"), ("huyện", "district|town"), ("xã", "commune|ward"))
}
_WORDS = r"(\w+(?: +\w+){0,3})"
_LEVELS = {
    "province": re.compile(rf"\btỉnh\s+{_WORDS}", re.IGNORECASE),
    "district": re.compile(rf"\b(?:huyện|quận|thị xã|thành phố|tp\.?)\s*{_WORDS}", re.IGNORECASE),
    "commune": re.compile(rf"\b(?:xã|phường|thị trấn|đặc khu)\s+{_WORDS}", re.IGNORECASE),
}
_IN = frozenset({"tại", "ở", "bàn", "at", "in"})
_WORDS_OF_NAME = range(2, 5)
_ALL_OVER = frozenset({"viet nam", "toan quoc", "ca nuoc"})
# Sections that say where the work is done or its results are used.
_TELLING = frozenset({"objectives", "content", "application", "products", "text", "summary"})
_KNOWN_BY = ("provinces", "districts", "communes")
# From this year on the name of a province may mean all that was merged into it: Nghị quyết 202/2025/QH15.
_MERGED = 2025


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`written` as the record says it; the names of `provinces` before the mergers of 2025 and of `today`, `districts`
    and `communes` without their titles, folded; `bare` is a name that stands without one. Empty where nothing is
    known."""

    written: str | None
    provinces: frozenset[str] = frozenset()
    today: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    is_recent: bool = True
    bare: str | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.provinces or self.districts or self.communes or self.bare)

    @property
    def finer(self) -> frozenset[str]:
        """All names below provinces."""
        return self.districts | self.communes | ({self.bare} if self.bare else set())


def find_whereabouts(record: Record) -> Whereabouts:
    """By its place, else what its sections label as one, else what its title names, else the only place that the parts
    which tell of the work name."""
    facts = record.facts
    is_recent = (facts.year_from or facts.year_to or _MERGED) >= _MERGED
    labelled = (found[1] for section in record.sections for found in _LABELLED.finditer(section.text))
    for text in (facts.place_written, *labelled):
        if text:
            found = _read(text, is_recent)
            if not found.is_known:
                found = Whereabouts(text.strip(), bare=_bare_name(text), is_recent=is_recent)
            if found.is_known:
                return found
    found = _read(record.title, is_recent)
    if found.is_known:
        return found
    if ending := _ending_of(record.title):
        return Whereabouts(ending, bare=_bare_name(ending), is_recent=is_recent)
    return _find_only(record, is_recent) or Whereabouts(facts.place_written)


def _ending_of(title: str) -> str:
    """The place with which a title ends, written as its name alone: “… tại Cần Giờ”."""
    words = title.rstrip(" .").split()
    names = list(takewhile(lambda word: word[0].isupper(), reversed(words)))[::-1]
    before = words[: len(words) - len(names)]
    return " ".join(names) if before and before[-1].lower() in _IN and _bare_name(" ".join(names)) else ""


def _bare_name(text: str) -> str | None:
    """A place written as its name alone (``Cần Giờ``), folded; None for what is no such name."""
    words = text.strip(" .").split()
    name = fold(" ".join(words))
    return name if len(words) in _WORDS_OF_NAME and all(map(_is_capital, words)) and name not in _ALL_OVER else None


def _find_only(record: Record, is_recent: bool) -> Whereabouts | None:
    """The place that running text names with its title, if it names no other: where else something was done is told
    there too."""
    texts = [section.text for section in record.sections if section.name in _TELLING]
    mentions = list(dict.fromkeys(one for text in texts for level in _LEVELS for one in _mentions(text, level)))
    mentions += dict.fromkeys(found[0] for text in texts for said in _ENGLISH.values() for found in said.finditer(text))
    named = [_read(mention, is_recent) for mention in mentions]
    if all(len({getattr(one, level) for one in named if getattr(one, level)}) < 2 for level in _KNOWN_BY):
        found = _read(", ".join(reversed(mentions)), is_recent)
        return found if found.is_known else None
    return None


def _read(text: str, is_recent: bool) -> Whereabouts:
    plain = text
    for title, said in _ENGLISH.items():
        plain = said.sub(rf"{title} \1", plain)
    provinces = {mention.former for mention in find_provinces(plain)}
    town = None if provinces else place_or_town_of(plain)
    if town:
        provinces = {town.former}
    named = set(_names(plain, "province"))
    known = {fold(name) for name in provinces}
    today = {_bare(load_provinces()[name]) for name in provinces}
    if not provinces:
        known = today = named
    districts = set(_names(plain, "district")) - known - today
    communes = frozenset(_names(plain, "commune"))
    bare = fold(town.written) if town and not (districts or communes) else None
    return Whereabouts(
        text.strip(), frozenset(known), frozenset(today), frozenset(districts), communes, is_recent, bare
    )


def _names(text: str, level: str) -> Iterator[str]:
    """Names after their titles, as far as their words are written with capitals or are numbers."""
    for found in _LEVELS[level].finditer(text):
        if words := _capitals(found[1]):
            yield fold(" ".join(words))


def _mentions(text: str, level: str) -> Iterator[str]:
    """Names with their titles, as written."""
    for found in _LEVELS[level].finditer(text):
        if words := _capitals(found[1]):
            yield " ".join([text[found.start() : found.start(1)].strip(), *words])


def _capitals(words: str) -> list[str]:
    return list(takewhile(_is_capital, words.split()))


def _is_capital(word: str) -> bool:
    return word[0].isupper() or word.isdecimal()


def _bare(province: str) -> str:
    return fold(re.sub(r"^(?:Tỉnh|Thành phố)\s+", "", province))


def compare_places(one: Whereabouts, other: Whereabouts) -> Nearness:
    """Names of former times count: Bình Dương lies in the Thành phố Hồ Chí Minh of today, but is not the city that was
    called so before. A bare name is taken to be of the level of the other's."""
    if not one.is_known or not other.is_known:
        return "unknown"
    if one.provinces and other.provinces and not one.provinces & other.provinces:
        holds = _holds(one, other) or _holds(other, one)
        return "within" if holds else "elsewhere"
    if one.bare in other.provinces | other.today or other.bare in one.provinces | one.today:
        return "within"
    if (one.bare or other.bare) and one.finer and other.finer:
        return "same" if one.finer & other.finer else "elsewhere"
    for mine, theirs in ((one.districts, other.districts), (one.communes, other.communes)):
        if mine and theirs:
            return "same" if mine & theirs else "elsewhere"
    if (one.districts, one.communes) == (other.districts, other.communes):
        return "same"
    return "within"


def _holds(one: Whereabouts, other: Whereabouts) -> bool:
    """Whether the name of `one` may mean a province of today in which `other` lies."""
    return one.is_recent and bool(one.provinces & one.today & other.today)
