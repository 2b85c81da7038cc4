"""Records: listing, storing, showing, removing, and what they are matched with."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from api.exports import MEDIA_TYPES, export_match
from api.library import browse, see_disagreements, see_record
from api.live_workspace import Server
from api.proposing import explain_candidate, explain_candidates, propose
from api.routes.files import answer_report
from api.routes.parameters import AtServer, AtWritingServer, KindOrAll, Limit, Offset
from api.schemas import Explanation, IngestReport, Match, Record
from api.shaping import show_disagreements, show_explanation, show_match, show_record
from api.uploads import store_posted
from api.wording import Wording
from ingest import KINDS, Kind
from matcher.asking import is_asked_by

router = APIRouter(prefix="/records", tags=["records"])


class Records(BaseModel):
    """A page of records, by kind and id; `total` counts all that the viewer may see."""

    total: int
    offset: int
    limit: int
    records: tuple[Record, ...]


@router.get("")
def list_records(server: AtServer, kind: KindOrAll = None, limit: Limit = 50, offset: Offset = 0) -> Records:
    shelf = browse(server.live.current.index, server.viewer, [kind] if kind else KINDS, offset, limit)
    shown = tuple(show_record(record) for record in shelf.records)
    return Records(total=shelf.total, offset=offset, limit=limit, records=shown)


async def read_body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(read_body)]


@router.post(
    "",
    status_code=201,
    response_model=IngestReport,
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "A record, an array of records, or an object with the key `records`.",
            "content": {"application/json": {"schema": {"type": ["object", "array"]}}},
        }
    },
)
def post_records(request: Request, server: AtWritingServer, body: Body) -> IngestReport | Response:
    """Store records. What is mistaken is named with its row, the others are stored; 422 when all are mistaken."""
    report = store_posted(server.live.for_writing(), server.sandbox, body, server.settings.max_upload_mb)
    return answer_report(request, report)


@router.get("/{id:path}/pairings.{format}", response_class=Response)
def export_pairings(
    server: AtServer, id: str, format: Literal["xlsx", "docx"], to: Kind, limit: Limit = 10
) -> Response:
    """The same as a spreadsheet or a text document."""
    suffix = f".{format}"
    is_turned = is_asked_by(see_record(server.live.current.index, id, server.viewer).kind, to)
    content = export_match(_match(server, id, to, limit), suffix, server.translate, date.today(), is_turned)
    name = f"banha-{re.sub('[^A-Za-z0-9.-]', '_', id)[:60]}-{to}{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[suffix], headers=headers)


@router.get("/{id:path}/pairings")
def list_pairings(server: AtServer, id: str, to: Kind, limit: Limit = 10) -> Match:
    """The best candidates of a kind for a record, explained."""
    return _match(server, id, to, limit)


@router.get("/{id:path}/explanation")
def get_explanation(server: AtServer, id: str, candidate: str, limit: Limit = 10) -> Explanation:
    """Why a candidate stands where it does among all of its kind, and what would bring it among the first `limit`."""
    workspace = server.live.current
    record = workspace.index.store.get(id)
    explanation = explain_candidate(workspace.index, record, candidate, server.viewer, limit)
    return show_explanation(explanation, workspace.versions)


@router.get("/{id:path}/comparison")
def get_comparison(server: AtServer, id: str, candidate: Annotated[list[str], Query()]) -> tuple[Explanation, ...]:
    """Two to four candidates of one kind beside each other, each as its explanation says. In each `pairing`, `missing`
    quotes what the record asks for and the candidate does not show; where the candidates are who ask (needs of a
    person), `lacking` quotes of each what the record does not show."""
    workspace = server.live.current
    record = workspace.index.store.get(id)
    found = explain_candidates(workspace.index, record, candidate, server.viewer, 10)
    return tuple(show_explanation(one, workspace.versions) for one in found)


def _match(server: Server, id: str, to: Kind, limit: int) -> Match:
    workspace = server.live.current
    record = workspace.index.store.get(id)
    found = propose(workspace.index, record, to, server.viewer, limit, "http")
    return show_match(found, workspace.versions)


@router.get("/{id:path}")
def get_record(server: AtServer, id: str) -> Record:
    """A record as the viewer sees it, with the sources of its values."""
    index = server.live.current.index
    record = see_record(index, id, server.viewer)
    wording = Wording(server.translate, server.settings.lang)
    return show_record(record, show_disagreements(see_disagreements(index, id, server.viewer), wording))


@router.delete("/{id:path}", status_code=204)
def delete_record(server: AtWritingServer, id: str) -> Response:
    workspace = server.live.for_writing()
    workspace.index.remove(id)
    return Response(status_code=204)
