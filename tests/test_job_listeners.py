"""Who listens to a job is asked anew while it goes on: what a session or role gave ends with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from http_case import serving, settings_for

import api.accounts.keeping as keeping
from api.access import session_cookie
from api.accounts.signing_in import digest_of
from index import Index
from index.store import Store

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SECRET = "mot-phien-lam-viec"
# What ends the right to listen, of the account with this id.
ENDINGS: dict[str, Callable[[Store, str], None]] = {
    "signed out": lambda store, id: store.sessions.close(digest_of(SECRET)),
    "disabled": lambda store, id: store.accounts.disable(id),
    "demoted": lambda store, id: store.accounts.change_role(id, "reviewer", None),
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(settings_for(tmp_path, model="none")) as client:
        yield client


def add_running(store: Store, id: str) -> None:
    """A job at which another server is for an hour yet."""
    until = (datetime.now(UTC) + timedelta(hours=1)).timestamp()
    with store.jobs._database.preparing():
        store.jobs._database.change(
            """INSERT INTO jobs (id, kind, asked_by, viewer, parameters, state, done, total, change, attempts,
               is_cancelling, holder, lease_until, created_at)
               VALUES (?, 'pairs', 'another', '{"role": "officer"}', '{"lang": "vi", "parameters": "{}"}', 'running',
               0, 0, 1, 1, 0, 'other', ?, ?)""",
            (id, until, NOW.isoformat()),
        )


@pytest.mark.parametrize("ending", ENDINGS)
def test_who_may_see_a_job_no_more_is_told_no_more(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("api.accounts.passwords._hasher", lambda: quick)
    index: Index = client.app_state["server"].live.current.index
    account = keeping.add_account(index, "officer@thu.vn", "Cán bộ", "officer", None, "ba nhà cùng một mái", NOW)
    index.store.sessions.open(digest_of(SECRET), account.id, "test", datetime.now(UTC))
    add_running(index.store, "job-1")
    headers = {"Cookie": f"{session_cookie(False)}={SECRET}"}
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(client.get, "/api/v1/jobs/job-1/events", headers=headers)
        time.sleep(0.6)
        assert not heard.done()
        ENDINGS[ending](index.store, account.id)
        try:
            answer = heard.result(timeout=10)
        finally:
            client.app.state.ending.set()  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert answer.text.count("event: job") == 1
    assert client.get("/api/v1/jobs/job-1/events", headers=headers).status_code == 404
