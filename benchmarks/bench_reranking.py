"""Late interaction: does ordering the first fifty anew by vectors of single tokens gain anything?

Orders anew what `bench_xquad.py`, `bench_samples.py` and `bench_expertise.py` kept in `.cache/quality`, and the lists
of the minimal pairs. Takes 10 minutes on two free cores, half of it for the expertise of researchers; the sets to try
may be named: `bench_reranking.py xquad samples minimal_pairs expertise`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it declares no types

from benchmarks import bench_expertise, bench_xquad
from benchmarks.bench_minimal_pairs import read_pairs
from benchmarks.conditions import (
    JUDGED_FOLDERS,
    MODELS,
    QUALITY,
    print_conditions,
    print_table,
    real_encoder,
    with_interval,
)
from benchmarks.sample_judgements import Judged, read_judgements
from index import (
    Floats,
    Index,
    cut,
    ensure_embedded_model,
    ingest_paths,
    rank,
    standardise,
    store_records,
    with_origins,
)
from index.model_description import read_description
from ingest import OFFICER, Record, Section, fold
from matcher import match
from matcher.measures import gain, interval, measure_query, pair_losses
from matcher.question import ask

SETS = ("xquad", "samples", "minimal_pairs", "expertise")
_DEPTH = 50
_WEIGHTS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0)
_EVERYBODY = 100_000
_TOKENS_A_BATCH = 2_048
_SAMPLES: tuple[tuple[Judged, str], ...] = (("scientists", "scientist"), ("proposals", "proposal"))
Value = tuple[float, float]
"""What a list adds to the numerator and to the denominator of a measure."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, marks and prompt left out: their numbers, and their vectors (tokens, d) of length 1."""

    ids: tuple[int, ...]
    vectors: Floats


@dataclass(frozen=True, slots=True)
class Listed:
    """The first of a list. `own` are their scores by the list, `late` those by tokens, by way of counting, all
    standardised over them; `measure` says how good an order by such scores is. Lists of one `group` fall into one
    fold."""

    group: str
    own: Floats
    late: Mapping[str, Floats]
    measure: Callable[[Floats], Value]


