"""The overlap check on hand-written pairs: its five classes, and how many real overlaps it finds at one false alarm.

``--write`` fits the weights on the development half and writes them to ``matcher/overlap/fit.yaml``.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score

from benchmarks.conditions import JUDGED_FOLDERS, ROOT, SEED, print_conditions, print_table, real_encoder
from benchmarks.overlap_model import FEATURES, MEANING, TRANSLATED, WORDS, Array, Half, Model, rule_out_each
from index import Index, ingest_paths, store_records
from ingest import OFFICER, Facts, Record, Section, fold
from matcher.overlap.candidates import find_candidates
from matcher.overlap.classes import OVERLAP_CLASSES, OverlapClass, compare_periods, find_cues, measure_features
from matcher.overlap.section_comparison import compare_sections
from matcher.overlap.shingles import text_of
from matcher.overlap.task_profile import TaskProfile, profile_tasks
from matcher.overlap.whereabouts import compare_places

PAIRS = Path(__file__).with_name("overlap_pairs.yaml")
FIT = ROOT / "matcher" / "overlap" / "fit.yaml"
_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A proposal and a task by their numbers among the records, what they are to each other, and their topic."""

    new: int
    old: int
    found: OverlapClass
    topic: int
    is_dev: bool


def read_pairs() -> tuple[list[Record], list[Pair]]:
    topics = yaml.safe_load(PAIRS.read_text(encoding="utf-8"))
    by_hash = sorted(range(len(topics)), key=lambda n: hashlib.sha256(topics[n]["task"]["title"].encode()).digest())
    dev = set(by_hash[::2])
    records: list[Record] = []
    pairs: list[Pair] = []
    for number, topic in enumerate(topics):
        old = len(records)
        records.append(_record(topic["task"], f"t{number:02}"))
        for which, proposal in enumerate(topic["proposals"]):
            pairs.append(Pair(len(records), old, proposal["class"], number, number in dev))
            records.append(_record(proposal, f"t{number:02}p{which}"))
    return records, pairs


def _record(said: Mapping[str, Any], id: str) -> Record:
    sections = tuple(Section(name, said[name]) for name in ("objectives", "content", "products") if name in said)
    first, last = said.get("years", (None, None))
    facts = Facts(code=said.get("code"), place_written=said.get("place"), year_from=first, year_to=last)
    return Record("proposal", "state", said["title"], sections, facts, (), id)


def features_of(new: TaskProfile, old: TaskProfile) -> dict[str, float | None]:
    sections = compare_sections(new, old)
    place = compare_places(new.whereabouts, old.whereabouts)
    period = compare_periods(new.record.facts, old.record.facts)
    return measure_features(new, old, sections, place, period, find_cues(new.record, old.record))


def as_row(features: Mapping[str, float | None], names: Sequence[str]) -> list[float]:
    return [np.nan if (value := features[name]) is None else value for name in names]


def read_half(every: Array, pairs: Sequence[Pair], is_dev: bool) -> Half:
    """`every`: (pairs, pool, features)."""
    own = [number for number, pair in enumerate(pairs) if pair.is_dev == is_dev]
    topic_of = {number: pair.topic for pair in pairs if pair.is_dev == is_dev for number in (pair.new, pair.old)}
    strange = [
        (row, column, pairs[row].topic)
        for row in own
        for column, topic in topic_of.items()
        if topic != pairs[row].topic
    ]
    rows = every[own, [pairs[row].old for row in own]]
    drawn = every[[row for row, _, _ in strange], [column for _, column, _ in strange]]
    topics = [pairs[row].topic for row in own]
    return Half(rows, [pairs[row].found for row in own], topics, drawn, [topic for _, _, topic in strange])


def interval(topics: Sequence[int], measure: Any) -> str:
    """``.74 [.63, .83]``: with 95 % of resamples of the topics."""
    generator = np.random.default_rng(SEED)
    members: dict[int, list[int]] = {}
    for position, topic in enumerate(topics):
        members.setdefault(topic, []).append(position)
    names = sorted(members)
    drawn = []
    for _ in range(_RESAMPLES):
        chosen = generator.choice(names, len(names))
        drawn.append(measure([position for name in chosen for position in members[name]]))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return f"{measure(range(len(topics))):.3f} [{low:.3f}, {high:.3f}]"


