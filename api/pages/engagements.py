"""The pages of engagements: the board, and one with its timeline and what may be done; they work without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import takewhile
from typing import Annotated, Any, cast, get_args

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from api.acting import acting
from api.addresses import engagement_href, record_href
from api.catalogue import Translate, explain, say_day
from api.councils.declaration_files import read_day
from api.councils.printing import show_day
from api.engagements.attached import LARGEST_MB, SUFFIXES
from api.engagements.labels import DO, PARTY, STATE
from api.engagements.printing import name_act, name_side, tell_event
from api.engagements.schemas import EngagementTimeline, PossibleAct, show_head, show_timeline
from api.engagements.taking import LONGEST_NOTE, attach, do, see_board, see_reminders, see_timeline, start
from api.labels import HOUSE, KIND
from api.live_workspace import Server
from api.outcomes import outcome_of
from api.pages.rendering import render
from api.routes.engagements import download
from api.routes.parameters import AtServer
from index import Actor, UnknownEngagement
from index.engagements import Act, Side
from ingest import BanhaError, FileRefused
from matcher.engagement.moves import MOVES, REASONS, State
from matcher.engagement.stages import Intent

router = APIRouter()
_PATH = "/ket-noi"
_Text = Annotated[str, Form(max_length=4 * LONGEST_NOTE)]


@dataclass(frozen=True, slots=True)
class Lane:
    """The engagements in one state."""

    state: State
    label: str
    count: int
    cards: list[dict[str, Any]]


@router.get(_PATH)
def show_board(
    request: Request,
    server: AtServer,
    ho_so: Annotated[str | None, Query(alias="ho-so")] = None,
) -> Response:
    index, viewer, today = server.live.current.index, server.viewer, date.today()
    seen = see_board(index, viewer, today, record_id=ho_so)
    titles: dict[str, str] = {}
    lanes = []
    for state in get_args(State):
        cards = [_show_card(server, one) for one in seen if one.state == state]
        if cards:
            lanes.append(Lane(state, server.translate(STATE[state]), len(cards), cards))
        titles.update({card["id"]: f"{card['record']} ↔ {card['candidate']}" for card in cards})
    reminders = [
        {
            "href": engagement_href(one.engagement_id),
            "pair": titles[one.engagement_id],
            "day": one.day,
            "text": one.text,
            "is_due": one.day <= today,
        }
        for one in see_reminders(index, viewer)
        if one.engagement_id in titles
    ]
    values = {
        "lanes": lanes,
        "reminders": reminders,
        "is_narrowed": ho_so is not None,
        "day_of": partial(show_day, translate=server.translate),
    }
    return render(request, "engagements.html", 200, values, twin="/api/v1/engagements")


def _show_card(server: Server, seen: Any) -> dict[str, Any]:
    head = show_head(seen)
    return {
        "id": head.id,
        "href": engagement_href(head.id),
        "record": name_side(head.record, server.translate),
        "candidate": name_side(head.candidate, server.translate),
        "until": head.until,
        "changed_at": head.changed_at,
        "is_met": head.is_met,
        "due": len(head.due),
    }


@router.post(_PATH)
def begin(server: AtServer, record: Annotated[str, Form()], candidate: Annotated[str, Form()]) -> Response:
    """Suggest a candidate; a side that does so says at once that it is interested."""
    index, actor, today = server.live.current.index, acting(server), date.today()
    known = server.live.current.index.store.engagements.all(server.viewer, pair=(record, candidate))
    if known and known[0].stage not in ("declined", "handed_over"):
        return RedirectResponse(engagement_href(known[0].id), 303)
    one = start(index, record, candidate, actor, server.viewer, today)
    if not server.viewer.sees_all and len(one.own_sides(server.viewer)) == 1:
        do(index, one.id, Intent("interest"), actor, server.viewer, today)
    return RedirectResponse(engagement_href(one.id), 303)


@router.get(f"{_PATH}/{{id}}")
def show_one(request: Request, server: AtServer, id: str) -> Response:
    return _show(request, server, id)


@router.post(f"{_PATH}/{{id}}/buoc")
def make_move(
    request: Request,
    server: AtServer,
    id: str,
    what: Annotated[str, Form()],
    text: _Text = "",
    ground: Annotated[str, Form()] = "",
) -> Response:
    """`what` is a move, with a colon and the side where an officer writes down what it told; `ground` is that of
    declining: `unfit` or another."""
    act, _, side = what.partition(":")
    named: Side | None = "record" if side == "record" else "candidate" if side == "candidate" else None
    if act not in DO or act == "undo":
        raise UnknownEngagement(id)
    return _do(request, server, id, Intent(cast(Act, act), named, text, is_unfit=ground == "unfit"))


@router.post(f"{_PATH}/{{id}}/hoan-tac")
def undo(request: Request, server: AtServer, id: str) -> Response:
    return _do(request, server, id, Intent("undo"))


@router.post(f"{_PATH}/{{id}}/ghi-chu")
def note(request: Request, server: AtServer, id: str, text: _Text = "") -> Response:
    return _do(request, server, id, Intent("note", text=text))


@router.post(f"{_PATH}/{{id}}/nhac")
def remind(request: Request, server: AtServer, id: str, day: Annotated[str, Form()] = "", text: _Text = "") -> Response:
    return _try(
        request, server, id, lambda actor: _perform(server, id, Intent("remind", text=text, day=read_day(day)), actor)
    )


@router.post(f"{_PATH}/{{id}}/nhac/xong")
def settle(request: Request, server: AtServer, id: str, number: Annotated[int, Form()]) -> Response:
    return _do(request, server, id, Intent("settle", of=number))


@router.post(f"{_PATH}/{{id}}/han")
def extend(request: Request, server: AtServer, id: str, day: Annotated[str, Form()] = "") -> Response:
    return _try(request, server, id, lambda actor: _perform(server, id, Intent("extend", day=read_day(day)), actor))


@router.post(f"{_PATH}/{{id}}/tep")
def attach_file(request: Request, server: AtServer, id: str, file: Annotated[UploadFile, File()]) -> Response:
    content = file.file.read(LARGEST_MB * 1_000_000 + 1)
    index, limit = server.live.current.index, server.settings.max_upload_mb
    return _try(
        *(request, server, id),
        lambda actor: attach(index, id, file.filename, content, limit, actor, server.viewer, date.today()),
    )


@router.get(f"{_PATH}/{{id}}/tep/{{number}}")
def get_file(server: AtServer, id: str, number: int) -> Response:
    return download(server, id, number)


def _perform(server: Server, id: str, intent: Intent, actor: Actor) -> object:
    return do(server.live.current.index, id, intent, actor, server.viewer, date.today())


def _do(request: Request, server: Server, id: str, intent: Intent) -> Response:
    return _try(request, server, id, lambda actor: _perform(server, id, intent, actor))


def _try(request: Request, server: Server, id: str, perform: Any) -> Response:
    """What cannot be done is said above the engagement as it stands."""
    try:
        perform(acting(server))
    except UnknownEngagement:
        raise
    except BanhaError as error:
        told = error.problem if isinstance(error, FileRefused) else error
        return _show(request, server, id, explain(told, server.translate), outcome_of(error).status)
    return RedirectResponse(engagement_href(id), 303)


def _show(request: Request, server: Server, id: str, problem: str | None = None, status: int = 200) -> Response:
    translate = server.translate
    shown = show_timeline(see_timeline(server.live.current.index, id, server.viewer, date.today()))
    own = [one for one in shown.possible if not one.is_told]
    buttons = [one for one in own if one.act not in ("decline", "extend", "undo", "withdraw")]
    told = [one for one in shown.possible if one.is_told]
    values = {
        "one": shown,
        "path": engagement_href(id),
        "state": translate(STATE[shown.state]),
        "sides": [_show_side(server, shown, side) for side in ("record", "candidate")],
        "buttons": [(_value(one), name_act(one.act, one.side, translate), translate(one.because)) for one in buttons],
        "withdrawals": [(_value(one), name_act(one.act, one.side, translate)) for one in own if one.act == "withdraw"],
        "told": [(_value(one), name_act(one.act, one.side, translate)) for one in told],
        "may": {one.act for one in own},
        "is_back": _is_taken_back(shown),
        "why_decline": translate(REASONS["decline"]),
        "events": [(event, tell_event(event, translate)) for event in shown.events],
        "parties": {party: translate(label) for party, label in PARTY.items()},
        "accept": ",".join(SUFFIXES),
        "problem": problem,
        "moment_of": partial(_show_moment, server.translate),
        "longest": LONGEST_NOTE,
        "today": date.today(),
    }
    return render(request, "engagement.html", status, values, twin=f"/api/v1/engagements/{shown.id}")


def _is_taken_back(shown: EngagementTimeline) -> bool:
    """Whether the last move was taken back, and so comes back when that is taken back."""
    steps = [event.act == "undo" for event in shown.events if event.act in (*MOVES, "undo")]
    return sum(1 for _ in takewhile(bool, reversed(steps))) % 2 == 1


def _show_moment(translate: Translate, written: str) -> str:
    """The day and, as the clock of this computer says it, the minute."""
    moment = datetime.fromisoformat(written).astimezone()
    return f"{say_day(moment, translate)}, {moment:%H:%M}"


def _value(one: PossibleAct) -> str:
    return f"{one.act}:{one.side}" if one.side else one.act


def _show_side(server: Server, shown: EngagementTimeline, side: Any) -> dict[str, Any]:
    translate = server.translate
    seen = shown.record if side == "record" else shown.candidate
    return {
        "label": translate(PARTY[side]),
        "kind": seen.kind,
        "kind_label": translate(KIND[seen.kind]) if seen.kind else "",
        "house": translate(HOUSE[seen.house]) if seen.house else "",
        "title": name_side(seen, translate),
        "href": record_href(seen.id) if seen.id else None,
        "name": seen.name if seen.name and seen.name != seen.title else None,
        "is_masked": seen.is_masked,
        "is_public": seen.id is not None and server.live.current.index.store.get(seen.id).visibility == "public",
        "has_consented": side in shown.consents,
        "is_own": side in shown.own_sides,
    }