class TokenEncoder:
    """The embedded model before its vectors are averaged. Each text is encoded once; `seconds` of the processor and
    `encoded` texts are counted by prompt."""

    def __init__(self) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        folder = ensure_embedded_model(MODELS)
        self.description = read_description(folder)
        self._model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self._known: dict[tuple[str, str], Tokens] = {}
        self.seconds: dict[str, float] = {}
        self.encoded: dict[str, int] = {}
        torch.set_num_threads(2)

    def queries(self, texts: Sequence[str]) -> list[Tokens]:
        return self._encode(texts, self.description.query_prompt)

    def passages(self, texts: Sequence[str]) -> list[Tokens]:
        return self._encode(texts, self.description.passage_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Tokens]:
        missing = sorted({text for text in texts if (prompt, text) not in self._known}, key=len)
        began = time.process_time()
        while missing:
            count = max(1, _TOKENS_A_BATCH // max(len(missing[-1]) // 3, 16))
            batch = missing[-count:]
            del missing[-count:]
            self._known.update(zip([(prompt, text) for text in batch], self._compute(batch, prompt), strict=True))
            self.encoded[prompt] = self.encoded.get(prompt, 0) + len(batch)
        self.seconds[prompt] = self.seconds.get(prompt, 0.0) + time.process_time() - began
        return [self._known[prompt, text] for text in texts]

    def _compute(self, texts: Sequence[str], prompt: str) -> Iterator[Tokens]:
        import torch

        tokenizer = self._model.tokenizer
        features = tokenizer(
            [prompt + text for text in texts],
            truncation=True,
            max_length=self.description.max_tokens,
            padding=True,
            return_tensors="pt",
        )
        before = 1 + len(tokenizer(prompt.strip(), add_special_tokens=False)["input_ids"])
        with torch.inference_mode():
            hidden = self._model[0].auto_model(**features).last_hidden_state
            rows = torch.nn.functional.normalize(hidden, dim=-1).numpy()
        for row, ids, length in zip(rows, features["input_ids"], features["attention_mask"].sum(dim=1), strict=True):
            kept = slice(before, int(length) - 1)
            yield Tokens(tuple(ids[kept].tolist()), np.asarray(row[kept], np.float32))


class LateInteraction:
    """The sum over what is asked of the nearest token that answers it (Khattab & Zaharia 2020, ColBERT), as a mean:
    every token alike or by its rarity, answered by all passages together or by the best one."""

    def __init__(self, answers: Iterable[Sequence[Tokens]]) -> None:
        passages = [passage for of_one in answers for passage in of_one]
        counts: dict[int, int] = {}
        for passage in passages:
            for id in set(passage.ids):
                counts[id] = counts.get(id, 0) + 1
        self._rarity = {id: float(np.log1p((len(passages) - n + 0.5) / (n + 0.5))) for id, n in counts.items()}
        self._rarest = float(np.log1p((len(passages) + 0.5) / 0.5))

    def score(self, asked: Sequence[Tokens], answering: Sequence[Tokens]) -> dict[str, float]:
        ids = [id for tokens in asked for id in tokens.ids]
        passages = [tokens.vectors for tokens in answering if tokens.ids]
        ways = {"alike": np.ones(len(ids)), "by rarity": np.array([self._rarity.get(id, self._rarest) for id in ids])}
        if not ids or not passages:
            return {f"{way}, {unit}": 0.0 for way in ways for unit in ("all passages", "best passage")}
        cosines = np.concatenate([tokens.vectors for tokens in asked]) @ np.concatenate(passages).T
        starts = np.cumsum([0, *(len(vectors) for vectors in passages[:-1])])
        nearest = np.maximum.reduceat(cosines, starts, axis=1)
        found: dict[str, float] = {}
        for way, weights in ways.items():
            shares = weights / weights.sum()
            found[f"{way}, all passages"] = float(shares @ nearest.max(axis=1))
            found[f"{way}, best passage"] = float((shares @ nearest).max())
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", help=", ".join(SETS))
    names = parser.parse_args().sets or SETS
    print_conditions(f"Late interaction over tokens: the first {_DEPTH} ordered anew")
    print(
        "List and tokens, each standardised over the list, are added; the weight of the tokens and the way of counting "
        "are\nchosen on one half of the lists (by a hash) and tried on the other. Gains are paired.\n"
    )
    # Products as small as a question by a passage only wait for each other's threads: 1 ms of the processor, not 24.
    threadpool_limits(1, "blas")
    encoder = TokenEncoder()
    for name in names:
        for title, lists in _BUILD[name](encoder):
            if lists:
                report(title, lists)
            else:
                print(f"{title}: skipped, its lists are not in .cache/quality or its data not beside the checkout.\n")


def report(title: str, lists: Sequence[Listed]) -> None:
    """How good the lists are as they are, by tokens alone, and with both, chosen on the other half."""
    ways = list(lists[0].late)
    before = [found.measure(found.own) for found in lists]
    tried = {
        (way, weight): [found.measure(found.own + weight * found.late[way]) for found in lists]
        for way in ways
        for weight in _WEIGHTS
    }
    alone = {way: [found.measure(found.late[way]) for found in lists] for way in ways}
    folds = [hashlib.sha256(found.group.encode()).digest()[0] % 2 for found in lists]
    chosen = {
        half: max(tried, key=lambda option: _mean([v for v, f in zip(tried[option], folds, strict=True) if f != half]))
        for half in (0, 1)
    }
    both = [tried[chosen[half]][number] for number, half in enumerate(folds)]
    rows = [["banha as it is", with_interval(interval(before)), "–"]]
    rows += [[f"tokens alone, {way}", *_compare(values, before)] for way, values in alone.items()]
    options = "; ".join(f"{weight:g} × {way}" for way, weight in chosen.values())
    rows.append([f"both, chosen on the other half ({options})", *_compare(both, before)])
    for weight in (0.25, 1.0):
        rows.append([f"both, {weight:g} × {ways[0]}", *_compare(tried[ways[0], weight], before)])
    best = max(tried, key=lambda option: _mean(tried[option]))
    rows.append([f"both, the best in sight ({best[1]:g} × {best[0]})", *_compare(tried[best], before)])
    print(f"### {title}\n")
    print_table(["order", "measure", "gain"], rows)


def _mean(values: Sequence[Value]) -> float:
    sums = np.sum(values, axis=0)
    return float(sums[0] / sums[1])


def _compare(values: Sequence[Value], before: Sequence[Value]) -> list[str]:
    return [with_interval(interval(values)), with_interval(gain(values, before), True)]


def _xquad(encoder: TokenEncoder) -> Iterator[tuple[str, list[Listed]]]:
    if not bench_xquad.DATA.is_file():
        yield "XQuAD-vi", []
        return
    data = json.loads(bench_xquad.DATA.read_text("utf-8"))
    passages = {f"d{number}": encoder.passages([text]) for number, text in enumerate(data["docs"])}
    late = LateInteraction(passages.values())
    qrels = {f"q{number}": {f"d{doc}": 1.0 for doc in relevant} for number, relevant in enumerate(data["rel"])}
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), None)
        records = [Record("document", "state", "", (Section("content", text),)) for text in data["docs"]]
        store_records(index, with_origins(records, "XQuAD"))
        for name, spoil in (("accented", str), ("unaccented", fold)):
            asked = {
                f"q{number}": index.read_query(spoil(text)).dense_text for number, text in enumerate(data["queries"])
            }
            run = read_run(f"xquad-{name}")
            tokens = dict(zip(asked, encoder.queries(list(asked.values())), strict=True))
            began = time.process_time()
            lists = [
                _list_for_ndcg(min(qrels[query]), ranking, qrels[query], [tokens[query]], passages, late)
                for query, ranking in run.items()
            ]
            print_times(encoder, passages, len(lists), time.process_time() - began)
            yield f"XQuAD-vi, {name}: nDCG@10", lists


