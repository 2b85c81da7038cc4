"""Findings on a scientist: what speaks against a seat, how much it weighs by the rule, from what it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index import Answer, Bearer, Declaration, Party
from ingest import N_, Record
from matcher.councils.dossiers import Dossier, Doubt, Fact
from matcher.councils.rulesets import Bars, Exclusion, ExclusionKind, RuleSet
from matcher.duplicates import Reason
from matcher.identities import Answers, Identity

Weight = Literal["exclusion", "question", "advice"]

DOUBT: Mapping[Doubt, str] = {
    "organisation unknown": N_("the same name, and no organisation that would tell whether it is the same person"),
    "other organisation": N_("the same name, but another organisation: perhaps another person"),
    "unaccented": N_("the same name where one side is written without accents"),
    "accents": N_("names that differ by accents only: two persons, unless one is misspelt"),
    "initials": N_("a name with initials"),
    "unsure": N_("it has to be checked"),
    "longer name": N_("the name stands within what may be a longer name"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that speaks against a person: an ``exclusion`` by the rule cited, a ``question`` whose answer decides,
    or ``advice`` where no rule says it (`citation` is None). `bars` says from what; `asks` are two names that may mean
    one person, `answers` those that an officer gave on it."""

    kind: ExclusionKind
    weight: Weight
    bars: Bars
    citation: str | None
    reason: Reason
    facts: tuple[Fact, ...]
    doubt: Doubt | None = None
    asks: tuple[Bearer, Bearer] | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What the findings on all candidates for one task are made from; without `rules` nothing excludes, all is advice.
    `scientists` are all that are stored, `tasks` those besides it, `ids` leads from the id of a record that was merged
    to that of today, `organisations` from the id of an organisation that is declared to its name; `apart` are pairs of
    ids that a person said to be two things."""

    dossier: Dossier
    rules: RuleSet | None
    on: date
    declarations: tuple[Declaration, ...] = ()
    scientists: Mapping[str, Record] = field(default_factory=dict)
    tasks: tuple[Record, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    apart: frozenset[tuple[str, str]] = frozenset()

    def record_of(self, party: Party) -> Record | None:
        return self.scientists.get(self.ids.get(party.record_id or "", party.record_id or ""))

    def exclusion(self, kind: ExclusionKind) -> Exclusion | None:
        return self.rules.exclusion(kind) if self.rules else None


def weigh(
    case: Case,
    kind: ExclusionKind,
    doubt: Doubt | None,
    is_sure: bool,
    reason: Reason,
    facts: Sequence[Fact],
    identities: Sequence[Identity] = (),
) -> Finding:
    """An exclusion or a question where the rule knows the kind, else advice. `identities` are those on which it stands:
    the first that is open is what is asked."""
    exclusion = case.exclusion(kind)
    weight: Weight = "advice" if exclusion is None else "exclusion" if is_sure else "question"
    return Finding(
        kind,
        weight,
        exclusion.bars if exclusion else "seat",
        case.rules.cite(exclusion) if case.rules and exclusion else None,
        reason,
        tuple(facts),
        None if is_sure else doubt or "unsure",
        None if is_sure else next((one.asks for one in identities if one.asks), None),
        tuple(one.answer for one in identities if one.answer),
    )


def organisations_of(person: Record) -> tuple[str, ...]:
    return (person.facts.organisation,) if person.facts.organisation else ()
