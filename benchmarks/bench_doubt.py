"""Doubt: is “not enough evidence” said of the first of a list in which nobody fits, and not of those who fit?"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from benchmarks.bench_languages import translate_need
from benchmarks.conditions import JUDGED_FOLDERS, print_conditions, print_table, real_encoder
from benchmarks.sample_judgements import Judged, read_judgements
from index import Encoder, Index, ingest_paths
from ingest import OFFICER, Kind, Record, Section
from matcher.pairing import find_standing_out
from matcher.question import ask
from matcher.ranking import rank_candidates

_HOPELESS = Path(__file__).with_name("hopeless_needs.yaml")
_JUDGED: tuple[Judged, ...] = ("scientists", "proposals")
_FITS, _FITS_WELL = 1, 2  # grades
_SPLITS = ("dev", "test")


@dataclass(frozen=True, slots=True)
class _Said:
    """Of how many there is enough evidence, by the bar of the list alone and as Ba Nhà says it."""

    count: int = 0
    by_bar: int = 0
    by_both: int = 0

    def __add__(self, other: _Said) -> _Said:
        return _Said(self.count + other.count, self.by_bar + other.by_bar, self.by_both + other.by_both)


def main() -> None:
    print_conditions("Doubt: not enough evidence")
    print(
        "Of each judged need all who were judged to fit are removed: the first of those left is one in whom nobody "
        "sees a fit. Most of them were graded by nobody. Invented needs of things that nobody in the samples does "
        "(`hopeless_needs.yaml`) have all candidates.\n"
    )
    encoder = real_encoder()
    invented = [
        Record("need", "enterprise", one["title"], (Section("situation", one["text"]),))
        for one in yaml.safe_load(_HOPELESS.read_text(encoding="utf-8"))
    ]
    rows: list[list[str]] = []
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), encoder)
        ingest_paths(index, JUDGED_FOLDERS)
        for judged in _JUDGED:
            found = read_judgements(index.store.records(), judged)
            halves = {need.id: _split_of(need) for need in found.queries}
            for language, needs in (("", found.queries), (" in English", tuple(map(translate_need, found.queries)))):
                name = f"needs{language} → {judged}"
                rows += _table(name, index, encoder, needs, halves, found.to, found.qrels)
            rows += _invented(f"invented needs → {judged}", index, invented, found.to)
            asked, qrels = _turn(index, found.queries, found.qrels)
            halves = {one.id: _split_of(one) for one in asked}
            rows += _table(f"{judged} → needs", index, encoder, asked, halves, "need", qrels)
    head = ["", "half", "fit well", "lost before", "lost", "first where nobody fits", "passes before", "passes"]
    print_table(head, rows)


def _table(
    name: str,
    index: Index,
    encoder: Encoder,
    asked: Sequence[Record],
    halves: Mapping[str, str],
    to: Kind,
    qrels: Mapping[str, Mapping[str, int]],
) -> list[list[str]]:
    fits = {one.id: _fits(index, one, to, qrels[one.id]) for one in asked}
    firsts = {one.id: _first_of_others(index, encoder, one, to, qrels[one.id]) for one in asked}
    ids = {split: [one.id for one in asked if halves[one.id] == split] for split in _SPLITS}
    return [
        [name, split, *_lost(_sum(fits[id] for id in of_split)), *_passed(_sum(firsts[id] for id in of_split))]
        for split, of_split in ids.items()
    ]


def _invented(name: str, index: Index, needs: Sequence[Record], to: Kind) -> list[list[str]]:
    return [
        [
            name,
            split,
            *_lost(_Said()),
            *_passed(_sum(_first(index, need, to) for need in needs if _split_of(need) == split)),
        ]
        for split in _SPLITS
    ]


def _fits(index: Index, record: Record, to: Kind, grades: Mapping[str, int]) -> _Said:
    question = ask(index, record, OFFICER)
    ranking = rank_candidates(index, question, to, OFFICER)
    ids = ranking.candidates.record_ids
    positions = [position for position in ranking.order if grades.get(ids[position], 0) >= _FITS_WELL]
    by_both = find_standing_out(index, question, ranking, OFFICER, positions) or frozenset()
    return _Said(len(positions), sum(bool(ranking.scores[one] > ranking.bar) for one in positions), len(by_both))


def _first(index: Index, record: Record, to: Kind) -> _Said:
    question = ask(index, record, OFFICER)
    ranking = rank_candidates(index, question, to, OFFICER)
    first = ranking.order[:1]
    by_both = find_standing_out(index, question, ranking, OFFICER, first) or frozenset()
    return _Said(1, sum(bool(ranking.scores[one] > ranking.bar) for one in first), len(by_both))


def _first_of_others(index: Index, encoder: Encoder, need: Record, to: Kind, grades: Mapping[str, int]) -> _Said:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(index.folder, copy)
        without = Index(copy, encoder)
        for id, grade in grades.items():
            if grade >= _FITS:
                without.store.remove(id)
        return _first(without, need, to)


def _turn(
    index: Index, needs: Sequence[Record], qrels: Mapping[str, Mapping[str, int]]
) -> tuple[list[Record], dict[str, dict[str, int]]]:
    """The candidates that were judged, each with the grades of its needs."""
    turned: dict[str, dict[str, int]] = {}
    for need in needs:
        for id, grade in qrels[need.id].items():
            turned.setdefault(id, {})[need.id] = grade
    return [index.store.get(id) for id in sorted(turned)], turned


def _sum(said: Iterable[_Said]) -> _Said:
    return sum(said, _Said())


def _lost(said: _Said) -> list[str]:
    if not said.count:
        return ["–", "–", "–"]
    return [str(said.count), *(f"{1 - one / said.count:.2f}" for one in (said.by_bar, said.by_both))]


def _passed(said: _Said) -> list[str]:
    if not said.count:
        return ["–", "–", "–"]
    return [str(said.count), *(f"{one / said.count:.2f}" for one in (said.by_bar, said.by_both))]


def _split_of(record: Record) -> str:
    """Half and half by the SHA-256 of the title, so that nobody chooses; ids depend on where the samples lie."""
    return "dev" if hashlib.sha256(record.title.encode()).digest()[0] % 2 else "test"


if __name__ == "__main__":
    main()
