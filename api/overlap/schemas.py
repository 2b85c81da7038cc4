"""The shapes of the public JSON of the overlap check."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from api.schemas import MatchedRecord, Quote, TellsOfRecord, Versions
from matcher.overlap.classes import Level, OverlapClass
from matcher.overlap.task_profile import Aspect


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuotedPair(_Schema):
    """Sentences of the proposal and of the task that answer each other; the quantities that only one of them has."""

    query: Quote
    candidate: Quote
    only_query: tuple[str, ...]
    only_candidate: tuple[str, ...]


class ComparedSection(_Schema):
    """`level` says how far the section agrees, `text` the same in words."""

    aspect: Aspect
    level: Level
    text: str
    quotes: tuple[QuotedPair, ...]


class ComparedTask(TellsOfRecord, _Schema):
    """A task, what the proposal is to it (`also`: nearly as likely), the reasons in words, and where it was read."""

    id: str
    title: str
    code: str | None
    organisation: str | None
    place: str | None
    years: str | None
    status: str | None
    found: OverlapClass
    text: str
    also: tuple[OverlapClass, ...]
    also_text: tuple[str, ...]
    reasons: tuple[str, ...]
    sections: tuple[ComparedSection, ...]
    sources: tuple[str, ...]


class DatabaseState(_Schema):
    """What was looked through: so many tasks, up to the change `seq`, on that day. Who does not see all records is
    told no `seq`, for it counts what is hidden too."""

    tasks: int
    seq: int | None
    on: date


class OverlapAnswer(_Schema):
    """`itself` are stored copies of the very proposal, which count for nothing. `summary` tells how many of the tasks
    shown are of which class; `advice` is to be shown with it."""

    record: MatchedRecord
    mode: str
    versions: Versions
    state: DatabaseState
    itself: tuple[MatchedRecord, ...]
    overlaps: tuple[ComparedTask, ...]
    summary: str
    notes: tuple[str, ...]
    advice: str
