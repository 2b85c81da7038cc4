"""The bundled samples: are the scientists and tasks that were judged to fit a need ranked first, also where needs or
candidates are written without accents?"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.conditions import JUDGED_FOLDERS, keep_per_query, print_conditions, print_measures, real_encoder
from benchmarks.sample_judgements import Judged, Judgements, read_judgements
from index import Encoder, Index, ingest_paths
from ingest import Record
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
    records = list(index.store.records())
    candidates = [record.id for record in records if record.kind == judgements.to]
    needs = {need.id for need in judgements.queries}
    print(
        f"### {len(judgements.qrels)} needs → {len(candidates)} {judgements.to}s "
        f"({sum(map(len, judgements.qrels.values()))} judgements)\n"
    )
    # As they are the records are stored already, with their vectors: nothing is encoded twice.
    _measure(records, encoder, judgements, index.folder, f"samples-{judgements.to}")
    for what, bare in (("The needs", needs), (f"Every third {judgements.to}", set(candidates[::3]))):
        print(f"{what} without accents:\n")
        with TemporaryDirectory() as folder:
            typed = [_without_accents(record) if record.id in bare else record for record in records]
            _measure(typed, encoder, judgements, Path(folder), None)


def _measure(
    records: list[Record], encoder: Encoder, judgements: Judgements, folder: Path, kept_as: str | None
) -> None:
    by_id = {record.id: record for record in records}
    queries = [Query(need.id, record=by_id[need.id]) for need in judgements.queries]
    evaluation = evaluate(records, queries, judgements.to, judgements.qrels, encoder, _LIMIT, folder)
    print_measures(evaluation, _MEASURES)
    if kept_as:
        keep_per_query(evaluation, kept_as)


def _without_accents(record: Record) -> Record:
    sections = tuple(replace(section, text=_strip(section.text)) for section in record.sections)
    return replace(record, title=_strip(record.title), sections=sections)


def _strip(text: str) -> str:
    """As people type who leave all accents out."""
    letters = unicodedata.normalize("NFD", text.translate({ord("đ"): "d", ord("Đ"): "D"}))
    return unicodedata.normalize("NFC", "".join(one for one in letters if not unicodedata.combining(one)))


if __name__ == "__main__":
    main()
