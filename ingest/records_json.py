"""Records as the JSON objects of the public contract, read strictly and written back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NoReturn, cast, get_args

from ingest.errors import N_, BanhaError, Problem
from ingest.industries import is_industry_code
from ingest.records import (
    DEFAULT_HOUSE,
    HOUSES,
    KINDS,
    NOWHERE,
    VISIBILITIES,
    Facts,
    House,
    JsonObject,
    Kind,
    Person,
    PersonRole,
    Place,
    Record,
    Section,
    Visibility,
)

_RECORD_KEYS = frozenset({"id", "kind", "house", "title", "sections", "facts", "sources", "disagreements"})
_SECTION_KEYS = frozenset({"name", "text", "visibility", "role", "year"})
_PERSON_KEYS = frozenset({"name", "role"})
_TEXT_FACTS = ("code", "place_written", "place_today", "organisation", "status")
_NUMBER_FACTS = {
    "year_from": (1000, 2999),
    "year_to": (1000, 2999),
    "budget_vnd": (0, 10**18),
    "months": (0, 1200),
    "trl": (1, 9),
}
_FACT_KEYS = frozenset({*_TEXT_FACTS, *_NUMBER_FACTS, "field_codes", "people", "industry_codes"})
_ROLES = get_args(PersonRole)

LONGEST_ID = 200
LONGEST_TITLE = 2_000
LONGEST_TEXT = 2_000_000  # code points of one section; a thesis has about 500,000
MOST_SECTIONS = 10_000
TOO_LONG = N_("Row {row}: “{key}” may have at most {limit} characters.")
# Each record has an address that ends with its id. Browsers take out empty parts and dots, servers in between decode
# what looks encoded, and these ends are other pages.
_NO_ADDRESS = re.compile(r"(?:^|/)(?:\.{0,2}(?:/|$)|(?:ghep|pairings(?:\.[^/]*)?)$)|%[0-9A-Fa-f]{2}")


class RecordRefused(BanhaError):
    """A JSON object that is not a record of the contract; `problem` names the row and the key."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message, **problem.params)
        self.problem = problem


def record_from_json(obj: object, *, file: str = "", place: Place = NOWHERE) -> Record:
    """The record that an object of the contract describes, nothing added: ``id`` and ``house`` may be missing (the
    house is then the usual one of the kind), ``sources`` and ``disagreements`` are ignored.

    Raises RecordRefused for unknown keys, wrong types and values outside the contract.
    """
    reader = _Reader(file, place)
    fields = reader.mapping(obj, "record", _RECORD_KEYS)
    kind = cast(Kind, reader.choice(fields.get("kind"), "kind", KINDS))
    house = (
        cast(House, reader.choice(fields["house"], "house", HOUSES))
        if fields.get("house") is not None
        else DEFAULT_HOUSE[kind]
    )
    title = reader.text(fields.get("title"), "title").strip()
    if not title:
        reader.refuse(N_("Row {row}: “{key}” is missing or empty."), key="title")
    sections = reader.items(fields.get("sections"), "sections")
    return Record(
        kind=kind,
        house=house,
        title=title,
        sections=tuple(reader.section(item, f"sections/{at}") for at, item in enumerate(sections)),
        facts=reader.facts(fields.get("facts")),
        id=reader.text(fields["id"], "id").strip() if fields.get("id") is not None else "",
    )


def check_storable(record: Record, *, file: str = "", place: Place = NOWHERE) -> None:
    """Raise RecordRefused for an id that cannot stand in an address, and for what `check_size` refuses."""
    reader = _Reader(file, place)
    if record.id and (len(record.id) > LONGEST_ID or not record.id.isprintable() or _NO_ADDRESS.search(record.id)):
        message = N_(
            "Row {row}: a record with the id “{id}” could not be opened. Leave the id out, or use at most {limit} "
            "letters, digits and signs such as - . _ in it."
        )
        reader.refuse(message, id=record.id[:40], limit=LONGEST_ID)
    check_size(record, file=file, place=place)


def check_size(record: Record, *, file: str = "", place: Place = NOWHERE) -> None:
    """Raise RecordRefused for texts beyond any real record."""
    reader = _Reader(file, place)
    longest = max((len(section.text) for section in record.sections), default=0)
    for key, size, limit in (("title", len(record.title), LONGEST_TITLE), ("sections/text", longest, LONGEST_TEXT)):
        if size > limit:
            reader.refuse(TOO_LONG, key=key, limit=limit)
    if len(record.sections) > MOST_SECTIONS:
        reader.refuse(N_("Row {row}: a record may have at most {limit} sections."), limit=MOST_SECTIONS)


def refuse_repeated_id(file: str, id: str, place: Place, first: int | None) -> Problem:
    """What is said of an object whose id another one, in row `first` of the same file, has already."""
    message = N_("Row {row}: the id “{id}” stands in row {first} already; the first one was kept.")
    return Problem(file, message, {"row": place.row or "?", "id": id[:40], "first": first or "?"}, place)


def is_contract_object(obj: Mapping[str, Any]) -> bool:
    """Whether an object claims to be a record of the contract, not a flat row of a list."""
    return "kind" in obj or "sections" in obj or ("title" in obj and "facts" in obj)


