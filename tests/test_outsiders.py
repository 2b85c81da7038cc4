"""What strangers, firms and scientists try through the application, and must neither learn nor change by it."""

from __future__ import annotations

import os
import stat
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving_with_toy_encoder, settings_for
from test_access_matrix import effective_routes

from api.access import session_cookie, takes_files
from api.accounts import keeping
from api.accounts.claims import find_proof
from api.accounts.signing_in import check_password
from api.audit.audited import deed_of_command
from api.audit.recording import name_subject
from api.engagements.attached import take_attachment
from api.engagements.taking import attach, see_timeline, start
from api.errors import NotSignedIn, TooManyAttempts
from api.workspace import open_workspace
from index import Account, AccountRole, Actor, Index, UnusableFolder, store_records
from ingest import NOBODY, OFFICER, FileRefused, Kind, Record, Section, Viewer, record_from_json
from matcher.engagement.stages import BadMove, NotTheirMove

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = date(2026, 11, 23)
PASSWORD = "ba nhà cùng một mái"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
SCIENTIST = Viewer("scientist", frozenset({"sci-1"}))
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF"


@pytest.fixture(scope="module", autouse=True)
def _quick_hashes() -> Iterator[None]:
    from argon2 import PasswordHasher

    from api.accounts import passwords

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path / "data", None)
    store_records(index, [(record_from_json(one), "test") for one in RECORDS])
    return index


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(tmp_path)) as client:
        index = index_of(client)
        store_records(index, [(record_from_json(one), "test") for one in RECORDS])
        open_account(index)
        yield client


def index_of(client: TestClient) -> Index:
    found: Index = client.app_state["server"].live.current.index
    return found


def open_account(index: Index, email: str = "can.bo@so.vn", role: AccountRole = "administrator") -> Account:
    return keeping.add_account(index, email, "Người Dùng Thử", role, None, PASSWORD, NOW)


def sign_in(client: TestClient, email: str) -> None:
    client.cookies.clear()
    asked = {"email": email, "password": PASSWORD}
    assert client.post("/api/v1/session", json=asked, headers=SAME_SITE).status_code == 201


def wait(client: TestClient, address: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        job: dict[str, Any] = client.get(address).json()
        if job["state"] in ("done", "failed"):
            return job
        assert time.monotonic() < deadline, job
        time.sleep(0.05)


# Engagements


@pytest.mark.parametrize("viewer", [NOBODY, Viewer("enterprise", frozenset({"need-masked"}))])
def test_who_takes_no_part_cannot_ask_whether_two_are_engaged(index: Index, viewer: Viewer) -> None:
    said = []
    for _ in range(2):
        with pytest.raises(BadMove) as refusal:
            start(index, "need-1", "sci-1", Actor(), viewer, DAY)
        said.append((type(refusal.value), str(refusal.value)))
        start(index, "need-1", "sci-1" if len(said) == 1 else "sci-2", Actor(), OFFICER, DAY)
    assert said[0] == said[1]
    assert said[0][0] is NotTheirMove


def test_names_of_files_that_the_office_attaches_hide_who_has_not_consented(index: Index) -> None:
    id = start(index, "need-masked", "sci-1", Actor(), OFFICER, DAY).id
    attach(index, id, "Thư Công ty TNHH Gốm Trăng Khuyết.pdf", PDF, 1, Actor(), OFFICER, DAY)
    assert "Trăng Khuyết" in str(see_timeline(index, id, OFFICER, DAY).events)
    assert "Trăng Khuyết" not in str(see_timeline(index, id, SCIENTIST, DAY).events)


def test_a_file_that_cannot_be_unpacked_is_refused() -> None:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 2)
    content = bytearray(whole.getvalue())
    data = 30 + len("mimetype")
    content[data : data + 8] = b"\xff" * 8
    with pytest.raises(zlib.error), zipfile.ZipFile(BytesIO(content)) as package:
        package.read("mimetype")
    with pytest.raises(FileRefused):
        take_attachment("a.odt", bytes(content), 1)


