"""Facets: results are narrowed by what records state, and the counts are those of the results."""

from __future__ import annotations

from pathlib import Path

import pytest
from http_case import serving_with_toy_encoder, settings_for
from toy_encoder import ToyEncoder

from index import Index, Narrowing, store_records
from ingest import NOBODY, OFFICER, Facts, Record, Section

WATER = "xử lý nước thải dệt nhuộm"
STATED = {
    "need-a": Facts(field_codes=("20701",), place_today="Đồng Nai", year_from=2024, year_to=2026, trl=4),
    "need-b": Facts(field_codes=("207", "104"), place_today="Đồng Nai; Tây Ninh", year_from=2025, trl=6),
    "need-c": Facts(field_codes=("4",), place_today="Tây Ninh", year_to=2024),
    "need-d": Facts(),
}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path, ToyEncoder())
    records = [
        Record("need", "enterprise", f"{WATER} {id}", (Section("situation", WATER),), facts, id=id)
        for id, facts in STATED.items()
    ]
    hidden = Section("situation", WATER, "confidential")
    records.append(Record("need", "enterprise", WATER, (hidden,), Facts(field_codes=("3",), trl=9), id="need-secret"))
    store_records(index, [(record, "test") for record in records])
    return index


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        (Narrowing(), {"need-a", "need-b", "need-c", "need-d"}),
        (Narrowing(field="2"), {"need-a", "need-b"}),
        (Narrowing(field="207"), {"need-a", "need-b"}),
        (Narrowing(field="20701"), {"need-a"}),
        (Narrowing(place="Tây Ninh"), {"need-b", "need-c"}),
        (Narrowing(year=2025), {"need-a", "need-b"}),
        (Narrowing(year=2024), {"need-a", "need-c"}),
        (Narrowing(trl=5), {"need-b"}),
        (Narrowing(field="2", place="Tây Ninh", year=2025, trl=6), {"need-b"}),
        (Narrowing(place="Huế"), set()),
    ],
)
def test_only_records_that_state_it_are_found(index: Index, narrowing: Narrowing, found: set[str]) -> None:
    assert {hit.id for hit in index.search(WATER, NOBODY, narrowing=narrowing).hits} == found


def test_narrowing_moves_no_score(index: Index) -> None:
    every = {hit.id: hit.score for hit in index.search(WATER, NOBODY).hits}
    assert {hit.id: hit.score for hit in index.search(WATER, NOBODY, narrowing=Narrowing(field="2")).hits} == {
        id: every[id] for id in ("need-a", "need-b")
    }


@pytest.mark.parametrize("narrowing", [Narrowing(), Narrowing(place="Tây Ninh"), Narrowing(field="2", year=2025)])
def test_a_choice_finds_as_many_as_its_count(index: Index, narrowing: Narrowing) -> None:
    facets = index.search(WATER, NOBODY, narrowing=narrowing, counts_facets=True).facets
    assert facets is not None
    counts = {"field": facets.fields, "place": facets.places, "year": facets.years, "trl": facets.trls}
    own = {"field": narrowing.field, "place": narrowing.place, "year": narrowing.year, "trl": narrowing.trl}
    for aspect, counted in counts.items():
        assert counted
        for choice, count in counted:
            chosen = Narrowing(**(own | {aspect: choice}))
            assert len(index.search(WATER, NOBODY, narrowing=chosen).hits) == count, (aspect, choice)


def test_what_is_hidden_is_not_counted(index: Index) -> None:
    seen = index.search(WATER, NOBODY, counts_facets=True).facets
    officers = index.search(WATER, OFFICER, counts_facets=True).facets
    assert seen is not None
    assert officers is not None
    assert ("3", 1) in officers.fields
    assert "3" not in dict(seen.fields)
    assert 9 not in dict(seen.trls)


def test_pages_and_interface_narrow_alike(tmp_path: Path) -> None:
    with serving_with_toy_encoder(settings_for(tmp_path)) as client:
        client.post(
            "/api/v1/records",
            json=[
                {
                    "kind": "need",
                    "title": f"{WATER} {number}",
                    "sections": [{"name": "situation", "text": WATER}],
                    "facts": {"field_codes": [code], "year_from": year},
                }
                for number, (code, year) in enumerate([("20701", 2025), ("20701", 2024), ("4", 2025)])
            ],
        )
        page = client.get("/tim-kiem", params={"q": WATER}).text
        assert "linh_vuc=2" in page
        narrowed = client.get("/tim-kiem", params={"q": WATER, "linh_vuc": "2", "nam": "2025"}).text
        assert f"{WATER} 0".replace(" ", "") in "".join(narrowed.split()).replace("<mark>", "").replace("</mark>", "")
        asked = {"query": WATER, "field": "2", "year": 2025, "facets": True}
        by_address = client.get("/api/v1/search", params=asked).json()
        assert [hit["title"] for hit in by_address["hits"]] == [f"{WATER} 0"]
        assert by_address == client.post("/api/v1/search", json=asked).json()
        assert by_address["facets"]["fields"] == [["2", 1], ["207", 1], ["20701", 1], ["4", 1]]
        assert client.get("/api/v1/search", params=asked | {"field": "x"}).status_code == 422
        empty = client.get("/tim-kiem", params={"q": WATER, "noi": "Huế"})
        assert "Hiện mọi kết quả" in empty.text
