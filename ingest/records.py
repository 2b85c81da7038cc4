"""The nouns: a Record with its Sections, Facts and Sources, the Passages cut from it, and the Viewer asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

Kind = Literal["proposal", "scientist", "need", "organisation", "document"]
House = Literal["state", "science", "enterprise"]
Visibility = Literal["public", "anonymous", "confidential"]
PersonRole = Literal["lead", "member"]
ReadingMethod = Literal["text", "table", "json", "ocr", "suggested", "person"]
Role = Literal["officer", "reviewer", "scientist", "university", "enterprise", "administrator", "nobody"]

KINDS: tuple[Kind, ...] = get_args(Kind)
HOUSES: tuple[House, ...] = get_args(House)
VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)

DEFAULT_HOUSE: Mapping[Kind, House] = {
    "proposal": "state",
    "scientist": "science",
    "need": "enterprise",
    "organisation": "science",
    "document": "state",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands. Rows and pages count from 1; `cell` is a spreadsheet address
    (``C7``) or, in a document, ``table 2, row 3, column 1``."""

    page: int | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Source:
    """Where one value of a record came from.

    `value` names it: ``title``, ``sections/0`` (position in the record) or ``facts/budget_vnd``.
    `confidence` is 0–1: 1 for text read exactly, lower for guesses (OCR, charset repair). `unrepaired` is the text
    as it stood in the file, personal data masked, where decoding an old charset or repair changed it. `label` is what
    the file called it, where a person had to say what that means. `by_labels` says that the form bears no title and was
    told by its labels, which makes each value less sure. What is ``suggested`` is not in the file at all, but
    concluded from its text; what a ``person`` corrected is not either, and `unrepaired` is what the files say there.
    `signed` is the day that a form bears by its line of place and date (``2026-06-20``); it stands with the title only.
    `picture` names the picture of where it is printed, by the SHA-256 of its content.
    """

    value: str
    file: str
    sha256: str
    place: Place = NOWHERE
    method: ReadingMethod = "text"
    charset: str | None = None
    confidence: float = 1.0
    unrepaired: str | None = None
    label: str | None = None
    by_labels: bool = False
    signed: str | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: PersonRole = "member"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a record beside its text. Absent = None or empty.

    `code` is the natural key of its kind: task code, ORCID, tax code. `industry_codes` are what a firm lives from, 2 to
    5 digits of Quyết định 27/2018/QĐ-TTg. Money is in đồng, duration in months.
    """

    code: str | None = None
    field_codes: tuple[str, ...] = ()
    place_written: str | None = None
    place_today: str | None = None
    organisation: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    budget_vnd: int | None = None
    months: int | None = None
    trl: int | None = None
    status: str | None = None
    people: tuple[Person, ...] = ()
    industry_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Named text of a record. Works, projects and patents of a scientist are one section each
    (`name` = work | project | patent), with the person's `role` and the `year`."""

    name: str
    text: str
    visibility: Visibility = "public"
    role: PersonRole | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One thing with meaning. `id` is empty until the store mints one. `owner_names` are what the store knows of who
    stands behind an anonymous record: names and numbers that nobody else may read in it; no part of what it says."""

    kind: Kind
    house: House
    title: str
    sections: tuple[Section, ...] = ()
    facts: Facts = Facts()
    sources: tuple[Source, ...] = ()
    id: str = ""
    owner_names: tuple[str, ...] = field(default=(), compare=False)

    @property
    def visibility(self) -> Visibility:
        """Of the record as a whole, and so of its title and facts: confidential when every section is,
        anonymous when any section is, else public."""
        found = {section.visibility for section in self.sections}
        if found == {"confidential"}:
            return "confidential"
        return "anonymous" if "anonymous" in found else "public"

    @property
    def suggests_fields(self) -> bool:
        """Whether its fields of science are only concluded from its text."""
        return any(source.value == "facts/field_codes" and source.method == "suggested" for source in self.sources)

    def text_of(self, section: int | None) -> str:
        """The stored text that offsets point into; None is the title."""
        return self.title if section is None else self.sections[section].text

    def with_id(self, id: str) -> Record:
        return replace(self, id=id)


@dataclass(frozen=True, slots=True)
class Passage:
    """``[start, end)`` code points of a record's section (None = the title)."""

    section: int | None
    start: int
    end: int
    visibility: Visibility = "public"


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom an answer is made. `owns` holds the ids of the records that are the viewer's own, `met` those whose
    identities are shown because both sides consented; what is confidential in them stays hidden."""

    role: Role = "nobody"
    owns: frozenset[str] = field(default_factory=frozenset)
    met: frozenset[str] = field(default_factory=frozenset)

    @property
    def sees_all(self) -> bool:
        """Whether every record is shown in full: to those who answer for the whole system."""
        return self.role in ("officer", "administrator")

    def sees_all_of(self, record_id: str) -> bool:
        """Whether confidential text and the identities behind anonymous text are shown."""
        return self.sees_all or record_id in self.owns


OFFICER = Viewer("officer")
NOBODY = Viewer("nobody")
JsonObject = dict[str, Any]
