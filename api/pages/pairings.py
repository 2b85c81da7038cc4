"""The page of what fits a record: candidates with signals, quotes side by side, what is missing, and two buttons to
judge them by."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.addresses import engagement_href, explanation_href, pairings_href, record_href
from api.alerts.saved_searches import may_follow
from api.highlighting import Pieces, mark_shared
from api.labels import FITTING, KIND, SIGNAL, VERDICT
from api.learning.judging import judge, take_back
from api.library import see_record
from api.pages.records import show_head
from api.pages.rendering import render
from api.proposing import propose
from api.routes.parameters import AtServer, AtWritingServer, Limit
from api.wording import Link, Wording
from index import Verdict
from ingest import N_, Kind, Record, as_seen_by
from matcher import FIT_SIGNALS, Basis, Evidence, Pairing, Quote
from matcher.asking import is_asked_by

router = APIRouter()
_STEP = 10
_MOST = 100
# A z-score of three stands out clearly; a list whose best is weaker must not look strong.
_FULL_BAR = 3.0
_BASIS: dict[Basis, str | None] = {
    "calibrated": None,
    "uncalibrated": None,
    "insufficient": N_("Not enough evidence"),
}


@dataclass(frozen=True, slots=True)
class Signal:
    label: str
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Side:
    href: str
    label: str
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class PairingCard:
    """`anchor` is its place on the page; `judged` is what was said of it, `is_tried` tells that chance put it there."""

    id: str
    anchor: str
    kind: Kind
    kind_label: str
    href: str
    title: str
    basis: str | None
    likelihood: str | None
    signals: list[Signal]
    evidence: list[tuple[Side, Side]]
    missing: list[tuple[str, str]]
    lacking: list[tuple[str, str]]
    judged: str | None
    is_tried: bool
    key_terms: tuple[str, ...]
    why: str
    engaged: str | None


@router.get("/ho-so/{id:path}/ghep")
def show_pairings(
    request: Request,
    server: AtServer,
    id: str,
    to: Annotated[Kind | None, Query()] = None,
    limit: Limit = _STEP,
) -> Response:
    wording = Wording(server.translate, server.settings.lang)
    index = server.live.current.index
    record = see_record(index, id, server.viewer)
    to = to or wording.first_partner(record.kind)
    limit = min(limit, _MOST)
    today = date.today() if server.settings.explore else None
    match = propose(index, index.store.get(id), to, server.viewer, limit, "web", today)
    found = match.pairings
    said = {one.candidate_id: one.verdict for one in index.store.judgements.current(id)} if server.may_write else {}
    under_way = {
        other: engagement_href(one.id)
        for one in reversed(index.store.engagements.all(server.viewer, id))
        if one.stage not in ("declined", "handed_over")
        for other in (one.record_id, one.candidate_id)
    }
    stored = index.store.get_many([pairing.id for pairing in found])
    full = _full_bars(found)
    cards = []
    for pairing in found:
        seen = as_seen_by(stored[pairing.id], server.viewer) if pairing.id in stored else None
        if seen:
            is_tried = pairing.id == match.tried
            cards.append(
                _show_pairing(
                    record, seen, pairing, full, said.get(pairing.id), is_tried, under_way.get(pairing.id), wording
                )
            )
    values = {
        "record": show_head(record, wording),
        "heading": wording.say(FITTING[to]),
        "matches": wording.partners(record, to),
        "pairings": cards,
        "read_as": match.read_as,
        "forms": "; ".join(match.forms),
        "may_follow": may_follow(server),
        "may_engage": server.may_write or id in server.viewer.owns,
        "exports": [
            Link(f"/api/v1/records/{quote(id, safe='')}/pairings.{suffix}?to={to}&limit={limit}", wording.say(label))
            for suffix, label in (("xlsx", N_("Download as Excel")), ("docx", N_("Download as Word")))
        ],
        "more": pairings_href(id, to, limit + _STEP) if len(found) == limit < _MOST else None,
        "topics": [*_name_topics(found), *(["tried"] if match.tried else [])],
        "to": to,
        "limit": limit,
        "is_calibrated": any(pairing.basis == "calibrated" for pairing in found),
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    twin = f"/api/v1/records/{quote(id, safe='')}/pairings?{urlencode({'to': to, 'limit': limit})}"
    return render(request, "pairings.html", 200, values, twin=twin)


@router.post("/ho-so/{id:path}/ghep")
def judge_pairing(
    server: AtWritingServer,
    id: str,
    candidate: Annotated[str, Form()],
    verdict: Annotated[Literal["fits", "unfit", "undo"], Form()],
    to: Annotated[Kind, Form()],
    limit: Annotated[int, Form(ge=1, le=_MOST)] = _STEP,
) -> Response:
    index = server.live.current.index
    if verdict == "undo":
        take_back(index, id, candidate)
    else:
        judge(index, id, candidate, verdict)
    return RedirectResponse(f"{pairings_href(id, to, limit)}#{_anchor(candidate)}", 303)


def _name_topics(pairings: tuple[Pairing, ...]) -> list[str]:
    """What the page has to explain: the points that these candidates have."""
    points = [name for name in SIGNAL if any(name in pairing.signals for pairing in pairings)]
    return ["score", *points, "likelihood", "insufficient", "missing"]


def _anchor(id: str) -> str:
    """Ids may hold anything; an address may not."""
    return f"c-{hashlib.sha256(id.encode()).hexdigest()[:12]}"


def _full_bars(pairings: tuple[Pairing, ...]) -> dict[str, float]:
    """Which value fills a bar: of the score and of each signal, the highest in the list."""
    full = {"": _FULL_BAR}
    for pairing in pairings:
        for name, value in (("", pairing.score), *pairing.signals.items()):
            full[name] = max(full.get(name, _FULL_BAR), value)
    return full


def _show_pairing(
    record: Record,
    candidate: Record,
    pairing: Pairing,
    full: dict[str, float],
    said: Verdict | None,
    is_tried: bool,
    engaged: str | None,
    wording: Wording,
) -> PairingCard:
    signals = [_show_strength(wording.say(N_("Overall")), pairing.score, full[""], wording)]
    for name in [name for name in SIGNAL if name in pairing.signals]:
        label, value = wording.say(SIGNAL[name]), pairing.signals[name]
        is_fit = name in FIT_SIGNALS
        signals.append(_show_fit(label, value) if is_fit else _show_strength(label, value, full[name], wording))
    basis = _BASIS[pairing.basis]
    return PairingCard(
        id=pairing.id,
        anchor=_anchor(pairing.id),
        kind=pairing.kind,
        kind_label=wording.say(KIND[pairing.kind]),
        href=record_href(pairing.id),
        title=pairing.title,
        basis=wording.say(basis) if basis else None,
        likelihood=_show_likelihood(pairing.likelihood, wording),
        signals=signals,
        evidence=[show_evidence(record, candidate, pair, pairing.key_terms, wording) for pair in pairing.evidence],
        missing=link_quotes(record, pairing.missing),
        lacking=link_quotes(candidate, pairing.lacking),
        judged=wording.say(VERDICT[said]) if said else None,
        is_tried=is_tried,
        key_terms=pairing.key_terms,
        why=explanation_href(record.id, pairing.id),
        engaged=engaged,
    )


def _show_strength(label: str, value: float, full: float, wording: Wording) -> Signal:
    return Signal(label, wording.signed(value), max(0.0, value / full))


def _show_fit(label: str, value: float) -> Signal:
    return Signal(label, f"{round(10 * value)}/10", value)


def _show_likelihood(likelihood: float | None, wording: Wording) -> str | None:
    if likelihood is None:
        return None
    count = round(10 * likelihood)
    if not count:
        return wording.say(N_("fewer than 1 of 10 with such a score were judged to fit"))
    return wording.say(N_("about {count} of 10 with such a score were judged to fit"), count=count)


def link_quotes(record: Record, quotes: Sequence[Quote]) -> list[tuple[str, str]]:
    """The texts of these quotes, each with the address of its place in the record."""
    return [(record_href(record.id, one.section, one.start, one.end), one.text) for one in quotes]


_ASKED = N_("Asked for: {section}")
_NEAREST = N_("Nearest, perhaps no answer: {section}")


def show_evidence(
    record: Record, candidate: Record, pair: Evidence, terms: Sequence[str], wording: Wording
) -> tuple[Side, Side]:
    """The quotes of both sides, with the words that they share and the key terms highlighted."""
    ours, theirs = _ASKED, N_("Candidate: {section}") if pair.answers else _NEAREST
    if is_asked_by(record.kind, candidate.kind):
        ours, theirs = N_("This record: {section}") if pair.answers else _NEAREST, _ASKED
    return (
        _show_side(record, pair.query, pair.candidate.text, terms, ours, wording),
        _show_side(candidate, pair.candidate, pair.query.text, terms, theirs, wording),
    )


def _show_side(record: Record, side: Quote, other: str, terms: Sequence[str], label: str, wording: Wording) -> Side:
    return Side(
        record_href(record.id, side.section, side.start, side.end),
        wording.say(label, section=wording.section(record, side.section)),
        mark_shared(side.text, other, terms),
    )
