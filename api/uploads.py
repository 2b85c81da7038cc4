"""Uploaded files and handed-in records, through the same pipeline as files on disk."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from api.workspace import Workspace
from index import IngestReport, Stored, store_records, with_origins
from ingest import N_, FileRefused, Kind, Problem, extract_records, read_document

MOST_FILES = 100
_LONGEST_NAME = 120
_BLOCK = 1 << 20


def store_files(
    workspace: Workspace, files: Sequence[tuple[str | None, BinaryIO]], kind: Kind | None, limit_mb: int
) -> IngestReport:
    """Read (name, content) pairs and store what is in them; each refused file is named in the report.

    Contents lie in a folder that only this user can open, and are gone afterwards.
    """
    stored: list[Stored] = []
    refused: list[Problem] = []
    for name, content in files:
        with tempfile.TemporaryDirectory(prefix="banha-") as folder:
            path = Path(folder) / clean_name(name)
            try:
                _copy(content, path, limit_mb)
                reading = extract_records(read_document(path), kind, workspace.settings.keep_contacts)
            except FileRefused as refusal:
                refused.append(refusal.problem)
                continue
        refused.extend(reading.problems)
        # The temporary folder must not enter the identity: the same file sent again is the same record.
        stored += store_records(workspace.index, with_origins(reading.records, f"upload:{path.name}"))
    workspace.index.save()
    return IngestReport(tuple(stored), tuple(refused))


def _copy(content: BinaryIO, path: Path, limit_mb: int) -> None:
    left = limit_mb * 1_000_000
    with path.open("xb") as target:
        while block := content.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise FileRefused(path.name, N_("The file is larger than {limit} MB."), limit=limit_mb)
            target.write(block)


def clean_name(name: str | None) -> str:
    """The last part of the name as sent, without what a file system or a page could stumble over."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name or ""))[-1]
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in last)
    kept = re.sub(r'[<>:"|?*]', "_", kept).strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    if len(kept) > _LONGEST_NAME and dot:
        kept = f"{stem[: _LONGEST_NAME - len(suffix) - 1]}.{suffix[:12]}"
    return kept[:_LONGEST_NAME] or "file"
