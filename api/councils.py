"""Councils and declarations as commands, server and pages ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from api.errors import BadInput
from index import Declaration, Index, Party, Progress, no_progress
from ingest import N_, Record, compare_names
from ingest.masking import mask_personal
from ingest.organisations import is_same_organisation
from matcher import scoring_in_force
from matcher.council_building import propose_council
from matcher.councils import Asked, Council
from matcher.rule_files import load_rules
from matcher.rulesets import ROLES, Purpose, Role, RuleSet, choose_rules

OWN_RULES = "rules"  # in the data folder
_LONGEST_TEXT = 500  # code points


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
    """``id`` or ``id=role`` each. Raises BadInput for a role that does not exist."""
    found: list[tuple[str, Role | None]] = []
    for one in said:
        id, equals, name = one.rpartition("=")
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


# Declarations


def declare(index: Index, declarations: Sequence[Declaration], by: str) -> None:
    """Remember them, all or none; who is stored as one scientist of this name and organisation is remembered by id,
    and personal data in the evidence is masked. Raises BadInput and UnknownRecord."""
    kept = [check_declaration(index, one, by) for one in declarations]
    index.store.declarations.remember(kept, datetime.now(UTC))


def check_declaration(index: Index, one: Declaration, by: str) -> Declaration:
    """As it will be remembered. Raises BadInput and UnknownRecord."""
    of = _check_party(index, one.of)
    to = _check_party(index, one.to) if one.to else None
    evidence = " ".join(one.evidence.split())
    if not evidence:
        raise BadInput(N_("Say on what evidence it is declared."))
    if len(evidence) > _LONGEST_TEXT:
        raise BadInput(
            N_("The evidence has {count} characters, more than {limit}."), count=len(evidence), limit=_LONGEST_TEXT
        )
    if one.kind == "sanction" and to:
        raise BadInput(N_("A sanction is declared of one person only."))
    if one.kind not in ("sanction", "conflict") and to is None:
        raise BadInput(N_("A relation is declared between two: name the other."))
    if to and (of.record_id or of) == (to.record_id or to):
        raise BadInput(N_("A person is declared with themselves: name two."))
    if one.since and one.until and one.since > one.until:
        raise BadInput(N_("It would end ({until}) before it begins ({since})."), since=one.since, until=one.until)
    return Declaration(one.kind, of, to, mask_personal(evidence), one.since, one.until, by)


def _check_party(index: Index, party: Party) -> Party:
    if party.record_id:
        index.store.get(party.record_id)
        return Party(party.record_id)
    name, organisation = " ".join((party.name or "").split()), " ".join((party.organisation or "").split())
    if not name:
        raise BadInput(N_("Name the person, or give the id of a record."))
    if max(len(name), len(organisation)) > _LONGEST_TEXT:
        raise BadInput(N_("The name is longer than a name can be."))
    found = [one for one in index.store.records("scientist") if _is_person(one, name, organisation)]
    return Party(found[0].id) if len(found) == 1 else Party(None, name, organisation or None)


def _is_person(record: Record, name: str, organisation: str) -> bool:
    own = record.facts.organisation
    return bool(
        compare_names(record.title, name) == "exact"
        and own
        and organisation
        and is_same_organisation(own, organisation)
    )


def forget_declaration(index: Index, id: int) -> None:
    """Raises BadInput when there is none of this number."""
    if not index.store.declarations.forget(id):
        raise BadInput(N_("There is no declaration number {id}."), id=id)


def list_declarations(index: Index) -> list[tuple[Declaration, str, str]]:
    """All, with the names of both; a record that was merged is known by what it is now, one that is gone by its id."""
    found = index.store.declarations.all()
    return [(one, name_party(index, one.of), name_party(index, one.to)) for one in found]


def name_party(index: Index, party: Party | None) -> str:
    if party is None:
        return ""
    if party.record_id is None:
        return ", ".join(part for part in (party.name, party.organisation) if part)
    known = index.store.find(party.record_id, party.record_id)
    return index.store.get(known.id).title if known else party.record_id
