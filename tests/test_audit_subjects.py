"""Whose data were seen, handed out or changed is found in the audit log by the id, however they came to be seen."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alert_case import follow
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, serving_with_toy_encoder, settings_for, use_toy_encoder
from pydantic import BaseModel
from typer.testing import CliRunner

from api.alerts.unsubscribing import stop_reminders_href, unsubscribe_href
from api.audit.recording import list_entries
from api.cli import app
from api.schemas import TellsOfRecord
from api.settings import PREFIX, Settings
from index import Account, Index, Invitation
from index.audit import Entry
from index.database import Witness, witnessed_by
from index.store import Store

TASK = {
    "id": "task-1",
    "kind": "proposal",
    "title": "Hoàn thiện chế độ sấy gỗ cao su dày 50 mm",
    "sections": [
        {"name": "goal", "text": "Hoàn thiện chế độ sấy gỗ cao su dày 50 mm và bộ điều khiển độ ẩm tự động."},
        {"name": "outcomes", "text": "Bộ điều khiển độ ẩm tự động cho lò sấy gỗ cao su."},
    ],
}
PEERS = [
    {
        "id": f"scientist-{n:012x}",
        "kind": "scientist",
        "title": name,
        "sections": [{"name": "research", "text": "Chế độ sấy gỗ cao su dày 50 mm; bộ điều khiển độ ẩm tự động."}],
        "facts": {"organisation": f"Viện Gỗ số {n}"},
    }
    for n, name in enumerate(("Tạ Hải", "Bùi Lam", "Hà Miên", "Lý Đông", "Kim Tuệ", "Vi Thảo", "Mã Long", "Âu Cơ"))
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(folder)) as client:
        assert client.post("/api/v1/records", json=[*RECORDS, TASK]).status_code == 201
        yield client


def entries_of(folder: Path, id: str) -> list[Entry]:
    store = Store(folder / "banha.sqlite")
    try:
        return list_entries(store, of=id, limit=1_000)
    finally:
        store.close()


SEEN = [
    "/api/v1/records?kind=scientist&limit=500",
    "/ho-so?loai=scientist",
    "/api/v1/search?query=s%E1%BA%A5y+g%E1%BB%97+cao+su",
    "/tim-kiem?q=s%E1%BA%A5y+g%E1%BB%97+cao+su",
    "/api/v1/records/need-1/pairings?to=scientist",
    "/ho-so/need-1/ghep?to=scientist",
    "/api/v1/records/need-1/teams",
    "/ho-so/need-1/to-ba-nha",
    "/api/v1/records/need-1/comparison?candidate=sci-1&candidate=sci-2",
    "/api/v1/assignment?kind=need&to=scientist",
    "/api/v1/charts/network?record=need-1",
    "/ban-do/mang-luoi?quanh=need-1",
    "/api/v1/records/sci-1/values",
]
EXPORTED = [
    "/api/v1/records/need-1/pairings.xlsx?to=scientist",
    "/api/v1/records/need-1/pairings.docx?to=scientist",
    "/api/v1/records/need-1/teams.docx",
    "/api/v1/records/need-1/teams.xlsx",
    "/ban-do/mang-luoi.csv?quanh=need-1",
]


@pytest.mark.parametrize("address", [*SEEN, *EXPORTED])
def test_whom_an_answer_shows_is_found(client: TestClient, folder: Path, address: str) -> None:
    before = len(entries_of(folder, "sci-1"))
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    found = entries_of(folder, "sci-1")
    assert len(found) == before + 1
    assert found[0].deed == ("exported" if address in EXPORTED else "saw")


def test_whom_a_council_seats_is_found(client: TestClient, folder: Path) -> None:
    assert client.post("/api/v1/records", json=PEERS).status_code == 201
    council = "/api/v1/records/task-1/council"
    seats = client.get(f"{council}?purpose=select").json()["seats"]
    seated = {seat["person"]["id"] for seat in seats if seat["person"]}
    assert seated
    client.get("/ho-so/task-1/hoi-dong")
    assert client.get(f"{council}.docx?purpose=select").status_code == 200
    for id in seated:
        found = [(one.deed, one.surface) for one in entries_of(folder, id)[:3]]
        assert found == [("exported", "http"), ("saw", "web"), ("saw", "http")]


def test_however_many_an_answer_shows_all_are_named(client: TestClient, folder: Path) -> None:
    many = [{"id": f"need-{n:04d}", "kind": "need", "title": f"Nhu cầu số {n}"} for n in range(120)]
    assert client.post("/api/v1/records", json=many).status_code == 201
    client.get("/api/v1/records?kind=need&limit=500")
    saw, stored = entries_of(folder, "need-0119")
    assert (saw.deed, stored.deed) == ("saw", "changed")
    assert len(saw.subjects) > 120
    assert len(stored.subjects) == 120


def wait_for(client: TestClient, id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while (job := client.get(f"/api/v1/jobs/{id}").json())["state"] not in ("done", "failed"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return dict(job)


def test_who_is_in_the_result_of_a_job_is_found(client: TestClient, folder: Path) -> None:
    asked = {"kind": "records", "parameters": {"kind": "scientist", "format": "xlsx"}}
    id = client.post("/api/v1/jobs", json=asked).json()["id"]
    assert [one.what for one in entries_of(folder, id)][-1] == "POST /api/v1/jobs"
    wait_for(client, id)
    assert client.get(f"/api/v1/jobs/{id}/result").status_code == 200
    assert entries_of(folder, "sci-2")[0].what == "GET /api/v1/jobs/{id}/result"
    assert entries_of(folder, "sci-2")[0].deed == "exported"


def test_what_an_upload_stores_is_noted_with_it(client: TestClient, folder: Path) -> None:
    csv = "Họ và tên,Lĩnh vực nghiên cứu\nTô Vân Anh,Bảo quản nông sản\n"
    asked = client.post(
        "/api/v1/files?wait=false&kind=scientist", files={"files": ("ds.csv", csv.encode(), "text/csv")}
    )
    assert asked.status_code == 202, asked.text
    job = wait_for(client, asked.json()["id"])
    (stored,) = job["files"][0]["stored"]
    changed = entries_of(folder, stored["id"])[-1]
    assert (changed.deed, changed.what, changed.role) == ("changed", "job upload", "officer")
    assert changed.subjects == (job["id"], stored["id"])


def test_strangers_and_pages_that_show_nobody_leave_no_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        client.post("/api/v1/records", json=RECORDS)
        store = Store(tmp_path / "banha.sqlite")
        before = store.audit.head
        for address in ("/tro-giup", "/api/v1/health", "/tai-len", "/viec"):
            assert client.get(address).status_code == 200
        assert store.audit.head == before
    with serving(settings_for(tmp_path, "nobody")) as client:
        assert "Đoàn Thị Minh Sương" in client.get("/ho-so?loai=scientist").text
    assert store.audit.head == before
    store.close()


def test_each_shape_that_names_a_record_says_so() -> None:
    """A new shape with the id and title of a record must not slip past the log."""
    import api.cli
    import api.pages
    import api.routes

    assert api.cli.app
    assert api.pages.router
    assert api.routes.router
    found, waiting = set(), [BaseModel]
    while waiting:
        for shape in waiting.pop().__subclasses__():
            waiting.append(shape)
            found.add(shape)
    naming = {"title", "name"}
    for shape in found:
        fields = set(shape.model_fields)
        if shape.__module__.startswith("api.") and "id" in fields and naming & fields:
            is_other = shape.__name__ in {"Token", "Job", "SavedSearch", "AskedGuidance"}
            assert is_other or issubclass(shape, TellsOfRecord), shape


# Accounts


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("BANHA_DATA", str(tmp_path))
    monkeypatch.setenv("BANHA_MODEL", "none")

    def invoke(*args: str) -> Entry:
        done = CliRunner().invoke(app, args, prog_name="banha", input="ba nha cung mot mai\n")
        assert done.exit_code == 0, done.output
        store = Store(tmp_path / "banha.sqlite")
        (entry,) = store.audit.entries(limit=1)
        store.close()
        return entry

    return invoke


def test_commands_about_accounts_name_the_account_and_no_address(run: Callable[..., Entry], tmp_path: Path) -> None:
    added = run("account", "add", "an@so.vn", "--name", "An", "--role", "administrator")
    id, role = added.subjects
    assert role == "role:administrator"
    for command in (("password",), ("disable",), ("disable", "--undo"), ("erase",)):
        assert id in run("account", command[0], "an@so.vn", *command[1:]).subjects
    run("account", "add", "an@so.vn", "--name", "An", "--role", "administrator")
    invited = run("account", "invite", "binh@vien.vn", "--role", "officer")
    name, role = invited.subjects
    assert (name.partition("-")[0], role) == ("invitation", "role:officer")
    store = Store(tmp_path / "banha.sqlite")
    log = "".join(text for (text,) in store.database.rows("SELECT entry FROM audit_log"))
    assert "so.vn" not in log
    assert "vien.vn" not in log
    store.close()


def test_whatever_keeps_accounts_names_them(tmp_path: Path) -> None:
    store = Store(tmp_path / "banha.sqlite")
    try:
        account = Account("0123456789abcdef", "an@so.vn", "An", "administrator", None)
        made = note_what_is_changed(lambda: store.open_account(account, None, datetime.now(UTC)))
        assert made == ["0123456789abcdef", "role:administrator"]
        invitation = Invitation("binh@vien.vn", "", "officer", None, "2100-01-01T00:00:00+00:00")
        named = note_what_is_changed(lambda: store.invitations.remember(b"\x01" * 32, invitation))
        assert named == ["invitation-010101010101", "role:officer"]
        assert note_what_is_changed(lambda: store.invitations.withdraw("binh@vien.vn")) == named[:1]
        assert note_what_is_changed(lambda: store.accounts.unlink(account.id)) == [account.id]
        assert note_what_is_changed(lambda: store.erase_account(account.id)) == [account.id]
    finally:
        store.close()


def test_what_stops_mails_without_signing_in_names_the_account(tmp_path: Path) -> None:
    with serving(settings_for(tmp_path, model="none")) as client:
        index: Index = client.app_state["server"].live.current.index
        account = Account("0123456789abcdef", "an@so.vn", "An", "administrator", None)
        index.store.open_account(account, None, datetime.now(UTC))
        search = follow(index, account, by_mail=True)
        links = [
            unsubscribe_href(index, account.id),
            unsubscribe_href(index, account.id, search.id),
            stop_reminders_href(index, account.id),
        ]
        for count, link in enumerate(links, 1):
            assert client.post(link).status_code == 200
            found = entries_of(tmp_path, account.id)
            last = found[0]
            assert len(found) == count
            assert (last.what, last.actor, last.subjects) == ("POST /ngung-thu/{token}", "", (account.id,))


def test_whose_need_the_first_page_tells_is_noted(tmp_path: Path) -> None:
    with serving(settings_for(tmp_path, model="none")) as client:
        assert client.post("/api/v1/records", json=RECORDS).status_code == 201
        assert "/ho-so/need-1/ghep" in client.get("/").text
        last = entries_of(tmp_path, "need-1")[0]
        assert (last.deed, last.what) == ("saw", "GET /")


def test_whom_the_figures_of_gaps_count_is_found(client: TestClient, folder: Path) -> None:
    told = client.get("/api/v1/gaps?by=field").json()
    ids = {id for part in ("need", "order", "scientist", "task", "offer") for id in told["table"]["total"][part]}
    assert {"need-1", "sci-1", "sci-2"} <= ids
    for id in ids:
        assert entries_of(folder, id)[0].what == "GET /api/v1/gaps"


def test_the_command_about_gaps_is_noted(run: Callable[..., Entry], tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text(json.dumps(RECORDS), "utf-8")
    run("ingest", str(path))
    for args, deed in (((), "saw"), (("--json",), "saw"), (("--output", str(tmp_path / "a.csv")), "exported")):
        entry = run("gaps", *args)
        assert (entry.what, entry.deed) == ("gaps", deed)
        # On the terminal stand numbers, and only such needs by name as nobody can serve.
        named = {id for id in ("need-1", "sci-1", "sci-2") if entry in entries_of(tmp_path, id)}
        assert not args or named == {"need-1", "sci-1", "sci-2"}


def note_what_is_changed(change: Callable[[], object]) -> list[str]:
    witness = Witness(lambda _: True)
    with witnessed_by(witness):
        change()
    assert witness.has_testified
    return list(witness.changed)
