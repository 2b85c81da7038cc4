"""What a label means is said by an officer: command line, HTTP and page alike."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import LOCAL, serving_with_toy_encoder, settings_for
from typer.testing import CliRunner

from api.cli import app

FORM = """PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ
Tên doanh nghiệp: Công ty Gỗ Minh Long
Tên vấn đề cần giải quyết: Giảm nứt gỗ khi sấy
Địa chỉ: Thủ Dầu Một
Điều lạ: một điều <lạ>
Mong đợi từ nhà khoa học: quy trình sấy tự động
"""
SAID = {"label": "Mong đợi từ nhà khoa học", "field": "requirements", "kind": "need"}
Run = Callable[..., Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")

    def invoke(*args: object) -> Any:
        return CliRunner().invoke(app, [str(arg) for arg in args], prog_name="banha")

    return invoke


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "phieu.txt"
    path.write_text(FORM, "utf-8")
    return path


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(tmp_path)) as client:
        yield client


def upload(client: TestClient, text: str = FORM) -> Any:
    return client.post("/api/v1/files", files=[("files", ("phieu.txt", text.encode()))]).json()


def test_the_command_line_names_remembers_lists_and_forgets(run: Run, form: Path, tmp_path: Path) -> None:
    shown = run("read", form).stdout
    assert "Chưa nhận diện: “Điều lạ” (Nhu cầu); “Mong đợi từ nhà khoa học” (Nhu cầu)" in shown
    assert not (tmp_path / "data").exists()
    (read,) = [json.loads(line) for line in run("read", "--json", form).stdout.splitlines()]
    second, first = read["unrecognised"]
    assert (first["label"], first["begins"], first["kind"], first["row"]) == (
        "Mong đợi từ nhà khoa học",
        "quy trình sấy tự động",
        "need",
        6,
    )
    assert second["file"] == "phieu.txt"
    said = run("correct", "Mong đợi từ nhà khoa học:", "requirements", "--kind", "need")
    assert said.exit_code == 0
    assert "nghĩa là “Yêu cầu" in said.output
    assert "khi tệp được nạp lại" in said.output
    assert json.loads(run("corrections", "--json").stdout) == {"corrections": [SAID]}
    assert "requirements" in run("corrections").stdout
    assert run("corrections", "--kind", "proposal").stdout.strip() == "Chưa nhớ nhãn nào."
    (read,) = [json.loads(line) for line in run("read", "--json", form).stdout.splitlines()]
    assert [one["label"] for one in read["unrecognised"]] == ["Điều lạ"]
    assert {"name": "requirements", "text": "quy trình sấy tự động", "visibility": "public"} in read["sections"]
    assert "Mong đợi từ nhà khoa học" in [source.get("label") for source in read["sources"]]
    report = json.loads(run("ingest", "--json", form).stdout)
    assert [one["label"] for one in report["unrecognised"]] == ["Điều lạ"]
    assert run("corrections", "--forget", "Mong đợi từ nhà khoa học").exit_code == 2
    assert run("corrections", "--forget", "Mong đợi từ nhà khoa học", "--kind", "need").exit_code == 0
    assert run("corrections", "--forget", "Mong đợi từ nhà khoa học", "--kind", "need").exit_code == 2
    assert "Chưa nhận diện: “Mong đợi" in run("ingest", form).stdout.replace("“Điều lạ” (Nhu cầu); ", "")


@pytest.mark.parametrize(("label", "field", "kind"), [("", "title", "need"), ("Tên", "work", "need"), ("a", "b", "x")])
def test_a_correction_that_cannot_be_is_refused(run: Run, label: str, field: str, kind: str) -> None:
    assert run("correct", label, field, "--kind", kind).exit_code == 2


def test_a_damaged_data_folder_does_not_keep_a_file_from_being_read(run: Run, form: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "banha.sqlite").write_bytes(b"no database at all" * 100)
    result = run("read", form)
    assert result.exit_code == 0
    assert "Giảm nứt gỗ khi sấy" in result.stdout


def test_http_remembers_and_forgets(client: TestClient) -> None:
    assert [one["label"] for one in upload(client)["unrecognised"]] == ["Điều lạ", "Mong đợi từ nhà khoa học"]
    assert client.get("/api/v1/corrections").json() == {"corrections": []}
    assert client.post("/api/v1/corrections", json=SAID).status_code == 201
    assert client.get("/api/v1/corrections").json() == {"corrections": [SAID]}
    again = upload(client)
    assert [one["label"] for one in again["unrecognised"]] == ["Điều lạ"]
    record = client.get(f"/api/v1/records/{again['stored'][0]['id']}").json()
    assert "requirements" in [section["name"] for section in record["sections"]]
    wrong = client.post("/api/v1/corrections", json={**SAID, "field": "work"})
    assert (wrong.status_code, wrong.headers["content-type"]) == (422, "application/problem+json")
    gone = {"label": SAID["label"], "kind": "need"}
    assert client.delete("/api/v1/corrections", params=gone).status_code == 204
    assert client.delete("/api/v1/corrections", params=gone).status_code == 422
    assert [one["label"] for one in upload(client)["unrecognised"]] == ["Điều lạ", "Mong đợi từ nhà khoa học"]


def test_the_page_of_an_uploaded_file_asks_what_labels_mean(client: TestClient) -> None:
    sent = client.post("/tai-len", files=[("files", ("phieu.txt", FORM.encode()))], headers={"Origin": LOCAL})
    deadline = time.monotonic() + 30
    while "Điều lạ" not in (page := client.get(f"{sent.url.path}/tep/0").text):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "Chưa nhận diện" in page
    assert "một điều &lt;lạ&gt;" in page
    assert "hàng 6" in page
    assert re.search(r'<option value="requirements">Yêu cầu', page)
    rows = {"label": ["Mong đợi từ nhà khoa học", "Điều lạ"], "kind": ["need", "need"], "field": ["requirements", ""]}
    done = client.post("/tai-len/nhan", data=rows, headers={"Origin": LOCAL})
    assert "Đã nhớ 1 nhãn" in done.text
    assert "khi tệp được nạp lại" in done.text
    assert client.get("/api/v1/corrections").json() == {"corrections": [SAID]}
    gone = {"label": SAID["label"], "kind": "need"}
    after = client.post("/tai-len/quen", data=gone, headers={"Origin": LOCAL})
    assert after.status_code == 200
    assert client.get("/api/v1/corrections").json() == {"corrections": []}


def test_strangers_say_nothing(tmp_path: Path) -> None:
    with serving_with_toy_encoder(settings_for(tmp_path, "nobody")) as client:
        assert client.get("/api/v1/corrections").status_code == 403
        assert client.post("/api/v1/corrections", json=SAID).status_code == 403
        assert client.get("/tai-len").status_code == 200
