"""The CMU gold standard of expertise: are papers ordered as researchers judged their own expertise in them?"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.conditions import SHARED, keep_per_query, print_conditions, print_measures, print_table, real_encoder
from ingest import Record, Section
from matcher import Evaluation, Query, evaluate
from matcher.evaluation import summarise

DATA = SHARED / "eval" / "cmu_gold.json.gz"
_MEASURES = ("pair loss", "easy pairs", "hard pairs")
_LIMIT = 1_000
# Stelmakh, Wieting, Neubig, Shah 2023 (TPMS, SPECTER+MFR); OpenReview's report of its models.
_PUBLISHED = (
    ("TPMS", ".28", ".80", ".62"),
    ("TF-IDF, mean", ".266", ".81", ".64"),
    ("SPECTER + MFR", ".24", ".88", ".60"),
    ("SPECTER2 + SciNCL (OpenReview)", ".21", ".91", ".65"),
)


def main() -> None:
    print_conditions("CMU gold standard of expertise: 58 researchers, 463 papers, 477 grades of 1 to 5")
    if not DATA.is_file():
        print("Skipped: cmu_gold.json.gz is not beside this checkout (../shared/eval).")
        return
    evaluation = measure()
    print_measures(evaluation, _MEASURES)
    keep_per_query(evaluation, "expertise")
    print_table(["published", *_MEASURES], _PUBLISHED)


def measure() -> Evaluation:
    """Researchers are scientists with a work a paper; the papers are proposals. Intervals are over researchers."""
    data = json.loads(gzip.decompress(DATA.read_bytes()))
    papers, profiles, scores = data["papers"], data["profiles"], data["scores"]
    judged = sorted({paper for grades in scores.values() for paper in grades})
    scientists = [
        scientist(f"{researcher}-{number}", profile, papers)
        for researcher, samples in sorted(profiles.items())
        for number, profile in enumerate(samples)
    ]
    # The researchers are stored too, so that no paper is encoded twice.
    records = [*(proposal(paper, *papers[paper]) for paper in judged), *scientists]
    queries = [Query(scientist.id, record=scientist) for scientist in scientists]
    qrels = {query.id: scores[query.id.rpartition("-")[0]] for query in queries}
    with TemporaryDirectory() as folder:
        return _by_researcher(evaluate(records, queries, "proposal", qrels, real_encoder(), _LIMIT, Path(folder)))


def _by_researcher(evaluation: Evaluation) -> Evaluation:
    """The ten profiles that come with each researcher are no independent queries: they count together."""
    researchers = [query.rpartition("-")[0] for query in evaluation.judged]
    of_researcher = {
        name: [n for n, owner in enumerate(researchers) if owner == name] for name in dict.fromkeys(researchers)
    }
    per_query = {
        system: {
            measure: [tuple(np.sum([values[n] for n in numbers], axis=0)) for numbers in of_researcher.values()]
            for measure, values in by_measure.items()
        }
        for system, by_measure in evaluation.per_query.items()
    }
    measured = {system: list(of_researcher) for system in per_query}
    return summarise(evaluation.run, evaluation.mode, measured, per_query)


def proposal(id: str, title: str, abstract: str) -> Record:
    """A paper to be judged."""
    return Record("proposal", "science", title, (Section("summary", abstract),), id=id)


def scientist(id: str, profile: Sequence[str], papers: Mapping[str, tuple[str, str]]) -> Record:
    """A researcher with a work for each paper of the profile."""
    works = tuple(Section("work", "\n".join(papers[paper])) for paper in profile)
    return Record("scientist", "science", f"Researcher {id}", works, id=id)


if __name__ == "__main__":
    main()
