"""What persons corrected in single values of a record, kept as a version of its own beside those of the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from index.origins import Version
from ingest import Facts, Person, Record, Section, Source

ORIGIN = "person"
"""A file's origin is a path or begins with how it was sent."""
ORIGIN_OF_OWN = "person/owner"
"""Of what was corrected in what the owner of a record says; what was corrected in the files sleeps meanwhile."""


def is_amendment(version: Version) -> bool:
    """Whether a version tells only what persons corrected. Each of its sources names one value, and as `unrepaired`
    what the files (or the owner) said there: a correction holds as long as they still say it."""
    return version.origin in (ORIGIN, ORIGIN_OF_OWN)


def value_of(record: Record, path: str) -> Any:
    """The value that a path (``title``, ``sections/0``, ``facts/months``) names; None where there is none."""
    group, _, name = path.partition("/")
    if group == "title":
        return record.title
    if group == "facts":
        return getattr(record.facts, name)
    at = int(name)
    return record.sections[at].text if at < len(record.sections) else None


def amend(record: Record, amendments: Sequence[Record]) -> tuple[Record, frozenset[str]]:
    """The record with the corrections that hold, and the paths of the values they concern."""
    amended: set[str] = set()
    for said in amendments:
        for source in said.sources:
            path = _find(record, said, source)
            if path:
                record = _put(record, path, value_of(said, source.value), replace(source, value=path))
                amended.add(path)
    return record, frozenset(amended)


def add_to(held: Record | None, record: Record, path: str, value: Any, before: Record) -> Record:
    """The amendment `held` so far (None: none) with one more correction, or another of the same value: at `path` the
    `record` as it stands gets `value`. `before`: the record as the files alone tell it."""
    held = held or Record(record.kind, record.house, record.title)
    earlier = next((source for source in held.sources if _find(before, held, source) == path), None)
    if earlier:
        held = drop_from(held, earlier)
    was = value_of(before, path)
    if path == "title":
        held = replace(held, title=value)
    elif path.startswith("facts/"):
        held = replace(held, facts=replace(held.facts, **{path.removeprefix("facts/"): value}))
    else:
        section = before.sections[int(path.removeprefix("sections/"))]
        path = f"sections/{len(held.sections)}"
        held = replace(held, sections=(*held.sections, replace(section, text=value)))
    told = Source(path, "", "", method="person", unrepaired=write_value(was))
    return replace(held, sources=(*held.sources, told))


def find_source(amendment: Record, before: Record, path: str) -> Source | None:
    """The correction of the value that stands at `path` of the record as the files tell it."""
    return next((source for source in amendment.sources if _find(before, amendment, source) == path), None)


def drop_from(amendment: Record, dropped: Source) -> Record:
    """The amendment without one of its corrections; what it said of it stays unnamed, and so counts no more."""
    sources = tuple(source for source in amendment.sources if source != dropped)
    if dropped.value.startswith("facts/"):
        name = dropped.value.removeprefix("facts/")
        return replace(amendment, facts=replace(amendment.facts, **{name: getattr(Facts(), name)}), sources=sources)
    if dropped.value.startswith("sections/"):
        at = int(dropped.value.removeprefix("sections/"))
        sections = tuple(section for number, section in enumerate(amendment.sections) if number != at)
        return replace(amendment, sections=sections, sources=tuple(_moved(source, at) for source in sources))
    return replace(amendment, sources=sources)


def _moved(source: Source, gone: int) -> Source:
    if not source.value.startswith("sections/"):
        return source
    at = int(source.value.removeprefix("sections/"))
    return replace(source, value=f"sections/{at - 1}") if at > gone else source


def write_value(value: Any) -> str:
    """Equal for equal values; empty for none. Of several a line each, of a person who leads with that behind the
    name."""
    if isinstance(value, tuple):
        return "\n".join(_write_person(one) if isinstance(one, Person) else str(one) for one in value)
    return "" if value is None else str(value)


def _write_person(person: Person) -> str:
    return f"{person.name} (lead)" if person.role == "lead" else person.name


def _find(record: Record, said: Record, source: Source) -> str | None:
    """Where in the record the value stands that a correction is about; None where the files say otherwise by now."""
    if not source.value.startswith("sections/"):
        return source.value if write_value(value_of(record, source.value)) == source.unrepaired else None
    name = said.sections[int(source.value.removeprefix("sections/"))].name
    places = (at for at, one in enumerate(record.sections) if (one.name, one.text) == (name, source.unrepaired))
    return next((f"sections/{at}" for at in places), None)


def _put(record: Record, path: str, value: Any, source: Source) -> Record:
    group, _, name = path.partition("/")
    if group == "title":
        record = replace(record, title=value)
    elif group == "facts":
        record = replace(record, facts=replace(record.facts, **{name: value}))
    else:
        sections: list[Section] = list(record.sections)
        sections[int(name)] = replace(sections[int(name)], text=value)
        record = replace(record, sections=tuple(sections))
    # What a person says is concluded from its text no more.
    kept = (one for one in record.sources if not (one.value == path and one.method == "suggested"))
    return replace(record, sources=(*kept, source))
