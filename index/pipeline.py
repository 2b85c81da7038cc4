"""From files and records to stored, searchable passages."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from index.changes import Change, Draft
from index.copies import Contents, Copy, is_told_elsewhere, path_of
from index.corrections import name_corrections
from index.cutting import cut
from index.disagreements import Disagreement
from index.drafting import prepare_draft
from index.files import hash_file
from index.folders import find_files
from index.owners import follow_owners, name_owner
from index.passages import IndexedPassage
from index.regrouping import retire_origins
from index.search import Index
from index.store import ConcurrentChange
from index.vectors import (
    Progress,
    cut_with_vectors,
    encode_texts,
    fill_vectors,
    name_model,
    no_progress,
    read_again,
    with_vectors,
)
from index.versions import natural_key, title_key, titles_agree
from ingest import FileRefused, Kind, Problem, Record, Sandbox, Unrecognised
from ingest.masking import mask_personal

_BATCH_PASSAGES = 256
_BATCH_RECORDS = 256
# Scans take minutes to read: an interruption must not cost more than this.
_LONGEST_UNSTORED_S = 15.0


@dataclass(frozen=True, slots=True)
class Stored:
    id: str
    kind: Kind
    title: str
    change: Change | Literal["sourced"]
    """`sourced`: what it says was known, but not that this file says it too."""
    disagreements: tuple[Disagreement, ...] = ()
    """What this file says otherwise than others that tell of the record."""
    file: str | None = None
    """The name of the file that is one more source."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """`refused` are files, rows and places that could not be read; everything else was stored. `retired` are the ids
    of records that changed or went because their file no longer tells of them, `vanished` files that were taken from
    these folders before and are not there any more; what they said is kept until they are retired. `unrecognised` are
    labels that nobody knows, in the files that were read. `copies` are files whose content was known under another
    path: they tell of the same records."""

    stored: tuple[Stored, ...]
    refused: tuple[Problem, ...] = ()
    retired: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class Retirement:
    """`ids` are those of the records that have changed or gone, sorted; of the paths `unknown` nothing was stored."""

    ids: tuple[str, ...]
    unknown: tuple[Path, ...]


@dataclass(slots=True)
class _Finished:
    """A file that was read without a problem: what it says, and the hash of its content."""

    sha256: str
    keys: frozenset[str]


def ingest_paths(
    index: Index,
    paths: Sequence[Path],
    kind: Kind | None = None,
    keep_contacts: bool = False,
    progress: Progress = no_progress,
) -> IngestReport:
    """Read files and folders (their readable files, recursively) and store what is in them; then give all that was
    stored without a model its vectors.

    A file that cannot be read is named in the report; the others are stored all the same. A file that was read
    before without a problem, and has not changed since, is not read again, so that an interrupted run goes on where
    it stopped; a correction of a label has all of them read again. What a changed file no longer says is taken back,
    unless something in it could not be read.
    """
    files, refused = find_files(paths)
    stored: list[Stored] = []
    retired: list[str] = []
    pending: list[tuple[Record, str]] = []
    pictures: dict[str, bytes] = {}
    finished: dict[str, _Finished] = {}
    joined: dict[str, str] = {}
    contents, copies = Contents(index.store), list[Copy]()
    corrections = index.store.corrections.all()
    unrecognised: list[Unrecognised] = []
    # What people said of labels meanwhile makes another reading of the same file.
    how = f"{version('banha')} {kind or '-'} {keep_contacts} {name_corrections(corrections)}".rstrip()

    def flush() -> None:
        stored.extend(store_records(index, pending, progress, joined))
        index.store.pictures.put(pictures)
        for origin, file in finished.items():
            retired.extend(retire_origins(index, [origin], file.keys))
        index.store.files.note({origin: file.sha256 for origin, file in finished.items()}, how)
        pending.clear()
        pictures.clear()
        finished.clear()

    due = time.monotonic() + _LONGEST_UNSTORED_S
    with Sandbox() as sandbox:
        for number, (path, name) in enumerate(files.items()):
            progress("read", number, len(files))
            origin, sha256 = os.path.realpath(path), hash_file(path)
            if sha256 and index.store.files.is_known(origin, sha256, how):
                stored += _unchanged(index, origin)
                continue
            try:
                reading = sandbox.read_records(path, kind, keep_contacts, progress, corrections)
            except FileRefused as refusal:
                refused.append(replace(refusal.problem, file=name))
                continue
            refused += [replace(problem, file=name) for problem in reading.problems]
            unrecognised += [replace(one, file=name) for one in reading.unrecognised]
            told = with_origins(reading.records, origin)
            original = contents.original_of(sha256, origin) if sha256 and not reading.problems else None
            keys = contents.shared_keys(told, origin, original)
            if not keys:
                _keep_id(index, origin, told)
            if original and not index.store.files.has(origin):
                copies.append(Copy(name, original))
            joined |= keys
            pending += told
            pictures |= reading.pictures
            if sha256 and not reading.problems:
                contents.note(sha256, origin, told, keys)
                finished[origin] = _Finished(sha256, frozenset([*_possible_keys(index, told), *keys.values()]))
            if len(pending) >= _BATCH_RECORDS or time.monotonic() > due:
                flush()
                due = time.monotonic() + _LONGEST_UNSTORED_S
    progress("read", len(files), len(files))
    flush()
    fill_vectors(index, progress)
    read_again(index, progress)
    index.save()
    vanished = tuple(_vanished(index, paths, files))
    return IngestReport(
        tuple(stored), tuple(refused), tuple(sorted({*retired})), vanished, tuple(unrecognised), tuple(copies)
    )


def retire_paths(index: Index, paths: Sequence[Path]) -> Retirement:
    """Take back what files, or all files of folders, said, whether they are still there or not; a record that no
    other file tells of goes."""
    origins = {path: _taken_under(index, os.path.realpath(path)) for path in paths}
    known = sorted(set().union(*origins.values()))
    retired = retire_origins(index, known)
    index.store.files.forget(known)
    index.save()
    return Retirement(tuple(retired), tuple(path for path, found in origins.items() if not found))


def _taken_under(index: Index, path: str) -> set[str]:
    """Of files that are this path or lie in it: those that told of records, and those in which there was none."""
    return {*index.store.origins.under(path), *index.store.files.under(path)}


def _unchanged(index: Index, origin: str) -> list[Stored]:
    ids = dict.fromkeys(index.store.origins.told_by(origin).values())
    records = index.store.get_many(list(ids))
    return [Stored(id, records[id].kind, records[id].title, "unchanged") for id in ids if id in records]


def _possible_keys(index: Index, told: Sequence[tuple[Record, str]]) -> Iterator[str]:
    """The natural keys under which the store may hold these records."""
    for record, origin in told:
        key = natural_key(record, origin)
        yield key
        yield f"{key}:{title_key(record)}"
        if record.id:
            yield from index.store.origins.keys_of(record.id)


def _keep_id(index: Index, origin: str, told: Sequence[tuple[Record, str]]) -> None:
    """A file of one record goes on telling of the same record, or the same part of one that was merged, when its title
    was edited or its code filled in; not when it gives another id, or another file goes on telling of it."""
    before = index.store.origins.told_by(origin)
    if len(told) != 1 or len(before) != 1:
        return
    (old_key, id), (record, record_origin) = next(iter(before.items())), told[0]
    new_key = natural_key(record, record_origin)
    said = [held.record for held in index.store.origins.versions_of(id) if held.natural_key == old_key]
    if (
        new_key not in before
        and index.store.find("", new_key) is None
        and record.id in ("", id)
        and not is_told_elsewhere(index.store, old_key, origin)
        and any(held.kind == record.kind and titles_agree(held.title, record.title) for held in said)
    ):
        index.store.rename_key(old_key, new_key)


def _vanished(index: Index, paths: Sequence[Path], files: Mapping[Path, str]) -> Iterator[str]:
    there = {os.path.realpath(path) for path in files}
    for folder in paths:
        if folder.is_dir():
            root = os.path.realpath(folder)
            for origin in index.store.files.under(root):
                if origin not in there and not Path(origin).exists():
                    yield str(Path(origin).relative_to(root))


def with_origins(records: Sequence[Record], origin: str) -> list[tuple[Record, str]]:
    """Each record with its origin; one that comes twice in a file gets an origin of its own."""
    seen: dict[str, int] = {}
    pairs: list[tuple[Record, str]] = []
    for record in records:
        key = natural_key(record, origin)
        seen[key] = seen.get(key, 0) + 1
        pairs.append((record, origin if seen[key] == 1 else f"{origin}#{seen[key]}"))
    return pairs


def store_records(
    index: Index,
    records: Iterable[tuple[Record, str]],
    progress: Progress = no_progress,
    joined: Mapping[str, str] = MappingProxyType({}),
) -> list[Stored]:
    """Store records with their origins: cut, encode what is new, write, and bring the indexes up to date. `joined`:
    natural key → that of the record of which it is told too."""
    stored: list[Stored] = []
    batch: dict[str, _Prepared] = {}
    passages = 0
    for record, origin in ((_hide_personal_names(record), origin) for record, origin in records):
        key = natural_key(record, origin)
        key = joined.get(key, key)
        draft = prepare_draft(index.store, record, key, origin)
        if draft.record.id in batch:
            stored += _write(index, list(batch.values()), progress)
            batch, passages = {}, 0
            draft = prepare_draft(index.store, record, key, origin)
        draft = replace(draft, record=name_owner(index, draft.record))
        prepared = _Prepared(draft, [] if draft.change == "unchanged" else cut(draft.record, index.encoder))
        batch[draft.record.id] = prepared
        passages += len(prepared.passages)
        if passages >= _BATCH_PASSAGES or len(batch) >= _BATCH_RECORDS:
            stored += _write(index, list(batch.values()), progress)
            batch, passages = {}, 0
    stored += _write(index, list(batch.values()), progress)
    index.refresh()
    follow_owners(index)
    return stored


def _hide_personal_names(record: Record) -> Record:
    """The record with personal data masked in the names of the files it came from, as in its title."""
    return replace(record, sources=tuple(replace(one, file=mask_personal(one.file)) for one in record.sources))


@dataclass(frozen=True, slots=True)
class _Prepared:
    draft: Draft
    passages: list[IndexedPassage]


def _write(index: Index, batch: Sequence[_Prepared], progress: Progress) -> list[Stored]:
    drafts = {prepared.draft.record.id: prepared.draft for prepared in batch}
    changed = [prepared for prepared in batch if not prepared.draft.is_known]
    if changed:
        texts = [passage.text for prepared in changed for passage in prepared.passages]
        vectors = encode_texts(index, texts, progress)
        try:
            index.store.commit([(p.draft, with_vectors(p.passages, vectors)) for p in changed], name_model(index))
        except ConcurrentChange:
            # Another process stored one of these meanwhile: each again on its own, from what is there now.
            drafts |= {p.draft.record.id: _store_alone(index, p.draft) for p in changed}
    return [_report(draft) for draft in drafts.values()]


def _report(draft: Draft) -> Stored:
    told, record = draft.version, draft.record
    is_source = (
        draft.change == "unchanged"
        and not draft.replaces_all
        and path_of(told.origin) not in {path_of(held.origin) for held in draft.held}
    )
    if not is_source:
        return Stored(record.id, record.kind, record.title, draft.change, draft.disagreements)
    file = next((source.file for source in told.record.sources), None)
    return Stored(record.id, record.kind, record.title, "sourced", draft.disagreements, file)


def _store_alone(index: Index, stale: Draft) -> Draft:
    while True:
        told = stale.version
        draft = prepare_draft(index.store, told.record, told.natural_key, told.origin)
        draft = replace(draft, record=name_owner(index, draft.record))
        passages = [] if draft.change == "unchanged" else cut_with_vectors(index, draft.record)
        try:
            index.store.commit([(draft, passages)], name_model(index))
        except ConcurrentChange:
            continue
        return draft
