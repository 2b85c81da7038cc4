"""What the items of a form or the cells of a row hold: labels with their values, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.document import EXACT, Recovery, join_recoveries
from ingest.forms import OTHER, Label
from ingest.labels import Numbering, begins_entry
from ingest.number_signs import UNTOLD, Signs
from ingest.records import NOWHERE, Place, ReadingMethod
from ingest.table_grids import Grid, Header, is_column_number_row, is_total_row, match_columns, name_headers
from ingest.values import has_boxes, has_labelled_boxes, ticked_options

# Fields that hold one short value: what follows it belongs to something else.
SINGLE_VALUES = frozenset(
    {"title", "code", "organisation", "address", "place", "trl", "status", "orcid", "tax_code", "contact"}
)
FACT_FIELDS = SINGLE_VALUES | {
    "lead",
    "members",
    "budget",
    "budget_state",
    "budget_other",
    "duration",
    "start",
    "end",
    "year",
    "fields",
}

# One section for each entry: a scientist's publications, projects and patents are ranked one by one.
ENTRY_FIELDS = frozenset({"work", "project", "patent"})


def is_short_label(label: Label) -> bool:
    """Whether what stands behind the label is normally one line, which reads well as ``heading: value``."""
    return label.field in FACT_FIELDS or label.keeps_label


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of a value. `row` holds a table row by role (``title``, ``authors``, ``year`` …) where the value
    is a table with known headers; `signs` is what its numbers mean by points and commas. `label` is what the file calls
    it, where a person said what that means; `is_ticked` tells that the form printed it to be ticked."""

    text: str
    place: Place = NOWHERE
    method: ReadingMethod = "text"
    recovery: Recovery = EXACT
    row: tuple[tuple[str, str], ...] = ()
    signs: Signs = UNTOLD
    label: str | None = None
    is_ticked: bool = False

    def get(self, role: str) -> str:
        return " ".join(text for name, text in self.row if name == role)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text outside or inside a cell; `level` is 0 for body text, 1… for a heading of that depth; `is_bold`
    tells that all of it is printed bold."""

    text: str
    place: Place = NOWHERE
    level: int = 0
    recovery: Recovery = EXACT
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The texts of a table's row, one a column, with how each was recovered where that is known."""

    texts: Sequence[str]
    place: Place
    recoveries: Sequence[Recovery] = ()

    def piece(self, column: int, method: ReadingMethod) -> Piece:
        return Piece(self.texts[column], self.place, method, self.recovery_of([column]))

    def recovery_of(self, columns: Sequence[int]) -> Recovery:
        """Of some columns, as their texts stand beside one another."""
        recoveries = self.recoveries or [EXACT] * len(self.texts)
        return join_recoveries([(self.texts[at], recoveries[at]) for at in columns if self.texts[at]], " – ")


@dataclass(slots=True)
class Item:
    """One label with its value, in document order. `heading` is the label as written; `is_inline` tells whether
    the value stood beside it (then ``heading: value`` reads well). `unit` is how many đồng its numbers count, where
    the table says so; `unknown` are the columns of its tables that no synonym knows, by what stands first in each, and
    the lines of its text that may be labels, by what follows them."""

    label: Label
    heading: str = ""
    is_inline: bool = False
    number: Numbering | None = None
    level: int = 0
    pieces: list[Piece] = field(default_factory=list)
    unit: int | None = None
    unknown: list[Piece] = field(default_factory=list)

    @property
    def field(self) -> str:
        return self.label.field

    @property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces)

    @property
    def is_unknown(self) -> bool:
        """Whether the file names what stands here, and no synonym knows the name."""
        return self.label is OTHER and bool(self.heading.strip()) and bool(self.text.strip())


