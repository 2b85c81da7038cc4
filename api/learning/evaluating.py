"""Evaluation as a command: its input files read, its results as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.errors import BadInput
from api.schemas import Versions
from api.shaping import with_weights
from ingest import N_, Kind, Place, Problem, Record, repair
from ingest.records_json import (
    LONGEST_TEXT,
    TOO_LONG,
    RecordRefused,
    check_size,
    record_from_json,
    refuse_repeated_id,
)
from matcher import Evaluation, Measure, Query, read_qrels
from matcher.evaluation import Grade, Qrels

_MOST_ROWS = 5  # of a file that one message names


class MeasureOut(BaseModel):
    """A mean over queries with its 95 % bootstrap interval."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    mean: float
    low: float
    high: float


class EvaluationOut(BaseModel):
    """`measures`: system → measure → value; `gains`: baseline → measure → the system's minus the baseline's, paired.
    `judged` of the `queries` count: those for which a relevant record is known; `measured` says how many of these each
    system ranks, over which alone its measures and its gain are."""

    mode: str
    to: Kind | None
    versions: Versions
    records: int
    queries: int
    judged: int
    measured: dict[str, int]
    measures: dict[str, dict[str, MeasureOut]]
    gains: dict[str, dict[str, MeasureOut]]


def read_records(path: Path, refused: list[Problem]) -> Iterator[Record]:
    """The records of a JSON-lines file; lines that are none are added to `refused`. Raises BadInput."""
    ids = _Ids(path.name, refused)
    for value, place in _read_objects(path, refused):
        try:
            record = record_from_json(value, file=path.name, place=place)
            check_size(record, file=path.name, place=place)
        except RecordRefused as refusal:
            refused.append(refusal.problem)
            continue
        if not record.id or ids.accept(record.id, place):
            yield record


def read_queries(path: Path, refused: list[Problem]) -> Iterator[Query]:
    """The queries of a JSON-lines file: ``{"id", "text"}`` or ``{"id", "record"}``. Raises BadInput."""
    ids = _Ids(path.name, refused)
    for value, place in _read_objects(path, refused):
        try:
            query = _read_query(value, path.name, place)
        except RecordRefused as refusal:
            refused.append(refusal.problem)
            continue
        if ids.accept(query.id, place):
            yield query


def _read_query(value: Mapping[str, Any], file: str, place: Place) -> Query:
    id, text, record = value.get("id"), value.get("text"), value.get("record")
    if text and record is not None:
        raise RecordRefused(
            Problem(file, N_("A query is a text or a record, and this is both: leave one."), place=place)
        )
    if id not in (None, "") and isinstance(record, Mapping):
        given = record_from_json(record, file=file, place=place)
        check_size(given, file=file, place=place)
        return Query(str(id), record=given)
    if id in (None, "") or not isinstance(text, str):
        raise RecordRefused(Problem(file, N_("A query needs an id, and a text or a record."), place=place))
    if len(text) > LONGEST_TEXT:
        raise RecordRefused(Problem(file, TOO_LONG, {"row": place.row, "key": "text", "limit": LONGEST_TEXT}, place))
    if not any(character.isalnum() for character in text):
        raise RecordRefused(Problem(file, N_("There is no word in it that could be matched."), place=place))
    return Query(str(id), text)


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


@dataclass(frozen=True, slots=True)
class Judgements:
    """`qrels` of what is asked; `remarks` on what does not fit but counts as it stands."""

    qrels: Qrels
    remarks: tuple[Problem, ...]


def read_judgements(
    path: Path, queries: tuple[Path, Sequence[Query]], records: tuple[Path, Sequence[Record]], refused: list[Problem]
) -> Judgements:
    """TREC judgements of these queries, in which these records can be found; rows of other queries, and those that
    contradict an earlier row, are left out and added to `refused`. Raises BadInput where nothing can be judged."""
    asked, known = {query.id for query in queries[1]}, {record.id for record in records[1]}
    first: dict[tuple[str, str], Grade] = {}
    unasked: list[Grade] = []
    for grade in read_qrels(open_text(path), path.name):
        if grade.query not in asked:
            unasked.append(grade)
            continue
        earlier = first.setdefault((grade.query, grade.record), grade)
        if earlier.value != grade.value:
            refused.append(_contradicts(path.name, grade, earlier))
    if unasked:
        message = N_("Judgements of queries that are not in {file}: {count}, left out (rows {rows}; such as “{id}”).")
        refused.append(_counted(path.name, message, unasked, unasked[0].query, queries[0].name))
    if not first and not unasked:
        raise BadInput(N_("{file} holds no judgement."), file=str(path))
    qrels: dict[str, dict[str, float]] = {}
    for grade in first.values():
        qrels.setdefault(grade.query, {})[grade.record] = grade.value
    remarks = []
    if unknown := [grade for grade in first.values() if grade.record not in known]:
        message = N_(
            "Judgements of records that are not ranked, for they are not in {file} or of another kind: {count}, "
            "counted as not found (rows {rows}; such as “{id}”)."
        )
        remarks.append(_counted(path.name, message, unknown, unknown[0].record, records[0].name))
    fitting = {grade.query for grade in first.values() if grade.value > 0}
    if not any(grade.value > 0 and grade.record in known for grade in first.values()):
        refused += remarks
        message = N_("No query has a relevant record in {file} that could be found; check that the ids are the same.")
        raise BadInput(message, file=str(path))
    if left := [query.id for query in queries[1] if query.id not in fitting]:
        message = N_("Queries without a relevant record in {file}: {count}, not measured (such as “{id}”).")
        remarks.append(Problem(queries[0].name, message, {"file": path.name, "count": len(left), "id": left[0]}))
    return Judgements(qrels, tuple(remarks))


def _contradicts(file: str, grade: Grade, earlier: Grade) -> Problem:
    message = N_(
        "Row {row}: “{record}” was given the grade {first} for the query “{query}” in row {first_row}, now {grade}; "
        "the first one was kept."
    )
    params = {"row": grade.row, "record": grade.record[:40], "query": grade.query[:40], "first_row": earlier.row}
    return Problem(file, message, {**params, "first": f"{earlier.value:g}", "grade": f"{grade.value:g}"})


def _counted(file: str, message: str, grades: Sequence[Grade], id: str, other: str) -> Problem:
    rows = ", ".join(str(grade.row) for grade in grades[:_MOST_ROWS]) + (", …" if len(grades) > _MOST_ROWS else "")
    return Problem(file, message, {"file": other, "count": len(grades), "rows": rows, "id": id[:40]})


def find_cut(measures: Iterable[str], limit: int, records: int) -> list[str]:
    """The measures that look further down than the limit, where that many records could be ranked; those of pairs
    look at all."""
    depth = {name: int(name.partition("@")[2] or records) for name in measures}
    return [name for name, wanted in depth.items() if limit < min(wanted, records)]


def find_single(evaluation: Evaluation) -> list[str]:
    """The systems that are measured over one query alone: their intervals are no wider than a point."""
    return [system for system, queries in evaluation.measured.items() if len(queries) == 1]


def show_evaluation(
    evaluation: Evaluation, to: Kind | None, versions: Versions, records: int, queries: int
) -> EvaluationOut:
    return EvaluationOut(
        mode=evaluation.mode,
        to=to,
        versions=with_weights(versions, evaluation.weights) if evaluation.weights else versions,
        records=records,
        queries=queries,
        judged=len(evaluation.judged),
        measured={system: len(queries) for system, queries in evaluation.measured.items()},
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
