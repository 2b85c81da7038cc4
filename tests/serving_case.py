"""What tests in a real browser share: the application behind an address of this computer, and chromium."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from http_case import serving, settings_for, use_toy_encoder

from api.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium")


@contextmanager
def a_served_app(folder: Path, records: list[dict[str, Any]], model: Path | None = None) -> Iterator[str]:
    """A real server on a free port, with the records; with the encoder in the folder `model`, or else a toy."""
    with pytest.MonkeyPatch.context() as patch, socket.socket() as listener:
        if model is None:
            use_toy_encoder(patch)
        settings = settings_for(folder, model=str(model) if model else None)
        with serving(settings) as client:
            if records:
                assert client.post("/api/v1/records", json=records).status_code == 201
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


@contextmanager
def a_browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not on this computer")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
