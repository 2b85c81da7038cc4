"""The nearest-passage index against numpy, and its snapshots against damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.nearest import NearestIndex, score_all

D = 8


def unit(rows: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    matrix = np.random.default_rng(seed).standard_normal((rows, D)).astype(np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 60), st.sets(st.integers(1, 60)), st.integers(0, 10_000))
def test_scores_equal_numpy_after_adding_and_removing(count: int, removed: set[int], seed: int) -> None:
    vectors, queries = unit(count, seed), unit(3, seed + 1)
    index = NearestIndex(D)
    if count:
        index.add(range(1, count + 1), vectors)
    index.remove(sorted(removed))
    kept = [number for number in range(1, count + 1) if number not in removed]
    assert index.ids.tolist() == kept
    expected = queries @ vectors[[number - 1 for number in kept]].T
    np.testing.assert_allclose(score_all([index], queries)[0], expected, atol=1e-6)
    np.testing.assert_array_equal(
        index.vectors(np.arange(len(kept))), vectors[[number - 1 for number in kept]].reshape(len(kept), D)
    )


@pytest.mark.parametrize("queries", [1, 3, 16, 17])
def test_scores_of_many_passages_equal_numpy(queries: int) -> None:
    vectors = [unit(40_000, 1), unit(1, 2), unit(0, 3), unit(16_385, 4)]
    indexes = [NearestIndex(D) for _ in vectors]
    for index, rows in zip(indexes, vectors, strict=True):
        index.add(range(len(rows)), rows)
    asked = unit(queries, 5)
    for rows, scores in zip(vectors, score_all(indexes, asked), strict=True):
        assert scores.flags.c_contiguous
        np.testing.assert_allclose(scores, asked @ rows.T, atol=1e-6)


def test_a_snapshot_comes_back_with_its_seq(tmp_path: Path) -> None:
    index = NearestIndex(D, seq=7)
    index.add([3, 5], unit(2, 0))
    index.save(tmp_path / "need.faiss")
    loaded = NearestIndex.load(tmp_path / "need.faiss", D)
    assert loaded is not None
    assert (loaded.seq, loaded.ids.tolist()) == (7, [3, 5])
    assert list(tmp_path.iterdir()) == [tmp_path / "need.faiss"]


def test_a_torn_or_damaged_snapshot_is_never_used(tmp_path: Path) -> None:
    index = NearestIndex(D, seq=7)
    index.add([3, 5], unit(2, 0))
    path = tmp_path / "need.faiss"
    index.save(path)
    whole = path.read_bytes()
    for damaged in (b"", whole[:10], whole[:-1], whole + b"x", whole[:-5] + b"\xff" + whole[-4:], b"x" * len(whole)):
        path.write_bytes(damaged)
        assert NearestIndex.load(path, D) is None
    path.write_bytes(whole)
    assert NearestIndex.load(path, D + 1) is None
    assert NearestIndex.load(tmp_path / "absent", D) is None


def test_a_copy_does_not_change_with_the_original() -> None:
    index = NearestIndex(D)
    index.add([1], unit(1, 0))
    copy = index.copy()
    copy.add([2], unit(1, 1))
    assert (index.ids.tolist(), copy.ids.tolist()) == ([1], [1, 2])
