"""Facts of a record, parsed from its labelled items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.fields import find_field_codes
from ingest.industries import find_industry_codes
from ingest.labelled_values import Item, Piece, is_short_label
from ingest.masking import mask_personal
from ingest.money import Money, parse_money, without_bands
from ingest.money_units import is_rate, money_unit, unit_said
from ingest.names import (
    find_people,
    find_roles,
    house_of_organisation,
    looks_like_person,
    names_nobody,
    strip_titles,
)
from ingest.places import place_in_full, place_of, place_or_town_of, several_places_of
from ingest.records import Facts, Kind, Person, PersonRole
from ingest.values import parse_orcid, parse_period, parse_trl, parse_year
from ingest.vietnamese import fold

_MONTHS = re.compile(r"\s*\d{1,4}\s*")
# Room for a thousand people.
_LONGEST_NAMES = 40_000
_LEADS = re.compile(r"\s*(?:chu nhiem|chu tri)\b")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a fact was read, and how sure it is."""

    piece: Piece | None
    confidence: float = 1.0


@dataclass(slots=True)
class FactReading:
    """`leftovers` holds the identities of the items whose text the facts exhaust."""

    facts: Facts = field(default_factory=Facts)
    found: dict[str, Found] = field(default_factory=dict)
    leftovers: set[int] = field(default_factory=set)


