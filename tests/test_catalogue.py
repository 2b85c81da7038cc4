"""Every message that a person can see has its Vietnamese."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

from api.catalogue import describe_place, explain, locate, read_catalogue, translator
from ingest.errors import N_, Problem
from ingest.records import Place

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {"N_": None, "_": None}


def extract_messages() -> Iterator[tuple[str, str]]:
    for package in ("ingest", "index", "matcher", "api"):
        for path in sorted((ROOT / package).rglob("*")):
            method = {".py": "python", ".html": "jinja2.ext:babel_extract"}.get(path.suffix)
            if method is None:
                continue
            for line, message, _, _ in extract_from_file(method, path, keywords=KEYWORDS):
                assert isinstance(message, str)
                yield message, f"{path.relative_to(ROOT)}:{line}"


def fields_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@cache
def messages() -> dict[str, str]:
    """Each message with where it stands."""
    return dict(extract_messages())


def test_messages_are_found_in_code_and_templates() -> None:
    places = list(messages().values())
    assert any(place.startswith("ingest/") for place in places)
    assert any(place.startswith("api/templates/") for place in places)


def test_every_message_has_a_vietnamese_translation() -> None:
    words = read_catalogue("vi")
    missing = {message: place for message, place in messages().items() if not words.get(message, "").strip()}
    assert not missing


def test_translations_have_the_fields_of_their_messages() -> None:
    words = read_catalogue("vi")
    wrong = {
        message: translation for message, translation in words.items() if fields_of(message) != fields_of(translation)
    }
    assert not wrong


def test_no_translation_is_left_of_a_message_that_is_gone() -> None:
    assert not set(read_catalogue("vi")) - set(messages())


def test_translations_end_as_their_messages_do() -> None:
    for message, translation in read_catalogue("vi").items():
        assert message.endswith(".") == translation.endswith("."), message
        assert translation.strip() == translation or message.strip() != message, message


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("database or disk is full", "đĩa đã đầy"),
        ("An IO error occurred: 'No space left on device (os error 28)'", "đĩa đã đầy"),
        ("something never heard of", "something never heard of"),
    ],
)
def test_reasons_of_the_system_are_said_in_vietnamese(reason: str, said: str) -> None:
    problem = Problem("", N_("{file} cannot be read: {reason}."), {"file": "a", "reason": reason})
    assert explain(problem, translator("vi")) == f"Không đọc được a: {said}."


def test_english_is_the_message_itself() -> None:
    assert translator("en")("Nothing was found.") == "Nothing was found."


def test_a_message_without_translation_stays_english() -> None:
    assert translator("vi")("never written anywhere") == "never written anywhere"


def test_a_problem_is_located_and_explained_in_vietnamese() -> None:
    translate = translator("vi")
    problem = Problem(
        "ds.xlsx",
        N_("Row {row}: “{key}” must be {expected}."),
        {"row": 7, "key": "title", "expected": "a text"},
        Place(sheet="Danh mục", row=7),
    )
    assert locate(problem, translate) == "ds.xlsx, trang tính “Danh mục”"
    assert explain(problem, translate) == "Hàng 7: “title” phải là một chuỗi ký tự."
    assert locate(replace(problem, message=N_("The file is empty.")), translate).endswith(", hàng 7")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(), ""),
        (Place(page=2), "trang 2"),
        (Place(cell="C7"), "ô C7"),
        (Place(sheet="DS", cell="C7"), "trang tính “DS”, ô C7"),
        (Place(row=3, cell="column 1"), "hàng 3, cột 1"),
        (Place(cell="table 2, row 9, column 2"), "bảng 2, hàng 9, cột 2"),
        (
            Place(cell="table 1, row 2, column 3, table 1, row 1, column 2"),
            "bảng 1, hàng 2, cột 3, bảng 1, hàng 1, cột 2",
        ),
        (Place(cell="header"), "đầu trang"),
        (Place(cell="footnote 2, table 1"), "cước chú 2, bảng 1"),
        (Place(cell="drawer 3"), "ô drawer 3"),
    ],
)
def test_places_are_worded(place: Place, words: str) -> None:
    assert describe_place(place, translator("vi")) == words
