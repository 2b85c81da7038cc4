"""The HTTP API: the shapes of the contract, who sees what, and what is refused with which words."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import (
    LOCAL,
    RECORDS,
    serving,
    serving_with_toy_encoder,
    settings_for,
    use_toy_encoder,
    wait_until_ready,
)
from httpx2 import Response
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from toy_encoder import ToyEncoder

import api.workspace
from api.audit.audited import SUBJECTS
from api.pages.rendering import asset
from api.uploads import clean_name
from index import ModelUnavailable

VIETNAMESE = re.compile("[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the records; tests of this module only read it."""
    folder = tmp_path_factory.mktemp("data")
    with serving_with_toy_encoder(settings_for(folder)) as client:
        assert client.post("/api/v1/records", json=RECORDS).status_code == 201
    return folder


@pytest.fixture
def officer(folder: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(folder)) as client:
        yield client


@pytest.fixture
def stranger(folder: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(folder, "nobody")) as client:
        yield client


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(tmp_path, max_upload_mb=1)) as client:
        yield client


def assert_problem(response: Response, status: int) -> dict[str, Any]:
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:banha:")
    assert VIETNAMESE.search(problem["title"])
    assert VIETNAMESE.search(problem["detail"]), problem["detail"]
    assert "Error" not in problem["detail"]
    assert "Traceback" not in problem["detail"]
    return problem


# Shapes of the contract


def test_search_says_the_words_of_the_contract(officer: TestClient) -> None:
    found = officer.post("/api/v1/search", json={"query": "sấy gỗ cao su", "kind": "scientist", "limit": 5}).json()
    assert list(found) == ["query", "mode", "versions", "suggestion", "forms", "hits"]
    assert found["mode"] == "hybrid"
    assert list(found["hits"][0]) == ["id", "kind", "title", "score", "section", "start", "end", "text"]
    assert [hit["id"] for hit in found["hits"]] == ["sci-1", "sci-2"]
    assert officer.get("/api/v1/search?query=sấy gỗ cao su&kind=scientist&limit=5").json() == found


def test_what_is_found_is_a_slice_of_the_record(officer: TestClient) -> None:
    hits = officer.post("/api/v1/search", json={"query": "chế độ sấy"}).json()["hits"]
    assert hits
    for hit in hits:
        record = officer.get(f"/api/v1/records/{hit['id']}").json()
        text = record["title"] if hit["section"] is None else record["sections"][hit["section"]]["text"]
        assert text[hit["start"] : hit["end"]] == hit["text"]


def test_pairings_say_the_words_of_the_contract(officer: TestClient) -> None:
    match = officer.get("/api/v1/records/need-1/pairings?to=scientist&limit=1").json()
    assert list(match) == ["record", "to", "mode", "versions", "pairings"]
    assert match["record"] == {"id": "need-1", "title": RECORDS[0]["title"]}
    (pairing,) = match["pairings"]
    assert list(pairing) == [
        "id",
        "title",
        "score",
        "likelihood",
        "basis",
        "signals",
        "evidence",
        "missing",
        "lacking",
        "key_terms",
    ]
    assert pairing["id"] == "sci-1"
    for pair in pairing["evidence"]:
        for side, id in (("query", "need-1"), ("candidate", "sci-1")):
            quote, record = pair[side], officer.get(f"/api/v1/records/{id}").json()
            text = record["title"] if quote["section"] is None else record["sections"][quote["section"]]["text"]
            assert text[quote["start"] : quote["end"]] == quote["text"]


@pytest.mark.parametrize(("format", "magic"), [("xlsx", b"PK"), ("docx", b"PK")])
def test_pairings_are_exported(officer: TestClient, format: str, magic: bytes) -> None:
    response = officer.get(f"/api/v1/records/need-1/pairings.{format}?to=scientist")
    assert response.status_code == 200
    assert response.content.startswith(magic)
    assert response.headers["content-disposition"] == f'attachment; filename="banha-need-1-scientist.{format}"'


def test_a_list_is_stable_and_pages_do_not_overlap(officer: TestClient) -> None:
    whole = officer.get("/api/v1/records?limit=1000").json()
    assert whole["total"] == len(RECORDS) == len(whole["records"])
    pages = [officer.get(f"/api/v1/records?limit=2&offset={offset}").json()["records"] for offset in (0, 2, 4)]
    assert [record for page in pages for record in page] == whole["records"]
    needs = officer.get("/api/v1/records?kind=need").json()["records"]
    assert [record["id"] for record in needs] == ["need-1", "need-hidden", "need-masked"]


