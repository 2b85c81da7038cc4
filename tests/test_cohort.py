"""Cohorts: who stands high with everybody is told from who fits the record that asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from toy_encoder import ToyEncoder

from index import Index, store_records
from ingest import NOBODY, OFFICER, Record, Section, Visibility
from matcher import match
from matcher.cohort import FEWEST_ASKED, MOST_ASKED, Cohort, cohort_of
from matcher.crowd import crowd_of
from matcher.fusion import DEFAULT_WEIGHTS
from matcher.question import ask
from matcher.ranking import rank_candidates, rank_each

TRADES = ("gốm", "lụa", "trầm", "yến", "điều", "tiêu", "sứa", "nấm", "dừa", "mía", "ngao", "chè")


def make_need(number: int, trade: str, visibility: Visibility = "public") -> Record:
    text = f"Cần máy phân loại {trade} tự động bằng thị giác máy tính cho xưởng {trade}."
    return Record(
        "need", "enterprise", f"Phân loại {trade}", (Section("situation", text, visibility),), id=f"n{number}"
    )


def make_scientist(id: str, *works: str) -> Record:
    return Record("scientist", "science", f"Người {id}", tuple(Section("work", work) for work in works), id=id)


# Near to every need by what all needs say, and to none by its trade.
HUB = make_scientist("hub", "Máy phân loại tự động bằng thị giác máy tính cho xưởng.", "Cần máy phân loại tự động.")
SPECIALIST = make_scientist("specialist", "Men gốm và lò nung gốm.")
OTHERS = [make_scientist(f"s{number:02}", f"Khảo sát nghề {trade} ở làng nghề.") for number, trade in enumerate(TRADES)]
NEEDS = [make_need(number, trade) for number, trade in enumerate(TRADES)]


@pytest.fixture(params=["hybrid", "lexical"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    index = Index(tmp_path, ToyEncoder() if request.param == "hybrid" else None)
    store_records(index, [(record, "test") for record in (HUB, SPECIALIST, *OTHERS)])
    return index


def store(index: Index, records: list[Record]) -> None:
    store_records(index, [(record, "test") for record in records])


def signals_of(index: Index, need: Record, id: str) -> dict[str, float]:
    return next(one.signals for one in match(index, need, "scientist", OFFICER, 100).pairings if one.id == id)


def test_who_stands_high_with_every_need_has_less_specificity(index: Index) -> None:
    store(index, NEEDS)
    hub, specialist = (signals_of(index, NEEDS[0], id)["specificity"] for id in ("hub", "specialist"))
    assert hub < 0 < specialist
    ranking = rank_candidates(index, ask(index, NEEDS[0], OFFICER), "scientist", OFFICER)
    without = ranking.scores_without("specificity")
    ids = ranking.candidates.record_ids
    gap = ranking.scores[ids.index("specialist")] - ranking.scores[ids.index("hub")]
    assert gap == pytest.approx(
        without[ids.index("specialist")] - without[ids.index("hub")] + specialist - hub, abs=1e-4
    )


def test_specificity_tells_candidates_apart_and_moves_no_list_as_a_whole(index: Index) -> None:
    store(index, NEEDS)
    found = match(index, NEEDS[3], "scientist", OFFICER, 100).pairings
    assert sum(one.signals["specificity"] for one in found) == pytest.approx(0, abs=1e-4)


def test_a_few_others_are_no_cohort(index: Index) -> None:
    store(index, NEEDS[:FEWEST_ASKED])
    assert "specificity" not in signals_of(index, NEEDS[0], "hub")
    assert signals_of(index, NEEDS[-1], "hub")["specificity"] < 0


def test_more_others_are_believed_more(index: Index) -> None:
    store(index, NEEDS)
    candidates, traits = index.candidates(["scientist"], OFFICER), index.traits()
    crowd = crowd_of(candidates, traits, OFFICER)
    cohort = cohort_of(index, ask(index, NEEDS[0], OFFICER), candidates, traits, crowd, OFFICER, DEFAULT_WEIGHTS, ())
    twice = Cohort.of(
        [*cohort.ids, *(f"{id}-again" for id in cohort.ids)], cohort.places, np.tile(cohort.scores, (2, 1))
    )
    once, more = (held.specificity("another", len(candidates)) for held in (cohort, twice))
    assert once is not None
    assert more is not None
    assert more / once == pytest.approx(np.full(len(candidates), (24 / 40) / (12 / 28)), rel=1e-3)


def test_the_asking_record_is_none_of_its_cohort(index: Index) -> None:
    store(index, NEEDS)
    candidates, traits = index.candidates(["scientist"], OFFICER), index.traits()
    crowd = crowd_of(candidates, traits, OFFICER)
    cohort = cohort_of(index, ask(index, NEEDS[0], OFFICER), candidates, traits, crowd, OFFICER, DEFAULT_WEIGHTS, ())
    others = cohort.scores[[id != "n0" for id in cohort.ids]]
    assert len(others) == len(NEEDS) - 1
    usual = np.sort(others, axis=0)[len(others) // 2]
    expected = 11 / 27 * (usual.mean() - usual)
    assert cohort.specificity("n0", len(candidates)) == pytest.approx(expected, abs=1e-4)


def test_only_profiles_are_held_against_their_cohort(index: Index) -> None:
    task = Record("proposal", "state", "Phân loại gốm", (Section("content", "Thị giác máy tính."),), id="task")
    store(index, [*NEEDS, task])
    assert "specificity" not in match(index, NEEDS[0], "proposal", OFFICER).pairings[0].signals
    ranking = rank_candidates(index, ask(index, NEEDS[0], OFFICER), None, OFFICER)
    assert "specificity" not in ranking.signals_of(ranking.candidates.record_ids.index("task"))
    assert "specificity" in ranking.signals_of(ranking.candidates.record_ids.index("hub"))


def test_a_person_who_asks_has_no_cohort(index: Index) -> None:
    store(index, NEEDS)
    assert all("specificity" not in one.signals for one in match(index, HUB, "scientist", OFFICER).pairings)


def test_what_a_viewer_may_not_see_changes_no_specificity_of_theirs(index: Index) -> None:
    store(index, NEEDS)

    def ask_as_nobody() -> dict[str, float]:
        found = match(index, NEEDS[0], "scientist", NOBODY, 100).pairings
        return {one.id: one.signals["specificity"] for one in found}

    before = ask_as_nobody()
    store(index, [make_need(number + 50, "gốm", "confidential") for number in range(30)])
    assert ask_as_nobody() == pytest.approx(before, abs=1e-4)
    assert signals_of(index, NEEDS[0], "hub")["specificity"] != pytest.approx(before["hub"], abs=1e-4)


def test_records_asked_beside_count_as_stored_ones_do(index: Index) -> None:
    question = ask(index, NEEDS[0], OFFICER)
    beside = rank_candidates(index, question, "scientist", OFFICER, beside=tuple(NEEDS)).signals["specificity"]
    store(index, NEEDS)
    stored = rank_candidates(index, question, "scientist", OFFICER).signals["specificity"]
    # What is stored tells how rare words are as well.
    assert beside == pytest.approx(stored, abs=0.2)
    assert beside.std() > 0.3


def test_one_after_the_other_or_as_one_job_is_the_same(index: Index) -> None:
    store(index, NEEDS)
    questions = [ask(index, need, OFFICER) for need in NEEDS]
    for question, ranking in zip(questions, rank_each(index, questions, "scientist", OFFICER), strict=True):
        alone = rank_candidates(index, question, "scientist", OFFICER)
        assert ranking.order == alone.order
        assert ranking.scores == pytest.approx(alone.scores, abs=1e-4)


def test_a_cohort_is_bounded_and_kept_until_something_changes(index: Index) -> None:
    store(index, [make_need(number, TRADES[number % len(TRADES)]) for number in range(MOST_ASKED + 9)])

    def gather() -> Cohort:
        candidates, traits = index.candidates(["scientist"], OFFICER), index.traits()
        crowd = crowd_of(candidates, traits, OFFICER)
        return cohort_of(index, ask(index, NEEDS[0], OFFICER), candidates, traits, crowd, OFFICER, DEFAULT_WEIGHTS, ())

    first = gather()
    assert len(first.ids) == MOST_ASKED
    assert gather() is first
    store(index, [make_need(999, "gốm")])
    assert gather() is not first
