"""The audit log: it grows by what people do, holds no names, and shows whatever was done to it behind its back."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, settings_for, use_toy_encoder
from typer.testing import CliRunner

from api.app import create_app
from api.audit.audited import ADDRESSES, COMMANDS, deed_of, deed_of_command
from api.audit.middleware import Auditing
from api.audit.recording import Doer, anchor_of, record
from api.cli import app
from api.live_workspace import Server
from api.settings import PREFIX, Settings
from index import UnusableFolder
from index.audit import Anchor, Doubt, Entry, Finding, _chain
from index.store import Store
from ingest import Viewer

OFFICER = Doer("a1b2c3d4e5f6", "officer", "web")


def settings_of(folder: Path, **more: Any) -> Settings:
    return Settings(data=folder, lang="vi", **more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a log of eight entries and its anchor."""
    data = tmp_path / "data"
    data.mkdir()
    store = Store(data / "banha.sqlite")
    for n in range(8):
        assert record(store, anchor_of(settings_of(data)), OFFICER, "saw", "GET /ho-so/{id:path}", [f"need-{n}"])
    store.close()
    return data


def verify(folder: Path) -> list[Finding]:
    store = Store(folder / "banha.sqlite")
    try:
        return store.audit.verify(anchor_of(settings_of(folder)).read())
    finally:
        store.close()


def tamper(folder: Path, *statements: str) -> None:
    """With plain SQLite, without the guards, which are put back."""
    with closing(sqlite3.connect(folder / "banha.sqlite")) as database:
        guards = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_log'"
        ).fetchall()
        for name, _ in guards:
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
        for _, sql in guards:
            database.execute(sql)
        database.commit()


def rebuild(folder: Path, entries: list[str]) -> None:
    """The whole table anew, with a chain and a head that fit."""
    with closing(sqlite3.connect(folder / "banha.sqlite")) as database:
        (genesis,) = database.execute("SELECT 'banha audit ' || value FROM settings WHERE name = 'id'").fetchone()
    import hashlib

    before, rows = hashlib.sha256(genesis.encode()).hexdigest(), []
    for n, text in enumerate(entries, 1):
        before = _chain(before, text)
        rows.append(f"INSERT INTO audit_log VALUES ({n}, '{text}', '{before}')")
    tamper(
        folder,
        "DELETE FROM audit_log",
        *rows,
        f"UPDATE settings SET value = '{len(entries)} {before}' WHERE name = 'audit_head'",
    )


def entries_of(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "banha.sqlite")) as database:
        return [text for (text,) in database.execute("SELECT entry FROM audit_log ORDER BY n")]


def test_an_untouched_log_is_whole(folder: Path) -> None:
    assert verify(folder) == []


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET digest = ''", "DELETE FROM audit_log WHERE n = 3"])
def test_the_database_refuses_changes(folder: Path, statement: str) -> None:
    with (
        closing(sqlite3.connect(folder / "banha.sqlite")) as database,
        pytest.raises(sqlite3.IntegrityError, match="only grows"),
    ):
        database.execute(statement)


@pytest.mark.parametrize("n", [3, 9, 99])
def test_nothing_is_put_in_or_put_over(folder: Path, n: int) -> None:
    verb = "INSERT OR REPLACE" if n == 3 else "INSERT"
    with closing(sqlite3.connect(folder / "banha.sqlite")) as database:
        if n == 9:
            # The next number is the guard's to allow; the chain tells that it was not the program.
            database.execute("INSERT INTO audit_log VALUES (9, '{}', '')")
            database.commit()
        else:
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                database.execute(f"{verb} INTO audit_log VALUES ({n}, '{{}}', '')")
    assert bool(verify(folder)) == (n == 9)


CHANGED = "UPDATE audit_log SET entry = replace(entry, 'saw', 'changed') WHERE n = 4"
SWAPPED = (
    "UPDATE audit_log SET n = 99 WHERE n = 3",
    "UPDATE audit_log SET n = 3 WHERE n = 4",
    "UPDATE audit_log SET n = 4 WHERE n = 99",
)


