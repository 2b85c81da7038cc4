"""Profiles that are corrected and what fits them, in the shapes of the public JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.accounts.own_matters import Fitting, Waiting
from api.accounts.profiles import MOST_SECTIONS, Profile
from api.schemas import TellsOfRecord
from index.engagements import Act, Party
from ingest import Kind, PersonRole, Record, Visibility
from ingest import Section as StoredSection

_Line = Annotated[str, Field(max_length=300)]


class SaidSection(BaseModel):
    """`visibility` is the owner's consent: `public`, or `confidential` for only the owner and officers."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=60)]
    text: Annotated[str, Field(max_length=50_000)]
    visibility: Visibility = "public"
    role: PersonRole | None = None
    year: Annotated[int | None, Field(ge=1900, le=2200)] = None


class SaidProfile(BaseModel):
    """All that the owner says of the scientist; what is not in it is taken out."""

    model_config = ConfigDict(extra="forbid")

    sections: Annotated[tuple[SaidSection, ...], Field(max_length=MOST_SECTIONS)]
    organisation: _Line = ""
    place_written: _Line = ""
    field_codes: Annotated[tuple[Annotated[str, Field(pattern=r"^[1-6](\d\d){0,2}$")], ...], Field(max_length=50)] = ()


class FittingOne(TellsOfRecord):
    """What can still be joined. `engagement` is the id of the one under way."""

    id: str
    kind: Kind
    title: str
    score: float
    status: str | None
    year_from: int | None
    engagement: str | None


class OwnProfile(TellsOfRecord):
    id: str
    title: str
    fitting: tuple[FittingOne, ...]


class OwnNeed(TellsOfRecord):
    id: str
    title: str


class WaitingOne(BaseModel):
    """`answers` are the moves that are looked for from the own side."""

    engagement: str
    answers: tuple[Act, ...]


class WaitingForOthers(BaseModel):
    """`parties` are those whose move is looked for."""

    engagement: str
    parties: tuple[Party, ...]


class OwnMatters(BaseModel):
    """What concerns whoever is signed in: a page of `profiles` out of `total`."""

    total: int
    offset: int
    profiles: tuple[OwnProfile, ...]
    needs: tuple[OwnNeed, ...]
    waiting: tuple[WaitingOne, ...]
    waiting_for_others: tuple[WaitingForOthers, ...]


def profile_said(said: SaidProfile) -> Profile:
    sections = tuple(
        StoredSection(one.name.strip(), one.text, one.visibility, one.role, one.year) for one in said.sections
    )
    return Profile(sections, said.organisation, said.place_written, said.field_codes)


def show_matters(
    total: int, offset: int, fitting: list[Fitting], needs: list[Record], waiting: list[Waiting]
) -> OwnMatters:
    return OwnMatters(
        total=total,
        offset=offset,
        profiles=tuple(
            OwnProfile(
                id=one.record.id,
                title=one.record.title,
                fitting=tuple(
                    FittingOne(
                        id=offer.record.id,
                        kind=kind,
                        title=offer.record.title,
                        score=offer.pairing.score,
                        status=offer.record.facts.status,
                        year_from=offer.record.facts.year_from,
                        engagement=offer.engagement,
                    )
                    for kind, found in one.found
                    for offer in found
                ),
            )
            for one in fitting
        ),
        needs=tuple(OwnNeed(id=one.id, title=one.title) for one in needs),
        waiting=tuple(
            WaitingOne(engagement=one.seen.engagement.id, answers=tuple(dict.fromkeys(act for act, _ in one.answers)))
            for one in waiting
            if one.answers
        ),
        waiting_for_others=tuple(
            WaitingForOthers(engagement=one.seen.engagement.id, parties=one.others)
            for one in waiting
            if not one.answers
        ),
    )