def print_times(encoder: TokenEncoder, passages: Mapping[str, list[Tokens]], queries: int, seconds: float) -> None:
    """What a query costs, apart from what it costs without."""
    prompts = encoder.description.query_prompt, encoder.description.passage_prompt
    query, passage = (1_000 * encoder.seconds[prompt] / encoder.encoded[prompt] for prompt in prompts)
    sizes = [sum(tokens.vectors.nbytes for tokens in of_one) / 1024 for of_one in passages.values()]
    ordering = 1_000 * seconds / max(queries, 1)
    print(
        f"Processor: {query:.0f} ms to encode a query (in batches), {ordering:.1f} ms to order "
        f"{_DEPTH} passages whose token vectors are kept ({np.mean(sizes):.0f} KB a passage), "
        f"{_DEPTH * passage:.0f} ms more where they have to be computed.\n"
    )


def _samples(encoder: TokenEncoder) -> Iterator[tuple[str, list[Listed]]]:
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), None)
        ingest_paths(index, JUDGED_FOLDERS)
        for judged, kind in _SAMPLES:
            judgements = read_judgements(index.store.records(), judged)
            passages = {record.id: encoder.passages(_texts_of(record)) for record in index.store.records(judgements.to)}
            late = LateInteraction(passages.values())
            run, lists = read_run(f"samples-{kind}"), []
            for need in judgements.queries:
                grades = judgements.qrels[need.id]
                if need.id in run and any(grade > 0 for grade in grades.values()):
                    asked = encoder.queries(ask(index, need, OFFICER).texts)
                    lists.append(_list_for_ndcg(need.id, run[need.id], grades, asked, passages, late))
            yield f"Bundled samples, needs → {judged}: nDCG@10", lists


def _list_for_ndcg(
    group: str,
    ranking: Sequence[tuple[str, float]],
    grades: Mapping[str, float],
    asked: Sequence[Tokens],
    passages: Mapping[str, Sequence[Tokens]],
    late: LateInteraction,
) -> Listed:
    ids = [id for id, _ in ranking[:_DEPTH]]

    def measure(scores: Floats) -> Value:
        ordered = [(ids[position], float(scores[position])) for position in rank(scores, ids)]
        return measure_query(ordered, grades)["nDCG@10"]

    scores = [late.score(asked, passages[id]) for id in ids]
    return _listed(group, [score for _, score in ranking[:_DEPTH]], scores, measure)


def _listed(
    group: str, own: Sequence[float], late: Sequence[Mapping[str, float]], measure: Callable[[Floats], Value]
) -> Listed:
    by_way = {way: standardise(np.array([scores[way] for scores in late], np.float32)) for way in late[0]}
    return Listed(group, standardise(np.array(own, np.float32)), by_way, measure)


