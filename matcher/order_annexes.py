"""Annexes of a draft: tasks that may overlap, scientists, enterprises and documents, each with quotes of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from index import Index, Progress, no_progress
from ingest import Facts, Kind, Record, Section, Viewer, as_seen_by, is_same_organisation
from matcher.evidence import Quote
from matcher.form_outlines import AnnexName
from matcher.matching import match
from matcher.order_drafting import Sentence, quote_slice, quote_value
from matcher.overlap import find_overlaps
from matcher.overlap_class import OverlapClass
from matcher.release import GUARDED, release
from matcher.scoring import Scoring

_MOST = 5  # of each annex: a person reads them all
_MOST_DOCUMENTS = 3
_MOST_QUOTES = 2
_LOOKED_AT = 30  # so many organisations are ranked to find enterprises among them
_KIND_OF: dict[AnnexName, Kind] = {"scientists": "scientist", "enterprises": "organisation", "documents": "document"}
# What a need asks for, by the section of a task that is compared with it.
_TASK_SECTIONS = (
    ("objectives", ("objectives", "requirements")),
    ("content", ("situation", "requirements", "content", "text")),
    ("products", ("products", "results")),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of an annex as it may be quoted, with its name and what it says; of a task what it is to the order."""

    record: Record
    name: Sentence
    said: tuple[Sentence, ...]
    found: OverlapClass | None = None


@dataclass(frozen=True, slots=True)
class Annex:
    name: AnnexName
    entries: tuple[Entry, ...]


def find_annex(
    index: Index,
    name: AnnexName,
    subjects: Sequence[Record],
    viewer: Viewer,
    hidden: Sequence[str],
    scoring: Scoring,
    progress: Progress = no_progress,
) -> Annex:
    """The nearest records for what the subjects ask for together, best first. Nothing that is confidential, and no name
    that is hidden, stands in it."""
    if name == "tasks":
        return Annex(name, tuple(_find_tasks(index, subjects, viewer, hidden, scoring, progress))[:_MOST])
    most = _MOST_DOCUMENTS if name == "documents" else _MOST
    looked_at = _LOOKED_AT if name == "enterprises" else most
    found = match(index, join_needs(subjects), _KIND_OF[name], viewer, looked_at, scoring)
    entries = (
        entry
        for one in found.pairings
        if one.basis != "insufficient"
        for entry in _enter(index, one.id, [pair.candidate for pair in one.evidence], viewer, hidden)
    )
    kept = [one for one in entries if (name != "enterprises" or one.record.house == "enterprise")]
    return Annex(name, tuple(kept[:most]))


def join_needs(subjects: Sequence[Record]) -> Record:
    """All that is asked for, as one record that is not stored; it is nobody's."""
    sections = tuple(
        Section(section.name, section.text) for record in subjects for section in record.sections if section.text
    )
    codes = tuple(dict.fromkeys(code for record in subjects for code in record.facts.field_codes))
    return Record("need", "enterprise", subjects[0].title, sections, Facts(field_codes=codes))


def _find_tasks(
    index: Index,
    subjects: Sequence[Record],
    viewer: Viewer,
    hidden: Sequence[str],
    scoring: Scoring,
    progress: Progress,
) -> Iterator[Entry]:
    """First tasks that what is ordered may overlap, then those that the ranking puts nearest."""
    joined = join_needs(subjects)
    sections = []
    for name, taken in _TASK_SECTIONS:
        text = "\n".join(section.text for section in joined.sections if section.name in taken)
        if text:
            sections.append(Section(name, text))
    asked = replace(joined, kind="proposal", house="state", sections=tuple(sections))
    listed = set()
    for overlap in find_overlaps(index, asked, viewer, _MOST, progress).overlaps:
        if overlap.judged.found != "unrelated":
            listed.add(overlap.task.id)
            quotes = [pair.candidate for _, pairs in overlap.sections for pair in pairs[:1]]
            yield from _enter(index, overlap.task.id, quotes, viewer, hidden, overlap.judged.found)
    for one in match(index, joined, "proposal", viewer, _MOST, scoring).pairings:
        if one.basis != "insufficient" and one.id not in listed:
            yield from _enter(index, one.id, [pair.candidate for pair in one.evidence], viewer, hidden)


def _enter(
    index: Index,
    id: str,
    quotes: Iterable[Quote],
    viewer: Viewer,
    hidden: Sequence[str],
    found: OverlapClass | None = None,
) -> Iterator[Entry]:
    """The record as an entry, where it may be quoted."""
    held = index.store.get_many([id]).get(id)
    seen = held and as_seen_by(held, viewer)
    may_be_quoted = release(seen, GUARDED, hidden) if seen else None
    if may_be_quoted is None or (seen and _is_hidden(seen, hidden)):
        return
    said = []
    for quote in quotes:
        one = quote_slice(may_be_quoted, quote.section, quote.start, quote.end)
        if one.text.strip() and quote.section is not None and one not in said:
            said.append(one)
    yield Entry(may_be_quoted, quote_value(may_be_quoted, "title"), tuple(said[:_MOST_QUOTES]), found)


def _is_hidden(record: Record, hidden: Sequence[str]) -> bool:
    """Whether it is the very body that must not be named."""
    return record.kind == "organisation" and any(is_same_organisation(record.title, name) for name in hidden)
