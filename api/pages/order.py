"""The page of a draft: the form field by field, each quoted sentence linked to its place, gaps highlighted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response

from api.addresses import record_href
from api.awaiting import WhileAwaited
from api.library import see_record
from api.orders.annexes import NOBODY_ANSWERS
from api.orders.document import TO_FILL_IN
from api.orders.schemas import AnnexEntry, AnnexTeam, DraftedOrder, OwnWords, Piece, SourcedSentence, WorkedOut
from api.orders.shaping import FORM
from api.pages.records import show_head
from api.pages.rendering import render
from api.routes.orders import draft_from
from api.routes.parameters import AtServer
from api.wording import Link, Wording
from matcher.gaps.localities import place_written
from matcher.orders.need_clusters import cluster_needs
from matcher.orders.release import GUARDED, release
from matcher.stored_values import position_of

router = APIRouter(dependencies=[WhileAwaited])


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """A sentence with the address of its place, a figure with its `records` (``N1–N3``), the form's own words, or a
    hint of what is to be filled in."""

    type: str
    text: str
    href: str = ""
    mark: int = 0
    records: str = ""


@dataclass(frozen=True, slots=True)
class ShownPart:
    label: str
    choices: tuple[str, ...]
    blocks: list[list[ShownPiece]]


@dataclass(frozen=True, slots=True)
class ShownField:
    key: str
    title: str
    parts: list[ShownPart]


@dataclass(frozen=True, slots=True)
class ShownTeam:
    """A team of an annex, or all entries of one without teams: each with its name and what it says."""

    number: int | None
    doubts: tuple[str, ...]
    entries: list[tuple[ShownPiece, AnnexEntry, list[ShownPiece]]]
    unanswered: list[ShownPiece]


@dataclass(frozen=True, slots=True)
class OfferedNeed:
    """A need that may be ordered together with this one, with the clauses in which both agree."""

    id: str
    href: str
    title: str
    about: str
    why: list[tuple[str, str]]
    is_joined: bool


@router.get("/ho-so/{id:path}/dat-hang")
def show_order(
    request: Request,
    server: AtServer,
    id: str,
    cung: Annotated[list[str], Query(max_length=49)] = [],  # noqa: B006
    giong: bool = False,
) -> Response:
    """`cung` are the needs that are ordered together with it; with `giong` those like it are looked for."""
    wording = Wording(server.translate, server.settings.lang)
    workspace = server.live.current
    record = see_record(workspace.index, id, server.viewer)
    _, drafted = draft_from(server, id, cung)
    query = urlencode([("with", other) for other in cung])
    path = f"/api/v1/records/{quote(id, safe='')}/order"
    values = {
        "record": show_head(record, wording),
        "heading": wording.say(FORM[drafted.form]),
        "drafted": drafted,
        "fields": [
            ShownField(
                field.key,
                f"{field.number}. {field.label}",
                [ShownPart(part.label, part.choices, _show_blocks(part.pieces)) for part in field.parts],
            )
            for field in drafted.fields
        ],
        "annexes": [(annex, [_show_team(*found) for found in annex.by_team()]) for annex in drafted.annexes],
        "nobody_answers": NOBODY_ANSWERS,
        "places": [(place, _place_href(drafted, place.mark)) for place in drafted.places],
        "offered": _offer(server, id, cung) if giong and drafted.form == "order" else [],
        "is_searched": giong,
        "fill_in": TO_FILL_IN,
        "export": Link(f"{path}.docx?{query}" if query else f"{path}.docx", ""),
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    return render(request, "order.html", 200, values, twin=f"{path}?{query}" if query else path)


def _show_team(team: AnnexTeam, entries: Sequence[AnnexEntry]) -> ShownTeam:
    return ShownTeam(
        team.number,
        team.doubts,
        [(_show(one.name), one, [_show(said) for said in one.said]) for one in entries],
        [_show(one) for one in team.unanswered],
    )


def _show_blocks(pieces: Sequence[Piece]) -> list[list[ShownPiece]]:
    """Sentences of one value stand in one paragraph."""
    blocks: list[list[ShownPiece]] = []
    before: tuple[str, str] | None = None
    for piece in pieces:
        here = (piece.record, piece.value) if isinstance(piece, SourcedSentence) else None
        if here is not None and here == before:
            blocks[-1].append(_show(piece))
        else:
            blocks.append([_show(piece)])
        before = here
    return blocks


def _show(piece: Piece) -> ShownPiece:
    if isinstance(piece, SourcedSentence):
        return ShownPiece("sentence", piece.text, _href(piece), piece.mark)
    if isinstance(piece, WorkedOut):
        return ShownPiece("figure", piece.text, records=piece.mark)
    if isinstance(piece, OwnWords):
        return ShownPiece("generated", piece.text)
    return ShownPiece("missing", piece.hint)


def _href(one: SourcedSentence) -> str:
    """The place in the record, highlighted; facts stand above its text."""
    if one.value.startswith("facts/"):
        return f"{record_href(one.record)}#facts"
    return record_href(one.record, position_of(one.value), one.start, one.end)


def _place_href(drafted: DraftedOrder, mark: int) -> str:
    return record_href(next(place.record for place in drafted.places if place.mark == mark))


def _offer(server: AtServer, id: str, joined: Sequence[str]) -> list[OfferedNeed]:
    """The needs that say the same and those that are near, those that are joined already among them, as they may be
    quoted."""
    index = server.live.current.index
    cluster = cluster_needs(index, index.store.get(id), server.viewer)
    offered = []
    for one in (*cluster.similar, *cluster.near):
        may_be_told = release(one.need, GUARDED)
        if may_be_told is None:
            continue
        about = " · ".join(part for part in (may_be_told.facts.organisation, place_written(may_be_told)) if part)
        why = [
            (pair.query.text, may_be_told.text_of(pair.candidate.section)[pair.candidate.start : pair.candidate.end])
            for pair in one.quotes
        ]
        offered.append(
            OfferedNeed(
                one.need.id,
                record_href(one.need.id),
                may_be_told.title,
                about,
                [pair for pair in why if pair[1]],
                one.need.id in joined,
            )
        )
    return offered
