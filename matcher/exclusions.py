"""Who may not sit on a council for a task, and why: each finding with the rule and the fact on which it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index import Declaration, Party
from ingest import N_, Record, fold, successor_of, syllables
from ingest.names import one_spelling
from matcher.council_advice import load_advice
from matcher.dossiers import Body, Dossier, Doubt, Fact, Named, doubt_identity, find_mentions, is_sure, tie_of
from matcher.duplicates import Reason
from matcher.evidence import quote
from matcher.rulesets import Bars, ExclusionKind, RuleSet

Weight = Literal["exclusion", "question", "advice"]
_OWN_LISTS = frozenset({"work", "project", "patent"})
_FEWEST_WORDS = 6  # of a title: shorter ones are borne by many tasks
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FAMILY = frozenset({"spouse", "parent", "child", "sibling"})

DOUBT: Mapping[Doubt, str] = {
    "organisation unknown": N_("the same name, and no organisation that would tell whether it is the same person"),
    "other organisation": N_("the same name, but another organisation: perhaps another person"),
    "unaccented": N_("the same name where one side is written without accents"),
    "accents": N_("names that differ by accents only: two persons, unless one is misspelt"),
    "initials": N_("a name with initials"),
    "unsure": N_("it has to be checked"),
    "longer name": N_("the name stands within what may be a longer name"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that speaks against a person: an ``exclusion`` by the rule cited, a ``question`` whose answer decides,
    or ``advice`` where no rule says it (`citation` is None). `bars` says from what."""

    kind: ExclusionKind
    weight: Weight
    bars: Bars
    citation: str | None
    reason: Reason
    facts: tuple[Fact, ...]
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What the findings on all candidates for one task are made from. `scientists` are all that are stored, `tasks`
    those besides it, `ids` leads from the id of a record that was merged to that of today, `organisations` from the id
    of an organisation that is declared to its name."""

    dossier: Dossier
    rules: RuleSet
    on: date
    declarations: tuple[Declaration, ...] = ()
    scientists: Mapping[str, Record] = field(default_factory=dict)
    tasks: tuple[Record, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)

    def record_of(self, party: Party) -> Record | None:
        return self.scientists.get(self.ids.get(party.record_id or "", party.record_id or ""))


def find_findings(case: Case, person: Record) -> tuple[Finding, ...]:
    """Everything that speaks against a scientist, exclusions first, each reason once."""
    found = [finding for find in _FINDERS for finding in find(case, person)]
    order: dict[Weight, int] = {"exclusion": 0, "question": 1, "advice": 2}
    sure = {one.kind for one in found if one.weight == "exclusion"}
    kept: dict[tuple[str, str, str, str], Finding] = {}
    for one in found:
        if one.weight == "question" and one.kind in sure:
            continue
        kept.setdefault((one.kind, one.weight, one.reason.message, repr(sorted(one.reason.params.items()))), one)
    return tuple(sorted(kept.values(), key=lambda one: order[one.weight]))


def _finding(
    case: Case, kind: ExclusionKind, doubt: Doubt | None, is_sure: bool, reason: Reason, facts: Sequence[Fact]
) -> Finding:
    exclusion = case.rules.exclusion(kind)
    if exclusion is None:
        return Finding(kind, "advice", "seat", None, reason, tuple(facts), doubt or (None if is_sure else "unsure"))
    weight: Weight = "exclusion" if is_sure else "question"
    open_doubt = None if is_sure else doubt or "unsure"
    return Finding(kind, weight, exclusion.bars, case.rules.cite(exclusion), reason, tuple(facts), open_doubt)


def _organisations(person: Record) -> tuple[str, ...]:
    return (person.facts.organisation,) if person.facts.organisation else ()


# Participation


def _participation(case: Case, person: Record) -> Iterator[Finding]:
    dossier = case.dossier
    own = _organisations(person)
    for named in dossier.people:
        may_be, doubt = doubt_identity(person.title, own, named.name, named.organisations)
        if may_be:
            message = N_("{name} is named in the dossier ({part})")
            reason = Reason(message, {"name": named.name, "part": named.part})
            is_it = doubt is None or (named.record is not None and named.record.id == person.id)
            yield _finding(case, "participation", None if is_it else doubt, is_it, reason, [named.fact])
    listed = {one_spelling(named.name) for named in dossier.people}
    for mention in find_mentions(dossier.record, person.title):
        text = dossier.record.sections[mention.section].text[mention.start : mention.end]
        if one_spelling(text) in listed:
            continue
        beside = (mention.organisation,) if mention.organisation else dossier.bodies
        doubt = mention.doubt or doubt_identity(person.title, own, person.title, beside)[1]
        fact = Fact(dossier.record.id, quote(dossier.record, mention.section, mention.start, mention.end))
        reason = Reason(N_("the dossier names {name}"), {"name": text})
        yield _finding(case, "participation", doubt, doubt is None, reason, [fact])
    for number, section in enumerate(person.sections):
        if section.name == "project" and _tells_of(section.text, dossier.record):
            fact = Fact(person.id, quote(person, number, 0, len(section.text)))
            yield _finding(case, "participation", None, True, Reason(N_("the person's own CV lists this task")), [fact])


def _tells_of(text: str, task: Record) -> bool:
    code = task.facts.code
    if code and re.search(rf"(?<!\w){re.escape(fold(code))}(?!\w)", fold(text)):
        return True
    title = _words(task.title)
    return len(title) >= _FEWEST_WORDS and f" {' '.join(title)} " in f" {' '.join(_words(text))} "


def _words(text: str) -> list[str]:
    view = one_spelling(text)
    return [view[start:end] for start, end in syllables(view)]


# Organisations


def _host(case: Case, person: Record) -> Iterator[Finding]:
    host = case.dossier.host
    if host is None:
        return
    if not person.facts.organisation:
        message = N_("nothing is known of the person's organisation: it could be the host, {host}")
        yield _finding(case, "host", "organisation unknown", False, Reason(message, {"host": host.name}), [host.fact])
        return
    yield from _staff(case, person, "host", host)


def _partner(case: Case, person: Record) -> Iterator[Finding]:
    for partner in case.dossier.partners:
        yield from _staff(case, person, "partner", partner)


def _staff(case: Case, person: Record, kind: Literal["host", "partner"], body: Body) -> Iterator[Finding]:
    organisation = person.facts.organisation or ""
    tie = tie_of(organisation, body.name) if organisation else None
    params = {"organisation": organisation, "body": body.name}
    if tie is None:
        yield from _former_staff(case, person, kind, body)
        return
    reason = Reason(N_("works at {organisation}"), params)
    if tie == "renamed":
        successor = successor_of(body.name, date.max) or successor_of(organisation, date.max)
        message = N_("works at {organisation}, which is {body} by another name ({citation})")
        reason = Reason(message, {**params, "citation": successor.citation if successor else "–"})
    elif tie == "part":
        reason = Reason(N_("works at {organisation}, a part of {body}"), params)
    elif tie == "whole":
        reason = Reason(N_("works at {organisation}, of which {body} is a part"), params)
    elif tie == "unaccented":
        reason = Reason(N_("works at {organisation}, which without accents reads as {body}"), params)
    doubt: Doubt | None = "unaccented" if tie == "unaccented" else None
    yield _finding(case, kind, doubt, is_sure(tie), reason, [Fact(person.id), body.fact])


def _former_staff(case: Case, person: Record, kind: Literal["host", "partner"], body: Body) -> Iterator[Finding]:
    """The career in the CV names the body, while the person's organisation is another."""
    for number, section in enumerate(person.sections):
        if section.name == "employment":
            start = one_spelling(section.text).find(one_spelling(body.name))
            if start >= 0:
                fact = Fact(person.id, quote(person, number, start, start + len(body.name)))
                message = N_("the CV names {body} in the person's career: does it still hold?")
                yield _finding(case, kind, None, False, Reason(message, {"body": body.name}), [fact])


