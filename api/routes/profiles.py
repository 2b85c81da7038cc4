"""What concerns whoever is signed in, and profiles that their owners correct."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter

from api.own_matters import PAGE, find_fitting, find_waiting, own_records
from api.posting import posted_by
from api.profile_schemas import OwnMatters, SaidProfile, profile_said, show_matters
from api.profiles import correct_profile, restore_profile
from api.routes.parameters import AtAccountServer, AtOwningServer, Offset
from api.schemas import Record
from api.shaping import show_record

router = APIRouter(tags=["profiles"])


@router.get("/mine")
def get_matters(server: AtAccountServer, offset: Offset = 0) -> OwnMatters:
    """Own profiles with the needs and orders that fit them, own needs, and engagements that wait for an answer."""
    index, viewer = server.live.current.index, server.viewer
    profiles = own_records(index, viewer, "scientist")
    fitting = find_fitting(index, profiles[offset : offset + PAGE], viewer)
    waiting = find_waiting(index, viewer, date.today())
    return show_matters(len(profiles), offset, fitting, posted_by(index, viewer), waiting)


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
