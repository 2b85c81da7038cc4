"""Ticks of teams: do the words that stand under a requirement answer it?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from benchmarks.conditions import PROVINCE, print_conditions, print_table, real_encoder
from index import Index, ingest_paths
from ingest import OFFICER, Record
from matcher.competences import find_answers, find_competences
from matcher.pairing import describe_pairings
from matcher.question import ask
from matcher.ranking import rank_candidates
from matcher.teams.advice import load_team_advice

DATA = Path(__file__).with_name("team_ticks.yaml")
Tick = tuple[str, str]
"""Who, and the requirement."""


def main() -> None:
    print_conditions("Ticks of teams")
    graded: list[dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    kept: dict[tuple[str, str, bool], list[bool]] = {}
    ungraded = 0
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), real_encoder())
        ingest_paths(index, [PROVINCE])
        records = {record.title: record for kind in ("need", "proposal") for record in index.store.records(kind)}
        for one in graded:
            record = records[one["title"]]
            given = set(_ticks(index, record))
            for tick in one["ticks"]:
                kept.setdefault((record.kind, tick["half"], tick["right"]), []).append(
                    (tick["by"], tick["asked"]) in given
                )
            ungraded += len(given - {(tick["by"], tick["asked"]) for tick in one["ticks"]}) * (record.kind == "need")
    rows = []
    for kind, half in (("need", "dev"), ("need", "test"), ("proposal", "dev"), ("proposal", "test")):
        right, wrong = (kept[kind, half, is_right] for is_right in (True, False))
        share = sum(right) / max(1, sum(right) + sum(wrong))
        rows.append([kind, half, f"{sum(right)} of {len(right)}", f"{sum(wrong)} of {len(wrong)}", f"{share:.2f}"])
    print_table(["of a", "half", "right ones given", "wrong ones given", "share right"], rows)
    print(f"\nTicks of these needs that nobody has graded: {ungraded}.")


def _ticks(index: Index, record: Record) -> Iterator[Tick]:
    """Of all scientists who could join a team."""
    question = ask(index, record, OFFICER)
    ranking = rank_candidates(index, question, "scientist", OFFICER)
    positions = ranking.order[: load_team_advice().shortlist]
    pairings = describe_pairings(index, question, ranking, OFFICER, positions)
    fitting = [one for one in pairings if one.basis != "insufficient"]
    names = {one.id: one.title for one in fitting}
    competences = find_competences(question.record)
    asked = {one.key: " ".join(one.quote.text.split()) for one in competences if one.quote}
    for id, answers in find_answers(index, question, ranking, competences, fitting, OFFICER).items():
        for key in answers:
            yield names[id], asked[key]


if __name__ == "__main__":
    main()
