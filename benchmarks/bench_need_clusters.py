"""Needs in groups: is what is joined really one problem, beside key words alone, TF-IDF and the encoder's cosine?

``--write`` fits the weights and thresholds and writes them to ``matcher/orders/need_clusters.yaml``.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.conditions import PROVINCE, ROOT, SEED, print_conditions, print_table, real_encoder
from index import Encoder, Index, ingest_paths, store_records
from ingest import OFFICER, Record, Section, fold
from matcher.orders.need_clusters import Likeness, link_needs

GROUPS, FITTING, FRESH = (Path(__file__).with_name(f"need_groups{name}.yaml") for name in ("", "_fitting", "_fresh"))
FIT = ROOT / "matcher" / "orders" / "need_clusters.yaml"
_LEAST_PRECISION = 0.9  # by cross-validation: a wrong need in an order is worse than one that a person adds
_NEAR_BY_CHANCE = 0.05  # of pairs of the samples, which are longer than what is written here and have nothing in common
_STRENGTH = 1.0
_UNRELATED = 0.1  # what one pair of two topics weighs: there are a hundred times as many
_FOLDS = 11
_RESAMPLES = 2_000
_NAMES = ("keys", "words", "nearness")

Array = NDArray[np.float64]
Topic = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two needs by their numbers, their topics, what they are to each other, and whether one is put together from two
    others."""

    one: int
    other: int
    topics: tuple[int, int]
    what: str
    is_mixed: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Needs compared with each other: `rows` are (pairs, features), each other measure is a value a pair."""

    pairs: Sequence[Pair]
    rows: Array
    measures: Mapping[str, Array]

    @property
    def is_same(self) -> NDArray[np.bool_]:
        return np.array([pair.what == "same" for pair in self.pairs])

    @property
    def is_written(self) -> NDArray[np.bool_]:
        return np.array([not pair.is_mixed for pair in self.pairs])


def read_halves() -> tuple[list[Topic], list[Topic]]:
    """The topics of need_groups.yaml by their hash: to fit, to measure."""
    topics = yaml.safe_load(GROUPS.read_text(encoding="utf-8"))
    by_hash = sorted(topics, key=lambda topic: hashlib.sha256(topic["topic"].encode()).digest())
    return by_hash[::2], by_hash[1::2]


def write_needs(topics: Sequence[Topic], with_mixed: bool) -> tuple[list[Record], list[Pair]]:
    """The needs and all their pairs: `same`, `object`, `problem` of one topic, `other` of two. Mixed are two wordings
    of one problem with each other's wish: in offices needs are copied from each other in part, and that must not part
    them; they have no pairs with other topics."""
    told: list[tuple[int, str, Sequence[str]]] = []
    for number, topic in enumerate(topics):
        told += [(number, "same", said) for said in topic["same"]]
        if with_mixed:
            first, second = topic["same"][:2]
            told += [(number, "mixed", (*first[:2], second[2])), (number, "mixed", (*second[:2], first[2]))]
        told += [(number, kind, topic[kind]) for kind in ("object", "problem")]
    needs = [
        Record("need", "enterprise", title, (Section("situation", now), Section("requirements", wanted)), id=f"n{one}")
        for one, (_, _, (title, now, wanted)) in enumerate(told)
    ]
    pairs = []
    for one, other in combinations(range(len(told)), 2):
        (mine, kind, _), (theirs, other_kind, _) = told[one], told[other]
        kinds = {kind, other_kind}
        what = next((name for name in ("problem", "object") if name in kinds), "same") if mine == theirs else "other"
        if what != "other" or "mixed" not in kinds:
            pairs.append(Pair(one, other, (mine, theirs), what, "mixed" in kinds))
    return needs, pairs


def compare(topics: Sequence[Topic], encoder: Encoder, with_mixed: bool = False) -> tuple[Compared, Compared]:
    """The needs of these topics, and the bundled ones beside them, no two of which raise one problem."""
    needs, pairs = write_needs(topics, with_mixed)
    mixed = {number for pair in pairs if pair.is_mixed for number in (pair.one, pair.other)}
    mixed -= {number for pair in pairs if not pair.is_mixed for number in (pair.one, pair.other)}
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), encoder)
        ingest_paths(index, [PROVINCE / "nhu-cau"])
        samples = list(index.store.records("need"))
        store_records(index, [(need, need.id) for number, need in enumerate(needs) if number not in mixed])
        every = [*needs, *samples]
        likeness = Likeness.of(index, every, OFFICER)
        texts = [" ".join([need.title, *(section.text for section in need.sections)]) for need in every]
        vectors = encoder.encode_passages(texts)

    def row(one: int, other: int) -> list[float]:
        found = likeness.compare(one, other)
        return [found.keys, found.words, found.nearness or 0.0]

    tfidf = TfidfVectorizer(preprocessor=fold, ngram_range=(1, 2), sublinear_tf=True).fit_transform(texts)
    cosines = {
        "TF-IDF cosine, accents dropped": (tfidf @ tfidf.T).toarray(),
        "the encoder's cosine": np.asarray(vectors @ vectors.T, dtype=np.float64),
    }
    beside = [Pair(*pair, pair, "other", False) for pair in combinations(range(len(needs), len(every)), 2)]

    def measure(told: Sequence[Pair]) -> Compared:
        rows = np.array([row(pair.one, pair.other) for pair in told])
        found = {name: np.array([cosine[pair.one, pair.other] for pair in told]) for name, cosine in cosines.items()}
        return Compared(told, rows, found)

    return measure(pairs), measure(beside)


@dataclass(frozen=True, slots=True)
class Rule:
    """A logistic regression over the first features; `joined` and `near` are from where on a pair is, as a logarithm of
    odds."""

    weights: Array
    bias: float
    joined: float = 0.0
    near: float = 0.0

    @classmethod
    def fit(cls, rows: Array, pairs: Sequence[Pair]) -> Rule:
        means, spreads = rows.mean(0), rows.std(0)
        shares = [_UNRELATED if pair.what == "other" else 1.0 for pair in pairs]
        model = LogisticRegression(C=_STRENGTH, max_iter=5_000)
        model.fit((rows - means) / spreads, [pair.what == "same" for pair in pairs], sample_weight=shares)
        weights = model.coef_[0] / spreads
        return cls(weights, float(model.intercept_[0] - weights @ means))

    def weigh(self, rows: Array) -> Array:
        return np.asarray(rows[:, : len(self.weights)] @ self.weights + self.bias)

    def as_data(self) -> dict[str, float]:
        named = zip(_NAMES, self.weights, strict=False)
        ends = {"bias": self.bias, "joined": self.joined, "near": self.near}
        return {name: round(float(value), 3) for name, value in (*named, *ends.items())}


def fit_rule(fitting: Compared, samples: Compared, features: int) -> Rule:
    """Weights by all pairs, what is joined by what cross-validation over the topics gives those written by hand."""
    rows = fitting.rows[:, :features]
    topics = np.array([pair.topics for pair in fitting.pairs])
    sums, counts = np.zeros(len(rows)), np.zeros(len(rows))
    numbers = np.unique(topics)
    for _, left_out in GroupKFold(_FOLDS).split(numbers, groups=numbers):
        is_out = np.asarray(np.isin(topics, numbers[left_out]).any(axis=1))
        model = Rule.fit(rows[~is_out], [fitting.pairs[row] for row in np.flatnonzero(~is_out).tolist()])
        sums[is_out] += model.weigh(rows[is_out])
        counts[is_out] += 1
    pairs = [pair for pair in fitting.pairs if not pair.is_mixed]
    strengths = (sums / counts)[fitting.is_written]
    rule = Rule.fit(rows, fitting.pairs)
    near = float(np.quantile(rule.weigh(samples.rows), 1 - _NEAR_BY_CHANCE))
    return Rule(rule.weights, rule.bias, find_threshold(strengths, pairs), near)


def link(strengths: Array, pairs: Sequence[Pair], least: float) -> NDArray[np.bool_]:
    """Which pairs are joined where all the needs are linked."""
    numbers = {
        need: row for row, need in enumerate(sorted({pair.one for pair in pairs} | {pair.other for pair in pairs}))
    }
    rows = np.array([(numbers[pair.one], numbers[pair.other]) for pair in pairs])
    square = np.zeros((len(numbers), len(numbers)))
    square[rows[:, 0], rows[:, 1]] = square[rows[:, 1], rows[:, 0]] = strengths
    clusters = np.array(link_needs(square, least))
    return np.asarray(clusters[rows[:, 0]] == clusters[rows[:, 1]])


def find_threshold(strengths: Array, pairs: Sequence[Pair]) -> float:
    """Which finds most of what is the same with the least precision asked; where none reaches it that of the best
    F0.5."""
    is_same = np.array([pair.what == "same" for pair in pairs])
    found: list[tuple[bool, float, float]] = []
    for least in np.unique(strengths[is_same]):
        joined = link(strengths, pairs, float(least))
        if not joined[is_same].any():
            continue
        precision, recall = float(is_same[joined].mean()), float(joined[is_same].mean())
        f_half = 1.25 * precision * recall / (0.25 * precision + recall)
        is_sure = precision >= _LEAST_PRECISION
        found.append((is_sure, recall if is_sure else f_half, float(least)))
    return max(found)[-1]


def describe(name: str, held_out: Compared, joined: NDArray[np.bool_], beside: int) -> list[str]:
    """What a rule joins; wrong joins by kind; with 95 % of resamples of the topics."""
    kinds = np.array([pair.what for pair in held_out.pairs])
    topics = np.array([pair.topics for pair in held_out.pairs])
    is_same = held_out.is_same

    def measure(times: Array) -> tuple[float, float]:
        """A pair counts as often as its topics were drawn."""
        shares = np.where(topics[:, 0] == topics[:, 1], times[topics[:, 0]], times[topics].prod(1))
        hits = shares[joined & is_same].sum()
        return hits / max(shares[joined].sum(), 1e-9), hits / max(shares[is_same].sum(), 1e-9)

    generator, count = np.random.default_rng(SEED), int(topics.max()) + 1
    drawn = [
        measure(np.bincount(generator.integers(count, size=count), minlength=count).astype(float))
        for _ in range(_RESAMPLES)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    told = [
        f"{value:.2f} [{least:.2f}, {most:.2f}]"
        for value, least, most in zip(measure(np.ones(count)), low, high, strict=True)
    ]
    counted = Counter(kinds[joined].tolist())
    wrong = ", ".join(f"{counted[what]} {what}" for what in ("object", "problem", "other"))
    return [
        name,
        f"{told[0]} ({counted['same']} of {counted.total()})",
        f"{told[1]} ({counted['same']} of {int(is_same.sum())})",
        wrong,
        str(beside),
    ]


def share_near(held_out: Compared, rule: Rule, joined: NDArray[np.bool_]) -> float:
    """Of the needs of one problem those that are joined or among the five nearest of their set that are shown."""
    strengths = rule.weigh(held_out.rows)
    by_need: dict[int, list[tuple[float, bool]]] = {}
    shown = 0
    for pair, strength, is_joined in zip(held_out.pairs, strengths.tolist(), joined.tolist(), strict=True):
        is_same = pair.what == "same"
        shown += 2 * (is_joined and is_same)
        if not is_joined and strength >= rule.near:
            for one in (pair.one, pair.other):
                by_need.setdefault(one, []).append((strength, is_same))
    for found in by_need.values():
        shown += sum(is_same for _, is_same in sorted(found, reverse=True)[:5])
    return shown / (2 * int(held_out.is_same.sum()))


def join_two(held_out: Compared, rule: Rule) -> tuple[float, float]:
    """Precision and recall where only two needs raise each problem: each of the three wordings left out in turn."""
    strengths, found = rule.weigh(held_out.rows), np.zeros(3)
    wordings: dict[int, set[int]] = {}
    for pair in held_out.pairs:
        if pair.what == "same":
            wordings.setdefault(pair.topics[0], set()).update((pair.one, pair.other))
    for which in range(3):
        left_out = {sorted(needs)[which] for needs in wordings.values()}
        kept = [row for row, pair in enumerate(held_out.pairs) if not left_out & {pair.one, pair.other}]
        pairs = [held_out.pairs[row] for row in kept]
        joined, is_same = link(strengths[kept], pairs, rule.joined), held_out.is_same[kept]
        found += [(joined & is_same).sum(), joined.sum(), is_same.sum()]
    return float(found[0] / max(found[1], 1)), float(found[0] / found[2])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="fit, and write the weights and thresholds")
    parser.add_argument("--fit-only", action="store_true", help="fit, and look at nothing that is held out")
    asked = parser.parse_args()
    print_conditions("Clusters of needs: hand-written groups")
    encoder = real_encoder()
    first, second = read_halves()
    fresh, further = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (FRESH, FITTING))
    topics = [*first, *further]
    fitting, samples = compare(topics, encoder, with_mixed=True)
    rules = {"**Ba Nhà**": fit_rule(fitting, samples, 3), "Ba Nhà, without a model": fit_rule(fitting, samples, 2)}
    written = [pair for pair in fitting.pairs if not pair.is_mixed]
    baselines = {name: find_threshold(values[fitting.is_written], written) for name, values in fitting.measures.items()}
    same = sum(pair.what == "same" for pair in written)
    print(f"Fitted on {len(topics)} topics, {same} pairs that raise one problem of {len(written)}.\n")
    for name, rule in rules.items():
        print(f"{name}: {rule.as_data()}")
    if asked.write:
        _write(list(rules.values()), topics)
    if asked.fit_only:
        return
    for title, held_out in (("second half", second), ("fresh topics", fresh)):
        found, samples = compare(held_out, encoder)
        measured = {
            name: (rule.weigh(found.rows), rule.weigh(samples.rows), rule.joined) for name, rule in rules.items()
        }
        for name, least in baselines.items():
            measured[name] = found.measures[name], samples.measures[name], least
        joined = {name: link(own, found.pairs, least) for name, (own, _, least) in measured.items()}
        print(f"\n{len(held_out)} topics, {len(found.pairs)} pairs:\n")
        print_table(
            [title, "precision", "recall", "wrong", f"joined of {len(samples.pairs)} of the samples"],
            [
                describe(name, found, joined[name], int(link(beside, samples.pairs, least).sum()))
                for name, (_, beside, least) in measured.items()
            ],
        )
        best = rules["**Ba Nhà**"]
        print(f"Joined or among the five nearest that are shown: {share_near(found, best, joined['**Ba Nhà**']):.2f}.")
        precision, recall = join_two(found, best)
        print(f"Where only two needs raise each problem: precision {precision:.2f}, recall {recall:.2f}.")
        mixed, _ = compare(held_out, encoder, with_mixed=True)
        copied = mixed.is_same & ~mixed.is_written
        again = float((best.weigh(mixed.rows[copied]) >= best.joined).mean())
        print(
            f"Of pairs of one problem in which one need is put together from two wordings: {again:.2f} by themselves."
        )


def _write(rules: Sequence[Rule], topics: Sequence[Topic]) -> None:
    head = "".join(line for line in FIT.read_text("utf-8").splitlines(keepends=True) if line.startswith("#"))
    split = hashlib.sha256("\n".join(topic["topic"] for topic in topics).encode()).hexdigest()[:8]
    held = {"split": split, **dict(zip(("meaning", "words"), (rule.as_data() for rule in rules), strict=True))}
    FIT.write_text(head + yaml.safe_dump(held, sort_keys=False), "utf-8")


if __name__ == "__main__":
    main()
