"""What a viewer sees of a record: confidential text left out, identities behind anonymous text masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from ingest.giveaways import find_giveaways, find_names, own_name_of
from ingest.organisations import names_of
from ingest.records import Facts, Record, Viewer
from ingest.remembering import remember
from ingest.vietnamese import fold, is_syllable

MASK = "•"
VEIL = MASK * 3
"""What strangers read where something is hidden, however long it is: dots that can be counted tell a firm's name."""
# The title of these is a name.
_NAMED_KINDS = frozenset({"scientist", "organisation"})
_FEWEST_OF_WHOLE = 3  # words; two in small letters (giặt là) are any trade
_MASKS = re.compile(f"{MASK}+")
_PARTS_OF_PLACE = re.compile(r"([,;])")


def as_seen_by(record: Record, viewer: Viewer) -> Record | None:
    """The record as it exists for the viewer; None when it does not exist for them.

    Section positions count what is seen: a confidential section leaves no gap.
    """
    if viewer.sees_all_of(record.id):
        return record
    if record.visibility == "confidential":
        return None
    seen = tuple(section for section in record.sections if section.visibility != "confidential")
    # Sources name sections by position and files by name: both would tell of what is hidden.
    sources = record.sources if len(seen) == len(record.sections) and record.visibility == "public" else ()
    if record.visibility == "public" or record.id in viewer.met:
        return replace(record, sections=seen, sources=sources)
    names = list(identities(record))
    return replace(
        record,
        title=hide(record.title, names),
        sections=tuple(replace(section, text=hide(section.text, names)) for section in seen),
        facts=replace(
            record.facts,
            code=None,
            organisation=None,
            people=(),
            # A site is often called by the firm's name.
            place_written=record.facts.place_written and _hide_in_place(record.facts.place_written, names),
        ),
        sources=(),
        owner_names=(),
    )


def seen_position(record: Record, section: int | None, viewer: Viewer) -> int | None:
    """Where a section of the stored record stands in the record that the viewer sees."""
    if section is None or viewer.sees_all_of(record.id):
        return section
    return sum(1 for before in record.sections[:section] if before.visibility != "confidential")


def identities(record: Record) -> Iterator[str]:
    """The names and numbers that give away whose record this is, by its facts and by what the store knows of the
    owner."""
    facts: Facts = record.facts
    yield from record.owner_names
    own = record.title if record.kind in _NAMED_KINDS else None
    # What a person corrected may still stand in the text as it was read.
    read = {source.value: source.unrepaired for source in record.sources if source.method == "person"}
    once = (read.get("facts/organisation"), read.get("title") if record.kind in _NAMED_KINDS else None)
    for name in (own, facts.organisation, facts.code, *(person.name for person in facts.people), *once):
        if name and name.strip():
            yield name.strip()
    for organisation in (facts.organisation, own if record.kind == "organisation" else None, once[0]):
        if organisation:
            yield from names_of_body(organisation)


def names_of_body(organisation: str) -> Iterator[str]:
    """What else a body is called: by its aliases, and without its legal form, whole (``Cấp nước An Hòa``), and shorter
    and shorter where it is capitalised: ``Gỗ An Phát``, ``An Phát``."""
    yield from names_of(organisation)
    own_name = own_name_of(organisation)
    if len(own_name) >= _FEWEST_OF_WHOLE:
        yield " ".join(own_name)
    is_shouted = organisation.isupper()
    for size in range(len(own_name), 0, -1):
        tail = own_name[-size:]
        is_name = all(word[:1].isupper() or not word[:1].isalpha() for word in tail)
        # One Vietnamese syllable (Phát, Hòa) is no name by itself; one foreign or invented word (Vinatex) is.
        is_short = size == 1 and is_syllable(tail[0].lower()) and (is_shouted or not tail[0].isupper())
        if is_name and not is_short:
            yield " ".join(tail)


def mask(text: str, names: Sequence[str]) -> str:
    """The text with a mask of one length for each of the names, however they are spelt."""
    masked = list(text)
    for start, end in find_names(text, names):
        masked[start:end] = MASK * (end - start)
    return _shorten_masks(text, "".join(masked))


def hide(text: str, names: Sequence[str]) -> str:
    """The text of an anonymous record as strangers read it: a mask of one length for each name, number, address and
    person that tells whose it is."""
    return _shorten_masks(text, _mask_giveaways(text, tuple(names)))


def _hide_in_place(place: str, names: Sequence[str]) -> str:
    """A place as strangers read it. By itself between two commas the end of a longer own name (``Suối Mơ`` of ``Gỗ Suối
    Mơ``) is a place like any other, and dots there would tell that the firm is called after it."""
    longer = [fold(" ".join(own)) for own in map(own_name_of, names)]
    parts = _PARTS_OF_PLACE.split(place)
    shown = (
        part if any(name.endswith(f" {fold(part.strip())}") for name in longer) else hide(part, names)
        for part in parts[::2]
    )
    return "".join(piece for pair in zip_longest(shown, parts[1::2], fillvalue="") for piece in pair)


def _shorten_masks(text: str, masked: str) -> str:
    """Masks as long as what is hidden at the one length; signs that stand in the text stay."""
    return _MASKS.sub(lambda run: run[0] if text[slice(*run.span())] == run[0] else VEIL, masked)


# Lists show the same few texts again and again; each costs milliseconds.
@remember(2048)
def _mask_giveaways(text: str, names: tuple[str, ...]) -> str:
    hidden = text
    # What is hidden can uncover a neighbour.
    while spans := [span for span in find_giveaways(hidden, names) if hidden[slice(*span)].strip(MASK)]:
        masked = list(hidden)
        for start, end in spans:
            masked[start:end] = MASK * (end - start)
        hidden = "".join(masked)
    return hidden
