"""How the pages word what is stored: every source says its coding by a name that people know."""

from __future__ import annotations

import pytest

from api.catalogue import translator
from api.labels import CHARSET
from api.wording import Wording
from ingest import Record, Source
from ingest.charset_tables import TABLES

CODINGS = [*TABLES, "viqr", "cp1258", "cp1252"]  # of fonts and documents, and of bytes that are no Unicode


def test_every_coding_has_a_name_and_no_name_is_without_a_coding() -> None:
    assert set(CHARSET) == set(CODINGS)


@pytest.mark.parametrize("charset", CODINGS)
def test_a_source_says_its_coding_by_the_name_that_people_know(charset: str) -> None:
    source = Source("title", "cu.docx", "0", charset=charset)
    shown = Wording(translator("vi"), "vi").source(Record("need", "enterprise", "Sấy gỗ", id="need-1"), source).method
    assert shown.endswith(f", {CHARSET[charset]}")
    assert charset not in shown
