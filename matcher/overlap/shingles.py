"""Shingles: the runs of three syllables of a text, and keys that find the texts that share many of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ingest import Record, fold, syllables

if TYPE_CHECKING:
    from datasketch import MinHash

FEWEST_SHINGLES = 12
_SHINGLE = 3  # syllables
# Of MinHash: .997 of lightly edited and .8 of half-rewritten texts share a band; exact Jaccard decides.
_BANDS, _ROWS = 42, 3

Shingles = NDArray[np.uint32]


def text_of(record: Record) -> str:
    return "\n".join([record.title, *(section.text for section in record.sections)])


def cut_shingles(text: str) -> Shingles:
    """Hashes of all runs of three folded syllables, sorted, each once."""
    view = fold(text)
    words = [view[start:end] for start, end in syllables(view)]
    runs = {" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
    return np.unique(np.fromiter((crc32(run.encode()) for run in runs), dtype=np.uint32, count=len(runs)))


def cut_bands(shingles: Shingles) -> list[bytes]:
    """Keys of which texts that share many runs of three syllables probably share one (MinHash; Broder 1997); none for
    a text that is too short."""
    if len(shingles) < FEWEST_SHINGLES:
        return []
    sketch = _empty_sketch().copy()
    sketch.update_batch(shingles)
    rows = sketch.hashvalues.reshape(_BANDS, _ROWS)
    return [bytes((band,)) + rows[band].tobytes() for band in range(_BANDS)]


@cache
def _empty_sketch() -> MinHash:
    """Drawing its permutations takes longer than hashing a text."""
    from datasketch import MinHash

    return MinHash(num_perm=_BANDS * _ROWS, seed=1, hashfunc=int)


def measure_likeness(left: Shingles, right: Shingles) -> float:
    """Jaccard; 0 where a text is too short to say anything."""
    if min(len(left), len(right)) < FEWEST_SHINGLES:
        return 0.0
    common = len(np.intersect1d(left, right, assume_unique=True))
    return common / (len(left) + len(right) - common)
