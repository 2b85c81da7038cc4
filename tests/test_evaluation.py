"""Evaluation: measures against scikit-learn and by hand, runs in TREC form, honest refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score
from toy_encoder import ToyEncoder

from ingest import Record, Section
from matcher import BadQrels, Query, evaluate, read_qrels, write_run
from matcher.evaluation import Grade, write_per_query
from matcher.fusion import DEFAULT_WEIGHTS
from matcher.measures import gain, interval, ndcg, pair_losses, recall, reciprocal_rank

RECORDS = [
    Record("document", "state", "Nước thải", (Section("text", "Xử lý nước thải dệt nhuộm."),), id="water"),
    Record("document", "state", "Gỗ", (Section("text", "Sấy gỗ cao su."),), id="wood"),
    Record("scientist", "science", "Lê Hòa", (Section("work", "Sấy gỗ bằng năng lượng mặt trời."),), id="dryer"),
]


@given(st.lists(st.integers(0, 3), min_size=2, max_size=30), st.integers(1, 15))
def test_ndcg_equals_scikit_learn(grades: list[int], k: int) -> None:
    scores = np.arange(len(grades), 0, -1)[np.newaxis]
    expected = ndcg_score(np.array([grades]), scores, k=k) if any(grades) else 0.0
    assert ndcg(grades, grades, k) == pytest.approx(expected)


def test_recall_and_reciprocal_rank_by_hand() -> None:
    assert recall([0, 2, 0, 1], [2, 1, 1], 4) == pytest.approx(2 / 3)
    assert recall([0, 2], [], 2) == 0
    assert reciprocal_rank([0, 0, 1], 10) == pytest.approx(1 / 3)
    assert reciprocal_rank([0, 0, 1], 2) == 0


def test_pairs_are_lost_by_the_difference_of_their_grades() -> None:
    grades = {"a": 5.0, "b": 4.5, "c": 2.0, "d": 1.0}
    right = {"a": 4.0, "b": 3.0, "c": 2.0, "d": 1.0}
    assert pair_losses(right, grades) == {"pair loss": (0, 14.5), "easy pairs": (4, 4), "hard pairs": (1, 1)}
    swapped = {**right, "a": 3.0, "b": 4.0}
    assert pair_losses(swapped, grades) == {"pair loss": (0.5, 14.5), "easy pairs": (4, 4), "hard pairs": (0, 1)}
    nothing = dict.fromkeys(grades, 1.0)
    assert pair_losses(nothing, grades)["pair loss"] == (7.25, 14.5)
    assert pair_losses({}, grades) == pair_losses(nothing, grades)
    assert pair_losses(right, {"a": 1.0, "b": 1.0}) == {}


@given(st.dictionaries(st.sampled_from("abcdefg"), st.tuples(st.integers(0, 3), st.integers(1, 5)), min_size=2))
def test_what_one_order_loses_the_opposite_wins(judged: dict[str, tuple[int, int]]) -> None:
    grades = {id: float(grade) for id, (_, grade) in judged.items()}
    scores = {id: float(score) for id, (score, _) in judged.items()}
    losses = pair_losses(scores, grades)
    opposite = pair_losses({id: -score for id, score in scores.items()}, grades)
    for name, (value, weight) in losses.items():
        assert value + opposite[name][0] == pytest.approx(weight)


def test_an_interval_holds_the_ratio_and_a_gain_over_oneself_is_nothing() -> None:
    values = [(1.0, 2.0), (3.0, 4.0), (0.0, 0.0), (5.0, 5.0)]
    found = interval(values)
    assert found.mean == pytest.approx(9 / 11)
    assert found.low <= found.mean <= found.high
    same = gain(values, values)
    assert (same.mean, same.low, same.high) == (0, 0, 0)
    better = gain(values, [(value / 2, weight) for value, weight in values])
    assert 0 < better.low <= better.mean <= better.high


@pytest.mark.parametrize("encoder", [ToyEncoder(), None], ids=["hybrid", "lexical"])
def test_searches_and_matches_are_ranked_and_measured(tmp_path: Path, encoder: ToyEncoder | None) -> None:
    queries = [Query("q1", text="nước thải"), Query("q2", text="sấy gỗ cao su")]
    qrels = {"q1": {"water": 1.0}, "q2": {"wood": 2.0, "dryer": 1.0}}
    found = evaluate(RECORDS, queries, None, qrels, encoder, 10, tmp_path)
    assert next(id for id, _ in found.run["q1"]) == "water"
    assert found.measures["banha"]["MRR@10"].mean == 1.0
    assert {"lexical", "tfidf", "random"} <= set(found.measures)
    assert ("dense" in found.measures) == (encoder is not None)
    for measure in found.measures["banha"].values():
        assert 0 <= measure.low <= measure.mean <= measure.high <= 1
    assert set(found.gains) == set(found.measures) - {"banha"}
    for by_name in found.gains.values():
        assert set(by_name) == set(found.measures["banha"])
    assert found.judged == ["q1", "q2"]
    assert found.per_query["banha"]["MRR@10"] == [(1.0, 1.0), (1.0, 1.0)]


def test_a_system_is_compared_over_the_queries_that_it_ranks_alone(tmp_path: Path) -> None:
    need = Record("need", "enterprise", "Sấy gỗ", (Section("situation", "Gỗ nứt khi sấy."),))
    asked = Query("match", record=need)
    queries = [Query("q1", text="nước thải"), asked, Query("q2", text="sấy gỗ cao su")]
    qrels = {"q1": {"water": 1.0}, "q2": {"wood": 2.0}, "match": {"dryer": 1.0, "wood": 1.0}}
    found = evaluate(RECORDS, queries, None, qrels, ToyEncoder(), 10, tmp_path / "both")
    assert found.measured["banha"] == found.measured["random"] == ["q1", "match", "q2"]
    alone = evaluate(RECORDS, [asked], None, qrels, ToyEncoder(), 10, tmp_path / "match")
    for name in ("bm25", "without trl", "without lexical"):
        assert found.measured[name] == ["match"]
        assert found.measures[name] == alone.measures[name]
        assert found.gains[name] == alone.gains[name]
    assert found.gains["without trl"]["nDCG@10"].mean == 0
    rows = [line.split("\t") for line in write_per_query(found)]
    assert {query for system, _, query, *_ in rows if system == "without trl"} == {"match"}
    assert found.weights == DEFAULT_WEIGHTS.version
    assert evaluate(RECORDS, queries[:1], None, qrels, None, 10, tmp_path / "words").weights is None


@pytest.mark.parametrize("name", ["role", "age"])
def test_role_and_age_of_works_are_measured_by_switching_them_off(tmp_path: Path, name: str) -> None:
    lesser = {"role": "member"} if name == "role" else {"year": 2006}
    whole = {"role": "lead"} if name == "role" else {"year": 2024}
    people = [
        Record("scientist", "science", id, (Section("work", "Sấy gỗ cao su.", **known),), id=id)  # type: ignore[arg-type]  # a role is a plain string here
        for id, known in (("a-lesser", lesser), ("b-whole", whole))
    ]
    need = Record("need", "enterprise", "Gỗ nứt", (Section("situation", "Cần sấy gỗ cao su."),))
    crowd = [
        Record("scientist", "science", id, (Section("work", f"Nuôi {id}."),), id=id) for id in ("tôm", "cá", "cua")
    ]
    qrels = {"m": {"b-whole": 1.0}}
    found = evaluate([*people, *crowd], [Query("m", record=need)], "scientist", qrels, ToyEncoder(), 10, tmp_path)
    assert found.measures["banha"]["MRR@10"].mean == 1
    assert found.measures[f"without {name}"]["MRR@10"].mean == 0.5
    assert found.gains[f"without {name}"]["MRR@10"].mean == 0.5
    (other,) = {"role", "age"} - {name}
    assert found.measures[f"without {other}"]["MRR@10"].mean == 1


def test_a_match_is_ranked_among_the_kind_asked_for(tmp_path: Path) -> None:
    need = Record("need", "enterprise", "Sấy gỗ", (Section("situation", "Gỗ nứt khi sấy."),))
    found = evaluate(RECORDS, [Query("m", record=need)], "scientist", None, ToyEncoder(), 10, tmp_path)
    assert [id for id, _ in found.run["m"]] == ["dryer"]
    assert found.measures == {}


@pytest.mark.parametrize("encoder", [ToyEncoder(), None], ids=["hybrid", "lexical"])
def test_without_a_kind_a_match_ranks_every_other_record(tmp_path: Path, encoder: ToyEncoder | None) -> None:
    need = Record("need", "enterprise", "Sấy gỗ", (Section("situation", "Gỗ nứt khi sấy."),), id="asking")
    found = evaluate([*RECORDS, need], [Query("m", record=need)], None, None, encoder, 10, tmp_path)
    ranked = [id for id, _ in found.run["m"]]
    assert sorted(ranked) == ["dryer", "water", "wood"]
    assert ranked[-1] == "water"


def test_without_a_kind_records_of_one_kind_are_ranked_as_that_kind(tmp_path: Path) -> None:
    need = Record("need", "enterprise", "Sấy gỗ", (Section("situation", "Gỗ nứt khi sấy."),))
    people = [
        Record("scientist", "science", name, (Section("work", work),), id=name)
        for name, work in (("Lê Hòa", "Sấy gỗ."), ("Vũ Gỗ", "Nuôi tôm."), ("Trần Sấy", "Lò sấy tiết kiệm điện."))
    ]
    queries = [Query("m", record=need)]
    any_kind = evaluate(people, queries, None, None, ToyEncoder(), 10, tmp_path / "a")
    assert any_kind.run == evaluate(people, queries, "scientist", None, ToyEncoder(), 10, tmp_path / "b").run


def test_the_limit_cuts_the_run_only(tmp_path: Path) -> None:
    every = evaluate(RECORDS, [Query("q", text="gỗ")], None, None, ToyEncoder(), 10, tmp_path / "a").run["q"]
    assert evaluate(RECORDS, [Query("q", text="gỗ")], None, None, ToyEncoder(), 1, tmp_path / "b").run["q"] == every[:1]


def test_qrels_are_read_and_a_bad_line_is_named() -> None:
    grades = list(read_qrels(["q1 0 d1 1", "", "q1 0 d2 0.5"], "qrels"))
    assert grades == [Grade("q1", "d1", 1.0, 1), Grade("q1", "d2", 0.5, 3)]
    with pytest.raises(BadQrels, match="qrels, line 2"):
        list(read_qrels(["q1 0 d1 1", "q1 d2"], "qrels"))


@pytest.mark.parametrize("grade", ["nan", "inf", "x"])
def test_a_grade_that_is_no_number_is_refused(grade: str) -> None:
    with pytest.raises(BadQrels, match="qrels, line 1"):
        list(read_qrels([f"q1 0 d1 {grade}"], "qrels"))


def test_records_without_a_word_are_ranked_all_the_same(tmp_path: Path) -> None:
    bare = [Record("document", "state", "?", (Section("text", "!!! ..."),), id=name) for name in ("a", "b")]
    found = evaluate(bare, [Query("q", text="gỗ")], None, {"q": {"a": 1.0}}, None, 10, tmp_path)
    assert found.measures["tfidf"]["recall@10"].mean == 1.0


def test_qrels_about_other_records_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadQrels):
        evaluate(RECORDS, [Query("q", text="gỗ")], None, {"other": {"wood": 1.0}}, None, 10, tmp_path)


def test_a_run_is_written_in_trec_form() -> None:
    lines = list(write_run({"q1": [("d2", 1.5), ("d1", 0.25)]}, "banha"))
    assert lines == ["q1 Q0 d2 1 1.500000 banha\n", "q1 Q0 d1 2 0.250000 banha\n"]
