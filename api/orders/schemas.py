"""The shapes of drafted orders, agreements and handover records, of what they claim, and of the proof of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import MatchedRecord, Quote, TellsOfRecord, Versions
from api.teams.schemas import MissingHouse
from ingest import Kind
from matcher.orders.form_outlines import AnnexName, FormName
from matcher.orders.proof import State
from matcher.overlap.classes import OverlapClass


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourcePlace(_Schema):
    """Where the stored value was read; `place` is worded in the reader's language."""

    file: str
    sha256: str
    place: str


class SourcedSentence(_Schema):
    """``[start, end)`` of `value` (``title``, ``sections/0``, ``facts/budget_vnd``) of a record; `text` is that slice.
    `mark` is the number that it bears in the document."""

    type: Literal["sentence"] = "sentence"
    text: str
    record: str
    value: str
    start: int
    end: int
    mark: int
    confidential: bool


class OwnWords(_Schema):
    """The form's words; no record says it."""

    type: Literal["generated"] = "generated"
    text: str


class WorkedOut(_Schema):
    """A count or range that the program works out of `records` (ids); `mark` (``N1–N3``) names them in the document."""

    type: Literal["figure"] = "figure"
    text: str
    records: tuple[str, ...]
    mark: str


class ToFillIn(_Schema):
    """The mark [cần bổ sung], with what a person has to fill in."""

    type: Literal["missing"] = "missing"
    hint: str


Piece = Annotated[SourcedSentence | WorkedOut | OwnWords | ToFillIn, Field(discriminator="type")]


class OrderPart(_Schema):
    label: str
    choices: tuple[str, ...]
    pieces: tuple[Piece, ...]


class OrderField(_Schema):
    key: str
    number: str
    label: str
    parts: tuple[OrderPart, ...]


class MarkedPlace(_Schema):
    """What a mark in the document stands for. No sources are shown to those who may not see them."""

    mark: int
    record: str
    title: str
    label: str
    value: str
    sources: tuple[SourcePlace, ...]


class AnnexEntry(TellsOfRecord, _Schema):
    """A record of an annex; of a task what it is to the order (`found`), of a member the `role` in the `team` of this
    number; `text` says either in words. `doubts` say of a member what nothing stored shows, and of what stands in no
    team that its words may answer nothing, as the list of candidates does."""

    id: str
    kind: Kind
    about: str
    name: SourcedSentence
    said: tuple[SourcedSentence, ...]
    found: OverlapClass | None = None
    team: int | None = None
    role: str | None = None
    text: str = ""
    doubts: tuple[str, ...] = ()


class AnnexTeam(_Schema):
    """A team of an annex; `doubts` of its lead, and what of all that is asked for nobody in it answers. Without a
    number: what nobody answers where there is no team."""

    number: int | None = None
    doubts: tuple[str, ...] = ()
    unanswered: tuple[SourcedSentence, ...] = ()


class OrderAnnex(_Schema):
    """`missing_houses`: of whom the teams have nobody, and what to look for; `notes`: what else to know of them."""

    name: AnnexName
    label: str
    entries: tuple[AnnexEntry, ...]
    teams: tuple[AnnexTeam, ...] = ()
    missing_houses: tuple[MissingHouse, ...] = ()
    notes: tuple[str, ...] = ()

    def by_team(self) -> Iterator[tuple[AnnexTeam, list[AnnexEntry]]]:
        """Each team with its members, for one may belong to several; all entries together where there are no teams."""
        for team in self.teams or (AnnexTeam(),):
            yield team, [entry for entry in self.entries if entry.team == team.number]


class AgreeingClauses(_Schema):
    mine: Quote
    theirs: Quote


class JoinedNeed(TellsOfRecord, _Schema):
    """A need that is part of the draft, as N1, N2 …, and the clauses because of which it was joined."""

    name: str
    id: str
    title: str
    organisation: str | None
    place: str | None
    why: tuple[AgreeingClauses, ...]


class DraftedOrder(_Schema):
    """A proposal: a person completes it and decides. `near` are needs that were not joined, the nearest first."""

    form: FormName
    title: str
    number: str
    citation: str
    length: str
    mode: str
    versions: Versions
    subjects: tuple[JoinedNeed, ...]
    near: tuple[MatchedRecord, ...]
    notes: tuple[str, ...]
    fields: tuple[OrderField, ...]
    annexes: tuple[OrderAnnex, ...]
    places: tuple[MarkedPlace, ...]
    signers: tuple[tuple[str, str], ...]
    sentences: int
    missing: int
    advice: str


class CheckedSentence(_Schema):
    """A sentence that is not proved; `found` is what the document shows, `stored` what stands at the place now."""

    state: State
    text: str
    record: str
    value: str
    start: int
    end: int
    found: str | None
    stored: str | None
    said: str


class CheckedFigure(_Schema):
    """A count or range of a draft; `found` is what the document shows, `worked_out` what its records give now."""

    state: State
    text: str
    records: tuple[str, ...]
    found: str | None
    worked_out: str | None
    said: str


class OrderProof(_Schema):
    """`proved` of `claimed` sentences stand where the document says; `figures` are worked out again. `added` was
    written beside a sentence with a source, and has none itself; `unproved` are paragraphs that the draft did not have
    and that name no source, `lost` the form's own words, headings among them, that were changed or taken out: neither
    speaks against the sentences. `changed` are records that say something else now than when the draft was made."""

    file: str
    form: str
    made: str
    claimed: int
    proved: int
    failed: tuple[CheckedSentence, ...]
    deleted: tuple[CheckedSentence, ...]
    added: tuple[str, ...]
    unproved: tuple[str, ...]
    lost: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    figures: tuple[CheckedFigure, ...]
    holds: bool
