"""The bundled samples: built the same every time, and read back whole from the office files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.sample_judgements import JUDGEMENTS, Judged, MissingSample, read_judgements
from ingest import Record, extract_records, read_document
from ingest.errors import Problem

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
BUILT = ("province", "judgements.json")
KINDS = {
    "proposals": "proposal",
    "scientists": "scientist",
    "needs": "need",
    "organisations": "organisation",
    "documents": "document",
}
PERSONAL = {
    "phone": re.compile(r"\b0(?:950 \d{3}|230 3\d{3}) \d{3}\b"),
    "e-mail": re.compile(r"\S+@\S+"),
    "birth date": re.compile(r"\b\d\d/\d\d/19\d\d\b"),
    "identity number": re.compile(r"\b000\d{9}\b"),
}
UNITS = {"triệu": 1_000_000, "tỷ": 1_000_000_000}
JUDGED: tuple[Judged, ...] = ("scientists", "proposals")


@cache
def sources() -> dict[str, list[dict[str, Any]]]:
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((SAMPLES / "source").glob("*.json"))]
    return {kind: [row for part in parts for row in part[kind]] for kind in KINDS}


@cache
def reading() -> tuple[dict[str, list[Record]], list[Problem]]:
    """Records by title, each with an id, and what was refused."""
    records: dict[str, list[Record]] = {}
    problems: list[Problem] = []
    for path in sorted((SAMPLES / "province").rglob("*.*")):
        found = extract_records(read_document(path))
        problems += found.problems
        for record in found.records:
            records.setdefault(record.title, []).append(record.with_id(f"{path.stem}/{record.title}"))
    return records, problems


def all_records() -> list[Record]:
    return [record for records in reading()[0].values() for record in records]


def only(kind: str, title: str) -> Record:
    found = [record for record in reading()[0].get(title, []) if record.kind == KINDS[kind]]
    assert len(found) == 1, f"{title}: {len(found)} records"
    return found[0]


def texts(record: Record, name: str) -> list[str]:
    return [section.text for section in record.sections if section.name == name]


def is_in_list(record: Record) -> bool:
    return record.sources[0].file.startswith(("Danh", "Tổng hợp"))


def plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLES / "build.py"), "--target", str(tmp_path)], check=True)
    kept, built = (
        {str(path.relative_to(root)): path.read_bytes() for name in BUILT for path in _files(root / name)}
        for root in (SAMPLES, tmp_path)
    )
    assert sorted(kept) == sorted(built)
    assert [name for name in kept if kept[name] != built[name]] == []


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(child for child in path.rglob("*") if child.is_file())


def test_everything_is_read_and_nothing_refused() -> None:
    assert reading()[1] == []
    expected = Counter({KINDS[kind]: len(rows) for kind, rows in sources().items()})
    assert Counter(record.kind for record in all_records()) == expected


def test_titles_of_lists_stay_out_of_the_records() -> None:
    found = [section.text for record in all_records() for section in record.sections if record.kind != "document"]
    assert [text for text in found if "DANH MỤC" in text or "Danh sách nhà khoa học" in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_titles_come_back(kind: str) -> None:
    found = {record.title for record in all_records() if record.kind == KINDS[kind]}
    assert found == {row["title"] for row in sources()[kind]}


def test_tasks_come_back_with_their_facts() -> None:
    for task in sources()["proposals"]:
        record = only("proposals", task["title"])
        facts = record.facts
        assert facts.code == task["code"]
        assert facts.organisation == task["organisation"], task["code"]
        assert (facts.year_from, facts.year_to) == (task["year_from"], task["year_to"]), task["code"]
        assert facts.budget_vnd == task["budget_trieu"] * 1_000_000, task["code"]
        assert facts.status is not None
        assert facts.status.casefold() == task["status"]
        assert {task["field_code"], task["field_code"][0]} & set(facts.field_codes), task["code"]
        assert [person.name for person in facts.people if person.role == "lead"] == [task["lead"]], task["code"]
        if not is_in_list(record):
            members = {person.name for person in facts.people if person.role == "member"}
            assert members == set(task["members"]), task["code"]
            assert facts.months == 12 * (task["year_to"] - task["year_from"]), task["code"]
        assert is_said(record, task["place_written"]), task["code"]


def test_tasks_come_back_with_their_text() -> None:
    for task in sources()["proposals"]:
        record = only("proposals", task["title"])
        names = {"objectives", "content", "products"}
        if not is_in_list(record):
            names |= {"application"} if "Phiếu thông tin" in record.sources[0].file else {"application", "urgency"}
        for name in names:
            assert texts(record, name) == [task["sections"][name]], (task["code"], name)


def test_scientists_come_back_with_one_section_for_each_work_project_and_patent() -> None:
    for person in sources()["scientists"]:
        record = only("scientists", person["title"])
        assert record.house == "science"
        assert record.facts.organisation == person["organisation"]
        assert texts(record, "research") == [person["research"]], person["title"]
        for plural, name in (("works", "work"), ("projects", "project"), ("patents", "patent")):
            sections = [section for section in record.sections if section.name == name]
            assert len(sections) == len(person[plural]), (person["title"], name)
            for section, entry in zip(sections, person[plural], strict=True):
                assert plain(section.text).startswith(plain(entry["text"])), (person["title"], name)
                assert section.year == entry["year"], section.text
                if not is_in_list(record) and name != "patent":
                    assert section.role == entry["role"], section.text


def test_scientists_come_back_with_their_fields() -> None:
    for person in sources()["scientists"]:
        assert set(person["field_codes"]) <= set(only("scientists", person["title"]).facts.field_codes), person["title"]


def test_needs_come_back() -> None:
    for need in sources()["needs"]:
        record = only("needs", need["title"])
        facts = record.facts
        assert facts.organisation == need["organisation"]
        assert facts.months == need["months"], need["title"]
        assert facts.trl == need["trl"], need["title"]
        assert need["year"] in (facts.year_from, facts.year_to), need["title"]
        assert facts.budget_vnd == amount(need["budget_text"]), need["title"]
        for name, text in need["sections"].items():
            assert texts(record, name) == [text] if text else not texts(record, name), (need["title"], name)
        assert texts(record, "cooperation") == [need["form_of_cooperation"]], need["title"]
        assert is_said(record, need["place_written"]), need["title"]


def amount(text: str) -> int:
    number, unit = re.findall(r"(\d+(?:,\d+)?) (triệu|tỷ)", text)[0]
    return round(float(number.replace(",", ".")) * UNITS[unit])


def test_organisations_come_back() -> None:
    for body in sources()["organisations"]:
        record = only("organisations", body["title"])
        assert record.house == body["house"], body["title"]
        assert record.facts.code == body["code"]
        found = sorted((section.name, section.text) for section in record.sections if section.name != "other")
        assert found == sorted((section["name"], section["text"]) for section in body["sections"]), body["title"]
        assert is_said(record, body["place_written"]), body["title"]


def test_documents_come_back_line_by_line() -> None:
    for document in sources()["documents"]:
        record = only("documents", document["title"])
        found = [line for section in record.sections for line in section.text.splitlines() if line.strip()]
        lines = [line.lstrip("# ") for line in document["text"].splitlines()[1:] if line.strip()]
        assert found == lines, document["title"]


def is_said(record: Record, text: str) -> bool:
    return text in (record.facts.place_written or "") or any(text in section.text for section in record.sections)


def test_the_files_hold_personal_data_and_the_records_none() -> None:
    files = "\n".join(
        line for path in sorted((SAMPLES / "province").rglob("*.*")) for line in read_document(path).lines()
    )
    records = json.dumps([asdict(record) for record in all_records()], ensure_ascii=False)
    for name, pattern in PERSONAL.items():
        assert pattern.search(files), f"no {name} in the files"
        assert pattern.findall(records) == [], name


@pytest.mark.parametrize("judged", JUDGED)
def test_judgements_resolve_to_records(judged: Judged) -> None:
    judgements = read_judgements(all_records(), judged)
    written: Mapping[str, Mapping[str, Mapping[str, int]]] = json.loads(JUDGEMENTS.read_text(encoding="utf-8"))
    assert [need.title for need in judgements.queries] == list(written)
    assert set(judgements.qrels) == {need.id for need in judgements.queries}
    assert [list(grades.values()) for grades in judgements.qrels.values()] == [
        list(grades[judged].values()) for grades in written.values()
    ]
    assert {grade for grades in judgements.qrels.values() for grade in grades.values()} == {0, 1, 2, 3}


@pytest.mark.parametrize("judged", JUDGED)
def test_a_judged_record_that_is_gone_or_there_twice_is_not_passed_over(judged: Judged) -> None:
    records = all_records()
    some = next(iter(read_judgements(records, judged).qrels.values()))
    victim = next(record for record in records if record.id in some)
    with pytest.raises(MissingSample):
        read_judgements([record for record in records if record is not victim], judged)
    with pytest.raises(MissingSample):
        read_judgements([*records, victim.with_id("again")], judged)
