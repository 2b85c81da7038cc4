"""The dossier of a task: the persons and organisations that it names, each with the words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from ingest import Record, compare_names, fold, is_part_of, is_same_organisation, organisation_key
from ingest.names import find_people, find_roles, house_of_organisation, looks_like_person, one_spelling
from ingest.organisations import is_renamed
from matcher.councils.rulesets import Part
from matcher.evidence import Quote, quote

Doubt = Literal[
    "organisation unknown", "other organisation", "unaccented", "accents", "initials", "longer name", "unsure"
]
Tie = Literal["same", "renamed", "part", "whole", "unaccented"]

_FARTHEST_AFFILIATION = 160  # code points behind a name
_BETWEEN = re.compile(r"\s+[–-]\s+|[,():]")
_LISTS_PEOPLE = re.compile(
    r"(?:ca nhan|thanh vien|nhung nguoi|can bo|nhan luc|thu ky|chu nhiem)(?:(?!\bto chuc\b)[^:\n]){0,80}:"
)
_PARTS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("secretary", re.compile(r"\bthu ky\b")),
    ("lead", re.compile(r"\b(?<!pho )chu nhiem\b")),
    ("main_member", re.compile(r"\b(?:thanh vien (?:thuc hien )?chinh|pho chu nhiem|dong chu nhiem)\b")),
    ("member", re.compile(r"\b(?:thanh vien|tham gia|ky thuat vien|cong tac vien)\b")),
)
_CO_OPERATES = re.compile(
    r"\b(?:to chuc|co quan|don vi|doanh nghiep|cac ben)[^:\n.;]{0,40}\b(?:phoi hop|dong chu tri|hop tac|lien ket)"
    r"[^:\n.;]{0,40}:|\bphoi hop (?:thuc hien )?(?:voi|cung)\b|\b(?:doi tac|ben hop tac)[^:\n.;]{0,30}:"
)
_BODY_ENDS = re.compile(r"[;\n•]|(?<!\d)\.(?=\s|$)|,|\s+và\s+|\s+cùng\s+")
_OUTER_NOISE = " .,:;–-•()\t0123456789"
_FOLLOWING_WORD = re.compile(r"[ \t]+([^\W\d_]+)")
_PRECEDING_WORD = re.compile(r"([^\W\d_]+)[ \t]+$")


@dataclass(frozen=True, slots=True)
class Fact:
    """On what something is grounded: a record with the words in it (None: one of its facts), or a declaration."""

    record_id: str | None
    quote: Quote | None = None
    declaration: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names a person. `doubt` says why it may be another, None when the name is the same in full."""

    section: int
    start: int
    end: int
    doubt: Doubt | None
    part: Part | None
    organisation: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """A person whom a task names. `organisations` are those to which the person can belong: the one beside the name,
    else the host and its partners. `record` is the person's own where that is sure."""

    name: str
    part: Part
    organisations: tuple[str, ...]
    fact: Fact
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Body:
    name: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Dossier:
    record: Record
    host: Body | None
    partners: tuple[Body, ...]
    people: tuple[Named, ...]

    @property
    def bodies(self) -> tuple[str, ...]:
        return tuple(body.name for body in (self.host, *self.partners) if body)


def read_dossier(record: Record, scientists: Iterable[Record] = ()) -> Dossier:
    """Who and what a task names: leader and members by its facts and its lists of persons, host, partners."""
    organisation = record.facts.organisation
    host = Body(organisation, Fact(record.id, _find_words(record, organisation))) if organisation else None
    partners = tuple(_find_partners(record, organisation))
    bodies = tuple(body.name for body in (host, *partners) if body)
    people: dict[str, Named] = {}
    for person in record.facts.people:
        part: Part = "lead" if person.role == "lead" else "main_member"
        _add(people, record, person.name, part, bodies)
    for name, said in _listed(record):
        _add(people, record, name, said, bodies)
    own = list(scientists)
    return Dossier(record, host, partners, tuple(replace(one, record=_own_record(one, own)) for one in people.values()))