def test_a_record_is_shown_with_the_sources_of_its_values(officer: TestClient) -> None:
    record = officer.get("/api/v1/records/need-1").json()
    assert record["facts"]["budget_vnd"] == 2_850_000_000
    assert {"title", "sections/0", "facts/budget_vnd"} <= {source["value"] for source in record["sources"]}


def test_health_tells_what_answers(officer: TestClient) -> None:
    health = officer.get("/api/v1/health").json()
    assert (health["status"], health["mode"], health["records"]) == ("ready", "hybrid", len(RECORDS))
    assert health["versions"]["model"] == "toy"
    assert health["reason"] is None


def test_the_api_describes_itself(officer: TestClient) -> None:
    paths = officer.get("/api/v1/openapi.json").json()["paths"]
    assert {"/api/v1/records", "/api/v1/files", "/api/v1/search", "/api/v1/health"} <= set(paths)
    assert all(path.startswith("/api/v1/") for path in paths)
    assert officer.get("/docs").status_code == 404


# Storing and removing


@pytest.mark.parametrize("wrap", [lambda r: r, lambda r: [r], lambda r: {"records": [r]}])
def test_records_are_taken_in_three_shapes(empty: TestClient, wrap: Callable[[Any], Any]) -> None:
    response = empty.post("/api/v1/records", json=wrap(RECORDS[0]))
    assert response.status_code == 201
    assert [(one["id"], one["change"]) for one in response.json()["stored"]] == [("need-1", "new")]
    assert empty.post("/api/v1/records", json=wrap(RECORDS[0])).json()["unchanged"][0]["id"] == "need-1"


def test_mistaken_records_are_named_and_the_others_stored(empty: TestClient) -> None:
    response = empty.post("/api/v1/records", json=[RECORDS[0], {"kind": "need", "title": ""}, RECORDS[1]])
    assert response.status_code == 201
    report = response.json()
    assert [one["id"] for one in report["stored"]] == ["need-1", "sci-1"]
    assert report["refused"][0]["row"] == 2
    assert VIETNAMESE.search(report["refused"][0]["reason"])


def test_a_removed_record_is_gone_everywhere(empty: TestClient) -> None:
    empty.post("/api/v1/records", json=RECORDS[:2])
    assert empty.delete("/api/v1/records/sci-1").status_code == 204
    assert_problem(empty.get("/api/v1/records/sci-1"), 404)
    assert_problem(empty.delete("/api/v1/records/sci-1"), 404)
    assert empty.post("/api/v1/search", json={"query": "sấy gỗ", "kind": "scientist"}).json()["hits"] == []


def test_an_id_may_hold_a_slash(empty: TestClient) -> None:
    empty.post("/api/v1/records", json={**RECORDS[0], "id": "ĐT/2019 02?#"})
    address = "/api/v1/records/%C4%90T%2F2019%2002%3F%23"
    assert empty.get(address).json()["id"] == "ĐT/2019 02?#"
    assert empty.get(f"{address}/pairings?to=scientist").json()["pairings"] == []
    assert empty.delete(address).status_code == 204


def send(client: TestClient, *files: tuple[str, bytes], **more: str) -> Response:
    return client.post("/api/v1/files", files=[("files", file) for file in files], data=more)


def test_files_are_read_stored_and_refused_one_by_one(empty: TestClient) -> None:
    good = json.dumps(RECORDS[0]).encode()
    response = send(empty, ("a.json", good), ("b.docx", b"PK\x03\x04 broken"), ("c.txt", "Văn bản về gốm.".encode()))
    assert response.status_code == 200
    report = response.json()
    assert list(report)[:3] == ["stored", "unchanged", "refused"]
    assert {one["kind"] for one in report["stored"]} == {"need", "document"}
    assert [one["file"] for one in report["refused"]] == ["b.docx"]


def test_the_same_file_sent_again_is_the_same_record(empty: TestClient) -> None:
    file = ("ghi chú.txt", "Ghi chú về lò gốm ở làng nghề.".encode())
    first = send(empty, file).json()["stored"]
    again = send(empty, file).json()
    assert (again["stored"], [one["id"] for one in again["unchanged"]]) == ([], [one["id"] for one in first])


