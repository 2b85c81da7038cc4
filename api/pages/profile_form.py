"""The form of a profile: what was typed into it, and where that differs from what is stored by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Annotated

from fastapi import Form

from api.accounts.profiles import EARLIEST, LATEST, MOST_SECTIONS, Profile
from api.errors import BadInput
from api.value_editing import read_fields
from ingest import N_, PersonRole, Section, Visibility

_Rows = Annotated[list[str] | None, Form(max_length=MOST_SECTIONS)]
_Line = Annotated[str, Form(max_length=1_000)]
_FACTS = ("organisation", "place", "fields")


@dataclass(frozen=True, slots=True)
class Row:
    """A section as it stands in the form."""

    name: str = "work"
    text: str = ""
    year: str = ""
    role: str = ""
    visibility: str = "public"


@dataclass(frozen=True, slots=True)
class Typed:
    """`taken`: what is to be as it is stored."""

    rows: tuple[Row, ...]
    organisation: str
    place: str
    fields: str
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is stored otherwise than typed, by the name under which it can be taken."""

    name: str
    stored: Row


@dataclass(frozen=True, slots=True)
class Differences:
    """Facts that differ: name → as stored; of typed sections, by their position, those that are stored otherwise; typed
    ones that are not stored; and stored ones that were not typed."""

    facts: Mapping[str, str]
    sections: Mapping[int, Difference]
    only_typed: frozenset[int]
    only_stored: tuple[Difference, ...]


def read_form(
    ten: _Rows = None,
    chu: _Rows = None,
    nam: _Rows = None,
    vai: _Rows = None,
    muc: _Rows = None,
    organisation: _Line = "",
    place: _Line = "",
    fields: _Line = "",
    lay: _Rows = None,
) -> Typed:
    """What was typed: of each section the name, text, year, role and who may read it. `lay`: what is taken as it is
    stored, by the names that `compare` gives."""
    columns = (ten or [], chu or [], nam or [], vai or [], muc or [])
    rows = tuple(Row(*row) for row in zip_longest(*columns, fillvalue=""))
    return Typed(rows, organisation, place, fields, frozenset(lay or ()))


def typed_of(profile: Profile) -> Typed:
    rows = tuple(
        Row(one.name, one.text, str(one.year or ""), one.role or "", one.visibility) for one in profile.sections
    )
    return Typed(rows, profile.organisation, profile.place, "; ".join(profile.fields))


def read_typed(typed: Typed) -> Profile:
    """The profile that was typed. Raises BadInput."""
    sections = []
    for row in typed.rows:
        if not row.text.strip():
            continue
        year = row.year.strip()
        if year and not (year.isdecimal() and len(year) == 4):
            raise BadInput(N_("Type a whole number from {least} to {most}."), least=EARLIEST, most=LATEST)
        shown: Visibility = (
            "confidential"
            if row.visibility == "confidential"
            else "anonymous"
            if row.visibility == "anonymous"
            else "public"
        )
        role: PersonRole | None = "lead" if row.role == "lead" else "member" if row.role == "member" else None
        sections.append(Section(row.name[:60] or "other", row.text, shown, role, int(year) if year else None))
    return Profile(tuple(sections), typed.organisation, typed.place, read_fields(typed.fields))


def compare(typed: Typed, stored: Typed) -> Differences:
    """What is stored otherwise than typed; sections are told apart by their order."""
    facts = {name: getattr(stored, name) for name in _FACTS if getattr(typed, name).strip() != getattr(stored, name)}
    mine, theirs = ([_tidy(row) for row in without_blanks(one.rows)] for one in (typed, stored))
    sections: dict[int, Difference] = {}
    only_typed: set[int] = set()
    only_stored: list[Difference] = []
    for kind, start, end, their_start, their_end in SequenceMatcher(None, mine, theirs, False).get_opcodes():
        if kind == "equal":
            continue
        paired = min(end - start, their_end - their_start)
        for at in range(paired):
            name = f"{start + at}:{their_start + at}"
            sections[start + at] = Difference(name, stored.rows[their_start + at])
        only_typed.update(range(start + paired, end))
        only_stored += [Difference(f":{at}", stored.rows[at]) for at in range(their_start + paired, their_end)]
    return Differences(facts, sections, frozenset(only_typed), tuple(only_stored))


def without_blanks(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows up to the last in which something is written."""
    return rows[: max((at for at, row in enumerate(rows, 1) if row.text.strip()), default=0)]


def take_stored(typed: Typed, stored: Typed) -> Typed:
    """What was typed, but what is to be as it is stored."""
    rows = dict(enumerate(typed.rows))
    added = []
    for mine, _, theirs in sorted(name.partition(":") for name in typed.taken):
        if theirs.isdecimal() and len(theirs) < 6 and int(theirs) < len(stored.rows):
            if mine.isdecimal() and len(mine) < 6:
                rows[int(mine)] = stored.rows[int(theirs)]
            else:
                added.append(stored.rows[int(theirs)])
    facts = {name: getattr(stored, name) for name in _FACTS if name in typed.taken}
    written = [row for _, row in sorted(rows.items()) if row.text.strip()]
    return replace(typed, rows=(*written, *added), taken=frozenset(), **facts)


def _tidy(row: Row) -> Row:
    return replace(row, text=row.text.replace("\r\n", "\n").strip(), year=row.year.strip())
