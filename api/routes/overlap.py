"""The overlap check of a stored proposal, and its slip as a file."""

from __future__ import annotations

import re
from typing import Literal

from fastapi import APIRouter, Response

from api.awaiting import WhileAwaited
from api.live_workspace import Server
from api.overlap.schemas import OverlapAnswer
from api.overlap.shaping import check_overlaps
from api.overlap.slips import MEDIA_TYPES, write_slip
from api.routes.parameters import AtServer, Limit

router = APIRouter(prefix="/records", tags=["overlap"], dependencies=[WhileAwaited])


@router.get("/{id:path}/overlap.{format}", response_class=Response)
def export_overlap(server: AtServer, id: str, format: Literal["docx", "html"], limit: Limit = 10) -> Response:
    """The slip «Phiếu tra cứu trùng lặp» as a document to print and sign."""
    suffix = f".{format}"
    content = write_slip(_check(server, id, limit), suffix, server.translate, server.settings.lang)
    name = f"banha-{re.sub('[^A-Za-z0-9.-]', '_', id)[:60]}-overlap{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[suffix], headers=headers)


@router.get("/{id:path}/overlap")
def get_overlap(server: AtServer, id: str, limit: Limit = 10) -> OverlapAnswer:
    """The stored tasks that speak most for an overlap with a proposal, with class, reasons and quotes of both."""
    return _check(server, id, limit)


def _check(server: Server, id: str, limit: int) -> OverlapAnswer:
    workspace = server.live.current
    return check_overlaps(workspace, workspace.index.store.get(id), server.viewer, limit, server.translate)
