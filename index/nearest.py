"""The nearest passages: one exact FAISS index a kind, derived from the store and kept as checked snapshots."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.snapshots import read_snapshot, write_snapshot

_MAGIC = b"BANHAF01"
_FEW_PASSAGES = 16_384
_PIECE = 8_192  # passages that one core takes
_FEW_QUERIES, _BLOCK = 16, 64  # queries, and passages multiplied at once with so few
_each_core = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="nearest")


class NearestIndex:
    """Vectors of one kind's passages by passage number, ascending. `seq` is the store's it reflects."""

    def __init__(self, dimensions: int, seq: int = 0) -> None:
        self.seq = seq
        # Any: faiss's type stubs know neither the numpy wrappers nor what deserialising returns.
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions))

    @property
    def dimensions(self) -> int:
        return int(self._index.d)

    @property
    def ids(self) -> NDArray[np.int64]:
        """Passage numbers, ascending, in the order of the columns of `scores`."""
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add passages; their numbers must be higher than all that are held (the store only counts up)."""
        self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(ids, dtype=np.int64))

    def remove(self, ids: Sequence[int]) -> None:
        """Remove passages; the order of the others stays. Unknown numbers are ignored."""
        self._index.remove_ids(np.asarray(ids, dtype=np.int64))

    @property
    def stored(self) -> NDArray[np.float32]:
        """FAISS's own storage, no copy of it: (passages, dimensions)."""
        flat: Any = faiss.downcast_index(self._index.index)
        count = int(self._index.ntotal)
        values = faiss.rev_swig_ptr(flat.get_xb(), count * self.dimensions) if count else np.zeros(0)
        return np.asarray(values, dtype=np.float32).reshape(count, self.dimensions)

    def vectors(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors at these positions (columns of `scores`): (positions, dimensions)."""
        return np.asarray(self.stored[positions])

    def copy(self) -> NearestIndex:
        """An independent copy."""
        copied = NearestIndex(self.dimensions, self.seq)
        copied._index = faiss.clone_index(self._index)
        return copied

    def save(self, path: Path) -> None:
        """Write a snapshot. Raises OSError."""
        write_snapshot(path, _MAGIC, self.seq, faiss.serialize_index(self._index).tobytes())

    @classmethod
    def load(cls, path: Path, dimensions: int) -> NearestIndex | None:
        """The snapshot, or None when there is no sound one of these dimensions."""
        snapshot = read_snapshot(path, _MAGIC)
        if snapshot is None:
            return None
        seq, payload = snapshot
        index: Any = faiss.deserialize_index(np.frombuffer(payload, dtype=np.uint8))
        if index.d != dimensions:
            return None
        loaded = cls(dimensions, seq)
        loaded._index = index
        return loaded


def score_all(indexes: Sequence[NearestIndex], queries: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Inner products of queries (q, dimensions) with every passage of each index, exact: (q, passages) each.

    Every candidate needs its score (fusion is by z-scores over all of them), and FAISS's `range_search` takes fifteen
    times as long. As the encoder does (decision 5), each core takes pieces of its own on one thread.
    """
    stored = [index.stored for index in indexes]
    if sum(map(len, stored)) <= _FEW_PASSAGES:
        return [np.ascontiguousarray((held @ queries.T).T) for held in stored]
    asked = np.ascontiguousarray(queries)
    scores = [np.empty((len(queries), len(held)), dtype=np.float32) for held in stored]
    pieces = [
        (held[first : first + _PIECE], found[:, first : first + _PIECE])
        for held, found in zip(stored, scores, strict=True)
        for first in range(0, len(held), _PIECE)
    ]
    multiply = _multiply_few if len(queries) <= _FEW_QUERIES else _multiply_many
    for _ in _each_core.map(lambda piece: multiply(asked, *piece), pieces):
        pass
    return scores


def _multiply_few(asked: NDArray[np.float32], held: NDArray[np.float32], found: NDArray[np.float32]) -> None:
    """Large products copy all passages into another order before they multiply, which takes longer than a few queries
    do; small ones multiply what lies in the cache as it is."""
    whole = len(held) // _BLOCK * _BLOCK
    blocks = held[:whole].reshape(-1, _BLOCK, held.shape[1]).transpose(0, 2, 1)
    np.matmul(asked, blocks, out=found[:, :whole].reshape(len(asked), -1, _BLOCK).transpose(1, 0, 2))
    np.matmul(asked, held[whole:].T, out=found[:, whole:])


def _multiply_many(asked: NDArray[np.float32], held: NDArray[np.float32], found: NDArray[np.float32]) -> None:
    """By PyTorch, which copies less of them than numpy."""
    import torch

    torch.mm(torch.from_numpy(asked), torch.from_numpy(held).T, out=torch.from_numpy(found))
