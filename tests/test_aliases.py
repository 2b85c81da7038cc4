"""Equal terms find each other, and nothing ambiguous stands among them."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingest.aliases import expansions
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
