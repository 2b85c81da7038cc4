"""What the owner of a record says of it: a version that stands in the place of all that files say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from index.amendments import ORIGIN_OF_OWN, write_value
from index.changes import ChangedMeanwhile, Group
from index.origins import OWNER, Version, content_hash_of, is_own
from index.regrouping import Planned, carry_out, key_stated
from index.search import Index
from index.versions import merge_told, section_key
from ingest import Facts, Record, Section, Source


def state_own(index: Index, id: str, said: Record, sources: Mapping[str, Source], seen: str = "") -> Record:
    """Let a record be what its owner says, whatever files say now or later. `sources`: those of values that the owner
    took from elsewhere, by path; what is unchanged keeps its own. The record as it is then.

    Raises UnknownRecord, and ChangedMeanwhile where `seen`, the hash of what the owner looked at, is not that of the
    record.
    """
    store = index.store

    def plan() -> Planned:
        before = store.get(id)
        versions = store.origins.versions_of(id)
        told = replace(said, kind=before.kind, house=before.house, id="")
        told = replace(told, sources=_find_sources(before, told, sources))
        # What was corrected in the owner's words is in what the owner has seen; what was corrected in the files stays,
        # for when they count again.
        left = [one for one in versions if one.own_id != id or not _is_of_owner(one)]
        left.append(Version(OWNER, key_stated(store, id, told, f"own:{id}"), told, id))
        if left == versions:
            return [], {}
        if seen and seen != content_hash_of(before):
            raise ChangedMeanwhile
        return [_group(index, id, left)], {id: versions}

    carry_out(index, plan)
    return store.get(id)


def drop_own(index: Index, id: str) -> Record | None:
    """Let a record be again what files say; None when none does, and all stays as it is. Raises UnknownRecord."""
    store = index.store
    is_told = True

    def plan() -> Planned:
        nonlocal is_told
        store.get(id)
        versions = store.origins.versions_of(id)
        left = [one for one in versions if not _is_of_owner(one)]
        is_told = bool(left)
        return ([_group(index, id, left)], {id: versions}) if left and left != versions else ([], {})

    carry_out(index, plan)
    return store.get(id) if is_told else None


def told_by_files(index: Index, id: str) -> Record | None:
    """The record as files alone tell it; None where its owner says nothing else, or no file tells of it."""
    versions = index.store.origins.versions_of(id)
    files = [one for one in versions if not _is_of_owner(one)]
    return merge_told(id, files)[0] if files and len(files) < len(versions) else None


def _is_of_owner(version: Version) -> bool:
    """Whether it is what the owner says, or was corrected in that."""
    return is_own(version) or version.origin == ORIGIN_OF_OWN


def left_out(told: Sequence[Section], said: Sequence[Section]) -> list[Section]:
    """The sections that files tell and the owner does not."""
    known = {section_key(section) for section in said}
    return [section for section in told if section_key(section) not in known]


def _group(index: Index, id: str, versions: list[Version]) -> Group:
    return Group(merge_told(id, versions)[0], index.store.natural_key(id), tuple(versions))


def _find_sources(before: Record, said: Record, given: Mapping[str, Source]) -> tuple[Source, ...]:
    found: list[Source] = []
    places = {section_key(section): f"sections/{at}" for at, section in enumerate(before.sections)}
    values = [("title", "title", before.title, said.title)]
    values += [
        (f"facts/{one.name}", f"facts/{one.name}", getattr(before.facts, one.name), getattr(said.facts, one.name))
        for one in fields(Facts)
    ]
    for path, old_path, old, new in values:
        found += _sources_of(before, path, old_path if old == new else None, new, old, given)
    for at, section in enumerate(said.sections):
        path = f"sections/{at}"
        found += _sources_of(before, path, places.get(section_key(section)), section.text, None, given)
    return tuple(found)


def _sources_of(
    before: Record, path: str, old_path: str | None, new: object, old: object, given: Mapping[str, Source]
) -> list[Source]:
    if path in given:
        return [replace(given[path], value=path)]
    if old_path is not None:
        return [replace(source, value=path) for source in before.sources if source.value == old_path]
    return [Source(path, "", "", method="person", unrepaired=write_value(old))] if new not in (None, ()) or old else []
