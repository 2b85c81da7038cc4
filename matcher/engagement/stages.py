"""Engagement: what its events add up to, and who may do what next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index import Verdict
from index.attachments import Attachment
from index.engagements import SIDES, Act, Event, Party, Side, Stage, Step
from ingest import N_, BanhaError
from matcher.engagement.moves import BESIDE, MOVES, OPEN, REASONS, SIDE_PARTIES, WAITING, Move, State


class BadMove(BanhaError):
    """What was asked for cannot be done with the engagement as it stands."""


class NotTheirMove(BadMove):
    """Somebody else may do this."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the events of an engagement add up to. `steps` are the moves that stand; `before` are those that stood
    before the last move or undo, which another undo brings back. `judged` is the judgement that `last` wrote, as long
    as it was not taken back."""

    steps: tuple[Event, ...] = ()
    before: tuple[Event, ...] = ()
    last: Event | None = None
    toggled: Event | None = None
    judged: int | None = None
    consents: frozenset[Side] = frozenset()
    until: date | None = None

    @property
    def stage(self) -> Stage:
        stage: Stage = "suggested"
        for event in self.steps:
            move = MOVES[event.act]
            if not move.takes_both or self.said(event.act) == frozenset(SIDES):
                stage = move.to
        return stage

    @property
    def is_met(self) -> bool:
        """Whether both sides have consented to be named."""
        return self.consents == frozenset(SIDES)

    def said(self, act: Act) -> frozenset[Side]:
        """The sides that made this move."""
        return frozenset(event.side for event in self.steps if event.act == act and event.side)

    def state(self, today: date) -> State:
        return state_on(self.stage, self.until, today)


def state_on(stage: Stage, until: date | None, today: date) -> State:
    """The stage, or that it has expired: an answer was awaited until a day that is past."""
    return "expired" if stage in WAITING and until is not None and until < today else stage


def replay(events: Sequence[Event]) -> Situation:
    """What the events add up to, in their order."""
    situation = Situation()
    for event in events:
        situation = _add(situation, event)
    return situation


def _add(now: Situation, event: Event) -> Situation:
    if event.act in MOVES:
        return replace(
            now,
            steps=(*now.steps, event),
            before=now.steps,
            last=event,
            toggled=event,
            judged=event.judgement_id,
        )
    if event.act == "undo":
        # What an undo writes of the pair is the judgement brought back, else that one was taken back.
        is_back = len(now.before) > len(now.steps)
        judged = event.judgement_id if is_back else None
        return replace(now, steps=now.before, before=now.steps, last=event, judged=judged)
    if event.act == "consent" and event.side:
        return replace(now, consents=now.consents | {event.side})
    if event.act == "withdraw" and event.side:
        return replace(now, consents=now.consents - {event.side})
    return replace(now, until=event.day) if event.act in ("start", "extend") else now


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants to do: for a `side`, where an officer was told or an owner of both must say; `of` is the
    reminder to settle; `is_unfit` says that the reason to decline is that the two do not fit."""

    act: Act
    side: Side | None = None
    text: str | None = None
    day: date | None = None
    of: int | None = None
    attachment: Attachment | None = None
    is_unfit: bool = False


def decide(
    events: Sequence[Event],
    intent: Intent,
    parties: Collection[Party],
    represented: Collection[Side],
    today: date,
) -> Step:
    """The step that the intent is, for somebody who is these parties. An officer may write down what a side has said
    that is not `represented` by an account of its own, with how it was told.

    Raises BadMove for what is impossible now, NotTheirMove for what others may do.
    """
    now = replay(events)
    if intent.act == "undo":
        return _undo(now, parties, today)
    party, side = _who(intent, parties, represented)
    if intent.act in MOVES:
        _check_move(now, MOVES[intent.act], side, intent, today)
    else:
        _check_beside(now, events, party, side, intent, today)
    event = Event(0, "", intent.act, party, side, "", "", intent.text, intent.day, intent.of)
    then = _add(now, event)
    return Step(
        *(intent.act, party, side, then.stage, then.is_met, then.until),
        text=intent.text,
        day=intent.day,
        undoes=intent.of,
        verdict=_verdict_of(intent),
        attachment=intent.attachment,
    )


def _verdict_of(done: Intent | Event) -> Verdict | None:
    """What a move says of the pair. Who declines for want of time or money says nothing of how well they fit."""
    if done.act == "decline":
        return "unfit" if done.is_unfit else None
    return MOVES[done.act].verdict if done.act in MOVES else None


def _who(intent: Intent, parties: Collection[Party], represented: Collection[Side]) -> tuple[Party, Side | None]:
    """The party that does it, and the side for which it counts."""
    may = MOVES[intent.act].parties if intent.act in MOVES else BESIDE[intent.act][0]
    own = [side for side in SIDES if side in parties and side in may]
    if intent.side is not None:
        if intent.side in own:
            return intent.side, intent.side
        if "officer" in parties and intent.side in may and intent.act in (*MOVES, "consent", "withdraw"):
            return _told(intent, intent.side, represented)
        raise NotTheirMove(REASONS[intent.act])
    if "officer" in parties and "officer" in may:
        return "officer", None
    if len(own) == 1:
        return own[0], own[0]
    if own or ("officer" in parties and may & SIDE_PARTIES):
        raise BadMove(N_("Say for which side this is: record or candidate."))
    raise NotTheirMove(REASONS[intent.act])


