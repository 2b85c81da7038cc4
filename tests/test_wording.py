"""How the pages word what is stored: every source says how it was read, in words that people know."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any, get_args

import pytest

from api.catalogue import translator
from api.labels import CHARSET, METHOD
from api.wording import SourceLine, Wording
from ingest import Facts, PersonRole, Record, Section, Source
from ingest.charset_tables import TABLES
from ingest.records import ReadingMethod

CODINGS = [*TABLES, "viqr", "cp1258", "cp1252"]  # of fonts and documents, and of bytes that are no Unicode


def test_an_organisation_is_told_by_where_it_is() -> None:
    wording = Wording(translator("vi"), "vi")
    facts = Facts(code="8901122467", place_written="thị xã An Hòa")
    assert wording.tell_apart(Record("organisation", "enterprise", "Công ty Gỗ", facts=facts)) == "thị xã An Hòa"
    assert wording.tell_apart(Record("proposal", "state", "Sấy gỗ", facts=facts)) == "8901122467"


def test_every_coding_has_a_name_and_no_name_is_without_a_coding() -> None:
    assert set(CHARSET) == set(CODINGS)


@pytest.mark.parametrize("charset", CODINGS)
def test_a_source_says_its_coding_by_the_name_that_people_know(charset: str) -> None:
    source = Source("title", "cu.docx", "0", charset=charset)
    shown = Wording(translator("vi"), "vi").source(Record("need", "enterprise", "Sấy gỗ", id="need-1"), source).method
    assert shown.endswith(f", {CHARSET[charset]}")
    assert charset not in shown


# What tells how a value was read, each with something to say of it.
HOW: dict[str, Any] = {
    "method": "ocr",
    "charset": "tcvn3",
    "confidence": 0.6,
    "unrepaired": "SÊy gç",
    "label": "Tên sáng kiến",
    "by_labels": True,
    "signed": "2026-06-20",
    "picture": "5f" * 32,
}


def show(source: Source, lang: str = "vi") -> SourceLine:
    return Wording(translator(lang), lang).source(Record("need", "enterprise", "Sấy gỗ", id="need-1"), source)


def test_whatever_tells_how_a_value_was_read_is_known_to_these_tests() -> None:
    assert {field.name for field in fields(Source)} == {"value", "file", "sha256", "place", *HOW}


@pytest.mark.parametrize("name", HOW)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_whatever_tells_how_a_value_was_read_is_shown(name: str, lang: str) -> None:
    source = Source("title", "cu.docx", "0")
    assert show(replace(source, **{name: HOW[name]}), lang) != show(source, lang)


@pytest.mark.parametrize("method", get_args(ReadingMethod))
def test_every_way_of_reading_has_vietnamese_words(method: ReadingMethod) -> None:
    shown = show(Source("title", "cu.docx", "0", method=method)).method
    assert shown
    assert shown not in (method, METHOD[method])


def test_a_value_of_a_form_told_by_its_labels_says_so() -> None:
    source = Source("title", "phiếu.docx", "0", method="table", confidence=0.6, by_labels=True)
    assert show(source).method == "bảng, mẫu phiếu nhận theo các nhãn, độ chắc chắn 0,6/1"


@pytest.mark.parametrize(
    ("name", "role", "words"),
    [
        ("project", "lead", "2021, chủ nhiệm"),
        ("project", "member", "2021, thành viên"),
        ("work", "lead", "2021, tác giả"),
        ("work", "member", "2021, đồng tác giả"),
        ("patent", "lead", "2021, tác giả"),
        ("work", None, "2021"),
    ],
)
def test_tasks_are_led_and_papers_are_written(name: str, role: PersonRole | None, words: str) -> None:
    assert Wording(translator("vi"), "vi").about_section(Section(name, "Sấy gỗ", role=role, year=2021)) == words


def test_what_the_text_of_an_item_says_itself_is_not_said_again() -> None:
    wording = Wording(translator("vi"), "vi")
    said = Section("work", "Sấy gỗ keo. – Tác giả chính – 2021", role="lead", year=2021)
    assert wording.about_section(said) == ""
    assert wording.about_section(Section("work", "Sấy gỗ keo, 2021", role="lead", year=2021)) == "tác giả"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [(2026, 2028, "2026–2028"), (2026, None, "từ 2026"), (None, 2028, "đến 2028"), (2026, 2026, "2026")],
)
def test_an_end_that_is_not_known_is_not_made_up(first: int | None, last: int | None, said: str) -> None:
    record = Record("proposal", "state", "Sấy gỗ", facts=Facts(year_from=first, year_to=last), id="task-1")
    assert (said,) in [fact.lines for fact in Wording(translator("vi"), "vi").facts(record, date(2026, 11, 22))]


@pytest.mark.parametrize(("value", "said"), [(2.44, "+2,4"), (-2.44, "−2,4"), (0.0, "+0,0"), (-0.01, "+0,0")])
def test_what_rounds_to_nothing_is_not_below_nothing(value: float, said: str) -> None:
    assert Wording(translator("vi"), "vi").signed(value) == said
