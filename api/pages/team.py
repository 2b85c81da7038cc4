"""The page of teams: each a card with the three houses side by side, their quotes, and what nobody answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from api.addresses import record_href
from api.awaiting import WhileAwaited
from api.catalogue import explain
from api.labels import HOUSE
from api.library import see_record
from api.outcomes import outcome_of
from api.pages.records import show_head
from api.pages.rendering import render
from api.problems import explain_mistake
from api.routes.parameters import AtServer
from api.routes.teams import AskedTeam, compute_teams
from api.schemas import Quote
from api.teams.labels import ROLE, WISH
from api.teams.schemas import Team, TeamMember, Teams
from api.wording import Wording
from ingest import HOUSES, BanhaError

router = APIRouter(dependencies=[WhileAwaited])
_Text = Annotated[str, Query(max_length=2000)]


@router.get("/ho-so/{id:path}/to-ba-nha")
def show_teams(
    request: Request,
    server: AtServer,
    id: str,
    thanh_vien: _Text = "",
    co: _Text = "",
    khong: _Text = "",
    co_quan: _Text = "",
    dia_ban: _Text = "",
    kinh_phi: _Text = "",
    tai: _Text = "",
    so_to: _Text = "",
) -> Response:
    """`thanh_vien` are the numbers of scientists, `co` and `khong` name ids with commas, `co_quan` how many may come
    from one organisation, `dia_ban` is a place, `kinh_phi` a sum, `tai` the running tasks that keep somebody out, and
    `so_to` how many teams. What cannot be used is said above the form, which keeps what was typed."""
    wording = Wording(server.translate, server.settings.lang)
    record = see_record(server.live.current.index, id, server.viewer)
    given = {
        "members": thanh_vien,
        "same_organisation": co_quan,
        "place": dia_ban,
        "budget": kinh_phi,
        "load": tai,
        "teams": so_to,
    }
    typed = {
        "thanh_vien": thanh_vien,
        "co": co,
        "khong": khong,
        "co_quan": co_quan,
        "dia_ban": dia_ban,
        "kinh_phi": kinh_phi,
        "tai": tai,
        "so_to": so_to,
    }
    query: dict[str, Any] = {key: value.strip() for key, value in given.items() if value.strip()}
    query |= {"with": [_read_role(one, wording) for one in _names(co)], "without": _names(khong)}
    found: Teams | None = None
    problems: list[str] = []
    status = 200
    try:
        wishes = AskedTeam.model_validate(query)
    except ValidationError as error:
        problems, status = [_explain_mistake(one, wording) for one in error.errors()], 422
    else:
        try:
            found = compute_teams(server, id, wishes)
        except BanhaError as error:
            if outcome_of(error).status >= 500:
                raise
            problems, status = [explain(error, server.translate)], outcome_of(error).status
    base = f"/api/v1/records/{quote(id, safe='')}/teams"
    asked = urlencode(query, doseq=True)
    values = {
        "record": show_head(record, wording),
        "found": found,
        "problems": problems,
        "teams": [(team, _by_house(team)) for team in found.teams] if found else [],
        "houses": [(house, wording.say(HOUSE[house])) for house in HOUSES],
        "roles": {role: wording.say(label) for role, label in ROLE.items()},
        "labels": {name: wording.say(label) for name, label in WISH.items()},
        "asked": typed,
        "keep": partial(_add_name, typed, "co"),
        "leave_out": partial(_add_name, typed, "khong"),
        "files": [(name, f"{base}.{suffix}?{asked}") for name, suffix in (("Word", "docx"), ("Excel", "xlsx"))],
        "money": wording.money,
        "href": record_href,
        "quote_href": _quote_href,
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    return render(request, "team.html", status, values, twin=f"{base}?{asked}")


def _names(said: str) -> list[str]:
    return [part.strip() for part in said.split(",") if part.strip()]


def _read_role(said: str, wording: Wording) -> str:
    """``id=role`` with the role as the rest of the program calls it, whatever the page calls it."""
    id, equals, role = said.rpartition("=")
    found = (name for name, label in ROLE.items() if wording.say(label).casefold() == role.strip().casefold())
    return f"{id.strip()}={next(found, role.strip())}" if equals else said


def _add_name(typed: Mapping[str, str], field: str, name: str) -> str:
    """The address of the same page with one more name in this field."""
    names = dict.fromkeys([*_names(typed[field]), name])
    return "?" + urlencode({key: value for key, value in {**typed, field: ", ".join(names)}.items() if value})


def _explain_mistake(error: Mapping[str, Any], wording: Wording) -> str:
    """By the name of the field on the page."""
    template, params = explain_mistake({**error, "loc": ("query", *error["loc"])})
    name = str(error["loc"][0]) if error["loc"] else ""
    if name in WISH:
        params["field"] = f"“{wording.say(WISH[name])}”"
    return wording.say(template, **params)


def _by_house(team: Team) -> dict[str, list[TeamMember]]:
    return {house: [one for one in team.members if one.house == house] for house in HOUSES}


def _quote_href(id: str | None, said: Quote) -> str | None:
    return record_href(id, said.section, said.start, said.end) if id else None
