"""Headers of lists in other words than the synonyms: words in another order, words that add nothing, names joined."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ingest.labels import LONGEST_LABEL, normalise_label, without_brackets
from ingest.money_units import money_unit
from ingest.names import find_people, house_of_organisation, strip_titles
from ingest.records import Kind
from ingest.vietnamese import fold

# On normalised labels. What is expected, main or typical of something is that thing …
_ADDS_NOTHING = r"du kien|chinh|chu yeu|tieu bieu|noi bat|sau|cu the|so bo|tom tat|ngan gon|neu co|va|cua|cac"
# … and in a list of proposals what is proposed; but who proposed it, and when, is something else.
_PROPOSED = r"de xuat|de nghi|dang ky"
_NEUTRAL = re.compile(rf"\b(?:{_ADDS_NOTHING})\b")
_NEUTRAL_IN_PROPOSALS = re.compile(rf"\b(?:{_ADDS_NOTHING}|{_PROPOSED})\b")
_PROPOSING = re.compile(rf"\b(?:{_PROPOSED})\b")
_OF_PROPOSALS: frozenset[Kind] = frozenset({"proposal", "need"})
_TIMES = frozenset({"year", "start", "end", "duration"})
_TASK_NAMES = re.compile(
    r"ten (?:goi )?(?:cua )?(?:cac )?(?:(?:de tai|du an|nhiem vu|de an)(?: va| hoac)?(?: |$))+"
    r"(?:(?:khoa hoc va cong nghe|nghien cuu khoa hoc|nghien cuu|san xuat thu nghiem|nckh) ?)*"
    r"(?:cap (?:tinh|bo|nha nuoc|quoc gia|thanh pho|co so|truong|huyen|nganh))?"
)
_JOINT = re.compile(r"\s*[,;/&+\n]\s*|\s+[-–]\s+|\s+và\s+", re.IGNORECASE)
_BETWEEN_TWO = tuple(map(re.compile, (r"\n+", r"\s*;\s*", r"\s*,\s*", r"\s+[-–—]\s+", r"\s*/\s*")))
_MOST_JOINED = 6
_LONGEST_JOINED = 500
_PERCENT = re.compile(r"%|\b(?:ty|ti) le\b|\bphan tram\b")


@dataclass(frozen=True, slots=True)
class Part:
    """One of the names that a header joins (`Cơ quan chủ trì/ Chủ nhiệm`), the field it names, and the sign behind it
    (empty behind the last)."""

    text: str
    field: str
    sign: str = ""


def name_otherwise(name: str, kind: Kind, loosened: Mapping[tuple[str, ...], str]) -> str | None:
    """The field that a normalised header names by the words of a synonym, in any order and with words that add
    nothing (``Dự kiến kinh phí``, ``Mục tiêu chính``); None where none does, or those of two fields are as near.
    `loosened` is what `loosen_names` makes of the synonyms."""
    if kind == "proposal" and name.startswith("ten ") and _TASK_NAMES.fullmatch(name):
        return "title"
    words, _ = _loosen(name, kind)
    field = loosened.get(words)
    return None if field in _TIMES and _PROPOSING.search(name) else field


def part_joined(header: str, find_field: Callable[[str], str | None]) -> tuple[Part, ...]:
    """The names that a header joins by commas, strokes or *và*, each as long as `find_field` (of a normalised name)
    knows it; () unless there are several and all are known."""
    if not _JOINT.search(header[:_LONGEST_JOINED]):
        return ()
    text = without_brackets(header)
    joints = list(_JOINT.finditer(text)) if len(text) <= LONGEST_LABEL else []
    if not joints or len(joints) >= _MOST_JOINED:
        return ()
    starts = [0, *(joint.end() for joint in joints)]
    ends = [*(joint.start() for joint in joints), len(text)]
    signs = [*(joint[0].strip().lower() for joint in joints), ""]
    parts: list[Part] = []
    at = 0
    while at < len(starts):
        for last in range(len(ends) - 1, at - 1, -1):
            name = text[starts[at] : ends[last]]
            if field := find_field(normalise_label(name)):
                parts.append(Part(" ".join(name.split()), field, signs[last]))
                at = last + 1
                break
        else:
            return ()
    return tuple(parts) if len(parts) > 1 else ()


def part_value(text: str, parts: Sequence[Part]) -> list[tuple[str, str, str]]:
    """What a cell says of each name that its header joins, as field, name and text: line by line, or between the same
    signs as in the header, where it has as many; nothing where it has not. A title is only parted from what has its
    label in front; a leader and a host tell themselves, in any order and between any signs."""
    if any(part.field == "title" for part in parts):
        return _labelled_lines(text, parts)
    if len(parts) == 2 and (found := _leader_and_host(text)):
        names = {part.field: part.text for part in parts}
        if names.keys() == found.keys():
            return [(field, names[field], piece) for field, piece in found.items()]
    pieces = [line.strip() for line in text.splitlines() if line.strip()]
    signs = {part.sign for part in parts if part.sign}
    if len(pieces) != len(parts) and len(signs) == 1 and (sign := signs.pop()) in ("/", ";", ",", "-", "–"):
        # A stroke without a space stands in dates and names (05/2026, số 2/3).
        between = rf"\s*{sign}\s*" if sign in ";," else rf"\s+{sign}\s*|{sign}\s+"
        pieces = [piece.strip() for piece in re.split(between, " ".join(pieces))]
    if len(pieces) != len(parts) or not all(pieces):
        return []
    return [(part.field, part.text, piece) for part, piece in zip(parts, pieces, strict=True)]


def _leader_and_host(text: str) -> dict[str, str]:
    """The two by field, where a cell names one person and one organisation and nothing else."""
    for sign in _BETWEEN_TWO:
        pieces = [" ".join(piece.split()) for piece in sign.split(text.strip(" \n;,."), maxsplit=1)]
        if len(pieces) < 2:
            continue
        for lead, host in (pieces, pieces[::-1]):
            if _is_one_person(lead) and house_of_organisation(host) is not None and not find_people(host):
                return {"lead": lead, "organisation": host}
    return {}


def _is_one_person(text: str) -> bool:
    people = find_people(text)
    return len(people) == 1 and fold(text).endswith(fold(people[0]))


def _labelled_lines(text: str, parts: Sequence[Part]) -> list[tuple[str, str, str]]:
    names = {normalise_label(part.text): part for part in parts}
    title = next(part for part in parts if part.field == "title")
    lines: dict[Part, list[str]] = {title: []}
    part = title
    for line in text.splitlines():
        head, colon, rest = line.partition(":")
        named = names.get(normalise_label(head)) if colon else None
        part = named or part
        lines.setdefault(part, []).append((rest if named else line).strip())
    said = [(part.field, part.text, joined) for part in lines if (joined := "\n".join(filter(None, lines[part])))]
    return said if len(said) > 1 and lines[title] else []


def part_person(text: str, parts: Sequence[Part]) -> list[tuple[str, str, str]]:
    """As `part_value`, for a column of names of persons: the name with its titles, and what stands around it. That is
    kept as a contact where the header speaks of one or of what is private."""
    first = text.splitlines()[0]
    name = strip_titles(first)
    found = [("title", parts[0].text, first)]
    others = [part for part in parts if part.field != "title"]
    fields = {part.field for part in others}
    field = "contact" if fields & {"private", "contact"} else fields.pop() if len(fields) == 1 else "other"
    rest = re.sub(re.escape(name), " ", text, count=1, flags=re.IGNORECASE)
    if name and rest != text and (rest := " ".join(rest.split()).strip(" ,;:–-/()")):
        heading = ", ".join(part.text for part in others)
        found.append((field, heading[:1].upper() + heading[1:], rest))
    return found


def is_percent(header: str, whole: str) -> bool:
    """Whether a column holds shares and no amounts (``NSNN (%)``, ``Tỷ lệ đối ứng``); `whole` has what stands above
    the header as well."""
    if _PERCENT.search(fold(header)):
        return True
    return money_unit(header) is None and "%" in whole


def _loosen(name: str, kind: Kind) -> tuple[tuple[str, ...], int]:
    """The words that say something, sorted, and how many do not."""
    words = name.split()
    kept = (_NEUTRAL_IN_PROPOSALS if kind in _OF_PROPOSALS else _NEUTRAL).sub(" ", name).split()
    return tuple(sorted(kept)), len(words) - len(kept)


def loosen_names(kind: Kind, fields: Mapping[str, frozenset[str]]) -> dict[tuple[str, ...], str]:
    """Of synonyms by field: sorted words that say something → the field whose synonym has least beside them, unless
    two fields have."""
    nearest: dict[tuple[str, ...], tuple[int, set[str]]] = {}
    for field, names in fields.items():
        for name in names:
            words, dropped = _loosen(name, kind)
            if not words or (dropped and len(words) == 1):
                continue
            least, found = nearest.get(words, (dropped, set()))
            if dropped < least:
                nearest[words] = (dropped, {field})
            elif dropped == least:
                nearest[words] = (least, found | {field})
    return {words: found.pop() for words, (_, found) in nearest.items() if len(found) == 1}
