"""Abbreviations are learnt where texts define them, and forgotten with the texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.abbreviations import Definitions, find_definitions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hỗ trợ doanh nghiệp nhỏ và vừa (DNNVV)", [("DNNVV", "doanh nghiệp nhỏ và vừa")]),
        ("doanh nghiệp nhỏ và vừa (sau đây gọi tắt là DNNVV)", [("DNNVV", "doanh nghiệp nhỏ và vừa")]),
        ("khoa học và công nghệ (KHCN)", [("KHCN", "khoa học và công nghệ")]),
        ("khoa học và công nghệ (KH&CN)", [("KH&CN", "khoa học và công nghệ")]),
        ("ĐBSCL (đồng bằng sông Cửu Long)", [("ĐBSCL", "đồng bằng sông Cửu Long")]),
        ("Internet of Things (IoT)", [("IoT", "Internet of Things")]),
        ("khám bệnh, chữa bệnh (KBCB)", [("KBCB", "khám bệnh, chữa bệnh")]),
        ("nông nghiệp công nghệ cao (NN CNC)", [("NN CNC", "nông nghiệp công nghệ cao")]),
        ("công nghệ cao (CNC) và chuyển đổi số (CĐS)", [("CNC", "công nghệ cao"), ("CĐS", "chuyển đổi số")]),
    ],
)
def test_definitions_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert list(find_definitions(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "máy tiện (CNC)",
        "dân số (DS) và đời sống (DS)",
        "Điều 5 (XIV)",
        "công suất (kWh)",
        "Trường Đại học Thủ Dầu Một (TDMU)",
        "công nghệ. Cao (CNC)",
        "công nghệ cao (",
    ],
)
def test_what_only_stands_in_brackets_defines_nothing(text: str) -> None:
    found = [short for short, _ in find_definitions(text)]
    assert found == (["DS"] if "DS" in text else [])


def test_the_most_frequent_meaning_comes_first_and_too_many_mean_nothing() -> None:
    definitions = Definitions()
    definitions.add(enumerate(["công nghệ cao (CNC)", "cung nhân công (CNC)", "Công nghệ cao (CNC)"]))
    assert definitions.groups() == (("CNC", "công nghệ cao", "cung nhân công"),)
    definitions.add([(3, "chăn nuôi chim (CNC)"), (4, "chợ nông cụ (CNC)")])
    assert definitions.groups() == ()
    definitions.forget([3, 4, 99])
    assert definitions.groups() == (("CNC", "công nghệ cao", "cung nhân công"),)


def test_an_abbreviation_of_two_letters_needs_one_meaning() -> None:
    definitions = Definitions()
    definitions.add([(1, "bồi thường (BT)")])
    assert definitions.groups() == (("BT", "bồi thường"),)
    definitions.add([(2, "bê tông (BT)")])
    assert definitions.groups() == ()


def test_saved_and_loaded_they_are_the_same(tmp_path: Path) -> None:
    definitions = Definitions()
    definitions.add([(7, "chuyển đổi số (CĐS)")])
    definitions.save(tmp_path / "abbreviations.json", 12)
    seq, loaded = Definitions.load(tmp_path / "abbreviations.json")
    assert (seq, loaded.groups()) == (12, definitions.groups())
    loaded.forget([7])
    assert loaded.groups() == ()


@pytest.mark.parametrize("content", ["", "[]", "3", "[1, [[1, 2]]]", '["a", []]'])
def test_a_spoilt_file_is_an_ordinary_error(content: str, tmp_path: Path) -> None:
    (tmp_path / "abbreviations.json").write_text(content, "utf-8")
    with pytest.raises(ValueError, match="definitions"):
        Definitions.load(tmp_path / "abbreviations.json")


@given(st.text(st.sampled_from("aăbcđĐABCN &-().,\n ") | st.characters(codec="utf-8"), max_size=80))
def test_a_definition_is_what_stands_there(text: str) -> None:
    for short, full in find_definitions(text):
        assert short in text
        assert full in text


def test_blanks_in_brackets_that_are_never_closed_cost_nothing() -> None:
    assert list(find_definitions("( " + " " * 60_000 + "x\n" + "(\t" * 30_000)) == []
