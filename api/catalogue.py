"""The catalogues: English templates in the code, the words a person reads in their language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from ingest import N_, BanhaError, Place, Problem

Translate = Callable[[str], str]

BASIS_NAMES: Mapping[str, str] = {
    "calibrated": N_("calibrated likelihood"),
    "uncalibrated": N_("likelihood not calibrated yet"),
    "insufficient": N_("not enough evidence"),
}
CHANGE_NAMES: Mapping[str, str] = {
    "new": N_("new"),
    "changed": N_("changed"),
    "sourced": N_("one more source"),
    "unchanged": N_("unchanged"),
}
_PLACES: Mapping[str, str] = {
    "page": N_("page {page}"),
    "sheet": N_("sheet {sheet}"),
    "row": N_("row {row}"),
    "cell": N_("cell {cell}"),
}
# What the system says of files, addresses and the database, in its own words.
_REASONS = frozenset(
    {
        N_("Address already in use"),
        N_("Cannot assign requested address"),
        N_("Disk quota exceeded"),
        N_("File exists"),
        N_("File name too long"),
        N_("Input/output error"),
        N_("Is a directory"),
        N_("Name or service not known"),
        N_("No such file or directory"),
        N_("No space left on device"),
        N_("Not a directory"),
        N_("Permission denied"),
        N_("Read-only file system"),
        N_("attempt to write a readonly database"),
        N_("database disk image is malformed"),
        N_("database is locked"),
        N_("database or disk is full"),
        N_("disk I/O error"),
        N_("file is not a database"),
        N_("unable to open database file"),
    }
)
# As readers name places inside documents, each below the one before: `footnote 2, table 1, row 3, column 1`.
_PARTS: Mapping[str, str] = {
    "header": N_("header"),
    "footer": N_("footer"),
    "footnote": N_("footnote {number}"),
    "endnote": N_("endnote {number}"),
    "table": N_("table {number}"),
    "row": N_("row {number}"),
    "column": N_("column {number}"),
}
_PART = re.compile(r"([a-z]+)(?: ([\d.]+))?")


@cache
def translator(language: str) -> Translate:
    """A function from English templates to those of the language; what has no translation stays English."""
    if language == "en":
        return str
    words = read_catalogue(language)

    def translate(template: str) -> str:
        return words.get(template, template)

    return translate


@cache
def read_catalogue(language: str) -> Mapping[str, str]:
    """English template → translation, of the catalogue that is installed with this package."""
    source = files("api") / "locales" / language / "LC_MESSAGES" / "banha.po"
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=language, abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


def say_day(day: date, translate: Translate) -> str:
    """As the language writes it: ``23/11/2026``, ``23 November 2026``."""
    return fill(translate(N_("{day:%-d %B %Y}")), {"day": day})


def explain(problem: Problem | BanhaError, translate: Translate) -> str:
    """What is wrong and what to do, in the reader's language, without the file and the place.

    What was `expected` is a template itself (`a whole number`), a `reason` may hold one that systems give often, and a
    `kind` or `house` is called by its name.
    """
    params = dict(problem.params)
    if isinstance(params.get("expected"), str):
        params["expected"] = translate(params["expected"])
    if params.keys() & {"kind", "house"}:
        # Its imports would slow the start of every command.
        from api.labels import HOUSE, KIND

        labels = {str(value): label for names in (KIND, HOUSE) for value, label in names.items()}
        for name in params.keys() & {"kind", "house"}:
            if params[name] in labels:
                params[name] = translate(labels[params[name]])
    given = str(params.get("reason", ""))
    if known := next((reason for reason in sorted(_REASONS) if reason in given), None):
        params["reason"] = translate(known)
    return fill(translate(problem.message), params)


def describe_place(place: Place, translate: Translate) -> str:
    """`page 2`, `sheet A, row 7`; empty when it is nowhere in particular."""
    found = {name: getattr(place, name) for name in _PLACES if name != "cell"}
    words = [translate(_PLACES[name]).format(**{name: value}) for name, value in found.items() if value is not None]
    if place.cell is not None:
        words.append(_describe_cell(place.cell, translate))
    return ", ".join(words)


def _describe_cell(cell: str, translate: Translate) -> str:
    parts = [part for part in map(_PART.fullmatch, cell.split(", ")) if part and part[1] in _PARTS]
    if len(parts) <= cell.count(", "):
        return translate(_PLACES["cell"]).format(cell=cell)
    return ", ".join(translate(_PARTS[part[1]]).format(number=part[2]) for part in parts)


def locate(problem: Problem, translate: Translate) -> str:
    """The file and the place in it: `list.xlsx, sheet A, row 7`; without the row when what is said names it itself."""
    place = replace(problem.place, row=None) if "{row}" in problem.message else problem.place
    return ", ".join(part for part in (problem.file, describe_place(place, translate)) if part)


def fill(template: str, params: Mapping[str, object]) -> str:
    """The template with its fields filled in."""
    return template.format(**params)
