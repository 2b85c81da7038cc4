"""Records that are handed in to be matched and not to be stored: from a file or from standard input."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from api.errors import BadInput
from index import Index, natural_key
from ingest import N_, FileRefused, Kind, Problem, Reading, Record, Sandbox, Section
from ingest.records import DEFAULT_HOUSE

_LONGEST_TITLE = 300
_TEXT_FORMATS = frozenset({"txt", "md"})


@dataclass(frozen=True, slots=True)
class Given:
    """The first record of what was handed in, how many more there are, and what could not be read."""

    record: Record
    others: int
    problems: tuple[Problem, ...]


def read_given_file(index: Index, path: Path) -> Given:
    """The record in a file; one that has been stored from this file keeps its id, so that it is not its own match.

    Raises FileRefused when nothing in the file can be matched.
    """
    with Sandbox() as sandbox:
        given = _first(sandbox.read_records(path), path.name)
    key, origin = natural_key(given.record, str(path.resolve())), str(path.resolve())
    draft = index.store.prepare(given.record, key, origin)
    record = given.record if draft.change == "new" else given.record.with_id(draft.record.id)
    return Given(record, given.others, given.problems)


def read_given_bytes(raw: bytes, kind: Kind = "need") -> Given:
    """The record on standard input: a JSON record, any readable file, or plain text, which becomes a `kind`.

    Raises BadInput when there is nothing, FileRefused when it cannot be read.
    """
    if not raw.strip():
        raise BadInput(N_("There is nothing on standard input to match."))
    with tempfile.TemporaryDirectory(prefix="banha-") as folder:
        path = Path(folder) / ("stdin.json" if raw.lstrip()[:1] in (b"{", b"[") else "stdin.txt")
        path.write_bytes(raw)
        with Sandbox() as sandbox:
            text = sandbox.read_text(path)
            if text.format in _TEXT_FORMATS:
                return Given(record_of_text("\n".join(text.lines), kind), 0, text.problems)
            return _first(sandbox.read_records(path), "stdin")


def record_of_text(text: str, kind: Kind) -> Record:
    """A record out of plain text: its first line is the title, the others are the content."""
    title, _, rest = text.strip().partition("\n")
    if len(title) > _LONGEST_TITLE:
        title, rest = title[:_LONGEST_TITLE].rsplit(" ", 1)[0], text.strip()
    sections = (Section("content", rest.strip()),) if rest.strip() else ()
    return Record(kind, DEFAULT_HOUSE[kind], title.strip(), sections)


def _first(reading: Reading, name: str) -> Given:
    if not reading.records:
        if reading.problems:
            first = reading.problems[0]
            raise FileRefused(first.file, first.message, first.place, **first.params)
        raise FileRefused(name, N_("No record was found in this file."))
    return Given(reading.records[0], len(reading.records) - 1, reading.problems)
