"""Search apart from query encoding, at 100,000 passages: how long, where the time goes, beside alternatives."""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import random
import shutil
import sqlite3
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import numpy as np
import tantivy
from scipy.sparse import csr_array

from benchmarks.conditions import SEED, legal_articles, percentile, print_conditions, print_table, real_encoder, seconds
from index import (
    Floats,
    Index,
    ModelDescription,
    QueryReading,
    cut,
    standardise,
    store_records,
    terms,
    weigh_document,
)
from index.cutting import approximate_tokens
from index.languages import UNKNOWN, language_of
from index.terms import ACCENTED, FOLDED
from ingest import KINDS, OFFICER, Kind, Record, Section, accented_view, fold, syllables
from ingest.records import DEFAULT_HOUSE
from matcher.fusion import DEFAULT_WEIGHTS, Weights
from matcher.question import Question, ask, ask_all
from matcher.ranking import rank_candidates, rank_each

_PASSAGES = 100_000
_DIMENSIONS, _CLUSTERS, _NOISE = 384, 1_500, 0.7
_QUERIES, _QUERY_SYLLABLES = 60, 7
_NEEDS, _ALL_NEEDS = 20, 300
_LIMIT = 10
_DEPTH, _RRF = 50, 60
_ROUNDS = 6  # of all pairs; the first is not counted
_VIEWS = {ACCENTED: accented_view, FOLDED: fold}
# What one record of each kind holds, in articles: many short documents, people with several works.
_CYCLE: tuple[tuple[Kind, int], ...] = (
    ("document", 1),
    ("document", 1),
    ("document", 1),
    ("document", 1),
    ("document", 1),
    ("document", 1),
    ("scientist", 5),
    ("proposal", 3),
    ("need", 1),
    ("organisation", 2),
)


class VectorsWithoutModel:
    """Stands in for a model: unit vectors around random centres, whose sizes follow Zipf's law. Takes no time."""

    description = ModelDescription("clustered-random", "1", _DIMENSIONS, 512)
    capacity = 500

    def __init__(self) -> None:
        self._generator = np.random.default_rng(SEED)
        self._centres = self._generator.standard_normal((_CLUSTERS, _DIMENSIONS), dtype=np.float32)
        self._centres /= np.linalg.norm(self._centres, axis=1, keepdims=True)
        shares = 1.0 / np.arange(1, _CLUSTERS + 1)
        self._shares = shares / shares.sum()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return approximate_tokens(texts)

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> Floats:  # noqa: ARG002
        return self._draw(self._generator, len(texts))

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in texts]
        return np.concatenate([self._draw(np.random.default_rng(seed), 1) for seed in seeds])

    def _draw(self, generator: np.random.Generator, count: int) -> Floats:
        chosen = self._centres[generator.choice(_CLUSTERS, count, p=self._shares)]
        noise = generator.standard_normal((count, _DIMENSIONS), dtype=np.float32)
        noise *= _NOISE / np.sqrt(np.float32(_DIMENSIONS))
        rows = chosen + noise
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=_PASSAGES)
    parser.add_argument("--folder", type=Path, help="keep the index here, or use the one that is here")
    given = parser.parse_args()
    print_conditions(f"Search without query encoding, {given.passages:,} passages")
    headings = [section.name for section in legal_articles()]
    if not headings:
        print("Skipped: the legal corpus is not beside this checkout (../shared/corpus).")
        return
    with TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        if not (folder / "banha.sqlite").is_file():
            _build(folder, given.passages)
        _time_opening(folder)
        index = Index(folder, VectorsWithoutModel())
        _describe(index)
        queries = _choose_queries(headings)
        _compare(index, queries, Path(temporary) / "fts5.sqlite")
        _split(index, queries)
        _time_matching(index)


def _build(folder: Path, passages: int) -> None:
    encoder = VectorsWithoutModel()
    index = Index(folder, encoder)
    began = time.perf_counter()
    store_records(index, ((record, "articles") for record in _records(passages, encoder)))
    index.save()
    print(f"Cut, stored and indexed in {time.perf_counter() - began:.0f} s (without encoding).\n")
    index.store.close()


