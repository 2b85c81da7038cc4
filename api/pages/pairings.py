"""The page of what fits a record: candidates with signals, quotes side by side, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response

from api.addresses import pairings_href, record_href
from api.highlighting import Pieces, mark_shared
from api.labels import FITTING, KIND, SIGNAL
from api.library import see_record
from api.pages.records import show_head
from api.pages.rendering import render
from api.routes.parameters import AtServer, Limit
from api.wording import Link, Wording
from ingest import N_, Kind, Record, as_seen_by
from matcher import FIT_SIGNALS, Basis, Evidence, Pairing, Quote, match

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
    kind: Kind
    kind_label: str
    href: str
    title: str
    basis: str | None
    likelihood: str | None
    signals: list[Signal]
    evidence: list[tuple[Side, Side]]
    missing: list[tuple[str, str]]


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
    found = match(index, index.store.get(id), to, server.viewer, limit).pairings
    stored = index.store.get_many([pairing.id for pairing in found])
    full = _full_bars(found)
    cards = []
    for pairing in found:
        seen = as_seen_by(stored[pairing.id], server.viewer) if pairing.id in stored else None
        if seen:
            cards.append(_show_pairing(record, seen, pairing, full, wording))
    values = {
        "record": show_head(record, wording),
        "heading": wording.say(FITTING[to]),
        "matches": wording.partners(record, to),
        "pairings": cards,
        "exports": [
            Link(f"/api/v1/records/{quote(id, safe='')}/pairings.{suffix}?to={to}&limit={limit}", wording.say(label))
            for suffix, label in (("xlsx", N_("Download as Excel")), ("docx", N_("Download as Word")))
        ],
        "more": pairings_href(id, to, limit + _STEP) if len(found) == limit < _MOST else None,
        "waiting": server.live.explain_limits(server.translate, server.viewer),
    }
    twin = f"/api/v1/records/{quote(id, safe='')}/pairings?{urlencode({'to': to, 'limit': limit})}"
    return render(request, "pairings.html", 200, values, twin=twin)


def _full_bars(pairings: tuple[Pairing, ...]) -> dict[str, float]:
    """Which value fills a bar: of the score and of each signal, the highest in the list."""
    full = {"": _FULL_BAR}
    for pairing in pairings:
        for name, value in (("", pairing.score), *pairing.signals.items()):
            full[name] = max(full.get(name, _FULL_BAR), value)
    return full


def _show_pairing(
    record: Record, candidate: Record, pairing: Pairing, full: dict[str, float], wording: Wording
) -> PairingCard:
    signals = [_show_strength(wording.say(N_("Overall")), pairing.score, full[""], wording)]
    for name in [name for name in SIGNAL if name in pairing.signals]:
        label, value = wording.say(SIGNAL[name]), pairing.signals[name]
        is_fit = name in FIT_SIGNALS
        signals.append(_show_fit(label, value) if is_fit else _show_strength(label, value, full[name], wording))
    basis = _BASIS[pairing.basis]
    return PairingCard(
        kind=pairing.kind,
        kind_label=wording.say(KIND[pairing.kind]),
        href=record_href(pairing.id),
        title=pairing.title,
        basis=wording.say(basis) if basis else None,
        likelihood=_show_likelihood(pairing.likelihood, wording),
        signals=signals,
        evidence=[_show_evidence(record, candidate, pair, wording) for pair in pairing.evidence],
        missing=[
            (record_href(record.id, missing.section, missing.start, missing.end), missing.text)
            for missing in pairing.missing
        ],
    )


def _show_strength(label: str, value: float, full: float, wording: Wording) -> Signal:
    return Signal(label, wording.signed(value), max(0.0, value / full))


def _show_fit(label: str, value: float) -> Signal:
    return Signal(label, f"{round(10 * value)}/10", value)


def _show_likelihood(likelihood: float | None, wording: Wording) -> str | None:
    if likelihood is None:
        return None
    return wording.say(N_("about {count} of 10 like this were taken up"), count=round(10 * likelihood))


def _show_evidence(record: Record, candidate: Record, pair: Evidence, wording: Wording) -> tuple[Side, Side]:
    return (
        _show_side(record, pair.query, pair.candidate.text, N_("Asked for: {section}"), wording),
        _show_side(candidate, pair.candidate, pair.query.text, N_("Candidate: {section}"), wording),
    )


def _show_side(record: Record, side: Quote, other: str, label: str, wording: Wording) -> Side:
    return Side(
        record_href(record.id, side.section, side.start, side.end),
        wording.say(label, section=wording.section(record, side.section)),
        mark_shared(side.text, other),
    )
