"""Learning: weights of the fusion from judgements of what was shown, tried on later judgements before they count."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index import Floats, Judgement, Mode, Shown
from ingest import Kind
from matcher.fusion import DEFAULT_WEIGHTS, SIGNALS, TEXT_SIGNALS, Weights, unweighted
from matcher.learning.calibration import Calibration, Judged, calibrate, cross_validate
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
_GROWTH = 0.5
FEWEST_LISTS, FEWEST_LATER_LISTS = 30, 10
"""Lists with judgements of both verdicts: of all, and of those to be tried on."""


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
class Lacking:
    """What is still to be judged before weights are tried: `lists` with both verdicts, and since the last trial or
    roll-back `later_lists` with both verdicts and `judgements` of what was on lists."""

    lists: int
    later_lists: int
    judgements: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """What judgements teach: a trial, or what it is `lacking` (both None: it is not known any more), and the
    calibrations of the weights that are in force after it. `judged` is the number of judgements, of which `shown` were
    on a list; `bias` is the exponent by which places further down are looked at less."""

    judged: int
    shown: int
    lists: int
    bias: float
    trial: Trial | None
    weights: Weights
    calibrations: tuple[Calibration, ...] = ()
    lacking: Lacking | None = None


def learn(
    judgements: Iterable[Judgement],
    depths: Mapping[int, int],
    in_force: Weights,
    used: Collection[tuple[str, str]] = (),
) -> Lesson:
    """What follows from judgements, in whatever order they come; nothing is stored. `depths`: rank → how many of the
    lists of which something was judged reach so far. `used` as in `divide`."""
    judged = sorted(judgements, key=lambda one: one.id)
    bias = estimate_bias([shown.rank for _, shown in only_shown(judged)], depths)
    divided = divide(judged, bias, used)
    lacking = divided if isinstance(divided, Lacking) else None
    trial = None if isinstance(divided, Lacking) else try_weights(*divided, in_force)
    weights = trial.weights if trial and trial.wins else in_force
    lists = len(judged_lists(judged, bias))
    calibrations = calibrate_scores(judged, weights)
    return Lesson(len(judged), len(only_shown(judged)), lists, bias, trial, weights, calibrations, lacking)


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
        propensity = shown.propensity * shown.rank**-bias
        by_key.setdefault(_key_of(judgement, shown), []).append(
            (judgement.id, features_of(shown.signals), judgement.verdict == "fits", propensity)
        )
    lists = []
    for key, items in by_key.items():
        items.sort(key=lambda item: item[0])
        ids, features, fits, propensities = zip(*items, strict=True)
        if any(fits) and not all(fits):
            lists.append(JudgedList(key, ids[-1], np.stack(features), np.array(fits), np.array(propensities)))
    return sorted(lists, key=lambda one: one.last)


def _key_of(judgement: Judgement, shown: Shown) -> ListKey:
    return judgement.record_id, str(judgement.kind), "dense" in shown.signals


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


def divide(
    judgements: Sequence[Judgement], bias: float, used: Collection[tuple[str, str]] = ()
) -> tuple[list[JudgedList], list[JudgedList]] | Lacking:
    """Lists to learn from and the later third, to be tried on, or what they are lacking.

    `used` are the pairs (record, candidate) that were judged before the last trial or roll-back. They are learnt from
    and never tried on again: what a person rolled back must not come back by the same evidence, and whoever tries often
    enough on the same lists wins some day. Nor does a trial for each ten new lists help, since each may win by chance:
    half as much as was there must have come, so that their number grows only with the logarithm of the judgements.
    """
    shown = only_shown(judgements)
    new = [one for one, _ in shown if (one.record_id, one.candidate_id) not in used]
    lists, later = judged_lists(judgements, bias), judged_lists(new, bias)
    lacking = Lacking(
        max(0, FEWEST_LISTS - len(lists)),
        max(0, FEWEST_LATER_LISTS - len(later)),
        max(0, math.ceil((len(shown) - len(new)) * _GROWTH) - len(new)),
    )
    if lacking != Lacking(0, 0, 0):
        return lacking
    later = later[round(len(lists) * _TRAINING_SHARE) - len(lists) :]
    tried_on, keys = {one.id for one in new}, {one.key for one in later}
    rest = [one for one, place in shown if one.id not in tried_on or _key_of(one, place) not in keys]
    return judged_lists(rest, bias), later


def try_weights(
    training: Sequence[JudgedList], later: Sequence[JudgedList], in_force: Weights, by_propensity: bool = True
) -> Trial:
    """Learn from some lists and replay others, which are later and not none."""
    candidate = fit_weights(training, in_force, by_propensity)
    before, after = (replay(later, weights, by_propensity) for weights in (in_force, candidate))
    return Trial(candidate, len(training), len(later), _ratio(before), _ratio(after), gain(after, before))


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


def calibrate_scores(judgements: Iterable[Judgement], weights: Weights) -> tuple[Calibration, ...]:
    """A calibration of the scores that these weights give for each kind of lists of which enough was judged, with how
    it does on records it has not seen; that of most judgements first.

    What was judged of scientists for needs says nothing of proposals: scores are standardised within another crowd, and
    people agree more or less often.
    """
    by_lists: dict[tuple[Kind, Kind, Mode], list[Judged]] = {}
    for judgement, shown in only_shown(judgements):
        if judgement.asked and judgement.kind:
            mode: Mode = "hybrid" if "dense" in shown.signals else "lexical"
            score = float(features_of(shown.signals) @ as_array(weights))
            judged = Judged(judgement.record_id, score, judgement.verdict == "fits")
            by_lists.setdefault((judgement.asked, judgement.kind, mode), []).append(judged)
    found = []
    for (asked, to, mode), some in sorted(by_lists.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        calibration = calibrate(some, mode)
        if calibration:
            reliability = cross_validate(some, calibration.method)
            found.append(replace(calibration, asked=asked, to=to, reliability=reliability))
    return tuple(found)
