"""Which of several versions of one thing is the latest, as far as their words, their files and their order tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import PurePath
from typing import Literal

from ingest import Record, fold

Because = Literal["revision", "date", "kept", "order", "first"]
"""Why a value stands: its version calls itself a later revision, bears a later date, is of the record that a person
kept when merging, or was taken later; or it is a name or code, of which the first stays."""

_NUMBERS = {"hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5}
_NUMBER = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})(?:\.\d+)?"
_REVISED = r"(?:chinh sua|sua doi|sua lai|da sua|hieu chinh|chinh ly|hoan thien|cap nhat)"
# Each anchored to the line: laws that were revised are named in every second text.
_NUMBERED_LINE = re.compile(
    rf"\W*(?:ban\W+)?(?:phien ban|version|ver|ban so|lan sua(?: doi)?|{_REVISED}(?:\W+bo sung)?\W+lan|du thao lan|lan)"
    rf"(?:\W+(?:so|thu|lan))*\W*{_NUMBER}\b(?!\W*\d)"
)
_REVISED_LINE = re.compile(
    rf"\W*(?:(?:ban|phien ban|du thao|ho so|thuyet minh|de cuong)(?: thuyet minh)?\s+(?:nay\s+)?(?:da\s+)?(?:duoc\s+)?"
    rf"{_REVISED}|\(\s*(?:da\s+)?(?:duoc\s+)?{_REVISED}|da\s+(?:duoc\s+)?(?:chinh sua|sua doi|hieu chinh))\b"
)
_TIMES = re.compile(rf"\blan\s+(?:thu\s+)?{_NUMBER}\b")
_NUMBERED_FILE = re.compile(rf"(?<![a-z])(?:v|ver|version|phien ban|lan|ban)\s?{_NUMBER}(?![a-z0-9])")
_REVISED_FILE = re.compile(r"\b(?:chinh sua|sua doi|da sua|sua lai|ban sua|hieu chinh)\b")
_DAY = re.compile(r"\bngay\s*:?\s*(\d{1,2})\s*(?:[/.-]|thang)\s*(\d{1,2})\s*(?:[/.-]|nam)\s*((?:19|20)\d\d)\b")
# Where and when a document was signed: Bình Dương, ngày 5 tháng 10 năm 2024
_SIGNED = re.compile(rf"[^,;.:\d]{{2,40}},\s*{_DAY.pattern}\W*")
_LONGEST_LINE = 160
# Text that no item of a form takes: where a revision says what it is.
_UNTAKEN = frozenset({"other", "text"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a version says of its own age: the `number` of the revision (1 where nothing says more, 2 for one that is
    only called revised), and the day it bears."""

    number: int = 1
    day: date | None = None


def read_stamp(record: Record) -> Stamp:
    """The stamp in the lines that no item took, in brackets behind the title, or else in the names of the files; its
    day may also be that by which a form was signed."""
    number, day = 1, None
    lines = [
        line
        for section in record.sections
        if section.name in _UNTAKEN
        for line in section.text.split("\n")
        if len(line) <= _LONGEST_LINE
    ]
    lines += re.findall(r"\([^()]*\)\s*$", record.title)
    for line in map(fold, lines):
        said = _number_in(line)
        number = max(number, said)
        if said > 1 or _SIGNED.fullmatch(line):
            day = max(filter(None, (day, _day_in(line))), default=None)
    signed = (date.fromisoformat(source.signed) for source in record.sources if source.signed)
    day = max(filter(None, (day, *signed)), default=None)
    if number == 1:
        number = max((_number_of_file(source.file) for source in record.sources), default=1)
    return Stamp(number, day)


def _number_in(line: str) -> int:
    if numbered := _NUMBERED_LINE.match(line):
        return _count(numbered.group(1))
    if not _REVISED_LINE.match(line):
        return 1
    times = _TIMES.search(line)
    return max(2, _count(times.group(1))) if times else 2


def _number_of_file(name: str) -> int:
    plain = re.sub(r"[\W_]+", " ", fold(PurePath(name).stem))
    if numbered := _NUMBERED_FILE.search(plain):
        return _count(numbered.group(1))
    return 2 if _REVISED_FILE.search(plain) else 1


def _count(written: str) -> int:
    return _NUMBERS.get(written) or int(written)


def _day_in(line: str) -> date | None:
    if not (found := _DAY.search(line)):
        return None
    try:
        return date(*map(int, reversed(found.groups())))
    except ValueError:
        return None


def rank_by_age(stamps: Sequence[Stamp], merged: Collection[int] = ()) -> list[int]:
    """The positions of the versions, the latest first.

    Revisions go by their numbers; of one number, those that bear a day by it, and whatever bears none stays where the
    order of taking puts it. `merged` are positions that a person merged into the others: where nothing else tells,
    these are the earlier ones.
    """
    order = sorted(range(len(stamps)), key=lambda at: (stamps[at].number, at not in merged, at))
    ranked: list[int] = []
    for _, group in groupby(order, key=lambda at: stamps[at].number):
        told = list(group)
        by_day = iter(sorted((at for at in told if stamps[at].day), key=lambda at: stamps[at].day or date.min))
        ranked += [next(by_day) if stamps[at].day else at for at in told]
    return ranked[::-1]


def explain_rank(later: int, earlier: int, stamps: Sequence[Stamp], merged: Collection[int] = ()) -> Because:
    """Why one version is held to be later than another."""
    if stamps[later].number != stamps[earlier].number:
        return "revision"
    days = {stamps[later].day, stamps[earlier].day}
    if len(days) == len(days - {None}) == 2:
        return "date"
    return "kept" if (later in merged) != (earlier in merged) else "order"
