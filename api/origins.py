"""Origins of what is sent over HTTP: whether it is said anew of a stored record or is a record of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, count, pairwise

from index import Index, natural_key, prepare_draft
from index.origins import Version
from ingest import Record, fold, record_to_json, syllables
from ingest.organisations import organisation_key

# A correction keeps much of the text. Two texts of unlike content share a twentieth of their pairs of syllables.
_LEAST_KEPT = 1 / 3
# Where only one of the two says whose it is, hardly anything may be lost.
_NEARLY_ALL = 0.8


def name_posted(index: Index, records: Sequence[Record]) -> list[tuple[Record, str]]:
    """Origins of records posted as JSON. One without id and code is known by its content alone: the same again is
    the same record, any other is another."""
    return [
        (record, _keyed(index, record, f"posted:{_whose(record)}") if _has_key(record) else f"posted:{_digest(record)}")
        for record in records
    ]


def name_uploaded(index: Index, records: Sequence[Record], file: str) -> list[tuple[Record, str]]:
    """Origins of the records of an uploaded file, whose name many files share.

    A record stands for a stored one, and replaces what was stored, when file name, title and whose it is
    (organisation and leaders) are equal and a third of the stored text is still there; also when it was read from the
    same bytes under another name. Otherwise it is another.
    """
    taken: set[tuple[str, str]] = set()
    pairs: list[tuple[Record, str]] = []
    told = _told_from_these_bytes(index, records)
    for record in records:
        same = (version.origin for version in told if _is_known_as(version, record))
        for origin in chain(same, _origins(index, record, file)):
            key = natural_key(record, origin), origin
            if key not in taken:
                taken.add(key)
                pairs.append((record, origin))
                break
    return pairs


def _told_from_these_bytes(index: Index, records: Sequence[Record]) -> list[Version]:
    read = {source.sha256 for record in records for source in record.sources}
    return [version for sha256 in sorted(read) for version in index.store.origins.told_from(sha256)]


def _is_known_as(version: Version, record: Record) -> bool:
    """Whether this version says just what the record does, and would be told by it from the same origin."""
    told = replace(version.record, sources=(), id="")
    return told == replace(record, sources=(), id="") and version.natural_key == natural_key(record, version.origin)


def _origins(index: Index, record: Record, file: str) -> Iterator[str]:
    """All origins that the record may get, the best first; there is always one more."""
    nobodys, whose = f"upload:{file}", _whose(record)
    mine = f"{nobodys}#{whose}" if whose else nobodys
    if _has_key(record):
        own = _keyed(index, record, mine)
        yield own
    else:
        own = f"{nobodys}#{_digest(record)}"
        by_content, stored = _stored(index, record, own), _stored(index, record, mine)
        if by_content:
            yield own
        if stored and _kept(stored, record) >= _LEAST_KEPT:
            yield mine
        former = _stored(index, record, nobodys) if whose else None
        if former and _whose(former) in ("", whose) and _kept(former, record) >= _NEARLY_ALL:
            yield nobodys
        if not stored:
            yield mine
        if not by_content:
            yield own
    yield from (f"{own}#{number}" for number in count(2))


def _has_key(record: Record) -> bool:
    """Whether the record is known by its id or code, wherever it comes from."""
    return natural_key(record, "") == natural_key(record, "elsewhere")


def _keyed(index: Index, record: Record, mine: str) -> str:
    """The origin of a record with an id or code: that of the version which it corrects, of the same `mine`, else a new
    one, so that the store can tell another task under the same code by its title."""
    if record.id:
        return mine
    mine += "?title="
    draft = prepare_draft(index.store, record, natural_key(record, ""), "")
    held = () if draft.change == "new" else index.store.origins.versions_of(draft.record.id)
    new = mine + hashlib.sha256(fold(record.title).encode()).hexdigest()[:12]
    return next((version.origin for version in held if version.origin.startswith(mine)), new)


def _stored(index: Index, record: Record, origin: str) -> Record | None:
    """What is stored from `origin` under the title of `record`."""
    key = natural_key(record, origin)
    draft = prepare_draft(index.store, record, key, origin)
    held = () if draft.change == "new" else index.store.origins.versions_of(draft.record.id)
    return next((version.record for version in held if (version.natural_key, version.origin) == (key, origin)), None)


def _whose(record: Record) -> str:
    """Equal for records of the same organisation and leaders (of an organisation: of the same place); empty when
    nothing is said of them."""
    facts = record.facts
    names = [fold(organisation_key(facts.organisation))] if facts.organisation else []
    names += sorted(" ".join(fold(person.name).split()) for person in facts.people if person.role == "lead")
    place = facts.place_today or facts.place_written
    if record.kind == "organisation" and place:
        names.append(fold(place))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:12] if any(names) else ""


def _digest(record: Record) -> str:
    """Of everything that the record says, not of where it was read."""
    said = json.dumps(record_to_json(replace(record, id="")), ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _kept(stored: Record, record: Record) -> float:
    """How much of the stored text stands in the record too, 0–1, by pairs of neighbouring syllables; 1 when there was
    none to lose."""
    before, now = _pairs(stored), _pairs(record)
    return len(before & now) / len(before) if before else 1.0


def _pairs(record: Record) -> set[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    for section in record.sections:
        view = fold(section.text)
        pairs.update(pairwise(view[start:end] for start, end in syllables(view)))
    return pairs
