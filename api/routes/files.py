"""Uploading files."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Request, Response, UploadFile
from fastapi.responses import JSONResponse

import index
from api.catalogue import fill
from api.jobs.asking import ask_for_upload
from api.jobs.schemas import AskedJob
from api.jobs.shaping import describe_asked
from api.problems import respond, server_of
from api.routes.parameters import AtWritingServer
from api.schemas import IngestReport
from api.shaping import show_report
from api.uploads import MOST_FILES, store_files
from ingest import N_, Kind

router = APIRouter(tags=["records"])
_RESPOND_ASYNC = re.compile(r"(?:^|,)\s*respond-async\s*(?:[,;]|$)", re.IGNORECASE)  # RFC 7240


@router.post("/files", response_model=IngestReport, responses={202: {"model": AskedJob}})
def post_files(
    request: Request,
    server: AtWritingServer,
    files: Annotated[list[UploadFile], File(max_length=MOST_FILES)],
    kind: Annotated[Kind | None, Form()] = None,
    wait: bool = True,
    prefer: Annotated[str, Header()] = "",
) -> IngestReport | Response:
    """Read the files and store what is in them. 422 when nothing could be read.

    With `wait=false`, or `Prefer: respond-async`, a job does it: 202 with its address as soon as all is on the disk."""
    sent = [(file.filename, file.file) for file in files]
    if not wait or _RESPOND_ASYNC.search(prefer):
        asked = describe_asked(ask_for_upload(server, sent, kind))
        applied = {"Preference-Applied": "respond-async"} if wait else {}
        return JSONResponse(asked.model_dump(), 202, headers={"Location": asked.address, **applied})
    report = store_files(server.live.for_writing(), server.sandbox, sent, kind, server.settings.max_upload_mb)
    return answer_report(request, report)


def answer_report(request: Request, report: index.IngestReport) -> IngestReport | Response:
    """The report, or a problem that holds it when everything was refused."""
    server = server_of(request)
    translate = server.translate
    shown = show_report(report, translate, server.settings.lang)
    if not shown.refused or shown.stored or shown.unchanged:
        return shown
    template = translate(N_("{file}: {reason}"))
    detail = " ".join(fill(template, {"file": one.file, "reason": one.reason}) for one in shown.refused[:3])
    title = translate(N_("Nothing could be read"))
    return respond(request, 422, "nothing-read", title, detail, shown.model_dump(mode="json"))
