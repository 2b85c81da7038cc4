"""Plain text and Markdown as blocks: a paragraph a line; Markdown's headings, lists and pipe tables understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.document import Block, Cell, Document, Paragraph, Recovery, Table
from ingest.readers.decoding import Decoded, decode_text
from ingest.readers.opened import OpenedFile
from ingest.records import Place
from ingest.vietnamese import repair

_LINE_END = re.compile(r"\r\n?|\n")
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
_BULLET = re.compile(r"\s*[-*+]\s+(?=\S)")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")


def read_text(opened: OpenedFile) -> Document:
    """Every line that is not blank is a paragraph; `place.row` is its line."""
    decoded = decode_text(opened)
    blocks: list[Block] = []
    for number, (line, recovery) in enumerate(_split_lines(decoded), start=1):
        if text := line.strip():
            opened.check_counts(paragraphs=len(blocks) + 1)
            blocks.append(Paragraph(text, Place(row=number), recovery=recovery))
    return opened.document("txt", blocks, charset=decoded.charset)


def read_markdown(opened: OpenedFile) -> Document:
    """As `read_text`, without the marks of headings, bullets and emphasis; pipe tables become tables."""
    decoded = decode_text(opened)
    recovered = _split_lines(decoded)
    lines = [line for line, _ in recovered]
    blocks: list[Block] = []
    tables = cells = number = 0
    is_code = False
    while number < len(lines):
        line = lines[number]
        number += 1
        following = lines[number] if number < len(lines) else ""
        opened.check_counts(paragraphs=len(blocks) + 1, cells=cells)
        if line.lstrip().startswith(("```", "~~~")):
            is_code = not is_code
        elif not is_code and "|" in line and "|" in following and _TABLE_RULE.fullmatch(following):
            tables += 1
            body = [(number, line), *_table_body(lines, number + 1)]
            number += len(body)
            table = _read_table(body, recovered, tables)
            cells += sum(map(len, table.rows))
            blocks.append(table)
        elif line.strip() and (is_code or not _RULE.fullmatch(line)):
            blocks.append(replace(_read_line(line, number, is_code), recovery=recovered[number - 1][1]))
    opened.check_counts(cells=cells)
    return opened.document("md", blocks, charset=decoded.charset)


def _split_lines(decoded: Decoded) -> list[tuple[str, Recovery]]:
    lines = _LINE_END.split(decoded.text)
    before = lines if decoded.surface is None else _LINE_END.split(decoded.surface)
    return [
        (repair(line).replace("\n", " "), decoded.recovery(line.strip(), was.strip()))
        for line, was in zip(lines, before, strict=True)
    ]


def _read_line(line: str, number: int, is_code: bool) -> Paragraph:
    place = Place(row=number)
    if is_code:
        return Paragraph(line.strip(), place)
    if heading := _HEADING.fullmatch(line):
        return Paragraph(_plain(heading[2]), place, level=len(heading[1]))
    return Paragraph(_plain(_BULLET.sub("", line, count=1)), place)


def _plain(text: str) -> str:
    return _EMPHASIS.sub(r"\2", text).strip()


def _table_body(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    for index in range(start, len(lines)):
        if "|" not in lines[index]:
            return
        yield index + 1, lines[index]


def _read_table(body: list[tuple[int, str]], recovered: list[tuple[str, Recovery]], table: int) -> Table:
    rows = []
    for row, (number, line) in enumerate(body):
        inner = line.strip().removeprefix("|")
        inner = inner if inner.endswith("\\|") else inner.removesuffix("|")
        rows.append(
            tuple(
                Cell(
                    _plain(text.replace("\\|", "|")),
                    row,
                    column,
                    place=Place(row=number, cell=f"table {table}, row {row + 1}, column {column + 1}"),
                    recovery=recovered[number - 1][1],
                )
                for column, text in enumerate(re.split(r"(?<!\\)\|", inner))
            )
        )
    return Table(tuple(rows), Place(row=body[0][0], cell=f"table {table}"))
