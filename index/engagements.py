"""Engagements: what people did with a pairing, as events to which nothing is ever changed; who sees which of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from index.attachments import Attachment, AttachmentFolder
from index.database import Database, note_changed
from index.judgements import Judgements, Verdict
from ingest import N_, BanhaError, Viewer
from ingest.masking import mask_personal

Stage = Literal["suggested", "interested", "shortlisted", "agreed", "tasked", "accepted", "handed_over", "declined"]
Side = Literal["record", "candidate"]
Party = Literal["officer", "record", "candidate"]
Act = Literal[
    "start",
    "interest",
    "shortlist",
    "agree",
    "task",
    "accept",
    "hand_over",
    "decline",
    "undo",
    "consent",
    "withdraw",
    "extend",
    "note",
    "attach",
    "remind",
    "settle",
]
STAGES: tuple[Stage, ...] = get_args(Stage)
SIDES: tuple[Side, ...] = get_args(Side)
ACTS: tuple[Act, ...] = get_args(Act)

# Whether the viewer sees an engagement: all of them, or those of their own records.
_SEEN = """(?1 OR e.record_id IN (SELECT value FROM json_each(?2))
            OR e.candidate_id IN (SELECT value FROM json_each(?2)))"""
# The viewer's own party to an event: who did it, or for whom it counts.
_OWN = """((v.party = 'record' OR v.side = 'record') AND e.record_id IN (SELECT value FROM json_each(?2))
           OR (v.party = 'candidate' OR v.side = 'candidate')
           AND e.candidate_id IN (SELECT value FROM json_each(?2)))"""
# Whether the viewer is one of two sides that have both consented; only these read the contacts in what they wrote.
_INTRODUCED = """(e.is_met AND (e.record_id IN (SELECT value FROM json_each(?2))
                             OR e.candidate_id IN (SELECT value FROM json_each(?2))))"""
# What one side writes may tell who it is, and so may what an officer was told by it.
_READABLE = f"(?1 OR {_OWN} OR (v.party = 'officer' AND v.side IS NULL) OR e.is_met)"
_EVENT = f"""SELECT v.id, v.happened_at, v.act, v.party, v.side,
                    CASE WHEN {_READABLE} THEN v.actor ELSE '' END, CASE WHEN {_READABLE} THEN v.by_name ELSE '' END,
                    CASE WHEN {_READABLE} THEN v.text END, v.day, v.undoes,
                    CASE WHEN {_READABLE} THEN v.judgement_id END,
                    a.digest, a.name, a.format, a.size, e.id, {_INTRODUCED}
             FROM engagement_events v JOIN engagements e ON e.id = v.engagement_id
             LEFT JOIN attachments a ON a.event_id = v.id
             WHERE {_SEEN} AND (v.act NOT IN ('note', 'attach') OR {_READABLE})
             AND (v.act NOT IN ('remind', 'settle') OR ?1 OR {_OWN})"""  # noqa: S608 (constants)


class UnknownEngagement(BanhaError):
    """There is no such engagement (or the viewer may not know that there is one)."""

    def __init__(self, id: str) -> None:
        super().__init__(N_("There is no engagement {id}."), id=id)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the id of an account (empty: none is signed in), and the name under which it is told."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done by a party, for itself or, where an officer was told, for `side`. `day` is that of an
    extension (until then) or reminder; `undoes` the event that is taken back or the reminder that is settled."""

    id: int
    happened_at: str
    act: Act
    party: Party
    side: Side | None
    actor: str
    by: str
    text: str | None = None
    day: date | None = None
    undoes: int | None = None
    judgement_id: int | None = None
    attachment: Attachment | None = None

    @property
    def is_unfit(self) -> bool:
        """Whether it was declined because the two do not fit, and not for another reason."""
        return self.act == "decline" and self.judgement_id is not None


@dataclass(frozen=True, slots=True)
class Step:
    """An event to be, and what the engagement is with it. `verdict` is what it says of the pair; "undo" takes back the
    judgement `judgement_id`."""

    act: Act
    party: Party
    side: Side | None
    stage: Stage
    is_met: bool
    until: date | None
    text: str | None = None
    day: date | None = None
    undoes: int | None = None
    verdict: Verdict | Literal["undo"] | None = None
    judgement_id: int | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Engagement:
    """A record that asks and a candidate that people have to do with; `until` is when an answer is expected, if it
    is."""

    id: str
    record_id: str
    candidate_id: str
    stage: Stage
    is_met: bool
    until: date | None
    changed_at: str

    def own_sides(self, viewer: Viewer) -> frozenset[Side]:
        """The sides that the viewer is."""
        sides: tuple[tuple[Side, str], ...] = (("record", self.record_id), ("candidate", self.candidate_id))
        return frozenset(side for side, id in sides if id in viewer.owns)


