"""The page that sets candidates for one record beside each other: points, facts, requirements, sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response

from api.addresses import explanation_href, pairings_href, record_href
from api.labels import SIGNAL
from api.library import see_record
from api.pages.pairings import Side, link_quotes, show_evidence
from api.pages.records import RecordHead, show_head
from api.pages.rendering import render
from api.proposing import explain_candidates
from api.routes.parameters import AtServer
from api.wording import Wording
from ingest import N_, Record
from matcher import FIT_SIGNALS, Explanation, Quote

router = APIRouter()
_FIRST = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One point of comparison: a cell for each candidate, and which of them is best (None: nobody, or all alike)."""

    label: str
    cells: list[str]
    best: int | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the record asks for, and which candidates an answer was seen with."""

    href: str
    text: str
    is_answered: list[bool]


@dataclass(frozen=True, slots=True)
class Column:
    """`lacking` are the texts of what the candidate asks and the record does not show, each with its address."""

    head: RecordHead
    why: str
    evidence: list[tuple[Side, Side]]
    lacking: list[tuple[str, str]]


@router.get("/ho-so/{id:path}/so-sanh")
def show_comparison(
    request: Request, server: AtServer, id: str, voi: Annotated[list[str] | None, Query()] = None
) -> Response:
    """`voi` are the ids of the candidates, of one kind."""
    wording = Wording(server.translate, server.settings.lang)
    index = server.live.current.index
    record = see_record(index, id, server.viewer)
    found = explain_candidates(index, index.store.get(id), voi or [], server.viewer, _FIRST)
    ids = [one.pairing.id for one in found]
    candidates = [see_record(index, one, server.viewer) for one in ids]
    values = {
        "record": show_head(record, wording),
        "columns": [
            Column(
                show_head(candidate, wording),
                explanation_href(id, candidate.id),
                [
                    show_evidence(record, candidate, pair, one.pairing.key_terms, wording)
                    for pair in one.pairing.evidence[:2]
                ],
                link_quotes(candidate, one.pairing.lacking),
            )
            for candidate, one in zip(candidates, found, strict=True)
        ],
        "points": _compare_points(found, wording),
        "facts": _compare_facts(candidates, wording),
        "requirements": _compare_requirements(record, found),
        "list_href": pairings_href(id, candidates[0].kind),
    }
    twin = f"/api/v1/records/{quote(id, safe='')}/comparison?{urlencode({'candidate': ids}, doseq=True)}"
    return render(request, "comparison.html", 200, values, twin=twin)


def _compare_points(found: list[Explanation], wording: Wording) -> list[Row]:
    """Rank and score, then each signal that is known of somebody."""
    places = [wording.say(N_("{rank} of {count}"), rank=one.rank, count=one.candidates) for one in found]
    rows = [
        Row(wording.say(N_("Rank")), places, _best([-one.rank for one in found])),
        Row(
            wording.say(N_("Overall")),
            [wording.signed(one.pairing.score, 2) for one in found],
            _best([one.pairing.score for one in found]),
            "score",
        ),
    ]
    for name, label in SIGNAL.items():
        values = [one.pairing.signals.get(name) for one in found]
        if any(value is not None for value in values):
            cells = [_say_value(name, value, wording) for value in values]
            rows.append(Row(wording.say(label), cells, _best(values), name))
    return rows


def _say_value(signal: str, value: float | None, wording: Wording) -> str:
    if value is None:
        return wording.say(N_("nothing is known"))
    return f"{round(10 * value)}/10" if signal in FIT_SIGNALS else wording.signed(value)


def _best(values: list[float | None]) -> int | None:
    known = [value for value in values if value is not None]
    if len(set(known)) < 2:
        return None
    return values.index(max(known))


def _compare_facts(candidates: list[Record], wording: Wording) -> list[Row]:
    """Every fact that is known of somebody, in the order of the first who states it."""
    of_each = [{fact.label: "; ".join(fact.lines) for fact in wording.facts(one, date.today())} for one in candidates]
    labels = dict.fromkeys(label for known in of_each for label in known)
    return [Row(label, [known.get(label, "–") for known in of_each]) for label in labels]


def _compare_requirements(record: Record, found: list[Explanation]) -> list[Requirement]:
    """What somebody gives no answer to, in the order of the record."""
    lacking = [{_place(one): one for one in explanation.pairing.missing} for explanation in found]
    asked = {place: span for missing in lacking for place, span in missing.items()}
    return [
        Requirement(
            record_href(record.id, span.section, span.start, span.end),
            span.text,
            [place not in missing for missing in lacking],
        )
        for place, span in sorted(asked.items())
    ]


def _place(span: Quote) -> tuple[int, int, int]:
    return (-1 if span.section is None else span.section, span.start, span.end)
