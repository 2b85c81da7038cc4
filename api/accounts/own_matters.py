"""What concerns whoever is signed in: their profiles and needs with what fits them, and engagements that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.engagements.taking import SeenEngagement, see_board, see_timeline
from api.proposing import propose
from index import Index
from index.engagements import Act
from ingest import Kind, Record, Viewer
from matcher import Pairing

PAGE = 5
_BEST = 3
_MOST_WAITING = 20
_ANSWERS: tuple[Act, ...] = ("interest", "agree", "consent", "decline")
OFFERED: tuple[Kind, ...] = ("need", "proposal")
"""What is looked for on behalf of a scientist: needs, and orders of the state."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """A profile with the needs and orders that fit it best, each with the id of the engagement under way, if any."""

    record: Record
    found: tuple[tuple[Kind, tuple[tuple[Pairing, str | None], ...]], ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An engagement in which the viewer can answer, and how."""

    seen: SeenEngagement
    answers: tuple[Act, ...]


def own_records(index: Index, viewer: Viewer, kind: Kind) -> list[Record]:
    """Of a kind, by title."""
    found = index.store.get_many(sorted(viewer.owns)).values()
    return sorted((one for one in found if one.kind == kind), key=lambda one: (one.title, one.id))


def find_fitting(index: Index, profiles: Sequence[Record], viewer: Viewer) -> list[Fitting]:
    return [_find(index, record, viewer) for record in profiles]


def _find(index: Index, record: Record, viewer: Viewer) -> Fitting:
    under_way = {
        other: one.id
        for one in reversed(index.store.engagements.all(viewer, record.id))
        if one.stage not in ("declined", "handed_over")
        for other in (one.record_id, one.candidate_id)
    }
    found = []
    for kind in OFFERED:
        match = propose(index, record, kind, viewer, _BEST, None)
        told = [one for one in match.pairings if one.basis != "insufficient"]
        found.append((kind, tuple((one, under_way.get(one.id)) for one in told)))
    return Fitting(record, tuple(found))


def find_waiting(index: Index, viewer: Viewer, today: date) -> list[Waiting]:
    """Engagements of the viewer's records that can be answered now."""
    found: list[Waiting] = []
    for seen in see_board(index, viewer, today):
        if not seen.own_sides or seen.state in ("declined", "expired", "handed_over"):
            continue
        possible = see_timeline(index, seen.engagement.id, viewer, today).possible
        may = {act for act, side, is_told in possible if side is None and not is_told}
        if answers := tuple(act for act in _ANSWERS if act in may):
            found.append(Waiting(seen, answers))
        if len(found) == _MOST_WAITING:
            break
    return found
