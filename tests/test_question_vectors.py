"""What a stored record asks with is kept: who opens the store again encodes none of it; it goes with the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_pairing import NEED, RECORDS
from toy_encoder import ToyEncoder

from index import Index, reembed, store_records
from index.encoder import Progress, Vectors
from index.languages import ReferenceVectors
from ingest import NOBODY, OFFICER, Facts, Record, Section, Viewer
from matcher import match_all
from matcher.question import ask

ANONYMOUS = Record(
    "need",
    "enterprise",
    "Công ty TNHH Gốm Trăng Khuyết cần men không chì",
    (Section("requirements", "Men không chì, nung ở 1.050 độ.", visibility="anonymous"),),
    facts=Facts(organisation="Công ty TNHH Gốm Trăng Khuyết"),
    id="need-anonymous",
)


class Refusing(ToyEncoder):
    """A model that must not be needed."""

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        raise AssertionError(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(texts)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path, ToyEncoder())
    store_records(index, [(record, "test") for record in (*RECORDS, ANONYMOUS)])
    return index


def count(index: Index, id: str) -> int:
    return int(index.store.database.row("SELECT COUNT(*) FROM question_vectors WHERE record_id = ?", (id,))[0])


@pytest.mark.parametrize("viewer", [OFFICER, NOBODY])
def test_all_pairs_are_ranked_again_without_the_model(index: Index, viewer: Viewer) -> None:
    before = list(match_all(index, "need", "scientist", viewer))
    assert list(match_all(Index(index.folder, Refusing()), "need", "scientist", viewer)) == before


def test_strangers_ask_with_what_they_read(index: Index) -> None:
    stored = index.store.get(ANONYMOUS.id)
    seen = [ask(index, stored, viewer).parts[0].vector for viewer in (OFFICER, NOBODY)]
    assert count(index, ANONYMOUS.id) == 2
    again = Index(index.folder, Refusing())
    for viewer, vector in zip((OFFICER, NOBODY), seen, strict=True):
        np.testing.assert_array_equal(ask(again, stored, viewer).parts[0].vector, vector)
    assert not np.array_equal(seen[0], seen[1])


def test_they_go_when_the_record_changes_or_goes(index: Index) -> None:
    for record in (NEED, ANONYMOUS):
        ask(index, index.store.get(record.id), OFFICER)
        assert count(index, record.id) == 1
    store_records(index, [(replace(NEED, title="Một vấn đề khác hẳn"), "test")])
    index.store.remove(ANONYMOUS.id)
    assert (count(index, NEED.id), count(index, ANONYMOUS.id)) == (0, 0)


def test_nothing_is_kept_of_what_is_not_stored_so(index: Index) -> None:
    ask(index, replace(NEED, title="Bản nháp"), OFFICER)
    ask(index, replace(NEED, id="nowhere"), OFFICER)
    assert (count(index, NEED.id), count(index, "nowhere")) == (0, 0)


def test_they_are_of_one_model(index: Index) -> None:
    texts = ["\n".join(ask(index, NEED, OFFICER).texts)]
    assert index.store.question_vectors.known(index.encoder.description.identity, texts)
    another = Index(index.folder, ToyEncoder("another"), any_model=True)
    assert index.store.question_vectors.known(another.encoder.description.identity, texts) == {}
    reembed(another)
    assert count(index, NEED.id) == 0


def test_who_asks_while_others_write_gets_an_answer(index: Index) -> None:
    with Index(index.folder, None).store.database.writing():
        asked = ask(index, NEED, OFFICER)
    assert asked.parts[0].vector is not None
    assert count(index, NEED.id) == 0


def test_the_reference_is_encoded_once_a_store(tmp_path: Path) -> None:
    kept = tmp_path / "reference.vectors"
    found = ReferenceVectors(ToyEncoder(), kept).read()
    np.testing.assert_array_equal(ReferenceVectors(Refusing(), kept).read(), found)
    kept.write_bytes(kept.read_bytes()[:-1])
    np.testing.assert_array_equal(ReferenceVectors(ToyEncoder(), kept).read(), found)
    with pytest.raises(AssertionError):
        ReferenceVectors(Refusing("another"), kept).read()
