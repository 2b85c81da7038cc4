"""Weights move with judgements, come into force only when they win later, and can be rolled back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Exposure, Index, Judgement, Shown, Verdict, store_records
from ingest import Record, Section
from matcher.fusion import DEFAULT_WEIGHTS, SIGNALS, TEXT_SIGNALS, Weights, fuse
from matcher.learning.attention import attention_of_institutions, gini, measure_attention
from matcher.learning.exploration import list_best, list_with_trial
from matcher.learning.promotion import history, roll_back, teach
from matcher.learning.weights import (
    Lacking,
    Trial,
    as_array,
    calibrate_scores,
    divide,
    estimate_bias,
    features_of,
    fit_weights,
    judged_lists,
    learn,
    propensity_weights,
    replay,
    try_weights,
)
from matcher.scoring import (
    DEFAULT_SCORING,
    read_scoring,
    scoring_in_force,
    write_calibrations,
    write_weights,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
# Only what the words say tells who fits; meaning is noise.
WORDS = Weights({**dict.fromkeys(SIGNALS, 0.0), "lexical": 1.0})


def simulate(
    lists: int, weights: Weights = WORDS, seed: int = 3, noise: float = 0.5, items: int = 6
) -> list[Judgement]:
    """Judged by the sum that these weights give, above or below the middle of its list."""
    generator = np.random.default_rng(seed)
    found = []
    for number in range(lists):
        signals = [{name: float(generator.normal()) for name in TEXT_SIGNALS} for _ in range(items)]
        true = [float(features_of(one) @ as_array(weights)) + generator.normal(0, noise) for one in signals]
        for rank, (one, value) in enumerate(zip(signals, true, strict=True), 1):
            verdict: Verdict = "fits" if value > np.median(true) else "unfit"
            shown = Shown(f"s-{rank}", rank, 0.0, 1.0, one)
            ids = (f"need-{number}", f"s-{rank}")
            found.append(Judgement(len(found) + 1, "", *ids, verdict, None, "scientist", shown, "need"))
    return found


def try_on(judged: Sequence[Judgement], in_force: Weights = DEFAULT_WEIGHTS) -> Trial:
    divided = divide(judged, 0.0)
    assert not isinstance(divided, Lacking)
    return try_weights(*divided, in_force)


def share(values: Sequence[tuple[float, float]]) -> float:
    return sum(value for value, _ in values) / sum(weight for _, weight in values)


def test_features_and_weights_make_the_score_of_the_ranking() -> None:
    signals = {"lexical": 1.5, "dense": -0.5, "late": 0.25, "field": 0.75, "place": 0.0, "amount": 1.0}
    columns = {name: np.array([value], dtype=np.float32) for name, value in signals.items()}
    scored = float(fuse(columns, DEFAULT_WEIGHTS)[0])
    assert float(features_of(signals) @ as_array(DEFAULT_WEIGHTS)) == pytest.approx(scored, abs=1e-5)


def test_weights_go_where_judgements_point_and_keep_their_sum() -> None:
    learnt = fit_weights(judged_lists(simulate(60), 0.0), DEFAULT_WEIGHTS)
    assert learnt.of["lexical"] > 1.5 > 0.5 > learnt.of["dense"] > 0
    assert sum(learnt.of[name] for name in TEXT_SIGNALS) == pytest.approx(2.5, abs=1e-4)
    assert {name: learnt.of[name] for name in ("field", "place")} == {"field": 0.4, "place": 0.4}


def test_few_judgements_change_little() -> None:
    few, many = (fit_weights(judged_lists(simulate(lists), 0.0), DEFAULT_WEIGHTS) for lists in (1, 60))
    moved = [np.abs(as_array(weights) - as_array(DEFAULT_WEIGHTS)).max() for weights in (few, many)]
    assert moved[0] < 0.5 < moved[1]
    assert fit_weights([], DEFAULT_WEIGHTS) is DEFAULT_WEIGHTS


def test_a_harmful_start_is_recovered() -> None:
    wrong = Weights({**DEFAULT_WEIGHTS.of, "lexical": 0.0, "dense": 2.0, "late": 0.5})
    trial = try_on(simulate(90), wrong)
    assert trial.wins
    assert trial.after > trial.before + 0.1


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_the_order_in_which_judgements_come_changes_nothing(data: st.DataObject) -> None:
    judged = simulate(31, items=3)
    depths = {1: 31, 2: 31, 3: 31}
    assert learn(data.draw(st.permutations(judged)), depths, WORDS) == learn(judged, depths, WORDS)


def test_lists_without_both_verdicts_teach_nothing_and_few_lists_are_not_tried() -> None:
    judged = [one for one in simulate(40) if one.verdict == "fits"]
    assert judged_lists(judged, 0.0) == []
    assert divide(simulate(29), 0.0) == Lacking(1, 0, 0)
    trial = try_on(simulate(30))
    assert (trial.training_lists, trial.later_lists) == (20, 10)


def test_what_was_used_is_learnt_from_and_never_tried_on_again() -> None:
    judged = simulate(60)
    used = {(one.record_id, one.candidate_id) for one in judged[: 40 * 6]}
    divided = divide(judged, 0.0, used)
    assert not isinstance(divided, Lacking)
    training, later = divided
    assert [one.key[0] for one in later] == [f"need-{number}" for number in range(40, 60)]
    assert len(training) == 40
    # Two more of the same lists: what was judged of them before is still learnt from.
    used = {(one.record_id, one.candidate_id) for one in judged if one.candidate_id < "s-4"}
    divided = divide(judged, 0.0, used)
    assert not isinstance(divided, Lacking)
    assert {len(one.fits) for one in divided[1]} == {3}
    assert sum(len(one.fits) for one in divided[0]) > 40 * 3


def test_weights_are_tried_again_when_half_as_much_was_judged_anew() -> None:
    judged = simulate(60)
    used = {(one.record_id, one.candidate_id) for one in judged[: 41 * 6]}
    assert divide(judged, 0.0, used) == Lacking(0, 0, 9)
    used = {(one.record_id, one.candidate_id) for one in judged[: 51 * 6]}
    assert divide(judged, 0.0, used) == Lacking(0, 1, 99)
    everything = {(one.record_id, one.candidate_id) for one in judged}
    assert divide(judged, 0.0, everything) == Lacking(0, 10, 180)


def test_training_ends_before_the_trial_begins() -> None:
    """What is learnt is the same whatever the later third says."""
    judged = simulate(60)
    later = [one.key[0] for one in judged_lists(judged, 0.0)[40:]]
    swapped = [
        replace(one, verdict="unfit" if one.verdict == "fits" else "fits") if one.record_id in later else one
        for one in judged
    ]
    first, second = try_on(judged), try_on(swapped)
    assert first.weights == second.weights
    assert first.wins
    assert not second.wins


def test_inverse_propensities_give_rare_places_their_due() -> None:
    weights = propensity_weights(np.array([1.0, 0.5, 0.25, 0.001]))
    assert weights.tolist() == [1.0, 2.0, 4.0, 10.0]


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=20))
def test_weights_by_propensity_are_bounded_and_fall_with_it(propensities: list[float]) -> None:
    weights = propensity_weights(np.array(propensities))
    assert ((weights >= 1) & (weights <= 10)).all()
    order = np.argsort(propensities)
    assert (np.diff(weights[order]) <= 1e-9).all()


@pytest.mark.parametrize("bias", [0.0, 0.5, 1.0, 1.5])
def test_the_bias_of_places_is_read_from_where_judgements_are(bias: float) -> None:
    depths = dict.fromkeys(range(1, 11), 1_000)
    generator = np.random.default_rng(5)
    ranks = [rank for rank in depths for _ in range(depths[rank]) if generator.random() < rank**-bias]
    assert estimate_bias(ranks, depths) == pytest.approx(bias, abs=0.1)
    assert estimate_bias([], {}) == 1.0


# Attention and chance


@given(st.lists(st.integers(0, 1_000), max_size=30))
def test_gini_is_the_mean_difference_of_all_pairs(values: list[int]) -> None:
    found = gini(values)
    assert 0 <= found < 1
    if sum(values):
        differences = sum(abs(one - other) for one, other in itertools.product(values, repeat=2))
        assert found == pytest.approx(differences / (2 * len(values) * sum(values)))


def test_attention_counts_those_who_were_never_shown() -> None:
    attention = attention_of_institutions([("a", 1, 2), ("b", 3, 1), ("x", 1, 9)], {"a": "A", "b": "B", "c": "C"})
    assert attention == {"A": 2.0, "B": 0.5, "C": 0.0}


@given(st.integers(0, 40), st.integers(1, 15), st.text(max_size=5))
def test_chance_gives_away_the_last_place_only(count: int, limit: int, seed: str) -> None:
    order = list(range(100, 100 + count))
    best, listed = list_best(order, limit), list_with_trial(order, limit, seed)
    assert listed == list_with_trial(order, limit, seed)
    if listed.tried is None:
        assert listed == best
        assert limit < 3 or count <= limit
        return
    assert listed.positions[:-1] == best.positions[:-1]
    assert listed.positions[-1] == listed.tried
    assert listed.tried in order[limit : limit + 10]
    assert listed.propensity == 1 / len(order[limit : limit + 10])


def test_chance_is_even() -> None:
    drawn = [list_with_trial(range(30), 10, f"need {day}").tried for day in range(5_000)]
    counts = [drawn.count(position) for position in range(10, 20)]
    assert sum(counts) == 5_000
    assert 400 < min(counts) < max(counts) < 600


# Promotion


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "data", None)


def judge_all(index: Index, judged: Sequence[Judgement]) -> None:
    """As if each list had been shown, and then judged."""
    groups = [(id, list(group)) for id, group in itertools.groupby(judged, key=lambda one: one.record_id)]
    needs = [Record("need", "enterprise", id, (Section("situation", f"Việc {id}."),), id=id) for id, _ in groups]
    store_records(index, [(need, "test") for need in needs])
    for record_id, held in groups:
        shown = tuple(one.shown for one in held if one.shown)
        index.store.exposures.remember(Exposure(record_id, "scientist", "cli", "w", None, shown), NOW)
        for one in held:
            index.store.judgements.remember(one.record_id, one.candidate_id, one.verdict, None, NOW)


def test_before_anything_is_learnt_the_written_weights_are_in_force(index: Index) -> None:
    assert scoring_in_force(index) == DEFAULT_SCORING
    assert teach(index, NOW) is None
    assert roll_back(index, NOW) is None
    assert history(index) == []


def test_what_wins_is_promoted_and_can_be_rolled_back(index: Index) -> None:
    judge_all(index, simulate(90))
    step = teach(index, NOW)
    assert step is not None
    assert step.event == "promoted"
    assert step.lesson is not None
    assert step.lesson.trial is not None
    assert step.lesson.trial.gain.low > 0
    assert scoring_in_force(index) == step.scoring
    assert step.scoring.weights == step.lesson.trial.weights
    (calibration,) = step.scoring.calibrations
    assert (calibration.method, calibration.asked, calibration.to) == ("bins", "need", "scientist")
    assert calibration.reliability is not None
    assert teach(index, NOW) is None
    back = roll_back(index, NOW)
    assert back is not None
    assert scoring_in_force(index).weights == DEFAULT_WEIGHTS
    assert roll_back(index, NOW) is None
    assert history(index) == [step, back]


def test_what_was_rolled_back_is_calibrated_and_does_not_come_back_by_the_same_judgements(index: Index) -> None:
    judge_all(index, simulate(90))
    promoted = teach(index, NOW)
    back = roll_back(index, NOW)
    assert promoted is not None
    assert back is not None
    assert back.scoring.calibrations == calibrate_scores(index.store.judgements.current(), DEFAULT_WEIGHTS)
    assert back.scoring.calibrations != promoted.scoring.calibrations
    assert teach(index, NOW) is None
    # One more judgement, one taken back and said again, and all of them said again are no new evidence.
    judge_all(index, simulate(91)[-6:-5])
    index.store.judgements.undo("need-0", "s-1", NOW)
    for one in index.store.judgements.current():
        index.store.judgements.remember(one.record_id, one.candidate_id, one.verdict, None, NOW)
    step = teach(index, NOW)
    assert step is not None
    assert step.event == "refused"
    assert step.lesson is not None
    assert step.lesson.trial is None
    assert step.lesson.lacking == Lacking(0, 10, 269)
    assert scoring_in_force(index).weights == DEFAULT_WEIGHTS
    assert len(scoring_in_force(index).calibrations) == 1
    judge_all(index, [replace(one, record_id=f"later-{one.record_id}") for one in simulate(45, seed=8)])
    again = teach(index, NOW)
    assert again is not None
    assert again.event == "promoted"


def test_calibrations_are_told_apart_by_kinds_and_stored_together(index: Index) -> None:
    judge_all(index, simulate(20, items=5))
    offers = [
        replace(one, asked="scientist", kind="proposal", record_id=f"s-{one.record_id}") for one in simulate(10, seed=4)
    ]
    few = [replace(one, kind="organisation") for one in simulate(6, seed=5)]
    found = calibrate_scores([*index.store.judgements.current(), *offers, *few], DEFAULT_WEIGHTS)
    assert [(one.asked, one.to, one.count) for one in found] == [
        ("need", "scientist", 100),
        ("scientist", "proposal", 60),
    ]
    stored = write_calibrations(found)
    assert read_scoring(write_weights(DEFAULT_WEIGHTS), stored).calibrations == found
    # What came before knew one calibration; it reads the first.
    assert stored is not None
    assert json.loads(stored)["count"] == 100


def test_what_is_stored_of_a_lesson_from_before_is_read(index: Index) -> None:
    """As written when one calibration held for all kinds, and roll-backs did not say after which judgement."""
    calibration = {"method": "bins", "mode": "hybrid", "count": 40, "fitting": 20, "scores": [0], "likelihoods": [0.5]}
    lesson = {"judged": 40, "shown": 40, "lists": 9, "bias": 1.0, "trial": None, "weights": {"of": {"lexical": 1.0}}}
    lesson |= {"calibration": calibration, "reliability": None}
    for event, report in (("refused", {"upto": 40, "lesson": lesson}), ("rolled back", {"upto": 0, "lesson": None})):
        of = (write_weights(DEFAULT_WEIGHTS), json.dumps(calibration), json.dumps(report))
        index.store.fusion_events.append(event, *of, NOW)
    refused, back = history(index)
    assert refused.scoring.calibrations[0].to is None
    assert refused.lesson is not None
    assert refused.lesson.lacking is None
    assert back.upto == 0


def test_what_does_not_win_is_refused_and_recorded(index: Index) -> None:
    judge_all(index, simulate(40, Weights({**dict.fromkeys(SIGNALS, 0.0), **DEFAULT_WEIGHTS.of}), noise=0.1))
    step = teach(index, NOW)
    assert step is not None
    assert step.event == "refused"
    assert step.scoring.weights == scoring_in_force(index).weights == DEFAULT_WEIGHTS
    assert len(step.scoring.calibrations) == 1
    assert roll_back(index, NOW) is None


def test_a_second_promotion_rolls_back_to_the_first(index: Index) -> None:
    judge_all(index, simulate(90))
    first = teach(index, NOW)
    meaning = Weights({**dict.fromkeys(SIGNALS, 0.0), "dense": 1.0})
    judge_all(index, [replace(one, record_id=f"later-{one.record_id}") for one in simulate(400, meaning, seed=9)])
    second = teach(index, NOW)
    assert first is not None
    assert second is not None
    assert second.event == "promoted"
    assert second.scoring.weights.of["dense"] > first.scoring.weights.of["dense"]
    roll_back(index, NOW)
    assert scoring_in_force(index).weights == first.scoring.weights
    roll_back(index, NOW)
    assert scoring_in_force(index).weights == DEFAULT_WEIGHTS


def test_weights_name_themselves_by_what_they_are() -> None:
    assert DEFAULT_WEIGHTS.version == Weights(dict(reversed(DEFAULT_WEIGHTS.of.items()))).version
    assert DEFAULT_WEIGHTS.version != WORDS.version


def test_attention_is_measured_from_what_the_store_remembers(index: Index) -> None:
    assert measure_attention(index) == []
    judge_all(index, simulate(2))
    (found,) = measure_attention(index)
    assert (found.kind, found.institutions, found.gini, found.most) == ("scientist", 0, 0.0, ())


def test_replay_counts_ties_half() -> None:
    lists = judged_lists(simulate(5), 0.0)
    assert share(replay(lists, Weights(dict.fromkeys(SIGNALS, 0.0)))) == pytest.approx(0.5)
    assert share(replay(lists, WORDS)) > 0.8
