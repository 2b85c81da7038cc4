"""What a viewer sees of the stored records: one of them, a page of them, how many of each kind, probable twins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.errors import BadInput
from index import Disagreement, Index, UnknownRecord, find_disagreements, known_apart
from ingest import KINDS, N_, Kind, Record, Viewer, as_seen_by
from matcher import Duplicate, find_duplicates


@dataclass(frozen=True, slots=True)
class Shelf:
    """Records from `offset` on, by kind and id, out of `total`."""

    records: tuple[Record, ...]
    offset: int
    total: int


def see_record(index: Index, id: str, viewer: Viewer) -> Record:
    """The record as the viewer sees it. Raises UnknownRecord also for one that does not exist for them."""
    seen = as_seen_by(index.store.get(id), viewer)
    if seen is None:
        raise UnknownRecord(id)
    return seen


def see_disagreements(index: Index, id: str, viewer: Viewer) -> tuple[Disagreement, ...]:
    """On what the files about a record disagree, for those who see its sources too."""
    record = index.store.get(id)
    is_public = all(section.visibility == "public" for section in record.sections)
    return find_disagreements(index.store, id) if is_public or viewer.sees_all_of(id) else ()


def browse(index: Index, viewer: Viewer, kinds: Sequence[Kind], offset: int, limit: int) -> Shelf:
    """A page of what the viewer may see, in a stable order; hidden records leave no gap and do not count."""
    ids = [id for kind in kinds for id in sorted(index.candidates([kind], viewer).record_ids)]
    records = index.store.get_many(ids[offset : offset + limit])
    seen = [as_seen_by(records[id], viewer) for id in ids[offset : offset + limit] if id in records]
    return Shelf(tuple(record for record in seen if record), offset, len(ids))


def count_kinds(index: Index, viewer: Viewer) -> Mapping[Kind, int]:
    """How many records of each kind exist for the viewer."""
    found = Counter(index.candidates(KINDS, viewer).kinds)
    return {kind: found[kind] for kind in KINDS}


def list_duplicates(index: Index) -> tuple[list[Duplicate], Mapping[str, Record]]:
    """Pairs of records that may be one, for an officer, and their records by id. Not among them are those of which a
    person said that they are two."""
    records = list(index.store.records())
    proposed = find_duplicates(records)
    rejected = known_apart(index.store, [(one.first, one.second) for one in proposed])
    found = [one for one in proposed if (one.first, one.second) not in rejected]
    wanted = {id for one in found for id in (one.first, one.second)}
    return found, {record.id: record for record in records if record.id in wanted}


def tell_apart(index: Index, one: str, other: str) -> None:
    """Remember that two records are two things. Raises UnknownRecord, and BadInput for one with itself."""
    for id in (one, other):
        index.store.get(id)
    if one == other:
        raise BadInput(N_("{id} is one record. Name two that are different."), id=one)
    index.store.distinctions.remember(one, other)


def stop_telling_apart(index: Index, one: str, other: str) -> None:
    """Forget that two records are two things. Raises BadInput when nobody said so."""
    if not index.store.distinctions.forget(one, other):
        raise BadInput(N_("Nobody said that {first} and {second} are different."), first=one, second=other)


def list_told_apart(index: Index) -> list[tuple[Record, Record]]:
    """The pairs of which a person said that they are two things, as far as both are stored, for an officer."""
    pairs = index.store.distinctions.all()
    records = index.store.get_many([id for pair in pairs for id in pair])
    return [(records[one], records[other]) for one, other in pairs if one in records and other in records]
