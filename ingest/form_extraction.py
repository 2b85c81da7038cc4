"""The records of a document that is an official form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from ingest.corrections import Correction, Unrecognised, tell_unrecognised
from ingest.document import Block, Document
from ingest.errors import N_, Problem
from ingest.form_reading import fill_form
from ingest.form_sharing import part_titles, share_form
from ingest.forms import Form, Recognition
from ingest.labelled_values import Item
from ingest.list_extraction import read_lists
from ingest.record_building import Origin, assemble_record
from ingest.records import Record
from ingest.signatures import signed_day, without_signatures
from ingest.suggestions import with_suggested_fields

_Found = Record | Problem | Unrecognised


def read_form(
    recognised: Recognition,
    document: Document,
    origin: Origin,
    *,
    keep_contacts: bool,
    corrections: Sequence[Correction],
) -> list[_Found]:
    """What a document says that is this form: its record, of a form that asks for several needs one of each, with what
    is wrong with it and the labels that nobody knows."""
    form = recognised.form
    origin = replace(origin, confidence=recognised.confidence, by_labels=not recognised.has_title)
    items = _fill(form, document.blocks)
    is_titled = any(item.field == "title" and item.text.strip() for item in items)
    listed: list[_Found] = []
    if form.kind == "need" and not is_titled:
        listed, rest = read_lists(
            document.blocks, origin, kind="need", keep_contacts=keep_contacts, corrections=corrections
        )
        items = _fill(form, rest) if listed else items
    day = signed_day(document.blocks)
    records: list[Record] = []
    for asked in part_titles(items) if form.kind == "need" else [items]:
        record = assemble_record(
            asked,
            form.kind,
            origin,
            house=form.house,
            fallback_title=" ".join(PurePath(document.file).stem.split()),
            keep_contacts=keep_contacts,
        )
        if record is not None:
            title, *others = record.sources
            records.append(replace(record, sources=(replace(title, signed=day.isoformat() if day else None), *others)))
    unknown = [
        tell_unrecognised(origin.file, form.kind, item.heading, item.text, item.pieces[0].place)
        for item in items
        if item.is_unknown
    ]
    unknown += [
        tell_unrecognised(origin.file, form.kind, piece.label or "", piece.text, piece.place)
        for item in items
        for piece in item.unknown
    ]
    if records and listed:
        return [share_form(one, records[0]) if isinstance(one, Record) else one for one in (*listed, *unknown)]
    found: list[_Found] = [with_suggested_fields(record, origin) for record in records]
    if found and is_titled:
        return [*found, *unknown]
    message = N_("This is the form “{form}”, but its title or name is empty; the file name was taken instead.")
    if not any(section.text for record in records for section in record.sections):
        message = N_("This is the form “{form}”, but nothing is filled in; it was left out.")
        return [Problem(document.file, message, {"form": form.name})]
    return [*found, Problem(document.file, message, {"form": form.name}), *unknown]


def _fill(form: Form, blocks: Sequence[Block]) -> list[Item]:
    return fill_form(form, without_signatures(blocks, keep_new_names=form.kind != "scientist"))
