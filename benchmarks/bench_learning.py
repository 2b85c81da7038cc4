"""Learning from judgements: can likelihoods be trusted, do weights get better, and is chance kept out?"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.bench_expertise import DATA, proposal, scientist
from benchmarks.conditions import JUDGED_FOLDERS, SEED, print_conditions, print_table, real_encoder, with_interval
from benchmarks.sample_judgements import Judgements, read_judgements
from index import Floats, Index, Judgement, Shown, Verdict, ingest_paths, store_records, with_origins
from ingest import OFFICER
from matcher.fusion import DEFAULT_WEIGHTS, SIGNALS, Weights
from matcher.learning.attention import attention_of_institutions, gini
from matcher.learning.calibration import Judged, Reliability, choose_method, fit, fold_of, measure_reliability, validate
from matcher.learning.exploration import list_best, list_with_trial
from matcher.learning.weights import (
    FEWEST_LISTS,
    JudgedList,
    Lacking,
    as_array,
    divide,
    estimate_bias,
    features_of,
    fit_weights,
    judged_lists,
    try_weights,
)
from matcher.measures import Measure, gain, interval, ndcg, pair_losses
from matcher.question import ask
from matcher.ranking import Ranking, rank_candidates

Array = np.typing.NDArray[np.float64]
_FITS, _UNFIT = 4.0, 2.0  # as the makers of the gold standard tell experts from strangers
_BIAS = 1.0  # a place is looked at as often as one over its rank
_PROFILES, _SEEDS, _SHUFFLES, _DAYS, _LIMIT = 10, 10, 200, 30, 10
_OFFICES, _LISTS, _EACH = 100, 320, 10


def _weights(**of: float) -> Weights:
    return Weights({**dict.fromkeys(SIGNALS, 0.01), **of})


_STARTS: Mapping[str, Weights] = {
    "written weights": DEFAULT_WEIGHTS,
    "parts of the meaning alone": _weights(late=2.5),
    "words alone": _weights(lexical=2.5),
    "amount of work, texts nearly off": _weights(amount=2.5),
}


@dataclass(frozen=True, slots=True)
class Graded:
    """A paper graded by a researcher of whom one profile was asked: grade 1 to 5, signals, best raw cosine."""

    researcher: str
    profile: int
    paper: str
    grade: float
    signals: Mapping[str, float]
    cosine: float

    @property
    def list_id(self) -> str:
        return f"{self.researcher}-{self.profile}"

    @property
    def score(self) -> float:
        return float(features_of(self.signals) @ as_array(DEFAULT_WEIGHTS))


def main() -> None:
    """Usage: bench_learning.py [FOLDER], in which what was encoded is kept for the next time."""
    print_conditions("Learning from judgements")
    if DATA.is_file():
        kept = Path(sys.argv[1]) if len(sys.argv) > 1 else None
        with nullcontext(str(kept)) if kept else TemporaryDirectory() as folder:
            graded = list(read_graded(Path(folder)))
        measure_likelihoods(graded)
        measure_weights(graded)
        measure_false_promotions(graded)
    else:
        print("Skipped: cmu_gold.json.gz is not beside this checkout (../shared/eval).")
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), real_encoder())
        ingest_paths(index, JUDGED_FOLDERS)
        samples = read_judgements(index.store.records(), "scientists")
        rankings = {
            need.id: rank_candidates(index, ask(index, need, OFFICER), "scientist", OFFICER) for need in samples.queries
        }
        measure_repeated_trials(rankings)
        measure_exploration(samples, rankings, index)


def read_graded(folder: Path) -> Iterator[Graded]:
    """Every graded paper of every researcher and profile, as ranked among all 463 papers."""
    data = json.loads(gzip.decompress(DATA.read_bytes()))
    papers, profiles, scores = data["papers"], data["profiles"], data["scores"]
    index = Index(folder, real_encoder())
    judged = sorted({paper for grades in scores.values() for paper in grades})
    people = [
        scientist(f"{name}-{number}", profile, papers)
        for name, samples in sorted(profiles.items())
        for number, profile in enumerate(samples[:_PROFILES])
    ]
    store_records(index, with_origins([*(proposal(paper, *papers[paper]) for paper in judged), *people], "evaluation"))
    for person in people:
        question = ask(index, person, OFFICER)
        ranking = rank_candidates(index, question, "proposal", OFFICER)
        wholes = np.stack([part.vector for part in question.parts if part.vector is not None])
        rows = ranking.candidates.dense(wholes, [question.language] * len(wholes))
        cosines = ranking.candidates.best(rows.max(axis=0))
        at = {id: position for position, id in enumerate(ranking.candidates.record_ids)}
        name, _, number = person.id.rpartition("-")
        for paper, grade in sorted(scores[name].items()):
            position = at[paper]
            yield Graded(name, int(number), paper, grade, ranking.signals_of(position), float(cosines[position]))


# Likelihoods


def measure_likelihoods(graded: Sequence[Graded]) -> None:
    of_profile = [
        [one for one in graded if one.profile == number and not _UNFIT < one.grade < _FITS]
        for number in range(_PROFILES)
    ]
    count, fitting = len(of_profile[0]), sum(one.grade >= _FITS for one in of_profile[0])
    print(
        f"### Likelihoods ({count} judgements of 58 researchers, {fitting} fit; each of {_PROFILES} profiles apart)\n\n"
        "Trained on four fifths of the researchers, tried on the fifth, each in turn; means over profiles. The gain in "
        "the Brier score over the rate alone is paired over researchers (lower is better).\n"
    )
    rows, kept = [], {}
    for name, train, value in _CALIBRATIONS:
        found: list[Reliability] = []
        errors: dict[str, list[float]] = {}
        for items in of_profile:
            judged = [Judged(one.researcher, value(one), one.grade >= _FITS) for one in items]
            predicted: dict[int, float] = {}

            def remember(
                others: Sequence[Judged],
                train: Callable[[Sequence[Judged]], Callable[[float], float]] = train,
                predicted: dict[int, float] = predicted,
            ) -> Callable[[Sequence[Judged]], Sequence[float]]:
                likelihood = train(others)

                def predict(held_out: Sequence[Judged]) -> Sequence[float]:
                    said = [likelihood(one.score) for one in held_out]
                    predicted.update(zip(map(id, held_out), said, strict=True))
                    return said

                return predict

            reliability = validate(judged, remember)
            assert reliability is not None
            found.append(reliability)
            for one in judged:
                errors.setdefault(one.record_id, []).append((predicted[id(one)] - one.fits) ** 2)
        kept[name] = [(sum(values), float(len(values))) for _, values in sorted(errors.items())]
        better = "–" if name == "the rate alone" else with_interval(gain(kept[name], kept["the rate alone"]), True)
        rows.append(
            [
                name,
                f"{np.mean([one.ece for one in found]):.3f}",
                f"{min(one.ece for one in found):.3f} to {max(one.ece for one in found):.3f}",
                with_interval(interval(kept[name])),
                better,
            ]
        )
        if name == "**banha: fused score, bins**":
            tables = [found[0]]
    print_table(["likelihood from", "ECE", "over profiles", "Brier", "less the rate's"], rows)
    table = tables[0]
    print(f"Reliability of banha's on held-out researchers, first profile (split {table.split}):\n")
    print_table(
        ["said", "judgements", "mean said", "judged to fit"],
        [
            [f"{one.low:.1f} to {one.high:.1f}", str(one.count), f"{one.predicted:.2f}", f"{one.fitting:.2f}"]
            for one in table.bins
        ],
    )
    _measure_small(of_profile)


def _measure_small(of_profile: Sequence[Sequence[Graded]]) -> None:
    """With as few judgements as bins are made from: the other researchers are all held out."""
    rows = []
    for size in (40, 80, 160):
        eces, methods = [], []
        for number, items in enumerate(of_profile):
            judged = [Judged(one.researcher, one.score, one.grade >= _FITS) for one in items]
            names = sorted({one.record_id for one in judged})
            np.random.default_rng(SEED + number).shuffle(names)
            chosen: list[Judged] = []
            while names and len(chosen) < size:
                name = names.pop()
                chosen += [one for one in judged if one.record_id == name]
            method = choose_method(chosen)
            methods.append(method or "none")
            if method:
                calibration, rest = fit(chosen, "hybrid", method), [one for one in judged if one.record_id in names]
                said = [calibration.likelihood(one.score) for one in rest]
                eces.append(measure_reliability(said, [one.fits for one in rest], "").ece)
        made = f"{len(eces)} of {len(methods)}"
        rows.append([f"{size} or a few more", made, f"{np.mean(eces):.3f}" if eces else "–"])
    print_table(["judgements to learn from", "calibrated (enough of both verdicts)", "ECE on all others"], rows)


def _isotonic(judged: Sequence[Judged]) -> Callable[[float], float]:
    return fit(judged, "hybrid", "isotonic").likelihood


def _bins(judged: Sequence[Judged]) -> Callable[[float], float]:
    return fit(judged, "hybrid", "bins").likelihood


def _platt(judged: Sequence[Judged]) -> Callable[[float], float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e4).fit([[one.score] for one in judged], [one.fits for one in judged])
    return lambda score: float(model.predict_proba([[score]])[0, 1])


def _rate(judged: Sequence[Judged]) -> Callable[[float], float]:
    share = float(np.mean([one.fits for one in judged]))
    return lambda _: share


def _score(one: Graded) -> float:
    return one.score


def _cosine(one: Graded) -> float:
    return one.cosine


_CALIBRATIONS: Sequence[
    tuple[str, Callable[[Sequence[Judged]], Callable[[float], float]], Callable[[Graded], float]]
] = (
    ("the rate alone", _rate, _score),
    ("**banha: fused score, bins**", _bins, _score),
    ("fused score, isotonic", _isotonic, _score),
    ("fused score, logistic curve fitted", _platt, _score),
    ("raw cosine, logistic curve fitted", _platt, _cosine),
    ("raw cosine, isotonic", _isotonic, _cosine),
    ("raw cosine, logistic curve as it is", lambda _: lambda cosine: float(1 / (1 + np.exp(-cosine))), _cosine),
    ("raw cosine shown as a percentage", lambda _: lambda cosine: float(np.clip(cosine, 0, 1)), _cosine),
)


# Weights


def simulate(
    graded: Sequence[Graded], start: Weights, generator: np.random.Generator, bias: float | None = _BIAS
) -> tuple[list[Judgement], dict[int, int]]:
    """What would have been judged had the graded papers of each list been shown in the order of these weights and each
    place looked at with probability rank^-bias (None: all are), and how far the lists reach. Grade 3 is not judged."""
    by_list: dict[str, list[Graded]] = {}
    for one in graded:
        by_list.setdefault(one.list_id, []).append(one)
    judgements: list[Judgement] = []
    depths: dict[int, int] = {}
    keys = sorted(by_list)
    generator.shuffle(keys)
    for key in keys:
        shown = sorted(by_list[key], key=lambda one: (-float(features_of(one.signals) @ as_array(start)), one.paper))
        before = len(judgements)
        for rank, one in enumerate(shown, 1):
            is_seen = bias is None or generator.random() < rank**-bias
            if is_seen and not _UNFIT < one.grade < _FITS:
                verdict: Verdict = "fits" if one.grade >= _FITS else "unfit"
                place = Shown(one.paper, rank, 0.0, 1.0, one.signals)
                id = len(judgements) + 1
                judgements.append(Judgement(id, "", key, one.paper, verdict, None, "proposal", place))
        if len(judgements) > before:
            for rank in range(1, len(shown) + 1):
                depths[rank] = depths.get(rank, 0) + 1
    return judgements, depths


def measure_weights(graded: Sequence[Graded]) -> None:
    print(
        f"### Weights learnt from simulated lists (58 researchers, {_SEEDS} simulations)\n\n"
        "The graded papers of a researcher are shown in the order of the weights in force, a place is looked at with "
        "probability 1/rank, grades from 4 are judged to fit and up to 2 not to. Learnt from one profile of each of "
        "four fifths of the researchers, the pair loss is that of the fifth, each in turn; intervals are paired over "
        "researchers.\n"
    )
    default = _losses(graded, lambda _: DEFAULT_WEIGHTS)
    ways = (("inverse propensities", True, _BIAS), ("without them", False, _BIAS), ("all places seen", False, None))
    rows, compared = [], []
    for name, start in _STARTS.items():
        before = _losses(graded, lambda _, start=start: start)
        learnt = {way: _learn_out_of_sample(graded, start, *how) for way, *how in ways}
        for way, losses in learnt.items():
            rows.append(
                [
                    name,
                    way,
                    with_interval(interval(before)),
                    with_interval(interval(losses)),
                    with_interval(gain(losses, before), True),
                    with_interval(gain(losses, default), True),
                ]
            )
        difference = gain(learnt["inverse propensities"], learnt["without them"])
        compared.append([name, with_interval(difference, True)])
    head = ["in force", "learnt with", "loss before", "loss learnt", "less before", "less written weights"]
    print_table(head, rows)
    print_table(["in force", "loss with inverse propensities less without"], compared)


def _learn_out_of_sample(
    graded: Sequence[Graded], start: Weights, by_propensity: bool, bias: float | None
) -> list[tuple[float, float]]:
    """What each researcher loses by weights learnt from the others, summed over simulations."""
    sums: list[Array] = []
    for seed in range(_SEEDS):
        chosen = _draw_profiles(graded, np.random.default_rng([SEED, seed]))
        weights = {}
        for fold in range(5):
            generator = np.random.default_rng([SEED, seed, fold])
            training = [one for one in chosen if fold_of(one.researcher) != fold]
            judgements, depths = simulate(training, start, generator, bias)
            ranks = [one.shown.rank for one in judgements if one.shown]
            lists = judged_lists(judgements, estimate_bias(ranks, depths))
            weights[fold] = fit_weights(lists, start, by_propensity)
        sums.append(np.array(_losses(graded, lambda name, weights=weights: weights[fold_of(name)])))
    return [(float(lost), float(all_)) for lost, all_ in np.sum(sums, axis=0)]


def _draw_profiles(graded: Sequence[Graded], generator: np.random.Generator) -> list[Graded]:
    """One profile of each researcher."""
    drawn = {name: int(generator.integers(_PROFILES)) for name in sorted({one.researcher for one in graded})}
    return [one for one in graded if one.profile == drawn[one.researcher]]


def _losses(graded: Sequence[Graded], weights_of: Callable[[str], Weights]) -> list[tuple[float, float]]:
    """(lost, all) of each researcher, summed over profiles."""
    by_list: dict[str, list[Graded]] = {}
    for one in graded:
        by_list.setdefault(one.list_id, []).append(one)
    sums: dict[str, Array] = {}
    for items in by_list.values():
        weights = as_array(weights_of(items[0].researcher))
        scores = {one.paper: float(features_of(one.signals) @ weights) for one in items}
        losses = pair_losses(scores, {one.paper: one.grade for one in items})
        name = items[0].researcher
        sums[name] = sums.get(name, np.zeros(2)) + np.array(losses.get("pair loss", (0.0, 0.0)))
    return [(float(lost), float(all_)) for _, (lost, all_) in sorted(sums.items())]


# Promotion


def measure_false_promotions(graded: Sequence[Graded]) -> None:
    print(
        f"### What is promoted ({_SHUFFLES} runs each, lists in a new order each time)\n\n"
        "One list a researcher (a profile drawn at random), all places looked at. Shuffled: the verdicts of each list "
        "are dealt out anew, so that nothing can be learnt and every promotion is a false one. Repeated: each list "
        "ten times with verdicts dealt out each time.\n"
    )
    rows = []
    for label, start, is_shuffled, copies in (
        ("shuffled, written weights", DEFAULT_WEIGHTS, True, 1),
        ("shuffled and repeated, written weights", DEFAULT_WEIGHTS, True, 10),
        ("shuffled, parts of the meaning alone", _STARTS["parts of the meaning alone"], True, 1),
        ("real, written weights", DEFAULT_WEIGHTS, False, 1),
        ("real, words alone", _STARTS["words alone"], False, 1),
        ("real, parts of the meaning alone", _STARTS["parts of the meaning alone"], False, 1),
    ):
        promoted, tried, lists_of = 0, 0, 0
        for run in range(_SHUFFLES):
            generator = np.random.default_rng([SEED, run, copies])
            chosen = _draw_profiles(graded, generator)
            judgements: list[Judgement] = []
            for copy in range(copies):
                found, _ = simulate(chosen, start, generator, None)
                judgements += [_moved(one, copy, len(judgements)) for one in found]
            judged = _shuffle(judgements, generator) if is_shuffled else judgements
            lists_of = len(judged_lists(judged, 0.0))
            divided = divide(judged, 0.0)
            if not isinstance(divided, Lacking):
                tried += 1
                promoted += try_weights(*divided, start).wins
        low, high = _wilson(promoted, tried)
        share = f"{promoted / max(tried, 1):.3f} [{low:.3f}, {high:.3f}]".replace("0.", ".")
        rows.append([label, str(lists_of), f"{promoted} of {tried}", share])
    print_table(["judgements, weights in force", "lists", "promoted", "share"], rows)


def _moved(one: Judgement, copy: int, offset: int) -> Judgement:
    record = f"{one.record_id} {copy}"
    return Judgement(one.id + offset, "", record, one.candidate_id, one.verdict, None, one.kind, one.shown)


def _shuffle(judgements: Sequence[Judgement], generator: np.random.Generator) -> list[Judgement]:
    """The verdicts of each list dealt out anew among its candidates."""
    dealt: list[Judgement] = []
    for key in dict.fromkeys(one.record_id for one in judgements):
        held = [one for one in judgements if one.record_id == key]
        verdicts = [held[position].verdict for position in generator.permutation(len(held))]
        dealt += [
            Judgement(one.id, "", key, one.candidate_id, verdict, None, one.kind, one.shown)
            for one, verdict in zip(held, verdicts, strict=True)
        ]
    return dealt


def _wilson(successes: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (E. B. Wilson 1927)."""
    if not count:
        return 0.0, 1.0
    share, z = successes / count, 1.96
    middle = share + z * z / (2 * count)
    spread = z * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
    return (middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count)


