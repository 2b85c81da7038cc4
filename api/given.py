"""Records that are handed in to be matched and not to be stored: from a file or from standard input."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.errors import BadInput
from index import Index, natural_key, prepare_draft
from ingest import N_, Correction, FileRefused, Kind, Problem, Reading, Record, Sandbox, Section, record_to_json
from ingest.masking import mask_personal
from ingest.records import DEFAULT_HOUSE

_LONGEST_TITLE = 300
_TEXT_FORMATS = frozenset({"txt", "md"})
_TOLD_BY_ROWS = frozenset({".json", ".jsonl"})  # their records name their kind
_STDIN = "stdin"
# In UTF-8 or UTF-16. "[Nhu cầu] …" is text.
_JSON = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*(?:\{|\[[\s\0]*[{\]])")


@dataclass(frozen=True, slots=True)
class Given:
    """The first record of what was handed in, how many more there are, and what could not be read. `is_stored` tells
    one that was named by its id."""

    record: Record
    others: int
    problems: tuple[Problem, ...]
    is_stored: bool = False


def read_given_file(index: Index, path: Path, kind: Kind | None = None) -> Given:
    """The record in a file; one that has been stored from this file keeps its id, so that it is not its own match.
    With a `kind`, a text of which nothing says what it is is read as such.

    Raises FileRefused when nothing in the file can be matched.
    """
    corrections = index.store.corrections.all()
    with Sandbox() as sandbox:
        given = _first(sandbox.read_records(path, corrections=corrections), path.name)
        is_told = given.record.kind != "document" or path.suffix.lower() in _TOLD_BY_ROWS
        if kind and not is_told:
            given = _first(sandbox.read_records(path, kind, corrections=corrections), path.name)
    key, origin = natural_key(given.record, str(path.resolve())), str(path.resolve())
    draft = prepare_draft(index.store, given.record, key, origin)
    record = given.record if draft.change == "new" else given.record.with_id(draft.record.id)
    return Given(record, given.others, given.problems)


def read_given_bytes(raw: bytes, kind: Kind = "need", corrections: Sequence[Correction] = ()) -> Given:
    """The record on standard input, read like a file: JSON (also a query of ``banha evaluate``), a form, a list, any
    readable format; plain text that is none of these becomes a `kind`.

    Raises BadInput when there is nothing, FileRefused when it cannot be read.
    """
    if not raw.strip():
        raise BadInput(N_("There is nothing on standard input to match."))
    is_json = _JSON.match(raw) is not None
    with tempfile.TemporaryDirectory(prefix="banha-") as folder, Sandbox() as sandbox:
        path = Path(folder) / (f"{_STDIN}.json" if is_json else _STDIN)
        path.write_bytes((_unwrap_queries(raw, kind) or raw) if is_json else raw)
        reading = sandbox.read_records(path, corrections=corrections)
        if is_json or any(record.kind != "document" for record in reading.records):
            return _first(reading, _STDIN)
        text = sandbox.read_text(path)
        if text.format not in _TEXT_FORMATS:
            return _first(reading, _STDIN)
        return _read_list(sandbox, path, corrections) or Given(
            record_of_text("\n".join(text.lines), kind), 0, text.problems
        )


def _read_list(sandbox: Sandbox, path: Path, corrections: Sequence[Correction]) -> Given | None:
    """The first row of text that is a list with a known header; only its content tells a CSV file without a name."""
    named = path.rename(path.with_suffix(".csv"))
    try:
        reading = sandbox.read_records(named, corrections=corrections)
    except FileRefused:
        return None
    is_list = any(record.kind != "document" for record in reading.records)
    return _first(reading, _STDIN) if is_list else None


def _unwrap_queries(raw: bytes, kind: Kind) -> bytes | None:
    """The records of queries as `banha evaluate` takes them (``{"id", "record"}`` or ``{"id", "text"}``), each on the
    line of its query; None for anything else."""
    try:
        objects = [json.loads(raw)]
    except (ValueError, RecursionError):
        try:
            objects = [json.loads(line) if line.strip() else None for line in raw.splitlines()]
        except (ValueError, RecursionError):
            return None
    found = [None if one is None else _record_of_query(one, kind) for one in objects]
    if any(one is not None and record is None for one, record in zip(objects, found, strict=True)):
        return None
    return "\n".join("" if record is None else json.dumps(record) for record in found).encode()


def _record_of_query(query: object, kind: Kind) -> object:
    if not isinstance(query, dict) or not query.keys() <= {"id", "text", "record"}:
        return None
    text = query.get("text")
    return query.get("record") or (record_to_json(record_of_text(text, kind)) if isinstance(text, str) else None)


def record_of_text(text: str, kind: Kind) -> Record:
    """A record out of plain text, personal data masked: its first line is the title, the others are the content."""
    text = mask_personal(text)
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
