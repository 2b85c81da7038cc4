"""Judging and learning by command, over HTTP and on the page: the same memory, for officers only."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, settings_for, use_toy_encoder, wait_until_ready
from typer.testing import CliRunner

from api.cli import app
from api.proposing import propose
from api.settings import PREFIX, Settings
from index import Index, store_records
from index.exposures import ExposureCounts
from ingest import NOBODY, OFFICER, Facts, Record, Section
from matcher import match_all, scoring_in_force
from matcher.fusion import DEFAULT_WEIGHTS, Weights
from matcher.learning.calibration import Calibration
from matcher.scoring import write_calibrations, write_weights

Run = Callable[..., Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command on a folder that holds a few records, by words only, in Vietnamese."""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")
    path = tmp_path / "ho-so.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS), "utf-8")

    def invoke(*args: object) -> Any:
        return CliRunner().invoke(app, [str(arg) for arg in args], prog_name="banha")

    assert invoke("ingest", path).exit_code == 0
    return invoke


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        assert client.post("/api/v1/records", json=RECORDS).status_code == 201
        yield client


# By command


def test_a_shown_candidate_is_judged_and_listed(run: Run) -> None:
    matched = json.loads(run("match", "need-1", "--to", "scientist", "--json").stdout)
    assert matched["versions"]["weights"] == DEFAULT_WEIGHTS.version
    assert run("judge", "need-1", "sci-1", "--fits", "--reason", "đúng nghề, gọi 0912345678").exit_code == 0
    (held,) = json.loads(run("judgements", "--json").stdout)["judgements"]
    assert held["candidate"] == {"id": "sci-1", "title": "Đoàn Thị Minh Sương"}
    assert (held["verdict"], held["kind"], held["rank"], held["propensity"]) == ("fits", "scientist", 1, 1.0)
    assert held["score"] == matched["pairings"][0]["score"]
    assert "0912345678" not in held["reason"]
    assert "Đoàn Thị Minh Sương" in run("judgements").stdout
    assert run("judge", "need-1", "sci-1", "--undo").exit_code == 0
    assert json.loads(run("judgements", "--json").stdout) == {"judgements": []}


def test_what_was_on_no_list_is_judged_with_a_warning(run: Run) -> None:
    assert "chưa có trong danh sách" in run("judge", "need-1", "sci-2", "--unfit").stderr


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("need-1", "sci-1"), 2),
        (("need-1", "sci-1", "--fits", "--unfit"), 2),
        (("need-1", "need-1", "--fits"), 2),
        (("need-1", "sci-1", "--undo"), 2),
        (("need-1", "sci-1", "--fits", "--reason", "x" * 501), 2),
        (("need-1", "sci-9", "--fits"), 4),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, args: tuple[str, ...], code: int) -> None:
    assert run("judge", *args).exit_code == code


def test_a_file_is_matched_without_being_remembered(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "khac.json"
    path.write_text(json.dumps({**RECORDS[0], "id": "need-1"}, ensure_ascii=False), "utf-8")
    assert run("match", path, "--to", "scientist").exit_code == 0
    assert "Chưa có danh sách" in run("learn", "--exposure").stdout


def test_learning_reports_what_is_too_little_once(run: Run) -> None:
    assert run("learn").exit_code == 2
    run("match", "need-1", "--to", "scientist")
    run("judge", "need-1", "sci-1", "--fits")
    said = run("learn").stdout
    assert "cần 30 danh sách có cả hai loại, còn thiếu 30" in said
    assert "chưa hiệu chuẩn" in said
    assert run("learn").exit_code == 2
    (step,) = json.loads(run("learn", "--history", "--json").stdout)["steps"]
    assert (step["event"], step["version"]) == ("refused", DEFAULT_WEIGHTS.version)
    assert (step["lesson"]["judged"], step["lesson"]["trial"]) == (1, None)
    assert "Không áp dụng" in run("learn", "--history").stdout
    assert run("learn", "--roll-back").exit_code == 2
    assert run("learn", "--history", "--exposure").exit_code == 2


def test_the_doctor_tells_what_was_shown_and_judged(run: Run) -> None:
    run("match", "need-1", "--to", "scientist")
    assert "1 danh sách đã hiện" in run("doctor").stdout


# The scoring in force


CALIBRATION = Calibration("bins", "lexical", 40, 20, (-1.0, 4.0), (0.2, 0.7), "need", "scientist")
CROWD = [
    Record(
        "scientist",
        "science",
        f"Người {number}",
        (Section("work", f"Sấy gỗ {'cao su ' * (12 - number)}kq{number}."),),
        Facts(organisation=f"Trường {number % 5}"),
        id=f"s-{number:02}",
    )
    for number in range(12)
]
NEED = Record("need", "enterprise", "Sấy gỗ cao su", (Section("situation", "Gỗ cao su nứt khi sấy."),), id="need-x")


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path / "crowd", None)
    store_records(index, [(record, "test") for record in (NEED, *CROWD)])
    return index


def put_in_force(index: Index, weights: Weights, *calibrations: Calibration) -> None:
    index.store.fusion_events.append(
        "promoted", write_weights(weights), write_calibrations(calibrations), "{}", datetime.now(UTC)
    )


