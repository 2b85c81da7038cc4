"""The shapes of the public JSON: the same words from the command line and the HTTP API."""

from __future__ import annotations

from operator import not_
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from index.database import note_shown
from index.revisions import Because
from ingest import House, Kind, Visibility
from ingest.records import PersonRole, ReadingMethod


def _is_absent(value: object) -> bool:
    return value is None or value == ()


_T = TypeVar("_T")
# Left out of the JSON where nothing is known.
_IfKnown = Annotated[_T | None, Field(exclude_if=_is_absent)]
_IfTrue = Annotated[bool, Field(exclude_if=not_)]
_IfAny = Annotated[tuple[_T, ...], Field(exclude_if=_is_absent)]


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class TellsOfRecord(BaseModel):
    """What tells of a record, by its `id` or `record_id`: who made the answer is said whose data are in it, so that
    the audit log names them."""

    def model_post_init(self, _: object) -> None:
        note_shown(*(getattr(self, name, None) for name in ("id", "record_id")))


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

    code: _IfKnown[str] = None
    field_codes: _IfAny[str] = ()
    place_written: _IfKnown[str] = None
    place_today: _IfKnown[str] = None
    organisation: _IfKnown[str] = None
    year_from: _IfKnown[int] = None
    year_to: _IfKnown[int] = None
    budget_vnd: _IfKnown[int] = None
    months: _IfKnown[int] = None
    trl: _IfKnown[int] = None
    status: _IfKnown[str] = None
    people: _IfAny[Person] = ()
    industry_codes: _IfAny[str] = ()


class Section(_Schema):
    name: str
    text: str
    visibility: Visibility = "public"
    role: _IfKnown[PersonRole] = None
    year: _IfKnown[int] = None


class Source(_Schema):
    """Where one value came from. `value` is ``title``, ``sections/0`` or ``facts/budget_vnd``; `unrepaired` is the text
    as it stood in the file, personal data masked, where an old coding was decoded; `label` is what the file called it,
    where a person had said what that means; `by_labels` stands where a form without its title was told by its labels,
    which makes each value less sure; `signed` is the day that a form bears, with its title only."""

    value: str
    file: str
    sha256: str
    page: _IfKnown[int] = None
    sheet: _IfKnown[str] = None
    row: _IfKnown[int] = None
    cell: _IfKnown[str] = None
    method: ReadingMethod = "text"
    charset: _IfKnown[str] = None
    confidence: float = 1.0
    unrepaired: _IfKnown[str] = None
    label: _IfKnown[str] = None
    by_labels: _IfTrue = False
    signed: _IfKnown[str] = None


class Told(_Schema):
    """One of several values that files tell of one thing, with where each tells it."""

    value: str | int
    sources: tuple[Source, ...]


class Disagreement(_Schema):
    """Files tell several values of `value` (``title``, ``facts/budget_vnd``; of ``facts/people`` the leaders): first
    the one that stands, `because` its version calls itself a later `revision`, bears a later `date`, is of the record
    that was `kept` in a merge, was taken later (`order`), or `first`. `summary` says so in the reader's language."""

    value: str
    because: Because
    told: tuple[Told, ...]
    summary: str


class Record(TellsOfRecord, _Schema):
    """A record as shown, with the sources of its values and, where only one is shown, on what its files disagree."""

    id: str
    kind: Kind
    house: House
    title: str
    sections: tuple[Section, ...]
    facts: Facts
    sources: tuple[Source, ...]
    disagreements: _IfAny[Disagreement] = ()


class _Located(_Schema):
    """Something at a place in a file."""

    file: str
    page: int | None
    sheet: str | None
    row: int | None
    cell: str | None


class Unrecognised(_Located):
    """A label that no synonym knows; its value, which `begins` so, is kept as text."""

    kind: Kind
    label: str
    begins: str


class ReadRecord(Record):
    """A record that is not stored; the first of a file tells of the labels that were not understood."""

    unrecognised: _IfAny[Unrecognised] = ()


class Correction(_Schema):
    """`label` means `field` in records of a kind."""

    label: str
    field: str
    kind: Kind


class Corrections(_Schema):
    corrections: tuple[Correction, ...]


class Hit(TellsOfRecord, _Schema):
    """`section` is the position in the record, null = the title; `text` is the slice ``[start, end)`` of it."""

    id: str
    kind: Kind
    title: str
    score: float
    section: int | None
    start: int
    end: int
    text: str


class Facets(_Schema):
    """[choice, how many of the 100 best results it holds], each aspect as if the search were narrowed by the others
    only. A field of science counts all below it, a TRL all above it."""

    fields: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    years: tuple[tuple[int, int], ...]
    trls: tuple[tuple[int, int], ...]


class SearchResult(_Schema):
    """`facets` where they were asked for. `forms` are the other forms of the abbreviations in the query, which were
    searched for too. `next_offset`, where more of them come, is theirs."""

    query: str
    mode: str
    versions: Versions
    suggestion: str | None
    forms: tuple[str, ...]
    hits: tuple[Hit, ...]
    next_offset: int | None = Field(default=None, exclude_if=lambda offset: offset is None)
    facets: Facets | None = Field(default=None, exclude_if=lambda facets: facets is None)


