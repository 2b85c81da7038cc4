"""How the pages word what is stored: sections, facts, money, years, sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from api.addresses import pairings_href, picture_href, record_href
from api.catalogue import Translate, describe_place, fill, say_day
from api.labels import (
    AUTHOR,
    BECAUSE,
    CHARSET,
    FACT,
    FIELD,
    KINDS,
    MEANING,
    METHOD,
    PARTNERS,
    ROLE,
    SECTION,
    VISIBILITY,
)
from index import Disagreement
from index.disagreements import Told
from ingest import N_, Facts, Kind, Record, Section, Source, Visibility, successor_of
from ingest.fields import group_title, parent_fields
from ingest.industries import industry_title

_LONGEST_UNREPAIRED = 200
# Tasks are led; these are written.
_AUTHORED = frozenset({"work", "patent"})


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceLine:
    value: str
    file: str
    place: str
    method: str
    unrepaired: str | None = None
    picture: str | None = None


class Wording:
    """Words of one language for what is stored."""

    def __init__(self, translate: Translate, lang: str) -> None:
        self._translate = translate
        self._lang = lang

    def say(self, template: str, **params: object) -> str:
        return fill(self._translate(template), params)

    def section(self, record: Record, section: int | None) -> str:
        """The label of a section of the record; of its title for None. Empty for one that is gone because the record
        was changed after it was found."""
        if section is None:
            return self.say(N_("Title"))
        return self.section_name(record.sections[section].name) if section < len(record.sections) else ""

    def section_name(self, name: str) -> str:
        return self.say(SECTION[name]) if name in SECTION else name.replace("_", " ").strip().capitalize()

    def meaning(self, field: str) -> str:
        """What a field is called of which a person says that a label means it."""
        return self.say(MEANING[field]) if field in MEANING else self.section_name(field)

    def visibility(self, visibility: Visibility) -> str | None:
        label = VISIBILITY[visibility]
        return self.say(label) if label else None

    def about_section(self, section: Section) -> str:
        """The year of an item and the person's role in it, as far as its text does not say so itself."""
        role = (AUTHOR if section.name in _AUTHORED else ROLE)[section.role] if section.role else None
        known = (str(section.year or ""), self.say(role) if role else "")
        return ", ".join(part for part in known if part and part.casefold() not in section.text.casefold())

    def facts(self, record: Record, today: date) -> list[Fact]:
        """The facts that are known, in the order a reader looks for them. What an organisation of former times is
        called `today` stands beside it, and what is only suggested says so."""
        facts, say = record.facts, self.say
        people = tuple(say(N_("{name} (lead)"), name=p.name) if p.role == "lead" else p.name for p in facts.people)
        rows: list[tuple[str, Sequence[str | None]]] = [
            ("code", (facts.code,)),
            ("organisation", (self._organisation(record, today),)),
            ("people", people),
            ("place_written", (facts.place_written,)),
            ("place_today", (facts.place_today if facts.place_today != facts.place_written else None,)),
            ("field_codes", self._field_lines(record)),
            ("industry_codes", tuple(map(_industry, facts.industry_codes))),
            ("budget_vnd", (None if facts.budget_vnd is None else self.money(facts.budget_vnd),)),
            ("months", (None if facts.months is None else say(N_("{count} months"), count=facts.months),)),
            ("years", (self._years(facts),)),
            ("trl", (None if facts.trl is None else say(N_("TRL {level} of 9"), level=facts.trl),)),
            ("status", (facts.status,)),
        ]
        known = [(name, tuple(line for line in lines if line)) for name, lines in rows]
        return [Fact(say(FACT[name]), lines) for name, lines in known if lines]

    def tell_apart(self, record: Record) -> str:
        """What tells a record from others of its kind in one line: code, body, years and state, as far as known; of an
        organisation where it is, since nobody knows it by a number."""
        facts = record.facts
        known: tuple[str | None, ...] = (facts.code, facts.organisation, self._years(facts), facts.status)
        if record.kind == "organisation":
            known = (facts.organisation, facts.place_written)
        return " · ".join(part for part in known if part)

    def _organisation(self, record: Record, today: date) -> str | None:
        written = record.title if record.kind == "organisation" else record.facts.organisation
        successor = successor_of(written, today) if written else None
        if successor is None:
            return record.facts.organisation
        message = N_("{name} – today {successor} ({citation})")
        return self.say(message, name=written, successor=successor.name, citation=successor.citation)

    def _field_lines(self, record: Record) -> list[str]:
        names = [self.field(code) for code in record.facts.field_codes]
        if record.suggests_fields:
            return [self.say(N_("{name} – suggested by the content"), name=name) for name in names]
        return names

    def _years(self, facts: Facts) -> str | None:
        first, last = facts.year_from, facts.year_to
        if first and last and first != last:
            return f"{first}–{last}"
        if first and not last:
            return self.say(N_("from {year}"), year=first)
        if last and not first:
            return self.say(N_("until {year}"), year=last)
        return str(last) if last else None

    def field(self, code: str) -> str:
        """With the field above it: ``Kỹ thuật môi trường (207) – Khoa học kỹ thuật và công nghệ``."""
        top = FIELD.get((code, *parent_fields(code))[-1])
        above = self.say(top) if top else ""
        if len(code) == 1 and above:
            return above
        group = self.group(code)
        return f"{group} ({code}) – {above}" if group else f"{above} ({code})".strip()

    def group(self, code: str) -> str | None:
        """The group of a field without the field above it; None where there is none of this code."""
        return group_title(code, self._lang)

    def money(self, vnd: int) -> str:
        """As forms write it: ``2.850 triệu đồng``."""
        if abs(vnd) >= 1_000_000:
            return self.say(N_("{amount} million đồng"), amount=self.number(vnd / 1_000_000))
        return self.say(N_("{amount} đồng"), amount=self.number(vnd))

    def day(self, day: date) -> str:
        return say_day(day, self._translate)

    def number(self, value: float, places: int = 3) -> str:
        """With the separators of the language, without trailing zeros."""
        written = f"{value:,.{places}f}".rstrip("0").rstrip(".") if places else f"{value:,.0f}"
        return written if self._lang == "en" else written.translate(str.maketrans(",.", ".,"))

    def signed(self, value: float, decimals: int = 1) -> str:
        """With its sign: ``+2,4``; what rounds to nothing is ``+0,0``, never below it."""
        number = f"{value:+z.{decimals}f}".replace("-", "−")
        return number if self._lang == "en" else number.replace(".", ",")

    def source(self, record: Record, source: Source) -> SourceLine:
        method = self.say(METHOD[source.method])
        if source.charset:
            method += f", {CHARSET.get(source.charset, source.charset)}"
        if source.label:
            method += ", " + self.say(N_("“{label}”, as a person said"), label=source.label)
        if source.by_labels:
            method += ", " + self.say(N_("the form was recognised by its labels"))
        if source.signed:
            method += ", " + self.say(N_("dated {day}"), day=self.day(date.fromisoformat(source.signed)))
        if source.confidence < 1:
            method += ", " + self.say(N_("sure to {share} of 1"), share=self.number(source.confidence, 2))
        value = self.value_name(record, source.value)
        place = describe_place(source.place, self._translate)
        before = source.unrepaired and shorten(source.unrepaired, _LONGEST_UNREPAIRED, placeholder=" …")
        picture = source.picture and picture_href(record.id, source.picture)
        return SourceLine(value, source.file, place, method, before, picture)

    def disagreement(self, found: Disagreement) -> str:
        """Which value stands, why, and what else is told where."""
        stands, *others = (self._told(found.value, told) for told in found.told)
        name = self.say(N_("Title")) if found.value == "title" else self._fact_told(found.value)
        return self.say(
            N_("{name}: {value} counts, {because}. Others: {others}."),
            name=name,
            value=stands,
            because=self.say(BECAUSE[found.because]),
            others="; ".join(others),
        )

    def _fact_told(self, path: str) -> str:
        return self.say(MEANING["lead"] if path == "facts/people" else FACT[path.removeprefix("facts/")])

    def _told(self, path: str, told: Told) -> str:
        value = str(told.value)
        if isinstance(told.value, int) and path == "facts/budget_vnd":
            value = self.money(told.value)
        elif path == "facts/months":
            value = self.say(N_("{count} months"), count=told.value)
        places = (describe_place(source.place, self._translate) for source in told.sources)
        files = dict.fromkeys(
            ", ".join(part for part in (source.file, place) if part)
            for source, place in zip(told.sources, places, strict=True)
        )
        return f"{value} ({'; '.join(files)})" if files else value

    def value_name(self, record: Record, path: str) -> str:
        """What the value of a source is called."""
        group, _, name = path.partition("/")
        if group == "title":
            return self.say(N_("Title"))
        if group == "sections" and name.isdecimal() and int(name) < len(record.sections):
            return self.section(record, int(name))
        return self.say(FACT[name]) if name in FACT else path

    def partners(self, record: Record, here: Kind | None = None) -> list[Link]:
        """Tabs of a record: the record itself, then what it can be matched with."""
        itself = Link(record_href(record.id), self.say(N_("The record")), here is None)
        return [itself] + [
            Link(pairings_href(record.id, kind), self.say(KINDS[kind]), kind == here) for kind in PARTNERS[record.kind]
        ]

    def first_partner(self, kind: Kind) -> Kind:
        return PARTNERS[kind][0]


def _industry(code: str) -> str:
    """``Cưa, xẻ, bào gỗ và bảo quản gỗ (1610)``"""
    return f"{industry_title(code) or ''} ({code})".strip()
