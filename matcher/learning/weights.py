"""Learning: weights of the fusion from judgements of what was shown, tried on later judgements before they count."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import Floats, Judgement, Mode, Shown
from matcher.fusion import DEFAULT_WEIGHTS, SIGNALS, TEXT_SIGNALS, Weights, unweighted
from matcher.learning.calibration import Calibration, Judged, Reliability, calibrate, cross_validate
from matcher.measures import Measure, gain

Array = NDArray[np.float64]
ListKey = tuple[str, str, bool]
"""The record, the kind of candidates, and whether meaning was compared: scores of other rankings are no match."""

# How far judgements are expected to move a weight: as a standard deviation before there are any.
_PRIOR_SPREAD = 0.5
# A signal that is switched off is not computed, and nothing could be learnt of it any more.
_LEAST_WEIGHT = 0.01
_MOST_RESCALING = 10.0
# Weights of rare places are cut here, or one judgement far down would outvote all others.
_MOST_PROPENSITY_WEIGHT = 10.0
_STEEPEST, _STEPS = 2.0, 40
_PRIOR_BIAS, _PRIOR_BIAS_SPREAD = 1.0, 0.5
_TRAINING_SHARE = 2 / 3
FEWEST_LISTS = 30
"""Lists with judgements of both verdicts, two thirds to learn from and one third to be tried on."""


@dataclass(frozen=True, slots=True)
class JudgedList:
    """What was judged of one record's candidates of one kind, of both verdicts. `features` are what each signal would
    add with weight 1: (judged, signals); `propensities` how probable each was to be put there and looked at. `last` is
    the latest judgement."""

    key: ListKey
    last: int
    features: Floats
    fits: NDArray[np.bool_]
    propensities: Array


@dataclass(frozen=True, slots=True)
class Trial:
    """A candidate for the weights, learnt from the earlier lists and tried on the later ones: the share of pairs that
    each orders rightly there, and the gain with its interval (paired, over lists)."""

    weights: Weights
    training_lists: int
    later_lists: int
    before: float
    after: float
    gain: Measure

    @property
    def wins(self) -> bool:
        """Whether the whole interval is above zero."""
        return self.gain.low > 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """What judgements teach: a trial (None: too few lists), and the calibration of the weights that are in force after
    it, with how far it can be trusted. `judged` is the number of judgements, of which `shown` were on a list; `bias` is
    the exponent by which places further down are looked at less."""

    judged: int
    shown: int
    lists: int
    bias: float
    trial: Trial | None
    weights: Weights
    calibration: Calibration | None
    reliability: Reliability | None


def learn(judgements: Iterable[Judgement], depths: Mapping[int, int], in_force: Weights) -> Lesson:
    """What follows from judgements, in whatever order they come; nothing is stored. `depths`: rank → how many of the
    lists of which something was judged reach so far."""
    judged = sorted(judgements, key=lambda one: one.id)
    bias = estimate_bias([shown.rank for _, shown in only_shown(judged)], depths)
    lists = judged_lists(judged, bias)
    trial = try_weights(lists, in_force)
    weights = trial.weights if trial and trial.wins else in_force
    calibration, reliability = calibrate_scores(judged, weights)
    return Lesson(len(judged), len(only_shown(judged)), len(lists), bias, trial, weights, calibration, reliability)


def only_shown(judgements: Iterable[Judgement]) -> list[tuple[Judgement, Shown]]:
    """Those of which it is known what was shown."""
    return [(one, one.shown) for one in judgements if one.shown is not None]


# What was looked at


def estimate_bias(judged_ranks: Sequence[int], depths: Mapping[int, int]) -> float:
    """The exponent η of rank^-η with which places are judged, the most probable one given where judgements are and
    where they could have been; near 1 before there are any.

    The power law is that of T. Joachims, A. Swaminathan, T. Schnabel, Unbiased learning-to-rank with biased feedback,
    2017. A person judges what is looked at whatever the verdict, so the places of judgements tell it directly.
    """
    ranks = np.array(sorted(depths), dtype=np.float64)
    reach = np.array([depths[int(rank)] for rank in ranks], dtype=np.float64)
    log_ranks = float(np.log(np.array([rank for rank in judged_ranks if rank in depths], dtype=np.float64)).sum())
    count = sum(rank in depths for rank in judged_ranks)

    def log_posterior(bias: float) -> float:
        prior = -((bias - _PRIOR_BIAS) ** 2) / (2 * _PRIOR_BIAS_SPREAD**2)
        return prior - bias * log_ranks - (count * math.log(float((reach * ranks**-bias).sum())) if count else 0.0)

    return max((step * _STEEPEST / _STEPS for step in range(_STEPS + 1)), key=log_posterior)


def propensity_weights(propensities: Array) -> Array:
    """How much more a judgement counts that was less probable to be made: inverse propensities, cut at ten times the
    most probable.

    D. G. Horvitz, D. J. Thompson, A generalization of sampling without replacement from a finite universe, 1952.
    """
    return np.asarray(np.minimum(propensities.max() / propensities, _MOST_PROPENSITY_WEIGHT))


def judged_lists(judgements: Iterable[Judgement], bias: float) -> list[JudgedList]:
    """Those of which both verdicts are known, by the time of their latest judgement.

    All that was judged of one record is one list, whichever page it stood on: after each judgement the page is shown
    anew.
    """
    by_key: dict[ListKey, list[tuple[int, Floats, bool, float]]] = {}
    for judgement, shown in only_shown(judgements):
        key = (judgement.record_id, str(judgement.kind), "dense" in shown.signals)
        propensity = shown.propensity * shown.rank**-bias
        by_key.setdefault(key, []).append(
            (judgement.id, features_of(shown.signals), judgement.verdict == "fits", propensity)
        )
    lists = []
    for key, items in by_key.items():
        items.sort(key=lambda item: item[0])
        ids, features, fits, propensities = zip(*items, strict=True)
        if any(fits) and not all(fits):
            lists.append(JudgedList(key, ids[-1], np.stack(features), np.array(fits), np.array(propensities)))
    return sorted(lists, key=lambda one: one.last)


def features_of(signals: Mapping[str, float]) -> Floats:
    """What each signal would add with weight 1: (signals,); nothing where it is not known."""
    return np.array(
        [
            unweighted(name, np.array([signals[name]], dtype=np.float32))[0] if name in signals else 0.0
            for name in SIGNALS
        ],
        dtype=np.float32,
    )


# Weights


def try_weights(lists: Sequence[JudgedList], in_force: Weights, by_propensity: bool = True) -> Trial | None:
    """Learn from the earlier two thirds of the lists, replay the later third; None when there are too few."""
    if len(lists) < FEWEST_LISTS:
        return None
    training = round(len(lists) * _TRAINING_SHARE)
    candidate = fit_weights(lists[:training], in_force, by_propensity)
    later = lists[training:]
    before, after = (replay(later, weights, by_propensity) for weights in (in_force, candidate))
    return Trial(candidate, training, len(later), _ratio(before), _ratio(after), gain(after, before))


def fit_weights(lists: Sequence[JudgedList], in_force: Weights, by_propensity: bool = True) -> Weights:
    """The most probable weights, none negative, given which of two candidates of a list was judged to fit and that
    weights are near those in force. The weights of the texts sum to what they are by default: a score stays in standard
    deviations.

    Pairwise logistic regression (C. Burges et al., Learning to rank using gradient descent, 2005). Each list counts as
    many comparisons as are independent, one less than it has judgements, shared out by inverse propensities.
    """
    from scipy.optimize import minimize

    start = as_array(in_force)
    if not lists:
        return in_force
    pairs = [_pairs(one, by_propensity) for one in lists]
    differences = np.concatenate([difference for difference, _ in pairs])
    shares = np.concatenate([share for _, share in pairs])

    def loss(weights: Array) -> tuple[float, Array]:
        margins = differences @ weights
        moved = (weights - start) / _PRIOR_SPREAD
        wrong = np.exp(-np.logaddexp(0.0, margins))  # the probability of the other order
        value = float(shares @ np.logaddexp(0.0, -margins) + 0.5 * moved @ moved)
        return value, -(shares * wrong) @ differences + moved / _PRIOR_SPREAD

    # A signal that nobody's list tells apart stays where it is.
    is_told = np.any(differences != 0, axis=0)
    bounds = [
        (_LEAST_WEIGHT, None) if told else (old, old)
        for told, old in zip(is_told.tolist(), start.tolist(), strict=True)
    ]
    found = minimize(loss, np.maximum(start, [low for low, _ in bounds]), jac=True, bounds=bounds, method="L-BFGS-B")
    is_text = np.array([name in TEXT_SIGNALS for name in SIGNALS])
    usual = sum(DEFAULT_WEIGHTS.of[name] for name in TEXT_SIGNALS)
    scale = min(usual / max(float(found.x[is_text].sum()), 1e-9), _MOST_RESCALING)
    scaled = np.where(is_told | is_text, found.x * scale, found.x)
    return Weights({name: round(float(weight), 6) for name, weight in zip(SIGNALS, scaled, strict=True)})


def _pairs(judged: JudgedList, by_propensity: bool) -> tuple[Array, Array]:
    """What fits less what does not, each with each: (pairs, signals), and what each pair counts: (pairs,)."""
    features = judged.features.astype(np.float64)
    differences = (features[judged.fits][:, np.newaxis] - features[~judged.fits][np.newaxis]).reshape(-1, len(SIGNALS))
    weights = propensity_weights(judged.propensities) if by_propensity else np.ones(len(judged.fits))
    shares = (weights[judged.fits][:, np.newaxis] * weights[~judged.fits][np.newaxis]).reshape(-1)
    return differences, shares / shares.sum() * (len(judged.fits) - 1)


def replay(lists: Sequence[JudgedList], weights: Weights, by_propensity: bool = True) -> list[tuple[float, float]]:
    """For each list how much of its pairs the weights order rightly (a tie is half), and how much there is."""
    found = []
    for one in lists:
        differences, shares = _pairs(one, by_propensity)
        margins = differences @ as_array(weights)
        right = np.where(margins == 0, 0.5, margins > 0)
        found.append((float(right @ shares), float(shares.sum())))
    return found


def as_array(weights: Weights) -> Array:
    """(signals,)"""
    return np.array([weights.of.get(name, 0.0) for name in SIGNALS], dtype=np.float64)


def _ratio(values: Sequence[tuple[float, float]]) -> float:
    return sum(value for value, _ in values) / sum(weight for _, weight in values)


# Likelihoods


def calibrate_scores(
    judgements: Iterable[Judgement], weights: Weights
) -> tuple[Calibration | None, Reliability | None]:
    """The calibration of the scores that these weights give, and how it does on records it has not seen. It holds for
    rankings by meaning, or by words alone, whichever more was judged of."""
    by_mode: dict[Mode, list[Judged]] = {"hybrid": [], "lexical": []}
    for judgement, shown in only_shown(judgements):
        score = float(features_of(shown.signals) @ as_array(weights))
        mode: Mode = "hybrid" if "dense" in shown.signals else "lexical"
        by_mode[mode].append(Judged(judgement.record_id, score, judgement.verdict == "fits"))
    mode, judged = max(by_mode.items(), key=lambda pair: len(pair[1]))
    calibration = calibrate(judged, mode)
    return calibration, cross_validate(judged, calibration.method) if calibration else None