def _records(passages: int, encoder: VectorsWithoutModel) -> Iterator[Record]:
    """Records of real articles until they hold so many passages."""
    articles, held, number = legal_articles(), 0, 0
    while held < passages:
        kind, count = _CYCLE[number % len(_CYCLE)]
        articles_of_it = [next(articles) for _ in range(count)]
        name = "work" if kind == "scientist" else "content"
        sections = tuple(Section(name, article.text) for article in articles_of_it)
        record = Record(kind, DEFAULT_HOUSE[kind], articles_of_it[0].name, sections, id=f"{kind}-{number}")
        held += len(cut(record, encoder))
        number += 1
        yield record


def _describe(index: Index) -> None:
    rows = []
    for kind in KINDS:
        candidates = index.candidates([kind], OFFICER)
        rows.append([kind, f"{len(candidates):,}", f"{len(candidates.ids):,}"])
    everything = index.candidates(KINDS, OFFICER)
    rows.append(["all", f"{len(everything):,}", f"{len(everything.ids):,}"])
    print("Real texts (articles of Vietnamese law), clustered random vectors of 384 dimensions.\n")
    print_table(["kind", "records", "passages"], rows)


def _choose_queries(headings: Sequence[str]) -> list[str]:
    """The first syllables of headings that have enough of them."""
    long = [text for text in headings if len(syllables(text)) >= _QUERY_SYLLABLES]
    chosen = random.Random(SEED).sample(long, _QUERIES)
    return [text[: syllables(text)[_QUERY_SYLLABLES - 1][1]] for text in chosen]


# Searching, beside alternatives


def _compare(index: Index, queries: Sequence[str], fts5: Path) -> None:
    fused, words_only = _FusedRanks(index), _FullText(index, fts5)
    ways: dict[str, Callable[[str], object]] = {
        "**banha**: every passage scored, z-scores": lambda text: index.search(text, OFFICER, limit=_LIMIT),
        "FAISS best 50 + tantivy best 50, ranks fused": fused.search,
        "SQLite FTS5, OR of the words, best 50 (words only)": words_only.search,
    }
    rows = []
    for typed, texts in (("with accents", queries), ("without accents", [fold(text) for text in queries])):
        times: dict[str, list[float]] = {name: [] for name in ways}
        work: dict[str, list[float]] = {name: [] for name in ways}
        for text in texts:
            for name, search in ways.items():
                before = time.process_time()
                times[name].append(1_000 * seconds(partial(search, text)))
                work[name].append(1_000 * (time.process_time() - before))
        own = statistics.median(times[next(iter(ways))])
        rows += [
            [
                typed,
                name,
                f"{min(values):.1f}",
                f"{statistics.median(values):.1f}",
                f"{percentile(values, 0.95):.1f}",
                f"{statistics.median(work[name]):.1f}",
                f"{own / statistics.median(values):.2f}",
            ]
            for name, values in times.items()
        ]
    print(f"{_QUERIES} queries of {_QUERY_SYLLABLES} syllables, each asked of every system in turn.\n")
    print_table(["typed", "system", "least ms", "p50 ms", "p95 ms", "processor p50 ms", "banha ÷ it (p50)"], rows)