@pytest.mark.parametrize(
    ("statements", "flaws"),
    [
        ((CHANGED,), {("changed", 4)}),
        (("DELETE FROM audit_log WHERE n = 4",), {("missing", 4), ("changed", 5), ("replaced", 4)}),
        (("INSERT INTO audit_log VALUES (0, '{}', '')",), {("inserted", 0), ("changed", 0), ("changed", 1)}),
        (SWAPPED, {("changed", 3), ("changed", 4), ("changed", 5), ("replaced", 3), ("replaced", 4)}),
        (("DELETE FROM audit_log WHERE n > 6",), {("head", 6), ("cut", 7)}),
        (
            (
                "DELETE FROM audit_log WHERE n > 6",
                """UPDATE settings SET value = (SELECT n || ' ' || digest FROM audit_log WHERE n = 6)
                   WHERE name = 'audit_head'""",
            ),
            {("cut", 7)},
        ),
        (("DELETE FROM audit_log",), {("head", 0), ("cut", 1)}),
        (
            ("DELETE FROM audit_log", "DELETE FROM settings WHERE name = 'audit_head'"),
            {("cut", 1)},
        ),
        (("UPDATE settings SET value = '8 x' WHERE name = 'audit_head'",), {("head", 8)}),
    ],
)
def test_whatever_is_done_to_the_table_is_found(
    folder: Path, statements: tuple[str, ...], flaws: set[tuple[str, int]]
) -> None:
    tamper(folder, *statements)
    assert {(one.flaw, one.n) for one in verify(folder)} == flaws


def test_a_table_that_is_written_anew_with_a_fitting_chain_is_found_by_the_anchor(folder: Path) -> None:
    entries = entries_of(folder)
    rebuild(folder, entries)
    assert verify(folder) == []
    rebuild(folder, [entries[0].replace("saw", "changed"), *entries[1:]])
    assert {one.flaw for one in verify(folder)} == {"replaced"}
    (folder / "audit-anchor.txt").unlink()
    assert {one.flaw for one in verify(folder)} == {"anchor missing"}


def test_another_databases_log_does_not_fit(folder: Path, tmp_path: Path) -> None:
    other = Store(tmp_path / "other.sqlite")
    other.close()
    with closing(sqlite3.connect(folder / "banha.sqlite")) as source:
        rows = source.execute("SELECT * FROM audit_log").fetchall()
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as target:
        target.executemany("INSERT INTO audit_log VALUES (?, ?, ?)", rows)
        target.execute("INSERT INTO settings VALUES ('audit_head', ?)", (f"8 {rows[-1][2]}",))
        target.commit()
    store = Store(tmp_path / "other.sqlite")
    assert Finding("changed", 1) in store.audit.verify(Anchor(folder / "audit-anchor.txt").read())
    store.close()


def test_missing_guards_are_found(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "banha.sqlite")) as database:
        database.execute("DROP TRIGGER audit_log_is_not_changed")
    assert verify(folder) == [Finding("unguarded", 0)]


# The anchor


def test_the_anchor_catches_up_after_it_could_not_be_written(folder: Path) -> None:
    settings = settings_of(folder)
    anchor, store = anchor_of(settings), Store(folder / "banha.sqlite")
    elsewhere = Anchor(folder / "none" / "anchor.txt")
    assert record(store, elsewhere, OFFICER, "changed", "test")
    assert len(anchor.read() or []) == 8
    assert record(store, anchor, OFFICER, "changed", "test")
    assert [link.n for link in anchor.read() or []] == list(range(1, 11))
    assert store.audit.verify(anchor.read()) == []
    store.close()


def test_a_line_that_was_broken_off_is_written_again(folder: Path) -> None:
    path = folder / "audit-anchor.txt"
    path.write_bytes(path.read_bytes()[:-30])
    store = Store(folder / "banha.sqlite")
    assert record(store, Anchor(path), OFFICER, "changed", "test")
    assert store.audit.verify(Anchor(path).read()) == []
    assert {link.n for link in Anchor(path).read() or []} == set(range(1, 10))
    store.close()


