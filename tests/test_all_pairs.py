"""All pairs: each record's list is the one that a match gives, whoever asks and however many stand there."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from test_pairing import CONFIDENTIAL, NEED, OTHER, RECORDS
from toy_encoder import ToyEncoder

from index import Index, store_records
from ingest import KINDS, NOBODY, OFFICER, Kind, Record, Section, Viewer
from matcher import all_pairs, match, match_all
from matcher.question import Question, ask_all
from matcher.teams.assigning import Terms, assign_records

# More vectors than are compared at once in one record, beside many that share a product.
_WORKS = tuple(Section("work", f"Sấy gỗ và ván ép lần {n}.", role="lead", year=2000 + n % 20) for n in range(60))
_BUSY = Record("scientist", "science", "Phan Bận Rộn", _WORKS, id="scientist-busy")
_NEEDS = [
    Record(
        "need", "enterprise", f"Máy sấy {n}", (Section("requirements", f"Sấy gỗ {n} cho nhanh."),), id=f"need-{n:02}"
    )
    for n in range(30)
]


@pytest.fixture(scope="module", params=["hybrid", "lexical"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index of the records; tests only read it."""
    index = Index(tmp_path_factory.mktemp("index"), ToyEncoder() if request.param == "hybrid" else None)
    store_records(index, [(record, "test") for record in (*RECORDS, _BUSY, *_NEEDS)])
    return index


@pytest.mark.parametrize(("kind", "to"), list(itertools.product(KINDS, KINDS)))
def test_every_list_is_that_of_the_match(index: Index, kind: Kind, to: Kind) -> None:
    rows = list(match_all(index, kind, to, OFFICER, 5))
    assert [row.id for row in rows] == sorted(r.id for r in (*RECORDS, _BUSY, *_NEEDS) if r.kind == kind)
    for row in rows[:4]:
        one = match(index, index.store.get(row.id), to, OFFICER, 5)
        assert (row.title, row.mode) == (one.record_title, one.mode)
        assert [(pair.id, pair.title, pair.basis, pair.likelihood) for pair in row.pairs] == [
            (pairing.id, pairing.title, pairing.basis, pairing.likelihood) for pairing in one.pairings
        ]
        assert [pair.score for pair in row.pairs] == pytest.approx(
            [pairing.score for pairing in one.pairings], abs=1e-4
        )
        assert [pair.rank for pair in row.pairs] == list(range(1, len(row.pairs) + 1))


def test_strangers_see_nothing_hidden(index: Index) -> None:
    assert CONFIDENTIAL.id not in {row.id for row in match_all(index, "scientist", "need", NOBODY)}
    found = {pair.id for row in match_all(index, "need", "scientist", NOBODY, 100) for pair in row.pairs}
    assert CONFIDENTIAL.id not in found
    assert OTHER.id in found


def test_without_candidates_the_lists_are_empty(tmp_path: Path) -> None:
    alone = Index(tmp_path, ToyEncoder())
    store_records(alone, [(NEED, "test")])
    assert [row.pairs for row in match_all(alone, "need", "scientist", OFFICER)] == [()]
    assert list(match_all(alone, "scientist", "need", OFFICER)) == []


@pytest.mark.parametrize("work", ["all pairs", "assignment"])
def test_it_is_told_how_far_it_is_from_the_first_few_records_on(
    index: Index, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def spy(index: Index, records: Sequence[Record], viewer: Viewer) -> list[Question]:
        asked.append(len(records))
        return ask_all(index, records, viewer)

    told: list[tuple[int, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "rank":
            told.append((done, total))
            # What was begun since it last moved is little.
            assert sum(asked) - done <= 4

    monkeypatch.setattr(all_pairs, "ask_all", spy)
    if work == "all pairs":
        list(match_all(index, "need", "scientist", OFFICER, progress=progress))
    else:
        assign_records(index, "need", "scientist", OFFICER, Terms(), progress=progress)
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] == sum(asked)
    assert told == sorted(told)
