"""Build teams of three houses for a need or a task: the best by exact search, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from index import Index, Mode, Progress, no_progress
from ingest import N_, House, Record, Viewer
from matcher.competences import Competence, find_competences
from matcher.duplicates import Reason
from matcher.gaps.localities import place_written
from matcher.pairing import mode_of
from matcher.question import ask
from matcher.scoring import DEFAULT_SCORING, Scoring
from matcher.teams.advice import load_team_advice
from matcher.teams.contender_lists import Contender, Search
from matcher.teams.contenders import Gathered, gather
from matcher.teams.declarations import word_declarations
from matcher.teams.problem import Candidate, Forced, PlacedIn, Role, Rule, TeamProblem, leave_houses_out
from matcher.teams.requests import Wishes, check_wishes
from matcher.teams.rules import Worded, capacity_of, find_roles, word_rules
from matcher.teams.solver import Member, Team, TeamAnswer, propose_teams

_MOST_TO_LOOK_FOR = 5


@dataclass(frozen=True, slots=True)
class MissingHouse:
    """A house of which nobody fits, and what to look for. `stored`: how many of it there are at all."""

    house: House
    stored: int
    look_for: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class TeamProposal:
    """Teams for a record, or a conflict among rules; a person decides. Where a house is missing the teams are what the
    others could do meanwhile. `stated_cost`: what the task that asks says that it costs, beside which the costs of
    members count."""

    record: Record
    mode: Mode
    weights: str
    competences: tuple[Competence, ...]
    contenders: Mapping[str, Contender]
    problem: TeamProblem
    answer: TeamAnswer
    rules: Mapping[Rule, Reason]
    missing: tuple[MissingHouse, ...]
    notes: tuple[Reason, ...]
    stated_cost: int

    def answering(self, competence: Competence, team: Team) -> list[Contender]:
        """The scientists of a team who answer it, in the order of its members."""
        held = (self.contenders[one.candidate] for one in team.members if one.role in ("lead", "member"))
        return [one for one in held if competence.key in one.covers]

    def why_here(self, member: Member) -> Reason | None:
        """Why a scientist none of whose words answer a requirement stands in a team all the same."""
        one = self.contenders[member.candidate]
        if member.role not in ("lead", "member") or one.answers or not any(asked.quote for asked in self.competences):
            return None
        rules = self.problem.rules
        if any(isinstance(rule, Forced) and rule.candidate == one.id for rule in rules):
            message = N_("here because the record itself names them") if one.is_known else N_("here because asked for")
            return Reason(message)
        fields = [asked.field for asked in self.competences if asked.field and asked.key in one.covers]
        if fields:
            return Reason(N_("here for a field of science that is asked for: {field}"), {"field": fields[0]})
        if any(isinstance(rule, PlacedIn) and one.id in rule.places for rule in rules):
            return Reason(N_("here because somebody in the place was asked for"))
        if member.role == "lead":
            return Reason(N_("here because every team needs somebody who leads, and nobody else leads it better"))
        least = sum(role.minimum for role in self.problem.roles if role.name in ("lead", "member"))
        return Reason(N_("here because at least {count} scientists were asked for"), {"count": least})


def build_teams(
    index: Index,
    record: Record,
    wishes: Wishes,
    viewer: Viewer,
    scoring: Scoring = DEFAULT_SCORING,
    progress: Progress = no_progress,
    on: date | None = None,
) -> TeamProposal:
    """The best teams for a need or a task, which need not be stored. Declared conflicts and sanctions are rules for
    officers; who may not see them gets teams without. Raises UnknownRecord and BadTeam."""
    check_wishes(index, record, wishes, viewer)
    question = ask(index, record, viewer)
    competences = find_competences(question.record)
    wanted = frozenset(id for id, _ in wishes.wanted)
    gathered = gather(Search(index, question, viewer, scoring, competences, wanted), progress)
    known = _keep_known(gathered, wishes)
    roles = find_roles(wishes, known)
    stated = question.record.facts.budget_vnd or 0 if question.record.kind == "proposal" else 0
    worded = list(word_rules(gathered, wishes, roles, known, stated))
    notes = [*gathered.notes, *_note_applier(gathered, roles)]
    if viewer.sees_all:
        rules, questions = word_declarations(index, gathered, question.record, on or date.today())
        worded += rules
        notes += questions
    problem = _state_problem(gathered, competences, roles, worded, wishes)
    progress("compose", 0, 1)
    seconds = load_team_advice().seconds
    answer = propose_teams(problem, wishes.teams, seconds=seconds)
    missing: tuple[House, ...] = answer.missing_houses
    if missing:
        problem = leave_houses_out(problem, missing)
        answer = propose_teams(problem, wishes.teams, seconds=seconds) if problem.roles else answer
    progress("compose", 1, 1)
    notes += _note_budget(question.record, wishes, answer, stated)
    return TeamProposal(
        question.record,
        mode_of(gathered.scientists),
        scoring.weights.version,
        competences,
        gathered.contenders,
        problem,
        answer,
        {one.rule: one.reason for one in reversed(worded)},
        tuple(
            MissingHouse(house, gathered.stored[house], _look_for(question.record, house, competences))
            for house in missing
        ),
        tuple(notes),
        stated,
    )


def _note_applier(gathered: Gathered, roles: Sequence[Role]) -> tuple[Reason, ...]:
    """That nobody but who has the need could use what comes of it, where a team may do without; where it may not, the
    whole house is missing."""
    has_need = {id for id, role in gathered.known if role == "owner"}
    is_free = any(role.name == "applier" and not role.minimum for role in roles)
    if not is_free or any(
        "applier" in one.qualities and one.id not in has_need for one in gathered.contenders.values()
    ):
        return ()
    return (
        Reason(
            N_(
                "Nobody is known yet who would apply the result: no other enterprise has posted this problem or says "
                "enough of working on it. Look for one that has the same problem or would use the result."
            )
        ),
    )


def _note_budget(record: Record, wishes: Wishes, answer: TeamAnswer, stated: int) -> list[Reason]:
    """That a budget limits nothing where costs are not known, and what a need states itself."""
    unpriced = {id for team in answer.teams for id in team.unpriced}
    if wishes.budget is None or not unpriced:
        return []
    message = N_("What {count} members cost is not known: the budget of {amount} counts only the others, at {spent}.")
    spent = stated + max(team.cost for team in answer.teams)
    if not spent:
        message = N_("What the members cost is not known, so whether the budget of {amount} suffices is not checked.")
    notes = [Reason(message, {"count": len(unpriced), "amount": wishes.budget, "spent": spent})]
    if record.kind == "need" and record.facts.budget_vnd:
        notes.append(Reason(N_("The need itself states {stated}."), {"stated": record.facts.budget_vnd}))
    return notes


def _keep_known(gathered: Gathered, wishes: Wishes) -> tuple[tuple[str, str], ...]:
    """Whom the record names, without those whom a wish takes out or puts elsewhere, or whose single role it gives."""
    out = {gathered.aliases.get(id, id) for id in (*wishes.unwanted, *(id for id, _ in wishes.wanted))}
    given = {role for _, role in wishes.wanted} & {"orderer", "host", "lead", "owner"}
    return tuple((id, role) for id, role in gathered.known if id not in out and role not in given)


def _state_problem(
    gathered: Gathered,
    competences: tuple[Competence, ...],
    roles: tuple[Role, ...],
    worded: list[Worded],
    wishes: Wishes,
) -> TeamProblem:
    advice = load_team_advice()
    names = {role.name for role in roles}
    candidates = tuple(
        Candidate(
            one.id,
            one.house,
            {role: quality for role, quality in one.qualities.items() if role in names},
            dict.fromkeys(one.covers, 1.0),
            one.organisation if one.house == "science" and one.record.kind == "scientist" else None,
            one.id,
            cost_of(one.record),
            one.running,
            capacity_of(wishes),
        )
        for one in gathered.contenders.values()
    )
    each = min(advice.most_cover, advice.full_cover / max(1, len(competences)))
    return TeamProblem(
        candidates,
        roles,
        {one.key: 1.0 for one in competences},
        tuple(dict.fromkeys(one.rule for one in worded)),
        each,
        advice.member_cost,
    )


def cost_of(record: Record) -> int | None:
    """What taking part costs by the record's own words; None where they do not say. The money of a need is what there
    is, and that of another task or programme is spent on that."""
    if record.kind in ("proposal", "document"):
        return 0
    return None if record.kind == "need" else record.facts.budget_vnd


def _look_for(record: Record, house: House, competences: tuple[Competence, ...]) -> tuple[Reason, ...]:
    place = place_written(record)
    found: list[Reason] = []
    if house == "science":
        found += [
            Reason(N_("somebody who answers: “{text}”"), {"text": one.quote.text})
            for one in competences[:_MOST_TO_LOOK_FOR]
            if one.quote
        ]
        found += [Reason(N_("field of science: {field}"), {"field": code}) for code in record.facts.field_codes[:2]]
    elif house == "enterprise":
        found.append(
            Reason(
                N_("an enterprise or co-operative that has this problem or would use the result: “{title}”"),
                {"title": record.title},
            )
        )
        found += [Reason(N_("industry: {industry}"), {"industry": code}) for code in record.facts.industry_codes[:2]]
    else:
        found.append(Reason(N_("a department, locality or station of the state that would order or co-fund it")))
        found += [Reason(N_("field of science: {field}"), {"field": code}) for code in record.facts.field_codes[:2]]
    if place:
        found.append(Reason(N_("in {place}"), {"place": place}))
    return tuple(found)
