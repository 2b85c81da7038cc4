"""What the headers of a list mean: the kind of its rows, and the field of each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files

import yaml

from ingest.column_names import Part, is_percent, loosen_names, name_otherwise, part_joined
from ingest.corrections import Correction
from ingest.labelled_values import ENTRY_FIELDS, FACT_FIELDS
from ingest.labels import normalise_label
from ingest.masking import names_personal
from ingest.records import Kind
from ingest.table_grids import Header, HeaderNames, match_columns, name_headers

# Of these a list has several columns.
_SEVERAL = ENTRY_FIELDS | {"education", "outcome"}
MONEY = frozenset({"budget", "budget_state", "budget_other"})
_ASIDE = frozenset({"private", "contact", "other"})


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a list mean: the kind its rows are, and the field of each column (by position). ``outcome``
    is the grade of a task beside its status.

    `private` and `contacts` name columns of personal and contact data, `corrected` those of which a person said what
    they mean, `unknown` those that no synonym knows. `joined` are the names of those whose header has several.
    """

    kind: Kind
    fields: Mapping[int, str]
    headers: tuple[Header, ...]
    private: frozenset[int]
    contacts: frozenset[int]
    numbers: frozenset[int]
    corrected: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()
    joined: Mapping[int, tuple[Part, ...]] = field(default_factory=dict)

    @property
    def title(self) -> int:
        return next(column for column, name in self.fields.items() if name == "title")


@dataclass(frozen=True, slots=True)
class _Synonyms:
    """What headers are called: fields of each kind, `loosened` by the words of their names, and columns that are alike
    in all kinds, together `aside`."""

    kinds: Mapping[Kind, Mapping[str, frozenset[str]]]
    private: frozenset[str]
    contact: frozenset[str]
    number: frozenset[str]
    other: frozenset[str]
    aside: frozenset[str]
    loosened: Mapping[Kind, Mapping[tuple[str, ...], str]]


@cache
def _synonyms() -> _Synonyms:
    data = yaml.safe_load(files("ingest").joinpath("lists.yaml").read_text(encoding="utf-8"))

    def normalised(names: Sequence[str]) -> frozenset[str]:
        return frozenset(filter(None, map(normalise_label, names)))

    kinds: dict[Kind, dict[str, frozenset[str]]] = {
        kind: {name: normalised(names) for name, names in columns.items()} for kind, columns in data["kinds"].items()
    }
    private, contact = normalised(data["private"]), normalised(data["contact"])
    number, other = normalised(data["columns"]["number"]), normalised(data["columns"]["other"])
    aside = private | contact | number | other | {""}
    loosened = {kind: loosen_names(kind, names) for kind, names in kinds.items()}
    return _Synonyms(kinds, private, contact, number, other, aside, loosened)


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
        columns = _read_columns_of(name, headers, names, corrections)
        has_said_title = any(columns.fields.get(at) == "title" for at in columns.corrected)
        enough = 1 if has_said_title or (kind is not None and len(headers) == 1) else 2
        if "title" not in columns.fields.values() or len(columns.fields) < enough:
            continue
        if best is None or len(columns.fields) > len(best.fields):
            best = columns
    return best


def guess_columns(headers: tuple[Header, ...], kind: Kind | None, corrections: Sequence[Correction]) -> Columns:
    """What the headers mean in the kind that knows most of them, whether or not it has its title among them; of
    proposals where no kind knows any."""
    known: list[Kind] = ["proposal", *_synonyms().kinds]
    kinds = [one for one in known if one == kind] or known
    names = name_headers(headers)
    return max((_read_columns_of(one, headers, names, corrections) for one in kinds), key=lambda it: len(it.fields))


def numbers_rows(header: str) -> bool:
    """Whether a header is that of the numbers of rows (``STT``)."""
    return header == "#" or normalise_label(header) in _synonyms().number


def _read_columns_of(
    kind: Kind, headers: tuple[Header, ...], names: Sequence[HeaderNames], corrections: Sequence[Correction]
) -> Columns:
    synonyms = _synonyms()
    corrected = {one.label: one.field for one in corrections if one.kind == kind}
    said: dict[int, str] = {}
    for column, name in enumerate(names if corrected else ()):
        field = corrected.get(name.whole) or corrected.get(name.leaf)
        if field and not (field in FACT_FIELDS and field in said.values()):
            said[column] = field
    personal = frozenset(at for at, name in enumerate(names) if at not in said and names_personal(name.leaf))
    # A birth date under the heading of a person is none of that person's name.
    matched = {at: field for at, field in match_columns(names, synonyms.kinds[kind]).items() if at not in personal}
    joined: dict[int, tuple[Part, ...]] = {}
    for at, name in enumerate(names):
        if at in matched or at in said or name.leaf in synonyms.aside:
            continue
        other = None if at in personal else name_otherwise(name.leaf, kind, synonyms.loosened[kind])
        parts = part_joined(headers[at].leaf, partial(_field_named, kind))
        if other is not None:
            matched[at] = other
        elif parts and (at not in personal or _main_field(parts) == "title"):
            joined[at] = parts
            personal -= {at}
    matched |= {at: field for at, parts in joined.items() if (field := _main_field(parts)) not in _ASIDE}
    shares = [at for at, field in matched.items() if field in MONEY and is_percent(headers[at].leaf, headers[at].text)]
    for at in shares:
        del matched[at]
    told_facts = FACT_FIELDS & set(said.values())
    fields = _one_column_each({c: f for c, f in matched.items() if c not in said and f not in told_facts})
    fields |= {column: field for column, field in said.items() if field not in ("contact", "private", "other")}

    def columns_in(known: frozenset[str], field: str = "") -> frozenset[int]:
        free = (at for at, name in enumerate(names) if name.leaf in known and at not in fields and at not in said)
        alike = (at for at, parts in joined.items() if at not in fields and _main_field(parts) == field)
        return frozenset([*free, *alike, *(at for at, said_field in said.items() if said_field == field)])

    private = columns_in(synonyms.private, "private") | personal
    contacts = columns_in(synonyms.contact, "contact") - private
    numbers = frozenset(at for at, name in enumerate(names) if name.leaf in synonyms.number or headers[at].leaf == "#")
    known = {*matched, *said, *private, *contacts, *numbers, *shares, *joined, *columns_in(synonyms.other)}
    unknown = frozenset(
        at for at, name in enumerate(names) if at not in known and not name.whole.isdecimal() and name.whole
    )
    joined = {at: parts for at, parts in joined.items() if at in fields}
    return Columns(
        kind, dict(sorted(fields.items())), headers, private, contacts, numbers, frozenset(said), unknown, joined
    )


def _field_named(kind: Kind, name: str) -> str | None:
    """What one of several names of a header means; ``private``, ``contact`` and ``other`` as everywhere."""
    synonyms = _synonyms()
    if name in synonyms.private:
        return "private"
    fields = synonyms.kinds[kind]
    field = next((field for field, names in fields.items() if name in names), None)
    field = field or name_otherwise(name, kind, synonyms.loosened[kind])
    return field or ("contact" if name in synonyms.contact else "other" if name in synonyms.other else None)


def _main_field(parts: Sequence[Part]) -> str:
    """The field of a column whose header has several names: that of the title, else the first that is none aside.
    Where one name is private, so is what cannot be told apart from it."""
    named = [part.field for part in parts]
    if "title" in named:
        return "title"
    aside = next((field for field in ("private", "contact") if field in named), None)
    if aside is not None:
        return aside
    if {"start", "end"} == set(named):
        return "duration"
    return next((field for field in named if field != "other"), "other")


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