def test_likelihoods_are_said_where_there_is_evidence(index: Index) -> None:
    put_in_force(index, DEFAULT_WEIGHTS, CALIBRATION)
    pairings = propose(index, NEED, "scientist", OFFICER, 12, "cli").pairings
    assert {pairing.basis for pairing in pairings} == {"calibrated", "insufficient"}
    for pairing in pairings:
        if pairing.basis == "calibrated":
            assert pairing.likelihood == pytest.approx(CALIBRATION.likelihood(pairing.score))
        else:
            assert pairing.likelihood is None


@pytest.mark.parametrize(
    "other",
    [
        replace(CALIBRATION, mode="hybrid"),
        replace(CALIBRATION, asked="scientist", to="need"),
        replace(CALIBRATION, asked="proposal"),
        replace(CALIBRATION, to="proposal"),
        replace(CALIBRATION, asked=None, to=None),
    ],
)
def test_a_calibration_of_other_lists_says_nothing(index: Index, other: Calibration) -> None:
    put_in_force(index, DEFAULT_WEIGHTS, other)
    pairings = propose(index, NEED, "scientist", OFFICER, 12, "cli").pairings
    assert {pairing.basis for pairing in pairings} == {"uncalibrated", "insufficient"}
    assert {pair.basis for row in match_all(index, "need", "scientist", OFFICER) for pair in row.pairs} <= {
        "uncalibrated",
        "insufficient",
    }


def test_each_kind_of_lists_has_its_own_calibration(index: Index) -> None:
    other = replace(CALIBRATION, asked="scientist", to="need", likelihoods=(0.3, 0.4))
    put_in_force(index, DEFAULT_WEIGHTS, other, CALIBRATION)
    assert scoring_in_force(index).calibrations == (other, CALIBRATION)
    best = propose(index, NEED, "scientist", OFFICER, 12, "cli").pairings[0]
    assert best.likelihood == pytest.approx(CALIBRATION.likelihood(best.score))


def test_a_calibration_that_was_stored_before_kinds_were_told_apart_holds_for_nothing(index: Index) -> None:
    stored = {"method": "bins", "mode": "lexical", "count": 40, "fitting": 20, "scores": [0.0], "likelihoods": [0.5]}
    weights = write_weights(DEFAULT_WEIGHTS)
    index.store.fusion_events.append("refused", weights, json.dumps(stored), "{}", datetime.now(UTC))
    pairings = propose(index, NEED, "scientist", OFFICER, 12, "cli").pairings
    assert {pairing.basis for pairing in pairings} == {"uncalibrated", "insufficient"}


def test_weights_in_force_order_the_list_and_name_it(index: Index) -> None:
    before = propose(index, NEED, "scientist", OFFICER, 12, "cli")
    weights = Weights({**DEFAULT_WEIGHTS.of, "lexical": 0.01, "amount": 5.0})
    put_in_force(index, weights)
    after = propose(index, NEED, "scientist", OFFICER, 12, "cli")
    assert after.weights == weights.version != before.weights
    assert [one.score for one in after.pairings] != [one.score for one in before.pairings]
    assert index.store.exposures.counts().lists == 2


def test_strangers_leave_no_trace(index: Index) -> None:
    propose(index, NEED, "scientist", NOBODY, 5, "web", date(2026, 11, 22))
    assert index.store.exposures.counts().times == 0


