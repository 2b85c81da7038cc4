"""Assignments give nothing to whom declared conflicts and sanctions bar, and say who, why and by which declaration."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import serving, settings_for
from openpyxl import load_workbook
from team_case import ALL, BODIES, NEED, SCIENTISTS, TASK
from typer.testing import CliRunner

from api.cli import app
from api.settings import PREFIX
from index import Answer, Bearer, Declaration, Index, Party, store_records
from ingest import NOBODY, OFFICER, Facts, Record
from matcher.teams.assigning import Allocation, Served, Terms, assign_records

FIRM = "Công ty TNHH Gỗ Suối Mơ"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    found = Index(tmp_path, None)
    store_records(found, [(one, "test") for one in ALL])
    return found


def declare(index: Index, *declarations: Declaration) -> None:
    index.store.declarations.remember(declarations, datetime.now(UTC))


def sanction(of: Party, until: date | None = None) -> Declaration:
    return Declaration("sanction", of, None, "Quyết định xử phạt 12", until=until)


def conflict(of: Party, to: Party | None) -> Declaration:
    return Declaration("conflict", of, to, "góp vốn chung")


def give(index: Index, kind: Any = "need", viewer: Any = OFFICER) -> Allocation:
    """To everybody all who fit."""
    return assign_records(index, kind, "scientist", viewer, Terms(least=1, most=9, load=9))


def of(found: Allocation, id: str) -> Served:
    return next(one for one in found.needs if one.id == id)


def served_by(found: Allocation, id: str) -> set[str]:
    return {one.id for one in of(found, id).chosen}


def test_a_sanctioned_person_is_given_nothing_and_is_named_with_the_declaration(index: Index) -> None:
    before = give(index)
    assert "s-say" in served_by(before, "n-go")
    assert before.barred == ()
    declare(index, sanction(Party("s-say")))
    found = give(index)
    assert not [need.id for need in found.needs if "s-say" in {one.id for one in need.chosen}]
    assert of(found, "n-go").fitting == of(before, "n-go").fitting - 1
    # Nobody else's place in the list moves.
    ranks = {one.id: one.rank for one in of(before, "n-go").chosen}
    assert all(ranks[one.id] == one.rank for one in of(found, "n-go").chosen)
    (barred,) = found.barred
    assert (barred.id, barred.finding.kind, barred.finding.facts[0].declaration) == ("s-say", "sanction", 1)
    assert ("n-go", NEED.title) in barred.records
    assert all("s-say" in served_by(before, id) for id, _ in barred.records)


def test_a_sanction_that_is_over_bars_nobody(index: Index) -> None:
    declare(index, sanction(Party("s-say"), until=date(2020, 1, 1)))
    assert "s-say" in served_by(give(index), "n-go")


@pytest.mark.parametrize(
    "to",
    [Party("n-go"), Party(BODIES[1].id), Party(None, FIRM), Party(None, FIRM.upper())],
    ids=["the need", "its firm", "the name of the firm", "another spelling"],
)
def test_a_declared_conflict_bars_from_that_need_alone(index: Index, to: Party) -> None:
    other = replace(NEED, id="n-go-2", facts=Facts(organisation="Hợp tác xã Bàn ghế Khe Mây", field_codes=("205",)))
    store_records(index, [(other, "test")])
    for one in (conflict(Party("s-say"), to), conflict(to, Party("s-say"))):
        declare(index, one)
        found = give(index)
        assert "s-say" not in served_by(found, "n-go")
        assert "s-say" in served_by(found, "n-go-2")
        assert [barred.records for barred in found.barred] == [(("n-go", NEED.title),)]
        index.store.declarations.forget(found.barred[0].finding.facts[0].declaration or 0)


def test_a_conflict_with_the_leader_of_a_task_bars_from_the_task(index: Index) -> None:
    assert "s-am" in served_by(give(index, "proposal"), TASK.id)
    declare(index, conflict(Party("s-am"), Party("s-say")))
    assert "s-am" not in served_by(give(index, "proposal"), TASK.id)


def test_a_name_twin_is_a_question_until_it_is_answered(index: Index) -> None:
    twin = Party(None, SCIENTISTS[0].title, "Trường Đại học Xa Lạ")
    declare(index, sanction(twin))
    found = give(index)
    (chosen,) = (one for one in of(found, "n-go").chosen if one.id == "s-say")
    assert [one.doubt for one in chosen.questions] == ["other organisation"]
    assert found.barred == ()
    for is_same in (True, False):
        said = Answer(Bearer("s-say"), Bearer(declaration=1, name=SCIENTISTS[0].title), is_same)
        index.store.identities.remember(said, datetime.now(UTC))
        found = give(index)
        assert ("s-say" in served_by(found, "n-go")) != is_same
        assert [one.id for one in found.barred] == (["s-say"] if is_same else [])
        assert not [one for need in found.needs for chosen in need.chosen for one in chosen.questions]


def test_a_conflict_with_nobody_named_is_a_question(index: Index) -> None:
    declare(index, conflict(Party("s-say"), None))
    (chosen,) = (one for one in of(give(index), "n-go").chosen if one.id == "s-say")
    assert [one.doubt for one in chosen.questions] == ["unsure"]


def test_where_all_who_fit_are_barred_that_is_why(index: Index) -> None:
    declare(index, *(sanction(Party(one.id)) for one in SCIENTISTS))
    found = give(index)
    assert of(found, "n-go").why == "barred"
    assert not [need.id for need in found.needs if need.chosen]


def test_what_is_declared_is_not_told_to_who_may_not_know_it(index: Index) -> None:
    before = give(index, viewer=NOBODY)
    declare(index, sanction(Party("s-say")), sanction(Party(None, SCIENTISTS[1].title)))
    after = give(index, viewer=NOBODY)
    assert (after.needs, after.barred) == (before.needs, ())


def test_an_organisation_with_a_conflict_is_not_assigned(index: Index) -> None:
    def bodies() -> set[str]:
        found = assign_records(index, "need", "organisation", OFFICER, Terms(least=1, most=9, load=9))
        return {one.id for one in of(found, "n-go").chosen}

    name = next(one.title for one in BODIES if one.id == "o-ghe")
    assert "o-ghe" in bodies()
    declare(index, conflict(Party(None, name), Party(None, FIRM)))
    assert "o-ghe" not in bodies()


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))


def run(data: Path, *arguments: str) -> Any:
    environment = {f"{PREFIX}LANG": "vi", f"{PREFIX}MODEL": "none"}
    return CliRunner().invoke(app, ["--data", str(data), *arguments], env=environment)


@pytest.fixture
def declared(index: Index, tmp_path: Path) -> Path:
    """By the command, as an officer does it."""
    said = ("--evidence", "Quyết định xử phạt 12", "--by", "Cán bộ")
    assert run(tmp_path, "declare", "sanction", "s-say", *said).exit_code == 0
    twin = ("declare", "sanction", SCIENTISTS[1].title, "--organisation", "Trường Đại học Xa Lạ")
    assert run(tmp_path, *twin, *said).exit_code == 0
    return tmp_path


def test_the_command_the_api_and_the_table_say_who_is_barred_and_who_is_to_be_asked(declared: Path) -> None:
    said = run(declared, "assign", "--per", "1-3").stdout
    assert "Không giao do đã khai báo:" in said
    assert "– Đoàn Thị Minh Sương (s-say): đang chịu xử phạt: Quyết định xử phạt 12 (khai báo số 1)" in said
    assert f"không giao dù đủ căn cứ: {NEED.title}" in said
    assert "? Hỏi trước: đang chịu xử phạt: Quyết định xử phạt 12 (khai báo số 2) – trùng tên nhưng khác đơn vị" in said
    assert "→ Đoàn Thị Minh Sương" not in said
    shown = json.loads(run(declared, "assign", "--per", "1-3", "--json").stdout)
    with serving(settings_for(declared, model="none")) as client:
        over_http = client.get("/api/v1/assignment", params={"per": "1-3"}).json()
    assert over_http["barred"] == shown["barred"]
    (barred,) = shown["barred"]
    assert (barred["id"], barred["declared"]["number"], barred["declared"]["doubt"]) == ("s-say", 1, None)
    run(declared, "assign", "--per", "1-3", "--output", str(declared / "a.xlsx"))
    cells = [str(cell) for row in rows_of((declared / "a.xlsx").read_bytes()) for cell in row if cell]
    assert any("Đoàn Thị Minh Sương" in cell and "khai báo số 1" in cell for cell in cells)
    assert any("Hỏi trước" in cell and "khai báo số 2" in cell for cell in cells)


def test_the_job_of_an_assignment_bars_too(declared: Path) -> None:
    with serving(settings_for(declared, model="none")) as client:
        assert wait_for_job(client)["barred"][0]["id"] == "s-say"


def wait_for_job(client: TestClient) -> Any:
    asked = client.post("/api/v1/jobs", json={"kind": "assignment", "parameters": {"format": "json"}}).json()
    while client.get(asked["address"]).json()["state"] not in ("done", "failed"):
        pass
    return client.get(f"{asked['address']}/result").json()


def test_records_are_only_named_where_there_is_enough_evidence(index: Index) -> None:
    declare(index, sanction(Party("s-tom")))
    fitting: list[Record] = [one for one in ALL if one.kind == "need"]
    (barred,) = give(index).barred
    assert {id for id, _ in barred.records} < {one.id for one in fitting}