def measure_repeated_trials(rankings: Mapping[str, Ranking]) -> None:
    """How often somebody who learns again and again from random verdicts gets a promotion."""
    print(
        f"### What is promoted by whoever tries again and again (bundled samples: {len(rankings)} needs → scientists, "
        f"{_OFFICES} offices, {_LISTS} lists of {_LIMIT} each)\n\nVerdicts are dealt out at random, so every promotion "
        f"is a false one. `banha learn` is run after every {_EACH} lists, from the written weights.\n"
    )
    features = [
        np.stack([features_of(ranking.signals_of(position)) for position in ranking.order[:_LIMIT]])
        for ranking in rankings.values()
    ]
    rows = []
    for label, divisions in (
        ("the later third, whenever something was judged (as it was)", list(range(FEWEST_LISTS, _LISTS + 1, _EACH))),
        ("only what came since the last trial, half as much as before", list(_half_as_much_again())),
    ):
        won = np.array([_try(features, divisions, np.random.default_rng([SEED, office])) for office in range(_OFFICES)])
        ever, each = int(won.any(axis=1).sum()), float(won.mean())
        low, high = _wilson(ever, _OFFICES)
        share = f"{ever} of {_OFFICES}: {ever / _OFFICES:.3f} [{low:.3f}, {high:.3f}]".replace("0.", ".")
        rows.append([label, str(len(divisions)), f"{each:.3f}".replace("0.", "."), share])
    print_table(["tried on", "trials", "a trial wins", "offices with a false promotion"], rows)


