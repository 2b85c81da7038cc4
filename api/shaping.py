"""What was read, stored and found, in the shapes of the public JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

import index
import ingest
import matcher
from api.catalogue import Translate, explain, fill
from api.schemas import (
    Change,
    Copy,
    Correction,
    Corrections,
    CountedWork,
    Disagreement,
    Distinction,
    Distinctions,
    Duplicate,
    Explanation,
    Facets,
    Facts,
    Hit,
    IngestReport,
    Match,
    MatchedRecord,
    Pairing,
    Problem,
    ReadRecord,
    Record,
    SearchResult,
    Section,
    Source,
    Stored,
    Term,
    Told,
    Twin,
    Unrecognised,
    Unsaid,
    Versions,
)
from api.wording import Wording
from matcher import duplicates


def show_record(record: ingest.Record, disagreements: Iterable[Disagreement] = ()) -> Record:
    return Record(
        id=record.id,
        kind=record.kind,
        house=record.house,
        title=record.title,
        sections=tuple(Section.model_validate(section) for section in record.sections),
        facts=Facts.model_validate(record.facts),
        sources=tuple(show_source(source) for source in record.sources),
        disagreements=tuple(disagreements),
    )


def show_read_record(record: ingest.Record, unrecognised: Iterable[ingest.Unrecognised]) -> ReadRecord:
    shown = show_record(record)
    fields = {name: getattr(shown, name) for name in Record.model_fields}
    return ReadRecord(**fields, unrecognised=tuple(map(show_unrecognised, unrecognised)))


def show_disagreements(found: Iterable[index.Disagreement], wording: Wording) -> tuple[Disagreement, ...]:
    return tuple(
        Disagreement(
            value=one.value,
            because=one.because,
            told=tuple(Told(value=told.value, sources=tuple(map(show_source, told.sources))) for told in one.told),
            summary=wording.disagreement(one),
        )
        for one in found
    )


def show_source(source: ingest.Source) -> Source:
    fields = asdict(source)
    del fields["picture"]  # is shown with the values, to those who may correct them
    return Source(**fields.pop("place"), **fields)


def show_search(result: index.SearchResult, versions: Versions, next_offset: int | None = None) -> SearchResult:
    return SearchResult(
        query=result.query,
        mode=result.mode,
        versions=versions,
        suggestion=result.suggestion,
        forms=result.forms,
        hits=tuple(Hit.model_validate(hit) for hit in result.hits),
        next_offset=next_offset,
        facets=None if result.facets is None else Facets.model_validate(result.facets),
    )


def show_match(match: matcher.Match, versions: Versions) -> Match:
    return Match(
        record=MatchedRecord(
            id=match.record_id or None, title=match.record_title, read_as=match.read_as, forms=match.forms or None
        ),
        to=match.to,
        mode=match.mode,
        versions=with_weights(versions, match.weights),
        pairings=tuple(Pairing.model_validate(found) for found in match.pairings),
        tried=match.tried,
    )


def show_explanation(explanation: matcher.Explanation, versions: Versions) -> Explanation:
    return Explanation(
        record=MatchedRecord(id=explanation.record_id or None, title=explanation.record_title),
        to=explanation.to,
        mode=explanation.mode,
        versions=with_weights(versions, explanation.weights),
        rank=explanation.rank,
        candidates=explanation.candidates,
        limit=explanation.limit,
        gap=explanation.gap,
        pairing=Pairing.model_validate(explanation.pairing),
        terms=tuple(map(Term.model_validate, explanation.terms)),
        changes=tuple(map(Change.model_validate, explanation.changes)),
        unsaid=tuple(map(Unsaid.model_validate, explanation.unsaid)),
        works=tuple(map(CountedWork.model_validate, explanation.works)),
        rank_whole=explanation.rank_whole,
    )


def with_weights(versions: Versions, weights: str) -> Versions:
    """The versions with the name of the weights that ordered an answer."""
    return versions.model_copy(update={"weights": weights})


def show_report(report: index.IngestReport, translate: Translate, lang: str) -> IngestReport:
    wording = Wording(translate, lang)
    stored = [
        Stored(
            id=one.id,
            kind=one.kind,
            title=one.title,
            change=one.change,
            disagreements=show_disagreements(one.disagreements, wording),
            file=one.file,
        )
        for one in report.stored
    ]
    return IngestReport(
        stored=tuple(one for one in stored if one.change != "unchanged"),
        unchanged=tuple(one for one in stored if one.change == "unchanged"),
        refused=tuple(show_problem(problem, translate) for problem in report.refused),
        retired=report.retired,
        vanished=report.vanished,
        unrecognised=tuple(map(show_unrecognised, report.unrecognised)),
        copies=tuple(map(Copy.model_validate, report.copies)),
    )


def show_problem(problem: ingest.Problem, translate: Translate) -> Problem:
    return Problem(file=problem.file, **asdict(problem.place), reason=explain(problem, translate))


def show_unrecognised(found: ingest.Unrecognised) -> Unrecognised:
    return Unrecognised(file=found.file, **asdict(found.place), kind=found.kind, label=found.label, begins=found.begins)


def show_corrections(corrections: Iterable[ingest.Correction]) -> Corrections:
    return Corrections(
        corrections=tuple(Correction(label=one.written, field=one.field, kind=one.kind) for one in corrections)
    )


def show_duplicate(
    found: duplicates.Duplicate, records: Mapping[str, ingest.Record], may_merge: bool, translate: Translate
) -> Duplicate:
    """`records`: both, by id."""
    return Duplicate(
        kind=found.kind,
        strength=found.strength,
        first=Twin(id=found.first, title=records[found.first].title),
        second=Twin(id=found.second, title=records[found.second].title),
        reasons=tuple(fill(translate(reason.message), reason.params) for reason in found.reasons),
        may_merge=may_merge,
    )


def show_distinctions(pairs: Iterable[tuple[ingest.Record, ingest.Record]]) -> Distinctions:
    return Distinctions(
        distinctions=tuple(
            Distinction(first=Twin(id=first.id, title=first.title), second=Twin(id=second.id, title=second.title))
            for first, second in pairs
        )
    )