def classes_row(name: str, found: Sequence[str], said: Sequence[str], topics: Sequence[int]) -> list[str]:
    def f1(chosen: Sequence[int]) -> float:
        kept = [found[n] for n in chosen], [said[n] for n in chosen]
        return float(f1_score(*kept, labels=list(OVERLAP_CLASSES), average="macro", zero_division=0))

    def accuracy(chosen: Sequence[int]) -> float:
        return float(np.mean([found[n] == said[n] for n in chosen]))

    return [name, interval(topics, f1), interval(topics, accuracy)]


def recalls_row(name: str, scores: Array, pairs: Sequence[Pair], owners: Sequence[int]) -> list[str]:
    """`scores`: (pairs, pool), each proposal with every task; NaN where it is not compared (its own topic's others,
    itself). `owners` tells where in the pool each pair's task stands."""
    cells = [name]
    for wanted in (("same",), ("same", "continuation")):
        others = scores.copy()
        true = np.array([scores[row, owners[row]] for row in range(len(pairs))])
        is_overlap = np.array([pair.found in wanted for pair in pairs])
        is_ignored = np.array([pair.found in ("same", "continuation") for pair in pairs])
        for row in np.flatnonzero(is_ignored).tolist():
            others[row, owners[row]] = np.nan
        known = np.sort(others[~np.isnan(others)])[::-1]
        a_task = known[len(known) // 100]
        worst = np.sort(np.nanmax(others, axis=1))[::-1]
        a_proposal = worst[max(1, round(len(worst) / 100))]
        rows = [row for row, pair in enumerate(pairs) if is_overlap[row] and not pair.is_dev]
        topics = [pairs[row].topic for row in rows]
        for threshold in (a_task, a_proposal):
            hits = [bool(true[row] > threshold) for row in rows]
            cells.append(interval(topics, lambda chosen, hits=hits: float(np.mean([hits[n] for n in chosen]))))
    return cells


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="fit, and write the weights")
    write = parser.parse_args().write
    print_conditions("Overlap: hand-written pairs of a proposal and an earlier task")
    encoder = real_encoder()
    records, pairs = read_pairs()
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), encoder)
        ingest_paths(index, JUDGED_FOLDERS)
        samples = list(index.store.records("proposal"))
        store_records(index, [(record, record.id) for record in records])
        stored = index.store.get_many([record.id for record in records])
        assert len(stored) == len(records), "an id was not kept"
        profiles = profile_tasks([*records, *samples], encoder)
        reached = [
            [one.id for one in find_candidates(index, records[pair.new], OFFICER, 10).first].index(records[pair.old].id)
            if pair.found in ("same", "continuation")
            else -1
            for pair in pairs
        ]
    print(
        f"{len(pairs)} pairs over {len({pair.topic for pair in pairs})} tasks, halves by the hash of the task's title "
        f"({sum(pair.is_dev for pair in pairs)} to fit, {sum(not pair.is_dev for pair in pairs)} to measure); pool of "
        f"{len(profiles)} tasks with the bundled samples.\nOf {sum(place >= 0 for place in reached)} overlaps the task "
        f"stands at worst at place {max(reached) + 1} of those that are compared section by section.\n"
    )
    _measure(records, pairs, profiles, write)


