"""Uploaded files and handed-in records, through the same pipeline as files on disk."""

from __future__ import annotations

import re
import tempfile
import threading
import unicodedata
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from api.origins import name_posted, name_uploaded
from api.workspace import Workspace
from index import IngestReport, Progress, Stored, no_progress, store_records
from ingest import N_, FileRefused, Kind, Problem, Reading, Record, Sandbox, Unrecognised
from ingest.failures import refusing_failures

MOST_FILES = 100
FILES_A_REQUEST = 4  # of the largest size that one request may hold
_LONGEST_NAME = 200  # bytes, of the 255 that file systems take
_LONGEST_SUFFIX = 12
_BLOCK = 1 << 20
# Two files at once must not both find that a record is new.
_storing = threading.Lock()


def store_files(
    workspace: Workspace,
    sandbox: Sandbox,
    files: Sequence[tuple[str | None, BinaryIO]],
    kind: Kind | None,
    limit_mb: int,
) -> IngestReport:
    """Read (name, content) pairs and store what is in them; each refused file is named in the report, and the others
    are stored.

    Contents lie in a folder that only this user can open, and are gone afterwards.
    """
    stored: list[Stored] = []
    refused: list[Problem] = []
    unrecognised: list[Unrecognised] = []
    for name, content in files:
        report = store_file(workspace, sandbox, clean_name(name), content, kind, limit_mb)
        stored += report.stored
        refused += report.refused
        unrecognised += report.unrecognised
    workspace.index.save()
    return IngestReport(tuple(stored), tuple(refused), unrecognised=tuple(unrecognised))


def store_file(
    workspace: Workspace,
    sandbox: Sandbox,
    name: str,
    content: BinaryIO,
    kind: Kind | None,
    limit_mb: int,
    progress: Progress = no_progress,
) -> IngestReport:
    """Read one file with a clean name and store what is in it, without saving the indexes."""
    try:
        with refusing_failures(name):
            reading = _read(workspace, sandbox, name, content, kind, limit_mb, progress)
            with _storing:
                stored = store_records(workspace.index, name_uploaded(workspace.index, reading.records, name))
                workspace.index.store.pictures.put(reading.pictures)
    except FileRefused as refusal:
        return IngestReport((), (refusal.problem,))
    return IngestReport(tuple(stored), reading.problems, unrecognised=reading.unrecognised)


def store_posted(workspace: Workspace, sandbox: Sandbox, body: bytes, limit_mb: int) -> IngestReport:
    """Store the records of a JSON body; mistaken ones are named in the report."""
    try:
        reading = _read(workspace, sandbox, "records.json", BytesIO(body), None, limit_mb)
    except FileRefused as refusal:
        return IngestReport((), (refusal.problem,))
    with _storing:
        stored = store_records(workspace.index, name_posted(workspace.index, reading.records))
    workspace.index.save()
    return IngestReport(tuple(stored), reading.problems, unrecognised=reading.unrecognised)


def store_record(workspace: Workspace, record: Record, origin: str) -> Stored:
    """Store one record that was made here, as told by `origin`."""
    with _storing:
        (stored,) = store_records(workspace.index, [(record, origin)])
    workspace.index.save()
    return stored


def _read(
    workspace: Workspace,
    sandbox: Sandbox,
    name: str,
    content: BinaryIO,
    kind: Kind | None,
    limit_mb: int,
    progress: Progress = no_progress,
) -> Reading:
    """The records of a file with a clean name. Raises FileRefused."""
    with tempfile.TemporaryDirectory(prefix="banha-") as folder:
        path = Path(folder) / name
        _copy(content, path, limit_mb)
        corrections = workspace.index.store.corrections.all()
        return sandbox.read_records(path, kind, workspace.settings.keep_contacts, progress, corrections)


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
    if not dot or len(suffix.encode()) > _LONGEST_SUFFIX:
        return _cut(kept, _LONGEST_NAME) or "file"
    return f"{_cut(stem, _LONGEST_NAME - len(suffix.encode()) - 1)}.{suffix}"


def _cut(text: str, most: int) -> str:
    """The beginning of a text within so many bytes, no letter cut in two."""
    return text.encode()[:most].decode(errors="ignore").strip(" .")
