"""The classifier of overlaps as it is fitted: two logistic regressions over a few features, and a half of the pairs."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from matcher.overlap.classes import OVERLAP_CLASSES, rule_out

# Few and plain, so that an officer can follow them; chosen on the development half.
TEXT_WORDS = ("words_title", "words_objectives", "words_content", "words_all")
WORDS = (*TEXT_WORDS, "elsewhere", "refers", "grows", "names")
# Where the languages differ there are no words in common: what was never compared must not stand at the mean of pairs
# that share many.
TRANSLATED = ("meaning_title", "meaning_objectives", "meaning_content", "meaning_products", *WORDS[len(TEXT_WORDS) :])
MEANING = ("meaning_title", "meaning_objectives", "meaning_content", "meaning_products", *WORDS)
RULING = ("before", "likeness")
FEATURES = (*MEANING, "words_products", *RULING)
_STRENGTHS = (0.25, 0.5, 1.0, 2.0)
_RELATED_STRENGTH = 0.2

Array = NDArray[np.float64]


def rule_out_each(rows: Array) -> NDArray[np.bool_]:
    """Rows of FEATURES: which classes are impossible, (rows, classes)."""
    known = [[None if np.isnan(value) else float(value) for value in row] for row in rows]
    ruled = [rule_out(dict(zip(FEATURES, row, strict=True))) for row in known]
    return np.array([[name in one for name in OVERLAP_CLASSES] for one in ruled])


@dataclass(frozen=True, slots=True)
class Model:
    """Two logistic regressions over scaled features: whether two tasks are of one matter, by their texts alone, and if
    so, what the one is to the other. What is not known stands halfway between written pairs and pairs at random."""

    means: Array
    spreads: Array
    related: LogisticRegression
    classes: LogisticRegression
    texts: list[int]

    @classmethod
    def fit(cls, rows: Array, found: Sequence[str], strange: Array, texts: Sequence[int], strength: float) -> Model:
        """`rows` of written pairs, `strange` those of tasks that have nothing to do with each other, which together
        weigh as much."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a feature that no row knows
            # Halfway between both: what is not known must speak for neither.
            means = np.nan_to_num((np.nanmean(rows, 0) + np.nanmean(strange, 0)) / 2)
            spreads = np.nan_to_num(np.nanstd(rows, 0))
        spreads = np.where(spreads > 1e-9, spreads, 1.0)
        scaled = np.nan_to_num((np.concatenate([rows, strange]) - means) / spreads)
        weights = np.r_[np.ones(len(rows)), np.full(len(strange), len(rows) / max(1, len(strange)))]
        names = [*found, *["unrelated"] * len(strange)]
        classes = LogisticRegression(C=strength, max_iter=5_000).fit(scaled, names, sample_weight=weights)
        is_related = [name != "unrelated" for name in names]
        related = LogisticRegression(C=_RELATED_STRENGTH, class_weight="balanced", max_iter=5_000)
        related.fit(scaled[:, texts], is_related)
        return cls(means, spreads, related, classes, list(texts))

    def likelihoods(self, rows: Array, impossible: NDArray[np.bool_]) -> Array:
        """(pairs, classes), the classes in the order of OVERLAP_CLASSES."""
        scaled = np.nan_to_num((rows - self.means) / self.spreads)
        related = self.related.predict_proba(scaled[:, self.texts])[:, 1:]
        names = list(self.classes.classes_)
        shares = self.classes.predict_proba(scaled)[:, [names.index(name) for name in OVERLAP_CLASSES]] * related
        shares[:, -1] += 1 - related[:, 0]
        shares = np.where(impossible, 0.0, shares)
        return np.asarray(shares / shares.sum(1, keepdims=True))

    def predict(self, rows: Array, impossible: NDArray[np.bool_]) -> list[str]:
        return [OVERLAP_CLASSES[best] for best in self.likelihoods(rows, impossible).argmax(1)]

    def strengths(self, rows: Array, impossible: NDArray[np.bool_]) -> Array:
        """What speaks for the same task or its continuation."""
        return np.asarray(self.likelihoods(rows, impossible)[:, :2].sum(1))

    def as_data(self, names: Sequence[str]) -> dict[str, Any]:
        classes = {
            str(name): {
                "bias": round(float(self.classes.intercept_[row]), 4),
                "weights": _name_weights(names, self.classes.coef_[row]),
            }
            for row, name in enumerate(self.classes.classes_)
        }
        scales = zip(names, self.means, self.spreads, strict=True)
        return {
            "features": {name: [round(float(mean), 5), round(float(spread), 5)] for name, mean, spread in scales},
            "related": {
                "bias": round(float(self.related.intercept_[0]), 4),
                "weights": _name_weights([names[column] for column in self.texts], self.related.coef_[0]),
            },
            "classes": {name: classes[name] for name in OVERLAP_CLASSES},
        }


def _name_weights(names: Sequence[str], weights: Array) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


@dataclass(frozen=True, slots=True)
class Half:
    """The written pairs of a half, and all pairs of its proposals with its other topics' tasks, which have nothing to
    do with each other."""

    rows: Array
    found: list[str]
    topics: list[int]
    strange: Array
    strange_topics: list[int]

    def fit(
        self, columns: Sequence[int], texts: Sequence[int], strength: float, among: set[int] | None = None
    ) -> Model:
        kept = [n for n, topic in enumerate(self.topics) if among is None or topic in among]
        drawn = [n for n, topic in enumerate(self.strange_topics) if among is None or topic in among]
        rows, strange = self.rows[kept][:, columns], self.strange[drawn][:, columns]
        return Model.fit(rows, [self.found[n] for n in kept], strange, texts, strength)

    def cross_validate(self, columns: Sequence[int], texts: Sequence[int], strength: float) -> float:
        said = np.empty(len(self.found), dtype=object)
        for train, test in GroupKFold(11).split(self.rows, groups=self.topics):
            model = self.fit(columns, texts, strength, {self.topics[n] for n in train})
            said[test] = model.predict(self.rows[test][:, columns], rule_out_each(self.rows[test]))
        return float(f1_score(self.found, list(said), average="macro"))

    def fit_best(self, columns: Sequence[int], texts: Sequence[int]) -> tuple[Model, float, float]:
        scored = [(self.cross_validate(columns, texts, strength), -strength) for strength in _STRENGTHS]
        best, strength = max(scored)
        return self.fit(columns, texts, -strength), -strength, best
