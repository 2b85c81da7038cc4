"""Drafts of orders, agreements and handover records, as JSON and as Word documents."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.awaiting import WhileAwaited
from api.errors import BadInput, Forbidden
from api.exports import MEDIA_TYPES
from api.library import see_record
from api.live_workspace import Server
from api.orders.document import write_order
from api.orders.schemas import DraftedOrder
from api.orders.shaping import compose_order
from api.routes.parameters import AtServer
from ingest import N_, Kind
from matcher.orders.drafts import Asked, Order
from matcher.orders.form_outlines import FormName
from matcher.orders.release import Release

router = APIRouter(tags=["orders"], dependencies=[WhileAwaited])
_MOST_NAMED = 50
# What is drafted from a record that stands alone.
FORM_OF: dict[Kind, FormName] = {"need": "order", "proposal": "handover"}

Together = Annotated[list[str], Query(alias="with", max_length=_MOST_NAMED)]


class Drafting(BaseModel):
    """What is to be drafted: from `ids`, or from a need and all `like` it `without` those left out. Only officers may
    ask for what is confidential, and for who is behind anonymous needs."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = Field([], max_length=_MOST_NAMED)
    form: FormName = "order"
    like: str | None = None
    without: list[str] = Field([], max_length=_MOST_NAMED)
    with_confidential: bool = False
    with_identities: bool = False
    format: Literal["json", "docx"] = "json"


@router.post("/orders", response_model=DraftedOrder)
def post_order(server: AtServer, asked: Drafting) -> DraftedOrder | Response:
    """A draft; with `format` docx as a Word document. Nothing is stored."""
    if (asked.with_confidential or asked.with_identities) and not server.viewer.sees_all:
        raise Forbidden(N_("Only an officer may draft with what is confidential or anonymous."))
    if not asked.ids and not asked.like:
        raise BadInput(N_("Name a record in ids, or a need in like."))
    if asked.like and asked.form != "order":
        raise BadInput(N_("Only an order is drafted from needs that are alike; leave out like or form."))
    how = Release(asked.with_confidential, asked.with_identities)
    found, drafted = compose_order(
        server.live.current,
        Asked(asked.form, tuple(asked.ids), asked.like, tuple(asked.without), how),
        server.viewer,
        server.translate,
        server.settings.lang,
    )
    return drafted if asked.format == "json" else _send(server, found, drafted)


@router.get("/records/{id:path}/order.docx", response_class=Response)
def export_record_order(server: AtServer, id: str, together: Together = []) -> Response:  # noqa: B006
    """The same as a Word document."""
    return _send(server, *draft_from(server, id, together))


@router.get("/records/{id:path}/order")
def get_record_order(server: AtServer, id: str, together: Together = []) -> DraftedOrder:  # noqa: B006
    """An order from a need, with other needs; of a task the record by which its results are handed over."""
    return draft_from(server, id, together)[1]


def draft_from(server: Server, id: str, together: list[str]) -> tuple[Order, DraftedOrder]:
    """The draft that fits the kind of a record. Raises UnknownRecord, BadInput."""
    workspace = server.live.current
    form = FORM_OF.get(see_record(workspace.index, id, server.viewer).kind, "order")
    asked = Asked(form, (id, *together))
    return compose_order(workspace, asked, server.viewer, server.translate, server.settings.lang)


def _send(server: Server, found: Order, drafted: DraftedOrder) -> Response:
    content = write_order(found, drafted, server.translate)
    name = f"banha-{drafted.form}-{re.sub('[^A-Za-z0-9.-]', '_', found.subjects[0].id)[:60]}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[".docx"], headers=headers)
