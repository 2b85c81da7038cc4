"""Ingestion: what share of the bare encoder's speed is left when passages are cut, stored and indexed as well."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import ParamSpec, TypeVar
from unittest.mock import patch

import numpy as np

from benchmarks.conditions import (
    PROVINCE,
    article_records,
    print_conditions,
    print_table,
    real_encoder,
    seconds,
    spread,
)
from index import Encoder, Index, cut, pipeline, store_records
from index.encoder import Progress, Vectors
from index.lexical import LexicalIndex
from index.nearest import NearestIndex
from index.store import Store
from ingest import Record, extract_records, read_document

_ARTICLES, _LONGEST = 300, 1_200
_ROUNDS = 3
P = ParamSpec("P")
R = TypeVar("R")


def main() -> None:
    print_conditions("Ingestion beside the bare encoder")
    records = article_records(_ARTICLES, "document", _LONGEST)
    if records:
        print(f"{len(records)} articles of Vietnamese law of up to {_LONGEST:,} characters.")
    else:
        records = _sample_records()
        print(f"{len(records)} records of the samples (the legal corpus is not beside this checkout).")
    encoder = real_encoder()
    texts = list(dict.fromkeys(passage.text for record in records for passage in cut(record, encoder)))
    tokens = sum(encoder.count_tokens(texts))
    print(f"{len(texts)} passages, {tokens:,} tokens; bare and whole in turn, {_ROUNDS} rounds, one to warm up.\n")
    encoder.encode_passages(texts[:50])
    bare: list[float] = []
    whole: list[float] = []
    parts: dict[str, list[float]] = {}
    for _ in range(_ROUNDS):
        bare.append(seconds(lambda: encoder.encode_passages(texts)))
        spent, elapsed = _ingest(records, encoder)
        whole.append(elapsed)
        for name, value in spent.items():
            parts.setdefault(name, []).append(value)
    _report(len(texts), bare, whole, parts)


def _report(passages: int, bare: Sequence[float], whole: Sequence[float], parts: dict[str, list[float]]) -> None:
    share = statistics.median(bare) / statistics.median(whole)
    shares = [alone / together for alone, together in zip(bare, whole, strict=True)]
    print_table(
        ["", "s", "passages a second"],
        [
            ["bare encoder", spread(bare), f"{passages / statistics.median(bare):.1f}"],
            ["ingestion", spread(whole), f"{passages / statistics.median(whole):.1f}"],
            ["**share of the bare encoder's speed**", f"**{share:.1%}** ({min(shares):.1%} to {max(shares):.1%})", ""],
        ],
    )
    median = {name: statistics.median(values) for name, values in parts.items()}
    median["everything else"] = statistics.median(whole) - sum(median.values())
    print_table(
        ["where the time of ingestion goes", "s", "share"],
        [[name, f"{value:.2f}", f"{value / statistics.median(whole):.1%}"] for name, value in median.items()],
    )


def _ingest(records: Sequence[Record], encoder: Encoder) -> tuple[dict[str, float], float]:
    """Seconds by part, and in all, of storing the records in an empty folder."""
    spent: dict[str, float] = {}
    with TemporaryDirectory() as folder, _timing(spent):
        began = perf_counter()
        index = Index(Path(folder), _TimedEncoder(encoder, spent))
        store_records(index, [(record, "articles") for record in records])
        index.save()
        elapsed = perf_counter() - began
        index.store.close()
    return spent, elapsed


class _TimedEncoder:
    """The encoder, with the seconds of encoding noted."""

    def __init__(self, encoder: Encoder, spent: dict[str, float]) -> None:
        self.description, self.capacity, self.count_tokens = encoder.description, encoder.capacity, encoder.count_tokens
        self.encode_queries = encoder.encode_queries
        self._encoder, self._spent = encoder, spent

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        began = perf_counter()
        vectors = self._encoder.encode_passages(texts, progress)
        _add(self._spent, "encoding", began)
        return np.asarray(vectors)


@contextmanager
def _timing(spent: dict[str, float]) -> Iterator[None]:
    """Notes the seconds of the other parts while it is open."""
    parts: tuple[tuple[object, str, str], ...] = (
        (pipeline, "cut", "cutting into passages"),
        (Store, "prepare", "SQLite: compare with what is stored"),
        (Store, "commit", "SQLite: write"),
        (LexicalIndex, "apply", "tantivy"),
        (NearestIndex, "save", "FAISS snapshots"),
    )
    patches = [patch.object(owner, name, _timed(getattr(owner, name), label, spent)) for owner, name, label in parts]
    for entered in patches:
        entered.start()
    try:
        yield
    finally:
        for entered in patches:
            entered.stop()


def _timed(work: Callable[P, R], label: str, spent: dict[str, float]) -> Callable[P, R]:
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        began = perf_counter()
        try:
            return work(*args, **kwargs)
        finally:
            _add(spent, label, began)

    return wrapped


def _add(spent: dict[str, float], label: str, began: float) -> None:
    spent[label] = spent.get(label, 0.0) + perf_counter() - began


def _sample_records() -> list[Record]:
    files = sorted(path for path in PROVINCE.rglob("*") if path.is_file())
    return [record for path in files for record in extract_records(read_document(path)).records]


if __name__ == "__main__":
    main()
