"""Postings: which rows hold which terms and how often, as sorted arrays that are joined and thinned, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]
Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Postings:
    """Terms by their keys, ascending: (terms,). Rows that hold a term once, and those that hold it more often with
    their counts, stand apart, each from ``starts[term]`` to ``starts[term + 1]``: most words stand once in a passage,
    and these need neither a count nor a division.
    """

    keys: Keys
    once_starts: Integers
    once_rows: Rows
    often_starts: Integers
    often_rows: Rows
    often_counts: Floats

    @classmethod
    def of_occurrences(cls, keys: Keys, rows: Rows) -> Postings:
        """From every occurrence of a term in a row: (occurrences,) each; rows ascending."""
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        firsts = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])][: len(keys)])
        counts = np.diff(np.r_[firsts, len(keys)])
        return cls._of_sorted(keys[firsts], rows[firsts], counts.astype(np.float32))

    @classmethod
    def _of_sorted(cls, keys: Keys, rows: Rows, counts: Floats) -> Postings:
        """From (postings,) each, by key and row."""
        firsts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
        is_once = counts == 1
        once_before = np.r_[0, np.cumsum(is_once)]
        bounds = np.r_[firsts, len(keys)]
        once_starts = once_before[bounds]
        return cls(keys[firsts], once_starts, rows[is_once], bounds - once_starts, rows[~is_once], counts[~is_once])

    def __len__(self) -> int:
        return len(self.once_rows) + len(self.often_rows)

    def joined(self, other: Postings) -> Postings:
        """Both; all rows of `other` come after those of this."""
        parts = [held._sorted() for held in (self, other)]
        keys, rows, counts = (np.concatenate(column) for column in zip(*parts, strict=True))
        # Stable: within a term the rows stay as they are. Two sorted runs are merged, not sorted.
        order = np.argsort(keys, kind="stable")
        return self._of_sorted(keys[order], rows[order], counts[order])

    def _sorted(self) -> tuple[Keys, Rows, Floats]:
        keys = np.r_[np.repeat(self.keys, np.diff(self.once_starts)), np.repeat(self.keys, np.diff(self.often_starts))]
        order = np.argsort(keys, kind="stable")
        counts = np.r_[np.ones(len(self.once_rows), dtype=np.float32), self.often_counts]
        return keys[order], np.r_[self.once_rows, self.often_rows][order], counts[order]

    def thinned(self, new_rows: Rows) -> Postings:
        """Without some rows and the terms that only they held; `new_rows`: of every row, its new number, or -1."""
        once, often = new_rows[self.once_rows], new_rows[self.often_rows]
        once_kept, often_kept = once >= 0, often >= 0
        once_starts = np.r_[0, np.cumsum(once_kept)][self.once_starts]
        often_starts = np.r_[0, np.cumsum(often_kept)][self.often_starts]
        is_held = np.diff(once_starts) + np.diff(often_starts) > 0
        bounds = np.r_[is_held, True]
        return Postings(
            self.keys[is_held],
            once_starts[bounds],
            once[once_kept],
            often_starts[bounds],
            often[often_kept],
            self.often_counts[often_kept],
        )

    def find(self, wanted: Keys) -> tuple[Integers, Integers]:
        """The places among `wanted` of the terms that are held, and their places here."""
        places = np.searchsorted(self.keys, wanted)
        places[places == len(self.keys)] = 0
        asked = np.flatnonzero(self.keys[places] == wanted) if len(self.keys) else np.zeros(0, dtype=np.int64)
        return asked, places[asked]

    def count_rows(self, terms: Integers) -> Integers:
        """How many rows hold each of the terms at these places: (terms,)."""
        once = self.once_starts[terms + 1] - self.once_starts[terms]
        return np.asarray(once + self.often_starts[terms + 1] - self.often_starts[terms], dtype=np.int64)

    def saturate(self, norms: Floats) -> Floats:
        """``count ÷ (count + norm of the row)`` wherever a term stands more often than once: (postings,)."""
        return np.asarray(self.often_counts / (self.often_counts + norms[self.often_rows]), dtype=np.float32)

    def add_saturated(self, terms: Integers, weights: Floats, norms: Floats, saturated: Floats, scores: Floats) -> None:
        """Add to the scores of all rows ``weight × count ÷ (count + norm of the row)`` for each of the terms at these
        places, ascending, of each question. `weights`: (terms, questions), `norms`: (rows,), `saturated` by `saturate`,
        `scores`: (rows, questions)."""
        if not len(terms):
            return
        once = _ones_for(len(self.once_rows))
        summed = _add_up(once, self.once_rows, self.once_starts, terms, weights, len(scores))
        scores += summed / (1 + norms)[:, np.newaxis]
        scores += _add_up(saturated, self.often_rows, self.often_starts, terms, weights, len(scores))


def _ones_for(count: int) -> Floats:
    """So many ones or more; few arrays serve postings of all sizes."""
    return _ones(1 << count.bit_length())


@cache
def _ones(count: int) -> Floats:
    return np.ones(count, dtype=np.float32)


def _add_up(values: Floats, rows: Rows, starts: Integers, terms: Integers, weights: Floats, count: int) -> Floats:
    """The sparse matrix (rows, terms) of these terms, ascending, times their weights (terms, questions): (rows,
    questions).

    Millions of postings are read where they lie: copying out those of the terms took longer than adding them up. From
    the last term to the first, what lies between two of them is a column that ends before it begins, and so is empty.
    """
    bounds = np.zeros(2 * len(terms) + 1, dtype=np.int32)
    bounds[:-1:2], bounds[1::2] = starts[terms[::-1]], starts[terms[::-1] + 1]
    with_gaps = np.zeros((2 * len(terms), weights.shape[1]), dtype=np.float32)
    with_gaps[::2] = weights[::-1]
    matrix = csc_array((count, 2 * len(terms)), dtype=np.float32)
    # Set one by one, since the constructor insists on rising bounds.
    matrix.data, matrix.indices, matrix.indptr = values, rows, bounds
    return np.asarray(matrix @ with_gaps, dtype=np.float32)
