"""Clusters of needs: which other needs say the same as one, with the clauses in which they agree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from index import Index, Mode, Progress, no_progress, terms
from ingest import Record, Viewer, accented_view, as_seen_by
from matcher.matching import match
from matcher.section_comparison import QuotePair, quote_section
from matcher.task_profile import TaskProfile, profile_tasks

_COMPARED = 40  # nearest by the ranking; each costs the time to encode its sentences


@dataclass(frozen=True, slots=True)
class SimilarNeed:
    """A need as the viewer sees it, how alike it is (orders one list only), and clauses of both side by side."""

    need: Record
    likeness: float
    quotes: tuple[QuotePair, ...]


@dataclass(frozen=True, slots=True)
class NeedCluster:
    """The needs that are alike, the most alike first, and the `nearest` that is not, which shows the border."""

    mode: Mode
    similar: tuple[SimilarNeed, ...]
    nearest: SimilarNeed | None


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
        return NeedCluster(ranked.mode, (), None)
    compared = Likeness.of(index, [as_seen_by(need, viewer) or need, *others], viewer, progress)
    found = [compared.compare(0, number) for number in range(1, len(others) + 1)]
    found.sort(key=lambda one: (-one.likeness, one.need.id))
    similar = tuple(one for one in found if one.likeness >= compared.least)
    return NeedCluster(compared.mode, similar, found[len(similar)] if len(similar) < len(found) else None)


def find_strangers(
    index: Index, needs: Sequence[Record], viewer: Viewer, progress: Progress = no_progress
) -> list[Record]:
    """Of several needs those that are like none of the others."""
    if len(needs) < 2:
        return []
    compared = Likeness.of(index, needs, viewer, progress)
    numbers = range(len(needs))
    return [
        needs[one]
        for one in numbers
        if all(other == one or compared.compare(one, other).likeness < compared.least for other in numbers)
    ]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Needs made ready to be compared. `words` are the words of each, with how rare each is."""

    mode: Mode
    profiles: Sequence[TaskProfile]
    words: Sequence[Mapping[str, float]]

    @classmethod
    def of(cls, index: Index, needs: Sequence[Record], viewer: Viewer, progress: Progress = no_progress) -> Likeness:
        candidates = index.candidates(["need"], viewer)
        mode: Mode = "hybrid" if index.mode == "hybrid" and candidates.have_vectors else "lexical"
        encoder = index.encoder if mode == "hybrid" else None
        profiles = profile_tasks(needs, encoder, progress)
        found = [
            {term for clause in profile.clauses for term in terms(accented_view(clause.quote.text))}
            for profile in profiles
        ]
        rarities = candidates.rarities(("accented", term) for term in set().union(*found))
        return cls(mode, profiles, [{term: rarities["accented", term] for term in one} for one in found])

    @property
    def least(self) -> float:
        """From where on two needs say the same."""
        value: float = _table()["least"]["hybrid" if self.mode == "hybrid" else "lexical"]
        return value

    def compare(self, one: int, other: int) -> SimilarNeed:
        """How much nearer in meaning the clauses of both are than those of any two needs, each beside the one that
        answers it best, and the words that they share."""
        mine, theirs = self.profiles[one], self.profiles[other]
        shared = _share_rare(self.words[one], self.words[other])
        likeness = shared
        before, after = mine.background_to(theirs), theirs.background_to(mine)
        if mine.vectors is not None and theirs.vectors is not None and before is not None and after is not None:
            near = mine.vectors @ theirs.vectors.T - (before[:, None] + after[None]) / 2
            meaning = float(near.max(1).mean() + near.max(0).mean()) / 2
            likeness = meaning + _table()["words_weight"] * shared
        quotes = quote_section(mine, theirs, "content") or quote_section(mine, theirs, "title")
        return SimilarNeed(theirs.record, likeness, quotes)


def _share_rare(mine: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """A cosine in which rare words count for more: 0–1."""
    norm = math.sqrt(_weigh(mine, mine) * _weigh(theirs, theirs))
    return _weigh(mine, mine.keys() & theirs.keys()) / norm if norm else 0.0


def _weigh(rarities: Mapping[str, float], words: Iterable[str]) -> float:
    return math.fsum(rarities[word] ** 2 for word in words)


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(files("matcher").joinpath("need_clusters.yaml").read_text(encoding="utf-8"))
    return table
