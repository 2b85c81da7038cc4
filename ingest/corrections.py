"""Labels that no synonym knows, and what people say they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import shorten

from ingest.errors import N_, BanhaError
from ingest.labels import LONGEST_LABEL, bare_label, normalise_label
from ingest.masking import mask_personal
from ingest.records import NOWHERE, Kind, Place

_BEGINNING = 80
_FOR_ALL = ("contact", "private", "other")
# What the labels of a kind may be said to mean, in the order in which forms ask for it.
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "proposal": (
        *("title", "code", "lead", "members", "organisation", "address", "place", "fields", "trl", "status"),
        *("duration", "start", "end", "year", "budget", "budget_state", "budget_other"),
        *("basis", "urgency", "background", "objectives", "content", "products", "results", "application", "impact"),
        *("references", *_FOR_ALL),
    ),
    "need": (
        *("title", "code", "organisation", "tax_code", "address", "place", "industry", "fields", "trl", "status"),
        *("situation", "requirements", "cooperation", "impact", "budget", "duration", "year", *_FOR_ALL),
    ),
    "scientist": (
        *("title", "orcid", "organisation", "address", "place", "fields", "research", "education", "employment"),
        *("work", "project", "patent", "application", "supervision", "award", *_FOR_ALL),
    ),
    "organisation": (
        *("title", "tax_code", "address", "place", "industry", "fields", "trl", "status", "introduction"),
        *("technology_offer", "laboratory", "fablab", *_FOR_ALL),
    ),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word that `label` (as `normalise_label` gives it, `written` as it was seen) means `field` in records
    of a kind. ``contact`` and ``private`` are personal data, ``other`` is text that stays as it is."""

    kind: Kind
    label: str
    field: str
    written: str


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A label that no synonym of its kind knows; its value, which `begins` so, is kept as text."""

    file: str
    kind: Kind
    label: str
    begins: str
    place: Place = NOWHERE


def tell_unrecognised(file: str, kind: Kind, label: str, value: str, place: Place) -> Unrecognised:
    """An unknown label with the beginning of its value, personal data masked."""
    shown = shorten(mask_personal(value), _BEGINNING, placeholder=" …")
    return Unrecognised(file, kind, mask_personal(bare_label(label)), shown, place)


class BadCorrection(BanhaError):
    """What a person said of a label cannot be remembered."""


def correct(written: str, field: str, kind: Kind) -> Correction:
    """Raises BadCorrection for what is no label, and for a field that records of this kind do not have."""
    written = bare_label(written)
    label = normalise_label(written)
    if not label or len(written) > LONGEST_LABEL:
        raise BadCorrection(N_("“{label}” is no label: it must be one short phrase."), label=written[:LONGEST_LABEL])
    if field not in FIELDS.get(kind, ()):
        message = N_("Records of the kind “{kind}” have no field “{field}”. Choose one of: {fields}.")
        raise BadCorrection(message, kind=kind, field=field, fields=", ".join(FIELDS.get(kind, ())))
    return Correction(kind, label, field, written)
