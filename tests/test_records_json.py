"""Records as JSON objects of the public contract."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document, Entry
from ingest.extraction import extract_records
from ingest.records import HOUSES, KINDS, VISIBILITIES, Facts, Person, PersonRole, Place, Record, Section
from ingest.records_json import RecordRefused, record_from_json, record_to_json

FULL: dict[str, Any] = {
    "id": "p1",
    "kind": "proposal",
    "house": "state",
    "title": "Sấy gỗ",
    "sections": [
        {"name": "objectives", "text": "Giảm nứt"},
        {"name": "work", "text": "Bài báo", "visibility": "anonymous", "role": "lead", "year": 2021},
    ],
    "facts": {
        "code": "ĐT-1",
        "field_codes": ["2"],
        "year_from": 2026,
        "budget_vnd": 10,
        "people": [{"name": "Nguyễn Văn A", "role": "lead"}],
    },
}

_short = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() == text)
_records = st.builds(
    Record,
    kind=st.sampled_from(KINDS),
    house=st.sampled_from(HOUSES),
    title=_short,
    sections=st.lists(
        st.builds(
            Section,
            name=_short,
            text=st.text(max_size=20),
            visibility=st.sampled_from(VISIBILITIES),
            role=st.none() | st.sampled_from(get_args(PersonRole)),
            year=st.none() | st.integers(1900, 2100),
        ),
        max_size=3,
    ).map(tuple),
    facts=st.builds(
        Facts,
        code=st.none() | _short,
        field_codes=st.lists(_short, max_size=2).map(tuple),
        organisation=st.none() | _short,
        months=st.none() | st.integers(0, 100),
        people=st.lists(st.builds(Person, name=_short), max_size=2).map(tuple),
    ),
    id=_short,
)


@given(_records)
def test_writing_and_reading_gives_the_same_record(record: Record) -> None:
    assert record_from_json(json.loads(json.dumps(record_to_json(record)))) == record


def test_the_object_is_the_contract_and_nothing_more() -> None:
    assert record_to_json(record_from_json(FULL)) == FULL


def test_a_missing_house_is_the_usual_one_of_the_kind() -> None:
    assert record_from_json({"kind": "need", "title": "x"}).house == "enterprise"
    assert record_from_json({"kind": "scientist", "title": "x", "house": None}).house == "science"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"kind": "proposals"}, "kind"),
        ({"kind": None}, "kind"),
        ({"house": "farm"}, "house"),
        ({"title": ""}, "title"),
        ({"title": 5}, "title"),
        ({"colour": "red"}, "colour"),
        ({"sections": {}}, "sections"),
        ({"sections": [{"name": "x"}]}, "sections/0/text"),
        ({"sections": [{"name": "x", "text": "y", "visibility": "secret"}]}, "sections/0/visibility"),
        ({"sections": [{"name": "x", "text": "y", "size": 1}]}, "sections/0/size"),
        ({"sections": [{"name": "x", "text": "y", "role": "boss"}]}, "sections/0/role"),
        ({"sections": ["x"]}, "sections/0"),
        ({"facts": {"budget": 3}}, "facts/budget"),
        ({"facts": {"budget_vnd": "3"}}, "facts/budget_vnd"),
        ({"facts": {"trl": 10}}, "facts/trl"),
        ({"facts": {"months": True}}, "facts/months"),
        ({"facts": {"months": float("nan")}}, "facts/months"),
        ({"facts": {"budget_vnd": float("inf")}}, "facts/budget_vnd"),
        ({"facts": {"months": float("-inf")}}, "facts/months"),
        ({"facts": {"months": 1.5}}, "facts/months"),
        ({"facts": {"budget_vnd": 10**400}}, "facts/budget_vnd"),
        ({"facts": {"budget_vnd": 1e300}}, "facts/budget_vnd"),
        ({"sections": [{"name": "x", "text": "y", "year": -(10**400)}]}, "sections/0/year"),
        ({"facts": {"people": [{"role": "lead"}]}}, "facts/people/0/name"),
        ({"facts": {"field_codes": [2]}}, "facts/field_codes/0"),
    ],
)
def test_what_is_outside_the_contract_is_refused_with_row_and_key(change: dict[str, Any], key: str) -> None:
    with pytest.raises(RecordRefused) as refusal:
        record_from_json({**FULL, **change}, file="a.jsonl", place=Place(row=7))
    assert refusal.value.problem.params["key"] == key
    assert refusal.value.problem.params["row"] == 7
    assert key in str(refusal.value.problem)


def test_one_bad_object_does_not_stop_the_others() -> None:
    entries = ({**FULL, "title": "A"}, {**FULL, "kind": "x"}, {**FULL, "id": "b", "title": "B"})
    blocks = tuple(Entry(value, Place(row=at)) for at, value in enumerate(entries, 1))
    reading = extract_records(Document("a.jsonl", "0" * 64, "jsonl", blocks))
    assert [record.title for record in reading.records] == ["A", "B"]
    assert [problem.place.row for problem in reading.problems] == [2]


def test_entries_carry_sources_and_are_masked() -> None:
    value = {"kind": "need", "title": "Lò", "sections": [{"name": "situation", "text": "Gọi 0912 345 678, a@b.vn"}]}
    record = extract_records(Document("a.json", "0" * 64, "json", (Entry(value, Place(row=1)),))).records[0]
    assert "0912" not in repr(record)
    assert "a@b.vn" not in repr(record)
    assert [source.value for source in record.sources] == ["title", "sections/0"]
    assert all(source.method == "json" and source.place.row == 1 for source in record.sources)


def test_names_of_sections_and_codes_of_fields_are_masked_too() -> None:
    sections = [{"name": "Gọi 0912 345 678", "text": "Lò"}]
    value = {"kind": "need", "title": "Lò", "sections": sections, "facts": {"field_codes": ["a@b.vn", "20105"]}}
    record = extract_records(Document("a.json", "0" * 64, "json", (Entry(value, Place(row=1)),))).records[0]
    assert record.sections[0].name == "Gọi •••"
    assert record.facts.field_codes == ("•••", "20105")


@pytest.mark.parametrize(
    "change",
    [
        *(
            {"id": id}
            for id in (
                "a/ghep",
                "ghep",
                "a/pairings",
                "pairings.xlsx",
                ".",
                "a/..",
                "../a",
                "a//b",
                "a/",
                "/a",
                "a%2Fb",
            )
        ),
        {"id": "a" * 201},
        {"id": "a\nb"},
        {"title": "a" * 2_001},
        {"sections": [{"name": "text", "text": "a" * 2_000_001}]},
        {"sections": [{"name": "work", "text": "a"}] * 10_001},
    ],
    ids=lambda change: repr(change)[:30],
)
def test_what_could_not_be_opened_or_held_is_refused_with_its_row(change: dict[str, Any]) -> None:
    entry = Entry({**FULL, **change}, Place(row=7))
    reading = extract_records(Document("a.json", "0" * 64, "json", (entry,)))
    assert reading.records == ()
    assert reading.problems[0].place.row == 7
    assert "7" in str(reading.problems[0])


def test_a_forced_kind_refuses_records_of_another() -> None:
    reading = extract_records(Document("a.json", "0" * 64, "json", (Entry(FULL, Place(row=1)),)), kind="need")
    assert not reading.records
    assert reading.problems[0].params["found"] == "proposal"
