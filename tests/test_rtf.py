"""RTF is rewritten for LibreOffice without a change of what it says, so that long texts take seconds."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from ingest.readers import read_document
from ingest.readers.opened import OpenedFile
from ingest.readers.rtf import strip_rtf

FONTS = "{\\fonttbl{\\f0\\fnil\\fcharset163 Times New Roman;}{\\f1\\fcharset2 Symbol;}}"
HEAD = f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{FONTS}\\f0 "
SENTENCE = "Đề tài nghiên cứu xử lý nước thải ở Đắk Lắk {10 %} được nghiệm thu 𝛼. "


def escape(text: str) -> str:
    units = text.encode("utf-16-le")
    codes = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    return "".join(
        f"\\{chr(code)}" if chr(code) in "\\{}" else chr(code) if code < 0x80 else f"\\u{code}?" for code in codes
    )


def strip(text: str) -> str:
    return strip_rtf(OpenedFile("long.rtf", ".rtf", text.encode("latin-1"))).decode("utf-8")


def test_ordinary_files_are_left_as_they_are() -> None:
    text = HEAD + "\\par ".join([escape(SENTENCE) * 30] * 20) + "\\par}"
    assert strip(text) == text


def test_a_paragraph_of_many_pages_is_cut_at_ends_of_sentences() -> None:
    found = strip(HEAD + escape(SENTENCE.replace("{", "(").replace("}", ")")) * 1000 + "\\par}")
    parts = found.split("\\par ")
    assert 10 < len(parts) < 100
    assert all(part.endswith(". ") for part in parts[:-1])
    assert "".join(parts) == HEAD + escape(SENTENCE.replace("{", "(").replace("}", ")")) * 1000 + "\\par}"


def test_letters_of_large_files_are_written_in_utf_8_where_that_is_safe() -> None:
    long = HEAD + (escape(SENTENCE) + "\\par ") * 8000 + "}"
    found = strip(long)
    assert found.startswith(
        "{\\rtf1\\ansi\\ansicpg65001\\ansi\\deff0{\\fonttbl{\\f0\\fnil Times New Roman;}{\\f1\\fcharset2 "
    )
    assert found.count("Đề tài nghiên cứu xử lý nước thải ở Đắk Lắk \\{10 %\\} được nghiệm thu 𝛼. ") == 8000
    for other in ("\\'93", "\\uc2 ", "\\u8220\\u8221?"):
        assert strip(long[:-1] + other + "}") == long[:-1] + other + "}"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("count", [3_000, pytest.param(9_000, marks=pytest.mark.soak)])
def test_one_paragraph_of_many_pages_is_read_whole_in_seconds(tmp_path: Path, count: int) -> None:
    path = tmp_path / "long.rtf"
    text = "".join(f"{number * number} {SENTENCE}" for number in range(count)).replace("{", "(").replace("}", ")")
    path.write_text(HEAD + escape(text) + "\\par}", "ascii")
    assert path.stat().st_size > 120 * count
    started = time.monotonic()
    document = read_document(path)
    assert time.monotonic() - started < count / 150
    assert " ".join(document.lines()) == text.strip()
