"""Annexes of a draft: tasks that may overlap, teams, scientists, enterprises, documents, each with its own quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index import Index, Progress, no_progress
from ingest import Facts, Kind, Record, Section, Viewer, as_seen_by, fold, is_same_organisation
from ingest.spelling import is_syllable
from matcher.evidence import Quote
from matcher.matching import match
from matcher.orders.drafting import Sentence, quote_slice, quote_value
from matcher.orders.form_outlines import AnnexName
from matcher.orders.release import GUARDED, find_released, release
from matcher.overlap.checking import find_overlaps
from matcher.overlap.classes import OverlapClass
from matcher.pairing import SMALLEST_CROWD, Pairing
from matcher.scoring import Scoring
from matcher.teams.barring import find_bars
from matcher.teams.building import TeamProposal, build_teams
from matcher.teams.requests import ROLE_HOUSE, Wishes
from matcher.teams.solver import Member, Team

_MOST = 5  # of each annex: a person reads them all
_MOST_DOCUMENTS = 3
_MOST_QUOTES = 2
_TEAMS = 2  # the best, and another to weigh it against; the page of teams shows more
# A task that overlaps nothing is listed only where it stands out this far among the tasks. On one half of the needs of
# the samples three tasks in five listed so were judged to fit, on the other two in five; without it one in five.
_STANDS_OUT = 4.0
_LOOKED_AT = 30  # so many organisations are ranked to find enterprises among them
_KIND_OF: dict[AnnexName, Kind] = {"scientists": "scientist", "enterprises": "organisation", "documents": "document"}
# What a need asks for, by the section of a task that is compared with it.
_TASK_SECTIONS = (
    ("objectives", ("objectives", "requirements")),
    ("content", ("situation", "requirements", "content", "text")),
    ("products", ("products", "results")),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of an annex as it may be quoted, with its name and what it says; of a task what it is to the order, of
    a `member` the number of the `team`. `shared` are words of it that speak for it; `answers`: whether what it says
    answers something that is asked, or only comes nearest to it."""

    record: Record
    name: Sentence
    said: tuple[Sentence, ...]
    found: OverlapClass | None = None
    team: int | None = None
    member: Member | None = None
    shared: tuple[str, ...] = ()
    answers: bool = True


@dataclass(frozen=True, slots=True)
class ListedTeam:
    """A team of an annex by its number, and what of all that is asked for nobody in it answers. Without a number: what
    nobody answers where there is no team at all."""

    number: int | None
    unanswered: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """`proposal` is what the `teams` come from: its doubts and missing houses belong to them."""

    name: AnnexName
    entries: tuple[Entry, ...]
    teams: tuple[ListedTeam, ...] = ()
    proposal: TeamProposal | None = None

    def sentences(self) -> Iterator[Sentence]:
        """In the order in which they are shown: team after team, its members, then what nobody answers."""
        for team in self.teams or (ListedTeam(None, ()),):
            for entry in self.entries:
                if entry.team == team.number:
                    yield entry.name
                    yield from entry.said
            yield from team.unanswered


def find_annex(
    index: Index,
    name: AnnexName,
    subjects: Sequence[Record],
    viewer: Viewer,
    hidden: Sequence[str],
    scoring: Scoring,
    progress: Progress = no_progress,
) -> Annex:
    """The nearest records for what the subjects ask for together, best first. Nothing that is confidential, and no name
    that is hidden, stands in it, and for officers nobody whom declared conflicts or sanctions bar."""
    if name == "tasks":
        return Annex(name, tuple(_find_tasks(index, subjects, viewer, hidden, scoring, progress))[:_MOST])
    if name == "teams":
        proposal = build_teams(index, _ask_together(subjects), Wishes(teams=_TEAMS), viewer, scoring, progress)
        members = tuple(_list_members(index, proposal, subjects, viewer, hidden))
        return Annex(name, members, tuple(_list_teams(proposal, members, subjects, hidden)), proposal)
    most = _MOST_DOCUMENTS if name == "documents" else _MOST
    looked_at = _LOOKED_AT if name == "enterprises" else most
    if name == "scientists":
        looked_at += _MOST  # some may be barred
    found = match(index, join_needs(subjects), _KIND_OF[name], viewer, looked_at, scoring)
    barred = _find_barred(index, subjects, [one.id for one in found.pairings], viewer)
    entries = (
        entry
        for one in found.pairings
        if one.basis != "insufficient" and one.id not in barred
        for entry in _enter_pairing(index, one, viewer, hidden)
    )
    kept = [one for one in entries if (name != "enterprises" or one.record.house == "enterprise")]
    return Annex(name, tuple(kept[:most]))


