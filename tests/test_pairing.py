"""Pairings: every ordered pair of kinds, exact quotes on both sides, what is missing, nothing forbidden."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from toy_encoder import ToyEncoder

from index import Index, UnknownRecord, store_records, terms, with_origins
from ingest import KINDS, NOBODY, OFFICER, Facts, Kind, Person, Record, Section, Source, Viewer, fold
from matcher import Match, explain, match
from matcher.asking import is_asked_by
from matcher.fusion import TEXT_SIGNALS
from matcher.requirements import find_requirements

NEED = Record(
    "need",
    "enterprise",
    "Gỗ cao su bị nứt khi sấy",
    (
        Section("situation", "Lò sấy hơi nước điều khiển thủ công, gỗ cao su nứt nhiều."),
        Section("requirements", "Điều khiển tự động nhiệt độ lò sấy; tiết kiệm mười lăm phần trăm năng lượng."),
        Section("cooperation", "Đặt hàng nghiên cứu"),
    ),
    id="need-wood",
)
DRYER = Record(
    "scientist",
    "science",
    "Lê Văn Đức",
    (
        Section("work", "Điều khiển tự động nhiệt độ lò sấy gỗ cao su bằng bộ điều khiển mờ.", role="lead", year=2021),
        Section("work", "Chế độ sấy gỗ thông.", role="member", year=2019),
    ),
    id="scientist-dryer",
)
OTHER = Record(
    "scientist", "science", "Trần Thị Gỗ", (Section("work", "Dạy học tiếng Anh ở tiểu học."),), id="scientist-other"
)
CONFIDENTIAL = Record(
    "scientist", "science", "X", (Section("work", "Sấy gỗ cao su tự động.", "confidential"),), id="scientist-hidden"
)
REST = [
    Record("proposal", "state", "Sấy gỗ cao su", (Section("content", "Lò sấy tự động."),), id="proposal-1"),
    Record("organisation", "science", "Viện Gỗ", (Section("introduction", "Sấy gỗ, ván ép."),), id="organisation-1"),
    Record("document", "state", "Hướng dẫn sấy", (Section("text", "Sấy gỗ chậm để khỏi nứt."),), id="document-1"),
]
CROWD = [
    Record("scientist", "science", f"Người {n}", (Section("work", f"kq{n} kw{n} kz{n}"),), id=f"scientist-{n:02}")
    for n in range(14)
]
RECORDS = [NEED, DRYER, OTHER, CONFIDENTIAL, *REST, *CROWD]


@pytest.fixture(scope="module", params=["hybrid", "lexical"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index of the records; tests only read it."""
    index = Index(tmp_path_factory.mktemp("index"), ToyEncoder() if request.param == "hybrid" else None)
    store_records(index, [(record, "test") for record in RECORDS])
    return index


def check_quotes(index: Index, record: Record, found: Match) -> None:
    for pairing in found.pairings:
        candidate = index.store.get(pairing.id)
        assert pairing.evidence
        for pair in pairing.evidence:
            assert pair.query.text == record.text_of(pair.query.section)[pair.query.start : pair.query.end] != ""
            theirs = pair.candidate
            assert theirs.text == candidate.text_of(theirs.section)[theirs.start : theirs.end] != ""
        for quote in pairing.missing:
            assert quote.text == record.text_of(quote.section)[quote.start : quote.end] != ""
        for quote in pairing.lacking:
            assert quote.text == candidate.text_of(quote.section)[quote.start : quote.end] != ""
        assert not (pairing.missing and pairing.lacking)


@pytest.mark.parametrize(("kind", "to"), list(itertools.product(KINDS, KINDS)))
def test_every_ordered_pair_of_kinds_is_matched_with_exact_quotes(index: Index, kind: Kind, to: Kind) -> None:
    record = next(record for record in RECORDS if record.kind == kind)
    found = match(index, record, to, OFFICER)
    assert found.to == to
    assert record.id not in {pairing.id for pairing in found.pairings}
    assert {pairing.kind for pairing in found.pairings} <= {to}
    check_quotes(index, record, found)


