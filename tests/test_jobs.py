"""Long work waits in a table, is done by one server at a time, and tells how far it is."""

from __future__ import annotations

import json
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

from api.jobs.spool import SPOOL
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


def test_jobs_go_with_the_account_that_asked_for_them(tmp_path: Path) -> None:
    store = Store(tmp_path / "banha.sqlite")
    for id, asked_by in (("hers", "account-1"), ("other", "account-2")):
        add(store.jobs, id, asked_by, files=1)
    store.jobs.take("one", NOON)
    store.erase_account("account-1")
    assert [job.id for job in store.jobs.latest(OFFICER, 9)] == ["other"]
    with pytest.raises(LostJob):
        store.jobs.finish_part("hers", "one", 0, "done", "{}")
    assert store.jobs.parts("hers") == []


# Uploads


def test_an_upload_is_answered_before_it_is_read_and_told_file_by_file(client: TestClient) -> None:
    files = [*texts(3), ("files", ("hỏng.docx", b"PK\x03\x04 broken")), ("files", ("to.txt", b"a" * 1_100_000))]
    address = send(client, files)
    job = wait(client, address)
    assert (job["done"], job["total"], job["kind"]) == (5, 5, "upload")
    assert [one["state"] for one in job["files"]] == ["done"] * 3 + ["failed"] * 2
    assert [one["name"] for one in job["files"]] == [name for _, (name, _) in files]
    stored = [one["stored"][0] for one in job["files"][:3]]
    assert [one["change"] for one in stored] == ["new"] * 3
    assert all(client.get(f"/api/v1/records/{one['id']}").json()["title"] == one["title"] for one in stored)
    assert "1 MB" in job["files"][4]["refused"][0]["reason"]
    assert [one["id"] for one in client.get("/api/v1/jobs").json()["jobs"]] == [job["id"]]


def test_a_program_may_prefer_not_to_wait(client: TestClient) -> None:
    answer = client.post("/api/v1/files", files=texts(1), headers={"Prefer": "wait=5, respond-async"})
    assert (answer.status_code, answer.headers["preference-applied"]) == (202, "respond-async")
    wait(client, answer.json()["address"])
    assert client.post("/api/v1/files", files=texts(1)).json()["unchanged"]


