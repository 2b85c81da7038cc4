"""What people do with a pairing, as commands, server and pages take it, and as each of them sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from api.accounts.ownership import viewer_of
from api.engagements.attached import take_attachment
from api.errors import BadInput
from api.library import see_record
from index import Actor, Engagement, Index, UnknownEngagement
from index.attachments import Attachment
from index.engagements import SIDES, Act, Event, Party, Reminder, Side, Step
from ingest import N_, OFFICER, House, Kind, Record, Viewer, as_seen_by, hide, identities
from ingest.masking import mask_personal
from matcher.asking import is_asked_by
from matcher.engagement.moves import State
from matcher.engagement.stages import BadMove, Intent, awaited, decide, possible, replay, state_on

LONGEST_NOTE = 2_000  # code points
_ENDED = frozenset({"declined", "expired", "handed_over"})


@dataclass(frozen=True, slots=True)
class SeenSide:
    """A side as the viewer sees it: `id` and `title` are None where the record does not exist for them; `name` is the
    organisation, or whose profile it is, when it may be told. `is_masked` says that something is hidden."""

    side: Side
    id: str | None
    title: str | None
    name: str | None
    kind: Kind | None
    house: House | None
    is_masked: bool


@dataclass(frozen=True, slots=True)
class SeenEngagement:
    engagement: Engagement
    state: State
    record: SeenSide
    candidate: SeenSide
    own_sides: frozenset[Side]
    due: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """An engagement with its events as the viewer may read them; `possible` is what they may do next, `awaited` whose
    move is looked for."""

    seen: SeenEngagement
    events: tuple[Event, ...]
    consents: frozenset[Side]
    possible: tuple[tuple[Act, Side | None, bool], ...]
    awaited: tuple[tuple[Party, Act], ...]
    reminders: tuple[Reminder, ...]


def see_board(
    index: Index, viewer: Viewer, today: date, state: State | None = None, record_id: str | None = None
) -> list[SeenEngagement]:
    """The engagements that the viewer sees (in a state, of a record): those with a reminder that is due first, then
    those changed last."""
    engagements = index.store.engagements
    due: dict[str, list[Reminder]] = {}
    for reminder in engagements.reminders(viewer):
        if reminder.day <= today:
            due.setdefault(reminder.engagement_id, []).append(reminder)
    found = [
        one
        for one in engagements.all(viewer, record_id)
        if state is None or state_on(one.stage, one.until, today) == state
    ]
    records = _get(index, [id for one in found for id in (one.record_id, one.candidate_id)])
    seen = [_see(one, records, viewer, today, due.get(one.id, [])) for one in found]
    return sorted(seen, key=lambda one: (not one.due, one.due[0].day if one.due else date.max))


def see_reminders(index: Index, viewer: Viewer) -> list[Reminder]:
    """Those of the viewer's party that are not settled, the earliest first."""
    return index.store.engagements.reminders(viewer)


def see_timeline(index: Index, id: str, viewer: Viewer, today: date) -> Timeline:
    """Raises UnknownEngagement, also for one that does not exist for the viewer."""
    engagements = index.store.engagements
    engagement = engagements.get(id, viewer)
    records = _get(index, [engagement.record_id, engagement.candidate_id])
    reminders = tuple(one for one in engagements.reminders(viewer) if one.engagement_id == id)
    hidden = _hidden_names(engagement, records, viewer)
    events = engagements.events(id, viewer)
    # What is possible depends on all that happened, also on what is not shown.
    happened = engagements.events(id, OFFICER)
    may = possible(happened, parties_of(engagement, viewer), represented(index, engagement), today)
    return Timeline(
        _see(engagement, records, viewer, today, [one for one in reminders if one.day <= today]),
        tuple(_masked(event, hidden, engagement.own_sides(viewer)) for event in events),
        replay(happened).consents,
        tuple(may),
        awaited(happened, today),
        reminders,
    )


def _get(index: Index, ids: Sequence[str]) -> dict[str, Record]:
    """The records by the ids under which they were engaged, also those that are part of others now."""
    records = index.store.get_many(ids)
    for id in set(ids) - records.keys():
        if whole := index.store.find(id, ""):
            records[id] = index.store.get(whole.id)
    return records


def parties_of(engagement: Engagement, viewer: Viewer) -> frozenset[Party]:
    """As whom the viewer may act."""
    officer: frozenset[Party] = frozenset({"officer"}) if viewer.sees_all else frozenset()
    return officer | engagement.own_sides(viewer)


def represented(index: Index, engagement: Engagement) -> frozenset[Side]:
    """The sides for which an account can act, and so speak for themselves."""
    accounts = [one for one in index.store.accounts.all() if not one.is_disabled]
    owned = frozenset[str]().union(*(viewer_of(index, one).owns for one in accounts))
    return engagement.own_sides(Viewer(owns=owned))


def start(
    index: Index,
    record_id: str,
    candidate_id: str,
    actor: Actor,
    viewer: Viewer,
    today: date,
    until: date | None = None,
) -> Engagement:
    """Suggest that two records have to do with each other; which of them asks follows from their kinds, whichever is
    named first, and where it does not, the first is the side that asks. Raises UnknownRecord, BadInput for a record
    with itself, and BadMove when they have already, or when the viewer is neither an officer nor one of the sides."""
    record, candidate = (see_record(index, id, viewer) for id in (record_id, candidate_id))
    if is_asked_by(record.kind, candidate.kind):
        record_id, candidate_id = candidate_id, record_id
    if record_id == candidate_id:
        raise BadInput(N_("{id} is one record. Name two that are different."), id=record_id)
    parties = parties_of(Engagement("", record_id, candidate_id, "suggested", False, None, ""), viewer)

    def begin(others: Sequence[Engagement]) -> Step:
        # First, so that who takes no part does not learn whether the two are engaged.
        step = decide((), Intent("start", day=until), parties, (), today)
        for one in others:
            if state_on(one.stage, one.until, today) not in _ENDED:
                raise BadMove(N_("These two are engaged already: {id}."), id=one.id)
        return step

    return index.store.engagements.start(record_id, candidate_id, begin, actor, datetime.now(UTC))