def test_who_has_done_it_comes_first_with_the_very_words(index: Index) -> None:
    best = match(index, NEED, "scientist", OFFICER).pairings[0]
    assert best.id == DRYER.id
    assert "Điều khiển tự động nhiệt độ lò sấy" in best.evidence[0].candidate.text
    assert [quote.text for quote in best.missing] == ["tiết kiệm mười lăm phần trăm năng lượng"]


def test_a_need_says_of_a_person_what_it_says_when_it_asks_itself(index: Index) -> None:
    asked = match(index, NEED, "scientist", OFFICER, limit=100).pairings
    for person in (DRYER, OTHER):
        there = next(one for one in asked if one.id == person.id)
        here = match(index, person, "need", OFFICER).pairings[0]
        assert (here.id, here.missing) == (NEED.id, ())
        assert here.lacking == there.missing
        # What is lacking is not also said to be answered.
        assert not any(pair.answers and pair.candidate in here.lacking for pair in here.evidence)


def test_a_record_that_is_not_stored_lacks_what_a_need_asks_all_the_same(index: Index) -> None:
    stranger = Record("scientist", "science", "Người lạ", (Section("work", DRYER.sections[0].text),))
    lacking = match(index, stranger, "need", OFFICER).pairings[0].lacking
    assert [quote.text for quote in lacking] == ["tiết kiệm mười lăm phần trăm năng lượng"]


@pytest.mark.parametrize(
    ("kind", "to", "asks"),
    [
        ("scientist", "need", True),
        ("scientist", "proposal", True),
        ("organisation", "need", True),
        ("proposal", "need", True),
        ("document", "need", True),
        ("need", "proposal", False),
        ("need", "scientist", False),
        ("proposal", "scientist", False),
        ("need", "need", False),
        ("scientist", "organisation", False),
    ],
)
def test_needs_ask_everybody_and_tasks_whoever_may_carry_them_out(kind: Kind, to: Kind, asks: bool) -> None:
    assert is_asked_by(kind, to) == asks


def test_a_name_is_no_competence_and_no_evidence(index: Index) -> None:
    pairings = match(index, NEED, "scientist", OFFICER).pairings
    evidence = [pair for pairing in pairings for pair in pairing.evidence]
    assert evidence
    assert all(pair.candidate.section is not None for pair in evidence)


def test_how_one_wants_to_cooperate_is_no_evidence(index: Index) -> None:
    pairings = match(index, NEED, "scientist", OFFICER).pairings
    evidence = [pair for pairing in pairings for pair in pairing.evidence]
    assert evidence
    assert all("Đặt hàng" not in pair.query.text for pair in evidence)


def test_the_limit_changes_no_score_and_no_order(index: Index) -> None:
    every = match(index, NEED, "scientist", OFFICER, limit=10).pairings
    assert match(index, NEED, "scientist", OFFICER, limit=1).pairings == every[:1]
    assert [p.score for p in every] == sorted((p.score for p in every), reverse=True)


def test_confidential_candidates_do_not_exist_for_others(index: Index) -> None:
    officers = {pairing.id for pairing in match(index, NEED, "scientist", OFFICER).pairings}
    others = {pairing.id for pairing in match(index, NEED, "scientist", NOBODY).pairings}
    assert officers - others == {CONFIDENTIAL.id}


def test_a_confidential_record_cannot_be_matched_by_others(index: Index) -> None:
    with pytest.raises(UnknownRecord):
        match(index, CONFIDENTIAL, "need", NOBODY)
    assert match(index, CONFIDENTIAL, "need", Viewer("scientist", frozenset({CONFIDENTIAL.id}))).pairings


@pytest.mark.parametrize("encoder", [ToyEncoder(), None], ids=["hybrid", "lexical"])
def test_confidential_sections_of_the_record_are_not_quoted_to_others(
    tmp_path: Path, encoder: ToyEncoder | None
) -> None:
    record = Record(
        "need",
        "enterprise",
        "Sấy gỗ",
        (Section("requirements", "Bí mật công nghệ sấy gỗ.", "confidential"), Section("situation", "Gỗ cao su nứt.")),
        Facts(),
        id="need-mixed",
    )
    index = Index(tmp_path, encoder)
    store_records(index, [(stored, "test") for stored in (*RECORDS, record)])
    found = match(index, record, "scientist", NOBODY)
    quotes = [pair.query for pairing in found.pairings for pair in pairing.evidence]
    assert quotes
    assert all("Bí mật" not in quote.text for quote in quotes)
    assert {quote.section for quote in quotes} <= {None, 0}