@dataclass(frozen=True, slots=True)
class Reminder:
    """`number` is that of the event that set it."""

    engagement_id: str
    number: int
    day: date
    text: str


Decide = Callable[[Sequence[Event]], Step]


class Engagements:
    """The tables of engagements and their events in the database, and the folder of what is attached."""

    def __init__(self, database: Database, judgements: Judgements, folder: Path) -> None:
        self._database = database
        self._judgements = judgements
        self.files = AttachmentFolder(database, folder)

    # Reading

    def all(
        self, viewer: Viewer, record_id: str | None = None, pair: tuple[str, str] | None = None
    ) -> list[Engagement]:
        """Those that the viewer sees (of a record, of a pair in either direction), changed last first."""
        one, other = pair or (None, None)
        rows = self._database.rows(
            f"""SELECT id, record_id, candidate_id, stage, is_met, until, changed_at FROM engagements e
                WHERE {_SEEN} AND (?3 IS NULL OR ?3 IN (e.record_id, e.candidate_id))
                AND (?4 IS NULL OR (e.record_id, e.candidate_id) IN (VALUES (?4, ?5), (?5, ?4)))
                ORDER BY changed_at DESC, id""",  # noqa: S608 (constants)
            (*_asking(viewer), record_id, one, other),
        )
        return [_engagement(*row) for row in rows]

    def get(self, id: str, viewer: Viewer) -> Engagement:
        """Raises UnknownEngagement, also for one that does not exist for the viewer."""
        row = self._database.row(
            f"""SELECT id, record_id, candidate_id, stage, is_met, until, changed_at FROM engagements e
                WHERE {_SEEN} AND id = ?3""",  # noqa: S608 (constants)
            (*_asking(viewer), id),
        )
        if row is None:
            raise UnknownEngagement(id)
        return _engagement(*row)

    def events(self, id: str, viewer: Viewer) -> tuple[Event, ...]:
        """The timeline of an engagement as the viewer may read it: until both sides have consented neither reads what
        the other wrote; reminders are read by the party that set them. Phones and e-mails that a side wrote once both
        had consented are masked but for the two sides, and for these too while a consent is taken back."""
        rows = self._database.rows(f"{_EVENT} AND e.id = ?3 ORDER BY v.id", (*_asking(viewer), id))
        return tuple(_event(*row[:-2]) if row[-1] else _without_contacts(_event(*row[:-2])) for row in rows)

    def reminders(self, viewer: Viewer) -> list[Reminder]:
        """Those that are not settled, the earliest first."""
        rows = self._database.rows(
            f"""{_EVENT} AND v.act = 'remind'
                AND NOT EXISTS (SELECT 1 FROM engagement_events s WHERE s.undoes = v.id AND s.act = 'settle')
                ORDER BY v.day, v.id""",  # noqa: S608 (constants)
            _asking(viewer),
        )
        return [Reminder(row[-2], row[0], date.fromisoformat(row[8]), row[7] or "") for row in rows]

    def met(self, owns: frozenset[str]) -> frozenset[str]:
        """The records whose identities are shown to the owner of these, because both sides have consented."""
        rows = self._database.rows(
            """SELECT candidate_id FROM engagements
               WHERE is_met AND record_id IN (SELECT value FROM json_each(?1))
               UNION SELECT record_id FROM engagements
               WHERE is_met AND candidate_id IN (SELECT value FROM json_each(?1))""",
            (json.dumps(sorted(owns)),),
        )
        return frozenset(id for (id,) in rows)

    # Writing

    def start(
        self,
        record_id: str,
        candidate_id: str,
        decide: Callable[[Sequence[Engagement]], Step],
        actor: Actor,
        at: datetime,
    ) -> Engagement:
        """A new engagement of a pair, unless `decide` raises what forbids it, given those of the pair so far."""
        with self._database.preparing():
            step = decide(self.all(Viewer("officer"), pair=(record_id, candidate_id)))
            id = secrets.token_hex(6)
            self._database.change(
                "INSERT INTO engagements VALUES (?, ?, ?, 'suggested', 0, NULL, ?)",
                (id, record_id, candidate_id, at.isoformat(timespec="seconds")),
            )
            begun = Engagement(id, record_id, candidate_id, "suggested", False, None, "")
            return self._append(begun, lambda _: step, actor, at)

    def append(
        self, id: str, viewer: Viewer, decide: Decide, actor: Actor, at: datetime, content: bytes | None = None
    ) -> Engagement:
        """Add the event on which `decide` decides, given all events so far; nobody adds another in between. Raises what
        `decide` raises, and UnknownEngagement. `content` is that of the step's attachment."""
        with self._database.preparing():
            return self._append(self.get(id, viewer), decide, actor, at, content)

    def _append(
        self, engagement: Engagement, decide: Decide, actor: Actor, at: datetime, content: bytes | None = None
    ) -> Engagement:
        id, moment = engagement.id, at.isoformat(timespec="seconds")
        note_changed(id, engagement.record_id, engagement.candidate_id)
        step = decide(tuple(self._all_events(id)))
        judgement = self._judge(engagement, step, at)
        self._database.change(
            """INSERT INTO engagement_events (engagement_id, happened_at, act, party, side, actor, by_name, text, day,
               undoes, judgement_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                *(id, moment, step.act, step.party, step.side, actor.id, actor.name, step.text),
                *(step.day.isoformat() if step.day else None, step.undoes, judgement),
            ),
        )
        (number,) = self._database.row("SELECT last_insert_rowid()")
        if step.attachment and content is not None:
            self.files.put(number, step.attachment, content)
        self._database.change(
            "UPDATE engagements SET stage = ?, is_met = ?, until = ?, changed_at = ? WHERE id = ?",
            (step.stage, step.is_met, step.until.isoformat() if step.until else None, moment, id),
        )
        return Engagement(
            id, engagement.record_id, engagement.candidate_id, step.stage, step.is_met, step.until, moment
        )

    def _all_events(self, id: str) -> Iterator[Event]:
        rows = self._database.rows(f"{_EVENT} AND e.id = ?3 ORDER BY v.id", (True, "[]", id))
        return (_event(*row[:-2]) for row in rows)

    def _judge(self, engagement: Engagement, step: Step, at: datetime) -> int | None:
        """The judgement that the step implies. One is only taken back while it is what was said last of the pair."""
        if step.verdict is None:
            return None
        record_id, candidate_id = engagement.record_id, engagement.candidate_id
        if step.verdict == "undo":
            # Of an engagement whose sides changed places since, it was said the other way round.
            said = [*self._judgements.current(record_id), *self._judgements.current(candidate_id)]
            held = next((one for one in said if one.id == step.judgement_id), None)
            if held is None:
                return None
            record_id, candidate_id = held.record_id, held.candidate_id
        self._judgements.append(record_id, candidate_id, step.verdict, step.text, at)
        return self._judgements.last

    # Erasing

    def forget(self, ids: Sequence[str]) -> None:
        """Erase the engagements of these records, on either side. Inside a transaction; `files.sweep` erases what was
        attached, once that is committed."""
        self._database.change(
            """DELETE FROM engagements WHERE record_id IN (SELECT value FROM json_each(?1))
               OR candidate_id IN (SELECT value FROM json_each(?1))""",
            (json.dumps(list(ids)),),
        )

    def forget_actor(self, actor_id: str) -> None:
        """Erase the name of an account that is erased, and the contacts that it gave; what it did stays, done by nobody
        in particular. Inside a transaction."""
        written = self._database.rows(
            "SELECT id, text FROM engagement_events WHERE actor = ? AND text IS NOT NULL", (actor_id,)
        )
        for id, text in list(written):
            self._database.change("UPDATE engagement_events SET text = ? WHERE id = ?", (mask_personal(text), id))
        self._database.change("UPDATE engagement_events SET actor = '', by_name = '' WHERE actor = ?", (actor_id,))


def _asking(viewer: Viewer) -> tuple[bool, str]:
    return viewer.sees_all, json.dumps(sorted(viewer.owns))


def _engagement(
    id: str, record_id: str, candidate_id: str, stage: Stage, is_met: int, until: str | None, changed_at: str
) -> Engagement:
    return Engagement(
        id, record_id, candidate_id, stage, bool(is_met), date.fromisoformat(until) if until else None, changed_at
    )


def _without_contacts(event: Event) -> Event:
    return replace(event, text=mask_personal(event.text)) if event.text else event


def _event(
    id: int,
    happened_at: str,
    act: Act,
    party: Party,
    side: Side | None,
    actor: str,
    by: str,
    text: str | None,
    day: str | None,
    undoes: int | None,
    judgement_id: int | None,
    *attached: Any,
) -> Event:
    attachment = Attachment(*attached) if attached[0] is not None else None
    on = date.fromisoformat(day) if day else None
    return Event(id, happened_at, act, party, side, actor, by, text, on, undoes, judgement_id, attachment)
