"""Clusters of needs: which other needs raise the same problem as one, with the clauses in which they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from index import Floats, Index, Mode, Progress, no_progress, terms
from index.languages import lacks_accents
from ingest import Record, Viewer, accented_view, as_seen_by, fold
from matcher.bonds import Term
from matcher.evidence import Quote, quote
from matcher.lately_encoded import encode_clauses
from matcher.matching import match
from matcher.overlap.section_comparison import QuotePair, quote_section
from matcher.overlap.task_profile import profile_tasks

_COMPARED = 40  # nearest by the ranking; each costs the time to encode its text
_MOST_NEAR = 5  # a person looks at them all
# What says the problem itself; who asks, the budget and how to work together are alike in unlike needs.
_TELLING = frozenset({"situation", "requirements", "objectives", "content", "text", "summary", "urgency"})
_REPEATED = 2  # parts of a need that say a word
_LEAST_SPREAD = 1e-6

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SimilarNeed:
    """A need as the viewer sees it, and clauses of both side by side."""

    need: Record
    quotes: tuple[QuotePair, ...]


@dataclass(frozen=True, slots=True)
class NeedCluster:
    """The needs that raise the same problem, the surest first, and at most five `near` ones that were not joined, the
    nearest first: a person may add them."""

    mode: Mode
    similar: tuple[SimilarNeed, ...]
    near: tuple[SimilarNeed, ...]


def cluster_needs(
    index: Index, need: Record, viewer: Viewer, without: Iterable[str] = (), progress: Progress = no_progress
) -> NeedCluster:
    """The stored needs like one, without those that a person left out; ties by id.

    Raises UnknownRecord when the need does not exist for the viewer.
    """
    ranked = match(index, need, "need", viewer, _COMPARED)
    left_out = {need.id, *without}
    held = index.store.get_many([one.id for one in ranked.pairings if one.id not in left_out])
    others = [seen for record in held.values() if (seen := as_seen_by(record, viewer))]
    if not others:
        return NeedCluster(ranked.mode, (), ())
    mine = as_seen_by(need, viewer) or need
    compared = Likeness.of(index, [mine, *others], viewer, progress)
    cluster = compared.find_clusters()
    found = sorted(
        ((compared.compare(0, number), number, other) for number, other in enumerate(others, 1)),
        key=lambda one: (-one[0].strength, one[2].id),
    )
    joined = [other for _, number, other in found if cluster[number] == cluster[0]]
    near = [other for agreement, number, other in found if cluster[number] != cluster[0] and agreement.is_near]
    quoted = tuple(_quote(index, compared.mode, mine, [*joined, *near[:_MOST_NEAR]], progress))
    return NeedCluster(compared.mode, quoted[: len(joined)], quoted[len(joined) :])


def find_strangers(
    index: Index, needs: Sequence[Record], viewer: Viewer, progress: Progress = no_progress
) -> list[Record]:
    """Of several needs those that are not near to any of the others."""
    if len(needs) < 2:
        return []
    compared = Likeness.of(index, needs, viewer, progress)
    numbers = range(len(needs))
    return [
        needs[one]
        for one in numbers
        if not any(
            agreement.is_one_problem or agreement.is_near
            for agreement in (compared.compare(one, other) for other in numbers if other != one)
        )
    ]


@dataclass(frozen=True, slots=True)
class NeedAgreement:
    """How far two needs agree. `keys`: the share of the words that each repeats, which name the thing and its trouble,
    that the other says, rare ones counting for more, 0–1; `words`: a cosine of all words in which rare ones count for
    more, 0–1; `nearness`: by how many spreads their texts are nearer in meaning than sentences of unlike fields are to
    each other, None without a model."""

    keys: float
    words: float
    nearness: float | None

    @property
    def strength(self) -> float:
        """What speaks for one problem, as the logarithm of odds: a logistic regression fitted by
        benchmarks/bench_need_clusters.py. Of needs written for it, so it orders and is no probability in an office."""
        weights = self._fit
        known = weights["keys"] * self.keys + weights["words"] * self.words
        return weights["bias"] + known + (0.0 if self.nearness is None else weights["nearness"] * self.nearness)

    @property
    def is_one_problem(self) -> bool:
        return self.strength >= self._fit["joined"]

    @property
    def is_near(self) -> bool:
        """Worth a look of a person."""
        return self.strength >= self._fit["near"]

    @property
    def _fit(self) -> Mapping[str, float]:
        table: Mapping[str, float] = _table()["words" if self.nearness is None else "meaning"]
        return table


@dataclass(frozen=True, slots=True)
class Likeness:
    """Needs compared with each other by what a `NeedAgreement` tells: (needs, needs) each, `nearness` None without a
    model."""

    mode: Mode
    keys: Doubles
    words: Doubles
    nearness: Floats | None

    @classmethod
    def of(cls, index: Index, needs: Sequence[Record], viewer: Viewer, progress: Progress = no_progress) -> Likeness:
        candidates = index.candidates(["need"], viewer)
        mode: Mode = "hybrid" if index.mode == "hybrid" and candidates.have_vectors else "lexical"
        parts = [_tell(need) for need in needs]
        keys, words = share_words(parts, accented_view, lambda said: candidates.rarities(("accented", w) for w in said))
        # What was typed without accents is compared by its letters alone: a word restored wrongly is like no other.
        is_bare = np.array([lacks_accents(" ".join(each)) for each in parts], dtype=bool)
        if is_bare.any():
            bare = share_words(parts, fold, lambda said: candidates.rarities(("folded", w) for w in said))
            by_letters = is_bare | is_bare[:, np.newaxis]
            keys, words = np.where(by_letters, bare[0], keys), np.where(by_letters, bare[1], words)
        reference = index.reference_vectors()
        nearness = None
        if mode == "hybrid" and index.encoder is not None and reference is not None:
            texts = [" ".join(_tell(restore_accents(index, need))) for need in needs]
            nearness = _measure_nearness(encode_clauses(index.encoder, texts, progress), reference[0])
        return cls(mode, keys, words, nearness)

    def compare(self, one: int, other: int) -> NeedAgreement:
        """Of the needs at these positions."""
        nearness = None if self.nearness is None else float(self.nearness[one, other])
        return NeedAgreement(float(self.keys[one, other]), float(self.words[one, other]), nearness)

    def find_clusters(self) -> Sequence[int]:
        """The number of the cluster of each need."""
        count = len(self.keys)
        strengths = np.zeros((count, count))
        for one, other in combinations(range(count), 2):
            strengths[one, other] = strengths[other, one] = self.compare(one, other).strength
        return link_needs(strengths, _table()["words" if self.nearness is None else "meaning"]["joined"])


def share_words(
    needs: Sequence[Sequence[str]],
    view: Callable[[str], str],
    rarities: Callable[[Iterable[str]], Mapping[Term, float]],
) -> tuple[Doubles, Doubles]:
    """`keys` and `words` of NeedAgreement for needs by their parts, in one view: (needs, needs) each. Keys are the
    words in two parts of a need; in all, where it has but one."""
    said = [Counter(word for part in parts for word in _words(view(part))) for parts in needs]
    rarity = {word: value for (_, word), value in rarities({word for each in said for word in each}).items()}
    column = {word: number for number, word in enumerate(sorted(rarity))}
    weights = np.array([rarity[word] for word in column])
    has, is_key = np.zeros((len(needs), len(column))), np.zeros((len(needs), len(column)))
    for row, (parts, counted) in enumerate(zip(needs, said, strict=True)):
        has[row, [column[word] for word in counted]] = 1.0
        least = min(_REPEATED, len(parts))
        is_key[row, [column[word] for word, count in counted.items() if count >= least]] = 1.0
    whole = (is_key @ weights)[:, np.newaxis]
    shares = np.divide((is_key * weights) @ has.T, whole, out=np.zeros((len(needs), len(needs))), where=whole > 0)
    squares = (has * weights**2) @ has.T
    norms = np.sqrt(np.outer(squares.diagonal(), squares.diagonal()))
    words = np.divide(squares, norms, out=np.zeros_like(squares), where=norms > 0)
    return (shares + shares.T) / 2, (words + words.T) / 2


def link_needs(strengths: Doubles, joined: float) -> Sequence[int]:
    """Clusters by group-average linkage: the two that agree most on average become one as long as that is at least
    `joined`. A need that says the same of another thing stays apart where one of several wordings is like it.
    `strengths`: (needs, needs), symmetric. (R. Sokal, C. Michener, A statistical method for evaluating systematic
    relationships, 1958.)"""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(strengths) < 2:
        return list(range(len(strengths)))
    pairs = strengths[np.triu_indices(len(strengths), 1)]
    if pairs.max() < joined:
        return list(range(len(strengths)))
    tree = linkage(pairs.max() - pairs, "average")
    clusters: list[int] = fcluster(tree, pairs.max() - joined, "distance").tolist()
    return clusters


def restore_accents(index: Index, need: Record) -> Record:
    """The need with the accents that its writer left out, as far as the stored texts tell them and nothing moves."""
    if not all(text.isascii() for text in (need.title, *(section.text for section in need.sections))):
        return need

    def restore(text: str) -> str:
        restored = index.read_query(text).restored
        return restored if restored and len(restored) == len(text) else text

    sections = tuple(replace(section, text=restore(section.text)) for section in need.sections)
    return replace(need, title=restore(need.title), sections=sections)


def _tell(need: Record) -> list[str]:
    return [need.title, *(section.text for section in need.sections if section.name in _TELLING and section.text)]


def _words(view: str) -> set[str]:
    return {word for word in terms(view) if not word.replace("_", "").isdigit()}


def _measure_nearness(needs: Floats, reference: Floats) -> Floats:
    """Cosines of (needs, d), in spreads above those among the reference (sentences, d): (needs, needs). One scale for
    all pairs, so that which needs are stored changes nothing."""
    beside = (reference @ reference.T)[np.triu_indices(len(reference), 1)]
    return np.asarray((needs @ needs.T - beside.mean()) / max(float(beside.std()), _LEAST_SPREAD), dtype=np.float32)


def _quote(
    index: Index, mode: Mode, need: Record, others: Sequence[Record], progress: Progress
) -> Iterable[SimilarNeed]:
    if not others:
        return
    encoder = index.encoder if mode == "hybrid" else None
    read = [restore_accents(index, record) for record in (need, *others)]
    mine, *profiles = profile_tasks(read, encoder, progress)
    for other, theirs in zip(others, profiles, strict=True):
        pairs = quote_section(mine, theirs, "content") or quote_section(mine, theirs, "title")
        yield SimilarNeed(
            other,
            tuple(
                replace(pair, query=_as_written(need, pair.query), candidate=_as_written(other, pair.candidate))
                for pair in pairs
            ),
        )


def _as_written(record: Record, said: Quote) -> Quote:
    return quote(record, said.section, said.start, said.end)


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(
        files("matcher.orders").joinpath("need_clusters.yaml").read_text(encoding="utf-8")
    )
    return table
