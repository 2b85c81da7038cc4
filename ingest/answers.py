"""What the program and its reading processes say to each other: frames, and in them JSON, a line a message."""

from __future__ import annotations

import base64
import json
import os
import string
import struct
from collections.abc import Mapping
from dataclasses import astuple, dataclass, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from ingest.corrections import Correction
from ingest.document import Document
from ingest.errors import N_, Problem
from ingest.extraction import Reading
from ingest.orcid import OrcidPerson
from ingest.records import Kind
from ingest.value_pictures import check_pictures

if TYPE_CHECKING:
    from pydantic import TypeAdapter

HEADER = struct.Struct(">cI")
STARTED, DATA, ENDED = b"S", b"D", b"E"
"""Frames from the worker: the process group of a reader, bytes that the reader wrote, the Breach that ended it."""

Breach = Literal["", "answer", "cpu", "memory", "processes", "seconds", "silence"]
"""The limit that ended a reader; empty when it ended by itself, done or not."""

OUT_OF_MEMORY = N_("Reading this file needs more than {limit} MB of memory. Split it into smaller files.")

Wanted = Literal["records", "text", "orcid"]


@dataclass(frozen=True, slots=True)
class Request:
    """Which file to read, and what to answer: its records (with `kind`, `keep_contacts` and what people said of
    labels), its text, or the person of an ORCID record."""

    path: Path
    wanted: Wanted
    kind: Kind | None = None
    keep_contacts: bool = False
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """The recovered text of a file, its paragraphs and cell lines in reading order, and what could not be read."""

    format: str
    lines: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """How far a stage of the reading is: `done` of `total`."""

    stage: str
    done: int
    total: int


Answer = Reading | Text | OrcidPerson | Problem | Step
_NAMES: Mapping[type, str] = {Reading: "reading", Text: "text", OrcidPerson: "orcid", Problem: "refused", Step: "step"}


def text_of(document: Document) -> Text:
    return Text(document.format, tuple(document.lines()), document.problems)


def write_request(request: Request) -> bytes:
    path = os.fsencode(request.path).decode("latin-1")  # any bytes may be a name
    corrections = [astuple(one) for one in request.corrections]
    return json.dumps([path, request.wanted, request.kind, request.keep_contacts, corrections]).encode() + b"\n"


def read_request(line: bytes) -> Request:
    path, wanted, kind, keep_contacts, corrections = json.loads(line)
    said = tuple(Correction(*one) for one in corrections)
    return Request(Path(os.fsdecode(path.encode("latin-1"))), wanted, kind, keep_contacts, said)


def write_answer(answer: Answer) -> bytes:
    """One line. What UTF-8 cannot hold (half a character in a file name) becomes a question mark."""
    line = json.dumps({_NAMES[type(answer)]: answer}, default=_fields, ensure_ascii=False, separators=(",", ":"))
    return line.encode("utf-8", "replace") + b"\n"


def read_answer(line: bytes) -> Answer:
    """Raises ValueError for anything but an answer: the process that wrote it may be in the hands of the file."""
    name, _, _ = line.partition(b":")
    for kind in get_args(Answer):
        if name == b'{"%s"' % _NAMES[kind].encode():
            answer: Answer = _adapter(kind).validate_json(
                line[len(name) + 1 :].rstrip().removesuffix(b"}"), strict=True
            )
            for problem in _problems(answer):
                _check_template(problem)
            if isinstance(answer, Reading):
                check_pictures(answer.pictures)
            return answer
    raise ValueError("not an answer")


def _fields(value: object) -> object:
    if is_dataclass(value):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes):
        return base64.urlsafe_b64encode(value).decode()
    raise TypeError(type(value).__name__)


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _problems(answer: Answer) -> tuple[Problem, ...]:
    if isinstance(answer, Problem):
        return (answer,)
    return () if isinstance(answer, Step | OrcidPerson) else answer.problems


def _check_template(problem: Problem) -> None:
    """A template may name parameters and nothing else: no attributes of them, no widths."""
    for _, name, spec, conversion in string.Formatter().parse(problem.message):
        if name is not None and (name not in problem.params or spec or conversion):
            raise ValueError("not a template of this program")
