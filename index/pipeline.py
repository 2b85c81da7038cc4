"""From files and records to stored, searchable passages."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.cutting import cut
from index.passages import IndexedPassage
from index.search import Index
from index.store import Change, ConcurrentChange, Draft
from index.vectors import Progress, encode_texts, fill_vectors, no_progress, with_vectors
from index.versions import natural_key
from ingest import N_, FileRefused, Kind, Problem, Record, Sandbox

_BATCH_PASSAGES = 256
_BATCH_RECORDS = 256


@dataclass(frozen=True, slots=True)
class Stored:
    id: str
    kind: Kind
    title: str
    change: Change


@dataclass(frozen=True, slots=True)
class IngestReport:
    """`refused` are files, rows and places that could not be read; everything else was stored."""

    stored: tuple[Stored, ...]
    refused: tuple[Problem, ...] = field(default=())


def ingest_paths(
    index: Index,
    paths: Sequence[Path],
    kind: Kind | None = None,
    keep_contacts: bool = False,
    progress: Progress = no_progress,
) -> IngestReport:
    """Read files and folders (their readable files, recursively) and store what is in them; then give all that was
    stored without a model its vectors.

    A file that cannot be read is named in the report; the others are stored all the same.
    """
    files, refused = find_files(paths)
    stored: list[Stored] = []
    pending: list[tuple[Record, str]] = []
    with Sandbox() as sandbox:
        for number, (path, name) in enumerate(files.items()):
            progress("read", number, len(files))
            try:
                reading = sandbox.read_records(path, kind, keep_contacts, progress)
            except FileRefused as refusal:
                refused.append(replace(refusal.problem, file=name))
                continue
            refused += [replace(problem, file=name) for problem in reading.problems]
            pending += with_origins(reading.records, str(path.resolve()))
            if len(pending) >= _BATCH_RECORDS:
                stored += store_records(index, pending, progress)
                pending = []
    progress("read", len(files), len(files))
    stored += store_records(index, pending, progress)
    fill_vectors(index, progress)
    index.save()
    return IngestReport(tuple(stored), tuple(refused))


def find_files(paths: Sequence[Path]) -> tuple[dict[Path, str], list[Problem]]:
    """Files named, and all files in folders named, sorted: one that cannot be read is better named than passed over.

    Each with the name to speak of it by: its path inside the folder given, or the whole path where two are alike.
    Hidden files and what Office and the desktop leave behind are left out. Links to folders are not followed, so that
    no loop and no other part of the disk is read; one that leads elsewhere is named, as is a folder that cannot be
    opened.
    """
    found: dict[Path, str] = {}
    refused: list[Problem] = []
    for path in paths:
        if os.path.isdir(path):
            inside, problems = _look_into(path)
            if not inside and not problems:
                problems = [Problem(_name(path), N_("There is no file in this folder that can be read."))]
            found |= {child: str(child.relative_to(path)) for child in inside if child not in found}
            refused += problems
        else:
            found.setdefault(path, _name(path))
    counts = Counter(found.values())
    return {path: name if counts[name] == 1 else str(path) for path, name in found.items()}, refused


def _look_into(folder: Path) -> tuple[list[Path], list[Problem]]:
    files: list[Path] = []
    problems: list[Problem] = []

    def refuse(error: OSError) -> None:
        inside = Path(error.filename).relative_to(folder)
        name = _name(folder) if inside == Path() else str(inside)
        problems.append(Problem(name, N_("This folder cannot be opened: {reason}."), {"reason": error.strerror}))

    for where, folders, names in os.walk(folder, onerror=refuse):
        for name in sorted(folders):
            link = Path(where, name)
            if _is_left_behind(name):
                continue
            if link.is_symlink() and not link.resolve().is_relative_to(folder.resolve()):
                message = N_("This is a link to another folder, which was not followed. Name that folder itself.")
                problems.append(Problem(str(link.relative_to(folder)), message))
        folders[:] = [name for name in folders if not _is_left_behind(name)]
        files += [Path(where, name) for name in names if not _is_left_behind(name)]
    return sorted(files), sorted(problems, key=lambda problem: problem.file)


def _name(path: Path) -> str:
    """The last part; `.` and `/` have none."""
    return path.name or str(path)


def _is_left_behind(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in ("thumbs.db", "desktop.ini")


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
    index: Index, records: Iterable[tuple[Record, str]], progress: Progress = no_progress
) -> list[Stored]:
    """Store records with their origins: cut, encode what is new, write, and bring the indexes up to date."""
    stored: list[Stored] = []
    batch: dict[str, _Prepared] = {}
    passages = 0
    for record, origin in records:
        draft = index.store.prepare(record, natural_key(record, origin), origin)
        if draft.record.id in batch:
            stored += _write(index, list(batch.values()), progress)
            batch, passages = {}, 0
            draft = index.store.prepare(record, natural_key(record, origin), origin)
        prepared = _Prepared(draft, [] if draft.change == "unchanged" else cut(draft.record, index.encoder))
        batch[draft.record.id] = prepared
        passages += len(prepared.passages)
        if passages >= _BATCH_PASSAGES or len(batch) >= _BATCH_RECORDS:
            stored += _write(index, list(batch.values()), progress)
            batch, passages = {}, 0
    stored += _write(index, list(batch.values()), progress)
    index.refresh()
    return stored


@dataclass(frozen=True, slots=True)
class _Prepared:
    draft: Draft
    passages: list[IndexedPassage]


def _write(index: Index, batch: Sequence[_Prepared], progress: Progress) -> list[Stored]:
    known = [prepared.draft for prepared in batch if prepared.draft.is_known]
    batch = [prepared for prepared in batch if not prepared.draft.is_known]
    if not batch:
        return [_report(draft) for draft in known]
    texts = [passage.text for prepared in batch for passage in prepared.passages]
    vectors = encode_texts(index, texts, progress)
    model = index.encoder.description.identity if index.encoder else None
    try:
        index.store.commit([(p.draft, with_vectors(p.passages, vectors)) for p in batch], model)
        drafts = [prepared.draft for prepared in batch]
    except ConcurrentChange:
        # Another process stored one of these meanwhile: each again on its own, from what is there now.
        drafts = [_store_alone(index, prepared.draft) for prepared in batch]
    return [_report(draft) for draft in [*known, *drafts]]


def _report(draft: Draft) -> Stored:
    return Stored(draft.record.id, draft.record.kind, draft.record.title, draft.change)


def _store_alone(index: Index, stale: Draft) -> Draft:
    while True:
        told = stale.version
        draft = index.store.prepare(told.record, told.natural_key, told.origin)
        passages = [] if draft.change == "unchanged" else cut(draft.record, index.encoder)
        vectors = encode_texts(index, [passage.text for passage in passages], no_progress)
        model = index.encoder.description.identity if index.encoder else None
        try:
            index.store.commit([(draft, with_vectors(passages, vectors))], model)
        except ConcurrentChange:
            continue
        return draft