# Declared relations


def _declared(case: Case, person: Record) -> Iterator[Finding]:
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
        yield _finding(case, "sanction", doubt, doubt is None, reason, [fact])
        return
    if one.kind == "conflict" and other is None:
        reason = Reason(N_("a conflict is declared, with nobody named: {evidence}"), {"evidence": one.evidence})
        yield _finding(case, "conflict", doubt, False, reason, [fact])
        return
    if one.kind == "conflict" and other and other.record_id == case.dossier.record.id:
        reason = Reason(N_("a conflict with this task is declared: {evidence}"), {"evidence": one.evidence})
        yield _finding(case, "conflict", doubt, doubt is None, reason, [fact])
        return
    name = other and (other.name or case.organisations.get(other.record_id or ""))
    for body in case.dossier.bodies if name else ():
        if one.kind == "conflict" and name and is_sure(tie_of(name, body)):
            reason = Reason(
                N_("a conflict with {name} is declared: {evidence}"), {"name": body, "evidence": one.evidence}
            )
            yield _finding(case, "conflict", doubt, doubt is None, reason, [fact])
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
            yield _finding(case, "adviser", unsure, unsure is None, reason, facts)
        else:
            reason = Reason(N_("a conflict with {name} ({part}) is declared: {evidence}"), of_person)
            yield _finding(case, "conflict", unsure, unsure is None, reason, facts)


_RELATED = N_("family of {name} ({part}), as declared ({kind}): {evidence}")


def _family(case: Case, named: Named, doubt: Doubt | None, reason: Reason, facts: Sequence[Fact]) -> Iterator[Finding]:
    exclusion = case.rules.exclusion("family")
    if exclusion and named.part not in exclusion.of:
        yield Finding("family", "advice", "seat", None, reason, tuple(facts), doubt)
        return
    yield _finding(case, "family", doubt, doubt is None, reason, facts)


def _is_party(case: Case, party: Party | None, person: Record) -> tuple[bool, Doubt | None]:
    if party is None:
        return False, None
    if party.record_id:
        return case.ids.get(party.record_id, party.record_id) == person.id, None
    return doubt_identity(person.title, _organisations(person), party.name or "", _of(party))