class Quote(_Schema):
    """`section` is the position in the record, null = the title; `text` is the slice ``[start, end)`` of it."""

    section: int | None
    start: int
    end: int
    text: str


class Evidence(_Schema):
    """`answers` is false where the clause is among what is missing: nothing of the candidate comes nearer to it."""

    query: Quote
    candidate: Quote
    answers: bool = True


class Pairing(TellsOfRecord, _Schema):
    """`score` orders this list only. `likelihood`, where `basis` is calibrated, is how likely such a score was judged
    to fit. `signals`: those of texts (lexical, dense, late) are standard deviations above the mean of all candidates,
    the others fits from 0 to 1, left out where nothing is known. `missing` quotes what the query asks for and the
    candidate does not show; where the candidate is who asks (needs of a person), `lacking` quotes of the candidate what
    the query does not show. `key_terms`, as the candidate writes them, add most to the score in words."""

    id: str
    title: str
    score: float
    likelihood: float | None
    basis: str
    signals: dict[str, float]
    evidence: tuple[Evidence, ...]
    missing: tuple[Quote, ...]
    lacking: tuple[Quote, ...] = ()
    key_terms: tuple[str, ...] = ()


class MatchedRecord(TellsOfRecord, _Schema):
    """`id` is null for a record that is not stored and brought none. `read_as` is its text as it was meant, left out
    where it was not written without accents; `forms` are what its abbreviations stand for, which counts as well, left
    out where there are none."""

    id: str | None
    title: str
    read_as: _IfKnown[str] = None
    forms: _IfKnown[tuple[str, ...]] = None


class Match(_Schema):
    """`tried` is the candidate to whom chance has given the last place, left out where there is none."""

    record: MatchedRecord
    to: Kind
    mode: str
    versions: Versions
    pairings: tuple[Pairing, ...]
    tried: _IfKnown[str] = None


class Term(_Schema):
    """What a signal adds to the score; `value` is null where nothing is known."""

    signal: str
    value: float | None
    weight: float
    adds: float


class Change(_Schema):
    """The value a signal would need, everything else as it is, and the rank of the candidate then."""

    signal: str
    value: float | None
    needed: float
    rank: int


class Unsaid(_Schema):
    """A signal of which nothing is known, and who does not say it: `record`, `candidate` or both."""

    signal: str
    by: tuple[Literal["record", "candidate"], ...]


class CountedWork(_Schema):
    """A work of the candidate that counts for less than 1, for the person's role in it or its year."""

    quote: Quote
    role: PersonRole | None
    year: int | None
    counts: float


class Explanation(_Schema):
    """Why a candidate stands where it does. `gap` is what its score lacks to the last of the first `limit`; if all its
    `works` counted whole, it would stand at `rank_whole`."""

    record: MatchedRecord
    to: Kind
    mode: str
    versions: Versions
    rank: int
    candidates: int
    limit: int
    gap: float
    pairing: Pairing
    terms: tuple[Term, ...]
    changes: tuple[Change, ...]
    unsaid: tuple[Unsaid, ...]
    works: tuple[CountedWork, ...]
    rank_whole: int


class Problem(_Located):
    """What could not be read, where, and why (in the reader's language)."""

    reason: str


class Stored(TellsOfRecord, _Schema):
    id: str
    kind: Kind
    title: str
    change: str
    disagreements: _IfAny[Disagreement] = ()
    file: _IfKnown[str] = None


class Copy(_Schema):
    """A file whose content was taken under the path `of` before: both tell of the same records."""

    file: str
    of: str


class IngestReport(_Schema):
    """`stored` are new or changed, or were known and have one more source, `file` (`change` is ``sourced``); the
    `disagreements` of a record are those that the files just taken brought. `retired` are ids of records that a
    changed file no longer tells of, `vanished` files taken from these folders before that are not there any more.
    `unrecognised` are labels that were not understood; what stands behind them is kept as text."""

    stored: tuple[Stored, ...]
    unchanged: tuple[Stored, ...]
    refused: tuple[Problem, ...]
    retired: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()
    copies: _IfAny[Copy] = ()


class Twin(TellsOfRecord, _Schema):
    id: str
    title: str


class Duplicate(_Schema):
    """Two records that may be one; `strength` (0–1) orders the list only, `reasons` are in the reader's language.
    `may_merge` is false where one owner would read what another keeps to itself."""

    kind: Kind
    strength: float
    first: Twin
    second: Twin
    reasons: tuple[str, ...]
    may_merge: bool


class Duplicates(_Schema):
    duplicates: tuple[Duplicate, ...]


class Distinction(_Schema):
    """Two records of which a person said that they are two things."""

    first: Twin
    second: Twin


class Distinctions(_Schema):
    distinctions: tuple[Distinction, ...]