def test_an_anchor_that_was_taken_away_is_not_quietly_made_again(folder: Path) -> None:
    (folder / "audit-anchor.txt").unlink()
    store = Store(folder / "banha.sqlite")
    assert record(store, anchor_of(settings_of(folder)), OFFICER, "changed", "test")
    store.close()
    assert verify(folder) == [Finding("anchor late", 9)]


def forge(folder: Path) -> None:
    """One more entry at the end, with a digest and a head that fit."""
    text = json.dumps({**json.loads(entries_of(folder)[-1]), "n": 9}, sort_keys=True, separators=(",", ":"))
    with closing(sqlite3.connect(folder / "banha.sqlite")) as database:
        (before,) = database.execute("SELECT digest FROM audit_log WHERE n = 8").fetchone()
        digest = _chain(before, text)
        database.execute("INSERT INTO audit_log VALUES (9, ?, ?)", (text, digest))
        database.execute("UPDATE settings SET value = ? WHERE name = 'audit_head'", (f"9 {digest}",))
        database.commit()


def test_what_is_forged_at_the_end_is_vouched_for_by_nobody(folder: Path) -> None:
    anchor = anchor_of(settings_of(folder))
    forge(folder)
    store = Store(folder / "banha.sqlite")
    assert store.audit.doubt(anchor.read()) == Doubt(1, ())
    assert record(store, anchor, OFFICER, "changed", "test")
    assert store.audit.doubt(anchor.read()) == Doubt(0, (9,))
    assert (folder / "audit-anchor.txt").read_text().splitlines()[8].endswith(" ?")
    store.close()


def test_a_program_vouches_for_what_another_has_anchored_before_it(folder: Path) -> None:
    anchor, store = anchor_of(settings_of(folder)), Store(folder / "banha.sqlite")
    entry = Entry("2026", "", "officer", "cli", "saw", "x")
    link = store.audit.append(entry)
    # As if another program had come first: it does not know whose the entry is.
    store.audit.written.discard(link)
    anchor.keep_up(store.audit)
    assert store.audit.doubt(anchor.read()) == Doubt(0, (9,))
    store.audit.written.add(link)
    store.audit.append(entry)
    anchor.keep_up(store.audit)
    assert store.audit.doubt(anchor.read()) == Doubt(0, ())
    assert store.audit.written == set()
    store.close()


def test_guards_that_do_nothing_are_found(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "banha.sqlite")) as database:
        database.execute("DROP TRIGGER audit_log_is_not_changed")
        database.execute("CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log BEGIN SELECT 1; END")
    assert verify(folder) == [Finding("unguarded", 0)]


# Entries


def test_entries_name_no_persons(folder: Path) -> None:
    store = Store(folder / "banha.sqlite")
    record(store, anchor_of(settings_of(folder)), OFFICER, "saw", "test", ["nguyen-van-a", "scientist-0123456789ab"])
    (entry,) = store.audit.entries(limit=1)
    store.close()
    assert entry.subjects[1] == "scientist-0123456789ab"
    assert entry.subjects[0].startswith("~")
    assert "nguyen" not in "".join(entries_of(folder))


def test_entries_are_found_by_actor_time_and_thing(folder: Path) -> None:
    store = Store(folder / "banha.sqlite")
    assert len(store.audit.entries(actor="a1b2c3d4e5f6")) == 8
    assert store.audit.entries(actor="") == []
    assert store.audit.entries(since=datetime(2100, 1, 1, tzinfo=UTC)) == []
    assert [one.n for one in store.audit.entries(subject="need-3")] == [4]
    store.close()


