"""Likelihoods never fall as scores rise, say nothing without judgements, and are measured on what was kept apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.learning.calibration import (
    Judged,
    Method,
    calibrate,
    choose_method,
    cross_validate,
    fit,
    fold_of,
    measure_reliability,
)

scores = st.floats(-8, 8, allow_nan=False, width=32)
judgements = st.lists(
    st.builds(Judged, st.integers(0, 20).map("need-{}".format), scores, st.booleans()), min_size=1, max_size=120
)
methods: st.SearchStrategy[Method] = st.sampled_from(["isotonic", "bins"])


def simulate(count: int, records: int = 40) -> list[Judged]:
    """Judged so that a score of 0 fits every second time, one of 3 nearly always."""
    generator = np.random.default_rng(7)
    values = generator.normal(0, 2, count)
    fits = generator.random(count) < 1 / (1 + np.exp(-values))
    return [
        Judged(f"need-{number % records}", float(score), bool(fit))
        for number, (score, fit) in enumerate(zip(values, fits, strict=True))
    ]


@settings(deadline=None)
@given(judged=judgements, method=methods, asked=st.lists(scores, min_size=2, max_size=20))
def test_a_higher_score_is_never_less_likely_and_nothing_is_certain(
    judged: list[Judged], method: Method, asked: list[float]
) -> None:
    calibration = fit(judged, "hybrid", method)
    said = [calibration.likelihood(score) for score in sorted(asked)]
    assert all(one <= other + 1e-9 for one, other in itertools.pairwise(said))
    assert all(0 < likelihood < 1 for likelihood in said)


@settings(deadline=None)
@given(judged=judgements, method=methods, data=st.data())
def test_the_order_of_judgements_changes_nothing(judged: list[Judged], method: Method, data: st.DataObject) -> None:
    assert fit(data.draw(st.permutations(judged)), "hybrid", method) == fit(judged, "hybrid", method)


@pytest.mark.parametrize(
    ("count", "fitting", "records", "method"),
    [
        (0, 0, 0, None),
        (39, 20, 39, None),
        (40, 9, 40, None),
        (40, 10, 40, "bins"),
        (40, 30, 40, "bins"),
        (999, 500, 50, "bins"),
        (1_000, 99, 50, "bins"),
        (1_000, 100, 50, "isotonic"),
        (1_000, 500, 4, None),
    ],
)
def test_the_method_goes_by_how_much_was_judged(count: int, fitting: int, records: int, method: Method | None) -> None:
    judged = [Judged(f"need-{number % max(1, records)}", float(number), number < fitting) for number in range(count)]
    assert choose_method(judged) == method
    assert (calibrate(judged, "lexical") is None) == (method is None)


def test_bins_do_not_part_equal_scores() -> None:
    calibration = fit([Judged(f"n{n}", 1.0, n % 3 == 0) for n in range(60)], "hybrid", "bins")
    assert calibration.likelihood(1.0) == pytest.approx((20 + 1) / (60 + 2))


@pytest.mark.parametrize(("count", "most"), [(60, 0.2), (400, 0.12), (3_000, 0.04)])
def test_likelihoods_hold_on_records_that_were_kept_apart(count: int, most: float) -> None:
    judged = simulate(count, records=max(40, count // 10))
    calibration = calibrate(judged, "hybrid")
    assert calibration is not None
    reliability = cross_validate(judged, calibration.method)
    assert reliability is not None
    assert reliability.count == sum(one.count for one in reliability.bins) == count
    assert reliability.ece < most


def test_all_judgements_of_a_record_are_in_one_fold_and_the_split_has_a_name() -> None:
    judged = simulate(100)
    one, other = cross_validate(judged, "bins"), cross_validate(judged[::-1], "bins")
    assert one is not None
    assert other is not None
    assert one.split == other.split
    assert {fold_of(judged.record_id) for judged in judged} == set(range(5))
    assert cross_validate([Judged("n", 1.0, True)], "bins") is None


def test_the_error_is_that_of_a_recount_by_hand() -> None:
    reliability = measure_reliability([0.15, 0.15, 0.85, 1.0], [True, False, True, True], "s")
    assert [(one.count, one.fitting) for one in reliability.bins] == [(2, 0.5), (1, 1.0), (1, 1.0)]
    by_tenths = (2 * abs(0.15 - 0.5) + 1 * abs(0.85 - 1) + 1 * 0) / 4
    assert reliability.ece == pytest.approx(by_tenths)