def test_files_wait_where_nobody_else_looks_and_are_gone_afterwards(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []
    begun = threading.Event()
    go_on = threading.Event()

    def read(*args: Any, **more: Any) -> Any:
        begun.set()
        assert go_on.wait(30)
        return store_file(*args, **more)

    from api.uploads import store_file

    monkeypatch.setattr("api.jobs.kinds.store_file", read)
    address = send(client, [("files", ("../../etc/passwd.txt", b"Ghi ch\xc3\xba.")), *texts(1)])
    assert begun.wait(30)
    for path in sorted((tmp_path / SPOOL).rglob("*")):
        seen.append((path.name, stat.S_IMODE(path.stat().st_mode)))
    go_on.set()
    job = wait(client, address)
    assert seen == [(job["id"], 0o700), ("0", 0o600), ("1", 0o600)]
    assert stat.S_IMODE((tmp_path / SPOOL).stat().st_mode) == 0o700
    assert job["files"][0]["name"] == "passwd.txt"
    assert wait_for(lambda: not list((tmp_path / SPOOL).iterdir()))


def wait_for(is_so: Any) -> bool:
    deadline = time.monotonic() + 20
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(is_so())


def test_cancelled_between_two_files_the_rest_is_left_out(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.uploads import store_file

    ids: list[str] = []

    def read(*args: Any, **more: Any) -> Any:
        if args[2] == "1.txt":
            client.post(f"/api/v1/jobs/{ids[0]}/cancel")
        return store_file(*args, **more)

    monkeypatch.setattr("api.jobs.kinds.store_file", read)
    monkeypatch.setattr("api.jobs.held.HeldJob.check", _waiting_check(ids))
    address = send(client, texts(4))
    ids.append(address.rsplit("/", 1)[1])
    job = wait(client, address, "cancelled")
    assert [one["state"] for one in job["files"]] == ["done", "done", "cancelled", "cancelled"]
    assert len(client.get("/api/v1/records").json()["records"]) == 2
    assert wait_for(lambda: not list((tmp_path / SPOOL).iterdir()))


def _waiting_check(ids: list[str]) -> Any:
    from api.jobs.held import HeldJob

    check = HeldJob.check

    def check_when_known(held: HeldJob) -> None:
        assert wait_for(lambda: ids)
        check(held)

    return check_when_known


def test_a_server_that_ends_leaves_the_rest_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.uploads import store_file

    begun, go_on = threading.Event(), threading.Event()

    def read(*args: Any, **more: Any) -> Any:
        begun.set()
        go_on.wait(30)
        return store_file(*args, **more)

    settings = settings_for(tmp_path)
    with pytest.MonkeyPatch.context() as patch, serving_with_toy_encoder(settings) as client:
        patch.setattr("api.jobs.kinds.store_file", read)
        address = send(client, texts(3))
        assert begun.wait(30)
        threading.Timer(0.5, go_on.set).start()
    with serving_with_toy_encoder(settings) as client:
        job = wait(client, address)
        assert [one["state"] for one in job["files"]] == ["done"] * 3
        assert [one["stored"][0]["change"] for one in job["files"]] == ["new"] * 3


def test_what_a_removed_record_was_in_says_no_more_of_it(client: TestClient) -> None:
    address = send(client, texts(2))
    first = wait(client, address)["files"][0]
    assert client.delete(f"/api/v1/records/{first['stored'][0]['id']}").status_code == 204
    files = client.get(address).json()["files"]
    assert "0.txt" not in json.dumps(files)
    assert files[0]["stored"] == []
    assert files[1]["stored"]


# Other work


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (
            {"kind": "pairs", "parameters": {"kind": "need", "to": "scientist", "format": "json"}},
            "banha-need-scientist.json",
        ),
        ({"kind": "assignment"}, "banha-assignment-need-scientist.json"),
        ({"kind": "records", "parameters": {"format": "xlsx"}}, "banha-records-all.xlsx"),
        ({"kind": "records", "parameters": {"kind": "need", "format": "docx"}}, "banha-records-need.docx"),
    ],
)
def test_long_work_leaves_a_file_until_a_record_in_it_is_removed(
    client: TestClient, asked: dict[str, Any], name: str
) -> None:
    client.post("/api/v1/records", json=RECORDS)
    answer = client.post("/api/v1/jobs", json=asked)
    assert (answer.status_code, answer.headers["location"]) == (202, answer.json()["address"])
    job = wait(client, answer.json()["address"])
    file = client.get(job["result"])
    assert file.headers["content-disposition"] == f'attachment; filename="{name}"'
    if name.endswith("json"):
        assert {one["record"]["id"] for one in file.json()["records"]} >= {"need-1", "need-hidden"}
    if name.endswith("xlsx"):
        sheet = load_workbook(BytesIO(file.content)).active
        assert {cell.value for cell in sheet["A"]} >= {record["id"] for record in RECORDS}
    assert client.delete("/api/v1/records/need-1").status_code == 204
    assert client.get(job["result"]).status_code == 404
    assert client.get(answer.json()["address"]).json()["result"] is None


def test_all_vectors_are_computed_again_while_the_server_answers(client: TestClient) -> None:
    client.post("/api/v1/records", json=RECORDS)
    job = wait(client, client.post("/api/v1/jobs", json={"kind": "reembed"}).json()["address"])
    assert (job["done"], job["total"], job["result"]) == (len(RECORDS), len(RECORDS), None)
    assert client.post("/api/v1/search", json={"query": "sấy gỗ"}).json()["mode"] == "hybrid"