def _is_named(case: Case, party: Party | None, named: Named) -> tuple[bool, Doubt | None]:
    if party is None:
        return False, None
    if party.record_id:
        record = case.record_of(party)
        if record is None:
            return False, None
        if named.record and named.record.id == record.id:
            return True, None
        return doubt_identity(record.title, _organisations(record), named.name, named.organisations)
    return doubt_identity(party.name or "", _of(party), named.name, named.organisations)


def _of(party: Party) -> tuple[str, ...]:
    return (party.organisation,) if party.organisation else ()


# Work done together


def _coauthorship(case: Case, person: Record) -> Iterator[Finding]:
    exclusion = case.rules.exclusion("coauthorship")
    years = exclusion.years if exclusion and exclusion.years else load_advice().coauthorship_years
    first = case.on.year - years
    for named in case.dossier.people:
        if one_spelling(named.name) == one_spelling(person.title):
            continue
        params = {"name": named.name, "years": years}
        for mention in find_mentions(person, named.name):
            section = person.sections[mention.section]
            if section.name in _OWN_LISTS and section.year and first <= section.year:
                fact = Fact(person.id, quote(person, mention.section, 0, len(section.text)))
                doubt: Doubt | None = mention.doubt or "organisation unknown"
                message = N_("wrote with somebody named {name} within {years} years")
                yield _finding(case, "coauthorship", doubt, False, Reason(message, params), [fact, named.fact])
        if named.record:
            for number, other in _common_works(person, named.record, first):
                facts = [
                    Fact(one.id, quote(one, at, 0, len(one.sections[at].text)))
                    for one, at in ((person, number), (named.record, other))
                ]
                message = N_("a work in common with {name} within {years} years")
                yield _finding(case, "coauthorship", None, True, Reason(message, params), facts)
        yield from _common_tasks(case, person, named, first, years)


def _common_works(one: Record, other: Record, first: int) -> Iterator[tuple[int, int]]:
    theirs = {_key(section.text): at for at, section in enumerate(other.sections) if section.name in _OWN_LISTS}
    for at, section in enumerate(one.sections):
        if section.name in _OWN_LISTS and section.year and first <= section.year:
            key = _key(section.text)
            if len(key) >= _FEWEST_WORDS and key in theirs:
                yield at, theirs[key]


def _key(text: str) -> tuple[str, ...]:
    """The first words of a work as the list of either author gives it, before role and year."""
    return tuple(_words(re.split(r"\s+–\s+|\.\s", text)[0])[:20])


def _common_tasks(case: Case, person: Record, named: Named, first: int, years: int) -> Iterator[Finding]:
    for task in case.tasks:
        last = task.facts.year_to or task.facts.year_from
        if last is None or last < first:
            continue
        host = (task.facts.organisation,) if task.facts.organisation else ()
        names = [one.name for one in task.facts.people]
        mine = [doubt_identity(person.title, _organisations(person), name, host) for name in names]
        theirs = [doubt_identity(named.name, named.organisations, name, host) for name in names]
        if any(is_it for is_it, _ in mine) and any(is_it for is_it, _ in theirs):
            sure = (True, None) in mine and (True, None) in theirs
            doubt = next((doubt for side in (mine, theirs) for is_it, doubt in side if is_it and doubt), None)
            params = {"name": named.name, "task": task.title, "years": years}
            message = N_("took part with {name} in “{task}” within {years} years")
            facts = [Fact(task.id)]
            yield _finding(case, "coauthorship", None if sure else doubt, sure, Reason(message, params), facts)


def _adviser(case: Case, person: Record) -> Iterator[Finding]:
    exclusion = case.rules.exclusion("adviser")
    first = case.on.year - exclusion.years if exclusion and exclusion.years else None
    for named in case.dossier.people:
        pairs = [(person, named.name, named.organisations)]
        if named.record:
            pairs.append((named.record, person.title, _organisations(person)))
        for record, name, organisations in pairs:
            for mention in find_mentions(record, name):
                section = record.sections[mention.section]
                start, end = _line_of(section.text, mention.start)
                line = section.text[start:end]
                said = [int(year) for year in _YEAR.findall(line)]
                if section.name != "supervision" or (first and said and max(said) < first):
                    continue
                is_there = any(one_spelling(body) in one_spelling(line) for body in organisations)
                doubt = mention.doubt or (None if is_there else "organisation unknown")
                reason = Reason(
                    N_("supervised {name}") if record is person else N_("was supervised by {name}"),
                    {"name": named.name},
                )
                fact = Fact(record.id, quote(record, mention.section, start, end))
                yield _finding(case, "adviser", doubt, doubt is None, reason, [fact, named.fact])


def _line_of(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


_Finder = Callable[[Case, Record], Iterable[Finding]]
_FINDERS: tuple[_Finder, ...] = (_participation, _host, _partner, _declared, _coauthorship, _adviser)
