"""Lists asked for from the side that offers: what the other side asks and is not shown, on pages and in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving_with_toy_encoder, settings_for
from openpyxl import load_workbook


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(tmp_path)) as client:
        client.post("/api/v1/records", json=RECORDS)
        yield client


def lacking(client: TestClient) -> list[dict[str, object]]:
    pairings = client.get("/api/v1/records/sci-2/pairings?to=need").json()["pairings"]
    found = next(one for one in pairings if one["id"] == "need-1")
    assert found["missing"] == []
    return list(found["lacking"])


def test_a_person_lacks_what_the_need_misses_with_them(client: TestClient) -> None:
    there = client.get("/api/v1/records/need-1/pairings?to=scientist").json()["pairings"]
    missing = next(one["missing"] for one in there if one["id"] == "sci-2")
    assert lacking(client) == missing != []


@pytest.mark.parametrize("page", ["/ho-so/sci-2/ghep?to=need", "/ho-so/sci-2/giai-thich?voi=need-1"])
def test_pages_quote_what_is_lacking_from_the_need(client: TestClient, page: str) -> None:
    shown = unescape(client.get(page).text)
    quotes = lacking(client)
    assert f"Bên này cần {len(quotes)} điều mà hồ sơ ở trên chưa thấy đáp ứng" in shown
    for one in quotes:
        assert str(one["text"]) in shown


def test_quotes_of_the_need_are_what_is_asked_for(client: TestClient) -> None:
    shown = unescape(client.get("/ho-so/sci-2/ghep?to=need").text)
    asked = [part.split("<", 1)[0] for part in shown.split("Điều cần: ")[1:]]
    assert asked
    assert "Công trình" not in " ".join(asked)
    assert "Ứng viên: " not in shown


def test_a_spreadsheet_has_the_words_of_the_need_as_what_is_asked(client: TestClient) -> None:
    sheet = load_workbook(BytesIO(client.get("/api/v1/records/sci-2/pairings.xlsx?to=need").content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    header = next(row for row in rows if row[0] == "Hạng")
    assert header[-2:] == ["Điều hồ sơ này có", "Chưa thấy trong hồ sơ này"]
    row = next(row for row in rows if row[2] == "need-1")
    assert all(str(one["text"]) in str(row[-1]) for one in lacking(client))
