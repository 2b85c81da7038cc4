"""Calibration: from a fused score to how likely such a candidate is judged to fit, learnt from judgements."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index import Mode
from ingest import Kind

Method = Literal["isotonic", "bins"]
# A free step function follows the noise of less than about a thousand points (A. Niculescu-Mizil, R. Caruana,
# Predicting good probabilities with supervised learning, 2005; so it did on 331 of ours); bins of twenty do with less.
_ISOTONIC, _BINS = (1_000, 100), (40, 10)  # judgements, and how many of each verdict
_FEWEST_RECORDS = 5  # what one person judged of one record says nothing of others
_IN_A_BIN = 20
_MOST_BINS = 10
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate of a record that was judged, with the score that the weights give it."""

    record_id: str
    score: float
    fits: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Of `count` judgements whose likelihood was between `low` and `high`, on average `predicted`, the share `fitting`
    was judged to fit."""

    low: float
    high: float
    count: int
    predicted: float
    fitting: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far likelihoods can be trusted. `ece` is the mean distance between predicted and judged, by bins of a tenth;
    `split` names the division into folds by which records were kept apart."""

    ece: float
    count: int
    bins: tuple[Bin, ...]
    split: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """Scores, ascending, and the likelihood at each; between them a straight line. It was made from `count` judgements,
    of which `fitting` were “fits”.

    It holds for rankings of its `mode` of candidates of the kind `to` for records of the kind `asked`, for those were
    judged. Where both are None, as in what was stored when all kinds were calibrated together, it holds for nothing.
    """

    method: Method
    mode: Mode
    count: int
    fitting: int
    scores: tuple[float, ...]
    likelihoods: tuple[float, ...]
    asked: Kind | None = None
    to: Kind | None = None
    reliability: Reliability | None = None

    def likelihood(self, score: float) -> float:
        """How likely a candidate of this score is judged to fit, 0 to 1; never lower for a higher score."""
        return float(np.interp(score, self.scores, self.likelihoods))


def calibrate(judged: Sequence[Judged], mode: Mode) -> Calibration | None:
    """Isotonic regression when there are enough judgements, bins of equal counts when there are fewer, else None.

    B. Zadrozny, C. Elkan, Transforming classifier scores into accurate multiclass probability estimates, 2002.
    """
    method = choose_method(judged)
    return None if method is None else fit(judged, mode, method)


def choose_method(judged: Sequence[Judged]) -> Method | None:
    """What the number of judgements of both verdicts allows for."""
    fitting = sum(one.fits for one in judged)
    rarer = min(fitting, len(judged) - fitting)
    if len({one.record_id for one in judged}) < _FEWEST_RECORDS:
        return None
    for method, (most, of_each) in (("isotonic", _ISOTONIC), ("bins", _BINS)):
        if len(judged) >= most and rarer >= of_each:
            return "isotonic" if method == "isotonic" else "bins"
    return None


def fit(judged: Sequence[Judged], mode: Mode, method: Method) -> Calibration:
    """The same for any order of the judgements, which must be one at least."""
    ordered = sorted((one.score, one.fits) for one in judged)
    scores = np.array([score for score, _ in ordered], dtype=np.float64)
    fits = np.array([fits for _, fits in ordered], dtype=np.float64)
    if method == "bins":
        edges = _equal_counts(scores)
        counts = np.add.reduceat(np.ones_like(fits), edges)
        means = np.add.reduceat(scores, edges) / counts
        # Laplace's rule: of nothing seen one half is expected.
        shares = (np.add.reduceat(fits, edges) + 1) / (counts + 2)
        knots, likelihoods = _isotonic(means, shares, counts + 2)
    else:
        # One example against it at each end: however few are behind the best scores, nothing is certain.
        knots, likelihoods = _isotonic(
            np.concatenate([scores[:1], scores, scores[-1:]]), np.concatenate([[1.0], fits, [0.0]]), None
        )
    return Calibration(method, mode, len(judged), int(fits.sum()), tuple(knots), tuple(likelihoods))


def _equal_counts(scores: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.int64]:
    """The positions at which bins of about equal counts begin; equal scores are never parted."""
    bins = int(np.clip(len(scores) // _IN_A_BIN, 1, _MOST_BINS))
    wanted = [position * len(scores) // bins for position in range(bins)]
    return np.unique(np.searchsorted(scores, scores[wanted], side="left"))


def _isotonic(
    scores: np.typing.NDArray[np.float64],
    targets: np.typing.NDArray[np.float64],
    weights: np.typing.NDArray[np.float64] | None,
) -> tuple[list[float], list[float]]:
    """The knots of the rising function that is nearest to the targets."""
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0.0, y_max=1.0).fit(scores, targets, sample_weight=weights)
    return model.X_thresholds_.tolist(), model.y_thresholds_.tolist()


def fold_of(record_id: str) -> int:
    """All judgements of a record fall into one of five folds, by a hash of its id."""
    return int(hashlib.sha256(record_id.encode()).hexdigest()[:8], 16) % _FOLDS


def cross_validate(judged: Sequence[Judged], method: Method) -> Reliability | None:
    """What the method predicts for records that it has not seen; None where all records fall into one fold."""

    def fit_without(others: Sequence[Judged]) -> Callable[[Sequence[Judged]], Sequence[float]]:
        calibration = fit(others, "hybrid", method)
        return lambda held_out: [calibration.likelihood(one.score) for one in held_out]

    return validate(judged, fit_without)


def validate(
    judged: Sequence[Judged], train: Callable[[Sequence[Judged]], Callable[[Sequence[Judged]], Sequence[float]]]
) -> Reliability | None:
    """Any way to likelihoods, trained on four folds and tried on the fifth, each in turn."""
    predicted: list[float] = []
    fitting: list[bool] = []
    for fold in range(_FOLDS):
        held_out = [one for one in judged if fold_of(one.record_id) == fold]
        others = [one for one in judged if fold_of(one.record_id) != fold]
        if held_out and others:
            predicted += train(others)(held_out)
            fitting += [one.fits for one in held_out]
    if not predicted:
        return None
    split = hashlib.sha256(repr(sorted({(one.record_id, fold_of(one.record_id)) for one in judged})).encode())
    return measure_reliability(predicted, fitting, split.hexdigest()[:12])


def measure_reliability(predicted: Iterable[float], fitting: Iterable[bool], split: str) -> Reliability:
    """The reliability table by tenths, and the expected calibration error.

    M. P. Naeini, G. F. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning, 2015.
    """
    likelihoods, verdicts = np.array(list(predicted), dtype=np.float64), np.array(list(fitting), dtype=np.float64)
    tenths = np.clip((likelihoods * 10).astype(int), 0, 9)
    bins = [
        Bin(
            tenth / 10,
            (tenth + 1) / 10,
            int((tenths == tenth).sum()),
            float(likelihoods[tenths == tenth].mean()),
            float(verdicts[tenths == tenth].mean()),
        )
        for tenth in sorted(set(tenths.tolist()))
    ]
    ece = sum(one.count * abs(one.predicted - one.fitting) for one in bins) / max(1, len(likelihoods))
    return Reliability(ece, len(likelihoods), tuple(bins), split)
