"""Exclusions by what officers declare: family, advisers, sanctions and other conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index import Declaration, Party
from ingest import N_, Record
from matcher.dossiers import Doubt, Fact, Named, doubt_identity, is_sure, tie_of
from matcher.duplicates import Reason
from matcher.findings import Case, Finding, organisations_of, weigh

_FAMILY = frozenset({"spouse", "parent", "child", "sibling"})


def find_declared(case: Case, person: Record) -> Iterator[Finding]:
    for one in case.declarations:
        if not one.is_in_force(case.on):
            continue
        for party, other in ((one.of, one.to), (one.to, one.of)):
            is_it, doubt = _is_party(case, party, person)
            if is_it:
                yield from _declared_of(case, one, other, doubt)
            if one.kind == "sanction":
                break


def _declared_of(case: Case, one: Declaration, other: Party | None, doubt: Doubt | None) -> Iterator[Finding]:
    fact = Fact(None, None, one.id)
    if one.kind == "sanction":
        reason = Reason(N_("a sanction is in force: {evidence}"), {"evidence": one.evidence})
        yield weigh(case, "sanction", doubt, doubt is None, reason, [fact])
        return
    if one.kind == "conflict" and other is None:
        reason = Reason(N_("a conflict is declared, with nobody named: {evidence}"), {"evidence": one.evidence})
        yield weigh(case, "conflict", doubt, False, reason, [fact])
        return
    if one.kind == "conflict" and other and other.record_id == case.dossier.record.id:
        reason = Reason(N_("a conflict with this task is declared: {evidence}"), {"evidence": one.evidence})
        yield weigh(case, "conflict", doubt, doubt is None, reason, [fact])
        return
    name = other and (other.name or case.organisations.get(other.record_id or ""))
    for body in case.dossier.bodies if name else ():
        if one.kind == "conflict" and name and is_sure(tie_of(name, body)):
            reason = Reason(
                N_("a conflict with {name} is declared: {evidence}"), {"name": body, "evidence": one.evidence}
            )
            yield weigh(case, "conflict", doubt, doubt is None, reason, [fact])
    for named in case.dossier.people:
        is_it, second = _is_named(case, other, named)
        if not is_it:
            continue
        of_person = {"name": named.name, "part": named.part, "kind": one.kind, "evidence": one.evidence}
        facts = [fact, named.fact]
        unsure = doubt or second
        if one.kind in _FAMILY:
            yield from _family(case, named, unsure, Reason(_RELATED, of_person), facts)
        elif one.kind == "adviser":
            reason = Reason(N_("adviser or student of {name} ({part}), as declared: {evidence}"), of_person)
            yield weigh(case, "adviser", unsure, unsure is None, reason, facts)
        else:
            reason = Reason(N_("a conflict with {name} ({part}) is declared: {evidence}"), of_person)
            yield weigh(case, "conflict", unsure, unsure is None, reason, facts)


_RELATED = N_("family of {name} ({part}), as declared ({kind}): {evidence}")


def _family(case: Case, named: Named, doubt: Doubt | None, reason: Reason, facts: Sequence[Fact]) -> Iterator[Finding]:
    exclusion = case.rules.exclusion("family")
    if exclusion and named.part not in exclusion.of:
        yield Finding("family", "advice", "seat", None, reason, tuple(facts), doubt)
        return
    yield weigh(case, "family", doubt, doubt is None, reason, facts)


def _is_party(case: Case, party: Party | None, person: Record) -> tuple[bool, Doubt | None]:
    if party is None:
        return False, None
    if party.record_id:
        return case.ids.get(party.record_id, party.record_id) == person.id, None
    return doubt_identity(person.title, organisations_of(person), party.name or "", _of(party))


def _is_named(case: Case, party: Party | None, named: Named) -> tuple[bool, Doubt | None]:
    if party is None:
        return False, None
    if party.record_id:
        record = case.record_of(party)
        if record is None:
            return False, None
        if named.record and named.record.id == record.id:
            return True, None
        return doubt_identity(record.title, organisations_of(record), named.name, named.organisations)
    return doubt_identity(party.name or "", _of(party), named.name, named.organisations)


def _of(party: Party) -> tuple[str, ...]:
    return (party.organisation,) if party.organisation else ()
