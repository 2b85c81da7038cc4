"""The cohort: how high candidates stand with other records of the kind that asks, so that nobody wins by fitting all.

A profile of many works is near to every question: a hub (M. Radovanović, A. Nanopoulos, M. Ivanović, Hubs in space,
2010). Its score is set against what it usually has, as a verifier of speakers sets a score against a cohort (S-norm: P.
Kenny, Bayesian speaker verification with heavy-tailed priors, 2010) and as image search does (querybank normalisation:
S.-V. Bogolin et al., Cross modal retrieval with querybank normalisation, 2022). The median is taken, so that those who
fit a few of the others are not held back for it.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np

from index import Candidates, Floats, Index, Integers, Traits
from index.languages import UNKNOWN, language_of
from ingest import Kind, Record, Viewer, as_seen_by
from matcher.crowd import Crowd
from matcher.fusion import TEXT_SIGNALS, Weights, fuse
from matcher.question import NAMED_KINDS, Question, ask_stored
from matcher.text_signals import score_texts

MOST_ASKED = 64
"""Records of a cohort; more change a median little."""
FEWEST_ASKED = 8
"""Of fewer, one that asks for the same would speak against those who fit both."""
_MOST_LOOKED_AT = 4 * MOST_ASKED
"""Records among which those of one language are sought."""
_TRUST = 16  # so many records are believed by half


@dataclass(frozen=True, slots=True)
class Cohort:
    """`scores` are those of texts that each record of the cohort gives to the candidates at `places`: (cohort,
    places)."""

    ids: tuple[str, ...]
    places: Integers
    scores: Floats
    usual: Floats
    """Their median, with all of the cohort: (places,)."""

    @classmethod
    def of(cls, ids: Sequence[str], places: Integers, scores: Floats) -> Cohort:
        usual = np.median(scores, axis=0) if len(scores) else np.zeros(len(places))
        return cls(tuple(ids), places, scores, usual.astype(np.float32))

    def specificity(self, asking: str, count: int) -> Floats | None:
        """How much lower than the others each candidate stands with the records but for the one that asks: (count,),
        NaN for those that are not at `places`. None where too few others ask."""
        rows = [number for number, id in enumerate(self.ids) if id != asking]
        if len(rows) < FEWEST_ASKED or not len(self.places):
            return None
        usual = self.usual if len(rows) == len(self.ids) else np.median(self.scores[rows], axis=0)
        believed = len(rows) / (len(rows) + _TRUST)
        values = np.full(count, np.nan, dtype=np.float32)
        values[self.places] = believed * (usual.mean() - usual)
        return values


@dataclass(frozen=True, slots=True)
class _Kept:
    traits: Mapping[str, Traits]
    cohorts: dict[tuple[Kind, int, Viewer, str, tuple[str, ...]], Cohort] = field(default_factory=dict)


_kept: WeakKeyDictionary[Candidates, _Kept] = WeakKeyDictionary()
_keeping = threading.Lock()


def cohort_of(
    index: Index,
    question: Question,
    candidates: Candidates,
    traits: Mapping[str, Traits],
    crowd: Crowd,
    viewer: Viewer,
    weights: Weights,
    beside: tuple[Record, ...],
) -> Cohort:
    """The cohort of records of the kind that asks and in its language, those beside it among them, as the viewer sees
    them; kept for the next question. In another language others would stand high.

    Its records are chosen by a hash of their ids: by chance, and the same ones every time.
    """
    kind, language = question.record.kind, question.language
    key = kind, language, viewer, weights.version, tuple(record.id for record in beside)
    with _keeping:
        held = _kept.get(candidates)
        if held is None or held.traits is not traits:
            held = _kept[candidates] = _Kept(traits)
    found = held.cohorts.get(key)
    if found is None:
        found = held.cohorts[key] = _gather(index, kind, language, candidates, traits, crowd, viewer, weights, beside)
    return found


def _gather(
    index: Index,
    kind: Kind,
    language: int,
    candidates: Candidates,
    traits: Mapping[str, Traits],
    crowd: Crowd,
    viewer: Viewer,
    weights: Weights,
    beside: Sequence[Record],
) -> Cohort:
    places = np.flatnonzero([held in NAMED_KINDS for held in candidates.kinds])
    given = {record.id: record for record in beside if record.kind == kind}
    stored = [id for id, known in traits.items() if known.kind == kind and id not in given]
    none = np.zeros((0, len(places)), dtype=np.float32)
    if not len(places):
        return Cohort.of((), places, none)
    some = itertools.islice(_in_order(index, [*given, *stored], given), _MOST_LOOKED_AT)
    seen = (record for record in some if _is_in(as_seen_by(record, viewer), language))
    asked = ask_stored(index, list(itertools.islice(seen, MOST_ASKED)), viewer)
    ids: list[str] = []
    rows: list[Floats] = []
    for question, signals, _ in score_texts(asked, candidates, crowd, weights):
        ids.append(question.record.id)
        of_texts = {name: values for name, values in signals.items() if name in TEXT_SIGNALS}
        rows.append(fuse(of_texts, weights)[places])
    return Cohort.of(ids, places, np.stack(rows) if rows else none)


def _is_in(record: Record | None, language: int) -> bool:
    """Whether there is a record, and whether it may be in the language."""
    if record is None:
        return False
    text = "\n".join((record.title, *(section.text for section in record.sections)))
    return language_of(text) != -language or language == UNKNOWN


def _in_order(index: Index, ids: Iterable[str], given: Mapping[str, Record]) -> Iterator[Record]:
    shuffled = sorted(ids, key=lambda id: hashlib.sha256(id.encode()).digest())
    for first in range(0, len(shuffled), MOST_ASKED):
        some = shuffled[first : first + MOST_ASKED]
        stored = index.store.get_many([id for id in some if id not in given])
        yield from (record for id in some if (record := given.get(id) or stored.get(id)))
