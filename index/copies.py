"""Copies: files of one content under two paths tell of the same records, also of those that only a path makes known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.store import Store
from index.versions import natural_key, title_key
from ingest import Record

Told = Sequence[tuple[Record, str]]
"""Records with their origins."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file (as the report names it) whose content is that `of` another, by its path."""

    file: str
    of: str


@dataclass(slots=True)
class Contents:
    """What was read with which content, in the store (when this is made) and in this run."""

    store: Store
    paths: dict[str, list[str]] = field(init=False)
    """sha256 → paths."""
    _read: dict[str, list[tuple[str, Record]]] = field(default_factory=dict)
    """path → (natural key, record) of what was read in this run."""

    def __post_init__(self) -> None:
        self.paths = self.store.files.by_content()

    def original_of(self, sha256: str, path: str) -> str | None:
        """Another file with this content; of several one that is still there, if any is."""
        others = [other for other in self.paths.get(sha256, ()) if other != path]
        return min(others, key=lambda other: (not Path(other).exists(), other), default=None)

    def note(self, sha256: str, path: str, told: Told, keys: Mapping[str, str]) -> None:
        """Remember a file that was read without a problem, and under which natural keys it tells of its records."""
        paths = self.paths.setdefault(sha256, [])
        if path not in paths:
            paths.append(path)
        self._read[path] = [(keys.get(key, key), record) for key, record in _keyed(told)]

    def shared_keys(self, told: Told, path: str, original: str | None) -> dict[str, str]:
        """The natural keys under which `told` (of the file at `path`) would be stored → those of the same records,
        which are known by the path of the `original`, or of one that this file was copied from before.

        Only what is the same in every word and its visibility is joined: nothing may come out, or be lost, through a
        copy. Once joined, it stays so while the contents are the same, or nobody else tells of it.
        """
        mine = self.store.origins.told_by(path)
        said = list(self._said_by(original)) if original else []
        keys: dict[str, str] = {}
        for (key, record), (_, origin) in zip(_keyed(told), told, strict=True):
            if not _is_known_by_path(record) or key in mine:
                continue
            ending = f"{origin.removeprefix(path)}:{title_key(record)}"
            if joined := next(
                (one for one in mine if _names(one, record, ending) and self._stays(one, path, original)), None
            ):
                keys[key] = joined
            elif equal := next(
                (one for one, other in said if _names(one, other, ending) and _is_equal(record, other)), None
            ):
                keys[key] = equal
        return keys

    def _said_by(self, path: str) -> Iterator[tuple[str, Record]]:
        if path in self._read:
            yield from self._read[path]
            return
        for key, id in self.store.origins.told_by(path).items():
            for version in self.store.origins.versions_of(id):
                if version.natural_key == key and path_of(version.origin) == path:
                    yield key, version.record

    def _stays(self, key: str, path: str, original: str | None) -> bool:
        return original is not None or not is_told_elsewhere(self.store, key, path)


def is_told_elsewhere(store: Store, natural_key: str, path: str) -> bool:
    """Whether another file that is there tells something under this natural key."""
    known = store.find("", natural_key)
    held = store.origins.versions_of(known.id) if known else []
    others = {path_of(one.origin) for one in held if one.natural_key == natural_key} - {path}
    return any(Path(other).exists() for other in others)


def path_of(origin: str) -> str:
    """The path of the file, without the number of what it says twice."""
    return re.sub(r"#\d+$", "", origin)


def _keyed(told: Told) -> Iterator[tuple[str, Record]]:
    for record, origin in told:
        yield natural_key(record, origin), record


def _is_known_by_path(record: Record) -> bool:
    return natural_key(record, "") != natural_key(record, "elsewhere")


def _names(key: str, record: Record, ending: str) -> bool:
    """Whether a natural key is that of such a record of some path, with the same number among equal titles."""
    is_numbered = re.search(r"#\d+$", key.removesuffix(ending)) is not None
    return key.startswith(f"{record.kind}:path:") and key.endswith(ending) and not is_numbered


def _is_equal(left: Record, right: Record) -> bool:
    return replace(left, sources=(), id="") == replace(right, sources=(), id="")
