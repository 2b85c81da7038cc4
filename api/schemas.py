"""The public JSON: the same words from the command line and the HTTP API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field

import index
import ingest
from api.catalogue import Translate, explain, fill
from ingest import House, Kind, Visibility
from ingest.records import PersonRole, ReadingMethod
from matcher import duplicates, evidence, pairing


def _is_absent(value: object) -> bool:
    return value is None or value == ()


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Versions(_Schema):
    """What an answer was computed with: names, null where nothing of the sort took part."""

    model: str | None = None
    segmenter: str | None = None
    rules: str | None = None
    weights: str | None = None


class Person(_Schema):
    name: str
    role: PersonRole = "member"


class Facts(_Schema):
    """Money is in đồng, duration in months. Facts that are not known are left out."""

    code: str | None = Field(default=None, exclude_if=_is_absent)
    field_codes: tuple[str, ...] = Field(default=(), exclude_if=_is_absent)
    place_written: str | None = Field(default=None, exclude_if=_is_absent)
    place_today: str | None = Field(default=None, exclude_if=_is_absent)
    organisation: str | None = Field(default=None, exclude_if=_is_absent)
    year_from: int | None = Field(default=None, exclude_if=_is_absent)
    year_to: int | None = Field(default=None, exclude_if=_is_absent)
    budget_vnd: int | None = Field(default=None, exclude_if=_is_absent)
    months: int | None = Field(default=None, exclude_if=_is_absent)
    trl: int | None = Field(default=None, exclude_if=_is_absent)
    status: str | None = Field(default=None, exclude_if=_is_absent)
    people: tuple[Person, ...] = Field(default=(), exclude_if=_is_absent)


class Section(_Schema):
    name: str
    text: str
    visibility: Visibility = "public"
    role: PersonRole | None = Field(default=None, exclude_if=_is_absent)
    year: int | None = Field(default=None, exclude_if=_is_absent)


class Source(_Schema):
    """Where one value came from. `value` is ``title``, ``sections/0`` or ``facts/budget_vnd``; `unrepaired` is the text
    as it stood in the file, personal data masked, where an old coding was decoded; `label` is what the file called it,
    where a person had said what that means."""

    value: str
    file: str
    sha256: str
    page: int | None = Field(default=None, exclude_if=_is_absent)
    sheet: str | None = Field(default=None, exclude_if=_is_absent)
    row: int | None = Field(default=None, exclude_if=_is_absent)
    cell: str | None = Field(default=None, exclude_if=_is_absent)
    method: ReadingMethod = "text"
    charset: str | None = Field(default=None, exclude_if=_is_absent)
    confidence: float = 1.0
    unrepaired: str | None = Field(default=None, exclude_if=_is_absent)
    label: str | None = Field(default=None, exclude_if=_is_absent)


class Record(_Schema):
    """A record as shown, with the sources of its values."""

    id: str
    kind: Kind
    house: House
    title: str
    sections: tuple[Section, ...]
    facts: Facts
    sources: tuple[Source, ...]


class Unrecognised(_Schema):
    """A label that no synonym knows; its value, which `begins` so, is kept as text."""

    file: str
    page: int | None
    sheet: str | None
    row: int | None
    cell: str | None
    kind: Kind
    label: str
    begins: str


class ReadRecord(Record):
    """A record that is not stored; the first of a file tells of the labels that were not understood."""

    unrecognised: tuple[Unrecognised, ...] = Field(default=(), exclude_if=_is_absent)


class Correction(_Schema):
    """`label` means `field` in records of a kind."""

    label: str
    field: str
    kind: Kind


class Corrections(_Schema):
    corrections: tuple[Correction, ...]


class Hit(_Schema):
    """`section` is the position in the record, null = the title; `text` is the slice ``[start, end)`` of it."""

    id: str
    kind: Kind
    title: str
    score: float
    section: int | None
    start: int
    end: int
    text: str


class SearchResult(_Schema):
    query: str
    mode: str
    versions: Versions
    suggestion: str | None
    hits: tuple[Hit, ...]


class Quote(_Schema):
    """`section` is the position in the record, null = the title; `text` is the slice ``[start, end)`` of it."""

    section: int | None
    start: int
    end: int
    text: str


class Evidence(_Schema):
    query: Quote
    candidate: Quote


class Pairing(_Schema):
    """`score` orders this list only. `missing` quotes what the query asks for and the candidate does not show."""

    id: str
    title: str
    score: float
    likelihood: float | None
    basis: str
    signals: dict[str, float]
    evidence: tuple[Evidence, ...]
    missing: tuple[Quote, ...]


class MatchedRecord(_Schema):
    """`id` is null for a record that is not stored and brought none."""

    id: str | None
    title: str


class Match(_Schema):
    record: MatchedRecord
    to: Kind
    mode: str
    versions: Versions
    pairings: tuple[Pairing, ...]


class Problem(_Schema):
    """What could not be read, where, and why (in the reader's language)."""

    file: str
    page: int | None
    sheet: str | None
    row: int | None
    cell: str | None
    reason: str


class Stored(_Schema):
    id: str
    kind: Kind
    title: str
    change: str


class IngestReport(_Schema):
    """`stored` are new or changed. `retired` are ids of records that a changed file no longer tells of, `vanished`
    files taken from these folders before that are not there any more. `unrecognised` are labels that were not
    understood; what stands behind them is kept as text."""

    stored: tuple[Stored, ...]
    unchanged: tuple[Stored, ...]
    refused: tuple[Problem, ...]
    retired: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()


class Twin(_Schema):
    id: str
    title: str


class Duplicate(_Schema):
    """Two records that may be one; `strength` (0–1) orders the list only, `reasons` are in the reader's language."""

    kind: Kind
    strength: float
    first: Twin
    second: Twin
    reasons: tuple[str, ...]


class Duplicates(_Schema):
    duplicates: tuple[Duplicate, ...]


def show_record(record: ingest.Record) -> Record:
    return Record(
        id=record.id,
        kind=record.kind,
        house=record.house,
        title=record.title,
        sections=tuple(Section.model_validate(section) for section in record.sections),
        facts=Facts.model_validate(record.facts),
        sources=tuple(_show_source(source) for source in record.sources),
    )


def _show_source(source: ingest.Source) -> Source:
    return Source(
        value=source.value,
        file=source.file,
        sha256=source.sha256,
        page=source.place.page,
        sheet=source.place.sheet,
        row=source.place.row,
        cell=source.place.cell,
        method=source.method,
        charset=source.charset,
        confidence=source.confidence,
        unrepaired=source.unrepaired,
        label=source.label,
    )


def show_search(result: index.SearchResult, versions: Versions) -> SearchResult:
    return SearchResult(
        query=result.query,
        mode=result.mode,
        versions=versions,
        suggestion=result.suggestion,
        hits=tuple(Hit.model_validate(hit) for hit in result.hits),
    )


def show_match(match: pairing.Match, versions: Versions) -> Match:
    return Match(
        record=MatchedRecord(id=match.record_id or None, title=match.record_title),
        to=match.to,
        mode=match.mode,
        versions=versions,
        pairings=tuple(_show_pairing(found) for found in match.pairings),
    )


def _show_pairing(found: pairing.Pairing) -> Pairing:
    return Pairing(
        id=found.id,
        title=found.title,
        score=found.score,
        likelihood=found.likelihood,
        basis=found.basis,
        signals=found.signals,
        evidence=tuple(
            Evidence(query=show_quote(pair.query), candidate=show_quote(pair.candidate)) for pair in found.evidence
        ),
        missing=tuple(show_quote(quote) for quote in found.missing),
    )


def show_quote(quote: evidence.Quote) -> Quote:
    return Quote(section=quote.section, start=quote.start, end=quote.end, text=quote.text)


def show_problem(problem: ingest.Problem, translate: Translate) -> Problem:
    place = problem.place
    return Problem(
        file=problem.file,
        page=place.page,
        sheet=place.sheet,
        row=place.row,
        cell=place.cell,
        reason=explain(problem, translate),
    )


def show_report(report: index.IngestReport, translate: Translate) -> IngestReport:
    stored = [Stored.model_validate(one) for one in report.stored]
    return IngestReport(
        stored=tuple(one for one in stored if one.change != "unchanged"),
        unchanged=tuple(one for one in stored if one.change == "unchanged"),
        refused=show_problems(report.refused, translate),
        retired=report.retired,
        vanished=report.vanished,
        unrecognised=tuple(map(show_unrecognised, report.unrecognised)),
    )


def show_unrecognised(found: ingest.Unrecognised) -> Unrecognised:
    place = found.place
    return Unrecognised(
        file=found.file,
        page=place.page,
        sheet=place.sheet,
        row=place.row,
        cell=place.cell,
        kind=found.kind,
        label=found.label,
        begins=found.begins,
    )


def show_read_record(record: ingest.Record, unrecognised: Iterable[ingest.Unrecognised]) -> ReadRecord:
    shown = show_record(record)
    fields = {name: getattr(shown, name) for name in Record.model_fields}
    return ReadRecord(**fields, unrecognised=tuple(map(show_unrecognised, unrecognised)))


def show_corrections(corrections: Iterable[ingest.Correction]) -> Corrections:
    return Corrections(
        corrections=tuple(Correction(label=one.written, field=one.field, kind=one.kind) for one in corrections)
    )


def show_duplicate(found: duplicates.Duplicate, titles: Mapping[str, str], translate: Translate) -> Duplicate:
    """`titles`: of both records, by id."""
    return Duplicate(
        kind=found.kind,
        strength=found.strength,
        first=Twin(id=found.first, title=titles[found.first]),
        second=Twin(id=found.second, title=titles[found.second]),
        reasons=tuple(fill(translate(reason.message), reason.params) for reason in found.reasons),
    )


def show_problems(problems: Iterable[ingest.Problem], translate: Translate) -> tuple[Problem, ...]:
    return tuple(show_problem(problem, translate) for problem in problems)
