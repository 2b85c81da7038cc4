"""The values of a record one by one: where each comes from, and what a person says it should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.errors import BadInput
from api.wording import SourceLine, Wording
from index import Index
from index.amending import amend_values, amended_values, restore_value
from index.amendments import value_of
from ingest import N_, Record, Source, fold
from ingest.masking import mask_personal
from ingest.money import parse_money
from ingest.places import place_of

LONGEST_VALUE = 50_000  # code points, of a section
_LONGEST_LINE = 1_000
_LONGEST_SNIPPET = 300
_WORDS = ("organisation", "place_written", "status")
_NUMBERS: Mapping[str, tuple[int, int]] = {
    "year_from": (1900, 2200),
    "year_to": (1900, 2200),
    "months": (1, 1200),
    "trl": (1, 9),
}
_PLACE_TODAY = "facts/place_today"  # goes with the place as it is written
FACTS = ("organisation", "place_written", "budget_vnd", "months", "year_from", "year_to", "trl", "status")


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value: what it is called, as it is typed, and where it comes from. `snippet` is the line of the record's text
    in which it stands; `said` what the files say where a person corrected it (None: nobody did)."""

    path: str
    label: str
    written: str
    is_long: bool
    sources: list[SourceLine]
    snippet: str | None
    said: str | None


def list_values(index: Index, record: Record, wording: Wording) -> list[ValueLine]:
    """The title, the facts that can be corrected (also those that nobody told), and the sections."""
    amended = amended_values(index, record.id)
    paths = ["title", *(f"facts/{name}" for name in FACTS), *(f"sections/{at}" for at in range(len(record.sections)))]
    return [
        ValueLine(
            path,
            wording.value_name(record, path),
            write_typed(value_of(record, path), path),
            path.startswith("sections/"),
            [wording.source(record, source) for source in record.sources if _is_told(source, path)],
            _find_snippet(record, path),
            _show_said(amended.get(path), path),
        )
        for path in paths
    ]


def _show_said(said: str | None, path: str) -> str | None:
    return write_typed(int(said), path) if said and path == "facts/budget_vnd" else said


def _is_told(source: Source, path: str) -> bool:
    return source.value == path and source.method != "person"


def _find_snippet(record: Record, path: str) -> str | None:
    value = value_of(record, path)
    if path.startswith("sections/") or not isinstance(value, str):
        return None
    wanted = fold(value)
    lines = (line.strip() for section in record.sections for line in section.text.split("\n"))
    found = next((line for line in lines if wanted in fold(line)), None)
    return found[:_LONGEST_SNIPPET] if found else None


def write_typed(value: Any, path: str) -> str:
    """As a person would type it."""
    if value is None:
        return ""
    return f"{value:,} đồng".replace(",", ".") if path == "facts/budget_vnd" else str(value)


def correct_value(index: Index, record: Record, path: str, typed: str, keeps_contacts: bool) -> Record:
    """Let a value be what a person typed; an empty fact is none. Raises BadInput, UnknownRecord."""
    read = _reader(path)
    text = typed.strip().replace("\r\n", "\n")
    if len(text) > (LONGEST_VALUE if path.startswith("sections/") else _LONGEST_LINE):
        raise BadInput(N_("This is too long for one value."))
    value = read(text if keeps_contacts else mask_personal(text))
    if path == "facts/place_written":
        mention = place_of(value)
        return amend_values(index, record.id, {path: value, _PLACE_TODAY: mention.today if mention else None})
    return amend_values(index, record.id, {path: value})


def take_back(index: Index, record: Record, path: str) -> Record:
    """Let a value be again what the files say. Raises BadInput, UnknownRecord."""
    _reader(path)
    if path == "facts/place_written":
        return restore_value(index, record.id, path, _PLACE_TODAY)
    return restore_value(index, record.id, path)


def _reader(path: str) -> Callable[[str], Any]:
    group, _, name = path.partition("/")
    if path == "title" or (group == "sections" and name.isdecimal() and len(name) < 6):
        return _read_needed
    if group == "facts" and name in _WORDS:
        return lambda text: text or None
    if group == "facts" and name in _NUMBERS:
        return lambda text: _read_number(text, *_NUMBERS[name])
    if path == "facts/budget_vnd":
        return _read_money
    raise BadInput(N_("This value cannot be corrected here."))


def _read_needed(text: str) -> str:
    if not text:
        raise BadInput(N_("This value may not be empty."))
    return text


def _read_number(text: str, least: int, most: int) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4 or not least <= int(text) <= most:
        raise BadInput(N_("Type a whole number from {least} to {most}."), least=least, most=most)
    return int(text)


def _read_money(text: str) -> int | None:
    if not text:
        return None
    money = parse_money(text)
    if money is None or not money.is_whole:
        raise BadInput(N_("Type an amount such as 2.850 triệu đồng or 2850000000."))
    return money.dong
