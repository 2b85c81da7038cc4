"""The works, projects and patents of a person, one section each, with the person's role in it and its year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.labelled_values import Item, Piece
from ingest.labels import begins_entry
from ingest.names import is_same_person, looks_like_person
from ingest.records import PersonRole, Section
from ingest.values import parse_year
from ingest.vietnamese import fold

_LEAD = re.compile(
    r"\b(?:chu nhiem|chu tri|tac gia chinh|tac gia dau|truong nhom|tac gia|lead|principal|first author)\b"
)
_NOT_LEAD = re.compile(r"\b(?:pho chu nhiem|dong tac gia|dong chu nhiem|thanh vien|tham gia|thu ky|member|co-author)\b")
_ENTRY_NUMBER = re.compile(r"^\s*(?:\[?\(?\d{1,3}(?:\.\d{1,2})*[.)\]]\]?(?=\D)|[-–•+*▪])\s*")
# A role named on its own: in brackets, or between commas.
_NAMED_ROLE = re.compile(
    r"(?:[,;:(–]|\s-)\s*((?:pho |dong )?chu nhiem|chu tri|thanh vien(?: chinh)?|tham gia|thu ky)"
    r"(?: (?:de tai|nhiem vu|du an|khoa hoc))?\s*(?=[,;).–]|\s-|$)"
)
_INITIALS = re.compile(r"\b[A-ZĐ]\.\s*(?:[A-ZĐ]\.)?|[A-ZĐ][\w-]+ [A-ZĐ]{1,3}$")
_LONGEST_SUBHEADING = 60
# What a list of works is divided by (``11.1. Bài báo quốc tế``), and what says that there is none. On folded text.
_KIND_ALONE = re.compile(
    r"(?:[a-z]\)|\d+(?:\.\d+)*[.)]?|[-+*•])?\s*(?:cac |danh muc )?"
    r"(?:bai bao|sach|cong trinh|cong bo|ky yeu|giao trinh|bai dang)"
    r"(?:,? (?:bai bao|sach|giao trinh|quoc te|trong nuoc|ngoai nuoc|khoa hoc|chuyen khao|tham khao|tap chi|hoi nghi|"
    r"hoi thao|ky yeu|da cong bo|da dang|da xuat ban|tieu bieu|thuoc|danh muc|isi|scopus|wos|tren|trong|duoc dang|"
    r"va)\b)*\s*"
)
_NONE = re.compile(r"(?:khong|khong co|chua co|chua|0|none|no)[ .]*")
# What a form explains below a label.
_HINT = re.compile(r"\s*\([^()]*\)\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    section: Section
    pieces: tuple[Piece, ...]


def read_entries(item: Item, person: str) -> tuple[list[Entry], list[Piece]]:
    """The entries of an item, and the lines that only divide them (``Bài báo quốc tế:``).

    Each table row is one; of lines, each numbered one with what follows it, else each line. One line with
    semicolons holds several, unless these stand between authors.
    """
    entries: list[Entry] = []
    dividers: list[Piece] = []
    heading_role = _role_of_heading(item)
    for text, pieces, is_divider in _gather(item.pieces):
        if is_divider:
            dividers += pieces
        elif _NONE.fullmatch(fold(text).strip()):
            dividers += [replace(pieces[0], text=f"{item.heading}: {text}" if item.heading else text)]
        elif entry := _ENTRY_NUMBER.sub("", text).strip():
            role, year = _role_and_year(pieces[0], entry, person)
            entries.append(Entry(Section(item.field, entry, role=role or heading_role, year=year), pieces))
    return entries, dividers


def _gather(pieces: Sequence[Piece]) -> Iterator[tuple[str, tuple[Piece, ...], bool]]:
    lines = [
        (line, piece)
        for piece in pieces
        for line in ([piece.text] if piece.row else _lines(piece.text))
        if line.strip()
    ]
    is_numbered = sum(1 for line, piece in lines if not piece.row and begins_entry(line)) > 1
    texts: list[str] = []
    gathered: list[Piece] = []
    for at, (line, piece) in enumerate(lines):
        is_own = bool(piece.row) or not is_numbered or begins_entry(line)
        is_subheading = len(line) <= _LONGEST_SUBHEADING and line.rstrip().endswith(":")
        is_kind = (
            at + 1 < len(lines) and len(line) <= _LONGEST_SUBHEADING and _KIND_ALONE.fullmatch(fold(line)) is not None
        )
        is_hint = at == 0 and _HINT.fullmatch(line) is not None
        is_divider = not piece.row and (is_subheading or is_kind or is_hint)
        if gathered and (is_own or is_divider):
            yield _join(texts), tuple(gathered), False
            texts, gathered = [], []
        if is_divider:
            yield line, (piece,), True
        else:
            texts.append(line)
            gathered.append(piece)
    if gathered:
        yield _join(texts), tuple(gathered), False


def _join(texts: Sequence[str]) -> str:
    """The lines of an entry as one; numbers of pages may be divided at their hyphen (``tr. 12-`` above ``18.``)."""
    return re.sub(r"(?<=\d[-–]) (?=\d)", "", " ".join(texts))


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        parts = re.split(r";\s+(?=\S{2})", line)
        is_authors = any(looks_like_person(part.strip()) or _INITIALS.search(part[:40]) for part in parts[:-1])
        lines += [line] if is_authors else parts
    return lines


def names_one_role(heading: str) -> bool:
    """Whether a heading over projects names one role in them (``… đã chủ trì``) and not both."""
    return _role_in(heading) is not None


def _role_of_heading(item: Item) -> PersonRole | None:
    return _role_in(item.heading) if item.field == "project" else None


def _role_in(heading: str) -> PersonRole | None:
    plain = fold(heading)
    has_led, took_part = re.search(r"\bchu (?:tri|nhiem)\b", plain), re.search(r"\btham gia\b", plain)
    if bool(has_led) == bool(took_part):
        return None
    return "lead" if has_led else "member"


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
    plain = fold(text)
    if match := re.match(r"(.{0,20}?)\b(?:chu nhiem|chu tri)\b", plain):
        return ("member" if "pho" in (match.group(1) or "") else "lead"), year
    if re.match(r"\W*(?:thanh vien|tham gia|thu ky)\b[^:\d]{0,30}:", plain):
        return "member", year
    if match := _NAMED_ROLE.search(plain):
        return ("lead" if match.group(1) in ("chu nhiem", "chu tri") else "member"), year
    return None, year


def _authors(text: str) -> list[str]:
    return [author.strip() for author in re.split(r"[,;&\n]|\s(?:và|and)\s", text) if author.strip()]
