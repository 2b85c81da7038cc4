"""Scientists who could lead a team or join it, those whom the task itself names among them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest import N_, compare_names, organisation_key
from matcher.competences import Proof, find_answers, find_fields
from matcher.councils.dossiers import read_dossier
from matcher.duplicates import Reason
from matcher.gaps.localities import place_written
from matcher.ranking import Ranking
from matcher.signals import count_running, running_tasks
from matcher.standing import measure_standing
from matcher.teams.advice import load_team_advice
from matcher.teams.contender_lists import (
    Contender,
    Search,
    describe,
    find_source,
    list_fitting,
    proofs_of,
    read_visible,
)


def find_scientists(search: Search, ranking: Ranking, known: Sequence[KnownPerson]) -> list[Contender]:
    advice = load_team_advice()
    named = {one.id: one for one in known if one.id}
    search = replace(search, wanted=search.wanted | named.keys())
    leads = _running(search)
    year = datetime.date.today().year
    places = {organisation_key(one.title): place_written(one) for one in read_visible(search, "organisation")}
    listed = describe(search, list_fitting(search, ranking, lambda _: True, advice.shortlist))
    listed = [one for one in listed if one.basis != "insufficient" or one.record.id in search.wanted]
    pairings = [one.pairing for one in listed if one.pairing]
    answers = find_answers(search.index, search.question, ranking, search.competences, pairings, search.viewer)
    found = []
    for one in listed:
        record, score = one.record, max(0.0, one.score)
        standing = measure_standing(record, year)
        organisation = record.facts.organisation
        running = running_tasks(record.title, organisation, leads)
        reasons = [_ranked(one.rank, ranking), *(reason for reason, _ in standing.reasons)]
        proofs, by_task = proofs_of(one), named.get(record.id)
        if by_task:
            is_lead = by_task.role == "lead"
            message = N_("the task names this person as its leader") if is_lead else N_("the task names this person")
            reasons.insert(0, Reason(message))
            proofs += (by_task.said,) if by_task.said else ()
        if running:
            reasons.append(Reason(N_("leads {count} running tasks"), {"count": running}))
        answered = answers[record.id]
        covers = answered.keys() | find_fields(search.competences, record)
        is_needed = bool(covers) or not search.competences
        lead, member = (advice.lead, advice.member) if is_needed else (advice.lead_without_answer, 0.0)
        found.append(
            Contender(
                record.id,
                "science",
                record.title,
                record,
                {"lead": lead * score + advice.standing * standing.share, "member": member * score},
                one.score,
                one.rank,
                one.basis,
                one.likelihood,
                proofs,
                tuple(reasons),
                answered,
                covers,
                organisation,
                place_written(record) or places.get(organisation_key(organisation or "")),
                running,
                known_from=find_source(search.record, "facts/people") if by_task else None,
                is_known=by_task is not None,
            )
        )
    return found


def _running(search: Search) -> Mapping[str, list[str | None]]:
    """The running tasks that the viewer may see whole, but for the one that asks."""
    tasks = (
        traits.facts
        for id, traits in search.index.traits().items()
        if traits.kind == "proposal" and id != search.record.id
        if traits.is_public or search.viewer.sees_all_of(id)
    )
    return count_running(tasks, datetime.date.today().year)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody whom a task names: by id where that is sure, else with what has to be asked or is not known."""

    role: str
    id: str | None = None
    said: Proof | None = None
    note: Reason | None = None


def find_known_people(search: Search) -> list[KnownPerson]:
    record = search.record
    if record.kind != "proposal" or not record.facts.people:
        return []
    stored = list(read_visible(search, "scientist"))
    named_facts = [person.name for person in record.facts.people]
    found: list[KnownPerson] = []
    for named in read_dossier(record, stored).people:
        role = "lead" if named.part == "lead" else "member"
        if named.record:
            said = Proof(record.id, named.fact.quote) if named.fact.quote else None
            found.append(KnownPerson(role, named.record.id, said))
            continue
        twins = [one for one in stored if compare_names(one.title, named.name) == "exact"]
        if twins:
            message = N_("the task names {name}; {id} bears this name, of another organisation: the same person?")
            found.append(KnownPerson(role, note=Reason(message, {"name": named.name, "id": twins[0].id})))
        elif any(compare_names(name, named.name) == "exact" for name in named_facts):
            message = N_("the task names {name}, of whom nothing is stored")
            found.append(KnownPerson(role, note=Reason(message, {"name": named.name})))
    return found


def _ranked(rank: int, ranking: Ranking) -> Reason:
    return Reason(N_("number {rank} of {count} scientists that fit"), {"rank": rank, "count": len(ranking.order)})
