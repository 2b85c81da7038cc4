"""Missing requirements: is what nothing in a candidate answers told from what is answered in other words?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from benchmarks.conditions import JUDGED_FOLDERS, print_conditions, print_table, real_encoder
from index import Index, ingest_paths, store_records, terms
from ingest import OFFICER, Record, Section, fold
from matcher import Pairing, match

DATA = Path(__file__).resolve().parent / "missing_requirements.yaml"
_EVERYBODY = 1_000
_OVERLAPS = (0.1, 0.2, 0.3, 0.4, 0.5)  # below which share of its words a requirement is missing, for the baseline
Case = Mapping[str, Any]
Told = Callable[[Case], set[str]]


def main() -> None:
    print_conditions("Missing requirements")
    cases: list[Case] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    print(
        f"{sum(len(case['answered']) + len(case['missing']) for case in cases)} requirements of {len(cases)} needs, "
        "half of them answered; invented and written by one language model, no expert has checked them. The crowd is "
        "the bundled samples.\n"
    )
    with TemporaryDirectory() as folder:
        index = Index(Path(folder), real_encoder())
        ingest_paths(index, JUDGED_FOLDERS)
        store_records(index, [(_candidate(case), "bench") for case in cases])
        told = {case["id"]: _told_missing(index, case) for case in cases}
        strangers = {case["id"]: _told_of_strangers(index, case) for case in cases}
    by_overlap = {f"fewer than {share:.0%} of its words": _by_overlap(share) for share in _OVERLAPS}
    systems: dict[str, Told] = {"banha": lambda case: told[case["id"]], **by_overlap}
    rows = [
        [name, split, *_measure([case for case in cases if split_of(case) == split], tell)]
        for name, tell in systems.items()
        for split in ("dev", "test")
    ]
    print_table(["told missing by", "half", "requirements", "precision", "recall", "F1"], rows)
    for split in ("dev", "test"):
        shares = [share for case in cases if split_of(case) == split for share in strangers[case["id"]]]
        print(
            f"Of the requirements of {split}, candidates of other needs, who can do nothing of it, lack "
            f"{sum(shares) / len(shares):.3f}."
        )


def _candidate(case: Case) -> Record:
    works = tuple(Section("work", text) for text in case["candidate"])
    return Record("scientist", "science", f"Người thử {case['id']}", works, id=f"bench-{case['id']}")


def _match(index: Index, case: Case) -> dict[str, Pairing]:
    asked = [*case["answered"], *case["missing"]]
    need = Record("need", "enterprise", case["title"], (Section("requirements", ". ".join(asked) + "."),))
    return {pairing.id: pairing for pairing in match(index, need, "scientist", OFFICER, _EVERYBODY).pairings}


def _told_missing(index: Index, case: Case) -> set[str]:
    missing = {quote.text for quote in _match(index, case)[f"bench-{case['id']}"].missing}
    asked = [*case["answered"], *case["missing"]]
    return {clause for clause in asked if any(clause in text or text in clause for text in missing)}


def _told_of_strangers(index: Index, case: Case) -> list[float]:
    """Which share of the requirements each candidate of another need is told to lack."""
    count = len(case["answered"]) + len(case["missing"])
    others = (found for id, found in _match(index, case).items() if id.startswith("bench-"))
    return [len(found.missing) / count for found in others if found.id != f"bench-{case['id']}"]


def _by_overlap(share: float) -> Told:
    def tell(case: Case) -> set[str]:
        said = set(terms(fold("\n".join(case["candidate"]))))
        asked = {clause: set(terms(fold(clause))) for clause in (*case["answered"], *case["missing"])}
        return {clause for clause, words in asked.items() if len(words & said) < share * len(words)}

    return tell


def _measure(cases: Sequence[Case], tell: Told) -> list[str]:
    right = sum(len(tell(case) & set(case["missing"])) for case in cases)
    told = sum(len(tell(case)) for case in cases)
    gold = sum(len(case["missing"]) for case in cases)
    precision, recall = right / told if told else 0.0, right / gold
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    count = sum(len(case["answered"]) + len(case["missing"]) for case in cases)
    return [str(count), f"{precision:.2f}", f"{recall:.2f}", f"{f1:.2f}"]


def split_of(case: Case) -> str:
    """Half and half by the SHA-256 of the id, so that nobody chooses."""
    return "dev" if hashlib.sha256(case["id"].encode()).digest()[0] % 2 else "test"


if __name__ == "__main__":
    main()
