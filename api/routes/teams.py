"""Teams of three houses for a stored need or task, and the assignment of all at once."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.awaiting import WhileAwaited
from api.errors import BadInput
from api.exports import MEDIA_TYPES
from api.library import see_record
from api.live_workspace import Server
from api.routes.parameters import AtServer, Spoken
from api.teams.asking import find_teams, read_range, read_wishes
from api.teams.assignment_schemas import Assignment
from api.teams.assignments import find_assignment
from api.teams.document import write_teams
from api.teams.schemas import Teams
from ingest import N_, Kind
from matcher.teams.assigning import Terms

router = APIRouter(tags=["teams"], dependencies=[WhileAwaited])
_MOST_NAMED = 50
_MOST_ASSIGNED = 100
"""Records to which others are assigned while somebody waits for the answer: some seconds."""
_Short = Annotated[str, Field(max_length=200)]


class AskedTeam(BaseModel):
    """What teams are asked for by. `members` is ``2-4``, `with` takes ``id`` or ``id=role``, `place` a place or
    ``place=role``, `budget` đồng."""

    model_config = ConfigDict(extra="forbid")

    members: _Short = ""
    wanted: list[_Short] = Field([], alias="with", max_length=_MOST_NAMED)
    unwanted: list[_Short] = Field([], alias="without", max_length=_MOST_NAMED)
    same_organisation: int | None = Field(None, ge=1, le=1000)
    place: _Short = ""
    budget: _Short = ""
    load: int | None = Field(None, ge=1, le=1000)
    teams: int = Field(3, ge=1, le=10)


class SpokenTeam(AskedTeam, Spoken):
    """The same as an address has it."""


AskedFor = Annotated[SpokenTeam, Query()]


@router.get("/records/{id:path}/teams.{format}", response_class=Response)
def export_teams(server: AtServer, id: str, format: Literal["docx", "xlsx"], asked: AskedFor) -> Response:
    """The same as a text document, or as a table with a row for each member."""
    content = write_teams(compute_teams(server, id, asked), f".{format}", server.translate, date.today())
    name = f"banha-{re.sub('[^A-Za-z0-9.-]', '_', id)[:60]}-teams.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[f".{format}"], headers=headers)


@router.get("/records/{id:path}/teams")
def get_teams(server: AtServer, id: str, asked: AskedFor) -> Teams:
    """Teams of three houses: who holds which role and why, with quotes, what nobody answers, how good each is; or the
    rules that contradict, or the house that is missing."""
    return compute_teams(server, id, asked)


def compute_teams(server: Server, id: str, asked: AskedTeam) -> Teams:
    """The teams as JSON and page show them."""
    workspace = server.live.current
    wishes = read_wishes(
        asked.members,
        asked.wanted,
        asked.unwanted,
        asked.same_organisation,
        asked.place,
        asked.budget,
        asked.load,
        asked.teams,
    )
    see_record(workspace.index, id, server.viewer)
    record = workspace.index.store.get(id)
    return find_teams(workspace, record, wishes, server.viewer, server.translate, server.settings.lang)


@router.get("/assignment")
def get_assignment(
    server: AtServer,
    kind: Literal["need", "proposal"] = "need",
    to: Kind = "scientist",
    per: Annotated[str, Query(max_length=20)] = "1",
    load: Annotated[int, Query(ge=1, le=1000)] = 2,
    fair: bool = True,
) -> Assignment:
    """All needs (or tasks) with all candidates at once: as many served as can be, the worst-off as well as can be, then
    the greatest total; beside what the strongest pair first would give. Of more than a hundred it is refused: `POST
    /api/v1/jobs` with `{"kind": "assignment", "parameters": {…}}` computes it with progress, and can be cancelled."""
    least, most = read_range(per)
    asking = len(server.live.current.index.candidates([kind], server.viewer).record_ids)
    if asking > _MOST_ASSIGNED:
        raise BadInput(
            N_(
                "An assignment for {count} records takes long; at once it is made for at most {most}. Ask for it as a "
                "job: POST /api/v1/jobs with the kind assignment, or on the page /viec."
            ),
            count=asking,
            most=_MOST_ASSIGNED,
        )
    terms = Terms(least, most, load, fair)
    return find_assignment(server.live.current, kind, to, server.viewer, terms, server.translate)
