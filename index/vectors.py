"""Vectors of what is stored: those that are missing are computed, or all of them again by another model."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.cutting import cut
from index.database import UnusableFolder
from index.encoder import Encoder
from index.passages import IndexedPassage, hash_text
from index.renewal import Renewal
from index.search import Index
from index.store import ConcurrentChange
from ingest import N_, Record

_BATCH_PASSAGES = 256
_BATCH_RECORDS = 256
_MORE = 1.1
_READ_AT = "read_at"  # how many passages there were when texts without accents were read the last time

Progress = Callable[[str, int, int], None]
"""Called with a stage (`read` files, `encode` passages, `embed` stored records), how much is done, and of how much."""

Cut = tuple[Record, list[IndexedPassage]]


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers that show none."""


class EncodedText(NamedTuple):
    """A vector (little-endian float32), and the hash of the text as it was read to be encoded."""

    vector: bytes
    read_hash: bytes


def encode_texts(index: Index, texts: Sequence[str], progress: Progress) -> dict[bytes, EncodedText]:
    """Vectors by text hash; only what the store has no vector for, as it is read now, is encoded."""
    return _encode(index, texts, progress, index.store.passages.known_vectors)


def _encode(
    index: Index,
    texts: Iterable[str],
    progress: Progress,
    find_known: Callable[[Sequence[bytes]], dict[bytes, bytes]],
) -> dict[bytes, EncodedText]:
    if index.encoder is None:
        return {}
    read = {hash_text(text): index.read_unaccented(text) for text in texts}
    hashes = {hash: hash_text(text) for hash, text in read.items()}
    vectors = find_known(list(dict.fromkeys(hashes.values())))
    unknown = {hashes[hash]: text for hash, text in read.items() if hashes[hash] not in vectors}
    if unknown:
        rows = index.encoder.encode_passages(
            list(unknown.values()), lambda done, total: progress("encode", done, total)
        )
        rows = np.ascontiguousarray(rows, dtype="<f4")
        vectors |= {hash: row.tobytes() for hash, row in zip(unknown, rows, strict=True)}
    return {hash: EncodedText(vectors[as_read], as_read) for hash, as_read in hashes.items()}


def with_vectors(passages: Iterable[IndexedPassage], vectors: Mapping[bytes, EncodedText]) -> list[IndexedPassage]:
    """The passages with their vectors, as far as there are any."""
    found = [(passage, vectors.get(passage.text_hash)) for passage in passages]
    return [
        replace(passage, vector=encoded.vector, read_hash=encoded.read_hash) if encoded else passage
        for passage, encoded in found
    ]


def cut_with_vectors(index: Index, record: Record) -> list[IndexedPassage]:
    """The passages of one record with their vectors."""
    passages = cut(record, index.encoder)
    return with_vectors(passages, encode_texts(index, [passage.text for passage in passages], no_progress))


def name_model(index: Index) -> str | None:
    """The identity of the model that makes the vectors; None without one."""
    return index.encoder.description.identity if index.encoder else None


def fill_vectors(index: Index, progress: Progress = no_progress) -> int:
    """Compute the vectors that stored passages lack; the number of records that have got theirs.

    Such records were stored without a model and cut by an estimate, so each is cut again. Every batch is a
    transaction of its own: what is done stays done, and others write in between. Does nothing without a model, and
    where another process is doing it. Raises ModelMismatch when the vectors there are another model's.
    """
    encoder, store = index.encoder, index.store
    if encoder is None or not store.passages.count_without_vector():
        return 0
    filled, total = 0, store.passages.count_records_without_vector()
    with _alone(index.folder) as is_alone:
        while is_alone and (pending := store.passages.find_records_without_vector(_BATCH_RECORDS)):
            progress("embed", filled, total)
            for batch in _batches(store.get_as_of(pending).values(), encoder):
                texts = [passage.text for _, passages in batch for passage in passages]
                vectors = encode_texts(index, texts, no_progress)
                filled += store.replace_passages(
                    [(record, pending[record.id], with_vectors(passages, vectors)) for record, passages in batch],
                    encoder.description.identity,
                )
                # Others may store more without a model meanwhile.
                total = max(total, filled)
                progress("embed", filled, total)
    index.refresh()
    return filled


def read_again(index: Index, progress: Progress = no_progress) -> int:
    """Encode anew the records in which something written without accents is read otherwise than when it was encoded,
    since more has been learnt; their number. Looks only when there is a tenth more to learn from than the last time,
    and not where another process computes vectors."""
    encoder, store = index.encoder, index.store
    count = store.passages.count()
    if encoder is None or index.mode != "hybrid" or count < _MORE * int(store.database.setting(_READ_AT) or 0):
        return 0
    changed = 0
    with _alone(index.folder) as is_alone:
        if not is_alone:
            return 0
        with store.reading():
            ids = dict.fromkeys(
                id for id, text, was in store.passages.encoded() if hash_text(index.read_unaccented(text)) != was
            )
        seqs = store.seqs(list(ids))
        for batch in _batches(store.get_as_of(seqs).values(), encoder):
            progress("embed", changed, len(ids))
            vectors = encode_texts(index, [passage.text for _, passages in batch for passage in passages], no_progress)
            changed += store.replace_passages(
                [(record, seqs[record.id], with_vectors(passages, vectors)) for record, passages in batch],
                encoder.description.identity,
            )
        with store.database.preparing():
            store.database.set(_READ_AT, str(count))
    if ids:
        progress("embed", len(ids), len(ids))
        index.refresh()
    return changed


def reembed(index: Index, progress: Progress = no_progress) -> int:
    """Cut and encode everything again with the encoder in use; the number of passages.

    The old vectors answer until all new ones are there. What an interrupted run has done is kept for the next.
    Raises UnusableFolder while another process computes vectors here.
    """
    encoder, store = index.encoder, index.store
    if encoder is None:
        raise ValueError("there is no encoder to embed with")
    with _alone(index.folder) as is_alone:
        if not is_alone:
            raise UnusableFolder(
                N_("Another process is computing vectors in the data folder {folder}. Try again when it is done."),
                folder=str(index.folder),
            )
        renewal = Renewal(store, encoder.description.identity)
        count = None
        while count is None:
            while pending := renewal.pending(_BATCH_RECORDS):
                progress("embed", *renewal.count())
                for batch in _batches(store.get_as_of(pending).values(), encoder):
                    texts = (passage.text for _, passages in batch for passage in passages)
                    # The vectors that are there are the old model's.
                    vectors = _encode(index, texts, no_progress, lambda _: {})
                    renewal.set_aside(
                        [(record.id, pending[record.id], with_vectors(cuts, vectors)) for record, cuts in batch]
                    )
                    progress("embed", *renewal.count())
            try:
                count = renewal.finish()
            except ConcurrentChange:
                continue
    index.load_vectors()
    index.save()
    return count


def _batches(records: Iterable[Record], encoder: Encoder) -> Iterator[list[Cut]]:
    """Records with their passages, as many at a time as are worth encoding and writing together."""
    batch: list[Cut] = []
    waiting = 0
    for record in records:
        batch.append((record, cut(record, encoder)))
        waiting += len(batch[-1][1])
        if waiting >= _BATCH_PASSAGES:
            yield batch
            batch, waiting = [], 0
    if batch:
        yield batch


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether no other process computes vectors of this folder while the body runs."""
    with (folder / "vectors.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
