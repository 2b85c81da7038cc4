"""The pages of pictures: all at a glance, each for itself with its table, as files, and the records behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from markupsafe import Markup

from api.addresses import record_href
from api.charts import (
    ADDRESSES,
    PATH,
    Name,
    Picture,
    draw_png,
    draw_svg,
    picture_href,
    see_network_of,
    see_pictures,
    see_pipeline_of,
)
from api.gaps.export import write_csv
from api.gaps.finding import see_subjects
from api.gaps.labels import DIMENSION, name_value
from api.gaps.views import PATH as GAPS
from api.gaps.views import Columns, Rows, View, read_view
from api.labels import FIELD
from api.live_workspace import Server
from api.pages.gap_records import show_line
from api.pages.rendering import render
from api.routes.parameters import AtServer
from api.wording import Link, Wording

router = APIRouter()
Ending = Literal["svg", "png", "csv"]
_NAMES: dict[str, Name] = {address: name for name, address in ADDRESSES.items()}
_TOPICS = ("demand", "supply", "difference")
_MEDIA = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}


def read_chart_view(
    muc: Rows = "group",
    cot: Columns | None = None,
    linh_vuc: str | None = None,
    noi: str | None = None,
    tu: str | None = None,
    den: str | None = None,
) -> View:
    """As the pages of gaps, but with the finer rows: a picture has room for them."""
    return read_view(muc, cot, linh_vuc, noi, tu, den)


AtView = Annotated[View, Depends(read_chart_view)]
Around = Annotated[str | None, Query(alias="quanh", min_length=1)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on a page, with the addresses of its files."""

    picture: Picture
    svg: Markup
    href: str
    files: tuple[Link, ...]


def show_picture(picture: Picture, view: View, around: str | None = None) -> Shown:
    files = tuple(
        Link(picture_href(picture.name, f".{ending}", view, quanh=around), ending.upper())
        for ending in get_args(Ending)[::-1]
    )
    # What is drawn is written by lxml, which escapes every text.
    svg = Markup(draw_svg(picture, in_page=True))
    return Shown(picture, svg, picture_href(picture.name, "", view, quanh=around), files)


@router.get(PATH)
def show_charts(request: Request, server: AtServer, view: AtView) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    pictures = [*see_pictures(server, view).values(), see_pipeline_of(server)]
    values = {
        "pictures": [show_picture(picture, view) for picture in pictures if picture],
        "is_one": False,
        "topics": _TOPICS,
        "is_open": False,
        "back": None,
        "view": view,
        "row_tabs": [
            Link(replace(view, muc=name).href(PATH), wording.say(DIMENSION[name]), view.muc == name)
            for name in get_args(Rows)[::-1]
        ],
        "fields": [(code, name_value(wording, "field", code)) for code in FIELD],
        "gaps": view.href(GAPS),
    }
    return render(request, "charts.html", 200, values, twin_of("fields", view))


@router.get(PATH + "/{address}.{ending}")
def send_picture(server: AtServer, view: AtView, address: str, ending: Ending, around: Around = None) -> Response:
    """A picture, or its table, as a file."""
    picture = _find(server, address, view, around)
    content: str | bytes = draw_svg(picture, in_page=False) if ending == "svg" else b""
    if ending == "png":
        content = draw_png(picture)
    elif ending == "csv":
        content = _write_table(picture)
    is_shown = "inline" if ending == "svg" else "attachment"
    headers = {"Content-Disposition": f'{is_shown}; filename="{address}.{ending}"'}
    return Response(content, headers=headers, media_type=_MEDIA[ending])


@router.get(PATH + "/{address}")
def show_chart(
    request: Request, server: AtServer, view: AtView, address: str, around: Around = None, bang: bool = False
) -> Response:
    """One picture; with `bang` its table is open."""
    picture = _find(server, address, view, around)
    values = {
        "pictures": [show_picture(picture, view, around)],
        "is_one": True,
        "topics": ("score", "insufficient") if picture.name == "network" else _TOPICS,
        "is_open": bang,
        "back": record_href(around) if around else view.href(PATH),
    }
    return render(request, "charts.html", 200, values, twin_of(picture.name, view, around))


@router.get(PATH + "/{address}/ho-so")
def show_records_of_chart(
    request: Request, server: AtServer, view: AtView, address: str, hang: str, o: str, around: Around = None
) -> Response:
    """The records behind one figure."""
    picture = _find(server, address, view, around)
    ids = picture.find_ids(hang, o)
    if ids is None:
        raise HTTPException(404)
    wording = Wording(server.translate, server.settings.lang)
    by_id = {subject.id: subject for subject in see_subjects(server.live.current.index, server.viewer)}
    values = {
        "lines": [show_line(by_id[id], wording) for id in ids if id in by_id],
        "where": picture.name_figure(hang, o),
        "back": picture_href(picture.name, "", view),
    }
    return render(request, "gap_records.html", 200, values, twin_of(picture.name, view))


def _find(server: Server, address: str, view: View, around: str | None) -> Picture:
    name = _NAMES.get(address)
    if name == "network" and around:
        return see_network_of(server, around)
    picture = see_pipeline_of(server) if name == "pipeline" else see_pictures(server, view).get(name) if name else None
    if picture is None:
        raise HTTPException(404)
    return picture


def _write_table(picture: Picture) -> bytes:
    rows: Sequence[tuple[str | int | None, ...]] = [
        (row.label, *(cell.text if cell.count is None else cell.count for cell in row.cells)) for row in picture.rows
    ]
    return write_csv([tuple(column.label for column in picture.columns), *rows])


def twin_of(name: Name, view: View, around: str | None = None) -> str:
    asked: dict[str, object] = {"rows": view.muc, "columns": view.cot, "field": view.linh_vuc, "place": view.noi}
    asked |= {"year_from": view.tu, "year_to": view.den, "record": around}
    if around:
        asked = {"record": around}
    return f"/api/v1/charts/{name}?{urlencode({key: value for key, value in asked.items() if value})}"
