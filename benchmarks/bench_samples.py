"""The bundled samples: are the scientists and tasks that were judged to fit a need ranked first?"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.conditions import JUDGED_FOLDERS, keep_per_query, print_conditions, print_measures, real_encoder
from benchmarks.sample_judgements import Judged, Judgements, read_judgements
from index import Encoder, Index, ingest_paths
from matcher import Query, evaluate

_MEASURES = ("nDCG@10", "recall@1", "recall@5", "recall@10", "MRR@10")
_LIMIT = 100
_JUDGED: tuple[Judged, ...] = ("scientists", "proposals")


def main() -> None:
    print_conditions("Bundled samples: needs → scientists, needs → tasks")
    print(
        "The records and the judgements are invented: both were written by one language model, and no expert has "
        "checked them.\nTwo choices of the matcher were made with them in sight (see benchmarks/README.md). They tell "
        "how methods differ on this set, not how well any will do on yours.\n"
    )
    encoder = real_encoder()
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), encoder)
        ingest_paths(index, JUDGED_FOLDERS)
        for judged in _JUDGED:
            _compare(index, encoder, read_judgements(index.store.records(), judged))


def _compare(index: Index, encoder: Encoder, judgements: Judgements) -> None:
    queries = [Query(need.id, record=need) for need in judgements.queries]
    # The records are stored already, with their vectors: nothing is encoded twice.
    evaluation = evaluate(
        list(index.store.records()), queries, judgements.to, judgements.qrels, encoder, _LIMIT, index.folder
    )
    print(
        f"### {len(evaluation.judged)} needs → {len(list(index.store.records(judgements.to)))} {judgements.to}s "
        f"({sum(map(len, judgements.qrels.values()))} judgements)\n"
    )
    print_measures(evaluation, _MEASURES)
    keep_per_query(evaluation, f"samples-{judgements.to}")


if __name__ == "__main__":
    main()
