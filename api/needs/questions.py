"""The plain questions by which somebody posts a need, and the record that the answers make."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Literal, get_args

from api.errors import BadInput
from ingest import N_, Facts, House, Record, Section, Source, Visibility
from ingest.masking import mask_personal
from ingest.money import parse_money
from ingest.places import place_of
from ingest.record_building import Origin
from ingest.suggestions import with_suggested_fields
from ingest.visibility import VEIL

Hidden = Literal["name", "figures", "everything"]
HIDDEN: tuple[Hidden, ...] = get_args(Hidden)
HIDDEN_LABEL: Mapping[Hidden, str] = {
    "name": N_("The firm’s name: the text can be read, names in it are masked until both sides agree to be introduced"),
    "figures": N_("Figures: the money, and every number written in digits but for the site and the deadline"),
    "everything": N_("Everything: only you and the officers see it; nobody finds it by searching"),
}
LONGEST_LINE, LONGEST_ANSWER = 300, 5_000  # code points
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_FULL_TITLE, _MONEY = "full_title", "budget"


@dataclass(frozen=True, slots=True)
class Question:
    """`section` holds the answer in the record (None: it becomes the title or a fact); `holds_figures` says that its
    numbers are the firm's own."""

    name: str
    section: str | None
    label: str
    hint: str
    is_long: bool = False
    is_needed: bool = False
    holds_figures: bool = True


