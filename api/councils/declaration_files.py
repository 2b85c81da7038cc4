"""Declarations from a CSV file: each row checked, what is wrong in one named with its number."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from api.councils.declarations import check_declaration
from api.errors import BadInput
from index import DECLARATION_KINDS, Declaration, DeclarationKind, Index, Party
from ingest import N_, BanhaError, Place, Problem, fold

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "kind": ("kind", "quan he", "loai"),
    "a": ("a", "nguoi thu nhat", "ca nhan", "ho ten", "ho va ten"),
    "a_organisation": ("a_organisation", "don vi", "don vi thu nhat"),
    "b": ("b", "nguoi thu hai", "voi", "nguoi lien quan"),
    "b_organisation": ("b_organisation", "don vi thu hai", "don vi nguoi lien quan"),
    "evidence": ("evidence", "can cu", "bang chung"),
    "from": ("from", "tu ngay", "tu"),
    "to": ("to", "den ngay", "den"),
}
_NEEDED = ("kind", "a", "evidence")
_KINDS: Mapping[str, DeclarationKind] = {
    **{kind: kind for kind in DECLARATION_KINDS},
    **dict.fromkeys(("vo", "chong", "vo chong", "vo/chong"), "spouse"),
    **dict.fromkeys(("cha", "me", "bo", "cha me", "cha/me"), "parent"),
    "con": "child",
    **dict.fromkeys(("anh", "chi", "em", "anh chi em", "anh ruot", "chi ruot", "em ruot"), "sibling"),
    **dict.fromkeys(("huong dan", "nguoi huong dan", "thay huong dan"), "adviser"),
    **dict.fromkeys(("xu phat", "ky luat", "an tich"), "sanction"),
    **dict.fromkeys(("xung dot loi ich", "xung dot", "loi ich lien quan"), "conflict"),
}


def read_kind(said: str) -> DeclarationKind:
    """Raises BadInput for what is none."""
    kind = _KINDS.get(" ".join(fold(said).split()))
    if kind is None:
        message = N_("“{kind}” cannot be declared. Known are: {known}.")
        raise BadInput(message, kind=said, known=", ".join(DECLARATION_KINDS))
    return kind


def read_day(said: str | None) -> date | None:
    """``2026-11-22`` or ``22/11/2026``. Raises BadInput."""
    if not said or not said.strip():
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(said.strip(), form).date()
        except ValueError:
            continue
    raise BadInput(N_("“{day}” is no day: write it like 2026-11-22 or 22/11/2026."), day=said.strip())


def read_party(index: Index, said: str | None, organisation: str | None = None) -> Party | None:
    """A record by its id, else a name; None for nothing."""
    text = (said or "").strip()
    if not text:
        return None
    known = index.store.find(text, text) if " " not in text else None
    return Party(text) if known else Party(None, text, (organisation or "").strip() or None)


def read_declarations(index: Index, path: Path, by: str) -> tuple[list[Declaration], list[Problem]]:
    """(those that can be remembered, what is wrong with the other rows). Raises BadInput for a file without the columns
    that are needed."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(N_("{file} cannot be read: {reason}."), file=str(path), reason=reason) from error
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [" ".join(fold(cell).split()) for cell in next(rows, [])]
    places = {key: at for key, names in _COLUMNS.items() for at, cell in enumerate(header) if cell in names}
    missing = [key for key in _NEEDED if key not in places]
    if missing:
        raise BadInput(
            N_("{file} has no column {missing}. Columns are: {known}."),
            file=path.name,
            missing=", ".join(missing),
            known=", ".join(_COLUMNS),
        )
    found: list[Declaration] = []
    problems: list[Problem] = []
    for number, cells in enumerate(rows, 2):
        if not any(cell.strip() for cell in cells):
            continue
        row = {key: cells[at].strip() for key, at in places.items() if at < len(cells)}
        try:
            one = Declaration(
                read_kind(row.get("kind", "")),
                read_party(index, row.get("a"), row.get("a_organisation")) or Party(),
                read_party(index, row.get("b"), row.get("b_organisation")),
                row.get("evidence", ""),
                read_day(row.get("from")),
                read_day(row.get("to")),
            )
            found.append(check_declaration(index, one, by))
        except BanhaError as error:
            problems.append(Problem(path.name, error.message, error.params, Place(row=number)))
    return found, problems
