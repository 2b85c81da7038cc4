"""What all test modules share: fixtures, signals, and at the end of a run what was left out and why."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from serving_case import a_browser

from ingest import Sandbox

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from index.encoder import SentenceTransformerEncoder

# Programs that some tests start, and the Debian packages they come in.
PROGRAMS = {
    "chromium": "chromium",
    "tesseract": "tesseract-ocr tesseract-ocr-vie",
    "soffice": "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
}
LONG_FILES = (
    "test_jobs_restart",
    "test_craft",
    "test_sandbox",
    "test_journey_officer",
    "test_journey_houses",
    "test_jobs_pages",
    "test_gaps",
    "test_embedded_model",
    "test_cli",
    "test_search",
    "test_encoder",
)
SHARED = Path(__file__).resolve().parents[2] / "shared"

# The same examples in every run; the long trials look for others.
settings.register_profile("usual", derandomize=True, max_examples=50, deadline=None, database=None)
settings.register_profile("long", max_examples=1_000, deadline=None)
settings.load_profile("usual")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real sample files and public test sets beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("the shared samples are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def gold(shared: Path) -> dict[str, Any]:
    """What the sample forms say: for each form its `lines` and the `rows` of its tables."""
    found: dict[str, Any] = json.loads((shared / "samples/gold.json").read_text("utf-8"))
    return found


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser; not for longer than a module, since its loop of events runs as long as it is there."""
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="session", autouse=True)
def _one_sandbox() -> Iterator[None]:
    """Whoever reads files shares one sandbox: a reader of its own costs each test a second."""
    if "index" not in sys.modules:
        yield
        return
    with Sandbox() as sandbox, pytest.MonkeyPatch.context() as patch:
        for module in ("api.app", "api.commands.showing", "api.given", "index.pipeline"):
            patch.setattr(f"{module}.Sandbox", lambda: nullcontext(sandbox))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_waiting() -> Iterator[None]:
    """No store of a test waits for the disk: what a killed process has written is there all the same, and no test
    survives a failure of power. Passwords of tests need not be slow to guess."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.database._SYNCHRONOUS", "OFF")
        patch.setattr("api.accounts.passwords._hasher", lambda: quick)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that no process is left alone with one of them at the end."""
    items.sort(key=lambda item: LONG_FILES.index(item.path.stem) if item.path.stem in LONG_FILES else len(LONG_FILES))


def pytest_configure() -> None:
    # What a shell starts in the background ignores interrupts, and so would the programs that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = Counter(
        (report.nodeid.split("::")[0], report.longrepr[2]) for report in terminalreporter.getreports("skipped")
    )
    lines = [*missing_programs(), *(f"{count} skipped in {file}: {why}" for (file, why), count in left_out.items())]
    if lines:
        terminalreporter.section("left out")
    for line in lines:
        terminalreporter.line(line)


def missing_programs() -> Iterator[str]:
    for program, packages in PROGRAMS.items():
        if shutil.which(program) is None:
            yield f"{program} is not on this computer: apt-get install {packages}"
    if tesseract := shutil.which("tesseract"):
        languages = subprocess.run([tesseract, "--list-langs"], capture_output=True, text=True, check=False).stdout
        if "vie" not in languages.split():
            yield "tesseract does not know Vietnamese: apt-get install tesseract-ocr-vie"
