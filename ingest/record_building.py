"""One record from its labelled items: facts parsed, sections named, personal data out, every value with its source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ingest.document import EXACT, join_recoveries
from ingest.facts import FactReader
from ingest.labelled_values import ENTRY_FIELDS, FACT_FIELDS, Item, Piece
from ingest.masking import find_contacts, mask_alike, mask_personal
from ingest.names import house_of_organisation, strip_titles
from ingest.records import DEFAULT_HOUSE, House, Kind, Record, Section, Source
from ingest.value_pictures import Album
from ingest.works import read_entries

_LAST_FIELDS = ("other", "contact")
_QUOTES = ' \t\n"“”«».'


@dataclass(frozen=True, slots=True)
class Origin:
    """What all sources of one file share. `confidence` is that of the whole reading, 0–1; `by_labels` as in Source;
    `album` keeps pictures of what is read."""

    file: str
    sha256: str
    charset: str | None = None
    confidence: float = 1.0
    by_labels: bool = False
    album: Album | None = field(default=None, repr=False, compare=False)

    def source(self, value: str, pieces: Sequence[Piece], text: str, confidence: float = 1.0) -> Source:
        """The source of a value that was read from `pieces` and is shown as `text`, in which personal data are masked:
        what is not shown there is masked in its unrepaired form too."""
        recovery = join_recoveries([(piece.text, piece.recovery) for piece in pieces])
        sure = round(self.confidence * confidence * recovery.confidence, 3)
        first = pieces[0] if pieces else Piece("")
        return Source(
            value,
            self.file,
            self.sha256,
            first.place,
            "ocr" if recovery.by_ocr else first.method,
            recovery.charset or self.charset,
            sure,
            None if recovery.unrepaired is None else mask_alike(recovery.unrepaired, text),
            next((mask_personal(piece.label) for piece in pieces if piece.label), None),
            self.by_labels,
            picture=self.album.cut(recovery.spots) if self.album else None,
        )


@dataclass(frozen=True, slots=True)
class _Part:
    section: Section
    pieces: tuple[Piece, ...]


def assemble_record(
    items: Sequence[Item],
    kind: Kind,
    origin: Origin,
    *,
    house: House | None = None,
    fallback_title: str = "",
    keep_contacts: bool = False,
) -> Record | None:
    """The record that the items make, None when it has no title and no `fallback_title`.

    Nothing understood by no label is lost: it goes to the section ``other``, as do facts that say more than their
    number. Personal data are masked everywhere; with `keep_contacts`, phone, e-mail and contact person stand in a
    confidential section ``contact``.
    """
    title_item = next((item for item in items if item.field == "title" and item.text.strip()), None)
    title = " ".join(title_item.text.split()).strip(_QUOTES) if title_item else ""
    if kind == "scientist":
        title = strip_titles(title)
    title = title or fallback_title
    if not title:
        return None
    reader = FactReader(kind, title)
    read = reader.read(items)
    understood = read.leftovers | ({id(title_item)} if title_item else set())
    parts = _sections(items, kind, title, understood, reader.leftover_of)
    parts = [*parts, *_contact_part(items, title)] if keep_contacts else parts
    parts = [
        part
        if part.section.name == "contact"
        else replace(part, section=replace(part.section, text=mask_personal(part.section.text)))
        for part in parts
    ]
    title = mask_personal(title)
    sources = [origin.source("title", title_item.pieces if title_item else (), title, 1.0 if title_item else 0.3)]
    sources += [origin.source(f"sections/{at}", part.pieces, part.section.text) for at, part in enumerate(parts)]
    for name, found in read.found.items():
        pieces = (found.piece,) if found.piece else ()
        shown = mask_personal("\n".join(piece.text for piece in pieces))
        sources.append(origin.source(f"facts/{name}", pieces, shown, found.confidence))
    if kind == "organisation":
        house = house_of_organisation(title) or house
    return Record(
        kind=kind,
        house=house or DEFAULT_HOUSE[kind],
        title=title,
        sections=tuple(part.section for part in parts),
        facts=read.facts,
        sources=tuple(sources),
    )


def _sections(
    items: Sequence[Item], kind: Kind, title: str, understood: set[int], leftover_of: Callable[[Item], str]
) -> list[_Part]:
    """Sections in document order, ``other`` last; items in `understood` said nothing beyond their fact."""
    texts: dict[str, list[str]] = {}
    pieces: dict[str, list[Piece]] = {}
    entries: list[tuple[int, _Part]] = []
    order: dict[str, int] = {}
    for at, item in enumerate(items):
        if item.label.is_private or item.label.is_contact or item.label.is_group:
            continue
        if item.field in ENTRY_FIELDS:
            found, dividers = read_entries(item, title)
            entries += [(at, _Part(entry.section, entry.pieces)) for entry in found]
            if dividers:
                texts.setdefault("other", []).extend(piece.text for piece in dividers)
                pieces.setdefault("other", []).extend(dividers)
                order.setdefault("other", at)
            continue
        if item.field == "industry" and kind == "organisation":
            name, text = "introduction", item.text
        elif item.field in FACT_FIELDS or item.field in ("industry", "other"):
            name, text = "other", "" if id(item) in understood else leftover_of(item)
        else:
            name, text = item.field, item.text
            if item.label.keeps_label and item.heading and text:
                text = f"{item.heading}\n{text}"
        if text.strip():
            texts.setdefault(name, []).append(text)
            pieces.setdefault(name, []).extend(item.pieces)
            order.setdefault(name, at)
    merged = [
        (
            order[name] if name not in _LAST_FIELDS else len(items),
            _Part(Section(name, "\n".join(lines).strip()), tuple(pieces[name])),
        )
        for name, lines in texts.items()
    ]
    return [part for _, part in sorted([*merged, *entries], key=lambda pair: pair[0])]


def _contact_part(items: Sequence[Item], title: str) -> list[_Part]:
    lines: dict[str, Piece] = {}
    for item in items:
        if item.label.is_contact and not item.label.is_private and item.text:
            lines.setdefault(f"{item.heading}: {item.text}" if item.heading else item.text, item.pieces[0])
    known = "\n".join(lines)
    for item in items:
        if not item.label.is_private and not item.label.is_contact:
            contacts = find_contacts(item.text)
            for contact in (*contacts.phones, *contacts.emails):
                if contact not in known:
                    lines.setdefault(contact, item.pieces[0])
    if not lines:
        return []
    text = "\n".join(line for line in lines if line != title)
    # What stood there unrepaired is personal throughout.
    first = replace(next(iter(lines.values())), recovery=EXACT)
    return [_Part(Section("contact", text, visibility="confidential"), (first,))]
