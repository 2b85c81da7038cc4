"""Forms as data: the labels, titles and frame lines of each official form, and which form a document is."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise, product
from typing import Any

import yaml

from ingest.corrections import Correction
from ingest.document import Document, Paragraph, Table
from ingest.labels import (
    LONGEST_LABEL,
    bilingual_parts,
    is_number_alone,
    normalise_label,
    part_label,
    read_numbering,
    without_brackets,
)
from ingest.records import House, Kind
from ingest.vietnamese import fold

_LONGEST_TAIL = 70
_LONGEST_FRAME = 90
_LONGEST_TITLE = 1_000
_TITLE_LINES = 14
_SCORED_LINES = 4000
_SCORE_OF_TITLE = 4
_SCORE_TO_ACCEPT = 6
_SCORE_WITHOUT_TITLE = 7
_FEWEST_FILLED = 3
_BY_FEW_LABELS = 0.6


@dataclass(frozen=True, slots=True)
class Label:
    """What a form calls one of its items, and the field its value fills.

    `is_private` values are dropped, `is_contact` values too unless contacts are asked for. `keeps_label` keeps the
    label in front of the value. `is_corrected` tells that a person said what it means. `parts` are labels that mean
    something else inside this item (*Họ và tên* under the leader); `columns` are the headers of the table that may hold
    the value, by role.
    """

    field: str
    names: tuple[str, ...] = ()
    is_private: bool = False
    is_contact: bool = False
    keeps_label: bool = False
    is_group: bool = False
    is_corrected: bool = False
    parts: tuple[Label, ...] = ()
    columns: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)

    @property
    def is_aside(self) -> bool:
        """Whether its values are personal, and stand among other items without ending them."""
        return self.is_private or self.is_contact

    def find_part(self, text: str) -> Label | None:
        wanted = normalise_label(text)
        return next((part for part in self.parts if wanted in part.names), None) if wanted else None


OTHER = Label("other")


@dataclass(frozen=True, slots=True)
class Form:
    """One form: what it is called, what it makes, and its labels by every name they go by. `is_titled_above` tells that
    its title may stand above its first label, without one of its own."""

    id: str
    name: str
    citation: str
    kind: Kind
    house: House
    titles: tuple[re.Pattern[str], ...]
    head: tuple[re.Pattern[str], ...]
    frame: tuple[re.Pattern[str], ...]
    closing: tuple[re.Pattern[str], ...]
    labels: tuple[Label, ...]
    by_name: Mapping[str, Label]
    is_titled_above: bool

    def find(self, text: str) -> Label | None:
        """The label that `text` is, whatever its number, case, accents, brackets and colon."""
        if len(without_brackets(text)) > LONGEST_LABEL:
            return None
        return self.by_name.get(normalise_label(text)) or next(
            (self.by_name[name] for name in map(normalise_label, bilingual_parts(text)) if name in self.by_name), None
        )

    def find_heading(self, text: str) -> Label | None:
        """The label that a heading begins with (``Nội dung nghiên cứu và phương pháp``): at least three syllables
        of it, and little more after it. A council's members are none of the task."""
        wanted, text = normalise_label(text), without_brackets(text)
        if len(text) > LONGEST_LABEL + _LONGEST_TAIL or re.search(r"[.;]\s*\S", text[6:]):
            return None
        words = wanted.split()
        for count in range(len(words), 2, -1):
            label = self.by_name.get(" ".join(words[:count]))
            rest = " ".join(words[count:])
            if label is not None and len(rest) <= _LONGEST_TAIL:
                return None if label.field == "members" and "hoi dong" in rest else label
        return None

    def is_title(self, text: str) -> bool:
        if len(text) > _LONGEST_TITLE:
            return False
        plain = _plain(text)
        return any(pattern.fullmatch(plain) for pattern in self.titles)

    def is_frame(self, text: str, *, at_head: bool) -> bool:
        """Whether a line is the form's own print: motto, form number, signature line, title. Lines that name the
        issuing office count only at the head."""
        plain = _plain(text[:_LONGEST_TITLE])
        short = self.frame if len(plain) <= _LONGEST_FRAME else ()
        patterns = (*short, *self.closing, *self.head) if at_head else (*short, *self.closing)
        return any(pattern.fullmatch(plain) for pattern in patterns) or (at_head and self.is_title(text))


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def load_forms(corrections: Sequence[Correction] = ()) -> tuple[Form, ...]:
    """Every form in ``ingest/forms``, in the order of their names, with what people said of labels."""
    return tuple(_corrected(form, corrections) for form in _load_forms()) if corrections else _load_forms()


def _corrected(form: Form, corrections: Sequence[Correction]) -> Form:
    labels = {one.label: _label_of(form, one) for one in corrections if one.kind == form.kind}
    return replace(form, by_name={**form.by_name, **labels}) if labels else form


def _label_of(form: Form, correction: Correction) -> Label:
    """The form's own label of a field under another name: with its parts and the columns of its table."""
    if correction.field in ("contact", "private"):
        own = Label("contact", is_private=correction.field == "private", is_contact=correction.field == "contact")
    else:
        of_field = [label for label in form.labels if label.field == correction.field and not label.is_aside]
        fitting = sorted(of_field, key=lambda label: (label.keeps_label, not label.columns, not label.parts))
        own = replace(fitting[0], keeps_label=False) if fitting else Label(correction.field)
    return replace(own, names=(correction.label,), is_corrected=True)


