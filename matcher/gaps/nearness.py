"""Which groups of fields a record without one may be about, by meaning: told as a perhaps, never counted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from index import Index
from index.languages import VIETNAMESE
from ingest import Viewer
from ingest.fields import field_vocabulary, group_title
from matcher.lately_encoded import encode_questions

# The first three of 40 hold a stated group of 93 in 100 of the 44 sample needs and tasks that state one, the first
# alone that of 59.
_NEAREST = 3


def find_near_groups(index: Index, viewer: Viewer) -> Mapping[str, frozenset[str]]:
    """Need or proposal → the groups whose titles what it says is nearest to, beside what all say; {} without a
    model."""
    candidates = index.candidates(["need", "proposal"], viewer)
    if index.encoder is None or not len(candidates) or not candidates.have_vectors:
        return {}
    codes = sorted({code for groups in field_vocabulary().values() for code in groups})
    vectors = encode_questions(index.encoder, [group_title(code) or code for code in codes])
    scores = candidates.dense(vectors, [VIETNAMESE] * len(vectors))
    spread = np.maximum(scores.std(axis=1, keepdims=True), 1e-6)
    nearness = np.add.reduceat((scores - scores.mean(axis=1, keepdims=True)) / spread, candidates.first_rows, axis=1)
    means = nearness / candidates.sizes
    nearest = np.argsort(-means, axis=0, kind="stable")[:_NEAREST]
    return {id: frozenset(codes[at] for at in nearest[:, row]) for row, id in enumerate(candidates.record_ids)}
