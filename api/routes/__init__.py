"""The HTTP API under /api/v1: the same words as the command line."""

from fastapi import APIRouter, Depends

from api.audit.subjects import read_fields
from api.routes import (
    accounts,
    audit,
    charts,
    corrections,
    councils,
    declarations,
    duplicates,
    engagements,
    files,
    gaps,
    health,
    help,
    jobs,
    judgements,
    needs,
    orders,
    overlap,
    profiles,
    records,
    saved_searches,
    search,
    teams,
    values,
)

router = APIRouter(prefix="/api/v1", dependencies=[Depends(read_fields)])
for part in (
    health.router,
    accounts.router,
    help.router,
    search.router,
    saved_searches.router,
    files.router,
    jobs.router,
    duplicates.router,
    corrections.router,
    judgements.router,
    engagements.router,
    needs.router,
    audit.router,
    gaps.router,
    charts.router,
    councils.router,
    declarations.router,
    orders.router,
    overlap.router,
    teams.router,
    values.router,
    profiles.router,
    records.router,
):
    router.include_router(part)

__all__ = ["router"]
