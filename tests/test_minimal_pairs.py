"""The minimal pairs: well-formed, balanced and really minimal; and what is measured with them."""

from __future__ import annotations

import difflib
import re
import string
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from toy_encoder import ToyEncoder

from benchmarks.bench_minimal_pairs import (
    CONTRASTS,
    DATA,
    NEGATIONS,
    SPLITS,
    Fit,
    Outcome,
    Pair,
    compare,
    count_passed,
    print_margins,
    print_shares,
    read_pairs,
    wilson,
)
from index import Index, store_records, with_origins
from ingest import Record, Section
from ingest.records_json import record_to_json

PAIRS = read_pairs()
ALL_PAIRS = [*PAIRS, *read_pairs(NEGATIONS)]
ENTRIES: list[dict[str, Any]] = [
    entry for path in (DATA, NEGATIONS) for entry in yaml.safe_load(path.read_text("utf-8"))
]
VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def variants(pair: Pair) -> tuple[Record, Record]:
    better, worse = ((fit.candidate if pair.varies == "candidate" else fit.query) for fit in (pair.better, pair.worse))
    return better, worse


def words(record: Record) -> list[str]:
    return re.findall(r"[^\s\"',{}\[\]]+", str(record_to_json(replace(record, id=""))))


def text(record: Record) -> str:
    return " ".join([record.title, *(section.text for section in record.sections)])


def test_there_are_enough_of_each_contrast() -> None:
    assert len(PAIRS) >= 72
    counts = Counter(pair.contrast for pair in PAIRS)
    assert set(counts) == set(CONTRASTS)
    assert min(counts.values()) >= 8


def test_ids_are_unique_slugs() -> None:
    ids = [pair.id for pair in ALL_PAIRS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id) for id in ids)


def test_both_halves_are_of_about_the_same_size_and_hold_every_contrast() -> None:
    counts = Counter(pair.split for pair in PAIRS)
    assert max(counts.values()) <= 0.6 * len(PAIRS)
    assert {(pair.split, pair.contrast) for pair in PAIRS} == {(split, one) for split in SPLITS for one in CONTRASTS}


def test_either_side_varies_and_both_directions_occur() -> None:
    assert min(Counter(pair.varies for pair in PAIRS).values()) >= 12
    directions = Counter(pair.direction for pair in PAIRS)
    assert len(directions) >= 5
    assert directions["need → scientist"] >= 20
    assert directions["scientist → need"] >= 8


def test_most_are_vietnamese_and_some_english() -> None:
    english = [pair for pair in PAIRS if not VIETNAMESE.search(text(pair.better.query))]
    assert 4 <= len(english) <= len(PAIRS) // 4


def test_the_longer_record_is_no_hint() -> None:
    longer = Counter(
        len(text(better)) > len(text(worse))
        for better, worse in map(variants, PAIRS)
        if len(text(better)) != len(text(worse))
    )
    assert 1 / 3 <= longer[True] / longer.total() <= 2 / 3


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_a_pair_states_one_point_for_both_variants_and_uses_it_on_one_side(entry: dict[str, Any]) -> None:
    assert set(entry) == {"id", "contrast", "query", "candidate", "better", "worse"}
    assert entry["better"].keys() == entry["worse"].keys()
    assert 1 <= len(entry["better"]) <= 2
    assert all(entry["better"][name] != entry["worse"][name] for name in entry["better"])
    used = {side: set(string.Template(str(entry[side])).get_identifiers()) for side in ("query", "candidate")}
    assert sorted(used.values(), key=len) == [set(), set(entry["better"])]


@pytest.mark.parametrize("pair", ALL_PAIRS, ids=lambda pair: pair.id)
def test_a_pair_is_minimal(pair: Pair) -> None:
    assert (pair.better.query == pair.worse.query) != (pair.better.candidate == pair.worse.candidate)
    better, worse = variants(pair)
    assert (better.kind, better.house) == (worse.kind, worse.house)
    assert [(one.name, one.visibility) for one in better.sections] == [
        (one.name, one.visibility) for one in worse.sections
    ]
    assert difflib.SequenceMatcher(None, words(better), words(worse), autojunk=False).ratio() >= 0.75


@pytest.mark.parametrize("pair", ALL_PAIRS, ids=lambda pair: pair.id)
def test_records_of_a_pair_are_whole(pair: Pair) -> None:
    assert pair.better.query.kind != pair.better.candidate.kind
    for record in (pair.better.query, pair.better.candidate, pair.worse.query, pair.worse.candidate):
        assert "$" not in str(record)
        assert record.sections
        assert all(section.text == section.text.strip() != "" for section in record.sections)
        assert 60 <= len(text(record)) <= 900


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.contrast in ("role", "age")], ids=lambda pair: pair.id)
def test_roles_and_years_differ_where_the_contrast_says_so(pair: Pair) -> None:
    better, worse = variants(pair)
    if pair.contrast == "role":
        assert [one.role for one in better.sections] != [one.role for one in worse.sections]
    else:
        years = [
            [*(one.year for one in record.sections), record.facts.year_from, record.facts.year_to]
            for record in (better, worse)
        ]
        assert years[0] != years[1]


def toy_pair(id: str, wanted: str, other: str) -> Pair:
    query = Record("need", "enterprise", f"Cần {wanted}", (Section("situation", f"Thiếu {wanted}."),), id=f"{id}.query")
    better, worse = (
        Record("scientist", "science", "Lê Hòa", (Section("work", f"Nghiên cứu {topic}."),), id=f"{id}.{topic}")
        for topic in (wanted, other)
    )
    return Pair(id, "object", Fit(query, better), Fit(query, worse))


@pytest.mark.parametrize("encoder", [ToyEncoder(), None], ids=["hybrid", "lexical"])
def test_margins_have_the_sign_of_the_order_and_the_crowd_is_left_as_it_was(
    tmp_path: Path, encoder: ToyEncoder | None, capsys: pytest.CaptureFixture[str]
) -> None:
    index = Index(tmp_path, encoder)
    crowd = [pair.better.candidate for pair in PAIRS[:9]]
    store_records(index, with_origins(crowd, "crowd"))
    right = toy_pair("sign", "sấy gỗ", "nuôi ong")
    wrong = replace(right, better=right.worse, worse=right.better)
    same = replace(right, worse=right.better)
    asked_twice = next(pair for pair in PAIRS[9:] if pair.varies == "query")
    outcomes = list(compare(index, [right, wrong, same, asked_twice]))
    for system, margin in outcomes[0].margins.items():
        assert margin > 0, system
        assert outcomes[1].margins[system] == pytest.approx(-margin)
        assert outcomes[2].margins[system] == 0
    assert {"banha", "tfidf", "lexical"} <= set(outcomes[3].margins)
    assert count_passed(outcomes[:3], "banha") == 1
    assert {record.id for record in index.store.records()} == {record.id for record in crowd}
    print_shares(outcomes)
    print_margins(outcomes)
    printed = capsys.readouterr().out
    assert "| **all** | 4 |" in printed
    assert "| sign | object | need → scientist | candidate |" in printed


def test_equal_scores_are_not_passed() -> None:
    pair = toy_pair("tie", "gỗ", "ong")
    assert count_passed([Outcome(pair, {"banha": 0.0}), Outcome(pair, {"banha": 0.1})], "banha") == 1


@given(st.integers(1, 200).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_the_interval_is_wilsons(counted: tuple[int, int]) -> None:
    expected = binomtest(*counted).proportion_ci(method="wilson")
    assert wilson(*counted) == pytest.approx((expected.low, expected.high), abs=1e-6)
