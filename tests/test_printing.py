"""What the terminal shows of a record."""

from __future__ import annotations

import pytest

from api.catalogue import translator
from api.printing import print_record
from ingest import Place, Record, Section, Source


def test_how_a_value_stood_in_the_file_is_shown_shortly(capsys: pytest.CaptureFixture[str]) -> None:
    sources = (
        Source("title", "cu.docx", "0", Place(page=1), charset="tcvn3", unrepaired="SÊy\x1b[31m gç"),
        Source("sections/0", "cu.docx", "0", charset="tcvn3", unrepaired="gç cao su " * 100),
        Source("facts/code", "cu.docx", "0"),
    )
    record = Record("need", "enterprise", "Sấy gỗ", (Section("situation", "Gỗ cao su."),), sources=sources)
    print_record(record, translator("vi"), "vi")
    shown = capsys.readouterr().out.splitlines()
    before = [line.strip() for line in shown if "Trong tệp" in line]
    assert len(before) == 2
    assert before[0].startswith("Trong tệp: SÊy")
    assert "\x1b" not in before[0]
    assert before[1].endswith("…")
    assert len(before[1]) < 250
    assert "TCVN3" in shown[shown.index(next(line for line in shown if "SÊy" in line)) - 1]
