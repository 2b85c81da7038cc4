"""The shapes of the public JSON of teams of three houses."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from api.schemas import MatchedRecord, Quote, Source, TellsOfRecord, Twin, Versions
from ingest import House, Kind


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class TeamQuote(_Schema):
    """Words of a record; `query` are those of the record that asks which they answer, null where they stand alone."""

    record: MatchedRecord
    quote: Quote
    query: Quote | None


class TeamMember(TellsOfRecord, _Schema):
    """Who holds a role, and why. `quality` is what it is worth in this role; `score`, `rank`, `likelihood` and `basis`
    as in a match, null where it was not ranked; `is_known`: the record that asks names it, `known_from`
    says where. `doubts` say in words what is not shown by anything stored."""

    role: str
    role_text: str
    house: House
    id: str | None
    kind: Kind
    name: str
    organisation: str | None
    place: str | None
    quality: float
    score: float | None
    rank: int | None
    likelihood: float | None
    basis: str
    is_known: bool
    running_tasks: int
    cost_vnd: int | None
    known_from: Source | None
    doubts: tuple[str, ...]
    reasons: tuple[str, ...]
    evidence: tuple[TeamQuote, ...]


class Covered(_Schema):
    """A requirement (`quote`) or field of science, and the scientists of the team who answer it, best first."""

    text: str
    quote: Quote | None
    by: tuple[Twin, ...]
    evidence: TeamQuote | None


class Valued(_Schema):
    """`total` = `quality` of the roles + `cover` of the requirements − `members_cost`."""

    total: float
    quality: float
    cover: float
    members_cost: float


class Team(_Schema):
    """`bound`: no team that differs as asked from those before it is worth more. `gap`: how far below that the team is,
    as a share; `loss`: how much less than the first team. `valued` says both in words. `unpriced`: whose cost is not
    known. `doubts`: what to know of the lead before the team is asked."""

    members: tuple[TeamMember, ...]
    doubts: tuple[str, ...]
    covers: tuple[Covered, ...]
    uncovered: tuple[Covered, ...]
    objective: Valued
    bound: float
    gap: float
    is_optimal: bool
    loss: float
    cost_vnd: int
    unpriced: tuple[str, ...]
    valued: tuple[str, ...]


class TeamConflict(_Schema):
    """Rules that no team can keep together; without any one of them there is one. `is_smallest`: proved that no fewer
    rules conflict."""

    rules: tuple[str, ...]
    is_verified: bool
    is_smallest: bool


class MissingHouse(_Schema):
    house: House
    text: str
    look_for: tuple[str, ...]


class Teams(_Schema):
    """Teams for a record, best first. Where a house is missing, they are what the others could do meanwhile."""

    record: MatchedRecord
    mode: str
    versions: Versions
    ended: Literal["count", "exhausted", "time", "missing_house", "conflict"]
    teams: tuple[Team, ...]
    missing_houses: tuple[MissingHouse, ...]
    conflict: TeamConflict | None
    notes: tuple[str, ...]
    advice: str
    units: str
