"""Needs that are posted by answering questions, in the shapes of the public JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.catalogue import Translate, fill
from api.needs.guidance import Guidance as Found
from api.needs.questions import HIDDEN, LONGEST_ANSWER, LONGEST_LINE, Answers, Hidden
from api.needs.strangers_view import StrangersView
from api.schemas import TellsOfRecord
from ingest import Kind

_Line = Annotated[str, Field(max_length=LONGEST_LINE)]
_Long = Annotated[str, Field(max_length=LONGEST_ANSWER)]


class NeedAnswers(BaseModel):
    """The answers, as a person would type them, and what is hidden from others: the firm's `name`, `figures`,
    `everything`."""

    model_config = ConfigDict(extra="forbid")

    title: _Line = ""
    problem: _Long = ""
    since: _Line = ""
    tried: _Long = ""
    result: _Long = ""
    subject: _Line = ""
    place: _Line = ""
    deadline: _Line = ""
    money: _Line = ""
    hides: tuple[Hidden, ...] = ()


class PostedAnswers(NeedAnswers):
    """`seen`: the mark of the need with these answers; with other answers, that of the need that they shall change."""

    seen: Annotated[str, Field(max_length=64)] = ""


class AskedGuidance(NeedAnswers):
    """`id`: the posted need that the answers are to change."""

    id: Annotated[str, Field(max_length=200)] = ""


class MissingPart(BaseModel):
    name: str
    text: str
    because: str


class SimilarNeed(TellsOfRecord):
    id: str
    title: str


class AnonymousCandidate(BaseModel):
    """Without its name; `is_sure` is false where there is not enough evidence."""

    kind: Kind
    field_codes: tuple[str, ...]
    place: str | None
    quote: str | None
    is_sure: bool


class SeenAnswer(BaseModel):
    question: str
    text: str


class ReadByOthers(BaseModel):
    """What everybody else reads, nothing where all is confidential; `doubtful` may still tell whose it is."""

    answers: tuple[SeenAnswer, ...]
    doubtful: tuple[str, ...]


class Guidance(BaseModel):
    """`others` is what others would read; null as long as there is nothing to read."""

    missing: tuple[MissingPart, ...]
    similar: tuple[SimilarNeed, ...]
    candidates: tuple[AnonymousCandidate, ...]
    others: ReadByOthers | None


def answers_of(said: NeedAnswers) -> Answers:
    texts = {name: getattr(said, name) for name in Answers().texts}
    return Answers(**texts, hides=frozenset(said.hides))


def show_answers(answers: Answers, mark: str) -> PostedAnswers:
    return PostedAnswers(**answers.texts, hides=tuple(one for one in HIDDEN if one in answers.hides), seen=mark)


def show_guidance(found: Found, others: StrangersView | None, translate: Translate) -> Guidance:
    return Guidance(
        missing=tuple(
            MissingPart(
                name=one.name, text=translate(one.message), because=fill(translate(one.because), {"form": one.form})
            )
            for one in found.missing
        ),
        similar=tuple(SimilarNeed(id=one.id, title=one.title) for one in found.similar),
        candidates=tuple(
            AnonymousCandidate(
                kind=one.kind, field_codes=one.field_codes, place=one.place, quote=one.quote, is_sure=one.is_sure
            )
            for one in found.candidates
        ),
        others=show_others(others, translate) if others else None,
    )


def show_others(others: StrangersView, translate: Translate) -> ReadByOthers:
    answers = tuple(SeenAnswer(question=translate(label), text=text) for label, text in others.lines)
    return ReadByOthers(answers=answers, doubtful=others.doubtful)
