"""Standing out: for which of some records a candidate is far before the others of its kind, when these records ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index import Index
from ingest import Kind, Record, Viewer
from matcher.fusion import DEFAULT_WEIGHTS, Weights
from matcher.pairing import SMALLEST_CROWD, describe_pairings
from matcher.question import ask_all
from matcher.ranking import rank_each

_FAR = 2.0
"""Standard deviations above the mean. Some need is always nearest to a scientist, also where none fits: of the three
nearest of each scientist of the samples, 28 of 120 judged to fit, and 16 of 44 that fit left out. Of the 20 nearest
those in whose own list the scientist is so far before: 32 of 60, and 12 left out (at 1.5: 35 of 92, at 2.5: 26 of 38;
alike on each half of the needs)."""


def find_standing_out(
    index: Index, records: Sequence[Record], to: Kind, viewer: Viewer, weights: Weights = DEFAULT_WEIGHTS
) -> Mapping[str, frozenset[str]]:
    """The candidates of kind `to` that stand out among all that the viewer sees, by the id of the record that asks;
    where they are few, those that share words with it."""
    questions = ask_all(index, records, viewer)
    found: dict[str, frozenset[str]] = {}
    for question, ranking in zip(questions, rank_each(index, questions, to, viewer, weights), strict=True):
        ids, scores = ranking.candidates.record_ids, ranking.scores[ranking.order]
        if len(scores) < SMALLEST_CROWD:
            pairings = describe_pairings(index, question, ranking, viewer, ranking.order)
            found[question.record.id] = frozenset(one.id for one in pairings if one.basis != "insufficient")
        else:
            bar = scores.mean() + _FAR * scores.std()
            found[question.record.id] = frozenset(ids[at] for at in ranking.order if ranking.scores[at] > bar)
    return found
