"""Gaps: demand against supply, as far as the viewer sees."""

from __future__ import annotations

from fastapi import APIRouter

from api.gaps.finding import ask, find_gaps, load_priorities, see_near_groups, see_subjects, see_unmet_needs
from api.gaps.schemas import GapReport, UnmetNeeds
from api.gaps.views import Baseline
from api.routes.parameters import AtServer
from matcher.gaps.growth import DEFAULT_BASELINE

router = APIRouter(prefix="/gaps", tags=["gaps"])


@router.get("")
def get_gaps(
    server: AtServer,
    by: str | None = None,
    field: str | None = None,
    place: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    baseline: Baseline = DEFAULT_BASELINE,
) -> GapReport:
    """Demand and supply `by` field, group, place, locality and year (with commas between them), competences that
    nobody asks for, priorities, growth, and tasks whose results are used; each figure with the ids of its records."""
    index = server.live.current.index
    subjects = see_subjects(index, server.viewer)
    asked = ask(subjects, by, field, place, year_from, year_to, baseline)
    return find_gaps(subjects, asked, load_priorities(server.settings.data), see_near_groups(index, server.viewer))


@router.get("/unmet")
def get_unmet_needs(
    server: AtServer,
    field: str | None = None,
    place: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
) -> UnmetNeeds:
    """Needs that nobody stored can serve, with their best candidates. All needs are matched when something has changed,
    which takes longer."""
    index = server.live.current.index
    subjects = see_subjects(index, server.viewer)
    asked = ask(subjects, None, field, place, year_from, year_to)
    return see_unmet_needs(index, subjects, asked, server.viewer)
