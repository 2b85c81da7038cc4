"""What is declared and answered, brought together with the dossier of a task: a case on which persons are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from index import Index
from ingest import Record
from matcher.councils.dossiers import Dossier, read_dossier
from matcher.councils.findings import Case
from matcher.councils.rulesets import RuleSet
from matcher.identities import Answers, answer_dossier, gather_answers


def open_case(index: Index, record: Record, rules: RuleSet | None, on: date, scientists: Mapping[str, Record]) -> Case:
    """The case of a task, without the other tasks of those whom it names."""
    declarations = tuple(index.store.declarations.all())
    said = index.store.identities.all()
    told = {party.record_id for one in declarations for party in (one.of, one.to) if party and party.record_id}
    told |= {bearer.record_id for answer in said for bearer in (answer.one, answer.other) if bearer.record_id}
    known = {id: index.store.find(id, id) for id in told if id not in scientists}
    ids = {id: found.id for id, found in known.items() if found}
    others = index.store.get_many([id for id in ids.values() if id not in scientists])
    organisations = {id: others[now].title for id, now in ids.items() if now in others}
    answers = gather_answers(said, ids)
    dossier = _read(record, answers, scientists)
    return Case(dossier, rules, on, declarations, scientists, ids=ids, organisations=organisations, answers=answers)


def turn_to(case: Case, record: Record) -> Case:
    """The same case of another task."""
    return replace(case, dossier=_read(record, case.answers, case.scientists))


def _read(record: Record, answers: Answers, scientists: Mapping[str, Record]) -> Dossier:
    return answer_dossier(read_dossier(record, scientists.values()), answers, scientists)
