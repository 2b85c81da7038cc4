"""Records of the tables of a document that are lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.corrections import Correction, Unrecognised
from ingest.document import Block, Paragraph, Table
from ingest.errors import N_, Problem
from ingest.list_groups import OpenGroups
from ingest.money_units import unit_said
from ingest.record_building import Origin
from ingest.record_lists import ListHeader, find_empty_list, find_list_header, read_list
from ingest.records import Kind, Record
from ingest.suggestions import with_suggested_fields
from ingest.table_grids import Grid
from ingest.vietnamese import fold

_LEAST_ITEMS = 3
_MINUTES_LINES = 10
# A council for one task, not one that is there for good.
_COUNCIL = "thanh lap hoi dong"
_TASK = re.compile(r"(?:\d{1,2}[.)]\s*)?ten (?:nhiem vu|de tai|du an|de an)\b.{0,60}:.+")
# On folded text.
_ITEM = re.compile(r"(?:[ivx]{1,5}|\d{1,2}(?:\.\d{1,2})*)\s*[.)/]\s*[^\W\d].*")
_OF_PEOPLE = re.compile(r".*\b(?:danh sach|danh muc|nha khoa hoc|chuyen gia|ly lich)\b.*")


def read_lists(
    blocks: Sequence[Block],
    origin: Origin,
    *,
    kind: Kind | None,
    keep_contacts: bool,
    corrections: Sequence[Correction],
) -> tuple[list[Record | Problem | Unrecognised], list[Block]]:
    """What the tables say that are lists, and the blocks that are not. A table of equal width right after a list,
    without a header of its own, goes on with it (page breaks). People named in minutes or in a text of numbered parts
    stay in it, unless `kind` says what is wanted."""
    found: list[Record | Problem | Unrecognised] = []
    rest: list[Block] = []
    before: tuple[ListHeader, int] | None = None
    groups = OpenGroups()
    unit: int | None = None
    keeps_people = kind is None and _is_account(blocks)
    for block in blocks:
        if not isinstance(block, Table):
            rest.append(block)
            unit = unit_said(block.text) or unit if isinstance(block, Paragraph) else unit
            continue
        grid = Grid(block)
        header = find_list_header(grid, kind, corrections)
        if header is not None and header.columns.kind == "scientist" and keeps_people:
            header = None
        if header is None and before is not None and before[1] == grid.width:
            header = replace(before[0], first=0)
        elif before is not None:
            found += groups.close(origin.file, before[0].columns.kind)
        if header is None:
            rest.append(block)
            before = unit = None
            continue
        if header.first:
            kind_of_rows = header.columns.kind
            groups = OpenGroups({one.label: one.field for one in corrections if one.kind == kind_of_rows})
        header = replace(header, unit=header.unit or unit)
        before, unit = (header, grid.width), None
        read = read_list(grid, header, origin, groups, keep_contacts=keep_contacts)
        found += (with_suggested_fields(one, origin) if isinstance(one, Record) else one for one in read)
    if before is not None:
        found += groups.close(origin.file, before[0].columns.kind)
    return found, rest


def _is_account(blocks: Sequence[Block]) -> bool:
    """Whether a text tells of something by itself: minutes, a council founded for a task, or numbered parts under no
    title of a list of people."""
    lines = [line for block in blocks if isinstance(block, Paragraph) for line in block.text.splitlines()]
    plain = [" ".join(fold(line[:200]).split()) for line in lines]
    if any(line.startswith("bien ban") for line in plain[:_MINUTES_LINES]):
        return True
    if any(_COUNCIL in line for line in plain) and any(map(_TASK.fullmatch, plain)):
        return True
    return sum(map(bool, map(_ITEM.fullmatch, plain))) >= _LEAST_ITEMS and not any(map(_OF_PEOPLE.fullmatch, plain))


def refuse_empty_list(
    file: str, sheet: Block, *, kind: Kind | None, corrections: Sequence[Correction]
) -> Problem | None:
    """What to say of a sheet that has the header of a list and no row; None of any other."""
    place = find_empty_list(Grid(sheet), kind, corrections) if isinstance(sheet, Table) else None
    if place is None:
        return None
    return Problem(file, N_("This list has a header but no row; nothing was taken."), {}, place)
