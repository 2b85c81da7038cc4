"""Which stored tasks a proposal is compared with section by section: those that share its wording, or mean the like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Compared:
    """Tasks as the viewer sees them, without the record itself. `first` are the nearest 16 by meaning and words and
    those of like wording, however long the list is; `further` are the next nearest. `alike` are those of the 500
    nearest that share the wording, the likest first."""

    first: tuple[Record, ...]
    further: tuple[Record, ...]
    alike: tuple[Record, ...]


def find_candidates(
    index: Index, record: Record, viewer: Viewer, limit: int, progress: Progress = no_progress
) -> Compared:
    """The tasks that are to be compared for a list of `limit`, the nearest first."""
    ranking = rank_candidates(index, ask(index, record, viewer), "proposal", viewer, _TEXT_ONLY)
    near = [ranking.candidates.record_ids[position] for position in ranking.order[: max(limit, _MAY_BE_COPIES)]]
    nearest = index.store.get_many(near[: max(limit, _NEAREST)])
    seen = {id: one for id in near if id in nearest and (one := as_seen_by(nearest[id], viewer))}
    alike = _find_alike(index, near[:_MAY_BE_COPIES], record, viewer, progress)
    first = {id: seen[id] for id in near[:_NEAREST] if id in seen} | {one.id: one for one in alike[:_MOST_COPIES]}
    return Compared(tuple(first.values()), tuple(one for id, one in seen.items() if id not in first), tuple(alike))


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