def test_a_list_of_records_goes_on_while_others_write(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.jobs.held import HeldJob

    store: Store = client.app_state["server"].live.current.index.store
    tell = HeldJob.progress

    def write() -> None:
        store.distinctions.remember("need-1", f"org-{time.monotonic_ns()}")
        store.close()

    def write_first(self: HeldJob, stage: str, done: int, total: int) -> None:
        other = threading.Thread(target=write)
        other.start()
        other.join()
        tell(self, stage, done, total)

    client.post("/api/v1/records", json=RECORDS)
    monkeypatch.setattr(HeldJob, "progress", write_first)
    job = wait(client, client.post("/api/v1/jobs", json={"kind": "records"}).headers["location"])
    assert (job["done"], job["total"]) == (len(RECORDS), len(RECORDS))


def test_what_cannot_be_done_says_why(client: TestClient) -> None:
    wrong = client.post("/api/v1/jobs", json={"kind": "assignment", "parameters": {"per": "x"}})
    assert wrong.status_code == 422
    assert "x" in wrong.json()["detail"]
    job = wait(client, client.post("/api/v1/jobs", json={"kind": "assignment"}).json()["address"], "failed")
    assert "Nhà khoa học" in job["line"]
    assert client.post("/api/v1/jobs", json={"kind": "upload"}).status_code == 422
    assert client.get("/api/v1/jobs/none").status_code == 404


def test_a_job_that_ended_its_server_again_and_again_is_given_up(client: TestClient, tmp_path: Path) -> None:
    jobs = Store(tmp_path / "banha.sqlite").jobs
    past = datetime.now(UTC) - timedelta(hours=1)
    with jobs._database.preparing():
        jobs._database.change(
            """INSERT INTO jobs (id, kind, asked_by, viewer, parameters, state, done, total, change, attempts,
               is_cancelling, holder, lease_until, created_at)
               VALUES ('bad', 'pairs', '', '{"role": "officer"}', '{"lang": "vi", "parameters": "{}"}', 'running', 0, 0,
               1, 3, 0, 'dead', ?, ?)""",
            (past.timestamp(), past.isoformat()),
        )
    assert "nhiều lần" in wait(client, "/api/v1/jobs/bad", "failed")["line"]


def test_strangers_have_no_jobs(tmp_path: Path) -> None:
    with serving(settings_for(tmp_path, "nobody")) as client:
        assert client.post("/api/v1/jobs", json={"kind": "pairs"}).status_code == 403
        assert client.post("/api/v1/files?wait=false", files=texts(1)).status_code == 403
        assert client.get("/api/v1/jobs").json() == {"jobs": []}
        add(Store(tmp_path / "banha.sqlite").jobs, "a")
        for method, path in (("GET", ""), ("GET", "/events"), ("GET", "/result"), ("POST", "/cancel"), ("DELETE", "")):
            assert client.request(method, f"/api/v1/jobs/a{path}").status_code == 404


# Events


def listen(client: TestClient, address: str, after: int | None = None) -> list[tuple[int, dict[str, Any]]]:
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    told = []
    with client.stream("GET", f"{address}/events", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        data = ""
        for line in stream.iter_lines():
            if line.startswith("data: "):
                data = line.removeprefix("data: ")
            if line.startswith("id: "):
                told.append((int(line.removeprefix("id: ")), json.loads(data)))
    return told


def test_events_tell_each_file_and_end_with_the_job(client: TestClient) -> None:
    address = send(client, texts(4))
    told = listen(client, address)
    assert [id for id, _ in told] == sorted({id for id, _ in told})
    files = {file["number"]: file for _, job in told for file in job["files"]}
    assert [files[number]["state"] for number in range(4)] == ["done"] * 4
    assert told[-1][1]["state"] == "done"
    last = told[-1][0]
    assert client.get(f"{address}/events", headers={"Last-Event-ID": str(last)}).status_code == 204


def test_who_comes_back_is_told_only_what_is_new(client: TestClient) -> None:
    address = send(client, texts(3))
    wait(client, address)
    ((id, whole),) = listen(client, address)
    assert len(whole["files"]) == 3
    ((_, rest),) = listen(client, address, id - 1)
    assert rest["state"] == "done"
    assert rest["files"] == []
