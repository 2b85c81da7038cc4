"""Contenders: who could stand for which house in a team, each with a score, quotes of its own and reasons."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index import Index, Progress, no_progress
from ingest import (
    N_,
    House,
    Kind,
    Record,
    Source,
    Viewer,
    as_seen_by,
    compare_names,
    fold,
    is_same_organisation,
    organisation_key,
)
from ingest.names import house_of_organisation
from matcher.competences import Competence, Proof, find_covered
from matcher.dossiers import read_dossier
from matcher.duplicates import Reason
from matcher.evidence import quote
from matcher.localities import place_written
from matcher.matching import say_likelihood
from matcher.pairing import Basis, Pairing, describe_pairings
from matcher.question import Question, ask_stored
from matcher.ranking import Ranking, rank_candidates, rank_each
from matcher.requirements import find_requirements
from matcher.scoring import Scoring
from matcher.signals import count_running, field_nearness, running_tasks
from matcher.standing import measure_standing
from matcher.task_states import BEGUN, find_state
from matcher.team_advice import SourceWeights, load_team_advice

_MOST_OWN_QUOTES = 3
# What a province plans to do and pay for, by its title.
_PROGRAMME = re.compile(r"(?:chuong trinh|ke hoach|de an|nghi quyet|chien luoc|danh muc dat hang)\b")
_OFFICE = re.compile(r"so (?:khoa hoc|kh ?& ?cn|khcn)\b")
_DEPARTMENT = re.compile(r"(?:so|uy ban nhan dan|ubnd)\b")
_READ_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Contender:
    """A person or body that could join. `id` is that of the record that stands for it, `record` what the viewer sees
    of that; `others` are further records that speak for it (needs of a firm). `qualities`: for each role, how well it
    fits, at least 0. `score` is that of the ranking, None where it was not ranked; `known_from` says where the record
    that asks names it, where `is_known`. `running`: how many running tasks it leads."""

    id: str
    house: House
    name: str
    record: Record
    qualities: Mapping[str, float]
    score: float | None = None
    rank: int | None = None
    basis: Basis = "insufficient"
    likelihood: float | None = None
    proofs: tuple[Proof, ...] = ()
    reasons: tuple[Reason, ...] = ()
    covers: frozenset[str] = frozenset()
    organisation: str | None = None
    place: str | None = None
    running: int = 0
    others: tuple[Record, ...] = ()
    known_from: Source | None = None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A record in the list of those that fit, `rank` counted from 1 among all of its kind. `tie`: how strongly it and
    the record that asks belong together, measured both ways (of bodies, tasks and programmes)."""

    record: Record
    pairing: Pairing
    rank: int
    tie: float = 0.0

    @property
    def is_tied(self) -> bool:
        return self.pairing.basis != "insufficient" and self.tie >= load_team_advice().least_tie


@dataclass(frozen=True, slots=True)
class Gathered:
    """All contenders by id, who of them the record names for which role, how scientists were ranked, and
    how many of each house are stored at all. `aliases`
    leads from the ids of further records to that of their contender."""

    contenders: dict[str, Contender]
    known: tuple[tuple[str, str], ...]
    aliases: Mapping[str, str]
    scientists: Ranking
    stored: Mapping[House, int]
    notes: tuple[Reason, ...] = ()


