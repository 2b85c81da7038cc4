"""Annexes of orders list whom the lists of candidates list, with the same doubt, and nobody who is barred."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from team_case import ALL, NEED, SCIENTISTS, record
from typer.testing import CliRunner

from api.cli import app
from api.settings import PREFIX
from index import Declaration, Index, Party, store_records
from ingest import NOBODY, OFFICER, Facts
from matcher.matching import match
from matcher.orders.annexes import find_annex, join_needs
from matcher.scoring import DEFAULT_SCORING

DOUBT = "Chỉ là câu gần nhất: có thể không trả lời điều được yêu cầu"
# Words in common, and nothing that is asked for.
BEER = record(
    "scientist",
    "science",
    "s-bia",
    "Phùng Nhã Ca",
    Facts(organisation="Viện Bia Sông Lam"),
    work="Chế độ ăn của công nhân nhà bia; độ ẩm kho mạch nha; thanh gỗ lót sàn.",
)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    found = Index(tmp_path, None)
    others = {one.id for one in SCIENTISTS[2:]}
    store_records(found, [(one, "test") for one in (BEER, *ALL) if one.id not in others])
    return found


def run(data: Path, *arguments: str) -> Any:
    environment = {f"{PREFIX}LANG": "vi", f"{PREFIX}MODEL": "none"}
    return CliRunner().invoke(app, ["--data", str(data), *arguments], env=environment)


def test_scientists_of_an_annex_have_the_doubt_of_the_list(index: Index) -> None:
    annex = find_annex(index, "scientists", [NEED], OFFICER, (), DEFAULT_SCORING)
    listed = match(index, join_needs([NEED]), "scientist", OFFICER, 20).pairings
    answering = {one.id: [pair.candidate.text for pair in one.evidence if pair.answers] for one in listed}
    assert {entry.answers for entry in annex.entries} == {True, False}
    for entry in annex.entries:
        assert entry.answers == bool(answering[entry.record.id])
        # Beside an answer nothing stands that is none.
        if entry.answers:
            assert {one.text for one in entry.said} <= set(answering[entry.record.id])


def test_the_doubt_is_said_on_the_terminal_in_json_and_in_the_document(index: Index, tmp_path: Path) -> None:
    shown = json.loads(run(tmp_path, "order", "n-go", "--json").stdout)
    (annex,) = [one for one in shown["annexes"] if one["name"] == "scientists"]
    doubted = [one["name"]["text"] for one in annex["entries"] if one["doubts"]]
    assert [one["doubts"] for one in annex["entries"] if one["doubts"]] == [[DOUBT]] * len(doubted) != []
    assert len(doubted) < len(annex["entries"])
    assert run(tmp_path, "order", "n-go").stdout.count(DOUBT) >= len(doubted)
    assert run(tmp_path, "order", "n-go", "--output", str(tmp_path / "d.docx")).exit_code == 0
    written = [one.text for one in Document(str(tmp_path / "d.docx")).paragraphs]
    below = [written[at + 1 : at + 3] for at, line in enumerate(written) if any(name in line for name in doubted)]
    assert any(DOUBT in lines for lines in below)
    assert run(tmp_path, "order", "--verify", str(tmp_path / "d.docx")).exit_code == 0


def test_who_is_barred_is_in_no_annex_of_an_officer(index: Index) -> None:
    sanctioned, unsure = SCIENTISTS[0], SCIENTISTS[1]

    def listed(viewer: Any = OFFICER) -> set[str]:
        annex = find_annex(index, "scientists", [NEED], viewer, (), DEFAULT_SCORING)
        return {entry.record.id for entry in annex.entries}

    before = listed()
    assert {sanctioned.id, unsure.id} <= before
    declarations = [
        Declaration("sanction", Party(sanctioned.id), None, "Quyết định 12"),
        Declaration("sanction", Party(None, unsure.title, "Trường Xa Lạ"), None, "Quyết định 13"),
    ]
    index.store.declarations.remember(declarations, datetime.now(UTC))
    assert listed() == before - {sanctioned.id}
    assert listed(NOBODY) == before


def test_it_is_said_which_forms_a_record_is_drafted_into(index: Index, tmp_path: Path) -> None:
    said = run(tmp_path, "order", "t-say")
    assert said.exit_code == 2
    assert (
        "không lập “Phiếu đặt hàng nhiệm vụ” từ loại hồ sơ này, mà lập được: agreement, handover (--form)."
        in " ".join(said.output.split())
    )
