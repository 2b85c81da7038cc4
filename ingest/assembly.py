"""One record from its labelled items: facts parsed, sections named, personal data out, every value with its source."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ingest.document import EXACT, join_recoveries
from ingest.facts import FactReader
from ingest.items import FACT_FIELDS, Item, Piece
from ingest.masking import find_contacts, mask_alike, mask_personal
from ingest.names import house_of_organisation, is_same_person, strip_titles
from ingest.records import DEFAULT_HOUSE, House, Kind, PersonRole, Record, Section, Source
from ingest.values import parse_year
from ingest.vietnamese import fold

# One section for each entry: a scientist's publications, projects and patents are ranked one by one.
ENTRY_FIELDS = frozenset({"work", "project", "patent"})
_LAST_FIELDS = ("other", "contact")
_LEAD = re.compile(
    r"\b(?:chu nhiem|chu tri|tac gia chinh|tac gia dau|truong nhom|tac gia|lead|principal|first author)\b"
)
_NOT_LEAD = re.compile(r"\b(?:pho chu nhiem|dong tac gia|dong chu nhiem|thanh vien|tham gia|thu ky|member|co-author)\b")
_ENTRY_NUMBER = re.compile(r"^\s*(?:\[?\(?\d{1,3}[.)\]]|[-–•+*▪])\s*")
_QUOTES = ' \t\n"“”«».'


@dataclass(frozen=True, slots=True)
class Origin:
    """What all sources of one file share. `confidence` is that of the whole reading, 0–1."""

    file: str
    sha256: str
    charset: str | None = None
    confidence: float = 1.0

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
    parts = _sections(items, title, read.leftovers | ({id(title_item)} if title_item else set()), reader.leftover_of)
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
    items: Sequence[Item], title: str, understood: set[int], leftover_of: Callable[[Item], str]
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
            entries += [(at, _Part(section, (piece,))) for section, piece in _entries(item, title)]
            continue
        if item.field in FACT_FIELDS or item.field == "other":
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


def _entries(item: Item, person: str) -> list[tuple[Section, Piece]]:
    found = []
    for piece in item.pieces:
        lines = (
            [piece.text] if piece.row else [line for line in re.split(r"\n|;\s+(?=\S{2})", piece.text) if line.strip()]
        )
        for line in lines:
            text = _ENTRY_NUMBER.sub("", line).strip()
            if text:
                role, year = _role_and_year(piece, text, person)
                found.append((Section(item.field, text, role=role, year=year), piece))
    return found


def _role_and_year(piece: Piece, text: str, person: str) -> tuple[PersonRole | None, int | None]:
    written = fold(piece.get("role"))
    year = parse_year(" ".join(piece.get(role) for role in ("start", "time", "end", "year"))) or parse_year(text)
    if written:
        return ("member" if _NOT_LEAD.search(written) or not _LEAD.search(written) else "lead"), year
    authors = _authors(piece.get("authors") if piece.row else re.split(r"[(\[“\"]|\.\s", text, maxsplit=1)[0])
    who = next((at for at, author in enumerate(authors) if is_same_person(author, person)), None)
    if who is not None:
        return ("lead" if who == 0 else "member"), year
    if piece.row and authors:
        return "member", year
    if match := re.match(r"(.{0,20}?)\b(?:chu nhiem|chu tri)\b|.*\((?:chu nhiem|chu tri)\)", fold(text)):
        return ("member" if "pho" in (match.group(1) or "") else "lead"), year
    return None, year


def _authors(text: str) -> list[str]:
    return [author.strip() for author in re.split(r"[,;&\n]|\s(?:và|and)\s", text) if author.strip()]


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
