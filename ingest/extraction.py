"""From a Document to Records: JSON entries, lists, official forms, and whatever is left as free text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar

from ingest.corrections import Correction, Unrecognised
from ingest.document import Block, Document, Entry, Paragraph, Table
from ingest.errors import N_, Problem
from ingest.failures import read_or_name, refusing_failures
from ingest.form_extraction import read_form
from ingest.form_parts import part_forms
from ingest.forms import Recognition, recognise_form
from ingest.free_text import read_prose
from ingest.labelled_values import Piece
from ingest.labels import normalise_label
from ingest.list_extraction import read_lists, refuse_empty_list
from ingest.list_shapes import name_unknown_list, turn_list
from ingest.masking import mask_personal
from ingest.record_building import Origin
from ingest.record_lists import find_unknown_keys, read_flat_entry
from ingest.records import Kind, Record, Source
from ingest.records_json import (
    RecordRefused,
    check_storable,
    is_contract_object,
    record_from_json,
    refuse_repeated_id,
)
from ingest.report_covers import is_task_report
from ingest.suggestions import with_suggested_fields
from ingest.table_grids import check_places
from ingest.value_pictures import Album

_SPREADSHEETS = frozenset({"xlsx", "xls", "ods", "csv", "tsv"})
# Text around a list that is worth a record of its own, in characters; less is its title and signature.
_WORTH_KEEPING = 400


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document held, what of it could not be read, and which of its labels nobody knows (each once). The
    document's own problems come first. `pictures` are those that the sources of the records name."""

    records: tuple[Record, ...]
    problems: tuple[Problem, ...]
    unrecognised: tuple[Unrecognised, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"val_json_bytes": "base64"}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How a document is read: as which kind, whether with contacts, and by which words of people."""

    kind: Kind | None
    keep_contacts: bool
    corrections: tuple[Correction, ...]


_Found = Record | Problem | Unrecognised


def extract_records(
    document: Document,
    kind: Kind | None = None,
    keep_contacts: bool = False,
    corrections: Sequence[Correction] = (),
) -> Reading:
    """The records of a document, each value with its source.

    JSON objects of the contract, then lists (spreadsheets first of all), then official forms; what is none of these
    is one `document`. A form is taken for one only when title and labels agree; `kind` settles it. Personal data are
    masked in everything; `keep_contacts` keeps phone, e-mail and contact person in a confidential section.
    `corrections` say what labels mean, before all synonyms. A record that names no field of science gets those that its
    text suggests, marked as such; objects of the contract stay as they came.

    Raises FileRefused for tables whose merged cells cover too much, and for a document at which the program itself
    fails.
    """
    check_places(document.file, document.blocks)
    with refusing_failures(document.file):
        return _extract(document, _Wanted(kind, keep_contacts, tuple(corrections)))


def _extract(document: Document, wanted: _Wanted) -> Reading:
    album = Album(document.sheets)
    origin = Origin(document.file, document.sha256, document.charset, album=album)
    entries = [block for block in document.blocks if isinstance(block, Entry)]
    found: list[_Found] = []
    rows_of_ids: dict[str, int | None] = {}
    known_keys: set[tuple[str, ...]] = set()
    for entry in entries:
        item = read_or_name(document.file, entry.place, partial(_read_entry, entry, origin, wanted))
        if isinstance(item, Record) and item.id in rows_of_ids:
            item = refuse_repeated_id(document.file, item.id, entry.place, rows_of_ids[item.id])
        elif isinstance(item, Record) and item.id:
            rows_of_ids[item.id] = entry.place.row
        found.append(item)
        keys = tuple(map(str, entry.value))
        if isinstance(item, Record) and keys not in known_keys and not is_contract_object(entry.value):
            known_keys.add(keys)
            found += find_unknown_keys(entry, document.file, wanted.kind, wanted.corrections)
    blocks = [block for block in document.blocks if not isinstance(block, Entry)]
    if blocks:
        found += _read_blocks(replace(document, blocks=tuple(blocks)), origin, wanted)
    unknown = {(one.kind, normalise_label(one.label)): one for one in found if isinstance(one, Unrecognised)}
    records = tuple(item for item in found if isinstance(item, Record))
    shown = {source.picture for record in records for source in record.sources}
    return Reading(
        records,
        (*document.problems, *(item for item in found if isinstance(item, Problem))),
        tuple(unknown.values()),
        {name: content for name, content in album.pictures.items() if name in shown},
    )


def _read_entry(entry: Entry, origin: Origin, wanted: _Wanted) -> Record | Problem:
    kind = wanted.kind
    if not is_contract_object(entry.value):
        read = read_flat_entry(
            entry, origin, kind=kind, keep_contacts=wanted.keep_contacts, corrections=wanted.corrections
        )
        return with_suggested_fields(read, origin) if isinstance(read, Record) else read
    try:
        record = record_from_json(entry.value, file=origin.file, place=entry.place)
        check_storable(record, file=origin.file, place=entry.place)
    except RecordRefused as refusal:
        return refusal.problem
    if kind is not None and record.kind != kind:
        message = N_("Row {row} is of the kind “{found}”, but “{wanted}” was asked for.")
        return Problem(
            origin.file, message, {"row": entry.place.row or "?", "found": record.kind, "wanted": kind}, entry.place
        )
    return _with_sources(_masked(record, wanted.keep_contacts), entry, origin)


def _masked(record: Record, keep_contacts: bool) -> Record:
    """Personal data masked, except in confidential contacts where these are asked for. An organisation's code is its
    tax code, which looks like a phone."""
    facts = record.facts
    people = tuple(replace(person, name=mask_personal(person.name)) for person in facts.people)
    return replace(
        record,
        title=mask_personal(record.title),
        sections=tuple(
            section
            if keep_contacts and section.name == "contact" and section.visibility == "confidential"
            else replace(section, name=mask_personal(section.name), text=mask_personal(section.text))
            for section in record.sections
        ),
        facts=replace(
            facts,
            code=facts.code if record.kind == "organisation" else _mask(facts.code),
            field_codes=tuple(map(mask_personal, facts.field_codes)),
            place_written=_mask(facts.place_written),
            place_today=_mask(facts.place_today),
            organisation=_mask(facts.organisation),
            status=_mask(facts.status),
            people=people,
        ),
    )


def _mask(text: str | None) -> str | None:
    return mask_personal(text) if text else None


def _with_sources(record: Record, entry: Entry, origin: Origin) -> Record:
    facts = entry.value.get("facts") or {}
    values = ["title", *(f"sections/{at}" for at in range(len(record.sections)))]
    values += [f"facts/{name}" for name, value in facts.items() if value not in (None, [], ())]
    return replace(record, sources=tuple(_source_in(record, entry, value, origin) for value in values))


def _source_in(record: Record, entry: Entry, value: str, origin: Origin) -> Source:
    text = _text_at(entry.value, value)
    recovery = entry.recovery_of(text, _text_at(entry.unrepaired or entry.value, value))
    shown = record.title if value == "title" else mask_personal(text)
    if value.startswith("sections/"):
        section = record.sections[int(value.partition("/")[2])]
        shown = section.text
        # Contacts are personal throughout, and masked in no other place.
        recovery = replace(recovery, unrepaired=None) if section.visibility == "confidential" else recovery
    return origin.source(value, [Piece(text, entry.place, "json", recovery)], shown)


def _text_at(obj: Mapping[str, Any], value: str) -> str:
    """The text that an object of the contract has for a value of its record; empty for what is no text."""
    group, _, name = value.partition("/")
    if group == "sections":
        sections = obj.get("sections") or []
        found = sections[int(name)].get("text") if int(name) < len(sections) else None
    else:
        found = obj.get("title") if group == "title" else (obj.get("facts") or {}).get(name)
    return found if isinstance(found, str) else ""


def _read_blocks(document: Document, origin: Origin, wanted: _Wanted) -> list[_Found]:
    if document.format in _SPREADSHEETS:
        return _read_sheets(document, origin, wanted)
    recognised = recognise_form(document, wanted.kind, wanted.corrections)
    document = replace(document, blocks=_without_margins(document.blocks))
    if parts := part_forms(document, recognised, wanted.kind, wanted.corrections):
        return [one for part in parts for one in _read_form(part.recognised, part.document, origin, wanted)]
    if recognised is not None and recognised.has_title:
        return _read_form(recognised, document, origin, wanted)
    found, rest = _read_lists(document.blocks, origin, wanted)
    if found:
        text = sum(len(block.text) for block in rest if isinstance(block, Paragraph))
        if text >= _WORTH_KEEPING and (record := read_prose(rest, origin, keep_contacts=wanted.keep_contacts)):
            found.append(record)
        return found
    found = _read_untitled(recognised, document, origin, wanted)
    text = sum(len(block.text) for block in document.blocks if isinstance(block, Paragraph))
    if recognised is None and text < _WORTH_KEEPING:
        found += _name_unknown_lists(document.blocks, origin, wanted)
    return found


def _read_untitled(recognised: Recognition | None, document: Document, origin: Origin, wanted: _Wanted) -> list[_Found]:
    """A form without its title line, or text: a few labels make no form when the one of the title has no value, and
    those on the cover of a report none at all."""
    if recognised is not None and (wanted.kind or not is_task_report(document.blocks)):
        found = _read_form(recognised, document, origin, wanted)
        if recognised.is_sure or not any(isinstance(one, Problem) for one in found):
            return found
    return _read_prose(document.blocks, origin, wanted)


def _read_prose(blocks: Sequence[Block], origin: Origin, wanted: _Wanted) -> list[_Found]:
    record = read_prose(blocks, origin, wanted.kind or "document", keep_contacts=wanted.keep_contacts)
    return [with_suggested_fields(record, origin)] if record else []


def _without_margins(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without what stands on every page, unless there is nothing else."""
    kept = tuple(block for block in blocks if not (isinstance(block, Paragraph) and block.is_margin))
    return kept or tuple(blocks)


