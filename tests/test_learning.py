"""Weights move with judgements, come into force only when they win later, and can be rolled back."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Exposure, Index, Judgement, Shown, Verdict
from matcher.fusion import DEFAULT_WEIGHTS, SIGNALS, TEXT_SIGNALS, Weights, fuse
from matcher.learning.attention import attention_of_institutions, gini, measure_attention
from matcher.learning.exploration import list_best, list_with_trial
from matcher.learning.promotion import history, roll_back, teach
from matcher.learning.weights import (
    as_array,
    estimate_bias,
    features_of,
    fit_weights,
    judged_lists,
    learn,
    propensity_weights,
    replay,
    try_weights,
)
from matcher.scoring import DEFAULT_SCORING, scoring_in_force

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
            found.append(
                Judgement(len(found) + 1, "", f"need-{number}", f"s-{rank}", verdict, None, "scientist", shown)
            )
    return found


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
    trial = try_weights(judged_lists(simulate(90), 0.0), wrong)
    assert trial is not None
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
    assert try_weights(judged_lists(simulate(29), 0.0), DEFAULT_WEIGHTS) is None
    assert try_weights(judged_lists(simulate(30), 0.0), DEFAULT_WEIGHTS) is not None


def test_training_ends_before_the_trial_begins() -> None:
    """What is learnt is the same whatever the later third says."""
    judged = simulate(60)
    later = [one.key[0] for one in judged_lists(judged, 0.0)[40:]]
    swapped = [
        Judgement(
            one.id,
            one.judged_at,
            one.record_id,
            one.candidate_id,
            one.verdict if one.record_id not in later else "unfit" if one.verdict == "fits" else "fits",
            None,
            one.kind,
            one.shown,
        )
        for one in judged
    ]
    first, second = (try_weights(judged_lists(said, 0.0), DEFAULT_WEIGHTS) for said in (judged, swapped))
    assert first is not None
    assert second is not None
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
    for record_id, group in itertools.groupby(judged, key=lambda one: one.record_id):
        held = list(group)
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
    assert step.scoring.calibration is not None
    assert step.scoring.calibration.method == "bins"
    assert teach(index, NOW) is None
    back = roll_back(index, NOW)
    assert back is not None
    assert scoring_in_force(index) == DEFAULT_SCORING
    assert roll_back(index, NOW) is None
    assert [one.event for one in history(index)] == ["promoted", "rolled back"]
    assert history(index)[0] == step


def test_what_does_not_win_is_refused_and_recorded(index: Index) -> None:
    judge_all(index, simulate(40, Weights({**dict.fromkeys(SIGNALS, 0.0), **DEFAULT_WEIGHTS.of}), noise=0.1))
    step = teach(index, NOW)
    assert step is not None
    assert step.event == "refused"
    assert step.scoring.weights == scoring_in_force(index).weights == DEFAULT_WEIGHTS
    assert step.scoring.calibration is not None
    assert roll_back(index, NOW) is None


def test_a_second_promotion_rolls_back_to_the_first(index: Index) -> None:
    judge_all(index, simulate(90))
    first = teach(index, NOW)
    meaning = Weights({**dict.fromkeys(SIGNALS, 0.0), "dense": 1.0})
    judged = simulate(400, meaning, seed=9)
    for one in judged:
        object.__setattr__(one, "record_id", f"later-{one.record_id}")
    judge_all(index, judged)
    second = teach(index, NOW)
    assert first is not None
    assert second is not None
    assert second.event == "promoted"
    assert second.scoring.weights.of["dense"] > first.scoring.weights.of["dense"]
    roll_back(index, NOW)
    assert scoring_in_force(index) == first.scoring
    roll_back(index, NOW)
    assert scoring_in_force(index) == DEFAULT_SCORING


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