@dataclass(slots=True)
class _Body:
    """A body while its records are gathered."""

    name: str
    house: House
    own: Listed | None = None
    needs: list[Listed] = field(default_factory=list)
    asks: Record | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What contenders are looked for with. `wanted` are records that must be among them."""

    index: Index
    question: Question
    viewer: Viewer
    scoring: Scoring
    competences: tuple[Competence, ...]
    wanted: frozenset[str] = frozenset()

    @property
    def record(self) -> Record:
        return self.question.record


def gather(search: Search, progress: Progress = no_progress) -> Gathered:
    """Everybody who could stand for a house, as many as the advice says, and whom the record itself names."""
    advice = load_team_advice()
    kinds: tuple[Kind, ...] = ("scientist", "organisation", "need", "proposal", "document")
    rankings: dict[Kind, Ranking] = {}
    for number, kind in enumerate(kinds):
        progress("rank", number, len(kinds))
        rankings[kind] = rank_candidates(
            search.index, search.question, kind, search.viewer, search.scoring.weights, beside=_beside(search)
        )
    progress("rank", len(kinds), len(kinds))
    known_people = _find_known_people(search)
    scientists = _find_scientists(search, rankings["scientist"], known_people)
    organisations = _list(search, rankings["organisation"], lambda one: one.house == "state", advice.bodies)
    organisations += _list(search, rankings["organisation"], lambda one: one.house == "enterprise", advice.bodies)
    hosts = _list(search, rankings["organisation"], lambda one: one.house == "science", advice.bodies)
    needs = _list(search, rankings["need"], lambda one: _house_of_need(one) != "science", 2 * advice.bodies)
    programmes = _list(search, rankings["proposal"], _is_task, advice.programmes)
    programmes += _list(search, rankings["document"], _is_programme, advice.programmes)
    ties = _measure_ties(search, [*organisations, *needs, *programmes])
    organisations, needs, programmes = (
        [replace(one, tie=ties[one.record.id]) for one in some] for some in (organisations, needs, programmes)
    )
    bodies, aliases = _find_bodies(search, [*organisations, *hosts], needs)
    contenders = {one.id: one for one in (*scientists, *bodies)}
    for one in programmes:
        if one.is_tied or one.record.id in search.wanted:
            contenders[one.record.id] = _show_programme(one, advice.programme)
    host = next(((one.id, _main_role(one.house)) for one in bodies if one.is_known), None)
    counted = list(_visible(search, "organisation"))
    stored: dict[House, int] = {
        "state": sum(one.house == "state" for one in counted),
        "science": len(rankings["scientist"].order),
        "enterprise": sum(one.house == "enterprise" for one in counted) + len(rankings["need"].order),
    }
    return Gathered(
        contenders,
        (*((host,) if host else ()), *((one.id, one.role) for one in known_people if one.id)),
        aliases,
        rankings["scientist"],
        stored,
        tuple(one.note for one in known_people if one.note),
    )


def _beside(search: Search) -> tuple[Record, ...]:
    record = search.record
    return () if record.id and search.index.store.find(record.id, record.id) else (record,)


def _visible(search: Search, kind: Kind) -> Iterator[Record]:
    for record in search.index.store.records(kind):
        if seen := as_seen_by(record, search.viewer):
            yield seen


def _list(search: Search, ranking: Ranking, is_wanted: Callable[[Record], bool], most: int) -> list[Listed]:
    """The best `most` candidates of which this is true, and those asked for, each with its evidence."""
    ids = ranking.candidates.record_ids
    chosen: dict[int, tuple[Record, int]] = {}
    taken = 0
    for first in range(0, len(ranking.order), _READ_AT_ONCE):
        positions = ranking.order[first : first + _READ_AT_ONCE]
        records = search.index.store.get_many([ids[position] for position in positions])
        for rank, position in enumerate(positions, first + 1):
            record = records.get(ids[position])
            seen = record and as_seen_by(record, search.viewer)
            if seen is None or not (seen.id in search.wanted or (taken < most and is_wanted(seen))):
                continue
            taken += 1
            chosen[position] = seen, rank
        if taken >= most and not search.wanted:
            break
    described = describe_pairings(search.index, search.question, ranking, search.viewer, list(chosen))
    by_id = {one.id: say_likelihood(one, ranking, search.scoring) for one in described}
    return [Listed(seen, by_id[seen.id], rank) for seen, rank in chosen.values() if seen.id in by_id]


def _measure_ties(search: Search, listed: Sequence[Listed]) -> dict[str, float]:
    """Record → the mean of its score for the one that asks and the other way round, with the field they share. Who is
    not stored cannot be found from the other side."""
    advice, asked = load_team_advice(), search.record
    stored = search.index.store.get_many([one.record.id for one in listed])
    back: dict[str, float] = {}
    if search.index.store.find(asked.id, asked.id) if asked.id else None:
        questions = ask_stored(search.index, list(stored.values()), search.viewer)
        rankings = rank_each(search.index, questions, asked.kind, search.viewer, search.scoring.weights)
        for question, ranking in zip(questions, rankings, strict=True):
            position = ranking.candidates.position_of(asked.id)
            if position is not None:
                back[question.record.id] = float(ranking.scores[position])
    ties: dict[str, float] = {}
    for one in listed:
        score, id = one.pairing.score, one.record.id
        nearness = field_nearness(asked.facts.field_codes, one.record.facts.field_codes)
        both = (score + back.get(id, score)) / 2
        ties[id] = both + advice.field * (0.5 if nearness is None else nearness)
    return ties


# Scientists


def _find_scientists(search: Search, ranking: Ranking, known: Sequence[_KnownPerson]) -> list[Contender]:
    advice = load_team_advice()
    named = {one.id: one for one in known if one.id}
    search = replace(search, wanted=search.wanted | named.keys())
    leads = _running(search)
    year = datetime.date.today().year
    places = {organisation_key(one.title): place_written(one) for one in _visible(search, "organisation")}
    found = []
    for one in _list(search, ranking, lambda _: True, advice.shortlist):
        record, score = one.record, max(0.0, one.pairing.score)
        is_shown = one.pairing.basis != "insufficient"
        if not is_shown and record.id not in search.wanted:
            continue
        standing = measure_standing(record, year)
        organisation = record.facts.organisation
        running = running_tasks(record.title, organisation, leads)
        reasons = [_ranked(one, ranking), *(reason for reason, _ in standing.reasons)]
        proofs, by_task = _proofs(one), named.get(record.id)
        if by_task:
            is_lead = by_task.role == "lead"
            message = N_("the task names this person as its leader") if is_lead else N_("the task names this person")
            reasons.insert(0, Reason(message))
            proofs += (by_task.said,) if by_task.said else ()
        if running:
            reasons.append(Reason(N_("leads {count} running tasks"), {"count": running}))
        found.append(
            Contender(
                record.id,
                "science",
                record.title,
                record,
                {"lead": advice.lead * score + advice.standing * standing.share, "member": advice.member * score},
                one.pairing.score,
                one.rank,
                one.pairing.basis,
                one.pairing.likelihood,
                proofs,
                tuple(reasons),
                find_covered(search.competences, record, one.pairing),
                organisation,
                place_written(record) or places.get(organisation_key(organisation or "")),
                running,
                known_from=_source(search.record, "facts/people") if by_task else None,
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
class _KnownPerson:
    """Somebody whom a task names: by id where that is sure, else with what has to be asked or is not known."""

    role: str
    id: str | None = None
    said: Proof | None = None
    note: Reason | None = None


def _find_known_people(search: Search) -> list[_KnownPerson]:
    record = search.record
    if record.kind != "proposal" or not record.facts.people:
        return []
    stored = list(_visible(search, "scientist"))
    named_facts = [person.name for person in record.facts.people]
    found: list[_KnownPerson] = []
    for named in read_dossier(record, stored).people:
        role = "lead" if named.part == "lead" else "member"
        if named.record:
            said = Proof(record.id, named.fact.quote) if named.fact.quote else None
            found.append(_KnownPerson(role, named.record.id, said))
        elif any(compare_names(name, named.name) == "exact" for name in named_facts):
            twins = [one for one in stored if compare_names(one.title, named.name) == "exact"]
            note = Reason(N_("the task names {name}, of whom nothing is stored"), {"name": named.name})
            if twins:
                message = N_("the task names {name}; {id} bears this name, of another organisation: the same person?")
                note = Reason(message, {"name": named.name, "id": twins[0].id})
            found.append(_KnownPerson(role, note=note))
    return found


# Bodies


def _house_of_need(need: Record) -> House:
    return (need.facts.organisation and house_of_organisation(need.facts.organisation)) or need.house


def _find_bodies(
    search: Search, organisations: Sequence[Listed], needs: Sequence[Listed]
) -> tuple[list[Contender], dict[str, str]]:
    """Bodies with their own record and their needs, and where the further records lead."""
    bodies: dict[str, _Body] = {}
    for one in organisations:
        bodies.setdefault(organisation_key(one.record.title), _Body(one.record.title, one.record.house)).own = one
    for one in needs:
        name = one.record.facts.organisation
        key = organisation_key(name) if name else one.record.id
        house = _house_of_need(one.record)
        bodies.setdefault(key, _Body(name or one.record.title, house)).needs.append(one)
    if name := search.record.facts.organisation:
        key = next(
            (key for key, body in bodies.items() if is_same_organisation(body.name, name)), organisation_key(name)
        )
        house = house_of_organisation(name) or ("science" if search.record.kind == "proposal" else search.record.house)
        bodies.setdefault(key, _Body(name, house)).asks = search.record
    elif search.record.kind == "need":
        bodies[search.record.id] = _Body(search.record.title, search.record.house, asks=search.record)
    found = [one for one in (_show_body(search, body) for body in bodies.values()) if one]
    aliases = {other.id: one.id for one in found for other in one.others}
    return found, aliases


def _show_body(search: Search, body: _Body) -> Contender | None:
    advice = load_team_advice()
    needs = sorted((one for one in body.needs if one.is_tied), key=lambda one: (-one.tie, one.record.id))
    own = body.own
    records = [one.record for one in (own, *needs) if one] + ([body.asks] if body.asks else [])
    is_wanted = any(one.id in search.wanted for one in (*records, *(need.record for need in body.needs)))
    by_own = own.tie if own and own.is_tied else 0.0
    by_need = needs[0].tie if needs else 0.0
    is_orderer = body.house == "state" and own is not None
    if not (by_own or by_need or body.asks or is_orderer or is_wanted):
        return None
    records = records or [one.record for one in body.needs]
    best = max((one for one in (own, *needs) if one), key=lambda one: one.tie, default=None)
    tie = max(by_own, by_need) + advice.second_record * min(by_own, by_need)
    qualities: dict[str, float] = {}
    if body.house == "state":
        name = fold(body.name)
        office = advice.by_office if _OFFICE.match(name) else advice.department if _DEPARTMENT.match(name) else 0.0
        qualities["orderer"] = advice.orderer * tie + office
        if tie or is_wanted:
            qualities["co_funder"] = advice.co_funder * tie
    elif body.house == "enterprise":
        qualities["owner"] = _weigh(advice.owner, by_need, by_own)
        qualities["applier"] = _weigh(advice.applier, by_need, by_own)
    elif not body.asks and not is_wanted:
        return None
    else:
        qualities["host"] = advice.host * max(0.0, own.pairing.score) if own else 0.0
    proofs, reasons = _speak(body, own, needs, best)
    place = next((found for record in records if (found := place_written(record))), None)
    main = records[0]
    return Contender(
        main.id,
        body.house,
        body.name,
        main,
        qualities,
        best.pairing.score if best else None,
        best.rank if best else None,
        best.pairing.basis if best and (best.is_tied or body.asks) else "insufficient",
        best.pairing.likelihood if best else None,
        proofs,
        reasons,
        frozenset(),
        body.name,
        place,
        0,
        tuple(record for record in records[1:]) + tuple(one.record for one in body.needs if one.record not in records),
        _source(search.record, "facts/organisation") if body.asks else None,
        body.asks is not None,
    )


def _weigh(weights: SourceWeights, by_need: float, by_own: float) -> float:
    first, second = sorted((weights.need * by_need, weights.organisation * by_own), reverse=True)
    return first + load_team_advice().second_record * second


def _speak(
    body: _Body, own: Listed | None, needs: Sequence[Listed], best: Listed | None
) -> tuple[tuple[Proof, ...], tuple[Reason, ...]]:
    proofs: list[Proof] = []
    reasons: list[Reason] = []
    if body.asks and body.asks.kind == "need":
        reasons.append(Reason(N_("has posted this need")))
        proofs += [Proof(body.asks.id, said) for said in find_requirements(body.asks)[:_MOST_OWN_QUOTES]]
    elif body.asks:
        reasons.append(Reason(N_("the task names it as its host")))
    for one in needs[:2]:
        reasons.append(Reason(N_("has posted a need of the kind: “{title}”"), {"title": one.record.title}))
    if body.house == "state" and _OFFICE.match(fold(body.name)):
        reasons.append(Reason(N_("orders research by its office")))
    for tied in (best, *(other for other in (own, *needs[:2]) if other is not best)):
        if tied and tied.is_tied:
            proofs += _proofs(tied)
    if not proofs and own:
        # Nothing answers the record: what the body says of itself shows at least what it is for.
        number = next((number for number, one in enumerate(own.record.sections) if one.name == "introduction"), None)
        if number is not None:
            proofs.append(Proof(own.record.id, quote(own.record, number, 0, len(own.record.sections[number].text))))
        reasons.append(Reason(N_("no words of its own answer this record: to be asked")))
    if own and own.is_tied:
        reasons.append(_ranked(own, None))
    return tuple(proofs[: 2 * _MOST_OWN_QUOTES]), tuple(reasons)


def _main_role(house: House) -> str:
    roles: Mapping[House, str] = {"state": "orderer", "science": "host", "enterprise": "owner"}
    return roles[house]


# Tasks and programmes


def _is_task(record: Record) -> bool:
    return record.house == "state" and find_state(record) in BEGUN and find_state(record) != "failed"


def _is_programme(record: Record) -> bool:
    return record.house == "state" and _PROGRAMME.match(fold(record.title)) is not None


def _show_programme(one: Listed, weight: float) -> Contender:
    record = one.record
    message = N_("a programme or plan of the state that tells of it")
    params: dict[str, object] = {}
    if record.kind == "proposal":
        message, params = (
            N_("a task of the state to build on: {code} {state}"),
            {
                "code": record.facts.code or "",
                "state": record.facts.status or "",
            },
        )
    return Contender(
        record.id,
        "state",
        record.title,
        record,
        {"programme": weight * max(0.0, one.pairing.score)},
        one.pairing.score,
        one.rank,
        one.pairing.basis,
        one.pairing.likelihood,
        _proofs(one),
        (Reason(message, params),),
        organisation=record.facts.organisation,
        place=place_written(record),
    )


# Words


def _proofs(one: Listed) -> tuple[Proof, ...]:
    return tuple(Proof(one.record.id, pair.candidate, pair.query) for pair in one.pairing.evidence)


def _ranked(one: Listed, ranking: Ranking | None) -> Reason:
    if ranking is None:
        return Reason(N_("number {rank} among organisations that fit"), {"rank": one.rank})
    return Reason(N_("number {rank} of {count} scientists that fit"), {"rank": one.rank, "count": len(ranking.order)})


def _source(record: Record, value: str) -> Source | None:
    return next((source for source in record.sources if source.value == value), None)
