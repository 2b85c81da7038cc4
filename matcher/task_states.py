"""States of tasks: whether one is asked for, running or done, and whether its result is used, as its record says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from index import Traits
from ingest import Record, accented_view, fold, sentences
from matcher.evidence import Quote, quote

State = Literal["asked", "running", "done", "failed", "dropped", "unknown"]
Application = Literal["applied", "not_yet", "unknown"]

BEGUN: tuple[State, ...] = ("running", "done", "failed")
"""The states of what was ever a task."""


@dataclass(frozen=True, slots=True)
class Use:
    """Whether the result of a task is used. `quote` says so; where it is None, the status does or nothing does."""

    application: Application
    quote: Quote | None = None


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(files("matcher").joinpath("task_states.yaml").read_text(encoding="utf-8"))
    return table


def find_state(record: Record | Traits, is_masked: bool = False) -> State:
    """The state of a proposal by its status (``task_states.yaml``).

    Without a status, what has neither a code nor a leader is not a task yet: both come with the decision that makes it
    one. `is_masked` tells that this viewer sees neither.
    """
    facts = record.facts
    if facts.status:
        says = (state for state, phrases in _states().items() if _says(facts.status, phrases))
        return next(says, "unknown")
    has_leader = any(person.role == "lead" for person in facts.people)
    return "unknown" if is_masked or facts.code or has_leader else "asked"


def find_use(record: Record) -> Use:
    """Whether the result of a finished task was handed over or is applied: its status says so, else the first sentence
    of its results or application that does, else nobody knows."""
    table = _table()["application"]
    applied, not_yet = tuple(table["applied"]), tuple(table["not_yet"])
    status = record.facts.status or ""
    for phrases, application in ((not_yet, "not_yet"), (applied, "applied")):
        if _says(status, phrases):
            return Use(_application(application))
    if _says(status, ("bàn giao", "chuyển giao", "ứng dụng", "nhân rộng")):
        return Use("applied")
    for phrases, application in ((applied, "applied"), (not_yet, "not_yet")):
        if found := _find_sentence(record, table["sections"], phrases):
            return Use(_application(application), found)
    return Use("unknown")


def _application(name: str) -> Application:
    return "applied" if name == "applied" else "not_yet"


def _find_sentence(record: Record, names: list[str], phrases: tuple[str, ...]) -> Quote | None:
    for position, section in enumerate(record.sections):
        if section.name not in names or not _says(section.text, phrases):
            continue
        for start, end in sentences(section.text):
            if _says(section.text[start:end], phrases):
                return quote(record, position, start, end)
    return None


@cache
def _states() -> dict[State, tuple[str, ...]]:
    """In the order of the file: what denies comes first."""
    known: dict[str, State] = {state: state for state in get_args(State)}
    return {known[name]: tuple(phrases) for name, phrases in _table()["states"].items()}


def _says(text: str, phrases: tuple[str, ...]) -> bool:
    """Accents count where the text has any: ``ung dung`` holds ``dung``, ``ứng dụng`` does not hold ``dừng``."""
    view = fold if text.isascii() else accented_view
    return _pattern(phrases, view is fold).search(view(text)) is not None


@cache
def _pattern(phrases: tuple[str, ...], is_folded: bool) -> re.Pattern[str]:
    view = fold if is_folded else accented_view
    written = "|".join(re.escape(view(phrase)).replace(r"\ ", r"\s+") for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{written})(?!\w)")
