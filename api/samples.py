"""The invented province that comes with the program, for whoever wants to try it first."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path

from api.gap_finding import PRIORITIES
from api.jobs import ask_for_upload
from api.live_workspace import Server

_CHECKOUT = Path(__file__).resolve().parents[1] / "samples"


def find_samples() -> list[Path]:
    """The sample files: beside the packages in a checkout, inside them once installed; none where both lack."""
    return sorted(path for path in (_folder() / "province").rglob("*") if path.is_file())


def load_samples(server: Server) -> str:
    """The id of the job that reads and stores the samples; what the province gives priority to comes with them."""
    with ExitStack() as stack:
        given = [(path.name, stack.enter_context(path.open("rb"))) for path in find_samples()]
        id = ask_for_upload(server, given, None)
    priorities = server.settings.data / PRIORITIES
    if not priorities.exists():
        shutil.copyfile(_folder() / PRIORITIES, priorities)
    return id


def _folder() -> Path:
    installed = Path(str(files("api"))) / "sample_files"
    return installed if installed.is_dir() else _CHECKOUT
