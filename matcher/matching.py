"""Matching: the list of candidates for a record, with likelihoods where judgements have taught them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index import Exposure, Index, Mode, Shown, Surface
from ingest import Kind, Record, Viewer
from matcher.learning.exploration import list_best, list_with_trial
from matcher.pairing import SMALLEST_CROWD, Basis, Pairing, describe_pairings, mode_of
from matcher.question import ask
from matcher.ranking import Ranking, rank_candidates
from matcher.scoring import DEFAULT_SCORING, Scoring


@dataclass(frozen=True, slots=True)
class Match:
    """`read_as` is the text of the record as it was meant, where it was written without accents; else None. `forms` are
    what its abbreviations stand for, which counts as well. `weights` names those that ordered the list. `tried` is the
    candidate that chance has put last, with that `propensity`; None where there is none."""

    record_id: str
    record_title: str
    to: Kind
    mode: Mode
    weights: str
    pairings: tuple[Pairing, ...]
    tried: str | None = None
    propensity: float = 1.0
    read_as: str | None = None
    forms: tuple[str, ...] = ()

    def as_exposure(self, surface: Surface, seed: str | None) -> Exposure:
        """The list as it is shown to a person, by ids and numbers only."""
        shown = (
            Shown(one.id, rank, one.score, self.propensity if one.id == self.tried else 1.0, one.signals)
            for rank, one in enumerate(self.pairings, 1)
        )
        return Exposure(self.record_id, self.to, surface, self.weights, seed, tuple(shown))


def match(
    index: Index,
    record: Record,
    to: Kind,
    viewer: Viewer,
    limit: int = 10,
    scoring: Scoring = DEFAULT_SCORING,
    seed: str | None = None,
) -> Match:
    """The best `limit` candidates of kind `to`, ties by id; never the record itself. With a `seed` chance gives the
    last place to one of those below.

    The record need not be stored. Raises UnknownRecord when it does not exist for the viewer.
    """
    question = ask(index, record, viewer)
    ranking = rank_candidates(index, question, to, viewer, scoring.weights)
    order = ranking.order
    listed = list_best(order, limit) if seed is None else list_with_trial(order, limit, seed)
    described = describe_pairings(index, question, ranking, viewer, listed.positions)
    return Match(
        record.id,
        question.record.title,
        to,
        mode_of(ranking),
        scoring.weights.version,
        tuple(say_likelihood(pairing, ranking, scoring) for pairing in described),
        None if listed.tried is None else ranking.candidates.record_ids[listed.tried],
        listed.propensity,
        question.read_as,
        question.forms,
    )


def say_likelihood(pairing: Pairing, ranking: Ranking, scoring: Scoring) -> Pairing:
    """The pairing with its likelihood, where there is a calibration for such rankings and enough evidence."""
    likelihood, basis = find_likelihood(pairing.score, pairing.basis, ranking, scoring)
    return replace(pairing, likelihood=likelihood, basis=basis)


def find_likelihood(score: float, basis: Basis, ranking: Ranking, scoring: Scoring) -> tuple[float | None, Basis]:
    """The likelihood of a score and on what it stands; None without a calibration of such lists or enough evidence."""
    calibration = scoring.calibration_for(ranking.asked, ranking.to, mode_of(ranking))
    if calibration is None or basis == "insufficient" or len(ranking.order) < SMALLEST_CROWD:
        return None, basis
    return calibration.likelihood(score), "calibrated"
