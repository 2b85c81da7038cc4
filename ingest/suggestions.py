"""Facts that a file does not state but its text suggests, marked as such in their sources."""

from __future__ import annotations

from dataclasses import replace

from ingest.fields import suggest_field_codes
from ingest.record_building import Origin
from ingest.records import Record, Source

_CONFIDENCE = 0.5
# What a record is about shows long before this many characters.
_MOST_TEXT = 200_000


def with_suggested_fields(record: Record, origin: Origin) -> Record:
    """The record with the fields of science that its title and public text suggest, where it names none itself.
    Documents, which have no field of their own, stay as they are."""
    if record.kind == "document" or record.facts.field_codes:
        return record
    told = [section.text for section in record.sections if section.visibility == "public" and section.name != "other"]
    # A scientist is called by a name.
    title = "" if record.kind == "scientist" else record.title
    codes = suggest_field_codes(title, "\n".join(told)[:_MOST_TEXT])
    if not codes:
        return record
    sure = round(_CONFIDENCE * origin.confidence, 3)
    source = Source("facts/field_codes", origin.file, origin.sha256, method="suggested", confidence=sure)
    return replace(record, facts=replace(record.facts, field_codes=codes), sources=(*record.sources, source))
