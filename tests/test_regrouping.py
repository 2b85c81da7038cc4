"""Merging and parting keep what every source says; files that change or go take back what they said."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from toy_encoder import ToyEncoder

from index import (
    CannotMerge,
    Index,
    IndexedPassage,
    Retirement,
    UnknownRecord,
    ingest_paths,
    known_apart,
    merge_records,
    part_record,
    regrouping,
    retire_paths,
    store_records,
)
from ingest import OFFICER, Facts, Record, Section, Source, Visibility


def scientist(name: str, work: str, facts: Facts, file: str) -> Record:
    sources = (Source("title", file, "0"), Source("sections/0", file, "0"))
    return Record("scientist", "science", name, (Section("work", work),), facts, sources)


PERSON = scientist("Trần Quốc Bảo", "Sấy gỗ cao su.", Facts(organisation="TDMU"), "a.docx")
SAME = scientist("Tran Quoc Bao", "Biến tính nhiệt gỗ keo.", Facts(place_written="Bình Dương"), "b.docx")
OTHER = Record("need", "enterprise", "Sấy gỗ", (Section("situation", "Gỗ nứt."),))


@pytest.fixture(params=["hybrid", "lexical"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    return Index(tmp_path / "data", ToyEncoder() if request.param == "hybrid" else None)


def put(index: Index, *records: tuple[Record, str]) -> list[str]:
    return [stored.id for stored in store_records(index, records)]


def found(index: Index, text: str) -> list[str]:
    return [hit.id for hit in index.search(text, OFFICER, None, 10).hits]


def test_merging_keeps_both_sources_and_parting_gives_both_back(index: Index) -> None:
    first, second = put(index, (PERSON, "a.docx"), (SAME, "b.docx"))
    before = {id: index.store.get(id) for id in (first, second)}
    merged = merge_records(index, first, second)
    assert merged.title == "Trần Quốc Bảo"
    assert [section.text for section in merged.sections] == ["Sấy gỗ cao su.", "Biến tính nhiệt gỗ keo."]
    assert merged.facts.place_written == "Bình Dương"
    assert {source.file for source in merged.sources} == {"a.docx", "b.docx"}
    assert found(index, "biến tính nhiệt gỗ keo")[0] == first
    with pytest.raises(UnknownRecord):
        index.store.get(second)
    parted = part_record(index, first)
    assert {record.id: record for record in parted} == before
    assert found(index, "biến tính nhiệt gỗ keo")[0] == second
    assert part_record(index, first) == [before[first]]


def test_a_file_taken_again_goes_on_telling_of_the_merged_record(index: Index) -> None:
    first, second = put(index, (PERSON, "a.docx"), (SAME, "b.docx"))
    merge_records(index, first, second)
    (stored,) = store_records(index, [(SAME, "b.docx")])
    assert (stored.id, stored.change) == (first, "unchanged")
    edited = replace(SAME, sections=(Section("work", "Ván sàn ngoài trời."),))
    assert put(index, (edited, "b.docx")) == [first]
    assert [section.text for section in index.store.get(first).sections] == ["Sấy gỗ cao su.", "Ván sàn ngoài trời."]
    assert [record.title for record in part_record(index, first)] == ["Trần Quốc Bảo", "Tran Quoc Bao"]


def test_a_corrected_record_keeps_its_place_in_what_it_is_merged_with(index: Index) -> None:
    first, second = put(index, (replace(PERSON, id="sci-1"), "a.json"), (replace(SAME, id="sci-2"), "b.json"))
    merge_records(index, first, second)
    corrected = replace(PERSON, id="sci-1", title="Trần Quốc Bảo Anh")
    for origin in ("a.json", "a.json", "c.json", "c.json"):
        assert put(index, (corrected, origin)) == ["sci-1"]
        assert index.store.get("sci-1").title == "Trần Quốc Bảo Anh"
    assert [held.origin for held in index.store.origins.versions_of("sci-1")] == ["c.json", "b.json"]


def test_rows_of_one_file_can_be_merged(index: Index) -> None:
    first, second = put(index, (PERSON, "list.xlsx"), (SAME, "list.xlsx"))
    merge_records(index, first, second)
    assert len(part_record(index, first)) == 2


def test_records_of_two_kinds_are_not_merged(index: Index) -> None:
    first, second = put(index, (PERSON, "a.docx"), (OTHER, "b.docx"))
    for into, other in ((first, second), (first, first)):
        with pytest.raises(CannotMerge):
            merge_records(index, into, other)
    with pytest.raises(UnknownRecord):
        merge_records(index, first, "scientist-none")
    assert index.store.counts() == {"need": 1, "scientist": 1}


def test_a_task_of_another_title_under_a_taken_code_is_another_task(index: Index) -> None:
    first = Record("proposal", "state", "Sấy gỗ cao su tiết kiệm điện", facts=Facts(code="ĐT-2024-01"))
    other = replace(first, title="Chatbot trả lời thủ tục đất đai")
    same = replace(first, title="Quy trình sấy gỗ cao su tiết kiệm điện")
    ids = put(index, (first, "a.csv"), (other, "b.csv"), (same, "c.csv"))
    assert ids[0] == ids[2] != ids[1]
    assert put(index, (first, "a.csv"), (other, "b.csv"), (same, "c.csv")) == ids


def rows(*titles: str) -> str:
    return "\n".join(
        json.dumps({"kind": "need", "title": title, "sections": [{"name": "situation", "text": f"{title} ở xưởng."}]})
        for title in titles
    )


def test_a_row_that_a_file_no_longer_holds_is_taken_back(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    path = tmp_path / "needs.jsonl"
    path.write_text(rows("Sấy gỗ", "Sấy xoài", "Nước thải"), "utf-8")
    ids = {stored.title: stored.id for stored in ingest_paths(index, [path]).stored}
    path.write_text(rows("Sấy gỗ", "Nước thải", "Khí thải"), "utf-8")
    report = ingest_paths(index, [path])
    assert report.retired == (ids["Sấy xoài"],)
    assert {stored.title: stored.change for stored in report.stored} == {
        "Sấy gỗ": "unchanged",
        "Nước thải": "unchanged",
        "Khí thải": "new",
    }
    assert {record.title for record in index.store.records()} == {"Sấy gỗ", "Nước thải", "Khí thải"}
    assert ids["Sấy xoài"] not in found(index, "sấy xoài")


def test_nothing_is_taken_back_for_a_row_that_could_not_be_read(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    path = tmp_path / "needs.jsonl"
    path.write_text(rows("Sấy gỗ", "Sấy xoài"), "utf-8")
    ingest_paths(index, [path])
    path.write_text(rows("Sấy gỗ") + "\n{broken", "utf-8")
    report = ingest_paths(index, [path])
    assert len(report.refused) == 1
    assert report.retired == ()
    assert index.store.counts() == {"need": 2}


def test_what_another_file_tells_as_well_stays(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    task = {"kind": "proposal", "title": "Sấy gỗ", "facts": {"code": "ĐT-2024-01"}, "sections": []}
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(json.dumps(task), "utf-8")
    ingest_paths(index, [tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    (id,) = index.store.origins.told_by(os.path.realpath(tmp_path / "a.jsonl")).values()
    assert retire_paths(index, [tmp_path / "a.jsonl"]).ids == (id,)
    assert index.store.counts() == {"proposal": 1}
    assert retire_paths(index, [tmp_path / "b.jsonl"]).ids == (id,)
    assert index.store.counts() == {}


def test_what_another_process_says_the_same_while_a_file_is_retired_is_kept(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = Record("proposal", "state", "Sấy gỗ", facts=Facts(code="ĐT-2024-01"))
    (id,) = {*put(index, (task, "a.csv"), (task, "b.csv"))}
    other = Index(index.folder, index.encoder)
    cut_once = regrouping.cut_with_vectors

    def cut_meanwhile(index: Index, record: Record) -> Sequence[IndexedPassage]:
        if other.store.origins.told_by("c.csv") == {}:
            assert [stored.change for stored in store_records(other, [(task, "c.csv")])] == ["sourced"]
        return cut_once(index, record)

    monkeypatch.setattr(regrouping, "cut_with_vectors", cut_meanwhile)
    assert regrouping.retire_origins(index, ["a.csv"]) == [id]
    assert [held.origin for held in index.store.origins.versions_of(id)] == ["b.csv", "c.csv"]


def test_an_edited_title_of_a_form_keeps_the_id(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    path = tmp_path / "need.jsonl"
    path.write_text(rows("Sấy gỗ cao su bị nứt"), "utf-8")
    (first,) = ingest_paths(index, [path]).stored
    path.write_text(rows("Sấy gỗ cao su bị nứt, cong"), "utf-8")
    (second,) = ingest_paths(index, [path]).stored
    assert (second.id, second.change) == (first.id, "changed")
    path.write_text(rows("Chatbot tra cứu thủ tục"), "utf-8")
    report = ingest_paths(index, [path])
    assert report.stored[0].id != first.id
    assert report.retired == (first.id,)


def test_vanished_files_are_named_and_can_be_retired(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.jsonl").write_text(rows("Sấy gỗ"), "utf-8")
    (folder / "sub" / "b.jsonl").write_text(rows("Sấy xoài"), "utf-8")
    assert ingest_paths(index, [folder]).vanished == ()
    shutil.rmtree(folder / "sub")
    report = ingest_paths(index, [folder])
    assert report.vanished == (str(Path("sub", "b.jsonl")),)
    assert index.store.counts() == {"need": 2}
    assert len(retire_paths(index, [folder / "sub"]).ids) == 1
    assert {record.title for record in index.store.records()} == {"Sấy gỗ"}
    assert ingest_paths(index, [folder]).vanished == ()


def test_a_vanished_file_whose_only_record_was_said_anew_by_another_can_be_retired(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_text(json.dumps({"id": "need-1", "kind": "need", "title": "Sấy gỗ"}), "utf-8")
    ingest_paths(index, [folder])
    store_records(index, [(Record("need", "enterprise", "Sấy gỗ cao su", id="need-1"), "posted:need-1")])
    (folder / "a.jsonl").rename(tmp_path / "gone")
    assert ingest_paths(index, [folder]).vanished == ("a.jsonl",)
    assert retire_paths(index, [folder / "a.jsonl"]) == Retirement((), ())
    assert ingest_paths(index, [folder]).vanished == ()
    assert index.store.get("need-1").title == "Sấy gỗ cao su"


def test_a_path_of_which_nothing_is_stored_is_told_from_the_others(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    known, unknown = tell(tmp_path / "a.jsonl", "Sấy gỗ"), tmp_path / "a.json"
    (id,) = ingested(index, known)
    assert retire_paths(index, [unknown, known]) == Retirement((id,), (unknown,))


def test_a_file_that_has_not_changed_is_not_read_again_unless_something_in_it_was_removed(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    path = tmp_path / "needs.jsonl"
    path.write_text(rows("Sấy gỗ", "Sấy xoài"), "utf-8")
    first, _ = ingest_paths(index, [path]).stored
    assert [stored.change for stored in ingest_paths(index, [path]).stored] == ["unchanged", "unchanged"]
    index.remove(first.id)
    assert [stored.change for stored in ingest_paths(index, [path]).stored] == ["new", "unchanged"]


def tell(path: Path, *titles: str) -> Path:
    path.write_text(rows(*titles), "utf-8")
    return path


def ingested(index: Index, *paths: Path) -> list[str]:
    return [stored.id for stored in ingest_paths(index, paths).stored]


def test_what_people_said_survives_an_edited_title_a_merge_and_parting(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    paths = [tell(tmp_path / f"{name}.jsonl", title) for name, title in (("a", "Sấy gỗ keo"), ("b", "Sấy gỗ"))]
    third = tell(tmp_path / "c.jsonl", "Sấy gỗ cao su")
    first, second, other = ingested(index, *paths, third)
    index.store.distinctions.remember(second, other)
    assert ingested(index, tell(paths[1], "Sấy gỗ bị nứt")) == [second]
    merge_records(index, first, second)
    assert known_apart(index.store, [(first, other)]) == {(first, other)}
    assert ingested(index, tell(paths[1], "Sấy gỗ bị nứt, cong")) == [first]
    assert [record.id for record in part_record(index, first)] == [first, second]
    assert index.store.get(second).title == "Sấy gỗ bị nứt, cong"
    assert known_apart(index.store, [(first, other), (second, other)]) == {(second, other)}


@pytest.mark.parametrize(("before", "after"), [("public", "confidential"), ("confidential", "public")])
def test_parting_gives_the_same_ids_after_a_change_of_visibility(
    index: Index, before: Visibility, after: Visibility
) -> None:
    first, second = put(index, (PERSON, "a.docx"), (seen_as(SAME, before), "b.docx"))
    index.store.distinctions.remember(second, "scientist-other")
    merge_records(index, first, second)
    put(index, (seen_as(SAME, after), "b.docx"))
    assert known_apart(index.store, [(first, "scientist-other")])
    assert [record.id for record in part_record(index, first)] == [first, second]


def seen_as(record: Record, visibility: Visibility) -> Record:
    return replace(record, sections=tuple(replace(section, visibility=visibility) for section in record.sections))


def test_a_merged_record_whose_own_file_is_retired_is_parted_into_what_is_left(index: Index) -> None:
    first, second = put(index, (PERSON, "a.docx"), (SAME, "b.docx"))
    merge_records(index, first, second)
    regrouping.retire_origins(index, ["a.docx"])
    assert [record.id for record in part_record(index, first)] == [second]
    assert put(index, (PERSON, "a.docx"), (SAME, "b.docx")) == [first, second]


def test_what_comes_by_the_id_of_a_record_that_was_merged_corrects_what_that_one_said(index: Index) -> None:
    first, second = put(index, (PERSON, "a.docx"), (SAME, "b.docx"))
    merge_records(index, first, second)
    corrected = replace(SAME, id=second, sections=(Section("work", "Ván sàn ngoài trời."),))
    assert put(index, (corrected, "api")) == [first]
    assert [section.text for section in index.store.get(first).sections] == ["Sấy gỗ cao su.", "Ván sàn ngoài trời."]
    assert part_record(index, first)[1] == corrected


def test_a_title_that_a_file_takes_up_again_beside_the_new_one_is_a_record_of_its_own(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    path = tell(tmp_path / "a.jsonl", "Sấy gỗ")
    (first,) = ingested(index, path)
    assert ingested(index, tell(path, "Sấy gỗ keo")) == [first]
    both = ingested(index, tell(path, "Sấy gỗ", "Sấy gỗ keo"))
    assert both[1] == first != both[0]
    assert {*ingested(index, path)} == {*both}


def test_a_file_that_gives_its_record_another_id_tells_of_another_record(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    path = tmp_path / "a.jsonl"
    for id in ("need-1", "need-2"):
        path.write_text(json.dumps({"id": id, "kind": "need", "title": "Sấy gỗ", "sections": []}), "utf-8")
        assert ingested(index, path) == [id]
    assert [record.id for record in index.store.records()] == ["need-2"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_file_that_takes_up_the_ids_of_its_records_goes_on_telling_of_them(tmp_path: Path, count: int) -> None:
    index = Index(tmp_path / "data", None)
    path = tell(tmp_path / "a.jsonl", *["Sấy gỗ", "Nước thải"][:count])
    ids = ingested(index, path)
    lines = zip(ids, path.read_text("utf-8").splitlines(), strict=True)
    path.write_text("\n".join(json.dumps({"id": id, **json.loads(line)}) for id, line in lines), "utf-8")
    assert ingest_paths(index, [path]).retired == ()
    assert {record.id for record in index.store.records()} == {*ids}


def test_records_merged_by_an_older_program_are_parted_under_the_ids_they_had(tmp_path: Path) -> None:
    index = Index(tmp_path, None)
    told = [
        (PERSON, "a.docx"),
        (SAME, "b.docx"),
        (seen_as(replace(SAME, title="Ngô Kín"), "confidential"), "c.docx"),
        (replace(SAME, id="sci-9", title="Lý Có Mã"), "d.json"),
    ]
    first, *others = put(index, *told)
    before = {id: index.store.get(id) for id in (first, *others)}
    for other in others:
        merge_records(index, first, other)
    index.store.close()
    with closing(sqlite3.connect(tmp_path / "banha.sqlite")) as older, older:
        older.execute("DROP INDEX versions_by_own_id")
        older.execute("ALTER TABLE versions DROP COLUMN own_id")
        older.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm006%'")
    index = Index(tmp_path, None)
    assert put(index, *told) == [first] * 4
    assert {record.id: record for record in part_record(index, first)} == before


def test_a_file_that_comes_back_after_it_was_retired_says_what_returned(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    row = {"kind": "proposal", "title": "Sấy gỗ", "sections": [], "facts": {"code": "ĐT.2025-01"}}
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for number, path in enumerate(paths):
        path.write_text("\n" * number + json.dumps(row), "utf-8")
    (id, _) = ingested(index, *paths)
    retire_paths(index, paths[1:])
    (stored,) = ingest_paths(index, paths[1:]).stored
    assert (stored.id, stored.change, stored.file) == (id, "sourced", "b.jsonl")
    assert {source.file for source in index.store.get(id).sources} == {"a.jsonl", "b.jsonl"}
    (stored,) = ingest_paths(index, paths[1:]).stored
    assert (stored.change, stored.file) == ("unchanged", None)


@pytest.mark.parametrize("is_moved", [True, False])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_file_under_another_name_tells_of_the_same_records(tmp_path: Path, is_moved: bool, at_once: bool) -> None:
    index = Index(tmp_path / "data", None)
    folder = tmp_path / "files"
    folder.mkdir()
    first = tell(folder / "a.jsonl", "Sấy gỗ", "Nước thải", "Sấy gỗ")
    if at_once:
        shutil.copy(first, folder / "b.jsonl")
        report = ingest_paths(index, [folder])
        ids = [stored.id for stored in report.stored][:3]
        if is_moved:
            first.unlink()
    else:
        ids = ingested(index, first)
        shutil.copy(first, folder / "b.jsonl")
        if is_moved:
            first.unlink()
        report = ingest_paths(index, [folder])
    assert [(copy.file, Path(copy.of).name) for copy in report.copies] == [("b.jsonl", "a.jsonl")]
    assert [(one.id, one.change, one.file) for one in report.stored][-3:] == [(id, "sourced", "b.jsonl") for id in ids]
    assert len(list(index.store.records())) == 3
    assert {source.file for source in index.store.get(ids[1]).sources} == {"a.jsonl", "b.jsonl"}
    again = ingest_paths(index, [folder])
    assert ({one.change for one in again.stored}, again.copies, again.retired) == ({"unchanged"}, (), ())
    assert {*retire_paths(index, [first]).ids} == {*ids}
    assert {source.file for source in index.store.get(ids[1]).sources} == {"b.jsonl"}
    tell(folder / "b.jsonl", "Sấy gỗ", "Nước thải", "Sấy gỗ", "Nuôi ong")
    if is_moved:
        assert ingested(index, folder / "b.jsonl")[:3] == ids


def test_a_copy_that_is_edited_is_a_record_of_its_own_while_the_other_file_is_there(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    first = tell(tmp_path / "a.jsonl", "Sấy gỗ")
    copy = Path(shutil.copy(first, tmp_path / "b.jsonl"))
    (id, _) = ingested(index, first, copy)
    assert index.store.counts() == {"need": 1}
    report = ingest_paths(index, [tell(copy, "Sấy gỗ keo")])
    assert [stored.change for stored in report.stored] == ["new"]
    assert report.stored[0].id != id
    assert report.retired == (id,)
    assert [source.file for source in index.store.get(id).sources if source.value == "title"] == ["a.jsonl"]


def test_a_renamed_file_that_is_edited_keeps_its_record(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    (id,) = ingested(index, tell(tmp_path / "a.jsonl", "Sấy gỗ"))
    renamed = (tmp_path / "a.jsonl").rename(tmp_path / "b.jsonl")
    assert ingested(index, renamed) == [id]
    assert ingested(index, tell(renamed, "Sấy gỗ keo")) == [id]


def test_a_copy_does_not_join_what_was_made_confidential(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    path = tell(tmp_path / "a.jsonl", "Sấy gỗ")
    (id,) = ingested(index, path)
    hidden = seen_as(replace(OTHER, id=id), "confidential")
    put(index, (hidden, "api"))
    (other,) = ingested(index, Path(shutil.copy(path, tmp_path / "b.jsonl")))
    assert other != id
    assert index.store.get(id).sections == hidden.sections


def test_a_copy_stays_joined_when_both_are_read_another_way(tmp_path: Path) -> None:
    index = Index(tmp_path / "data", None)
    first = tell(tmp_path / "a.jsonl", "Sấy gỗ")
    copy = Path(shutil.copy(first, tmp_path / "0.jsonl"))
    (id, _) = ingested(index, first, copy)
    for path in (copy, first):
        assert [one.id for one in ingest_paths(index, [path], keep_contacts=True).stored] == [id]
    assert index.store.counts() == {"need": 1}
