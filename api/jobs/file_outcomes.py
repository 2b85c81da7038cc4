"""What came of one uploaded file, as the table of jobs keeps it: ids and what could not be read, no text of records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter

from index import IngestReport
from index.changes import Change
from ingest import Problem, Unrecognised


@dataclass(frozen=True, slots=True)
class StoredHere:
    """A record that the file tells of. `disagrees`: the file says something else of it than others do."""

    id: str
    change: Change | Literal["sourced"]
    disagrees: bool


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """`ids` are those of `stored`: by them the table finds what must be forgotten with a record."""

    ids: tuple[str, ...]
    stored: tuple[StoredHere, ...] = ()
    problems: tuple[Problem, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()


_OUTCOME = TypeAdapter(FileOutcome)


def tell_outcome(report: IngestReport) -> FileOutcome:
    stored = tuple(StoredHere(one.id, one.change, bool(one.disagreements)) for one in report.stored)
    return FileOutcome(tuple(one.id for one in stored), stored, report.refused, report.unrecognised)


def refuse_file(name: str, reason: str) -> FileOutcome:
    return FileOutcome((), problems=(Problem(name, reason),))


def write_outcome(outcome: FileOutcome) -> str:
    return _OUTCOME.dump_json(outcome).decode()


def read_outcome(outcome: str | None) -> FileOutcome:
    """Empty where nothing is known, or not any more."""
    return _OUTCOME.validate_json(outcome) if outcome else FileOutcome(())
