"""Places of records for counting: the provinces of today, and the districts and towns as they are written."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from ingest import Record
from ingest.places import PLACES_APART, place_left_over

_DISTRICT = re.compile(
    r"(?<!\w)(?P<unit>huyện|quận|thị xã|thành phố|tp\.?|tx\.?)(?<=[\w.])\s*(?P<rest>[^,;(\n]+)", re.IGNORECASE
)
_PROVINCE = re.compile(r"(?<!\w)(?P<unit>tỉnh)\s+(?P<rest>[^,;(\n]+)", re.IGNORECASE)
_UNITS = {"tp": "thành phố", "tp.": "thành phố", "tx": "thị xã", "tx.": "thị xã"}


def provinces_of(record: Record) -> tuple[str, ...]:
    """The provinces of today that a record names, each once; () where none is known."""
    return tuple(dict.fromkeys(filter(None, (record.facts.place_today or "").split(PLACES_APART))))


def place_written(record: Record) -> str | None:
    """The place as the record writes it, also one that no list of provinces knows."""
    if record.facts.place_written:
        return record.facts.place_written
    for section in record.sections:
        if section.name == "other" and (found := place_left_over(section.text)):
            return found
    # Other titles are names.
    in_title = _named(_DISTRICT, record.title) if record.kind in ("need", "proposal") else iter(())
    return ", ".join(in_title) or None


def localities_of(written: str | None) -> tuple[str, ...]:
    """The districts, towns and cities named in a place as written, each once; where it names none the province, else
    the words themselves: ``xã Đồng Suối, huyện Lâm Sơn, tỉnh Sông Trà`` → ``huyện Lâm Sơn``."""
    if not written:
        return ()
    named = tuple(dict.fromkeys(_named(_DISTRICT, written))) or provinces_written(written)
    return named or (" ".join(written.split()),)


def provinces_written(written: str | None) -> tuple[str, ...]:
    """The provinces named in a place as written, each once, whether or not there are such today."""
    return tuple(dict.fromkeys(_named(_PROVINCE, written or "")))


def _named(pattern: re.Pattern[str], written: str) -> Iterator[str]:
    start = 0
    while found := pattern.search(written, start):
        unit = found["unit"].lower()
        words = itertools.takewhile(lambda word: word[0].isupper() or word[0] in "0123456789-–", found["rest"].split())
        start = found.end("unit")
        if name := " ".join(words).rstrip(" -–."):
            yield f"{_UNITS.get(unit, unit)} {name}"