def test_a_read_is_answered_though_nothing_can_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.database._SHORT_WAIT_MS", 5)
    store = Store(folder / "banha.sqlite")
    with closing(sqlite3.connect(folder / "banha.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not record(store, anchor_of(settings_of(folder)), OFFICER, "saw", "test")
    assert record(store, anchor_of(settings_of(folder)), OFFICER, "saw", "test", missed=1)
    assert store.audit.entries(limit=1)[0].missed == 1
    store.close()


def test_an_entry_costs_little(folder: Path) -> None:
    store, anchor = Store(folder / "banha.sqlite"), anchor_of(settings_of(folder))
    record(store, anchor, OFFICER, "saw", "test")
    started = time.process_time()
    for _ in range(50):
        record(store, anchor, OFFICER, "saw", "test", ["need-1"])
    assert (time.process_time() - started) / 50 < 0.005
    store.close()


# What is noted


def routes_of(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(inner := getattr(route, "original_router", None), APIRouter):
            yield from routes_of(inner)


def all_addresses() -> set[str]:
    import api.pages
    import api.routes

    found = set()
    for prefix, router in (("/api/v1", api.routes.router), ("", api.pages.router)):
        for route in routes_of(router):
            # What stands in a router with a prefix bears it already.
            path = prefix + route.path.removeprefix(prefix)
            found |= {f"{method} {path}" for method in route.methods}
    return found


def test_every_changing_route_is_noted() -> None:
    for address in all_addresses():
        method, _, path = address.partition(" ")
        if method not in ("GET", "HEAD"):
            assert deed_of(method, path), address


def test_every_changing_route_writes_an_entry(folder: Path) -> None:
    store = Store(folder / "banha.sqlite")
    live: Any = SimpleNamespace(current=SimpleNamespace(index=SimpleNamespace(store=store)))
    nothing: Any = None
    server = Server(settings_of(folder), Viewer("officer"), str, live, nothing)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": scope["status"]})

    async def ignore(*_: Any) -> dict[str, Any]:
        return {"type": "http.disconnect"}

    def ask(address: str, status: int) -> None:
        method, _, path = address.partition(" ")
        scope = {
            **{"type": "http", "method": method, "path": path, "headers": [], "status": status},
            **{"route": SimpleNamespace(path=path), "state": {"server": server}},
        }
        asyncio.run(Auditing(answer)(scope, ignore, ignore))

    changing = sorted(one for one in all_addresses() if one.partition(" ")[0] not in ("GET", "HEAD"))
    assert len(changing) > 50
    for address in changing:
        before = store.audit.head.n
        ask(address, 422)
        assert store.audit.head.n == before
        ask(address, 303)
        assert store.audit.entries(limit=1)[0].what == address
    store.close()


def test_every_address_of_the_list_is_there() -> None:
    optional = {
        "POST /dang-nhap",
        "POST /dang-xuat",
        "GET /viec/{id}/tep",
        "GET /viec/{id}/tep/{number}",
        "GET /quan-tri/nhan-ho-so",
    }
    assert set(ADDRESSES) - all_addresses() <= optional


def test_commands_are_noted_unless_they_neither_change_nor_show() -> None:
    assert deed_of_command("something new", False) == "changed"
    assert deed_of_command("match", True) == "exported"
    assert deed_of_command("doctor", False) is None
    assert {"remove", "engage move", "match"} <= set(COMMANDS)


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        assert client.post("/api/v1/records", json=RECORDS).status_code == 201
        yield client


def test_requests_are_noted_with_what_they_name(client: TestClient, tmp_path: Path) -> None:
    store = Store(tmp_path / "banha.sqlite")

    def last() -> tuple[str, str, int]:
        (entry,) = store.audit.entries(limit=1)
        return entry.deed, entry.what, len(entry.subjects)

    assert last() == ("changed", "POST /api/v1/records", len(RECORDS))
    client.get("/ho-so/sci-1")
    assert last() == ("saw", "GET /ho-so/{id:path}", 1)
    client.get("/api/v1/records/need-1/pairings.xlsx?to=scientist")
    assert last()[:2] == ("exported", "GET /api/v1/records/{id:path}/pairings.{format}")
    begun = client.post("/api/v1/engagements", json={"record": "need-1", "candidate": "sci-1"})
    assert last() == ("decided", "POST /api/v1/engagements", 3)
    client.post(f"/ket-noi/{begun.json()['id']}/hoan-tac")
    client.post("/api/v1/judgements", json={"record": "need-1", "candidate": "sci-1", "verdict": "fits"})
    assert last() == ("decided", "POST /api/v1/judgements", 2)
    client.post("/ho-so/need-1/ghep", data={"candidate": "sci-1", "verdict": "undo", "to": "scientist"})
    assert {entry.subjects for entry in store.audit.entries(limit=3)} != {()}
    client.delete("/api/v1/records/sci-1")
    assert last() == ("erased", "DELETE /api/v1/records/{id:path}", 1)
    before = store.audit.head
    client.delete("/api/v1/records/sci-1")
    client.get("/ho-so/none")
    client.get("/tro-giup")
    assert store.audit.head == before
    assert store.audit.verify(anchor_of(settings_of(tmp_path)).read()) == []
    store.close()


def test_strangers_who_read_are_not_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path, "nobody")) as client:
        client.get("/ho-so")
    store = Store(tmp_path / "banha.sqlite")
    assert store.audit.head.n == 0
    store.close()


def test_erasing_a_person_leaves_the_chain_whole(client: TestClient, tmp_path: Path) -> None:
    client.get("/ho-so/sci-1")
    client.delete("/api/v1/records/sci-1")
    assert verify(tmp_path) == []
    assert "Sương" not in "".join(entries_of(tmp_path))


# By command


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")
    path = tmp_path / "ho-so.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in RECORDS), "utf-8")

    def invoke(*args: object) -> Any:
        return CliRunner().invoke(app, [str(arg) for arg in args], prog_name="banha")

    assert invoke("ingest", path).exit_code == 0
    return invoke


def test_commands_are_noted_and_verified(run: Callable[..., Any], tmp_path: Path) -> None:
    run("show", "sci-1")
    run("engage", "start", "need-1", "sci-1")
    run("remove", "sci-2")
    run("show", "none")
    listed = json.loads(run("audit", "list", "--json").stdout)["entries"]
    assert [(one["deed"], one["what"]) for one in listed] == [
        *(("erased", "remove"), ("decided", "engage start"), ("saw", "show"), ("changed", "ingest"))
    ]
    assert {one["surface"] for one in listed} == {"cli"}
    seen = run("audit", "list", "--of", "sci-1", "--limit", "5").stdout
    assert "đã xem · show" in seen
    assert "saw" not in seen
    assert json.loads(run("audit", "list", "--by", "nobody", "--json").stdout) == {"entries": []}
    assert json.loads(run("audit", "list", "--since", "2100-01-01", "--json").stdout) == {"entries": []}
    whole = run("audit", "verify", "--json")
    assert (whole.exit_code, json.loads(whole.stdout)["is_whole"]) == (0, True)
    said = run("audit", "verify")
    assert "chưa được neo" not in said.stderr
    (tmp_path / "data" / "audit-anchor.txt").rename(tmp_path / "neo.txt")
    lines = (tmp_path / "neo.txt").read_text().splitlines()
    (tmp_path / "data" / "audit-anchor.txt").write_text("\n".join([*lines[:-2], f"{lines[-2]} ?"]) + "\n")
    doubtful = run("audit", "verify")
    assert doubtful.exit_code == 0
    assert "1 mục cuối chưa được neo" in doubtful.stderr
    assert f"mới nhất: {len(lines) - 1}" in doubtful.stderr
    (tmp_path / "neo.txt").rename(tmp_path / "data" / "audit-anchor.txt")
    copy = tmp_path / "ban-sao.txt"
    shutil.copy(tmp_path / "data" / "audit-anchor.txt", copy)
    tamper(tmp_path / "data", "DELETE FROM audit_log WHERE n > 2")
    broken = run("audit", "verify", "--anchor", copy)
    assert broken.exit_code == 3
    assert "bị cắt" in broken.stderr


def test_the_anchor_stands_where_the_settings_say(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANHA_AUDIT_ANCHOR", str(tmp_path / "noi-khac.txt"))
    run("show", "sci-1")
    assert (tmp_path / "noi-khac.txt").exists()


def test_the_application_takes_note(tmp_path: Path) -> None:
    assert any("Auditing" in repr(one) for one in create_app(settings_of(tmp_path)).user_middleware)


def test_an_entry_keeps_its_fields() -> None:
    assert Entry("2026", "", "officer", "cli", "saw", "x").subjects == ()


# With the change, or not at all

_KILLED = """
import os, signal, sys
from contextlib import contextmanager
from index.database import Database

before, at, arguments = sys.argv[1] == "before", int(sys.argv[2]), sys.argv[3:]
whole, seen = Database.preparing, 0

@contextmanager
def dying(self, is_patient=True, is_witnessed=True):
    global seen
    with whole(self, is_patient, is_witnessed):
        yield
        seen += 1
        if before and seen == at:
            os.kill(os.getpid(), signal.SIGKILL)
    if not before and seen == at:
        os.kill(os.getpid(), signal.SIGKILL)

Database.preparing = dying
from api.cli import app
app(arguments, prog_name="banha")
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_is_killed_has_either_changed_and_noted_it_or_neither(
    run: Callable[..., Any], tmp_path: Path, when: str
) -> None:
    command = [sys.executable, "-c", _KILLED, when, "1", "account", "add", "an@so.vn", "--name", "An"]
    killed = subprocess.run(
        [*command, "--role", "officer"], input=b"ba nha cung mot mai\n", capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    store = Store(tmp_path / "data" / "banha.sqlite")
    assert [one.what for one in store.audit.entries()] == ["account add", "ingest"][when == "before" :]
    assert len(store.accounts.all()) == (when == "after")
    assert store.audit.verify(anchor_of(settings_of(tmp_path / "data")).read()) == []
    store.close()
    run("show", "sci-1")
    assert verify(tmp_path / "data") == []


def test_what_was_changed_is_noted_though_the_answer_never_came(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise RuntimeError

    store = Store(tmp_path / "banha.sqlite")
    monkeypatch.setattr("api.audit.middleware.record", die)
    monkeypatch.setattr("api.audit.middleware.secure", die)
    client.post("/api/v1/judgements", json={"record": "need-1", "candidate": "sci-1", "verdict": "fits"})
    (entry,) = store.audit.entries(limit=1)
    assert (entry.deed, entry.what, len(entry.subjects)) == ("decided", "POST /api/v1/judgements", 2)
    assert len(store.judgements.current()) == 1
    store.close()


def test_what_cannot_be_noted_is_not_changed(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise UnusableFolder("đĩa đầy")

    monkeypatch.setattr("index.audit.AuditLog.insert", fail)
    assert client.delete("/api/v1/records/sci-1").status_code >= 500
    store = Store(tmp_path / "banha.sqlite")
    assert store.get("sci-1").title
    store.close()


def test_a_form_with_files_names_what_it_is_about(client: TestClient, tmp_path: Path) -> None:
    store = Store(tmp_path / "banha.sqlite")
    file = ("orcid.json", b" " * 2_000_000, "application/json")
    said = {"candidate": "sci-1", "verdict": "fits", "to": "scientist"}
    assert client.post("/ho-so/need-1/ghep", files={"x": file}, data=said, follow_redirects=False).status_code == 303
    (entry,) = store.audit.entries(limit=1)
    assert (entry.what, len(entry.subjects)) == ("POST /ho-so/{id:path}/ghep", 2)
    store.close()


def test_a_list_of_events_that_the_listener_leaves_is_noted(folder: Path) -> None:
    store = Store(folder / "banha.sqlite")
    live: Any = SimpleNamespace(current=SimpleNamespace(index=SimpleNamespace(store=store)))
    nothing: Any = None
    server = Server(settings_of(folder), Viewer("officer"), str, live, nothing)

    async def answer(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        raise OSError("gone")

    async def ignore(*_: Any) -> dict[str, Any]:
        return {"type": "http.disconnect"}

    path = "/api/v1/jobs/{id}/events"
    scope = {
        **{"type": "http", "method": "GET", "path": path, "headers": []},
        **{"route": SimpleNamespace(path=path), "state": {"server": server}},
    }
    with pytest.raises(OSError, match="gone"):
        asyncio.run(Auditing(answer)(scope, ignore, ignore))
    assert store.audit.entries(limit=1)[0].what == "GET /api/v1/jobs/{id}/events"
    store.close()
