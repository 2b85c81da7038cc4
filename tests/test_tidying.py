"""Duplicates are shown with reasons, merged and parted by an officer: command line, HTTP and page alike."""

from __future__ import annotations

import json
import re
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


def test_two_of_one_name_are_told_apart_by_what_they_are_and_their_files(client: TestClient) -> None:
    header = "Họ và tên;Đơn vị công tác;Hướng nghiên cứu"
    for year, fish in ((2021, "lươn"), (2024, "cá")):
        content = f"{header}\nQuách Minh Thư;Viện Cá;Nuôi {fish} không bùn\n".encode()
        assert client.post("/api/v1/files", files=[("files", (f"Danh sách {year}.csv", content))]).is_success
    page = client.get("/ho-so-trung").text
    captions = {re.sub(r"(<[^>]*>)+", "|", one) for one in re.findall(r"<figcaption>(.*?)</figcaption>", page)}
    for year in (2021, 2024):
        assert [one for one in captions if one.startswith(f"|Viện Cá|Danh sách {year}.csv|scientist-")]


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


def test_records_of_two_owners_are_not_merged_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")
    path = tmp_path / "people.jsonl"
    hidden = {"name": "other", "text": "Điều riêng.", "visibility": "confidential"}
    houses = {"sci-1": "Trường Đại học Thủ Dầu Một", "sci-2": "Viện Gỗ", "sci-3": "TDMU"}
    path.write_text(
        "\n".join(
            json.dumps({**TWIN, "id": id, "facts": {"organisation": house}, "sections": [*TWIN["sections"], hidden]})
            for id, house in houses.items()
        )
    )

    def run(*args: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, [str(arg) for arg in args], prog_name="banha")
        return result.exit_code, " ".join(result.output.split())

    run("ingest", path)
    told = run("duplicates")[1]
    assert "banha merge sci-1 sci-3" in told
    assert "banha merge sci-1 sci-2" not in told
    assert "banha distinguish sci-1 sci-2" in told
    code, said = run("merge", "sci-1", "sci-2")
    assert code == 2
    assert "hai chủ khác nhau" in said
    assert run("merge", "sci-1", "sci-3")[0] == 0


def test_a_path_of_which_nothing_is_stored_is_named_and_the_others_are_retired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")
    stored, unknown = tmp_path / "people.jsonl", tmp_path / "people.json"
    stored.write_text(json.dumps(TWIN), "utf-8")

    def run(*args: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, [str(arg) for arg in args], prog_name="banha")
        return result.exit_code, result.output

    run("ingest", stored)
    code, said = run("retire", unknown, stored)
    assert code == 4
    assert said.splitlines() == ["Đã xóa: sci-9", f"Không có nội dung nào đã lưu lấy từ {unknown}."]
    assert run("retire", stored) == (4, f"Không có nội dung nào đã lưu lấy từ {stored}.\n")


def pairs(client: TestClient, path: str = "duplicates") -> list[set[str]]:
    return [{one["first"]["id"], one["second"]["id"]} for one in client.get(f"/api/v1/{path}").json()[path]]


def test_a_pair_that_a_person_said_is_two_things_is_not_proposed_again(client: TestClient) -> None:
    told = client.post("/api/v1/distinctions", json={"first": "sci-9", "second": "sci-1"})
    assert told.status_code == 201
    assert pairs(client) == []
    assert pairs(client, "distinctions") == [{"sci-1", "sci-9"}]
    client.delete("/api/v1/records/sci-9")
    assert pairs(client, "distinctions") == []
    client.post("/api/v1/records", json=[TWIN])
    assert pairs(client) == []
    assert client.delete("/api/v1/distinctions?first=sci-1&second=sci-9").status_code == 204
    assert pairs(client) == [{"sci-1", "sci-9"}]
    assert client.delete("/api/v1/distinctions?first=sci-1&second=sci-9").status_code == 422


def test_what_was_said_of_a_record_holds_for_what_it_is_merged_into(client: TestClient) -> None:
    third = {**TWIN, "id": "sci-5", "title": "Đoàn T. M. Sương"}
    client.post("/api/v1/records", json=[third])
    assert len(pairs(client)) == 3
    client.post("/api/v1/distinctions", json={"first": "sci-1", "second": "sci-9"})
    assert len(pairs(client)) == 2
    client.post("/api/v1/merges", json={"into": "sci-5", "other": "sci-9"})
    assert pairs(client) == []
    client.delete("/api/v1/merges/sci-5")
    assert len(pairs(client)) == 2


@pytest.mark.parametrize(("other", "status"), [("sci-1", 422), ("sci-none", 404)])
def test_what_cannot_be_told_apart_is_told(client: TestClient, other: str, status: int) -> None:
    assert client.post("/api/v1/distinctions", json={"first": "sci-1", "second": other}).status_code == status


def test_the_page_tells_apart_and_takes_it_back_by_ordinary_forms(client: TestClient) -> None:
    pair, headers = {"first": "sci-1", "second": "sci-9"}, {"Origin": LOCAL}
    assert "Không phải trùng" in client.get("/ho-so-trung").text
    done = client.post("/ho-so-trung/khac", data=pair, headers=headers).text
    assert "Hai hồ sơ này khác nhau" in done
    assert "Không thấy hồ sơ nào có vẻ trùng" in done
    assert "Đã được nói là khác nhau (1)" in done
    undone = client.post("/ho-so-trung/khac/bo", data=pair, headers=headers).text
    assert "Không phải trùng" in undone
    assert "Đã được nói là khác nhau" not in undone


def test_strangers_tell_nothing_apart(tmp_path: Path) -> None:
    with serving_with_toy_encoder(settings_for(tmp_path, "nobody")) as client:
        assert client.get("/api/v1/distinctions").status_code == 403
        for path in ("/api/v1/distinctions", "/ho-so-trung/khac", "/ho-so-trung/khac/bo"):
            given = {"first": "sci-1", "second": "sci-9"}
            assert client.post(path, data=given, headers={"Origin": LOCAL}).status_code == 403
        assert client.delete("/api/v1/distinctions?first=sci-1&second=sci-9").status_code == 403


def test_files_read_again_stay_told_apart_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for path, title in zip(paths, ("Đoàn Thị Minh Sương", "Doan Thi Minh Suong"), strict=True):
        path.write_text(json.dumps({key: value for key, value in {**TWIN, "title": title}.items() if key != "id"}))

    def run(*args: object) -> str:
        result = CliRunner().invoke(app, [str(arg) for arg in args], prog_name="banha")
        assert result.exit_code == 0, result.output
        return result.output

    run("ingest", *paths)
    (found,) = json.loads(run("duplicates", "--json").split("\n", 1)[0])["duplicates"]
    ids = (found["first"]["id"], found["second"]["id"])
    assert f"banha distinguish {ids[0]} {ids[1]}" in run("duplicates")
    assert "khác nhau" in run("distinguish", *ids)
    run("retire", paths[1])
    run("ingest", *paths)
    assert json.loads(run("duplicates", "--json").split("\n", 1)[0]) == {"duplicates": []}
    (told,) = json.loads(run("duplicates", "--apart", "--json").split("\n", 1)[0])["distinctions"]
    assert (told["first"]["id"], told["second"]["id"]) == ids
    assert f"banha distinguish {ids[0]} {ids[1]} --undo" in run("duplicates", "--apart")
    assert "Đã bỏ" in run("distinguish", *reversed(ids), "--undo")
    assert "Chưa ai nói" in run("duplicates", "--apart")
    assert len(json.loads(run("duplicates", "--json").split("\n", 1)[0])["duplicates"]) == 1