def test_a_record_that_is_not_stored_can_be_matched(index: Index) -> None:
    found = match(index, Record("need", "enterprise", "Sấy gỗ cao su tự động"), "scientist", NOBODY)
    assert found.pairings[0].id == DRYER.id
    assert index.store.counts()["need"] == 1


def test_text_far_longer_than_the_window_is_used_to_its_end(index: Index) -> None:
    filler = "Công ty thành lập đã lâu và có nhiều nhân viên chăm chỉ. " * 200
    long = Record("need", "enterprise", "Đề nghị", (Section("situation", filler + "Cần sấy gỗ cao su tự động."),))
    best = match(index, long, "scientist", NOBODY).pairings[0]
    assert best.id == DRYER.id
    assert "sấy gỗ cao su" in best.evidence[0].query.text


def test_without_candidates_there_are_no_pairings(tmp_path: Path) -> None:
    index = Index(tmp_path, ToyEncoder())
    assert match(index, NEED, "scientist", OFFICER).pairings == ()
    store_records(index, [(NEED, "test")])
    assert match(index, NEED, "need", OFFICER).pairings == ()


@pytest.mark.parametrize(("candidate", "basis"), [(DRYER, "uncalibrated"), (OTHER, "insufficient")])
def test_a_single_candidate_is_judged_by_the_words_in_common(tmp_path: Path, candidate: Record, basis: str) -> None:
    index = Index(tmp_path, ToyEncoder())
    store_records(index, [(candidate, "test")])
    (pairing,) = match(index, NEED, "scientist", OFFICER).pairings
    assert pairing.basis == basis
    assert pairing.likelihood is None


def test_who_stands_out_of_the_crowd_has_evidence_and_no_other(index: Index) -> None:
    pairings = match(index, NEED, "scientist", OFFICER, limit=100).pairings
    scores = np.array([one.score for one in pairings], dtype=np.float32)
    bar = scores.mean() + scores.std()
    assert [one.basis == "uncalibrated" for one in pairings] == [bool(score > bar) for score in scores]
    assert {one.basis for one in pairings} == {"uncalibrated", "insufficient"}


def test_an_empty_record_is_not_enough_evidence(index: Index) -> None:
    found = match(index, Record("need", "enterprise", ""), "scientist", OFFICER, limit=100)
    assert {pairing.basis for pairing in found.pairings} == {"insufficient"}
    assert [(*pairing.evidence, *pairing.missing) for pairing in found.pairings] == [()] * len(found.pairings)


def test_the_record_itself_has_no_part_in_the_scores_of_the_others(tmp_path: Path) -> None:
    needs = [
        Record("need", "enterprise", f"Sấy gỗ cao su {n}", (Section("situation", f"kq{n} lò sấy gỗ."),), id=f"need-{n}")
        for n in range(9)
    ]
    stored, apart = Index(tmp_path / "stored", ToyEncoder()), Index(tmp_path / "apart", ToyEncoder())
    store_records(stored, [(need, "test") for need in needs])
    store_records(apart, [(need, "test") for need in needs[1:]])
    within = match(stored, needs[0], "need", OFFICER)
    without = match(apart, needs[0], "need", OFFICER)
    assert [p.id for p in within.pairings] == [p.id for p in without.pairings]
    spread = [p.signals["dense"] for p in within.pairings]
    assert abs(sum(spread)) < 1e-3


def test_what_is_quoted_in_common_words_is_not_also_wholly_missing(index: Index) -> None:
    for pairing in match(index, NEED, "scientist", OFFICER, limit=20).pairings:
        for evidence in pairing.evidence:
            quoted = evidence.query
            if not _pairs(quoted.text) & _pairs(evidence.candidate.text):
                continue
            inside = [
                quote
                for quote in pairing.missing
                if quote.section == quoted.section and quoted.start <= quote.start and quote.end <= quoted.end
            ]
            assert sum(len(quote.text) for quote in inside) < 0.85 * len(quoted.text)


