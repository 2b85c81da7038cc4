"""Versions: what several origins say of the same thing, known by its natural key, becomes one record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest import Facts, Person, Record, accented_view, fold, syllables

_SHORTEST_CODE = 5
_RESTRICTION = {"public": 0, "anonymous": 1, "confidential": 2}
# Several of these can stand in one record, each a thing of its own; any other section name stands once.
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

    Sections that stand once are taken from the first that has them, items (works, projects …) are united. What one
    version only suggests gives way to what another states.
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
    sections, sources = list(base.sections), list(base.sources)
    held_names = {section.name for section in base.sections}
    held_items = {(section.name, _normalise(section.text)) for section in base.sections}
    sourced = {source.value for source in base.sources}
    renamed: dict[str, str] = {}
    for number, section in enumerate(other.sections):
        is_item = section.name in _ITEM_SECTIONS
        if (section.name, _normalise(section.text)) in held_items or (not is_item and section.name in held_names):
            continue
        renamed[f"sections/{number}"] = f"sections/{len(sections)}"
        sections.append(section)
    # Facts have no visibility of their own, they go by the whole record's: what one version keeps to itself must not
    # come out through another.
    merged = replace(base, sections=tuple(sections))
    shared = _RESTRICTION[other.visibility] <= _RESTRICTION[merged.visibility]
    facts, filled = _fill_facts(base.facts, other.facts if shared else Facts())
    renamed |= {f"facts/{name}": f"facts/{name}" for name in filled}
    sources += [
        replace(source, value=renamed[source.value])
        for source in other.sources
        if source.value in renamed and renamed[source.value] not in sourced
    ]
    return replace(merged, facts=facts, sources=tuple(sources))


def _fill_facts(base: Facts, other: Facts) -> tuple[Facts, list[str]]:
    filled = [
        name
        for name in Facts.__dataclass_fields__
        if name != "people" and getattr(base, name) in (None, ()) and getattr(other, name) not in (None, ())
    ]
    known = {_normalise(person.name) for person in base.people}
    added: tuple[Person, ...] = tuple(person for person in other.people if _normalise(person.name) not in known)
    if added:
        filled.append("people")
    values = {name: getattr(other, name) for name in filled if name != "people"}
    return replace(base, people=base.people + added, **values), filled


def _normalise(text: str) -> str:
    return " ".join(accented_view(text).split())
