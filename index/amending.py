"""Corrections of single values of a stored record by a person, and taking them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from index.amendments import ORIGIN, ORIGIN_OF_OWN, add_to, drop_from, find_source, is_amendment, value_of
from index.changes import Group
from index.origins import Version, is_own
from index.regrouping import Planned, carry_out, key_stated
from index.search import Index
from index.store import UnknownRecord
from index.versions import merge_told
from ingest import Record

Check = Callable[[Record, Record], None]


def amend_value(index: Index, id: str, path: str, value: Any) -> Record:
    """As `amend_values`, of one."""
    return amend_values(index, id, {path: value})


def amend_values(index: Index, id: str, values: Mapping[str, Any], check: Check | None = None) -> Record:
    """Let values of a record (by their paths) be others, whatever its files say, as long as they say it; all at once.
    The record as it is then.

    Raises UnknownRecord, also when the record has no such value by now, and what `check` raises of the record as it is
    and as it would be, where the two differ.
    """

    def change(held: Record | None, before: Record) -> Record | None:
        for path, value in values.items():
            if path.startswith("sections/") and value_of(before, path) is None:
                raise UnknownRecord(id)
            held = add_to(held, before, path, value, before)
        return held

    return _change(index, id, change, check)


def restore_value(index: Index, id: str, *paths: str, check: Check | None = None) -> Record:
    """Let values be again what the files say, all at once. The record as it is then. Raises as `amend_values`."""

    def change(held: Record | None, before: Record) -> Record | None:
        for path in paths:
            source = find_source(held, before, path) if held else None
            held = drop_from(held, source) if held and source else held
        return held if held and held.sources else None

    return _change(index, id, change, check)


def amended_values(index: Index, id: str) -> dict[str, str]:
    """Path → what the files say, of each value that a person corrected."""
    versions = index.store.origins.versions_of(id)
    origin = _origin_of(versions)
    held = next((version.record for version in versions if version.origin == origin), None)
    if held is None:
        return {}
    before = _told_by_files(id, versions)
    found = {source: path for path in _paths(before) if (source := find_source(held, before, path))}
    return {path: source.unrepaired or "" for source, path in found.items()}


def _paths(record: Record) -> list[str]:
    facts = (f"facts/{name}" for name in record.facts.__slots__)
    return ["title", *facts, *(f"sections/{at}" for at in range(len(record.sections)))]


def _change(
    index: Index, id: str, change: Callable[[Record | None, Record], Record | None], check: Check | None
) -> Record:
    store = index.store

    def plan() -> Planned:
        now = store.get(id)
        versions = store.origins.versions_of(id)
        origin = _origin_of(versions)
        own = next((version for version in versions if version.origin == origin and version.own_id == id), None)
        left = [version for version in versions if version is not own]
        amended = change(own.record if own else None, _told_by_files(id, versions))
        told = left
        if amended:
            told = [*left, Version(origin, key_stated(store, id, amended, store.natural_key(id)), amended, id)]
        if told == versions:
            return [], {}
        then = merge_told(id, told)[0]
        if check:
            check(now, then)
        return [Group(then, store.natural_key(id), tuple(told))], {id: versions}

    carry_out(index, plan)
    return store.get(id)


def _origin_of(versions: list[Version]) -> str:
    return ORIGIN_OF_OWN if any(map(is_own, versions)) else ORIGIN


def _told_by_files(id: str, versions: list[Version]) -> Record:
    return replace(merge_told(id, [version for version in versions if not is_amendment(version)])[0])
