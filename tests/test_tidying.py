"""Duplicates are shown with reasons, merged and parted by an officer: command line, HTTP and page alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import LOCAL, RECORDS, serving_with_toy_encoder, settings_for
from typer.testing import CliRunner

from api.cli import app

TWIN: dict[str, Any] = {
    "id": "sci-9",
    "kind": "scientist",
    "title": "Doan Thi Minh Suong",
    "sections": [{"name": "work", "text": "Tối ưu chế độ sấy gỗ cao su dày 50 mm. Tạp chí Lâm nghiệp."}],
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(tmp_path)) as client:
        assert client.post("/api/v1/records", json=[*RECORDS, TWIN]).status_code == 201
        yield client


def test_a_duplicate_is_found_merged_and_parted_over_http(client: TestClient) -> None:
    (found,) = client.get("/api/v1/duplicates").json()["duplicates"]
    assert {found["first"]["id"], found["second"]["id"]} == {"sci-1", "sci-9"}
    assert any("công trình" in reason for reason in found["reasons"])
    merged = client.post("/api/v1/merges", json={"into": "sci-1", "other": "sci-9"})
    assert merged.status_code == 201
    assert len(merged.json()["sections"]) == 4
    assert client.get("/api/v1/records/sci-9").status_code == 404
    assert client.get("/api/v1/duplicates").json() == {"duplicates": []}
    assert [record["id"] for record in client.delete("/api/v1/merges/sci-1").json()] == ["sci-1", "sci-9"]
    assert client.get("/api/v1/records/sci-9").status_code == 200


@pytest.mark.parametrize(("other", "status"), [("need-1", 422), ("sci-1", 422), ("sci-none", 404)])
def test_what_cannot_be_merged_is_told(client: TestClient, other: str, status: int) -> None:
    answer = client.post("/api/v1/merges", json={"into": "sci-1", "other": other})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_page_merges_and_undoes_by_ordinary_forms(client: TestClient) -> None:
    page = client.get("/ho-so-trung").text
    assert "Doan Thi Minh Suong" in page
    assert "Ghép, giữ hồ sơ này" in page
    done = client.post("/ho-so-trung", data={"into": "sci-1", "other": "sci-9"}, headers={"Origin": LOCAL})
    assert "Đã ghép vào sci-1" in done.text
    assert "Không thấy hồ sơ nào có vẻ trùng" in done.text
    undone = client.post("/ho-so-trung/tach", data={"id": "sci-1"}, headers={"Origin": LOCAL})
    assert "Doan Thi Minh Suong" in undone.text


def test_strangers_see_no_duplicates(tmp_path: Path) -> None:
    with serving_with_toy_encoder(settings_for(tmp_path, "nobody")) as client:
        assert client.get("/api/v1/duplicates").status_code == 403
        assert "Đoàn Thị" not in client.get("/ho-so-trung").text


def test_the_same_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")
    path = tmp_path / "people.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in [*RECORDS, TWIN]), "utf-8")

    def run(*args: object) -> str:
        result = CliRunner().invoke(app, [str(arg) for arg in args], prog_name="banha")
        assert result.exit_code == 0, result.output
        return result.output

    run("ingest", path)
    (found,) = json.loads(run("duplicates", "--json").split("\n", 1)[0])["duplicates"]
    assert {found["first"]["id"], found["second"]["id"]} == {"sci-1", "sci-9"}
    assert "banha merge sci-1 sci-9" in run("duplicates")
    assert "sci-9 đã ghép vào sci-1" in run("merge", "sci-1", "sci-9")
    assert "Không thấy hồ sơ nào có vẻ trùng" in run("duplicates")
    assert "sci-9 lại là hồ sơ riêng" in run("part", "sci-1")
    path.unlink()
    assert "Đã xóa: sci-9" in run("retire", path)
    assert json.loads(run("list", "--json")) == []
