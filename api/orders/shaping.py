"""Drafts in words: fields, marks and the places they stand for, annexes, and notes on what is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from api.catalogue import Translate, describe_place, fill
from api.errors import BadInput
from api.labels import FACT, HOUSE, KIND, SECTION
from api.orders.annexes import Marks, show_annex, show_sentence
from api.orders.schemas import (
    AgreeingClauses,
    DraftedOrder,
    JoinedNeed,
    MarkedPlace,
    OrderField,
    OrderPart,
    OwnWords,
    Piece,
    SourcePlace,
    ToFillIn,
    WorkedOut,
)
from api.schemas import MatchedRecord, Quote
from api.shaping import with_weights
from api.wording import Wording
from api.workspace import Workspace
from index import Progress, no_progress
from ingest import N_, Record, Viewer
from matcher import evidence, scoring_in_force
from matcher.gaps.localities import place_written
from matcher.orders.drafting import Connective, Figure, Gap, Sentence
from matcher.orders.drafting import Piece as DraftPiece
from matcher.orders.drafts import Asked, BadOrder, Order, draft_order
from matcher.orders.form_outlines import FormName
from matcher.orders.proof import number_marks, sentences_of
from matcher.stored_values import position_of, sources_of
from matcher.task_states import find_state

FORM: Mapping[FormName, str] = {
    "order": N_("Order of a research task"),
    "agreement": N_("Co-operation agreement"),
    "handover": N_("Handover record"),
}
ADVICE = N_(
    "A draft that a person completes and decides on. Sentences with a mark are quoted letter by letter from stored "
    "records; what is not known is marked and not invented."
)


def compose_order(
    workspace: Workspace,
    asked: Asked,
    viewer: Viewer,
    translate: Translate,
    lang: str,
    progress: Progress = no_progress,
) -> tuple[Order, DraftedOrder]:
    """The draft, and the same in words. Raises UnknownRecord, and BadInput for what the form is not drafted from."""
    scoring = scoring_in_force(workspace.index)
    try:
        order = draft_order(workspace.index, asked, viewer, scoring, progress)
    except BadOrder as error:
        params = dict(error.params)
        if "form" in params:
            params["form"] = translate(FORM[params["form"]])
        if "kind" in params:
            params["kind"] = translate(KIND[params["kind"]])
        raise BadInput(error.message, **params) from error
    marks = number_marks(sentences_of(order))
    pieces = [piece for field in order.fields for part in field.parts for piece in part.pieces]
    outline = order.outline
    return order, DraftedOrder(
        form=outline.form,
        title=outline.title,
        number=outline.number,
        citation=outline.citation,
        length=outline.length,
        mode=order.mode,
        versions=with_weights(workspace.versions, scoring.weights.version).model_copy(
            update={"rules": outline.version}
        ),
        subjects=tuple(_join(order, number, record) for number, record in enumerate(order.subjects, 1)),
        near=tuple(_near(order)),
        notes=tuple(_tell(order, translate)),
        fields=tuple(
            OrderField(
                key=field.key,
                number=field.number,
                label=field.label,
                parts=tuple(
                    OrderPart(
                        label=part.label,
                        choices=part.choices,
                        pieces=tuple(_show_piece(piece, marks) for piece in part.pieces),
                    )
                    for part in field.parts
                ),
            )
            for field in order.fields
        ),
        annexes=tuple(show_annex(annex, order, marks, Wording(translate, lang)) for annex in order.annexes),
        places=tuple(_show_places(order, marks, translate)),
        signers=outline.signers,
        sentences=sum(1 for _ in sentences_of(order)),
        missing=sum(1 for piece in pieces if isinstance(piece, Gap)),
        advice=translate(ADVICE),
    )


def _join(order: Order, number: int, record: Record) -> JoinedNeed:
    similar = order.cluster.similar if order.cluster else ()
    pairs = next((one.quotes for one in similar if one.need.id == record.id), ())
    mine = next((one for one in order.subjects if one.id == order.asked.like), None)
    return JoinedNeed(
        name=f"{order.outline.letter}{number}",
        id=record.id,
        title=record.title,
        organisation=record.facts.organisation,
        place=place_written(record),
        why=tuple(
            AgreeingClauses(mine=_slice(mine, pair.query), theirs=_slice(record, pair.candidate))
            for pair in pairs
            if mine
        ),
    )


def _slice(record: Record, found: evidence.Quote) -> Quote:
    """As it may be quoted; empty where it may not."""
    text = record.text_of(found.section)[found.start : found.end]
    return Quote(section=found.section, start=found.start, end=found.end, text=text)


def _near(order: Order) -> Iterator[MatchedRecord]:
    for one in order.cluster.near if order.cluster else ():
        if order.asked.release.identities or one.need.visibility == "public":
            yield MatchedRecord(id=one.need.id, title=one.need.title)


def _tell(order: Order, translate: Translate) -> list[str]:
    def say(template: str, **params: object) -> str:
        return fill(translate(template), params)

    notes = []
    joined = order.cluster.similar if order.cluster else ()
    if order.cluster:
        notes.append(
            say(N_("{count} needs are like this one; each can be left out with --without."), count=len(joined))
            if joined
            else say(N_("No other stored need is surely of the same problem."))
        )
    for near in _near(order):
        notes.append(say(N_("Near, but not joined: “{title}”. Name {id} too to add it."), title=near.title, id=near.id))
    for record in order.strangers:
        notes.append(
            say(
                N_("“{title}” ({id}) has hardly anything in common with the other needs. Should it stand here?"),
                title=record.title,
                id=record.id,
            )
        )
    if order.outline.form == "handover" and find_state(order.subjects[0]) != "done":
        notes.append(
            say(
                N_(
                    "The record does not say that this task was accepted (status: {status}). Results are handed over "
                    "after acceptance."
                ),
                status=order.subjects[0].facts.status or translate(N_("unknown")),
            )
        )
    for record in order.left_out:
        notes.append(say(N_("{id} is confidential as a whole and was left out."), id=record.id))
    proposals = [annex.proposal for annex in order.annexes if annex.proposal]
    missing = [translate(HOUSE[one.house]) for proposal in proposals for one in proposal.missing]
    if missing:
        notes.append(say(N_("Of these houses nobody is stored who fits: {houses}."), houses=", ".join(missing)))
    if order.withheld:
        notes.append(say(N_("{count} confidential sections were left out."), count=order.withheld))
    if any(piece.is_confidential for piece in sentences_of(order)):
        notes.append(say(N_("Confidential text stands in this draft; each sentence of it is marked.")))
    masked = [record.id for record in order.subjects if record.visibility == "anonymous"]
    if masked and not order.asked.release.identities:
        notes.append(say(N_("Names behind anonymous needs are masked (•): {ids}."), ids=", ".join(masked)))
    if order.mode != "hybrid" and (order.cluster or order.annexes):
        notes.append(say(N_("Compared by words only: needs, tasks and people in other words may be missed.")))
    return notes


def _show_piece(piece: DraftPiece, marks: Marks) -> Piece:
    if isinstance(piece, Sentence):
        return show_sentence(piece, marks)
    if isinstance(piece, Figure):
        return WorkedOut(text=piece.text, records=piece.records, mark=piece.mark)
    return OwnWords(text=piece.text) if isinstance(piece, Connective) else ToFillIn(hint=piece.hint)


def _show_places(order: Order, marks: Marks, translate: Translate) -> list[MarkedPlace]:
    return [
        MarkedPlace(
            mark=mark,
            record=id,
            title=order.quoted[id].title,
            label=_label(order.quoted[id], value, translate),
            value=value,
            sources=_show_sources(order.quoted[id], value, translate),
        )
        for (id, value), mark in marks.items()
    ]


def _show_sources(record: Record, value: str, translate: Translate) -> tuple[SourcePlace, ...]:
    sources = [
        SourcePlace(file=one.file, sha256=one.sha256, place=describe_place(one.place, translate))
        for one in sources_of(record, value)
    ]
    return tuple(dict.fromkeys(sources))


def _label(record: Record, value: str, translate: Translate) -> str:
    position = position_of(value)
    if position is not None:
        name = record.sections[position].name
        return translate(SECTION[name]) if name in SECTION else name
    name = value.removeprefix("facts/").partition("/")[0]
    return translate(FACT[name]) if name in FACT else translate(N_("Title"))
