"""What people say labels mean: remembered for the next files, and forgotten again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.corrections import forget, remember
from api.routes.parameters import AtOfficerServer, AtWritingServer
from api.schemas import Correction, Corrections
from api.shaping import show_corrections
from ingest import Kind

router = APIRouter(prefix="/corrections", tags=["corrections"])


@router.get("")
def list_corrections(server: AtOfficerServer) -> Corrections:
    """Every remembered label, by kind and label."""
    return show_corrections(server.live.current.index.store.corrections.all())


@router.post("", status_code=201)
def post_correction(server: AtWritingServer, correction: Correction) -> Corrections:
    """Remember what a label means, instead of what was said of it before. What has been stored changes only when its
    file is taken again. 422 for a field that records of the kind do not have."""
    said = [(correction.label, correction.field, correction.kind)]
    return show_corrections(remember(server.live.current.index, said))


@router.delete("", status_code=204)
def delete_correction(
    server: AtWritingServer, label: Annotated[str, Query()], kind: Annotated[Kind, Query()]
) -> Response:
    """Forget what a label means. 422 when nothing was said of it."""
    forget(server.live.current.index, label, kind)
    return Response(status_code=204)