def do(
    index: Index, id: str, intent: Intent, actor: Actor, viewer: Viewer, today: date, content: bytes | None = None
) -> Engagement:
    """Do something with an engagement. Personal data in what is written is masked as everywhere, but for the phones and
    e-mails in a note of a side when both have consented. Raises
    UnknownEngagement, also for one that does not exist for the viewer, BadMove for what is not possible now, and
    BadInput for too long a text."""
    engagements = index.store.engagements
    engagement = engagements.get(id, viewer)
    parties, speaking = parties_of(engagement, viewer), represented(index, engagement)
    tidy = replace(intent, text=_tidy(intent.text))
    return engagements.append(
        id,
        viewer,
        lambda events: _without_personal_data(decide(events, tidy, parties, speaking, today)),
        actor,
        datetime.now(UTC),
        content,
    )


def attach(
    index: Index, id: str, name: str | None, content: bytes, limit_mb: int, actor: Actor, viewer: Viewer, today: date
) -> Engagement:
    """Attach a file of a known format. Raises as `do` does, and FileRefused."""
    attachment = take_attachment(name, content, limit_mb)
    return do(index, id, Intent("attach", attachment=attachment), actor, viewer, today, content)


def read_attachment(index: Index, id: str, number: int, viewer: Viewer) -> tuple[Attachment, bytes]:
    """A file as it was attached by the event of this number. Raises UnknownEngagement, also where the viewer may not
    have the file or it is gone."""
    engagements = index.store.engagements
    event = next((one for one in engagements.events(id, viewer) if one.id == number), None)
    content = engagements.files.read(event.attachment) if event and event.attachment else None
    if event is None or content is None:
        raise UnknownEngagement(id)
    engagement = engagements.get(id, viewer)
    records = _get(index, [engagement.record_id, engagement.candidate_id])
    hidden = _hidden_names(engagement, records, viewer)
    seen = _masked(event, hidden, engagement.own_sides(viewer)).attachment
    assert seen is not None
    return seen, content


def _tidy(text: str | None) -> str | None:
    tidy = (text or "").strip()
    if len(tidy) > LONGEST_NOTE:
        raise BadInput(N_("The text has {count} characters, more than {limit}."), count=len(tidy), limit=LONGEST_NOTE)
    return tidy or None


def _without_personal_data(step: Step) -> Step:
    """Two sides that have both consented pass on how each is reached; nobody else speaks for them, and no act but a
    note is for that."""
    gives_contacts = step.act == "note" and step.party in SIDES and step.is_met
    return replace(step, text=step.text and mask_personal(step.text, keeps_contacts=gives_contacts))


def _see(
    engagement: Engagement,
    records: Mapping[str, Record],
    viewer: Viewer,
    today: date,
    due: Sequence[Reminder],
) -> SeenEngagement:
    return SeenEngagement(
        engagement,
        state_on(engagement.stage, engagement.until, today),
        _see_side("record", records.get(engagement.record_id), viewer, engagement),
        _see_side("candidate", records.get(engagement.candidate_id), viewer, engagement),
        engagement.own_sides(viewer),
        tuple(due),
    )


def _see_side(side: Side, record: Record | None, viewer: Viewer, engagement: Engagement) -> SeenSide:
    """Of a record that is confidential as a whole only the kind is told, and who it is once both sides have met."""
    if record is None:
        return SeenSide(side, None, None, None, None, None, False)
    is_masked = _is_masked(record, viewer, engagement)
    seen = as_seen_by(record, _introduced(viewer, engagement))
    name = None if is_masked else record.facts.organisation
    if seen is None:
        return SeenSide(side, None, None, name, record.kind, record.house, True)
    return SeenSide(side, record.id, seen.title, name, record.kind, record.house, is_masked)


def _introduced(viewer: Viewer, engagement: Engagement) -> Viewer:
    """The viewer, who has met the other side when both have consented."""
    if not engagement.is_met or not engagement.own_sides(viewer):
        return viewer
    return replace(viewer, met=viewer.met | {engagement.record_id, engagement.candidate_id})


def _is_masked(record: Record, viewer: Viewer, engagement: Engagement) -> bool:
    """Whether the viewer may not know whose record this is."""
    is_known = viewer.sees_all_of(record.id) or record.visibility == "public"
    return not is_known and record.id not in _introduced(viewer, engagement).met


def _hidden_names(engagement: Engagement, records: Mapping[str, Record], viewer: Viewer) -> list[str]:
    """Those that give away whose records these are, where the viewer may not know it."""
    return [
        name for record in records.values() if _is_masked(record, viewer, engagement) for name in identities(record)
    ]


def _masked(event: Event, names: list[str], own: frozenset[Side]) -> Event:
    """The event without these names, but in what an own side wrote: who lists all firms would see by the dots which of
    them it is."""
    if not names or event.party in own:
        return event
    file = event.attachment
    return replace(
        event,
        text=event.text and hide(event.text, names),
        attachment=file and replace(file, name=hide(file.name, names)),
    )
