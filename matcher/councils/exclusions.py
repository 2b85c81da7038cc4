"""Who may not sit on a council for a task, and why: every finding, of each kind in turn, exclusions first."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ingest import Record
from matcher.councils.exclusions_by_common_work import find_advisers, find_coauthorship
from matcher.councils.exclusions_by_declaration import find_declared
from matcher.councils.exclusions_by_dossier import find_host, find_participation, find_partners
from matcher.councils.findings import Case, Finding, Weight

_FINDERS: tuple[Callable[[Case, Record], Iterable[Finding]], ...] = (
    find_participation,
    find_host,
    find_partners,
    find_declared,
    find_coauthorship,
    find_advisers,
)


def find_findings(case: Case, person: Record) -> tuple[Finding, ...]:
    """Everything that speaks against a scientist, exclusions first, each reason once."""
    found = [finding for find in _FINDERS for finding in find(case, person)]
    order: dict[Weight, int] = {"exclusion": 0, "question": 1, "advice": 2}
    sure = {one.kind for one in found if one.weight == "exclusion"}
    kept: dict[tuple[str, str, str, str], Finding] = {}
    for one in found:
        if one.weight == "question" and one.kind in sure:
            continue
        kept.setdefault((one.kind, one.weight, one.reason.message, repr(sorted(one.reason.params.items()))), one)
    return tuple(sorted(kept.values(), key=lambda one: order[one.weight]))