def _add(people: dict[str, Named], record: Record, name: str, part: Part, bodies: tuple[str, ...]) -> None:
    key = one_spelling(name)
    if key in people:
        return
    mention = next((one for one in find_mentions(record, name) if one.doubt is None), None)
    fact = Fact(record.id)
    if mention:
        fact = Fact(record.id, quote(record, mention.section, mention.start, mention.end))
        if part != "lead" and mention.part and mention.part != "lead":
            part = mention.part
    beside = (mention.organisation,) if mention and mention.organisation else None
    people[key] = Named(name, part, beside or (bodies[:1] if part == "lead" else bodies), fact)


def _listed(record: Record) -> Iterator[tuple[str, Part]]:
    for section in record.sections:
        plain = fold(section.text)
        for match in _LISTS_PEOPLE.finditer(plain):
            end = section.text.find("\n", match.end())
            line = section.text[match.end() : end if end >= 0 else len(section.text)]
            of_all: Part = "secretary" if "thu ky" in match.group() else "main_member"
            for name, role in find_roles(line):
                yield name, "lead" if role == "lead" else of_all


def _own_record(named: Named, scientists: Sequence[Record]) -> Record | None:
    """The only scientist of this name who belongs to one of the organisations."""
    found = [
        one
        for one in scientists
        if compare_names(one.title, named.name) == "exact"
        and one.facts.organisation
        and any(is_sure(tie_of(one.facts.organisation, body)) for body in named.organisations)
    ]
    return found[0] if len(found) == 1 else None


def find_mentions(record: Record, name: str) -> Iterator[Mention]:
    """Where the sections name somebody by this full name, also without accents or with others."""
    words = fold(one_spelling(name)).split()
    if len(words) < 2:
        return
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)")
    for number, section in enumerate(record.sections):
        for match in pattern.finditer(fold(one_spelling(section.text))):
            start, end = match.span()
            part, organisation = _beside(section.text, start, end)
            yield Mention(number, start, end, _doubt_of(section.text, start, end, name), part, organisation)


def _doubt_of(text: str, start: int, end: int, name: str) -> Doubt | None:
    written = " ".join(text[start:end].split())
    if one_spelling(written) != one_spelling(" ".join(name.split())):
        return "unaccented" if written.isascii() or name.isascii() else "accents"
    before, after = _PRECEDING_WORD.search(text[:start]), _FOLLOWING_WORD.match(text, end)
    if before and not before[1].isupper() and looks_like_person(f"{before[1]} {name}"):
        return "longer name"
    if after and after[1][0].isupper() and not _is_new_thing(text[after.start(1) :]):
        return "longer name"
    return None


def _is_new_thing(rest: str) -> bool:
    """Whether what follows a name is an organisation or what the person does."""
    following = " ".join(rest[:60].split()[:4])
    plain = fold(following)
    return house_of_organisation(following) is not None or any(words.match(plain) for _, words in _PARTS)


def _beside(text: str, start: int, end: int) -> tuple[Part | None, str | None]:
    """What is said of a person right before and behind the name in the same line."""
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    behind = text[end : line_end if line_end >= 0 else len(text)][:_FARTHEST_AFFILIATION].split(";")[0]
    said: list[str] = []
    organisation = None
    for piece in _pieces(behind):
        if any(words.match(fold(piece)) for _, words in _PARTS):
            said.append(fold(piece))
        elif house_of_organisation(piece) is not None:
            organisation = organisation or piece
        elif find_people(piece):
            break
        else:
            said.append(fold(piece))
    label = fold(re.split(r"[;,\n]", text[line_start:start])[-1])
    if label.rstrip().endswith(":") and "thu ky" in label:
        said.append("thu ky")
    part = next((part for one in said for part, words in _PARTS if words.search(one)), None)
    return part, organisation


