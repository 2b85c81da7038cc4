"""Records without the facts that reading only suggested, each of which must say so in its source."""

from __future__ import annotations

from dataclasses import replace

from ingest.records import Record


def stated(record: Record) -> Record:
    """The record as the file states it."""
    suggested = [source for source in record.sources if source.method == "suggested"]
    if not suggested:
        return record
    (source,) = suggested
    assert source.value == "facts/field_codes"
    assert 0 < source.confidence <= 0.5
    assert record.facts.field_codes
    sources = tuple(one for one in record.sources if one is not source)
    return replace(record, facts=replace(record.facts, field_codes=()), sources=sources)
