"""Signals: laws that each must keep, whatever the values."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import Facts, Person
from ingest.industries import load_industries
from matcher.fusion import (
    DEFAULT_WEIGHTS,
    FIT_SIGNALS,
    SIGNALS,
    TEXT_SIGNALS,
    WORK_SIGNALS,
    Weights,
    contribution,
    fuse,
)
from matcher.scoring import read_scoring
from matcher.signals import (
    amount,
    availability,
    budget_fit,
    count_running,
    field_nearness,
    industry_fit,
    mean_of_best,
    normalise_lengths,
    place_nearness,
    running_tasks,
    trl_fit,
    weigh_passages,
    work_weights,
)

CODES = st.sampled_from(["1", "2", "4", "102", "401", "402", "40101", "40102", "20501"])
MONEY = st.integers(1, 10**12)
SCORES = st.lists(st.floats(-5, 5, width=32), min_size=2, max_size=12)


def test_a_long_passage_with_the_same_words_says_less() -> None:
    bm25 = np.array([6.0, 6.0, 0.0], dtype=np.float32)
    short, long, none = normalise_lengths(bm25, np.array([200, 900, 200]), 500)
    assert short > long > none == 0


def test_the_shortest_passages_are_not_favoured_beyond_a_sentence() -> None:
    name, sentence = normalise_lengths(np.array([3.0, 4.5], dtype=np.float32), np.array([10, 100]), 500)
    assert sentence > name


@given(st.lists(st.tuples(st.sampled_from(["lead", "member", None]), st.one_of(st.none(), st.integers(1980, 2026)))))
def test_works_count_less_with_age_and_lesser_roles_but_never_nothing(
    works: list[tuple[str | None, int | None]],
) -> None:
    roles, years = [role for role, _ in works], [year for _, year in works]
    newest = max((year for year in years if year), default=None)
    weights = work_weights(roles, years, newest)  # type: ignore[arg-type]  # literals of hypothesis are plain strings
    assert all(1 / 3 <= weight <= 1 for weight in weights)
    for (role, year), weight in zip(works, weights, strict=True):
        older = work_weights([role], [None if year is None else year - 5], newest)[0]  # type: ignore[list-item]
        assert older <= weight
        assert work_weights(["member"], [year], newest)[0] <= work_weights(["lead"], [year], newest)[0]


@given(SCORES, st.data())
def test_weights_move_what_stands_out_towards_the_mean_and_nothing_else(
    scores: list[float], data: st.DataObject
) -> None:
    values = np.array(scores, dtype=np.float32)
    weights = np.array(
        data.draw(st.lists(st.floats(0.25, 1, width=32), min_size=len(scores), max_size=len(scores))), dtype=np.float32
    )
    weighed, mean = weigh_passages(values, weights), values.mean()
    assert (weighed <= values + 1e-5).all()
    np.testing.assert_allclose(weighed[values <= mean], values[values <= mean], atol=1e-5)
    assert (weighed[values > mean] >= mean - 1e-5).all()


def test_late_interaction_is_the_mean_over_what_is_asked() -> None:
    best = np.array([[0.9, 0.1], [0.1, 0.3]], dtype=np.float32)
    np.testing.assert_allclose(mean_of_best(best), [0.5, 0.2])


def test_more_relevant_works_count_less_and_less() -> None:
    scores = np.zeros(240, dtype=np.float32)
    # Of eighty passages each: one, two and four stand out.
    scores[[0, 80, 81, 160, 161, 162, 163]] = 1.0
    one, two, four = amount(scores, np.array([0, 80, 160]))
    assert 0 < one < two < four == 1
    assert (four - two) / 2 < two - one
    assert amount(np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)).shape == (0,)


@given(st.lists(CODES, min_size=1, max_size=3), st.lists(CODES, max_size=3))
def test_fields_are_as_near_as_their_tree_says(asked: list[str], offered: list[str]) -> None:
    near = field_nearness(asked, offered)
    assert (near is None) == (not offered)
    assert field_nearness(asked, [*offered, *asked]) == 1
    if near is not None:
        assert 0 <= near <= 1
        more = field_nearness(asked, [*offered, "601"])
        assert more is not None
        assert more >= near


def test_a_sibling_field_is_nearer_than_a_stranger() -> None:
    assert field_nearness(["401"], ["402"]) == pytest.approx(0.5)
    assert field_nearness(["401"], ["4"]) == pytest.approx(2 / 3)
    assert field_nearness(["401"], ["102"]) == 0
    assert field_nearness([], ["401"]) is None


def test_places_as_written_as_they_are_today_and_elsewhere() -> None:
    here = Facts(place_written="tỉnh Bình Dương", place_today="Thành phố Hồ Chí Minh")
    assert place_nearness(here, Facts(place_written="Tỉnh Bình Dương", place_today="Thành phố Hồ Chí Minh")) == 1
    assert place_nearness(here, Facts(place_written="TP.HCM", place_today="Thành phố Hồ Chí Minh")) == 0.75
    assert place_nearness(here, Facts(place_written="Huế", place_today="Thành phố Huế")) == 0
    two = Facts(place_written="Bình Dương và Huế", place_today="Thành phố Hồ Chí Minh; Thành phố Huế")
    assert place_nearness(two, Facts(place_written="Huế", place_today="Thành phố Huế")) == 0.75
    assert place_nearness(here, Facts()) is None
    assert place_nearness(Facts(), here) is None


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_technology_is_ready_enough_or_lacks_levels(asked: int, offered: int) -> None:
    fit = trl_fit(asked, offered)
    assert fit is not None
    assert (fit == 1) == (offered >= asked)
    assert 0 <= fit <= 1
    assert trl_fit(None, offered) is None is trl_fit(asked, None)


@given(MONEY, MONEY)
def test_a_dearer_task_never_fits_better(asked: int, offered: int) -> None:
    fit, dearer = budget_fit(asked, offered), budget_fit(asked, 2 * offered)
    assert fit is not None
    assert dearer is not None
    assert 0 <= dearer <= fit <= 1
    assert offered > asked or fit == 1
    assert budget_fit(None, offered) is None is budget_fit(asked, None)


def test_who_leads_running_tasks_is_less_free() -> None:
    an, binh = Person("TS. Nguyễn Văn An", "lead"), Person("Lê Bình", "lead")
    tasks = [
        Facts(people=(an,), status="Đang thực hiện", organisation="Trường Đại học Thủ Dầu Một"),
        Facts(people=(an, Person("Lê Bình")), year_from=2025, year_to=2027),
        Facts(people=(binh,), year_from=2019, year_to=2021),
        Facts(people=(binh,), year_from=2025, year_to=2027, status="Đã nghiệm thu"),
        Facts(people=(binh,), year_from=2025, year_to=2027, status="Đề xuất"),
        Facts(people=(binh,), year_from=2027, year_to=2029, status="Đã phê duyệt"),
    ]
    # An overdue task binds whoever leads it, unless nobody brought the list up to date.
    chi = Person("Trần Chi", "lead")
    tasks += [
        Facts(people=(chi,), year_from=2022, year_to=2024, status="Đang thực hiện"),
        Facts(people=(chi,), year_from=2010, year_to=2012, status="Đang thực hiện"),
    ]
    leads = count_running(tasks, 2026)
    assert running_tasks("Trần Chi", None, leads) == 1
    assert running_tasks("Nguyễn Văn An", "Trường Đại học Thủ Dầu Một", leads) == 2
    assert running_tasks("PGS.TS. Nguyễn Văn An", None, leads) == 2
    # Of the same name, at another place: only the task that names no organisation may be theirs.
    assert running_tasks("Nguyễn Văn An", "Trường Đại học Cần Thơ", leads) == 1
    assert running_tasks("Lê Bình", None, leads) == running_tasks("Nguyễn Văn Ân", None, leads) == 0
    assert availability(0) == 1 > availability(1) > availability(2) > 0


load_industries()  # once, or the first example would take too long
SIDES = st.builds(
    Facts,
    field_codes=st.lists(st.sampled_from(["2", "4", "404", "40401", "205", "211", "503"]), max_size=2).map(tuple),
    industry_codes=st.lists(st.sampled_from(["16", "1610", "13", "1313", "46", "85", "97"]), max_size=2).map(tuple),
)


@given(SIDES, SIDES)
def test_industries_fit_alike_whoever_asks_and_say_nothing_where_one_side_does_not(one: Facts, other: Facts) -> None:
    fit = industry_fit(one, other)
    assert fit is None or 0 <= fit <= 1
    assert fit == industry_fit(other, one)
    if not (one.industry_codes or other.industry_codes) or Facts() in (one, other):
        assert fit is None
    if set(one.industry_codes) & set(other.industry_codes):
        assert fit == 1


def test_an_industry_asks_for_the_sciences_that_serve_it() -> None:
    sawmill, dyer, trader = (Facts(industry_codes=(code,)) for code in ("1610", "1313", "4663"))
    forester, baker, dean = (Facts(field_codes=(code,)) for code in ("40401", "211", "503"))
    assert industry_fit(sawmill, forester) == industry_fit(forester, sawmill) == 1
    near, far = industry_fit(sawmill, baker), industry_fit(sawmill, dean)
    assert near is not None
    assert far == 0 < near < 1
    assert industry_fit(trader, forester) is None
    assert industry_fit(sawmill, Facts(industry_codes=("16",))) == 1
    between = industry_fit(sawmill, dyer)
    assert between is not None
    assert 0 < between < 1
    tailor, founder = Facts(industry_codes=("14",)), Facts(industry_codes=("243",))
    assert industry_fit(tailor, founder) == 0.75  # the same sciences serve both


def test_who_names_fields_exactly_is_not_asked_for_the_industry() -> None:
    forester = Facts(field_codes=("404",))
    assert industry_fit(Facts(field_codes=("207",), industry_codes=("16",)), forester) is None
    assert industry_fit(Facts(field_codes=("2",), industry_codes=("16",)), forester) == 1
    same = Facts(field_codes=("207",), industry_codes=("16",))
    assert industry_fit(same, same) == 1


@given(st.dictionaries(st.sampled_from(SIGNALS), st.just(0), min_size=1), st.sampled_from(SIGNALS))
def test_a_signal_that_is_off_changes_nothing(names: dict[str, int], off: str) -> None:
    signals = {name: np.linspace(0, 1, 5, dtype=np.float32) ** (at + 1) for at, name in enumerate(names)}
    rest = {name: values for name, values in signals.items() if name != off}
    if rest:
        np.testing.assert_allclose(fuse(signals, DEFAULT_WEIGHTS.without(off)), fuse(rest, DEFAULT_WEIGHTS), atol=1e-6)


@pytest.mark.parametrize("name", FIT_SIGNALS)
def test_what_is_not_known_counts_as_neither_good_nor_bad(name: str) -> None:
    bad, unknown, good = contribution(name, np.array([0, math.nan, 1], dtype=np.float32), DEFAULT_WEIGHTS)
    assert bad < unknown == 0 < good


def test_every_signal_has_a_weight() -> None:
    assert set(DEFAULT_WEIGHTS.of) == set(SIGNALS) == {*TEXT_SIGNALS, "specificity", *FIT_SIGNALS}
    assert not Weights({}).uses("dense")


def test_what_weighs_works_is_switched_off_by_name() -> None:
    without = {name: DEFAULT_WEIGHTS.without(name) for name in WORK_SIGNALS}
    assert all(weights.of == DEFAULT_WEIGHTS.of for weights in without.values())
    assert (without["role"].uses("role"), without["role"].uses("age"), DEFAULT_WEIGHTS.uses("role")) == (
        False,
        True,
        True,
    )
    versions = {weights.version for weights in (DEFAULT_WEIGHTS, *without.values(), without["role"].without("age"))}
    assert len(versions) == 4


def test_weights_from_before_a_signal_was_known_have_its_written_weight() -> None:
    stored = {name: 0.7 for name in SIGNALS if name != "industry"}
    assert read_scoring(json.dumps(stored), None).weights.of == {**stored, "industry": DEFAULT_WEIGHTS.of["industry"]}