def _measure(records: Sequence[Record], pairs: Sequence[Pair], profiles: Sequence[TaskProfile], write: bool) -> None:
    test = [number for number, pair in enumerate(pairs) if not pair.is_dev]
    found, topics = [pairs[number].found for number in test], [pairs[number].topic for number in test]
    owners = [pair.old for pair in pairs]
    every = np.array(
        [[as_row(features_of(profiles[pair.new], other), FEATURES) for other in profiles] for pair in pairs]
    )
    left_out = _leave_out(pairs, len(records), len(profiles))
    dev = read_half(every, pairs, True)
    fitted: dict[str, Model] = {}
    class_rows, recall_rows = [], []
    is_translated = np.isnan(every[..., FEATURES.index("words_all")])
    for label, names in (
        ("Ba Nhà, by meaning only", TRANSLATED),
        ("Ba Nhà", MEANING),
        ("Ba Nhà, without a model", WORDS),
    ):
        columns = [FEATURES.index(name) for name in names]
        texts = [number for number, name in enumerate(names) if name.startswith(("meaning_", "words_"))]
        model, strength, validated = dev.fit_best(columns, texts)
        fitted[label] = model
        own = every[test, [owners[number] for number in test]]
        said = model.predict(own[:, columns], rule_out_each(own))
        if names is MEANING:
            by_meaning = own[:, [FEATURES.index(name) for name in TRANSLATED]]
            others = fitted["Ba Nhà, by meaning only"].predict(by_meaning, rule_out_each(own))
            is_other = is_translated[test, [owners[number] for number in test]]
            said = [other if is_one else one for one, other, is_one in zip(said, others, is_other, strict=True)]
        print(
            f"{label}: C = {strength}, macro-F1 {validated:.3f} by cross-validation over the tasks of the first half.\n"
        )
        class_rows.append(classes_row(label, found, said, topics))
        if names is MEANING:
            _print_confusion(found, said)
        flat = every.reshape(-1, len(FEATURES))
        scores = model.strengths(flat[:, columns], rule_out_each(flat)).reshape(every.shape[:2])
        if names is MEANING:
            by_meaning = flat[:, [FEATURES.index(name) for name in TRANSLATED]]
            others = fitted["Ba Nhà, by meaning only"].strengths(by_meaning, rule_out_each(flat))
            scores = np.where(is_translated, others.reshape(every.shape[:2]), scores)
            _print_translated(pairs, every, fitted, is_translated)
        recall_rows.append(recalls_row(label, np.where(left_out, np.nan, scores), pairs, owners))
    for label, matrix in _baselines([profile.record for profile in profiles]).items():
        scores = matrix[[pair.new for pair in pairs]]
        own = scores[np.arange(len(pairs)), owners][:, None]
        is_dev = np.array([pair.is_dev for pair in pairs])
        regression = LogisticRegression(C=100.0, class_weight="balanced", max_iter=5_000).fit(own[is_dev], dev.found)
        class_rows.append(classes_row(label, found, regression.predict(own[~is_dev]).tolist(), topics))
        recall_rows.append(recalls_row(label, np.where(left_out, np.nan, scores), pairs, owners))
    print_table(["on the second half", "macro-F1 of 5 classes", "accuracy"], class_rows)
    head = ["recall at one false alarm", "same, per 100 tasks compared", "same, per 100 proposals checked"]
    print_table(
        [*head, "same or continuation, per 100 tasks compared", "same or continuation, per 100 proposals checked"],
        recall_rows,
    )
    if write:
        _write(fitted, _fit_levels(dev))


def _print_translated(
    pairs: Sequence[Pair], every: Array, fitted: Mapping[str, Model], is_translated: NDArray[np.bool_]
) -> None:
    """What is said of each proposal in another language and of the tasks that have nothing to do with it."""
    strange = is_translated.copy()
    for number, pair in enumerate(pairs):
        strange[number, [other.old for other in pairs if other.topic == pair.topic]] = False
        strange[number, [other.new for other in pairs if other.topic == pair.topic]] = False
        strange[number] &= not pair.is_dev
    for said_of, rows in (("whole", every[strange]), ("with title and content only", _mask(every[strange]))):
        for name, names in (("by meaning only", TRANSLATED), ("with words unknown", MEANING)):
            model = fitted["Ba Nhà, by meaning only" if names is TRANSLATED else "Ba Nhà"]
            said = model.predict(rows[:, [FEATURES.index(feature) for feature in names]], rule_out_each(rows))
            alarms = sum(one in ("same", "continuation") for one in said)
            print(f"{len(said)} pairs in two languages with nothing in common, {said_of}, {name}: {alarms} overlaps.")
    print()


