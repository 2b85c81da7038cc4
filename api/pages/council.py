"""The page of a proposed council: seats with reasons, who is left out by which rule and fact, what to ask first."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.addresses import council_href, record_href
from api.council_labels import EXCLUSION, PURPOSE, REPRESENTING, SEAT, WEIGHT
from api.council_schemas import Fact
from api.councils import known_rules
from api.declaration_files import read_day
from api.library import see_record
from api.pages.records import show_head
from api.pages.rendering import render
from api.printing_councils import describe_rules
from api.routes.councils import Asking, compute_council
from api.routes.parameters import AtServer
from api.wording import Link, Wording
from matcher.rulesets import PURPOSES, Purpose

router = APIRouter()
_Text = Annotated[str, Query(max_length=2000)]


@router.get("/ho-so/{id:path}/hoi-dong")
def show_council(
    request: Request,
    server: AtServer,
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
    if not server.may_write:
        return render(request, "council.html", 403, {"record": None})
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
        "day": f"{council.on:%d/%m/%Y}",
        "labels": {
            "seat": {key: wording.say(label) for key, label in SEAT.items()},
            "weight": {key: wording.say(label) for key, label in WEIGHT.items()},
            "kind": {key: wording.say(label) for key, label in EXCLUSION.items()},
            "represents": {key: wording.say(label) for key, label in REPRESENTING.items()},
        },
        "href": record_href,
        "fact_href": _fact_href,
        "export": f"{twin}.docx?{urlencode(query, doseq=True)}",
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    return render(request, "council.html", 200, values, twin=f"{twin}?{urlencode(query, doseq=True)}")


def _names(said: str) -> list[str]:
    return [part.strip() for part in said.split(",") if part.strip()]


def _fact_href(fact: Fact) -> str | None:
    return record_href(fact.record.id, fact.section, fact.start, fact.end) if fact.record else None
