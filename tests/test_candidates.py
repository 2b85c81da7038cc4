"""Candidates: passages grouped by record, against a plain loop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_encoder import ToyEncoder

from index import Candidates, Index, store_records
from ingest import OFFICER, Record, Section


def build(folder: Path, sizes: list[int]) -> Candidates:
    index = Index(folder, ToyEncoder())
    records = [
        Record(
            "need", "enterprise", f"nhu cầu {n}", tuple(Section("x", f"mục {n} {i}") for i in range(size)), id=f"r{n}"
        )
        for n, size in enumerate(sizes)
    ]
    store_records(index, [(record, "test") for record in records])
    return index.candidates(["need"], OFFICER)


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Candidates:
    return build(tmp_path_factory.mktemp("twelve"), [1] * 12)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.integers(0, 1_000))
def test_scores_of_records_equal_a_plain_loop(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("candidates")
    candidates = build(folder, sizes)
    assert candidates.record_ids == [f"r{number}" for number in range(len(sizes))]
    scores = np.random.default_rng(seed).standard_normal(len(candidates.ids)).astype(np.float32)
    for record in range(len(candidates)):
        own = sorted(scores[candidates.rows_of(record)], reverse=True)
        assert len(own) == sizes[record] + 1
        assert candidates.best(scores)[record] == own[0]
        weights = [1 / rank for rank in range(1, len(own[:3]) + 1)]
        expected = sum(w * s for w, s in zip(weights, own, strict=False)) / sum(weights)
        np.testing.assert_allclose(candidates.discounted_best(scores, 3)[record], expected, atol=1e-5)
    both = np.stack([scores, -scores])
    for row, of_records in zip(both, candidates.discounted_best(both, 3), strict=True):
        np.testing.assert_allclose(of_records, candidates.discounted_best(row, 3), atol=1e-6)


@given(st.lists(st.floats(-50, 50, width=32) | st.sampled_from([0.0, -0.0, 1.5, -1.5]), min_size=12, max_size=12))
def test_records_are_ordered_by_score_and_among_equals_by_id(twelve: Candidates, values: list[float]) -> None:
    scores = np.array(values, dtype=np.float32)
    ordered = sorted(range(12), key=lambda position: (-scores[position], twelve.record_ids[position]))
    assert twelve.rank(scores) == ordered
    assert twelve.rank(scores, but_for=7) == [position for position in ordered if position != 7]