def test_nothing_readable_is_a_problem_that_names_each_file(empty: TestClient) -> None:
    problem = assert_problem(send(empty, ("x.exe", b"MZ\x90\x00\x00"), ("y.docx", b"PK\x03\x04")), 422)
    assert [one["file"] for one in problem["refused"]] == ["x.exe", "y.docx"]


def test_a_file_over_the_limit_is_refused_and_a_request_far_over_it_is_not_read(empty: TestClient) -> None:
    problem = assert_problem(send(empty, ("a.txt", b"a" * 1_100_000)), 422)
    assert "1 MB" in problem["detail"]
    assert_problem(send(empty, ("a.txt", b"a" * 5_000_000)), 413)


def test_a_request_without_a_length_is_cut_off_at_the_limit(empty: TestClient) -> None:
    assert_problem(empty.post("/api/v1/records", content=(b" " * 100_000 for _ in range(60))), 413)


def test_no_file_outlives_its_upload(empty: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    send(empty, ("../../etc/passwd.txt", "Văn bản.".encode()), ("b.docx", b"PK\x03\x04 broken"))
    assert list(scratch.iterdir()) == []


@given(st.text(max_size=200))
def test_names_of_files_never_leave_their_folder(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned
    assert not set(cleaned) & set('/\\<>:"|?*\x00\n')
    assert cleaned not in (".", "..")
    assert len(cleaned.encode()) <= 255
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Thuyết minh.docx", "Thuyết minh.docx"),
        ("Ly\u0301 li\u0323ch.docx", "Lý lịch.docx"),
        ("a\u202egpj.docx", "a gpj.docx"),
        ("", "file"),
        (None, "file"),
        ("..", "file"),
    ],
)
def test_names_of_files_keep_what_is_readable(sent: str | None, kept: str) -> None:
    assert clean_name(sent) == kept


# Bad input


@pytest.mark.parametrize(
    ("method", "path", "json_body"),
    [
        ("POST", "/api/v1/search", {}),
        ("POST", "/api/v1/search", {"query": ""}),
        ("POST", "/api/v1/search", {"query": " … "}),
        ("POST", "/api/v1/search", {"query": "a" * 10_001}),
        ("POST", "/api/v1/search", {"query": 5}),
        ("POST", "/api/v1/search", {"query": "gỗ", "kind": "x"}),
        ("POST", "/api/v1/search", {"query": "gỗ", "limit": 0}),
        ("POST", "/api/v1/search", {"query": "gỗ", "limit": 1001}),
        ("POST", "/api/v1/search", {"query": "gỗ", "limit": 1.5}),
        ("POST", "/api/v1/search", {"query": "gỗ", "limitt": 1}),
        ("POST", "/api/v1/search", []),
        ("GET", "/api/v1/records?limit=x", None),
        ("GET", "/api/v1/records?limit=1001", None),
        ("GET", "/api/v1/records?offset=-1", None),
        ("GET", "/api/v1/records?kind=x", None),
        ("GET", "/api/v1/records/need-1/pairings", None),
        ("GET", "/api/v1/records/need-1/pairings?to=x", None),
        ("GET", "/api/v1/records/need-1/pairings.pdf?to=need", None),
        ("POST", "/api/v1/records", []),
        ("POST", "/api/v1/records", {}),
        ("POST", "/api/v1/records", {"kind": "x", "title": "a"}),
        ("POST", "/api/v1/records", {"kind": "need", "title": "a", "colour": "b"}),
        ("POST", "/api/v1/records", 5),
        ("POST", "/api/v1/files", None),
    ],
)
def test_bad_input_is_explained_in_vietnamese(officer: TestClient, method: str, path: str, json_body: object) -> None:
    assert_problem(officer.request(method, path, json=json_body), 422)


def test_a_missing_query_is_called_by_its_name(officer: TestClient) -> None:
    assert officer.get("/api/v1/search").json()["detail"] == "Thiếu query."
    assert officer.post("/api/v1/search", json={}).json()["detail"] == "Thiếu query."


@pytest.mark.parametrize("day", ["x", "23/11/2026", "2026-11-23T10:00", "2026-13-01"])
def test_a_day_that_cannot_be_read_is_refused_with_how_to_write_it(officer: TestClient, day: str) -> None:
    asked = {"purpose": "select", "on": day}
    problem = assert_problem(officer.get("/api/v1/records/need-1/council", params=asked), 422)
    assert problem["detail"] == "on phải là một ngày, viết như 2026-11-23."


