"""Markdown is read in time that grows with its length, and its marks are understood."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import read_document
from ingest.document import Paragraph
from ingest.readers.text import _plain


@pytest.mark.parametrize(
    "line",
    [
        "__a " * 50_000,
        "**a " * 50_000,
        "`a " * 60_000,
        "*" * 200_000,
        "_" * 199_999 + "a",
        "# a" + " " * 200_000 + "b",
        "# " + "a # " * 50_000 + "b",
        "#" + " " * 200_000,
        "x" + " " * 200_000 + "-",
        "- " * 100_000 + "a",
        "|a|b|\n" + " " * 200_000 + "|x",
        "|a|b|\n" + "-" * 100_000 + " " * 100_000 + "|x",
        "|a|b|\n|" + "-|" * 100_000 + "x",
    ],
    ids=lambda line: repr(line[:8]),
)
def test_a_line_of_two_hundred_thousand_characters_takes_no_long_time(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"{line}\ncuối", encoding="utf-8")
    started = time.monotonic()
    document = read_document(path)
    assert time.monotonic() - started < 3
    assert document.blocks


_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")


@given(st.text(alphabet="*_` ab", max_size=30))
def test_emphasis_goes_as_a_pattern_says(text: str) -> None:
    assert _plain(text) == _EMPHASIS.sub(r"\2", text).strip()


@pytest.mark.parametrize(
    ("line", "text", "level"),
    [
        ("# Mục tiêu", "Mục tiêu", 1),
        ("  ## Mục tiêu ##  ", "Mục tiêu", 2),
        ("### Ngôn ngữ C#", "Ngôn ngữ C#", 3),
        ("#Mục tiêu", "#Mục tiêu", 0),
        ("- Gỗ **cao su**", "Gỗ cao su", 0),
        ("   * Gỗ - cao su", "Gỗ - cao su", 0),
        ("Gỗ - cao su", "Gỗ - cao su", 0),
        ("a * b", "a * b", 0),
    ],
)
def test_marks_at_the_beginning_are_understood_and_others_stay(
    tmp_path: Path, line: str, text: str, level: int
) -> None:
    path = tmp_path / "a.md"
    path.write_text(line, encoding="utf-8")
    (block,) = read_document(path).blocks
    assert isinstance(block, Paragraph)
    assert (block.text, block.level) == (text, level)


def test_rules_between_paragraphs_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Gỗ\n\n* * *\n\n---\n\nNước", encoding="utf-8")
    assert list(read_document(path).lines()) == ["Gỗ", "Nước"]
