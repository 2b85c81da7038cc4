"""States of tasks: whether one is asked for, running or done, as its record says."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from index import Traits
from ingest import Facts, Record, accented_view, fold

State = Literal["asked", "running", "done", "failed", "dropped", "unknown"]

BEGUN: tuple[State, ...] = ("running", "done", "failed")
"""The states of what was ever a task."""


@cache
def read_table() -> dict[str, Any]:
    """What ``task_states.yaml`` says."""
    table: dict[str, Any] = yaml.safe_load(files("matcher").joinpath("task_states.yaml").read_text(encoding="utf-8"))
    return table


def find_state(record: Record | Traits, is_masked: bool = False) -> State:
    """The state of a proposal, as `read_state` reads it."""
    return read_state(record.facts, is_masked)


def read_state(facts: Facts, is_masked: bool = False) -> State:
    """The state of a proposal by its status (``task_states.yaml``).

    Without a status, what has neither a code nor a leader is not a task yet: both come with the decision that makes it
    one. `is_masked` tells that this viewer sees neither.
    """
    if facts.status:
        stated = facts.status
        says = (state for state, phrases in _states().items() if is_said(stated, phrases))
        return next(says, "unknown")
    has_leader = any(person.role == "lead" for person in facts.people)
    return "unknown" if is_masked or facts.code or has_leader else "asked"


@cache
def _states() -> dict[State, tuple[str, ...]]:
    """In the order of the file: what denies comes first."""
    known: dict[str, State] = {state: state for state in get_args(State)}
    return {known[name]: tuple(phrases) for name, phrases in read_table()["states"].items()}


def is_said(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether the text has one of the phrases. Accents count where it has any: ``ung dung`` holds ``dung``, ``ứng
    dụng`` does not hold ``dừng``."""
    view = fold if text.isascii() else accented_view
    return _pattern(phrases, view is fold).search(view(text)) is not None


@cache
def _pattern(phrases: tuple[str, ...], is_folded: bool) -> re.Pattern[str]:
    view = fold if is_folded else accented_view
    written = "|".join(re.escape(view(phrase)).replace(r"\ ", r"\s+") for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{written})(?!\w)")