def record_to_json(record: Record) -> JsonObject:
    """The object of the contract, as it can be handed in: without sources, public visibility, absent roles, years and
    facts."""
    obj: JsonObject = {"id": record.id} if record.id else {}
    return obj | {
        "kind": record.kind,
        "house": record.house,
        "title": record.title,
        "sections": [_section_to_json(section) for section in record.sections],
        "facts": _facts_to_json(record.facts),
    }


def _section_to_json(section: Section) -> JsonObject:
    obj: JsonObject = {"name": section.name, "text": section.text}
    if section.visibility != "public":
        obj["visibility"] = section.visibility
    if section.role is not None:
        obj["role"] = section.role
    if section.year is not None:
        obj["year"] = section.year
    return obj


def _facts_to_json(facts: Facts) -> JsonObject:
    obj: JsonObject = {}
    for key, value in asdict(facts).items():
        if value is not None and value != ():
            obj[key] = list(value) if isinstance(value, tuple) else value
    return obj


class _Reader:
    """Checks types and values, and refuses with the row and the key."""

    def __init__(self, file: str, place: Place) -> None:
        self.file = file
        self.place = place

    def refuse(self, message: str, **params: Any) -> NoReturn:
        params["row"] = self.place.row if self.place.row is not None else "?"
        raise RecordRefused(Problem(self.file, message, params, self.place))

    def mapping(self, value: object, key: str, known: frozenset[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.refuse(N_("Row {row}: “{key}” must be {expected}."), key=key, expected=N_("an object"))
        for name in value:
            if name not in known:
                path = str(name) if key == "record" else f"{key}/{name}"
                self.refuse(N_("Row {row}: the key “{key}” is not known."), key=path)
        return value

    def text(self, value: object, key: str) -> str:
        if value is None:
            self.refuse(N_("Row {row}: “{key}” is missing or empty."), key=key)
        if not isinstance(value, str):
            self.refuse(N_("Row {row}: “{key}” must be {expected}."), key=key, expected=N_("a text"))
        return value

    def number(self, value: object, key: str, least: int, most: int) -> int:
        # NaN and the infinities are no whole numbers; an int may be too long for a float and is asked nothing.
        is_whole = value.is_integer() if isinstance(value, float) else isinstance(value, int)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not is_whole:
            self.refuse(N_("Row {row}: “{key}” must be {expected}."), key=key, expected=N_("a whole number"))
        if not least <= value <= most:
            self.refuse(N_("Row {row}: “{key}” must lie between {least} and {most}."), key=key, least=least, most=most)
        return int(value)

    def choice(self, value: object, key: str, allowed: tuple[str, ...]) -> str:
        text = self.text(value, key)
        if text not in allowed:
            message = N_("Row {row}: “{key}” must be one of {allowed}, not “{value}”.")
            self.refuse(message, key=key, allowed=", ".join(allowed), value=text[:40])
        return text

    def items(self, value: object, key: str) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, (list, tuple)):
            self.refuse(N_("Row {row}: “{key}” must be {expected}."), key=key, expected=N_("a list"))
        return list(value)

    def section(self, value: object, key: str) -> Section:
        fields = self.mapping(value, key, _SECTION_KEYS)
        name = self.text(fields.get("name"), f"{key}/name").strip()
        if not name:
            self.refuse(N_("Row {row}: “{key}” is missing or empty."), key=f"{key}/name")
        visibility, role, year = fields.get("visibility"), fields.get("role"), fields.get("year")
        return Section(
            name=name,
            text=self.text(fields.get("text"), f"{key}/text"),
            visibility="public"
            if visibility is None
            else cast(Visibility, self.choice(visibility, f"{key}/visibility", VISIBILITIES)),
            role=None if role is None else cast(PersonRole, self.choice(role, f"{key}/role", _ROLES)),
            year=None if year is None else self.number(year, f"{key}/year", 1000, 2999),
        )

    def facts(self, value: object) -> Facts:
        if value is None:
            return Facts()
        fields = {name: item for name, item in self.mapping(value, "facts", _FACT_KEYS).items() if item is not None}
        read: dict[str, Any] = {
            name: self.text(fields[name], f"facts/{name}") or None for name in _TEXT_FACTS if name in fields
        }
        read |= {
            name: self.number(fields[name], f"facts/{name}", least, most)
            for name, (least, most) in _NUMBER_FACTS.items()
            if name in fields
        }
        codes = self.items(fields.get("field_codes"), "facts/field_codes")
        people = self.items(fields.get("people"), "facts/people")
        read["field_codes"] = tuple(self.text(code, f"facts/field_codes/{at}") for at, code in enumerate(codes))
        industries = self.items(fields.get("industry_codes"), "facts/industry_codes")
        read["industry_codes"] = tuple(
            self.industry(code, f"facts/industry_codes/{at}") for at, code in enumerate(industries)
        )
        read["people"] = tuple(self.person(person, f"facts/people/{at}") for at, person in enumerate(people))
        return Facts(**read)

    def industry(self, value: object, key: str) -> str:
        code = self.text(value, key)
        if not is_industry_code(code):
            self.refuse(N_("Row {row}: “{key}” must be {expected}."), key=key, expected=N_("a code of 2 to 5 digits"))
        return code

    def person(self, value: object, key: str) -> Person:
        fields = self.mapping(value, key, _PERSON_KEYS)
        role = fields.get("role")
        return Person(
            self.text(fields.get("name"), f"{key}/name"),
            "member" if role is None else cast(PersonRole, self.choice(role, f"{key}/role", _ROLES)),
        )
