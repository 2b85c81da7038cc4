"""The page of one pairing: why a candidate stands where it does, why not higher, and what would have to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response

from api.addresses import pairings_href, record_href
from api.advice import WORKS_THAT_COUNT_LESS, advise, describe_work, say_rank_whole
from api.labels import SIGNAL
from api.library import see_record
from api.pages.pairings import link_quotes, show_evidence
from api.pages.records import show_head
from api.pages.rendering import render
from api.proposing import explain_candidate
from api.routes.parameters import AtServer, Limit
from api.shaping import show_explanation as explanation_json
from api.wording import Wording
from ingest import N_
from matcher import FIT_SIGNALS, Change, Explanation, Term

router = APIRouter()
_FIRST = 10


@dataclass(frozen=True, slots=True)
class Share:
    """What one signal adds to the score. The bar runs from `start` over `width`, of 100, the middle being nothing."""

    name: str
    label: str
    value: str
    weight: str
    adds: str
    start: float
    width: float
    is_against: bool


@dataclass(frozen=True, slots=True)
class Need:
    """A value that would have to be another, and the rank that it would bring."""

    label: str
    value: str
    needed: str
    rank: int


@router.get("/ho-so/{id:path}/giai-thich")
def show_explanation(
    request: Request, server: AtServer, id: str, voi: Annotated[str, Query(min_length=1)], limit: Limit = _FIRST
) -> Response:
    """`voi` is the id of the candidate."""
    wording = Wording(server.translate, server.settings.lang)
    index = server.live.current.index
    record, candidate = (see_record(index, one, server.viewer) for one in (id, voi))
    found = explain_candidate(index, index.store.get(id), voi, server.viewer, limit)
    widest = max([1.0, *(abs(term.adds) for term in found.terms)])
    pairing = found.pairing
    shown = explanation_json(found, server.live.current.versions)
    values = {
        "record": show_head(record, wording),
        "candidate": show_head(candidate, wording),
        "list_href": pairings_href(id, candidate.kind),
        "standing": _say_standing(found, wording),
        "shares": [_show_term(term, widest, wording) for term in found.terms if term.value is not None],
        "unknown": [wording.say(SIGNAL[term.signal]) for term in found.terms if term.value is None],
        "is_weak": pairing.basis == "insufficient",
        "score": wording.signed(pairing.score, 2),
        "advice": advise(shown, server.translate),
        "works": [
            (
                record_href(voi, one.quote.section, one.quote.start, one.quote.end),
                describe_work(one, server.translate, lambda counts: wording.signed(counts, 2).lstrip("+")),
            )
            for one in shown.works
        ],
        "works_heading": wording.say(WORKS_THAT_COUNT_LESS),
        "rank_whole": say_rank_whole(shown, server.translate),
        "needs": [_show_change(change, wording) for change in found.changes],
        "key_terms": pairing.key_terms,
        "evidence": [show_evidence(record, candidate, pair, pairing.key_terms, wording) for pair in pairing.evidence],
        "missing": link_quotes(record, pairing.missing),
        "lacking": link_quotes(candidate, pairing.lacking),
    }
    twin = f"/api/v1/records/{quote(id, safe='')}/explanation?{urlencode({'candidate': voi, 'limit': limit})}"
    return render(request, "explanation.html", 200, values, twin=twin)


def _say_standing(found: Explanation, wording: Wording) -> str:
    said = wording.say(N_("Place {rank} of {count}."), rank=found.rank, count=found.candidates)
    if not found.gap:
        return said
    lacking = N_("Its score is {gap} below that of place {limit}, the last that is shown first.")
    return f"{said} {wording.say(lacking, gap=wording.signed(found.gap, 2).lstrip('+'), limit=found.limit)}"


def _show_term(term: Term, widest: float, wording: Wording) -> Share:
    width = 50 * abs(term.adds) / widest
    return Share(
        name=term.signal,
        label=wording.say(SIGNAL[term.signal]),
        value=_show_value(term.signal, term.value, wording),
        weight=wording.signed(term.weight, 2).lstrip("+"),
        adds=wording.signed(term.adds, 2),
        start=50 - width if term.adds < 0 else 50,
        width=width,
        is_against=term.adds < 0,
    )


def _show_change(change: Change, wording: Wording) -> Need:
    return Need(
        wording.say(SIGNAL[change.signal]),
        _show_value(change.signal, change.value, wording),
        _show_value(change.signal, change.needed, wording),
        change.rank,
    )


def _show_value(signal: str, value: float | None, wording: Wording) -> str:
    if value is None:
        return wording.say(N_("nothing is known"))
    return f"{round(10 * value)}/10" if signal in FIT_SIGNALS else wording.signed(value)
