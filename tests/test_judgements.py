"""What was shown and judged is kept, taken back by events, and erased with its records."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_encoder import ToyEncoder

from index import Index, merge_records, part_record, store_records
from index.database import DATABASE, Database
from index.exposures import Exposure, Exposures, Shown
from index.judgements import Judgements, Verdict
from index.regrouping import retire_origins
from ingest import Record, Section

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Said = tuple[str, str, Literal["fits", "unfit", "undo"]]


def exposure(record: str, *candidates: str, weights: str = "w") -> Exposure:
    shown = [Shown(id, rank, 5.0 - rank, 1.0, {"lexical": 1.5}) for rank, id in enumerate(candidates, 1)]
    return Exposure(record, "scientist", "cli", weights, None, tuple(shown))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / DATABASE)


def say(judgements: Judgements, said: Sequence[Said]) -> list[tuple[str, str, Verdict]]:
    for record, candidate, verdict in said:
        if verdict == "undo":
            judgements.undo(record, candidate, NOW)
        else:
            judgements.remember(record, candidate, verdict, None, NOW)
    return sorted((one.record_id, one.candidate_id, one.verdict) for one in judgements.current())


def test_a_judgement_points_at_the_last_list_that_showed_the_pair(database: Database) -> None:
    exposures, judgements = Exposures(database), Judgements(database)
    assert exposures.remember(exposure("n", "a", "b"), NOW)
    assert exposures.remember(exposure("n", "b", "a"), NOW)
    assert exposures.remember(exposure("n", "c"), NOW)
    judgements.remember("n", "a", "fits", "đúng nghề", NOW)
    judgements.remember("n", "z", "unfit", None, NOW)
    seen, unseen = judgements.current()
    assert (seen.verdict, seen.reason, seen.kind) == ("fits", "đúng nghề", "scientist")
    assert seen.shown == Shown("a", 2, 3.0, 1.0, {"lexical": 1.5})
    assert (unseen.shown, unseen.kind) == (None, None)


def test_the_same_list_shown_again_is_counted(database: Database) -> None:
    exposures = Exposures(database)
    for weights in ("w", "w", "v", "v", "v"):
        exposures.remember(exposure("n", "a", "b", weights=weights), NOW)
    counts = exposures.counts()
    assert (counts.lists, counts.times, counts.missed) == (2, 5, 0)
    assert exposures.places("scientist") == [("a", 1, 5), ("b", 2, 5)]
    assert exposures.kinds() == ["scientist"]


def test_what_programs_fetch_is_remembered_and_counts_as_seen_by_nobody(database: Database) -> None:
    exposures = Exposures(database)
    exposures.remember(replace(exposure("n", "a"), surface="http"), NOW)
    assert exposures.counts().times == 1
    assert exposures.kinds() == exposures.places("scientist") == []
    exposures.remember(replace(exposure("n", "a", "b"), surface="web"), NOW)
    assert exposures.kinds() == ["scientist"]
    assert exposures.places("scientist") == [("a", 1, 1), ("b", 2, 1)]


def test_pairs_are_those_of_which_something_was_said_by_then(database: Database) -> None:
    judgements = Judgements(database)
    say(judgements, [("n", "a", "fits"), ("n", "a", "undo"), ("n", "b", "fits"), ("n", "a", "unfit")])
    assert judgements.pairs_until(0) == set()
    assert judgements.pairs_until(2) == {("n", "a")}
    assert judgements.pairs_until(judgements.last) == {("n", "a"), ("n", "b")}


def test_places_that_nobody_looks_at_are_not_kept(database: Database) -> None:
    exposures = Exposures(database)
    exposures.remember(exposure("n", *(f"c{number}" for number in range(300))), NOW)
    assert [rank for _, rank, _ in sorted(exposures.places("scientist"), key=lambda one: one[1])] == list(range(1, 101))


def test_depths_are_those_of_lists_of_which_something_was_judged(database: Database) -> None:
    exposures = Exposures(database)
    exposures.remember(exposure("n", "a", "b", "c"), NOW)
    exposures.remember(exposure("m", "a"), NOW)
    exposures.remember(exposure("o", "a", "b"), NOW)
    Judgements(database).remember("n", "a", "fits", None, NOW)
    Judgements(database).remember("m", "a", "fits", None, NOW)
    assert exposures.judged_depths() == {1: 2, 2: 1, 3: 1}


def test_a_database_that_is_written_to_loses_a_list_and_no_match(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.database._SHORT_WAIT_MS", 5)
    exposures = Exposures(database)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not exposures.can_be_kept()
        assert not exposures.remember(exposure("n", "a"), NOW)
        assert not exposures.remember(exposure("n", "a"), NOW)
        assert exposures.counts().missed == 2
    assert exposures.can_be_kept()
    assert exposures.remember(exposure("n", "a"), NOW)
    assert exposures.counts().missed == Exposures(database).counts().missed == 2


def test_a_list_that_may_not_be_written_is_lost_quietly(database: Database) -> None:
    database.change("PRAGMA query_only = ON")
    assert not Exposures(database).remember(exposure("n", "a"), NOW)


def test_undo_gives_back_what_was_said_before(database: Database) -> None:
    judgements = Judgements(database)
    assert say(judgements, [("n", "a", "fits"), ("n", "a", "unfit")]) == [("n", "a", "unfit")]
    assert judgements.undo("n", "a", NOW)
    assert [one.verdict for one in judgements.current("n")] == ["fits"]
    assert judgements.undo("n", "a", NOW)
    assert not judgements.undo("n", "a", NOW)
    assert judgements.last == 4


events = st.lists(
    st.tuples(st.sampled_from("nm"), st.sampled_from("abc"), st.sampled_from(["fits", "unfit", "undo"])), max_size=12
)
serial = itertools.count()


@settings(max_examples=40, deadline=None)
@given(said=events, last=st.tuples(st.sampled_from("nm"), st.sampled_from("abc"), st.sampled_from(["fits", "unfit"])))
def test_a_judgement_taken_back_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, said: list[Said], last: Said
) -> None:
    database = Database(tmp_path_factory.getbasetemp() / f"undo-{next(serial)}" / DATABASE)
    judgements = Judgements(database)
    before = say(judgements, said)
    assert say(judgements, [last, (last[0], last[1], "undo")]) == before
    database.close()


# With the records


def person(name: str, work: str) -> Record:
    return Record("scientist", "science", name, (Section("work", work),))


NEED = Record("need", "enterprise", "Sấy gỗ", (Section("situation", "Gỗ nứt."),), id="need-1")


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "data", ToyEncoder())


def put(index: Index) -> tuple[str, str]:
    """Two scientists, each shown for the need and judged."""
    records = [(NEED, "n.docx"), (person("Lê A", "Sấy gỗ."), "a.docx"), (person("Lê B", "Gỗ keo."), "b.docx")]
    _, first, second = (stored.id for stored in store_records(index, records))
    index.store.exposures.remember(exposure("need-1", first, second), NOW)
    index.store.exposures.remember(replace(exposure(second, "need-1"), kind="need"), NOW)
    for id in (first, second):
        index.store.judgements.remember("need-1", id, "fits", None, NOW)
    return first, second


def ids_in(index: Index) -> set[str]:
    """Every id that is told of in what was shown and judged."""
    rows = index.store.database.rows(
        """SELECT record_id FROM exposures UNION SELECT candidate_id FROM exposed
           UNION SELECT record_id FROM judgements UNION SELECT candidate_id FROM judgements"""
    )
    return {id for (id,) in rows}


def test_a_removed_record_leaves_no_trace_in_what_was_shown_and_judged(index: Index) -> None:
    first, second = put(index)
    index.remove(second)
    assert ids_in(index) == {"need-1", first}
    assert [one.shown.rank for one in index.store.judgements.current() if one.shown] == [1]
    index.remove("need-1")
    assert ids_in(index) == set()


def test_judgements_outlast_a_merge_and_its_undoing(index: Index) -> None:
    first, second = put(index)
    index.store.judgements.remember(second, "need-1", "fits", None, NOW)
    before = index.store.judgements.current()
    assert [one.asked for one in before] == ["need", "need", "scientist"]
    merge_records(index, first, second)
    assert index.store.judgements.current() == before
    part_record(index, first)
    assert index.store.judgements.current() == before


def test_what_was_merged_goes_with_the_record_that_it_became(index: Index) -> None:
    first, second = put(index)
    merge_records(index, first, second)
    index.remove(first)
    assert ids_in(index) == {"need-1"}


def test_a_retired_file_takes_its_record_out_of_what_was_shown(index: Index) -> None:
    first, second = put(index)
    merge_records(index, first, second)
    assert retire_origins(index, ["b.docx"])
    assert ids_in(index) == {"need-1", first}
    assert retire_origins(index, ["a.docx"])
    assert first not in ids_in(index)


def test_nothing_but_ids_and_numbers_is_kept_of_a_list(index: Index) -> None:
    put(index)
    rows = list(index.store.database.rows("SELECT * FROM exposures JOIN exposed ON exposure_id = id"))
    assert rows
    assert "Gỗ" not in json.dumps(rows, ensure_ascii=False)
    assert "Lê" not in json.dumps(rows, ensure_ascii=False)
