"""Proposing a council for a stored task or need: who is considered, what speaks against each, the best seating."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from index import Answer, Index, Progress, no_progress
from ingest import N_, OFFICER, Record
from ingest.names import one_spelling
from matcher.councils.advice import load_advice
from matcher.councils.cases import open_case
from matcher.councils.dossiers import is_sure, tie_of
from matcher.councils.exclusions import find_findings
from matcher.councils.findings import Case
from matcher.councils.proposals import Alternate, Asked, BadCouncil, BadExclusion, Candidate, Council, Seat
from matcher.councils.reasons import DOUBTED, describe_sought, doubt_holder, explain_seat, list_notes
from matcher.councils.requirements import list_requirements, weigh_experts
from matcher.councils.rulesets import KEY_ROLES, Choice, Role, RuleSet
from matcher.councils.seating import Expert, Seated, find_alternates, seat, solve
from matcher.councils.subject import find_knowledge
from matcher.duplicates import Reason
from matcher.pairing import Pairing, describe_pairings, mode_of
from matcher.question import ask
from matcher.ranking import rank_candidates
from matcher.scoring import DEFAULT_SCORING, Scoring
from matcher.standing import measure_standing

_ASKED_KINDS = ("proposal", "need")
_ORDER: Mapping[Role, int] = {"chair": 0, "vice_chair": 1, "reviewer": 2, "secretary": 3, "member": 4}


def propose_council(
    index: Index,
    record: Record,
    choice: Choice,
    on: date,
    asked: Asked,
    scoring: Scoring = DEFAULT_SCORING,
    progress: Progress = no_progress,
) -> Council:
    """The best council for a stored task or need, for an officer. Raises BadCouncil for what cannot be asked for."""
    rules = choice.rules
    _check(record, rules, asked)
    scientists = {one.id: one for one in index.store.records("scientist")}
    if not scientists:
        raise BadCouncil(N_("There is no scientist in the data to propose. Ingest CVs or a list of scientists first."))
    for id in (*(id for id, _ in asked.wanted), *asked.unwanted, *asked.previous):
        if id not in scientists:
            raise BadCouncil(N_("{id} is no stored scientist."), id=id)
    progress("rank", 0, 1)
    question = ask(index, record, OFFICER)
    ranking = rank_candidates(index, question, "scientist", OFFICER, scoring.weights)
    places = {ranking.candidates.record_ids[position]: position for position in ranking.order}
    ranked = [id for id in places if id in scientists]
    pool = _pool(ranked, asked)
    case = _case(index, record, rules, on, scientists)
    knowledge = find_knowledge(index, question, ranking, [places[id] for id in pool if id in places])
    progress("rank", 1, 1)
    considered: list[Candidate] = []
    for id in pool:
        progress("check", len(considered), len(pool))
        rank = ranked.index(id) + 1 if id in places else 0
        considered.append(_consider(case, scientists[id], rank, knowledge.get(id, ())))
    _check_wanted(considered, asked)
    scores = {id: float(ranking.scores[places[id]]) for id in pool if id in places}
    experts = weigh_experts(considered, scores, asked)
    size = asked.size if asked.size is not None else _smallest_size(rules, asked, experts)
    requirements = list_requirements(rules, size, asked, experts)
    seated = seat(experts, requirements)
    by_id = {one.record.id: one for one in considered}
    described = {}
    if seated.seating:
        positions = [places[id] for id in seated.seating if id in places]
        described = {one.id: one for one in describe_pairings(index, question, ranking, OFFICER, positions)}
    kept = [one for one in requirements if one not in seated.given_up]
    alternates = find_alternates(experts, kept, seated.seating, load_advice().alternates) if seated.seating else {}
    return Council(
        record,
        choice,
        on,
        size,
        mode_of(ranking),
        scoring.weights.version,
        tuple(_seats(record, rules, seated, by_id, described)),
        {role: tuple(Alternate(by_id[id], holders) for id, holders in found) for role, found in alternates.items()},
        tuple(considered),
        seated.given_up,
        seated.conflict,
        tuple(list_notes(rules, on, asked, case)),
        _answers_on(case, considered),
        _facts_of(record, considered, case, scientists),
    )


def _smallest_size(rules: RuleSet, asked: Asked, experts: Sequence[Expert]) -> int:
    """The smallest allowed with which a council is possible; where none is, the smallest of all."""
    for size in range(rules.size.least, rules.size.most + 1):
        binding = [one for one in list_requirements(rules, size, asked, experts) if not one.is_advice]
        if solve(experts, binding, is_any_enough=True) is not None:
            return size
    return rules.size.least


def _check(record: Record, rules: RuleSet, asked: Asked) -> None:
    if record.kind not in _ASKED_KINDS:
        raise BadCouncil(
            N_("{id} is neither a task nor a need: councils are proposed for these. Its kind: {kind}."),
            id=record.id,
            kind=record.kind,
        )
    if asked.size is not None and asked.size not in rules.size:
        raise BadCouncil(
            N_("A council of {size} is not allowed: {rule} asks for {least} to {most} members."),
            size=asked.size,
            rule=rules.citation,
            least=rules.size.least,
            most=rules.size.most,
        )
    roles: dict[str, Role | None] = {}
    for id, role in asked.wanted:
        if id in roles and roles[id] != role:
            raise BadCouncil(N_("{id} is asked for twice, in two roles. One person holds one seat."), id=id)
        if id in asked.unwanted:
            raise BadCouncil(N_("{id} is asked for and left out at once."), id=id)
        roles[id] = role


def _check_wanted(considered: Iterable[Candidate], asked: Asked) -> None:
    """Who is asked for and may not sit is named with rule and fact, before anything is computed."""
    wanted = dict(asked.wanted)
    for one in considered:
        for finding in one.excluded_by if one.record.id in wanted else ():
            role = wanted[one.record.id]
            if finding.bars == "seat" or role in KEY_ROLES:
                raise BadExclusion(
                    N_("{name} ({id}) may not sit as asked, by {rule}."),
                    finding,
                    name=one.record.title,
                    id=one.record.id,
                    rule=finding.citation or "–",
                )


def _pool(ranked: Sequence[str], asked: Asked) -> list[str]:
    """The scientists who fit best, and whoever is asked for or sat before."""
    chosen = ranked[: load_advice().pool]
    more = (*(id for id, _ in asked.wanted), *asked.previous)
    return list(dict.fromkeys([*chosen, *more]))


def _case(index: Index, record: Record, rules: RuleSet, on: date, scientists: Mapping[str, Record]) -> Case:
    case = open_case(index, record, rules, on, scientists)
    names = {one_spelling(one.name) for one in case.dossier.people}
    tasks = tuple(
        one
        for one in index.store.records("proposal")
        if one.id != record.id and any(one_spelling(person.name) in names for person in one.facts.people)
    )
    return replace(case, tasks=tasks, apart=frozenset(index.store.distinctions.all()))


def _consider(case: Case, person: Record, rank: int, knowledge: tuple[Reason, ...]) -> Candidate:
    organisation, host = person.facts.organisation, case.dossier.host
    is_host = bool(organisation and host and is_sure(tie_of(organisation, host.name)))
    return Candidate(
        person, rank, measure_standing(person, case.on.year), find_findings(case, person), is_host, knowledge
    )


def _seats(
    record: Record,
    rules: RuleSet,
    seated: Seated,
    by_id: Mapping[str, Candidate],
    described: Mapping[str, Pairing],
) -> Iterable[Seat]:
    if seated.seating is None:
        return
    is_given_up = any(one.kind == "evidence" for one in seated.given_up)
    for id, role in sorted(seated.seating.items(), key=lambda one: (_ORDER[one[1]], by_id[one[0]].rank)):
        candidate = by_id[id]
        reasons = tuple(explain_seat(role, candidate, by_id))
        is_doubtful = role in DOUBTED and not candidate.knowledge
        look_for = tuple(doubt_holder(role, record, is_given_up)) if is_doubtful else ()
        yield Seat(role, candidate, described.get(id), reasons, look_for=look_for)
    for body in rules.representatives:
        for _ in range(body.count):
            yield Seat("member", represents=body.of, look_for=tuple(describe_sought(record, body.of)))


def _answers_on(case: Case, considered: Sequence[Candidate]) -> tuple[Answer, ...]:
    """Those of names in the dossier, and those of declarations and other records that concern who was considered."""
    known = {one.record.id for one in considered}
    task = case.dossier.record.id
    found = {
        answer.id: answer
        for key, answer in case.answers.items()
        if any(id == task for id, _, _ in key) or any(id in known for id, _, _ in key)
    }
    return tuple(found[id] for id in sorted(found))


def _facts_of(
    record: Record, considered: Sequence[Candidate], case: Case, scientists: Mapping[str, Record]
) -> dict[str, Record]:
    known = {record.id: record, **scientists, **{task.id: task for task in case.tasks}}
    findings = [finding for one in considered for finding in one.findings]
    told = {fact.record_id for one in findings for fact in one.facts}
    told |= {bearer.record_id for one in findings if one.asks for bearer in one.asks}
    told |= {bearer.record_id for answer in case.answers.values() for bearer in (answer.one, answer.other)}
    return {id: known[id] for id in {record.id, *told, *(one.record.id for one in considered)} if id in known}
