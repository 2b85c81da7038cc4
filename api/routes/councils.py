"""Councils for a task: for officers only."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.awaiting import WhileAwaited
from api.councils.asking import known_rules, propose, read_previous, read_wanted
from api.councils.document import write_document
from api.councils.schemas import Council
from api.councils.shaping import show_council, tell_exclusion
from api.exports import MEDIA_TYPES
from api.live_workspace import Server
from api.routes.parameters import Spoken, for_officers
from ingest import N_
from matcher.councils.proposals import Asked, BadExclusion
from matcher.councils.rulesets import Purpose

router = APIRouter(tags=["councils"], dependencies=[WhileAwaited])
_MOST_NAMED = 50
AtCouncilServer = Annotated[
    Server, for_officers(N_("Only officers propose councils: what is declared of persons is shown there."))
]


class Asking(BaseModel):
    """What a council is asked for by."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    on: date | None = None
    size: int | None = Field(None, ge=1, le=100)
    rule: str | None = None
    wanted: list[str] = Field([], alias="with", max_length=_MOST_NAMED)
    unwanted: list[str] = Field([], alias="without", max_length=_MOST_NAMED)
    previous: list[str] = Field([], max_length=_MOST_NAMED)


class SpokenAsking(Asking, Spoken):
    """The same as an address has it."""


AskedFor = Annotated[SpokenAsking, Query()]


@router.get("/records/{id:path}/council.docx", response_class=Response)
def export_council(server: AtCouncilServer, id: str, asked: AskedFor) -> Response:
    """The same as a text document."""
    content = write_document(compute_council(server, id, asked), server.translate)
    name = f"banha-{re.sub('[^A-Za-z0-9.-]', '_', id)[:60]}-{asked.purpose}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[".docx"], headers=headers)


@router.get("/records/{id:path}/council")
def get_council(server: AtCouncilServer, id: str, asked: AskedFor) -> Council:
    """A proposed council for a task or need: seats with reasons, alternates, exclusions with rule and fact, questions.
    `with` takes ``id`` or ``id=role``, `previous` ids or names."""
    return compute_council(server, id, asked)


def compute_council(server: Server, id: str, asked: Asking) -> Council:
    """The council as JSON and page show it."""
    workspace = server.live.current
    members, strangers = read_previous(workspace.index, asked.previous, may_read_files=False)
    wanted = Asked(asked.size, read_wanted(asked.wanted), tuple(asked.unwanted), members, strangers)
    rules = known_rules(server.settings.data)
    day = asked.on or date.today()
    try:
        found = propose(workspace.index, id, asked.purpose, day, wanted, rules, asked.rule)
    except BadExclusion as error:
        raise tell_exclusion(error, server.translate) from error
    return show_council(found, workspace.versions, server.translate, server.settings.lang)
