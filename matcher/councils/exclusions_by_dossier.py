"""Exclusions by the dossier: who takes part in the task, and who works for its host or a partner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from index import Bearer
from ingest import N_, Record, fold, successor_of
from ingest.names import one_spelling
from matcher.councils.dossiers import Body, Doubt, Fact, doubt_identity, find_mentions, is_sure, tie_of
from matcher.councils.exclusions_by_common_work import FEWEST_WORDS, words_of
from matcher.councils.findings import Case, Finding, organisations_of, weigh
from matcher.duplicates import Reason
from matcher.evidence import quote
from matcher.identities import identify


def find_participation(case: Case, person: Record) -> Iterator[Finding]:
    dossier = case.dossier
    own = organisations_of(person)
    for named in dossier.people:
        judged = doubt_identity(person.title, own, named.name, named.organisations)
        if named.record and named.record.id == person.id:
            judged = True, None
        elif named.record and (min(named.record.id, person.id), max(named.record.id, person.id)) in case.apart:
            judged = False, None
        it = identify(case.answers, Bearer(person.id), Bearer(dossier.record.id, name=named.name), judged)
        if it.may_be:
            message = N_("{name} is named in the dossier ({part})")
            reason = Reason(message, {"name": named.name, "part": named.part})
            yield weigh(case, "participation", it.doubt, it.is_sure, reason, [named.fact], [it])
    listed = {one_spelling(named.name) for named in dossier.people}
    for mention in find_mentions(dossier.record, person.title):
        text = dossier.record.sections[mention.section].text[mention.start : mention.end]
        if one_spelling(text) in listed:
            continue
        beside = (mention.organisation,) if mention.organisation else dossier.bodies
        doubt = mention.doubt or doubt_identity(person.title, own, person.title, beside)[1]
        it = identify(case.answers, Bearer(person.id), Bearer(dossier.record.id, name=text), (True, doubt))
        if not it.may_be:
            continue
        fact = Fact(dossier.record.id, quote(dossier.record, mention.section, mention.start, mention.end))
        reason = Reason(N_("the dossier names {name}"), {"name": text})
        yield weigh(case, "participation", it.doubt, it.is_sure, reason, [fact], [it])
    for number, section in enumerate(person.sections):
        if section.name == "project" and _tells_of(section.text, dossier.record):
            fact = Fact(person.id, quote(person, number, 0, len(section.text)))
            yield weigh(case, "participation", None, True, Reason(N_("the person's own CV lists this task")), [fact])


def _tells_of(text: str, task: Record) -> bool:
    code = task.facts.code
    if code and re.search(rf"(?<!\w){re.escape(fold(code))}(?!\w)", fold(text)):
        return True
    title = words_of(task.title)
    return len(title) >= FEWEST_WORDS and f" {' '.join(title)} " in f" {' '.join(words_of(text))} "


def find_host(case: Case, person: Record) -> Iterator[Finding]:
    host = case.dossier.host
    if host is None:
        return
    if not person.facts.organisation:
        message = N_("nothing is known of the person's organisation: it could be the host, {host}")
        yield weigh(case, "host", None, False, Reason(message, {"host": host.name}), [host.fact])
        return
    yield from _staff(case, person, "host", host)


def find_partners(case: Case, person: Record) -> Iterator[Finding]:
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
    yield weigh(case, kind, doubt, is_sure(tie), reason, [Fact(person.id), body.fact])


def _former_staff(case: Case, person: Record, kind: Literal["host", "partner"], body: Body) -> Iterator[Finding]:
    """The career in the CV names the body, while the person's organisation is another."""
    for number, section in enumerate(person.sections):
        if section.name == "employment":
            start = one_spelling(section.text).find(one_spelling(body.name))
            if start >= 0:
                fact = Fact(person.id, quote(person, number, start, start + len(body.name)))
                message = N_("the CV names {body} in the person's career: does it still hold?")
                yield weigh(case, kind, None, False, Reason(message, {"body": body.name}), [fact])
