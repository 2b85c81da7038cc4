"""What concerns whoever is signed in, and profiles that their owners correct."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, UploadFile

from api.accounts.orcid_import import import_orcid
from api.accounts.own_matters import PAGE, find_fitting, find_waiting, own_records
from api.accounts.profile_schemas import OwnMatters, SaidProfile, profile_said, show_matters
from api.accounts.profiles import correct_profile, restore_profile
from api.routes.parameters import AtAccountServer, AtOwningServer, Offset
from api.schemas import Record
from api.shaping import show_record
from ingest.orcid import LARGEST_MB

router = APIRouter(tags=["profiles"])


@router.get("/mine")
def get_matters(server: AtAccountServer, offset: Offset = 0) -> OwnMatters:
    """Own profiles with the needs and orders that fit them, own needs, and engagements that wait for an answer."""
    index, viewer = server.live.current.index, server.viewer
    profiles = own_records(index, viewer, "scientist")
    fitting = find_fitting(index, profiles[offset : offset + PAGE], viewer)
    waiting = find_waiting(index, viewer, date.today())
    return show_matters(len(profiles), offset, fitting, own_records(index, viewer, "need"), waiting)


@router.post("/profiles/orcid", status_code=201)
def post_orcid(server: AtOwningServer, file: UploadFile, id: Annotated[str, Form(max_length=200)] = "") -> Record:
    """Add what an ORCID record (JSON of the public API v3.0, or XML) says to the profile `id`, else to the own one that
    it is of, else (for a university or an officer) to a new one. The record as it is then."""
    content = file.file.read(LARGEST_MB * 1_000_000 + 1)
    return show_record(import_orcid(server, content, file.filename, id))


@router.put("/records/{id:path}/profile")
def put_profile(server: AtOwningServer, id: str, said: SaidProfile) -> Record:
    """Let a profile be what its owner says, whatever files say now or later. The record as it is then."""
    index = server.live.for_writing().index
    record = correct_profile(index, id, profile_said(said), server.viewer, server.settings.keep_contacts)
    return show_record(record)


@router.delete("/records/{id:path}/profile")
def delete_profile(server: AtOwningServer, id: str) -> Record:
    """Let a profile be again what files say. The record as it is then."""
    return show_record(restore_profile(server.live.for_writing().index, id, server.viewer))
