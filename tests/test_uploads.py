"""What is sent over HTTP: the same again is known, a correction replaces, and different records never meet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import serving_with_toy_encoder, settings_for

from api.uploads import clean_name
from ingest import Sandbox

HELP = "Mỗi mẻ sấy hỏng một phần mười số thanh gỗ cao su, cần chế độ sấy cho gỗ dày năm mươi mi-li-mét."
OTHER = "Nước ao nuôi tôm thẻ bị đục sau mưa lớn; muốn biết lúc nào phải xử lý và bằng chế phẩm gì."


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(tmp_path, max_upload_mb=1)) as client:
        yield client


def need(text: str, organisation: str | None = None, **more: Any) -> dict[str, Any]:
    facts = {"organisation": organisation} if organisation else {}
    return {
        "kind": "need",
        "title": "Cần tư vấn",
        "sections": [{"name": "situation", "text": text}],
        "facts": facts,
        **more,
    }


def post(client: TestClient, records: Any) -> list[str]:
    report = client.post("/api/v1/records", json=records).json()
    return [one["change"] for one in report["stored"] + report["unchanged"]]


def send(client: TestClient, *records: dict[str, Any], name: str = "phieu.json") -> list[str]:
    files = {"files": (name, json.dumps(list(records)).encode())}
    report = client.post("/api/v1/files", files=files).json()
    return [one["change"] for one in report["stored"] + report["unchanged"]]


def texts(client: TestClient) -> list[str]:
    return sorted(record["sections"][0]["text"] for record in client.get("/api/v1/records").json()["records"])


def test_posted_records_of_one_title_never_overwrite_each_other(empty: TestClient) -> None:
    assert post(empty, need(HELP)) == ["new"]
    assert post(empty, need(OTHER)) == ["new"]
    assert post(empty, need(HELP)) == ["unchanged"]
    assert post(empty, [need(HELP), need(OTHER)]) == ["unchanged", "unchanged"]
    assert texts(empty) == [HELP, OTHER]


def test_posted_records_that_differ_in_a_fact_only_are_two(empty: TestClient) -> None:
    assert post(empty, [need(HELP, "Hợp tác xã Suối Mơ"), need(HELP, "Hợp tác xã Đồi Gió")]) == ["new", "new"]


@pytest.mark.parametrize("key", [{"id": "need-7"}, {"facts": {"code": "NC-2025-07"}}])
def test_a_posted_record_with_a_key_is_corrected_by_posting_it_again(empty: TestClient, key: dict[str, Any]) -> None:
    assert post(empty, need(HELP, **key)) == ["new"]
    assert post(empty, need(OTHER, **key)) == ["changed"]
    assert texts(empty) == [OTHER]


def test_the_code_of_another_organisation_takes_nothing_away(empty: TestClient) -> None:
    first = need(HELP, facts={"code": "NC-2025-07", "organisation": "Hợp tác xã Suối Mơ"})
    second = need(OTHER, facts={"code": "NC-2025-07", "organisation": "Hợp tác xã Đồi Gió"})
    for record in (first, second, first, second):
        post(empty, record)
        send(empty, record)
    assert texts(empty) == [HELP]


def test_another_task_under_a_taken_code_is_another_record(empty: TestClient) -> None:
    task = {"kind": "proposal", "facts": {"code": "ĐT.2025-017"}}
    first = need(HELP) | task | {"title": "Chế độ sấy gỗ cao su"}
    second = need(OTHER) | task | {"title": "Nước ao nuôi tôm thẻ"}
    for give in (post, send):
        for record in (first, second, first, second):
            give(empty, record)
        assert texts(empty) == [HELP, OTHER]
    corrected = first | {"sections": [{"name": "situation", "text": HELP + " Gấp."}]}
    assert post(empty, corrected) == ["changed"]
    assert texts(empty) == [HELP + " Gấp.", OTHER]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (need(HELP, "Hợp tác xã Suối Mơ"), need(OTHER, "Hợp tác xã Đồi Gió")),
        (need(HELP, "Hợp tác xã Suối Mơ"), need(HELP + " Gấp.", "Hợp tác xã Đồi Gió")),
        (need(HELP), need(OTHER)),
        (need(HELP), need(OTHER, "Hợp tác xã Đồi Gió")),
        (need(HELP, "Hợp tác xã Suối Mơ"), need(OTHER)),
        (need(HELP, "Hợp tác xã Suối Mơ"), need(OTHER, "HTX Suối Mơ")),
        (
            need(HELP, facts={"people": [{"name": "Lưu Gia Khôi", "role": "lead"}]}),
            need(HELP + " Gấp.", facts={"people": [{"name": "Đoàn Thị Sương", "role": "lead"}]}),
        ),
    ],
)
def test_files_of_one_name_that_say_different_things_are_two_records(
    empty: TestClient, first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert send(empty, first) == ["new"]
    assert send(empty, second) == ["new"]
    assert send(empty, first) == send(empty, second) == ["unchanged"]
    assert len(texts(empty)) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (need(HELP, "Hợp tác xã Suối Mơ"), need(HELP + " Gấp.", "HTX Suối Mơ")),
        (need(HELP), need(HELP.replace("mười", "năm"))),
        (need(HELP), need(HELP, "Hợp tác xã Suối Mơ")),
        (need("", "Hợp tác xã Suối Mơ"), need(HELP, "Hợp tác xã Suối Mơ")),
    ],
)
def test_a_corrected_file_of_one_name_replaces_what_it_said(
    empty: TestClient, first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert send(empty, first) == ["new"]
    assert send(empty, second) == ["changed"]
    assert send(empty, second) == ["unchanged"]
    assert len(texts(empty)) == 1


def test_equal_rows_of_one_file_keep_their_records_when_it_comes_again(empty: TestClient) -> None:
    rows = [need(HELP), need(HELP), need(HELP + " Gấp."), need(OTHER)]
    assert send(empty, *rows) == ["new"] * 4
    assert send(empty, *rows) == send(empty, *reversed(rows)) == ["unchanged"] * 4


def test_the_same_bytes_under_another_name_are_no_other_records(empty: TestClient) -> None:
    rows = [need(HELP), need(HELP), need(OTHER, "Hợp tác xã Suối Mơ")]
    assert send(empty, *rows, name="phieu.json") == ["new"] * 3
    assert send(empty, *rows, name="phieu (1).json") == ["unchanged"] * 3
    assert len(texts(empty)) == 3
    assert send(empty, need(HELP + " Gấp."), name="phieu (1).json") == ["new"]


def test_a_record_that_stays_is_known_when_the_other_of_its_name_is_removed(empty: TestClient) -> None:
    first, second = need(HELP), need(OTHER)
    send(empty, first)
    send(empty, second)
    (id,) = [r["id"] for r in empty.get("/api/v1/records").json()["records"] if r["sections"][0]["text"] == HELP]
    assert empty.delete(f"/api/v1/records/{id}").status_code == 204
    assert send(empty, second) == ["unchanged"]


def test_a_long_name_is_cut_by_bytes_and_keeps_its_suffix(empty: TestClient) -> None:
    name = "Thuyết minh nhiệm vụ " + "ế" * 110 + ".txt"
    assert len(clean_name(name).encode()) <= 255
    assert clean_name(name).endswith(".txt")
    files = [("files", (name, "Ghi chú về lò gốm.".encode())), ("files", ("b.txt", "Ghi chú về lò nung.".encode()))]
    assert len(empty.post("/api/v1/files", files=files).json()["stored"]) == 2


def test_a_file_at_which_the_program_fails_leaves_the_others_stored(
    empty: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Sandbox.read_records

    def fail(sandbox: Sandbox, path: Path, *args: Any, **options: Any) -> Any:
        if path.name == "b.txt":
            raise OSError(36, "File name too long")
        return read(sandbox, path, *args, **options)

    monkeypatch.setattr(Sandbox, "read_records", fail)
    files = [("files", (f"{name}.txt", f"Ghi chú {name} về lò gốm.".encode())) for name in "abc"]
    report = empty.post("/api/v1/files", files=files).json()
    assert len(report["stored"]) == 2
    assert [one["file"] for one in report["refused"]] == ["b.txt"]