def _pieces(text: str) -> list[str]:
    """What stands between dashes, commas and brackets; a dash inside the name of an organisation parts nothing."""
    pieces: list[str] = []
    at = 0
    for match in [*_BETWEEN.finditer(text), None]:
        piece = text[at : match.start() if match else len(text)].strip(_OUTER_NOISE)
        is_after_dash = at > 0 and text[:at].rstrip()[-1:] in ("–", "-")
        if is_after_dash and pieces and house_of_organisation(pieces[-1]) and _goes_on(piece):
            pieces[-1] = f"{pieces[-1]} – {piece}"
        elif piece:
            pieces.append(piece)
        at = match.end() if match else at
    return pieces


def _goes_on(piece: str) -> bool:
    """Whether it is the rest of an organisation's name: no role, no person, no other organisation."""
    is_role = any(words.search(fold(piece)) for _, words in _PARTS)
    return piece[:1].isupper() and not is_role and not find_people(piece) and house_of_organisation(piece) is None


def _find_words(record: Record, words: str) -> Quote | None:
    """The first place that says just these words, whatever their case."""
    for number, section in enumerate(record.sections):
        start = one_spelling(section.text).find(one_spelling(words))
        if start >= 0:
            return quote(record, number, start, start + len(words))
    return None


def _find_partners(record: Record, host: str | None) -> Iterator[Body]:
    seen: set[str] = {organisation_key(host)} if host else set()
    for number, section in enumerate(record.sections):
        for match in _CO_OPERATES.finditer(fold(section.text)):
            for start, end in _bodies_behind(section.text, match.end(), match.group().endswith(":")):
                name = section.text[start:end]
                key = organisation_key(name)
                if key and key not in seen:
                    seen.add(key)
                    yield Body(name, Fact(record.id, quote(record, number, start, end)))


def _bodies_behind(text: str, start: int, is_list: bool) -> Iterator[tuple[int, int]]:
    """The organisations named behind a word of co-operation: in its sentence, or in the list below its label."""
    at = start
    while at < len(text):
        stop = _BODY_ENDS.search(text, at)
        end = stop.start() if stop else len(text)
        piece = text[at:end]
        stripped = piece.strip(_OUTER_NOISE)
        head, dash, rest = stripped.partition(" – ")
        named = head if dash and not _goes_on(rest) else stripped
        if named and house_of_organisation(named) is not None:
            first = at + piece.index(named)
            yield first, first + len(named)
        elif stripped and (at > start or not is_list):
            return
        if stop is None or (stop.group().startswith(".") or (stop.group() == "\n" and not is_list)):
            return
        at = stop.end()


@lru_cache(maxsize=16_384)
def tie_of(one: str, other: str) -> Tie | None:
    """How a person of the organisation `one` belongs to `other`: to the same, to what it became or was, to a part of
    it, to the whole of which it is a part; ``unaccented`` where only names without accents agree."""
    if organisation_key(one) and organisation_key(one) == organisation_key(other):
        return "same"
    if is_same_organisation(one, other):
        return "unaccented"
    if is_renamed(one, other):
        return "renamed"
    if is_part_of(one, other):
        return "part"
    return "whole" if is_part_of(other, one) else None


def is_sure(tie: Tie | None) -> bool:
    """Whether such a tie makes somebody a member of its staff without a question."""
    return tie in ("same", "renamed", "part")


def doubt_identity(
    name: str, organisations: Sequence[str], other: str, others: Sequence[str]
) -> tuple[bool, Doubt | None]:
    """(whether two written names may be one person, why that is not sure). Two persons may share a name: only with an
    organisation in common is it sure."""
    how = compare_names(name, other)
    are_tied = any(is_sure(tie_of(mine, theirs)) for mine in organisations for theirs in others)
    if how == "exact":
        if are_tied:
            return True, None
        return True, "other organisation" if organisations and others else "organisation unknown"
    if how == "unaccented":
        return True, "unaccented"
    if how == "initials":
        return are_tied, "initials"
    return fold(one_spelling(name)) == fold(one_spelling(other)), "accents"
