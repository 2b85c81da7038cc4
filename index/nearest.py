"""The nearest passages: one exact FAISS index a kind, derived from the store and kept as checked snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.snapshots import read_snapshot, write_snapshot

_MAGIC = b"BANHAF01"
_AT_ONCE = 4_096


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

    def scores(self, queries: NDArray[np.float32]) -> NDArray[np.float32]:
        """Inner products, exact: (queries, passages).

        Matrix products over FAISS's own storage: every candidate needs its score (fusion is by z-scores over all of
        them), and for 16 queries at 100,000 passages this takes 26 ms where `range_search` takes 396 ms. Some thousand
        passages at a time stay in the processor's cache while a product packs them.
        """
        flat: Any = faiss.downcast_index(self._index.index)
        count = self._index.ntotal
        if count == 0:
            return np.zeros((len(queries), 0), dtype=np.float32)
        stored = faiss.rev_swig_ptr(flat.get_xb(), count * self.dimensions).reshape(count, self.dimensions)
        asked = _in_fours(queries)
        scores = np.empty((count, asked.shape[1]), dtype=np.float32)
        for first in range(0, count, _AT_ONCE):
            np.dot(stored[first : first + _AT_ONCE], asked, out=scores[first : first + _AT_ONCE])
        return np.ascontiguousarray(scores.T[: len(queries)])

    def vectors(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors at these positions (columns of `scores`): (positions, dimensions)."""
        flat: Any = faiss.downcast_index(self._index.index)
        if len(positions) == 0:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.stack([flat.reconstruct(int(position)) for position in positions])

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


def _in_fours(queries: NDArray[np.float32]) -> NDArray[np.float32]:
    """Queries (q, d) as columns (d, q), from three on with as many of zeros behind as make the fours that a product
    computes together: seven take a fifth longer than eight."""
    count = len(queries)
    columns = np.zeros((queries.shape[1], count if count < 3 else -(-count // 4) * 4), dtype=np.float32)
    columns[:, :count] = queries.T
    return columns