def _minimal_pairs(encoder: TokenEncoder) -> Iterator[tuple[str, list[Listed]]]:
    """Each pair asks one or two lists, of which it compares one candidate each: both lists stand in one row here, the
    better fit's list first, each standardised for itself."""
    lists: list[Listed] = []
    with TemporaryDirectory() as folder, TemporaryDirectory() as other:
        index, without_model = Index(Path(folder), real_encoder()), Index(Path(other), None)
        ingest_paths(index, JUDGED_FOLDERS)
        pairs = read_pairs()
        kinds = {pair.better.candidate.kind for pair in pairs}
        crowd = {
            record.id: encoder.passages(_texts_of(record)) for record in index.store.records() if record.kind in kinds
        }
        late = LateInteraction(crowd.values())
        for pair in pairs:
            candidates = {fit.candidate.id: fit.candidate for fit in (pair.better, pair.worse)}
            store_records(index, with_origins(list(candidates.values()), "minimal pairs"))
            passages = crowd | {id: encoder.passages(_texts_of(candidates[id])) for id in candidates}
            halves: list[tuple[Floats, dict[str, Floats]]] = []
            for fit in (pair.better, pair.worse):
                pairings = match(index, fit.query, fit.candidate.kind, OFFICER, _EVERYBODY).pairings
                own = {pairing.id: pairing.score for pairing in pairings}
                ids = list(dict.fromkeys([fit.candidate.id, *candidates, *list(own)[:_DEPTH]]))
                asked = encoder.queries(ask(without_model, fit.query, OFFICER).texts)
                scores = [
                    late.score(passages[id], asked)
                    if fit.query.kind == "scientist"
                    else late.score(asked, passages[id])
                    for id in ids
                ]
                found = _listed(pair.id, [own[id] for id in ids], scores, _first_exceeds)
                halves.append((found.own[:1], {way: values[:1] for way, values in found.late.items()}))
            (own_better, late_better), (own_worse, late_worse) = halves
            joined = {way: np.concatenate([late_better[way], late_worse[way]]) for way in late_better}
            lists.append(Listed(pair.id, np.concatenate([own_better, own_worse]), joined, _first_exceeds))
            for id in candidates:
                index.store.remove(id)
            index.refresh()
    yield "Minimal pairs: share in which the better fit scores higher", lists


def _first_exceeds(scores: Floats) -> Value:
    return float(scores[0] - scores[1] > 1e-5), 1.0


def _expertise(encoder: TokenEncoder) -> Iterator[tuple[str, list[Listed]]]:
    """The first of the ten profiles of each researcher. The tokens of a paper ask, those of the works answer."""
    title, run = "CMU gold standard, 58 researchers: pairs ordered rightly (1 − loss)", read_run("expertise")
    if not bench_expertise.DATA.is_file() or not run:
        yield title, []
        return
    data = json.loads(gzip.decompress(bench_expertise.DATA.read_bytes()))
    text_of = {paper: "\n".join(texts) for paper, texts in data["papers"].items()}
    works = {
        researcher: encoder.passages([text_of[work] for work in profiles[0]])
        for researcher, profiles in sorted(data["profiles"].items())
    }
    late, lists = LateInteraction(works.values()), []
    for researcher, answering in works.items():
        grades, ranking = data["scores"][researcher], run[f"{researcher}-0"]
        listed = [(id, score) for place, (id, score) in enumerate(ranking) if place < _DEPTH or id in grades]
        asked = encoder.queries([text_of[id] for id, _ in listed])
        scores = [late.score([tokens], answering) for tokens in asked]
        measure = _measure_pairs([id for id, _ in listed], grades)
        lists.append(_listed(researcher, [score for _, score in listed], scores, measure))
    yield title, lists


def _measure_pairs(ids: Sequence[str], grades: Mapping[str, float]) -> Callable[[Floats], Value]:
    def measure(scores: Floats) -> Value:
        lost, weight = pair_losses(dict(zip(ids, scores.tolist(), strict=True)), grades).get("pair loss", (0.0, 0.0))
        return weight - lost, weight

    return measure


def _texts_of(record: Record) -> list[str]:
    """The passages that an officer sees, cut without a model, so that all sets share them."""
    return [passage.text for passage in cut(record, None) if passage.audience != "outsiders"]


def read_run(name: str) -> dict[str, list[tuple[str, float]]]:
    """The rankings that a benchmark kept, by query, best first; none when it has not been run."""
    path = QUALITY / f"{name}.run"
    run: dict[str, list[tuple[str, float]]] = {}
    if path.is_file():
        for line in path.read_text("utf-8").splitlines():
            query, _, record, _, score, _ = line.split()
            run.setdefault(query, []).append((record, float(score)))
    return run


_BUILD: dict[str, Callable[[TokenEncoder], Iterator[tuple[str, list[Listed]]]]] = {
    "xquad": _xquad,
    "samples": _samples,
    "minimal_pairs": _minimal_pairs,
    "expertise": _expertise,
}

if __name__ == "__main__":
    main()
