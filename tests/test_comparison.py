"""Candidates side by side: two to four of one kind, by the same figures as each one's explanation."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving_with_toy_encoder, settings_for


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(tmp_path)) as client:
        client.post("/api/v1/records", json=RECORDS)
        yield client


def test_each_candidate_says_what_its_explanation_says(client: TestClient) -> None:
    both = client.get("/api/v1/records/need-1/comparison?candidate=sci-1&candidate=sci-2").json()
    assert both == [
        client.get("/api/v1/records/need-1/explanation", params={"candidate": id}).json() for id in ("sci-1", "sci-2")
    ]


def test_the_page_shows_who_is_ahead_and_what_nobody_answers(client: TestClient) -> None:
    page = client.get("/ho-so/need-1/so-sanh?voi=sci-1&voi=sci-2").text
    first, second = page.index("Đoàn Thị Minh Sương"), page.index("Lưu Gia Bảo Khôi")
    assert first < second
    assert "1 trên 2 <span" in page
    assert "cao nhất" in page
    found = client.get("/api/v1/records/need-1/comparison?candidate=sci-1&candidate=sci-2").json()
    lacking = [{one["text"] for one in each["pairing"]["missing"]} for each in found]
    assert page.count("chưa thấy") == sum(map(len, lacking)) > 0
    assert all(text in page for text in set.union(*lacking))


def test_needs_beside_each_other_say_what_each_asks_in_vain(client: TestClient) -> None:
    asked = {"name": "requirements", "text": "Cần xử lý nước ao nuôi tôm thẻ."}
    need = {"id": "need-2", "kind": "need", "title": "Nước ao tôm có mùi", "sections": [asked]}
    client.post("/api/v1/records", json=[need])
    both = client.get("/api/v1/records/sci-2/comparison?candidate=need-1&candidate=need-2").json()
    lacking = [one["pairing"]["lacking"] for one in both]
    listed = client.get("/api/v1/records/sci-2/pairings?to=need").json()["pairings"]
    assert lacking[0]
    assert lacking[1] == []
    assert lacking == [next(one["lacking"] for one in listed if one["id"] == id) for id in ("need-1", "need-2")]
    page = unescape(client.get("/ho-so/sci-2/so-sanh?voi=need-1&voi=need-2").text)
    row = page.split("Điều bên này cần mà hồ sơ ở trên chưa thấy đáp ứng", 1)[1].split("</tr>", 1)[0]
    cells = row.split("<td>")[1:]
    assert [cell.count("<li>") for cell in cells] == [len(quotes) for quotes in lacking]
    assert all(one["text"] in cells[0] and "/ho-so/need-1" in cells[0] for one in lacking[0])
    assert cells[1].startswith("–")
    assert "Yêu cầu mà có ứng viên chưa đáp ứng" not in page


@pytest.mark.parametrize("asked", ["", "voi=sci-1", "voi=sci-1&voi=sci-1", "voi=sci-1&voi=sci-2&voi=a&voi=b&voi=c"])
def test_one_candidate_or_five_are_refused_with_what_to_do(client: TestClient, asked: str) -> None:
    answer = client.get(f"/ho-so/need-1/so-sanh?{asked}")
    assert answer.status_code == 422
    assert "Xin chọn từ hai đến 4 ứng viên" in answer.text


def test_candidates_of_two_kinds_are_refused(client: TestClient) -> None:
    answer = client.get("/ho-so/need-1/so-sanh?voi=sci-1&voi=need-1")
    assert answer.status_code == 422
    assert "cùng một loại" in answer.text


def test_a_candidate_that_is_hidden_is_as_one_that_is_missing(client: TestClient) -> None:
    assert client.get("/api/v1/records/need-1/comparison?candidate=sci-1&candidate=nobody").status_code == 404


def test_the_list_offers_the_comparison(client: TestClient) -> None:
    page = client.get("/ho-so/need-1/ghep?to=scientist").text
    assert 'action="/ho-so/need-1/so-sanh"' in page
    assert page.count('name="voi"') == 2
