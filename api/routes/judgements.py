"""What officers judge of candidates: remembered, listed, and taken back by a further event."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from api.learning.judging import judge, list_judgements, take_back
from api.learning.schemas import Attentions, Judgements, Steps, show_attention, show_judgements, show_step
from api.routes.parameters import AtOfficerServer, AtWritingServer
from index import Verdict
from matcher import history, measure_attention

router = APIRouter(tags=["judgements"])


class Said(BaseModel):
    """That `candidate` fits `record` or does not; both are ids."""

    model_config = ConfigDict(extra="forbid")

    record: str
    candidate: str
    verdict: Verdict
    reason: str | None = None


@router.get("/judgements")
def get_judgements(server: AtOfficerServer) -> Judgements:
    """What holds of each pair, latest first."""
    return show_judgements(list_judgements(server.live.current.index))


@router.post("/judgements", status_code=201)
def post_judgement(server: AtWritingServer, said: Said) -> Judgements:
    """Remember a judgement; it holds instead of what was said of the pair before. Answers with all of the record."""
    index = server.live.current.index
    judge(index, said.record, said.candidate, said.verdict, said.reason)
    return show_judgements(one for one in list_judgements(index) if one[0].record_id == said.record)


@router.delete("/judgements", status_code=204)
def delete_judgement(
    server: AtWritingServer, record: Annotated[str, Query()], candidate: Annotated[str, Query()]
) -> Response:
    """Take back what was said last of the pair; what was said before holds again. 422 when nothing holds."""
    take_back(server.live.current.index, record, candidate)
    return Response(status_code=204)


@router.get("/learning")
def get_learning(server: AtOfficerServer) -> Steps:
    """What was promoted, refused and rolled back, in order of time; learning itself is `banha learn`."""
    return Steps(steps=tuple(map(show_step, history(server.live.current.index))))


@router.get("/exposure")
def get_exposure(server: AtOfficerServer) -> Attentions:
    """How what people were shown, on the web page and the terminal, spreads over institutions. What programs fetch here
    is not counted."""
    return show_attention(measure_attention(server.live.current.index))
