"""Uses of tasks: whether the result of one is handed over or applied, as its record says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest import Record, sentences
from matcher.evidence import Quote, quote
from matcher.task_states import is_said, read_table

Application = Literal["applied", "not_yet", "unknown"]


@dataclass(frozen=True, slots=True)
class Use:
    """Whether the result of a task is used. `quote` says so; where it is None, the status does or nothing does."""

    application: Application
    quote: Quote | None = None


def find_use(record: Record) -> Use:
    """Whether the result of a finished task was handed over or is applied: its status says so, else the first sentence
    of its results or application that does, else nobody knows."""
    table = read_table()["application"]
    applied, not_yet = tuple(table["applied"]), tuple(table["not_yet"])
    status = record.facts.status or ""
    for phrases, application in ((not_yet, "not_yet"), (applied, "applied")):
        if is_said(status, phrases):
            return Use(_application(application))
    if is_said(status, ("bàn giao", "chuyển giao", "ứng dụng", "nhân rộng")):
        return Use("applied")
    for phrases, application in ((applied, "applied"), (not_yet, "not_yet")):
        if found := _find_sentence(record, table["sections"], phrases):
            return Use(_application(application), found)
    return Use("unknown")


def _application(name: str) -> Application:
    return "applied" if name == "applied" else "not_yet"


def _find_sentence(record: Record, names: list[str], phrases: tuple[str, ...]) -> Quote | None:
    for position, section in enumerate(record.sections):
        if section.name not in names or not is_said(section.text, phrases):
            continue
        for start, end in sentences(section.text):
            if is_said(section.text[start:end], phrases):
                return quote(record, position, start, end)
    return None
