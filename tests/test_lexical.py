"""The lexical index: both spellings found, exact BM25, its own seq, damage rebuilt."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from index.lexical import ACCENTED, FOLDED, LexicalIndex, terms
from ingest import Kind, fold

TEXTS: list[tuple[int, Kind, str]] = [
    (1, "need", "Xử lý nước thải dệt nhuộm"),
    (2, "need", "Sấy gỗ cao su bị nứt"),
    (3, "proposal", "Nước thải khu công nghiệp, nước thải và nước ngầm"),
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    lexical = LexicalIndex(tmp_path / "lexical")
    assert lexical.apply(TEXTS, [], 0, 5)
    return lexical


def found(index: LexicalIndex, field: str, *words: str, kinds: list[Kind] | None = None) -> dict[int, float]:
    ids, scores = index.scores({(field, word): 1.0 for word in words}, kinds)
    return dict(zip(ids.tolist(), scores.tolist(), strict=True))


def test_syllables_and_bigrams_are_the_terms() -> None:
    assert terms("xử lý nước") == ["xử", "lý", "nước", "xử_lý", "lý_nước"]


def test_accented_and_folded_spellings_are_both_found(index: LexicalIndex) -> None:
    assert set(found(index, ACCENTED, "nước_thải")) == {1, 3}
    assert set(found(index, FOLDED, "nuoc_thai")) == {1, 3}
    assert found(index, ACCENTED, "nuoc_thai") == {}


def test_kinds_are_kept_apart(index: LexicalIndex) -> None:
    assert set(found(index, FOLDED, "nuoc", kinds=["proposal"])) == {3}
    assert set(found(index, FOLDED, "nuoc", kinds=["proposal", "need"])) == {1, 3}


def test_scores_are_bm25(index: LexicalIndex) -> None:
    """Against the formula written out (Robertson & Zaragoza 2009, k1 = 1.2, b = .75, as Lucene and tantivy have it)."""
    documents = {id: Counter(terms(fold(text))) for id, _, text in TEXTS}
    lengths = {id: sum(counts.values()) for id, counts in documents.items()}
    count = len(documents) + 1  # the marker that holds the seq is a document too
    mean = sum(lengths.values()) / count
    holding = sum("nuoc" in counts for counts in documents.values())
    idf = math.log(1 + (count - holding + 0.5) / (holding + 0.5))
    scores = found(index, FOLDED, "nuoc")
    assert len(scores) == holding
    for id, score in scores.items():
        tf = documents[id]["nuoc"]
        expected = idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * lengths[id] / mean))
        assert score == pytest.approx(expected, rel=0.02)  # field lengths are stored in one byte


def test_removed_passages_are_not_found_and_the_seq_is_kept(index: LexicalIndex, tmp_path: Path) -> None:
    index.apply([(4, "need", "nước mới")], [1], 5, 9)
    reopened = LexicalIndex(tmp_path / "lexical")
    assert reopened.seq == 9
    assert set(found(reopened, FOLDED, "nuoc")) == {3, 4}


def test_a_new_index_starts_at_zero(tmp_path: Path) -> None:
    fresh = LexicalIndex(tmp_path / "new")
    assert fresh.seq == 0
    assert found(fresh, FOLDED, "nuoc") == {}


def test_a_damaged_index_is_started_anew(index: LexicalIndex, tmp_path: Path) -> None:
    del index
    (tmp_path / "lexical" / "meta.json").write_text("{")
    assert LexicalIndex(tmp_path / "lexical").seq == 0


def test_endless_words_do_no_harm(index: LexicalIndex) -> None:
    assert index.apply([(7, "need", "a" * 200_000)], [], 5, 10)
    ids, _ = index.scores({(FOLDED, terms(fold("a" * 200_000))[0]): 1.0})
    np.testing.assert_array_equal(ids, [7])


def test_while_another_process_writes_apply_says_so(index: LexicalIndex) -> None:
    writer = index._index.writer(15_000_000, 1)
    assert not index.apply([], [], 5, 6)
    del writer