def _told(intent: Intent, side: Side, represented: Collection[Side]) -> tuple[Party, Side]:
    if side in represented:
        raise NotTheirMove(N_("This side has an account of its own here and says so itself."))
    if not intent.text:
        raise BadMove(N_("Say how the side told you: the letter, the call, the day."))
    return "officer", side


def _check_move(now: Situation, move: Move, side: Side | None, intent: Intent, today: date) -> None:
    if now.state(today) == "expired":
        raise BadMove(N_("Nobody answered in time; set a new date first."))
    if now.stage not in move.sources:
        raise BadMove(N_("This cannot be done at the stage that the engagement has reached."))
    if move.needs_reason and not intent.text:
        raise BadMove(N_("Say why, in a few words."))
    is_side_speaking = side is not None and move.act in ("interest", "agree")
    if is_side_speaking and side in now.said(move.act):
        raise BadMove(N_("This side has said so already."))


def _check_beside(
    now: Situation, events: Sequence[Event], party: Party, side: Side | None, intent: Intent, today: date
) -> None:
    if (intent.act == "start") == bool(events):
        raise BadMove(N_("An engagement begins once."))
    if intent.act == "consent":
        if now.state(today) not in OPEN | {"handed_over"}:
            raise BadMove(N_("The engagement has ended; there is nobody to meet."))
        if side in now.consents:
            raise BadMove(N_("This side has consented already."))
    elif intent.act == "withdraw" and side not in now.consents:
        raise BadMove(N_("This side has not consented."))
    elif intent.act == "extend" and now.stage not in WAITING:
        raise BadMove(N_("No answer is awaited any more."))
    elif intent.act in ("note", "remind") and not intent.text:
        raise BadMove(N_("There is nothing written."))
    elif intent.act == "settle":
        _check_settling(events, party, intent.of)
    if intent.act in ("start", "extend", "remind") and intent.day is not None and intent.day < today:
        raise BadMove(N_("The day {day:%-d %B %Y} is past."), day=intent.day)
    if intent.act == "remind" and intent.day is None:
        raise BadMove(N_("Say on which day to remind."))


def _check_settling(events: Sequence[Event], party: Party, of: int | None) -> None:
    found = next((event for event in events if event.id == of and event.act == "remind"), None)
    if found is None or any(event.act == "settle" and event.undoes == of for event in events):
        raise BadMove(N_("There is no such reminder."))
    if found.party != party:
        raise NotTheirMove(REASONS["settle"])


def _undo(now: Situation, parties: Collection[Party], today: date) -> Step:
    """The last move taken back, or brought back when it was."""
    move = now.toggled
    if move is None or now.last is None:
        raise BadMove(N_("There is nothing to take back."))
    if move.party not in parties:
        raise NotTheirMove(REASONS["undo"])
    is_back = len(now.before) > len(now.steps)
    if is_back and now.state(today) == "expired":
        raise BadMove(N_("Nobody answered in time; set a new date first."))
    then = _add(now, Event(0, "", "undo", move.party, move.side, "", ""))
    verdict = _verdict_of(move)
    return Step(
        *("undo", move.party, move.side, then.stage, then.is_met, then.until),
        text=move.text if is_back and verdict else None,
        undoes=now.last.id,
        verdict=verdict if is_back else "undo" if verdict and now.judged is not None else None,
        judgement_id=now.judged,
    )


def awaited(events: Sequence[Event], today: date) -> tuple[tuple[Party, Act], ...]:
    """Whose move is looked for, and which: a side that has not answered yet, or the office. What anybody may do at any
    time, as stepping back, is looked for from nobody."""
    now = replay(events)
    state = now.state(today)
    others: dict[Side, Side] = {"record": "candidate", "candidate": "record"}
    found: list[tuple[Party, Act]] = []
    for act, move in MOVES.items():
        if state not in move.sources or act == "decline":
            continue
        if act in ("interest", "agree"):
            found += [(side, act) for side in SIDES if side not in now.said(act)]
        else:
            found.append(("record" if "record" in move.parties else "officer", act))
    if state in OPEN | {"handed_over"}:
        found += [(side, "consent") for side in SIDES if side not in now.consents and others[side] in now.consents]
    return tuple(found)


def possible(
    events: Sequence[Event], parties: Collection[Party], represented: Collection[Side], today: date
) -> list[tuple[Act, Side | None, bool]]:
    """What somebody who is these parties may do next beside writing: (act, side to be named, whether an officer writes
    down what that side has told)."""
    found: list[tuple[Act, Side | None, bool]] = []
    for act in (*MOVES, "consent", "withdraw", "extend", "undo"):
        sides: tuple[Side | None, ...] = (None, *SIDES)
        for side in sides:
            if side is None or act != "undo":
                try:
                    step = decide(events, Intent(act, side, "…"), parties, represented, today)
                except BadMove:
                    continue
                is_told = step.party == "officer" and step.side is not None and act != "undo"
                # A side that speaks for itself need not be named, unless its owner has both.
                if not any(known[0] == act and known[1] is None and step.side == step.party for known in found):
                    found.append((act, side, is_told))
    return found
