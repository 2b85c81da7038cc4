"""Pictures as data: the table that says the same, as far as the viewer sees."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict

from api.charts import Name, Picture, see_network_of, see_pictures, see_pipeline_of
from api.gaps.views import Columns, Rows, View
from api.routes.parameters import AtServer

router = APIRouter(prefix="/charts", tags=["charts"])


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChartColumn(_Schema):
    key: str
    label: str


class ChartCell(_Schema):
    """A `count` is the number of `ids`, where these are told (null: words, or what is not told)."""

    text: str
    count: int | None
    ids: tuple[str, ...] | None


class ChartRow(_Schema):
    """`cells` stand below the columns but for the first, which is the label. The key of the row in which each record
    counts once is "tong"."""

    key: str
    label: str
    cells: tuple[ChartCell, ...]


class Chart(_Schema):
    """What a picture shows, as a table."""

    name: Name
    title: str
    about: str
    columns: tuple[ChartColumn, ...]
    rows: tuple[ChartRow, ...]


@router.get("/{name}")
def get_chart(
    server: AtServer,
    name: Name,
    rows: Rows = "group",
    columns: Columns | None = None,
    field: str | None = None,
    place: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    record: Annotated[str | None, Query(min_length=1)] = None,
) -> Chart:
    """`fields`, `places` and `years` count the records asked for; `pipeline` counts engagements; `network` shows what
    fits a `record`."""
    if name == "network":
        if record is None:
            raise HTTPException(404)
        return show_chart(see_network_of(server, record))
    view = View(muc=rows, cot=columns, linh_vuc=field, noi=place, tu=year_from, den=year_to)
    picture = see_pipeline_of(server) if name == "pipeline" else see_pictures(server, view).get(name)
    if picture is None:
        raise HTTPException(404)
    return show_chart(picture)


def show_chart(picture: Picture) -> Chart:
    return Chart(
        name=picture.name,
        title=picture.title,
        about=picture.about,
        columns=tuple(ChartColumn(key=one.key, label=one.label) for one in picture.columns),
        rows=tuple(
            ChartRow(
                key=row.key,
                label=row.label,
                cells=tuple(ChartCell(text=cell.text, count=cell.count, ids=cell.ids) for cell in row.cells),
            )
            for row in picture.rows
        ),
    )
