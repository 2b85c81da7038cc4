"""Profiles of scientists as their owners correct them: what is said, and who may read which section of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.errors import BadInput
from api.value_editing import LONGEST_VALUE
from index import Index, UnknownRecord
from index.origins import content_hash_of
from index.own_versions import drop_own, left_out, state_own, told_by_files
from ingest import N_, Record, Section, Viewer
from ingest.masking import mask_personal
from ingest.places import place_of

MOST_SECTIONS = 2_000
EARLIEST, LATEST = 1900, 2200
NAMES = (
    *("introduction", "research", "education", "employment", "work", "project", "patent"),
    *("award", "supervision", "technology_offer", "laboratory", "other"),
)
_LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Profile:
    """What an owner says: the sections in their order, and three facts."""

    sections: tuple[Section, ...]
    organisation: str = ""
    place: str = ""
    fields: tuple[str, ...] = ()


def see_own(index: Index, id: str, viewer: Viewer) -> Record:
    """A scientist's record, for its owner. Raises UnknownRecord, also for one that is somebody else's."""
    if not viewer.sees_all_of(id):
        raise UnknownRecord(id)
    record = index.store.get(id)
    if record.kind != "scientist":
        raise BadInput(N_("Only profiles of scientists are corrected here."))
    return record


def see_left_out(index: Index, record: Record) -> list[Section] | None:
    """What files say of it and the owner does not; None where the owner says nothing else, or no file tells of it."""
    told = told_by_files(index, record.id)
    return left_out(told.sections, record.sections) if told else None


def correct_profile(
    index: Index,
    id: str,
    said: Profile,
    viewer: Viewer,
    keeps_contacts: bool = False,
    seen: str = "",
) -> Record:
    """Let the profile be what its owner says, whatever files say now or later. Personal data are masked as everywhere.
    Raises UnknownRecord, BadInput, and ChangedMeanwhile where `seen` is not the mark of the record as it is."""
    before = see_own(index, id, viewer)
    kept = {section.text for section in before.sections}

    def tidy(text: str) -> str:
        text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\0", "").strip()
        return text if keeps_contacts or text in kept else mask_personal(text)

    sections = tuple(replace(one, text=tidy(one.text)) for one in said.sections)
    sections = tuple(one for one in sections if one.text)
    _check(sections, said)
    # Under the name of any firm, all names listed in a section would show by their dots who belongs to that firm.
    if before.visibility != "anonymous" and any(one.visibility == "anonymous" for one in sections):
        raise BadInput(N_("A section of a profile is read by everybody, or by only its owner and officers."))
    place = tidy(said.place)
    mention = place_of(place)
    facts = replace(
        before.facts,
        organisation=tidy(said.organisation) or None,
        place_written=place or None,
        place_today=before.facts.place_today
        if place == (before.facts.place_written or "")
        else mention.today
        if mention
        else None,
        field_codes=tuple(dict.fromkeys(said.fields)),
    )
    return state_own(index, id, replace(before, sections=sections, facts=facts, sources=()), {}, seen)


def mark_of(record: Record) -> str:
    """Another one whenever the record says something else."""
    return content_hash_of(record)


def profile_of(record: Record) -> Profile:
    """What the record says, as an owner would say it."""
    facts = record.facts
    return Profile(record.sections, facts.organisation or "", facts.place_written or "", facts.field_codes)


def restore_profile(index: Index, id: str, viewer: Viewer) -> Record:
    """Let the profile be again what files say. Raises UnknownRecord, and BadInput where none does."""
    see_own(index, id, viewer)
    record = drop_own(index, id)
    if record is None:
        raise BadInput(N_("No file tells of this profile."))
    return record


def _check(sections: Sequence[Section], said: Profile) -> None:
    if len(sections) > MOST_SECTIONS:
        raise BadInput(N_("A profile has at most {most} sections."), most=MOST_SECTIONS)
    if (
        any(len(one.text) > LONGEST_VALUE for one in sections)
        or max(len(said.organisation), len(said.place)) > _LONGEST_LINE
    ):
        raise BadInput(N_("This is too long for one value."))
    if any(one.year is not None and not EARLIEST <= one.year <= LATEST for one in sections):
        raise BadInput(N_("Type a whole number from {least} to {most}."), least=EARLIEST, most=LATEST)