def join_needs(subjects: Sequence[Record]) -> Record:
    """All that is asked for, as one record that is not stored; it is nobody's."""
    sections = tuple(
        Section(section.name, section.text) for record in subjects for section in record.sections if section.text
    )
    codes = tuple(dict.fromkeys(code for record in subjects for code in record.facts.field_codes))
    return Record("need", "enterprise", subjects[0].title, sections, Facts(field_codes=codes))


def _ask_together(subjects: Sequence[Record]) -> Record:
    """The first subject, asking for all that the others ask for too: a record that is not stored, unless alone."""
    if len(subjects) == 1:
        return subjects[0]
    joined = join_needs(subjects)
    facts = replace(subjects[0].facts, field_codes=joined.facts.field_codes)
    return replace(subjects[0], id="", sections=joined.sections, facts=facts, sources=())


def _list_members(
    index: Index, proposal: TeamProposal, subjects: Sequence[Record], viewer: Viewer, hidden: Sequence[str]
) -> Iterator[Entry]:
    """Team after team, the houses in their order; whoever is not stored, or may not be named, is left out. For what
    several needs ask together the first of them stands."""
    own = {record.id: record for record in subjects} | {"": subjects[0]}
    order = {role: place for place, role in enumerate(ROLE_HOUSE)}
    for number, team in enumerate(proposal.answer.teams, 1):
        for member in sorted(team.members, key=lambda one: (order[one.role], -one.quality, one.candidate)):
            contender = proposal.contenders[member.candidate]
            id = contender.record.id
            quotes = [proof.quote for proof in contender.proofs if id and proof.record_id == id]
            for entry in _enter(index, id, quotes, viewer, hidden, held=own.get(id)):
                named = entry.record.kind == "need" and entry.record.facts.organisation
                name = quote_value(entry.record, "facts/organisation") if named else entry.name
                yield replace(entry, name=name, team=number, member=member)


def _list_teams(
    proposal: TeamProposal, members: Sequence[Entry], subjects: Sequence[Record], hidden: Sequence[str]
) -> Iterator[ListedTeam]:
    """Those of whom somebody is listed. Where there are none because nobody of science fits, all stays unanswered."""
    listed = {entry.team for entry in members}
    for number, team in enumerate(proposal.answer.teams, 1):
        if number in listed:
            yield ListedTeam(number, tuple(_find_unanswered(proposal, team, subjects, hidden)))
    if not listed and any(one.house == "science" for one in proposal.missing):
        yield ListedTeam(None, tuple(_find_unanswered(proposal, None, subjects, hidden)))


def _find_unanswered(
    proposal: TeamProposal, team: Team | None, subjects: Sequence[Record], hidden: Sequence[str]
) -> Iterator[Sentence]:
    """Requirements and fields of science at their places in the subjects as they may be quoted."""
    asked = [
        (record, number)
        for record in subjects
        for number, section in enumerate(record.sections)
        if section.text or len(subjects) == 1  # as they stand in what is asked together
    ]
    for one in proposal.competences:
        if team is not None and proposal.answering(one, team):
            continue
        if one.quote:
            place = one.quote.section
            record, section = (subjects[0], None) if place is None else asked[place]
            shown = find_released(record, replace(one.quote, section=section), hidden)
            if shown.text.strip():
                yield quote_slice(record, section, shown.start, shown.end)
        elif (held := next((record for record in subjects if one.field in record.facts.field_codes), None)) is not None:
            yield quote_value(held, f"facts/field_codes/{held.facts.field_codes.index(one.field or '')}")


