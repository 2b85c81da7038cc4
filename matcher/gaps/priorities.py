"""Priorities of the province: what a resolution or plan wants furthered, read from a file, and the records of each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from index.wanted import check_wanted
from ingest import N_, BanhaError, accented_view, fold
from matcher.gaps.counting import Subject

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "ten", "ten uu tien", "uu tien", "linh vuc uu tien"),
    "fields": ("fields", "ma linh vuc", "linh vuc", "field codes"),
    "keywords": ("keywords", "tu khoa"),
    "description": ("description", "mo ta"),
    "source": ("source", "van ban", "can cu", "nguon"),
    "from": ("from", "tu", "tu nam", "tu ngay"),
    "to": ("to", "den", "den nam", "den ngay"),
}
_LARGEST = 1_000_000  # bytes
_MOST = 500
_SCALARS = (str, int, float, date, type(None))
_CODE = re.compile(r"[1-6](?:\d\d)?")


class BadPriorities(BanhaError):
    """A file of priorities that cannot be used."""


@dataclass(frozen=True, slots=True)
class Priority:
    """What is furthered, since and until when (None: without limit), by which document. Records belong to it that name
    one of the `keywords`, or bear one of the `fields` (codes of one or three digits, with all below them)."""

    name: str
    fields: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    description: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None

    def covers(self, years: Sequence[int]) -> bool:
        """Whether one of the years lies in its time; years that nobody knows do not speak against it."""
        first = self.since.year if self.since else 0
        last = self.until.year if self.until else 9999
        return not years or any(first <= year <= last for year in years)


@dataclass(frozen=True, slots=True)
class Member:
    """A record of a priority: the `keyword` of it that it names, else the `field` code it bears."""

    subject: Subject
    keyword: str | None
    field: str | None


Keywords = Mapping[Priority, Mapping[str, str]]
"""Priority → subject → the keyword that it names, as written."""


def find_members(priority: Priority, subjects: Sequence[Subject], keywords: Keywords) -> tuple[Member, ...]:
    """The records of a priority's time that belong to it, in their order."""
    return tuple(_members(priority, subjects, keywords[priority]))


def _members(priority: Priority, subjects: Sequence[Subject], named: Mapping[str, str]) -> Iterator[Member]:
    for subject in subjects:
        if not priority.covers(subject.years):
            continue
        keyword = named.get(subject.id)
        field = next((code for code in subject.codes if code.startswith(priority.fields or ("-",))), None)
        if keyword or field:
            yield Member(subject, keyword, None if keyword else field)


def find_keywords(priorities: Sequence[Priority], subjects: Sequence[Subject]) -> Keywords:
    """What each subject names first of the keywords of each priority."""
    found: dict[Priority, dict[str, str]] = {priority: {} for priority in priorities}
    patterns = {
        priority: tuple(_pattern(tuple(map(view, priority.keywords))) for view in (accented_view, fold))
        for priority in priorities
        if priority.keywords
    }
    for subject in subjects if patterns else ():
        check_wanted()
        record = subject.record
        for text in (record.title, *(section.text for section in record.sections if section.name != "contact")):
            # Folded, other words would look the same; text typed without accents has nothing else.
            is_bare = text.isascii()
            seen = fold(text) if is_bare else accented_view(text)
            for priority, (accented, folded) in patterns.items():
                said = None if subject.id in found[priority] else (folded if is_bare else accented).search(seen)
                if said:
                    found[priority][subject.id] = " ".join(text[said.start() : said.end()].split())
    return found


def _pattern(keywords: tuple[str, ...]) -> re.Pattern[str]:
    written = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in keywords)
    return re.compile(rf"(?<!\w)(?:{written})(?!\w)")


