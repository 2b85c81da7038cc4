"""Evaluation as a command: its input files read, its results as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.errors import BadInput
from api.schemas import Versions
from ingest import N_, Kind, Place, Problem, Record, repair
from ingest.records_json import RecordRefused, record_from_json, refuse_repeated_id
from matcher import Evaluation, Measure, Query
from matcher.evaluation import Qrels


class MeasureOut(BaseModel):
    """A mean over queries with its 95 % bootstrap interval."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    mean: float
    low: float
    high: float


class EvaluationOut(BaseModel):
    """`measures`: system → measure → value; `gains`: baseline → measure → the system's minus the baseline's, paired."""

    mode: str
    to: Kind | None
    versions: Versions
    records: int
    queries: int
    measures: dict[str, dict[str, MeasureOut]]
    gains: dict[str, dict[str, MeasureOut]]


def read_records(path: Path, refused: list[Problem]) -> Iterator[Record]:
    """The records of a JSON-lines file; lines that are none are added to `refused`. Raises BadInput."""
    ids = _Ids(path.name, refused)
    for value, place in _read_objects(path, refused):
        try:
            record = record_from_json(value, file=path.name, place=place)
        except RecordRefused as refusal:
            refused.append(refusal.problem)
            continue
        if not record.id or ids.accept(record.id, place):
            yield record


def read_queries(path: Path, refused: list[Problem]) -> Iterator[Query]:
    """The queries of a JSON-lines file: ``{"id", "text"}`` or ``{"id", "record"}``. Raises BadInput."""
    ids = _Ids(path.name, refused)
    for value, place in _read_objects(path, refused):
        id, text, record = str(value.get("id", "")), value.get("text"), value.get("record")
        if not id or not (isinstance(text, str) or isinstance(record, Mapping)):
            message = N_("A query needs an id, and a text or a record.")
            refused.append(Problem(path.name, message, place=place))
            continue
        try:
            given = record_from_json(record, file=path.name, place=place) if isinstance(record, Mapping) else None
        except RecordRefused as refusal:
            refused.append(refusal.problem)
            continue
        if ids.accept(id, place):
            yield Query(id, text if given is None else None, given)


class _Ids:
    """The ids of one file so far; what a TREC run cannot tell apart is added to `refused`."""

    def __init__(self, file: str, refused: list[Problem]) -> None:
        self._file = file
        self._refused = refused
        self._rows: dict[str, int | None] = {}

    def accept(self, id: str, place: Place) -> bool:
        if id.split() != [id]:
            message = N_("Row {row}: the id “{id}” holds a space, which would break the columns of a TREC run.")
            self._refused.append(Problem(self._file, message, {"row": place.row, "id": id[:40]}, place))
        elif id in self._rows:
            self._refused.append(refuse_repeated_id(self._file, id, place, self._rows[id]))
        else:
            self._rows[id] = place.row
            return True
        return False


def find_strangers(qrels: Qrels, records: Sequence[Record]) -> list[str]:
    """The ids judged relevant that no record has, sorted."""
    known = {record.id for record in records}
    judged = {id for grades in qrels.values() for id, grade in grades.items() if grade > 0}
    return sorted(judged - known)


def show_evaluation(
    evaluation: Evaluation, to: Kind | None, versions: Versions, records: int, queries: int
) -> EvaluationOut:
    return EvaluationOut(
        mode=evaluation.mode,
        to=to,
        versions=versions,
        records=records,
        queries=queries,
        measures=_show_measures(evaluation.measures),
        gains=_show_measures(evaluation.gains),
    )


def _show_measures(measures: Mapping[str, Mapping[str, Measure]]) -> dict[str, dict[str, MeasureOut]]:
    return {
        system: {name: MeasureOut.model_validate(measure) for name, measure in by_name.items()}
        for system, by_name in measures.items()
    }


def open_text(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file. Raises BadInput when it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            yield from stream
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise BadInput(N_("{file} is no text in UTF-8."), file=str(path)) from error
        reason = error.strerror or str(error)
        raise BadInput(N_("{file} cannot be read: {reason}."), file=str(path), reason=reason) from error


def _read_objects(path: Path, refused: list[Problem]) -> Iterator[tuple[Mapping[str, Any], Place]]:
    for number, line in enumerate(open_text(path), 1):
        if not line.strip():
            continue
        try:
            value = _repaired(json.loads(line))
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, Mapping):
            yield value, Place(row=number)
        else:
            refused.append(Problem(path.name, N_("This line is not a JSON object."), place=Place(row=number)))


def _repaired(value: Any) -> Any:
    if isinstance(value, str):
        return repair(value)
    if isinstance(value, list):
        return [_repaired(item) for item in value]
    if isinstance(value, dict):
        return {key: _repaired(item) for key, item in value.items()}
    return value
