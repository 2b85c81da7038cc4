"""Which stored tasks a proposal is compared with section by section: those that share its wording, or mean the like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index import Index, Progress, no_progress
from index.wanted import check_wanted
from ingest import Record, Viewer, as_seen_by
from matcher.fusion import Weights
from matcher.overlap.shingles import cut_bands, cut_shingles, measure_likeness, text_of
from matcher.question import ask
from matcher.ranking import rank_candidates

_NEAREST = 16  # by words and meaning; the hand-written pairs have theirs among the first 5 (benchmarks/README.md)
_MOST_COPIES = 8
# Among how many of the nearest copies are sought: the words of 10,000 tasks take half a minute to read, and a copy of
# which a third is rewritten is among the first anyway (benchmarks/README.md).
_MAY_BE_COPIES = 500
_AT_ONCE = 50  # records read from the store
_TEXT_ONLY = Weights({"lexical": 1.0, "dense": 1.0, "late": 0.5})


def find_candidates(
    index: Index, record: Record, viewer: Viewer, limit: int, progress: Progress = no_progress
) -> tuple[list[Record], list[Record]]:
    """The tasks that the viewer sees and that are to be compared, as seen: the first `limit` or 16 by meaning and
    words, then those of like wording; and those of the 500 nearest that share their wording, the likest first. Never
    the record itself."""
    ranking = rank_candidates(index, ask(index, record, viewer), "proposal", viewer, _TEXT_ONLY)
    near = [ranking.candidates.record_ids[position] for position in ranking.order[: max(limit, _MAY_BE_COPIES)]]
    ids = near[: max(limit, _NEAREST)]
    nearest = index.store.get_many(ids)
    found = {id: seen for id in ids if id in nearest and (seen := as_seen_by(nearest[id], viewer))}
    alike = _find_alike(index, near[:_MAY_BE_COPIES], record, viewer, progress)
    found |= {one.id: one for one in alike[:_MOST_COPIES]}
    return list(found.values()), alike


def _find_alike(index: Index, ids: Sequence[str], record: Record, viewer: Viewer, progress: Progress) -> list[Record]:
    """Tasks that share a band of MinHash with the record, by how much of their wording they share."""
    mine = cut_shingles(text_of(record))
    bands = set(cut_bands(mine))
    if not bands:
        return []
    found: list[tuple[float, str, Record]] = []
    for other in _each_seen(index, ids, viewer, progress):
        check_wanted()
        theirs = cut_shingles(text_of(other))
        if other.id != record.id and not bands.isdisjoint(cut_bands(theirs)):
            found.append((-measure_likeness(mine, theirs), other.id, other))
    return [other for _, _, other in sorted(found, key=lambda one: one[:2])]


def _each_seen(index: Index, ids: Sequence[str], viewer: Viewer, progress: Progress) -> Iterator[Record]:
    for start in range(0, len(ids), _AT_ONCE):
        progress("seek", start, len(ids))
        held = index.store.get_many(ids[start : start + _AT_ONCE])
        for id in ids[start : start + _AT_ONCE]:
            seen = as_seen_by(held[id], viewer) if id in held else None
            if seen:
                yield seen
    progress("seek", len(ids), len(ids))
