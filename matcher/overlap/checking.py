"""Overlap: a proposal against the tasks done, running and proposed; advice with quotes, which a person decides on."""

from __future__ import annotations

from dataclasses import dataclass

from index import Index, Mode, Progress, UnknownRecord, distinctive_code, no_progress
from ingest import Record, Viewer, accented_view, as_seen_by, is_same_organisation
from matcher.overlap.candidates import find_candidates
from matcher.overlap.classes import Judged, judge
from matcher.overlap.section_comparison import QuotePair, SectionComparison, compare_sections, quote_section
from matcher.overlap.task_profile import profile_tasks


@dataclass(frozen=True, slots=True)
class Overlap:
    """A task as the viewer sees it, what the proposal is to it, and the sections of both that were compared, each with
    sentences of both."""

    task: Record
    judged: Judged
    sections: tuple[tuple[SectionComparison, tuple[QuotePair, ...]], ...]


@dataclass(frozen=True, slots=True)
class OverlapCheck:
    """What was found for a proposal as the viewer sees it. `pool` tasks were looked through, up to the change `seq` of
    the store; `itself` are stored copies of the very proposal, which are no overlap."""

    record: Record
    mode: Mode
    pool: int
    seq: int
    itself: tuple[Record, ...]
    overlaps: tuple[Overlap, ...]


def find_overlaps(
    index: Index, record: Record, viewer: Viewer, limit: int = 10, progress: Progress = no_progress
) -> OverlapCheck:
    """The `limit` stored tasks that speak most for an overlap, then the nearest of the others. The proposal need not be
    stored.

    Raises UnknownRecord when it does not exist for the viewer.
    """
    seen = as_seen_by(record, viewer)
    if seen is None:
        raise UnknownRecord(record.id)
    candidates = index.candidates(["proposal"], viewer)
    seq = index.store.seq
    pool = len(candidates) - (candidates.position_of(record.id) is not None)
    mode: Mode = "hybrid" if index.mode == "hybrid" and candidates.have_vectors else "lexical"
    if not pool:
        return OverlapCheck(seen, mode, 0, seq, (), ())
    progress("seek", 0, pool)
    compared = find_candidates(index, record, viewer, limit, progress)
    itself = tuple(other for other in compared.alike if is_itself(seen, other))
    copies = {other.id for other in itself}
    encoder = index.encoder if mode == "hybrid" else None
    others = [other for other in (*compared.first, *compared.further) if other.id not in copies]
    mine, *profiles = profile_tasks([seen, *others], encoder, progress)
    judged = []
    for theirs in profiles:
        sections = compare_sections(mine, theirs)
        judged.append((judge(mine, theirs, sections), theirs, sections))
    # Of those that are nothing to it the nearest come first: how little speaks for an overlap orders them by chance.
    # What is nearest is the same in a longer list, which begins as the shorter one does.
    further = {other.id for other in compared.further}
    judged.sort(key=lambda one: (one[1].record.id in further, -_worth_reading(one[0])))
    overlaps = [
        Overlap(theirs.record, said, tuple((one, quote_section(mine, theirs, one.aspect)) for one in sections))
        for said, theirs, sections in judged[:limit]
    ]
    return OverlapCheck(seen, mode, pool - len(copies), seq, itself, tuple(overlaps))


def _worth_reading(judged: Judged) -> float:
    return judged.concern if judged.found != "unrelated" or judged.also else 0.0


def is_itself(record: Record, other: Record) -> bool:
    """Whether a stored task is the very proposal, stored from another file: the same words under the same title, and
    nothing known of both that differs. The same words of another host are an overlap, the plainest there is."""
    mine, theirs = (
        [accented_view(" ".join(text.split())) for text in (one.title, *(section.text for section in one.sections))]
        for one in (record, other)
    )
    if mine != theirs:
        return False
    codes = {distinctive_code(record), distinctive_code(other)} - {None}
    hosts = (record.facts.organisation, other.facts.organisation)
    years = (record.facts.year_from, other.facts.year_from)
    leaders = [{person.name for person in one.facts.people if person.role == "lead"} for one in (record, other)]
    return (
        len(codes) < 2
        and (not all(hosts) or is_same_organisation(hosts[0] or "", hosts[1] or ""))
        and (not all(years) or years[0] == years[1])
        and (not all(leaders) or bool(leaders[0] & leaders[1]))
    )
