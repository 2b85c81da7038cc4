"""Annexes of drafts in words: records with what they say, teams with what is doubtful or missing in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from api.orders.schemas import AnnexEntry, AnnexTeam, OrderAnnex, SourcedSentence
from api.overlap.shaping import OVERLAP
from api.teams.labels import DOUBTED_LEAD, ROLE
from api.teams.schemas import MissingHouse
from api.teams.shaping import find_doubts, say_reason, show_missing
from api.wording import Wording
from ingest import N_
from matcher.orders.annexes import Annex, Entry
from matcher.orders.drafting import Sentence
from matcher.orders.drafts import Order
from matcher.orders.form_outlines import AnnexName
from matcher.teams import building as teams
from matcher.teams.building import TeamProposal
from matcher.teams.contending_bodies import TO_BE_ASKED

ANNEX: Mapping[AnnexName, str] = {
    "needs": N_("Needs in this order"),
    "tasks": N_("Similar tasks, done or running"),
    "teams": N_("Teams of three houses to consider"),
    "scientists": N_("Scientists to consider"),
    "enterprises": N_("Enterprises to consider"),
    "documents": N_("Documents"),
}
_ONLY_NEAREST = N_("Only what comes nearest: it may answer nothing that is asked")
NOBODY_ANSWERS = N_("Nobody in the team answers:")
Marks = Mapping[tuple[str, str], int]


def show_sentence(one: Sentence, marks: Marks) -> SourcedSentence:
    return SourcedSentence(
        text=one.text,
        record=one.record,
        value=one.value,
        start=one.start,
        end=one.end,
        mark=marks[one.record, one.value],
        confidential=one.is_confidential,
    )


def show_annex(annex: Annex, order: Order, marks: Marks, wording: Wording) -> OrderAnnex:
    proposal = annex.proposal
    return OrderAnnex(
        name=annex.name,
        label=wording.say(ANNEX[annex.name]),
        entries=tuple(_show_entry(entry, proposal, marks, wording) for entry in annex.entries),
        teams=tuple(
            AnnexTeam(
                number=team.number,
                doubts=tuple(_doubt_lead(annex, team.number, wording)),
                unanswered=tuple(show_sentence(one, marks) for one in team.unanswered),
            )
            for team in annex.teams
        ),
        missing_houses=tuple(_show_missing(one, wording) for one in proposal.missing) if proposal else (),
        notes=tuple(_tell_of_teams(proposal, order, wording)) if proposal else (),
    )


def _doubt_lead(annex: Annex, number: int | None, wording: Wording) -> Iterator[str]:
    """By the name under which the lead is listed."""
    for entry in annex.entries:
        if annex.proposal and entry.team == number and entry.member and entry.member.role == "lead":
            for doubt in find_doubts(annex.proposal, entry.member)[:1]:
                yield wording.say(DOUBTED_LEAD[doubt], name=entry.name.text)


def _show_missing(one: teams.MissingHouse, wording: Wording) -> MissingHouse:
    """Without the requirements, which stand with their sources below the teams, as far as they may be quoted."""
    look_for = tuple(reason for reason in one.look_for if "text" not in reason.params)
    return show_missing(replace(one, look_for=look_for), wording)


def _tell_of_teams(proposal: TeamProposal, order: Order, wording: Wording) -> Iterator[str]:
    """What is declared of people is for officers only, and no part of a paper that leaves the office."""
    is_open = False
    for note in proposal.notes:
        if "evidence" in note.params:
            is_open = True
        else:
            yield say_reason(note, wording)
    id = order.subjects[0].id
    if is_open:
        yield wording.say(
            N_("Something declared may concern somebody in these teams. Ask first: banha team {id} says what."), id=id
        )
    if proposal.answer.conflict:
        yield wording.say(
            N_("No team is possible under the rules in force: banha team {id} says which contradict."), id=id
        )


def _show_entry(entry: Entry, proposal: TeamProposal | None, marks: Marks, wording: Wording) -> AnnexEntry:
    facts = entry.record.facts
    years = "–".join(str(year) for year in dict.fromkeys((facts.year_from, facts.year_to)) if year)
    whose = None if entry.record.kind == "need" else facts.organisation
    about = [facts.code, whose, years if entry.record.kind == "proposal" else None, facts.status]
    return AnnexEntry(
        id=entry.record.id,
        kind=entry.record.kind,
        about=" · ".join(part for part in about if part),
        name=show_sentence(entry.name, marks),
        said=tuple(show_sentence(one, marks) for one in entry.said),
        found=entry.found,
        team=entry.team,
        role=entry.member.role if entry.member else None,
        text=_say_entry(entry, wording),
        doubts=tuple(_doubt(proposal, entry, wording)),
    )


def _doubt(proposal: TeamProposal | None, entry: Entry, wording: Wording) -> Iterator[str]:
    if not entry.answers:
        yield wording.say(_ONLY_NEAREST)
    if proposal is None or entry.member is None:
        return
    yield from map(wording.say, find_doubts(proposal, entry.member))
    for reason in proposal.contenders[entry.member.candidate].reasons:
        if reason.message == TO_BE_ASKED:
            yield say_reason(reason, wording)


def _say_entry(entry: Entry, wording: Wording) -> str:
    if entry.member:
        return f"{wording.say(N_('Team {number}'), number=entry.team)} · {wording.say(ROLE[entry.member.role])}"
    if entry.shared:
        return wording.say(N_("In common: {words}"), words=", ".join(entry.shared))
    return wording.say(OVERLAP[entry.found]) if entry.found else ""
