"""Ingestion: what share of the bare encoder's speed is left when passages are cut, stored and indexed as well."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
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

_ARTICLES, _LONGEST = 100, 1_200
_ROUNDS = 8
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
    print(f"{len(texts)} passages, {tokens:,} tokens; bare and whole in turn, {_ROUNDS} rounds.\n")
    encoder.encode_passages(texts[:50])
    bare, whole = Taken(), Taken()
    parts: dict[str, list[float]] = {}
    for round in range(_ROUNDS):
        spent: dict[str, float] = {}
        works: list[tuple[Taken, Callable[[], object]]] = [
            (bare, partial(encoder.encode_passages, texts)),
            (whole, partial(_ingest, records, encoder, spent)),
        ]
        # What runs beside may grow or fade meanwhile: each goes first as often.
        for taken, work in works if round % 2 else reversed(works):
            taken.add(work)
        for name, value in spent.items():
            parts.setdefault(name, []).append(value)
    _report(len(texts), bare, whole, parts)


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of each run by the clock and of the processor; the second tells more on a busy machine."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, work: Callable[[], object]) -> None:
        before = process_time()
        self.clock.append(seconds(work))
        self.processor.append(process_time() - before)


def _report(passages: int, bare: Taken, whole: Taken, parts: dict[str, list[float]]) -> None:
    print_table(
        ["", "s by the clock", "passages a second", "s of the processor"],
        [
            [name, spread(taken.clock), f"{passages / statistics.median(taken.clock):.1f}", spread(taken.processor)]
            for name, taken in (("bare encoder", bare), ("ingestion", whole))
        ]
        + [
            [
                "**share of the bare encoder's speed**",
                _share(bare.clock, whole.clock),
                "",
                _share(bare.processor, whole.processor),
            ]
        ],
    )
    median = {name: statistics.median(values) for name, values in parts.items()}
    in_all = statistics.median(whole.clock)
    median["everything else"] = in_all - sum(median.values())
    print_table(
        ["where the time of ingestion goes", "s by the clock", "share"],
        [[name, f"{value:.2f}", f"{value / in_all:.1%}"] for name, value in median.items()],
    )


def _share(bare: Sequence[float], whole: Sequence[float]) -> str:
    shares = [alone / together for alone, together in zip(bare, whole, strict=True)]
    middle = statistics.median(bare) / statistics.median(whole)
    return f"**{middle:.0%}** ({min(shares):.0%} to {max(shares):.0%})"


def _ingest(records: Sequence[Record], encoder: Encoder, spent: dict[str, float]) -> None:
    """Store the records in an empty folder, noting seconds by part."""
    with TemporaryDirectory() as folder, _timing(spent):
        index = Index(Path(folder), _TimedEncoder(encoder, spent))
        store_records(index, [(record, "articles") for record in records])
        index.save()
        index.store.close()


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
        (LexicalIndex, "replay", "words"),
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
