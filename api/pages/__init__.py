"""The pages: server-rendered, Vietnamese first, each with its JSON twin; scripts enhance, nothing needs them."""

from fastapi import APIRouter, Depends

from api.audit.subjects import read_fields
from api.pages import (
    account_keeping,
    accounts,
    charts,
    comparison,
    council,
    declarations,
    duplicates,
    engagements,
    explanation,
    gap_records,
    gaps,
    help,
    home,
    job_files,
    jobs,
    order,
    overlap,
    pairings,
    posting,
    profiles,
    records,
    results,
    saved_searches,
    signing_in,
    team,
    upload,
    values,
)

router = APIRouter(dependencies=[Depends(read_fields)])
for page in (
    home,
    signing_in,
    accounts,
    account_keeping,
    help,
    results,
    saved_searches,
    pairings,
    engagements,
    posting,
    profiles,
    explanation,
    comparison,
    council,
    declarations,
    order,
    overlap,
    team,
    values,
    records,
    upload,
    jobs,
    job_files,
    duplicates,
    gaps,
    gap_records,
    charts,
):
    router.include_router(page.router)

__all__ = ["router"]
