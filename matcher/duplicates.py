"""Probable duplicates: pairs of stored records that may be one thing, with the reasons; a person decides."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from index import distinctive_code
from ingest import (
    N_,
    Kind,
    Record,
    accented_view,
    compare_names,
    fold,
    is_part_of,
    is_same_organisation,
    organisation_key,
    strip_titles,
    successor_of,
)
from ingest.names import one_spelling
from ingest.organisations import is_renamed
from matcher.overlap.shingles import Shingles, cut_bands, cut_shingles, measure_likeness, text_of

_MOST_COMPARED = 40  # of one block, all with all; in larger ones, each record with so many others
_ALIKE_JACCARD = 0.5
_COMMON_WORK = 0.7
_NAMED_KINDS = frozenset({"scientist", "organisation"})
_SAME_TITLE, _LIKE_TITLE = 0.6, 0.5
_COMMON_TITLE = 0.75  # of the longer title's words
_FEWEST_TITLE_WORDS = 5
# Without accents too, where these words can hardly be others.
_PLACE_WORDS = re.compile(
    r"\b(?:trên địa bàn|thuộc|tại|tren dia ban)\s+|\bở\s+(?=\w)|"
    r"\b(?:tỉnh|huyện|thị xã|thành phố|tp\.?|quận|phường|xã|thị trấn|huyen|thi xa|thanh pho|thi tran)\s+"
)


_NUMBER = re.compile(r"\b(?:\d+|[IVX]+)\b")
_REVISION = re.compile(r"\((?:bản|đã|sửa|chỉnh|lần|phiên|dự thảo|ver|v\d)[^()]*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two records may be one; `message` is a catalogue template filled from `params`."""

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two records of a kind, ids in order, and how strongly (0–1, orders the list only) the reasons speak."""

    first: str
    second: str
    kind: Kind
    strength: float
    reasons: tuple[Reason, ...]


def find_duplicates(records: Iterable[Record]) -> list[Duplicate]:
    """Pairs that a person should look at, strongest first, ties by ids.

    People are compared by name (accents first), organisation and works; organisations by their name in full and
    aliases; everything else by title and text. Two different codes (task code, ORCID, tax code) are never one thing.
    Of more than 40 records that may be one, each is proposed with the first of them only.
    """
    by_kind: dict[Kind, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda record: record.id):
        by_kind[record.kind].append(record)
    found = itertools.chain.from_iterable(map(_find_among, by_kind.values()))
    return sorted(found, key=lambda duplicate: (-duplicate.strength, duplicate.first, duplicate.second))


def _find_among(records: Sequence[Record]) -> list[Duplicate]:
    """Of records of one kind, by id, those that share a block: what shares none need not be compared."""
    kind = records[0].kind
    texts = [cut_shingles(text_of(record)) for record in records] if kind not in _NAMED_KINDS else []
    compared: dict[tuple[int, int], Duplicate | None] = {}

    def are_alike(one: int, other: int) -> bool:
        pair = left, right = min(one, other), max(one, other)
        if pair not in compared:
            shared = measure_likeness(texts[left], texts[right]) if texts else 0.0
            compared[pair] = _compare(records[left], records[right], shared)
        return compared[pair] is not None

    for members in _blocks(records, texts):
        if len(members) <= _MOST_COMPARED:
            for pair in itertools.combinations(members, 2):
                are_alike(*pair)
            continue
        # Like titles stand together, and each record is compared with those shortly before it (sorted neighbourhood,
        # Hernández & Stolfo 1995) that are not yet proposed as one with another.
        before: deque[int] = deque(maxlen=_MOST_COMPARED)
        for at in sorted(members, key=lambda at: (_bare_title(records[at]), at)):
            if not any(are_alike(other, at) for other in before):
                before.append(at)
    return [duplicate for duplicate in compared.values() if duplicate]


def _blocks(records: Sequence[Record], texts: Sequence[Shingles]) -> Iterable[Sequence[int]]:
    """The positions, ascending, of the records that share a key."""
    blocks: dict[str | bytes, list[int]] = defaultdict(list)
    for at, record in enumerate(records):
        for key in _block_keys(record):
            blocks[key].append(at)
    if len(texts) > 1:
        for at, shingles in enumerate(texts):
            for band in cut_bands(shingles):
                blocks[band].append(at)
    return [members for members in blocks.values() if len(members) > 1]


def _block_keys(record: Record) -> set[str]:
    if record.kind == "organisation":
        successor = successor_of(record.title, date.max)
        names = {record.title, *([successor.name] if successor else [])}
        return {fold(organisation_key(name)).replace("thanh pho ", "") for name in names}
    if record.kind != "scientist":
        leaders = {f"led by {fold(person.name)}" for person in record.facts.people if person.role == "lead"}
        return {_bare_title(record)} | leaders
    # In full or with initials, in Vietnamese or Western order: all first letters, and either end that is written out.
    words = re.findall(r"[^\W\d_]+", strip_titles(record.title))
    letters = "".join(sorted(fold("".join(word if word.isupper() else word[0] for word in words))))
    full = [fold(one_spelling(word)) for word in words if not word.isupper()]
    return {f"{word} {letters}" for word in (full[:1] + full[-1:])}


def _bare_title(record: Record) -> str:
    return " ".join(_bare_words(record.title))


def _without_place_words(title: str) -> str:
    """The title without what is said or left out before a place: ``ở huyện Bàu Bàng``, ``tại Bàu Bàng``."""
    return _PLACE_WORDS.sub("", accented_view(title))


def _compare(left: Record, right: Record, likeness: float) -> Duplicate | None:
    codes = {distinctive_code(left), distinctive_code(right)} - {None}
    if len(codes) == 2:
        return None
    if left.kind == "scientist":
        strength, reasons = _compare_people(left, right)
    elif left.kind == "organisation":
        strength, reasons = _compare_organisations(left, right)
    else:
        strength, reasons = _compare_texts(left, right, likeness)
    if not reasons:
        return None
    return Duplicate(left.id, right.id, left.kind, round(min(1.0, strength), 3), tuple(reasons))


def _compare_people(left: Record, right: Record) -> tuple[float, list[Reason]]:
    name = compare_names(left.title, right.title)
    if name == "different":
        return 0.0, []
    strength, message = {
        "exact": (0.5, N_("same name")),
        "unaccented": (0.4, N_("same name, one of them without accents")),
        "initials": (0.2, N_("the same name with initials")),
    }[name]
    reasons = [Reason(message)]
    mine, theirs = left.facts.organisation, right.facts.organisation
    shared = _common_works(left, right)
    if shared:
        strength += 0.4
        reasons.append(
            Reason(N_("{count} works in common, for example “{work}”"), {"count": len(shared), "work": shared[0]})
        )
    if mine and theirs and is_same_organisation(mine, theirs):
        strength += 0.3
        reasons.append(Reason(N_("same organisation: {organisation}"), {"organisation": mine}))
    elif mine and theirs and is_renamed(mine, theirs):
        strength += 0.3
        reasons.append(_renamed(mine, theirs))
    elif mine and theirs and (is_part_of(mine, theirs) or is_part_of(theirs, mine)):
        strength += 0.3
        levels = {"first": mine, "second": theirs}
        reasons.append(Reason(N_("one organisation at two levels: “{first}”, “{second}”"), levels))
    elif mine and theirs and not shared:
        return 0.0, []  # two persons may share a name
    # With initials alone, or nothing but a name, half a faculty would be one person.
    return (strength, reasons) if len(reasons) > 1 or (name == "exact" and not (mine and theirs)) else (0.0, [])


def _common_works(left: Record, right: Record) -> list[str]:
    """Works that both lists name, as the first writes them."""
    mine, theirs = (
        [
            (section.text, cut_shingles(section.text))
            for section in record.sections
            if section.name in ("work", "project")
        ]
        for record in (left, right)
    )
    return [text for text, shingles in mine if any(_is_within(shingles, other) for _, other in theirs)]


def _is_within(left: Shingles, right: Shingles) -> bool:
    """Whether the shorter text is nearly all in the longer."""
    common = len(np.intersect1d(left, right, assume_unique=True))
    return common > 0 and common >= _COMMON_WORK * min(len(left), len(right))


def _compare_organisations(left: Record, right: Record) -> tuple[float, list[Reason]]:
    if is_renamed(left.title, right.title):
        return 0.7, [_renamed(left.title, right.title)]
    if not is_same_organisation(left.title, right.title):
        return 0.0, []
    if accented_view(left.title) == accented_view(right.title):
        return 0.9, [Reason(N_("same name"))]
    return 0.8, [
        Reason(N_("two ways to write one name: “{first}”, “{second}”"), {"first": left.title, "second": right.title})
    ]


def _renamed(first: str, second: str) -> Reason:
    names = {"first": first, "second": second}
    return Reason(N_("one organisation under its former and its later name: “{first}”, “{second}”"), names)


def _compare_texts(left: Record, right: Record, likeness: float) -> tuple[float, list[Reason]]:
    if len({left.facts.year_from, right.facts.year_from} - {None}) == 2:
        return 0.0, []  # the same task in another year is a continuation, not a duplicate
    if _differ_by_number(left.title, right.title):
        return 0.0, []
    reasons: list[Reason] = []
    strength = 0.0
    if likeness >= _ALIKE_JACCARD:
        reasons.append(Reason(N_("{percent} % of the wording in common"), {"percent": round(100 * likeness)}))
    if _same_title(left.title, right.title):
        reasons.insert(0, Reason(N_("same title")))
        strength = _SAME_TITLE
    elif leader := _common_leader(left, right):
        reasons.append(Reason(N_("nearly the same title, same leader: {name}"), {"name": leader}))
        strength = _LIKE_TITLE
    return max(strength, likeness), reasons


def _common_leader(left: Record, right: Record) -> str | None:
    """Who leads both tasks, where one title is nearly all in the other (``… (bản sửa)``)."""
    mine, theirs = (set(_bare_title(record).split()) for record in (left, right))
    if len(mine & theirs) < max(_FEWEST_TITLE_WORDS, _COMMON_TITLE * max(len(mine), len(theirs))):
        return None
    leaders = [[person.name for person in record.facts.people if person.role == "lead"] for record in (left, right)]
    pairs = itertools.product(*leaders)
    return next((one for one, other in pairs if compare_names(one, other) in ("exact", "unaccented")), None)


def _differ_by_number(left: str, right: str) -> bool:
    """Whether nothing but a number tells two titles apart (``phần 1``, ``phần 2``); that of a revision does not."""
    mine, theirs = (_REVISION.sub(" ", title) for title in (left, right))
    if _bare_words(_NUMBER.sub(" ", mine)) != _bare_words(_NUMBER.sub(" ", theirs)):
        return False
    numbers = [[number.lstrip("0") for number in _NUMBER.findall(title)] for title in (mine, theirs)]
    return all(numbers) and numbers[0] != numbers[1]


def _bare_words(title: str) -> list[str]:
    return re.findall(r"\w+", fold(_without_place_words(title)))


def _same_title(left: str, right: str) -> bool:
    mine, theirs = (" ".join(re.findall(r"\w+", _without_place_words(title))) for title in (left, right))
    return mine == theirs or (fold(mine) == fold(theirs) and (mine.isascii() or theirs.isascii()))
