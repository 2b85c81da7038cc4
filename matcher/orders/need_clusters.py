"""Clusters of needs: which other needs raise the same problem as one, with the clauses in which they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from index import Floats, Index, Mode, Progress, no_progress, terms
from index.languages import read_reference
from ingest import Record, Viewer, accented_view, as_seen_by
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
    found = sorted(
        ((compared.compare(0, number), other) for number, other in enumerate(others, 1)),
        key=lambda one: (-one[0].order, one[1].id),
    )
    joined = [other for agreement, other in found if agreement.is_one_problem]
    near = [other for agreement, other in found if not agreement.is_one_problem and agreement.is_near]
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
    """How far two needs agree. `standing`: how many spreads nearer in meaning they are to each other than each is to
    tasks of every field; None without a model. `words`: a cosine in which rare words count for more, 0–1. `keys`: by
    how much more than all words they share those that each repeats, which name the thing and its trouble; 1 where
    nearly all words are the same."""

    standing: float | None
    words: float
    keys: float

    @property
    def is_one_problem(self) -> bool:
        """Meaning and key words agree both."""
        least: Mapping[str, float] = _table()["joined"]["words" if self.standing is None else "meaning"]
        return self.keys >= least["keys"] and (self.standing is None or self.standing >= least["standing"])

    @property
    def is_near(self) -> bool:
        """Worth a look of a person."""
        least: Mapping[str, float] = _table()["near"]
        return self.words >= least["words"] if self.standing is None else self.standing >= least["standing"]

    @property
    def order(self) -> float:
        return self.words if self.standing is None else self.standing


@dataclass(frozen=True, slots=True)
class Likeness:
    """Needs made ready to be compared. `said` counts for each word of a need the parts of it that say it, `rarity` is
    that among the stored needs; `standings` are (needs, needs), None without a model."""

    mode: Mode
    said: Sequence[Mapping[str, int]]
    rarity: Mapping[str, float]
    standings: Floats | None

    @classmethod
    def of(cls, index: Index, needs: Sequence[Record], viewer: Viewer, progress: Progress = no_progress) -> Likeness:
        candidates = index.candidates(["need"], viewer)
        mode: Mode = "hybrid" if index.mode == "hybrid" and candidates.have_vectors else "lexical"
        parts = [_tell(restore_accents(index, need)) for need in needs]
        said = [Counter(word for part in texts for word in _words(part)) for texts in parts]
        rarities = candidates.rarities(("accented", word) for word in set().union(*said))
        standings = None
        if mode == "hybrid" and index.encoder is not None:
            reference = read_reference()[0]
            texts = [*(" ".join(each) for each in parts), *reference]
            vectors = encode_clauses(index.encoder, texts, progress)
            standings = _stand(vectors[: len(needs)], vectors[len(needs) :])
        return cls(mode, said, {word: rarity for (_, word), rarity in rarities.items()}, standings)

    def compare(self, one: int, other: int) -> NeedAgreement:
        """Of the needs at these positions."""
        shared = self._share_words(one, other)
        repeated = (self._share_repeated(one, other) + self._share_repeated(other, one)) / 2
        keys = 1.0 if shared >= _table()["same_words"] else repeated - shared
        return NeedAgreement(None if self.standings is None else float(self.standings[one, other]), shared, keys)

    def _share_words(self, one: int, other: int) -> float:
        mine, theirs = self.said[one], self.said[other]
        norm = (self._weigh(mine, 2) * self._weigh(theirs, 2)) ** 0.5
        return self._weigh(mine.keys() & theirs.keys(), 2) / norm if norm else 0.0

    def _share_repeated(self, one: int, other: int) -> float:
        repeated = {word for word, count in self.said[one].items() if count >= _REPEATED}
        whole = self._weigh(repeated, 1)
        return self._weigh(repeated & self.said[other].keys(), 1) / whole if whole else 0.0

    def _weigh(self, words: Iterable[str], power: int) -> float:
        return sum(self.rarity.get(word, 0.0) ** power for word in sorted(words))


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


def _words(text: str) -> set[str]:
    return {word for word in terms(accented_view(text)) if not word.replace("_", "").isdigit()}


def _stand(needs: Floats, reference: Floats) -> Floats:
    """Cosines of (needs, d), in spreads above what each has with the reference: (needs, needs)."""
    beside = needs @ reference.T
    means, spreads = beside.mean(1), np.maximum(beside.std(1), 1e-6)
    standing = (needs @ needs.T - means[:, None]) / spreads[:, None]
    return np.asarray((standing + standing.T) / 2, dtype=np.float32)


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
