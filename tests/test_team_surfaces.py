"""Teams and the assignment as people meet them: the commands, the API, the page, the files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from fastapi.testclient import TestClient
from http_case import serving, settings_for
from openpyxl import load_workbook
from team_case import ALL, TASK, record
from typer.testing import CliRunner

from api.cli import app
from api.errors import BadInput
from api.settings import PREFIX
from api.teams.asking import read_amount, read_wishes
from index import Index, store_records
from ingest import Place, Source


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    store_records(Index(folder, None), [(one, "test") for one in ALL])
    return folder


@pytest.fixture(scope="module")
def officer(data: Path) -> Iterator[TestClient]:
    with serving(settings_for(data, model="none")) as client:
        yield client


def run(data: Path, *arguments: str) -> Any:
    environment = {f"{PREFIX}LANG": "vi", f"{PREFIX}MODEL": "none"}
    return CliRunner().invoke(app, ["--data", str(data), *arguments], env=environment)


def test_the_command_answers_in_words_json_and_files(data: Path, tmp_path: Path) -> None:
    said = run(data, "team", "n-go")
    assert said.exit_code == 0, said.output
    for words in ("Nhà nước", "Chủ nhiệm", "Có nhu cầu: Công ty TNHH Gỗ Suối Mơ", "con người quyết định"):
        assert words in said.stdout
    shown = json.loads(run(data, "team", "n-go", "--teams", "2", "--members", "1", "--json").stdout)
    assert len(shown["teams"]) == 2
    assert shown["teams"][0]["loss"] == 0 <= shown["teams"][1]["loss"]
    for suffix in ("docx", "xlsx"):
        assert run(data, "team", "n-go", "--output", str(tmp_path / f"to.{suffix}")).exit_code == 0
    written = "\n".join(one.text for one in Document(str(tmp_path / "to.docx")).paragraphs)
    assert "Gỗ Suối Mơ" in written
    assert "Chưa đủ căn cứ" in written
    forced = ("team", "n-go", "--with", "s-tom=lead")
    said = run(data, *forced).stdout
    assert "! Chưa đủ căn cứ cho thấy Tạ Hoài Phiêu" in said
    assert "? Chưa đủ căn cứ" in said
    assert run(data, *forced, "--output", str(tmp_path / "hoi.docx")).exit_code == 0
    asked = [one.text for one in Document(str(tmp_path / "hoi.docx")).paragraphs]
    assert any("Chưa đủ căn cứ cho thấy Tạ" in one for one in asked)
    assert run(data, *forced, "--output", str(tmp_path / "hoi.xlsx")).exit_code == 0
    cells = [str(cell) for row in load_workbook(tmp_path / "hoi.xlsx").active.values for cell in row]
    assert any("Chưa đủ căn cứ" in cell for cell in cells)
    rows = list(load_workbook(BytesIO((tmp_path / "to.xlsx").read_bytes())).active.iter_rows(values_only=True))
    assert any("Chủ nhiệm" in row for row in rows)


def test_the_number_of_members_that_was_typed_stands_in_the_conflict(data: Path) -> None:
    said = run(data, "team", "n-go", "--members", "1-1", "--with", "s-say", "--with", "s-am")
    assert said.exit_code == 3
    assert "yêu cầu 1-1 nhà khoa học, kể cả chủ nhiệm: ngoài chủ nhiệm nhiều nhất 0" in said.stdout


def test_the_house_that_is_missing_is_told_before_why_the_search_ended(tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    store_records(Index(folder, None), [(one, "test") for one in ALL if one.kind != "scientist"])
    lines = run(folder, "team", "n-go").stdout
    assert lines.index("Chưa lưu hồ sơ nhà khoa học nào") < lines.index("Không còn tổ nào khác")
    assert run(folder, "team", "n-go", "--output", str(tmp_path / "to.docx")).exit_code == 0
    written = "\n".join(one.text for one in Document(str(tmp_path / "to.docx")).paragraphs)
    assert written.index("Chưa lưu hồ sơ nhà khoa học nào") < written.index("Không còn tổ nào khác")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("team", "không-có"), 4, "không-có"),
        (("team", "n-go", "--with", "s-say", "--without", "s-say"), 2, "s-say"),
        (("team", "n-go", "--with", "s-say=king"), 2, "king"),
        (("team", "n-go", "--members", "nhiều"), 2, "nhiều"),
        (("team", "n-go", "--budget", "vô số"), 2, "vô số"),
        (("team", "s-say"), 2, "s-say"),
        (("team", "n-go", "--place", "Khe Mây=host"), 2, "host"),
        (("assign", "--per", "2-1"), 2, "2"),
        (("assign", "--load", "0"), 2, "0"),
        (("assign", "--to", "need"), 2, "Nhu cầu"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_and_where(
    data: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    answer = run(data, *arguments)
    assert answer.exit_code == code
    assert words in answer.output
    assert "Traceback" not in answer.output


def test_a_contradiction_is_told_by_its_rules(data: Path) -> None:
    said = run(data, "team", "n-go", "--members", "1", "--with", "s-say", "--with", "s-am")
    assert said.exit_code == 3
    assert "Không lập được tổ nào" in said.stdout
    assert "Đoàn Thị Minh Sương phải có trong tổ" in said.stdout


def test_roles_stand_behind_ids_by_a_colon_or_an_equals_sign() -> None:
    wishes = read_wishes(wanted=["a:lead", "b=owner", "urn:x:y", "c"], place="huyện Khe Mây=owner")
    assert wishes.wanted == (("a", "lead"), ("b", "owner"), ("urn:x:y", None), ("c", None))
    assert (wishes.place, wishes.place_role) == ("huyện Khe Mây", "owner")


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("900000000", 900_000_000),
        ("900.000.000", 900_000_000),
        ("900 triệu", 900_000_000),
        ("900 million", 900_000_000),
        ("1.5 billion đồng", 1_500_000_000),
        ("1,5 tỷ đồng", 1_500_000_000),
        ("2.850 triệu", 2_850_000_000),
    ],
)
def test_sums_are_read_as_people_write_them(said: str, amount: int) -> None:
    assert read_amount(said) == amount


def test_a_sum_without_a_number_is_refused() -> None:
    with pytest.raises(BadInput):
        read_amount("nhiều lắm")


def test_the_api_and_the_page_tell_the_same(officer: TestClient) -> None:
    shown = officer.get("/api/v1/records/n-go/teams", params={"teams": 1}).json()
    page = unescape(officer.get("/ho-so/n-go/to-ba-nha", params={"so_to": "1"}).text)
    for member in shown["teams"][0]["members"]:
        assert member["name"] in page
        assert member["role_text"] in page
    assert "to-ba-nha" in officer.get("/ho-so/n-go").text
    assert "to-ba-nha" not in officer.get("/ho-so/s-say").text


def test_a_place_of_a_role_that_the_team_lacks_is_refused_in_words(officer: TestClient) -> None:
    answer = officer.get("/api/v1/records/n-go/teams", params={"place": "Khe Mây=host"})
    assert answer.status_code == 422
    assert "không có vai trò “host”" in answer.json()["detail"]
    page = officer.get("/ho-so/n-go/to-ba-nha", params={"dia_ban": "Khe Mây=host"})
    assert page.status_code == 422
    assert "không có vai trò “host”" in unescape(page.text)


def test_the_words_that_answer_a_requirement_stand_with_it(data: Path, tmp_path: Path) -> None:
    shown = json.loads(run(data, "team", "n-go", "--teams", "2", "--members", "1", "--json").stdout)
    said = next(one["evidence"]["quote"]["text"] for one in shown["teams"][0]["covers"] if one["evidence"])
    lines = run(data, "team", "n-go", "--teams", "1").stdout.splitlines()
    assert said in next(after for line, after in pairwise(lines) if line.startswith("  ✓"))
    run(data, "team", "n-go", "--teams", "1", "--output", str(tmp_path / "to.docx"))
    cells = [cell.text for table in Document(str(tmp_path / "to.docx")).tables for cell in table._cells]
    assert any(said in cell for cell in cells)
    assert "khác với những tổ ở trên" not in " ".join(shown["teams"][0]["valued"])
    assert "khác với những tổ ở trên" in " ".join(shown["teams"][1]["valued"])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"kind": "assignment", "parameters": {"per": "0"}}, "0 đến 0"),
        ({"kind": "assignment", "parameters": {"kind": "need", "to": "need"}}, "Nhu cầu"),
        ({"kind": "teams"}, "kind phải là một trong: pairs"),
        ({}, "kind"),
    ],
)
def test_a_job_that_makes_no_sense_is_refused_when_it_is_asked_for(
    officer: TestClient, asked: dict[str, Any], words: str
) -> None:
    answer = officer.post("/api/v1/jobs", json=asked)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_the_page_takes_wishes_and_refuses_what_it_cannot_use(officer: TestClient) -> None:
    page = unescape(officer.get("/ho-so/n-go/to-ba-nha", params={"co": "s-tom=member"}).text)
    assert "Tạ Hoài Phiêu" in page
    none = officer.get("/ho-so/n-go/to-ba-nha", params={"dia_ban": "huyện Không Có"})
    assert none.status_code == 200
    assert "Không lập được tổ nào" in unescape(none.text)
    assert officer.get("/ho-so/nobody/to-ba-nha").status_code == 404
    assert officer.get("/api/v1/records/n-go/teams", params={"king": "1"}).status_code == 422


@pytest.mark.parametrize(
    ("wishes", "status", "words"),
    [
        ({"so_to": "99"}, 422, "“Số tổ”"),
        ({"tai": "-1"}, 422, "phải từ 1"),
        ({"co_quan": "nhiều"}, 422, "phải là số nguyên"),
        ({"thanh_vien": "4-2"}, 422, "4 đến 2"),
        ({"kinh_phi": "vô số"}, 422, "vô số"),
        ({"co": "s-say", "khong": "s-say"}, 422, "s-say"),
        ({"co": "s-say=lead, s-say=member"}, 422, "s-say"),
        ({"co": "s-say=vua"}, 422, "vua"),
        ({"co": "s-không-có"}, 404, "s-không-có"),
        ({"co": "o-so=lead"}, 422, "Cơ quan, tổ chức"),
    ],
)
def test_the_page_keeps_the_form_where_wishes_cannot_be_used(
    officer: TestClient, wishes: dict[str, str], status: int, words: str
) -> None:
    answer = officer.get("/ho-so/n-go/to-ba-nha", params={**wishes, "dia_ban": "huyện Khe Mây"})
    page = unescape(answer.text)
    assert answer.status_code == status
    said = page.split('role="alert"')[1].split("</section>")[0]
    assert words in said
    assert "Traceback" not in page
    for value in (*wishes.values(), "huyện Khe Mây"):
        assert f'value="{value}"' in page


def test_roles_are_named_in_words_on_the_page(officer: TestClient) -> None:
    page = unescape(officer.get("/ho-so/n-go/to-ba-nha", params={"co": "s-say = chủ nhiệm"}).text)
    assert 'role="alert"' not in page
    form = page.split("<form method")[1].split("</form>")[0]
    assert "Chủ nhiệm" in form
    assert not any(code in form for code in ("co_funder", "applier", "=lead"))
    assert officer.get("/ho-so/n-go/to-ba-nha", params={"co": "s-say=lead"}).status_code == 200


def test_members_are_kept_or_left_out_by_a_link(officer: TestClient) -> None:
    page = unescape(officer.get("/ho-so/n-go/to-ba-nha").text)
    links = [part.split('"')[0] for part in page.split('href="')[1:] if part.startswith(("?co=", "?khong="))]
    keep, leave_out = (next(one for one in links if one.startswith(start)) for start in ("?co=", "?khong="))
    kept = officer.get(f"/ho-so/n-go/to-ba-nha{keep}")
    assert kept.status_code == 200
    without = unescape(officer.get(f"/ho-so/n-go/to-ba-nha{leave_out}").text)
    id = leave_out.removeprefix("?khong=")
    assert f'href="/ho-so/{id}"' not in without
    assert f'value="{id}"' in without


def test_teams_are_downloaded_from_the_page(officer: TestClient) -> None:
    page = unescape(officer.get("/ho-so/n-go/to-ba-nha", params={"khong": "s-am"}).text)
    for suffix in ("docx", "xlsx"):
        link = next(part.split('"')[0] for part in page.split('href="')[1:] if f"/teams.{suffix}" in part)
        answer = officer.get(link)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].endswith(f'.{suffix}"')
        assert answer.content[:2] == b"PK"
    read = Document(BytesIO(officer.get(link.replace(".xlsx", ".docx")).content))
    assert "Lưu Gia Bảo Khôi" not in "\n".join(one.text for one in read.paragraphs)


def test_a_house_of_which_nobody_is_there_stands_empty_in_the_team(tmp_path: Path) -> None:
    store_records(Index(tmp_path, None), [(one, "test") for one in ALL if one.house != "state"])
    said = run(tmp_path, "team", "n-go", "--teams", "1").stdout
    assert "  Nhà nước\n    chưa có\n" in said
    run(tmp_path, "team", "n-go", "--output", str(tmp_path / "to.docx"))
    lines = [one.text for one in Document(str(tmp_path / "to.docx")).paragraphs]
    assert lines[lines.index("Nhà nước") + 1] == "chưa có"


def test_whoever_posted_a_need_without_a_name_is_not_called_by_its_title(tmp_path: Path) -> None:
    need = record("need", "enterprise", "n-ai", "Lò sấy gỗ hay nứt", requirements="Cần chế độ sấy gỗ cao su dày 50 mm.")
    store_records(Index(tmp_path, None), [(one, "test") for one in [need, *ALL]])
    said = run(tmp_path, "team", "n-ai", "--teams", "1").stdout
    assert "Có nhu cầu: bên nêu “Lò sấy gỗ hay nứt” (không ghi tên)" in said


def test_the_assignment_serves_all_who_can_be_served_and_says_why_not(data: Path, officer: TestClient) -> None:
    shown = json.loads(run(data, "assign", "--load", "1", "--json").stdout)
    ids = [one["id"] for record in shown["records"] for one in record["chosen"]]
    assert len(set(ids)) == len(ids)
    assert all(record["chosen"] or record["why_text"] for record in shown["records"])
    assert shown["outcome"]["unserved"] <= shown["greedy"]["unserved"]
    assert shown["outcome"]["total"] <= shown["bound"] + 1e-9
    over_http = officer.get("/api/v1/assignment", params={"load": 1}).json()
    assert [one["chosen"] for one in over_http["records"]] == [one["chosen"] for one in shown["records"]]
    said = run(data, "assign", "--limit", "2")
    assert "Được đáp ứng" in said.stdout
    assert "Chọn dần cặp mạnh nhất" in said.stdout


def test_the_assignment_is_written_to_a_table(data: Path, tmp_path: Path) -> None:
    assert run(data, "assign", "--output", str(tmp_path / "a.xlsx")).exit_code == 0
    rows = list(load_workbook(BytesIO((tmp_path / "a.xlsx").read_bytes())).active.iter_rows(values_only=True))
    assert any("n-go" in row for row in rows)


def test_with_nobody_stored_it_is_said_what_is_missing(tmp_path: Path) -> None:
    store_records(Index(tmp_path, None), [(ALL[0], "test")])
    answer = run(tmp_path, "assign")
    assert answer.exit_code == 2
    assert "“Nhà khoa học”" in answer.output
    said = run(tmp_path, "team", "n-go")
    assert "Chưa lưu hồ sơ nhà khoa học" in said.stdout


def test_a_long_assignment_is_made_as_a_job(officer: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.teams._MOST_ASSIGNED", 2)
    refused = officer.get("/api/v1/assignment")
    assert refused.status_code == 422
    assert "/viec" in refused.json()["detail"]
    page = unescape(officer.get("/viec").text)
    assert 'name="moi"' in page
    asked = officer.post("/viec", data={"viec": "assignment", "moi": "1-2", "tai": "1"}, follow_redirects=False)
    assert asked.status_code == 303
    assert officer.get(f"/api/v1/jobs/{asked.headers['location'].rsplit('/', 1)[1]}").json()["kind"] == "assignment"
    assert officer.post("/viec", data={"viec": "assignment", "moi": "nhiều"}).status_code == 422


def test_whom_the_task_names_stands_with_the_file_that_names_them(tmp_path: Path) -> None:
    named = Source("facts/people", "Thuyết minh.pdf", "0" * 64, Place(page=2), picture="1" * 64)
    store_records(
        Index(tmp_path, None), [(replace(one, sources=(named,)) if one == TASK else one, "test") for one in ALL]
    )
    with serving(settings_for(tmp_path, model="none")) as client:
        shown = client.get("/api/v1/records/t-say/teams").json()
        known = [one["known_from"] for team in shown["teams"] for one in team["members"] if one["known_from"]]
        assert {(one["file"], one["page"]) for one in known} == {("Thuyết minh.pdf", 2)}
        assert "nêu trong: Thuyết minh.pdf" in unescape(client.get("/ho-so/t-say/to-ba-nha").text)
