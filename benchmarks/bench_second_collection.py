"""A second collection: are those ranked first who fit, on records that nobody had seen when the ranking was made?"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.conditions import print_conditions, print_measures, real_encoder
from ingest import Kind, Record, record_from_json
from matcher import Query, evaluate
from matcher.evaluation import read_qrels

_FOLDER = Path(__file__).with_name("second_collection")
_MEASURES = ("nDCG@10", "recall@5", "MRR@10")
_LIMIT = 100
_JUDGED: tuple[tuple[Kind, Kind], ...] = (
    ("need", "scientist"),
    ("need", "proposal"),
    ("proposal", "scientist"),
    ("scientist", "proposal"),
)

Grades = dict[str, dict[str, float]]


def main() -> None:
    print_conditions("Second collection: 35 scientists, 26 tasks, 25 needs")
    print("Records and judgements are invented, both by one language model before it had run anything on them.\n")
    records = _read("records.jsonl")
    in_english = _read("needs_in_english.jsonl")
    encoder = real_encoder()

    with TemporaryDirectory() as folder:

        def measure(name: str, asked: list[Record], to: Kind, qrels: Grades) -> None:
            queries = [Query(record.id, record=record) for record in asked if record.id in qrels]
            print(f"### {name} ({len(queries)} queries)\n")
            known = {query.id: qrels[query.id] for query in queries}
            print_measures(evaluate(records, queries, to, known, encoder, _LIMIT, Path(folder)), _MEASURES)

        for kind, to in _JUDGED:
            qrels = _read_grades(f"{kind}s_{to}s.qrels")
            measure(f"{kind}s → {to}s", records, to, qrels)
            if kind == "need":
                measure(f"{kind}s in English → {to}s", in_english, to, qrels)
                measure(f"{to}s → {kind}s", records, kind, _turn(qrels))


def _read(name: str) -> list[Record]:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [record_from_json(json.loads(line), file=name) for line in lines]


def _read_grades(name: str) -> Grades:
    grades: Grades = {}
    for grade in read_qrels((_FOLDER / name).read_text(encoding="utf-8").splitlines(), name):
        grades.setdefault(grade.query, {})[grade.record] = grade.value
    return grades


def _turn(qrels: Grades) -> Grades:
    turned: Grades = {}
    for query, grades in qrels.items():
        for id, grade in grades.items():
            turned.setdefault(id, {})[query] = grade
    return turned


if __name__ == "__main__":
    main()
