"""The standing of a scientist, as far as the record says it: degree, tasks led, years of work."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest import N_, Record, accented_view
from matcher.councils.dossiers import Fact
from matcher.duplicates import Reason
from matcher.evidence import quote

# How much each counts of 1: the degree most, since it is what rules and customs ask of who chairs a council.
_OF_DEGREE, _OF_LED, _OF_YEARS = 0.6, 0.25, 0.15
_DOCTOR = 0.6
_MOST_LED, _MOST_YEARS = 5, 25
_DEGREES: tuple[tuple[str, float, re.Pattern[str]], ...] = (
    (N_("professor"), 1.0, re.compile(r"(?<!phó )\bgiáo sư\b|(?<![\wp])gs(?=[.\s,])")),
    (N_("associate professor"), 0.85, re.compile(r"\bphó giáo sư\b|\bpgs\b")),
    (N_("doctor of science"), 0.8, re.compile(r"\btiến sĩ khoa học\b|\btskh\b")),
    (N_("doctor"), 0.6, re.compile(r"\btiến s[ĩỹ]\b|\bts\b(?=[.\s,])|\bph\.?d\b")),
    (N_("master"), 0.3, re.compile(r"\bthạc s[ĩỹ]\b|\bths\b|\bmsc\b")),
)
_SAYING = ("education", "other", "introduction", "employment")


@dataclass(frozen=True, slots=True)
class Standing:
    """`share` is 0 to 1; `reasons` say what it is made of, each with the words it stands on; `is_doctor`: a doctorate
    or more, `is_below_doctor`: a lower degree is the highest that is said."""

    share: float
    reasons: tuple[tuple[Reason, Fact | None], ...]
    is_doctor: bool = False
    is_below_doctor: bool = False


def measure_standing(person: Record, this_year: int) -> Standing:
    reasons: list[tuple[Reason, Fact | None]] = []
    share = 0.0
    if found := _degree(person):
        name, worth, fact = found
        share += _OF_DEGREE * worth
        reasons.append((Reason(N_("degree: {degree}"), {"degree": name}), fact))
    led = sum(1 for section in person.sections if section.name == "project" and section.role == "lead")
    if led:
        share += _OF_LED * min(led, _MOST_LED) / _MOST_LED
        reasons.append((Reason(N_("has led {count} tasks"), {"count": led}), None))
    years = [section.year for section in person.sections if section.year and section.name in ("work", "project")]
    if years and min(years) < this_year:
        worked = this_year - min(years)
        share += _OF_YEARS * min(worked, _MOST_YEARS) / _MOST_YEARS
        reasons.append((Reason(N_("works and tasks since {year}"), {"year": min(years)}), None))
    best = found[1] if found else None
    return Standing(share, tuple(reasons), best is not None and best >= _DOCTOR, best is not None and best < _DOCTOR)


def _degree(person: Record) -> tuple[str, float, Fact] | None:
    """The highest that a section names."""
    for name, worth, pattern in _DEGREES:
        for number, section in enumerate(person.sections):
            match = pattern.search(accented_view(section.text)) if section.name in _SAYING else None
            if match:
                start = section.text.rfind("\n", 0, match.start()) + 1
                end = section.text.find("\n", match.end())
                whole = quote(person, number, start, end if end >= 0 else len(section.text))
                return name, worth, Fact(person.id, whole)
    return None