def _read_sheets(document: Document, origin: Origin, wanted: _Wanted) -> list[_Found]:
    """Each sheet on its own: a list, a form filled in a spreadsheet, or text."""
    found: list[_Found] = []
    for block in document.blocks:
        sheet = replace(document, blocks=(block,))
        listed, rest = _read_lists([block], origin, wanted)
        if not listed and not rest and isinstance(block, Table) and block.uneven:
            continue  # a list of nothing but rows that were refused by name
        recognised = None if listed else recognise_form(sheet, wanted.kind, wanted.corrections)
        if not listed and not (recognised and recognised.has_title):
            listed = _read_turned(block, origin, wanted)
        if listed:
            found += listed
        elif recognised is not None and recognised.is_sure:
            found += _read_form(recognised, sheet, origin, wanted)
        elif problem := refuse_empty_list(document.file, block, kind=wanted.kind, corrections=wanted.corrections):
            found.append(problem)
        else:
            found += _read_untitled(recognised, sheet, origin, wanted)
            found += _name_unknown_lists([block], origin, wanted)
    return found


def _read_turned(sheet: Block, origin: Origin, wanted: _Wanted) -> list[_Found]:
    """The records of a sheet whose columns they are; none of any other."""
    turned = turn_list(sheet, wanted.kind, wanted.corrections) if isinstance(sheet, Table) else None
    return _read_lists([turned], origin, wanted)[0] if turned is not None else []


def _name_unknown_lists(blocks: Sequence[Block], origin: Origin, wanted: _Wanted) -> list[_Found]:
    tables = [block for block in blocks if isinstance(block, Table)]
    return [one for table in tables for one in name_unknown_list(origin.file, table, wanted.kind, wanted.corrections)]


def _read_lists(blocks: Sequence[Block], origin: Origin, wanted: _Wanted) -> tuple[list[_Found], list[Block]]:
    return read_lists(
        blocks, origin, kind=wanted.kind, keep_contacts=wanted.keep_contacts, corrections=wanted.corrections
    )


def _read_form(recognised: Recognition, document: Document, origin: Origin, wanted: _Wanted) -> list[_Found]:
    return read_form(recognised, document, origin, keep_contacts=wanted.keep_contacts, corrections=wanted.corrections)
