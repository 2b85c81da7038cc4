"""Bodies of the state, of science and of enterprise that could stand for their house, each by all its records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest import N_, House, Record, fold, is_same_organisation, organisation_key
from ingest.names import house_of_organisation
from matcher.competences import Proof
from matcher.duplicates import Reason
from matcher.evidence import quote
from matcher.gaps.localities import place_written
from matcher.orders.need_clusters import Likeness
from matcher.requirements import find_requirements
from matcher.teams.advice import SourceWeights, load_team_advice
from matcher.teams.contender_lists import Contender, Listed, Search, find_source, proofs_of

TO_BE_ASKED = N_("no words of its own answer this record: to be asked")
_MOST_OWN_QUOTES = 3
_OFFICE = re.compile(r"so (?:khoa hoc|kh ?& ?cn|khcn)\b")
_DEPARTMENT = re.compile(r"(?:so|uy ban nhan dan|ubnd)\b")


@dataclass(slots=True)
class _Body:
    """A body while its records are gathered."""

    name: str
    house: House
    own: Listed | None = None
    needs: list[Listed] = field(default_factory=list)
    asks: Record | None = None


def house_of_need(need: Record) -> House:
    return (need.facts.organisation and house_of_organisation(need.facts.organisation)) or need.house


def find_bodies(
    search: Search, organisations: Sequence[Listed], needs: Sequence[Listed]
) -> tuple[list[Contender], dict[str, str]]:
    """Bodies with their own record and their needs, and where the further records lead. Only needs that raise
    the same problem tie a body to it: of a short list the best are far ahead of the others, whatever they are about."""
    bodies: dict[str, _Body] = {}
    near = _find_near(search, [one.record for one in needs if one.is_tied])
    for one in organisations:
        bodies.setdefault(organisation_key(one.record.title), _Body(one.record.title, one.record.house)).own = one
    for one in needs:
        name = one.record.facts.organisation
        key = organisation_key(name) if name else one.record.id
        house = house_of_need(one.record)
        bodies.setdefault(key, _Body(name or one.record.title, house)).needs.append(
            one if one.record.id in near else replace(one, tie=0.0)
        )
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


def _find_near(search: Search, needs: Sequence[Record]) -> set[str]:
    """The ids of those that raise the same problem as the record that asks, or are near to it in meaning and share its
    rare words."""
    if not needs:
        return set()
    compared = Likeness.of(search.index, [search.record, *needs], search.viewer)
    agreements = {need.id: compared.compare(0, number) for number, need in enumerate(needs, 1)}
    least = load_team_advice().least_shared_words
    return {id for id, one in agreements.items() if one.is_one_problem or (one.is_near and one.words >= least)}


def _show_body(search: Search, body: _Body) -> Contender | None:
    advice = load_team_advice()
    needs = sorted((one for one in body.needs if one.is_tied), key=lambda one: (-one.tie, one.record.id))
    own = body.own
    records = [one.record for one in (own, *needs) if one] + ([body.asks] if body.asks else [])
    is_wanted = any(one.id in search.wanted for one in (*records, *(need.record for need in body.needs)))
    least = advice.least_own_tie if body.house == "enterprise" else advice.least_tie
    by_own = own.tie if own and own.is_tied and own.tie >= least else 0.0
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
        qualities["host"] = advice.host * max(0.0, own.score) if own else 0.0
    proofs, reasons = _speak(body, own, needs, best)
    place = next((found for record in records if (found := place_written(record))), None)
    main = records[0]
    return Contender(
        main.id,
        body.house,
        body.name,
        main,
        qualities,
        best.score if best else None,
        best.rank if best else None,
        best.basis if best and (best.is_tied or body.asks) else "insufficient",
        best.likelihood if best else None,
        proofs,
        reasons,
        organisation=body.name,
        place=place,
        others=(*records[1:], *(one.record for one in body.needs if one.record not in records)),
        known_from=find_source(search.record, "facts/organisation") if body.asks else None,
        is_known=body.asks is not None,
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
            proofs += proofs_of(tied)
    if not proofs and own:
        # Nothing answers the record: what the body says of itself shows at least what it is for.
        number = next((number for number, one in enumerate(own.record.sections) if one.name == "introduction"), None)
        if number is not None:
            proofs.append(Proof(own.record.id, quote(own.record, number, 0, len(own.record.sections[number].text))))
        reasons.append(Reason(TO_BE_ASKED))
    if own and own.is_tied:
        reasons.append(Reason(N_("number {rank} among organisations that fit"), {"rank": own.rank}))
    return tuple(proofs[: 2 * _MOST_OWN_QUOTES]), tuple(reasons)
