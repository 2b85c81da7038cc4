"""Rule sets of councils: which of them is in force for a purpose on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from ingest import N_, BanhaError, fold

Purpose = Literal["identify", "select", "accept"]
Role = Literal["chair", "vice_chair", "reviewer", "secretary", "member"]
ExclusionKind = Literal["participation", "host", "partner", "family", "coauthorship", "adviser", "sanction", "conflict"]
Bars = Literal["seat", "key_roles"]
Part = Literal["lead", "secretary", "main_member", "member"]
Representing = Literal["ministry", "user", "orderer", "enterprise", "manager"]
Reading = Literal["V", "S", "R"]

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
ROLES: tuple[Role, ...] = get_args(Role)
KEY_ROLES: frozenset[Role] = frozenset(ROLES) - {"member"}
EXCLUSION_KINDS: tuple[ExclusionKind, ...] = get_args(ExclusionKind)
PARTS: tuple[Part, ...] = get_args(Part)
# For whose tasks a rule counts when nothing more particular is asked for.
GENERAL_LEVEL = "cấp quốc gia"


class BadRules(BanhaError):
    """Rule files that cannot be used, or a choice among them that cannot be made. `others` are further mistakes of the
    same files."""

    def __init__(self, message: str, others: Sequence[BanhaError] = (), **params: Any) -> None:
        super().__init__(message, **params)
        self.others = tuple(others)


@dataclass(frozen=True, slots=True)
class Span:
    """From `least` to `most`, both included."""

    least: int
    most: int

    def __contains__(self, number: int) -> bool:
        return self.least <= number <= self.most


@dataclass(frozen=True, slots=True)
class Supersession:
    """By what a rule is probably replaced since a day, which has still to be checked."""

    since: date
    by: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Who may not sit, or not in a key role. `years` is the window before the day, `of` the parts in the task that
    count; `article` where it is another than that of the rule set."""

    kind: ExclusionKind
    bars: Bars
    years: int | None
    of: tuple[Part, ...]
    article: str | None


@dataclass(frozen=True, slots=True)
class Representation:
    """Seats of those who speak for a body."""

    of: Representing
    count: int


@dataclass(frozen=True, slots=True)
class Limits:
    """None and 0: the rule says nothing of it."""

    per_organisation: int | None = None
    host_max: int | None = None
    outside_host_min: int = 0
    fields_min: int = 0
    previous_min: int = 0


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What a document says of councils for one purpose and level, from `since` to `until` (None: not known, open).

    `reading` is how it was read: V in a published text, S second-hand, R from memory. `is_since_exact` is False where
    the day it came into force was not checked. `is_own` tells those that the office added.
    """

    id: str
    purpose: Purpose
    level: str
    document: str
    issuer: str
    article: str | None
    reading: Reading
    since: date | None
    until: date | None
    is_since_exact: bool
    superseded: Supersession | None
    confirmed_by: str | None
    confirmed_on: date | None
    size: Span
    roles: tuple[tuple[Role, Span], ...]
    experts: Span | None
    representatives: tuple[Representation, ...]
    limits: Limits
    exclusions: tuple[Exclusion, ...]
    quorum: str | None
    notes: tuple[str, ...]
    is_own: bool = False

    @property
    def level_key(self) -> str:
        """The same however the level is written: case, accents, spaces."""
        return " ".join(fold(self.level).split())

    @property
    def citation(self) -> str:
        return f"{self.document}, {self.article}" if self.article else self.document

    @property
    def represented(self) -> int:
        """How many seats are for representatives."""
        return sum(one.count for one in self.representatives)

    def cite(self, exclusion: Exclusion) -> str:
        return f"{self.document}, {exclusion.article}" if exclusion.article else self.citation

    def exclusion(self, kind: ExclusionKind) -> Exclusion | None:
        return next((one for one in self.exclusions if one.kind == kind), None)

    def is_in_force(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def overlaps(self, other: RuleSet) -> bool:
        """Whether both count for the same purpose and level on some day."""
        return (
            (self.purpose, self.level_key) == (other.purpose, other.level_key)
            and (self.until is None or other.since is None or other.since <= self.until)
            and (other.until is None or self.since is None or self.since <= other.until)
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """The rule set that counts, and others for the same purpose that are in force that day for other levels."""

    rules: RuleSet
    others: tuple[RuleSet, ...]


def choose_rules(known: Sequence[RuleSet], purpose: Purpose, on: date, id: str | None = None) -> Choice:
    """The rule set asked for by its id; else the only one of the office's own that is in force that day, else the one
    of the general level. Raises BadRules when there is none, or several: a ministry's rule is no rule of a province."""
    if id is not None:
        named = next((one for one in known if one.id == id), None)
        if named is None:
            raise BadRules(
                N_("There is no rule “{id}”. Known for this purpose: {known}."),
                id=id,
                known=_list(one for one in known if one.purpose == purpose),
            )
        if named.purpose != purpose:
            raise BadRules(
                N_("The rule “{id}” is for another purpose. Known for this one: {known}."),
                id=id,
                known=_list(one for one in known if one.purpose == purpose),
            )
        if not named.is_in_force(on):
            raise BadRules(
                N_("The rule “{id}” ({document}) was not in force on {day}: it counts {period}."),
                id=id,
                document=named.citation,
                day=f"{on:%d/%m/%Y}",
                period=_period(named),
            )
        return Choice(named, tuple(one for one in _in_force(known, purpose, on) if one is not named))
    found = _in_force(known, purpose, on)
    if not found:
        raise BadRules(
            N_("No rule for this purpose was in force on {day}. Known: {known}. Choose another day with --on."),
            day=f"{on:%d/%m/%Y}",
            known=_list(one for one in known if one.purpose == purpose),
        )
    chosen = [one for one in found if one.is_own] or [one for one in found if one.level == GENERAL_LEVEL]
    if not chosen:
        raise BadRules(
            N_("On {day} only rules for particular levels are in force: {known}. Choose one with --rule."),
            day=f"{on:%d/%m/%Y}",
            known=_list(found),
        )
    if len(chosen) > 1:
        raise BadRules(
            N_("Several rules for this purpose are in force on {day}: {known}. Choose one with --rule."),
            day=f"{on:%d/%m/%Y}",
            known=_list(chosen),
        )
    return Choice(chosen[0], tuple(one for one in found if one is not chosen[0]))


def _in_force(known: Sequence[RuleSet], purpose: Purpose, on: date) -> list[RuleSet]:
    """Of one level the office's own goes before what is built in."""
    found = [one for one in known if one.purpose == purpose and one.is_in_force(on)]
    own = {one.level_key for one in found if one.is_own}
    return [one for one in found if one.is_own or one.level_key not in own]


def _list(found: Iterable[RuleSet]) -> str:
    return "; ".join(f"{one.id} ({one.citation}, {one.level}, {_period(one)})" for one in found) or "–"


def _period(rules: RuleSet) -> str:
    days = [f"{day:%d/%m/%Y}" if day else "…" for day in (rules.since, rules.until)]
    return f"{days[0]} – {days[1]}"
