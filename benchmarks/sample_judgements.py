"""The judgements of the bundled samples, by the ids that an index has given to their records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest import Kind, Record

JUDGEMENTS = Path(__file__).resolve().parent.parent / "samples" / "judgements.json"
Judged = Literal["scientists", "proposals"]
_KINDS: dict[Judged, Kind] = {"scientists": "scientist", "proposals": "proposal"}


class MissingSample(LookupError):
    """A judged record is not, or not only once, among the records."""


@dataclass(frozen=True, slots=True)
class Judgements:
    """`queries` are the needs that were judged. `qrels` holds a grade of 0 to 3 by query id and candidate id."""

    to: Kind
    queries: tuple[Record, ...]
    qrels: dict[str, dict[str, int]]


def read_judgements(records: Iterable[Record], judged: Judged, path: Path = JUDGEMENTS) -> Judgements:
    """The judgements of one kind of candidate with the ids of `records` (of ``index.store.records()``).

    Needs are found by title, scientists by name, proposals by code. Raises MissingSample when one is not found
    exactly once, so that nothing is lost silently.
    """
    kind = _KINDS[judged]
    needs: dict[str, list[Record]] = {}
    candidates: dict[str, list[Record]] = {}
    for record in records:
        if record.kind == "need":
            needs.setdefault(record.title, []).append(record)
        elif record.kind == kind:
            candidates.setdefault((record.facts.code or "") if kind == "proposal" else record.title, []).append(record)
    queries: list[Record] = []
    qrels: dict[str, dict[str, int]] = {}
    for title, grades in json.loads(path.read_text(encoding="utf-8")).items():
        need = _only(needs, title)
        queries.append(need)
        qrels[need.id] = {_only(candidates, name).id: grade for name, grade in grades[judged].items()}
    return Judgements(kind, tuple(queries), qrels)


def _only(found: dict[str, list[Record]], name: str) -> Record:
    records = found.get(name, [])
    if len(records) != 1:
        raise MissingSample(f"{name}: {len(records)} records instead of one")
    return records[0]
