"""Needs in groups: is what is joined really one problem, beside TF-IDF and the encoder's cosine alone?

``--write`` fits the thresholds on the development half and writes them to ``matcher/orders/need_clusters.yaml``.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.conditions import PROVINCE, ROOT, print_conditions, print_table, real_encoder
from index import Index, ingest_paths, store_records
from ingest import OFFICER, Record, Section, fold
from matcher.orders.need_clusters import Likeness

GROUPS = Path(__file__).with_name("need_groups.yaml")
FIT = ROOT / "matcher" / "orders" / "need_clusters.yaml"
_LEAST_PRECISION = 0.85  # on the first half: a wrong need in an order is worse than one that a person adds
_STEPS = np.linspace(0, 0.9, 19)
_NEAR_SHARE = 0.75  # of what is one problem is to stand among those joined or near

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two needs by their numbers, what they are to each other, and whether they are of the half to fit."""

    one: int
    other: int
    what: str
    is_dev: bool


def read_needs() -> tuple[list[Record], list[Pair]]:
    """The needs, and all pairs within a half: `same`, `object`, `problem` of one topic, `other` of two."""
    topics = yaml.safe_load(GROUPS.read_text(encoding="utf-8"))
    by_hash = sorted(range(len(topics)), key=lambda n: hashlib.sha256(topics[n]["topic"].encode()).digest())
    dev = set(by_hash[::2])
    needs: list[Record] = []
    told: list[tuple[int, str]] = []
    for number, topic in enumerate(topics):
        kinds = [*(("same", one) for one in topic["same"]), ("object", topic["object"]), ("problem", topic["problem"])]
        for kind, (title, now, wanted) in kinds:
            sections = (Section("situation", now), Section("requirements", wanted))
            needs.append(Record("need", "enterprise", title, sections, id=f"group{number:02}-{len(needs)}"))
            told.append((number, kind))
    pairs = []
    for one, other in combinations(range(len(needs)), 2):
        (topic, kind), (other_topic, other_kind) = told[one], told[other]
        if (topic in dev) == (other_topic in dev):
            what = other_kind if topic == other_topic else "other"  # the first of a topic are those that are the same
            if topic == other_topic and kind == "object":
                what = "problem"
            pairs.append(Pair(one, other, what, topic in dev))
    return needs, pairs


def fit(measures: Sequence[Array], pairs: Sequence[Pair]) -> list[float]:
    """The thresholds, one a measure, that find most of what is the same with the least precision asked; where none
    reaches it those with the best F0.5."""
    dev = [pair for pair in pairs if pair.is_dev]
    is_same = np.array([pair.what == "same" for pair in dev])
    values = [np.array([measure[pair.one, pair.other] for pair in dev]) for measure in measures]
    grids = [np.unique(np.quantile(value[is_same], _STEPS)) for value in values]
    found: list[tuple[bool, float, float, list[float]]] = []
    for least in product(*grids):
        joined = np.logical_and.reduce([value >= one for value, one in zip(values, least, strict=True)])
        hits = int((joined & is_same).sum())
        precision, recall = hits / max(1, int(joined.sum())), hits / int(is_same.sum())
        is_sure = precision >= _LEAST_PRECISION
        f_half = 1.25 * precision * recall / max(0.25 * precision + recall, 1e-9)
        found.append((is_sure, recall if is_sure else f_half, precision, [float(one) for one in least]))
    return max(found)[-1]


