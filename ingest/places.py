"""Provinces and their towns named in a text: as written, and the province the place belongs to today."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ingest.vietnamese import accented_view, fold

# ``trường`` of a school, not that of môi trường, thị trường, hiện trường, công trường.
_ORGANISATION = re.compile(
    r"\b(?:cong ty|(?<!moi )(?<!thi )(?<!hien )(?<!cong )truong|dai hoc|dh|vien|hoc vien|htx|hop tac xa|tap doan|"
    r"benh vien)\b"
)
_PREFIX = r"(?:tỉnh|tinh|thành phố|thanh pho|tp\.?|t\.p\.?)"
_TOWN_PREFIX = r"(?:thành phố|thanh pho|tp\.?|t\.p\.?|thị xã|thi xa|tx\.?|t\.x\.?|huyện|huyen)"
_WORD_BEHIND = re.compile(r"[^\S\n]+(\w+)")
_BETWEEN_PLACES = ",;(\n"
PLACES_APART = "; "
"""Between several provinces of today."""
_FINER_BEFORE = re.compile(
    r"(?:xã|phường|thị trấn|huyện|quận|thị xã|đường|phố|thôn|ấp|làng|đảo|cảng|[pqhx]\.)\s*$", re.IGNORECASE
)
# A commune, a district, an industrial park, in front of the place that it lies in.
_FINER = re.compile(
    r"(?:(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tp|tx|tt|khu phố|ấp|thôn|buôn|làng|đảo|kcn|kcx|"
    r"khu công nghiệp|khu chế xuất|[pqhx](?=\.))(?:\.\s*|\s+)(?P<named>\S+(?:\s+\S+){0,4})|"
    r"(?P<bare>[^\W\d_]\S*(?:\s+\S+){1,3}))",
    re.IGNORECASE,
)


BEFORE_LABEL = r"[^\w\n]{0,3}(?:(?:\d{1,2}(?:\.\d{1,2})*[.):]?|[a-zđ][.)])[ \t]*)?"
"""What stands before the label of an item in its line: a dash, its number in the form (``14.``, ``2.1``, ``b)``)."""
# What reading leaves of a form's item of place when it names no province of the list.
_LEFT_OVER = re.compile(
    rf"^{BEFORE_LABEL}(?:địa bàn|địa điểm|nơi thực hiện|địa chỉ)[^:\n]{{0,40}}:[ \t]*(?P<place>\S[^\n]{{0,300}})"
)
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class ProvinceMention:
    """`written` is the slice of the text, with its ``tỉnh``/``thành phố``; `former` the name that the province (of a
    town, the one it lay in) had before the mergers of 2025, `today` the official name now."""

    written: str
    former: str
    today: str
    start: int
    has_prefix: bool


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(files("ingest").joinpath("places.yaml").read_text(encoding="utf-8"))
    return table


@cache
def load_provinces(on: datetime.date | None = None) -> dict[str, str]:
    """Every former province (63) → the province of today (34), from ``places.yaml``, which cites
    Nghị quyết 202/2025/QH15. Renamings that take effect after `on` (default: none) are left out."""
    table = _table()
    renamed = {entry["was"]: entry["is"] for entry in table["later"] if on is None or entry["from"] <= on}
    return {former: renamed.get(today, today) for today, formers in table["provinces"].items() for former in formers}


_Names = tuple[dict[str, str], dict[str, str], re.Pattern[str]]
"""Accented and folded spellings → former province, and one pattern over all of them, longest first."""


@cache
def _names() -> _Names:
    table = _table()
    spellings = {name: name for formers in table["provinces"].values() for name in formers}
    spellings |= {alias: name for name, aliases in table["aliases"].items() for alias in aliases}
    return _compile(spellings, _PREFIX)


@cache
def _towns() -> _Names:
    towns = {town: province for province, names in _table()["towns"]["of"].items() for town in names}
    return _compile(towns, _TOWN_PREFIX)


def _compile(spellings: Mapping[str, str], prefix: str) -> _Names:
    accented = {_view(alias): name for alias, name in spellings.items()}
    folded = {_tight(fold(alias)): name for alias, name in spellings.items()}
    either = sorted({*accented, *folded}, key=lambda name: (-len(name), name))
    middle = "|".join(re.escape(name).replace(r"\ \-\ ", r"\s?[-–—]?\s?").replace(r"\ ", r"\s+") for name in either)
    return accented, folded, re.compile(rf"(?<!\w)(?:({prefix})\s*)?({middle})(?!\w)")


def _tight(name: str) -> str:
    return " ".join(re.sub(r"\s?[-–—]\s?", " - ", name).split())


def _view(text: str) -> str:
    return _tight(accented_view(text))


def find_provinces(text: str) -> tuple[ProvinceMention, ...]:
    """Provinces named in the text, in order.

    With ``tỉnh`` or ``thành phố`` in front any case counts, and the name may be typed without accents. A bare name
    counts only when written as a name, with its accents and capitals (``hòa bình`` is peace, ``Hòa Bình`` a place).
    """
    return _find(text, _names())


def _find(text: str, names: _Names) -> tuple[ProvinceMention, ...]:
    accented, folded, pattern = names
    view = accented_view(text)
    found = []
    for match in pattern.finditer(view):
        name = _tight(match.group(2))
        former = accented.get(name) or folded.get(name)
        if former is None or (
            match.group(1) is None and not _is_written_as_name(text[match.start(2) : match.end(2)], name, accented)
        ):
            continue
        if match.group(1) is None and _runs_on(text, view, match):
            continue
        found.append(
            ProvinceMention(
                " ".join(text[match.start() : match.end()].split()),
                former,
                load_provinces()[former],
                match.start(),
                match.group(1) is not None,
            )
        )
    return tuple(found)


def _runs_on(text: str, view: str, match: re.Match[str]) -> bool:
    """Whether the last syllable of a bare name and the one behind it are a place as well: *Thái Bình Dương* is neither
    Thái Bình nor Bình Dương."""
    behind = _WORD_BEHIND.match(view, match.end())
    last = match[2].split()[-1]
    if behind is None or not text[behind.start(1)].isupper() or last == match[2]:
        return False
    is_place = any(f"{last} {behind[1]}" in names for names, _, _ in (_names(), _towns()))
    return is_place and _names()[2].match(view, behind.start(1)) is None


def _is_written_as_name(written: str, name: str, accented: dict[str, str]) -> bool:
    return name in accented and all(word[0].isupper() for word in re.findall(r"\w+", written))


def place_of(*texts: str | None) -> ProvinceMention | None:
    """The place that a record is about, from texts in falling order of trust (place item, title, address).

    In each text the last mention with ``tỉnh``/``thành phố`` wins (addresses go from small to large), then the last
    bare one – but not a bare name inside the name of an organisation.
    """
    for text in texts:
        if not text:
            continue
        mentions = find_provinces(text)
        titled = [mention for mention in mentions if mention.has_prefix]
        bare = [mention for mention in mentions if not _is_in_organisation(text, mention)]
        if titled or bare:
            return (titled or bare)[-1]
    return None


def place_or_town_of(text: str) -> ProvinceMention | None:
    """As `place_of`, in a text that says where something is: where it names no province, the last town does, with
    ``thành phố``, ``thị xã`` or ``huyện`` or with nothing else beside it between commas."""
    towns = (town for town in _find(text, _towns()) if town.has_prefix or _stands_alone(text, town))
    return place_of(text) or next(reversed(list(towns)), None)


def _stands_alone(text: str, mention: ProvinceMention) -> bool:
    before, after = text[: mention.start].rstrip(" \t"), text[mention.start + len(mention.written) :].lstrip(" \t.")
    return before[-1:] in _BETWEEN_PLACES and (not after or after[0] in ",;)\n")


def place_in_full(text: str, mention: ProvinceMention) -> str:
    """The mention with the smaller places in front of it (``xã An Bình, huyện Phú Giáo, tỉnh Bình Dương``), as far as
    they have the shape of names of places. Only for texts that name a place and nothing else."""
    return " ".join(text[_start_in_full(text, mention) : _end(mention)].split())


def _start_in_full(text: str, mention: ProvinceMention) -> int:
    start = mention.start
    while True:
        before = text[:start].rstrip(", \t")
        part = before[max(map(before.rfind, _BETWEEN_PLACES)) + 1 :].lstrip()
        finer = _FINER.fullmatch(part)
        if finer is None or not _is_name(finer) or find_provinces(part) or _ORGANISATION.search(fold(part)):
            return start
        start = len(before) - len(part)


def _end(mention: ProvinceMention) -> int:
    return mention.start + len(mention.written)


def several_places_of(text: str) -> tuple[str, str] | None:
    """The wording of a text that names two provinces or more and says of none that it lies in the next (``Ninh Thuận -
    Bình Thuận``), and the provinces of today, in order, with ``; `` between them; None for other texts."""
    mentions = [
        mention
        for mention in find_provinces(text)
        if not _is_in_organisation(text, mention) and not _FINER_BEFORE.search(text[: mention.start])
    ]
    lie_in_next = [
        not one.has_prefix and other.has_prefix and text[_end(one) : other.start].strip() == ","
        for one, other in itertools.pairwise(mentions)
    ]
    if len({mention.former for mention in mentions}) < 2 or any(lie_in_next):
        return None
    written = " ".join(text[_start_in_full(text, mentions[0]) : _end(mentions[-1])].split())
    return written, PLACES_APART.join(dict.fromkeys(mention.today for mention in mentions))


def _is_name(finer: re.Match[str]) -> bool:
    words = (finer["named"] or finer["bare"]).split()
    return all(word[0].isupper() or (word.isdecimal() and finer["named"] is not None) for word in words)


def _is_in_organisation(text: str, mention: ProvinceMention) -> bool:
    clause = re.split(r"[,;\n(]", text[: mention.start])[-1]
    return _ORGANISATION.search(fold(clause)) is not None


def place_left_over(text: str) -> str | None:
    """The place in a line of an item that names no province of the list (``Địa bàn: huyện Lâm Sơn, tỉnh Sông Trà``)."""
    for line in text.split("\n"):
        if found := _LEFT_OVER.match(accented_view(line)):
            return line[found.start("place") : found.end("place")].strip(" .;")
    return None


def largest_place(written: str) -> str | None:
    """The last part of a place as written, since addresses go from small to large: ``thị xã An Hòa, tỉnh Sông Trà`` →
    ``tỉnh Sông Trà``; None where that is a sentence rather than a name."""
    last = " ".join(written.rpartition(",")[2].split()).strip(" .;")
    if not 0 < len(last) <= _LONGEST_NAME:
        return None
    return re.sub(r"^(?:Tỉnh|Thành phố|Huyện|Thị xã|Xã|Phường)(?= )", lambda unit: unit[0].lower(), last)