class FactReader:
    """Reads the facts of one record of a kind; `title` is its cleaned title."""

    def __init__(self, kind: Kind, title: str) -> None:
        self.kind = kind
        self.title = title
        self._found: dict[str, Found] = {}
        self._understood: set[int] = set()

    def read(self, items: Sequence[Item]) -> FactReading:
        code = self._code(items)
        organisation = self._short(items, "organisation")
        status = self._short(items, "status")
        year_from, year_to, months = self._time(items)
        budget = self._budget(items)
        trl = self._trl(items)
        codes = self._field_codes(items)
        industries = self._industry_codes(items)
        people = self._people(items)
        place_written, place_today = self._place(items, organisation)
        facts = Facts(
            code=code,
            field_codes=codes,
            place_written=place_written,
            place_today=place_today,
            organisation=organisation,
            year_from=year_from,
            year_to=year_to,
            budget_vnd=budget,
            months=months,
            trl=trl,
            status=status,
            people=people,
            industry_codes=industries,
        )
        return FactReading(facts, self._found, self._understood)

    @staticmethod
    def leftover_of(item: Item) -> str:
        """An item as text of the section ``other``: its heading stays in front."""
        heading, text = item.heading.strip(), item.text.strip()
        if not text:
            return "" if item.label.names else heading
        if not heading:
            return text
        is_short = item.is_inline or (is_short_label(item.label) and len(item.pieces) == 1)
        return f"{heading}: {text}" if is_short else f"{heading}\n{text}"

    def _of(self, items: Sequence[Item], name: str) -> list[Item]:
        return [item for item in items if item.field == name and item.text.strip()]

    def _note(self, name: str, item: Item, confidence: float = 1.0, *, understood: bool = True) -> None:
        self._found.setdefault(name, Found(item.pieces[0], confidence))
        if understood:
            self._understood.add(id(item))

    def _short(self, items: Sequence[Item], name: str) -> str | None:
        for item in self._of(items, name):
            self._note(name, item)
            return mask_personal(" ".join(item.text.split()).strip(" ;,."))
        return None

    def _code(self, items: Sequence[Item]) -> str | None:
        if self.kind == "scientist":
            for item in self._of(items, "orcid"):
                if orcid := parse_orcid(item.text):
                    self._note("code", item)
                    return orcid
            return None
        if self.kind == "organisation":
            for item in self._of(items, "tax_code"):
                if match := re.search(r"(?<!\d)\d{10}(?:-\d{3})?(?!\d)", item.text.replace(" ", "")):
                    self._note("code", item)
                    return match.group(0)
            return None
        for item in self._of(items, "code"):
            self._note("code", item)
            return mask_personal(" ".join(item.text.split()).strip(" ;,."))
        return None

    def _time(self, items: Sequence[Item]) -> tuple[int | None, int | None, int | None]:
        months = year_from = year_to = None
        for name in ("duration", "start", "end", "year"):
            for item in self._of(items, name):
                period = parse_period(item.text)
                heading_says_months = "tháng" in item.heading.lower() and _MONTHS.fullmatch(item.text) is not None
                own_months = int(item.text) if heading_says_months else period.months
                is_new = False
                if own_months is not None and months is None:
                    months = own_months
                    self._note("months", item, understood=False)
                    is_new = True
                if name != "end" and year_from is None and period.year_from is not None:
                    year_from = period.year_from
                    self._note("year_from", item, understood=False)
                    is_new = True
                last = parse_year(item.text) if name == "end" else period.year_to
                if name != "start" and year_to is None and last is not None:
                    year_to = last
                    self._note("year_to", item, understood=False)
                    is_new = True
                if (period.is_whole or heading_says_months) and is_new:
                    self._understood.add(id(item))
        return year_from, year_to, months

    def _budget(self, items: Sequence[Item]) -> int | None:
        for item in self._of(items, "budget"):
            money = _money_of(item)
            if money is not None:
                self._note("budget_vnd", item, money.confidence, understood=money.is_whole)
                return money.dong
        total: int | None = None
        for item in (*self._of(items, "budget_state"), *self._of(items, "budget_other")):
            money = _money_of(item)
            if money is not None:
                self._note("budget_vnd", item, money.confidence, understood=money.is_whole)
                total = (total or 0) + money.dong
        return total

    def _trl(self, items: Sequence[Item]) -> int | None:
        for item in self._of(items, "trl"):
            if (level := parse_trl(item.text)) is not None:
                self._note("trl", item)
                return level
        return None

    def _field_codes(self, items: Sequence[Item]) -> tuple[str, ...]:
        codes: set[str] = set()
        for item in self._of(items, "fields"):
            if found := find_field_codes(item.text):
                codes |= set(found)
                self._note("field_codes", item, understood=self._names_only_fields(item.text))
        return tuple(sorted(codes))

    def _industry_codes(self, items: Sequence[Item]) -> tuple[str, ...]:
        if self.kind not in ("need", "organisation"):
            return ()
        codes: set[str] = set()
        # Asked for a field, firms name their industry.
        told = [item for item in self._of(items, "fields") if not find_field_codes(item.text)]
        for item in (*self._of(items, "industry"), *told):
            if found := find_industry_codes(item.text):
                codes |= set(found)
                self._note("industry_codes", item, understood=False)
        return tuple(sorted(codes))

    @staticmethod
    def _names_only_fields(text: str) -> bool:
        """Whether every part is the name of a top-level field, so that nothing but the code was said."""
        from ingest.fields import load_fields

        known = {name for name, _ in load_fields()}
        parts = [fold(part).strip(" .") for part in re.split(r"[;\n]", text)]
        return all(part in known or part.isdecimal() for part in parts if part)

    def _people(self, items: Sequence[Item]) -> tuple[Person, ...]:
        people: dict[str, Person] = {}
        for item in self._of(items, "lead"):
            first = strip_titles(item.pieces[0].text.partition("\n")[0])
            roles = dict(find_roles(item.text[:_LONGEST_NAMES]) or (((first, None),) if _can_be_name(first) else ()))
            for name, role in roles.items():
                people.setdefault(name, Person(name, role or "lead"))
            if roles:
                is_all = "member" not in roles.values() and _says_only_names(item.text, tuple(roles))
                self._note("people", item, understood=is_all)
        for item in self._of(items, "members"):
            for piece in item.pieces:
                cell = piece.get("title") if piece.row else piece.text
                own_role: PersonRole = "lead" if _LEADS.match(fold(piece.get("role"))) else "member"
                for name in find_people(cell[:_LONGEST_NAMES]) or (_name_in_column(cell) if piece.row else ()):
                    people.setdefault(name, Person(name, own_role))
                    self._note("people", item, understood=False)
        for item in items:
            for piece in item.pieces:
                for name in find_people(piece.get("who")) if piece.row else ():
                    people.setdefault(name, Person(name, "member"))
                    self._found.setdefault("people", Found(piece))
        return tuple(Person(mask_personal(person.name), person.role) for person in people.values())

    def _place(self, items: Sequence[Item], organisation: str | None) -> tuple[str | None, str | None]:
        places, addresses = self._of(items, "place"), self._of(items, "address")
        titles = self._of(items, "title") if self.kind != "scientist" else []
        # A department is where its name says; a university named after a city works everywhere.
        is_local = organisation is not None and house_of_organisation(organisation) == "state"
        employers = self._of(items, "organisation") if is_local else []
        for item in places:
            if several := several_places_of(item.text):
                self._note("place_written", item, understood=item.text.strip() == several[0])
                self._note("place_today", item, understood=False)
                return several
        for item in (*places, *titles, *addresses, *employers):
            find = place_or_town_of if item.field in ("place", "address") else place_of
            if mention := find(item.text):
                self._note("place_written", item, understood=item.text.strip() == mention.written)
                self._note("place_today", item, understood=False)
                is_place = item.field == "place"
                return place_in_full(item.text, mention) if is_place else mention.written, mention.today
        return None, None


def _money_of(item: Item) -> Money | None:
    if is_rate(item.heading):
        return None
    unit = money_unit(item.heading) or item.unit or unit_said(item.text)
    text = without_bands(item.text) if any(piece.is_ticked for piece in item.pieces) else item.text
    return parse_money(text, unit, item.pieces[0].signs)


def _name_in_column(cell: str) -> tuple[str, ...]:
    """The name in a cell of a column of names, whose surname may be any people's (``Siu Thị Hyên``)."""
    name = strip_titles(cell)
    return (name,) if _can_be_name(name) and all(word[0].isupper() for word in name.split()) else ()


def _can_be_name(name: str) -> bool:
    return looks_like_person(name) or (
        not names_nobody(name) and 1 < len(name.split()) <= 6 and not re.search(r"\d|[:;]", name) and name[0].isupper()
    )


def _says_only_names(text: str, names: tuple[str, ...]) -> bool:
    return len(" ".join(text.split())) <= sum(len(name) + 16 for name in names)
