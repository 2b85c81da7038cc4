"""Whoever takes over a reader through a file sees no other file of the user, where Linux can hold it to that."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hostile_worker import HOSTILE_WORKER

from ingest.confinement import DEFAULT_COST
from ingest.landlock import close_folders
from ingest.sandbox import Sandbox

SYSTEM = {"bin", "etc", "gnu", "lib", "lib32", "lib64", "libx32", "nix", "opt", "proc", "sbin", "snap", "sys", "usr"}


@pytest.fixture(scope="module", autouse=True)
def _needs_landlock() -> None:
    code = "import sys; from ingest.landlock import close_folders; sys.exit(not close_folders([], []))"
    if subprocess.run([sys.executable, "-c", code], check=False).returncode:
        pytest.skip("this system has no Landlock")


def test_a_reader_opens_its_file_and_no_other(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    path = tmp_path / "order.txt"
    path.write_text(f"peek {secret} {Path.home() / '.profile'} /etc/passwd")
    with Sandbox(replace(DEFAULT_COST, seconds=40), HOSTILE_WORKER) as sandbox:
        assert sandbox.read_text(path).lines == (str(path), "/etc/passwd", "x")
    assert secret.read_text() == "secret"


def test_of_the_root_only_the_folders_of_the_system_stay_open() -> None:
    code = """
import os
from pathlib import Path
from ingest.landlock import close_folders
names = os.listdir("/")
close_folders([Path("/")], [])
for name in names:
    try:
        os.listdir("/" + name)
        print(name)
    except OSError:
        pass
"""
    shown = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout
    assert {"usr", "etc", "proc"} <= set(shown.split()) <= SYSTEM


def test_without_the_system_call_all_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.landlock._ask", lambda *_: -1)
    assert not close_folders([], [])
    (tmp_path / "a").write_text("a")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not close_folders([], [])
