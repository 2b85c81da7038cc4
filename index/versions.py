"""Versions: what several origins say of the same thing, known by its natural key, becomes one record."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from index.amendments import ORIGIN, ORIGIN_OF_OWN, amend, is_amendment
from index.disagreements import Disagreement, settle
from index.origins import Version, is_own
from ingest import Record, Section, accented_view, fold, syllables
from ingest.remembering import remember

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


def merge_versions(versions: Sequence[Record], merged: Collection[int] = ()) -> Record:
    """One record out of what several origins say of it; `merged` are the positions of those that a person merged into
    the others.

    The text of the first is the base; what it lacks follows as sections of their own, of the same name where the base
    has one. Facts on which two disagree are those of the later one. What several say alike has a source in each of
    them. What one version only suggests gives way to what another states.
    """
    return weigh_versions(versions, merged)[0]


def weigh_versions(versions: Sequence[Record], merged: Collection[int] = ()) -> tuple[Record, tuple[Disagreement, ...]]:
    """The merged record, and on what its versions disagree."""
    if len(versions) == 1:
        return versions[0], ()
    stated = [version for version in versions if version.facts.field_codes and not version.suggests_fields]
    if stated:
        versions = [_without_suggestions(version) for version in versions]
    # A wholly confidential version is never the base: its title would become everybody's.
    order = sorted(range(len(versions)), key=lambda at: versions[at].visibility == "confidential")
    versions, merged = [versions[at] for at in order], {place for place, at in enumerate(order) if at in merged}
    sections, renamed = _join_sections(versions)
    record = replace(versions[0], sections=sections)
    # Facts have no visibility of their own, they go by the whole record's: what one version keeps to itself must not
    # come out through another, nor which file it is.
    shared = [
        at for at, version in enumerate(versions) if _RESTRICTION[version.visibility] <= _RESTRICTION[record.visibility]
    ]
    settled = settle(versions, shared, merged)
    sources = tuple(
        replace(source, value=renamed[at].get(source.value, source.value))
        for at, version in enumerate(versions)
        for source in version.sources
        if source.value in renamed[at] or at in settled.tellers.get(source.value, ())
    )
    sources = tuple(dict.fromkeys(sources))
    return replace(record, title=settled.title, facts=settled.facts, sources=sources), settled.disagreements


def _without_suggestions(record: Record) -> Record:
    if not record.suggests_fields:
        return record
    sources = tuple(source for source in record.sources if source.method != "suggested")
    return replace(record, facts=replace(record.facts, field_codes=()), sources=sources)


def _join_sections(versions: Sequence[Record]) -> tuple[tuple[Section, ...], list[dict[str, str]]]:
    """The sections of the first with what the others add to them, and for each version how its value paths of those
    that are in them are called there."""
    sections = list(versions[0].sections)
    renamed = [{f"sections/{at}": f"sections/{at}" for at in range(len(sections))}]
    for other in versions[1:]:
        places: dict[tuple[str, str], int] = {}
        for at, section in enumerate(sections):
            places.setdefault(section_key(section), at)
        words = [(section, _words(section.text)) for section in sections if section.name not in _ITEM_SECTIONS]
        paths: dict[str, str] = {}
        for number, section in enumerate(other.sections):
            known = places.get(section_key(section))
            if known is not None:
                sections[known] = _with_role_and_year(sections[known], section)
            elif not _is_held(words, section):
                known = places[section_key(section)] = len(sections)
                sections.append(section)
                words.append((section, _words(section.text)))
            if known is not None and _RESTRICTION[section.visibility] <= _RESTRICTION[sections[known].visibility]:
                paths[f"sections/{number}"] = f"sections/{known}"
        renamed.append(paths)
    return tuple(sections), renamed


def _with_role_and_year(held: Section, same: Section) -> Section:
    if _RESTRICTION[same.visibility] > _RESTRICTION[held.visibility]:
        return held
    return replace(held, role=held.role or same.role, year=held.year or same.year)


def section_key(section: Section) -> tuple[str, str]:
    """Equal for sections that say the same under the same name."""
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


def merge_told(id: str, told: Sequence[Version]) -> tuple[Record, tuple[Disagreement, ...]]:
    """The record of this id out of what its origins tell, with what persons corrected in it, and on what the files
    disagree besides."""
    files = [version for version in told if not is_amendment(version) and not is_own(version)]
    merged = {at for at, version in enumerate(files) if version.own_id != id}
    own = sorted(filter(is_own, told), key=lambda version: version.own_id != id)
    # What its owner says stands in the place of all that files say.
    record, disagreements = weigh_versions([version.record for version in files if not own] or [own[0].record], merged)
    origin = ORIGIN_OF_OWN if own else ORIGIN
    amendments = sorted((version for version in told if version.origin == origin), key=lambda one: one.own_id == id)
    record, amended = amend(record, [version.record for version in amendments])
    return record.with_id(id), tuple(one for one in disagreements if one.value not in amended)


@remember(4096)
def _normalise(text: str) -> str:
    return " ".join(accented_view(text).split())


@remember(4096)
def _words(text: str) -> str:
    return " ".join(["", *re.findall(r"\w+", accented_view(text)), ""])
