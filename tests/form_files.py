"""Forms as files, for the tests that read them, and what is asked of what was read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docx import Document as NewDocx
from docx.document import Document as Docx

from ingest.extraction import Reading, extract_records
from ingest.readers import read_document
from ingest.records import Facts, Kind, Record

Block = str | list[list[str]]
Read = Callable[..., Record]
# What the university's tasks of these tests have in common.
OF_THE_UNIVERSITY = Facts(
    field_codes=("2",),
    place_today="Thành phố Hồ Chí Minh",
    organisation="Trường Đại học Thủ Dầu Một",
    year_from=2026,
    year_to=2027,
)


def make_docx(*blocks: Block) -> Docx:
    """Lines and tables."""
    docx = NewDocx()
    for block in blocks:
        if isinstance(block, str):
            docx.add_paragraph(block)
        else:
            add_table(docx, block)
    return docx


def add_table(docx: Docx, rows: list[list[str]]) -> None:
    table = docx.add_table(len(rows), max(map(len, rows)))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text


def read_docx(docx: Docx, folder: Path, kind: Kind | None = None) -> Reading:
    path = folder / "phieu.docx"
    docx.save(str(path))
    return extract_records(read_document(path), kind)


def read_text(text: str, folder: Path, name: str = "phieu.txt", kind: Kind | None = None) -> Reading:
    path = folder / name
    path.write_text(text.strip() + "\n", "utf-8")
    return extract_records(read_document(path), kind)


def only(reading: Reading) -> Record:
    assert not reading.problems
    (record,) = reading.records
    return record


def texts_of(record: Record, name: str) -> list[str]:
    return [section.text for section in record.sections if section.name == name]


def section_of(record: Record, name: str) -> str:
    (text,) = texts_of(record, name)
    return text


def entries(record: Record, name: str) -> list[tuple[str, str | None, int | None]]:
    return [(section.text, section.role, section.year) for section in record.sections if section.name == name]


def unknown(reading: Reading) -> list[tuple[str, str]]:
    """The labels that nobody knows, with the beginning of what they are labels of."""
    return [(one.label, one.begins) for one in reading.unrecognised]
