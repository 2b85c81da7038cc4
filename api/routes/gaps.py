"""Gaps: demand against supply, as far as the viewer sees."""

from __future__ import annotations

from fastapi import APIRouter

from api.awaiting import WhileAwaited
from api.errors import BadInput
from api.gaps.finding import ask, load_priorities, see_gaps, see_subjects
from api.gaps.schemas import GapReport, UnmetNeeds, ids_in
from api.gaps.seeking import MOST_AT_ONCE, seek_unmet_needs
from api.gaps.views import Baseline
from api.routes.parameters import AtServer
from index.database import note_shown
from ingest import N_
from matcher.gaps.growth import DEFAULT_BASELINE

router = APIRouter(prefix="/gaps", tags=["gaps"], dependencies=[WhileAwaited])


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
    found = see_gaps(index, asked, load_priorities(server.settings.data), server.viewer)
    note_shown(*ids_in(found))
    return found


@router.get("/unmet")
def get_unmet_needs(
    server: AtServer,
    field: str | None = None,
    place: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
) -> UnmetNeeds:
    """Needs that nobody stored can serve, with their best candidates. All needs are matched when something has changed;
    of more than a hundred `POST /api/v1/jobs` with `{"kind": "unmet"}` does it for whoever is signed in, with progress,
    and can be cancelled: until then, and after each change, this is refused."""
    index = server.live.current.index
    subjects = see_subjects(index, server.viewer)
    asked = ask(subjects, None, field, place, year_from, year_to)
    found = seek_unmet_needs(server, subjects, asked).found
    if found is None:
        raise BadInput(
            N_(
                "To match all needs takes long; at once it is done for at most {most}. Ask for it as a job: POST "
                "/api/v1/jobs with the kind unmet, or on the page /cung-cau/chua-dap-ung."
            ),
            most=MOST_AT_ONCE,
        )
    return found
