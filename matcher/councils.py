"""Councils: members proposed for identifying, selecting or accepting a task, under a rule set and its exclusions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from index import Index, Mode, Progress, no_progress
from ingest import N_, OFFICER, BanhaError, Record
from ingest.names import one_spelling
from matcher.conflicts import Conflict
from matcher.council_advice import load_advice
from matcher.dossiers import Doubt, Fact, is_sure, read_dossier, tie_of
from matcher.duplicates import Reason
from matcher.evidence import quote
from matcher.exclusions import Case, Finding, find_findings
from matcher.pairing import Pairing, describe_pairings, mode_of
from matcher.question import ask
from matcher.ranking import rank_candidates
from matcher.rulesets import KEY_ROLES, ROLES, Choice, ExclusionKind, Representing, Role, RuleSet
from matcher.scoring import DEFAULT_SCORING, Scoring
from matcher.seating import Expert, Requirement, RequirementKind, Seated, find_alternates, seat
from matcher.standing import Standing, measure_standing

_ASKED_KINDS = ("proposal", "need")
_USER_SECTIONS = ("application", "impact")
# Who is advised not to sit where no rule says it: the rules that do all name these.
_ADVISED_AGAINST: frozenset[ExclusionKind] = frozenset(
    ("participation", "host", "partner", "family", "sanction", "conflict")
)
ADVISED = "advised"
# Whom a question concerns waits for its answer: on a task's own subject its leader under another address would
# otherwise be the best reviewer. Names that differ by accents, and unknown organisations, keep nobody waiting.
_ASKED_FIRST: frozenset[ExclusionKind] = frozenset(("participation", "family", "sanction", "conflict"))
_WAITING: frozenset[Doubt] = frozenset(("other organisation", "organisation unknown", "unaccented", "longer name"))
HELD = "held"
_ORDER: Mapping[Role, int] = {"chair": 0, "vice_chair": 1, "reviewer": 2, "secretary": 3, "member": 4}


class BadCouncil(BanhaError):
    """A council that cannot be asked for like this."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an officer asks for besides the rules: `size` (None: the smallest allowed), who must sit (with a role, or
    in any) and who must not, and who sat before; all by ids of scientists. `strangers` sat before and are not stored.
    """

    size: int | None = None
    wanted: tuple[tuple[str, Role | None], ...] = ()
    unwanted: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scientist with what speaks for and against sitting. `rank` counts from 1 in the list of those who fit."""

    record: Record
    rank: int
    standing: Standing
    findings: tuple[Finding, ...]
    is_host: bool

    @property
    def excluded_by(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.weight == "exclusion")

    @property
    def questions(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.weight == "question")


