"""Councils for a task, and the relations and sanctions that officers declare: for officers only."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

import index
from api.council_document import write_document
from api.council_schemas import Council, Declarations, Party
from api.council_shaping import show_council, show_declarations, tell_exclusion
from api.councils import (
    declare,
    forget_declaration,
    known_rules,
    list_declarations,
    propose,
    read_previous,
    read_wanted,
)
from api.exports import MEDIA_TYPES
from api.live_workspace import Server
from api.routes.parameters import AtWritingServer
from index import DeclarationKind
from matcher.councils import Asked, BadExclusion
from matcher.rulesets import Purpose

router = APIRouter(tags=["councils"])
_MOST_NAMED = 50


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


AskedFor = Annotated[Asking, Query()]


class Declared(BaseModel):
    """A relation or sanction; `of` is the spouse, parent, child, sibling or adviser of `to`."""

    model_config = ConfigDict(extra="forbid")

    kind: DeclarationKind
    of: Party
    to: Party | None = None
    evidence: str
    since: date | None = None
    until: date | None = None
    declared_by: str = "http"


@router.get("/records/{id:path}/council.docx", response_class=Response)
def export_council(server: AtWritingServer, id: str, asked: AskedFor) -> Response:
    """The same as a text document."""
    content = write_document(compute_council(server, id, asked), server.translate)
    name = f"banha-{re.sub('[^A-Za-z0-9.-]', '_', id)[:60]}-{asked.purpose}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[".docx"], headers=headers)


@router.get("/records/{id:path}/council")
def get_council(server: AtWritingServer, id: str, asked: AskedFor) -> Council:
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
    return show_council(found, workspace.versions, server.translate)


@router.get("/declarations")
def get_declarations(server: AtWritingServer) -> Declarations:
    """Everything that is declared, in the order in which it was."""
    return show_declarations(list_declarations(server.live.current.index))


@router.post("/declarations", status_code=201)
def post_declaration(server: AtWritingServer, declared: Declared) -> Declarations:
    """Remember a relation or sanction. Answers with all."""
    here = server.live.current.index
    of = index.Party(**declared.of.model_dump())
    to = index.Party(**declared.to.model_dump()) if declared.to else None
    one = index.Declaration(declared.kind, of, to, declared.evidence, declared.since, declared.until)
    declare(here, [one], declared.declared_by)
    return show_declarations(list_declarations(here))


@router.delete("/declarations/{number}", status_code=204)
def delete_declaration(server: AtWritingServer, number: int) -> Response:
    """Forget a declaration. 422 when there is none of this number."""
    forget_declaration(server.live.current.index, number)
    return Response(status_code=204)
