"""Engagements on the terminal: the board, and one with its timeline."""

from __future__ import annotations

from api.catalogue import Translate, fill, say_day
from api.engagements.labels import DO, DONE, GONE_RECORD, HIDDEN_RECORD, PARTY, SIDE, STATE
from api.engagements.schemas import Board, EngagedSide, EngagementEvent, EngagementHead, EngagementTimeline
from api.printing import as_text
from api.terminal import open_console
from index.engagements import Act, Side
from ingest import N_


def name_side(side: EngagedSide, translate: Translate) -> str:
    """The title of a side's record, or that it is hidden or gone."""
    if side.title:
        return side.title
    return side.name or translate(HIDDEN_RECORD if side.kind else GONE_RECORD)


def name_act(act: Act, side: Side | None, translate: Translate) -> str:
    """What is done, and for which side where that must be said."""
    name = translate(DO[act])
    return f"{name} – {translate(SIDE[side])}" if side else name


def tell_event(event: EngagementEvent, translate: Translate) -> str:
    """What a party did; of what a side told the office, that side, and that the office wrote it down."""
    is_told = event.party == "officer" and event.side is not None and event.act != "undo"
    who = event.side if is_told and event.side else event.party
    told = translate(N_(" (written down by the office)")) if is_told else ""
    why = translate(N_(", for it does not fit")) if event.is_unfit else ""
    return f"{translate(PARTY[who])} {translate(DONE[event.act])}{why}{told}{_tell_day(event, translate)}"


def _tell_day(event: EngagementEvent, translate: Translate) -> str:
    if event.day is None:
        return ""
    template = N_(", for {day}") if event.act == "remind" else N_(", awaited until {day}")
    return fill(translate(template), {"day": say_day(event.day, translate)})


def print_board(board: Board, translate: Translate) -> None:
    console = open_console()
    if not board.engagements:
        console.print(translate(N_("There are no engagements here yet.")))
    for one in board.engagements:
        for line in _head_lines(one, translate):
            console.print(as_text(line), soft_wrap=True)


def print_timeline(timeline: EngagementTimeline, translate: Translate) -> None:
    console = open_console()
    lines = list(_head_lines(timeline, translate))
    for event in timeline.events:
        who = f" · {event.by}" if event.by else ""
        lines.append(f"{event.at} · {tell_event(event, translate)}{who}")
        lines += [f"    {line}" for line in (event.text or "").splitlines()]
        if event.attachment:
            lines.append(f"    {event.attachment.name} ({event.attachment.sha256[:12]})")
    may = dict.fromkeys(f"{one.act} ({translate(DO[one.act])})" for one in timeline.possible)
    if may:
        lines.append(fill(translate(N_("Possible now: {moves}")), {"moves": ", ".join(may)}))
    for line in lines:
        console.print(as_text(line), soft_wrap=True)


def _head_lines(one: EngagementHead, translate: Translate) -> list[str]:
    pair = f"{name_side(one.record, translate)} ↔ {name_side(one.candidate, translate)}"
    until = fill(translate(N_(", awaited until {day}")), {"day": say_day(one.until, translate)}) if one.until else ""
    due = [
        fill(
            translate(N_("Reminder of {day}: {text}")), {"day": say_day(reminder.on, translate), "text": reminder.text}
        )
        for reminder in one.due
    ]
    return [f"{one.id} · {translate(STATE[one.state])}{until}", f"    {pair}", *(f"    {line}" for line in due)]
