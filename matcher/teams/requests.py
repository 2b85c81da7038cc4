"""Requests for teams: what an officer asks for, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from index import Index, UnknownRecord
from ingest import N_, BanhaError, House, Kind, Record, Viewer, as_seen_by
from matcher.teams.advice import load_team_advice

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
        if role is None:
            _check_role_behind(index, id, viewer)
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


def _check_role_behind(index: Index, id: str, viewer: Viewer) -> None:
    """Raises BadTeam where what follows the last colon is meant as a role: nothing has this id, and something has what
    stands before."""
    before, colon, role = id.rpartition(":")
    if colon and index.store.find(id, id) is None and index.store.find(before, before) is not None:
        _read(index, before, viewer)
        raise BadTeam(N_("“{role}” is no role in a team. Roles are: {known}."), role=role, known=", ".join(ROLE_HOUSE))


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
