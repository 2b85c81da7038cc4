"""The cover of a report: what it says of the task that the report is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.document import Block, Paragraph, Table
from ingest.facts import FactReader, Found
from ingest.form_reading import fill_form
from ingest.forms import Form, load_forms
from ingest.labelled_values import Item, Piece
from ingest.names import find_people, house_of_organisation
from ingest.records import Facts
from ingest.values import parse_year
from ingest.vietnamese import fold

_FORM = "task-sheet"
_LONGEST_COVER = 60  # lines
_TITLE_LINES = 14
_LONGEST_LINE = 300
_CONCLUDED = 0.6
_COVER_FIELDS = frozenset(
    {"title", "code", "lead", "members", "organisation", "duration", "start", "end", "budget", "fields", "status"}
)
_OF_ONE_TASK = frozenset({"code", "lead", "organisation"})
# On folded text.
_REPORT = re.compile(
    r"bao cao (?:\w+ ){0,3}?(?:tong ket|tong hop|khoa hoc|ket qua|tom tat|nghiem thu|cuoi ky|dinh ky|giua ky|"
    r"thuc hien)\b.*\b(?:de tai|nhiem vu|du an|de an)\b.*"
)
_CHAPTER = re.compile(
    r"(?:(?:loi )?(?:mo dau|noi dau|gioi thieu|cam on|cam doan)|chuong\s+(?:\d|[ivx]+\b|mo)|muc luc|dat van de|"
    r"danh muc|tom tat|phan (?:mo|thu|[ivx\d])|(?:1|i)\s*[.)]\s*[^\W\d]).*"
)
_DATE = re.compile(r"(?:[^,:;\d]{2,40}[,–-]\s*)?(?:(?:thang|nam)?\s*\d{0,2}\s*[/.–-]?\s*(?:nam)?\s*)(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Cover:
    """The facts of the task, where each was found, and the title where a label names it."""

    facts: Facts
    found: dict[str, Found]
    title: Piece | None = None


def read_cover(blocks: Sequence[Block]) -> Cover | None:
    """The cover with which a text begins; None where it tells of no task: it must call itself the report of one, or
    label two of its code, its leader and its host."""
    cover = list(_cover_blocks(blocks))
    lines = [line for block in cover for line in _lines_of(block)]
    is_report = is_task_report(blocks)
    items = [
        _first_line(item) for item in fill_form(_form(), cover) if item.field in _COVER_FIELDS and item.text.strip()
    ]
    named = {item.field for item in items} & _OF_ONE_TASK
    if not named or (not is_report and len(named) < 2):
        return None
    title = next((item for item in items if item.field == "title"), None)
    reading = FactReader("proposal", title.text if title else "").read(items)
    facts, found = reading.facts, dict(reading.found)
    if facts.organisation is None and is_report and (host := _host_in(lines)):
        facts = replace(facts, organisation=" ".join(host.text.split()))
        found["organisation"] = Found(host, _CONCLUDED)
    dated = next((line for line in lines if _DATE.fullmatch(" ".join(fold(line.text).split()))), None)
    if facts.year_from is None and facts.year_to is None and is_report and dated is not None:
        facts = replace(facts, year_to=parse_year(dated.text))
        found["year_to"] = Found(dated, _CONCLUDED)
    return Cover(facts, found, title.pieces[0] if title else None)


def is_task_report(blocks: Sequence[Block]) -> bool:
    """Whether a text calls itself the report of a task, near its beginning."""
    lines = [line for block in blocks[:_TITLE_LINES] for line in _lines_of(block)][:_TITLE_LINES]
    return _report_at(lines) is not None


def goes_on_in_title(text: str) -> bool:
    """Whether a line of a cover in capitals can go on with the title in the line above."""
    plain = " ".join(fold(text).split())
    is_title = text.isupper() and ":" not in text and house_of_organisation(text) is None
    return is_title and not _CHAPTER.fullmatch(plain) and not _DATE.fullmatch(plain) and _form().find(text) is None


def _report_at(lines: Sequence[Piece]) -> int | None:
    """Where a line, perhaps with the next, calls the text the report of a task."""
    for at in range(len(lines)):
        for joined in (lines[at].text, " ".join(line.text for line in lines[at : at + 2])):
            if len(joined) <= _LONGEST_LINE and _REPORT.match(" ".join(fold(joined).split())):
                return at
    return None


def _form() -> Form:
    return next(form for form in load_forms() if form.id == _FORM)


def _cover_blocks(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks down to the first chapter."""
    count = 0
    is_listed = False
    for block in blocks:
        for line in _lines_of(block):
            count += 1
            plain = " ".join(fold(line.text[:_LONGEST_LINE]).split())
            is_person = is_listed and bool(find_people(line.text))
            is_chapter = _CHAPTER.fullmatch(plain) is not None and not is_person
            if count > _LONGEST_COVER or len(line.text) > _LONGEST_LINE or is_chapter:
                return
            is_listed = is_person or line.text.rstrip().endswith(":")
        yield block


def _lines_of(block: Block) -> Iterator[Piece]:
    if isinstance(block, Paragraph):
        yield from (
            Piece(line, block.place, recovery=block.recovery) for line in block.text.splitlines() if line.strip()
        )
    elif isinstance(block, Table):
        for row in block.rows:
            for cell in row:
                texts = (line for line in cell.text.splitlines() if line.strip())
                yield from (Piece(line, cell.place, "table", cell.recovery) for line in texts)


def _first_line(item: Item) -> Item:
    """The item without the lines of a cover that follow its value."""
    return item if item.field == "members" else replace(item, pieces=item.pieces[:1])


def _host_in(lines: Sequence[Piece]) -> Piece | None:
    """The university, institute or firm above the title of a report, which the offices over it precede."""
    hosts = [
        line
        for line in lines[: _report_at(lines) or 0]
        if house_of_organisation(line.text) in ("science", "enterprise")
    ]
    return hosts[-1] if hosts else None
