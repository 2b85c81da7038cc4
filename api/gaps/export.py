"""The table of gaps as a file of an office program, safe to open there."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from api.catalogue import Translate
from api.errors import BadInput
from api.exports import FORMATS, disarm, export_table, note_date
from api.gaps.labels import DEFINITIONS, DIMENSION, PART, name_value
from api.gaps.schemas import GapTable, Standing
from api.wording import Wording
from ingest import N_
from matcher.gaps.counting import PARTS

_Row = tuple[str | int | None, ...]


def check_gap_format(name: str) -> str:
    """The suffix of a file to write. Raises BadInput for one that cannot be written."""
    suffix = Path(name).suffix.lower()
    if suffix not in (*FORMATS, ".csv"):
        raise BadInput(N_("{file}: the name must end in .xlsx, .docx or .csv."), file=name)
    return suffix


def export_gaps(table: GapTable, format: str, wording: Wording, translate: Translate, made_on: date) -> bytes:
    """A row for each cell, and the total in which each record counts once. `format` is a suffix."""
    say = wording.say
    headers = [
        *(say(DIMENSION[dimension]) for dimension in table.by),
        *(say(PART[part]) for part in PARTS),
        say(N_("Demand")),
        say(N_("Supply")),
        say(N_("Demand minus supply")),
        say(N_("Fields only suggested")),
        say(N_("Records")),
    ]
    rows = [_row(cell, [name_value(wording, name, cell.at[name]) for name in table.by]) for cell in table.cells]
    # A file with no dimension but the total would have no rows of its own.
    blank = [""] * (len(table.by) - 1)
    rows.append(_row(table.total, [say(N_("Total, each record once")), *blank], with_ids=False))
    if format == ".csv":
        return write_csv([tuple(headers), *rows])
    notes = [note_date(translate, made_on), *(f"{say(name)}: {say(meaning)}" for name, meaning in DEFINITIONS)]
    widths = [*([30] * len(table.by)), *([12] * (len(PARTS) + 4)), 60]
    return export_table(say(N_("Gaps: demand and supply")), notes, headers, widths, rows, format)


def _row(cell: Standing, names: Sequence[str], with_ids: bool = True) -> _Row:
    counts = [len(getattr(cell, part)) for part in PARTS]
    ids = "; ".join(id for part in PARTS for id in getattr(cell, part)) if with_ids else ""
    return (*names, *counts, cell.demand, cell.supply, cell.gap, len(cell.suggested), ids)


def write_csv(rows: Sequence[tuple[str | int | None, ...]]) -> bytes:
    """UTF-8 with its mark and semicolons, as spreadsheets with Vietnamese settings read it."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([disarm(value) if isinstance(value, str) else value for value in row])
    return stream.getvalue().encode("utf-8-sig")
