"""The page of teams: each a card with the three houses side by side, their quotes, and what nobody answers."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.addresses import record_href
from api.labels import HOUSE
from api.library import see_record
from api.pages.records import show_head
from api.pages.rendering import render
from api.routes.parameters import AtServer
from api.routes.teams import AskedTeam, compute_teams
from api.schemas import Quote
from api.teams.labels import ROLE
from api.teams.schemas import Team, TeamMember
from api.wording import Wording
from ingest import HOUSES

router = APIRouter()
_Text = Annotated[str, Query(max_length=2000)]
_Number = Annotated[str, Query(max_length=4, pattern=r"^\d*$")]


@router.get("/ho-so/{id:path}/to-ba-nha")
def show_teams(
    request: Request,
    server: AtServer,
    id: str,
    thanh_vien: _Text = "",
    co: _Text = "",
    khong: _Text = "",
    co_quan: _Number = "",
    dia_ban: _Text = "",
    kinh_phi: _Text = "",
    tai: _Number = "",
    so_to: _Number = "",
) -> Response:
    """`thanh_vien` are the numbers of scientists, `co` and `khong` name ids with commas, `co_quan` how many may come
    from one organisation, `dia_ban` is a place, `kinh_phi` a sum, `tai` the running tasks that keep somebody out, and
    `so_to` how many teams."""
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
    named = {"with": _names(co), "without": _names(khong)}
    query = {**{key: value.strip() for key, value in given.items() if value.strip()}, **named}
    try:
        asked = AskedTeam.model_validate(query)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("query", *one["loc"])} for one in error.errors()]) from error
    found = compute_teams(server, id, asked)
    twin = f"/api/v1/records/{quote(id, safe='')}/teams?{urlencode(query, doseq=True)}"
    values = {
        "record": show_head(record, wording),
        "found": found,
        "teams": [(team, _by_house(team)) for team in found.teams],
        "houses": [(house, wording.say(HOUSE[house])) for house in HOUSES],
        "roles": [(role, wording.say(label)) for role, label in ROLE.items()],
        "asked": {
            "thanh_vien": thanh_vien,
            "co": co,
            "khong": khong,
            "co_quan": co_quan,
            "dia_ban": dia_ban,
            "kinh_phi": kinh_phi,
            "tai": tai,
            "so_to": so_to,
        },
        "money": wording.money,
        "href": record_href,
        "quote_href": _quote_href,
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    return render(request, "team.html", 200, values, twin=twin)


def _names(said: str) -> list[str]:
    return [part.strip() for part in said.split(",") if part.strip()]


def _by_house(team: Team) -> dict[str, list[TeamMember]]:
    return {house: [one for one in team.members if one.house == house] for house in HOUSES}


def _quote_href(id: str | None, said: Quote) -> str | None:
    return record_href(id, said.section, said.start, said.end) if id else None