def test_a_match_is_answered_while_another_program_writes(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.database._SHORT_WAIT_MS", 5)
    with closing(sqlite3.connect(index.folder / "banha.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert propose(index, NEED, "scientist", OFFICER, 5, "cli").pairings
    assert index.store.exposures.counts() == ExposureCounts(0, 0, 1)
    assert propose(index, NEED, "scientist", OFFICER, 5, "cli").pairings
    assert index.store.exposures.counts() == ExposureCounts(1, 1, 1)


def test_chance_puts_one_last_each_day_and_says_how_probable_that_was(index: Index) -> None:
    best = [one.id for one in propose(index, NEED, "scientist", OFFICER, 12, None).pairings]
    tried = set()
    for day in range(1, 29):
        match = propose(index, NEED, "scientist", OFFICER, 5, "web", date(2026, 11, day))
        assert [one.id for one in match.pairings[:-1]] == best[:4]
        assert match.tried == match.pairings[-1].id
        assert match.propensity == 1 / 7
        assert match == propose(index, NEED, "scientist", OFFICER, 5, "web", date(2026, 11, day))
        tried.add(match.tried)
    assert tried <= set(best[5:])
    assert len(tried) > 3
    index.store.judgements.remember("need-x", match.tried, "fits", None, datetime.now(UTC))
    (held,) = index.store.judgements.current()
    assert held.shown is not None
    assert held.shown.propensity == pytest.approx(1 / 7)


# Over HTTP


def test_judgements_are_taken_over_http(client: TestClient) -> None:
    client.get("/api/v1/records/need-1/pairings?to=scientist")
    said = {"record": "need-1", "candidate": "sci-1", "verdict": "fits", "reason": "đúng nghề"}
    answer = client.post("/api/v1/judgements", json=said)
    assert answer.status_code == 201
    assert answer.json() == client.get("/api/v1/judgements").json()
    assert answer.json()["judgements"][0]["rank"] == 1
    pair = {"record": "need-1", "candidate": "sci-1"}
    assert client.delete("/api/v1/judgements", params=pair).status_code == 204
    assert client.delete("/api/v1/judgements", params=pair).status_code == 422
    assert client.post("/api/v1/judgements", json={**said, "candidate": "x"}).status_code == 404
    assert client.post("/api/v1/judgements", json={**said, "verdict": "undo"}).status_code == 422
    assert client.get("/api/v1/learning").json() == {"steps": []}
    assert client.get("/api/v1/exposure").json() == {"exposure": []}
    client.get("/ho-so/need-1/ghep?to=scientist")
    (exposure,) = client.get("/api/v1/exposure").json()["exposure"]
    assert exposure["kind"] == "scientist"


@contextmanager
def strangers(folder: Path) -> Iterator[TestClient]:
    with serving(settings_for(folder, "nobody")) as client:
        wait_until_ready(client)
        yield client


def test_strangers_neither_judge_nor_see_judgements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_toy_encoder(monkeypatch)
    with strangers(tmp_path) as client:
        said = {"record": "need-1", "candidate": "sci-1", "verdict": "fits"}
        assert client.post("/api/v1/judgements", json=said).status_code == 403
        for path in ("judgements", "learning", "exposure"):
            assert client.get(f"/api/v1/{path}").status_code == 403
        form = {"candidate": "sci-1", "verdict": "fits", "to": "scientist"}
        assert client.post("/ho-so/need-1/ghep", data=form).status_code == 403


# On the page


def card(page: str, name: str) -> str:
    return next(card for card in page.split('<article class="card pairing"') if name in card)


def test_two_buttons_judge_a_pairing_without_scripts(client: TestClient) -> None:
    page = client.get("/ho-so/need-1/ghep?to=scientist").text
    assert "chưa được hiệu chuẩn" in page
    shown = card(page, "Đoàn Thị Minh Sương")
    assert re.findall(r'<button[^>]*value="(\w+)">([^<]+)<', shown) == [("fits", "Hợp"), ("unfit", "Không hợp")]
    form = dict(re.findall(r'name="(candidate|to|limit)" value="([^"]*)"', shown))
    assert form == {"candidate": "sci-1", "to": "scientist", "limit": "10"}
    answer = client.post("/ho-so/need-1/ghep", data={**form, "verdict": "unfit"}, follow_redirects=False)
    assert answer.status_code == 303
    address, _, anchor = answer.headers["location"].partition("#")
    judged = card(client.get(address).text, "Đoàn Thị Minh Sương")
    assert f'id="{anchor}"' in judged
    assert "Đã đánh giá: không hợp" in judged
    assert re.findall(r'<button[^>]*value="(\w+)">', judged) == ["undo"]
    assert client.get("/api/v1/judgements").json()["judgements"][0]["verdict"] == "unfit"
    client.post("/ho-so/need-1/ghep", data={**form, "verdict": "undo"})
    assert client.get("/api/v1/judgements").json() == {"judgements": []}


def test_the_page_says_what_chance_has_put_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_toy_encoder(monkeypatch)
    people = [{"id": f"p-{n}", "kind": "scientist", "title": f"Người {n}", "sections": []} for n in range(9)]
    for one in people:
        one["sections"] = [{"name": "work", "text": f"sấy gỗ kq{one['id']}"}]
    for explore, count in ((False, 0), (True, 1)):
        with serving(settings_for(tmp_path, explore=explore)) as client:
            assert client.post("/api/v1/records", json=[*RECORDS, *people]).status_code == 201
            page = client.get("/ho-so/need-1/ghep?to=scientist&limit=4").text
            marks = re.findall(
                r'<a class="tag hush" href="(\S+)" title="[^"]*ngẫu nhiên[^"]*">Xếp ngẫu nhiên</a>', page
            )
            assert marks == ["/tro-giup#tried"] * count
            assert "tried" not in client.get("/api/v1/records/need-1/pairings?to=scientist&limit=4").json()


def test_the_page_says_how_many_of_ten_were_judged_to_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        crowd = [
            {
                "id": one.id,
                "kind": "scientist",
                "title": one.title,
                "sections": [{"name": "work", "text": one.sections[0].text}],
            }
            for one in CROWD
        ]
        assert client.post("/api/v1/records", json=[*RECORDS, *crowd]).status_code == 201
        index = Index(tmp_path, None, any_model=True)
        put_in_force(
            index, DEFAULT_WEIGHTS, replace(CALIBRATION, mode="hybrid", scores=(-9.0, 9.0), likelihoods=(0.68, 0.72))
        )
        page = client.get("/ho-so/need-1/ghep?to=scientist").text
        assert "khoảng 7 trên 10 trường hợp điểm như thế được đánh giá là hợp" in page
        assert "chưa được hiệu chuẩn" not in page
