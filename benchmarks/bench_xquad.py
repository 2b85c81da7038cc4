"""XQuAD in Vietnamese: does a question find its passage, typed with and without accents?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.conditions import SHARED, keep_per_query, print_conditions, print_measures, print_table, real_encoder
from index import Encoder
from ingest import Record, Section, fold
from matcher import Evaluation, Query, evaluate

DATA = SHARED / "eval" / "xquad_vi.json"
_MEASURES = ("nDCG@10", "recall@1", "recall@5", "MRR@10")
_LIMIT = 100
# Of trials on the same data before Ba Nhà was written, without intervals.
_BEFORE = (
    ("BM25 over syllables", (".959", ".918", ".986", ".948"), (".507", ".371", ".585", ".461")),
    ("BM25 over words (pyvi)", (".960", ".923", ".982", ".949"), (".397", ".268", ".467", ".353")),
    ("multilingual-e5-small", (".947", ".896", ".982", ".933"), (".420", ".284", ".490", ".373")),
    ("BM25 with bigrams + e5-small, ranks fused", (".972", ".942", ".991", ".963"), None),
    ("BM25 over folded text", None, (".960", ".919", ".984", ".949")),
    ("BM25 folded + restored, e5-small restored, fused", None, (".961", ".922", ".987", ".950")),
)


def main() -> None:
    print_conditions("XQuAD-vi: 240 passages, 1,190 questions")
    if not DATA.is_file():
        print("Skipped: xquad_vi.json is not beside this checkout (../shared/eval).")
        return
    data, encoder = json.loads(DATA.read_text("utf-8")), real_encoder()
    for heading, name, texts, column in (
        ("Questions as they are", "accented", data["queries"], 1),
        ("Questions typed without accents", "unaccented", [fold(text) for text in data["queries"]], 2),
    ):
        print(f"### {heading}\n")
        evaluation = _evaluate(data, texts, encoder)
        print_measures(evaluation, _MEASURES)
        keep_per_query(evaluation, f"xquad-{name}")
        print_table(["earlier trial", *_MEASURES], [[row[0], *(row[column] or ())] for row in _BEFORE if row[column]])


def _evaluate(data: dict[str, Any], texts: Sequence[str], encoder: Encoder) -> Evaluation:
    records = [
        # The passages have no titles.
        Record("document", "state", "", (Section("content", text),), id=f"d{number}")
        for number, text in enumerate(data["docs"])
    ]
    queries = [Query(f"q{number}", text) for number, text in enumerate(texts)]
    qrels = {f"q{number}": {f"d{doc}": 1.0 for doc in relevant} for number, relevant in enumerate(data["rel"])}
    with TemporaryDirectory() as folder:
        return evaluate(records, queries, None, qrels, encoder, _LIMIT, Path(folder))


if __name__ == "__main__":
    main()