def _half_as_much_again() -> Iterator[int]:
    """After how many lists there is a trial: they are of one length, so that half the judgements are half the lists."""
    count = FEWEST_LISTS
    while count <= _LISTS:
        yield count
        count = -(-count * 3 // (2 * _EACH)) * _EACH


def _try(features: Sequence[Floats], divisions: Sequence[int], generator: np.random.Generator) -> list[bool]:
    """Whether each trial wins that is made after so many lists, on the later third of them."""
    lists = []
    for number in range(_LISTS):
        judged = features[number % len(features)]
        fits = generator.permutation(np.arange(len(judged)) < generator.integers(1, len(judged)))
        lists.append(JudgedList((str(number), "scientist", True), number, judged, fits, np.ones(len(judged))))
    return [
        try_weights(lists[: round(count * 2 / 3)], lists[round(count * 2 / 3) : count], DEFAULT_WEIGHTS).wins
        for count in divisions
    ]


# Chance


def measure_exploration(judgements: Judgements, rankings: Mapping[str, Ranking], index: Index) -> None:
    institution_of = {
        id: known.facts.organisation
        for id, known in index.traits().items()
        if known.kind == "scientist" and known.facts.organisation
    }
    print(
        f"### One place given to chance (bundled samples: {len(rankings)} needs → scientists, lists of {_LIMIT}, "
        f"{_DAYS} days)\n\nA place is worth 1 / log2(rank + 1).\n"
    )
    rows, quality = [], {}
    for label, is_exploring in (("without", False), ("with the place", True)):
        places: list[tuple[str, int, int]] = []
        gains: list[tuple[float, float]] = []
        for need, ranking in rankings.items():
            ids, of_days = ranking.candidates.record_ids, []
            grades = judgements.qrels[need]
            for day in range(_DAYS):
                listed = (
                    list_with_trial(ranking.order, _LIMIT, f"{need} scientist {day}")
                    if is_exploring
                    else list_best(ranking.order, _LIMIT)
                )
                shown = [ids[position] for position in listed.positions]
                places += [(id, rank, 1) for rank, id in enumerate(shown, 1)]
                of_days.append(ndcg([grades.get(id, 0) for id in shown], list(grades.values()), _LIMIT))
            gains.append((float(np.mean(of_days)), 1.0))
        quality[label] = gains
        attention = attention_of_institutions(places, institution_of)
        people = attention_of_institutions(places, {id: id for id in institution_of})
        rows.append(
            [
                label,
                f"{gini(list(attention.values())):.3f}",
                f"{gini(list(people.values())):.3f}",
                str(sum(value == 0 for value in people.values())),
                with_interval(interval(gains)),
            ]
        )
    head = ["last place", "Gini, institutions", "Gini, people", "people never shown", "nDCG@10"]
    print(f"{len(set(institution_of.values()))} institutions, {len(institution_of)} people.\n")
    print_table(head, rows)
    loss: Measure = gain(quality["with the place"], quality["without"])
    print(f"What the place costs in nDCG@10: {with_interval(loss, True)}\n")


if __name__ == "__main__":
    main()
