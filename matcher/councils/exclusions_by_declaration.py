"""Exclusions by what officers declare: family, advisers, sanctions and other conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index import Bearer, Declaration, Party
from ingest import N_, Record, is_same_organisation
from matcher.councils.dossiers import Doubt, Fact, Named, doubt_identity, is_sure, tie_of
from matcher.councils.findings import Case, Finding, organisations_of, weigh
from matcher.duplicates import Reason
from matcher.identities import Identity, identify

_FAMILY = frozenset({"spouse", "parent", "child", "sibling"})
_NOBODY = Identity(False, None)


def find_declared(case: Case, person: Record) -> Iterator[Finding]:
    for one in case.declarations:
        if not one.is_in_force(case.on):
            continue
        for party, other in ((one.of, one.to), (one.to, one.of)):
            it = identify_party(case, one, party, person)
            if it.may_be:
                yield from _declared_of(case, one, other, it)
            if one.kind == "sanction":
                break


def _declared_of(case: Case, one: Declaration, other: Party | None, it: Identity) -> Iterator[Finding]:
    fact = Fact(None, None, one.id)
    if one.kind == "sanction":
        reason = Reason(N_("a sanction is in force: {evidence}"), {"evidence": one.evidence})
        yield weigh(case, "sanction", it.doubt, it.is_sure, reason, [fact], [it])
        return
    if one.kind == "conflict" and other is None:
        reason = Reason(N_("a conflict is declared, with nobody named: {evidence}"), {"evidence": one.evidence})
        yield weigh(case, "conflict", it.doubt, False, reason, [fact], [it])
        return
    if one.kind == "conflict" and other and other.record_id == case.dossier.record.id:
        reason = Reason(N_("a conflict with this task is declared: {evidence}"), {"evidence": one.evidence})
        yield weigh(case, "conflict", it.doubt, it.is_sure, reason, [fact], [it])
        return
    name = other and (other.name or case.organisations.get(other.record_id or ""))
    for body in case.dossier.bodies if name else ():
        if one.kind == "conflict" and name and is_sure(tie_of(name, body)):
            reason = Reason(
                N_("a conflict with {name} is declared: {evidence}"), {"name": body, "evidence": one.evidence}
            )
            yield weigh(case, "conflict", it.doubt, it.is_sure, reason, [fact], [it])
    for named in case.dossier.people:
        second = _identify_named(case, one, other, named)
        if not second.may_be:
            continue
        of_person = {"name": named.name, "part": named.part, "kind": one.kind, "evidence": one.evidence}
        facts = [fact, named.fact]
        identities, unsure = (it, second), it.doubt or second.doubt
        if one.kind in _FAMILY:
            yield from _family(case, named, unsure, Reason(_RELATED, of_person), facts, identities)
        elif one.kind == "adviser":
            reason = Reason(N_("adviser or student of {name} ({part}), as declared: {evidence}"), of_person)
            yield weigh(case, "adviser", unsure, unsure is None, reason, facts, identities)
        else:
            reason = Reason(N_("a conflict with {name} ({part}) is declared: {evidence}"), of_person)
            yield weigh(case, "conflict", unsure, unsure is None, reason, facts, identities)


_RELATED = N_("family of {name} ({part}), as declared ({kind}): {evidence}")


def _family(
    case: Case,
    named: Named,
    doubt: Doubt | None,
    reason: Reason,
    facts: Sequence[Fact],
    identities: Sequence[Identity],
) -> Iterator[Finding]:
    exclusion = case.exclusion("family")
    if exclusion and named.part not in exclusion.of:
        yield Finding("family", "advice", "seat", None, reason, tuple(facts), doubt)
        return
    yield weigh(case, "family", doubt, doubt is None, reason, facts, identities)


def identify_party(case: Case, declaration: Declaration, party: Party | None, person: Record) -> Identity:
    """Whether a declaration means this person, or organisation."""
    if party is None:
        return _NOBODY
    if party.record_id:
        return Identity(case.ids.get(party.record_id, party.record_id) == person.id, None)
    if person.kind == "organisation":
        return Identity(is_same_organisation(person.title, party.name or ""), None)
    judged = doubt_identity(person.title, organisations_of(person), party.name or "", _of(party))
    return identify(case.answers, Bearer(person.id), Bearer(declaration=declaration.id, name=party.name), judged)


def _identify_named(case: Case, declaration: Declaration, party: Party | None, named: Named) -> Identity:
    in_dossier = Bearer(case.dossier.record.id, name=named.name)
    if party is None:
        return _NOBODY
    if party.record_id:
        record = case.record_of(party)
        if record is None:
            return _NOBODY
        judged = doubt_identity(record.title, organisations_of(record), named.name, named.organisations)
        if named.record and named.record.id == record.id:
            judged = True, None
        return identify(case.answers, Bearer(record.id), in_dossier, judged)
    judged = doubt_identity(party.name or "", _of(party), named.name, named.organisations)
    return identify(case.answers, Bearer(declaration=declaration.id, name=party.name), in_dossier, judged)


def _of(party: Party) -> tuple[str, ...]:
    return (party.organisation,) if party.organisation else ()
