"""What officers declare of persons, and answer on name twins: for officers only."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

import index
from api.councils.declarations import declare, forget_declaration, list_declarations
from api.councils.identities import answer_question, list_answers, take_back
from api.councils.schemas import Answers, Bearer, Declarations, Party
from api.councils.shaping import show_declarations
from api.live_workspace import Server
from api.routes.parameters import AtWritingServer, Number, for_officers
from index import DeclarationKind
from ingest import N_

router = APIRouter(tags=["councils"])
AtDeclarationsServer = Annotated[Server, for_officers(N_("Only officers see what is declared of persons."))]


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


class Answered(BaseModel):
    """Whether two names mean one person: `asks` of a finding, and the answer."""

    model_config = ConfigDict(extra="forbid")

    one: Bearer
    other: Bearer
    is_same: bool
    answered_by: str = "http"


@router.get("/declarations")
def get_declarations(server: AtDeclarationsServer) -> Declarations:
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
def delete_declaration(server: AtWritingServer, number: Number) -> Response:
    """Forget a declaration. 422 when there is none of this number."""
    forget_declaration(server.live.current.index, number)
    return Response(status_code=204)


@router.get("/identities")
def get_identities(server: AtDeclarationsServer) -> Answers:
    """Every answer to the question whether two names mean one person."""
    return list_answers(server.live.current.index, server.translate)


@router.post("/identities", status_code=201)
def post_identity(server: AtWritingServer, answered: Answered) -> Answers:
    """Remember that two names mean one person, or two. Answers with all."""
    here = server.live.current.index
    one, other = (index.Bearer(**it.model_dump()) for it in (answered.one, answered.other))
    answer_question(here, one, other, answered.is_same, answered.answered_by)
    return list_answers(here, server.translate)


@router.delete("/identities/{number}", status_code=204)
def delete_identity(server: AtWritingServer, number: Number) -> Response:
    """Take an answer back: it is asked again. 422 when there is none of this number."""
    take_back(server.live.current.index, number)
    return Response(status_code=204)
