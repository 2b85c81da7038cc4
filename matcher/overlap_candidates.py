"""Which stored tasks a proposal is compared with section by section: those that share its wording, or mean the like."""

from __future__ import annotations

from collections.abc import Iterator

from index import Candidates, Index, Progress, no_progress
from ingest import Record, Viewer, as_seen_by
from matcher.fusion import Weights
from matcher.question import ask
from matcher.ranking import rank_candidates
from matcher.shingles import cut_bands, cut_shingles, measure_likeness, text_of

_NEAREST = 16  # by words and meaning; the hand-written pairs have theirs among the first 5 (benchmarks/README.md)
_MOST_COPIES = 8
_AT_ONCE = 500  # records read from the store
_TEXT_ONLY = Weights({"lexical": 1.0, "dense": 1.0, "late": 0.5})


def find_candidates(
    index: Index, record: Record, viewer: Viewer, limit: int, progress: Progress = no_progress
) -> tuple[list[Record], list[Record]]:
    """The tasks that the viewer sees and that are to be compared, as seen: the first `limit` or 16 by meaning and
    words, then those of like wording; and all that share their wording, the likest first. Never the record itself."""
    ranking = rank_candidates(index, ask(index, record, viewer), "proposal", viewer, _TEXT_ONLY)
    ids = [ranking.candidates.record_ids[position] for position in ranking.order[: max(limit, _NEAREST)]]
    nearest = index.store.get_many(ids)
    found = {id: seen for id in ids if id in nearest and (seen := as_seen_by(nearest[id], viewer))}
    alike = _find_alike(index, ranking.candidates, record, viewer, progress)
    found |= {one.id: one for one in alike[:_MOST_COPIES]}
    return list(found.values()), alike


def _find_alike(
    index: Index, candidates: Candidates, record: Record, viewer: Viewer, progress: Progress
) -> list[Record]:
    """Tasks that share a band of MinHash with the record, by how much of their wording they share."""
    mine = cut_shingles(text_of(record))
    bands = set(cut_bands(mine))
    if not bands:
        return []
    found: list[tuple[float, str, Record]] = []
    for other in _each_seen(index, candidates, viewer, progress):
        theirs = cut_shingles(text_of(other))
        if other.id != record.id and not bands.isdisjoint(cut_bands(theirs)):
            found.append((-measure_likeness(mine, theirs), other.id, other))
    return [other for _, _, other in sorted(found, key=lambda one: one[:2])]


def _each_seen(index: Index, candidates: Candidates, viewer: Viewer, progress: Progress) -> Iterator[Record]:
    ids = candidates.record_ids
    for start in range(0, len(ids), _AT_ONCE):
        if len(ids) > _AT_ONCE:
            progress("compare", start, len(ids))
        held = index.store.get_many(ids[start : start + _AT_ONCE])
        for id in ids[start : start + _AT_ONCE]:
            seen = as_seen_by(held[id], viewer) if id in held else None
            if seen:
                yield seen
