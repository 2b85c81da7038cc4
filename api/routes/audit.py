"""The audit log over HTTP: for administrators only."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.audit.recording import anchor_of, list_entries, verify
from api.audit.schemas import AuditEntries, Verification, show_entries, show_findings
from api.routes.parameters import AtAdministeringServer, Limit

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("")
def get_audit(
    server: AtAdministeringServer,
    by: Annotated[str | None, Query()] = None,
    since: Annotated[datetime | None, Query()] = None,
    of: Annotated[str | None, Query()] = None,
    limit: Limit = 100,
) -> AuditEntries:
    """The latest entries (of an actor, since a moment in UTC, about one thing), latest first."""
    return show_entries(list_entries(server.live.current.index.store, by, since, of, limit))


@router.get("/verification")
def get_verification(server: AtAdministeringServer) -> Verification:
    """Whether nothing in the log was changed, taken out, put in, moved or cut off."""
    store = server.live.current.index.store
    return show_findings(*verify(store, anchor_of(server.settings)), store.audit.head)
