"""Answers to name twins: the same person is excluded, another is free, and both can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from index import Answer, Bearer, Declaration, Index, Party, merge_records, store_records
from ingest import Facts, Person, Record, Section
from matcher.council_building import propose_council
from matcher.councils import Asked, Council
from matcher.findings import Finding
from matcher.rule_files import shipped_rules
from matcher.rulesets import choose_rules

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
HOST, OTHER = "Trường Đại học Sông Trà", "Viện Rừng Giang Bắc"
LEADER = "Bùi Minh Thử"
IN_TASK = Bearer("task", name=LEADER)
TASK = Record(
    "proposal",
    "state",
    "Chế độ sấy gỗ cao su dày cho xuất khẩu",
    (Section("objectives", "Sấy gỗ cao su dày 50 mm không nứt."),),
    Facts(code="ĐT.2026-07", organisation=HOST, people=(Person(LEADER, "lead"),)),
    id="task",
)


def scientist(id: str, name: str, organisation: str | None, *sections: Section) -> Record:
    return Record(
        "scientist",
        "science",
        name,
        (Section("education", "Tiến sĩ, 2010"), Section("research", "Sấy gỗ cao su."), *sections),
        Facts(organisation=organisation),
        id=id,
    )


OTHERS = [
    scientist(f"sci-{at}", f"{name} Văn Mẫu", f"Viện {name}")
    for at, name in enumerate(["Cao", "Đỗ", "Hồ", "Lê", "Mai"])
]
TWIN = scientist("twin", LEADER, OTHER)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path, None)
    store_records(index, [(one, f"test/{one.id}") for one in (TASK, TWIN, *OTHERS)])
    yield index
    index.store.close()


def propose(index: Index) -> Council:
    return propose_council(index, index.store.get("task"), choose_rules(shipped_rules(), "select", DAY), DAY, Asked())


def findings_of(index: Index, id: str) -> tuple[Finding, ...]:
    return next(one.findings for one in propose(index).candidates if one.record.id == id)


def say(index: Index, one: Bearer, other: Bearer, is_same: bool) -> int:
    index.store.identities.remember(Answer(one, other, is_same, "Phòng QLKH"), NOW)
    return index.store.identities.all()[-1].id


def test_a_question_says_which_two_names_it_asks_about(index: Index) -> None:
    (found,) = findings_of(index, "twin")
    assert (found.weight, found.asks) == ("question", (Bearer("twin"), IN_TASK))


def test_the_same_person_is_excluded_and_another_is_free(index: Index) -> None:
    say(index, Bearer("twin"), IN_TASK, True)
    (found,) = findings_of(index, "twin")
    assert (found.weight, found.asks, found.doubt) == ("exclusion", None, None)
    assert [(one.answered_by, one.is_same) for one in found.answers] == [("Phòng QLKH", True)]
    number = say(index, IN_TASK, Bearer("twin"), False)
    assert findings_of(index, "twin") == ()
    assert [one.is_same for one in propose(index).answers] == [False]
    assert index.store.identities.forget(number)
    assert not index.store.identities.forget(number)
    assert findings_of(index, "twin")[0].weight == "question"


def test_who_is_told_to_be_the_leader_counts_as_the_leader_for_others(index: Index) -> None:
    work = Section("work", "Chế độ sấy gỗ cao su dày năm mươi milimét.", year=2026)
    store_records(index, [(scientist("twin", LEADER, OTHER, work), "test/twin")])
    store_records(index, [(scientist("sci-0", "Cao Văn Mẫu", "Viện Cao", work), "test/sci-0")])
    assert findings_of(index, "sci-0") == ()
    say(index, Bearer("twin"), IN_TASK, True)
    assert [one.kind for one in findings_of(index, "sci-0")] == ["coauthorship"]


def test_an_answer_on_a_name_in_the_own_list_frees_from_common_work(index: Index) -> None:
    work = Section("work", f"Lò sấy. {LEADER}, Cao Văn Mẫu.", year=2026)
    store_records(index, [(scientist("sci-0", "Cao Văn Mẫu", "Viện Cao", work), "test/sci-0")])
    (found,) = findings_of(index, "sci-0")
    assert found.asks == (Bearer("sci-0", name=LEADER), IN_TASK)
    say(index, *found.asks, is_same=False)
    assert findings_of(index, "sci-0") == ()


def test_an_answer_on_a_declared_name_goes_with_the_declaration(index: Index) -> None:
    sanction = Declaration("sanction", Party(None, "Hồ Văn Mẫu", "Viện Khác"), None, "QĐ 1")
    index.store.declarations.remember([sanction], NOW)
    (found,) = findings_of(index, "sci-2")
    assert found.asks == (Bearer("sci-2"), Bearer(declaration=1, name="Hồ Văn Mẫu"))
    say(index, *found.asks, is_same=True)
    assert findings_of(index, "sci-2")[0].weight == "exclusion"
    say(index, *found.asks, is_same=False)
    assert findings_of(index, "sci-2") == ()
    index.store.declarations.forget(1)
    assert index.store.identities.all() == []


def test_both_doubts_of_a_declared_relation_are_asked_one_after_the_other(index: Index) -> None:
    relation = Declaration("sibling", Party(None, "Hồ Văn Mẫu"), Party(None, LEADER), "đơn")
    index.store.declarations.remember([relation], NOW)
    (found,) = findings_of(index, "sci-2")
    assert found.asks == (Bearer("sci-2"), Bearer(declaration=1, name="Hồ Văn Mẫu"))
    say(index, *found.asks, is_same=True)
    (found,) = findings_of(index, "sci-2")
    assert (found.weight, found.asks) == ("question", (Bearer(declaration=1, name=LEADER), IN_TASK))
    say(index, *found.asks, is_same=True)
    assert findings_of(index, "sci-2")[0].weight == "exclusion"


def test_records_that_are_told_apart_are_no_question(index: Index) -> None:
    store_records(index, [(scientist("leader", LEADER, HOST), "test/leader")])
    assert findings_of(index, "twin")[0].weight == "question"
    index.store.distinctions.remember("leader", "twin")
    assert findings_of(index, "twin") == ()


def test_an_answer_follows_a_merged_record_and_is_erased_with_it(index: Index) -> None:
    store_records(index, [(scientist("twin-2", LEADER, OTHER), "test/twin-2")])
    say(index, Bearer("twin-2"), IN_TASK, False)
    merge_records(index, "twin", "twin-2")
    assert findings_of(index, "twin") == ()
    index.remove("twin")
    assert index.store.identities.all() == []
