"""What the headers of a list mean: the kind of its rows, and the field of each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from ingest.corrections import Correction
from ingest.labelled_values import ENTRY_FIELDS, FACT_FIELDS
from ingest.labels import normalise_label
from ingest.masking import names_personal
from ingest.records import Kind
from ingest.table_grids import Header, HeaderNames, match_columns, name_headers

# Of these a list has several columns.
_SEVERAL = ENTRY_FIELDS | {"education", "outcome"}


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a list mean: the kind its rows are, and the field of each column (by position). ``outcome``
    is the grade of a task beside its status.

    `private` and `contacts` name columns of personal and contact data, `corrected` those of which a person said what
    they mean, `unknown` those that no synonym knows.
    """

    kind: Kind
    fields: Mapping[int, str]
    headers: tuple[Header, ...]
    private: frozenset[int]
    contacts: frozenset[int]
    numbers: frozenset[int]
    corrected: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()

    @property
    def title(self) -> int:
        return next(column for column, name in self.fields.items() if name == "title")


@dataclass(frozen=True, slots=True)
class _Synonyms:
    """What headers are called: fields of each kind, and columns that are alike in all kinds."""

    kinds: Mapping[Kind, Mapping[str, frozenset[str]]]
    private: frozenset[str]
    contact: frozenset[str]
    number: frozenset[str]
    other: frozenset[str]


@cache
def _synonyms() -> _Synonyms:
    data = yaml.safe_load(files("ingest").joinpath("lists.yaml").read_text(encoding="utf-8"))

    def normalised(names: Sequence[str]) -> frozenset[str]:
        return frozenset(filter(None, map(normalise_label, names)))

    return _Synonyms(
        {kind: {name: normalised(names) for name, names in columns.items()} for kind, columns in data["kinds"].items()},
        normalised(data["private"]),
        normalised(data["contact"]),
        normalised(data["columns"]["number"]),
        normalised(data["columns"]["other"]),
    )


def is_header_name(text: str, kind: Kind) -> bool:
    """Whether lists of this kind call a column so."""
    synonyms = _synonyms()
    name = normalise_label(text)
    groups = (*synonyms.kinds[kind].values(), synonyms.private, synonyms.contact, synonyms.other)
    return names_personal(name) or any(name in names for names in groups)


def is_unknown_name(text: str) -> bool:
    """Whether a column is called so that says something, and lists know nothing of it."""
    synonyms = _synonyms()
    name = normalise_label(text)
    known = (synonyms.private, synonyms.contact, synonyms.other, synonyms.number)
    if not name or name.isdecimal() or names_personal(name):
        return False
    return not any(name in names for names in known)


def read_columns(
    headers: tuple[Header, ...], kind: Kind | None = None, corrections: Sequence[Correction] = ()
) -> Columns | None:
    """What the headers mean, None when no kind has its title and one more column among them. What people said of
    headers goes before all synonyms."""
    best: Columns | None = None
    names = name_headers(headers)
    for name in _synonyms().kinds:
        if kind is not None and name != kind:
            continue
        said = {one.label: one.field for one in corrections if one.kind == name}
        columns = _read_columns_of(name, headers, names, said)
        enough = 2 if kind is None or len(headers) > 1 else 1
        if "title" not in columns.fields.values() or len(columns.fields) < enough:
            continue
        if best is None or len(columns.fields) > len(best.fields):
            best = columns
    return best


def _read_columns_of(
    kind: Kind, headers: tuple[Header, ...], names: Sequence[HeaderNames], corrected: Mapping[str, str]
) -> Columns:
    synonyms = _synonyms()
    said: dict[int, str] = {}
    for column, name in enumerate(names if corrected else ()):
        field = corrected.get(name.whole) or corrected.get(name.leaf)
        if field and not (field in FACT_FIELDS and field in said.values()):
            said[column] = field
    personal = frozenset(at for at, name in enumerate(names) if at not in said and names_personal(name.leaf))
    # A birth date under the heading of a person is none of that person's name.
    matched = {at: field for at, field in match_columns(names, synonyms.kinds[kind]).items() if at not in personal}
    told_facts = FACT_FIELDS & set(said.values())
    fields = _one_column_each({c: f for c, f in matched.items() if c not in said and f not in told_facts})
    fields |= {column: field for column, field in said.items() if field not in ("contact", "private", "other")}

    def columns_in(known: frozenset[str], field: str = "") -> frozenset[int]:
        free = (at for at, name in enumerate(names) if name.leaf in known and at not in fields and at not in said)
        return frozenset([*free, *(at for at, said_field in said.items() if said_field == field)])

    private = columns_in(synonyms.private, "private") | personal
    contacts = columns_in(synonyms.contact, "contact") - private
    numbers = frozenset(at for at, name in enumerate(names) if name.leaf in synonyms.number or headers[at].leaf == "#")
    known = {*matched, *said, *private, *contacts, *numbers, *columns_in(synonyms.other)}
    unknown = frozenset(
        at for at, name in enumerate(names) if at not in known and not name.whole.isdecimal() and name.whole
    )
    return Columns(kind, dict(sorted(fields.items())), headers, private, contacts, numbers, frozenset(said), unknown)


def _one_column_each(fields: dict[int, str]) -> dict[int, str]:
    """The first column of each field, of works and degrees each; *Khác* means other money only where state money has
    one too. A second one of the status says how the task ended, a subject what is researched where no other does."""
    seen: set[str] = set()
    kept: dict[int, str] = {}
    says_research = "research" in fields.values()
    for column, said in sorted(fields.items()):
        name = said
        if said == "specialty":
            name = "education" if says_research else "research"
        elif said == "status" and said in seen:
            name = "outcome"
        is_open = name not in seen or name in _SEVERAL
        if is_open and not (name == "budget_other" and "budget_state" not in fields.values()):
            kept[column] = name
            seen.add(name)
    return kept
