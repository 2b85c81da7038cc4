"""The shapes of the public JSON of an assignment of all needs at once."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from api.schemas import MatchedRecord, TellsOfRecord, Versions
from ingest import Kind


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Declared(_Schema):
    """A conflict or sanction that officers declared, by the `number` of the declaration. `doubt` says why it may be of
    somebody else, null where it is sure."""

    kind: Literal["sanction", "conflict"]
    text: str
    number: int
    doubt: str | None


class Chosen(TellsOfRecord, _Schema):
    """A candidate with its score and rank in the list of that record. `questions` are to be asked first."""

    id: str
    title: str
    score: float
    rank: int
    questions: tuple[Declared, ...]


class Barred(TellsOfRecord, _Schema):
    """Who is given none of the `records`, for which there is enough evidence, and why."""

    id: str
    title: str
    declared: Declared
    records: tuple[MatchedRecord, ...]


class Served(_Schema):
    """A record with those assigned to it, strongest first. `fitting`: how many candidates have enough evidence and are
    not barred. Where it has fewer than asked for, `why` says so, and `taken` are the best who are taken by others."""

    record: MatchedRecord
    chosen: tuple[Chosen, ...]
    fitting: int
    why: Literal["nobody_fits", "too_few_fit", "barred", "all_taken"] | None
    why_text: str | None
    taken: tuple[Chosen, ...]


class Load(TellsOfRecord, _Schema):
    id: str
    title: str
    serves: int


class Outcome(_Schema):
    """All scores added up, the weakest with which a record must make do, how many records lack somebody."""

    total: float
    worst: float | None
    unserved: int


class Assignment(_Schema):
    """`bound`: no assignment that serves as many, and the worst-off as well, has a greater total; `gap` is how far it
    is above the total, as a share. `greedy` is the strongest pair first, again and again. `barred` by declared
    conflicts and sanctions: for officers, empty for everybody else. `left_out`: how
    many tasks are under way or over, and need nobody. `units` says what scores are."""

    kind: Kind
    to: Kind
    mode: str
    versions: Versions
    least: int
    most: int
    load: int
    is_fair: bool
    records: tuple[Served, ...]
    loads: tuple[Load, ...]
    barred: tuple[Barred, ...]
    left_out: int
    candidates: int
    outcome: Outcome
    greedy: Outcome
    bound: float
    gap: float
    ranking_seconds: float
    solving_seconds: float
    units: str
    advice: str
