"""The bundled samples: are the scientists and tasks that were judged to fit a need ranked first?"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.conditions import PROVINCE, bootstrap, print_conditions, print_measures, real_encoder
from benchmarks.sample_judgements import Judged, Judgements, read_judgements
from index import Encoder, Index, ingest_paths, rank, terms
from ingest import OFFICER, accented_view
from matcher import Measure, Query, evaluate
from matcher.evaluation import SYSTEM, Run, ndcg, recall, reciprocal_rank
from matcher.pairing import ask

_MEASURES = ("nDCG@10", "recall@1", "recall@5", "recall@10", "MRR@10")
_LIMIT = 100
_TFIDF = "TF-IDF, mean"
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
        ingest_paths(index, [PROVINCE])
        for judged in _JUDGED:
            _compare(index, encoder, read_judgements(index.store.records(), judged))


def _compare(index: Index, encoder: Encoder, judgements: Judgements) -> None:
    queries = [Query(need.id, record=need) for need in judgements.queries]
    # The records are stored already, with their vectors: nothing is encoded twice.
    evaluation = evaluate(
        list(index.store.records()), queries, judgements.to, judgements.qrels, encoder, _LIMIT, index.folder
    )
    tfidf = _measure(_rank_by_tfidf(index, judgements), judgements)
    own = _measure(evaluation.run, judgements)
    measures = {name: dict(by_name) for name, by_name in evaluation.measures.items()}
    measures[_TFIDF] = {name: bootstrap(values) for name, values in tfidf.items()}
    gains: dict[str, Measure] = dict(evaluation.gains)
    gains[_TFIDF] = bootstrap([a - b for a, b in zip(own["nDCG@10"], tfidf["nDCG@10"], strict=True)])
    print(
        f"### {len(own['nDCG@10'])} needs → {len(_candidates(index, judgements))} {judgements.to}s "
        f"({sum(map(len, judgements.qrels.values()))} judgements)\n"
    )
    print_measures({name: measures[name] for name in (SYSTEM, "lexical", "dense", _TFIDF, "random")}, gains, _MEASURES)


def _candidates(index: Index, judgements: Judgements) -> list[str]:
    return [record.id for record in index.store.records(judgements.to)]


def _rank_by_tfidf(index: Index, judgements: Judgements) -> Run:
    """Cosine of the need with the mean of the TF-IDF vectors of a candidate's passages: the same texts and terms."""
    ids = _candidates(index, judgements)
    passages = [
        [passage.text for passage in index.store.passages.of_record(id) if passage.audience != "outsiders"]
        for id in ids
    ]
    vectorizer = TfidfVectorizer(analyzer=lambda text: terms(accented_view(text)), sublinear_tf=True)
    vectors = vectorizer.fit_transform([text for texts in passages for text in texts])
    bounds = np.cumsum([0, *map(len, passages)])
    means = np.stack([np.asarray(vectors[a:b].mean(axis=0)).ravel() for a, b in itertools.pairwise(bounds)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    needs = vectorizer.transform(["\n".join(ask(index, need, OFFICER).texts) for need in judgements.queries])
    return {
        need.id: [(ids[position], float(scores[position])) for position in rank(scores, ids)[:_LIMIT]]
        for need, scores in zip(judgements.queries, (needs @ means.T).astype(np.float32), strict=True)
    }


def _measure(run: Run, judgements: Judgements) -> Mapping[str, Sequence[float]]:
    values: dict[str, list[float]] = {name: [] for name in _MEASURES}
    for need, grade_of in judgements.qrels.items():
        if not any(grade_of.values()):
            continue
        grades, ideal = [grade_of.get(id, 0) for id, _ in run[need]], list(grade_of.values())
        values["nDCG@10"].append(ndcg(grades, ideal, 10))
        values["MRR@10"].append(reciprocal_rank(grades, 10))
        for k in (1, 5, 10):
            values[f"recall@{k}"].append(recall(grades, ideal, k))
    return values


if __name__ == "__main__":
    main()
