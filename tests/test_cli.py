"""The command line keeps its contract: arguments, pure JSON, exit codes, words."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from toy_encoder import ToyEncoder
from typer.testing import CliRunner

from api.cli import app
from api.settings import DEFAULT_PORT, PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    "order",
    "overlap",
    "ingest",
    "read",
    "search",
    "match",
    "show",
    "list",
    "remove",
    "retire",
    "duplicates",
    "distinguish",
    "merge",
    "part",
    "correct",
    "corrections",
    "council",
    "declarations",
    "declare",
    "judge",
    "judgements",
    "learn",
    "gaps",
    "team",
    "assign",
    "reembed",
    "evaluate",
    "serve",
    "doctor",
)
RECORDS: list[dict[str, Any]] = [
    {
        "id": "nkh-say",
        "kind": "scientist",
        "title": "Nguyễn Thị Sấy",
        "sections": [{"name": "work", "text": "Điều khiển nhiệt độ và độ ẩm lò sấy gỗ cao su", "year": 2022}],
    },
    {
        "id": "nkh-tom",
        "kind": "scientist",
        "title": "Trần Văn Tôm",
        "sections": [{"name": "work", "text": "Nuôi tôm thẻ chân trắng trong nhà kính"}],
    },
    {
        "id": "nhu-cau-go",
        "kind": "need",
        "title": "Giảm cong vênh của gỗ cao su khi sấy",
        "sections": [{"name": "requirements", "text": "Điều khiển tự động độ ẩm lò sấy; phế phẩm dưới 5%."}],
    },
]

Run = Callable[..., Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command in this process, by words only, on a data folder of its own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("BANHA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BANHA_MODEL", "none")

    def invoke(*args: object, input: bytes | str | None = None) -> Any:
        return CliRunner().invoke(app, [str(arg) for arg in args], input=input, prog_name="banha")

    return invoke


@pytest.fixture
def records_file(tmp_path: Path) -> Path:
    path = tmp_path / "ho-so.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS), "utf-8")
    return path


@pytest.fixture
def filled(run: Run, records_file: Path) -> Run:
    """`run` on a folder that holds the records."""
    assert run("ingest", records_file).exit_code == 0
    return run


def text_at(record: dict[str, Any], quote: dict[str, Any]) -> str:
    whole = record["title"] if quote["section"] is None else record["sections"][quote["section"]]["text"]
    return str(whole[quote["start"] : quote["end"]])


# What every command shares


def test_the_commands_are_those_of_the_contract() -> None:
    assert {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    } == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_in_the_readme(command: str) -> None:
    assert f"banha {command}" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_vietnamese(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Cách dùng: banha" in result.stdout
    assert "Hiện trợ giúp này." in result.stdout


@pytest.mark.parametrize("command", [(), *((command,) for command in COMMANDS)])
def test_help_says_no_word_of_english(run: Run, command: tuple[str, ...]) -> None:
    shown = run(*command, "--help").stdout
    assert not re.findall(r"required|default|OPTIONS|ARGS|Usage|<bool>|list\[", shown)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--data",), "--data cần một giá trị."),
        (("search", "--limit"), "--limit cần một giá trị."),
        (("list", "gỗ", "cao su"), "Thừa so với những gì lệnh nhận: gỗ cao su."),
        (("ingest",), "Thiếu PATH."),
    ],
)
def test_wrong_usage_is_said_in_vietnamese(run: Run, args: tuple[str, ...], said: str) -> None:
    assert said in run(*args).stderr


def test_the_port_is_the_same_everywhere(run: Run) -> None:
    assert f"[mặc định: {DEFAULT_PORT}]" in run("serve", "--help").stdout
    for name in ("README.md", "Makefile"):
        named = re.findall(r"127\.0\.0\.1:(\d+)", (ROOT / name).read_text("utf-8"))
        assert set(named) == {str(DEFAULT_PORT)}


def test_help_is_english_when_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANHA_LANG", "en")
    assert "Usage: banha" in run("--help").stdout


def test_the_version_is_shown(run: Run) -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout.split()[0]) == (0, "banha")


@pytest.mark.parametrize(
    "args",
    [
        ("no-such-command",),
        ("search",),
        ("search", "gỗ", "--limit", "0"),
        ("search", "gỗ", "--limit", "1001"),
        ("search", "gỗ", "--limit", "nhiều"),
        ("search", "gỗ", "--kind", "robot"),
        ("search", "gỗ", "--no-such-option"),
        ("match", "nhu-cau-go"),
        ("match", "nhu-cau-go", "--to", "robot"),
        ("match", "nhu-cau-go", "--to", "scientist", "--output", "x.pdf"),
        ("read", "x.txt", "--text", "--json"),
        ("show",),
        ("list", "--output", "danh-sach.csv"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_why_on_standard_error(run: Run, args: tuple[str, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_a_setting_that_cannot_be_used_is_wrong_usage(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANHA_LANG", "fr")
    result = run("list")
    assert result.exit_code == 2
    assert "BANHA_LANG" in result.stderr


@pytest.mark.parametrize(
    "args", [("list",), ("search", "gỗ"), ("ingest", "x"), ("doctor",), ("show", "x"), ("remove", "x")]
)
def test_a_data_folder_that_cannot_be_used_ends_with_5(run: Run, tmp_path: Path, args: tuple[str, ...]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    result = run("--data", blocked, *args)
    assert result.exit_code == 5
    assert "File exists" not in result.stderr
    assert str(blocked) in result.stdout + result.stderr


def test_a_damaged_database_ends_with_5(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "banha.sqlite").write_bytes(b"this is no database" * 500)
    assert run("list").exit_code == 5


@pytest.mark.parametrize("args", [("show", "nkh-say"), ("list",), ("remove", "nkh-say"), ("search", "gỗ")])
def test_a_database_damaged_in_the_middle_ends_with_5(filled: Run, tmp_path: Path, args: tuple[str, ...]) -> None:
    database = tmp_path / "data" / "banha.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(database.read_bytes())
    # All but the first page, which names the tables: the file still opens as a database.
    content[page_size:] = b"\xa5" * (len(content) - page_size)
    database.write_bytes(content)
    result = filled(*args)
    assert (result.exit_code, result.stdout) == (5, "")
    assert str(database.parent) in result.stderr
    assert "hỏng" in result.stderr
    assert "malformed" not in result.stderr


def test_the_data_option_overrules_the_environment(filled: Run, tmp_path: Path) -> None:
    assert json.loads(filled("--data", tmp_path / "other", "list", "--json").stdout) == []
    assert len(json.loads(filled("list", "--json").stdout)) == 3


def test_without_a_model_a_line_says_that_answers_go_by_words(filled: Run) -> None:
    result = filled("search", "gỗ", "--json")
    assert json.loads(result.stdout)["mode"] == "lexical"
    assert "chỉ tìm theo từ" in result.stderr


# ingest and read


def test_ingest_names_what_was_stored_and_what_is_unchanged(run: Run, records_file: Path) -> None:
    first = json.loads(run("ingest", records_file, "--json").stdout)
    assert [stored["id"] for stored in first["stored"]] == [record["id"] for record in RECORDS]
    assert first["unchanged"] == first["refused"] == []
    again = json.loads(run("ingest", records_file, "--json").stdout)
    assert again["stored"] == []
    assert len(again["unchanged"]) == 3


def test_a_path_that_may_not_be_read_does_not_stop_the_others(run: Run, records_file: Path, tmp_path: Path) -> None:
    closed = tmp_path / "khóa.txt"
    closed.write_text("Gỗ")
    closed.chmod(0)
    if os.access(closed, os.R_OK):
        pytest.skip("root may read everything")
    result = run("ingest", closed, records_file, "--json")
    assert result.exit_code == 3
    report = json.loads(result.stdout)
    assert [refused["file"] for refused in report["refused"]] == ["khóa.txt"]
    assert len(report["stored"]) == 3


def test_an_interrupt_says_what_became_of_the_files(
    run: Run, records_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.ingest_paths", interrupt)
    result = run("ingest", records_file, "--json")
    assert (result.exit_code, result.stdout) == (130, "")
    assert "Đã dừng." in result.stderr


def test_ingest_stores_the_rest_and_ends_with_3_when_something_was_refused(
    run: Run, records_file: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "hỏng.docx"
    bad.write_bytes(b"PK\x03\x04 cut off")
    result = run("ingest", records_file, bad, tmp_path / "không có.docx", "--json")
    assert result.exit_code == 3
    report = json.loads(result.stdout)
    assert len(report["stored"]) == 3
    assert [problem["file"] for problem in report["refused"]] == ["hỏng.docx", "không có.docx"]
    assert all(problem["reason"] for problem in report["refused"])


def test_ingest_ends_with_a_table_for_people(run: Run, records_file: Path, tmp_path: Path) -> None:
    (tmp_path / "rỗng.txt").write_bytes(b"")
    result = run("ingest", records_file, tmp_path / "rỗng.txt")
    assert result.exit_code == 3
    for words in ("nhu-cau-go", "Nguyễn Thị Sấy", "rỗng.txt", "Đã lưu: 3. Không đổi: 0. Không nhận: 1."):
        assert words in result.stdout


def test_a_refused_row_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ho-so.jsonl"
    path.write_text(json.dumps(RECORDS[0]) + '\n{"kind": "need", "sections": []}\n', "utf-8")
    result = run("ingest", path, "--json")
    assert result.exit_code == 3
    (problem,) = json.loads(result.stdout)["refused"]
    assert (problem["file"], problem["row"]) == ("ho-so.jsonl", 2)


def test_read_shows_records_with_their_sources_and_stores_nothing(run: Run, records_file: Path, tmp_path: Path) -> None:
    result = run("read", records_file, "--json")
    assert result.exit_code == 0
    read = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["title"] for record in read] == [record["title"] for record in RECORDS]
    assert all(source["file"] == "ho-so.jsonl" for record in read for source in record["sources"])
    assert not (tmp_path / "data").exists()


def test_read_gives_the_recovered_text(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ghi chú.txt"
    path.write_text("Ông Nguyễn Văn A, điện thoại 0912345678\nDòng hai\n", "utf-16")
    assert run("read", path, "--text").stdout == "Ông Nguyễn Văn A, điện thoại 0912345678\nDòng hai\n"


def test_read_names_what_cannot_be_read(run: Run, tmp_path: Path) -> None:
    result = run("read", tmp_path / "không có.docx", "--json")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "không có.docx" in result.stderr


def test_read_for_people_shows_sections(run: Run, records_file: Path) -> None:
    assert "Nuôi tôm thẻ chân trắng" in run("read", records_file).stdout


# search


def test_search_answers_as_the_contract_says(filled: Run) -> None:
    result = filled("search", "sấy gỗ cao su", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert list(answer) == ["query", "mode", "versions", "suggestion", "forms", "hits"]
    assert set(answer["versions"]) == {"model", "segmenter", "rules", "weights"}
    by_id = {record["id"]: record for record in RECORDS}
    assert answer["hits"]
    for hit in answer["hits"]:
        assert list(hit) == ["id", "kind", "title", "score", "section", "start", "end", "text"]
        assert hit["text"] == text_at(by_id[hit["id"]], hit)


def test_search_says_which_other_forms_of_an_abbreviation_it_looked_for(filled: Run) -> None:
    assert "Đã tìm cả: công nghệ thông tin" in filled("search", "ứng dụng CNTT").stdout
    assert "Đã tìm cả" not in filled("search", "nuôi tôm").stdout


def test_search_finds_without_accents_and_suggests_them(filled: Run) -> None:
    answer = json.loads(filled("search", "nuoi tom", "--json").stdout)
    assert answer["hits"][0]["id"] == "nkh-tom"
    assert "Có phải bạn tìm: nuôi tôm" in filled("search", "nuoi tom").stdout


def test_search_keeps_to_the_kind_and_the_limit(filled: Run) -> None:
    answer = json.loads(filled("search", "gỗ cao su", "--kind", "need", "--limit", "1", "--json").stdout)
    assert [hit["id"] for hit in answer["hits"]] == ["nhu-cau-go"]


@pytest.mark.parametrize("text", ["g", "và của các", "gỗ " * 3_000, "[bold]gỗ[/bold] {x} %s", "gỗ\x1b[31m", "gỗ 🎉"])
def test_odd_texts_get_an_answer(filled: Run, text: str) -> None:
    assert filled("search", text).exit_code == 0
    assert "hits" in json.loads(filled("search", text, "--json").stdout)


@pytest.mark.parametrize("text", ["", "   ", "🎉🎉", "?!…", "gỗ " * 33_000])
def test_texts_that_cannot_be_searched_for_are_refused_in_words(filled: Run, text: str) -> None:
    result = filled("search", text)
    assert result.exit_code == 2
    assert result.stderr.strip()


def test_searching_nothing_finds_nothing(run: Run) -> None:
    assert json.loads(run("search", "gỗ", "--json").stdout)["hits"] == []
    assert "Không tìm thấy" in run("search", "gỗ").stdout


# match


def test_match_answers_as_the_contract_says(filled: Run) -> None:
    result = filled("match", "nhu-cau-go", "--to", "scientist", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert list(answer) == ["record", "to", "mode", "versions", "pairings"]
    assert answer["record"] == {"id": "nhu-cau-go", "title": RECORDS[2]["title"]}
    assert [pairing["id"] for pairing in answer["pairings"]] == ["nkh-say", "nkh-tom"]
    by_id = {record["id"]: record for record in RECORDS}
    for pairing in answer["pairings"]:
        assert list(pairing) == [
            "id",
            "title",
            "score",
            "likelihood",
            "basis",
            "signals",
            "evidence",
            "missing",
            "lacking",
            "key_terms",
        ]
        for pair in pairing["evidence"]:
            assert pair["query"]["text"] == text_at(RECORDS[2], pair["query"])
            assert pair["candidate"]["text"] == text_at(by_id[pairing["id"]], pair["candidate"])
        for quote in pairing["missing"]:
            assert quote["text"] == text_at(RECORDS[2], quote)


def test_match_for_people_quotes_both_sides(filled: Run) -> None:
    result = filled("match", "nhu-cau-go", "--to", "scientist", "--limit", "1")
    assert result.exit_code == 0
    assert "Nguyễn Thị Sấy" in result.stdout
    assert "lò sấy" in result.stdout


def test_where_the_candidates_ask_their_words_are_what_is_asked(filled: Run) -> None:
    for given in (["--to", "need"], ["--explain", "nhu-cau-go"]):
        lines = filled("match", "nkh-tom", *given).stdout.split("\n")
        asked = [line.split(": ", 1)[1] for line in lines if line.startswith("    Cần: ")]
        need = " ".join(str(RECORDS[2]).split())
        assert asked
        assert all(one in need for one in asked)
        assert not [line for line in lines if line.startswith("    Ứng viên: ")]
        lacking = json.loads(filled("match", "nkh-tom", "--to", "need", "--json").stdout)["pairings"][0]["lacking"]
        assert lacking
        assert all(quote["text"] == text_at(RECORDS[2], quote) for quote in lacking)


def test_a_file_is_matched_without_being_stored(filled: Run, tmp_path: Path) -> None:
    path = tmp_path / "nhu cầu.json"
    path.write_text(json.dumps({"kind": "need", "title": "Nuôi tôm trong nhà kính"}), "utf-8")
    answer = json.loads(filled("match", path, "--to", "scientist", "--json").stdout)
    assert answer["record"] == {"id": None, "title": "Nuôi tôm trong nhà kính"}
    assert answer["pairings"][0]["id"] == "nkh-tom"
    assert len(json.loads(filled("list", "--json").stdout)) == 3


def test_a_file_of_several_records_is_matched_by_its_first(filled: Run, records_file: Path) -> None:
    result = filled("match", records_file, "--to", "need", "--json")
    assert json.loads(result.stdout)["record"]["title"] == RECORDS[0]["title"]
    assert "3 hồ sơ" in result.stderr


def test_a_file_that_is_stored_is_not_its_own_match(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "nhu cầu.json"
    path.write_text(json.dumps({"kind": "need", "title": "Nuôi tôm trong nhà kính"}), "utf-8")
    (stored,) = json.loads(run("ingest", path, "--json").stdout)["stored"]
    answer = json.loads(run("match", path, "--to", "need", "--json").stdout)
    assert answer["record"]["id"] == stored["id"]
    assert answer["pairings"] == []


def test_a_record_is_matched_from_standard_input(filled: Run) -> None:
    record = json.dumps({"kind": "need", "title": "Nuôi tôm", "sections": []})
    answer = json.loads(filled("match", "-", "--to", "scientist", "--json", input=record).stdout)
    assert (answer["record"]["title"], answer["pairings"][0]["id"]) == ("Nuôi tôm", "nkh-tom")


def test_plain_text_on_standard_input_is_taken_as_a_need(filled: Run) -> None:
    text = "Sấy gỗ cao su\nCần điều khiển độ ẩm lò sấy."
    answer = json.loads(filled("match", "-", "--to", "scientist", "--json", input=text).stdout)
    assert answer["record"]["title"] == "Sấy gỗ cao su"
    assert answer["pairings"][0]["id"] == "nkh-say"


@pytest.mark.parametrize("name", ["proposal_utf8.txt", "proposal_utf16.txt", "proposal.docx", "tasks_utf8bom.csv"])
def test_standard_input_is_read_like_the_file(filled: Run, shared: Path, name: str) -> None:
    path = shared / "samples" / name
    read = json.loads(filled("match", path, "--to", "scientist", "--json").stdout)
    piped = json.loads(filled("match", "-", "--to", "scientist", "--json", input=path.read_bytes()).stdout)
    assert piped["record"]["title"] == read["record"]["title"]
    assert [pairing["id"] for pairing in piped["pairings"]] == [pairing["id"] for pairing in read["pairings"]]


def test_personal_data_on_standard_input_is_masked(filled: Run) -> None:
    text = "Sấy gỗ cao su, gọi 0912 345 678\nCần điều khiển độ ẩm lò sấy, an@congty.vn."
    answer = filled("match", "-", "--to", "scientist", "--json", input=text).stdout
    assert "0912" not in answer
    assert "an@congty" not in answer
    assert json.loads(answer)["pairings"]


@pytest.mark.parametrize(
    "query",
    [
        {"id": "q 1", "record": {"kind": "need", "title": "Nuôi tôm"}},
        {"id": "q 1", "text": "Nuôi tôm"},
    ],
)
def test_a_query_of_an_evaluation_is_matched_from_standard_input(filled: Run, query: dict[str, Any]) -> None:
    lines = "\n".join([json.dumps(query), json.dumps(query)])
    for given in (lines, json.dumps(query)):
        result = filled("match", "-", "--to", "scientist", "--json", input=given)
        answer = json.loads(result.stdout)
        assert (answer["record"]["title"], answer["pairings"][0]["id"]) == ("Nuôi tôm", "nkh-tom")


def test_a_sign_without_a_word_is_not_matched(filled: Run) -> None:
    result = filled("match", "-", "--to", "scientist", input="🙂")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "từ" in result.stderr


@pytest.mark.parametrize(("given", "code"), [("", 2), ("  \n", 2), ("{not json", 3), (b"\x00\xff\x00\x01" * 50, 3)])
def test_standard_input_that_is_no_record_is_refused(filled: Run, given: bytes | str, code: int) -> None:
    result = filled("match", "-", "--to", "scientist", input=given)
    assert (result.exit_code, result.stdout) == (code, "")
    assert "Traceback" not in result.stderr


def test_what_is_both_an_id_and_a_file_is_taken_as_the_id(
    filled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nhu-cau-go").write_text("Nuôi tôm", "utf-8")
    answer = json.loads(filled("match", "nhu-cau-go", "--to", "scientist", "--json").stdout)
    assert answer["record"]["title"] == RECORDS[2]["title"]


def test_a_match_is_written_as_a_spreadsheet(filled: Run, tmp_path: Path) -> None:
    path = tmp_path / "kết quả.xlsx"
    result = filled("match", "nhu-cau-go", "--to", "scientist", "--output", path)
    assert result.exit_code == 0
    sheet = load_workbook(BytesIO(path.read_bytes())).active
    assert sheet is not None
    assert "nkh-say" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_all_records_of_a_kind_are_matched_as_one_job(filled: Run, tmp_path: Path) -> None:
    found = json.loads(filled("match", "--all", "--kind", "proposal", "--to", "scientist", "--json").stdout)
    assert (found["kind"], found["to"]) == ("proposal", "scientist")
    assert [paired["record"]["id"] for paired in found["records"]] == sorted(
        record["id"] for record in RECORDS if record["kind"] == "proposal"
    )
    for paired in found["records"]:
        one = json.loads(filled("match", paired["record"]["id"], "--to", "scientist", "--json").stdout)
        assert [pair["id"] for pair in paired["pairs"]] == [pairing["id"] for pairing in one["pairings"]]
    written = tmp_path / "all.xlsx"
    assert filled("match", "--all", "--kind", "proposal", "--output", written).exit_code == 0
    sheet = load_workbook(BytesIO(written.read_bytes())).active
    assert sheet is not None
    ids = [row[4] for row in sheet.iter_rows(values_only=True) if isinstance(row[2], int)]
    assert ids == [pair["id"] for paired in found["records"] for pair in paired["pairs"]]


@pytest.mark.parametrize(
    "given", [[], ["--all", "need-1"], ["need-1"], ["--all", "--explain", "x"], ["x", "--kind", "need", "--to", "need"]]
)
def test_what_to_match_is_said_once(filled: Run, given: list[str]) -> None:
    assert filled("match", *given).exit_code == 2


def test_the_explained_candidate_says_which_kind_is_meant(filled: Run) -> None:
    paired = json.loads(filled("match", "--all", "--json").stdout)["records"][0]
    given = ("match", paired["record"]["id"], "--explain", paired["pairs"][0]["id"])
    assert filled(*given).stdout == filled(*given, "--to", "scientist").stdout != ""
    assert filled("match", paired["record"]["id"], "--explain", "nobody").exit_code == 4


def test_an_explanation_says_that_there_is_not_enough_evidence(filled: Run) -> None:
    listed = json.loads(filled("match", "--all", "--json").stdout)["records"]
    pairs = [(one["record"]["id"], pair) for one in listed for pair in one["pairs"]]
    for doubted in (True, False):
        id, pair = next(one for one in pairs if (one[1]["basis"] == "insufficient") == doubted)
        assert ("chưa đủ căn cứ" in filled("match", id, "--explain", pair["id"]).stdout) == doubted


def test_the_matched_file_is_never_overwritten(filled: Run, shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "need.docx"
    path.write_bytes((shared / "samples" / "need.docx").read_bytes())
    assert filled("match", path, "--to", "scientist", "--output", path).exit_code == 2
    assert path.read_bytes() == (shared / "samples" / "need.docx").read_bytes()


# show, list, remove


@pytest.mark.parametrize("args", [("show", "x"), ("match", "x", "--to", "need"), ("remove", "x")])
def test_an_unknown_record_ends_with_4(filled: Run, args: tuple[str, ...]) -> None:
    result = filled(*args)
    assert (result.exit_code, result.stdout) == (4, "")
    assert "Không có hồ sơ x." in result.stderr


def test_show_gives_the_record_with_its_sources(filled: Run) -> None:
    shown = json.loads(filled("show", "nkh-say", "--json").stdout)
    assert list(shown) == ["id", "kind", "house", "title", "sections", "facts", "sources"]
    assert shown["sections"][0]["text"] == RECORDS[0]["sections"][0]["text"]
    assert shown["sources"][0]["file"] == "ho-so.jsonl"
    assert "Điều khiển nhiệt độ" in filled("show", "nkh-say").stdout


def test_list_is_one_array_by_kind_and_id(filled: Run) -> None:
    listed = json.loads(filled("list", "--json").stdout)
    assert [record["id"] for record in listed] == ["nhu-cau-go", "nkh-say", "nkh-tom"]
    only = json.loads(filled("list", "--kind", "need", "--json").stdout)
    assert [record["id"] for record in only] == ["nhu-cau-go"]
    assert filled("list").stdout.count("\n") == 3


def test_remove_removes_the_others_when_one_is_unknown(filled: Run) -> None:
    result = filled("remove", "nkh-say", "x", "nkh-tom")
    assert result.exit_code == 4
    assert [record["id"] for record in json.loads(filled("list", "--json").stdout)] == ["nhu-cau-go"]
    assert json.loads(filled("search", "nuôi tôm", "--json").stdout)["hits"] == []


def test_reembed_without_a_model_says_so(filled: Run) -> None:
    result = filled("reembed")
    assert result.exit_code == 5
    assert "BANHA_MODEL=none" in result.stderr


def test_reembed_gives_vectors_to_what_was_stored_without(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.workspace.find_encoder", lambda *_: (ToyEncoder(), None))
    assert "banha reembed" in filled("search", "gỗ").stderr
    assert filled("reembed").exit_code == 0
    assert json.loads(filled("search", "gỗ", "--json").stdout)["mode"] == "hybrid"


# evaluate, doctor


def test_evaluate_ranks_and_measures(run: Run, records_file: Path, tmp_path: Path) -> None:
    queries, qrels, out = tmp_path / "queries.jsonl", tmp_path / "qrels", tmp_path / "run"
    lines = [{"id": "q1", "record": RECORDS[2]}, {"id": "q2", "text": "nuôi tôm"}]
    queries.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    qrels.write_text("q1 0 nkh-say 1\nq2 0 nkh-tom 0.5\n", "utf-8")
    result = run(
        "evaluate",
        *("--records", records_file, "--queries", queries, "--to", "scientist"),
        *("--qrels", qrels, "--run", out, "--json"),
    )
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert (answer["records"], answer["queries"], answer["mode"]) == (3, 2, "lexical")
    assert answer["measures"]["banha"]["nDCG@10"]["mean"] == 1.0
    assert out.read_text().startswith("q1 Q0 nkh-say 1 ")
    assert not (tmp_path / "data").exists()


def test_evaluate_measures_the_rest_when_a_line_is_no_record(run: Run, records_file: Path, tmp_path: Path) -> None:
    with records_file.open("a", encoding="utf-8") as stream:
        stream.write("not json\n")
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": "q1", "text": "nuôi tôm"}\n', "utf-8")
    result = run("evaluate", "--records", records_file, "--queries", queries)
    assert result.exit_code == 3
    assert result.stdout.startswith("q1 Q0 nkh-tom 1 ")
    assert "hàng 4" in result.stderr


def test_evaluate_without_a_kind_ranks_all_other_records(run: Run, records_file: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text(json.dumps({"id": "q1", "record": RECORDS[2]}) + "\n", "utf-8")
    result = run("evaluate", "--records", records_file, "--queries", queries)
    assert result.exit_code == 0
    assert [line.split()[2] for line in result.stdout.splitlines()] == ["nkh-say", "nkh-tom"]


def test_evaluate_without_its_files_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    assert run("evaluate", "--records", tmp_path / "x", "--queries", tmp_path / "y").exit_code == 2


@pytest.mark.parametrize("judgements", ["q1 nkh-say 1", "q1 0 nkh-say nhiều", "khac 0 nkh-say 1", ""])
def test_evaluate_with_judgements_of_something_else_is_wrong_usage(
    run: Run, records_file: Path, tmp_path: Path, judgements: str
) -> None:
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels"
    queries.write_text('{"id": "q1", "text": "nuôi tôm"}\n', "utf-8")
    qrels.write_text(judgements, "utf-8")
    result = run("evaluate", "--records", records_file, "--queries", queries, "--qrels", qrels)
    assert (result.exit_code, result.stdout) == (2, "")


def test_evaluate_names_judged_records_that_are_not_there(run: Run, records_file: Path, tmp_path: Path) -> None:
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels"
    queries.write_text('{"id": "q1", "text": "nuôi tôm"}\n', "utf-8")
    qrels.write_text("q1 0 nkh-tom 1\nq1 0 la-hoac 1\n", "utf-8")
    result = run("evaluate", "--records", records_file, "--queries", queries, "--qrels", qrels)
    assert result.exit_code == 0
    assert "la-hoac" in result.stderr


def test_evaluate_refuses_ids_that_a_run_cannot_tell_apart(run: Run, tmp_path: Path) -> None:
    records, queries = tmp_path / "records.jsonl", tmp_path / "queries.jsonl"
    ids = ("a", "b c", "a", "d")
    lines = [json.dumps({"id": id, "kind": "need", "title": f"Nuôi tôm {at}"}) for at, id in enumerate(ids)]
    records.write_text("\n".join(lines), "utf-8")
    lines = [json.dumps({"id": id, "text": "nuôi tôm"}) for id in ("q1", "q 2", "q1", "q\u00a03", "q4")]
    queries.write_text("\n".join(lines), "utf-8")
    result = run("evaluate", "--records", records, "--queries", queries, "--limit", 5_000)
    assert result.exit_code == 3
    run_lines = [line.split() for line in result.stdout.splitlines()]
    assert {len(line) for line in run_lines} == {6}
    assert [(line[0], line[2]) for line in run_lines if line[3] == "1"] == [("q1", "a"), ("q4", "a")]
    assert {line[2] for line in run_lines} == {"a", "d"}
    for named in ("queries.jsonl", "records.jsonl", "“b c”", "“q 2”", "hàng 2", "hàng 3"):
        assert named.lower() in result.stderr.lower()


def test_a_repeated_id_in_one_file_is_named_and_the_first_kept(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    lines = [{"id": "a", "kind": "need", "title": "Nuôi tôm"}, {"id": "a", "kind": "scientist", "title": "Trần An"}]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    result = run("ingest", path, "--json")
    assert result.exit_code == 3
    answer = json.loads(result.stdout)
    assert [stored["title"] for stored in answer["stored"]] == ["Nuôi tôm"]
    (refused,) = answer["refused"]
    assert "“a”" in json.dumps(refused, ensure_ascii=False)


def test_of_many_refused_rows_the_terminal_names_a_few_and_json_all(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("\n".join([json.dumps({"kind": "need", "title": "Nuôi tôm"}), *["x"] * 100]), "utf-8")
    result = run("ingest", path)
    assert result.exit_code == 3
    assert result.stdout.count("sai cú pháp JSON") == 20
    assert "Còn 80 chỗ khác bị từ chối" in result.stdout
    assert len(json.loads(run("ingest", path, "--json").stdout)["refused"]) == 100


@pytest.mark.parametrize("empty", ["--records", "--queries"])
def test_evaluate_of_nothing_is_wrong_usage(run: Run, records_file: Path, tmp_path: Path, empty: str) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": "q1", "text": "nuôi tôm"}\n', "utf-8")
    nothing = tmp_path / "nothing.jsonl"
    nothing.write_text("\n")
    result = run("evaluate", "--records", records_file, "--queries", queries, empty, nothing)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing.jsonl" in result.stderr


def test_doctor_says_what_works_and_what_is_off(filled: Run) -> None:
    result = filled("doctor", "--json")
    assert result.exit_code == 0
    findings = json.loads(result.stdout)["findings"]
    assert all(set(finding) == {"name", "state", "detail"} for finding in findings)
    states = {finding["name"]: finding["state"] for finding in findings}
    assert (states["Cơ sở dữ liệu"], states["Mô hình ngôn ngữ"]) == ("works", "off")
    assert "3 hồ sơ (" in filled("doctor").stdout
    assert "Nhà khoa học 2" in filled("doctor").stdout


def test_doctor_says_where_the_anchor_lies_and_what_leaves_the_house(
    filled: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def look() -> dict[str, tuple[str, str]]:
        found = json.loads(filled("doctor", "--json").stdout)["findings"]
        return {one["name"]: (one["state"], one["detail"]) for one in found}

    bare = look()
    assert bare["Nhật ký"][0] == "off"
    assert "BANHA_AUDIT_ANCHOR" in bare["Nhật ký"][1]
    assert bare["Thư điện tử"] == ("off", "không gửi: chưa đặt BANHA_SMTP_URL, BANHA_MAIL_FROM, BANHA_PUBLIC_URL")
    assert bare["Địa chỉ công khai"][0] == "off"
    monkeypatch.setenv("BANHA_AUDIT_ANCHOR", str(tmp_path / "noi-khac.txt"))
    monkeypatch.setenv("BANHA_SMTP_URL", "smtps://an:mat-khau@thu.so.vn")
    monkeypatch.setenv("BANHA_WEBHOOK_HOSTS", "noi-bo.so.vn")
    half = look()
    assert half["Nhật ký"] == ("works", f"neo ngoài thư mục dữ liệu, trong {tmp_path / 'noi-khac.txt'}")
    assert half["Thư điện tử"] == ("broken", "không gửi: chưa đặt BANHA_MAIL_FROM, BANHA_PUBLIC_URL")
    assert "noi-bo.so.vn" in half["Webhook"][1]
    monkeypatch.setenv("BANHA_MAIL_FROM", "bao-tin@so.vn")
    monkeypatch.setenv("BANHA_PUBLIC_URL", "https://ba-nha.so.vn")
    whole = look()
    assert whole["Thư điện tử"] == ("works", "gửi qua thu.so.vn:465, người gửi bao-tin@so.vn")
    assert whole["Địa chỉ công khai"][0] == "works"
    assert "mat-khau" not in str(whole)


def test_doctor_ends_with_5_when_the_model_asked_for_cannot_be_used(
    filled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANHA_MODEL", str(tmp_path))
    result = filled("doctor", "--json")
    searched = filled("search", "gỗ")
    assert result.exit_code == searched.exit_code == 5
    assert json.loads(result.stdout)["findings"]
    for words in (str(tmp_path), "Xin chỉ thư mục khác bằng BANHA_MODEL"):
        assert words in searched.stderr
        assert words in result.stdout


def test_doctor_makes_no_data_folder(run: Run, tmp_path: Path) -> None:
    assert run("doctor").exit_code == 0
    assert not (tmp_path / "data").exists()


# The real command in a process of its own


def start(*args: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BANHA_")}
    code = "from api.__main__ import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**clean, **environment},
    )


def test_help_and_version_import_nothing_heavy() -> None:
    code = (
        "import api.cli, sys; print([name for name in ('index', 'matcher', 'numpy', 'fastapi') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT, text=True)
    assert done.stdout == "[]\n"


def test_an_interrupt_while_the_command_starts_is_answered_in_words() -> None:
    code = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
os.kill(os.getpid(), signal.SIGINT)  # waits, as one that comes during the imports does
from api.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code, "list"], capture_output=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout) == (130, b"")
    assert done.stderr.decode().startswith("Đã dừng.")
    assert done.stderr.count(b"\n") == 1


def test_json_is_pure_and_utf8_whatever_the_locale(records_file: Path, tmp_path: Path) -> None:
    environment = {
        "BANHA_DATA": str(tmp_path / "d"),
        "BANHA_MODEL": "none",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
    }
    done = start("ingest", records_file, "--json", **environment)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout.decode("utf-8"))["stored"][0]["title"] == "Nguyễn Thị Sấy"
    assert b"\x1b" not in done.stdout + done.stderr


def test_a_reader_that_goes_away_is_no_error(records_file: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "BANHA_DATA": str(tmp_path / "d"), "BANHA_MODEL": "none"}
    command = [sys.executable, "-c", "from api.__main__ import main; main()", "read", str(records_file), "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_serve_prints_its_address_answers_and_stops_when_asked(tmp_path: Path) -> None:
    environment = {**os.environ, "BANHA_DATA": str(tmp_path / "d"), "BANHA_MODEL": "none"}
    command = [sys.executable, "-c", "from api.__main__ import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT, env=environment) as process:
        assert process.stderr is not None
        try:
            line = process.stderr.readline().decode()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found, line
            with urllib.request.urlopen(f"{found.group()}/api/v1/openapi.json", timeout=30) as answer:
                assert json.load(answer)["info"]["title"] == "Ba Nhà"
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()


def test_a_port_that_is_taken_is_named(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("serve", "--port", port)
    assert result.exit_code == 2
    assert f"127.0.0.1:{port}" in result.stderr


def test_the_real_model_finds_by_meaning_and_refuses_to_mix(
    run: Run, records_file: Path, tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANHA_MODEL", str(model_folder))
    assert run("ingest", records_file).exit_code == 0
    done = run("search", "thủy sản", "--kind", "scientist", "--json")
    answer = json.loads(done.stdout)
    assert (answer["mode"], answer["versions"]["model"]) == ("hybrid", "multilingual-e5-small")
    assert answer["hits"][0]["id"] == "nkh-tom"
    assert done.stderr == ""
    other = tmp_path / "other-model"
    other.mkdir()
    described = json.loads((model_folder / "banha.json").read_text("utf-8"))
    (other / "banha.json").write_text(json.dumps({**described, "name": "other"}), "utf-8")
    monkeypatch.setenv("BANHA_MODEL", str(other))
    mixed = run("search", "gỗ")
    assert (mixed.exit_code, mixed.stdout) == (5, "")
    for words in ("multilingual-e5-small", "other", "banha reembed"):
        assert words in mixed.stderr
