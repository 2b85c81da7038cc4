"""Drafts as documents, by command and over HTTP: what they claim is proved, and tampering is found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, settings_for
from typer.testing import CliRunner

from api.cli import app
from api.orders.proving import prove_document
from api.orders.schemas import AnnexEntry, AnnexTeam, OrderAnnex, SourcedSentence
from api.settings import PREFIX
from index import Index, store_records
from ingest import Record, record_from_json

Run = Callable[..., Any]
TASK: dict[str, Any] = {
    "id": "task-1",
    "kind": "proposal",
    "title": "Hoàn thiện chế độ sấy gỗ cao su",
    "sections": [
        {"name": "objectives", "text": "Giảm hàng hư khi sấy gỗ cao su."},
        {"name": "products", "text": "Một bảng chế độ sấy. Một bộ điều khiển độ ẩm."},
        {"name": "application", "text": "Nhà máy ở Suối Mơ."},
    ],
    "facts": {"code": "ĐT.01", "organisation": "Viện Gỗ", "status": "Đã nghiệm thu", "year_from": 2021},
}
SECRET = {
    "id": "need-partly",
    "kind": "need",
    "title": "Gỗ tràm bị cong khi sấy",
    "sections": [
        {"name": "situation", "text": "Công thức tẩm bí mật số bảy.", "visibility": "confidential"},
        {"name": "requirements", "text": "Cần chế độ sấy cho gỗ tràm dày 40 mm. Gỗ cao su cũng cong."},
    ],
}


OFFICE = {
    "id": "so-khcn",
    "kind": "organisation",
    "house": "state",
    "title": "Sở Khoa học và Công nghệ tỉnh Sông Lam",
    "sections": [{"name": "introduction", "text": "Quản lý nhà nước về đo lường."}],
}


INSURED = {
    "id": "need-tem",
    "kind": "need",
    "title": "Gỗ cao su cong khi sấy không ai đền",
    "sections": [
        {"name": "situation", "text": "Sấy gỗ cao su dày 50 mm, độ ẩm trong lò sấy khó điều khiển."},
        {"name": "requirements", "text": "Cần hợp đồng bảo hiểm cho hộ trồng rừng."},
    ],
    "facts": {"organisation": "Công ty TNHH Gỗ Khe Mây"},
}


def store(folder: Path, records: list[dict[str, Any]]) -> None:
    index = Index(folder, None)
    store_records(index, [(record_from_json(one), f"posted:{one['id']}") for one in records])
    index.save()
    index.store.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv(f"{PREFIX}MODEL", "none")
    monkeypatch.setenv(f"{PREFIX}LANG", "vi")
    folder = tmp_path / "data"
    folder.mkdir()
    store(folder, [*RECORDS, TASK, SECRET])
    return lambda *args: CliRunner().invoke(app, ["--data", str(folder), *map(str, args)])


@pytest.fixture
def draft(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "order.docx"
    assert run("order", "need-1", "--output", path).exit_code == 0
    return path


ID_TEAMS = (("a", 1), ("b", 1), ("a", 2), ("c", 2))


def words_of(path: Path | BytesIO) -> str:
    document = Document(str(path) if isinstance(path, Path) else path)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def edit(path: Path, before: str, after: str) -> None:
    """As a person would: in the text only."""
    document = Document(str(path))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs if before in run.text]
    runs[0].text = runs[0].text.replace(before, after)
    document.save(str(path))


def drop_bookmarks(path: Path) -> None:
    document = Document(str(path))
    body = document.element.body
    for name in ("bookmarkStart", "bookmarkEnd"):
        for one in body.findall(f".//{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"):
            one.getparent().remove(one)
    document.save(str(path))


def verify(run: Run, path: Path) -> tuple[int, dict[str, Any]]:
    result = run("order", "--verify", path, "--json")
    return result.exit_code, json.loads(result.stdout)


def test_the_document_has_all_items_and_proves_itself(run: Run, draft: Path) -> None:
    words = words_of(draft)
    for number in range(1, 16):
        assert f"\n{number}. " in words
    assert "Mỗi mẻ sấy hỏng một phần mười số thanh gỗ cao su." in words
    assert "[cần bổ sung]" in words
    assert "sha256" not in words.partition("Nơi trích")[0]
    code, proof = verify(run, draft)
    assert (code, proof["holds"]) == (0, True)
    assert proof["proved"] == proof["claimed"] > 8


def test_a_sentence_changed_by_hand_is_found_and_the_others_hold(run: Run, draft: Path) -> None:
    edit(draft, "một phần mười", "một phần ba")
    code, proof = verify(run, draft)
    assert code == 3
    (failed,) = proof["failed"]
    assert failed["state"] == "by_hand"
    assert "một phần ba" in failed["found"]
    assert proof["proved"] == proof["claimed"] - 1


def test_words_written_beside_a_quoted_sentence_are_found(run: Run, draft: Path) -> None:
    document = Document(str(draft))
    paragraph = next(one for one in document.paragraphs if "một phần mười" in one.text)
    paragraph.add_run(" Cả tỉnh đều hỏng như vậy.")
    document.save(str(draft))
    code, proof = verify(run, draft)
    assert (code, proof["failed"]) == (3, [])
    assert proof["added"] == ["Cả tỉnh đều hỏng như vậy."]


def test_a_paragraph_that_only_looks_sourced_is_found(run: Run, draft: Path) -> None:
    document = Document(str(draft))
    quoted = next(one for one in document.paragraphs if "một phần mười" in one.text)
    quoted.insert_paragraph_before("Cả tỉnh mất 12 tỷ đồng mỗi năm vì gỗ nứt.").add_run("[3]").font.superscript = True
    document.save(str(draft))
    code, proof = verify(run, draft)
    assert (code, proof["holds"]) == (3, False)
    assert proof["added"] == ["Cả tỉnh mất 12 tỷ đồng mỗi năm vì gỗ nứt.[3]"]


def test_sentences_of_which_a_program_dropped_the_bookmarks_are_proved_by_their_words(run: Run, draft: Path) -> None:
    drop_bookmarks(draft)
    code, proof = verify(run, draft)
    assert (code, proof["holds"], proof["unproved"], proof["lost"]) == (0, True, [], [])
    edit(draft, "một phần mười", "một phần ba")
    code, proof = verify(run, draft)
    assert (code, proof["holds"]) == (3, False)


def test_filling_in_and_taking_out_is_no_failure(run: Run, draft: Path) -> None:
    edit(draft, "[cần bổ sung]", "Sấy gỗ cao su ít hư")
    document = Document(str(draft))
    paragraph = next(one for one in document.paragraphs if "một phần mười" in one.text)
    for run_of_it in paragraph.runs:
        run_of_it.text = ""
    document.save(str(draft))
    code, proof = verify(run, draft)
    assert (code, [one["state"] for one in proof["deleted"]]) == (0, ["deleted"])
    assert [text for text in proof["unproved"] if "Sấy gỗ cao su ít hư" in text]
    assert proof["lost"] == []


def test_what_nobody_touched_has_nothing_unproved(run: Run, draft: Path) -> None:
    _, proof = verify(run, draft)
    assert (proof["unproved"], proof["lost"]) == ([], [])


def test_a_new_paragraph_without_a_source_is_named_as_not_proved(run: Run, draft: Path) -> None:
    document = Document(str(draft))
    quoted = next(one for one in document.paragraphs if "một phần mười" in one.text)
    quoted.insert_paragraph_before("Cả tỉnh mất 12 tỷ đồng mỗi năm vì gỗ nứt.")
    document.save(str(draft))
    code, proof = verify(run, draft)
    assert (code, proof["holds"], proof["added"]) == (0, True, [])
    assert proof["unproved"] == ["Cả tỉnh mất 12 tỷ đồng mỗi năm vì gỗ nứt."]
    assert "Không được chứng minh" in run("order", "--verify", draft).stdout


def test_a_changed_heading_is_named(run: Run, draft: Path) -> None:
    heading = next(one.text for one in Document(str(draft)).paragraphs if one.text.startswith("3. "))
    edit(draft, heading, "3. Lý do khác")
    _, proof = verify(run, draft)
    assert (proof["lost"], proof["unproved"]) == ([heading], ["3. Lý do khác"])
    assert heading in run("order", "--verify", draft).stdout


@pytest.fixture
def counted(run: Run, tmp_path: Path) -> Path:
    """A draft from two needs, which it counts, with budgets, of which it tells the range."""
    other = {
        **SECRET,
        "facts": {"organisation": "HTX Rừng Xanh", "budget_vnd": 900_000_000, "place_written": "Khe Mây"},
    }
    store(tmp_path / "data", [other])
    path = tmp_path / "counted.docx"
    assert run("order", "need-1", "need-partly", "--output", path).exit_code == 0
    return path


def test_figures_name_their_records_and_are_worked_out_again(run: Run, counted: Path) -> None:
    assert "2 phiếu nhu cầu của 2 đơn vị, tại 2 địa bàn" in words_of(counted)
    assert words_of(counted).count("[N1–N2]") == 2
    code, proof = verify(run, counted)
    assert (code, proof["holds"], proof["unproved"], proof["lost"]) == (0, True, [], [])
    assert [one["state"] for one in proof["figures"]] == ["proved", "proved"]
    assert {tuple(one["records"]) for one in proof["figures"]} == {("need-1", "need-partly")}
    assert "2 trên 2 số liệu" in run("order", "--verify", counted).stdout


@pytest.mark.parametrize(
    ("before", "after"), [("2 phiếu nhu cầu", "12 phiếu nhu cầu"), ("Từ 900.000.000 đồng", "Từ 90.000.000 đồng")]
)
def test_a_figure_changed_by_hand_fails(run: Run, counted: Path, before: str, after: str) -> None:
    edit(counted, before, after)
    code, proof = verify(run, counted)
    assert (code, proof["holds"]) == (3, False)
    (failed,) = [one for one in proof["figures"] if one["state"] != "proved"]
    assert failed["state"] == "by_hand"
    assert after in failed["found"]
    assert failed["worked_out"].startswith(before)
    told = run("order", "--verify", counted)
    assert told.exit_code == 3
    assert after in told.stdout
    assert "1 trên 2 số liệu" in told.stdout


def test_a_figure_changed_where_a_program_dropped_the_bookmarks_fails(run: Run, counted: Path) -> None:
    drop_bookmarks(counted)
    assert verify(run, counted)[0] == 0
    edit(counted, "2 phiếu nhu cầu", "12 phiếu nhu cầu")
    code, proof = verify(run, counted)
    assert (code, proof["holds"]) == (3, False)
    assert [one for one in proof["added"] if one.startswith("12 phiếu nhu cầu")]


def test_a_figure_that_the_records_no_longer_give_fails(run: Run, counted: Path, tmp_path: Path) -> None:
    store(
        tmp_path / "data",
        [{**SECRET, "facts": {"organisation": "Công ty TNHH Gỗ Suối Mơ", "place_written": "Khe Mây"}}],
    )
    code, proof = verify(run, counted)
    assert (code, [one["state"] for one in proof["figures"]]) == (3, ["gone", "gone"])
    assert proof["figures"][0]["worked_out"].startswith("2 phiếu nhu cầu của 1 đơn vị")
    assert run("remove", "need-partly").exit_code == 0
    assert [one["state"] for one in verify(run, counted)[1]["figures"]] == ["removed", "removed"]


def test_a_figure_may_be_taken_out(run: Run, counted: Path) -> None:
    document = Document(str(counted))
    paragraph = next(one for one in document.paragraphs if one.text.startswith("2 phiếu nhu cầu"))
    paragraph._p.getparent().remove(paragraph._p)
    document.save(str(counted))
    code, proof = verify(run, counted)
    assert (code, [one["state"] for one in proof["figures"]]) == (0, ["deleted", "proved"])


def changed(text: str) -> list[dict[str, Any]]:
    need: dict[str, Any] = json.loads(json.dumps(RECORDS[0]))
    need["sections"][0]["text"] = text
    return [need]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Mỗi mẻ sấy hỏng một nửa.", "gone"),
        ("Xin chào. Mỗi mẻ sấy hỏng một phần mười số thanh gỗ cao su.", "moved"),
    ],
)
def test_a_changed_record_is_named(run: Run, draft: Path, tmp_path: Path, text: str, state: str) -> None:
    store(tmp_path / "data", changed(text))
    code, proof = verify(run, draft)
    assert (code, proof["changed"]) == (3, ["need-1"])
    assert [one["state"] for one in proof["failed"]] == [state]


def test_a_removed_record_is_named(run: Run, draft: Path) -> None:
    assert run("remove", "need-1").exit_code == 0
    code, proof = verify(run, draft)
    assert (code, proof["removed"]) == (3, ["need-1"])
    assert {one["state"] for one in proof["failed"]} == {"removed"}
    assert "need-1" in run("order", "--verify", draft).stdout


def test_a_record_added_to_is_named_though_all_holds(run: Run, draft: Path, tmp_path: Path) -> None:
    need: dict[str, Any] = json.loads(json.dumps(RECORDS[0]))
    need["sections"].append({"name": "impact", "text": "Bớt mua gỗ."})
    store(tmp_path / "data", [need])
    code, proof = verify(run, draft)
    assert (code, proof["holds"], proof["changed"]) == (0, True, ["need-1"])


def test_confidential_text_stands_in_a_draft_only_when_asked_for_and_is_marked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "secret.docx"
    assert run("order", "need-partly", "--output", path).exit_code == 0
    assert "bí mật số bảy" not in words_of(path)
    assert verify(run, path)[0] == 0
    assert run("order", "need-partly", "--with-confidential", "--output", path).exit_code == 0
    assert "[bảo mật] Công thức tẩm bí mật số bảy." in words_of(path)
    assert verify(run, path)[0] == 0


def test_names_behind_anonymous_needs_are_masked_unless_asked_for(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "masked.docx"
    assert run("order", "need-masked", "--output", path).exit_code == 0
    assert "Trăng Khuyết" not in words_of(path)
    assert "•" in words_of(path)
    assert verify(run, path)[0] == 0
    assert run("order", "need-masked", "--with-identities", "--output", path).exit_code == 0
    assert "Công ty TNHH Gốm Trăng Khuyết" in words_of(path)
    assert verify(run, path)[0] == 0


def test_masks_in_a_draft_do_not_tell_how_long_the_names_are(run: Run, tmp_path: Path) -> None:
    facts = {"organisation": "Công ty TNHH Gốm Trăng Khuyết", "place_written": "Xưởng Trăng Khuyết, xã Suối Mơ"}
    text = "Lò nung của Gốm Trăng Khuyết làm rạn men bình gốm. Cần giảm rạn men bình gốm ở Trăng Khuyết xuống 2%."
    sections = [
        {"name": "situation", "text": "Giám đốc Lê Văn Tám nói: Trăng Khuyết thua lỗ.", "visibility": "anonymous"},
        {"name": "requirements", "text": text, "visibility": "anonymous"},
    ]
    one = {"kind": "need", "title": "Bình của Trăng Khuyết rạn men khi nung", "sections": sections, "facts": facts}
    store(tmp_path / "data", [{**one, "id": "kiln-1"}, {**one, "id": "kiln-2"}])
    result = run("order", "--like", "kiln-1", "--json")
    assert result.exit_code == 0, result.output
    assert "Khuyết" not in result.stdout
    assert "••••" not in result.stdout
    (joined,) = [one for one in json.loads(result.stdout)["subjects"] if one["id"] == "kiln-2"]
    assert [one["theirs"]["text"] for one in joined["why"] if "•••" in one["theirs"]["text"]]
    assert "Xưởng •••, xã Suối Mơ" in result.stdout
    path = tmp_path / "kilns.docx"
    assert run("order", "--like", "kiln-1", "--output", path).exit_code == 0
    assert verify(run, path)[0] == 0


def test_an_agreement_and_a_handover_record_are_drafted_and_proved(run: Run, tmp_path: Path) -> None:
    for ids, form, said in (
        (("need-1", "sci-1"), "agreement", "Đoàn Thị Minh Sương"),
        (("task-1",), "handover", "Một bộ điều khiển độ ẩm."),
    ):
        path = tmp_path / f"{form}.docx"
        assert run("order", *ids, "--form", form, "--output", path).exit_code == 0
        assert said in words_of(path)
        assert verify(run, path)[0] == 0


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("need-none",), 4, "need-none"),
        (("--like", "need-1", "--without", "need-none"), 4, "need-none"),
        (("sci-1",), 2, "Nhà khoa học"),
        (("need-1", "--form", "handover"), 2, "Nhu cầu"),
        (("need-1", "--form", "agreement"), 2, "nhà khoa học"),
        (("need-hidden",), 2, "--with-confidential"),
        ((), 2, "--like"),
        (("need-1", "--output", "x.pdf"), 2, ".docx"),
        (("--like", "need-1", "--form", "handover"), 2, "--like"),
        (("--verify", __file__), 2, "không phải dự thảo"),
        (("--verify", "no-such-file.docx"), 2, "no-such-file.docx"),
    ],
)
def test_what_cannot_be_drafted_or_proved_is_told(run: Run, args: tuple[str, ...], code: int, told: str) -> None:
    result = run("order", *args)
    assert result.exit_code == code
    assert told in result.stderr


def test_a_document_of_somebody_else_is_no_draft(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.docx"
    Document().save(str(path))
    result = run("order", "--verify", path)
    assert result.exit_code == 2
    assert "không phải dự thảo" in result.stderr


def test_candidate_teams_are_annexed_with_roles_and_quotes_and_a_missing_house_is_told(run: Run, draft: Path) -> None:
    drafted = json.loads(run("order", "need-1", "--json").stdout)
    (annex,) = [one for one in drafted["annexes"] if one["name"] == "teams"]
    first = {one["role"]: one for one in annex["entries"] if one["team"] == 1}
    assert first["lead"]["id"] == "sci-1"
    assert first["lead"]["said"]
    assert first["owner"]["name"]["text"] == "Công ty TNHH Gỗ Suối Mơ"
    assert "Tổ 1" in first["owner"]["text"]
    assert any("Nhà nước" in note for note in drafted["notes"])
    assert "Tổ ba nhà" in words_of(draft)
    assert re.search(r"^Tổ 1$", words_of(draft), re.MULTILINE)
    assert verify(run, draft)[1]["holds"]


def annex_of_teams(run: Run, *ids: str) -> dict[str, Any]:
    drafted = json.loads(run("order", *ids, "--json").stdout)
    found: dict[str, Any] = next(one for one in drafted["annexes"] if one["name"] == "teams")
    return found


def test_the_annex_of_teams_has_every_reservation_that_the_teams_have(run: Run, tmp_path: Path) -> None:
    store(tmp_path / "data", [OFFICE, INSURED])
    annex, found = annex_of_teams(run, "need-tem"), json.loads(run("team", "need-tem", "--teams", "2", "--json").stdout)
    assert [one["doubts"] for one in annex["teams"]] == [one["doubts"] for one in found["teams"]]
    for number, (listed, team) in enumerate(zip(annex["teams"], found["teams"], strict=True), 1):
        assert [one["text"] for one in listed["unanswered"]] == [one["text"] for one in team["uncovered"]] != []
        doubts = {one["role"]: one["doubts"] for one in annex["entries"] if one["team"] == number}
        assert doubts["lead"] == next(one["doubts"] for one in team["members"] if one["role"] == "lead") != []
        assert [one for one in doubts["orderer"] if "cần hỏi lại" in one]
    path = tmp_path / "doubted.docx"
    assert run("order", "need-tem", "--output", path).exit_code == 0
    shown = words_of(path)
    assert "Đoàn Thị Minh Sương đứng chủ nhiệm tổ này chỉ theo thứ hạng" in shown
    assert "Chưa đủ căn cứ; hồ sơ của đơn vị chưa có câu nào nói tới việc này: cần hỏi lại" in shown
    assert "Chưa ai trong tổ đáp ứng:\nCần hợp đồng bảo hiểm cho hộ trồng rừng" in shown
    assert "! " + found["teams"][0]["doubts"][0] in run("order", "need-tem").stdout
    code, proof = verify(run, path)
    assert (code, proof["unproved"], proof["lost"]) == (0, [], [])
    edit(path, "chỉ theo thứ hạng", "nhờ năng lực")
    assert [one for one in verify(run, path)[1]["lost"] if "chỉ theo thứ hạng" in one]


def test_a_house_that_is_missing_is_named_with_what_to_look_for(run: Run, draft: Path) -> None:
    annex, found = annex_of_teams(run, "need-1"), json.loads(run("team", "need-1", "--json").stdout)
    assert annex["missing_houses"] == found["missing_houses"] != []
    for missing in found["missing_houses"]:
        assert missing["text"] in words_of(draft)
        assert all(f"– {one}" in words_of(draft) for one in missing["look_for"])


def test_without_scientists_what_nobody_answers_is_quoted_from_each_need(run: Run, tmp_path: Path) -> None:
    assert run("remove", "sci-1", "sci-2").exit_code == 0
    annex = annex_of_teams(run, "need-1", "need-partly")
    (science,) = [one for one in annex["missing_houses"] if one["house"] == "science"]
    assert "nhà khoa học" in science["text"]
    said = {(one["record"], one["text"]) for team in annex["teams"] for one in team["unanswered"]}
    assert ("need-1", "Cần chế độ sấy cho gỗ dày 50 mm") in said
    assert ("need-partly", "Cần chế độ sấy cho gỗ tràm dày 40 mm") in said
    path = tmp_path / "unanswered.docx"
    assert run("order", "need-1", "need-partly", "--output", path).exit_code == 0
    assert "Cần chế độ sấy cho gỗ tràm dày 40 mm" in words_of(path).partition("Tổ ba nhà")[2]
    assert verify(run, path)[0] == 0


def test_a_confidential_requirement_that_nobody_answers_is_marked(run: Run, tmp_path: Path) -> None:
    secret = {"name": "requirements", "text": "Cần men sứ số chín.", "visibility": "confidential"}
    store(tmp_path / "data", [{"id": "need-men", "kind": "need", "title": "Men sứ", "sections": [secret]}])
    assert run("remove", "sci-1", "sci-2").exit_code == 0
    path = tmp_path / "secret.docx"
    assert run("order", "need-men", "--with-confidential", "--output", path).exit_code == 0
    lines = [line for line in words_of(path).split("\n") if "men sứ số chín" in line]
    assert len(lines) > 1
    assert all(line.startswith("[bảo mật] ") for line in lines)


def test_entries_are_listed_team_after_team() -> None:
    name = SourcedSentence(record="a", value="title", start=0, end=1, text="A", mark=1, confidential=False)
    entries = [AnnexEntry(id=id, kind="scientist", about="", name=name, said=(), team=team) for id, team in ID_TEAMS]
    teams = (AnnexTeam(number=1), AnnexTeam(number=2))
    annex = OrderAnnex(name="teams", label="Tổ", entries=tuple(entries), teams=teams)
    assert [(team.number, [entry.id for entry in members]) for team, members in annex.by_team()] == [
        (1, ["a", "b"]), (2, ["a", "c"]),
    ]  # fmt: skip


def test_a_handover_before_acceptance_is_told(run: Run, tmp_path: Path) -> None:
    assert not json.loads(run("order", "task-1", "--form", "handover", "--json").stdout)["notes"]
    running = {**TASK, "id": "task-2", "facts": {**TASK["facts"], "status": "Đang thực hiện"}}
    store(tmp_path / "data", [running])
    (note,) = json.loads(run("order", "task-2", "--form", "handover", "--json").stdout)["notes"]
    assert "Đang thực hiện" in note
    assert "nghiệm thu" in note


def test_needs_without_anything_in_common_are_told_and_drafted(run: Run) -> None:
    result = run("order", "need-1", "need-masked", "--json")
    drafted = json.loads(result.stdout)
    assert any("hầu như không có điểm chung" in note for note in drafted["notes"])
    urgency = next(field for field in drafted["fields"] if field["key"] == "urgency")
    counted = urgency["parts"][0]["pieces"][0]["text"]
    assert "nêu vấn đề này" not in counted
    assert "2 phiếu hầu như không có điểm chung" in counted


def test_needs_like_one_are_listed_with_reasons_and_can_be_left_out(run: Run, tmp_path: Path) -> None:
    again = [{**one, "text": one["text"].replace("một", "1")} for one in RECORDS[0]["sections"]]
    store(tmp_path / "data", [{**RECORDS[0], "id": "need-again", "sections": again}])
    result = run("order", "--like", "need-1", "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    drafted = json.loads(result.stdout)
    joined = {one["id"]: one for one in drafted["subjects"]}
    assert set(joined) == {"need-1", "need-again"}
    assert joined["need-again"]["why"][0]["mine"]["text"] in RECORDS[0]["sections"][1]["text"]
    assert "need-partly" in [one["id"] for one in drafted["near"]]
    assert any("Gỗ tràm bị cong khi sấy" in note for note in drafted["notes"])
    alone = json.loads(run("order", "--like", "need-1", "--without", "need-again", "--json").stdout)
    assert [one["id"] for one in alone["subjects"]] == ["need-1"]


def test_a_task_that_does_not_stand_out_is_not_annexed(run: Run, tmp_path: Path) -> None:
    sections = [{"name": "objectives", "text": "Phần mềm quản lý hồ sơ khám bệnh và lịch hẹn của trạm y tế."}]
    others = [{**TASK, "id": f"task-{n}", "title": f"Hồ sơ khám bệnh {n}", "sections": sections} for n in range(2, 14)]
    store(tmp_path / "data", others)
    drafted = json.loads(run("order", "need-1", "--json").stdout)
    (annex,) = [one for one in drafted["annexes"] if one["name"] == "tasks"]
    assert [one["id"] for one in annex["entries"]] == ["task-1"]
    assert annex["entries"][0]["said"]
    assert annex["entries"][0]["text"]


@pytest.fixture(params=["officer", "nobody"])
def client(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv(f"{PREFIX}MODEL", "none")
    store(tmp_path, [*RECORDS, TASK, SECRET])
    with serving(settings_for(tmp_path, request.param, model="none")) as client:
        yield client


def test_over_http_the_draft_is_json_or_a_document_that_proves_itself(client: TestClient, tmp_path: Path) -> None:
    asked = {"ids": ["need-1", "need-partly"]}
    drafted = client.post("/api/v1/orders", json=asked).json()
    assert len(drafted["fields"]) == 15
    assert "bí mật" not in json.dumps(drafted, ensure_ascii=False)
    path = tmp_path / "posted.docx"
    path.write_bytes(client.post("/api/v1/orders", json={**asked, "format": "docx"}).content)
    index = Index(tmp_path, None)
    proof = prove_document(index, path, str)
    index.store.close()
    assert proof.holds
    assert proof.proved == proof.claimed > 8


def test_only_officers_draft_with_what_is_hidden(client: TestClient, request: pytest.FixtureRequest) -> None:
    asked = {"ids": ["need-masked"], "with_identities": True}
    answer = client.post("/api/v1/orders", json=asked)
    is_officer = "[officer]" in request.node.name
    assert answer.status_code == (200 if is_officer else 403)
    assert ("Trăng Khuyết" in answer.text) == is_officer
    assert client.get("/api/v1/records/need-hidden/order").status_code == (422 if is_officer else 404)


def test_the_page_links_sentences_to_their_places_and_marks_gaps(client: TestClient) -> None:
    page = client.get("/ho-so/need-1/dat-hang?giong=1")
    assert page.status_code == 200
    assert 'href="/ho-so/need-1?tu=0&amp;den=49&amp;phan=0#s0"' in page.text
    assert page.text.count('class="gap"') > 10
    assert "need-partly" in page.text
    assert "bí mật" not in page.text
    assert "/ho-so/need-1/dat-hang" in client.get("/ho-so/need-1").text
    document = client.get("/api/v1/records/need-1/order.docx?with=need-partly")
    assert "Cần chế độ sấy cho gỗ tràm dày 40 mm." in words_of(BytesIO(document.content))
    assert client.get("/ho-so/task-1/dat-hang").status_code == 200
    assert client.get("/ho-so/sci-1/dat-hang").status_code == 422


def test_records_are_not_changed_by_drafting(run: Run, tmp_path: Path) -> None:
    def held() -> list[Record]:
        index = Index(tmp_path / "data", None)
        records = sorted(index.store.records(), key=lambda one: one.id)
        index.store.close()
        return records

    before = held()
    assert run("order", "need-1").exit_code == 0
    assert held() == before
