"""Minimal pairs: does the ranking move the right way when one point of a record changes?"""

from __future__ import annotations

import argparse
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

import numpy as np
import yaml

from benchmarks.conditions import JUDGED_FOLDERS, print_conditions, print_table, real_encoder, with_interval
from index import Index, ingest_paths, standardise, store_records, with_origins
from ingest import OFFICER, Kind, Record
from ingest.records_json import record_from_json
from matcher import Measure, match
from matcher.baselines import TfidfMean
from matcher.evaluation import LEGS

DATA = Path(__file__).resolve().parent / "minimal_pairs.yaml"
NEGATIONS = DATA.with_name("minimal_pairs_negation.yaml")
Contrast = Literal[
    "crop", "negation", "district", "trl", "field", "role", "age", "budget", "method", "object", "industry"
]
Split = Literal["dev", "test"]
CONTRASTS: tuple[Contrast, ...] = get_args(Contrast)
SPLITS: tuple[Split, ...] = get_args(Split)
SYSTEM, TFIDF = "banha", "tfidf"
_EVERYBODY = 100_000
# Of standardised scores; equal passages have equal vectors, but sums of float32 differ in their order.
_TIE = 1e-5
_SIDES = {"candidate": "two candidates", "query": "two queries"}
_NORMAL_QUANTILE = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class Fit:
    """A query and a candidate for it."""

    query: Record
    candidate: Record


@dataclass(frozen=True, slots=True)
class Pair:
    """Two fits of which `better` must score higher; they differ in one point of either the candidate or the query."""

    id: str
    contrast: Contrast
    better: Fit
    worse: Fit

    @property
    def varies(self) -> Literal["candidate", "query"]:
        return "candidate" if self.better.query == self.worse.query else "query"

    @property
    def direction(self) -> str:
        return f"{self.better.query.kind} → {self.better.candidate.kind}"

    @property
    def split(self) -> Split:
        """Half and half by the SHA-256 of the id, so that nobody chooses."""
        return "dev" if hashlib.sha256(self.id.encode()).digest()[0] % 2 else "test"


@dataclass(frozen=True, slots=True)
class Outcome:
    """By system how much higher the better fit scores than the worse, in standard deviations of all candidates."""

    pair: Pair
    margins: Mapping[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=SPLITS, help="only this half: dev while changing the ranking")
    parser.add_argument("--pairs", type=Path, default=DATA, help="a file of other pairs in the same form")
    parser.add_argument("--verbose", action="store_true", help="the margin of every pair by every system")
    options = parser.parse_args()
    pairs = [pair for pair in read_pairs(options.pairs) if options.split in (None, pair.split)]
    print_conditions("Minimal pairs: the same record but for one point")
    print(
        f"{len(pairs)} pairs, invented and written by one language model; no expert has checked them. Share of pairs "
        "whose better\nfit scores strictly higher, with 95 % Wilson intervals; chance is .500, a tie counts as not "
        "passed. The crowd is the\nbundled samples.\n"
    )
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), real_encoder())
        ingest_paths(index, JUDGED_FOLDERS)
        outcomes = list(compare(index, pairs))
    print_shares(outcomes)
    if options.verbose:
        print_margins(outcomes)