def describe(name: str, joined: NDArray[np.bool_], pairs: Sequence[Pair]) -> list[str]:
    """What a rule joins of the second half; wrong joins by kind."""
    test = [pair for pair in pairs if not pair.is_dev]
    counted = Counter(pair.what for pair in test if joined[pair.one, pair.other])
    hits, all_joined, same = counted["same"], counted.total(), sum(pair.what == "same" for pair in test)
    wrong = ", ".join(f"{counted[what]} {what}" for what in ("object", "problem", "other"))
    precision = f"{hits / all_joined:.2f}" if all_joined else "–"
    return [name, f"{precision} ({hits} of {all_joined})", f"{hits / same:.2f} ({hits} of {same})", wrong]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="fit, and write the thresholds")
    write = parser.parse_args().write
    print_conditions("Clusters of needs: hand-written groups")
    encoder = real_encoder()
    needs, pairs = read_needs()
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), encoder)
        ingest_paths(index, [PROVINCE / "nhu-cau"])
        samples = list(index.store.records("need"))
        store_records(index, [(record, record.id) for record in needs])
        every = [*needs, *samples]
        compared = Likeness.of(index, every, OFFICER)
    texts = [" ".join([record.title, *(section.text for section in record.sections)]) for record in every]
    vectors = encoder.encode_passages(texts)
    tfidf = TfidfVectorizer(preprocessor=fold, ngram_range=(1, 2), sublinear_tf=True).fit_transform(texts)
    size = len(every)
    keys, words, standings = (
        np.ones((size, size)),
        np.ones((size, size)),
        np.asarray(compared.standings, dtype=np.float64),
    )
    for one, other in combinations(range(size), 2):
        agreement = compared.compare(one, other)
        keys[one, other] = keys[other, one] = agreement.keys
        words[one, other] = words[other, one] = agreement.words
    counted = Counter((pair.is_dev, pair.what) for pair in pairs)
    fitting, measuring = (sum(pair.is_dev == half for pair in pairs) for half in (True, False))
    print(
        f"{len(needs)} needs; pairs that raise one problem: {counted[True, 'same']} of {fitting} to fit, "
        f"{counted[False, 'same']} of {measuring} to measure; beside them {len(samples)} needs of the samples, no "
        "two of which raise one problem.\n"
    )
    of_samples = f"joined of {len(samples) * (len(samples) - 1) // 2} of the samples"
    rows = []
    fitted: dict[str, list[float]] = {}
    rules: dict[str, Sequence[Array]] = {
        "**Ba Nhà**: key words and standing": (keys, standings),
        "Ba Nhà, without a model: key words": (keys,),
        "TF-IDF cosine, accents dropped": (tfidf @ tfidf.T).toarray()[None],
        "the encoder's cosine": np.asarray(vectors @ vectors.T, dtype=np.float64)[None],
        "standing alone": (standings,),
    }
    for name, measures in rules.items():
        fitted[name] = fit(measures, pairs)
        joined = np.logical_and.reduce(
            [measure >= least for measure, least in zip(measures, fitted[name], strict=True)]
        )
        among = sum(bool(joined[one, other]) for one, other in combinations(range(len(needs), size), 2))
        rows.append([*describe(name, joined, pairs), str(among)])
    print_table(
        [
            "second half",
            "precision",
            "recall",
            "wrong",
            of_samples,
        ],
        rows,
    )
    near_standing, near_words = (_let_through(measure, pairs) for measure in (standings, words))
    for half in (True, False):
        shown = [_is_among_five(pair, standings, pairs, near_standing) for pair in pairs if _is_asked(pair, half)]
        print(
            f"{'First' if half else 'Second'} half: {np.mean(shown):.2f} stand among the five nearest that are shown."
        )
    if write:
        both, alone = fitted["**Ba Nhà**: key words and standing"], fitted["Ba Nhà, without a model: key words"]
        _write(both, alone, near_standing, near_words)


def _is_asked(pair: Pair, is_dev: bool) -> bool:
    return pair.what == "same" and pair.is_dev == is_dev


def _let_through(measure: Array, pairs: Sequence[Pair]) -> float:
    """From where on so many of what is one problem are near."""
    values = [measure[pair.one, pair.other] for pair in pairs if _is_asked(pair, True)]
    return float(np.quantile(values, 1 - _NEAR_SHARE))


def _is_among_five(pair: Pair, measure: Array, pairs: Sequence[Pair], least: float) -> bool:
    """Among the needs of its half that are nearest to the first of the pair."""
    own = {number for one in pairs if one.is_dev == pair.is_dev for number in (one.one, one.other)} - {pair.one}
    nearest = sorted(own, key=lambda number: -measure[pair.one, number])[:5]
    return pair.other in nearest and bool(measure[pair.one, pair.other] >= least)


def _write(both: Sequence[float], alone: Sequence[float], near_standing: float, near_words: float) -> None:
    held = yaml.safe_load(FIT.read_text(encoding="utf-8"))
    head = "".join(line for line in FIT.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("#"))
    held["joined"] = {
        "meaning": {"keys": round(both[0], 3), "standing": round(both[1], 2)},
        "words": {"keys": round(alone[0], 3)},
    }
    held["near"] = {"standing": round(near_standing, 2), "words": round(near_words, 3)}
    FIT.write_text(head + yaml.safe_dump(held, sort_keys=False), "utf-8")


if __name__ == "__main__":
    main()
