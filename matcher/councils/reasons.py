"""Why somebody is proposed for a seat, whom to look for where it stays empty, and what to know of the whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from ingest import N_, Record
from ingest.names import one_spelling
from matcher.councils.dossiers import Fact
from matcher.councils.findings import Case
from matcher.councils.proposals import Asked, Candidate
from matcher.councils.rulesets import Representing, Role, RuleSet
from matcher.councils.subject import describe_reviewer_sought
from matcher.duplicates import Reason
from matcher.evidence import quote

_USER_SECTIONS = ("application", "impact")


def explain_seat(role: Role, one: Candidate, by_id: Mapping[str, Candidate]) -> Iterable[tuple[Reason, Fact | None]]:
    among = sum(1 for other in by_id.values() if other.rank and other.may_sit)
    place = 1 + sum(1 for other in by_id.values() if 0 < other.rank < one.rank and other.may_sit)
    if one.rank:
        yield (
            Reason(
                N_("number {place} of {among} who may sit, by nearness to the task"), {"place": place, "among": among}
            ),
            None,
        )
    else:
        yield Reason(N_("asked for, without a place in the list of those near the task")), None
    yield from ((reason, None) for reason in one.knowledge)
    if role in ("chair", "vice_chair", "secretary") or not one.rank:
        yield from one.standing.reasons
    elif one.standing.reasons:
        yield one.standing.reasons[0]


_DOUBTS: Mapping[Role, str] = {
    "chair": N_("WARNING: nothing stored shows that this chair knows the subject"),
    "vice_chair": N_("WARNING: nothing stored shows that this vice chair knows the subject"),
    "reviewer": N_("WARNING: nothing stored shows that this reviewer knows the subject"),
}
DOUBTED: Collection[Role] = _DOUBTS.keys()
"""The roles whose holders have to know the subject."""


def doubt_holder(role: Role, record: Record, is_nobody_else: bool) -> Iterable[tuple[Reason, Fact | None]]:
    """What to say of the holder of a role of whom nothing shows that the person knows the subject; of a reviewer also
    whom to look for."""
    yield Reason(_DOUBTS[role]), None
    if role == "reviewer" and is_nobody_else:
        yield describe_reviewer_sought(record), None


def describe_sought(record: Record, of: Representing) -> Iterable[tuple[Reason, Fact | None]]:
    if of == "user":
        for number, section in enumerate(record.sections):
            if section.name in _USER_SECTIONS and section.text.strip():
                words = Fact(record.id, quote(record, number, 0, len(section.text)))
                yield Reason(N_("who is to use the results, by the dossier")), words
                return
        yield Reason(N_("the dossier names no user of the results: ask the host")), None
    elif record.facts.place_written:
        yield Reason(N_("for a task in {place}"), {"place": record.facts.place_written}), None


def list_notes(rules: RuleSet, on: date, asked: Asked, case: Case) -> Iterable[Reason]:
    if rules.limits.previous_min and not (asked.previous or asked.strangers):
        message = N_("The rule asks for at least {count} from the earlier council: name who sat there.")
        yield Reason(message, {"count": rules.limits.previous_min})
    for name in asked.strangers:
        yield Reason(N_("{name} sat on the earlier council, and is not stored as one scientist."), {"name": name})
    if rules.superseded and on >= rules.superseded.since:
        params = {"by": rules.superseded.by, "day": rules.superseded.since}
        yield Reason(
            N_("The rule is probably replaced since {day:%-d %B %Y}, by {by}: check before it is used."), params
        )
    if case.dossier.host is None:
        yield Reason(N_("The dossier names no host, so nobody is left out as its staff."))
    for name in _named_twice(case.dossier.record):
        message = N_(
            "The task names {name} twice, as leader and as member: one person, or two of one name? Ask the host."
        )
        yield Reason(message, {"name": name})
    if not case.dossier.people:
        yield Reason(N_("The dossier names no leader or member, so family and common work are not checked."))


def _named_twice(record: Record) -> Iterable[str]:
    """Whom the facts of a task name as its leader and as somebody else."""
    leaders = {one_spelling(one.name): one.name for one in record.facts.people if one.role == "lead"}
    others = {one_spelling(one.name) for one in record.facts.people if one.role != "lead"}
    return (name for key, name in leaders.items() if key in others)
