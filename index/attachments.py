"""Attachments of engagements: files in a folder of the data folder, named by their digest, listed in the database."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from index.database import Database, UnusableFolder
from ingest import N_

FOLDER = "attachments"  # in the data folder
_UNWRITABLE = N_("The data folder {folder} cannot be written: {reason}. Nothing of this step was stored.")


@dataclass(frozen=True, slots=True)
class Attachment:
    """`digest` is the SHA-256 of the content in hexadecimal, `size` its bytes, `format` what it is by its bytes."""

    digest: str
    name: str
    format: str
    size: int

    @classmethod
    def of(cls, content: bytes, name: str, format: str) -> Attachment:
        return cls(hashlib.sha256(content).hexdigest(), name, format, len(content))


class AttachmentFolder:
    """The files. Who may have one is decided by the event that it belongs to."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def put(self, event_id: int, attachment: Attachment, content: bytes) -> None:
        """Keep a file for an event. Inside a transaction, so that nobody sweeps it away before it is listed. Raises
        UnusableFolder when it cannot be written."""
        self._database.change(
            "INSERT INTO attachments VALUES (?, ?, ?, ?, ?)",
            (event_id, attachment.digest, attachment.name, attachment.format, attachment.size),
        )
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(stream.name).rename(self._folder / attachment.digest)
            # Else the name may be gone after a power cut, though the event is there.
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UnusableFolder(_UNWRITABLE, folder=str(self._folder), reason=reason) from error

    def read(self, attachment: Attachment) -> bytes | None:
        """The content; None when the file is gone or is not what was attached."""
        try:
            content = (self._folder / attachment.digest).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == attachment.digest else None

    def sweep(self) -> None:
        """Erase the files of which no engagement knows any more."""
        if not self._folder.is_dir():
            return
        with self._database.preparing():
            listed = {digest for (digest,) in self._database.rows("SELECT DISTINCT digest FROM attachments")}
            for path in self._folder.iterdir():
                if path.name not in listed:
                    path.unlink(missing_ok=True)
