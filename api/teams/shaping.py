"""Teams of three houses in the shapes of the public JSON, their reasons in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

import ingest
from api.catalogue import Translate
from api.schemas import MatchedRecord, Quote, Twin, Versions
from api.shaping import show_source, with_weights
from api.teams import schemas as shapes
from api.teams.labels import (
    ADVICE,
    BY_RANK_ALONE,
    DOUBTED_LEAD,
    ENDED,
    MISSING,
    NOBODY_STORED,
    NOT_ENOUGH,
    ROLE,
    UNITS,
)
from api.wording import Wording
from ingest import N_
from matcher import Reason
from matcher.competences import Competence, Proof
from matcher.teams.building import MissingHouse, TeamProposal, cost_of
from matcher.teams.contender_lists import Contender
from matcher.teams.requests import ROLE_HOUSE
from matcher.teams.solver import Member, Team

_MOST_QUOTES = 3


def show_teams(proposal: TeamProposal, versions: Versions, translate: Translate, lang: str) -> shapes.Teams:
    return _Shower(proposal, Wording(translate, lang)).show(versions)


def say_reason(one: Reason, wording: Wording) -> str:
    """A reason, rule or wish in words."""
    params = dict(one.params)
    if params.get("role") in ROLE:
        params["role"] = wording.say(ROLE[str(params["role"])])
    for name in ("amount", "stated", "spent"):
        if name in params:
            params[name] = wording.money(round(float(str(params[name]))))
    if "field" in params:
        params["field"] = wording.field(str(params["field"]))
    if isinstance(said := params.get("said"), Reason):
        params["said"] = say_reason(said, wording)
    if "doubt" in params:
        params["doubt"] = wording.say(str(params["doubt"]))
    if "degree" in params:
        params["degree"] = wording.say(str(params["degree"]))
    return " ".join(wording.say(one.message, **params).split())


def show_missing(one: MissingHouse, wording: Wording) -> shapes.MissingHouse:
    """A house of which nobody fits, and what to look for."""
    return shapes.MissingHouse(
        house=one.house,
        text=wording.say((MISSING if one.stored else NOBODY_STORED)[one.house]),
        look_for=tuple(say_reason(reason, wording) for reason in one.look_for),
    )


def find_doubts(proposal: TeamProposal, member: Member) -> list[str]:
    """What is not shown by anything stored, as catalogue templates. A body that asks needs no evidence that it has the
    need; people whom a task names may fit it all the same."""
    one = proposal.contenders[member.candidate]
    is_researcher = member.role in ("lead", "member")
    doubts = []
    if one.basis == "insufficient" and (is_researcher or not one.is_known):
        doubts.append(NOT_ENOUGH)
    if is_researcher and not one.answers and any(asked.quote for asked in proposal.competences):
        doubts.append(BY_RANK_ALONE)
    return doubts


class _Shower:
    """Words of one language for what a proposal is made of."""

    def __init__(self, proposal: TeamProposal, wording: Wording) -> None:
        self._proposal = proposal
        self._wording = wording
        self._say = wording.say
        self._titles = {proposal.record.id: proposal.record.title}
        for one in proposal.contenders.values():
            self._titles |= {record.id: record.title for record in (one.record, *one.others)}

    def show(self, versions: Versions) -> shapes.Teams:
        proposal, answer = self._proposal, self._proposal.answer
        conflict = answer.conflict
        notes = [say_reason(one, self._wording) for one in proposal.notes]
        if answer.ended in ENDED:
            notes.append(self._say(ENDED[answer.ended]))
        return shapes.Teams(
            record=self._matched(proposal.record),
            mode=proposal.mode,
            versions=with_weights(versions, proposal.weights),
            ended="missing_house" if proposal.missing and answer.ended != "conflict" else answer.ended,
            teams=tuple(self._team(team) for team in answer.teams),
            missing_houses=tuple(show_missing(one, self._wording) for one in proposal.missing),
            conflict=shapes.TeamConflict(
                rules=tuple(say_reason(proposal.rules[rule], self._wording) for rule in conflict.rules),
                is_verified=conflict.is_verified,
                is_smallest=conflict.is_smallest,
            )
            if conflict
            else None,
            notes=tuple(notes),
            advice=self._say(ADVICE),
            units=self._say(UNITS),
        )

    def _team(self, team: Team) -> shapes.Team:
        order = {role: place for place, role in enumerate(ROLE_HOUSE)}
        members = sorted(team.members, key=lambda one: (order[one.role], -one.quality, one.candidate))
        covers = [self._cover(one, team) for one in self._proposal.competences]
        contenders = self._proposal.contenders
        return shapes.Team(
            members=tuple(map(self._member, members)),
            doubts=tuple(
                self._say(DOUBTED_LEAD[doubts[0]], name=contenders[one.candidate].name)
                for one in members
                if one.role == "lead" and (doubts := find_doubts(self._proposal, one))
            ),
            covers=tuple(one for one in covers if one.by),
            uncovered=tuple(one for one in covers if not one.by),
            objective=shapes.Valued(
                total=team.objective, quality=team.quality, cover=team.cover, members_cost=team.members_cost
            ),
            bound=team.bound,
            gap=team.gap,
            is_optimal=team.is_optimal,
            loss=team.loss,
            cost_vnd=round(team.cost) + self._proposal.stated_cost,
            unpriced=tuple(contenders[id].name for id in team.unpriced),
            valued=tuple(self._value(team, covers, team is self._proposal.answer.teams[0])),
        )

    def _value(self, team: Team, covers: list[shapes.Covered], is_first: bool) -> Iterable[str]:
        number = self._wording.number
        yield self._say(
            N_("Worth {total}: {quality} for the roles + {cover} for the requirements − {cost} for {count} members."),
            total=number(team.objective, 2),
            quality=number(team.quality, 2),
            cover=number(team.cover, 2),
            cost=number(team.members_cost, 2),
            count=len({one.candidate for one in team.members}),
        )
        if covers:
            answered = sum(bool(one.by) for one in covers)
            yield self._say(N_("{count} of {all} requirements answered."), count=answered, all=len(covers))
        if team.is_optimal and not is_first:
            yield self._say(N_("Proved: of the teams that differ enough from those above, none is worth more (gap 0)."))
        elif team.is_optimal:
            yield self._say(N_("Proved: no team under these rules is worth more (gap 0)."))
        else:
            yield self._say(
                N_("Time was up: at most {gap} below the best possible."), gap=f"{number(100 * team.gap, 1)} %"
            )
        if team.loss > 1e-9:
            yield self._say(N_("{loss} less than the best team."), loss=number(team.loss, 2))

    def _member(self, member: Member) -> shapes.TeamMember:
        one = self._proposal.contenders[member.candidate]
        why_here = self._proposal.why_here(member)
        return shapes.TeamMember(
            role=member.role,
            role_text=self._say(ROLE[member.role]),
            house=one.house,
            id=one.record.id or None,
            kind=one.record.kind,
            name=self._name(one),
            organisation=one.organisation if one.organisation != one.name else None,
            place=one.place,
            quality=member.quality,
            score=one.score,
            rank=one.rank,
            likelihood=one.likelihood,
            basis=one.basis,
            is_known=one.is_known,
            running_tasks=one.running,
            cost_vnd=cost_of(one.record),
            known_from=show_source(one.known_from) if one.known_from else None,
            doubts=tuple(map(self._say, find_doubts(self._proposal, member))),
            reasons=tuple(
                say_reason(reason, self._wording) for reason in ((why_here,) if why_here else ()) + one.reasons
            ),
            evidence=tuple(map(self._quote, one.proofs[:_MOST_QUOTES])),
        )

    def _name(self, one: Contender) -> str:
        """A need does not always say whose it is."""
        if one.record.kind == "need" and one.name == one.record.title:
            return self._say(N_("whoever posted “{title}” (not named there)"), title=one.name)
        return one.name

    def _cover(self, competence: Competence, team: Team) -> shapes.Covered:
        able = self._proposal.answering(competence, team)
        proof = able[0].answers.get(competence.key) if able else None
        text = competence.quote.text if competence.quote else self._wording.field(competence.field or "")
        return shapes.Covered(
            text=text,
            quote=Quote.model_validate(competence.quote) if competence.quote else None,
            by=tuple(Twin(id=one.id, title=one.name) for one in able),
            evidence=self._quote(proof) if proof else None,
        )

    def _quote(self, proof: Proof) -> shapes.TeamQuote:
        return shapes.TeamQuote(
            record=MatchedRecord(id=proof.record_id or None, title=self._titles.get(proof.record_id, "")),
            quote=Quote.model_validate(proof.quote),
            query=Quote.model_validate(proof.query) if proof.query else None,
        )

    def _matched(self, record: ingest.Record) -> MatchedRecord:
        return MatchedRecord(id=record.id or None, title=record.title)
