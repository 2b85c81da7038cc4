"""Values of records as texts that can be quoted: title, sections, and facts written out one way only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from json import dumps

from ingest import Record, Source, record_to_json
from ingest.fields import group_title
from ingest.industries import industry_title

TITLE = "title"
_SECTIONS, _FACTS = "sections/", "facts/"


def section_value(position: int | None) -> str:
    """How a section is named, as in Source.value; None is the title."""
    return TITLE if position is None else f"{_SECTIONS}{position}"


def position_of(value: str) -> int | None:
    """The section that a value is; None for the title and for facts."""
    number = value.removeprefix(_SECTIONS)
    return int(number) if value.startswith(_SECTIONS) and number.isdecimal() else None


def fact_values(record: Record, name: str) -> list[str]:
    """The values of a fact that are known, one for each item where there are several: ``facts/people/0``."""
    held = getattr(record.facts, name)
    if isinstance(held, tuple):
        return [f"{_FACTS}{name}/{number}" for number in range(len(held))]
    return [] if held is None or held == "" else [f"{_FACTS}{name}"]


def read_value(record: Record, value: str) -> str | None:
    """The text of a value, as sentences quote it; None where the record has no such value (any more).

    Texts are those that are stored. Numbers are written out: ``900.000.000 đồng``, ``10 tháng``, ``TRL 6``.
    """
    if value == TITLE:
        return record.title
    position = position_of(value)
    if position is not None:
        return record.sections[position].text if position < len(record.sections) else None
    name, _, number = value.removeprefix(_FACTS).partition("/")
    held = getattr(record.facts, name, None) if value.startswith(_FACTS) else None
    if isinstance(held, tuple):
        if not number.isdecimal() or int(number) >= len(held):
            return None
        held = held[int(number)]
    if held is None:
        return None
    return _WRITTEN.get(name, str)(held)


def write_amount(vnd: int) -> str:
    return f"{vnd:,} đồng".replace(",", ".")


def write_months(months: int) -> str:
    return f"{months} tháng"


def write_level(level: int) -> str:
    return f"TRL {level}"


def _field(code: str) -> str:
    return f"{group_title(code) or ''} ({code})".strip()


def _industry(code: str) -> str:
    return f"{industry_title(code) or ''} ({code})".strip()


_WRITTEN: Mapping[str, Callable[..., str]] = {
    "budget_vnd": write_amount,
    "months": write_months,
    "trl": write_level,
    "field_codes": _field,
    "industry_codes": _industry,
    "people": lambda person: str(person.name),
}


def sources_of(record: Record, value: str) -> list[Source]:
    """Where a value was read, the places of its item or of the whole fact."""
    whole = "/".join(value.split("/")[:2])
    return [source for source in record.sources if source.value in (value, whole)]


def digest(record: Record) -> str:
    """Equal for records that say the same."""
    said = dumps(record_to_json(record), ensure_ascii=True, sort_keys=True)
    return sha256(said.encode()).hexdigest()[:16]
