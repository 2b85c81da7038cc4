"""Teams as commands, server and pages ask for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from api.catalogue import Translate
from api.errors import BadInput
from api.teams.schemas import Teams
from api.teams.shaping import show_teams
from api.workspace import Workspace
from index import Progress, no_progress
from ingest import N_, Record, Viewer, fold
from matcher import scoring_in_force
from matcher.teams.building import build_teams
from matcher.teams.requests import ROLE_HOUSE, Wishes

_RANGE = re.compile(r"\s*(\d{1,3})\s*(?:[-–]\s*(\d{1,3})\s*)?")
_MONEY = re.compile(r"([\d.,\s]+)\s*(dong|d|vnd|nghin|trieu|tr|ty|ti|million|billion)?(?:\s*dong)?")
_UNITS = {
    "nghin": 1_000,
    **dict.fromkeys(("trieu", "tr", "million"), 1_000_000),
    **dict.fromkeys(("ty", "ti", "billion"), 1_000_000_000),
}


def find_teams(
    workspace: Workspace,
    record: Record,
    wishes: Wishes,
    viewer: Viewer,
    translate: Translate,
    lang: str,
    progress: Progress = no_progress,
) -> Teams:
    """By the scoring in force. Raises UnknownRecord and BadTeam."""
    found = build_teams(workspace.index, record, wishes, viewer, scoring_in_force(workspace.index), progress)
    return show_teams(found, workspace.versions, translate, lang)


def read_wishes(
    members: str = "",
    wanted: Sequence[str] = (),
    unwanted: Sequence[str] = (),
    same_organisation: int | None = None,
    place: str = "",
    budget: str = "",
    load: int | None = None,
    teams: int = 3,
) -> Wishes:
    """What a person asks for, as it is typed. Raises BadInput."""
    where, role = _split_role(place.strip())
    return Wishes(
        read_range(members) if members.strip() else None,
        tuple(_split_role(one.strip()) for one in wanted if one.strip()),
        tuple(one.strip() for one in unwanted if one.strip()),
        same_organisation,
        where or None,
        role,
        read_amount(budget) if budget.strip() else None,
        load,
        teams,
    )


def _split_role(said: str) -> tuple[str, str | None]:
    """``id=role`` or ``id:role``; what follows another colon belongs to the id."""
    for mark in ("=", ":"):
        id, found, role = said.rpartition(mark)
        if found and (mark == "=" or role in ROLE_HOUSE):
            return id.strip(), role.strip()
    return said, None


def read_range(said: str) -> tuple[int, int]:
    """``2-4`` or ``3``"""
    found = _RANGE.fullmatch(said)
    if not found:
        raise BadInput(N_("“{text}” is no number of members: write 3 or 2-4."), text=said)
    return int(found[1]), int(found[2] or found[1])


def read_amount(said: str) -> int:
    """đồng: ``900000000``, ``900 triệu``, ``1,5 tỷ``."""
    found = _MONEY.fullmatch(fold(said).strip())
    digits = found[1].replace(" ", "") if found else ""
    unit = _UNITS.get(found[2] or "", 1) if found else 1
    # A dot or comma before three digits groups them, any other begins a fraction.
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    try:
        return round(float(digits) * unit)
    except ValueError as error:
        raise BadInput(N_("“{text}” is no sum of money: write 900000000 or 900 million."), text=said) from error