def test_the_folder_of_an_attachment_is_on_the_disk_too(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    id = start(index, "need-masked", "sci-1", Actor(), OFFICER, DAY).id
    synced: list[bool] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    attach(index, id, "a.pdf", PDF, 1, Actor(), OFFICER, DAY)
    assert synced == [False, True]


def test_who_has_met_the_owner_finds_and_quotes_what_was_written(index: Index) -> None:
    met = Viewer("scientist", frozenset({"sci-1"}), frozenset({"need-masked"}))
    for viewer, name in ((met, "Gốm Trăng Khuyết"), (SCIENTIST, "•••")):
        hits = [hit for hit in index.search("trả hàng vì men gốm có chì", viewer).hits if hit.id == "need-masked"]
        assert [(hit.section, hit.text) for hit in hits] == [(0, f"{name} bị trả hàng vì men gốm có chì.")]
    assert [hit.id for hit in index.search("Trăng Khuyết", met).hits] == ["need-masked"]
    assert index.search("Trăng Khuyết", SCIENTIST).hits == ()
    secret = Section("situation", "Vonfram.", "confidential")
    open_text = Section("other", "Gốm Trăng Khuyết nung ở 1200 độ.", "anonymous")
    kept = replace(index.store.get("need-masked"), sections=(secret, open_text))
    store_records(index, [(kept, "test")])
    assert index.search("vonfram", met).hits == ()
    (hit,) = (hit for hit in index.search("nung ở 1200 độ", met).hits if hit.id == "need-masked")
    assert (hit.section, hit.text) == (0, open_text.text)


def test_what_an_older_version_left_to_read_is_hidden_when_the_folder_is_opened(index: Index) -> None:
    told = replace(index.store.get("need-masked"), title="Men gốm, MST 0312345678")
    store_records(index, [(told, "test")])
    database = index.store.database
    with database.preparing():
        # As it was stored before: everybody read the tax code, and nothing was kept of the owner.
        database.change("UPDATE passages SET audience = 'everyone' WHERE section IS NULL AND audience = 'insiders'")
        database.change("DELETE FROM settings WHERE name = 'hides_by'")
        database.change("DROP TABLE owner_names")
        database.change("DELETE FROM _sqlite_migrations WHERE name LIKE 'm018%'")
    opened = open_workspace(settings_for(index.folder, model="none")).index
    assert "0312345678" not in texts_for_strangers(opened, "need-masked")
    assert "Men gốm, MST •••" in texts_for_strangers(opened, "need-masked")
    seq = opened.store.seq
    assert open_workspace(settings_for(index.folder, model="none")).index.store.seq == seq


def texts_for_strangers(index: Index, id: str) -> list[str]:
    return [one.text for one in index.store.passages.of_record(id) if one.audience != "insiders"]


# Jobs


def test_how_far_a_list_is_does_not_tell_how_much_is_hidden(client: TestClient) -> None:
    open_account(index_of(client), "go@suoi-mo.vn", "enterprise")
    sign_in(client, "go@suoi-mo.vn")
    asked = {"kind": "records", "parameters": {"kind": "need"}}
    address = client.post("/api/v1/jobs", json=asked, headers=SAME_SITE).headers["location"]
    job = wait(client, address)
    assert (job["state"], job["done"], job["total"]) == ("done", 2, 2), job


@pytest.mark.parametrize("kind", ["pairs", "assignment", "records"])
def test_what_came_of_a_job_is_closed_to_who_may_no_longer_see_it(client: TestClient, kind: str) -> None:
    index = index_of(client)
    officer = open_account(index, "hai@so.vn", "officer")
    sign_in(client, officer.email)
    address = client.post("/api/v1/jobs", json={"kind": kind}, headers=SAME_SITE).headers["location"]
    assert wait(client, address)["state"] == "done"
    assert client.get(f"{address}/result").status_code == 200
    keeping.change_role(index, officer, "enterprise", None, None)
    assert client.get(f"{address}/result").status_code == 404


def test_one_firm_does_not_keep_everybody_waiting(client: TestClient) -> None:
    account = open_account(index_of(client), "go@suoi-mo.vn", "enterprise")
    sign_in(client, account.email)
    jobs = index_of(client).store.jobs
    for number in range(3):
        jobs.add(f"job-{number}", "upload", account.id, "{}", "{}", [], NOW)
        jobs.take("somebody else", datetime.now(UTC))
    assert client.post("/api/v1/jobs", json={"kind": "records"}, headers=SAME_SITE).status_code == 403
    jobs.cancel("job-0", NOW)
    jobs.finish("job-0", "somebody else", "cancelled", None, NOW)
    assert client.post("/api/v1/jobs", json={"kind": "records"}, headers=SAME_SITE).status_code == 202


# Sizes


def test_only_what_takes_files_takes_large_bodies(client: TestClient) -> None:
    large = b"[" + b"0," * 4_100_000 + b"0]"
    for path in ("/api/v1/session", "/api/v1/search", "/dang-nhap", "/api/v1/records/need-1/values"):
        assert client.post(path, content=large).status_code == 413
    assert client.post("/api/v1/records", content=large).status_code != 413


def test_every_route_that_takes_files_is_known_to_the_gate() -> None:
    found = 0
    for name, endpoint in effective_routes():
        if "UploadFile" in str(endpoint.__annotations__):
            found += 1
            assert takes_files(name.partition(" ")[2].replace("{id}", "0a1b2c")), name
    assert found >= 4


def test_a_number_beyond_all_counting_is_that_of_nothing(client: TestClient) -> None:
    sign_in(client, "can.bo@so.vn")
    for number in (10**23, -(10**23)):
        for path in ("declarations", "identities"):
            assert client.delete(f"/api/v1/{path}/{number}", headers=SAME_SITE).status_code == 422
        for page in ("/khai-bao/bo", "/khai-bao/tra-loi/bo", "/ho-so/need-1/hoi-dong/tra-loi/bo"):
            assert client.post(page, data={"number": number}, headers=SAME_SITE).status_code == 422


# Signing in


def test_a_stranger_who_guesses_for_days_does_not_lock_the_owner_out(index: Index) -> None:
    open_account(index)
    at = NOW
    while at < NOW + timedelta(days=10):
        try:
            check_password(index, "can.bo@so.vn", "mật khẩu sai rồi", "10.6.6.6", at)
        except TooManyAttempts as refusal:
            at += timedelta(seconds=refusal.seconds)
        except NotSignedIn:
            pass
    with pytest.raises(TooManyAttempts):
        check_password(index, "can.bo@so.vn", PASSWORD, "10.6.6.6", at - timedelta(seconds=1))
    check_password(index, "can.bo@so.vn", PASSWORD, "10.0.0.1", at - timedelta(seconds=1))


def test_many_who_guess_at_one_account_are_slowed_down_together(index: Index) -> None:
    open_account(index)
    for number in range(100):
        with pytest.raises(NotSignedIn):
            check_password(index, "can.bo@so.vn", "mật khẩu sai rồi", f"10.0.0.{number}", NOW)
    with pytest.raises(TooManyAttempts) as refusal:
        check_password(index, "can.bo@so.vn", "mật khẩu sai rồi", "10.0.1.1", NOW)
    assert refusal.value.seconds <= 60


def test_an_office_behind_one_address_may_mistype_now_and_then(index: Index) -> None:
    open_account(index)
    for number in range(200):
        with pytest.raises(NotSignedIn):
            check_password(index, f"so{number}@so.vn", "mật khẩu sai rồi", "10.0.0.1", NOW)
        for _ in range(2):
            check_password(index, "can.bo@so.vn", PASSWORD, "10.0.0.1", NOW)


def test_over_https_a_cookie_that_another_host_could_set_opens_nothing(client: TestClient) -> None:
    sign_in(client, "can.bo@so.vn")
    secret = client.cookies[session_cookie(False)]
    client.cookies.clear()
    plain = {"Cookie": f"{session_cookie(False)}={secret}"}
    assert client.get("/api/v1/session", headers=plain).json()["role"] == "administrator"
    assert client.get("https://127.0.0.1/api/v1/session", headers=plain).json()["role"] == "nobody"
    secure = {"Cookie": f"{session_cookie(True)}={secret}"}
    assert client.get("https://127.0.0.1/api/v1/session", headers=secure).json()["role"] == "administrator"


def test_an_invitation_that_could_not_open_an_account_is_still_good(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_account(index)
    _, secret = keeping.invite(index, "an@dai-hoc.vn", "Lê An", "scientist", None, NOW)
    change = type(index.store.database).change

    def fail(self: Any, statement: str, *values: Any) -> int:
        if statement.lstrip().startswith("INSERT INTO accounts"):
            raise UnusableFolder("đĩa đầy")
        return change(self, statement, *values)

    with monkeypatch.context() as patch:
        patch.setattr(type(index.store.database), "change", fail)
        with pytest.raises(UnusableFolder):
            keeping.accept(index, secret, "", PASSWORD, NOW)
    assert keeping.accept(index, secret, "", PASSWORD, NOW).role == "scientist"


def test_what_a_change_of_an_account_does_not_name_stays(client: TestClient) -> None:
    index = index_of(client)
    store_records(index, [(Record("organisation", "enterprise", "Xưởng Gỗ", id="org-1"), "test")])
    account = keeping.add_account(index, "go@suoi-mo.vn", "Gỗ", "enterprise", "org-1", PASSWORD, NOW)
    sign_in(client, "can.bo@so.vn")

    def change(**asked: Any) -> tuple[str, str | None]:
        answer = client.patch(f"/api/v1/accounts/{account.id}", json=asked, headers=SAME_SITE)
        assert answer.status_code == 200
        return answer.json()["role"], answer.json()["organisation_id"]

    assert change(role="university") == ("university", "org-1")
    assert change(organisation_id=None) == ("university", None)
    assert change(organisation_id="org-1") == ("university", "org-1")


# Claims


def test_an_address_among_others_proves_nothing(index: Index) -> None:
    account = Account("a", "an@dai-hoc.vn", "Lê An", "scientist")
    own, mentioned = "Thư về an@dai-hoc.vn.", "Đã hỏi an@dai-hoc.vn; liên hệ giam.doc@go.vn."
    asked: list[tuple[Kind, str, str | None]] = [
        ("scientist", own, "email"),
        ("need", own, "email"),
        ("need", mentioned, None),
        ("document", own, None),
    ]
    for kind, text, proof in asked:
        record = Record(kind, "science", "Hồ sơ", (Section("contact", text, "confidential"),), id="r")
        assert find_proof(account, record) == proof


# Audit


@pytest.mark.parametrize(
    ("kind", "before"), [("application/x+json", ""), ("Application/JSON", ""), ("application/json", " " * 70_000)]
)
def test_what_a_request_names_is_noted_however_its_body_is_dressed(client: TestClient, kind: str, before: str) -> None:
    sign_in(client, "can.bo@so.vn")
    body = before + '{"record": "need-1", "candidate": "sci-1", "verdict": "fits"}'
    answer = client.post("/api/v1/judgements", content=body, headers={**SAME_SITE, "Content-Type": kind})
    assert answer.status_code == 201
    assert "need-1" in client.get("/api/v1/audit").json()["entries"][0]["subjects"]


def test_erasing_an_account_by_command_is_noted_as_erasure() -> None:
    assert deed_of_command("account erase", writes_file=False) == "erased"


def test_half_a_character_does_not_keep_a_request_out_of_the_log(index: Index) -> None:
    assert name_subject(index.store.id, "\ud800").startswith("~")
