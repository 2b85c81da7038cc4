"""From files and records to stored, searchable passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index.encoder import Encoder
from index.passages import IndexedPassage, hash_text
from index.search import Index
from index.store import Change, ConcurrentChange, Draft
from index.versions import natural_key
from ingest import (
    N_,
    FileRefused,
    Kind,
    Problem,
    Record,
    Visibility,
    extract_records,
    identities,
    mask,
    read_document,
    segment,
    syllables,
)

# Short enough that a quote can be read at a glance and points at one matter; e5's window holds 512.
PASSAGE_TOKENS = 192
_BATCH_PASSAGES = 256
_BATCH_RECORDS = 256
_TOKENS_PER_SYLLABLE = 1.4  # measured on the e5 vocabulary, for cutting where there is no model

Progress = Callable[[str, int, int], None]
"""Called with a stage (`read` files, `encode` passages), how much is done, and of how much."""


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers that show none."""


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
    """Read files and folders (their readable files, recursively) and store what is in them.

    A file that cannot be read is named in the report; the others are stored all the same.
    """
    files, refused = find_files(paths)
    stored: list[Stored] = []
    pending: list[tuple[Record, str]] = []
    for number, path in enumerate(files):
        progress("read", number, len(files))
        try:
            reading = extract_records(read_document(path), kind, keep_contacts)
        except FileRefused as refusal:
            refused.append(refusal.problem)
            continue
        refused.extend(reading.problems)
        pending += with_origins(reading.records, str(path.resolve()))
        if len(pending) >= _BATCH_RECORDS:
            stored += store_records(index, pending, progress)
            pending = []
    progress("read", len(files), len(files))
    stored += store_records(index, pending, progress)
    index.save()
    return IngestReport(tuple(stored), tuple(refused))


def find_files(paths: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    """Files named, and all files in folders named, sorted: one that cannot be read is better named than passed over.

    Hidden files and what Office and the desktop leave behind are left out.
    """
    files: list[Path] = []
    refused: list[Problem] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(child for child in path.rglob("*") if child.is_file() and not _is_left_behind(child, path))
            if not inside:
                refused.append(Problem(path.name, N_("There is no file in this folder that can be read.")))
            files += inside
        else:
            files.append(path)
    return list(dict.fromkeys(files)), refused


def _is_left_behind(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
    return hidden or path.name.lower() in ("thumbs.db", "desktop.ini")


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
        index.store.commit(
            [(p.draft, [_with_vector(passage, vectors) for passage in p.passages]) for p in batch], model
        )
        drafts = [prepared.draft for prepared in batch]
    except ConcurrentChange:
        # Another process stored one of these meanwhile: each again on its own, from what is there now.
        drafts = [_store_alone(index, prepared.draft) for prepared in batch]
    return [_report(draft) for draft in [*known, *drafts]]


def _report(draft: Draft) -> Stored:
    return Stored(draft.record.id, draft.record.kind, draft.record.title, draft.change)


def _store_alone(index: Index, stale: Draft) -> Draft:
    while True:
        record = stale.version
        draft = index.store.prepare(record, stale.natural_key, stale.origin)
        passages = [] if draft.change == "unchanged" else cut(draft.record, index.encoder)
        vectors = encode_texts(index, [passage.text for passage in passages], no_progress)
        model = index.encoder.description.identity if index.encoder else None
        try:
            index.store.commit([(draft, [_with_vector(passage, vectors) for passage in passages])], model)
        except ConcurrentChange:
            continue
        return draft


def encode_texts(index: Index, texts: Sequence[str], progress: Progress) -> dict[bytes, bytes]:
    """Vectors by text hash; only texts that the store has no vector for are encoded."""
    if index.encoder is None:
        return {}
    by_hash = {hash_text(text): text for text in texts}
    vectors = index.store.passages.known_vectors(list(by_hash))
    unknown = [hash for hash in by_hash if hash not in vectors]
    if unknown:
        encoded = index.encoder.encode_passages(
            [by_hash[hash] for hash in unknown], lambda done, total: progress("encode", done, total)
        )
        rows = np.ascontiguousarray(encoded, dtype="<f4")
        vectors |= {hash: row.tobytes() for hash, row in zip(unknown, rows, strict=True)}
    return vectors


def _with_vector(passage: IndexedPassage, vectors: dict[bytes, bytes]) -> IndexedPassage:
    return IndexedPassage(
        passage.section, passage.start, passage.end, passage.audience, passage.text, vectors.get(passage.text_hash)
    )


def cut(record: Record, encoder: Encoder | None) -> list[IndexedPassage]:
    """The passages of the title and every section, for each audience; together they cover all text."""
    count_tokens, size = approximate_tokens, PASSAGE_TOKENS
    if encoder:
        count_tokens, size = encoder.count_tokens, min(PASSAGE_TOKENS, encoder.capacity)
    names = list(identities(record)) if record.visibility == "anonymous" else []
    passages: list[IndexedPassage] = []
    for section, text, visibility in _texts(record):
        masked = text if visibility == "confidential" else mask(text, names)
        for start, end in segment(text, count_tokens, size):
            passages += _for_audiences(section, start, end, text[start:end], masked[start:end], visibility)
    return passages


def _texts(record: Record) -> Iterator[tuple[int | None, str, Visibility]]:
    yield None, record.title, record.visibility
    for number, section in enumerate(record.sections):
        yield number, section.text, section.visibility


def _for_audiences(
    section: int | None, start: int, end: int, text: str, masked: str, visibility: Visibility
) -> Iterator[IndexedPassage]:
    if visibility == "confidential":
        yield IndexedPassage(section, start, end, "insiders", text)
    elif masked == text:
        yield IndexedPassage(section, start, end, "everyone", text)
    else:
        yield IndexedPassage(section, start, end, "insiders", text)
        yield IndexedPassage(section, start, end, "outsiders", masked)


def approximate_tokens(texts: Sequence[str]) -> list[int]:
    """Token counts where there is no model to ask."""
    return [int(len(syllables(text)) * _TOKENS_PER_SYLLABLE) + 1 for text in texts]


def reembed(index: Index, progress: Progress = no_progress) -> int:
    """Cut and encode everything again with the encoder in use; the number of passages."""
    if index.encoder is None:
        raise ValueError("there is no encoder to embed with")
    model = index.encoder.description.identity
    known: dict[bytes, bytes] = {}
    while True:
        base_seq = index.store.seq
        recut = [(record, cut(record, index.encoder)) for record in index.store.records()]
        texts = {passage.text_hash: passage.text for _, passages in recut for passage in passages}
        unknown = [hash for hash in texts if hash not in known]
        rows = index.encoder.encode_passages(
            [texts[hash] for hash in unknown], lambda done, total: progress("encode", done, total)
        )
        known |= {hash: np.asarray(row, "<f4").tobytes() for hash, row in zip(unknown, rows, strict=True)}
        filled = [(record, [_with_vector(passage, known) for passage in passages]) for record, passages in recut]
        try:
            index.store.replace_all_passages(filled, model, base_seq)
        except ConcurrentChange:
            continue
        index.load_vectors()
        index.save()
        return sum(len(passages) for _, passages in recut)
