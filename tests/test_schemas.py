"""The public JSON has the shapes of the contract, and comes back as the record it was."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from api.catalogue import translator
from api.schemas import Versions
from api.shaping import show_match, show_record, show_report, show_search
from index import Hit, IngestReport, SearchResult, Stored
from ingest import Facts, Person, Place, Problem, Record, Section, Source, record_from_json
from ingest.errors import N_
from matcher.evidence import Evidence, Quote
from matcher.matching import Match
from matcher.pairing import Pairing

RECORD = Record(
    kind="scientist",
    house="science",
    title="Trần Quốc Bảo",
    sections=(
        Section("research", "Vật liệu bán dẫn"),
        Section("work", "Cảm biến khí", role="lead", year=2021),
        Section("contact", "Phòng 12", visibility="confidential"),
    ),
    facts=Facts(code="0000-0001", months=24, people=(Person("Lê Văn Đức"),)),
    sources=(Source("title", "cv.docx", "ab" * 32, Place(page=1)),),
    id="scientist-1",
)


def as_json(model: Any) -> Any:
    return json.loads(model.model_dump_json())


def test_a_record_is_shown_as_the_contract_says() -> None:
    assert as_json(show_record(RECORD)) == {
        "id": "scientist-1",
        "kind": "scientist",
        "house": "science",
        "title": "Trần Quốc Bảo",
        "sections": [
            {"name": "research", "text": "Vật liệu bán dẫn", "visibility": "public"},
            {"name": "work", "text": "Cảm biến khí", "visibility": "public", "role": "lead", "year": 2021},
            {"name": "contact", "text": "Phòng 12", "visibility": "confidential"},
        ],
        "facts": {"code": "0000-0001", "months": 24, "people": [{"name": "Lê Văn Đức", "role": "member"}]},
        "sources": [
            {
                "value": "title",
                "file": "cv.docx",
                "sha256": "ab" * 32,
                "page": 1,
                "method": "text",
                "confidence": 1.0,
            }
        ],
    }


def test_a_source_is_shown_with_everything_that_is_known_of_it() -> None:
    place = Place(page=2, sheet="DS", row=7, cell="C7")
    source = Source("sections/0", "a.xlsx", "00", place, "table", "vni", 0.98, "Uûy ban", "Nơi nhận")
    (shown,) = as_json(show_record(replace(RECORD, sources=(source,))))["sources"]
    where = {key: shown.pop(key) for key in ("page", "sheet", "row", "cell")}
    assert Source(**shown, place=Place(**where)) == source


def test_a_shown_record_can_be_handed_in_again() -> None:
    shown = as_json(show_record(RECORD))
    back = record_from_json(shown)
    assert as_json(show_record(back)) == shown | {"sources": []}


def test_a_search_is_shown_as_the_contract_says() -> None:
    hit = Hit("need-1", "need", "Sấy gỗ", 1.5, None, 0, 6, "Sấy gỗ", 1.0, 0.5)
    shown = as_json(show_search(SearchResult("say go", "hybrid", "sấy gỗ", (hit,), ("SGCS",)), Versions(model="m")))
    assert shown == {
        "query": "say go",
        "mode": "hybrid",
        "versions": {"model": "m", "segmenter": None, "rules": None, "weights": None},
        "suggestion": "sấy gỗ",
        "forms": ["SGCS"],
        "hits": [
            {
                "id": "need-1",
                "kind": "need",
                "title": "Sấy gỗ",
                "score": 1.5,
                "section": None,
                "start": 0,
                "end": 6,
                "text": "Sấy gỗ",
            }
        ],
    }


def test_a_match_is_shown_as_the_contract_says() -> None:
    asked, found = Quote(None, 0, 6, "Sấy gỗ"), Quote(0, 0, 8, "Lò sấy g")
    pairing = Pairing(
        "scientist-1", "scientist", "A", 1.0, None, "uncalibrated", {"dense": 1.0}, (Evidence(asked, found),), (asked,)
    )
    shown = as_json(show_match(Match("", "Sấy gỗ", "scientist", "lexical", "fusion-1", (pairing,)), Versions()))
    assert set(shown) == {"record", "to", "mode", "versions", "pairings"}
    assert shown["record"] == {"id": None, "title": "Sấy gỗ"}
    assert shown["versions"]["weights"] == "fusion-1"
    assert shown["pairings"] == [
        {
            "id": "scientist-1",
            "title": "A",
            "score": 1.0,
            "likelihood": None,
            "basis": "uncalibrated",
            "signals": {"dense": 1.0},
            "evidence": [
                {
                    "query": {"section": None, "start": 0, "end": 6, "text": "Sấy gỗ"},
                    "candidate": {"section": 0, "start": 0, "end": 8, "text": "Lò sấy g"},
                    "answers": True,
                }
            ],
            "missing": [{"section": None, "start": 0, "end": 6, "text": "Sấy gỗ"}],
            "lacking": [],
            "key_terms": [],
        }
    ]


def test_a_report_tells_stored_unchanged_and_refused_apart() -> None:
    problem = Problem("ds.xlsx", N_("There is no file in this folder that can be read."), {}, Place(sheet="A", row=3))
    report = IngestReport(
        (Stored("need-1", "need", "Một", "new"), Stored("need-2", "need", "Hai", "unchanged")), (problem,)
    )
    shown = as_json(show_report(report, translator("vi"), "vi"))
    assert [stored["id"] for stored in shown["stored"]] == ["need-1"]
    assert [stored["id"] for stored in shown["unchanged"]] == ["need-2"]
    assert shown["refused"] == [
        {
            "file": "ds.xlsx",
            "page": None,
            "sheet": "A",
            "row": 3,
            "cell": None,
            "reason": "Thư mục này không có tệp nào đọc được.",
        }
    ]