def _find_tasks(
    index: Index,
    subjects: Sequence[Record],
    viewer: Viewer,
    hidden: Sequence[str],
    scoring: Scoring,
    progress: Progress,
) -> Iterator[Entry]:
    """First tasks that what is ordered may overlap, then those that stand out among all. There may be none."""
    joined = join_needs(subjects)
    sections = []
    for name, taken in _TASK_SECTIONS:
        text = "\n".join(section.text for section in joined.sections if section.name in taken)
        if text:
            sections.append(Section(name, text))
    asked = replace(joined, kind="proposal", house="state", sections=tuple(sections))
    listed = set()
    for overlap in find_overlaps(index, asked, viewer, _MOST, progress).overlaps:
        if overlap.judged.found != "unrelated":
            listed.add(overlap.task.id)
            quotes = [pair.candidate for _, pairs in overlap.sections for pair in pairs[:1]]
            yield from _enter(index, overlap.task.id, quotes, viewer, hidden, overlap.judged.found)
    crowd = len(index.candidates(["proposal"], viewer))
    for one in match(index, joined, "proposal", viewer, _MOST, scoring).pairings:
        stands_out = crowd < SMALLEST_CROWD or one.score > _STANDS_OUT
        if one.basis != "insufficient" and stands_out and one.id not in listed:
            for entry in _enter_pairing(index, one, viewer, hidden):
                told = fold(" ".join((entry.record.title, *(section.text for section in entry.record.sections))))
                if entry.said:
                    yield replace(
                        entry,
                        shared=tuple(term for term in one.key_terms if fold(term) in told and _names_something(term)),
                    )


def _find_barred(index: Index, subjects: Sequence[Record], ids: Sequence[str], viewer: Viewer) -> set[str]:
    """As in teams: what is declared is a rule for officers alone."""
    if not viewer.sees_all:
        return set()
    candidates = list(index.store.get_many(ids).values())
    return {bar.candidate for bar in find_bars(index, subjects, candidates, date.today()) if bar.is_sure}


def _enter_pairing(index: Index, one: Pairing, viewer: Viewer, hidden: Sequence[str]) -> Iterator[Entry]:
    """With the quotes that answer something, where there are any."""
    answering = [pair.candidate for pair in one.evidence if pair.answers]
    for entry in _enter(index, one.id, answering or [pair.candidate for pair in one.evidence], viewer, hidden):
        yield replace(entry, answers=bool(answering))


def _names_something(term: str) -> bool:
    """A syllable alone (*đen*, *xóm*) says nothing of what is common; a word that is no syllable (*frit*) does."""
    return len(term.split()) > 1 or not is_syllable(term)


def _enter(
    index: Index,
    id: str,
    quotes: Iterable[Quote],
    viewer: Viewer,
    hidden: Sequence[str],
    found: OverlapClass | None = None,
    held: Record | None = None,
) -> Iterator[Entry]:
    """The record as an entry, where it may be quoted; `held` is one that stands in the draft already, as it may be."""
    may_be_quoted = held
    if held is None:
        stored = index.store.get_many([id]).get(id)
        seen = stored and as_seen_by(stored, viewer)
        may_be_quoted = release(seen, GUARDED, hidden) if seen and not _is_hidden(seen, hidden) else None
    if may_be_quoted is None:
        return
    said = []
    for quote in quotes:
        shown = find_released(may_be_quoted, quote, hidden)
        one = quote_slice(may_be_quoted, shown.section, shown.start, shown.end)
        if one.text.strip() and quote.section is not None and one not in said:
            said.append(one)
    yield Entry(may_be_quoted, quote_value(may_be_quoted, "title"), tuple(said[:_MOST_QUOTES]), found)


def _is_hidden(record: Record, hidden: Sequence[str]) -> bool:
    """Whether it is the very body that must not be named."""
    return record.kind == "organisation" and any(is_same_organisation(record.title, name) for name in hidden)
