"""Answers that commands write to a file of the person's choice."""

from __future__ import annotations

from pathlib import Path

from api.errors import BadInput
from api.terminal import Session
from ingest import N_


def check_output(output: Path | None, source: str | None = None) -> None:
    """Raises BadInput, before anything is computed, for a format that cannot be written and for the `source`."""
    from api.exports import check_format

    if output is None:
        return
    check_format(output.name)
    if source and output.exists() and Path(source).exists() and output.samefile(source):
        raise BadInput(N_("{file} is what is matched; write the answer to another file."), file=str(output))


def write_output(session: Session, path: Path, content: bytes) -> None:
    """Raises BadInput when the file cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(
            N_("{file} cannot be written: {reason}."), file=str(path), reason=error.strerror or str(error)
        ) from error
    session.tell(N_("Written: {file}"), file=path)
