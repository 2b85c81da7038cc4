"""What of a record may leave the house in a draft: confidential text and identities only where a person asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest import Record, hide, identities, mask
from matcher.evidence import Quote, quote
from matcher.stored_values import position_of


@dataclass(frozen=True, slots=True)
class Release:
    """Whether confidential sections, and the names behind anonymous records, stand in the draft."""

    confidential: bool = False
    identities: bool = False


GUARDED = Release()


def names_to_hide(records: Iterable[Record], how: Release) -> list[str]:
    """The names behind the anonymous ones among stored records, which no part of the draft may tell."""
    if how.identities:
        return []
    hidden = (name for record in records if record.visibility == "anonymous" for name in identities(record))
    return sorted(set(hidden))


def release(record: Record, how: Release, hidden: Sequence[str] = ()) -> Record | None:
    """The record as the draft may quote it; None when nothing of it may be. The positions of sections stay: one that is
    left out is empty. The `hidden` names are masked as for strangers, in texts and facts, so that offsets are those of
    the record as it may be quoted.

    Sources of what is left out, and those of an anonymous record, whose file names tell whose it is, are left out too.
    """
    if record.visibility == "confidential" and not how.confidential:
        return None
    is_kept = [how.confidential or section.visibility != "confidential" for section in record.sections]
    sections = tuple(
        section if kept else replace(section, text="") for section, kept in zip(record.sections, is_kept, strict=True)
    )
    sources = tuple(source for source in record.sources if _is_kept(source.value, is_kept))
    facts, cover = record.facts, mask
    if record.visibility == "anonymous" and not how.identities:
        facts, sources, cover = replace(facts, code=None, organisation=None, people=()), (), hide
        hidden = [*hidden, *identities(record)]
    if not hidden and cover is mask:
        return replace(record, sections=sections, sources=sources)
    names = list(hidden)
    return replace(
        record,
        title=cover(record.title, names),
        sections=tuple(replace(section, text=cover(section.text, names)) for section in sections),
        facts=replace(
            facts,
            organisation=facts.organisation and mask(facts.organisation, names),
            place_written=facts.place_written and cover(facts.place_written, names),
            people=tuple(replace(person, name=mask(person.name, names)) for person in facts.people),
        ),
        sources=sources,
    )


def find_released(record: Record, said: Quote, hidden: Sequence[str]) -> Quote:
    """Where what was quoted of a record stands in it as it may be quoted; empty where it does not."""
    text = record.text_of(said.section)
    for shown in (said.text, mask(said.text, hidden), hide(said.text, hidden)):
        if (start := text.find(shown)) >= 0:
            return quote(record, said.section, start, start + len(shown))
    return quote(record, said.section, 0, 0)


def is_confidential(record: Record, value: str) -> bool:
    """Whether what a draft quotes is confidential where it is stored."""
    position = position_of(value)
    if position is None:
        return record.visibility == "confidential"
    return record.sections[position].visibility == "confidential"


def _is_kept(value: str, is_kept: Sequence[bool]) -> bool:
    position = position_of(value)
    return position is None or (position < len(is_kept) and is_kept[position])
