"""What people do with a pairing: a board, a timeline, moves, notes, files and reminders, each as the viewer may."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, File, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict

from api.acting import acting
from api.engagements.attached import LARGEST_MB, MEDIA_TYPES
from api.engagements.schemas import Board, EngagementTimeline, show_board, show_timeline
from api.engagements.taking import attach, do, read_attachment, see_board, see_reminders, see_timeline, start
from api.live_workspace import Server
from api.routes.parameters import AtServer
from index.engagements import Side
from matcher.engagement.moves import State
from matcher.engagement.stages import Intent

router = APIRouter(prefix="/engagements", tags=["engagements"])


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Started(_Said):
    """That a candidate is suggested to a record; an answer is awaited until a day, if one is named. The need or task of
    the two is the side that asks, also where it is named as the candidate."""

    record: str
    candidate: str
    until: date | None = None


class Moved(_Said):
    """`side` where an officer writes down what it told, or where the viewer owns both; `text` is the reason.
    `is_unfit`, of declining: that the two do not fit, from which the ranking learns; else it is something else."""

    act: Literal["interest", "shortlist", "agree", "task", "accept", "hand_over", "decline", "consent", "withdraw"]
    side: Side | None = None
    text: str | None = None
    is_unfit: bool = False


class Noted(_Said):
    text: str


class Reminding(_Said):
    on: date
    text: str


class Extended(_Said):
    until: date | None


@router.get("")
def get_engagements(
    server: AtServer, state: Annotated[State | None, Query()] = None, record: Annotated[str | None, Query()] = None
) -> Board:
    """The engagements that the viewer sees, those with a due reminder first, and the viewer's reminders."""
    index, viewer = server.live.current.index, server.viewer
    return show_board(see_board(index, viewer, date.today(), state, record), see_reminders(index, viewer))


@router.post("", status_code=201)
def post_engagement(server: AtServer, started: Started) -> EngagementTimeline:
    """Suggest a candidate: officers do, and the owners of either record."""
    index = server.live.current.index
    one = start(index, started.record, started.candidate, acting(server), server.viewer, date.today(), started.until)
    return _show(server, one.id)


@router.get("/{id}")
def get_engagement(server: AtServer, id: str) -> EngagementTimeline:
    return _show(server, id)


@router.post("/{id}/moves", status_code=201)
def post_move(server: AtServer, id: str, moved: Moved) -> EngagementTimeline:
    """A move, a consent, or its withdrawal; `possible` of the engagement says which can be made."""
    return _do(server, id, Intent(moved.act, moved.side, moved.text, is_unfit=moved.is_unfit))


@router.post("/{id}/undo", status_code=201)
def post_undo(server: AtServer, id: str) -> EngagementTimeline:
    """Take the last move back, or bring it back when it was taken back; nothing is erased."""
    return _do(server, id, Intent("undo"))


@router.post("/{id}/notes", status_code=201)
def post_note(server: AtServer, id: str, noted: Noted) -> EngagementTimeline:
    return _do(server, id, Intent("note", text=noted.text))


@router.post("/{id}/reminders", status_code=201)
def post_reminder(server: AtServer, id: str, reminding: Reminding) -> EngagementTimeline:
    """A reminder for the viewer's own party."""
    return _do(server, id, Intent("remind", text=reminding.text, day=reminding.on))


@router.delete("/{id}/reminders/{number}")
def delete_reminder(server: AtServer, id: str, number: int) -> EngagementTimeline:
    """Settle a reminder."""
    return _do(server, id, Intent("settle", of=number))


@router.put("/{id}/until")
def put_until(server: AtServer, id: str, extended: Extended) -> EngagementTimeline:
    """Until when an answer is awaited; null: without end."""
    return _do(server, id, Intent("extend", day=extended.until))


@router.post("/{id}/attachments", status_code=201)
def post_attachment(server: AtServer, id: str, file: Annotated[UploadFile, File()]) -> EngagementTimeline:
    content = file.file.read(LARGEST_MB * 1_000_000 + 1)
    index, limit = server.live.current.index, server.settings.max_upload_mb
    attach(index, id, file.filename, content, limit, acting(server), server.viewer, date.today())
    return _show(server, id)


@router.get("/{id}/attachments/{number}", response_class=Response)
def get_attachment(server: AtServer, id: str, number: int) -> Response:
    """The file that was attached by the event of this number."""
    return download(server, id, number)


def download(server: Server, id: str, number: int) -> Response:
    """The file to be saved, never opened as a page of this server."""
    attachment, content = read_attachment(server.live.current.index, id, number, server.viewer)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}"}
    return Response(content, media_type=MEDIA_TYPES[attachment.format], headers=headers)


def _do(server: Server, id: str, intent: Intent) -> EngagementTimeline:
    do(server.live.current.index, id, intent, acting(server), server.viewer, date.today())
    return _show(server, id)


def _show(server: Server, id: str) -> EngagementTimeline:
    return show_timeline(see_timeline(server.live.current.index, id, server.viewer, date.today()))
