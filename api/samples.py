"""The invented province that comes with the program, for whoever wants to try it first."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path

from api.councils.declaration_files import read_declarations
from api.councils.declarations import declare
from api.gaps.finding import PRIORITIES
from api.jobs.asking import ask_for_upload
from api.live_workspace import Server
from api.workspace import Workspace

_DECLARATIONS = "declarations.csv"
_DECLARED_BY = "samples"
_CHECKOUT = Path(__file__).resolve().parents[1] / "samples"


def find_samples() -> list[Path]:
    """The sample files: beside the packages in a checkout, inside them once installed; none where both lack."""
    return sorted(path for path in (_folder() / "province").rglob("*") if path.is_file())


def load_samples(server: Server) -> str:
    """The id of the job that reads and stores the samples; priorities and declarations come with them."""
    add_sample_rules(server.live.current)
    with ExitStack() as stack:
        given = [(path.name, stack.enter_context(path.open("rb"))) for path in find_samples()]
        return ask_for_upload(server, given, None)


def add_sample_rules(workspace: Workspace) -> None:
    """What the invented province gives priority to, and what its officers declared, where there is neither yet."""
    priorities = workspace.settings.data / PRIORITIES
    if not priorities.exists():
        shutil.copyfile(_folder() / PRIORITIES, priorities)
    if not workspace.index.store.declarations.all():
        found, _ = read_declarations(workspace.index, _folder() / _DECLARATIONS, _DECLARED_BY)
        declare(workspace.index, found, _DECLARED_BY)


def _folder() -> Path:
    installed = Path(str(files("api"))) / "sample_files"
    return installed if installed.is_dir() else _CHECKOUT
