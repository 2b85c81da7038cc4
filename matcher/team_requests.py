"""Requests for teams: what an officer asks for, checked, and the rules that follow from it, each in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from index import Declaration, Index, Party, UnknownRecord
from ingest import N_, BanhaError, House, Kind, Record, Viewer, as_seen_by, fold, is_same_organisation
from ingest.places import find_provinces
from matcher.contenders import Contender, Gathered
from matcher.dossiers import Doubt, doubt_identity
from matcher.duplicates import Reason
from matcher.localities import provinces_of
from matcher.team_advice import load_team_advice
from matcher.team_problem import (
    Apart,
    Budget,
    Forbidden,
    Forced,
    OneRoleEach,
    OrganisationAtMost,
    PlacedIn,
    Role,
    RoleAtLeast,
    RoleAtMost,
    Rule,
    WithinCapacity,
)

ROLE_HOUSE: Mapping[str, House] = {
    "orderer": "state",
    "co_funder": "state",
    "programme": "state",
    "host": "science",
    "lead": "science",
    "member": "science",
    "owner": "enterprise",
    "applier": "enterprise",
}
"""The roles in a team, in the order in which they are shown."""
TEAM_KINDS: tuple[Kind, ...] = ("need", "proposal")
_ROLE_OF_KIND: Mapping[Kind, tuple[str, ...]] = {
    "scientist": ("lead", "member"),
    "proposal": ("programme",),
    "document": ("programme",),
}
MOST_TEAMS = 10


class BadTeam(BanhaError):
    """A team that cannot be asked for like this."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an officer asks for. `members`: fewest and most scientists, the lead among them (None: as advised).
    `wanted`: ids, each perhaps with a role. `place_role`: whose holders must be at `place` (None: some member).
    `budget` in đồng. `load`: running tasks that keep a scientist from another. `teams`: how many that differ."""

    members: tuple[int, int] | None = None
    wanted: tuple[tuple[str, str | None], ...] = ()
    unwanted: tuple[str, ...] = ()
    same_organisation: int | None = None
    place: str | None = None
    place_role: str | None = None
    budget: int | None = None
    load: int | None = None
    teams: int = 3


@dataclass(frozen=True, slots=True)
class Worded:
    """A rule with what it says to a person. The parameter `role` is a name of a role."""

    rule: Rule
    reason: Reason


def check_wishes(index: Index, record: Record, wishes: Wishes, viewer: Viewer) -> None:
    """Raises BadTeam for what contradicts itself, UnknownRecord for an id that does not exist for the viewer."""
    if record.kind not in TEAM_KINDS:
        raise BadTeam(
            N_("{id} is neither a need nor a task: teams are proposed for these. Its kind: {kind}."),
            id=record.id or record.title,
            kind=record.kind,
        )
    least, most = wishes.members or load_team_advice().members
    if not 1 <= least <= most:
        raise BadTeam(N_("{least} to {most} scientists are no number of members."), least=least, most=most)
    if not 1 <= wishes.teams <= MOST_TEAMS:
        raise BadTeam(
            N_("{count} teams cannot be proposed at once; 1 to {most} can."), count=wishes.teams, most=MOST_TEAMS
        )
    for value in (wishes.same_organisation, wishes.budget, wishes.load):
        if value is not None and value < 1:
            raise BadTeam(N_("{value} is too small a number here; it must be at least 1."), value=value)
    seen: dict[str, str | None] = {}
    for id, role in wishes.wanted:
        if role is not None and role not in ROLE_HOUSE:
            raise BadTeam(
                N_("“{role}” is no role in a team. Roles are: {known}."), role=role, known=", ".join(ROLE_HOUSE)
            )
        if id in seen and seen[id] != role:
            first, other = seen[id] or "–", role or "–"
            raise BadTeam(
                N_("{id} is asked for in two roles: {first} and {other}. Name one."), id=id, first=first, other=other
            )
        seen[id] = role
        _check_house(index, record, id, role, viewer)
    for id in wishes.unwanted:
        _read(index, id, viewer)
        if id in seen:
            raise BadTeam(N_("{id} must be in the team and must not be: decide for one."), id=id)
    if wishes.place is not None and not any(char.isalnum() for char in wishes.place):
        raise BadTeam(N_("The place has no name."))
    if wishes.place_role is not None and wishes.place_role not in ROLE_HOUSE:
        known = ", ".join(ROLE_HOUSE)
        raise BadTeam(N_("“{role}” is no role in a team. Roles are: {known}."), role=wishes.place_role, known=known)


def _read(index: Index, id: str, viewer: Viewer) -> Record:
    seen = as_seen_by(index.store.get(id), viewer)
    if seen is None:
        raise UnknownRecord(id)
    return seen


def _check_house(index: Index, record: Record, id: str, role: str | None, viewer: Viewer) -> None:
    found = _read(index, id, viewer)
    if id == record.id:
        raise BadTeam(N_("{id} is what the team is for; it cannot be a member of it."), id=id)
    if role is None:
        return
    allowed = _ROLE_OF_KIND.get(found.kind)
    if (allowed is not None and role not in allowed) or (allowed is None and role in ("lead", "member", "programme")):
        raise BadTeam(
            N_("“{title}” ({id}) cannot be “{role}”: it is of the kind {kind}."),
            title=found.title,
            id=id,
            role=role,
            kind=found.kind,
        )


def find_roles(wishes: Wishes, known: Sequence[tuple[str, str]]) -> tuple[Role, ...]:
    """The roles of a team for this record."""
    least, most = wishes.members or load_team_advice().members
    if wishes.members is None:
        # A task that names more people is not cut down to what is usual.
        most = max(most, sum(role in ("lead", "member") for _, role in known))
    asked = {role for _, role in wishes.wanted}
    has_host = any(role == "host" for _, role in known) or "host" in asked
    state_asks = any(role == "orderer" for _, role in known)
    # Where the lead is given, teams differ by the enterprises too.
    is_led = any(role == "lead" for _, role in (*known, *wishes.wanted))
    roles = [
        Role("orderer", "state", 1, 1, is_key=False),
        Role("co_funder", "state", 0, 1, is_key=False),
        Role("programme", "state", 0, 1, is_key=False),
        Role("lead", "science", 1, 1, is_lead=True),
        Role("member", "science", least - 1, most - 1),
    ]
    if has_host:
        roles.insert(3, Role("host", "science", 1, 1, is_key=False))
    # What a state body asks for needs an enterprise that uses it, not one that has the need.
    if state_asks:
        return (*roles, Role("applier", "enterprise", 1, 1, is_key=is_led))
    return (
        *roles,
        Role("owner", "enterprise", 1, 1, is_key=is_led),
        Role("applier", "enterprise", 0, 1, is_key=is_led),
    )


def word_rules(
    gathered: Gathered, wishes: Wishes, roles: Sequence[Role], known: Sequence[tuple[str, str]]
) -> tuple[Worded, ...]:
    """All rules, those of the roles among them. Raises BadTeam for a wish that concerns nobody who could join."""
    contenders = gathered.contenders
    worded = list(_word_roles(roles, contenders))
    worded.append(Worded(OneRoleEach(), Reason(N_("nobody holds two roles"))))
    full = [one for one in contenders.values() if one.running >= capacity_of(wishes)]
    worded.append(
        Worded(
            WithinCapacity(),
            Reason(
                N_("who leads {load} running tasks or more takes on no other: {count} people"),
                {"load": capacity_of(wishes), "count": len(full)},
            ),
        )
    )
    names = {role.name for role in roles}
    for id, own_role in known:
        worded.append(
            Worded(
                Forced(id, own_role),
                Reason(
                    N_("{name} is “{role}”: the record itself says so"),
                    {"name": contenders[id].name, "role": own_role},
                ),
            )
        )
    for said, role in wishes.wanted:
        one = _contender(gathered, said)
        if role is not None and (role not in names or role not in one.qualities):
            raise BadTeam(
                N_("{name} ({id}) cannot be “{role}” here: of the house “{house}”, possible are: {known}."),
                name=one.name,
                id=said,
                role=role,
                house=one.house,
                known=", ".join(sorted(one.qualities)) or "–",
            )
        message = N_("{name} must be “{role}” (asked for)") if role else N_("{name} must be in the team (asked for)")
        worded.append(Worded(Forced(one.id, role), Reason(message, {"name": one.name, "role": role or ""})))
    for said in wishes.unwanted:
        id = gathered.aliases.get(said, said)
        if id in contenders:
            worded.append(
                Worded(
                    Forbidden(id),
                    Reason(N_("{name} must not be in the team (asked for)"), {"name": contenders[id].name}),
                )
            )
    if wishes.same_organisation is not None:
        count = wishes.same_organisation
        worded.append(
            Worded(
                OrganisationAtMost(count),
                Reason(N_("at most {count} scientists of one organisation"), {"count": count}),
            )
        )
    if wishes.place is not None:
        worded.append(_word_place(gathered, wishes.place, wishes.place_role))
    if wishes.budget is not None:
        worded.append(
            Worded(Budget(wishes.budget), Reason(N_("known costs of at most {amount}"), {"amount": wishes.budget}))
        )
    return tuple(worded)


def capacity_of(wishes: Wishes) -> int:
    """How many running tasks keep a scientist from joining."""
    return load_team_advice().load if wishes.load is None else wishes.load


def _contender(gathered: Gathered, id: str) -> Contender:
    found = gathered.contenders.get(gathered.aliases.get(id, id))
    if found is None:
        raise BadTeam(N_("{id} cannot join a team: it stands for none of the three houses."), id=id)
    return found


def _word_roles(roles: Sequence[Role], contenders: Mapping[str, Contender]) -> Iterator[Worded]:
    for role in roles:
        able = sum(role.name in one.qualities for one in contenders.values())
        params: dict[str, object] = {"role": role.name, "able": able}
        if role.minimum:
            message = N_("at least {count} “{role}” ({able} could)")
            yield Worded(RoleAtLeast(role.name, role.minimum), Reason(message, {**params, "count": role.minimum}))
        if role.maximum is not None:
            message = N_("at most {count} “{role}”")
            yield Worded(RoleAtMost(role.name, role.maximum), Reason(message, {**params, "count": role.maximum}))


def _word_place(gathered: Gathered, place: str, role: str | None) -> Worded:
    there = frozenset(
        one.id for one in gathered.contenders.values() if _is_in(one, place) and (role is None or role in one.qualities)
    )
    params: dict[str, object] = {"place": place, "count": len(there), "role": role or ""}
    if role is None:
        message = N_("at least one member is in {place} ({count} could be)")
        return Worded(PlacedIn(there, "some"), Reason(message, params))
    message = N_("“{role}” is in {place} ({count} could be)")
    return Worded(PlacedIn(there, "all", role), Reason(message, params))


def _is_in(one: Contender, place: str) -> bool:
    """By the words of its place, else by the province of today."""
    said = " ".join(fold(f"{one.place or ''} ; {one.name if one.house != 'science' else ''}").split())
    if f" {' '.join(fold(place).split())} " in f" {said.replace(',', ' ').replace(';', ' ')} ".replace("  ", " "):
        return True
    wanted = {mention.today for mention in find_provinces(place)}
    return bool(wanted & set(provinces_of(one.record)))


# Declared conflicts


def word_declarations(
    index: Index, declarations: Sequence[Declaration], gathered: Gathered, record: Record, on: date
) -> tuple[tuple[Worded, ...], tuple[Reason, ...]]:
    """The rules that follow from declared conflicts and sanctions in force, and what has to be asked before."""
    worded: dict[Rule, Worded] = {}
    questions: list[Reason] = []
    for one in declarations:
        if not one.is_in_force(on) or one.kind not in ("conflict", "sanction"):
            continue
        of = _find_parties(index, gathered, one.of)
        if one.kind == "sanction" or (one.to and _is_record(index, one.to, record)):
            message = (
                N_("a sanction of {name} is in force: {evidence}")
                if one.kind == "sanction"
                else N_("a conflict of {name} with this task is declared: {evidence}")
            )
            for contender, doubt in of:
                reason = Reason(message, {"name": contender.name, "evidence": one.evidence})
                if doubt is None:
                    rule: Rule = Forbidden(contender.id)
                    worded.setdefault(rule, Worded(rule, reason))
                else:
                    questions.append(reason)
            continue
        for first, doubt in of:
            for second, other in _find_parties(index, gathered, one.to) if one.to else ():
                if first.id == second.id:
                    continue
                reason = Reason(
                    N_("a conflict between {name} and {other} is declared: {evidence}"),
                    {"name": first.name, "other": second.name, "evidence": one.evidence},
                )
                if doubt is None and other is None:
                    rule = Apart(*sorted((first.id, second.id)))
                    worded.setdefault(rule, Worded(rule, reason))
                else:
                    questions.append(reason)
    return tuple(worded.values()), tuple(questions)


def _find_parties(index: Index, gathered: Gathered, party: Party) -> list[tuple[Contender, Doubt | None]]:
    if party.record_id:
        known = index.store.find(party.record_id, party.record_id)
        id = known.id if known else party.record_id
        found = gathered.contenders.get(gathered.aliases.get(id, id))
        return [(found, None)] if found else []
    name, said = party.name or "", (party.organisation,) if party.organisation else ()
    found_all: list[tuple[Contender, Doubt | None]] = []
    for one in gathered.contenders.values():
        if one.record.kind == "scientist":
            own = (one.organisation,) if one.organisation else ()
            may_be, doubt = doubt_identity(one.name, own, name, said)
            if may_be:
                found_all.append((one, doubt))
        elif one.record.kind in ("organisation", "need") and is_same_organisation(one.name, name):
            found_all.append((one, None))
    return found_all


def _is_record(index: Index, party: Party, record: Record) -> bool:
    if not party.record_id or not record.id:
        return False
    known = index.store.find(party.record_id, party.record_id)
    return (known.id if known else party.record_id) == record.id