def test_a_quote_that_has_no_words_in_common_answers_nothing(index: Index) -> None:
    """Something is quoted of everybody; that alone must not make the weakest candidate lack nothing."""
    weakest = match(index, NEED, "scientist", OFFICER, limit=20).pairings[-1]
    assert not any(_pairs(one.query.text) & _pairs(one.candidate.text) for one in weakest.evidence)
    assert len(weakest.missing) == len(find_requirements(NEED))


def _pairs(text: str) -> set[str]:
    return {term for term in terms(fold(text)) if "_" in term}


@pytest.mark.parametrize("encoder", [ToyEncoder(), None], ids=["hybrid", "lexical"])
def test_each_work_of_a_person_is_asked_for_itself(tmp_path: Path, encoder: ToyEncoder | None) -> None:
    """What one work is about fits better than what has a word of each."""
    person = Record(
        "scientist",
        "science",
        "Lê Văn Đức",
        (
            Section("work", "Nuôi tôm thẻ chân trắng trong ao lót bạt"),
            Section("work", "Sấy gỗ cao su bằng bơm nhiệt"),
            Section("work", "Lọc nước giếng nhiễm phèn ở vùng trũng"),
        ),
        id="person",
    )
    needs = [
        Record("need", "enterprise", "Một", (Section("situation", "Tôm thẻ chân trắng chết trong ao."),), id="one"),
        Record(
            "need", "enterprise", "Lẫn", (Section("situation", "Bơm nước vào ao, sấy nhiệt, vùng gỗ."),), id="mixed"
        ),
        *(Record("need", "enterprise", f"N{n}", (Section("situation", f"kq{n} kw{n}"),), id=f"n{n}") for n in range(8)),
    ]
    index = Index(tmp_path, encoder)
    store_records(index, [(record, "test") for record in needs])
    assert [pairing.id for pairing in match(index, person, "need", OFFICER).pairings[:2]] == ["one", "mixed"]


def test_more_works_than_are_asked_one_by_one_all_count(tmp_path: Path) -> None:
    works = [Section("work", f"Bài số{n} tôm{n}") for n in range(180)]
    person = Record("scientist", "science", "Lê Văn Đức", (*works, Section("work", "Sấy gỗ cao su")), id="person")
    index = Index(tmp_path, None)
    store_records(index, [(record, "test") for record in RECORDS])
    assert match(index, person, "need", OFFICER).pairings[0].id == NEED.id


def test_the_order_of_works_changes_no_score(index: Index) -> None:
    turned = Record(DRYER.kind, DRYER.house, DRYER.title, tuple(reversed(DRYER.sections)), id=DRYER.id)
    found, again = (match(index, record, "need", OFFICER).pairings for record in (DRYER, turned))
    assert [(one.id, one.score) for one in found] == [(one.id, pytest.approx(one.score, abs=1e-5)) for one in again]


def test_any_candidate_is_explained_term_by_term(index: Index) -> None:
    every = match(index, NEED, "scientist", OFFICER, limit=100).pairings
    for rank, pairing in enumerate(every, 1):
        found = explain(index, NEED, pairing.id, OFFICER, limit=3)
        assert (found.rank, found.candidates, found.pairing) == (rank, len(every), pairing)
        assert sum(term.adds for term in found.terms) == pytest.approx(pairing.score, abs=1e-5)
        assert {term.signal: term.value for term in found.terms if term.value is not None} == pairing.signals
        assert found.gap == pytest.approx(max(0.0, every[2].score - pairing.score), abs=1e-6)


def test_what_would_have_to_change_brings_a_candidate_among_the_first(index: Index) -> None:
    last = match(index, NEED, "scientist", OFFICER, limit=100).pairings[-1]
    found = explain(index, NEED, last.id, OFFICER, limit=1)
    assert found.rank == found.candidates > 1
    assert found.gap > 0
    of_texts = [change for change in found.changes if change.signal in TEXT_SIGNALS]
    assert of_texts
    assert all(change.rank == 1 for change in of_texts)
    assert all(change.needed > (change.value or 0) for change in found.changes)
    # What would bring no better place is no change worth to be named.
    first = match(index, NEED, "scientist", OFFICER).pairings[0]
    assert explain(index, NEED, first.id, OFFICER, limit=1).changes == ()


