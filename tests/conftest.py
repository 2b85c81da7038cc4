"""Fixtures that several test modules share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real sample files and public test sets beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("the shared samples are not beside this checkout")
    return SHARED
