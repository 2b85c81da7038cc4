"""The workspace of a server: by words at once, by meaning when the model is ready and every vector is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from http_case import settings_for, use_toy_encoder

from api.catalogue import translator
from api.live_workspace import LiveWorkspace
from index import Index, store_records
from ingest import OFFICER, Record

WOOD = Record("need", "enterprise", "Sấy gỗ", id="need-1")


def comes_true(condition: Callable[[], bool]) -> bool:
    """Whether the condition holds within half a minute."""
    deadline = time.monotonic() + 30
    while not (is_true := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_true


def is_hybrid(live: LiveWorkspace) -> bool:
    live.current.index.refresh()
    return live.current.index.mode == "hybrid" and live.explain_limits(translator("vi"), OFFICER) is None


def test_a_server_gives_what_was_stored_without_a_model_its_vectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_toy_encoder(monkeypatch)
    store_records(Index(tmp_path, None), [(WOOD, "x")])
    live = LiveWorkspace(settings_for(tmp_path))
    assert comes_true(lambda: live.status == "ready" and is_hybrid(live))


def test_a_server_notices_what_another_program_stores_without_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_toy_encoder(monkeypatch)
    live = LiveWorkspace(settings_for(tmp_path))
    assert comes_true(lambda: live.status == "ready")
    store_records(Index(tmp_path, None), [(WOOD, "x")])
    said = live.explain_limits(translator("en"), OFFICER)
    assert said is not None
    assert "are being computed" in said
    assert comes_true(lambda: is_hybrid(live))


def test_vectors_that_cannot_be_computed_are_told_and_tried_again_with_the_next_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Index) -> int:
        raise RuntimeError("no memory")

    use_toy_encoder(monkeypatch)
    store_records(Index(tmp_path, None), [(WOOD, "x")])
    with monkeypatch.context() as failing:
        failing.setattr("api.live_workspace.fill_vectors", fail)
        live = LiveWorkspace(settings_for(tmp_path))
        assert comes_true(lambda: "could not be computed" in (live.explain_limits(translator("en"), OFFICER) or ""))
    live.for_writing()
    assert comes_true(lambda: is_hybrid(live))
