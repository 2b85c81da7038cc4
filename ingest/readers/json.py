"""JSON and JSONL files as entries, one for each object; what is broken is named by its line."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ingest.charset_choice import decide_charset
from ingest.charsets import Decision, recover
from ingest.document import Document, Entry, Recovery
from ingest.errors import N_, Problem
from ingest.readers.decoding import Decoded, decode_characters
from ingest.readers.opened import OpenedFile
from ingest.records import Place
from ingest.vietnamese import repair

_NOT_JSON = N_("Row {row} is not valid JSON from character {column} on. Correct it and try again.")
_LONG_NUMBER = N_("Row {row} holds a number that is too long. Write it in quotation marks.")
_NOT_OBJECT = N_('Item {row} is not an object with named values. Write it as {{"name": "value"}}.')


def read_json(opened: OpenedFile) -> Document:
    """A list of objects, one object, or ``{"records": […]}``; `place.row` counts them from 1.

    A file of several lines with an object each is read as JSONL whatever its name. Missing numbers (NaN) are null.
    """
    decoded = decode_characters(opened)
    reading = _Reading(opened)
    text = decoded.text if decoded.surface is None else decoded.surface
    try:
        value = reading.parse(text)
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError) and _begins_with_object(text):
            return read_json_lines(opened)
        problem = reading.problem_of(error, None)
        raise opened.refused(problem.message, problem.place, **problem.params) from None
    reading.note_repeated(Place())
    records = value.get("records") if isinstance(value, dict) else value
    items = records if isinstance(records, list) else [value]
    for number, item in enumerate(items, start=1):
        reading.add(item, Place(row=number))
    return reading.finish("json", decoded)


def read_json_lines(opened: OpenedFile) -> Document:
    """One object a line; a line that is broken is a problem, the others are kept."""
    decoded = decode_characters(opened)
    reading = _Reading(opened)
    text = decoded.text if decoded.surface is None else decoded.surface
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if not line.strip():
            continue
        place = Place(row=number)
        try:
            value = reading.parse(line)
        except ValueError as error:
            reading.problems.append(reading.problem_of(error, number))
            continue
        reading.note_repeated(place)
        reading.add(value, place)
    return reading.finish("jsonl", decoded)


class _Reading:
    """What was found so far in one file."""

    def __init__(self, opened: OpenedFile) -> None:
        self.opened = opened
        self.found: list[tuple[dict[str, Any], Place]] = []
        self.problems: list[Problem] = []
        self.values = 0
        self.repeated: list[str] = []

    def parse(self, text: str) -> Any:
        """Raises ValueError for what is no JSON, FileRefused for values nested too deep."""
        self.repeated.clear()
        try:
            return json.loads(text, object_pairs_hook=self._build_object, parse_constant=lambda _: None)
        except RecursionError:
            self.opened.check_counts(depth=self.opened.limits.max_depth + 1)
            raise

    def _build_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(pairs)
        if len(built) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            self.repeated.extend(key for key, count in counts.items() if count > 1)
        return built

    def problem_of(self, error: ValueError, row: int | None) -> Problem:
        """`row` is the line that was parsed alone; None where the whole file was."""
        if isinstance(error, json.JSONDecodeError):
            row = row or error.lineno
            return self.opened.problem(_NOT_JSON, Place(row=row), row=row, column=error.colno)
        return self.opened.problem(_LONG_NUMBER, Place(row=row or 1), row=row or 1)

    def note_repeated(self, place: Place) -> None:
        for key in dict.fromkeys(self.repeated):
            message = N_("The name {key} stands twice in one object; its last value was kept.")
            self.problems.append(self.opened.problem(message, place, key=repair(key)))

    def add(self, value: Any, place: Place) -> None:
        if isinstance(value, dict):
            self.found.append((value, place))
        else:
            self.problems.append(self.opened.problem(_NOT_OBJECT, place, row=place.row))

    def finish(self, format: str, decoded: Decoded) -> Document:
        """The objects in Unicode. They are decoded after JSON's own escapes, all texts of the file together."""
        cleaned = [(self._clean(value, 0), place) for value, place in self.found]
        decision = (
            Decision(decoded.charset, decoded.confidence)
            if decoded.surface
            else decide_charset("\n".join(text for value, _ in self.found for text in _texts(value)))
        )
        if decision.charset is None:
            entries = [Entry(value, place) for value, place in cleaned]
        else:
            recovery = Recovery(decision.charset, confidence=decision.confidence)
            entries = [Entry(_recover(value, decision), place, recovery, value) for value, place in self.found]
        return self.opened.document(format, entries, self.problems, decision.whole or decoded.charset)

    def _clean(self, value: Any, depth: int) -> Any:
        self.values += 1
        self.opened.check_counts(cells=self.values, depth=depth)
        if isinstance(value, str):
            return repair(value)
        if isinstance(value, dict):
            return {repair(key): self._clean(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self._clean(item, depth + 1) for item in value]
        if isinstance(value, float) and not math.isfinite(value):
            return None
        return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _recover(value: Any, decision: Decision) -> Any:
    if isinstance(value, str):
        return repair(recover([(value, None)], decision)[0])
    if isinstance(value, dict):
        return {_recover(key, decision): _recover(item, decision) for key, item in value.items()}
    if isinstance(value, list):
        return [_recover(item, decision) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _begins_with_object(text: str) -> bool:
    """Whether the first line alone is an object, and more follows."""
    first, _, rest = text.strip().partition("\n")
    return first.rstrip().endswith("}") and first.startswith("{") and bool(rest.strip())
