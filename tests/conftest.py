"""Fixtures that several test modules share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from index.encoder import SentenceTransformerEncoder

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real sample files and public test sets beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("the shared samples are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The embedded model, converted once and kept between runs."""
    from index.embedded_model import ensure_embedded_model

    return ensure_embedded_model(Path(__file__).resolve().parents[1] / ".cache" / "models")


@pytest.fixture(scope="session")
def encoder(model_folder: Path) -> SentenceTransformerEncoder:
    """The real encoder; its model is loaded by the first text."""
    from index.encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(model_folder)
