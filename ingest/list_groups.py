"""Rows of a list that announce the rows beneath them (``I. Lĩnh vực nông nghiệp``), and what they say of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.columns import Columns
from ingest.corrections import Unrecognised, tell_unrecognised
from ingest.document import Recovery
from ingest.fields import load_fields
from ingest.forms import Label
from ingest.labelled_values import Item, Piece
from ingest.labels import normalise_label, part_label
from ingest.names import house_of_organisation
from ingest.records import Kind, Place
from ingest.signatures import are_signatures, is_signature
from ingest.table_grids import Grid
from ingest.values import is_status
from ingest.vietnamese import fold

_LONGEST = 200
_ROMAN = re.compile(r"[IVX]{1,5}")
_NUMBER = re.compile(r"\(?(?P<value>[IVX]{1,5}|[A-ZĐ]|\d{1,3}(?:\.\d{1,3})*)\)?[.)/:]?")
_NUMBER_IN_FRONT = re.compile(r"\s*(?P<value>[IVX]{1,5}|[A-ZĐ])\s*(?:[.)/:]|\s[-–])\s*(?=\S\S)")
_AMOUNT = re.compile(r"[\d\s.,%-]+")
# On folded text.
_GROUP = re.compile(r"(?:linh vuc|nhom|chuong trinh|cap|phan|nam \d{4}|khoi)\b")
_NOTE = re.compile(r"\W*(?:ghi chu|luu y|chu thich|nguon|noi nhan)\s*[:.]|[(]?\*")
_TASKS = (
    r"(?:(?:cac|danh muc) )*(?:(?:de tai|du an|nhiem vu|de an)\b[ ,/]*(?:va )?)+"
    r"(?:(?:khoa hoc va cong nghe|kh&cn|khcn|nghien cuu khoa hoc|nghien cuu|san xuat thu nghiem|sxtn) ?)*"
)
_LEVEL = r"(?:cap (?:tinh|bo|nha nuoc|quoc gia|thanh pho|co so|truong|huyen|dai hoc quoc gia|nganh|dhqg)\b ?)"
_OF_TASKS = re.compile(rf"{_TASKS}{_LEVEL}?")
_YEAR = re.compile(rf"(?:{_TASKS}{_LEVEL}?)?nam (?:19|20)\d\d")
# Known, and kept as they are: columns of lists say the same (*Cấp quản lý*, *Loại nhiệm vụ*, *Thuộc chương trình*).
_KNOWN = re.compile(rf"(?:{_TASKS}{_LEVEL}?|{_LEVEL}|(?:thuoc )?chuong trinh\b.*)")
_FIELD = re.compile(r"(?:thuoc )?linh vuc\b")
_DEPARTMENT = re.compile(r"(?:khoa (?!hoc\b)|phong |bo mon |vien |truong |trung tam |hoc vien )")
# What says the same of a row, so that its own cell goes before its group.
_ALIKE = ({"year", "duration", "start", "end"}, {"fields"}, {"status"}, {"organisation"}, {"research"})


@dataclass(slots=True)
class _Group:
    """A heading without its number. `style` is that of its number, and `field` what it fills with `value`; None where
    nobody knows. `is_used` tells that a row stands beneath."""

    text: str
    style: str
    field: str | None
    value: str
    place: Place
    recovery: Recovery
    is_used: bool = False

    def ends_with(self, other: _Group) -> bool:
        """Whether the heading `other` begins something beside this group and not inside it."""
        if self.style or other.style:
            return self.style == other.style
        return self.field == other.field


@dataclass(slots=True)
class OpenGroups:
    """The groups around the next row of a list, outermost first. `said` is what people said of headings (normalised);
    `has_rows` tells that rows of the list have been read."""

    said: Mapping[str, str] = field(default_factory=dict)
    has_rows: bool = False
    _open: list[_Group] = field(default_factory=list)
    _unused: list[_Group] = field(default_factory=list)

    def begin(self, text: str, style: str, kind: Kind, place: Place, recovery: Recovery) -> None:
        """A heading, with the numbers of its style ending those that stood before it."""
        name, value = _meaning_of(text, kind, self.said) or (None, text)
        group = _Group(text, style, name, value, place, recovery)
        at = next((at for at, one in enumerate(self._open) if one.ends_with(group)), len(self._open))
        self._unused += (one for one in self._open[at:] if not one.is_used)
        self._open[at:] = [group]

    def items_for(self, own: set[str]) -> list[Item]:
        """What the groups say of a row whose own cells fill the fields `own`."""
        taken = set(own)
        items = []
        for group in reversed(self._open):
            name = group.field or "other"
            alike = next((fields for fields in _ALIKE if name in fields), set())
            value = group.value
            if alike & taken:
                name, value = "other", group.text
            taken.add(name)
            if name != "private":
                label = Label("contact" if name == "contact" else name, is_contact=name == "contact")
                pieces = [Piece(value, group.place, "table", group.recovery)]
                items.append(Item(label, is_inline=True, pieces=pieces))
        return items[::-1]

    def use(self, file: str, kind: Kind, title: str) -> Iterator[Unrecognised]:
        """Say that a row with this title has been read; yields the headings above it that nobody knows, each once."""
        self.has_rows = True
        for group in self._open:
            if not group.is_used and group.field is None:
                yield tell_unrecognised(file, kind, group.text, title, group.place)
            group.is_used = True

    def close(self, file: str, kind: Kind) -> Iterator[Unrecognised]:
        """The headings that no row stands beneath: notes below the list. Signatures say nothing of it."""
        for group in (*self._unused, *(group for group in self._open if not group.is_used)):
            yield from tell_note(group.text, file, kind, group.place)
        self._open, self._unused = [], []


def tell_note(text: str, file: str, kind: Kind, place: Place) -> Iterator[Unrecognised]:
    """A text of a list that is no row of it, unless it is a signature or only the hint to one."""
    if not is_signature(text):
        head, colon, value = part_label(text)
        yield tell_unrecognised(file, kind, head if colon else text, value.strip() if colon else "", place)


class GroupRows:
    """Tells the group headings of one grid from its rows, notes and signatures; `first` is the first row of the
    list."""

    def __init__(self, grid: Grid, columns: Columns, first: int, *, has_rows: bool) -> None:
        self.grid = grid
        self.columns = columns
        self._signed_from = self._find_signatures(first)
        self._are_numbered_otherwise = has_rows or any(
            self._title(row) and not self._style(row) and not self._text_number(row)
            for row in range(first, grid.height)
        )

    def is_signature(self, row: int) -> bool:
        return row >= self._signed_from

    def is_empty(self, row: int) -> bool:
        """Whether a row holds nothing but its number."""
        filled = {column for column in range(self.grid.width) if self.grid.text(row, column)}
        return filled <= self.columns.numbers and all(
            _NUMBER.fullmatch(self.grid.text(row, column).strip()) for column in filled
        )

    def note(self, row: int) -> str | None:
        """The text of a row that is one note about the list, else None."""
        cells = [cell for cell in self.grid.cells(row) if cell.text.strip()]
        if len(cells) != 1 or cells[0].row != row:
            return None
        text = " ".join(cells[0].text.split())
        is_wide = cells[0].column_span > 1 or cells[0].column < self.columns.title
        return text if _NOTE.match(fold(text)) or (is_wide and len(text) > _LONGEST) else None

    def heading(self, row: int) -> tuple[str, str] | None:
        """The text of a group heading without its number, and the style of that; None for any other row."""
        cells = [cell for cell in self.grid.cells(row) if cell.text.strip()]
        text, number = self._heading_text(row), self._text_number(row)
        is_lone = len(cells) == 1 and cells[0].row == row
        if is_lone and (cells[0].column_span > 1 or cells[0].column < self.columns.title):
            found = _NUMBER_IN_FRONT.match(" ".join(cells[0].text.split()))
            text = " ".join(cells[0].text.split())[found.end() if found else 0 :]
            return text, _style_of(found["value"]) if found else ""
        if not text or not self._is_alone(row):
            return None
        style = self._style(row) or number
        known = [column for column in range(self.grid.width) if self.grid.text(row, column)]
        says_sums = len([column for column in known if column not in self.columns.numbers]) > 1
        if style and style != "arabic" and self._are_numbered_otherwise:
            return text, style
        if style == "arabic" and not says_sums and self._is_counted_on(row):
            return text, style
        is_named = not style and not says_sums and bool(self.columns.numbers) and _GROUP.match(fold(text)) is not None
        return (text, "") if is_named else None

    def _find_signatures(self, first: int) -> int:
        """From which row on a list is signed: at the end, rows without numbers that hold nothing but signatures."""
        start, is_signed = self.grid.height, False
        for row in range(first, self.grid.height):
            cells = [cell for cell in self.grid.cells(row) if cell.row == row and cell.text.strip()]
            if not cells:
                continue
            lines = [line for cell in cells for line in cell.text.splitlines() if line.strip()]
            is_unnumbered = not any(self.grid.text(row, column) for column in self.columns.numbers) or len(cells) == 1
            if is_unnumbered and are_signatures(lines, is_signed=is_signed or is_signature(lines[0])):
                start, is_signed = (start if is_signed else row), True
            else:
                start, is_signed = self.grid.height, False
        return start

    def _title(self, row: int) -> str:
        return self.grid.text(row, self.columns.title)

    def _heading_text(self, row: int) -> str:
        text = self._title(row)
        found = _NUMBER_IN_FRONT.match(text)
        return text[found.end() :] if found else text

    def _text_number(self, row: int) -> str:
        """The style of the number in front of a row's title."""
        found = _NUMBER_IN_FRONT.match(self._title(row))
        return _style_of(found["value"]) if found else ""

    def _number(self, row: int) -> str:
        texts = (self.grid.text(row, column).strip() for column in sorted(self.columns.numbers))
        return next(filter(None, texts), "")

    def _style(self, row: int) -> str:
        """That of the number in a column of its own; of an arabic one only where it may head others."""
        found = _NUMBER.fullmatch(self._number(row))
        style = _style_of(found["value"]) if found else ""
        return style if style != "arabic" or self._is_counted_on(row) else ""

    def _is_counted_on(self, row: int) -> bool:
        """Whether the number of the next row is the first below that of this one (1, 1.1)."""
        found = _NUMBER.fullmatch(self._number(row))
        below = _NUMBER.fullmatch(self._number(row + 1)) if row + 1 < self.grid.height else None
        return bool(found and below and below["value"] == f"{found['value']}.1")

    def _is_alone(self, row: int) -> bool:
        """Whether nothing but sums stands beside the title."""
        others = (
            self.grid.text(row, column)
            for column in range(self.grid.width)
            if column != self.columns.title and column not in self.columns.numbers
        )
        return all(not text or text == self._title(row) or _AMOUNT.fullmatch(text) for text in others)


def _style_of(number: str) -> str:
    return "arabic" if number[0].isdecimal() else "roman" if _ROMAN.fullmatch(number) else "letter"


def _meaning_of(text: str, kind: Kind, said: Mapping[str, str]) -> tuple[str, str] | None:
    """The field that a heading fills in each row beneath, and its value."""
    if name := said.get(normalise_label(text)):
        return name, text
    plain = " ".join(fold(text).split()).strip(" :.")
    if _FIELD.match(plain) or plain in {name for name, _ in load_fields()}:
        return ("research" if kind == "scientist" else "fields"), text
    if kind in ("proposal", "need") and _YEAR.fullmatch(plain):
        return "year", text
    found = _OF_TASKS.match(fold(text))
    state = text[found.end() if found else 0 :].strip(" :.")
    if kind != "scientist" and is_status(state):
        return "status", state
    if kind in ("scientist", "need") and (house_of_organisation(text) or _DEPARTMENT.match(plain)):
        return "organisation", text
    return ("other", text) if _KNOWN.fullmatch(plain) else None
