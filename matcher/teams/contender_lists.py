"""Lists of those who fit a record that asks for a team, with their evidence and how strongly both belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from index import Index
from ingest import House, Kind, Record, Source, Viewer, as_seen_by
from matcher.competences import Competence, Proof
from matcher.duplicates import Reason
from matcher.matching import say_likelihood
from matcher.pairing import Basis, Pairing, describe_pairings
from matcher.question import Question, ask_stored
from matcher.ranking import Ranking, rank_each
from matcher.scoring import Scoring
from matcher.signals import field_nearness
from matcher.teams.advice import load_team_advice

_READ_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Contender:
    """A person or body that could join. `id` is that of the record that stands for it, `record` what the viewer sees
    of that; `others` are further records that speak for it (needs of a firm). `qualities`: for each role, how well it
    fits, at least 0. `score` is that of the ranking, None where it was not ranked; `known_from` says where the record
    that asks names it, where `is_known`. `running`: how many running tasks it leads. `answers`: the words that answer
    a requirement, by its key; `covers`: the keys of these, and of its fields of science."""

    id: str
    house: House
    name: str
    record: Record
    qualities: Mapping[str, float]
    score: float | None = None
    rank: int | None = None
    basis: Basis = "insufficient"
    likelihood: float | None = None
    proofs: tuple[Proof, ...] = ()
    reasons: tuple[Reason, ...] = ()
    answers: Mapping[str, Proof] = field(default_factory=dict)
    covers: Set[str] = frozenset()
    organisation: str | None = None
    place: str | None = None
    running: int = 0
    others: tuple[Record, ...] = ()
    known_from: Source | None = None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """What contenders are looked for with. `wanted` are records that must be among them."""

    index: Index
    question: Question
    viewer: Viewer
    scoring: Scoring
    competences: tuple[Competence, ...]
    wanted: frozenset[str] = frozenset()

    @property
    def record(self) -> Record:
        return self.question.record


@dataclass(frozen=True, slots=True)
class Listed:
    """A record in the list of those that fit, `rank` counted from 1 among all of its kind. `tie`: how strongly it and
    the record that asks belong together, measured both ways (of bodies, tasks and programmes). `pairing` is None where
    they do not, and nobody asked for it: evidence is costly."""

    record: Record
    ranking: Ranking
    position: int
    rank: int
    tie: float = 0.0
    pairing: Pairing | None = None

    @property
    def score(self) -> float:
        return float(self.ranking.scores[self.position])

    @property
    def is_tied(self) -> bool:
        return self.basis != "insufficient" and self.tie >= load_team_advice().least_tie

    @property
    def basis(self) -> Basis:
        return self.pairing.basis if self.pairing else "insufficient"

    @property
    def likelihood(self) -> float | None:
        return self.pairing.likelihood if self.pairing else None


def read_visible(search: Search, kind: Kind) -> Iterator[Record]:
    for record in search.index.store.records(kind):
        if seen := as_seen_by(record, search.viewer):
            yield seen


def list_fitting(search: Search, ranking: Ranking, is_wanted: Callable[[Record], bool], most: int) -> list[Listed]:
    """The best `most` candidates of which this is true, and those asked for, best first."""
    ids = ranking.candidates.record_ids
    chosen: list[Listed] = []
    taken = 0
    for first in range(0, len(ranking.order), _READ_AT_ONCE):
        positions = ranking.order[first : first + _READ_AT_ONCE]
        records = search.index.store.get_many([ids[position] for position in positions])
        for rank, position in enumerate(positions, first + 1):
            record = records.get(ids[position])
            seen = record and as_seen_by(record, search.viewer)
            if seen is None or not (seen.id in search.wanted or (taken < most and is_wanted(seen))):
                continue
            taken += 1
            chosen.append(Listed(seen, ranking, position, rank))
        if taken >= most and not search.wanted:
            break
    return chosen


def describe(search: Search, listed: Sequence[Listed]) -> list[Listed]:
    """With their evidence, in the same order; without those removed meanwhile. All are of one ranking."""
    if not listed:
        return []
    ranking = listed[0].ranking
    positions = [one.position for one in listed]
    described = describe_pairings(search.index, search.question, ranking, search.viewer, positions)
    by_id = {one.id: say_likelihood(one, ranking, search.scoring) for one in described}
    return [replace(one, pairing=by_id[one.record.id]) for one in listed if one.record.id in by_id]


def tie(search: Search, lists: Sequence[Sequence[Listed]]) -> list[list[Listed]]:
    """The same lists with ties, and evidence where these are strong enough or the record is wanted."""
    ties = measure_ties(search, [one for some in lists for one in some])
    least = load_team_advice().least_tie
    found: list[list[Listed]] = []
    for some in lists:
        tied = [replace(one, tie=ties[one.record.id]) for one in some]
        strong = [one for one in tied if one.tie >= least or one.record.id in search.wanted]
        described = {one.record.id: one for one in describe(search, strong)}
        found.append([described.get(one.record.id, one) for one in tied])
    return found


def measure_ties(search: Search, listed: Sequence[Listed]) -> dict[str, float]:
    """Record → the mean of its score for the one that asks and the other way round, with the field they share. Who is
    not stored cannot be found from the other side."""
    advice, asked = load_team_advice(), search.record
    stored = search.index.store.get_many([one.record.id for one in listed])
    back: dict[str, float] = {}
    if search.index.store.find(asked.id, asked.id) if asked.id else None:
        questions = ask_stored(search.index, list(stored.values()), search.viewer)
        rankings = rank_each(search.index, questions, asked.kind, search.viewer, search.scoring.weights)
        for question, ranking in zip(questions, rankings, strict=True):
            position = ranking.candidates.position_of(asked.id)
            if position is not None:
                back[question.record.id] = float(ranking.scores[position])
    ties: dict[str, float] = {}
    for one in listed:
        score, id = one.score, one.record.id
        nearness = field_nearness(asked.facts.field_codes, one.record.facts.field_codes)
        both = (score + back.get(id, score)) / 2
        ties[id] = both + advice.field * (0.5 if nearness is None else nearness)
    return ties


def proofs_of(one: Listed) -> tuple[Proof, ...]:
    evidence = one.pairing.evidence if one.pairing else ()
    return tuple(Proof(one.record.id, pair.candidate, pair.query) for pair in evidence)


def find_source(record: Record, value: str) -> Source | None:
    return next((source for source in record.sources if source.value == value), None)
