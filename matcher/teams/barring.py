"""Whom declared conflicts and sanctions bar from which records, and of whom it has to be asked first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index import Index
from ingest import Record
from matcher.councils.cases import open_case, turn_to
from matcher.councils.exclusions_by_declaration import find_declared, identify_party
from matcher.councils.findings import Finding


@dataclass(frozen=True, slots=True)
class Bar:
    """What is declared of a candidate and concerns these records, by their ids. Where the finding has a doubt, it is a
    question and bars nobody."""

    candidate: str
    records: tuple[str, ...]
    finding: Finding

    @property
    def is_sure(self) -> bool:
        return self.finding.doubt is None


def find_bars(index: Index, records: Sequence[Record], candidates: Sequence[Record], on: date) -> list[Bar]:
    """By declared conflicts and sanctions in force, in the order of the candidates. They are for officers to know."""
    everybody = {one.id: one for one in candidates}
    case = open_case(index, records[0], None, on, everybody)
    declared = tuple(one for one in case.declarations if one.kind in ("conflict", "sanction") and one.is_in_force(on))
    concerned = [
        person
        for person in candidates
        if any(identify_party(case, one, party, person).may_be for one in declared for party in (one.of, one.to))
    ]
    # Whom else a task names matters only where a declaration is about them.
    parties = {party.record_id for one in declared for party in (one.of, one.to) if party and party.record_id}
    known = {case.ids.get(id, id) for id in parties} | {person.id for person in concerned}
    stored = index.store.get_many([id for id in known if id not in everybody])
    people = {id: one for id, one in (everybody | stored).items() if id in known and one.kind == "scientist"}
    case = replace(case, declarations=declared, scientists=people)
    found: dict[tuple[str, int | None, str], Bar] = {}
    for record in records if concerned else ():
        of_record = turn_to(case, record)
        for person in concerned:
            for finding in find_declared(of_record, person):
                reason = finding.reason
                key = (person.id, finding.facts[0].declaration, f"{reason.message}{sorted(reason.params.items())}")
                before = found.get(key)
                found[key] = Bar(person.id, (*(before.records if before else ()), record.id), finding)
    order = {person.id: place for place, person in enumerate(concerned)}
    return sorted(found.values(), key=lambda bar: order[bar.candidate])