QUESTIONS: tuple[Question, ...] = (
    Question(
        "title",
        None,
        N_("Your problem in one sentence"),
        N_("As you would say it to a colleague: what, on which product."),
        is_needed=True,
    ),
    Question(
        "problem",
        "situation",
        N_("What goes wrong?"),
        N_("What one sees, where in the process, and what it costs."),
        is_long=True,
        is_needed=True,
    ),
    Question("since", "since", N_("Since when, and how often?"), N_("For instance: since March, one batch in five.")),
    Question("tried", "attempts", N_("What was tried, and what came of it?"), N_("Also what failed."), is_long=True),
    Question(
        "result",
        "requirements",
        N_("Which result would be good?"),
        N_("With a figure: how much less waste, which temperature, how many pieces an hour."),
        is_long=True,
    ),
    Question("subject", "subject", N_("Which product, material or machine?"), N_("By its name, with its measures.")),
    Question("place", None, N_("At which site?"), N_("Commune or ward, and province."), holds_figures=False),
    Question("deadline", "deadline", N_("By when?"), N_("A month or a year is enough."), holds_figures=False),
    Question("money", None, N_("How much money is there for it?"), N_("Such as 500 million đồng; empty if unknown.")),
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed, as it was typed, and what of it is hidden from others."""

    title: str = ""
    problem: str = ""
    since: str = ""
    tried: str = ""
    result: str = ""
    subject: str = ""
    place: str = ""
    deadline: str = ""
    money: str = ""
    hides: frozenset[Hidden] = field(default_factory=frozenset)

    def of(self, name: str) -> str:
        return str(getattr(self, name))

    @property
    def texts(self) -> dict[str, str]:
        return {question.name: self.of(question.name) for question in QUESTIONS}


def differing(typed: Answers, stored: Answers) -> frozenset[str]:
    """The questions that are answered otherwise, and ``hides`` where other things are hidden."""
    said = tidy(typed)
    names = {name for name, text in stored.texts.items() if said.of(name) != text}
    return frozenset(names | ({"hides"} if said.hides != stored.hides else set()))


def take_stored(typed: Answers, stored: Answers, taken: Collection[str]) -> Answers:
    """What was typed, but what is `taken` as it is stored, by the names that `differing` gives."""
    kept = {name: getattr(stored, name) for name in (*stored.texts, "hides") if name in taken}
    return replace(typed, **kept)


def build_need(answers: Answers, organisation: str | None, house: House, today: date, keeps_contacts: bool) -> Record:
    """The need that the answers make, each value with its source; personal data are masked. Raises BadInput for what
    is missing, too long, or no amount."""
    said = tidy(answers, keeps_contacts)
    for question in QUESTIONS:
        text, most = said.of(question.name), LONGEST_ANSWER if question.is_long else LONGEST_LINE
        if question.is_needed and not any(map(str.isalnum, text)):
            raise BadInput(N_("“{expected}” needs an answer."), expected=question.label)
        if len(text) > most:
            raise BadInput(N_("“{expected}”: at most {most} characters."), expected=question.label, most=most)
    record = _describe(said, organisation, house, today, read_money(said.money))
    return _hide(record, said)


def tidy(answers: Answers, keeps_contacts: bool = False) -> Answers:
    """The answers in one spelling of Unicode, without personal data."""
    texts = {name: unicodedata.normalize("NFC", text).strip() for name, text in answers.texts.items()}
    texts = {name: text.replace("\r\n", "\n").replace("\0", "") for name, text in texts.items()}
    if not keeps_contacts:
        texts = {name: mask_personal(text) for name, text in texts.items()}
    return Answers(**texts, hides=answers.hides)


def read_money(text: str) -> int | None:
    """In đồng. Raises BadInput for what is no amount."""
    if not text:
        return None
    money = parse_money(text)
    if money is None or not money.is_whole:
        label = next(question.label for question in QUESTIONS if question.name == "money")
        raise BadInput(N_("“{expected}”: type an amount such as 2850 million đồng or 2850000000."), expected=label)
    return money.dong


def _describe(said: Answers, organisation: str | None, house: House, today: date, money: int | None) -> Record:
    place = place_of(said.place)
    years = [int(year) for year in _YEAR.findall(said.deadline)]
    facts = Facts(
        organisation=organisation,
        place_written=said.place or None,
        place_today=place.today if place else None,
        budget_vnd=money,
        year_to=max(years, default=None),
    )
    sections = tuple(
        Section(question.section, said.of(question.name))
        for question in QUESTIONS
        if question.section and said.of(question.name)
    )
    told = hashlib.sha256(repr(sorted(said.texts.items())).encode()).hexdigest()
    origin = Origin(f"dang-nhu-cau-{today.isoformat()}", told)
    values = ["title", *(f"sections/{at}" for at in range(len(sections)))]
    values += [f"facts/{name}" for name, value in asdict(facts).items() if value not in (None, (), [])]
    sources = tuple(Source(value, origin.file, origin.sha256) for value in values)
    return with_suggested_fields(Record("need", house, said.title, sections, facts, sources), origin)


def _hide(record: Record, said: Answers) -> Record:
    """The record as it is stored: who may read which section."""
    shown: Visibility = "anonymous" if "name" in said.hides else "public"
    if "everything" in said.hides:
        return replace(record, sections=tuple(replace(one, visibility="confidential") for one in record.sections))
    sections = tuple(replace(one, visibility=shown) for one in record.sections)
    if "figures" not in said.hides:
        return replace(record, sections=sections)
    kept: list[Section] = []
    with_figures = {question.section for question in QUESTIONS if question.holds_figures}
    for section in sections:
        masked = _mask_figures(section.text) if section.name in with_figures else section.text
        kept.append(replace(section, text=masked))
        if masked != section.text:
            kept.append(replace(section, visibility="confidential"))
    title = _mask_figures(record.title)
    if title != record.title:
        kept.append(Section(_FULL_TITLE, record.title, "confidential"))
    if said.money:
        kept.append(Section(_MONEY, said.money, "confidential"))
    source = record.sources[0]
    facts = tuple(one for one in record.sources if one.value.startswith("facts/") and one.value != "facts/budget_vnd")
    values = ("title", *(f"sections/{at}" for at in range(len(kept))))
    return replace(
        record,
        title=title,
        sections=tuple(kept),
        facts=replace(record.facts, budget_vnd=None),
        sources=(*(replace(source, value=value) for value in values), *facts),
    )


def _mask_figures(text: str) -> str:
    return _FIGURE.sub(VEIL, text)


def has_figure(text: str) -> bool:
    return _FIGURE.search(text) is not None


def read_answers(record: Record) -> Answers:
    """What was answered, from the record as its owner sees it."""
    texts: dict[str, str] = {}
    for section in record.sections:
        # The text in full stands behind the one whose figures are masked.
        texts[section.name] = section.text
    hidden = [section.visibility for section in record.sections]
    hides: set[Hidden] = set()
    if record.visibility == "confidential":
        hides = {"everything"}
    else:
        hides |= {"name"} if "anonymous" in hidden else set()
        hides |= {"figures"} if "confidential" in hidden else set()
    facts = record.facts
    budget = f"{facts.budget_vnd:,} đồng".replace(",", ".") if facts.budget_vnd is not None else ""
    said = {question.name: texts.get(question.section or "", "") for question in QUESTIONS}
    said |= {"title": texts.get(_FULL_TITLE, record.title), "place": facts.place_written or ""}
    return Answers(**said | {"money": texts.get(_MONEY, budget)}, hides=frozenset(hides))
