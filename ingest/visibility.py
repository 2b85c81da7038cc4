"""What a viewer sees of a record: confidential text left out, identities behind anonymous text masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.records import Facts, Record, Section, Viewer
from ingest.vietnamese import fold, is_syllable

MASK = "•"
# The title of these is a name.
_NAMED_KINDS = frozenset({"scientist", "organisation"})
# What stands before a firm's or body's own name; the name alone gives it away as well.
_LEGAL_FORM = re.compile(
    r"^(?:công ty|cty|doanh nghiệp tư nhân|dntn|hợp tác xã|htx|tập đoàn|cơ sở|xí nghiệp|nhà máy)?\s*"
    r"(?:tnhh|trách nhiệm hữu hạn|cổ phần|cp)?\s*(?:mtv|một thành viên|hai thành viên)?\s*",
    re.IGNORECASE,
)


def as_seen_by(record: Record, viewer: Viewer) -> Record | None:
    """The record as it exists for the viewer; None when it does not exist for them.

    Section positions count what is seen: a confidential section leaves no gap.
    """
    if viewer.sees_all_of(record.id):
        return record
    if record.visibility == "confidential":
        return None
    seen = tuple(section for section in record.sections if section.visibility != "confidential")
    # Sources name sections by position and files by name: both would tell of what is hidden.
    sources = record.sources if len(seen) == len(record.sections) and record.visibility == "public" else ()
    if record.visibility == "public" or record.id in viewer.met:
        return replace(record, sections=seen, sources=sources)
    names = list(identities(record))
    return replace(
        record,
        title=mask(record.title, names),
        sections=tuple(_mask_section(section, names) for section in seen),
        facts=replace(
            record.facts,
            code=None,
            organisation=None,
            people=(),
            # A site is often called by the firm's name.
            place_written=record.facts.place_written and mask(record.facts.place_written, names),
        ),
        sources=(),
    )


def seen_position(record: Record, section: int | None, viewer: Viewer) -> int | None:
    """Where a section of the stored record stands in the record that the viewer sees."""
    if section is None or viewer.sees_all_of(record.id):
        return section
    return sum(1 for before in record.sections[:section] if before.visibility != "confidential")


def identities(record: Record) -> Iterator[str]:
    """The names that give away whose record this is."""
    facts: Facts = record.facts
    own = record.title if record.kind in _NAMED_KINDS else None
    # What a person corrected may still stand in the text as it was read.
    read = {source.value: source.unrepaired for source in record.sources if source.method == "person"}
    once = (read.get("facts/organisation"), read.get("title") if record.kind in _NAMED_KINDS else None)
    for name in (own, facts.organisation, facts.code, *(person.name for person in facts.people), *once):
        if name and name.strip():
            yield name.strip()
    for organisation in (facts.organisation, own if record.kind == "organisation" else None, once[0]):
        yield from _short_names(organisation or "")


def _short_names(organisation: str) -> Iterator[str]:
    """What is left of a body's name without its legal form, shorter and shorter: ``Gỗ An Phát``, ``An Phát``."""
    if organisation:
        own_name = _LEGAL_FORM.sub("", organisation.strip()).split()
        for size in range(len(own_name), 0, -1):
            tail = own_name[-size:]
            is_name = all(word[:1].isupper() or not word[:1].isalpha() for word in tail)
            # One Vietnamese syllable (Phát, Hòa) is no name by itself; one foreign or invented word (Vinatex) is.
            if is_name and (size > 1 or not is_syllable(tail[0].lower()) or tail[0].isupper()):
                yield " ".join(tail)


def mask(text: str, names: list[str]) -> str:
    """The text with every occurrence of the names replaced at equal length, whatever their case or accents."""
    folded = fold(text)
    masked = list(text)
    for name in sorted(names, key=len, reverse=True):
        pattern = r"\s+".join(re.escape(word) for word in fold(name).split())
        for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", folded):
            masked[match.start() : match.end()] = MASK * (match.end() - match.start())
    return "".join(masked)


def _mask_section(section: Section, names: list[str]) -> Section:
    return replace(section, text=mask(section.text, names))
