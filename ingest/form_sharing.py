"""What a form says of each of several things that it asks for in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from ingest.forms import OTHER
from ingest.labelled_values import Item
from ingest.labels import bare_label, read_numbering
from ingest.records import Facts, Record

# Of one row only; a form with several has no title of its own.
_OF_ONE = frozenset({"code", "budget_vnd", "months", "field_codes"})


def share_form(row: Record, form: Record) -> Record:
    """The record of one row of a form's list, with the sections of the form behind its own, and those facts of the form
    that it does not tell itself, each with its source."""
    taken = {
        field.name: getattr(form.facts, field.name)
        for field in fields(Facts)
        if field.name not in _OF_ONE and not getattr(row.facts, field.name) and getattr(form.facts, field.name)
    }
    first = len(row.sections)
    sources = list(row.sources)
    for source in form.sources:
        group, _, name = source.value.partition("/")
        if group == "sections":
            sources.append(replace(source, value=f"sections/{first + int(name)}"))
        elif group == "facts" and name in taken:
            sources.append(source)
        elif group == "title":
            sources = [replace(one, signed=source.signed) if one.value == "title" else one for one in sources]
    return replace(
        row,
        sections=(*row.sections, *form.sections),
        facts=replace(row.facts, **taken),
        sources=tuple(sources),
    )


def part_titles(items: Sequence[Item]) -> list[list[Item]]:
    """The items once for each title, where the value of the title is a numbered list (``1. Lò điện``, ``2. Men không
    chì``); all of them once where it is none. What all of them cost together is no budget of one."""
    at = next((at for at, item in enumerate(items) if item.field == "title" and item.pieces), None)
    if at is None:
        return [list(items)]
    end = at + 1
    while end < len(items) and items[end].label is OTHER and not items[end].heading:
        end += 1
    titles = [piece for item in items[at:end] for piece in item.pieces]
    numbers = [read_numbering(piece.text) for piece in titles]
    if len(titles) < 2 or [number and number.value for number in numbers] != [str(n + 1) for n in range(len(titles))]:
        return [list(items)]
    others = [replace(item, label=OTHER) if item.field == "budget" else item for item in items[end:]]
    return [
        [*items[:at], replace(items[at], pieces=[replace(piece, text=bare_label(piece.text))]), *others]
        for piece in titles
    ]
