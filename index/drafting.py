"""Drafting: which record a version belongs to, and what that record would become, before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from index.origins import Version
from index.store import Change, Draft, Store, content_hash_of
from index.versions import distinctive_code, merge_versions, title_key, titles_agree
from ingest import Record


def prepare_draft(store: Store, record: Record, natural_key: str, origin: str) -> Draft:
    """Say what storing `record`, as told by `origin`, would make of the store; writes nothing.

    A record that brings its own id replaces what was said under that id; otherwise the versions of all origins
    with the same natural key are merged: the earliest is the base, later ones fill its gaps. A task of another
    title under a code that is taken is another task.
    """
    known = store.find(record.id, natural_key)
    if known is not None and known.id != record.id and _is_another(store, known.id, record, natural_key, origin):
        natural_key = f"{natural_key}:{title_key(record)}"
        known = store.find(record.id, natural_key)
    replaces_all = bool(record.id)
    if known is None:
        id = record.id or mint_id(store, record, natural_key)
        return Draft(record.with_id(id), natural_key, Version(origin, natural_key, record), replaces_all, "new", None)
    version = Version(origin, known.natural_key if record.id == known.id else natural_key, record)
    held = tuple(store.origins.versions_of(known.id))
    versions = _put_in_place(version, held, replaces_all)
    merged = merge_versions([one.record for one in versions]).with_id(known.id)
    change: Change = "unchanged" if content_hash_of(merged) == known.content_hash else "changed"
    is_known = change == "unchanged" and version in held
    return Draft(merged, known.natural_key, version, replaces_all, change, known.seq, held, is_known)


def mint_id(store: Store, record: Record, natural_key: str) -> str:
    """The id of a record that brings none; of ``id:…``, which is what one goes by that did, that id.

    The id of what is not public must not betray a tax code to somebody who tries them all.
    """
    if natural_key.startswith("id:"):
        return natural_key.removeprefix("id:")
    salt = "" if record.visibility == "public" else store.id
    return f"{record.kind}-{hashlib.sha256((salt + natural_key).encode()).hexdigest()[:12]}"


def _is_another(store: Store, id: str, record: Record, natural_key: str, origin: str) -> bool:
    """Whether a task came under the code of one that has quite another title: offices number by themselves."""
    if record.kind != "proposal" or distinctive_code(record) is None:
        return False
    if store.origins.has_version(f"{natural_key}:{title_key(record)}"):
        return True
    versions = store.origins.versions_of(id)
    return not any(held.origin == origin or titles_agree(held.record.title, record.title) for held in versions)


def _put_in_place(version: Version, versions: Sequence[Version], replaces_all: bool) -> list[Version]:
    """The versions with this one in the place of what its origin (or, where it replaces all, anybody) said under its
    natural key; else at the end."""

    def is_replaced(held: Version) -> bool:
        return held.natural_key == version.natural_key and (replaces_all or held.origin == version.origin)

    at = next((at for at, held in enumerate(versions) if is_replaced(held)), len(versions))
    kept = [held for held in versions if not is_replaced(held)]
    return [*kept[:at], version, *kept[at:]]
