"""Owners: what the store knows of whoever stands behind an anonymous record, hidden in it also when it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.passages import IndexedPassage
from index.search import Index
from index.traits import Traits
from index.vectors import cut_with_vectors, name_model
from ingest import Record, fold, identities, is_part_of, names_of_body, organisation_key
from ingest.organisations import names_of
from ingest.remembering import remember

# Raised when something else is hidden than before: what strangers may read is cut again then.
_RULES = "3"
_SETTING = "hides_by"
_KEPT = 4  # states of the store


@dataclass(slots=True)
class _Directory:
    """Written names of organisations by what they mean, and who goes by them."""

    bodies: dict[str, list[str]] = field(default_factory=dict)
    """Key → ids of the organisations."""
    members: dict[str, list[str]] = field(default_factory=dict)
    """Key → ids of the records that name it as theirs."""
    written: dict[str, str] = field(default_factory=dict)
    """Key → one way in which it is written."""


def name_owner(index: Index, record: Record) -> Record:
    """The record with all names and numbers that the store knows of whoever stands behind it beside what the record
    itself says; none where everybody may know it."""
    names: tuple[str, ...] = ()
    organisation = record.title if record.kind == "organisation" else record.facts.organisation
    if record.visibility == "anonymous" and organisation:
        own = set(identities(replace(record, owner_names=())))
        names = tuple(sorted({*_names_behind(index, record.id, organisation)} - own))
    return replace(record, owner_names=names)


def follow_owners(index: Index) -> int:
    """Cut those anonymous records anew of whose owners more (or less) is known by now, or everything where other rules
    hold; the number of records."""
    store = index.store
    is_everything = store.database.setting(_SETTING) != _RULES
    stale: list[tuple[Record, int, Sequence[IndexedPassage]]] = []
    with store.reading():
        seqs = store.seqs(store.anonymous())
        held = store.get_many(list(seqs))
    for record in held.values():
        named = name_owner(index, record)
        if is_everything or named.owner_names != record.owner_names:
            stale.append((named, seqs[record.id], cut_with_vectors(index, named)))
    count = store.replace_passages(stale, name_model(index)) if stale else 0
    if is_everything:
        with store.database.preparing(is_witnessed=False):
            store.database.set(_SETTING, _RULES)
    if count:
        index.refresh()
    return count


def _names_behind(index: Index, id: str, organisation: str) -> Iterator[str]:
    traits, directory = index.traits(), _directory_of(index, index.store.seq)
    for key in _keys_of(directory, organisation):
        for body in directory.bodies.get(key, ()):
            if body != id and body in traits:
                yield from _names_of(traits[body])
                for version in index.store.origins.versions_of(body):
                    yield from (version.record.title, *names_of_body(version.record.title))
        for member in directory.members.get(key, ()):
            if member != id and member in traits:
                one = traits[member]
                yield from (person.name for person in one.facts.people)
                if one.kind == "scientist":
                    yield one.title


def _names_of(body: Traits) -> Iterator[str]:
    yield from (body.title, *names_of_body(body.title))
    yield from (person.name for person in body.facts.people)
    if body.facts.code:
        yield body.facts.code


def _keys_of(directory: _Directory, organisation: str) -> Iterator[str]:
    """Under which the directory knows the organisation, the body of which it is a part, and its parts."""
    own, is_known = _key_of(organisation), bool(names_of(organisation))
    for key, written in directory.written.items():
        if key == own or (
            (is_known or own in key or key in own)
            and (is_part_of(written, organisation) or is_part_of(organisation, written))
        ):
            yield key


@remember(_KEPT)
def _directory_of(index: Index, _seq: int) -> _Directory:
    found = _Directory()
    for id, one in index.traits().items():
        if one.kind == "organisation":
            found.bodies.setdefault(_note(found, one.title), []).append(id)
        if one.facts.organisation:
            found.members.setdefault(_note(found, one.facts.organisation), []).append(id)
    return found


def _note(directory: _Directory, written: str) -> str:
    key = _key_of(written)
    directory.written.setdefault(key, written)
    return key


def _key_of(written: str) -> str:
    return fold(organisation_key(written))
