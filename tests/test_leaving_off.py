"""What is computed for somebody who went away, or for a job that was cancelled, is left off between two steps."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, settings_for
from serving_case import a_served_app
from test_accounts import SAME_SITE, _quick_hashes, index_of, open_account, sign_in

from api.gaps.views import UNMET
from index.encoder import SentenceTransformerEncoder
from index.wanted import check_wanted, while_wanted
from matcher.exact_solver import run_interruptibly

__all__ = ["_quick_hashes"]
_STEP_SECONDS = 0.1
_COMMAND = """
import time, api.jobs.kinds
from index.wanted import while_wanted

def slowly(ask):
    def check():
        time.sleep(0.02)
        ask()
    return while_wanted(check)

api.jobs.kinds.while_wanted = slowly
from api.__main__ import main
main()
"""

MANY: list[dict[str, Any]] = [
    *RECORDS,
    *(
        {
            "id": f"n-{number}",
            "kind": "need",
            "title": f"Máy sấy số {number} cho làng nghề",
            "sections": [{"name": "situation", "text": f"Lò sấy số {number} tốn củi và hỏng một phần mười mẻ gỗ."}],
        }
        for number in range(120)
    ),
    *(
        {
            "id": f"t-{number}",
            "kind": "proposal",
            "title": f"Chế độ sấy gỗ số {number}",
            "sections": [{"name": "objectives", "text": f"Xây dựng chế độ sấy số {number} cho gỗ cao su dày 50 mm."}],
            "facts": {"status": "Đã nghiệm thu", "year_from": 2020},
        }
        for number in range(12)
    ),
    {"id": "org-1", "kind": "organisation", "house": "enterprise", "title": "Công ty TNHH Gỗ Suối Mơ"},
]


class Left(Exception):
    """Somebody does not want it any more."""


def leave() -> None:
    raise Left


def test_only_what_is_computed_within_asks_whether_it_is_wanted() -> None:
    check_wanted()
    with while_wanted(leave):
        with pytest.raises(Left):
            check_wanted()
        with while_wanted(lambda: None):
            check_wanted()
    check_wanted()


def test_the_solver_is_left_while_it_works() -> None:
    ended = threading.Event()
    begun = time.monotonic()
    with while_wanted(leave), pytest.raises(Left):
        run_interruptibly(lambda: ended.wait(30))
    assert time.monotonic() - begun < 5
    ended.set()


def test_texts_are_left_between_two_batches(encoder: SentenceTransformerEncoder) -> None:
    told: list[int] = []
    with while_wanted(leave), pytest.raises(Left):
        encoder.encode_passages([f"Lò sấy gỗ số {number}." for number in range(3)], lambda done, _: told.append(done))
    assert told == []


# Whoever asked has gone away


def slowly(ask: Callable[[], None]) -> AbstractContextManager[None]:
    def check() -> None:
        time.sleep(_STEP_SECONDS)
        ask()

    return while_wanted(check)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server at which each step of what is computed takes a tenth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.awaiting.while_wanted", slowly)
        with a_served_app(tmp_path_factory.mktemp("slow"), MANY) as address:
            while httpx.get(f"{address}/api/v1/health").json()["status"] == "preparing":
                time.sleep(0.05)
            yield address


def wait_for(is_so: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/ho-so/n-1/to-ba-nha", None),
        ("GET", "/api/v1/records/n-2/teams", None),
        ("GET", "/api/v1/records/n-2/teams.docx", None),
        ("GET", "/ho-so/t-1/trung-lap", None),
        ("GET", "/api/v1/records/t-2/overlap.html", None),
        ("GET", "/ho-so/n-3/dat-hang?giong=true", None),
        ("POST", "/api/v1/orders", {"like": "n-4"}),
        ("GET", "/api/v1/gaps", None),
        ("GET", "/cung-cau", None),
    ],
)
def test_who_hangs_up_ends_what_is_computed(
    address: str, caplog: pytest.LogCaptureFixture, method: str, path: str, body: dict[str, Any] | None
) -> None:
    caplog.set_level(logging.INFO, "api.problems")
    with httpx.Client(base_url=address, timeout=0.3) as client, pytest.raises(httpx.ReadTimeout):
        client.request(method, path, json=body)
    said = f"{method} {path.partition('?')[0]}: left off"
    assert wait_for(lambda: any(said in entry.getMessage() for entry in caplog.records), 3), caplog.text


def test_who_waits_is_answered(address: str) -> None:
    answer = httpx.get(f"{address}/api/v1/records/t-1/overlap", timeout=60)
    assert answer.status_code == 200
    assert httpx.post(f"{address}/api/v1/orders", json={"ids": ["n-4"]}, timeout=60).json()["fields"]


# Needs that nobody can serve, where they are many


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(settings_for(tmp_path, model="none")) as client:
        assert client.post("/api/v1/records", json=MANY).status_code == 201
        yield client


def seek(client: TestClient) -> dict[str, Any]:
    """The finished job."""
    shown = client.post("/viec", data={"viec": "unmet"}, headers=SAME_SITE)
    assert shown.url.path == UNMET
    assert wait_for(lambda: client.get("/api/v1/jobs").json()["jobs"][0]["state"] == "done")
    job: dict[str, Any] = client.get("/api/v1/jobs").json()["jobs"][0]
    return job


def test_many_needs_are_matched_by_a_job_whose_list_is_shown_until_something_changes(client: TestClient) -> None:
    refused = client.get("/api/v1/gaps/unmet")
    assert (refused.status_code, "unmet" in refused.json()["detail"]) == (422, True)
    assert 'name="viec" value="unmet"' in client.get(UNMET).text
    job = seek(client)
    assert (job["done"], job["total"]) == (2 * 123, 2 * 123)
    page, found = client.get(UNMET).text, client.get("/api/v1/gaps/unmet").json()
    assert found["needs"] == 123
    assert found["unmet"]
    assert page.count('<article class="card hit">') == len(found["unmet"])
    assert client.get(job["result"]).json() == found
    assert client.get(f"/viec/{job['id']}").text.count(UNMET) == 1
    assert client.get("/api/v1/gaps/unmet?year_from=2030").json()["needs"] == 0
    assert client.post("/api/v1/records", json={"kind": "need", "title": "Máy mới"}).status_code == 201
    assert client.get("/api/v1/gaps/unmet").status_code == 422
    assert "không còn đúng" in client.get(UNMET).text


def test_few_needs_are_matched_at_once(tmp_path: Path) -> None:
    with serving(settings_for(tmp_path, model="none")) as client:
        client.post("/api/v1/records", json=RECORDS)
        assert client.get("/api/v1/gaps/unmet").json()["needs"] == 3
        assert client.get("/api/v1/jobs").json()["jobs"] == []


def test_a_list_is_shown_to_nobody_who_sees_other_records(client: TestClient) -> None:
    """`need-hidden` is confidential, and belongs to neither."""
    index = index_of(client)
    open_account(index)
    for email in ("gd@suoimo.vn", "kt@suoimo.vn"):
        open_account(index, email, "enterprise", "org-1")
    sign_in(client)
    of_officer = seek(client)
    assert "need-hidden" in client.get(of_officer["result"]).text
    sign_in(client, "gd@suoimo.vn")
    assert client.get("/api/v1/gaps/unmet").status_code == 422
    assert client.get(f"/viec/{of_officer['id']}").status_code == 404
    assert client.get(of_officer["result"]).status_code == 404
    own = seek(client)
    assert "need-hidden" not in client.get(own["result"]).text
    assert client.get("/api/v1/gaps/unmet").json()["needs"] == 122
    sign_in(client, "kt@suoimo.vn")
    assert client.get("/api/v1/gaps/unmet").status_code == 422
    assert client.get(own["result"]).status_code == 404
    sign_in(client)
    assert client.get("/api/v1/gaps/unmet").json()["needs"] == 123


@contextmanager
def a_server(folder: Path, *command: str) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    environment = {**os.environ, "BANHA_DATA": str(folder), "BANHA_MODEL": "none", "BANHA_LANG": "vi"}
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", *command, "serve", "--port", "0"], stderr=subprocess.PIPE, cwd=root, env=environment
    ) as process:
        assert process.stderr is not None
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline().decode())
            assert found
            with httpx.Client(base_url=found.group(), timeout=60, follow_redirects=True) as client:
                yield process, client
        finally:
            process.kill()


def ask_and_wait_for_progress(client: httpx.Client) -> str:
    address: str = client.post("/api/v1/jobs", json={"kind": "unmet"}).json()["address"]
    assert wait_for(lambda: 0 < client.get(address).json()["done"] < 2 * 123)
    return address


def test_the_job_shows_how_far_it_is_and_is_cancelled_or_done_by_the_next_server(tmp_path: Path) -> None:
    with a_server(tmp_path, _COMMAND) as (process, client):
        assert client.post("/api/v1/records", json=MANY).status_code == 201
        address = ask_and_wait_for_progress(client)
        page = client.get(UNMET).text
        assert "Làm lại" not in client.get(f"/viec/{address.rsplit('/', 1)[1]}").text
        assert f'data-events="{address}/events"' in page
        assert re.search(r'<progress [^>]*value="0\.\d*[1-9]', page)
        assert client.post(f"/viec/{address.rsplit('/', 1)[1]}/huy").status_code == 200
        begun = time.monotonic()
        assert wait_for(lambda: client.get(address).json()["state"] == "cancelled")
        # Whoever holds a job learns it when it renews its hold, every second and a half.
        assert time.monotonic() - begun < 4
        assert "Làm lại" in client.get(f"/viec/{address.rsplit('/', 1)[1]}").text
        assert 'value="unmet"' in client.get(UNMET).text
        address = ask_and_wait_for_progress(client)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with a_server(tmp_path, "from api.__main__ import main; main()") as (_, client):
        assert client.get(address).json()["state"] == "running"
        assert wait_for(lambda: client.get(address).json()["state"] == "done", 60)
        assert client.get("/api/v1/gaps/unmet").json()["needs"] == 123
