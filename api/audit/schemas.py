"""The audit log as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

from index.audit import AuditSurface, Deed, Doubt, Entry, Finding, Flaw, Link
from ingest import Role


class AuditEntry(BaseModel):
    """`subjects` are ids, or digests of those that people chose."""

    n: int
    at: str
    actor: str
    role: Role
    surface: AuditSurface
    deed: Deed
    what: str
    subjects: tuple[str, ...]
    missed: int


class AuditEntries(BaseModel):
    entries: tuple[AuditEntry, ...]


class AuditFinding(BaseModel):
    flaw: Flaw
    n: int


class Verification(BaseModel):
    """`entries` and `head` are the number of the last entry and its digest. The last `not_anchored` entries are not in
    the anchor yet; those numbered in `not_vouched` were put there by another program than the one that wrote them, as
    after a crash, or of a forged entry."""

    is_whole: bool
    entries: int
    head: str
    findings: tuple[AuditFinding, ...]
    not_anchored: int
    not_vouched: tuple[int, ...]


def show_entries(entries: Iterable[Entry]) -> AuditEntries:
    fields = tuple(AuditEntry.model_fields)
    return AuditEntries(entries=tuple(AuditEntry(**{name: getattr(one, name) for name in fields}) for one in entries))


def show_findings(findings: Iterable[Finding], doubt: Doubt, head: Link) -> Verification:
    shown = tuple(AuditFinding(flaw=one.flaw, n=one.n) for one in findings)
    return Verification(
        is_whole=not shown,
        entries=head.n,
        head=head.digest,
        findings=shown,
        not_anchored=doubt.not_anchored,
        not_vouched=doubt.not_vouched,
    )
