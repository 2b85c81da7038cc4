"""Outlines of drafted forms: their fields, which values of records answer them, and what a person is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from ingest import House, Kind, PersonRole

FormName = Literal["order", "agreement", "handover"]
Ask = Literal["always", "missing"]
AnnexName = Literal["needs", "tasks", "teams", "scientists", "enterprises", "documents"]
FORM_NAMES: tuple[FormName, ...] = get_args(FormName)


@dataclass(frozen=True, slots=True)
class Take:
    """A value of records of some kinds that answers a part: ``title``, the name of a section, or ``facts/NAME``.

    Of a section only the sentences in which `saying` is found, in lower case; of people only those with the `role`.
    """

    of: tuple[Kind, ...]
    value: str
    saying: re.Pattern[str] | None = None
    house: House | None = None
    role: PersonRole | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Values that stand together below a line of the form's own words, which is empty where none is needed."""

    lead: str
    takes: tuple[Take, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """`choices` are boxes to tick. `counts` tells how many needs say it, `range` names the fact whose smallest and
    largest value are told where several differ. `ask` says when a person is asked for what `hint` says."""

    label: str
    choices: tuple[str, ...]
    groups: tuple[Group, ...]
    counts: bool
    range: str
    annex: AnnexName | None
    annex_lead: str
    ask: Ask
    hint: str


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    number: str
    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """`subjects` are the kinds of records a form is drafted from, with the least and most of each; of the kinds of
    `together` at least so many in all. `letter` and a number name a subject in the text. `version` changes with the
    file."""

    form: FormName
    title: str
    number: str
    citation: str
    length: str
    subjects: Mapping[Kind, tuple[int, int]]
    together: tuple[tuple[Kind, ...], int]
    letter: str
    fields: tuple[Field, ...]
    signers: tuple[tuple[str, str], ...]
    annexes: tuple[AnnexName, ...]
    version: str


@cache
def load_outline(form: FormName) -> Outline:
    raw = files("matcher.orders").joinpath("outlines", f"{form}.yaml").read_bytes()
    data: dict[str, Any] = yaml.safe_load(raw)
    together = data.get("together", {"of": (), "least": 0})
    return Outline(
        form,
        data["title"],
        data["number"],
        " ".join(data["citation"].split()),
        data["length"],
        {kind: (bounds["least"], bounds["most"]) for kind, bounds in data["subjects"].items()},
        (tuple(together["of"]), together["least"]),
        data["letter"],
        tuple(_field(one) for one in data["fields"]),
        tuple((one["label"], one["note"]) for one in data["signers"]),
        tuple(data["annexes"]),
        f"{form}-{sha256(raw).hexdigest()[:8]}",
    )


def _field(data: Mapping[str, Any]) -> Field:
    return Field(data["key"], data["number"], data["label"], tuple(_part(one) for one in data["parts"]))


def _part(data: Mapping[str, Any]) -> Part:
    groups = [Group(data.get("lead", ""), _takes(data.get("takes", ())))]
    if "lead_of" in data:
        lead, *takes = data["lead_of"]
        groups.append(Group(lead, _takes(takes)))
    return Part(
        data.get("label", ""),
        tuple(data.get("choices", ())),
        tuple(group for group in groups if group.takes),
        data.get("counts", False),
        data.get("range", ""),
        data.get("annex"),
        data.get("lead_annex", ""),
        data.get("ask", "missing"),
        data["hint"],
    )


def _takes(data: Sequence[Mapping[str, Any]]) -> tuple[Take, ...]:
    return tuple(
        Take(
            tuple(one["of"]),
            one["value"],
            re.compile(one["saying"]) if "saying" in one else None,
            one.get("house"),
            one.get("role"),
        )
        for one in data
    )
