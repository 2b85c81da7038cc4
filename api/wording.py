"""How the pages word what is stored: kinds, houses, sections, facts, money, places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from api.addresses import pairings_href, record_href
from api.catalogue import Translate, describe_place, fill
from ingest import N_, Facts, House, Kind, Record, Section, Source, Visibility, successor_of
from ingest.fields import group_title, parent_fields

KIND: Mapping[Kind, str] = {
    "proposal": N_("Research task"),
    "scientist": N_("Scientist"),
    "need": N_("Need"),
    "organisation": N_("Organisation"),
    "document": N_("Document"),
}
KINDS: Mapping[Kind, str] = {
    "proposal": N_("Research tasks"),
    "scientist": N_("Scientists"),
    "need": N_("Needs of enterprises"),
    "organisation": N_("Organisations"),
    "document": N_("Documents"),
}
FITTING: Mapping[Kind, str] = {
    "proposal": N_("Research tasks that fit"),
    "scientist": N_("Scientists that fit"),
    "need": N_("Needs that fit"),
    "organisation": N_("Organisations that fit"),
    "document": N_("Documents that fit"),
}
HOUSE: Mapping[House, str] = {
    "state": N_("House of the state"),
    "science": N_("House of science"),
    "enterprise": N_("House of enterprises"),
}
# What a kind is most usefully matched with, first the likeliest.
PARTNERS: Mapping[Kind, tuple[Kind, ...]] = {
    "proposal": ("scientist", "organisation", "need", "proposal", "document"),
    "scientist": ("proposal", "need", "scientist", "organisation", "document"),
    "need": ("scientist", "organisation", "proposal", "document", "need"),
    "organisation": ("need", "proposal", "scientist", "organisation", "document"),
    "document": ("proposal", "scientist", "need", "organisation", "document"),
}
_VISIBILITY: Mapping[Visibility, str | None] = {
    "public": None,
    "anonymous": N_("Anonymous"),
    "confidential": N_("Confidential"),
}
_SECTION: Mapping[str, str] = {
    "introduction": N_("Introduction"),
    "summary": N_("Summary"),
    "background": N_("Background"),
    "urgency": N_("Why it is needed"),
    "basis": N_("Basis"),
    "situation": N_("Present situation"),
    "objectives": N_("Objectives"),
    "content": N_("Content"),
    "requirements": N_("Requirements"),
    "products": N_("Expected products"),
    "results": N_("Results"),
    "application": N_("Where it will be used"),
    "impact": N_("Expected effects"),
    "cooperation": N_("Form of co-operation"),
    "references": N_("References"),
    "research": N_("Fields of research"),
    "education": N_("Education"),
    "employment": N_("Employment"),
    "work": N_("Publications"),
    "project": N_("Projects"),
    "patent": N_("Patents"),
    "award": N_("Awards"),
    "supervision": N_("Supervision of students"),
    "technology_offer": N_("Technology on offer"),
    "laboratory": N_("Laboratories"),
    "fablab": N_("Fablabs"),
    "contact": N_("Contact"),
    "text": N_("Text"),
    "other": N_("Other"),
}
_FIELD: Mapping[str, str] = {
    "1": N_("Natural sciences"),
    "2": N_("Engineering and technology"),
    "3": N_("Medical and health sciences"),
    "4": N_("Agricultural sciences"),
    "5": N_("Social sciences"),
    "6": N_("Humanities"),
}
# What a label may be said to mean; sections are called by their own names.
_MEANING: Mapping[str, str] = {
    "title": N_("Title or name"),
    "code": N_("Code"),
    "orcid": N_("ORCID"),
    "tax_code": N_("Tax code"),
    "organisation": N_("Organisation"),
    "lead": N_("Leader"),
    "members": N_("Members"),
    "address": N_("Address"),
    "place": N_("Place"),
    "fields": N_("Fields of science"),
    "trl": N_("Technology readiness"),
    "status": N_("Status"),
    "duration": N_("Duration"),
    "start": N_("Begins"),
    "end": N_("Ends"),
    "year": N_("Year"),
    "budget": N_("Budget"),
    "budget_state": N_("Budget from the state"),
    "budget_other": N_("Budget from other sources"),
    "private": N_("Personal data, left out"),
}
_FACT: Mapping[str, str] = {
    "code": N_("Code"),
    "organisation": N_("Organisation"),
    "place_written": N_("Place"),
    "place_today": N_("Place today"),
    "field_codes": N_("Fields of science"),
    "people": N_("People"),
    "budget_vnd": N_("Budget"),
    "months": N_("Duration"),
    "year_from": N_("From year"),
    "year_to": N_("To year"),
    "years": N_("Years"),
    "trl": N_("Technology readiness"),
    "status": N_("Status"),
}
_METHOD = {
    "text": N_("text"),
    "table": N_("table"),
    "json": N_("data"),
    "ocr": N_("recognised from a picture"),
    "suggested": N_("suggested by the content"),
}
_CHARSET = {
    "tcvn3": "TCVN3 (ABC)",
    "vni": "VNI",
    "viscii": "VISCII",
    "viqr": "VIQR",
    "bk-hcm-2": "BK HCM-2",
    "vietware-x": "Vietware X",
    "cp1258": "Windows-1258",
    "cp1252": "Windows-1252",
}
_LONGEST_UNREPAIRED = 200


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
        return self.say(_SECTION[name]) if name in _SECTION else name.replace("_", " ").strip().capitalize()

    def meaning(self, field: str) -> str:
        """What a field is called of which a person says that a label means it."""
        return self.say(_MEANING[field]) if field in _MEANING else self.section_name(field)

    def visibility(self, visibility: Visibility) -> str | None:
        label = _VISIBILITY[visibility]
        return self.say(label) if label else None

    def about_section(self, section: Section) -> str:
        """The year of an item and the person's role in it."""
        role = {"lead": N_("lead"), "member": N_("member"), None: None}[section.role]
        return ", ".join(str(part) for part in (section.year, role and self.say(role)) if part)

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
            ("budget_vnd", (None if facts.budget_vnd is None else self.money(facts.budget_vnd),)),
            ("months", (None if facts.months is None else say(N_("{count} months"), count=facts.months),)),
            ("years", (self._years(facts),)),
            ("trl", (None if facts.trl is None else say(N_("TRL {level} of 9"), level=facts.trl),)),
            ("status", (facts.status,)),
        ]
        known = [(name, tuple(line for line in lines if line)) for name, lines in rows]
        return [Fact(say(_FACT[name]), lines) for name, lines in known if lines]

    def _organisation(self, record: Record, today: date) -> str | None:
        written = record.title if record.kind == "organisation" else record.facts.organisation
        successor = successor_of(written, today) if written else None
        if successor is None:
            return record.facts.organisation
        message = N_("{name} – today {successor} ({citation})")
        return self.say(message, name=written, successor=successor.name, citation=successor.citation)

    def _field_lines(self, record: Record) -> list[str]:
        names = [self.field(code) for code in record.facts.field_codes]
        if any(source.value == "facts/field_codes" and source.method == "suggested" for source in record.sources):
            return [self.say(N_("{name} – suggested by the content"), name=name) for name in names]
        return names

    def _years(self, facts: Facts) -> str | None:
        first, last = facts.year_from, facts.year_to
        if first and last and first != last:
            return f"{first}–{last}"
        if first and not last:
            return self.say(N_("from {year}"), year=first)
        return str(last) if last else None

    def field(self, code: str) -> str:
        """With the field above it: ``Kỹ thuật môi trường (207) – Khoa học kỹ thuật và công nghệ``."""
        top = _FIELD.get((code, *parent_fields(code))[-1])
        above = self.say(top) if top else ""
        if len(code) == 1 and above:
            return above
        group = group_title(code)
        return f"{group} ({code}) – {above}" if group else f"{above} ({code})".strip()

    def money(self, vnd: int) -> str:
        """As forms write it: ``2.850 triệu đồng``."""
        if abs(vnd) >= 1_000_000:
            return self.say(N_("{amount} million đồng"), amount=self.number(vnd / 1_000_000))
        return self.say(N_("{amount} đồng"), amount=self.number(vnd))

    def number(self, value: float, places: int = 3) -> str:
        """With the separators of the language, without trailing zeros."""
        written = f"{value:,.{places}f}".rstrip("0").rstrip(".") if places else f"{value:,.0f}"
        return written if self._lang == "en" else written.translate(str.maketrans(",.", ".,"))

    def signed(self, value: float) -> str:
        """One decimal, with its sign: ``+2,4``."""
        number = f"{value:+.1f}".replace("-", "−")
        return number if self._lang == "en" else number.replace(".", ",")

    def source(self, record: Record, source: Source) -> SourceLine:
        method = self.say(_METHOD[source.method])
        if source.charset:
            method += f", {_CHARSET.get(source.charset, source.charset)}"
        if source.label:
            method += ", " + self.say(N_("“{label}”, as a person said"), label=source.label)
        if source.confidence < 1:
            method += ", " + self.say(N_("sure to {share} of 1"), share=self.number(source.confidence, 2))
        value = self._value(record, source.value)
        place = describe_place(source.place, self._translate)
        before = source.unrepaired and shorten(source.unrepaired, _LONGEST_UNREPAIRED, placeholder=" …")
        return SourceLine(value, source.file, place, method, before)

    def _value(self, record: Record, path: str) -> str:
        group, _, name = path.partition("/")
        if group == "title":
            return self.say(N_("Title"))
        if group == "sections" and name.isdecimal() and int(name) < len(record.sections):
            return self.section(record, int(name))
        return self.say(_FACT[name]) if name in _FACT else path

    def partners(self, record: Record, here: Kind | None = None) -> list[Link]:
        """Tabs of a record: the record itself, then what it can be matched with."""
        itself = Link(record_href(record.id), self.say(N_("The record")), here is None)
        return [itself] + [
            Link(pairings_href(record.id, kind), self.say(KINDS[kind]), kind == here) for kind in PARTNERS[record.kind]
        ]

    def first_partner(self, kind: Kind) -> Kind:
        return PARTNERS[kind][0]