def render_row(headers: Sequence[Header], roles: dict[int, str], texts: Sequence[str]) -> str:
    """A table row as one readable line: known columns by themselves (``Khảo sát … – Kết quả: … – 01/2026–06/2026``),
    others as ``header: value``; numbers of rows are left out."""
    parts: list[str] = []
    written = ""
    for column, text in enumerate(texts):
        role = roles.get(column)
        header = headers[column] if column < len(headers) else Header(())
        is_repeated = column > 0 and text == texts[column - 1] and bool(role) and roles.get(column - 1) == role
        if not text or is_repeated or (role is None and is_row_number(header.leaf)):
            continue
        if role == "end" and parts and roles.get(column - 1) == "start" and parts[-1] == written:
            parts[-1] = f"{written}–{text}"
            continue
        if role == "result":
            parts.append(f"Kết quả: {text}")
        elif role is not None or not parts or not header.leaf:
            parts.append(text)
        else:
            parts.append(f"{header.text}: {text}")
        written = text if role == "start" else ""
    return " – ".join(parts)


def is_row_number(header: str) -> bool:
    """Whether a header is that of the numbers of rows."""
    return header.strip(" .").upper() in ("TT", "STT", "SỐ TT", "NO", "#")


def keep_ticked(text: str) -> str:
    """The ticked options of a line that is nothing but options, else the line."""
    if not has_boxes(text):
        return text
    lead, colon, rest = text.partition(":")
    is_lead = not has_labelled_boxes(text) or has_labelled_boxes(rest)
    if colon and is_lead and not has_boxes(lead) and has_boxes(rest):
        chosen = "; ".join(ticked_options(rest))
        return f"{lead}: {chosen}" if chosen else ""
    return "; ".join(ticked_options(text))


def split_entries(grid: Grid, row: int, roles: Mapping[int, str], item: Item) -> list[Row]:
    """A row of a grid; several rows where its cells hold several works of a person, line beside line, or numbered.

    What stands only once (a journal, a role) is said of each of them.
    """
    place = grid.cells(row)[0].place
    columns = range(grid.width)
    recoveries = [grid.recovery(row, column) for column in columns]
    whole = Row([grid.text(row, column) for column in columns], place, recoveries)
    if item.field not in ENTRY_FIELDS:
        return [whole]
    lines = [_lines_at(grid, row, column) for column in columns]
    titles = next((lines[column] for column, role in roles.items() if role == "title"), [])
    count = len(titles)
    # A long title that its writer broke into lines goes on with a small letter, a list of authors behind a comma.
    is_whole = not any(line[0].islower() for line in titles)
    beside = [cell for at, cell in enumerate(lines) if roles.get(at) != "title" and len(cell) == count]
    is_parallel = is_whole and any(not any(line.endswith((",", ";")) for line in cell) for cell in beside)
    if count < 2 or not (is_parallel or all(begins_entry(line) for line in titles)):
        return [whole]
    return [
        Row([cell[at] if len(cell) == count else " ".join(cell) for cell in lines], place, recoveries)
        for at in range(count)
    ]


def _lines_at(grid: Grid, row: int, column: int) -> list[str]:
    cell = grid.at(row, column)
    return [" ".join(line.split()) for line in cell.lines() if line.strip()] if cell else []


def read_rows(
    headers: Sequence[Header],
    columns: Mapping[str, frozenset[str]],
    rows: Sequence[Row],
    method: ReadingMethod,
) -> list[Piece]:
    """The rows of a data table as pieces, each with its cells by role where `columns` knows the headers. Rows that
    only number the columns are left out, and sums below known headers."""
    roles = match_columns(name_headers(headers), columns)
    pieces = []
    for row in rows:
        texts = row.texts
        if not any(texts) or is_column_number_row(list(texts)) or (roles and is_total_row(list(texts))):
            continue
        if text := render_row(headers, roles, texts):
            cells = tuple((roles.get(column, ""), text) for column, text in enumerate(texts)) if roles else ()
            shown = [at for at in range(len(texts)) if at >= len(headers) or not is_row_number(headers[at].leaf)]
            pieces.append(Piece(text, row.place, method, row.recovery_of(shown), cells))
    return pieces
