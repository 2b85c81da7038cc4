"""The values of a record one by one: where each comes from, and what a person says it should be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.errors import BadInput
from api.labels import ROLE
from api.wording import SourceLine, Wording
from index import Index
from index.amending import Check, amend_values, amended_values, restore_value
from index.amendments import value_of, write_value
from index.changes import ChangedMeanwhile
from ingest import N_, Person, Record, Source, fold
from ingest.fields import find_field_codes
from ingest.masking import MASK, mask_personal
from ingest.money import parse_money
from ingest.orcid import is_orcid
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
_LEADS = frozenset({"lead", "chu nhiem"})  # as it is typed behind a name, without accents
_MEMBERS = frozenset({"member", "thanh vien"})
_MOST_PEOPLE = 200
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_TAX_CODE = re.compile(r"\d{10}(?:-?\d{3})?")
FACTS = (
    "code",
    "organisation",
    "people",
    "field_codes",
    "place_written",
    "budget_vnd",
    "months",
    "year_from",
    "year_to",
    "trl",
    "status",
)


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value: what it is called, as it is typed and as it is read, and where it comes from. `snippet` is the line of
    the record's text in which it stands; `said` what the files say where a person corrected it (None: nobody did);
    `mark` another one whenever the value is."""

    path: str
    label: str
    written: str
    shown: str
    is_long: bool
    sources: list[SourceLine]
    snippet: str | None
    said: str | None
    mark: str


def list_values(index: Index, record: Record, wording: Wording) -> list[ValueLine]:
    """The title, the facts that can be corrected (also those that nobody told), and the sections."""
    amended = amended_values(index, record.id)
    return [_list_value(record, path, amended.get(path), wording) for path in paths_of(record)]


def paths_of(record: Record) -> list[str]:
    """What can be corrected."""
    return ["title", *(f"facts/{name}" for name in FACTS), *(f"sections/{at}" for at in range(len(record.sections)))]


def _list_value(record: Record, path: str, said: str | None, wording: Wording) -> ValueLine:
    value = value_of(record, path)
    return ValueLine(
        path,
        wording.value_name(record, path),
        write_typed(value, path, wording),
        _show(value, path, wording),
        path.startswith("sections/") or path == "facts/people",
        [wording.source(record, source) for source in sources_of(record, path)],
        _find_snippet(record, path),
        _show_said(said, path, wording),
        _mark_of(record, path),
    )


def _mark_of(record: Record, path: str) -> str:
    return hashlib.sha256(write_value(value_of(record, path)).encode()).hexdigest()


def _show(value: Any, path: str, wording: Wording) -> str:
    """As the page of the record words it."""
    if value is not None and path == "facts/budget_vnd":
        return wording.money(value)
    if value is not None and path == "facts/months":
        return wording.say(N_("{count} months"), count=value)
    if value is not None and path == "facts/trl":
        return wording.say(N_("TRL {level} of 9"), level=value)
    return "; ".join(map(wording.field, value)) if path == "facts/field_codes" else write_typed(value, path, wording)


def _show_said(said: str | None, path: str, wording: Wording) -> str | None:
    if said and path == "facts/budget_vnd":
        return write_typed(int(said), path, wording)
    if said and path == "facts/field_codes":
        return said.replace("\n", "; ")
    return said.replace("(lead)", name_lead(wording)).replace("\n", "; ") if said and path == "facts/people" else said


def sources_of(record: Record, path: str) -> tuple[Source, ...]:
    """Where the files say the value."""
    return tuple(source for source in record.sources if source.value == path and source.method != "person")


def _find_snippet(record: Record, path: str) -> str | None:
    value = value_of(record, path)
    if path.startswith("sections/") or not isinstance(value, str):
        return None
    wanted = fold(value)
    lines = (line.strip() for section in record.sections for line in section.text.split("\n"))
    found = next((line for line in lines if wanted in fold(line)), None)
    return found[:_LONGEST_SNIPPET] if found else None


def name_lead(wording: Wording) -> str:
    """As it is shown and typed behind the name of who leads."""
    return f"({wording.say(ROLE['lead'])})"


def write_typed(value: Any, path: str, wording: Wording) -> str:
    """As a person would type it."""
    if value is None:
        return ""
    if path == "facts/people":
        return "\n".join(f"{one.name} {name_lead(wording)}" if one.role == "lead" else one.name for one in value)
    if path == "facts/field_codes":
        return "; ".join(value)
    return f"{value:,} đồng".replace(",", ".") if path == "facts/budget_vnd" else str(value)


