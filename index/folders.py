"""The files that are meant by the paths a person gives, each with the name to speak of it by."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ingest import N_, Problem


def find_files(paths: Sequence[Path]) -> tuple[dict[Path, str], list[Problem]]:
    """Files named, and all files in folders named, sorted: one that cannot be read is better named than passed over.

    Each with the name to speak of it by: its path inside the folder given, or the whole path where two are alike.
    Hidden files and what Office and the desktop leave behind are left out. Links to folders are not followed, nor links
    to files elsewhere, so that no loop and no other part of the disk is read; one that leads elsewhere is named, as is
    a folder that cannot be opened.
    """
    found: dict[Path, str] = {}
    refused: list[Problem] = []
    for path in paths:
        if os.path.isdir(path):
            inside, problems = _look_into(path)
            if not inside and not problems:
                problems = [Problem(_name(path), N_("There is no file in this folder that can be read."))]
            found |= {child: str(child.relative_to(path)) for child in inside if child not in found}
            refused += problems
        else:
            found.setdefault(path, _name(path))
    counts = Counter(found.values())
    return {path: name if counts[name] == 1 else str(path) for path, name in found.items()}, refused


def _look_into(folder: Path) -> tuple[list[Path], list[Problem]]:
    files: list[Path] = []
    problems: list[Problem] = []

    def refuse(error: OSError) -> None:
        inside = Path(error.filename).relative_to(folder)
        name = _name(folder) if inside == Path() else str(inside)
        problems.append(Problem(name, N_("This folder cannot be opened: {reason}."), {"reason": error.strerror}))

    for where, folders, names in os.walk(folder, onerror=refuse):
        for name in sorted(folders):
            link = Path(where, name)
            if _is_left_behind(name):
                continue
            if link.is_symlink() and not link.resolve().is_relative_to(folder.resolve()):
                message = N_("This is a link to another folder, which was not followed. Name that folder itself.")
                problems.append(Problem(str(link.relative_to(folder)), message))
        folders[:] = [name for name in folders if not _is_left_behind(name)]
        for file in (Path(where, name) for name in names if not _is_left_behind(name)):
            if file.is_symlink() and file.is_file() and not file.resolve().is_relative_to(folder.resolve()):
                message = N_("This is a link to a file elsewhere, which was not followed. Name that file itself.")
                problems.append(Problem(str(file.relative_to(folder)), message))
            else:
                files.append(file)
    return sorted(files), sorted(problems, key=lambda problem: problem.file)


def _name(path: Path) -> str:
    """The last part; `.` and `/` have none."""
    return path.name or str(path)


def _is_left_behind(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in ("thumbs.db", "desktop.ini")
