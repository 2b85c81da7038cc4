"""What is proposed to a person: matched by the scoring in force, and remembered as shown."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime

from api.errors import BadInput
from api.library import see_record
from index import Index, Surface
from ingest import N_, Kind, Record, Viewer
from matcher import Explanation, Match, explain, match, scoring_in_force

_MOST_COMPARED = 4
_log = logging.getLogger(__name__)


def propose(
    index: Index,
    record: Record,
    to: Kind,
    viewer: Viewer,
    limit: int,
    surface: Surface | None,
    explored_on: date | None = None,
) -> Match:
    """The best candidates. What officers see of a stored record is remembered with its `surface` (None: it is not
    stored), where that can be written just now. On a day that is named chance gives away the last place, each time to
    the same."""
    is_remembered = surface is not None and viewer.sees_all
    seed = f"{record.id} {to} {explored_on}" if explored_on and is_remembered else None
    found = match(index, record, to, viewer, limit, scoring_in_force(index), seed)
    if surface is not None and is_remembered and found.pairings:
        shown = found.as_exposure(surface, seed if found.tried else None)
        if not index.store.exposures.remember(shown, datetime.now(UTC)):
            _log.info("what was shown for %s was not remembered", record.id)
    return found


def explain_candidate(index: Index, record: Record, candidate: str, viewer: Viewer, limit: int) -> Explanation:
    """By the scoring in force."""
    return explain(index, record, candidate, viewer, limit, scoring_in_force(index))


def explain_candidates(
    index: Index, record: Record, candidates: Sequence[str], viewer: Viewer, limit: int
) -> list[Explanation]:
    """Each of some candidates that are to be compared. Raises BadInput unless they are two to four of one kind."""
    ids = list(dict.fromkeys(candidates))
    if not 1 < len(ids) <= _MOST_COMPARED:
        raise BadInput(N_("Choose two to {most} candidates to compare."), most=_MOST_COMPARED)
    if len({see_record(index, id, viewer).kind for id in ids}) > 1:
        raise BadInput(N_("Only candidates of one kind can be compared."))
    return [explain_candidate(index, record, id, viewer, limit) for id in ids]