def correct_value(index: Index, record: Record, path: str, typed: str, keeps_contacts: bool, seen: str = "") -> Record:
    """Let a value be what a person typed; an empty fact is none. Raises BadInput, UnknownRecord, and ChangedMeanwhile
    where `seen` is not the mark of another value that is stored by now."""
    read = _reader(path)
    is_long = path.startswith("sections/") or path == "facts/people"
    # A long title is typed into a field of several lines, and is one line all the same.
    text = typed.strip().replace("\r\n", "\n") if is_long else " ".join(typed.split())
    if len(text) > (LONGEST_VALUE if is_long else _LONGEST_LINE):
        raise BadInput(N_("This is too long for one value."))
    value = read(text if keeps_contacts or _is_tax_code(record, path, text) else mask_personal(text))
    values = {path: value}
    if path == "facts/place_written":
        mention = place_of(value)
        values[_PLACE_TODAY] = mention.today if mention else None
    return amend_values(index, record.id, values, _checking(path, seen))


def _checking(path: str, seen: str) -> Check:
    def check(now: Record, then: Record) -> None:
        if seen and seen != _mark_of(now, path):
            raise ChangedMeanwhile
        if path in ("facts/year_from", "facts/year_to"):
            _check_years(then)

    return check


def _check_years(record: Record) -> None:
    first, last = record.facts.year_from, record.facts.year_to
    if first and last and first > last:
        raise BadInput(
            N_("It would begin in {first} and end in {last}. If the other year is wrong too, correct that one first."),
            first=first,
            last=last,
        )


def _is_tax_code(record: Record, path: str, text: str) -> bool:
    """Whether it looks like a telephone number and is none."""
    return record.kind == "organisation" and path == "facts/code" and _TAX_CODE.fullmatch(text) is not None


def take_back(index: Index, record: Record, path: str, seen: str = "") -> Record:
    """Let a value be again what the files say. Raises as `correct_value`."""
    _reader(path)
    paths = (path, _PLACE_TODAY) if path == "facts/place_written" else (path,)
    return restore_value(index, record.id, *paths, check=_checking(path, seen))


def _reader(path: str) -> Callable[[str], Any]:
    group, _, name = path.partition("/")
    if path == "title" or (group == "sections" and name.isdecimal() and len(name) < 6):
        return _read_needed
    if group == "facts" and name in _WORDS:
        return lambda text: text or None
    if path in _OTHERS:
        return _OTHERS[path]
    if group == "facts" and name in _NUMBERS:
        return lambda text: _read_number(text, *_NUMBERS[name])
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
        raise BadInput(N_("Type an amount such as 2850 million đồng or 2850000000."))
    return money.dong


def read_fields(text: str) -> tuple[str, ...]:
    """Codes of fields of science out of a line of codes or names. Raises BadInput where there are none in it."""
    codes = find_field_codes(text.replace(",", ";"))
    if text.strip() and not codes:
        raise BadInput(N_("No field of science is known in “{text}”; use its code, such as 205."), text=text[:100])
    return codes


def _read_code(text: str) -> str | None:
    if MASK in text:
        raise BadInput(N_("This looks like personal data, which is not kept as a code."))
    if _ORCID.fullmatch(text) and not is_orcid(text):
        raise BadInput(N_("This ORCID iD has a mistake in it: its last digit does not fit the others."))
    return " ".join(text.split()) or None


def _read_people(text: str) -> tuple[Person, ...]:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    people = tuple(dict.fromkeys(_read_person(line) for line in lines if line))
    if len(people) > _MOST_PEOPLE:
        raise BadInput(N_("This is too long for one value."))
    return people


def _read_person(line: str) -> Person:
    name, bracket, mark = line.removesuffix(")").rpartition("(")
    if bracket and line.endswith(")") and name.strip() and fold(mark.strip()) in _LEADS | _MEMBERS:
        return Person(name.strip(), "lead" if fold(mark.strip()) in _LEADS else "member")
    return Person(line)


_OTHERS: Mapping[str, Callable[[str], Any]] = {
    "facts/budget_vnd": _read_money,
    "facts/code": _read_code,
    "facts/people": _read_people,
    "facts/field_codes": read_fields,
}
