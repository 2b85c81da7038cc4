"""Which versions make one record: merged and parted by a person, and taken back when their file is retired."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from index.amendments import is_amendment
from index.changes import Group
from index.disagreements import Disagreement
from index.distinctions import Pair
from index.origins import Version
from index.owners import follow_owners, name_owner
from index.search import Index
from index.store import ConcurrentChange, Store
from index.vectors import cut_with_vectors, name_model
from index.versions import distinctive_code, merge_told, natural_key
from ingest import N_, BanhaError, Record

Planned = tuple[list[Group], dict[str, list[Version]]]
"""The new groups, and the records (id → its versions) in whose place they stand."""


class CannotMerge(BanhaError):
    """Two records cannot be made one."""


def merge_records(index: Index, into: str, other: str, check: Callable[[Record, Record], None] | None = None) -> Record:
    """Make two records of one kind one, under the id `into`: what `other` says fills its gaps.

    All versions and their sources are kept; `part_record` undoes it. Raises UnknownRecord, CannotMerge, and what
    `check` raises for two that must not be one.
    """
    store = index.store

    def plan() -> Planned:
        base, second = store.get(into), store.get(other)
        if into == other or base.kind != second.kind:
            raise CannotMerge(
                N_("{first} and {second} cannot be merged: choose two records of the same kind."),
                first=into,
                second=other,
            )
        if check:
            check(base, second)
        held = {id: store.origins.versions_of(id) for id in (into, other)}
        return [_group(into, store.natural_key(into), [*held[into], *held[other]])], held

    carry_out(index, plan)
    return store.get(into)


def part_record(index: Index, id: str) -> list[Record]:
    """Undo the merges of a record: each part is a record of its own again, under the id it had.

    The records, the one that keeps the id first (where something still tells of it); just that one when nothing was
    merged. Raises UnknownRecord.
    """
    store = index.store
    parted: list[str] = []

    def plan() -> Planned:
        store.get(id)
        versions = store.origins.versions_of(id)
        parts: dict[str, list[Version]] = {}
        for version in _without_orphans(versions):
            parts.setdefault(version.own_id, []).append(version)
        parted[:] = sorted(parts, key=lambda own_id: own_id != id)
        groups = [_group(own_id, parts[own_id][0].natural_key, parts[own_id]) for own_id in parted]
        return (groups, {id: versions}) if parted != [id] else ([], {})

    carry_out(index, plan)
    return [store.get(one) for one in parted]


def find_disagreements(store: Store, id: str) -> tuple[Disagreement, ...]:
    """On what those disagree who tell of a record."""
    told = store.origins.versions_of(id)
    return merge_told(id, told)[1] if told else ()


def known_apart(store: Store, pairs: Collection[Pair]) -> set[Pair]:
    """Those pairs of records of which a person said that they are two things, or said so of what was merged into
    them."""
    said = {frozenset(pair) for pair in store.distinctions.all()}
    if not said:
        return set()
    ids = {id: {id, *store.origins.own_ids_of(id)} for id in {id for pair in pairs for id in pair}}
    return {
        (first, second)
        for first, second in pairs
        if any(frozenset((one, other)) in said for one in ids[first] for other in ids[second])
    }


def retire_origins(index: Index, origins: Iterable[str], kept_keys: Iterable[str] = ()) -> list[str]:
    """Take back what these origins say, except under `kept_keys`; a record that nobody tells of any more goes.

    The ids of the records that have changed or gone, sorted.
    """
    store, kept = index.store, frozenset(kept_keys)
    touched: set[str] = set()
    for origin in origins:
        told = {key: id for key, id in store.origins.told_by(origin).items() if key not in kept}
        for id in sorted(set(told.values())):

            def plan(id: str = id, origin: str = origin, told: frozenset[str] = frozenset(told)) -> Planned:
                versions = store.origins.versions_of(id)
                left = tuple(held for held in versions if held.natural_key not in told or not _is_of(held, origin))
                left = _without_orphans(left)
                if len(left) == len(versions):
                    return [], {}
                return ([_group(id, store.natural_key(id), left)] if left else []), {id: versions}

            if carry_out(index, plan):
                touched.add(id)
    return sorted(touched)


def key_stated(store: Store, id: str, said: Record, otherwise: str) -> str:
    """The natural key of what a person says of a record: by its code, so that what files tell of it later is known,
    unless another record goes by that."""
    if distinctive_code(said) is None:
        return otherwise
    key = natural_key(said.with_id(""), "")
    known = store.find("", key)
    return key if known is None or known.id == id else otherwise


def _without_orphans(versions: Sequence[Version]) -> tuple[Version, ...]:
    """The versions without corrections of what no file tells of any more."""
    told = {version.own_id for version in versions if not is_amendment(version)}
    return tuple(version for version in versions if version.own_id in told or not is_amendment(version))


def _is_of(version: Version, origin: str) -> bool:
    return version.origin == origin or version.origin.startswith(f"{origin}#")


def _group(id: str, natural_key: str, versions: Sequence[Version]) -> Group:
    record, _ = merge_told(id, versions)
    return Group(record, natural_key, tuple(versions))


def carry_out(index: Index, plan: Callable[[], Planned]) -> bool:
    """Cut and encode the groups of a plan and store them; planned anew when somebody changed them meanwhile."""
    while True:
        with index.store.reading():
            groups, base = plan()
        if not base:
            return False
        named = [replace(group, record=name_owner(index, group.record)) for group in groups]
        cut_groups = [replace(group, passages=tuple(cut_with_vectors(index, group.record))) for group in named]
        try:
            index.store.regroup(cut_groups, base, name_model(index))
        except ConcurrentChange:
            continue
        index.refresh()
        follow_owners(index)
        return True
