"""Plain text and Markdown as blocks: a paragraph a line; Markdown's headings, lists and pipe tables understood."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from ingest.document import Block, Cell, Document, Paragraph, Recovery, Table
from ingest.readers.decoding import Decoded, decode_text
from ingest.readers.opened import OpenedFile
from ingest.records import Place
from ingest.vietnamese import repair

_LINE_END = re.compile(r"\r\n?|\n")
_HEADING = re.compile(r" {0,3}(#{1,6})(?=\s)")
_BULLET = re.compile(r"[-*+]\s+")
_TABLE_RULE = re.compile(r":?-+:?")
_EMPHASIS = ("**", "__", "`")
_OPENING = re.compile(r"(?=(\*\*|__|`)\S)")
_CLOSING = {mark: re.compile(rf"(?<=\S)(?={re.escape(mark)})") for mark in _EMPHASIS}


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
        elif not is_code and "|" in line and "|" in following and _is_table_rule(following):
            tables += 1
            body = [(number, line), *_table_body(lines, number + 1)]
            number += len(body)
            table = _read_table(body, recovered, tables)
            cells += sum(map(len, table.rows))
            blocks.append(table)
        elif line.strip() and (is_code or not _is_rule(line)):
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
    if heading := _HEADING.match(line):
        return Paragraph(_plain(_without_closing(line[heading.end() :].strip())), place, level=len(heading[1]))
    text = line.strip()
    bullet = _BULLET.match(text)
    return Paragraph(_plain(text[bullet.end() :] if bullet else text), place)


def _without_closing(heading: str) -> str:
    """A heading without the ``##`` that may stand at its end too."""
    text = heading.rstrip("#")
    return text.rstrip() if not text or text[-1].isspace() else heading


def _is_rule(line: str) -> bool:
    """Whether a line only parts what stands above from what stands below: ``---``, ``* * *``."""
    marks = "".join(line.split())
    return len(marks) >= 3 and set(marks) <= set("-*_")


def _is_table_rule(line: str) -> bool:
    """Whether a line parts a table's header from its rows: ``|:---|---|``."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return all(_TABLE_RULE.fullmatch(part.strip()) for part in inner.split("|"))


def _plain(text: str) -> str:
    """The text without the marks of emphasis. Each mark is looked at once: a pattern over whole lines takes time with
    the square of their length."""
    if not any(mark in text for mark in _EMPHASIS):
        return text.strip()
    closing = {mark: [found.start() for found in pattern.finditer(text)] for mark, pattern in _CLOSING.items()}
    pieces: list[str] = []
    done = 0
    for opening in _OPENING.finditer(text):
        start, mark = opening.start(), opening[1]
        inside = start + len(mark)
        following = bisect_left(closing[mark], inside + 1)
        if start >= done and following < len(closing[mark]):
            end = closing[mark][following]
            pieces += (text[done:start], text[inside:end])
            done = end + len(mark)
    return "".join((*pieces, text[done:])).strip()


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
