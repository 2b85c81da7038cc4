"""Declarations as commands, server and pages make, list and forget them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from api.errors import BadInput
from index import Declaration, Index, Party
from ingest import N_, Record, compare_names
from ingest.masking import mask_personal
from ingest.organisations import is_same_organisation

_LONGEST_TEXT = 500  # code points


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
