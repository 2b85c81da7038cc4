"""The page of declarations: relations, sanctions and conflicts listed, added and forgotten, for officers only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.addresses import declarations_href, record_href
from api.catalogue import fill
from api.councils.declaration_files import read_day, read_kind, read_party
from api.councils.declarations import declare, forget_declaration, list_declarations
from api.councils.identities import list_answers, take_back
from api.councils.labels import RELATION
from api.councils.printing import show_day
from api.councils.shaping import show_declarations
from api.live_workspace import Server
from api.pages.rendering import render
from api.routes.declarations import AtDeclarationsServer
from api.routes.parameters import AtWritingServer, Number
from index import Declaration, Party
from ingest import N_, BanhaError

router = APIRouter()
_PATH = declarations_href()
_FIELDS = ("kind", "of", "organisation", "to", "other_organisation", "evidence", "since", "until", "by")
_Field = Annotated[str, Form(max_length=2000)]


@router.get(_PATH)
def show_page(request: Request, server: AtDeclarationsServer) -> Response:
    return _show(request, server, {})


@router.post(_PATH)
def add(
    request: Request,
    server: AtWritingServer,
    kind: _Field = "",
    of: _Field = "",
    organisation: _Field = "",
    to: _Field = "",
    other_organisation: _Field = "",
    evidence: _Field = "",
    since: _Field = "",
    until: _Field = "",
    by: _Field = "",
) -> Response:
    """What cannot be declared is shown again as it was filled in, with what is wrong."""
    index = server.live.current.index
    said = (kind, of, organisation, to, other_organisation, evidence, since, until, by)
    try:
        one = Declaration(
            read_kind(kind),
            read_party(index, of, organisation) or Party(),
            read_party(index, to, other_organisation),
            evidence,
            read_day(since),
            read_day(until),
        )
        declare(index, [one], by.strip() or server.translate(N_("an officer, on the page")))
    except BanhaError as error:
        problem = fill(server.translate(error.message), error.params)
        return _show(request, server, dict(zip(_FIELDS, said, strict=True)), problem)
    return RedirectResponse(_PATH, 303)


@router.post(f"{_PATH}/bo")
def forget(server: AtWritingServer, number: Annotated[Number, Form()]) -> Response:
    forget_declaration(server.live.current.index, number)
    return RedirectResponse(_PATH, 303)


@router.post(f"{_PATH}/tra-loi/bo")
def take_answer_back(server: AtWritingServer, number: Annotated[Number, Form()]) -> Response:
    take_back(server.live.current.index, number)
    return RedirectResponse(_PATH, 303)


def _show(request: Request, server: Server, filled: Mapping[str, str], problem: str | None = None) -> Response:
    index = server.live.current.index
    values = {
        "declarations": show_declarations(list_declarations(index)).declarations,
        "answers": list_answers(index, server.translate).answers,
        "kinds": {kind: server.translate(label) for kind, label in RELATION.items()},
        "filled": {field: filled.get(field, "") for field in _FIELDS},
        "problem": problem,
        "path": _PATH,
        "href": record_href,
        "day_of": partial(show_day, translate=server.translate),
    }
    return render(request, "declarations.html", 422 if problem else 200, values, "/api/v1/declarations")
