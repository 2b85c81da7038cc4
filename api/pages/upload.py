"""The page for uploading files and for saying what labels in them mean; the forms work without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from api.addresses import record_href
from api.catalogue import describe_place, explain
from api.corrections import forget, remember
from api.labels import KIND, KINDS
from api.live_workspace import Server
from api.pages.rendering import render
from api.routes.parameters import AtServer, AtWritingServer, Offset
from api.uploads import MOST_FILES, store_files
from api.wording import Wording
from index import IngestReport
from ingest import FIELDS, N_, READABLE_SUFFIXES, Kind
from ingest import KINDS as ALL_KINDS

router = APIRouter()
_PATH = "/tai-len"
_CHANGE = {
    "new": N_("stored"),
    "changed": N_("updated"),
    "sourced": N_("one more source"),
    "unchanged": N_("known already"),
}


@dataclass(frozen=True, slots=True)
class StoredLine:
    change: str
    kind: Kind
    kind_label: str
    href: str
    title: str
    disagreements: list[str]


@dataclass(frozen=True, slots=True)
class RefusedLine:
    file: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnknownLine:
    """A label that was not understood."""

    where: str
    kind: Kind
    kind_label: str
    label: str
    begins: str


@dataclass(frozen=True, slots=True)
class RememberedLine:
    kind: Kind
    kind_label: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Report:
    heading: str
    stored: list[StoredLine]
    refused: list[RefusedLine]
    unknown: list[UnknownLine]


@router.get(_PATH)
def show_form(request: Request, server: AtServer, nho: Offset = 0) -> Response:
    return _render(request, server, None, 200, nho)


@router.post(_PATH)
def receive_files(
    request: Request,
    server: AtWritingServer,
    files: Annotated[list[UploadFile], File(max_length=MOST_FILES)],
    kind: Annotated[Kind | Literal[""], Form()] = "",
) -> Response:
    sent = [(file.filename, file.file) for file in files]
    report = store_files(server.live.for_writing(), server.sandbox, sent, kind or None, server.settings.max_upload_mb)
    return _render(request, server, report, 200 if report.stored or not report.refused else 422)


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


def _render(
    request: Request, server: Server, report: IngestReport | None, status: int, remembered: int = 0
) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    said = server.live.current.index.store.corrections.all() if server.may_write else ()
    values = {
        "just_remembered": remembered,
        "remembered": [
            RememberedLine(one.kind, wording.say(KIND[one.kind]), one.written, wording.meaning(one.field))
            for one in said
        ],
        "meanings": {kind: [(name, wording.meaning(name)) for name in names] for kind, names in FIELDS.items()},
        "report": _show_report(report, wording, server) if report else None,
        "kinds": [(kind, wording.say(KINDS[kind])) for kind in ALL_KINDS],
        "accept": ",".join(sorted(READABLE_SUFFIXES)),
        "limit_mb": server.settings.max_upload_mb,
    }
    return render(request, "upload.html", status, values)


def _show_report(report: IngestReport, wording: Wording, server: Server) -> Report:
    heading = (
        N_("{stored} records stored, {refused} things not read") if report.refused else N_("{stored} records stored")
    )
    return Report(
        wording.say(heading, stored=len(report.stored), refused=len(report.refused)),
        [
            StoredLine(
                wording.say(_CHANGE[one.change]),
                one.kind,
                wording.say(KIND[one.kind]),
                record_href(one.id),
                one.title,
                [wording.disagreement(found) for found in one.disagreements],
            )
            for one in report.stored
        ],
        [
            RefusedLine(
                problem.file, describe_place(problem.place, server.translate), explain(problem, server.translate)
            )
            for problem in report.refused
        ],
        [
            UnknownLine(
                ", ".join(part for part in (one.file, describe_place(one.place, server.translate)) if part),
                one.kind,
                wording.say(KIND[one.kind]),
                one.label,
                one.begins,
            )
            for one in report.unrecognised
        ],
    )
