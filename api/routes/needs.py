"""Needs posted by answering plain questions: guidance while writing, posting, changing and withdrawing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from api.needs.guidance import guide
from api.needs.posting import mark_of, post_need, poster_of, see_posted, withdraw_need
from api.needs.questions import read_answers
from api.needs.schemas import (
    AskedGuidance,
    Guidance,
    NeedAnswers,
    PostedAnswers,
    answers_of,
    show_answers,
    show_guidance,
)
from api.needs.strangers_view import preview_for_strangers
from api.routes.parameters import AtServer
from api.schemas import Record
from api.shaping import show_record

router = APIRouter(prefix="/needs", tags=["needs"])


@router.post("/guidance")
def ask_guidance(server: AtServer, said: AskedGuidance) -> Guidance:
    """What is missing for a good match, similar needs, the first candidates without their names, and what others would
    read. Stores nothing."""
    index, answers = server.live.current.index, answers_of(said)
    found = guide(index, answers, server.viewer, said.id)
    others = preview_for_strangers(index, answers, poster_of(server, said.id))
    return show_guidance(found, others, server.translate)


@router.post("", status_code=201)
def post_answers(
    server: AtServer,
    said: NeedAnswers,
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
    another: bool = False,
) -> Record:
    """Post a need; the record as its owner sees it. What is sent again with the same Idempotency-Key is stored once;
    409 where it says something else, and where a need of the same poster says the same words, unless this is said to be
    `another`."""
    return show_record(post_need(server, answers_of(said), key=idempotency_key, is_another=another))


@router.get("/{id}")
def get_answers(server: AtServer, id: str) -> PostedAnswers:
    """What was answered, for the owner of the need."""
    need = see_posted(server.live.current.index, id, server.viewer)
    return show_answers(read_answers(need), mark_of(need))


@router.put("/{id}")
def put_answers(server: AtServer, id: str, said: PostedAnswers) -> Record:
    """Other answers in the place of those before; 409 where these are not those that were `seen`."""
    return show_record(post_need(server, answers_of(said), id, seen=said.seen))


@router.delete("/{id}", status_code=204)
def delete_need(server: AtServer, id: str) -> Response:
    """Withdraw a need that was posted."""
    withdraw_need(server, id)
    return Response(status_code=204)
