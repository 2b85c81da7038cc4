"""Organisations: whether two written names mean the same body, and what one of former times is called today."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from ingest.names import house_of_organisation
from ingest.places import load_provinces, place_of
from ingest.vietnamese import accented_view, fold

_BETWEEN_WORDS = re.compile(r"[^\w&]+")
# Said or left out without a change of meaning.
_OPTIONAL = re.compile(
    r"(?<=\s)(?:tại|ở|tai|o)\s+(?=(?:tỉnh|huyện|thị xã|thành phố|quận|xã|phường|thị trấn|"
    r"tinh|huyen|thi xa|thanh pho|quan|xa|phuong|thi tran)\b)|(?<=\s)tại\s+|"
    r"\b(?:tỉnh|tinh)\s+|\b(?:trường|truong)\s+(?=(?:đại học|cao đẳng|dai hoc|cao dang)\b)"
)
# What a part of a larger body is called.
_PART = re.compile(
    r"(?:khoa|bo mon|phong|ban|vien|trung tam|tt|to|benh vien|bv|truong|phan hieu|co so|chi nhanh|xuong|"
    r"nhom nghien cuu|xi nghiep|nha may|faculty|department|school|institute|center|centre|laboratory|lab)\b"
)
_JOINTS = " ,;–—-()/"


@dataclass(frozen=True, slots=True)
class Successor:
    """What an organisation became: its `name` since the day `since`, by the decision `citation`."""

    name: str
    since: datetime.date
    citation: str


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(files("ingest").joinpath("organisations.yaml").read_text(encoding="utf-8"))
    return table


def _tight(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", accented_view(text)).strip()


@cache
def _abbreviations() -> tuple[re.Pattern[str], dict[str, str]]:
    short = {_tight(form): _tight(word) for word, forms in _table()["words"].items() for form in forms}
    # A long form stands in the pattern too: what it already says in full is not expanded a second time.
    either = sorted({*short, *short.values()}, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, either))})(?!\w)"), short


def _in_full(name: str) -> str:
    """The name in lower case, without punctuation, its abbreviations written out."""
    pattern, short = _abbreviations()
    return pattern.sub(lambda match: short.get(match.group(), match.group()), _tight(name))


@cache
def _aliases() -> dict[str, str]:
    """Names in full and aliases, accented and folded → the official name; what two organisations share is left out."""
    known: dict[str, str] = {}
    shared: set[str] = set()
    for entry in _table()["organisations"]:
        for written in (entry["name"], *entry.get("aliases", ())):
            for key in {_in_full(written), fold(_in_full(written))}:
                if known.setdefault(key, entry["name"]) != entry["name"]:
                    shared.add(key)
    return {key: name for key, name in known.items() if key not in shared}


def official_name(written: str) -> str | None:
    """The official name of an organisation in ``organisations.yaml``, None for others: ``TDMU`` → ``Trường Đại học
    Thủ Dầu Một``. Text without accents is understood."""
    return _aliases().get(_in_full(written))


def names_of(written: str) -> tuple[str, ...]:
    """All names by which ``organisations.yaml`` knows an organisation; none for others."""
    name = official_name(written)
    found = (one for one in _table()["organisations"] if one["name"] == name)
    return tuple(form for one in found for form in (one["name"], *one.get("aliases", ())))


@lru_cache(maxsize=4096)
def organisation_key(written: str) -> str:
    """Equal for two names exactly when they are taken for one body: the official name or the name in full; accents
    count, case and punctuation do not."""
    return _OPTIONAL.sub("", _in_full(official_name(written) or written))


def is_same_organisation(left: str, right: str) -> bool:
    """Whether two written names mean the same body; a name without accents equals the accented one."""
    mine, theirs = organisation_key(left), organisation_key(right)
    if mine == theirs:
        return bool(mine)
    return fold(mine) == fold(theirs) and (mine.isascii() or theirs.isascii())


@lru_cache(maxsize=4096)
def is_part_of(part: str, whole: str) -> bool:
    """Whether one written name is that of a part of the other, which it names too: ``Khoa Kỹ thuật, TDMU`` is part of
    ``Trường Đại học Thủ Dầu Một``."""
    if not (official_name(whole) or house_of_organisation(whole) or _PART.match(fold(whole))):
        return False  # the name of a place stands in many others
    words = part.split()
    for cut in range(1, len(words)):
        before, behind = (" ".join(half).strip(_JOINTS) for half in (words[:cut], words[cut:]))
        for own, body in ((before, behind), (behind, before)):
            if _PART.match(fold(own)) and is_same_organisation(body, whole):
                return True
    return False


def successor_of(written: str, on: datetime.date) -> Successor | None:
    """What the organisation is called on that day, None when it goes by its own name (or nothing is known).

    Departments of provinces follow the reorganisation of March 2025 and the mergers of provinces (``places.yaml``).
    """
    name = official_name(written) or written
    found: Successor | None = None
    by_name = {entry["name"]: entry for entry in _table()["organisations"]}
    while (entry := by_name.get(name)) and "successor" in entry and entry["to"] <= on:
        name = entry["successor"]
        found = Successor(name, entry["to"], entry["citation"])
    return found or _department_today(written, on)


@lru_cache(maxsize=4096)
def is_renamed(left: str, right: str) -> bool:
    """Whether one written name is what the other became, by a new name or by a merger of provinces; not where both
    became a third."""
    merged = _merger()["from"]
    for on in (merged - datetime.timedelta(days=1), datetime.date.max):
        mine, theirs = successor_of(left, on), successor_of(right, on)
        if bool(mine) != bool(theirs):
            keys = (organisation_key(mine.name if mine else left), organisation_key(theirs.name if theirs else right))
            if len({key.replace("thành phố ", "") for key in keys}) == 1:
                return True
    return False


def _department_today(written: str, on: datetime.date) -> Successor | None:
    in_full = _in_full(written)
    if not in_full.startswith("sở "):
        return None
    renamed = next(
        (d for d in _table()["departments"] if in_full.startswith(_tight(d["was"])) and d["from"] <= on), None
    )
    place = place_of(written)
    province = place and load_provinces(on)[place.former]
    merger = _merger()
    if place and province and merger["from"] <= on and not province.endswith(place.former):
        name = renamed["is"] if renamed else " ".join(written.replace(place.written, " ").split()).strip(" ,-–")
        return Successor(f"{name} {province}", merger["from"], merger["citation"])
    if renamed is None:
        return None
    return Successor(f"{renamed['is']} {place.written if place else ''}".strip(), renamed["from"], renamed["citation"])


@cache
def _merger() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(files("ingest").joinpath("places.yaml").read_text(encoding="utf-8"))
    return {"from": table["from"], "citation": table["citation"]}
