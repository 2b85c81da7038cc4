"""The background: how near a question is to texts of every field, against which nearness to a candidate is set.

The first of a list stands out of it even where nobody fits. What a text has with sentences of every field is known
beforehand, and a candidate who has no more is near by chance: scores are set against an impostor cohort that is not in
the list (R. Auckenthaler, M. Carey, H. Lloyd-Thomas, Score normalization for text-independent speaker verification
systems, 2000). Passages in another language are set against sentences in that language.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index import Candidates, Floats, Index, Integers
from index.languages import OTHER, UNKNOWN, VIETNAMESE
from matcher.question import NAMED_KINDS, Question

LEAST_STANDING = 2.0
"""What lies within two spreads of the background is near by chance: of those who fit needs of the samples well one in
twenty does, and a third of those who are first where nobody fits (benchmarks/bench_doubt.py)."""
CLEARLY_STANDING = 2 * LEAST_STANDING
"""What lies so far out of the background answers in other words too."""
_MOST_TELLING = 3  # passages of a question: of a long text not all is said again
# The whole of a long text that describes work goes with no need more than with others.
_LONG_KINDS = frozenset({"proposal", "document"})
_LEAST_SPREAD = 1e-6


def measure_standing_out(
    index: Index, question: Question, candidates: Candidates, positions: Sequence[int]
) -> dict[int, float] | None:
    """By how many spreads more than with sentences of every field the question agrees in meaning with what each
    candidate at these positions says; for a person or body that asks, the work that agrees most. None without vectors
    and for what tasks and documents ask."""
    if not candidates.have_vectors or question.record.kind in _LONG_KINDS:
        return None
    background = index.reference_vectors()
    asked = [
        (np.concatenate([part.vector[np.newaxis], part.vectors]), part.language or VIETNAMESE)
        for part in question.parts
        if part.vector is not None and part.vectors is not None
    ]
    if background is None or not asked:
        return None
    if not positions:
        return {}
    columns = [_telling_columns(candidates, position) for position in positions]
    first_rows = np.cumsum([0, *map(len, columns[:-1])])
    rows = np.concatenate(columns)
    vectors, languages = candidates.vectors(rows), candidates.languages[rows]
    standing = np.max(
        [
            _stand(part, vectors, first_rows, np.where(languages == UNKNOWN, usual, languages), background)
            for part, usual in asked
        ],
        axis=0,
    )
    return dict(zip(positions, standing.tolist(), strict=True))


def _telling_columns(candidates: Candidates, position: int) -> Integers:
    """Those of a person or body without the name, if there are others."""
    rows = candidates.rows_of(position)
    columns = np.arange(rows.start, rows.stop)
    said = columns[candidates.sections[columns] >= 0] if candidates.kinds[position] in NAMED_KINDS else columns
    return said if len(said) else columns


def _stand(
    asked: Floats, vectors: Floats, first_rows: Integers, languages: NDArray[np.int8], background: Floats
) -> Floats:
    """For each candidate the mean of what a whole, and what its nearest three passages, have each with the nearest
    passage: (candidates,). `asked`: the whole, then its passages, (asked, d); `vectors`: (passages, d), in `languages`,
    those of a candidate from its first row on."""
    near = asked @ vectors.T
    for language, sentences in zip((VIETNAMESE, OTHER), background, strict=True):
        usual = asked @ sentences.T
        spread = np.maximum(usual.std(axis=1, keepdims=True), _LEAST_SPREAD)
        columns = languages == language
        near[:, columns] = (near[:, columns] - usual.mean(axis=1, keepdims=True)) / spread
    best = np.maximum.reduceat(near, first_rows, axis=1)
    of_passages = -np.sort(-best[1:], axis=0)[:_MOST_TELLING]
    return np.asarray((best[0] + of_passages.mean(axis=0)) / 2, dtype=np.float32)