@pytest.mark.parametrize(
    "address", ["search?query=sấy", "records/need-1/teams?members=1-3", "records/need-1/council?purpose=select"]
)
def test_addresses_choose_the_language_of_messages(officer: TestClient, address: str) -> None:
    assert officer.get(f"/api/v1/{address}").status_code == 200
    assert officer.get(f"/api/v1/{address}&lang=en").status_code == 200
    refused = officer.get(f"/api/v1/{address}&unknown=1&lang=en")
    assert (refused.status_code, refused.json()["title"]) == (422, "The request cannot be understood")


def test_a_number_longer_than_any_amount_is_refused_with_its_row(empty: TestClient) -> None:
    body = '{"kind": "need", "title": "Sấy gỗ", "facts": {"budget_vnd": 1%s}}' % ("0" * 400)
    assert_problem(empty.post("/api/v1/records", content=body.encode()), 422)


def test_what_is_not_there_is_explained_in_vietnamese(officer: TestClient) -> None:
    assert_problem(officer.get("/api/v1/nothing"), 404)
    assert_problem(officer.put("/api/v1/search"), 405)
    assert_problem(officer.get("/api/v1/records/nobody/pairings?to=need"), 404)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"kind": "need", "title": "\\ud800"}',
    ],
)
def test_damaged_bodies_never_fail_the_server(empty: TestClient, body: bytes) -> None:
    response = empty.post("/api/v1/records", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (201, 422)
    assert empty.get("/api/v1/records").status_code == 200


_NAMES = sorted(SUBJECTS | {"kind", "title", "query", "facts", "sections"})
_KINDS_OF_BODIES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "a;b")
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.just(10**4_000)
    | st.text(st.characters(exclude_categories=()), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4),
    max_leaves=8,
)
_BODIES = (
    st.binary(max_size=200)
    | _VALUES.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=6).map(lambda value: json.dumps(value).encode())
    | st.builds(
        lambda text, coding: text.encode(coding, "surrogatepass"),
        st.text(),
        st.sampled_from(["utf-8", "utf-16", "utf-32"]),
    )
    | st.sampled_from([b"[" * 100_000, b'{"id":' * 100_000, b'{"id": 1%s}' % (b"0" * 5_000), b'{"id": NaN}'])
)
_API_PATHS = ("records", "search", "judgements", "engagements", "merges", "session", "needs/guidance", "orders")
_PAGES = ("/dang-nhap", "/dang-nhu-cau", "/ho-so-trung", "/tai-len", "/ket-noi")
_TAKING_BODIES = (*(f"/api/v1/{path}" for path in _API_PATHS), *_PAGES)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(path=st.sampled_from(_TAKING_BODIES), content_type=st.sampled_from(_KINDS_OF_BODIES), body=_BODIES)
@example(path="/api/v1/search", content_type="application/json", body=b"[" * 100_000)
@example(path="/api/v1/judgements", content_type="application/json", body=b'{"id":' * 100_000)
@example(path="/dang-nhap", content_type="application/problem+json", body=b'{"id":[' * 50_000)
def test_no_body_whatever_it_is_fails_the_server(empty: TestClient, path: str, content_type: str, body: bytes) -> None:
    answer = empty.post(path, content=body, headers={"Content-Type": content_type})
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    "query", ["gỗ\x00sấy", "🪵🔥 sấy", "\ufdfa" * 50, "a" * 10_000, "\u202egỗ", "'\"; -- (a OR b)"]
)
def test_odd_queries_are_answered(officer: TestClient, query: str) -> None:
    assert officer.post("/api/v1/search", json={"query": query}).status_code == 200