def read_pairs(path: Path = DATA) -> list[Pair]:
    """The pairs in the order of the file. Raises KeyError for a point left open, RecordRefused for a bad record."""
    return [
        Pair(entry["id"], entry["contrast"], _fit(entry, "better"), _fit(entry, "worse"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def _fit(entry: Mapping[str, Any], variant: Literal["better", "worse"]) -> Fit:
    query, candidate = (record_from_json(_fill(entry[side], entry[variant])) for side in ("query", "candidate"))
    is_open = _fill(entry["candidate"], entry["better"]) != _fill(entry["candidate"], entry["worse"])
    id = f"{entry['id']}.{variant if is_open else 'only'}"
    return Fit(query.with_id(f"{entry['id']}.query"), candidate.with_id(id))


def _fill(value: Any, points: Mapping[str, Any]) -> Any:
    """The value with every ``$name`` in it filled in; what is nothing but a ``$name`` may become a number."""
    if isinstance(value, dict):
        return {key: _fill(item, points) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, points) for item in value]
    if not isinstance(value, str):
        return value
    return points[value[1:]] if value[1:] in points and value[0] == "$" else Template(value).substitute(points)


def compare(index: Index, pairs: Sequence[Pair]) -> Iterator[Outcome]:
    """Rank the candidates of each pair among the records of the index, to which they are added for as long."""
    crowd: dict[Kind, dict[str, list[str]]] = {}
    for record in index.store.records():
        crowd.setdefault(record.kind, {})[record.id] = _texts_of(index, record.id)
    for pair in pairs:
        candidates = {fit.candidate.id: fit.candidate for fit in (pair.better, pair.worse)}
        store_records(index, with_origins(list(candidates.values()), "minimal pairs"))
        of_kind = crowd.get(pair.better.candidate.kind, {}) | {id: _texts_of(index, id) for id in candidates}
        tfidf = TfidfMean(of_kind)
        # One query for two candidates is asked once.
        fits = {fit.query: fit for fit in (pair.worse, pair.better)}
        lists = {query: _score(index, fit, tfidf) for query, fit in fits.items()}
        better, worse = (
            {name: scores[fit.candidate.id] for name, scores in lists[fit.query].items()}
            for fit in (pair.better, pair.worse)
        )
        yield Outcome(pair, {name: better[name] - worse[name] for name in better if name in worse})
        # Not index.remove, which rewrites files: what is left of the words moves later margins by .001 at most.
        for id in candidates:
            index.store.remove(id)
        index.refresh()


def _texts_of(index: Index, id: str) -> list[str]:
    return [passage.text for passage in index.store.passages.of_record(id) if passage.audience != "outsiders"]


def _score(index: Index, fit: Fit, tfidf: TfidfMean) -> dict[str, dict[str, float]]:
    """By system and candidate id: the scores for the query by the ranking, by words, by meaning and by TF-IDF alone,
    standardised over all candidates."""
    pairings = match(index, fit.query, fit.candidate.kind, OFFICER, _EVERYBODY).pairings
    ids = [pairing.id for pairing in pairings]
    texts = [fit.query.title, *(section.text for section in fit.query.sections)]
    scores = {SYSTEM: [pairing.score for pairing in pairings], TFIDF: list(tfidf.score(texts, ids))}
    scores |= {name: [pairing.signals[name] for pairing in pairings] for name in LEGS if name in pairings[0].signals}
    return {
        name: dict(zip(ids, standardise(np.array(values, dtype=np.float32)).tolist(), strict=True))
        for name, values in scores.items()
    }


def wilson(passed: int, count: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927)."""
    z2 = _NORMAL_QUANTILE**2
    centre = (passed + z2 / 2) / (count + z2)
    half = _NORMAL_QUANTILE / (count + z2) * math.sqrt(passed * (count - passed) / count + z2 / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


def count_passed(outcomes: Sequence[Outcome], system: str) -> int:
    """How many pairs the system orders rightly; ties are none."""
    return sum(outcome.margins[system] > _TIE for outcome in outcomes)


def print_shares(outcomes: Sequence[Outcome]) -> None:
    """Shares of pairs passed: of all, by split, by what varies, by contrast; and the ties."""
    systems = _systems(outcomes)
    groups = {"**all**": list(outcomes)}
    for name_of in (lambda pair: pair.split, lambda pair: _SIDES[pair.varies], lambda pair: pair.contrast):
        for outcome in outcomes:
            groups.setdefault(name_of(outcome.pair), []).append(outcome)
    rows = [
        [name, str(len(group)), *(_share(count_passed(group, system), len(group)) for system in systems)]
        for name, group in groups.items()
    ]
    ties = [str(sum(abs(outcome.margins[system]) <= _TIE for outcome in outcomes)) for system in systems]
    print_table(["pairs", "number", *systems], [*rows, ["ties among all", "", *ties]])


def _systems(outcomes: Sequence[Outcome]) -> list[str]:
    """The ranking, TF-IDF, words alone and meaning alone."""
    return [name for name in outcomes[0].margins if all(name in outcome.margins for outcome in outcomes)]


def _share(passed: int, count: int) -> str:
    """``.750 [.551, .880]``."""
    return with_interval(Measure(passed / count, *wilson(passed, count)))


def print_margins(outcomes: Sequence[Outcome]) -> None:
    """By how much each pair was passed (+) or failed, by every system."""
    systems = _systems(outcomes)
    print_table(
        ["pair", "contrast", "direction", "varies", "split", *systems],
        [
            [
                outcome.pair.id,
                outcome.pair.contrast,
                outcome.pair.direction,
                outcome.pair.varies,
                outcome.pair.split,
                *(f"{outcome.margins[system]:+.3f}" for system in systems),
            ]
            for outcome in outcomes
        ],
    )


if __name__ == "__main__":
    main()