class _FusedRanks:
    """What is usually built: the best 50 of either index, fused by reciprocal ranks (Cormack et al. 2009)."""

    def __init__(self, index: Index) -> None:
        self._index = index
        candidates = index.candidates(KINDS, OFFICER)
        owners = np.repeat(candidates.record_ids, np.diff([*candidates.first_rows, len(candidates.ids)]))
        self._owners: list[str] = owners.tolist()
        self._owner = dict(zip(candidates.ids.tolist(), self._owners, strict=True))
        vectors = [
            passage.vector or b"" for id in candidates.record_ids for passage in index.store.passages.of_record(id)
        ]
        # Any: faiss's type stubs do not know the numpy wrappers.
        self._nearest: Any = faiss.IndexFlatIP(_DIMENSIONS)
        self._nearest.add(np.frombuffer(b"".join(vectors), "<f4").reshape(len(vectors), -1))
        self._lexical = _index_with_tantivy(index)

    def search(self, text: str) -> list[Record]:
        reading = self._index.read_query(text)
        encoder = self._index.encoder
        assert encoder is not None
        _, found = self._nearest.search(encoder.encode_queries([reading.dense_text]), _DEPTH)
        fused: dict[str, float] = {}
        for owners in (self._by_words(reading), [self._owners[place] for place in found[0]]):
            for position, owner in enumerate(dict.fromkeys(owners)):
                fused[owner] = fused.get(owner, 0.0) + 1.0 / (_RRF + position)
        best = sorted(fused, key=lambda id: (-fused[id], id))[:_LIMIT]
        return list(self._index.store.get_many(best).values())

    def _by_words(self, reading: QueryReading) -> list[str]:
        schema, query, searcher = self._lexical.schema, tantivy.Query, self._lexical.searcher()
        clauses = [
            (tantivy.Occur.Should, query.boost_query(query.term_query(schema, field, term), weight))
            for (field, term), weight in reading.weighted_terms().items()
        ]
        hits = searcher.search(query.boolean_query(clauses), _DEPTH, count=False).hits
        numbers = searcher.fast_field_values("id", [address for _, address in hits])
        return [self._owner[int(number or 0)] for number in numbers]