@dataclass(frozen=True, slots=True)
class Alternate:
    """Who could step in, and for which of those who are seated."""

    candidate: Candidate
    instead_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat with the one proposed for it, or with the body whose representative is to be looked for."""

    role: Role
    candidate: Candidate | None = None
    pairing: Pairing | None = None
    reasons: tuple[tuple[Reason, Fact | None], ...] = ()
    represents: Representing | None = None
    look_for: tuple[tuple[Reason, Fact | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Council:
    """A proposal that a person decides on. `seats` is empty where `conflict` says which requirements contradict.

    `candidates` are all who were considered, best first; `records` those to which facts point.
    """

    record: Record
    choice: Choice
    on: date
    size: int
    mode: Mode
    weights: str
    seats: tuple[Seat, ...]
    alternates: Mapping[Role, tuple[Alternate, ...]]
    candidates: tuple[Candidate, ...]
    given_up: tuple[Requirement, ...]
    conflict: Conflict[Requirement] | None
    notes: tuple[Reason, ...]
    records: Mapping[str, Record]

    @property
    def excluded(self) -> tuple[Candidate, ...]:
        return tuple(one for one in self.candidates if one.excluded_by)

    @property
    def asked_about(self) -> tuple[Candidate, ...]:
        """Those about whom the officer is to be asked before they sit."""
        return tuple(one for one in self.candidates if one.questions and not _bars_seat(one))


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
    size = _check(record, rules, asked)
    scientists = {one.id: one for one in index.store.records("scientist")}
    if not scientists:
        raise BadCouncil(N_("There is no scientist in the data to propose. Ingest CVs or a list of scientists first."))
    for id in (*(id for id, _ in asked.wanted), *asked.unwanted, *asked.previous):
        if id not in scientists:
            raise BadCouncil(N_("{id} is no stored scientist."), id=id)
    question = ask(index, record, OFFICER)
    ranking = rank_candidates(index, question, "scientist", OFFICER, scoring.weights)
    places = {ranking.candidates.record_ids[position]: position for position in ranking.order}
    ranked = [id for id in places if id in scientists]
    pool = _pool(ranked, asked)
    case = _case(index, record, rules, on, scientists)
    considered: list[Candidate] = []
    for id in pool:
        progress("check", len(considered), len(pool))
        considered.append(_consider(case, scientists[id], ranked.index(id) + 1 if id in places else 0))
    _check_wanted(considered, asked)
    scores = {id: float(ranking.scores[places[id]]) for id in pool if id in places}
    experts = _experts(considered, scores, asked)
    requirements = _requirements(rules, size, asked, experts)
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
        tuple(_notes(rules, on, asked, case)),
        _facts_of(record, considered, case, scientists),
    )


def _check(record: Record, rules: RuleSet, asked: Asked) -> int:
    if record.kind not in _ASKED_KINDS:
        raise BadCouncil(
            N_("{id} is neither a task nor a need: councils are proposed for these. Its kind: {kind}."),
            id=record.id,
            kind=record.kind,
        )
    size = asked.size if asked.size is not None else rules.size.least
    if size not in rules.size:
        raise BadCouncil(
            N_("A council of {size} is not allowed: {rule} asks for {least} to {most} members."),
            size=size,
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
    return size


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


class BadExclusion(BadCouncil):
    """Somebody was asked for who may not sit, or not in that role; `finding` says why."""

    def __init__(self, message: str, finding: Finding | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.finding = finding


def _pool(ranked: Sequence[str], asked: Asked) -> list[str]:
    """The scientists who fit best, and whoever is asked for or sat before."""
    chosen = ranked[: load_advice().pool]
    more = (*(id for id, _ in asked.wanted), *asked.previous)
    return list(dict.fromkeys([*chosen, *more]))


def _case(index: Index, record: Record, rules: RuleSet, on: date, scientists: Mapping[str, Record]) -> Case:
    dossier = read_dossier(record, scientists.values())
    names = {one_spelling(one.name) for one in dossier.people}
    tasks = tuple(
        one
        for one in index.store.records("proposal")
        if one.id != record.id and any(one_spelling(person.name) in names for person in one.facts.people)
    )
    declarations = tuple(index.store.declarations.all())
    told = {party.record_id for one in declarations for party in (one.of, one.to) if party and party.record_id}
    known = {id: index.store.find(id, id) for id in told if id not in scientists}
    ids = {id: found.id for id, found in known.items() if found}
    others = index.store.get_many([id for id in ids.values() if id not in scientists])
    organisations = {id: others[now].title for id, now in ids.items() if now in others}
    return Case(dossier, rules, on, declarations, scientists, tasks, ids, organisations)


def _consider(case: Case, person: Record, rank: int) -> Candidate:
    organisation, host = person.facts.organisation, case.dossier.host
    is_host = bool(organisation and host and is_sure(tie_of(organisation, host.name)))
    return Candidate(person, rank, measure_standing(person, case.on.year), find_findings(case, person), is_host)


def _bars_seat(one: Candidate) -> bool:
    return any(finding.bars == "seat" for finding in one.excluded_by)


def _experts(considered: Sequence[Candidate], scores: Mapping[str, float], asked: Asked) -> list[Expert]:
    advice = load_advice()
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    houses = _houses([one.record.facts.organisation for one in considered if one.record.facts.organisation])
    wanted = {id for id, _ in asked.wanted}
    experts = []
    for one in considered:
        fit = (scores.get(one.record.id, low) - low) / (high - low) if high > low else 0.0
        doubt = advice.open_question if any(found.weight != "exclusion" for found in one.findings) else 0.0
        values: dict[Role, float] = {
            role: advice.fit[role] * fit + advice.standing[role] * one.standing.share - doubt for role in ROLES
        }
        of_seat: set[str] = set()
        of_key: set[str] = set()
        for found in one.excluded_by:
            (of_seat if found.bars == "seat" else of_key).add(found.kind)
        if one.record.id not in wanted:
            of_seat |= {ADVISED for found in one.findings if _is_advised_against(found)}
            of_seat |= {HELD for found in one.questions if found.kind in _ASKED_FIRST and found.doubt in _WAITING}
        organisation = one.record.facts.organisation
        experts.append(
            Expert(
                one.record.id,
                values,
                houses[organisation] if organisation else None,
                frozenset(code[0] if len(code) < 3 else code[:3] for code in one.record.facts.field_codes),
                frozenset(of_seat),
                frozenset(of_key),
                one.is_host,
                one.record.id in asked.previous,
            )
        )
    return experts


def _is_advised_against(found: Finding) -> bool:
    return found.weight == "advice" and not found.doubt and found.kind in _ADVISED_AGAINST


def _houses(organisations: Iterable[str]) -> dict[str, str]:
    """Organisation → the first of those with which it is one body, by other names or as its part."""
    first: dict[str, str] = {}
    for name in sorted(set(organisations)):
        first[name] = next((house for other, house in first.items() if tie_of(name, other)), name)
    return first


def _requirements(rules: RuleSet, size: int, asked: Asked, experts: Sequence[Expert]) -> list[Requirement]:
    """Of the seats for experts: those of representatives are left to be filled by the bodies."""
    seats = size - rules.represented
    found = [Requirement("size", seats, seats)]
    spans = dict(rules.roles)
    for role in ROLES:
        span = spans.get(role)
        if span:
            represented = rules.represented if role == "member" else 0
            found.append(Requirement("role", max(0, span.least - represented), max(0, span.most - represented), role))
        elif role != "member":
            found.append(Requirement("role", 0, 0, role))
    if rules.experts:
        found.append(Requirement("size", rules.experts.least, rules.experts.most))
    for exclusion in rules.exclusions:
        kind: RequirementKind = "barred" if exclusion.bars == "seat" else "barred_from_key"
        found.append(Requirement(kind, of=exclusion.kind))
    limits = rules.limits
    if limits.per_organisation is not None:
        found.append(Requirement("per_organisation", most=limits.per_organisation))
    if limits.host_max is not None:
        found.append(Requirement("host_max", most=limits.host_max))
    if limits.outside_host_min:
        found.append(Requirement("outside_host_min", least=limits.outside_host_min))
    if limits.fields_min:
        found.append(Requirement("fields_min", least=limits.fields_min))
    if limits.previous_min and asked.previous:
        found.append(Requirement("previous_min", least=limits.previous_min))
    found += [Requirement("with", of=id, role=role) for id, role in dict(asked.wanted).items()]
    found += [Requirement("without", of=id) for id in dict.fromkeys(asked.unwanted)]
    advice = load_advice()
    for advised in (ADVISED, HELD):
        if any(advised in one.barred for one in experts):
            found.append(Requirement("barred", of=advised, is_advice=True))
    if limits.per_organisation is None:
        found.append(Requirement("per_organisation", most=advice.per_organisation, is_advice=True))
    if not limits.fields_min and any(one.fields for one in experts):
        found.append(Requirement("fields_min", least=advice.fields_min, is_advice=True))
    return found


def _seats(
    record: Record,
    rules: RuleSet,
    seated: Seated,
    by_id: Mapping[str, Candidate],
    described: Mapping[str, Pairing],
) -> Iterable[Seat]:
    if seated.seating is None:
        return
    for id, role in sorted(seated.seating.items(), key=lambda one: (_ORDER[one[1]], by_id[one[0]].rank)):
        candidate = by_id[id]
        yield Seat(role, candidate, described.get(id), tuple(_reasons(role, candidate, by_id)))
    for body in rules.representatives:
        for _ in range(body.count):
            yield Seat("member", represents=body.of, look_for=tuple(_look_for(record, body.of)))


def _reasons(role: Role, one: Candidate, by_id: Mapping[str, Candidate]) -> Iterable[tuple[Reason, Fact | None]]:
    among = sum(1 for other in by_id.values() if other.rank and not _bars_seat(other))
    place = 1 + sum(1 for other in by_id.values() if 0 < other.rank < one.rank and not _bars_seat(other))
    if one.rank:
        yield (
            Reason(N_("fits the task as number {place} of {among} who may sit"), {"place": place, "among": among}),
            None,
        )
    else:
        yield Reason(N_("asked for, without a place in the list of those who fit")), None
    if role in ("chair", "vice_chair", "secretary") or not one.rank:
        yield from one.standing.reasons
    elif one.standing.reasons:
        yield one.standing.reasons[0]


def _look_for(record: Record, of: Representing) -> Iterable[tuple[Reason, Fact | None]]:
    if of == "user":
        for number, section in enumerate(record.sections):
            if section.name in _USER_SECTIONS and section.text.strip():
                words = Fact(record.id, quote(record, number, 0, len(section.text)))
                yield Reason(N_("who is to use the results, by the dossier")), words
                return
        yield Reason(N_("the dossier names no user of the results: ask the host")), None
    elif record.facts.place_written:
        yield Reason(N_("for a task in {place}"), {"place": record.facts.place_written}), None


def _notes(rules: RuleSet, on: date, asked: Asked, case: Case) -> Iterable[Reason]:
    if rules.limits.previous_min and not (asked.previous or asked.strangers):
        message = N_("The rule asks for at least {count} from the earlier council. Name it with --previous.")
        yield Reason(message, {"count": rules.limits.previous_min})
    for name in asked.strangers:
        yield Reason(N_("{name} sat on the earlier council, and is not stored as one scientist."), {"name": name})
    if rules.superseded and on >= rules.superseded.since:
        params = {"by": rules.superseded.by, "day": f"{rules.superseded.since:%d/%m/%Y}"}
        yield Reason(N_("The rule is probably replaced since {day}, by {by}: check before it is used."), params)
    if case.dossier.host is None:
        yield Reason(N_("The dossier names no host, so nobody is left out as its staff."))
    if not case.dossier.people:
        yield Reason(N_("The dossier names no leader or member, so family and common work are not checked."))


def _facts_of(
    record: Record, considered: Sequence[Candidate], case: Case, scientists: Mapping[str, Record]
) -> dict[str, Record]:
    known = {record.id: record, **scientists, **{task.id: task for task in case.tasks}}
    told = {fact.record_id for one in considered for finding in one.findings for fact in finding.facts}
    return {id: known[id] for id in {record.id, *told, *(one.record.id for one in considered)} if id in known}
