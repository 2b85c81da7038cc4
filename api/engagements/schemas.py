"""Engagements as JSON: the same words at the command line and over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel

from api.engagements.taking import SeenEngagement, SeenSide, Timeline
from api.schemas import TellsOfRecord
from index.engagements import Act, Event, Party, Reminder, Side
from ingest import House, Kind
from matcher.engagement.moves import REASONS, State


class EngagedSide(TellsOfRecord):
    """`id`, `title` and `name` are null where they are not for the viewer."""

    id: str | None
    title: str | None
    name: str | None
    kind: Kind | None
    house: House | None
    is_masked: bool


class Reminded(BaseModel):
    engagement: str
    number: int
    on: date
    text: str


class EngagementHead(BaseModel):
    """`until` is the day until which an answer is awaited; `own_sides` are those of the viewer."""

    id: str
    state: State
    record: EngagedSide
    candidate: EngagedSide
    is_met: bool
    until: date | None
    changed_at: str
    own_sides: tuple[Side, ...]
    due: tuple[Reminded, ...]


class Board(BaseModel):
    engagements: tuple[EngagementHead, ...]
    reminders: tuple[Reminded, ...]


class AttachedFile(BaseModel):
    name: str
    format: str
    size: int
    sha256: str


class EngagementEvent(BaseModel):
    """`party` did it; with `side` of another the officer wrote down what that side told. `undoes` is the number of the
    event that it takes back or settles; `is_unfit`: that it was declined because the two do not fit."""

    number: int
    at: str
    act: Act
    party: Party
    side: Side | None
    by: str
    text: str | None
    day: date | None
    undoes: int | None
    is_unfit: bool
    attachment: AttachedFile | None


class PossibleAct(BaseModel):
    """What the viewer may do next and why it is theirs; where `is_told`, with `side` and a text how it was told."""

    act: Act
    side: Side | None
    is_told: bool
    because: str


class EngagementTimeline(EngagementHead):
    consents: tuple[Side, ...]
    events: tuple[EngagementEvent, ...]
    possible: tuple[PossibleAct, ...]
    reminders: tuple[Reminded, ...]


def show_board(seen: Iterable[SeenEngagement], reminders: Iterable[Reminder]) -> Board:
    return Board(engagements=tuple(map(show_head, seen)), reminders=tuple(map(_show_reminder, reminders)))


def show_head(seen: SeenEngagement) -> EngagementHead:
    one = seen.engagement
    return EngagementHead(
        id=one.id,
        state=seen.state,
        record=_show_side(seen.record),
        candidate=_show_side(seen.candidate),
        is_met=one.is_met,
        until=one.until,
        changed_at=one.changed_at,
        own_sides=tuple(sorted(seen.own_sides)),
        due=tuple(map(_show_reminder, seen.due)),
    )


def show_timeline(timeline: Timeline) -> EngagementTimeline:
    head = show_head(timeline.seen)
    return EngagementTimeline(
        **{name: getattr(head, name) for name in EngagementHead.model_fields},
        consents=tuple(sorted(timeline.consents)),
        events=tuple(map(_show_event, timeline.events)),
        possible=tuple(
            PossibleAct(act=act, side=side, is_told=is_told, because=REASONS[act])
            for act, side, is_told in timeline.possible
        ),
        reminders=tuple(map(_show_reminder, timeline.reminders)),
    )


def _show_side(side: SeenSide) -> EngagedSide:
    return EngagedSide(
        id=side.id, title=side.title, name=side.name, kind=side.kind, house=side.house, is_masked=side.is_masked
    )


def _show_reminder(one: Reminder) -> Reminded:
    return Reminded(engagement=one.engagement_id, number=one.number, on=one.day, text=one.text)


def _show_event(event: Event) -> EngagementEvent:
    file = event.attachment
    return EngagementEvent(
        number=event.id,
        at=event.happened_at,
        act=event.act,
        party=event.party,
        side=event.side,
        by=event.by,
        text=event.text,
        day=event.day,
        undoes=event.undoes,
        is_unfit=event.is_unfit,
        attachment=AttachedFile(name=file.name, format=file.format, size=file.size, sha256=file.digest)
        if file
        else None,
    )
