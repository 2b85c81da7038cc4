"""What of a record may leave the house in a draft: confidential text and identities only where a person asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest import Record, identities, mask, mask_giveaways
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
    """The record as the draft may quote it; None when nothing of it may be. Positions and offsets stay: a section that
    is left out is empty, and the `hidden` names are masked at equal length, in texts and facts.

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
        facts, sources, cover = replace(facts, code=None, organisation=None, people=()), (), mask_giveaways
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
            people=tuple(replace(person, name=mask(person.name, names)) for person in facts.people),
        ),
        sources=sources,
    )


def is_confidential(record: Record, value: str) -> bool:
    """Whether what a draft quotes is confidential where it is stored."""
    position = position_of(value)
    if position is None:
        return record.visibility == "confidential"
    return record.sections[position].visibility == "confidential"


def _is_kept(value: str, is_kept: Sequence[bool]) -> bool:
    position = position_of(value)
    return position is None or (position < len(is_kept) and is_kept[position])