def read_priorities(path: Path) -> tuple[Priority, ...]:
    """The priorities of a ``.yaml``, ``.yml`` or ``.csv`` file, in its order. Raises BadPriorities, which names the
    entry and what is wrong with it."""
    file = path.name
    try:
        if path.stat().st_size > _LARGEST:
            raise BadPriorities(N_("{file} is too large for a list of priorities."), file=file)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadPriorities(N_("{file} cannot be read: {reason}."), file=str(path), reason=reason) from error
    except UnicodeDecodeError as error:
        raise BadPriorities(N_("{file} is not written in UTF-8. Save it again as UTF-8."), file=file) from error
    suffix = path.suffix.lower()
    if suffix not in (".yaml", ".yml", ".csv"):
        raise BadPriorities(N_("{file}: priorities are read from .yaml and .csv files."), file=file)
    entries = _read_csv(text, file) if suffix == ".csv" else _read_yaml(text, file)
    if len(entries) > _MOST:
        raise BadPriorities(N_("{file} is too large for a list of priorities."), file=file)
    found = tuple(_priority(entry, number, file) for number, entry in enumerate(entries, 1))
    names = [fold(priority.name) for priority in found]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            message = N_("{file}, priority {number}: the name “{value}” is there twice.")
            raise BadPriorities(message, file=file, number=number, value=found[number - 1].name)
    return found


def _read_yaml(text: str, file: str) -> list[Mapping[str, Any]]:
    try:
        table = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        raise BadPriorities(N_("{file}, line {line}: this is not valid YAML."), file=file, line=line) from error
    except (ValueError, RecursionError) as error:
        # A date that does not exist; lists in lists without end.
        raise BadPriorities(N_("{file}, line {line}: this is not valid YAML."), file=file, line="?") from error
    entries = table.get("priorities") if isinstance(table, dict) else table
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadPriorities(N_("{file} holds no list “priorities”, of which each entry has a name."), file=file)
    return entries


def _read_csv(text: str, file: str) -> list[Mapping[str, Any]]:
    head = text.split("\n", 1)[0]
    rows = list(csv.reader(io.StringIO(text), delimiter=max(";,\t", key=head.count)))
    names = [_column(cell) for cell in rows[0]] if rows else []
    if "name" not in names:
        raise BadPriorities(N_("{file}: the first row names no column “name” (“Tên”)."), file=file)
    return [
        {name: cell for name, cell in zip(names, row, strict=False) if name and cell.strip()}
        for row in rows[1:]
        if any(cell.strip() for cell in row)
    ]


def _column(cell: str) -> str | None:
    plain = fold(cell).strip()
    return next((name for name, written in _COLUMNS.items() if plain in written), None)


def _priority(entry: Mapping[str, Any], number: int, file: str) -> Priority:
    def refuse(message: str, value: object = "") -> BadPriorities:
        return BadPriorities(message, file=file, number=number, value=str(value)[:80])

    for key, value in entry.items():
        if key not in _COLUMNS:
            raise refuse(N_("{file}, priority {number}: nobody knows “{value}”."), key)
        if not all(isinstance(one, _SCALARS) for one in (value if isinstance(value, list) else [value])):
            raise refuse(N_("{file}, priority {number}: “{value}” must be a text or a list of texts."), key)
    name, description, source = (_line(entry.get(key)) for key in ("name", "description", "source"))
    if not name:
        raise refuse(N_("{file}, priority {number}: it has no name."))
    fields, keywords = _list(entry.get("fields")), _list(entry.get("keywords"))
    for code in fields:
        if not _CODE.fullmatch(code):
            message = N_("{file}, priority {number}: “{value}” is no code of a field (one or three digits).")
            raise refuse(message, code)
    for keyword in keywords:
        if not any(character.isalnum() for character in keyword):
            raise refuse(N_("{file}, priority {number}: “{value}” is no keyword."), keyword)
    if not fields and not keywords:
        raise refuse(N_("{file}, priority {number}: it needs fields or keywords."))
    days: list[date | None] = []
    for key, otherwise in (("from", (1, 1)), ("to", (12, 31))):
        try:
            days.append(_day(entry.get(key), otherwise))
        except ValueError as error:
            message = N_("{file}, priority {number}: “{value}” is no date and no year.")
            raise refuse(message, entry.get(key)) from error
    since, until = days
    if since and until and until < since:
        message = N_("{file}, priority {number}: it ends before it begins ({value}).")
        raise refuse(message, f"{since:%d/%m/%Y} – {until:%d/%m/%Y}")
    return Priority(name, fields, keywords, description, source, since, until)


def _line(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _list(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else re.split(r"[;,|\n]", _line(value))
    return tuple(dict.fromkeys(line for part in parts if (line := _line(part))))


def _day(value: object, otherwise: tuple[int, int]) -> date | None:
    """A year stands for its first or last day. Raises ValueError for what is neither."""
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    text = _line(value)
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), *otherwise)
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    return date.fromisoformat(text)
