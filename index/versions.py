"""Versions: what several origins say of the same thing, known by its natural key, becomes one record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from ingest import Facts, Person, Record, Section, accented_view, fold, syllables

_SHORTEST_CODE = 5
_RESTRICTION = {"public": 0, "anonymous": 1, "confidential": 2}
# Several of these can stand in one record, each a thing of its own, though its text may be found in another.
_ITEM_SECTIONS = frozenset({"work", "project", "patent", "technology_offer", "laboratory", "fablab", "text", "other"})


def distinctive_code(record: Record) -> str | None:
    """The record's code (task code, ORCID, tax code) in normal form; None for a mere running number (``01``, ``12``),
    which every list has."""
    code = record.facts.code
    return _normalise(code) if code and len(re.findall(r"\w", code)) >= _SHORTEST_CODE else None


def natural_key(record: Record, origin: str) -> str:
    """What makes a record itself: its own id, else its distinctive code, else file and title."""
    if record.id:
        return f"id:{record.id}"
    if code := distinctive_code(record):
        return f"{record.kind}:code:{code}"
    return f"{record.kind}:path:{origin}:{_normalise(record.title)}"


def title_key(record: Record) -> str:
    """The title as it stands in a natural key: without case, of one spelling."""
    return _normalise(record.title)


def titles_agree(left: str, right: str) -> bool:
    """Whether two titles can be those of one task: at least half of the shorter one's words are in the other."""
    mine, theirs = ({title[start:end] for start, end in syllables(title)} for title in (fold(left), fold(right)))
    return 2 * len(mine & theirs) >= min(len(mine), len(theirs))


def merge_versions(versions: Sequence[Record]) -> Record:
    """One record out of what several origins say of it: the first is the base, the others fill its gaps.

    Text that the base lacks follows as a section of its own, of the same name where the base has one; what several say
    alike has a source in each of them. What one version only suggests gives way to what another states.
    """
    stated = [version for version in versions if version.facts.field_codes and not _suggested(version)]
    if stated:
        versions = [_without_suggestions(version) for version in versions]
    # A wholly confidential version is never the base: its title would become everybody's.
    first, *others = sorted(versions, key=lambda version: version.visibility == "confidential")
    merged = first
    for other in others:
        merged = _fill_gaps(merged, other)
    return merged


def _suggested(record: Record) -> bool:
    return any(source.method == "suggested" and source.value == "facts/field_codes" for source in record.sources)


def _without_suggestions(record: Record) -> Record:
    if not _suggested(record):
        return record
    sources = tuple(source for source in record.sources if source.method != "suggested")
    return replace(record, facts=replace(record.facts, field_codes=()), sources=sources)


def _fill_gaps(base: Record, other: Record) -> Record:
    sections = list(base.sections)
    places: dict[tuple[str, str], int] = {}
    for at, section in enumerate(sections):
        places.setdefault(_key(section), at)
    words = [(section, _words(section.text)) for section in sections if section.name not in _ITEM_SECTIONS]
    renamed: dict[str, str] = {}
    for number, section in enumerate(other.sections):
        known = places.get(_key(section))
        if known is not None:
            sections[known] = _with_role_and_year(sections[known], section)
        elif not _is_held(words, section):
            known = places[_key(section)] = len(sections)
            sections.append(section)
            words.append((section, _words(section.text)))
        if known is not None and _RESTRICTION[section.visibility] <= _RESTRICTION[sections[known].visibility]:
            renamed[f"sections/{number}"] = f"sections/{known}"
    # Facts have no visibility of their own, they go by the whole record's: what one version keeps to itself must not
    # come out through another, nor which file it is.
    merged = replace(base, sections=tuple(sections))
    shared = _RESTRICTION[other.visibility] <= _RESTRICTION[merged.visibility]
    facts, told = _fill_facts(base.facts, other.facts if shared else Facts())
    renamed |= {f"facts/{name}": f"facts/{name}" for name in told}
    if shared and _normalise(base.title) == _normalise(other.title):
        renamed["title"] = "title"
    added = [replace(source, value=renamed[source.value]) for source in other.sources if source.value in renamed]
    return replace(merged, facts=facts, sources=tuple(dict.fromkeys([*base.sources, *added])))


def _with_role_and_year(held: Section, same: Section) -> Section:
    if _RESTRICTION[same.visibility] > _RESTRICTION[held.visibility]:
        return held
    return replace(held, role=held.role or same.role, year=held.year or same.year)


def _key(section: Section) -> tuple[str, str]:
    return section.name, _normalise(section.text)


def _is_held(sections: Sequence[tuple[Section, str]], wanted: Section) -> bool:
    """Whether one of the sections of that name, each with its words, says all of it word for word, to everybody who
    may read the wanted one."""
    if wanted.name in _ITEM_SECTIONS:
        return False
    words, most = _words(wanted.text), _RESTRICTION[wanted.visibility]
    return any(
        words in text for held, text in sections if held.name == wanted.name and _RESTRICTION[held.visibility] <= most
    )


def _fill_facts(base: Facts, other: Facts) -> tuple[Facts, list[str]]:
    """The facts, with the names of those that `other` has filled or says alike."""
    nothing = (None, ())
    names = [name for name in Facts.__dataclass_fields__ if name != "people" and getattr(other, name) not in nothing]
    filled = {name: getattr(other, name) for name in names if getattr(base, name) in nothing}
    told = [name for name in names if name in filled or getattr(base, name) == getattr(other, name)]
    known = {_normalise(person.name) for person in base.people}
    # A task has one lead: a second one would be somebody whom a revision put in the first one's place.
    has_lead = any(person.role == "lead" for person in base.people)
    added: tuple[Person, ...] = tuple(
        person
        for person in other.people
        if _normalise(person.name) not in known and not (has_lead and person.role == "lead")
    )
    if added or (other.people and base.people == other.people):
        told.append("people")
    return replace(base, people=base.people + added, **filled), told


@lru_cache(maxsize=4096)
def _normalise(text: str) -> str:
    return " ".join(accented_view(text).split())


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    return " ".join(["", *re.findall(r"\w+", accented_view(text)), ""])
