"""HEAD is answered as GET, without the body."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving_with_toy_encoder, settings_for

from index.store import Store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with serving_with_toy_encoder(settings_for(folder)) as client:
        assert client.post("/api/v1/records", json=RECORDS).status_code == 201
        yield client


@pytest.mark.parametrize(
    "address", ["/", "/ho-so", "/ho-so/sci-1", "/api/v1/health", "/static/banha.css", "/khong-co", "/api/v1/feeds/sai"]
)
def test_it_is_answered_as_get_without_the_body(client: TestClient, address: str) -> None:
    asked, head = client.get(address), client.head(address)
    assert (head.status_code, head.content) == (asked.status_code, b"")
    assert head.headers["content-type"] == asked.headers["content-type"]


def test_what_only_changes_is_refused(client: TestClient) -> None:
    assert client.head("/api/v1/merges").status_code == client.get("/api/v1/merges").status_code == 405


def test_it_is_noted_as_the_page_that_it_asks_for(client: TestClient, folder: Path) -> None:
    client.head("/ho-so/sci-1")
    store = Store(folder / "banha.sqlite")
    (entry,) = store.audit.entries(limit=1)
    assert entry.what == "GET /ho-so/{id:path}"
    store.close()
