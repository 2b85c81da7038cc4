"""Drafting: which record a version belongs to, and what that record would become, before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from index.amendments import is_amendment
from index.changes import Change, Draft
from index.origins import Version, content_hash_of, is_own
from index.store import KnownRecord, Store
from index.versions import distinctive_code, merge_told, title_key, titles_agree
from ingest import Record


def prepare_draft(store: Store, record: Record, natural_key: str, origin: str) -> Draft:
    """Say what storing `record`, as told by `origin`, would make of the store; writes nothing.

    A record that brings its own id replaces what was said under that id; otherwise the versions of all origins
    with the same natural key are merged. A task of another title under a code that is taken is another task.
    """
    known = store.find(record.id, natural_key)
    if known is not None and known.id != record.id and _is_another(store, known.id, record, natural_key, origin):
        natural_key = f"{natural_key}:{title_key(record)}"
        known = store.find(record.id, natural_key)
    replaces_all = bool(record.id)
    if known is None:
        id = record.id or _mint_id(store, record, natural_key)
        version = Version(origin, natural_key, record, id)
        return Draft(record.with_id(id), natural_key, version, replaces_all, "new", None)
    held = tuple(store.origins.versions_of(known.id))
    key, own_id = _place_among(held, known, record.id, natural_key)
    version = Version(origin, key, record, own_id)
    versions = _put_in_place(version, held, replaces_all)
    merged, disagreements = merge_told(known.id, versions)
    change: Change = "unchanged" if content_hash_of(merged) == known.content_hash else "changed"
    is_known = change == "unchanged" and version in held
    before = merge_told(known.id, held)[1] if disagreements and held else ()
    told_anew = tuple(one for one in disagreements if one not in before)
    return Draft(merged, known.natural_key, version, replaces_all, change, known.seq, held, is_known, told_anew)


def _mint_id(store: Store, record: Record, natural_key: str) -> str:
    """The id of a record that brings none. Another one where a record that went by this natural key has kept it.

    The id of what is not public must not betray a tax code to somebody who tries them all.
    """
    salted = ("" if record.visibility == "public" else store.id) + natural_key
    while True:
        id = f"{record.kind}-{hashlib.sha256(salted.encode()).hexdigest()[:12]}"
        if store.find(id, "") is None:
            return id
        salted += "#"


def _place_among(held: Sequence[Version], known: KnownRecord, id: str, natural_key: str) -> tuple[str, str]:
    """The natural key and the own id with which a version that brings this id (or none) comes to a known record: those
    of the part that has the id, else of the one that goes by the natural key."""
    if id == known.id:
        return known.natural_key, id
    for version in held:
        if version.own_id == id:
            return version.natural_key, id
    return natural_key, next((version.own_id for version in held if version.natural_key == natural_key), known.id)


def _is_another(store: Store, id: str, record: Record, natural_key: str, origin: str) -> bool:
    """Whether a task came under the code of one that has quite another title: offices number by themselves."""
    if distinctive_code(record) is None:
        return False
    if record.kind != "proposal":
        return _is_claimed(store, id, record, natural_key)
    if store.origins.has_version(f"{natural_key}:{title_key(record)}"):
        return True
    versions = store.origins.versions_of(id)
    return not any(held.origin == origin or titles_agree(held.record.title, record.title) for held in versions)


def _is_claimed(store: Store, id: str, record: Record, natural_key: str) -> bool:
    """Whether only persons say that a record of another title has this code: it may be somebody else's."""
    versions = [held for held in store.origins.versions_of(id) if held.natural_key == natural_key]
    is_stated = bool(versions) and all(is_own(held) or is_amendment(held) for held in versions)
    return is_stated and not any(titles_agree(held.record.title, record.title) for held in versions)


def _put_in_place(version: Version, versions: Sequence[Version], replaces_all: bool) -> list[Version]:
    """The versions with this one in the place of what its origin (or, where it replaces all, anybody) said under its
    natural key; else at the end."""

    def is_replaced(held: Version) -> bool:
        return held.natural_key == version.natural_key and (replaces_all or held.origin == version.origin)

    at = next((at for at, held in enumerate(versions) if is_replaced(held)), len(versions))
    kept = [held for held in versions if not is_replaced(held)]
    return [*kept[:at], version, *kept[at:]]
