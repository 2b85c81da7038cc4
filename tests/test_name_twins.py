"""Answers to name twins: the same person is excluded, another is free, and both can be taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import serving, settings_for, use_toy_encoder, wait_until_ready
from typer.testing import CliRunner

from api.cli import app
from api.settings import PREFIX, Settings
from index import Answer, Bearer, Declaration, Index, Party, merge_records, store_records
from ingest import Facts, Person, Record, Section, record_to_json
from matcher.councils.building import propose_council
from matcher.councils.findings import Finding
from matcher.councils.proposals import Asked, Council
from matcher.councils.rule_files import shipped_rules
from matcher.councils.rulesets import choose_rules

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
HOST, OTHER = "Trường Đại học Sông Trà", "Viện Rừng Giang Bắc"
LEADER = "Bùi Minh Thử"
IN_TASK = Bearer("task", name=LEADER)
TASK = Record(
    "proposal",
    "state",
    "Chế độ sấy gỗ cao su dày cho xuất khẩu",
    (Section("objectives", "Sấy gỗ cao su dày 50 mm không nứt."),),
    Facts(code="ĐT.2026-07", organisation=HOST, people=(Person(LEADER, "lead"),)),
    id="task",
)


def scientist(id: str, name: str, organisation: str | None, *sections: Section) -> Record:
    return Record(
        "scientist",
        "science",
        name,
        (Section("education", "Tiến sĩ, 2010"), Section("research", "Sấy gỗ cao su."), *sections),
        Facts(organisation=organisation),
        id=id,
    )


OTHERS = [
    scientist(f"sci-{at}", f"{name} Văn Mẫu", f"Viện {name}")
    for at, name in enumerate(["Cao", "Đỗ", "Hồ", "Lê", "Mai"])
]
TWIN = scientist("twin", LEADER, OTHER)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path, None)
    store_records(index, [(one, f"test/{one.id}") for one in (TASK, TWIN, *OTHERS)])
    yield index
    index.store.close()


def propose(index: Index) -> Council:
    return propose_council(index, index.store.get("task"), choose_rules(shipped_rules(), "select", DAY), DAY, Asked())


def findings_of(index: Index, id: str) -> tuple[Finding, ...]:
    return next(one.findings for one in propose(index).candidates if one.record.id == id)


def say(index: Index, one: Bearer, other: Bearer, is_same: bool) -> int:
    index.store.identities.remember(Answer(one, other, is_same, "Phòng QLKH"), NOW)
    return index.store.identities.all()[-1].id


def answer(index: Index, found: Finding, is_same: bool) -> None:
    assert found.asks is not None
    one, other = found.asks
    say(index, one, other, is_same)


def test_a_question_says_which_two_names_it_asks_about(index: Index) -> None:
    (found,) = findings_of(index, "twin")
    assert (found.weight, found.asks) == ("question", (Bearer("twin"), IN_TASK))


def test_the_same_person_is_excluded_and_another_is_free(index: Index) -> None:
    say(index, Bearer("twin"), IN_TASK, True)
    (found,) = findings_of(index, "twin")
    assert (found.weight, found.asks, found.doubt) == ("exclusion", None, None)
    assert [(one.answered_by, one.is_same) for one in found.answers] == [("Phòng QLKH", True)]
    number = say(index, IN_TASK, Bearer("twin"), False)
    assert findings_of(index, "twin") == ()
    assert [one.is_same for one in propose(index).answers] == [False]
    assert index.store.identities.forget(number)
    assert not index.store.identities.forget(number)
    assert findings_of(index, "twin")[0].weight == "question"


def test_who_is_told_to_be_the_leader_counts_as_the_leader_for_others(index: Index) -> None:
    work = Section("work", "Chế độ sấy gỗ cao su dày năm mươi milimét.", year=2026)
    store_records(index, [(scientist("twin", LEADER, OTHER, work), "test/twin")])
    store_records(index, [(scientist("sci-0", "Cao Văn Mẫu", "Viện Cao", work), "test/sci-0")])
    assert findings_of(index, "sci-0") == ()
    say(index, Bearer("twin"), IN_TASK, True)
    assert [one.kind for one in findings_of(index, "sci-0")] == ["coauthorship"]


def test_an_answer_on_a_name_in_the_own_list_frees_from_common_work(index: Index) -> None:
    work = Section("work", f"Lò sấy. {LEADER}, Cao Văn Mẫu.", year=2026)
    store_records(index, [(scientist("sci-0", "Cao Văn Mẫu", "Viện Cao", work), "test/sci-0")])
    (found,) = findings_of(index, "sci-0")
    assert found.asks == (Bearer("sci-0", name=LEADER), IN_TASK)
    answer(index, found, False)
    assert findings_of(index, "sci-0") == ()


def test_an_answer_on_a_declared_name_goes_with_the_declaration(index: Index) -> None:
    sanction = Declaration("sanction", Party(None, "Hồ Văn Mẫu", "Viện Khác"), None, "QĐ 1")
    index.store.declarations.remember([sanction], NOW)
    (found,) = findings_of(index, "sci-2")
    assert found.asks == (Bearer("sci-2"), Bearer(declaration=1, name="Hồ Văn Mẫu"))
    answer(index, found, True)
    assert findings_of(index, "sci-2")[0].weight == "exclusion"
    answer(index, found, False)
    assert findings_of(index, "sci-2") == ()
    index.store.declarations.forget(1)
    assert index.store.identities.all() == []


def test_both_doubts_of_a_declared_relation_are_asked_one_after_the_other(index: Index) -> None:
    relation = Declaration("sibling", Party(None, "Hồ Văn Mẫu"), Party(None, LEADER), "đơn")
    index.store.declarations.remember([relation], NOW)
    (found,) = findings_of(index, "sci-2")
    assert found.asks == (Bearer("sci-2"), Bearer(declaration=1, name="Hồ Văn Mẫu"))
    answer(index, found, True)
    (found,) = findings_of(index, "sci-2")
    assert (found.weight, found.asks) == ("question", (Bearer(declaration=1, name=LEADER), IN_TASK))
    answer(index, found, True)
    assert findings_of(index, "sci-2")[0].weight == "exclusion"


def test_records_that_are_told_apart_are_no_question(index: Index) -> None:
    store_records(index, [(scientist("leader", LEADER, HOST), "test/leader")])
    assert findings_of(index, "twin")[0].weight == "question"
    index.store.distinctions.remember("leader", "twin")
    assert findings_of(index, "twin") == ()


def test_an_answer_follows_a_merged_record_and_is_erased_with_it(index: Index) -> None:
    store_records(index, [(scientist("twin-2", LEADER, OTHER), "test/twin-2")])
    say(index, Bearer("twin-2"), IN_TASK, False)
    merge_records(index, "twin", "twin-2")
    assert findings_of(index, "twin") == ()
    index.remove("twin")
    assert index.store.identities.all() == []


# By command, over HTTP and on the page


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")
    path = tmp_path / "ho-so.jsonl"
    records = (TASK, TWIN, *OTHERS)
    path.write_text("".join(json.dumps(record_to_json(one), ensure_ascii=False) + "\n" for one in records), "utf-8")

    def invoke(*args: object) -> Any:
        return CliRunner().invoke(app, [str(arg) for arg in args], prog_name="banha")

    assert invoke("ingest", path).exit_code == 0
    return invoke


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        wait_until_ready(client)
        records = [record_to_json(one) for one in (TASK, TWIN, *OTHERS)]
        assert client.post("/api/v1/records", json=records).status_code == 201
        yield client


def test_the_command_answers_and_takes_back(run: Callable[..., Any]) -> None:
    ask = ("council", "task", "--purpose", "select", "--json")
    shown = json.loads(run(*ask).stdout)
    assert "cùng một người" in shown["questions"][0]["findings"][0]["asks"]["text"]
    shown = json.loads(run(*ask, "--not-same", f"twin={LEADER}", "--by", "Phòng QLKH").stdout)
    assert (shown["questions"], shown["excluded"]) == ([], [])
    assert [(one["is_same"], one["answered_by"]) for one in shown["answers"]] == [(False, "Phòng QLKH")]
    said = run("council", "task", "--purpose", "select").stdout
    assert "hai người khác nhau" in said
    assert "Phòng QLKH" in said
    shown = json.loads(run(*ask, "--take-back", 1, "--same", "twin=bui minh thu").stdout)
    assert shown["excluded"][0]["findings"][0]["answers"][0]["is_same"] is True
    assert run(*ask, "--take-back", 2).exit_code == 0
    assert run(*ask, "--take-back", 2).exit_code == 2
    for said in ("twin", "twin=Ai Đó", f"sci-0={LEADER}"):
        assert run(*ask, "--same", said).exit_code == 2


def test_answers_over_http(client: TestClient) -> None:
    council = client.get("/api/v1/records/task/council", params={"purpose": "select"}).json()
    asks = council["questions"][0]["findings"][0]["asks"]
    body = {"one": asks["one"], "other": asks["other"], "is_same": True}
    (one,) = client.post("/api/v1/identities", json=body).json()["answers"]
    assert client.get("/api/v1/identities").json()["answers"] == [one]
    council = client.get("/api/v1/records/task/council", params={"purpose": "select"}).json()
    assert council["excluded"][0]["findings"][0]["answers"] == [one]
    assert client.delete(f"/api/v1/identities/{one['id']}").status_code == 204
    assert client.delete(f"/api/v1/identities/{one['id']}").status_code == 422


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({"record_id": "task", "name": "Ai Đó Khác"}, 422),
        ({"record_id": "task"}, 422),
        ({"record_id": "none"}, 404),
        ({"record_id": "twin"}, 422),
        ({"declaration": 5, "name": LEADER}, 422),
        ({"name": LEADER}, 422),
        ({"record_id": "task", "declaration": 1, "name": LEADER}, 422),
    ],
)
def test_what_is_no_question_is_no_answer(client: TestClient, other: dict[str, Any], status: int) -> None:
    body = {"one": {"record_id": "twin"}, "other": other, "is_same": True}
    assert client.post("/api/v1/identities", json=body).status_code == status


def test_the_page_asks_with_two_buttons_and_takes_back(client: TestClient) -> None:
    page = "/ho-so/task/hoi-dong"
    shown = client.get(page, params={"de": "select", "so": "7"}).text
    assert "Không phải cùng một người" in shown
    form = {
        "one": unescape(re.findall(r'name="one" value="([^"]+)"', shown)[0]),
        "other": unescape(re.findall(r'name="other" value="([^"]+)"', shown)[0]),
    }
    action = unescape(re.findall(r'action="([^"]+tra-loi[^"]*)"', shown)[0])
    answered = client.post(action, data={**form, "same": "false", "by": "Chị Mẫu"}, follow_redirects=False)
    assert answered.status_code == 303
    assert answered.headers["location"] == f"{page}?de=select&so=7"
    shown = client.get(answered.headers["location"]).text
    assert "Chị Mẫu" in shown
    assert 'name="one"' not in shown
    assert "Chị Mẫu" in client.get("/khai-bao").text
    assert client.post(f"{page}/tra-loi/bo", data={"number": "1"}, follow_redirects=False).status_code == 303
    assert 'name="one"' in client.get(page, params={"de": "select"}).text
    foreign = client.post(action, data={**form, "same": "false"}, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    assert client.post(action, data={**form, "one": "{", "same": "true"}).status_code == 422


def test_the_page_of_declarations_lists_adds_and_forgets(client: TestClient) -> None:
    assert "/khai-bao" in client.get("/ho-so/task/hoi-dong", params={"de": "select"}).text
    filled = {"kind": "sibling", "of": "sci-0", "to": "Người Khác", "evidence": "Đơn gửi hội đồng", "by": "Chị Mẫu"}
    assert client.post("/khai-bao", data=filled, follow_redirects=False).status_code == 303
    shown = client.get("/khai-bao").text
    for words in ("Cao Văn Mẫu", "Người Khác", "Đơn gửi hội đồng", "Chị Mẫu", "anh chị em"):
        assert words in shown
    refused = client.post("/khai-bao", data={**filled, "evidence": "", "since": "mai"})
    assert refused.status_code == 422
    assert 'value="Người Khác"' in refused.text
    assert client.post("/khai-bao/bo", data={"number": "1"}, follow_redirects=False).status_code == 303
    assert "Đơn gửi hội đồng" not in client.get("/khai-bao").text
    assert client.post("/khai-bao/bo", data={"number": "1"}).status_code == 422


def test_only_officers_answer_and_declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path, "nobody")) as client:
        assert client.get("/khai-bao").status_code == 403
        assert client.get("/api/v1/identities").status_code == 403
        for path, data in (
            ("/khai-bao", {"kind": "sanction", "of": "x", "evidence": "y"}),
            ("/khai-bao/bo", {"number": "1"}),
            ("/khai-bao/tra-loi/bo", {"number": "1"}),
            ("/ho-so/task/hoi-dong/tra-loi", {"one": "{}", "other": "{}", "same": "true"}),
            ("/ho-so/task/hoi-dong/tra-loi/bo", {"number": "1"}),
        ):
            assert client.post(path, data=data).status_code == 403
        body = {"one": {"record_id": "a"}, "other": {"record_id": "b"}, "is_same": True}
        assert client.post("/api/v1/identities", json=body).status_code == 403
