"""Councils as commands, server and pages ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from api.errors import BadInput
from index import Index, Progress, no_progress
from ingest import N_, compare_names
from matcher import scoring_in_force
from matcher.councils.building import propose_council
from matcher.councils.proposals import Asked, Council
from matcher.councils.rule_files import load_rules
from matcher.councils.rulesets import ROLES, Purpose, Role, RuleSet, choose_rules

OWN_RULES = "rules"  # in the data folder


def known_rules(data: Path, more: Path | None = None) -> tuple[RuleSet, ...]:
    """The shipped rule sets, those in the data folder and those of another folder. Raises BadRules."""
    own = data / OWN_RULES
    return load_rules([folder for folder in (own if own.is_dir() else None, more) if folder])


def propose(
    index: Index,
    record_id: str,
    purpose: Purpose,
    on: date,
    asked: Asked,
    rules: Sequence[RuleSet],
    rule: str | None,
    progress: Progress = no_progress,
) -> Council:
    """The council for a stored record, by the scoring in force. Raises UnknownRecord, BadRules and BadCouncil."""
    choice = choose_rules(rules, purpose, on, rule)
    return propose_council(index, index.store.get(record_id), choice, on, asked, scoring_in_force(index), progress)


def read_wanted(said: Sequence[str]) -> tuple[tuple[str, Role | None], ...]:
    """``id``, ``id=role`` or ``id:role`` each, as for teams. Raises BadInput for a role that does not exist."""
    found: list[tuple[str, Role | None]] = []
    for one in said:
        id, equals, name = one.rpartition("=" if "=" in one else ":")
        if equals == ":" and name not in ROLES:
            id, equals, name = "", "", one  # a colon of the id itself
        role = next((role for role in ROLES if role == name), None)
        if equals and role is None:
            raise BadInput(
                N_("“{role}” is no role in a council. Roles are: {known}."), role=name, known=", ".join(ROLES)
            )
        found.append((id if equals else one, role))
    return tuple(found)


def read_previous(
    index: Index, said: Sequence[str], may_read_files: bool = True
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who sat before: (ids of scientists, names that are not stored as one scientist).

    Each of `said` is an id, a person's full name, or (where files may be read) a file that has one of these a line.
    Raises BadInput for a file that cannot be read.
    """
    people = list(index.store.records("scientist"))
    ids = {one.id for one in people}
    found: list[str] = []
    strangers: list[str] = []
    for line in (line for one in said for line in _lines(one, ids, may_read_files)):
        if line in ids:
            found.append(line)
            continue
        named = [one.id for one in people if compare_names(one.title, line) == "exact"]
        if len(named) == 1:
            found += named
        else:
            strangers.append(line)
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(strangers))


def _lines(said: str, ids: set[str], may_read_files: bool) -> list[str]:
    path = Path(said)
    if said in ids or not may_read_files or len(said) > 255 or not path.is_file():
        return [part.strip() for part in said.split(",") if part.strip()]
    try:
        return [line.strip() for line in path.read_text("utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(N_("{file} cannot be read: {reason}."), file=said, reason=reason) from error
