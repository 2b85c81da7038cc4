"""The store: what is acknowledged is kept, versions merge, removal leaves nothing but a number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.drafting import prepare_draft
from index.passages import IndexedPassage
from index.store import ConcurrentChange, ModelMismatch, Store, UnknownRecord
from index.versions import merge_versions, natural_key
from ingest import Facts, Person, Record, Section, Source

NEED = Record("need", "enterprise", "Sấy gỗ cao su", (Section("situation", "Gỗ bị cong khi sấy."),))
TASK = Record("proposal", "state", "Chế độ sấy gỗ", facts=Facts(code="ĐT.2025-01"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "banha.sqlite")


def put(store: Store, record: Record, origin: str = "a.docx") -> str:
    draft = prepare_draft(store, record, natural_key(record, origin), origin)
    passage = IndexedPassage(None, 0, len(draft.record.title), "everyone", draft.record.title, b"\0" * 8)
    store.commit([(draft, [passage])], "toy")
    return draft.record.id


def test_a_record_comes_back_as_it_was_stored(store: Store) -> None:
    record = replace(
        NEED,
        facts=Facts(budget_vnd=1_500_000_000, people=(Person("Lê Văn Đức", "lead"),), field_codes=("2",)),
        sources=(Source("title", "a.docx", "00", confidence=0.5),),
    )
    id = put(store, record)
    assert store.get(id) == record.with_id(id)
    assert list(store.records("need")) == [record.with_id(id)]
    assert store.counts() == {"need": 1}


def test_storing_the_same_again_is_no_change_and_keeps_the_id(store: Store) -> None:
    id = put(store, NEED)
    draft = prepare_draft(store, NEED, natural_key(NEED, "a.docx"), "a.docx")
    assert (draft.change, draft.record.id) == ("unchanged", id)


def test_a_changed_file_replaces_what_it_said_before(store: Store) -> None:
    id = put(store, NEED)
    changed = replace(NEED, sections=(Section("situation", "Gỗ bị nứt."),))
    assert put(store, changed) == id
    assert store.get(id).sections == changed.sections


def test_two_files_about_one_task_are_merged_whatever_is_read_again(store: Store) -> None:
    row = replace(TASK, facts=replace(TASK.facts, status="đã nghiệm thu"))
    form = replace(TASK, sections=(Section("objectives", "Giảm phế phẩm."), Section("work", "A")))
    id = put(store, row, "list.xlsx")
    assert put(store, form, "form.docx") == id
    merged = store.get(id)
    assert merged.facts.status == "đã nghiệm thu"
    assert merged.sections == form.sections
    for record, origin in ((row, "list.xlsx"), (form, "form.docx")):
        assert prepare_draft(store, record, natural_key(record, origin), origin).change == "unchanged"


def test_a_file_that_says_nothing_new_is_one_more_source(store: Store) -> None:
    id, seq = put(store, told_by("a.xlsx"), "a.xlsx"), store.seq
    assert put(store, told_by("b.xlsx"), "b.xlsx") == id
    assert {source.file for source in store.get(id).sources} == {"a.xlsx", "b.xlsx"}
    assert store.seqs([id]) == {id: seq}


def test_merging_keeps_the_source_of_each_value_it_takes_over() -> None:
    base = replace(TASK, sources=(Source("title", "a", "1"),))
    other = replace(
        TASK,
        sections=(Section("objectives", "x"),),
        facts=replace(TASK.facts, months=24),
        sources=(Source("title", "b", "2"), Source("sections/0", "b", "2"), Source("facts/months", "b", "2")),
    )
    merged = merge_versions([base, other])
    assert {(s.value, s.file) for s in merged.sources} == {
        *(("title", "a"), ("title", "b")),
        *(("sections/0", "b"), ("facts/months", "b")),
    }


def told_by(file: str, *sections: Section, code: str | None = "ĐT.2025-01") -> Record:
    told = ("title", *(f"sections/{at}" for at in range(len(sections))), *(["facts/code"] if code else []))
    sources = tuple(Source(value, file, file) for value in told)
    return replace(TASK, sections=sections, facts=Facts(code=code), sources=sources)


def test_what_a_revision_adds_is_shown_with_its_source() -> None:
    first = told_by("a", Section("content", "Khảo sát 20 trại heo;\ntập huấn nông dân."))
    revised = told_by("b", Section("content", "Khảo sát 20 trại heo; tập huấn nông dân. Đánh giá vòng đời."))
    merged = merge_versions([first, revised])
    assert merged.sections == (*first.sections, *revised.sections)
    assert [s.file for s in merged.sources if s.value == "sections/1"] == ["b"]


def test_what_the_first_version_says_already_is_not_said_again() -> None:
    content = "Khảo sát 20 trại heo, tập huấn nông dân."
    first = told_by("a", Section("content", content), Section("work", "Ong dú và ong mật"))
    shorter = told_by("b", Section("content", "Khảo sát 20 trại heo."), Section("work", "Ong dú"))
    merged = merge_versions([first, shorter])
    assert [section.text for section in merged.sections] == [content, "Ong dú và ong mật", "Ong dú"]
    cut = told_by("b", Section("content", "Khảo sát 20 trại."), Section("content", "tập huấn nông"))
    assert merge_versions([first, cut]).sections == first.sections
    inside = told_by("b", Section("content", "Khảo sát 2"))
    assert len(merge_versions([first, inside]).sections) == 3


def test_a_public_text_is_not_lost_in_a_confidential_one_that_holds_it() -> None:
    secret = told_by("a", Section("content", "Khảo sát 20 trại heo; công thức bí mật.", "confidential"))
    public = told_by("b", Section("content", "Khảo sát 20 trại heo"))
    longer = told_by("c", Section("objectives", "Nuôi ong"))
    kept = merge_versions([replace(secret, sections=(*secret.sections, *longer.sections)), public]).sections
    assert [section.visibility for section in kept if section.name == "content"] == ["confidential", "public"]


def test_a_revision_with_another_lead_makes_no_second_one() -> None:
    first = replace(TASK, facts=replace(TASK.facts, people=(Person("Lê An", "lead"),)))
    second = replace(TASK, facts=replace(TASK.facts, people=(Person("Vũ Bình", "lead"), Person("Hà Chi"))))
    assert merge_versions([first, second]).facts.people == (Person("Vũ Bình", "lead"), Person("Hà Chi"))


def test_a_work_takes_role_and_year_from_the_same_work_told_elsewhere() -> None:
    bare = told_by("a", Section("work", "Ong dú"))
    told = told_by("b", Section("work", "Ong dú", role="lead", year=2021))
    secret = told_by("c", Section("work", "Ong dú", "confidential", "lead", 2021))
    assert merge_versions([bare, told]).sections == told.sections
    assert merge_versions([bare, secret]).sections == bare.sections


def test_what_two_files_say_alike_has_a_source_in_each_and_only_once() -> None:
    one, other = (told_by(file, Section("content", text)) for file, text in (("a", "Hoà bình"), ("b", "hòa  bình")))
    merged = merge_versions([one, other, one])
    assert merged.sections == one.sections
    assert [(s.value, s.file) for s in merged.sources] == [
        *(("title", "a"), ("sections/0", "a"), ("facts/code", "a")),
        *(("title", "b"), ("sections/0", "b"), ("facts/code", "b")),
    ]


def test_a_source_in_a_file_that_keeps_more_to_itself_is_not_told() -> None:
    public = told_by("a", Section("content", "Ong dú"))
    secret = told_by("b", Section("content", "Ong dú", "confidential"))
    assert {s.file for s in merge_versions([public, secret]).sources} == {"a"}


def test_what_one_file_keeps_confidential_does_not_come_out_through_another() -> None:
    public = replace(TASK, sections=(Section("objectives", "x"),))
    secret = replace(
        TASK,
        title="Tên mật",
        sections=(Section("content", "y", "confidential"),),
        facts=replace(TASK.facts, organisation="Công ty Mật", budget_vnd=9),
    )
    for versions in ([public, secret], [secret, public]):
        merged = merge_versions(versions)
        assert (merged.title, merged.facts.organisation, merged.facts.budget_vnd) == (TASK.title, None, None)
        assert [section.visibility for section in merged.sections] == ["public", "confidential"]


def test_what_one_file_keeps_anonymous_does_not_come_out_through_a_public_one() -> None:
    public = replace(TASK, sections=(Section("objectives", "x"),), facts=replace(TASK.facts, people=()))
    anonymous = replace(
        TASK,
        sections=(Section("objectives", "x", "anonymous"),),
        facts=replace(TASK.facts, organisation="Công ty Kín", people=(Person("Trần Kín"),)),
    )
    merged = merge_versions([public, anonymous])
    assert merged.visibility == "public"
    assert (merged.facts.organisation, merged.facts.people) == (None, ())
    other = replace(anonymous, sections=(Section("content", "y", "anonymous"),))
    both = merge_versions([public, other])
    assert (both.visibility, both.facts.organisation) == ("anonymous", "Công ty Kín")


@pytest.mark.parametrize("code", ["01", "1", "Số 3", "A12"])
def test_a_running_number_is_no_natural_key(store: Store, code: str) -> None:
    first = replace(TASK, facts=Facts(code=code))
    second = replace(first, title="Một nhiệm vụ khác")
    assert put(store, first, "a.csv") != put(store, second, "b.csv")
    assert store.counts() == {"proposal": 2}


def test_a_failed_commit_leaves_the_thread_able_to_write(store: Store) -> None:
    good = prepare_draft(store, NEED, natural_key(NEED, "a"), "a")
    with pytest.raises(ConcurrentChange):
        store.commit([(replace(good, base_seq=7), [])], None)
    store.commit([(good, [])], None)
    assert store.counts() == {"need": 1}


def test_a_record_with_its_own_id_replaces_all_that_was_said(store: Store) -> None:
    id = put(store, NEED)
    edited = replace(NEED, title="Sấy gỗ", sections=(), id=id)
    assert put(store, edited, "api") == id
    assert store.get(id) == edited


def test_titles_alike_in_different_files_stay_two_records(store: Store) -> None:
    assert put(store, NEED, "a.docx") != put(store, NEED, "b.docx")


def test_removing_leaves_a_tombstone_and_nothing_else(store: Store, tmp_path: Path) -> None:
    id = put(store, NEED)
    before = store.seq
    store.remove(id)
    assert [kind for _, kind in store.passages.removed_since(before)] == ["need"]
    assert store.passages.since(0) == []
    with pytest.raises(UnknownRecord):
        store.get(id)
    with pytest.raises(UnknownRecord):
        store.remove(id)


def test_a_change_by_somebody_else_in_between_is_noticed(store: Store) -> None:
    put(store, NEED)
    stale = prepare_draft(store, replace(NEED, title="sấy gỗ cao su"), natural_key(NEED, "a.docx"), "a.docx")
    put(store, replace(NEED, sections=()))
    with pytest.raises(ConcurrentChange):
        store.commit([(stale, [])], "toy")


def test_a_version_by_somebody_else_in_between_is_noticed_though_it_changed_nothing(store: Store) -> None:
    told = replace(TASK, sections=(Section("objectives", "Giảm phế phẩm."),))
    put(store, told, "a.docx")
    shorter = prepare_draft(store, TASK, natural_key(TASK, "a.docx"), "a.docx")
    id = put(store, told, "b.docx")
    with pytest.raises(ConcurrentChange):
        store.commit([(shorter, [])], "toy")
    put(store, TASK, "a.docx")
    assert store.get(id).sections == told.sections


def test_a_failed_write_keeps_nothing_of_the_batch(store: Store) -> None:
    good = prepare_draft(store, NEED, "k1", "a")
    stale = replace(prepare_draft(store, TASK, "k2", "b"), base_seq=99)
    seq = store.seq
    with pytest.raises(ConcurrentChange):
        store.commit([(good, []), (stale, [])], None)
    assert store.counts() == {}
    assert store.seq == seq


def test_vectors_of_two_models_are_never_mixed(store: Store) -> None:
    put(store, NEED)
    draft = prepare_draft(store, TASK, natural_key(TASK, "b"), "b")
    with pytest.raises(ModelMismatch, match="banha reembed"):
        store.commit([(draft, [])], "another")