def _mask(rows: Array) -> Array:
    masked = rows.copy()
    masked[:, [n for n, name in enumerate(FEATURES) if name.endswith(("_objectives", "_products"))]] = np.nan
    return masked


def _leave_out(pairs: Sequence[Pair], count: int, pool: int) -> NDArray[np.bool_]:
    """(pairs, pool): the proposal itself, and the other proposals of its topic, of which nothing was written."""
    topic_of = np.full(pool, -1)
    for pair in pairs:
        topic_of[[pair.new, pair.old]] = pair.topic
    assert (topic_of[:count] >= 0).all()
    return np.array([(topic_of == pair.topic) & (np.arange(pool) != pair.old) for pair in pairs])


def _baselines(records: Sequence[Record]) -> dict[str, Array]:
    """(pool, pool) each."""
    titles = [" ".join(fold(record.title).split()) for record in records]
    digests = [hashlib.md5(title.encode(), usedforsecurity=False).digest() for title in titles]
    texts = [text_of(record) for record in records]
    matrix = TfidfVectorizer(preprocessor=fold, ngram_range=(1, 2), sublinear_tf=True).fit_transform(texts)
    return {
        "MD5 of the title (DSpace-CRIS)": np.array([[float(one == other) for other in digests] for one in digests]),
        "Levenshtein of titles (DSpace)": np.array(
            [[Levenshtein.normalized_similarity(one, other) for other in titles] for one in titles]
        ),
        "TF-IDF cosine of the texts": (matrix @ matrix.T).toarray(),
    }


def _print_confusion(found: Sequence[str], said: Sequence[str]) -> None:
    table = confusion_matrix(found, said, labels=list(OVERLAP_CLASSES))
    rows = [[name, *map(str, row)] for name, row in zip(OVERLAP_CLASSES, table.tolist(), strict=True)]
    print_table(["written as ↓, said to be →", *OVERLAP_CLASSES], rows)


def _fit_levels(dev: Half) -> dict[str, dict[str, dict[str, float]]]:
    """In part: above 95 % of the pairs drawn at random. Agreeing: as three quarters of those that do the same work."""
    alike = [n for n, found in enumerate(dev.found) if found in ("same", "elsewhere")]
    levels: dict[str, dict[str, dict[str, float]]] = {"meaning": {}, "words": {}}
    for column, name in enumerate(FEATURES):
        measure, _, aspect = name.partition("_")
        if measure in levels and aspect != "all":
            partly = float(np.nanpercentile(dev.strange[:, column], 95))
            agrees = max(float(np.nanpercentile(dev.rows[alike, column], 25)), partly)
            levels[measure][aspect] = {"partly": round(partly, 4), "agrees": round(agrees, 4)}
    return levels


def _write(fitted: Mapping[str, Model], levels: Mapping[str, Any]) -> None:
    content = {
        "models": {
            "meaning": fitted["Ba Nhà"].as_data(MEANING),
            "translated": fitted["Ba Nhà, by meaning only"].as_data(TRANSLATED),
            "words": fitted["Ba Nhà, without a model"].as_data(WORDS),
        },
        "levels": levels,
    }
    version = hashlib.sha256(yaml.safe_dump(content).encode()).hexdigest()[:8]
    head = (
        "# Fitted by benchmarks/bench_overlap.py --write on the first half of benchmarks/overlap_pairs.yaml, with the\n"
        "# embedded model; not to be edited. features: mean and spread of each over the pairs; classes: weights of a\n"
        "# multinomial logistic regression over the scaled features; levels: from which agreement a section agrees in\n"
        "# part (above 95 % of tasks at random) and from which it agrees (as 3 of 4 that do the same).\n"
    )
    FIT.write_text(head + yaml.safe_dump({"version": f"overlap-{version}", **content}, sort_keys=False), "utf-8")


if __name__ == "__main__":
    main()
