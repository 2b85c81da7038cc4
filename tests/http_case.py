"""What tests of the HTTP API and the pages share: a few records, and the application over a folder of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from fastapi.testclient import TestClient
from toy_encoder import ToyEncoder

import api.workspace
from api.app import create_app
from api.settings import Settings

LOCAL = "http://127.0.0.1"

RECORDS: list[dict[str, Any]] = [
    {
        "id": "need-1",
        "kind": "need",
        "title": "Gỗ cao su bị cong và nứt khi sấy",
        "sections": [
            {"name": "situation", "text": "Mỗi mẻ sấy hỏng một phần mười số thanh gỗ cao su."},
            {"name": "requirements", "text": "Cần chế độ sấy cho gỗ dày 50 mm. Cần bộ điều khiển độ ẩm tự động."},
        ],
        "facts": {"organisation": "Công ty TNHH Gỗ Suối Mơ", "budget_vnd": 2_850_000_000, "place_written": "Suối Mơ"},
    },
    {
        "id": "sci-1",
        "kind": "scientist",
        "title": "Đoàn Thị Minh Sương",
        "sections": [
            {"name": "research", "text": "Chế độ sấy gỗ cao su; điều khiển độ ẩm trong lò sấy."},
            {"name": "work", "text": "Tối ưu chế độ sấy gỗ cao su dày 50 mm.", "year": 2022, "role": "lead"},
            {"name": "work", "text": "Mô hình truyền ẩm trong gỗ.", "year": 2020},
        ],
    },
    {
        "id": "sci-2",
        "kind": "scientist",
        "title": "Lưu Gia Bảo Khôi",
        "sections": [{"name": "research", "text": "Nuôi tôm thẻ trong ao lót bạt; xử lý nước ao nuôi."}],
    },
    {
        "id": "need-hidden",
        "kind": "need",
        "title": "Tháp chưng cất bí truyền",
        "sections": [{"name": "situation", "text": "Tháp chưng cất bí truyền rò rỉ.", "visibility": "confidential"}],
    },
    {
        "id": "need-masked",
        "kind": "need",
        "title": "Công ty Gốm Trăng Khuyết cần men gốm không chì",
        "sections": [
            {"name": "situation", "text": "Gốm Trăng Khuyết bị trả hàng vì men gốm có chì.", "visibility": "anonymous"}
        ],
        "facts": {"organisation": "Công ty TNHH Gốm Trăng Khuyết"},
    },
    {
        "id": "doc-1",
        "kind": "document",
        "title": "Quy chuẩn <script>alert(1)</script> nước thải & men gốm",
        "sections": [{"name": "text", "text": "Nước thải sau xử lý phải đạt quy chuẩn. 1 < 2 & 3 > 2."}],
    },
]


def use_toy_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.workspace, "find_encoder", lambda *_: (ToyEncoder(), None))


def settings_for(folder: Path, viewer: Literal["officer", "nobody"] | None = "officer", **more: Any) -> Settings:
    return Settings(data=folder, http_viewer=viewer, lang="vi", **more)


@contextmanager
def serving(settings: Settings, host: str = "127.0.0.1") -> Iterator[TestClient]:
    with TestClient(create_app(settings, host), base_url=LOCAL, raise_server_exceptions=False) as client:
        yield client


@contextmanager
def serving_with_toy_encoder(settings: Settings) -> Iterator[TestClient]:
    """The application when its model is ready."""
    with pytest.MonkeyPatch.context() as patch:
        use_toy_encoder(patch)
        with serving(settings) as client:
            wait_until_ready(client)
            yield client


def wait_until_ready(client: TestClient) -> None:
    deadline = time.monotonic() + 30
    while client.get("/api/v1/health").json()["status"] == "preparing":
        assert time.monotonic() < deadline
        time.sleep(0.01)
