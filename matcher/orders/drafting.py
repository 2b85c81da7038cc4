"""Drafts of forms: values of records put where the form asks for them, each sentence with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest import Record, accented_view, sentences
from matcher.gaps.localities import localities_of, place_written
from matcher.orders.form_outlines import AnnexName, Field, Outline, Part, Take
from matcher.orders.release import is_confidential
from matcher.stored_values import fact_values, read_value, section_value, write_amount, write_level, write_months

_WRITE: Mapping[str, Callable[[int], str]] = {
    "facts/budget_vnd": write_amount,
    "facts/months": write_months,
    "facts/trl": write_level,
}
_FACTS = "facts/"
_NEEDS = "needs"
_SPAN = re.compile(
    r"\d\s*(?:triệu|tỷ|tỉ)?(?:\s*đồng)?\s*(?:[-–—]|đến|tới)\s*\d[\d.,]*\s*(?:triệu|tỷ|tỉ|đồng)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """``[start, end)`` code points of a value of a record (``title``, ``sections/0``, ``facts/budget_vnd``) as it may
    be quoted; `text` is exactly that slice."""

    record: str
    value: str
    start: int
    end: int
    text: str
    is_confidential: bool = False


@dataclass(frozen=True, slots=True)
class Connective:
    """The form's own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """What is worked out of `records` (ids; `mark` names them in the text) by ``work_out``: how many needs of whom and
    where (`of` is ``needs``; so many of them are `strangers`, by a comparison that is not made again), or from what to
    what a fact goes (``facts/budget_vnd``)."""

    text: str
    of: str
    records: tuple[str, ...]
    mark: str
    strangers: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """What a person has to fill in."""

    hint: str


Piece = Sentence | Figure | Connective | Gap


@dataclass(frozen=True, slots=True)
class DraftPart:
    label: str
    choices: tuple[str, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class DraftField:
    key: str
    number: str
    label: str
    parts: tuple[DraftPart, ...]


def draft_fields(
    outline: Outline, subjects: Sequence[Record], annexed: Mapping[AnnexName, Sequence[Sentence]], strangers: int = 0
) -> tuple[DraftField, ...]:
    """Every field of the form. `subjects` are records as they may be quoted, `annexed` sentences by the list that a
    part asks for; so many needs are `strangers` that have nothing in common with the others. Nothing stands in it but
    slices of records, the outline's words, and figures worked out of records."""
    names = {record.id: f"{outline.letter}{number}" for number, record in enumerate(subjects, 1)}
    return tuple(_draft_field(field, subjects, names, annexed, strangers) for field in outline.fields)


def _draft_field(
    field: Field,
    subjects: Sequence[Record],
    names: Mapping[str, str],
    annexed: Mapping[AnnexName, Sequence[Sentence]],
    strangers: int,
) -> DraftField:
    parts = tuple(
        DraftPart(part.label, part.choices, tuple(_fill(part, subjects, names, annexed, strangers)))
        for part in field.parts
    )
    return DraftField(field.key, field.number, field.label, parts)


def _fill(
    part: Part,
    subjects: Sequence[Record],
    names: Mapping[str, str],
    annexed: Mapping[AnnexName, Sequence[Sentence]],
    strangers: int,
) -> Iterator[Piece]:
    is_filled = False
    needs = [record for record in subjects if record.kind == "need"]
    if part.counts and len(needs) > 1:
        yield _figure(_NEEDS, needs, names, strangers)
    if part.range and work_out(part.range, subjects):
        yield _figure(part.range, subjects, names)
    for group in part.groups:
        found = [(record, list(_take(group.takes, record))) for record in subjects]
        found = [(record, sentences) for record, sentences in found if sentences]
        if found and group.lead:
            yield Connective(group.lead)
        for record, said in found:
            is_filled = True
            if len(subjects) > 1:
                yield Connective(f"{names[record.id]}:")
            yield from said
    listed = annexed.get(part.annex, ()) if part.annex else ()
    if listed:
        is_filled = True
        yield Connective(part.annex_lead)
        yield from listed
    if part.ask == "always" or not is_filled:
        yield Gap(part.hint)


def _take(takes: Sequence[Take], record: Record) -> Iterator[Sentence]:
    """What of a record answers, each sentence once."""
    seen = set()
    for take in takes:
        if record.kind in take.of and take.house in (None, record.house):
            for one in _read(take, record):
                if one.text.strip() and (one.value, one.start) not in seen:
                    seen.add((one.value, one.start))
                    yield one


def _read(take: Take, record: Record) -> Iterator[Sentence]:
    if take.value.startswith(_FACTS):
        for number, value in enumerate(fact_values(record, take.value.removeprefix(_FACTS))):
            if take.role is None or record.facts.people[number].role == take.role:
                yield quote_value(record, value)
    elif take.value == "title":
        yield quote_value(record, "title")
    else:
        for position, section in enumerate(record.sections):
            if section.name == take.value:
                for start, end in sentences(section.text):
                    if take.saying is None or take.saying.search(accented_view(section.text[start:end])):
                        yield quote_slice(record, position, start, end)


def quote_value(record: Record, value: str) -> Sentence:
    """All of a title or fact."""
    text = read_value(record, value) or ""
    return Sentence(record.id, value, 0, len(text), text, is_confidential(record, value))


def quote_slice(record: Record, section: int | None, start: int, end: int) -> Sentence:
    value = section_value(section)
    return Sentence(record.id, value, start, end, record.text_of(section)[start:end], is_confidential(record, value))


def _figure(of: str, records: Sequence[Record], names: Mapping[str, str], strangers: int = 0) -> Figure:
    mark = f"{names[records[0].id]}–{names[records[-1].id]}"
    return Figure(work_out(of, records, strangers), of, tuple(record.id for record in records), mark, strangers)


def work_out(of: str, records: Sequence[Record], strangers: int = 0) -> str:
    """The words of a figure; empty where the records do not give one."""
    return count_needs(records, strangers) if of == _NEEDS else tell_range(of, records)


def count_needs(needs: Sequence[Record], strangers: int = 0) -> str:
    """How many needs, of how many bodies, in how many places say the like; with strangers among them, that they do
    not."""
    bodies = {record.facts.organisation for record in needs if record.facts.organisation}
    unnamed = sum(1 for record in needs if not record.facts.organisation)
    places = {name for record in needs for name in localities_of(place_written(record))}
    text = f"{len(needs)} phiếu nhu cầu của {len(bodies)} đơn vị"
    if unnamed:
        text += f" và {unnamed} phiếu không nêu tên đơn vị"
    if places:
        text += f", tại {len(places)} địa bàn ({'; '.join(sorted(places))})"
    if strangers:
        return f"{text}, được gộp trong phiếu này; {strangers} phiếu hầu như không có điểm chung với các phiếu còn lại:"
    return f"{text}, nêu vấn đề này:"


def tell_range(value: str, subjects: Sequence[Record]) -> str:
    """From the smallest to the largest value of a fact; empty where there are not two, or where a record says a span
    (“150–200 triệu”), of which the fact holds one end only."""
    if value == "facts/budget_vnd" and any(_SPAN.search(section.text) for one in subjects for section in one.sections):
        return ""
    known = [getattr(record.facts, value.removeprefix(_FACTS)) for record in subjects]
    numbers = sorted({number for number in known if number is not None})
    if len(numbers) < 2:
        return ""
    write = _WRITE[value]
    return f"Từ {write(numbers[0])} đến {write(numbers[-1])}, theo từng hồ sơ dưới đây:"
