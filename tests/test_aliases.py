"""Equal terms find each other, and nothing ambiguous stands among them."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from api.cli import app
from ingest import Problem
from ingest.aliases import expansions, read_aliases
from ingest.vietnamese import fold

GROUPS: list[list[str]] = yaml.safe_load(files("ingest").joinpath("aliases.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("nhiệm vụ KH&CN cấp tỉnh", "khoa học và công nghệ"),
        ("nhiệm vụ KH & CN", "KHCN"),
        ("KHCN", "KH&CN"),
        ("khcn", "khoa học và công nghệ"),
        ("Khoa Học Và Công Nghệ", "KHCN"),
        ("khoa hoc va cong nghe", "KHCN"),
        ("khoa học & công nghệ", "KHCN"),
        ("liên kết 3 nhà", "ba nhà"),
        ("liên kết ba nhà", "3 nhà"),
        ("lien ket ba nha", "3 nhà"),
        ("ứng dụng AI trong y tế", "trí tuệ nhân tạo"),
        ("tri tue nhan tao", "AI"),
        ("kinh tế - xã hội", "KT-XH"),
        ("KT–XH", "kinh tế xã hội"),
        ("cuộc CMCN 4.0", "cách mạng công nghiệp lần thứ tư"),
        ("uỷ ban nhân dân tỉnh", "UBND"),
        ("dnnvv", "doanh nghiệp nhỏ và vừa"),
        ("ÐMST", "đổi mới sáng tạo"),
        ("IOT", "internet vạn vật"),
        ("vùng rau ƯDCNC", "ứng dụng công nghệ cao"),
        ("UDCNC", "ứng dụng công nghệ cao"),
    ],
)
def test_an_alias_brings_its_other_forms(text: str, other: str) -> None:
    assert other in expansions(text)


@pytest.mark.parametrize(
    "text",
    ["", "ai là chuyên gia", "Ai biết", "bà nhà", "KH", "khoa học", "máy CNC", "& &", "KHCNX", "bá nhá", "ba-na"],
)
def test_what_only_resembles_an_alias_brings_nothing(text: str) -> None:
    assert expansions(text) == []


def test_the_longest_alias_counts_and_its_own_form_is_not_repeated() -> None:
    assert expansions("khởi nghiệp đổi mới sáng tạo") == ["KNĐMST"]
    assert "KH&CN" not in expansions("KH & CN")


def test_expansions_follow_the_text_without_repetition() -> None:
    assert expansions("SHTT, HTX, SHTT") == ["sở hữu trí tuệ", "hợp tác xã"]
    assert expansions("HTX, SHTT") == ["hợp tác xã", "sở hữu trí tuệ"]


def test_every_form_stands_in_one_group_only() -> None:
    owners: dict[str, int] = {}
    for number, group in enumerate(GROUPS):
        assert len(group) >= 2
        for form in group:
            key = " ".join(fold(form).replace("&", " va ").split())
            assert owners.setdefault(key, number) == number, form


def test_every_form_brings_all_others_of_its_group() -> None:
    for group in GROUPS:
        for form in group:
            found = expansions(form)
            assert form not in found
            assert set(found) == {other for other in group if other != form}, form


@given(st.text(max_size=80))
def test_any_text_can_be_expanded(text: str) -> None:
    found = expansions(text)
    assert len(found) == len(set(found))


def test_a_person_adds_groups_a_line_each(tmp_path: Path) -> None:
    lines = ["\ufeff# Viết tắt của tỉnh", "", "TRS = trồng rau sạch  # từ 2025", "LSX=lệnh sản xuất = phiếu sản xuất"]
    (tmp_path / "aliases.txt").write_text("\r\n".join(lines), "utf-8")
    groups = read_aliases(tmp_path / "aliases.txt", [])
    assert groups == (("TRS", "trồng rau sạch"), ("LSX", "lệnh sản xuất", "phiếu sản xuất"))
    assert expansions("mô hình TRS", groups) == ["trồng rau sạch"]
    assert expansions("lenh san xuat", groups) == ["LSX", "phiếu sản xuất"]
    assert expansions("mô hình TRS") == []
    assert "khoa học và công nghệ" in expansions("KH&CN", groups)


def test_without_a_list_there_are_no_groups(tmp_path: Path) -> None:
    assert read_aliases(tmp_path / "aliases.txt", []) == ()


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("# ghi chú\nNN CNC nông nghiệp công nghệ cao".encode(), 2, "both sides"),
        (b"LSX = \n", 1, "both sides"),
        (b"LSX = LSX\n", 1, "both sides"),
        (b"& = va\n", 1, "both sides"),
        ("A = b\n\nLSX = lệnh".encode("cp1258", "replace") + b"\xff\xfe", 3, "UTF-8"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named_and_the_others_count(
    content: bytes, line: int, words: str, tmp_path: Path
) -> None:
    (tmp_path / "aliases.txt").write_bytes(content + "\nTRS = trồng rau sạch".encode())
    refused: list[Problem] = []
    assert ("TRS", "trồng rau sạch") in read_aliases(tmp_path / "aliases.txt", refused)
    (problem,) = refused
    assert (problem.file, problem.place.row) == ("aliases.txt", line)
    assert words in problem.message


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "aliases.txt").mkdir()
    refused: list[Problem] = []
    assert read_aliases(tmp_path / "aliases.txt", refused) == ()
    assert "cannot be opened" in refused[0].message


def test_a_slip_in_the_list_stops_no_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BANHA_DATA", str(tmp_path))
    monkeypatch.setenv("BANHA_MODEL", "none")
    need = {"id": "n", "kind": "need", "title": "Sấy gỗ cao su", "sections": []}
    (tmp_path / "need.jsonl").write_text(json.dumps(need), "utf-8")
    run = CliRunner().invoke
    assert run(app, ["ingest", str(tmp_path / "need.jsonl")]).exit_code == 0
    (tmp_path / "aliases.txt").write_text("NTTS nuôi trồng thủy sản\nSGCS = sấy gỗ cao su\n", "utf-8")
    found = run(app, ["search", "SGCS"])
    assert (found.exit_code, "Sấy gỗ cao su" in found.stdout) == (0, True)
    assert "aliases.txt, hàng 1: Bỏ qua dòng này" in found.stderr
    looked_at = run(app, ["doctor"])
    assert "Bỏ qua 1 dòng của aliases.txt (1)" in " ".join(looked_at.stdout.split())
