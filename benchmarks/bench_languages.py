"""Languages: what is found when question and candidates are written in two languages, beside one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from benchmarks.conditions import JUDGED_FOLDERS, print_conditions, print_table, real_encoder, with_interval
from benchmarks.sample_judgements import Judged, read_judgements
from index import Encoder, Index, ingest_paths, store_records, with_origins
from ingest import OFFICER, Kind, Record, Section
from matcher.fusion import DEFAULT_WEIGHTS, Weights
from matcher.measures import PerQuery, gain, interval, measure_query
from matcher.question import ask
from matcher.ranking import rank_candidates

_NEEDS = Path(__file__).with_name("english_needs.yaml")
_MEASURES = ("nDCG@10", "recall@10", "MRR@10")
_JUDGED: tuple[Judged, ...] = ("scientists", "proposals")
_WORDS_ONLY = Weights({"lexical": 1.0})
_SHOWN = 10
Qrels = Mapping[str, Mapping[str, int]]


def main() -> None:
    print_conditions("Languages: needs in English, and collections of which half is in English")
    print(
        "The needs of the samples were translated by a language model that saw neither candidates nor grades "
        "(`english_needs.yaml`); no person has checked it. Each question is asked alone.\n"
    )
    encoder = real_encoder()
    with TemporaryDirectory() as folder, TemporaryDirectory() as other:
        index = Index(Path(folder), encoder)
        ingest_paths(index, JUDGED_FOLDERS)
        records = list(index.store.records())
        mixed = _with_half_in_english(Path(other), encoder, records)
        in_english = {record.id for record in mixed.store.records("need") if "english" in _sections(record)}
        for judged in _JUDGED:
            _compare(index, mixed, in_english, judged)


def _with_half_in_english(folder: Path, encoder: Encoder, records: Sequence[Record]) -> Index:
    """The same records, every other need (by the hash of its id) in English."""
    translated = yaml.safe_load(_NEEDS.read_text(encoding="utf-8"))
    index = Index(folder, encoder)
    half = {
        record.id
        for record in records
        if record.kind == "need" and record.title in translated and hashlib.sha256(record.id.encode()).digest()[0] % 2
    }
    store_records(index, with_origins([translate_need(one) if one.id in half else one for one in records], "benchmark"))
    return index


def translate_need(need: Record) -> Record:
    translated = yaml.safe_load(_NEEDS.read_text(encoding="utf-8"))[need.title]
    return replace(need, title=translated["title"], sections=(Section("english", translated["text"]),))


def _sections(record: Record) -> set[str]:
    return {section.name for section in record.sections}


def _compare(index: Index, mixed: Index, in_english: set[str], judged: Judged) -> None:
    judgements = read_judgements(index.store.records(), judged)
    kind: Kind = judgements.to
    needs = list(judgements.queries)
    back: dict[str, dict[str, int]] = {}
    for need, grades in judgements.qrels.items():
        for candidate, grade in grades.items():
            back.setdefault(candidate, {})[need] = grade
    back = {candidate: grades for candidate, grades in back.items() if any(grades.values())}
    asking = list(index.store.get_many(list(back)).values())
    rows = []
    for name, found in (
        (f"needs in Vietnamese → {judged}", _measure(index, needs, kind, judgements.qrels)),
        (
            f"needs in English → {judged}",
            _measure(index, [translate_need(need) for need in needs], kind, judgements.qrels),
        ),
        (f"{judged} → needs, all in Vietnamese", _measure(index, asking, "need", back)),
        (f"{judged} → needs, half in English", _measure(mixed, asking, "need", back, in_english)),
    ):
        whole, words, share = found
        rows.append(
            [
                name,
                *(with_interval(interval(whole[measure])) for measure in _MEASURES),
                with_interval(gain(whole[_MEASURES[0]], words[_MEASURES[0]]), True),
                "–" if share is None else f"{share:.2f}",
            ]
        )
    print_table(["", *_MEASURES, "gain on words alone in nDCG@10", "English among the first ten"], rows)
    print()


def _measure(
    index: Index, asking: Sequence[Record], to: Kind, qrels: Qrels, in_english: set[str] | None = None
) -> tuple[PerQuery, PerQuery, float | None]:
    """The default ranking and the one by words alone: measure → what each query adds; and the share of records in
    English among the first ten of the former."""
    whole: dict[str, list[tuple[float, float]]] = {measure: [] for measure in _MEASURES}
    words: dict[str, list[tuple[float, float]]] = {measure: [] for measure in _MEASURES}
    shares: list[float] = []
    for record in asking:
        for weights, kept in ((DEFAULT_WEIGHTS, whole), (_WORDS_ONLY, words)):
            ranking = rank_candidates(index, ask(index, record, OFFICER), to, OFFICER, weights)
            ids = ranking.candidates.record_ids
            listed = [(ids[place], float(ranking.scores[place])) for place in ranking.order]
            measured = measure_query(listed, qrels[record.id])
            for measure in _MEASURES:
                kept[measure].append(measured[measure])
            if in_english is not None and kept is whole:
                shares.append(sum(id in in_english for id, _ in listed[:_SHOWN]) / _SHOWN)
    return whole, words, sum(shares) / len(shares) if shares else None


if __name__ == "__main__":
    main()
