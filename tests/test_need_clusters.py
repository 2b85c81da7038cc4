"""Clusters of needs: what is compared, and what becomes one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import Index, store_records
from ingest import OFFICER, Record, Section, accented_view, fold
from matcher.orders.need_clusters import Likeness, NeedAgreement, cluster_needs, link_needs, share_words

Strengths = NDArray[np.float64]
_CLOSE = 1e-9


def need(id: str, title: str, situation: str, wanted: str) -> Record:
    sections = (Section("situation", situation), Section("requirements", wanted))
    return Record("need", "enterprise", title, sections, id=id)


WARPED = need(
    "warped",
    "Gỗ cao su bị cong khi sấy",
    "Mỗi mẻ sấy gỗ cao su hỏng một phần mười số thanh vì cong.",
    "Cần chế độ sấy để gỗ cao su khỏi cong.",
)
NEEDS = [
    WARPED,
    need("copied", WARPED.title, WARPED.sections[0].text, "Nhờ giúp gỗ cao su hết cong."),
    need("bare", *(fold(text) for text in (WARPED.title, *(section.text for section in WARPED.sections)))),
    need("shrimp", "Tôm chết sớm", "Ao tôm cứ ba tuần là tôm chết đáy.", "Muốn biết tôm chết vì con gì."),
    need("clinic", "Khám bệnh chờ lâu", "Người bệnh xếp hàng từ sớm để khám.", "Cần đặt lịch khám bệnh."),
]


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path, None)
    store_records(index, [(one, one.id) for one in NEEDS])
    return index


def test_needs_of_one_problem_become_one_also_without_accents(index: Index) -> None:
    found = cluster_needs(index, index.store.get("warped"), OFFICER)
    assert {one.need.id for one in found.similar} == {"copied", "bare"}
    assert not found.near
    alone = cluster_needs(index, index.store.get("shrimp"), OFFICER)
    assert not alone.similar


def test_what_is_typed_without_accents_is_compared_by_its_letters(index: Index) -> None:
    compared = Likeness.of(index, NEEDS, OFFICER)
    same = compared.compare(0, 2)
    assert same.keys == pytest.approx(1.0)
    assert same.words == pytest.approx(1.0)
    assert same.is_one_problem


def test_agreement_is_the_same_from_both_sides(index: Index) -> None:
    compared = Likeness.of(index, NEEDS, OFFICER)
    for one, other in combinations(range(len(NEEDS)), 2):
        assert compared.compare(one, other) == compared.compare(other, one)


def test_keys_are_what_two_parts_say_and_of_one_part_all() -> None:
    def rarities(words: Iterable[str]) -> dict[tuple[str, str], float]:
        return {("accented", word): 2.0 if word == "cong" else 1.0 for word in words}

    needs = [["gỗ bị cong", "gỗ hỏng", "hết cong 100"], ["gỗ hỏng"], ["cong"], []]
    keys, words = share_words(needs, accented_view, rarities)
    assert keys[0, 1] == pytest.approx((1 / 3 + 1.0) / 2)  # of gỗ and cong the one; gỗ, hỏng, gỗ_hỏng are all said
    assert keys[0, 2] == pytest.approx((2 / 3 + 1.0) / 2)
    assert keys[1, 2] == 0.0
    assert not keys[3].any()
    # gỗ, bị, cong, hỏng, hết and the pairs gỗ_bị, bị_cong, gỗ_hỏng, hết_cong, cong_100; a number alone is no word
    assert words[0, 2] == pytest.approx(4 / (13 * 4) ** 0.5)
    assert words.diagonal()[:3] == pytest.approx([1.0] * 3)


@pytest.mark.parametrize("nearness", [None, 4.0])
def test_a_copy_raises_one_problem_and_what_shares_nothing_is_not_near(nearness: float | None) -> None:
    assert NeedAgreement(1.0, 1.0, nearness).is_one_problem
    stranger = NeedAgreement(0.0, 0.0, None if nearness is None else 0.0)
    assert not stranger.is_near
    assert not stranger.is_one_problem


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.none() | st.floats(-3, 8))
def test_the_more_key_words_are_shared_the_more_speaks_for_one_problem(
    keys: float, more: float, words: float, nearness: float | None
) -> None:
    fewer, shared = sorted((keys, more))
    assert NeedAgreement(fewer, words, nearness).strength <= NeedAgreement(shared, words, nearness).strength


@st.composite
def strengths_of_needs(draw: st.DrawFn) -> Strengths:
    count = draw(st.integers(2, 7))
    values = draw(
        st.lists(st.floats(-8, 8), min_size=count * (count - 1) // 2, max_size=count * (count - 1) // 2, unique=True)
    )
    square = np.zeros((count, count))
    square[np.triu_indices(count, 1)] = np.round(values, 3)
    return square + square.T


def link_by_hand(strengths: Strengths, joined: float) -> set[frozenset[int]]:
    """Group-average linkage, each mean from the pairs themselves."""
    clusters = [frozenset([one]) for one in range(len(strengths))]
    while len(clusters) > 1:
        means = sorted(
            (float(np.mean([strengths[a, b] for a in one for b in other])), sorted(one), sorted(other))
            for one, other in combinations(clusters, 2)
        )
        mean, one, other = means[-1]
        # Which of two equal means comes first is nobody's matter.
        assume(all(mean - held[0] > _CLOSE for held in means[:-1]) and abs(mean - joined) > _CLOSE)
        if mean < joined:
            break
        clusters = [held for held in clusters if sorted(held) not in (one, other)] + [frozenset([*one, *other])]
    return set(clusters)


@given(strengths_of_needs(), st.floats(-4, 4))
def test_linkage_is_that_of_the_mean_over_pairs(strengths: Strengths, joined: float) -> None:
    labels = link_needs(strengths, joined)
    found = {frozenset(one for one, label in enumerate(labels) if label == wanted) for wanted in labels}
    assert found == link_by_hand(strengths, joined)


def test_one_need_is_a_cluster() -> None:
    assert len(link_needs(np.zeros((1, 1)), 0.0)) == 1
