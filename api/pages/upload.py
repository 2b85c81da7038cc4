"""The page for uploading files and for saying what labels in them mean; the forms work without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from api.corrections import forget, remember
from api.jobs.asking import ask_for_upload
from api.jobs.shaping import job_href
from api.labels import KIND, KINDS
from api.pages.rendering import render
from api.routes.parameters import AtServer, AtWritingServer, Offset
from api.uploads import FILES_A_REQUEST, MOST_FILES
from api.wording import Wording
from ingest import FIELDS, READABLE_SUFFIXES, Kind
from ingest import KINDS as ALL_KINDS

router = APIRouter()
_PATH = "/tai-len"


@dataclass(frozen=True, slots=True)
class RememberedLine:
    kind: Kind
    kind_label: str
    label: str
    meaning: str


@router.get(_PATH)
def show_form(request: Request, server: AtServer, nho: Offset = 0) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    said = server.live.current.index.store.corrections.all() if server.may_write else ()
    values = {
        "just_remembered": nho,
        "remembered": [
            RememberedLine(one.kind, wording.say(KIND[one.kind]), one.written, wording.meaning(one.field))
            for one in said
        ],
        "kinds": [(kind, wording.say(KINDS[kind])) for kind in ALL_KINDS],
        "accept": ",".join(sorted(READABLE_SUFFIXES)),
        "limit_mb": server.settings.max_upload_mb,
        "most_files": MOST_FILES,
        "most_mb": server.settings.max_upload_mb * FILES_A_REQUEST,
    }
    return render(request, "upload.html", 200, values)


@router.post(_PATH)
def receive_files(
    server: AtWritingServer,
    files: Annotated[list[UploadFile], File(max_length=MOST_FILES)],
    kind: Annotated[Kind | Literal[""], Form()] = "",
) -> Response:
    id = ask_for_upload(server, [(file.filename, file.file) for file in files], kind or None)
    return RedirectResponse(job_href(id), 303)


def meanings(wording: Wording) -> dict[Kind, list[tuple[str, str]]]:
    """What labels can be said to mean, by kind: fields with their names."""
    return {kind: [(name, wording.meaning(name)) for name in names] for kind, names in FIELDS.items()}


@router.post(f"{_PATH}/nhan")
def remember_labels(
    server: AtWritingServer,
    label: Annotated[list[str], Form()],
    kind: Annotated[list[Kind], Form()],
    field: Annotated[list[str], Form()],
) -> Response:
    """Remember what some labels mean; those without a choice stay as they are."""
    said = [one for one in zip(label, field, kind, strict=False) if one[1]]
    count = len(remember(server.live.current.index, said))
    return RedirectResponse(f"{_PATH}?nho={count}", 303)


@router.post(f"{_PATH}/quen")
def forget_label(server: AtWritingServer, label: Annotated[str, Form()], kind: Annotated[Kind, Form()]) -> Response:
    forget(server.live.current.index, label, kind)
    return RedirectResponse(_PATH, 303)