def test_works_that_count_less_are_named_with_the_place_that_they_would_bring_whole(tmp_path: Path) -> None:
    work = "Nghiên cứu sấy gỗ cao su bằng năng lượng mặt trời."
    told = {"led": ("lead", 2024), "took-part": ("member", 2006), "said-nothing": (None, None)}
    people = [
        Record("scientist", "science", id, (Section("work", work, role=role, year=year),), id=id)  # type: ignore[arg-type]  # literals in a dict are plain strings
        for id, (role, year) in told.items()
    ]
    crowd = [
        Record("scientist", "science", f"Người {n}", (Section("work", f"Nuôi tôm số {n}."),), id=f"x{n}")
        for n in range(9)
    ]
    index = Index(tmp_path, ToyEncoder())
    store_records(index, with_origins([*people, *crowd], "test"))
    need = Record(
        "need", "enterprise", "Sấy gỗ", (Section("situation", "Cần sấy gỗ cao su bằng năng lượng mặt trời."),)
    )
    found = explain(index, need, "took-part", OFFICER, limit=2)
    (lesser,) = found.works
    assert (lesser.role, lesser.year, lesser.counts) == ("member", 2006, pytest.approx(1 / 3, abs=0.1))
    assert lesser.quote.text in work
    assert (found.rank, found.rank_whole) == (3, 1)
    whole = explain(index, need, "led", OFFICER, limit=2)
    assert (whole.works, whole.rank_whole) == ((), whole.rank)


def test_who_does_not_say_a_fact_is_named_and_facts_come_before_figures(tmp_path: Path) -> None:
    index = Index(tmp_path, ToyEncoder())
    places = (None, "Bình Dương", "Bình Dương", "Cà Mau")
    people = [
        Record(
            "scientist",
            "science",
            f"n{n}",
            (Section("work", f"Sấy gỗ {n}."),),
            Facts(place_written=place, place_today=place),
            id=f"n{n}",
        )
        for n, place in enumerate(places)
    ]
    store_records(index, with_origins(people, "test"))
    asked = Facts(place_written="Bình Dương", place_today="Bình Dương")
    need = Record("need", "enterprise", "Sấy gỗ", (Section("situation", "Cần sấy gỗ."),), asked)
    found = explain(index, need, "n0", OFFICER, limit=1)
    said = {one.signal: one.by for one in found.unsaid}
    assert said["place"] == ("candidate",)
    assert said["trl"] == ("record",)
    kinds = [change.signal in TEXT_SIGNALS for change in found.changes]
    assert kinds == sorted(kinds)
    assert "place" not in {one.signal for one in explain(index, need, "n1", OFFICER).unsaid}


def test_who_does_not_exist_for_the_viewer_is_not_explained(index: Index) -> None:
    with pytest.raises(UnknownRecord):
        explain(index, NEED, CONFIDENTIAL.id, NOBODY)
    with pytest.raises(UnknownRecord):
        explain(index, NEED, NEED.id, OFFICER)


