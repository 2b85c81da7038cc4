"""Uploading files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

import index
from api.catalogue import fill
from api.problems import respond, server_of
from api.routes.parameters import AtWritingServer
from api.schemas import IngestReport
from api.shaping import show_report
from api.uploads import MOST_FILES, store_files
from ingest import N_, Kind

router = APIRouter(tags=["records"])


@router.post("/files", response_model=IngestReport)
def post_files(
    request: Request,
    server: AtWritingServer,
    files: Annotated[list[UploadFile], File(max_length=MOST_FILES)],
    kind: Annotated[Kind | None, Form()] = None,
) -> IngestReport | Response:
    """Read the files and store what is in them. 422 when nothing could be read."""
    sent = [(file.filename, file.file) for file in files]
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