def _index_with_tantivy(index: Index) -> Any:
    """The same terms of the same passages, in memory."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=False, indexed=True, fast=True)
    for name in _VIEWS:
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
    lexical = tantivy.Index(builder.build())
    writer = lexical.writer(200_000_000, 1)
    for kind in KINDS:
        for id, _, text in index.store.passages.words_since(kind, 0):
            document = tantivy.Document()
            document.add_unsigned("id", id)
            for name, see in _VIEWS.items():
                document.add_text(name, " ".join(terms(see(text))))
            writer.add_document(document)
    writer.commit()
    lexical.reload()
    return lexical


class _FullText:
    """SQLite's own full-text index, which folds accents by itself (all but đ)."""

    def __init__(self, index: Index, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute(
            "CREATE VIRTUAL TABLE texts USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')"
        )
        records = index.candidates(KINDS, OFFICER).record_ids
        texts = (passage.text for id in records for passage in index.store.passages.of_record(id))
        self._db.executemany("INSERT INTO texts (text) VALUES (?)", ((text,) for text in texts))
        self._db.commit()

    def search(self, text: str) -> list[tuple[int]]:
        words = " OR ".join(f'"{text[start:end]}"' for start, end in syllables(text))
        return self._db.execute(
            "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?", (words, _DEPTH)
        ).fetchall()


def _split(index: Index, queries: Sequence[str]) -> None:
    """Where the time of a search goes, by timing its public steps apart."""
    encoder = index.encoder
    assert encoder is not None
    times: dict[str, list[float]] = {}

    def timed(step: str, began: float) -> float:
        now = time.perf_counter()
        times.setdefault(step, []).append(1_000 * (now - began))
        return now

    for text in queries:
        now = time.perf_counter()
        reading = index.read_query(fold(text))
        now = timed("read the query, restore accents", now)
        vector = encoder.encode_queries([reading.dense_text])
        now = time.perf_counter()
        candidates = index.candidates(KINDS, OFFICER)
        now = timed("candidates: what the viewer may see", now)
        words = candidates.lexical(reading.weighted_terms())
        now = timed("words: BM25 of every passage", now)
        meaning = candidates.dense(vector, [language_of(reading.text)])[0]
        now = timed("meaning: cosine of every passage", now)
        scores = standardise(candidates.best(words)) + standardise(candidates.best(meaning))
        rows = standardise(words) + standardise(meaning)
        now = timed("best passage a record, z-scores", now)
        order = candidates.rank(scores)
        now = timed("order all records", now)
        index.store.get_many([candidates.record_ids[position] for position in order[:_LIMIT]])
        timed("read ten records", now)
        del rows
    print_table(
        ["step (queries without accents)", "p50 ms", "p95 ms"],
        [
            [step, f"{statistics.median(values):.1f}", f"{percentile(values, 0.95):.1f}"]
            for step, values in times.items()
        ],
    )


def _time_matching(index: Index) -> None:
    """Ranking beside encoding, in turn: each need is encoded by the real model, then all candidates are ranked."""
    encoder = real_encoder()
    chosen = random.Random(SEED).sample(list(index.store.records("need")), _NEEDS)
    questions = ask_all(index, chosen, OFFICER)
    goals: tuple[Kind | None, ...] = ("scientist", "document", None)
    all_passages = f"{len(index.candidates(KINDS, OFFICER).ids):,} passages"
    ways: dict[str, Callable[[Question], object]] = {
        "encoding the need: its passages, and as a whole": lambda question: (
            encoder.encode_passages(question.texts),
            encoder.encode_queries(["\n".join(question.texts)]),
        ),
        # What is stored is not encoded again, as when the need is asked once more.
        "reading the need: its passages, languages and abbreviations": lambda question: ask(
            index, question.record, OFFICER
        ),
    } | {
        f"need → {to or 'all kinds'}, {len(index.candidates([to] if to else KINDS, OFFICER).ids):,} passages": partial(
            _rank, index, to
        )
        for to in goals
    }
    ways[f"need → all kinds, {all_passages}, late interaction aside"] = partial(
        _rank, index, None, weights=DEFAULT_WEIGHTS.without("late")
    )
    times: dict[str, list[float]] = {name: [] for name in ways}
    work: dict[str, list[float]] = {name: [] for name in ways}
    for question in questions[:2] + questions:
        for name, way in ways.items():
            before = time.process_time()
            times[name].append(1_000 * seconds(partial(way, question)))
            work[name].append(1_000 * (time.process_time() - before))
    first = next(iter(ways))
    rows = [
        [
            name,
            f"{statistics.median(times[name][2:]):.1f}",
            f"{statistics.median(work[name][2:]):.1f}",
            f"{statistics.median(times[name][2:]) / statistics.median(times[first][2:]):.2f}",
            f"{statistics.median(work[name][2:]) / statistics.median(work[first][2:]):.2f}",
        ]
        for name in ways
    ]
    syllables_a_need = statistics.median(sum(len(syllables(text)) for text in one.texts) for one in questions)
    passages = statistics.median(len(one.texts) for one in questions)
    print(f"{_NEEDS} needs of {syllables_a_need:.0f} syllables in {passages:.0f} passages (medians), each in turn.\n")
    print_table(["step", "p50 ms", "processor p50 ms", "÷ encoding", "÷ encoding, processor"], rows)
    _time_all_pairs(index)


def _rank(index: Index, to: Kind | None, question: Question, weights: Weights = DEFAULT_WEIGHTS) -> object:
    return rank_candidates(index, question, to, OFFICER, weights)


def _time_all_pairs(index: Index) -> None:
    """All needs with all scientists, beside the bare products of the same vectors and words and one match after the
    other, in turn."""
    questions = ask_all(index, list(index.store.records("need"))[:_ALL_NEEDS], OFFICER)
    candidates = index.candidates(["scientist"], OFFICER)
    parts = [part for question in questions for part in question.parts]
    vectors = np.concatenate(
        [
            np.stack([part.vector, *part.vectors])
            for part in parts
            if part.vector is not None and part.vectors is not None
        ]
    )
    held = candidates.vectors(np.arange(len(candidates.ids)))
    words, asked = _count_words(index, questions)
    fifties = np.split(vectors, range(50, len(vectors), 50))
    job, one_by_one, plain, in_fifties, of_words = (
        "`match --all`, ranking",
        "one match after the other",
        "the bare product of their vectors, at once",
        "the same, fifty at a time",
        "the bare product of their words, at once",
    )
    ways: dict[str, Callable[[], object]] = {
        plain: lambda: vectors @ held.T,
        in_fifties: lambda: [candidates.dense(some, [UNKNOWN] * len(some)) for some in fifties] and None,
        of_words: lambda: words @ asked,
        job: lambda: [None for _ in rank_each(index, questions, "scientist", OFFICER)],
        one_by_one: lambda: [rank_candidates(index, one, "scientist", OFFICER) for one in questions] and None,
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    work: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(_ROUNDS):
        for name, way in ways.items():
            before = time.process_time()
            times[name].append(seconds(way))
            work[name].append(time.process_time() - before)
    taken = {name: statistics.median(times[name][1:]) for name in ways}
    worked = {name: statistics.median(work[name][1:]) for name in ways}
    rows = [
        [
            name,
            f"{taken[name]:.2f}",
            f"{worked[name]:.2f}",
            *(f"{worked[name] / worked[bare]:.1f}" for bare in (plain, in_fifties)),
            f"{worked[name] / (worked[plain] + worked[of_words]):.1f}",
        ]
        for name in ways
    ]
    print(f"{len(questions)} needs, {len(vectors)} vectors, {len(candidates):,} scientists, {_ROUNDS - 1} rounds.\n")
    head = ["all pairs", "s", "processor s", "÷ product of vectors", "÷ in fifties", "÷ products of vectors and words"]
    print_table(head, rows)


def _count_words(index: Index, questions: Sequence[Question]) -> tuple[csr_array, Floats]:
    """How often each passage of scientists holds each term that is asked for: (passages, terms), and how much each need
    asks for it: (terms, needs)."""
    weighed = [weigh_document(question.texts, question.forms) for question in questions]
    places: dict[tuple[str, str], int] = {}
    for weights in weighed:
        for pair in weights:
            places.setdefault(pair, len(places))
    asked = np.zeros((len(places), len(questions)), dtype=np.float32)
    for number, weights in enumerate(weighed):
        asked[[places[pair] for pair in weights], number] = list(weights.values())
    counts: list[int] = []
    columns: list[int] = []
    bounds = [0]
    for _, _, text in index.store.passages.words_since("scientist", 0):
        said = Counter((name, term) for name, see in _VIEWS.items() for term in terms(see(text)))
        held = [(place, count) for pair, count in said.items() if (place := places.get(pair)) is not None]
        columns += [place for place, _ in held]
        counts += [count for _, count in held]
        bounds.append(len(columns))
    shape = (len(bounds) - 1, len(places))
    return csr_array((np.array(counts, dtype=np.float32), columns, bounds), shape=shape), asked


# Opening


def _time_opening(folder: Path) -> None:
    rows = []
    derived = folder / "derived"
    for what, lost in (
        ("from snapshots", []),
        ("vectors rebuilt", list(derived.rglob("*.faiss"))),
        ("everything rebuilt", [derived]),
    ):
        for path in lost:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        opened, searched, resident, peak = _in_new_process(folder)
        rows.append([what, f"{opened:.1f}", f"{searched:.1f}", f"{resident:.0f}", f"{peak:.0f}"])
    print("Each in a new process, files in the page cache; imports are not counted, the model has no part in it.\n")
    print_table(["opening", "open s", "first search s", "RSS MB", "peak RSS MB"], rows)


def _in_new_process(folder: Path) -> tuple[float, float, float, float]:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_open_and_search, folder).result()


def _open_and_search(folder: Path) -> tuple[float, float, float, float]:
    began = time.perf_counter()
    index = Index(folder, VectorsWithoutModel())
    opened = time.perf_counter()
    index.search("xử lý nước thải", OFFICER)
    searched = time.perf_counter()
    index.save()
    return opened - began, searched - opened, _memory("VmRSS"), _memory("VmHWM")


def _memory(name: str) -> float:
    """MB of this process. Not getrusage, whose peak a new process inherits from the one that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1_024


if __name__ == "__main__":
    main()
