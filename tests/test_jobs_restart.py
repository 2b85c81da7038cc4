"""A server that is killed in the middle of an upload loses no file and stores none twice when it is started again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from mixed_files import BAD, FILES, GOOD, RECORDS, thirty_files

from api.jobs.spool import SPOOL

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", "from api.__main__ import main; main()", "serve", "--port", "0"]


@contextmanager
def a_server(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """A process of its own, with all readers and without a model."""
    environment = {**os.environ, "BANHA_DATA": str(folder), "BANHA_MODEL": "none"}
    with subprocess.Popen(COMMAND, stderr=subprocess.PIPE, cwd=ROOT, env=environment) as process:
        assert process.stderr is not None
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline().decode())
            assert found
            with httpx.Client(base_url=found.group(), timeout=60) as client:
                yield process, client
        finally:
            process.kill()


def events(client: httpx.Client, address: str, after: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    data = ""
    with client.stream("GET", f"{address}/events", headers={"Last-Event-ID": str(after)}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                data = line.removeprefix("data: ")
            if line.startswith("id: "):
                yield int(line.removeprefix("id: ")), json.loads(data)


def send(client: httpx.Client, files: dict[str, bytes]) -> str:
    answer = client.post("/api/v1/files?wait=false", files=[("files", file) for file in files.items()])
    assert answer.status_code == 202, answer.text
    address: str = answer.headers["location"]
    return address


def over(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [file for file in files if file["state"] in ("done", "failed")]


def test_killed_in_the_middle_of_thirty_files_each_is_accounted_for_once(tmp_path: Path) -> None:
    sent = thirty_files()
    with a_server(tmp_path) as (process, client):
        address = send(client, sent)
        for known, job in events(client, address):  # noqa: B007 (the last one is what the listener knows)
            if job["done"] >= 7:
                break
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    begun = time.monotonic()
    with a_server(tmp_path) as (process, client):
        before = client.get(address).json()
        # Only the file at which the server was killed is read again, and nothing was lost.
        assert len(over(before["files"])) >= 7
        assert before["state"] in ("queued", "running")
        told = list(events(client, address, known))
        assert told[-1][1]["state"] == "done"
        job = client.get(address).json()
        listed = client.get("/api/v1/records?limit=1000").json()
        again = client.post("/api/v1/files", files=[("files", file) for file in list(sent.items())[:3]]).json()
    print(f"taken up and finished after {time.monotonic() - begun:.1f} s")
    assert [file["name"] for file in job["files"]] == list(sent)
    assert [file["number"] for file in job["files"]] == list(range(FILES))
    states = [file["state"] for file in job["files"]]
    assert (states.count("done"), states.count("failed")) == (GOOD, BAD)
    assert (job["done"], job["total"]) == (FILES, FILES)
    stored = [one["id"] for file in job["files"] for one in file["stored"]]
    assert len(stored) == len(set(stored)) == RECORDS
    assert sorted(stored) == sorted(record["id"] for record in listed["records"])
    unfinished = {file["number"] for file in before["files"]} - {file["number"] for file in over(before["files"])}
    assert {file["number"] for _, one in told for file in over(one["files"])} >= unfinished
    assert again["stored"] == []
    assert list((tmp_path / SPOOL).iterdir()) == []


def test_two_servers_on_one_folder_share_the_jobs(tmp_path: Path) -> None:
    sent = list(thirty_files().items())
    with a_server(tmp_path) as (_, one), a_server(tmp_path) as (_, other):
        addresses = [send(one, dict(sent[first : first + 3])) for first in range(0, 12, 3)]
        jobs = [[job for _, job in events(other, address)][-1] for address in addresses]
        assert [job["state"] for job in jobs] == ["done"] * 4
        files = [file for address in addresses for file in one.get(address).json()["files"]]
        ids = [stored["id"] for file in files for stored in file["stored"]]
        assert len(over(files)) == 12
        assert len(ids) == len(set(ids)) == one.get("/api/v1/records").json()["total"]


def test_a_server_that_is_asked_to_end_lets_its_listeners_go(tmp_path: Path) -> None:
    with a_server(tmp_path) as (process, client):
        address = send(client, dict(list(thirty_files().items())[:12]))
        listening = events(client, address)
        next(listening)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        list(listening)
        assert process.wait(30) == 0
        assert time.monotonic() - begun < 25
    with a_server(tmp_path) as (_, client):
        assert list(events(client, address))[-1][1]["state"] == "done"
