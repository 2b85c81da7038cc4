"""The pages: server-rendered, Vietnamese first, each with its JSON twin; scripts enhance, nothing needs them."""

from fastapi import APIRouter

from api.pages import duplicates, explanation, home, pairings, records, results, upload

router = APIRouter()
for part in (
    home.router,
    results.router,
    pairings.router,
    explanation.router,
    records.router,
    upload.router,
    duplicates.router,
):
    router.include_router(part)

__all__ = ["router"]