def test_a_query_with_half_a_character_never_fails_the_server(officer: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    body = b'{"query": "g\\ud800 say"}'
    assert officer.post("/api/v1/search", content=body, headers=headers).status_code in (200, 422)


def test_a_failure_shows_nothing_of_the_inside(officer: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.Index.search", lambda *_: 1 / 0)
    problem = assert_problem(officer.post("/api/v1/search", json={"query": "gỗ"}), 500)
    assert "division" not in json.dumps(problem)
    page = officer.get("/tim-kiem?q=gỗ")
    assert page.status_code == 500
    assert "ZeroDivision" not in page.text
    assert page.headers["content-security-policy"]


# Who sees what


def test_what_a_stranger_may_not_see_answers_like_what_does_not_exist(stranger: TestClient) -> None:
    for path in ("/api/v1/records/{}", "/api/v1/records/{}/pairings?to=need", "/ho-so/{}", "/ho-so/{}/ghep"):
        hidden, absent = stranger.get(path.format("need-hidden")), stranger.get(path.format("need-absent"))
        assert hidden.status_code == absent.status_code == 404
        assert hidden.text.replace("need-hidden", "need-absent") == absent.text


def test_a_stranger_never_meets_a_confidential_record(stranger: TestClient, officer: TestClient) -> None:
    addresses = [
        "/api/v1/records?limit=1000",
        "/api/v1/search?query=tháp chưng cất bí truyền&limit=1000",
        "/api/v1/records/sci-1/pairings?to=need&limit=1000",
        "/ho-so",
        "/",
        "/tim-kiem?q=tháp chưng cất",
        "/ho-so/sci-1/ghep?to=need",
    ]
    for address in addresses:
        text = stranger.get(address).text
        assert "need-hidden" not in text
        assert "chưng cất bí truyền" not in text.replace("tháp chưng cất bí truyền", "", 1)
    assert "need-hidden" in officer.get(addresses[0]).text
    assert stranger.get("/api/v1/health").json()["records"] == len(RECORDS) - 1
    assert stranger.get("/api/v1/records").json()["total"] == len(RECORDS) - 1


def test_a_stranger_meets_anonymous_records_without_their_names(stranger: TestClient, officer: TestClient) -> None:
    addresses = [
        "/api/v1/records/need-masked",
        "/api/v1/records/need-masked/pairings?to=document",
        "/api/v1/records/doc-1/pairings?to=need",
        "/api/v1/records?kind=need",
        "/api/v1/search?query=men gốm có chì",
        "/ho-so/need-masked",
        "/ho-so/need-masked/ghep?to=document",
        "/tim-kiem?q=men gốm có chì",
    ]
    for address in addresses:
        text = stranger.get(address).text
        assert "•" in text
        assert "Trăng Khuyết" not in text
    assert "Trăng Khuyết" in officer.get(addresses[0]).text


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/v1/records"), ("POST", "/api/v1/files"), ("DELETE", "/api/v1/records/sci-1")]
)
def test_a_stranger_changes_nothing(stranger: TestClient, method: str, path: str) -> None:
    files = {"files": ("a.txt", b"text")} if path.endswith("files") else None
    assert_problem(stranger.request(method, path, files=files), 403)
    assert stranger.get("/api/v1/records/sci-1").status_code == 200


@pytest.mark.parametrize(("host", "role"), [("127.0.0.1", 204), ("0.0.0.0", 403), ("192.168.1.5", 403)])
def test_only_a_server_on_this_computer_takes_everybody_for_an_officer(
    host: str, role: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_toy_encoder(monkeypatch)
    monkeypatch.delenv("BANHA_HTTP_VIEWER", raising=False)
    with serving(settings_for(tmp_path)) as client:
        client.post("/api/v1/records", json=RECORDS[0])
    with serving(settings_for(tmp_path, None), host) as client:
        assert client.delete("/api/v1/records/need-1").status_code == role


# Protection of a server on one's own computer


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[", "a b"])
def test_other_names_of_the_server_are_refused(officer: TestClient, host: str) -> None:
    assert_problem(officer.get("/api/v1/records", headers={"Host": host}), 421)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:80", "[::1]:8000", "192.168.1.5"])
def test_own_names_of_the_server_are_answered(officer: TestClient, host: str) -> None:
    assert officer.get("/api/v1/records", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(("host", "status"), [("tim.so-khcn.lan:8080", 200), ("TIM", 200), ("so-khcn.lan", 421)])
def test_names_that_are_set_are_answered_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, status: int
) -> None:
    use_toy_encoder(monkeypatch)
    settings = settings_for(tmp_path, None, allowed_hosts=" Tim.so-khcn.LAN., tim,")
    with serving(settings, "0.0.0.0") as client:
        assert client.get("/api/v1/health", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "//[::1"},
        {"Origin": "http://127.0.0.1:9999"},
    ],
)
def test_other_sites_change_nothing(officer: TestClient, headers: dict[str, str]) -> None:
    assert_problem(officer.delete("/api/v1/records/sci-1", headers=headers), 403)
    assert_problem(officer.post("/api/v1/records", json=RECORDS[0], headers=headers), 403)
    assert officer.post("/tai-len", files={"files": ("a.txt", b"a")}, headers=headers).status_code == 403
    assert officer.get("/api/v1/records/sci-1", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": LOCAL}])
def test_own_pages_and_programs_may_change(empty: TestClient, headers: dict[str, str]) -> None:
    assert empty.post("/api/v1/records", json=RECORDS[0], headers=headers).status_code == 201


def test_browsers_keep_what_never_changes_and_nothing_of_the_records(officer: TestClient) -> None:
    assert "immutable" in officer.get(asset("banha.css")).headers["cache-control"]
    assert "immutable" not in officer.get("/static/banha.css").headers["cache-control"]
    assert officer.get("/ho-so/need-1").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/nothing", "/api/v1/health", "/api/v1/nothing", "/static/banha.css"])
def test_every_answer_is_protected(officer: TestClient, path: str) -> None:
    headers = officer.get(path, headers={"Origin": "https://evil.example"}).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize(("length", "status"), [("-1", 400), ("x", 400), ("9" * 12, 413), ("9" * 5000, 413)])
def test_a_length_that_makes_no_sense_is_refused(officer: TestClient, length: str, status: int) -> None:
    headers = {"Content-Length": length, "Content-Type": "application/json"}
    assert_problem(officer.post("/api/v1/search", content=b"{}", headers=headers), status)


# While the model loads


def test_answers_go_by_words_until_the_model_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        client.post("/api/v1/records", json=RECORDS[:3])
    loaded = threading.Event()

    class SlowEncoder(ToyEncoder):
        def encode_queries(self, texts: Any) -> Any:
            assert loaded.wait(30)
            return super().encode_queries(texts)

    monkeypatch.setattr(api.workspace, "find_encoder", lambda *_: (SlowEncoder(), None))
    with serving(settings_for(tmp_path)) as client:
        health = client.get("/api/v1/health").json()
        assert (health["status"], health["mode"]) == ("preparing", "lexical")
        assert VIETNAMESE.search(health["reason"])
        assert client.get("/").status_code == 200
        assert client.get("/api/v1/search?query=sấy gỗ").json()["mode"] == "lexical"
        sent: list[Response] = []
        writer = threading.Thread(target=lambda: sent.append(client.post("/api/v1/records", json=RECORDS[5])))
        writer.start()
        loaded.set()
        writer.join(30)
        wait_until_ready(client)
        assert sent[0].status_code == 201
        assert client.get("/api/v1/search?query=sấy gỗ").json()["mode"] == "hybrid"


def test_a_model_that_does_not_fit_leaves_reading_by_words_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        client.post("/api/v1/records", json=RECORDS[:3])
    monkeypatch.setattr(api.workspace, "find_encoder", lambda *_: (ToyEncoder("other"), None))
    with serving(settings_for(tmp_path)) as client:
        wait_until_ready(client)
        health = client.get("/api/v1/health").json()
        assert health["status"] == "failed"
        assert "reembed" in health["reason"]
        assert client.get("/api/v1/search?query=sấy gỗ").json()["mode"] == "lexical"
        assert_problem(client.post("/api/v1/records", json=RECORDS[0]), 503)


@pytest.mark.parametrize("has_passages", [True, False])
def test_only_an_officer_is_told_what_is_wrong_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_passages: bool
) -> None:
    use_toy_encoder(monkeypatch)
    if has_passages:
        with serving(settings_for(tmp_path)) as client:
            client.post("/api/v1/records", json=RECORDS)
    failure = ModelUnavailable("{folder} is damaged", folder="secret-model") if not has_passages else None
    monkeypatch.setattr(
        api.workspace, "find_encoder", lambda *_: (None, failure) if failure else (ToyEncoder("other"), None)
    )
    for viewer, is_told in (("officer", True), ("nobody", False)):
        with serving(settings_for(tmp_path, viewer)) as client:
            wait_until_ready(client)
            for path in ("/api/v1/health", "/", "/tim-kiem?q=gỗ"):
                text = client.get(path).text
                assert ("secret-model" in text or "reembed" in text) is is_told
                assert is_told or "chỉ dựa theo từ ngữ" in text
