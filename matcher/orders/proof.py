"""Proof of a draft: whether each sentence that names a source stands, letter by letter, where the store has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from ingest import NOBODY, Record, Role, as_seen_by
from matcher.orders.drafting import Figure, Sentence, work_out
from matcher.orders.drafts import Order
from matcher.orders.release import GUARDED, Release, names_to_hide, release
from matcher.stored_values import digest, read_value, sources_of

State = Literal["proved", "by_hand", "deleted", "moved", "gone", "removed", "resourced"]
CONFIDENTIAL = "[bảo mật] "
STATES: tuple[State, ...] = get_args(State)
"""It stands there; it was changed, or taken out, in the document; it stands elsewhere in the record; it does not any
more; the record is gone; it stands there, but the record has it from another file now."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That a sentence stands at a place of a stored record. `bookmark` finds it in the document; `is_annexed` says that
    nothing confidential was open to it. `sha256` are the files from which the record had it."""

    bookmark: str
    sentence: Sentence
    sha256: tuple[str, ...]
    is_annexed: bool


@dataclass(frozen=True, slots=True)
class FigureClaim:
    """That a figure is what its records give. `bookmark` finds it in the document."""

    bookmark: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Statement:
    """What a draft claims, as the document carries it: every sentence with its place, every figure with its records,
    the `digests` of the records as they were, and how these were released. `words` are the paragraphs in which none
    stands: headings and what the form says itself."""

    form: str
    version: str
    made: str
    seen_by: Role
    release: Release
    subjects: tuple[str, ...]
    digests: Mapping[str, str]
    claims: tuple[Claim, ...]
    figures: tuple[FigureClaim, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`stored` is what stands at the place now; None where nothing does."""

    claim: Claim
    state: State
    stored: str | None


@dataclass(frozen=True, slots=True)
class FigureVerdict:
    """`worked_out` is what the records give now, None where one is gone; the state ``gone`` says that it is another."""

    claim: FigureClaim
    state: State
    worked_out: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A verdict on every claim, and the ids of the records that say something else than when the draft was made."""

    verdicts: tuple[Verdict, ...]
    figures: tuple[FigureVerdict, ...]
    changed: tuple[str, ...]


def state_claims(order: Order, made: str) -> Statement:
    """The claims of a draft, in the order in which the document shows them."""
    subjects = tuple(record.id for record in order.subjects)
    claims = []
    for number, sentence in enumerate(sentences_of(order), 1):
        files = {source.sha256 for source in sources_of(order.quoted[sentence.record], sentence.value)}
        claims.append(Claim(f"banha_q{number}", sentence, tuple(sorted(files)), sentence.record not in subjects))
    return Statement(
        order.outline.form,
        order.outline.version,
        made,
        order.seen_by,
        order.asked.release,
        subjects,
        {id: digest(record) for id, record in order.quoted.items()},
        tuple(claims),
        tuple(FigureClaim(f"banha_f{number}", one) for number, one in enumerate(_figures_of(order), 1)),
    )


def _figures_of(order: Order) -> Iterator[Figure]:
    for field in order.fields:
        for part in field.parts:
            yield from (piece for piece in part.pieces if isinstance(piece, Figure))


def sentences_of(order: Order) -> Iterator[Sentence]:
    """Every sentence with a source, in the order of the document."""
    for field in order.fields:
        for part in field.parts:
            yield from (piece for piece in part.pieces if isinstance(piece, Sentence))
    for annex in order.annexes:
        yield from annex.sentences()


def number_marks(sentences: Iterable[Sentence]) -> dict[tuple[str, str], int]:
    """The number of each value of a record that is quoted, from 1, in the order in which they come."""
    places = dict.fromkeys((one.record, one.value) for one in sentences)
    return {place: number for number, place in enumerate(places, 1)}


def show_sentence(sentence: Sentence, mark: int) -> tuple[str, str, str]:
    """How a document shows a sentence: the warning before it, its text, its mark."""
    warning = CONFIDENTIAL if sentence.is_confidential else ""
    return warning, " ".join(visible(sentence.text).split()), f"[{mark}]"


def show_figure(figure: Figure) -> tuple[str, str]:
    """How a document shows a figure: its text, its mark."""
    return figure.text, f"[{figure.mark}]"


def prove(statement: Statement, shown: Mapping[str, str | None], stored: Mapping[str, Record]) -> Proof:
    """Every sentence is looked up and every figure worked out again.

    `shown`: bookmark → what the document shows there, None for what was taken out; `stored` holds the records as they
    are now, whole.
    """
    subjects = [stored[id] for id in statement.subjects if id in stored]
    hidden = names_to_hide(subjects, statement.release) if statement.seen_by == "officer" else []
    now: dict[str, Record | None] = {}
    for id in statement.digests:
        annexed = id not in statement.subjects
        now[id] = _as_quoted(stored.get(id), statement, GUARDED if annexed else statement.release, hidden)
    marks = number_marks(claim.sentence for claim in statement.claims)
    verdicts = tuple(
        _judge(
            claim,
            marks[claim.sentence.record, claim.sentence.value],
            shown.get(claim.bookmark),
            now.get(claim.sentence.record),
        )
        for claim in statement.claims
    )
    figures = tuple(_judge_figure(claim, shown.get(claim.bookmark), now) for claim in statement.figures)
    changed = [
        id for id, before in statement.digests.items() if (record := now[id]) is not None and digest(record) != before
    ]
    return Proof(verdicts, figures, tuple(changed))


def _as_quoted(record: Record | None, statement: Statement, how: Release, hidden: Sequence[str]) -> Record | None:
    seen = record if record is None or statement.seen_by == "officer" else as_seen_by(record, NOBODY)
    return None if seen is None else release(seen, how, hidden)


def _judge(claim: Claim, mark: int, shown: str | None, record: Record | None) -> Verdict:
    said = claim.sentence
    value = read_value(record, said.value) if record else None
    stored = None if value is None else value[said.start : said.end]
    if shown is None:
        return Verdict(claim, "deleted", stored)
    if "".join(shown.split()) != "".join("".join(show_sentence(said, mark)).split()):
        return Verdict(claim, "by_hand", stored)
    if record is None:
        return Verdict(claim, "removed", None)
    if stored != said.text:
        texts = [record.title, *(section.text for section in record.sections)]
        return Verdict(claim, "moved" if any(said.text in text for text in texts) else "gone", stored)
    files = {source.sha256 for source in sources_of(record, said.value)}
    # Without rights no sources are shown, and none are claimed then.
    is_sourced = not claim.sha256 or not files or not files.isdisjoint(claim.sha256)
    return Verdict(claim, "proved" if is_sourced else "resourced", stored)


def _judge_figure(claim: FigureClaim, shown: str | None, now: Mapping[str, Record | None]) -> FigureVerdict:
    figure = claim.figure
    records = [record for id in figure.records if (record := now.get(id)) is not None]
    is_whole = len(records) == len(figure.records)
    worked_out = work_out(figure.of, records, figure.strangers) if is_whole else None
    if shown is None:
        return FigureVerdict(claim, "deleted", worked_out)
    if "".join(shown.split()) != "".join("".join(show_figure(figure)).split()):
        return FigureVerdict(claim, "by_hand", worked_out)
    if worked_out is None:
        return FigureVerdict(claim, "removed", None)
    return FigureVerdict(claim, "proved" if worked_out == figure.text else "gone", worked_out)


def visible(text: str) -> str:
    """The text without the characters that no document can hold."""
    return "".join(char for char in text if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff"))
