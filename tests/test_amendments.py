"""What a person corrected in a record stands as long as its files say what was corrected, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from toy_encoder import ToyEncoder

from api.catalogue import translator
from api.errors import BadInput
from api.settings import Language
from api.value_editing import ValueLine, correct_value, list_values, take_back
from api.wording import Wording
from index import Index, find_disagreements, merge_records, part_record, store_records
from index.amending import amend_value, amended_values, restore_value
from index.changes import ChangedMeanwhile
from index.own_versions import drop_own, state_own
from index.regrouping import retire_origins
from ingest import NOBODY, Facts, Person, Record, Section, Source, as_seen_by

TEXT = "Mỗi mẻ sấy hỏng một phần mười số thanh gỗ."


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path, ToyEncoder())
    yield index
    index.store.close()


def need(text: str = TEXT, title: str = "Giảm nứt gỗ", **facts: object) -> Record:
    return Record("need", "enterprise", title, (Section("situation", text),), Facts(**facts))  # type: ignore[arg-type]


def store(index: Index, record: Record, origin: str = "/a.docx") -> str:
    return store_records(index, [(record, origin)])[0].id


def test_a_corrected_value_is_stored_searchable_and_says_what_the_file_said(index: Index) -> None:
    id = store(index, need("Tôm thẻ bị đục cơ.", budget_vnd=200))
    amend_value(index, id, "sections/0", "Lươn không bùn chậm lớn.")
    record = amend_value(index, id, "facts/budget_vnd", 900)
    assert (record.sections[0].text, record.facts.budget_vnd) == ("Lươn không bùn chậm lớn.", 900)
    told = {source.value: source for source in record.sources if source.method == "person"}
    assert {path: source.unrepaired for path, source in told.items()} == {
        "sections/0": "Tôm thẻ bị đục cơ.",
        "facts/budget_vnd": "200",
    }
    assert [hit.id for hit in index.search("lươn không bùn").hits][:1] == [id]
    assert index.store.passages.count_without_vector() == 0


def test_a_correction_outlives_the_file_being_read_again(index: Index) -> None:
    id = store(index, need(budget_vnd=200))
    amend_value(index, id, "facts/budget_vnd", 900)
    (again,) = store_records(index, [(need(budget_vnd=200), "/a.docx")])
    assert (again.id, again.change, index.store.get(id).facts.budget_vnd) == (id, "unchanged", 900)
    store(index, need(TEXT + " Gấp.", budget_vnd=200))
    record = index.store.get(id)
    assert (record.sections[0].text, record.facts.budget_vnd) == (TEXT + " Gấp.", 900)


def test_what_a_file_says_anew_is_not_overruled_by_a_correction_of_what_it_said(index: Index) -> None:
    id = store(index, need(budget_vnd=200))
    amend_value(index, id, "facts/budget_vnd", 900)
    store(index, need(budget_vnd=500))
    assert index.store.get(id).facts.budget_vnd == 500
    assert amended_values(index, id) == {}


def test_a_value_is_corrected_twice_and_taken_back(index: Index) -> None:
    id = store(index, need(months=12))
    before = index.store.get(id)
    for path, value in (
        ("title", "A b c"),
        ("facts/months", 6),
        ("sections/0", "x"),
        ("sections/0", "y"),
        ("facts/months", 9),
    ):
        amend_value(index, id, path, value)
    record = index.store.get(id)
    assert (record.title, record.facts.months, record.sections[0].text) == ("A b c", 9, "y")
    assert amended_values(index, id) == {"title": "Giảm nứt gỗ", "facts/months": "12", "sections/0": TEXT}
    for path in ("sections/0", "title", "facts/months"):
        restore_value(index, id, path)
    assert index.store.get(id) == before
    assert len(index.store.origins.versions_of(id)) == 1


def test_a_corrected_value_is_no_disagreement_any_more(index: Index) -> None:
    id = store(index, need(code="NC-2026-01", budget_vnd=200))
    assert store(index, need(code="NC-2026-01", budget_vnd=300), "/b.docx") == id
    assert [one.value for one in find_disagreements(index.store, id)] == ["facts/budget_vnd"]
    amend_value(index, id, "facts/budget_vnd", 250)
    assert find_disagreements(index.store, id) == ()
    assert index.store.get(id).facts.budget_vnd == 250


def test_a_record_goes_with_its_last_file_whatever_was_corrected(index: Index) -> None:
    id = store(index, need(months=12))
    amend_value(index, id, "facts/months", 6)
    retire_origins(index, ["/a.docx"])
    assert list(index.store.records()) == []
    assert index.store.origins.versions_of(id) == []


def test_corrections_stay_with_their_part_when_records_are_merged_and_parted(index: Index) -> None:
    first, second = store(index, need(months=12)), store(index, need(title="Việc khác hẳn", months=12), "/b.docx")
    amend_value(index, first, "facts/months", 6)
    amend_value(index, second, "title", "Việc khác")
    merged = merge_records(index, first, second)
    assert merged.facts.months == 6
    amend_value(index, first, "facts/months", 7)
    part_record(index, first)
    assert (index.store.get(first).facts.months, index.store.get(second).facts.months) == (7, 12)
    assert index.store.get(second).title == "Việc khác"


def test_a_name_that_was_corrected_stays_hidden_where_it_was_misread(index: Index) -> None:
    record = Record(
        "need",
        "enterprise",
        "Cần men gốm",
        (Section("situation", "Công ty TNHH Gốm Trăng Khuyet bị trả hàng.", "anonymous"),),
        Facts(organisation="Công ty TNHH Gốm Trăng Khuyet"),
    )
    id = store(index, record)
    amend_value(index, id, "facts/organisation", "Công ty TNHH Sao Mai")
    seen = as_seen_by(index.store.get(id), NOBODY)
    assert seen is not None
    assert "Khuyet" not in seen.sections[0].text


def test_people_codes_and_fields_are_corrected_and_taken_back(index: Index) -> None:
    people = (Person("Lưu Gia Bảo Khôi", "lead"), Person("Quách Minh Thư"))
    id = store(index, need(people=people[:1], field_codes=("205",), code="NC-2026-014"))
    amend_value(index, id, "facts/people", people)
    amend_value(index, id, "facts/field_codes", ("205", "404"))
    record = amend_value(index, id, "facts/code", "NC-2026-015")
    assert (record.facts.people, record.facts.field_codes, record.facts.code) == (people, ("205", "404"), "NC-2026-015")
    assert amended_values(index, id) == {
        "facts/people": "Lưu Gia Bảo Khôi (lead)",
        "facts/field_codes": "205",
        "facts/code": "NC-2026-014",
    }
    for path in ("facts/people", "facts/field_codes", "facts/code"):
        record = restore_value(index, id, path)
    assert (record.facts.people, record.facts.field_codes, record.facts.code) == (people[:1], ("205",), "NC-2026-014")


def test_fields_that_a_person_says_are_concluded_no_more(index: Index) -> None:
    suggested = Source("facts/field_codes", "a.docx", "f" * 64, method="suggested")
    id = store(index, replace(need(field_codes=("205",)), sources=(suggested,)))
    assert index.store.get(id).suggests_fields
    assert not amend_value(index, id, "facts/field_codes", ("404",)).suggests_fields
    assert restore_value(index, id, "facts/field_codes").suggests_fields


def test_a_file_with_the_corrected_code_tells_of_the_same_record(index: Index) -> None:
    id = store(index, need(code="NC-2026-014"))
    amend_value(index, id, "facts/code", "NC-2026-015")
    assert store(index, need(code="NC-2026-015"), "/b.docx") == id
    other = store(index, need(title="Nuôi lươn không bùn trong bể", code="NC-2026-017"), "/c.docx")
    assert other != id
    # A code of somebody else's record is a mistake of one of both, and merges nothing.
    amend_value(index, id, "facts/code", "NC-2026-017")
    assert store(index, need(title="Nuôi lươn không bùn trong bể", code="NC-2026-017"), "/d.docx") == other


def test_a_code_that_only_a_person_says_draws_nobody_of_another_name_in(index: Index) -> None:
    id = store(index, need())
    amend_value(index, id, "facts/code", "NC-2026-015")
    assert store(index, need(title="Nuôi lươn không bùn trong bể", code="NC-2026-015"), "/b.docx") != id


def test_what_was_corrected_in_the_files_sleeps_while_the_owner_speaks(index: Index) -> None:
    id = store(index, need(months=12))
    amend_value(index, id, "facts/months", 6)
    record = index.store.get(id)
    said = replace(record, facts=replace(record.facts, months=12), sources=())
    assert state_own(index, id, said, {}).facts.months == 12
    amend_value(index, id, "facts/months", 9)
    assert amended_values(index, id) == {"facts/months": "12"}
    assert state_own(index, id, replace(said, title="Giảm cong gỗ"), {}).facts.months == 12
    restored = drop_own(index, id)
    assert restored
    assert (restored.facts.months, restored.title) == (6, "Giảm nứt gỗ")
    assert amended_values(index, id) == {"facts/months": "12"}


def test_a_place_and_where_it_is_today_are_corrected_and_restored_at_once(index: Index) -> None:
    id = store(index, need(place_written="tỉnh Tây Ninh", place_today="Tây Ninh"))
    before = index.store.seq
    record = correct_value(index, index.store.get(id), "facts/place_written", "tỉnh Bình Dương", keeps_contacts=False)
    assert record.facts.place_today != "Tây Ninh"
    assert index.store.seq == before + 1
    record = take_back(index, record, "facts/place_written")
    assert (record.facts.place_written, record.facts.place_today) == ("tỉnh Tây Ninh", "Tây Ninh")
    assert index.store.seq == before + 2


def test_a_year_that_contradicts_the_other_is_refused_with_both(index: Index) -> None:
    id = store(index, need(year_from=2023, year_to=2023))

    def correct(path: str, text: str) -> Record:
        return correct_value(index, index.store.get(id), path, text, False)

    for path, text, years in (("facts/year_from", "2024", (2024, 2023)), ("facts/year_to", "2022", (2023, 2022))):
        with pytest.raises(BadInput) as refused:
            correct(path, text)
        assert (refused.value.params["first"], refused.value.params["last"]) == years
    assert correct("facts/months", "12").facts.year_from == 2023
    assert correct("facts/year_to", "2025").facts.year_to == 2025
    assert correct("facts/year_from", "2024").facts.year_from == 2024
    assert correct("facts/year_to", "").facts.year_to is None
    assert correct("facts/year_from", "2030").facts.year_from == 2030


def test_a_correction_is_not_taken_back_where_the_years_would_contradict_each_other(index: Index) -> None:
    id = store(index, need(year_from=2023, year_to=2023))

    def back(path: str) -> Record:
        return take_back(index, index.store.get(id), path)

    for path, text in (("facts/year_to", "2026"), ("facts/year_from", "2025")):
        correct_value(index, index.store.get(id), path, text, False)
    with pytest.raises(BadInput) as refused:
        back("facts/year_to")
    assert (refused.value.params["first"], refused.value.params["last"]) == (2025, 2023)
    assert index.store.get(id).facts.year_to == 2026
    assert back("facts/year_from").facts.year_from == 2023
    assert back("facts/year_to").facts.year_to == 2023


def test_a_value_that_somebody_else_corrected_meanwhile_is_not_overwritten(index: Index) -> None:
    """Only that value: another one of the same record hinders nobody, nor does the same said twice."""
    id = store(index, need(months=12, budget_vnd=200))
    wording = Wording(translator("vi"), "vi")

    def correct(path: str, text: str, seen: str = "") -> Record:
        return correct_value(index, index.store.get(id), path, text, False, seen)

    def marks() -> dict[str, str]:
        return {line.path: line.mark for line in list_values(index, index.store.get(id), wording)}

    seen = marks()
    correct("facts/months", "6", seen["facts/months"])
    for path, text in (("facts/months", "9"), ("facts/months", "")):
        with pytest.raises(ChangedMeanwhile):
            correct(path, text, seen[path])
    assert correct("facts/months", "6", seen["facts/months"]).facts.months == 6
    assert correct("facts/budget_vnd", "900 triệu", seen["facts/budget_vnd"]).facts.months == 6
    held = marks()["facts/months"]
    correct("facts/months", "24", held)
    with pytest.raises(ChangedMeanwhile):
        take_back(index, index.store.get(id), "facts/months", held)
    assert index.store.get(id).facts.months == 24
    assert take_back(index, index.store.get(id), "facts/months", marks()["facts/months"]).facts.months == 12


@pytest.mark.parametrize(("language", "mark"), [("vi", "chủ nhiệm"), ("en", "lead")])
def test_who_leads_is_marked_in_the_language_of_the_page(index: Index, language: Language, mark: str) -> None:
    id = store(index, need(people=(Person("Lưu Gia Bảo Khôi", "lead"), Person("Quách Minh Thư", "member"))))
    wording = Wording(translator(language), language)

    def line() -> ValueLine:
        return next(one for one in list_values(index, index.store.get(id), wording) if one.path == "facts/people")

    assert line().written == f"Lưu Gia Bảo Khôi ({mark})\nQuách Minh Thư"
    # As it is typed, so it is read; what the files say is marked in the same way.
    told = correct_value(index, index.store.get(id), "facts/people", f"Quách Minh Thư ({mark})", False)
    assert told.facts.people == (Person("Quách Minh Thư", "lead"),)
    assert line().said == f"Lưu Gia Bảo Khôi ({mark}); Quách Minh Thư"
