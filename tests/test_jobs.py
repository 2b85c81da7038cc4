"""Long work waits in a table, is done by one server at a time, and tells how far it is."""

from __future__ import annotations

import json
import os
import stat
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, serving_with_toy_encoder, settings_for
from openpyxl import load_workbook

from api.spool import SPOOL
from index import Asker, LostJob, UnknownJob
from index.jobs import LEASE_SECONDS, JobResult, Jobs
from index.store import Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OFFICER = Asker("", True)
LATER = NOON + timedelta(seconds=LEASE_SECONDS + 1)


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Store(tmp_path / "banha.sqlite").jobs


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(tmp_path, max_upload_mb=1)) as client:
        yield client


def add(jobs: Jobs, id: str, asked_by: str = "", files: int = 0, at: datetime = NOON) -> None:
    jobs.add(id, "upload", asked_by, "{}", "{}", [(f"{number}.txt", 5) for number in range(files)], at)


def wait(client: TestClient, address: str, until: str = "done") -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        job: dict[str, Any] = client.get(address).json()
        if job["state"] in ("done", "failed", "cancelled"):
            assert job["state"] == until, job
            return job
        assert time.monotonic() < deadline, job
        time.sleep(0.05)


def texts(count: int, about: str = "lò gốm") -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (f"{n}.txt", f"Ghi chú {n} về {about} ở làng nghề số {n}.".encode())) for n in range(count)]


def send(client: TestClient, files: list[tuple[str, tuple[str, bytes]]]) -> str:
    answer = client.post("/api/v1/files?wait=false", files=files)
    assert answer.status_code == 202, answer.text
    address: str = answer.headers["location"]
    return address


# The table


def test_jobs_are_taken_in_their_order_by_one_holder_at_a_time(jobs: Jobs) -> None:
    add(jobs, "second", at=NOON + timedelta(seconds=1))
    add(jobs, "first")
    first, second = jobs.take("one", NOON), jobs.take("other", NOON)
    assert first is not None
    assert second is not None
    assert (first.id, second.id, jobs.take("third", NOON)) == ("first", "second", None)


def test_a_job_whose_holder_is_silent_is_taken_over_and_the_silent_one_learns_it(jobs: Jobs) -> None:
    add(jobs, "a")
    jobs.take("dead", NOON)
    jobs.renew("a", "dead", NOON + timedelta(seconds=5))
    assert jobs.take("next", NOON + timedelta(seconds=LEASE_SECONDS + 4)) is None
    again = jobs.take("next", LATER + timedelta(seconds=5))
    assert again is not None
    assert again.attempts == 2
    for late in (
        lambda: jobs.renew("a", "dead", LATER),
        lambda: jobs.tell("a", "dead", 1, 2, None),
        lambda: jobs.finish("a", "dead", "done", None, LATER),
    ):
        with pytest.raises(LostJob):
            late()
    assert jobs.get("a", OFFICER).state == "running"


def test_parts_that_are_over_stay_so_when_another_goes_on(jobs: Jobs) -> None:
    add(jobs, "a", files=3)
    jobs.take("dead", NOON)
    jobs.tell_part("a", "dead", 0, 0, 0)
    jobs.finish_part("a", "dead", 0, "done", '{"ids": ["r"]}')
    jobs.tell_part("a", "dead", 1, 1, 2)
    jobs.take("next", LATER)
    assert [part.state for part in jobs.parts("a")] == ["done", "running", "waiting"]
    assert jobs.get("a", OFFICER).done == 1


def test_only_what_changed_since_is_told(jobs: Jobs) -> None:
    add(jobs, "a", files=3)
    jobs.take("one", NOON)
    known = jobs.get("a", OFFICER).change
    jobs.finish_part("a", "one", 2, "failed", "{}")
    assert [part.number for part in jobs.parts("a", known)] == [2]
    assert jobs.parts("a", jobs.get("a", OFFICER).change) == []


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_by_its_holder(jobs: Jobs) -> None:
    add(jobs, "a", files=1)
    add(jobs, "b", at=NOON + timedelta(seconds=1))
    jobs.take("one", NOON)
    for id in "ab":
        jobs.cancel(id, NOON)
    assert (jobs.get("a", OFFICER).state, jobs.get("b", OFFICER).state) == ("running", "cancelled")
    assert jobs.renew("a", "one", NOON)
    jobs.finish("a", "one", "cancelled", None, NOON)
    assert [part.state for part in jobs.parts("a")] == ["cancelled"]
    jobs.cancel("a", LATER)
    assert jobs.get("a", OFFICER).finished_at == jobs.get("b", OFFICER).finished_at


def test_a_job_exists_for_who_asked_and_for_officers_only(jobs: Jobs) -> None:
    add(jobs, "hers", "account-1")
    add(jobs, "nobodys")
    hers, other, nobody = Asker("account-1", False), Asker("account-2", False), Asker("", False)
    assert jobs.get("hers", hers).id == "hers"
    assert [job.id for job in jobs.latest(hers, 9)] == ["hers"]
    assert {job.id for job in jobs.latest(OFFICER, 9)} == {"hers", "nobodys"}
    for asker in (other, nobody):
        assert jobs.latest(asker, 9) == []
        for id in ("hers", "nobodys"):
            with pytest.raises(UnknownJob):
                jobs.get(id, asker)


def test_what_is_over_for_long_is_forgotten(jobs: Jobs) -> None:
    for id in ("old", "new", "running"):
        add(jobs, id, files=1)
    jobs.take("one", NOON)
    jobs.finish("new", "one", "done", None, NOON, JobResult("a.json", "application/json", b"{}", ()))
    jobs.cancel("old", NOON - timedelta(days=8))
    assert jobs.forget_before(NOON - timedelta(days=7)) == 1
    assert {job.id for job in jobs.latest(OFFICER, 9)} == {"new", "running"}
    jobs.forget("running")
    jobs.forget("new")
    assert [job.id for job in jobs.latest(OFFICER, 9)] == ["running"]
    assert jobs.result("new") is None
