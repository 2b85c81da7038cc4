"""The pairs of all records as JSON, as lines and as the table of an office file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict
from rich.text import Text

from api.catalogue import BASIS_NAMES, Translate, fill
from api.exports import export_table, note_date
from api.labels import KIND
from api.printing import as_title
from api.printing_pairings import say_strength
from api.schemas import MatchedRecord, TellsOfRecord, Versions
from api.terminal import open_console, printable
from ingest import N_, Kind
from matcher import Row


class Pair(TellsOfRecord):
    """A candidate at its place; `score`, `likelihood`, `basis` and `signals` as in a match."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    title: str
    rank: int
    score: float
    likelihood: float | None
    basis: str
    signals: dict[str, float]


class PairedRecord(BaseModel):
    model_config = ConfigDict(frozen=True)

    record: MatchedRecord
    pairs: tuple[Pair, ...]


class PairTable(BaseModel):
    """Every record of a kind with its best candidates; `score` orders the candidates of one record only."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    to: Kind
    mode: str
    versions: Versions
    records: tuple[PairedRecord, ...]


def show_pair_table(kind: Kind, to: Kind, mode: str, versions: Versions, rows: Iterable[Row]) -> PairTable:
    records = (
        PairedRecord(
            record=MatchedRecord(id=row.id, title=row.title),
            pairs=tuple(Pair.model_validate(pair) for pair in row.pairs),
        )
        for row in rows
    )
    return PairTable(kind=kind, to=to, mode=mode, versions=versions, records=tuple(records))


def print_pair_table(table: PairTable, translate: Translate) -> None:
    """Each record with a line for each of its candidates."""
    console = open_console()
    if not table.records:
        console.print(translate(N_("Nothing was found.")))
    for paired in table.records:
        console.print(
            Text(printable(paired.record.title), "bold"), Text(f"({paired.record.id})", "dim"), soft_wrap=True
        )
        for pair in paired.pairs:
            console.print(as_title(pair.rank, pair.title), soft_wrap=True)
            strength = say_strength(pair.score, pair.likelihood, pair.basis, translate)
            console.print(Text(f"    {pair.id} · {strength}", "dim"), soft_wrap=True)


def export_pair_table(table: PairTable, format: str, translate: Translate, made_on: date) -> bytes:
    """A row for each pair. `format` is a suffix."""
    headers = (
        N_("Record"),
        N_("Id"),
        N_("Rank"),
        N_("Candidate"),
        N_("Id"),
        N_("Score"),
        N_("Likelihood"),
        N_("Standing on"),
    )
    kinds = {"kind": translate(KIND[table.kind]), "to": translate(KIND[table.to])}
    title = fill(translate(N_("Best candidates of all records: {kind} → {to}")), kinds)
    rows: Sequence[Sequence[str | float | int | None]] = [
        (
            paired.record.title,
            paired.record.id,
            pair.rank,
            pair.title,
            pair.id,
            round(pair.score, 3),
            None if pair.likelihood is None else round(pair.likelihood, 3),
            translate(BASIS_NAMES[pair.basis]),
        )
        for paired in table.records
        for pair in paired.pairs
    ]
    notes = [
        note_date(translate, made_on),
        translate(N_("The scores order the candidates of one record only; a person decides.")),
    ]
    return export_table(title, notes, [translate(header) for header in headers], _WIDTHS, rows, format)


_WIDTHS = (40, 28, 10, 40, 28, 10, 12, 24)  # characters
