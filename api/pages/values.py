"""The page of the values of a record, each beside where it was read, which an officer can correct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.addresses import record_href
from api.catalogue import explain
from api.errors import BadInput
from api.outcomes import outcome_of
from api.pages.records import show_head
from api.pages.rendering import render
from api.routes.parameters import AtOfficerServer, AtServer, AtWritingServer
from api.value_editing import correct_value, list_values, name_lead, paths_of, take_back
from api.wording import Wording
from index import UnknownRecord
from index.changes import ChangedMeanwhile
from ingest import BanhaError

router = APIRouter()
# The bytes come from a process that a file may have taken over: nothing in them may act, or stay behind.
_ALONE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed for a value (None: the files shall count again) and cannot be one, and why: the record does not
    bear it, or somebody else changed the value."""

    path: str
    typed: str | None
    error: BanhaError


@router.get("/ho-so/{id:path}/gia-tri")
def show_values(request: Request, server: AtOfficerServer, id: str, da: str = "") -> Response:
    """`da`: the value that was corrected just now."""
    return _render(request, server, id, just=da)


@router.get("/ho-so/{id:path}/gia-tri/{picture}.webp")
def show_picture(server: AtOfficerServer, id: str, picture: str) -> Response:
    """What a file shows of a value of the record."""
    content = server.live.current.index.store.pictures.get(id, picture, server.viewer)
    if content is None:
        raise UnknownRecord(id)
    return Response(content, media_type="image/webp", headers=_ALONE)


@router.post("/ho-so/{id:path}/gia-tri")
def correct(
    request: Request,
    server: AtWritingServer,
    id: str,
    gia_tri: Annotated[str, Form(max_length=100)],
    moi: Annotated[str, Form(max_length=100_000)] = "",
    bo: Annotated[str, Form(max_length=10)] = "",
    da_xem: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Let the value `gia_tri` be `moi`; with `bo` what the files say again. What cannot be a value is shown again as it
    was typed. `da_xem`: the mark of the value that was looked at, so that nobody undoes unknowingly what another
    corrected meanwhile."""
    index = server.live.for_writing().index
    record = index.store.get(id)
    try:
        if bo:
            take_back(index, record, gia_tri, da_xem)
        else:
            correct_value(index, record, gia_tri, moi, server.settings.keep_contacts, da_xem)
    except (BadInput, ChangedMeanwhile) as error:
        if gia_tri not in paths_of(record):
            raise
        return _render(request, server, id, refused=Refused(gia_tri, None if bo else moi, error))
    return RedirectResponse(f"{record_href(id)}/gia-tri?da={gia_tri}#{gia_tri.replace('/', '-')}", 303)


def _render(request: Request, server: AtServer, id: str, just: str = "", refused: Refused | None = None) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    index = server.live.current.index
    record = index.store.get(id)
    values = {
        "record": show_head(record, wording),
        "lines": list_values(index, record, wording),
        "lead": name_lead(wording),
        "just": just,
        "refused": refused,
        "problem": explain(refused.error, server.translate) if refused else None,
        "is_stale": refused is not None and isinstance(refused.error, ChangedMeanwhile),
    }
    status = outcome_of(refused.error).status if refused else 200
    twin = f"/api/v1/records/{request.path_params['id']}/values"
    return render(request, "values.html", status, values, twin=twin)