@cache
def _load_forms() -> tuple[Form, ...]:
    # Files without titles are shared parts.
    folder = files("ingest").joinpath("forms")
    raw = {
        entry.name.removesuffix(".yaml"): yaml.safe_load(entry.read_text(encoding="utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    }
    return tuple(_read_form(data, raw) for data in raw.values() if "titles" in data)


def _read_form(data: Mapping[str, Any], raw: Mapping[str, Mapping[str, Any]]) -> Form:
    chain = _with_extended(data, raw)
    labels = tuple(_read_label(entry) for part in chain for entry in part.get("labels", ()))
    groups = tuple(
        Label("group", (normalise_label(name),), is_group=True) for part in chain for name in part.get("groups", ())
    )
    by_name: dict[str, Label] = {}
    for label in (*labels, *groups):
        for name in label.names:
            by_name.setdefault(name, label)
    return Form(
        id=data["id"],
        name=data["name"],
        citation=data["citation"],
        kind=data["kind"],
        house=data["house"],
        titles=_read_patterns(data["titles"]),
        head=_read_patterns(line for part in chain for line in part.get("head", ())),
        frame=_read_patterns(line for part in chain for line in part.get("frame", ())),
        closing=_read_patterns(line for part in chain for line in part.get("closing", ())),
        labels=labels,
        by_name=by_name,
        is_titled_above=bool(data.get("titled_above", False)),
    )


def _with_extended(data: Mapping[str, Any], raw: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The form's own data first, so that its labels win over those of the parts it extends."""
    chain = [data]
    for name in data.get("extends", ()):
        chain += _with_extended(raw[name], raw)
    return chain


def _read_label(entry: Mapping[str, Any]) -> Label:
    return Label(
        field=entry["field"],
        names=tuple(dict.fromkeys(normalise_label(name) for names in entry["names"] for name in _spell_out(names))),
        is_private=bool(entry.get("private", False)),
        is_contact=bool(entry.get("contact", False)),
        keeps_label=bool(entry.get("keeps_label", False)),
        parts=tuple(_read_label(part) for part in entry.get("parts", ())),
        columns={role: frozenset(map(normalise_label, names)) for role, names in entry.get("columns", {}).items()},
    )


def _spell_out(name: str) -> Iterator[str]:
    """Every name that one with choices stands for: ``Đề tài {đã |}tham gia``."""
    parts = [part.split("|") for part in re.split(r"[{}]", name)]
    return ("".join(chosen) for chosen in product(*parts))


def _read_patterns(lines: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(re.escape(_plain(line)).replace(r"\*", ".*")) for line in lines)


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which form a document is, and how sure that is: 1 with a title line, 0.8 by many labels, 0.6 by a few."""

    form: Form
    confidence: float

    @property
    def has_title(self) -> bool:
        return self.confidence == 1.0

    @property
    def is_sure(self) -> bool:
        return self.confidence > _BY_FEW_LABELS


def recognise_form(
    document: Document, kind: Kind | None = None, corrections: Sequence[Correction] = ()
) -> Recognition | None:
    """The form that a document is, None when that is not certain.

    A title line near the top and at least two different items speak for a form; without a title many items must, or
    three that fill fields, that of the title among them. The best form must leave every form of another kind behind
    (without a title of its own, those that could be it). With `kind` only forms of that kind compete, and two items
    are enough.
    """
    lines = _lines_of(document)[:_SCORED_LINES]
    candidates = [form for form in load_forms(corrections) if kind is None or form.kind == kind]
    ranked = sorted((_score(form, lines) for form in candidates), key=lambda score: -score.points)
    if not ranked:
        return None
    best = ranked[0]
    needed = _SCORE_TO_ACCEPT if best.has_title else _SCORE_WITHOUT_TITLE
    if kind is not None:
        needed = 2
    if best.points >= needed and _leads(best, ranked):
        return Recognition(best.form, 1.0 if best.has_title else 0.8)
    named = [score for score in ranked if score.is_named]
    if named and not best.has_title and named[0].filled >= _FEWEST_FILLED and _leads(named[0], named):
        return Recognition(named[0].form, _BY_FEW_LABELS)
    return None


@dataclass(frozen=True, slots=True)
class _Score:
    """What speaks for a form: `points` in all, `filled` labels of fields; `is_named` tells whether the label of the
    title is among them."""

    form: Form
    points: int
    has_title: bool
    filled: int
    is_named: bool


def _leads(best: _Score, ranked: Sequence[_Score]) -> bool:
    return all(best.points - score.points >= 2 for score in ranked if score.form.kind != best.form.kind)


def _score(form: Form, lines: list[tuple[str, bool]]) -> _Score:
    first = [text for text, _ in lines if not is_number_alone(text)][:_TITLE_LINES]
    # The kind of the form and what it is about may stand on two lines.
    joined = [f"{one} {other}" for one, other in pairwise(first) if one.isupper() and other.isupper()]
    has_title = any(map(form.is_title, (*first, *joined)))
    found: dict[str, Label] = {}
    for text, is_cell in lines:
        head, colon, _ = part_label(text)
        label = form.find(head) if colon or is_cell or len(text) <= LONGEST_LABEL else None
        if label is None and read_numbering(text):
            label = form.find_heading(text)
        if label is not None and not label.is_group:
            found[label.names[0]] = label
    fields = {label.field for label in found.values() if label.field != "other" and not label.is_aside}
    points = len(found) + (_SCORE_OF_TITLE if has_title else 0)
    return _Score(form, points, has_title, len(fields), "title" in fields)


def _lines_of(document: Document) -> list[tuple[str, bool]]:
    lines: list[tuple[str, bool]] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            lines += [(line, False) for line in block.text.splitlines() if line.strip()]
        elif isinstance(block, Table):
            lines += [
                (line, True) for row in block.rows for cell in row for line in cell.text.splitlines() if line.strip()
            ]
    return lines