def test_readiness_place_money_and_field_order_those_whose_texts_are_alike(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    asked = Facts(trl=7, place_written="Huế", place_today="Thành phố Huế", budget_vnd=10**9, field_codes=("401",))
    need = Record(
        "need", "enterprise", "Tưới cho vườn cam", (Section("requirements", "Tưới tự động."),), asked, id="need"
    )
    fitting = {
        "trl": Facts(trl=8),
        "place": Facts(place_written="Huế", place_today="Thành phố Huế"),
        "budget": Facts(budget_vnd=9 * 10**8),
        "field": Facts(field_codes=("40101",)),
    }
    failing = {
        "trl": Facts(trl=3),
        "place": Facts(place_written="Cà Mau", place_today="Tỉnh Cà Mau"),
        "budget": Facts(budget_vnd=9 * 10**9),
        "field": Facts(field_codes=("60301",)),
    }
    tasks = [
        Record(
            "proposal",
            "state",
            "Tưới tự động cho cam",
            (Section("content", "Tưới nhỏ giọt."),),
            facts,
            id=f"{signal}-{fit}",
        )
        for fit, by_signal in (("b", fitting), ("a", failing))
        for signal, facts in by_signal.items()
    ]
    store_records(index, [(record, "test") for record in [need, *tasks]])
    found = {pairing.id: pairing for pairing in match(index, need, "proposal", OFFICER).pairings}
    for signal in fitting:
        good, bad = found[f"{signal}-b"], found[f"{signal}-a"]
        assert good.score > bad.score
        assert good.signals[signal] > bad.signals[signal]


def test_what_a_firm_lives_from_orders_those_whose_texts_are_alike_in_both_directions(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    text = (Section("research", "Chế độ sấy, độ ẩm cân bằng."),)
    forester, baker = (
        Record("scientist", "science", "Lê Hòa", text, Facts(field_codes=(code,)), id=f"scientist-{code}")
        for code in ("404", "211")
    )
    # A field that the text only suggests does not speak for the firm.
    guess = Source("facts/field_codes", "a.docx", "0", method="suggested", confidence=0.5)
    wish = (Section("requirements", "Độ ẩm đồng đều sau khi sấy."),)
    sawmill, bakery = (
        Record(
            "need",
            "enterprise",
            "Sấy không đều",
            wish,
            Facts(field_codes=("503",), industry_codes=(code,)),
            (guess,),
            id=f"need-{code}",
        )
        for code in ("1610", "1071")
    )
    store_records(index, [(record, "test") for record in (forester, baker, sawmill, bakery)])

    def signal(record: Record, candidate: Record) -> float:
        pairings = match(index, record, candidate.kind, OFFICER).pairings
        return next(pairing.signals["industry"] for pairing in pairings if pairing.id == candidate.id)

    for one, other in ((sawmill, forester), (bakery, baker)):
        assert signal(one, other) == signal(other, one) == 1
        assert match(index, one, "scientist", OFFICER).pairings[0].id == other.id
        assert match(index, other, "need", OFFICER).pairings[0].id == one.id
    assert signal(sawmill, baker) == signal(baker, sawmill) < 1
    assert explain(index, sawmill, baker.id, OFFICER).terms[-5].signal == "industry"


def test_one_who_led_it_lately_comes_before_one_who_took_part_long_ago(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    text = "Điều khiển tự động lò sấy gỗ cao su."
    works = {
        "scientist-led": Section("work", text, role="lead", year=2024),
        "scientist-helped": Section("work", text, role="member", year=2024),
        "scientist-long-ago": Section("work", text, role="lead", year=2004),
    }
    people = [Record("scientist", "science", id, (work,), id=id) for id, work in works.items()]
    store_records(index, [(record, "test") for record in [NEED, *people, *CROWD]])
    ranked = [pairing.id for pairing in match(index, NEED, "scientist", OFFICER).pairings]
    assert ranked[:3] == ["scientist-led", "scientist-helped", "scientist-long-ago"]


def test_a_year_that_the_viewer_may_not_see_moves_no_score(tmp_path: Path) -> None:
    scores = []
    for year in (2005, 2025):
        index = Index(tmp_path / str(year), None)
        hidden = (Section("work", "Dạy nghề."), Section("work", "Nghề bí mật.", "confidential", year=year))
        people = [DRYER, Record("scientist", "science", "Người khác", hidden, id="scientist-x")]
        store_records(index, [(record, "test") for record in [NEED, *people, *CROWD]])
        scores.append([(p.id, p.score) for p in match(index, NEED, "scientist", NOBODY, limit=3).pairings])
    assert scores[0] == scores[1]


def test_the_task_that_asks_does_not_take_the_time_of_who_leads_it(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    facts = Facts(people=(Person(DRYER.title, "lead"),), status="Đang thực hiện")
    own, other = (
        Record("proposal", "state", f"Sấy gỗ {n}", (Section("content", "Lò sấy."),), facts, id=f"proposal-{n}")
        for n in (1, 2)
    )
    store_records(index, [(record, "test") for record in [own, DRYER, OTHER, *CROWD]])
    assert "availability" not in match(index, own, "scientist", OFFICER).pairings[0].signals
    store_records(index, [(other, "test")])
    signals = {p.id: p.signals for p in match(index, own, "scientist", OFFICER, limit=100).pairings}
    assert signals[DRYER.id]["availability"] < signals[OTHER.id]["availability"] == 1
