"""Councils as they are asked for and as they are proposed: candidates, seats, alternates, what was given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from index import Answer, Mode
from ingest import BanhaError, Record
from matcher.councils.dossiers import Fact
from matcher.councils.findings import Finding
from matcher.councils.rulesets import Choice, Representing, Role
from matcher.councils.seating import Requirement
from matcher.duplicates import Reason
from matcher.pairing import Pairing
from matcher.standing import Standing
from matcher.teams.conflicts import Conflict


class BadCouncil(BanhaError):
    """A council that cannot be asked for like this."""


class BadExclusion(BadCouncil):
    """Somebody was asked for who may not sit, or not in that role; `finding` says why."""

    def __init__(self, message: str, finding: Finding | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Asked:
    """What an officer asks for besides the rules: `size` (None: the smallest possible), who must sit (with a role, or
    in any) and who must not, and who sat before; all by ids of scientists. `strangers` sat before and are not stored.
    """

    size: int | None = None
    wanted: tuple[tuple[str, Role | None], ...] = ()
    unwanted: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scientist with what speaks for and against sitting. `rank` counts from 1 in the list of those who fit;
    `knowledge` is what shows, besides that, that the person knows the subject."""

    record: Record
    rank: int
    standing: Standing
    findings: tuple[Finding, ...]
    is_host: bool
    knowledge: tuple[Reason, ...] = ()

    @property
    def excluded_by(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.weight == "exclusion")

    @property
    def questions(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.weight == "question")

    @property
    def may_sit(self) -> bool:
        """Whether nothing excludes the person from every seat."""
        return all(one.bars != "seat" for one in self.excluded_by)


@dataclass(frozen=True, slots=True)
class Alternate:
    """Who could step in, and for which of those who are seated."""

    candidate: Candidate
    instead_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat with the one proposed for it, or with the body whose representative is to be looked for."""

    role: Role
    candidate: Candidate | None = None
    pairing: Pairing | None = None
    reasons: tuple[tuple[Reason, Fact | None], ...] = ()
    represents: Representing | None = None
    look_for: tuple[tuple[Reason, Fact | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Council:
    """A proposal that a person decides on. `seats` is empty where `conflict` says which requirements contradict.

    `candidates` are all who were considered, best first; `answers` what officers said of name twins that bears on it;
    `records` those to which facts and answers point.
    """

    record: Record
    choice: Choice
    on: date
    size: int
    mode: Mode
    weights: str
    seats: tuple[Seat, ...]
    alternates: Mapping[Role, tuple[Alternate, ...]]
    candidates: tuple[Candidate, ...]
    given_up: tuple[Requirement, ...]
    conflict: Conflict[Requirement] | None
    notes: tuple[Reason, ...]
    answers: tuple[Answer, ...]
    records: Mapping[str, Record]

    @property
    def excluded(self) -> tuple[Candidate, ...]:
        return tuple(one for one in self.candidates if one.excluded_by)

    @property
    def asked_about(self) -> tuple[Candidate, ...]:
        """Those about whom the officer is to be asked before they sit."""
        return tuple(one for one in self.candidates if one.questions and one.may_sit)
