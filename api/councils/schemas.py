"""The shapes of the public JSON of councils and declarations."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from api.schemas import Evidence, TellsOfRecord, Twin, Versions
from index import DeclarationKind
from matcher import Basis
from matcher.councils.dossiers import Doubt
from matcher.councils.findings import Weight
from matcher.councils.rulesets import Bars, ExclusionKind, Purpose, Reading, Representing, Role
from matcher.councils.seating import RequirementKind


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Fact(_Schema):
    """Where it is said: the words `text` in a record (null: one of its facts), or a declaration by its number."""

    record: Twin | None
    section: int | None
    start: int | None
    end: int | None
    text: str | None
    declaration: int | None


class Reason(_Schema):
    text: str
    fact: Fact | None


class Bearer(TellsOfRecord, _Schema):
    """Whom a name means: the scientist of a record (`name` null), or whom a record or a declaration names so."""

    record_id: str | None = None
    declaration: int | None = None
    name: str | None = None


class Answer(_Schema):
    """That `one` and `other` are the same person, or are not, as an officer answered; `text` says it in words."""

    id: int
    one: Bearer
    other: Bearer
    is_same: bool
    text: str
    answered_by: str
    answered_at: str


class Answers(_Schema):
    answers: tuple[Answer, ...]


class Question(_Schema):
    """Two names that may mean one person, in words; what is answered is remembered."""

    one: Bearer
    other: Bearer
    text: str


class Finding(_Schema):
    """What speaks against a person: an exclusion by `rule`, a question whose answer decides, or advice (`rule` null).
    `bars` says from what; `doubt` why it is not sure, `asks` what can be answered, `answers` what was."""

    kind: ExclusionKind
    weight: Weight
    bars: Bars
    rule: str | None
    text: str
    doubt: Doubt | None
    doubt_text: str | None
    facts: tuple[Fact, ...]
    asks: Question | None
    answers: tuple[Answer, ...]


class Person(TellsOfRecord, _Schema):
    """`rank` counts from 1 in the list of those who fit, null for one who is not in it."""

    id: str
    name: str
    organisation: str | None
    rank: int | None


class Seat(_Schema):
    """A seat with its proposed holder; else empty, with the body that it `represents` and whom to `look_for`, which
    also warns where nothing shows that a chair, a vice chair or a reviewer `knows_subject`. `lacks_evidence`: neither
    that nor the fit as a whole is shown."""

    role: Role
    person: Person | None
    basis: Basis | None
    knows_subject: bool | None
    lacks_evidence: bool
    reasons: tuple[Reason, ...]
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    represents: Representing | None
    look_for: tuple[Reason, ...]


class Alternate(_Schema):
    """Who could step in for any of `instead_of`, by ids, with every rule still kept."""

    role: Role
    person: Person
    instead_of: tuple[str, ...]
    findings: tuple[Finding, ...]


class Checked(_Schema):
    person: Person
    findings: tuple[Finding, ...]


class Rules(_Schema):
    """`reading` tells how the document was read: V in a published text, S second-hand, R from memory. `confirmed_by` is
    null until an officer confirms it."""

    id: str
    purpose: Purpose
    level: str
    document: str
    article: str | None
    issuer: str
    reading: Reading
    since: date | None
    until: date | None
    is_since_exact: bool
    confirmed_by: str | None
    confirmed_on: date | None
    quorum: str | None
    notes: tuple[str, ...]


class Requirement(_Schema):
    kind: RequirementKind
    text: str


class Council(_Schema):
    """A proposal that a person decides on. Without `seats` the requirements in `conflict` contradict one another:
    without any one of them these no longer do, and where `is_smallest` no fewer contradict."""

    record: Twin
    purpose: Purpose
    on: date
    size: int
    mode: str
    versions: Versions
    rules: Rules
    other_rules: tuple[Rules, ...]
    seats: tuple[Seat, ...]
    alternates: tuple[Alternate, ...]
    excluded: tuple[Checked, ...]
    questions: tuple[Checked, ...]
    conflict: tuple[Requirement, ...]
    is_smallest: bool
    given_up: tuple[Requirement, ...]
    notes: tuple[str, ...]
    answers: tuple[Answer, ...]
    considered: int

    @property
    def barred(self) -> tuple[Checked, ...]:
        """Those of `excluded` who may not sit at all."""
        return tuple(one for one in self.excluded if any(finding.bars == "seat" for finding in one.findings))

    @property
    def barred_from_key_roles(self) -> tuple[Checked, ...]:
        """Those of `excluded` who may sit, in no key role."""
        return tuple(one for one in self.excluded if all(finding.bars == "key_roles" for finding in one.findings))


class Party(TellsOfRecord, _Schema):
    """A record by its id, else a name with the organisation, as far as known."""

    record_id: str | None = None
    name: str | None = None
    organisation: str | None = None


class Declaration(_Schema):
    id: int
    kind: DeclarationKind
    of: Party
    of_name: str
    to: Party | None
    to_name: str
    evidence: str
    since: date | None
    until: date | None
    declared_by: str
    declared_at: str


class Declarations(_Schema):
    declarations: tuple[Declaration, ...]
