"""The page of a proposed council: seats with reasons, who is left out by which rule and fact, what to ask first."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.addresses import council_href, declarations_href, record_href
from api.awaiting import WhileAwaited
from api.councils.asking import known_rules
from api.councils.declaration_files import read_day
from api.councils.identities import answer_question, take_back
from api.councils.labels import EXCLUSION, PURPOSE, REPRESENTING, SEAT, say_weight
from api.councils.printing import describe_rules, show_day
from api.councils.schemas import Bearer as AskedBearer
from api.councils.schemas import Fact
from api.library import see_record
from api.pages.records import show_head
from api.pages.rendering import render
from api.routes.councils import Asking, AtCouncilServer, compute_council
from api.routes.parameters import AtWritingServer, Number
from api.wording import Link, Wording
from index import Bearer
from ingest import N_
from matcher.councils.rulesets import PURPOSES, Purpose

router = APIRouter(dependencies=[WhileAwaited])
_Text = Annotated[str, Query(max_length=2000)]


@router.get("/ho-so/{id:path}/hoi-dong")
def show_council(
    request: Request,
    server: AtCouncilServer,
    id: str,
    de: Purpose = "select",
    ngay: _Text = "",
    so: Annotated[str, Query(max_length=3, pattern=r"^\d*$")] = "",
    quy_che: _Text = "",
    co: _Text = "",
    khong: _Text = "",
    truoc: _Text = "",
) -> Response:
    """`de` is the purpose, `ngay` the day, `so` the size, `quy_che` the rule; `co`, `khong` and `truoc` name people,
    with commas."""
    wording = Wording(server.translate, server.settings.lang)
    record = see_record(server.live.current.index, id, server.viewer)
    day = read_day(ngay)
    given = {"on": f"{day}" if day else "", "size": so, "rule": quy_che}
    named = {"with": _names(co), "without": _names(khong), "previous": _names(truoc)}
    query = {"purpose": de, **{key: value for key, value in given.items() if value}, **named}
    try:
        asked = Asking.model_validate(query)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("query", *one["loc"])} for one in error.errors()]) from error
    council = compute_council(server, id, asked)
    twin = f"/api/v1/records/{quote(id, safe='')}/council"
    values = {
        "record": show_head(record, wording),
        "council": council,
        "heading": wording.say(PURPOSE[de]),
        "purposes": [
            Link(f"{council_href(id)}?{urlencode({'de': one})}", wording.say(PURPOSE[one]), one == de)
            for one in PURPOSES
        ],
        "rule_lines": list(describe_rules(council.rules, server.translate)),
        "rules": [
            (one.id, f"{one.citation} – {one.level}") for one in known_rules(server.settings.data) if one.purpose == de
        ],
        "asked": {"de": de, "ngay": ngay, "so": so, "quy_che": quy_che, "co": co, "khong": khong, "truoc": truoc},
        "today": f"{date.today()}",
        "answer_to": f"{council_href(id)}/tra-loi?{request.url.query}",
        "take_back_at": f"{council_href(id)}/tra-loi/bo?{request.url.query}",
        "declarations": declarations_href(),
        "day": wording.day(council.on),
        "labels": {
            "seat": {key: wording.say(label) for key, label in SEAT.items()},
            "kind": {key: wording.say(label) for key, label in EXCLUSION.items()},
            "represents": {key: wording.say(label) for key, label in REPRESENTING.items()},
        },
        "href": record_href,
        "say_weight": lambda weight, bars: wording.say(say_weight(weight, bars)),
        "day_of": partial(show_day, translate=server.translate),
        "fact_href": _fact_href,
        "export": f"{twin}.docx?{urlencode(query, doseq=True)}",
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    return render(request, "council.html", 200, values, twin=f"{twin}?{urlencode(query, doseq=True)}")


@router.post("/ho-so/{id:path}/hoi-dong/tra-loi/bo")
def take_answer_back(request: Request, server: AtWritingServer, id: str, number: Annotated[Number, Form()]) -> Response:
    take_back(server.live.current.index, number)
    return _go_back(request, id)


@router.post("/ho-so/{id:path}/hoi-dong/tra-loi")
def answer(
    request: Request,
    server: AtWritingServer,
    id: str,
    same: Annotated[bool, Form()],
    one: Annotated[str, Form()],
    other: Annotated[str, Form()],
    by: Annotated[str, Form()] = "",
) -> Response:
    """`one` and `other` are names as the page sent them, in JSON."""
    try:
        names = [AskedBearer.model_validate_json(said) for said in (one, other)]
    except ValidationError as error:
        raise RequestValidationError([{**found, "loc": ("body",)} for found in error.errors()]) from error
    first, second = (Bearer(**name.model_dump()) for name in names)
    who = by.strip() or server.translate(N_("an officer, on the page"))
    answer_question(server.live.current.index, first, second, same, who)
    return _go_back(request, id)


def _go_back(request: Request, id: str) -> Response:
    """To the council as it was asked for, by the same query."""
    query = request.url.query
    return RedirectResponse(f"{council_href(id)}?{query}" if query else council_href(id), 303)


def _names(said: str) -> list[str]:
    return [part.strip() for part in said.split(",") if part.strip()]


def _fact_href(fact: Fact) -> str | None:
    return record_href(fact.record.id, fact.section, fact.start, fact.end) if fact.record else None
