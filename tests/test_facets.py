"""Facets: results are narrowed by what records state, and the counts are those of the results."""

from __future__ import annotations

import re
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


def test_a_place_that_no_list_knows_is_a_choice_as_it_is_written(tmp_path: Path) -> None:
    index = Index(tmp_path, ToyEncoder())
    water = Section("situation", WATER)
    written = {
        "need-1": (Facts(place_written="thị xã An Hòa, tỉnh Sông Trà"), (water,)),
        "need-2": (Facts(place_written="Tỉnh  Sông Trà"), (water,)),
        "need-3": (Facts(), (water, Section("other", "Ghi chú.\nĐịa bàn: huyện Lâm Sơn, tỉnh Sông Trà."))),
        "need-4": (Facts(place_written="Biên Hòa, tỉnh Sông Trà", place_today="Đồng Nai"), (water,)),
        "need-5": (Facts(place_written=f"nơi {WATER} " * 4), (water,)),
        # Of whom a site may tell.
        "need-6": (Facts(place_written="tỉnh Sông Trà"), (Section("situation", WATER, "anonymous"),)),
    }
    records = [
        Record("need", "enterprise", f"{WATER} {id}", sections, facts, id=id)
        for id, (facts, sections) in written.items()
    ]
    store_records(index, [(record, "test") for record in records])
    for viewer, found in ((NOBODY, {"need-1", "need-2", "need-3"}), (OFFICER, {f"need-{n}" for n in (1, 2, 3, 6)})):
        facets = index.search(WATER, viewer, counts_facets=True).facets
        assert facets
        assert dict(facets.places) == {"tỉnh Sông Trà": len(found), "Đồng Nai": 1}
        narrowed = index.search(WATER, viewer, narrowing=Narrowing(place="tỉnh Sông Trà"))
        assert {hit.id for hit in narrowed.hits} == found


def test_every_year_and_the_only_place_can_be_chosen(tmp_path: Path) -> None:
    with serving_with_toy_encoder(settings_for(tmp_path)) as client:
        years = range(2008, 2027)
        records = [
            {
                **{"kind": "need", "title": f"{WATER} {year}", "sections": [{"name": "situation", "text": WATER}]},
                "facts": {"year_from": year, "place_written": "tỉnh Sông Trà"},
            }
            for year in years
        ]
        assert client.post("/api/v1/records", json=records).status_code == 201
        page = client.get("/tim-kiem", params={"q": WATER, "loai": "need"}).text
        assert "tỉnh Sông Trà <small>19</small>" in page
        for year in years:
            assert f"nam={year}" in page or f'<option value="{year}">{year} (1)</option>' in page
        narrowed = client.get("/tim-kiem", params={"q": WATER, "loai": "need", "noi": "tỉnh Sông Trà", "nam": 2009})
        assert len(re.findall(r'class="card hit"', narrowed.text)) == 1


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
