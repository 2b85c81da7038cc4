"""Rules of a team: the roles and what follows from an officer's wishes and from the record itself, each in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest import N_, fold
from ingest.places import find_provinces
from matcher.duplicates import Reason
from matcher.gaps.localities import provinces_of
from matcher.teams.advice import load_team_advice
from matcher.teams.contender_lists import Contender
from matcher.teams.contenders import Gathered
from matcher.teams.problem import (
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
from matcher.teams.requests import BadTeam, Wishes


@dataclass(frozen=True, slots=True)
class Worded:
    """A rule with what it says to a person. The parameter `role` is a name of a role."""

    rule: Rule
    reason: Reason


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
        Role("lead", "science", 1, 1),
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
    gathered: Gathered,
    wishes: Wishes,
    roles: Sequence[Role],
    known: Sequence[tuple[str, str]],
    stated_cost: int = 0,
) -> tuple[Worded, ...]:
    """All rules, those of the roles among them; `stated_cost` is what the task that asks says that it costs. Raises
    BadTeam for a wish that concerns nobody who could join, or a role that this team does not have."""
    contenders = gathered.contenders
    worded = list(_word_roles(roles, contenders, wishes.members))
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
        if wishes.place_role is not None and wishes.place_role not in names:
            raise BadTeam(
                N_(
                    "A team for this record has no “{role}”, so nobody can be asked to be in {place}. "
                    "Its roles: {known}."
                ),
                role=wishes.place_role,
                place=wishes.place,
                known=", ".join(role.name for role in roles),
            )
        worded.append(_word_place(gathered, wishes.place, wishes.place_role))
    if wishes.budget is not None:
        message = N_("known costs of at most {amount}")
        if stated_cost:
            message = N_("known costs of at most {amount}, {stated} of which the task itself states")
        reason = Reason(message, {"amount": wishes.budget, "stated": stated_cost})
        worded.append(Worded(Budget(wishes.budget - stated_cost), reason))
    return tuple(worded)


def capacity_of(wishes: Wishes) -> int:
    """How many running tasks keep a scientist from joining."""
    return load_team_advice().load if wishes.load is None else wishes.load


def _contender(gathered: Gathered, id: str) -> Contender:
    found = gathered.contenders.get(gathered.aliases.get(id, id))
    if found is None:
        raise BadTeam(N_("{id} cannot join a team: it stands for none of the three houses."), id=id)
    return found


def _word_roles(
    roles: Sequence[Role], contenders: Mapping[str, Contender], members: tuple[int, int] | None
) -> Iterator[Worded]:
    for role in roles:
        able = sum(role.name in one.qualities for one in contenders.values())
        params: dict[str, object] = {"role": role.name, "able": able}
        if role.minimum:
            message = N_(
                "at least {count} “{role}” ({able} could: of nobody else the texts show that they fit this; who is "
                "asked for by name counts all the same)"
            )
            yield Worded(RoleAtLeast(role.name, role.minimum), Reason(message, {**params, "count": role.minimum}))
        if role.maximum is not None:
            message = N_("at most {count} “{role}”")
            if role.name == "member" and members:
                params["asked"] = f"{members[0]}-{members[1]}"
                message = N_("{asked} scientists are asked for, the lead among them: at most {count} “{role}” beside")
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
