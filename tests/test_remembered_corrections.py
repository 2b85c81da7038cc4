"""A person's word about a label is remembered, and read files are read again under it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index import Index, ingest_paths
from index.versions import merge_versions
from ingest import Facts, Record, Source, correct

FORM = """PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ
Tên doanh nghiệp: Công ty Gỗ Minh Long
Tên vấn đề cần giải quyết: Giảm nứt gỗ khi sấy
Địa chỉ: Thủ Dầu Một
Mong đợi từ nhà khoa học: quy trình sấy tự động
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "phieu.txt").write_text(FORM, "utf-8")
    return tmp_path / "files"


def requirements(index: Index) -> list[str]:
    return [s.text for record in index.store.records() for s in record.sections if s.name == "requirements"]


def test_a_correction_reads_the_same_file_again(tmp_path: Path, folder: Path) -> None:
    index = Index(tmp_path / "data", None)
    first = ingest_paths(index, [folder])
    assert [(one.label, one.file) for one in first.unrecognised] == [("Mong đợi từ nhà khoa học", "phieu.txt")]
    assert requirements(index) == []
    assert [one.change for one in ingest_paths(index, [folder]).stored] == ["unchanged"]
    index.store.corrections.remember([correct("Mong đợi từ nhà khoa học:", "requirements", "need")])
    assert requirements(index) == []
    again = ingest_paths(index, [folder])
    assert ([one.change for one in again.stored], again.unrecognised) == (["changed"], ())
    assert requirements(index) == ["quy trình sấy tự động"]
    (record,) = index.store.records()
    assert [source.label for source in record.sources if source.label] == ["Mong đợi từ nhà khoa học"]
    assert index.store.corrections.forget("MONG ĐỢI từ nhà khoa học", "need")
    assert not index.store.corrections.forget("Mong đợi từ nhà khoa học", "need")
    assert [one.change for one in ingest_paths(index, [folder]).stored] == ["changed"]
    assert requirements(index) == []


def test_corrections_are_kept_and_replaced(tmp_path: Path) -> None:
    Index(tmp_path, None).store.corrections.remember(
        [correct("Mong đợi", "requirements", "need"), correct("Mong đợi", "results", "proposal")]
    )
    corrections = Index(tmp_path, None).store.corrections
    corrections.remember([correct("  mong ĐỢI :", "impact", "need")])
    assert [(one.kind, one.label, one.field, one.written) for one in corrections.all()] == [
        ("need", "mong doi", "impact", "mong ĐỢI"),
        ("proposal", "mong doi", "results", "Mong đợi"),
    ]


def test_what_is_suggested_gives_way_to_what_another_file_states() -> None:
    guess = Source("facts/field_codes", "a.docx", "0", method="suggested", confidence=0.5)
    suggested = Record("need", "enterprise", "Sấy gỗ", facts=Facts(field_codes=("404",)), sources=(guess,))
    stated = replace(
        suggested, facts=Facts(field_codes=("2",)), sources=(replace(guess, file="b.docx", method="text"),)
    )
    for versions in ([suggested, stated], [stated, suggested]):
        merged = merge_versions(versions)
        assert (merged.facts.field_codes, [source.file for source in merged.sources]) == (("2",), ["b.docx"])
    assert merge_versions([suggested, suggested]).facts.field_codes == ("404",)
